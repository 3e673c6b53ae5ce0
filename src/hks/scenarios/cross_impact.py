"""Cross-impact balances: which combinations of states are consistent, found exactly.

A scenario chooses one state per descriptor. It is consistent with tolerance t if no descriptor would rather be in
another state by more than t. Judgements of a descriptor on itself count.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.scenarios.selection import pick_diverse
from hks.scenarios.settled_states import settled_states

MOST_SCENARIOS = 1_000_000  # our choice: a longer list helps nobody, the search then counts as incomplete
NODES_BETWEEN_LOOKS = 1_000  # our choice: `stop` is asked about a hundred times a second
TOGETHER = 1_000  # our choice: scenarios that are measured at once
LARGEST = 1e6  # our choice: judgements lie within 20; beyond it sums of decimals are less exact than they are compared
ROUNDING = 1e-9  # sums of decimal judgements are compared with this slack; whole numbers are exact


@dataclass(frozen=True)
class CrossImpactMatrix:
    """Descriptors with their states, and the judged impact of each state on each.

    `impact` is a (source state, target state) array over all states in order. [1]
    """

    descriptors: tuple[str, ...]
    states: tuple[tuple[str, ...], ...]
    impact: np.ndarray

    def __post_init__(self) -> None:
        total = sum(len(states) for states in self.states)
        if not self.descriptors or len(self.descriptors) != len(self.states) or not all(self.states):
            raise InputError(gettext_noop("A matrix needs descriptors, and each descriptor at least one state."))
        if self.impact.shape != (total, total):
            raise InputError(
                gettext_noop("The matrix is not square: %(states)s states need %(states)s rows and columns."),
                states=total,
            )
        if not np.isfinite(self.impact).all():
            raise InputError(gettext_noop("The matrix has a cell without a number."))
        if np.abs(self.impact).max() > LARGEST:
            raise InputError(
                gettext_noop("The matrix has a judgement of %(found)s; judgements lie between -%(most)s and %(most)s."),
                found=float(np.abs(self.impact).max()), most=int(LARGEST),
            )  # fmt: skip

    @property
    def starts(self) -> np.ndarray:
        """Return the place of each descriptor's first state, shape (descriptor,)."""
        return self.offsets[:-1]

    @property
    def counts(self) -> np.ndarray:
        """Return the number of states of each descriptor, shape (descriptor,)."""
        return np.array([len(states) for states in self.states], dtype=np.int64)

    @property
    def offsets(self) -> np.ndarray:
        """Return the first states of the descriptors and the number of all states, shape (descriptor + 1,)."""
        return np.concatenate([[0], np.cumsum(self.counts)]).astype(np.int64)

    def checked(self, scenario: np.ndarray) -> np.ndarray:
        """Return a scenario as whole numbers.

        Raises
        ------
        InputError
            If it names more or fewer states than there are descriptors, or a state that does not exist.
        """
        states = np.asarray(scenario, dtype=np.int64)
        if states.shape != (len(self.states),):
            raise InputError(
                gettext_noop("A scenario names %(given)s states; the matrix has %(wanted)s descriptors."),
                given=states.size, wanted=len(self.states),
            )  # fmt: skip
        for name, state, count in zip(self.descriptors, states.tolist(), self.counts.tolist(), strict=True):
            if not 0 <= state < count:
                raise InputError(
                    gettext_noop("The descriptor '%(name)s' has no state %(state)s; its states are 0 to %(last)s."),
                    name=name, state=state, last=count - 1,
                )  # fmt: skip
        return states


@dataclass(frozen=True)
class Solutions:
    """The consistent scenarios, shape (scenario, descriptor) of state indices from 0, in ascending order."""

    scenarios: np.ndarray
    complete: bool
    nodes: int


def balances(matrix: CrossImpactMatrix, scenario: np.ndarray) -> np.ndarray:
    """Sum the impacts that a scenario exerts on every state.

    Parameters
    ----------
    matrix : CrossImpactMatrix
    scenario : (descriptor,) array of int
        Chosen state of each descriptor, from 0.

    Returns
    -------
    (state,) array
        Impact balance of each state. [1]

    References
    ----------
    Weimer-Jehle (2006): Technological Forecasting and Social Change 73, 334-361.
    """
    return np.asarray(matrix.impact[matrix.starts + scenario].sum(axis=0))


def consistency(matrix: CrossImpactMatrix, scenario: np.ndarray) -> float:
    """Return how far the chosen state leads the best other one, at its weakest descriptor. [1]"""
    return float(measured(matrix, scenario[None, :])[0][0])


