"""Options by criteria, and the value of a measurement between two fixed anchors."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})

NARROWEST = 1e-9  # [unit of the criterion] our choice: nearer anchors blow every measurement up
ROUNDING = 1e-12  # part of the greatest number by which sums differ that are equal on paper; our choice


@dataclass(frozen=True)
class Criterion:
    """What options are measured by; `low` and `high` are the anchors of its scale, in its own unit."""

    name: str
    direction: Literal["more", "less"] = "more"
    low: float | None = None
    high: float | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class DecisionTable:
    """Options, criteria and the measurements, (option, criterion) [unit of the criterion].

    `swings` holds a row of swing points for each group of actors, (group, criterion) [1].

    Raises
    ------
    InputError
        If a name stands twice, or the shapes do not fit, or a measurement is no number.
    """

    options: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    measured: np.ndarray
    groups: tuple[str, ...] = ()
    swings: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    def __post_init__(self) -> None:
        refuse_twins(self.options)
        refuse_twins([criterion.name for criterion in self.criteria])
        if not self.options or not self.criteria or self.measured.shape != (len(self.options), len(self.criteria)):
            raise InputError(
                gettext_noop("%(options)s options and %(criteria)s criteria need as many rows and columns of values."),
                options=len(self.options), criteria=len(self.criteria),
            )  # fmt: skip
        if not np.isfinite(self.measured).all():
            raise InputError(gettext_noop("A value is no number; every option needs a number for every criterion."))
        if self.groups and self.swings.shape != (len(self.groups), len(self.criteria)):
            raise InputError(gettext_noop("Every group needs a number for every criterion."))

    @property
    def senses(self) -> np.ndarray:
        """Return 1 where more is better and -1 where less is better, (criterion,)."""
        return np.array([1.0 if criterion.direction == "more" else -1.0 for criterion in self.criteria])

    @property
    def anchors(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the low and the high anchors, (criterion,) each.

        Raises
        ------
        InputError
            If a criterion has no two different anchors.
        """
        for criterion in self.criteria:
            low, high = criterion.low, criterion.high
            if low is None or high is None or not low < high or high - low < NARROWEST:
                raise InputError(
                    gettext_noop("The criterion '%(name)s' needs a low and a higher anchor, such as 0 and 100."),
                    name=criterion.name,
                )
        lows = np.array([criterion.low for criterion in self.criteria], dtype=float)
        return lows, np.array([criterion.high for criterion in self.criteria], dtype=float)


def refuse_twins(names: Sequence[str]) -> None:
    """Refuse a name that stands twice, or is empty: an answer could not tell whom it means."""
    for place, name in enumerate(names):
        if not name.strip():
            raise InputError(gettext_noop("Name number %(place)s is empty; everything needs a name."), place=place + 1)
        if name in names[:place]:
            raise InputError(gettext_noop("The name '%(name)s' stands here twice."), name=name)


def linear_values(measured: np.ndarray, low: np.ndarray, high: np.ndarray, senses: np.ndarray) -> np.ndarray:
    """Place measurements between the anchors of their criteria.

    The anchors are fixed by people. Taking the best and worst option instead would let a further option turn the
    order of the others. Values outside 0 to 1 are kept and named by `outside_anchors`.

    Parameters
    ----------
    measured : (option, criterion) array
        Measurements. [unit of the criterion]
    low, high : (criterion,) arrays
        Anchors, low below high. [unit of the criterion]
    senses : (criterion,) array
        1 where more is better, -1 where less is. [1]

    Returns
    -------
    (option, criterion) array
        0 at the worse anchor, 1 at the better one. [1]

    References
    ----------
    Belton & Stewart (2002): *Multiple Criteria Decision Analysis*, Kluwer, ch. 5.
    """
    share = (measured - low) / (high - low)
    return np.asarray(np.where(senses > 0, share, 1.0 - share))


def outside_anchors(values: np.ndarray) -> np.ndarray:
    """Mark values that lie beyond an anchor, (option, criterion)."""
    return np.asarray((values < 0.0) | (values > 1.0))


def additive_value(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sum weighted values.

    Parameters
    ----------
    values : (option, criterion) array
        Values between the anchors. [1]
    weights : (criterion,) or (group, criterion) array
        Weights summing to 1. [1]

    Returns
    -------
    (option,) or (option, group) array
        1 for an option at the better anchor everywhere. [1]
    """
    return np.asarray(values @ weights.T)


def order(scores: np.ndarray, size: float = 0.0) -> np.ndarray:
    """Return options from the highest score down; equal scores keep their given order, (option,).

    Scores count as equal if they differ by rounding only; `size` is that of the numbers they were computed from, where
    these are larger.
    """
    first = np.argsort(-scores, kind="stable")
    apart = ROUNDING * max(size, float(np.abs(scores).max(initial=0.0)))
    levels = np.zeros(len(scores), dtype=np.int64)
    levels[first[1:]] = np.cumsum(-np.diff(scores[first]) > apart)
    return np.argsort(levels, kind="stable")


def record_names(names: Sequence[str]) -> list[str]:
    """Spell names in ASCII, so that they can be keys of a record; equal spellings are numbered."""
    found: list[str] = []
    for name in names:
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).translate(SPELLED_OUT))
        key = plain.encode("ascii", "ignore").decode().strip() or "option"
        spelled, number = key, 2
        while spelled in found:
            spelled, number = f"{key} ({number})", number + 1
        found.append(spelled)
    return found
