"""Which factors drive and which are driven: the influence grid, directly and through others."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome
from hks.scenarios.cross_impact import CrossImpactMatrix

MOST_VOICES = 100  # our choice: more phones are in no room
ROUNDING = 1e-12  # a mean is told from a number of many decimals by it
MOST_POWERS = 50  # our choice: the order through others has settled long before, or turns in a circle


@dataclass(frozen=True)
class Influence:
    """What each factor exerts and receives, (factor,) each [1]; ranks from 0, the strongest first.

    `power` is the power of the table at which the order through others stood still, 0 if it never did.
    """

    active: np.ndarray
    passive: np.ndarray
    indirect_rank: np.ndarray
    power: int


def strongest_impacts(matrix: CrossImpactMatrix) -> np.ndarray:
    """Return the strongest judgement of each factor on each other, (source, target) [1]; on itself 0."""
    starts = matrix.starts
    rows = np.maximum.reduceat(np.abs(matrix.impact), starts, axis=0)
    table = np.maximum.reduceat(rows, starts, axis=1)
    np.fill_diagonal(table, 0.0)
    return np.asarray(table)


def influence(table: np.ndarray) -> Influence:
    """Sum rows and columns, and rank the factors by what they exert through others.

    Parameters
    ----------
    table : (source, target) array
        Strength of each influence, at least 0. [1]

    Returns
    -------
    Influence

    References
    ----------
    Vester (2007): *The Art of Interconnected Thinking*, MCB. Godet (1994): *From Anticipation to Action*, UNESCO.
    """
    exact = _whole(table)
    exerted = exact.sum(axis=1)
    order, settled = _strongest_first(exerted), 0
    for power in range(2, MOST_POWERS + 1):
        exerted = exact.dot(exerted)
        if not exerted.any():
            break
        later = _strongest_first(exerted)
        if later == order:
            settled = power
            break
        order = later
    rank = np.empty(len(table), dtype=np.int64)
    rank[order] = np.arange(len(table))
    return Influence(table.sum(axis=1), table.sum(axis=0), rank, settled)


def _whole(table: np.ndarray) -> np.ndarray:
    """Scale the table to whole numbers without bound: rounding would part what is equal."""
    parts = [[_meant(strength) for strength in row] for row in table.astype(float).tolist()]
    scale = math.lcm(*(part.denominator for row in parts for part in row))
    return np.array([[int(part * scale) for part in row] for row in parts], dtype=object)


def _meant(strength: float) -> Fraction:
    """Return the fraction that a number stands for: a mean of up to a hundred voices, else the decimals as written."""
    mean = Fraction(strength).limit_denominator(MOST_VOICES)
    return mean if abs(float(mean) - strength) <= ROUNDING * max(1.0, strength) else Fraction(repr(strength))


def _strongest_first(exerted: np.ndarray) -> list[int]:
    """Order factors by what they exert; equal ones keep their given order."""
    return sorted(range(len(exerted)), key=lambda factor: -exerted[factor])


def answer(inputs: Inputs, _values: Values, _seed: int) -> Outcomes:
    """Tell the grid of a cross-impact matrix."""
    matrix: CrossImpactMatrix = inputs["matrix"]
    found = influence(strongest_impacts(matrix))
    active, passive = found.active.tolist(), found.passive.tolist()
    return {
        "factors": list(matrix.descriptors),
        "active": active,
        "passive": passive,
        "quotient": [a / p if p > 0 else None for a, p in zip(active, passive, strict=True)],
        "product": (found.active * found.passive).tolist(),
        "indirect_rank": found.indirect_rank.tolist(),
        "power": found.power,
    }


INFLUENCE = Method(
    group="scenarios",
    verb="influence",
    title=gettext_noop("Influence grid"),
    summary=gettext_noop("Which factors drive the others and which are driven, directly and through others."),
    inputs=(Input("matrix", gettext_noop("Cross-impact matrix"), ("cross-impact-matrix",)),),
    parameters=(),
    outcomes=(
        Outcome("factors", gettext_noop("Factors"), axes=("factor",), shape="series"),
        Outcome("active", gettext_noop("Exerts"), axes=("factor",), shape="series"),
        Outcome("passive", gettext_noop("Receives"), axes=("factor",), shape="series"),
        Outcome("quotient", gettext_noop("Exerts by receives"), axes=("factor",), shape="series"),
        Outcome("product", gettext_noop("Exerts times receives"), axes=("factor",), shape="series"),
        Outcome("indirect_rank", gettext_noop("Rank through others, from 0"), axes=("factor",), shape="series"),
        Outcome("power", gettext_noop("Steps until the ranks stood still")),
    ),
    compute=answer,
    version="2",
    references=(
        "Vester (2007): The Art of Interconnected Thinking, MCB.",
        "Godet (1994): From Anticipation to Action, UNESCO.",
    ),
)