def total_impact(matrix: CrossImpactMatrix, scenario: np.ndarray) -> float:
    """Sum the balances of the chosen states. [1]"""
    return float(measured(matrix, scenario[None, :])[1][0])


def measured(matrix: CrossImpactMatrix, scenarios: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return consistency value and total impact score of many scenarios, (scenario,) each. [1]

    Parameters
    ----------
    scenarios : (scenario, descriptor) array of int
        Chosen state of each descriptor, from 0.
    """
    starts, leads, totals = matrix.starts, np.zeros(len(scenarios)), np.zeros(len(scenarios))
    contested = matrix.counts > 1
    for first in range(0, len(scenarios), TOGETHER):
        part = slice(first, first + TOGETHER)
        chosen = starts + scenarios[part]
        sums = np.zeros((len(chosen), len(matrix.impact)))
        for place in range(len(starts)):
            sums += matrix.impact[chosen[:, place]]
        own = np.take_along_axis(sums, chosen, axis=1)
        totals[part] = own.sum(axis=1)
        if contested.any():
            np.put_along_axis(sums, chosen, -np.inf, axis=1)
            rivals = np.maximum.reduceat(sums, starts, axis=1)
            leads[part] = (own - rivals)[:, contested].min(axis=1)
    return leads, totals


def inconsistency(matrix: CrossImpactMatrix, scenario: np.ndarray) -> np.ndarray:
    """Measure for each descriptor by how much its best state beats the chosen one, (descriptor,) [1]."""
    found = balances(matrix, scenario)
    return np.asarray(np.maximum.reduceat(found, matrix.starts) - found[matrix.starts + scenario])


def never() -> bool:
    """Search to the end."""
    return False


def consistent(
    matrix: CrossImpactMatrix,
    tolerance: float = 0.0,
    stop: Callable[[], bool] = never,
    *,
    fixed: Mapping[int, int] | None = None,
    forced: Mapping[int, int] | None = None,
    most_nodes: int | None = None,
    most: int = MOST_SCENARIOS,
) -> Solutions:
    """Find every consistent scenario by branching and propagating bounds.

    Parameters
    ----------
    matrix : CrossImpactMatrix
    tolerance : float
        Inconsistency that is still accepted, at least 0. [1]
    stop : callable
        Asked every thousand nodes; once it says yes the search ends incomplete.
    fixed : mapping of descriptor to state, optional
        Only scenarios with these states are wanted; the states must hold like all others.
    forced : mapping of descriptor to state, optional
        These states are set from outside; whether they hold is not asked.
    most_nodes : int, optional
        The search ends incomplete after about so many nodes. [1]
    most : int
        The search ends incomplete once it found one more than so many scenarios. [1]

    Raises
    ------
    InputError
        If the tolerance is negative, or a fixed or forced state does not exist.
    """
    from hks.scenarios import cross_impact_kernels as kernels

    if tolerance < 0:
        raise InputError(gettext_noop("The tolerance is %(value)s; it must be 0 or more."), value=tolerance)
    tested = np.ones(len(matrix.states), dtype=np.bool_)
    tested[list(forced or {})] = False
    left = _open_states(matrix, {**(fixed or {}), **(forced or {})})
    impact = np.ascontiguousarray(matrix.impact, dtype=np.float64)
    problem, search = kernels.prepared(impact, matrix.offsets, left, tested)
    cursor, slack = search[-1], float(tolerance) + ROUNDING
    found = np.empty((NODES_BETWEEN_LOOKS, len(matrix.states)), dtype=np.int64)
    kept, many = [found[:0]], 0
    while cursor[0] >= 0 and many <= most and (most_nodes is None or cursor[1] < most_nodes) and not stop():
        count = kernels.searched(problem, search, slack, found[: most + 1 - many], NODES_BETWEEN_LOOKS)
        kept.append(found[:count].copy())
        many += count
    rows = np.concatenate(kept)[:most]
    complete = bool(cursor[0] < 0) and many <= most
    return Solutions(rows[np.lexsort(rows.T[::-1])], complete, int(cursor[1]))


def _open_states(matrix: CrossImpactMatrix, restricted: dict[int, int]) -> np.ndarray:
    """Mark the states that fixed and forced descriptors leave, (state,)."""
    alive = np.ones(len(matrix.impact), dtype=np.bool_)
    for descriptor, state in restricted.items():
        if not 0 <= descriptor < len(matrix.states) or not 0 <= state < matrix.counts[descriptor]:
            raise InputError(
                gettext_noop("There is no descriptor %(descriptor)s with a state %(state)s."),
                descriptor=descriptor, state=state,
            )  # fmt: skip
        first, last = matrix.offsets[descriptor : descriptor + 2]
        alive[first:last] = False
        alive[first + state] = True
    return alive


_TINY = CrossImpactMatrix(("a", "b"), (("x", "y"),) * 2, np.array([[0, 0, 2, -2], [0, 0, -2, 2]] * 2, dtype=float))


def load_search() -> None:
    """Load the search before a clock starts; a cold process would lose its time to that."""
    consistent(_TINY)


def warm_up() -> None:
    """Compile the kernels of this room once, so that nobody waits for it later."""
    from hks.scenarios.succession import basins

    load_search()
    basins(_TINY)


NONE_HOLDS = gettext_noop("No combination of states holds; a higher tolerance or fewer settled states may help.")
INCOMPLETE = gettext_noop("The search was stopped before its end; scenarios may be missing.")


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Solve a matrix within its time limit; the clock stands here, not in the search."""
    matrix: CrossImpactMatrix = inputs["matrix"]
    fixed, forced = (settled_states(str(values[name]), matrix.descriptors, matrix.states) for name in ("fix", "force"))
    both = [matrix.descriptors[descriptor] for descriptor in sorted(fixed.keys() & forced.keys())]
    if both:
        raise InputError(gettext_noop("'%(name)s' is both fixed and forced; it can be only one."), name=both[0])
    load_search()
    end = time.monotonic() + cast("float", values["time_limit"])
    found = consistent(
        matrix, cast("float", values["tolerance"]), lambda: time.monotonic() > end, fixed=fixed, forced=forced,
        most=cast("int", values["most"]),
    )  # fmt: skip
    held, scores = measured(matrix, found.scenarios)
    picked = pick_diverse(found.scenarios, cast("int", values["diverse"]), total_impacts=scores)
    return {
        "complete": found.complete,
        "count": len(found.scenarios),
        "scenarios": found.scenarios.tolist(),
        "consistency": held.tolist(),
        "total_impact": scores.tolist(),
        "nodes": found.nodes,
        "diverse": picked.tolist(),
        "warnings": [INCOMPLETE] if not found.complete else [] if len(found.scenarios) else [NONE_HOLDS],
    }


SOLVE = Method(
    group="scenarios",
    verb="solve",
    title=gettext_noop("Consistent scenarios"),
    summary=gettext_noop("All combinations of developments that fit together. A scenario is not a forecast."),
    inputs=(Input("matrix", gettext_noop("Cross-impact matrix"), ("cross-impact-matrix",)),),
    parameters=(
        Parameter("tolerance", gettext_noop("Accepted inconsistency"), "number", 0.0, low=0, high=1000),
        Parameter("time_limit", gettext_noop("Longest search"), "number", 60.0, "s", low=0, high=86400),
        Parameter(
            "most", gettext_noop("Scenarios listed at most"), "integer", MOST_SCENARIOS, low=1, high=MOST_SCENARIOS
        ),
        Parameter("diverse", gettext_noop("Scenarios to talk about"), "integer", 4, low=2, high=5),
        Parameter(
            "fix",
            gettext_noop("Only scenarios with"),
            "text",
            "",
            several=True,
            help=gettext_noop("descriptor=state, by name or number from 0; the state must hold like all others."),
        ),
        Parameter(
            "force",
            gettext_noop("Set from outside"),
            "text",
            "",
            several=True,
            help=gettext_noop("descriptor=state, by name or number from 0; whether it holds is not asked."),
        ),
    ),
    outcomes=(
        Outcome("complete", gettext_noop("Search complete")),
        Outcome("count", gettext_noop("Number of consistent scenarios")),
        Outcome("scenarios", gettext_noop("Scenarios"), "1", ("scenario", "descriptor"), "table"),
        Outcome("consistency", gettext_noop("Consistency value"), "1", ("scenario",), "series"),
        Outcome("total_impact", gettext_noop("Total impact score"), "1", ("scenario",), "series"),
        Outcome("nodes", gettext_noop("Nodes searched")),
        Outcome("diverse", gettext_noop("Scenarios that differ most"), "1", ("pick",), "series"),
    ),
    compute=answer,
    version="2",
    references=("Weimer-Jehle (2006): Technological Forecasting and Social Change 73, 334-361",),
)
