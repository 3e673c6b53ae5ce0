"""Where a start leads: the succession of a cross-impact matrix and the size of its basins.

By the global rule all descriptors move at once to a state with the highest balance; a state that is among the best
stays, otherwise the one listed first is taken. This rule reproduces the weights of ScenarioWizard.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter, Value
from hks.numerics.proportions import wilson_interval
from hks.scenarios.cross_impact import ROUNDING, CrossImpactMatrix, balances, inconsistency

MOST_STARTS = 2**31  # our choice: two bytes a start, 4.3 GB
MOST_DECIMALS = 4  # our choice: means of many experts are not judged finer
RULES = ("global", "local", "incremental")
LABELS = 65_536  # labels of two bytes, of which three mean unseen, cycle and on the path
TOGETHER = 100_000  # our choice: drawn starts in memory at once
MOST_STEPS = 10_000  # our choice: dense matrices can circle for longer than anybody lives
STEPS = 20  # our choice: a drawn start needs about so many times the work of one that is met in order
DRAWN = gettext_noop("The starts were drawn; their shares lie within the intervals in 95 of 100 cases.")
RESTLESS = gettext_noop("A way came to no end within %(most)s steps; this matrix cannot be followed.")
SECONDS_PER_START = 2e-7  # measured on one core of an office machine, rounded up


@dataclass(frozen=True)
class Succession:
    """The scenarios met, (step, descriptor=N), whether they end `fixed` or in a `cycle`, and its length [1]."""

    path: np.ndarray
    kind: str
    period: int


@dataclass(frozen=True)
class Basins:
    """Fixed points by falling weight, (attractor=A, descriptor=N), and the number of starts leading to each, (A,) [1].

    `cycles_weight` counts the starts that end in a cycle, `starts` all that were followed. [1]
    `intervals` are those of the shares of starts where they were drawn, (A, 2) [1]; empty where every one was followed.
    """

    attractors: np.ndarray
    weights: np.ndarray
    cycles_weight: int
    starts: int
    intervals: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))


def successor(matrix: CrossImpactMatrix, scenario: np.ndarray, rule: str = "global") -> np.ndarray:
    """Move descriptors to a state with the highest balance.

    Parameters
    ----------
    scenario : (descriptor=N,) array
        State of each descriptor. [1]
    rule : {"global", "local", "incremental"}
        All descriptors move at once; only the first of those that are most inconsistent moves; or each one moves by
        one state towards its best, where states stand in an order.

    Returns
    -------
    (descriptor=N,) array
        The next scenario. [1]

    Raises
    ------
    InputError
        If the scenario does not fit the matrix.
    """
    here = matrix.checked(scenario)
    scores = balances(matrix, here)
    after = here.copy()
    for j, (first, last) in enumerate(itertools.pairwise(matrix.offsets)):
        own = scores[first:last]
        if own[here[j]] < own.max() - ROUNDING:
            after[j] = (own >= own.max() - ROUNDING).argmax()
    if rule == "local":
        lacking = inconsistency(matrix, here)
        first_lacking = (lacking >= lacking.max() - ROUNDING).argmax()
        after = np.where(np.arange(len(here)) == first_lacking, after, here)
    elif rule == "incremental":
        after = here + np.sign(after - here)
    return np.asarray(after)


def succession(
    matrix: CrossImpactMatrix, start: Sequence[int] | np.ndarray, rule: str = "global", held: Sequence[int] = ()
) -> Succession:
    """Follow a scenario until it repeats; the descriptors `held` stay in their state of the start.

    Raises
    ------
    InputError
        If the start does not fit the matrix, or the way comes to no end within 10,000 steps.
    """
    path = [matrix.checked(np.asarray(start))]
    seen = {path[0].tobytes(): 0}
    while True:
        after = successor(matrix, path[-1], rule)
        after[list(held)] = path[0][list(held)]
        known = seen.get(after.tobytes())
        if known is not None:
            period = len(path) - known
            return Succession(np.array(path), "fixed" if period == 1 else "cycle", period)
        if len(path) > MOST_STEPS:
            raise InputError(RESTLESS, most=MOST_STEPS)
        seen[after.tobytes()] = len(path)
        path.append(after)


def basins(matrix: CrossImpactMatrix) -> Basins:
    """Count exactly how many starts lead to each fixed point and into cycles.

    Raises
    ------
    InputError
        If there are more than 2**31 starts, more than 65,533 fixed points, or too many decimals.
    """
    from hks.scenarios import cross_impact_kernels as kernels

    starts = math.prod(matrix.counts.tolist())
    if starts > MOST_STARTS:
        raise InputError(
            gettext_noop("%(starts)s combinations are too many to follow, at most %(limit)s; starts can be drawn."),
            starts=starts, limit=MOST_STARTS,
        )  # fmt: skip
    strides = np.append(np.cumprod(matrix.counts[:0:-1])[::-1], 1).astype(np.int64)
    ends = np.zeros(kernels.CYCLE, dtype=np.int64)
    weights = np.zeros(LABELS, dtype=np.int64)
    labels = np.zeros(starts, dtype=np.uint16)
    count = kernels.basins(_whole(matrix.impact), matrix.offsets, strides, labels, ends, weights)
    if count < 0:
        raise InputError(
            gettext_noop("More than %(limit)s scenarios lead to themselves; the matrix judges too few impacts."),
            limit=kernels.CYCLE - 1,
        )
    scenarios = ends[1 : count + 1, None] // strides % matrix.counts
    sizes = weights[1 : count + 1]
    order = np.lexsort([*scenarios.T[::-1], -sizes])
    return Basins(scenarios[order], sizes[order], int(weights[kernels.CYCLE]), starts)


def drawn_basins(
    matrix: CrossImpactMatrix, starts: int, rng: np.random.Generator, told: Callable[[float], None] | None = None
) -> Basins:
    """Estimate the basins from starts drawn evenly from all, with intervals that hold in 95 of 100 cases.

    `told` hears the part that is done, 0 to 1; what it raises ends the walk.

    Raises
    ------
    InputError
        If no start is to be drawn, a way comes to no end within 10,000 steps, or the judgements have too many decimals.

    References
    ----------
    Wilson (1927): Journal of the American Statistical Association 22, 209-212.
    """
    from hks.scenarios import cross_impact_kernels as kernels

    if starts < 1:
        raise InputError(gettext_noop("At least one start must be drawn."))
    impact, counted, cycles = _whole(matrix.impact), Counter[tuple[int, ...]](), 0
    for begun in range(0, starts, TOGETHER):
        ends = rng.integers(0, matrix.counts, (min(TOGETHER, starts - begun), len(matrix.states)), dtype=np.int64)
        fixed = np.zeros(len(ends), dtype=np.bool_)
        if not kernels.walk_to_ends(impact, matrix.offsets, ends, fixed, MOST_STEPS):
            raise InputError(RESTLESS, most=MOST_STEPS)
        met, times = np.unique(ends[fixed], axis=0, return_counts=True)
        counted.update(dict(zip(map(tuple, met.tolist()), times.tolist(), strict=True)))
        cycles += int((~fixed).sum())
        if told is not None:
            told((begun + len(ends)) / starts)
    scenarios = np.array(list(counted), dtype=np.int64).reshape(-1, len(matrix.states))
    sizes = np.array(list(counted.values()), dtype=np.int64)
    order = np.lexsort([*scenarios.T[::-1], -sizes])
    intervals = np.array([wilson_interval(int(size), starts) for size in sizes[order]]).reshape(-1, 2)
    return Basins(scenarios[order], sizes[order], cycles, starts, intervals)


def _whole(impact: np.ndarray) -> np.ndarray:
    """Scale decimal judgements to whole numbers of 32 bits, so that ties are exact."""
    for decimals in range(MOST_DECIMALS + 1):
        scaled = np.round(impact * 10**decimals)
        if np.allclose(scaled, impact * 10**decimals, rtol=0, atol=1e-6) and np.abs(scaled).sum(axis=0).max() < 2**31:
            return np.asarray(scaled, dtype=np.int32)
    raise InputError(
        gettext_noop("Basins need judgements with at most %(decimals)s decimals; round the matrix first."),
        decimals=MOST_DECIMALS,
    )


def answer_basins(inputs: Inputs, values: Values, seed: int, told: Callable[[float], None] | None = None) -> Outcomes:
    """Answer the basins of a matrix."""
    matrix, drawn = inputs["matrix"], cast("int", values["starts"])
    found = drawn_basins(matrix, drawn, np.random.default_rng(seed), told) if drawn else basins(matrix)
    pairs = zip(found.attractors.tolist(), found.weights.tolist(), strict=True)
    return {
        "attractors": [{"scenario": scenario, "weight": weight} for scenario, weight in pairs],
        "cycles_weight": found.cycles_weight,
        "starts": found.starts,
        "intervals": found.intervals.tolist(),
        "warnings": [DRAWN] if drawn else [],
    }


def parsed_start(text: str, matrix: CrossImpactMatrix) -> list[int]:
    """Read a start such as `0,1,2`; an empty text means the first state of every descriptor.

    Raises
    ------
    InputError
        If the text is no list of whole numbers.
    """
    if not text.strip():
        return [0] * len(matrix.states)
    try:
        return [int(np.int32(int(part))) for part in text.split(",")]
    except (ValueError, OverflowError):
        raise InputError(
            gettext_noop("'%(text)s' is no start; write the states as whole numbers from 0, such as 0,1,2."), text=text
        ) from None


def answer_succession(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Answer the path from one start."""
    matrix: CrossImpactMatrix = inputs["matrix"]
    found = succession(matrix, parsed_start(str(values["start"]), matrix), str(values["rule"]))
    return {"path": found.path, "kind": found.kind, "period": found.period}


