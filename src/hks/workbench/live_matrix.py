"""A cross-impact matrix that a room edits: its futures after every edit, and how far the voices in the room differ."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hks.adapters.cross_impact_files import write_json, write_scw
from hks.scenarios.cross_impact import CrossImpactMatrix, consistent, load_search, measured
from hks.scenarios.influence import influence, strongest_impacts
from hks.scenarios.judgements import disagreement, joined
from hks.workbench.futures import Descriptors

# Our choices: an edit must reach the projector within a second, and nobody reads a thousand rows there.
LONGEST_LIVE, MOST_LIVE = 0.4, 1000
FEWEST_VOICES = 5  # tallies leave the room from five voices on


@dataclass(frozen=True)
class Board:
    """The futures that fit together now, in the order of their states; `complete` says that there is no other."""

    scenarios: list[list[int]]
    consistency: list[float]
    total_impact: list[float]
    complete: bool


def solved(descriptors: Descriptors, rows: Sequence[Sequence[float]], tolerance: float) -> Board:
    """Find the futures that fit together, within the patience of a room."""
    matrix = matrix_in(descriptors, rows)
    load_search()
    end = time.monotonic() + LONGEST_LIVE
    found = consistent(matrix, tolerance, lambda: time.monotonic() > end, most=MOST_LIVE)
    kept = found.scenarios[:MOST_LIVE]
    held, scores = measured(matrix, kept)
    return Board(kept.tolist(), held.tolist(), scores.tolist(), found.complete)


@dataclass(frozen=True)
class GroupBoards:
    """The futures of each group, of the mean of all, and how far the groups lie apart cell by cell (none: no one)."""

    boards: list[Board]
    mean: Board
    low: list[list[float | None]]
    high: list[list[float | None]]
    opposed: list[list[bool]]


def by_group(
    descriptors: Descriptors, groups: Sequence[Sequence[Sequence[int | None]]], tolerance: float
) -> GroupBoards:
    """Find the futures that each group holds to fit together; what a group did not judge counts as no influence.

    Parameters
    ----------
    descriptors : sequence of (name, states)
    groups : (group, state, state) nested sequences
        Judgements, None where a group judged nothing. [1]
    tolerance : float
        Inconsistency that is accepted. [1]
    """
    impacts = np.array(groups, dtype=float)
    apart = disagreement(impacts)
    boards = [solved(descriptors, rows.tolist(), tolerance) for rows in np.nan_to_num(impacts)]
    mean = solved(descriptors, joined(impacts).tolist(), tolerance)
    return GroupBoards(boards, mean, _told(apart.low), _told(apart.high), apart.opposed.tolist())


def mean_file(descriptors: Descriptors, groups: Sequence[Sequence[Sequence[int | None]]]) -> bytes:
    """Write the mean matrix of those groups that judged, 0 where none did, as JSON."""
    return write_json(matrix_in(descriptors, joined(np.array(groups, dtype=float)).tolist()))


def _told(values: np.ndarray) -> list[list[float | None]]:
    return [[None if np.isnan(value) else float(value) for value in row] for row in values]


@dataclass(frozen=True)
class Drive:
    """What a factor exerts and receives, the sums of its row and its column [1], and its part of the field."""

    exerts: float
    receives: float
    part: str


def drives(table: Sequence[Sequence[float]]) -> list[Drive]:
    """Sum rows and columns, and part the factors at the mean of the sums: who drives and who is driven.

    Parameters
    ----------
    table : (source, target) nested sequences
        Strength of each influence, from 0. [1]

    Returns
    -------
    list of Drive
        `active`, `critical`, `reactive` or `buffering` (Vester 2007); a sum just at the mean counts as below it.
    """
    found = influence(np.array(table, dtype=float).reshape(len(table), -1))
    middle = found.active.mean() + 1e-9
    parts = {(True, False): "active", (True, True): "critical", (False, True): "reactive", (False, False): "buffering"}
    return [
        Drive(float(a), float(p), parts[bool(a > middle), bool(p > middle)])
        for a, p in zip(found.active, found.passive, strict=True)
    ]


def strengths(descriptors: Descriptors, rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """Derive how strongly each factor acts on each other from judgements: the strongest of a section."""
    found: list[list[float]] = strongest_impacts(matrix_in(descriptors, rows)).tolist()
    return found


def mean_towards_none(values: Sequence[int]) -> int:
    """Return the mean, rounded towards 0, so that a half-hearted influence is judged weaker rather than stronger."""
    return int(sum(values) / len(values))


def matrix_files(descriptors: Descriptors, rows: Sequence[Sequence[int]]) -> dict[str, bytes]:
    """Write the matrix in the forms others read, by the ending of the file."""
    matrix = matrix_in(descriptors, rows)
    return {"scw": write_scw(matrix), "json": write_json(matrix)}


def matrix_in(descriptors: Descriptors, rows: Sequence[Sequence[float]]) -> CrossImpactMatrix:
    """Return a matrix that is not kept yet."""
    names = tuple(name for name, _ in descriptors)
    return CrossImpactMatrix(names, tuple(tuple(states) for _, states in descriptors), np.array(rows, dtype=float))


@dataclass(frozen=True)
class Spread:
    """How far voices differ on one cell; of two middles the weaker is taken, so that a tie hardly judges."""

    count: int
    low: int
    high: int
    middle: int

    @property
    def disputed(self) -> bool:
        """Say whether some see it further and others hinder."""
        return self.low < 0 < self.high


def spread_of(values: Sequence[int]) -> Spread | None:
    """Sum up what was said about one cell, nothing where nobody said anything."""
    if not values:
        return None
    ordered = sorted(values)
    middles = (ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2])
    middle = 0 if middles[0] < 0 < middles[1] else min(middles, key=abs)
    return Spread(len(ordered), ordered[0], ordered[-1], middle)
