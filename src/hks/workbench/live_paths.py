"""Where starts lead in a matrix that a room edits: how many reach each future, and what follows if a state is held."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hks.core.randomness import generator
from hks.scenarios.cross_impact import consistency
from hks.scenarios.succession import BASINS, Basins, basins, drawn_basins, succession
from hks.workbench.compute import Computation, compute
from hks.workbench.futures import Descriptors
from hks.workbench.inputs import Dataset
from hks.workbench.live_matrix import matrix_in

# Our choices: while people look every start is followed only where that takes a moment; what is filed may take longer.
MOST_LIVE_STARTS, DRAWN_LIVE, MOST_FILED_STARTS, DRAWN_FILED, SEED = 200_000, 10_000, 4_000_000, 100_000, 1


@dataclass(frozen=True)
class Way:
    """How many starts lead to a future; where they were drawn, between which shares of all that lies [1]."""

    starts: int
    low: float | None = None
    high: float | None = None
    place: int = 0


@dataclass(frozen=True)
class Ways:
    """The ways to each future, all starts that were followed, whether they were drawn, and those that end in a circle.

    A number of starts says how strongly a future draws others to itself; it is no probability.
    """

    to: dict[tuple[int, ...], Way]
    starts: int
    drawn: bool
    in_circles: int


def ways_in(descriptors: Descriptors, rows: Sequence[Sequence[float]]) -> Ways:
    """Count how many starts lead to each future, within the patience of a room; of many starts some are drawn."""
    matrix = matrix_in(descriptors, rows)
    if _count(descriptors) <= MOST_LIVE_STARTS:
        return _ways(basins(matrix), drawn=False)
    return _ways(drawn_basins(matrix, DRAWN_LIVE, generator(SEED)), drawn=True)


def _count(descriptors: Descriptors) -> int:
    return math.prod(len(states) for _name, states in descriptors)


def _ways(found: Basins, *, drawn: bool) -> Ways:
    pairs = zip(found.attractors.tolist(), found.weights.tolist(), strict=True)
    shares = found.intervals.tolist() if drawn else [(None, None)] * len(found.weights)
    to = {
        tuple(z): Way(n, share[0], share[1], place)
        for place, ((z, n), share) in enumerate(zip(pairs, shares, strict=True))
    }
    return Ways(to, found.starts, drawn, found.cycles_weight)


def filed_ways(dataset: Dataset, descriptors: Descriptors) -> Computation:
    """Count the ways to each future as evidence: every start where that is feasible, else a draw."""
    few = _count(descriptors) <= MOST_FILED_STARTS
    return compute(BASINS, {"matrix": dataset}, {"starts": 0 if few else DRAWN_FILED}, seed=SEED)


def ways_of(outcomes: dict[str, Any]) -> Ways:
    """Read the ways from what was filed."""
    drawn = bool(len(outcomes["intervals"]))
    shares = outcomes["intervals"] if drawn else [(None, None)] * len(outcomes["attractors"])
    to = {
        tuple(row["scenario"]): Way(row["weight"], share[0], share[1], place)
        for place, (row, share) in enumerate(zip(outcomes["attractors"], shares, strict=True))
    }
    return Ways(to, outcomes["starts"], drawn, outcomes["cycles_weight"])


@dataclass(frozen=True)
class WhatIf:
    """What follows if one factor is held in another state: the way there, how it ends, and whether that holds alone.

    `period` is 1 where it comes to rest, else the length of the circle.
    """

    path: list[list[int]]
    period: int
    holds: bool


def what_if(
    descriptors: Descriptors, rows: Sequence[Sequence[float]], scenario: Sequence[int], factor: int, state: int,
    tolerance: float = 0.0,
) -> WhatIf:  # fmt: skip
    """Hold one factor in another state and let all others yield to what acts on them.

    Parameters
    ----------
    descriptors : sequence of (name, states)
    rows : (state, state) nested sequences
        Judgements. [1]
    scenario : (descriptor,) sequence of int
        The future it starts from.
    factor, state : int
        Which factor is held in which state, from 0.
    tolerance : float
        Inconsistency that is accepted where it is let go at the end. [1]

    Returns
    -------
    WhatIf

    Raises
    ------
    InputError
        If the future does not fit the matrix.
    """
    matrix, start = matrix_in(descriptors, rows), list(scenario)
    start[factor] = state
    found = succession(matrix, start, held=[factor])
    holds = found.period == 1 and consistency(matrix, np.asarray(found.path[-1])) >= -tolerance
    return WhatIf(found.path.tolist(), found.period, bool(holds))
