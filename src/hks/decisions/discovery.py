"""Scenario discovery by PRIM: under which conditions does it become critical?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Outcome, Parameter
from hks.decisions.experiments import FACTORS, OUTCOME, RUNS, Experiments, lines
from hks.numerics.proportions import at_least

Bound = TypeVar("Bound")
FEW_CRITICAL = 30  # our choice: with fewer critical cases a box says little


@dataclass(frozen=True)
class Box:
    """A box of cases: bounds of numbers and texts left out, by factor, and who lies within, (case,)."""

    inside: np.ndarray
    low: Mapping[str, float] = field(default_factory=dict)
    high: Mapping[str, float] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def restricted(self) -> list[str]:
        """Name the factors that are bounded."""
        return list(dict.fromkeys([*self.low, *self.high, *self.without]))

    def measures(self, critical: np.ndarray) -> dict[str, float | int]:
        """Return coverage, density and mass of the box, and how many factors bound it. [1]"""
        hits, cases = int(critical[self.inside].sum()), int(self.inside.sum())
        return {
            "coverage": hits / int(critical.sum()), "density": hits / cases, "mass": cases / len(critical),
            "restricted": len(self.restricted), "cases": cases, "critical": hits,
        }  # fmt: skip


def peeled(factors: Mapping[str, np.ndarray], critical: np.ndarray, alpha: float, least: float) -> list[Box]:
    """Peel thin slices off a box around all cases, always the one that raises the density most per case given up.

    Parameters
    ----------
    factors : mapping of name to (case,) array
        Numbers or texts. [any]
    critical : (case,) array of bool
    alpha : float
        Share of the cases in the box that a slice takes; equal values go together. [1]
    least : float
        Smallest share of all cases that a box may hold. [1]

    Returns
    -------
    list of Box
        From the box of all cases to the smallest. Among equal slices one of a bounded factor goes first, then in the
        order of the factors.

    References
    ----------
    Friedman & Fisher (1999): Statistics and Computing 9, 123-143; Bryant & Lempert (2010): Technological Forecasting
    and Social Change 77, 34-49.
    """
    numbers = [name for name, column in factors.items() if column.dtype.kind != "U"]
    values = np.array([factors[name] for name in numbers], dtype=float).reshape(len(numbers), len(critical))
    order = np.argsort(values, axis=1, kind="stable")
    found = [Box(np.ones(len(critical), dtype=bool))]
    while True:
        box = found[-1]
        inside = int(box.inside.sum())
        order = order[box.inside[order]].reshape(len(numbers), inside)
        best: tuple[float, bool, Box] | None = None
        density = critical[box.inside].mean()
        for kept, hits, narrower in _slices(box, numbers, values, order, factors, critical, alpha):
            if not max(least * len(critical), 1) <= kept < inside:
                continue
            gain = (hits / kept - density) / (inside - kept)
            old = len(narrower.restricted) == len(box.restricted)
            if best is None or (gain, old) > best[:2]:
                best = (gain, old, narrower)
        if best is None:
            return found
        found.append(_filled(best[2], factors))


def _slices(
    box: Box,
    numbers: Sequence[str],
    values: np.ndarray,
    order: np.ndarray,
    factors: Mapping[str, np.ndarray],
    critical: np.ndarray,
    alpha: float,
) -> Iterator[tuple[int, int, Box]]:
    """Yield what each slice would leave: cases, critical cases and the bounds."""
    inside = order.shape[1]
    rising = np.take_along_axis(values, order, axis=1)
    below = np.concatenate([np.zeros((len(numbers), 1), int), np.cumsum(critical[order], axis=1)], axis=1)
    first, last = int((inside - 1) * alpha), int(np.ceil((inside - 1) * (1 - alpha)))
    place = iter(range(len(numbers)))
    for name in factors:
        if name not in numbers:
            yield from _texts(box, name, factors[name], critical)
            continue
        at = next(place)
        row, hits = rising[at], below[at]
        cut = int(np.searchsorted(row, row[first], "right"))
        if cut < inside:
            bound = _between(float(row[cut - 1]), float(row[cut]), last=False)
            yield inside - cut, int(hits[-1] - hits[cut]), replace(box, low={**box.low, name: bound})
        cut = int(np.searchsorted(row, row[last], "left"))
        if cut:
            bound = _between(float(row[cut - 1]), float(row[cut]), last=True)
            yield cut, int(hits[cut]), replace(box, high={**box.high, name: bound})


def _between(lower: float, upper: float, *, last: bool) -> float:
    """Return a bound between two values that keeps the one and leaves the other, however near they are."""
    bound = lower / 2 + upper / 2
    if lower < bound < upper:
        return bound
    return lower if last else upper


def _texts(box: Box, name: str, column: np.ndarray, critical: np.ndarray) -> Iterator[tuple[int, int, Box]]:
    """Leave out one text at a time."""
    for text in np.unique(column[box.inside]).tolist():
        kept = box.inside & (column != text)
        gone = tuple(sorted({*box.without.get(name, ()), text}))
        yield int(kept.sum()), int(critical[kept].sum()), replace(box, without={**box.without, name: gone})


def _filled(box: Box, factors: Mapping[str, np.ndarray]) -> Box:
    """Find who lies within the bounds."""
    inside = np.ones(len(box.inside), dtype=bool)
    for name, low in box.low.items():
        inside &= factors[name] >= low
    for name, high in box.high.items():
        inside &= factors[name] <= high
    for name, gone in box.without.items():
        inside &= ~np.isin(factors[name], gone)
    return replace(box, inside=inside)


def pasted(box: Box, factors: Mapping[str, np.ndarray], critical: np.ndarray, alpha: float) -> Box:
    """Move bounds outwards by thin slices as long as the density does not fall.

    References
    ----------
    Friedman & Fisher (1999): Statistics and Computing 9, 123-143, section 8.2.
    """
    while True:
        wider = [_filled(grown, factors) for grown in _grown(box, factors, alpha)]
        wider = [grown for grown in wider if grown.inside.sum() > box.inside.sum()]
        best = max(wider, key=lambda grown: critical[grown.inside].mean(), default=None)
        if best is None or critical[best.inside].mean() < critical[box.inside].mean():
            return box
        box = best


def _grown(box: Box, factors: Mapping[str, np.ndarray], alpha: float) -> Iterator[Box]:
    """Yield the box with each bound of a number a slice further out, or gone."""
    slice_of = max(int(alpha * box.inside.sum()), 1)
    for side, sign in (("low", -1.0), ("high", 1.0)):
        bounds = box.low if side == "low" else box.high
        for name, bound in bounds.items():
            free = _without(bounds, name)
            column = factors[name]
            out = _filled(_bounded(box, side, free), factors).inside & (sign * column > sign * bound)
            beyond = np.unique(sign * column[out])
            reached = np.sort(sign * column[out])[: slice_of + 1]
            if not len(beyond):
                continue
            if len(reached) <= slice_of:
                yield _bounded(box, side, free)
                continue
            further = beyond[beyond > reached[slice_of - 1]]
            edge = (reached[slice_of - 1] + further[0]) / 2 if len(further) else np.inf
            yield _bounded(box, side, {**free, name: float(sign * edge)} if np.isfinite(edge) else free)


def _bounded(box: Box, side: str, bounds: Mapping[str, float]) -> Box:
    return replace(box, low=bounds) if side == "low" else replace(box, high=bounds)


def _without(bounds: Mapping[str, Bound], name: str) -> dict[str, Bound]:
    return {key: bound for key, bound in bounds.items() if key != name}


def quasi_p(box: Box, factors: Mapping[str, np.ndarray], critical: np.ndarray) -> dict[str, float]:
    """Say for each bounded factor how probably chance alone gives such a density, were its bounds without effect. [1]

    References
    ----------
    Bryant & Lempert (2010): Technological Forecasting and Social Change 77, 34-49, appendix.
    """
    found = {}
    hits, cases = int(critical[box.inside].sum()), int(box.inside.sum())
    for name in box.restricted:
        freed = replace(
            box, low=_without(box.low, name), high=_without(box.high, name), without=_without(box.without, name)
        )
        free = _filled(freed, factors).inside
        found[name] = at_least(hits, cases, float(critical[free].mean()))
    return found


def chosen(trajectory: Sequence[Box], critical: np.ndarray, threshold: float) -> Box:
    """Take the box that covers most among those dense enough, among equal ones the densest; if none is, the densest."""
    told = [box.measures(critical) for box in trajectory]
    dense = [place for place, one in enumerate(told) if one["density"] >= threshold]
    if dense:
        return trajectory[max(dense, key=lambda place: (told[place]["coverage"], told[place]["density"]))]
    return trajectory[max(range(len(told)), key=lambda place: (told[place]["density"], told[place]["coverage"]))]


def sentence(box: Box, columns: Mapping[str, np.ndarray]) -> str:
    """Say in words under which conditions it becomes critical."""
    parts = []
    for name in box.restricted:
        low, high = box.low.get(name), box.high.get(name)
        told = {"name": name, "low": f"{low or 0:.4g}", "high": f"{high or 0:.4g}"}
        if name in box.without:
            left = sorted(set(np.unique(columns[name]).tolist()) - set(box.without[name]))
            parts.append(gettext_noop("%(name)s is %(left)s") % {"name": name, "left": OR.join(left)})
        elif low is None:
            parts.append(gettext_noop("%(name)s is at most %(high)s") % told)
        elif high is None:
            parts.append(gettext_noop("%(name)s is at least %(low)s") % told)
        else:
            parts.append(gettext_noop("%(name)s is between %(low)s and %(high)s") % told)
    if not parts:
        return gettext_noop("No condition sets the critical cases apart.")
    return gettext_noop("It becomes critical when %(conditions)s.") % {"conditions": AND.join(parts)}


COUNTED = gettext_noop("%(inside)s of %(all)s critical cases lie there; %(share)s %% of the cases there are critical.")
AND, OR = gettext_noop(" and "), gettext_noop(" or ")


def told_box(box: Box, factors: Mapping[str, np.ndarray], critical: np.ndarray) -> dict[str, Any]:
    """Return a box as plain values."""
    chance = quasi_p(box, factors, critical)
    measured = box.measures(critical)
    numbers = {"inside": measured["critical"], "all": int(critical.sum()), "share": round(100 * measured["density"])}
    limits = [
        {
            "factor": name, "low": box.low.get(name), "high": box.high.get(name),
            "without": list(box.without.get(name, ())), "quasi_p": chance[name],
        }
        for name in box.restricted
    ]  # fmt: skip
    words = f"{sentence(box, factors)} {COUNTED % numbers}"
    return {**measured, "limits": limits, "sentence": words}


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Find boxes one after the other; a later one is sought among the cases that no earlier one holds."""
    table: Experiments = inputs["table"]
    name = str(values["outcome"])
    factors, critical, warnings = _critical(table, name, values)
    alpha, least = cast("float", values["alpha"]), cast("float", values["least_mass"])
    threshold, rest = cast("float", values["threshold"]), np.ones(len(critical), dtype=bool)
    boxes: list[Box] = []
    first: list[Box] = []
    for _ in range(cast("int", values["boxes"])):
        left = {key: column[rest] for key, column in factors.items()}
        if not critical[rest].any():
            break
        trajectory = peeled(left, critical[rest], alpha, least)
        box = pasted(chosen(trajectory, critical[rest], threshold), left, critical[rest], alpha)
        if not box.restricted:
            break
        first = first or trajectory
        whole = np.zeros(len(critical), dtype=bool)
        whole[np.flatnonzero(rest)[box.inside]] = True
        boxes.append(_filled(replace(box, inside=whole), factors))
        rest &= ~boxes[-1].inside
    told = [told_box(box, factors, critical) for box in boxes]
    if told and told[0]["density"] < threshold:
        warnings.append(gettext_noop("No box is as dense as asked; the densest is shown."))
    if any(limit["quasi_p"] > 0.05 for box in told for limit in box["limits"]):
        warnings.append(gettext_noop("A condition with a quasi-p above 0.05 may be chance."))
    return {
        "cases": len(critical),
        "critical": int(critical.sum()),
        "boxes": told,
        "sentence": told[0]["sentence"] if told else sentence(Box(critical), factors),
        "trajectory": [box.measures(critical) for box in first],
        "warnings": warnings,
    }


