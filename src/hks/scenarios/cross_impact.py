"""Cross-impact balances: which combinations of states are consistent, found exactly.

A scenario chooses one state per descriptor. It is consistent with tolerance t if no descriptor would rather be in
another state by more than t. Judgements of a descriptor on itself count.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter


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

    @property
    def starts(self) -> np.ndarray:
        """Return the place of each descriptor's first state, shape (descriptor,)."""
        return np.concatenate([[0], np.cumsum([len(states) for states in self.states])[:-1]]).astype(int)


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
    found = balances(matrix, scenario)
    leads = [np.inf]
    for start, states, chosen in zip(matrix.starts, matrix.states, scenario, strict=True):
        own = found[start : start + len(states)]
        if len(states) > 1:
            leads.append(own[chosen] - np.delete(own, chosen).max())
    return float(min(leads)) if len(leads) > 1 else 0.0


def total_impact(matrix: CrossImpactMatrix, scenario: np.ndarray) -> float:
    """Sum the balances of the chosen states. [1]"""
    return float(balances(matrix, scenario)[matrix.starts + scenario].sum())


def never() -> bool:
    """Search to the end."""
    return False


def consistent(matrix: CrossImpactMatrix, tolerance: float = 0.0, stop: Callable[[], bool] = never) -> Solutions:
    """Find every consistent scenario by branching and propagating bounds.

    Parameters
    ----------
    matrix : CrossImpactMatrix
    tolerance : float
        Inconsistency that is still accepted, at least 0. [1]
    stop : callable
        Asked at every node; once it says yes the search ends incomplete.

    Raises
    ------
    InputError
        If the tolerance is negative.
    """
    if tolerance < 0:
        raise InputError(gettext_noop("The tolerance is %(value)s; it must be 0 or more."), value=tolerance)
    search = _Search(matrix, tolerance, stop)
    found = sorted(search.below(np.ones(len(matrix.impact), dtype=bool)))
    return Solutions(np.array(found, dtype=int).reshape(-1, len(matrix.states)), not search.stopped, search.nodes)


@dataclass
class _Search:
    """Depth-first search; `alive` marks the states still possible."""

    matrix: CrossImpactMatrix
    tolerance: float
    stop: Callable[[], bool]
    nodes: int = 0
    stopped: bool = False
    leads: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        # leads[j][r, s, l]: how much source state r favours state s of descriptor j over state l
        for start, states in zip(self.matrix.starts, self.matrix.states, strict=True):
            own = self.matrix.impact[:, start : start + len(states)]
            self.leads.append(own[:, :, None] - own[:, None, :])

    def below(self, alive: np.ndarray) -> Iterator[tuple[int, ...]]:
        """Yield the consistent scenarios among the states still possible."""
        self.nodes += 1
        self.stopped = self.stopped or self.stop()
        if self.stopped or not self.propagate(alive):
            return
        sizes = np.add.reduceat(alive.astype(int), self.matrix.starts)
        if sizes.max() == 1:
            yield tuple((np.flatnonzero(alive) - self.matrix.starts).tolist())
            return
        branch = int(np.argmin(np.where(sizes > 1, sizes, np.iinfo(int).max)))
        start, end = self.matrix.starts[branch], self.matrix.starts[branch] + len(self.matrix.states[branch])
        for state in np.flatnonzero(alive[start:end]) + start:
            chosen = alive.copy()
            chosen[start:end] = False
            chosen[state] = True
            yield from self.below(chosen)

    def propagate(self, alive: np.ndarray) -> bool:
        """Strike states that cannot be consistent whatever else is chosen; say whether a choice is left everywhere."""
        changed = True
        while changed:
            changed = False
            for j, (start, states) in enumerate(zip(self.matrix.starts, self.matrix.states, strict=True)):
                dead = self.beaten(j, alive) & alive[start : start + len(states)]
                if dead.any():
                    alive[start : start + len(states)] &= ~dead
                    changed = True
                if not alive[start : start + len(states)].any():
                    return False
        return True

    def beaten(self, j: int, alive: np.ndarray) -> np.ndarray:
        """Mark the states of descriptor j that another beats by more than the tolerance in every case."""
        start, count = self.matrix.starts[j], len(self.matrix.states[j])
        possible = np.where(alive[:, None, None], self.leads[j], -np.inf)
        best = np.maximum.reduceat(possible, self.matrix.starts, axis=0)
        own = self.leads[j][start : start + count][
            np.arange(count), np.arange(count)
        ]  # a state acts on itself only if chosen
        bound = np.delete(best, j, axis=0).sum(axis=0) + own
        return np.asarray((bound < -self.tolerance - 1e-9).any(axis=1))


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Solve a matrix within its time limit; the clock stands here, not in the search."""
    matrix: CrossImpactMatrix = inputs["matrix"]
    limit = float(values["time_limit"])  # type: ignore[arg-type]
    end = time.monotonic() + limit
    found = consistent(matrix, float(values["tolerance"]), lambda: time.monotonic() > end)  # type: ignore[arg-type]
    return {
        "complete": found.complete,
        "scenarios": found.scenarios.tolist(),
        "consistency": [consistency(matrix, scenario) for scenario in found.scenarios],
        "total_impact": [total_impact(matrix, scenario) for scenario in found.scenarios],
        "nodes": found.nodes,
        "warnings": [] if found.complete else ["The search was stopped by the time limit; scenarios may be missing."],
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
    ),
    outcomes=(
        Outcome("complete", gettext_noop("Search complete")),
        Outcome("scenarios", gettext_noop("Scenarios"), "1", ("scenario", "descriptor"), "table"),
        Outcome("consistency", gettext_noop("Consistency value"), "1", ("scenario",), "series"),
        Outcome("total_impact", gettext_noop("Total impact score"), "1", ("scenario",), "series"),
        Outcome("nodes", gettext_noop("Nodes searched")),
    ),
    compute=answer,
    references=("Weimer-Jehle (2006): Technological Forecasting and Social Change 73, 334-361",),
)