@dataclass(frozen=True)
class StartParameter(Parameter):
    """A start scenario written as text; how many states it needs is known only beside the matrix."""

    def checked(self, value: object) -> Value:
        """Return the text."""
        return str(value)


MATRIX = (Input("matrix", gettext_noop("Cross-impact matrix"), ("cross-impact-matrix",)),)


def _seconds(matrix: CrossImpactMatrix, starts: int) -> float:
    """Foresee how long starts take; each step of a drawn one costs as much as factors times states."""
    if not starts:
        return SECONDS_PER_START * float(math.prod(matrix.counts.tolist()))
    return SECONDS_PER_START * starts * STEPS * max(1.0, len(matrix.counts) * int(matrix.counts.sum()) / 600.0)


BASINS = Method(
    group="scenarios",
    verb="basins",
    title=gettext_noop("Basins of a cross-impact matrix"),
    summary=gettext_noop(
        "How many of all combinations lead to each consistent scenario. The share of starts is not a probability."
    ),
    inputs=MATRIX,
    parameters=(
        Parameter(
            "starts",
            gettext_noop("Starts drawn"),
            "integer",
            0,
            low=0,
            high=100_000_000,
            help=gettext_noop("0: every combination is followed; else so many are drawn and counted."),
        ),
    ),
    outcomes=(
        Outcome("attractors", gettext_noop("Scenarios that keep themselves"), axes=("attractor",), shape="table"),
        Outcome("cycles_weight", gettext_noop("Starts that end in a cycle")),
        Outcome("starts", gettext_noop("Starts followed")),
        Outcome("intervals", gettext_noop("Share of starts, from and to"), axes=("attractor", "end"), shape="table"),
    ),
    compute=answer_basins,
    draws=True,
    tells=True,
    version="2",
    estimate=lambda inputs, values: _seconds(inputs["matrix"], cast("int", values["starts"])),
    references=("Weimer-Jehle (2006): Cross-impact balances, Technological Forecasting and Social Change 73.",),
)

SUCCESSION = Method(
    group="scenarios",
    verb="succession",
    title=gettext_noop("Succession from a start"),
    summary=gettext_noop("Where a combination of states leads when every factor yields to the impacts on it."),
    inputs=MATRIX,
    parameters=(
        StartParameter(
            "start", gettext_noop("Start scenario"), "choice", "",
            help=gettext_noop("State of each descriptor from 0, such as 0,1,2; empty: the first state of each."),
        ),
        Parameter(
            "rule", gettext_noop("Rule of succession"), "choice", "global",
            choices=(
                ("global", gettext_noop("All move at once")),
                ("local", gettext_noop("Only the most inconsistent moves")),
                ("incremental", gettext_noop("Each moves by one state")),
            ),
            source="Weimer-Jehle (2006)",
        ),
    ),
    outcomes=(
        Outcome("path", gettext_noop("Scenarios on the way"), axes=("step", "descriptor"), shape="table"),
        Outcome("kind", gettext_noop("End")),
        Outcome("period", gettext_noop("Length of the cycle")),
    ),
    compute=answer_succession,
    version="2",
    references=("Weimer-Jehle (2006): Cross-impact balances, Technological Forecasting and Social Change 73.",),
)  # fmt: skip