def _critical(table: Experiments, name: str, values: Values) -> tuple[dict[str, np.ndarray], np.ndarray, list[str]]:
    """Return factors and critical cases without those that came to nothing, and remarks."""
    found = table.numbers(name)
    there = np.isfinite(found)
    limit = cast("float", values["limit"])
    critical = (found > limit if values["critical"] == "above" else found < limit)[there]
    if not 0 < critical.sum() < len(critical):
        raise InputError(
            gettext_noop("%(critical)s of %(cases)s cases are critical; some must be and some not."),
            critical=int(critical.sum()), cases=len(critical),
        )  # fmt: skip
    factors = {key: column[there] for key, column in table.factors(name, lines(values["factor"])).items()}
    warnings = []
    if not there.all():
        warnings.append(gettext_noop("Cases without an outcome were left out."))
    if critical.sum() < FEW_CRITICAL:
        warnings.append(gettext_noop("There are fewer than 30 critical cases; more members make the answer surer."))
    return factors, critical, warnings


OURS = gettext_noop("our choice")

DISCOVER = Method(
    group="decisions",
    verb="discover",
    title=gettext_noop("When it becomes critical"),
    summary=gettext_noop("Under which conditions an option fails, found in a table of many runs."),
    inputs=(RUNS,),
    parameters=(
        OUTCOME,
        Parameter("critical", gettext_noop("Critical is"), "choice", "below", source=gettext_noop("input"),
                  choices=(("below", gettext_noop("less than the limit")),
                           ("above", gettext_noop("more than the limit")))),
        Parameter("limit", gettext_noop("Limit"), "number", 0.0, low=-1e15, high=1e15, source=gettext_noop("input")),
        FACTORS,
        Parameter("alpha", gettext_noop("Share of a slice"), "number", 0.05, low=0.005, high=0.5, step=0.05,
                  source="Friedman & Fisher (1999)"),
        Parameter("threshold", gettext_noop("Share of critical cases a box should have"), "number", 0.8, low=0, high=1,
                  step=0.05, source=OURS),
        Parameter("least_mass", gettext_noop("Smallest share of all cases in a box"), "number", 0.05, low=0, high=0.9,
                  step=0.01, source=OURS),
        Parameter("boxes", gettext_noop("Boxes at most"), "integer", 1, low=1, high=5, source=OURS),
    ),
    outcomes=(
        Outcome("cases", gettext_noop("Cases")),
        Outcome("critical", gettext_noop("Critical cases")),
        Outcome("boxes", gettext_noop("Boxes"), axes=("box",), shape="table"),
        Outcome("sentence", gettext_noop("In words")),
        Outcome("trajectory", gettext_noop("From all cases to the smallest box"), axes=("step",), shape="table"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    references=(
        "Friedman & Fisher (1999): Bump hunting in high-dimensional data, Statistics and Computing 9, 123-143.",
        "Bryant & Lempert (2010): Technological Forecasting and Social Change 77, 34-49.",
    ),
)  # fmt: skip
