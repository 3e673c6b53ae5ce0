"""What a workshop's matrix holds at this moment and which futures fit together in it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.cache import cache

from hks.core.errors import InputError
from hks.web.evidence.services import outcome_of, outcomes_of
from hks.web.workshops.models import Cell, Factor, Section, State, Workshop
from hks.workbench.live_matrix import Board, solved
from hks.workbench.live_paths import Ways, ways_in, ways_of

Result = TypeVar("Result")
TURNS = [threading.Lock() for _ in range(16)]
KEPT = 600  # seconds; our choice: longer than anybody looks at one result


@dataclass(frozen=True)
class Matrix:
    """Factors with at least two states, their states, and the agreed influences by the keys of both states."""

    factors: list[Factor]
    states: dict[int, list[State]]
    values: Mapping[tuple[int, int], int | None] = field(default_factory=dict)

    @property
    def flat(self) -> list[State]:
        """Return all states in the order of the matrix."""
        return [state for factor in self.factors for state in self.states[factor.pk]]

    @property
    def descriptors(self) -> list[tuple[str, list[str]]]:
        """Return the names."""
        return [(factor.name, [state.name for state in self.states[factor.pk]]) for factor in self.factors]

    @property
    def rows(self) -> list[list[int]]:
        """Return the influences; what is still open counts as none."""
        return [[self.values.get((row.pk, column.pk)) or 0 for column in self.flat] for row in self.flat]

    def named(self, scenario: list[int]) -> list[tuple[Factor, State]]:
        """Name the state of each factor."""
        return [(factor, self.states[factor.pk][place]) for factor, place in zip(self.factors, scenario, strict=True)]

    def keys(self, scenario: list[int]) -> list[int]:
        """Return the keys of a future's states."""
        return [state.pk for _, state in self.named(scenario)]

    def places(self, keys: list[int]) -> list[int] | None:
        """Return a future by the places of its states, or nothing if the factors have changed since."""
        found = []
        for factor in self.factors:
            places = [place for place, state in enumerate(self.states[factor.pk]) if state.pk in keys]
            if len(places) != 1:
                return None
            found.append(places[0])
        return found if len(found) == len(keys) else None


def factors_of(workshop: Workshop) -> list[tuple[Factor, list[State]]]:
    """Return the factors with their states."""
    states: dict[int, list[State]] = {}
    for state in State.objects.filter(workshop=workshop, gone=False, factor__gone=False):
        states.setdefault(state.factor_id, []).append(state)
    return [(f, states.get(f.pk, [])) for f in Factor.objects.filter(workshop=workshop, gone=False)]


def matrix_of(workshop: Workshop) -> Matrix:
    """Read the matrix as it is now; a factor with fewer than two states cannot go more than one way and waits."""
    ready = [(factor, states) for factor, states in factors_of(workshop) if len(states) > 1]
    cells = Cell.objects.filter(workshop=workshop, gone=False).values_list("source_id", "target_id", "value")
    values = {(source, target): value for source, target, value in cells}
    return Matrix([f for f, _ in ready], {f.pk: states for f, states in ready}, values)


def board_of(workshop: Workshop, matrix: Matrix) -> Board | None:
    """Return the futures that fit together now, computed once for what is judged."""
    if len(matrix.factors) < 2:
        return None
    if workshop.finished and workshop.solved is not None:  # what is cited is what is shown
        filed = workshop.solved.record
        return Board(*(outcome_of(filed, name) for name in ("scenarios", "consistency", "total_impact", "complete")))
    tolerance = float(workshop.tolerance)
    return kept("board", solved, matrix.descriptors, matrix.rows, tolerance)


def ways_to(workshop: Workshop, matrix: Matrix) -> Ways | None:
    """Return how many starts lead to each future; once a workshop is finished, as it was filed."""
    if len(matrix.factors) < 2 or workshop.light:
        return None
    if workshop.finished and workshop.ways is not None:
        return ways_of(outcomes_of(workshop.ways.record))
    if workshop.finished:
        return None
    try:
        return kept("ways", ways_in, matrix.descriptors, matrix.rows)
    except InputError:  # a way came to no end; the board shows the futures all the same
        return None


def kept(name: str, compute: Callable[..., Result], *given: Any) -> Result:
    """Return what a computation gives for these values, from memory where it was computed within ten minutes.

    After an edit the page and the walls ask at the same moment: one of them computes, the others wait for it.
    """
    digest = hashlib.sha256(repr(given).encode()).hexdigest()
    key = f"workshop-{name}:{digest}"
    with TURNS[int(digest, 16) % len(TURNS)]:
        found: Result | None = cache.get(key)
        if found is None:
            found = compute(*given)
            cache.set(key, found, KEPT)
    return found


def pairs_of(matrix: Matrix) -> list[tuple[Factor, Factor]]:
    """Return the sections to be judged: each factor on each other one, target by target."""
    return [(a, b) for b in matrix.factors for a in matrix.factors if a.pk != b.pk]


def sections_of(workshop: Workshop) -> dict[tuple[int, int], Section]:
    """Return what is known of the sections, by the keys of both factors."""
    return {(s.source_id, s.target_id): s for s in Section.objects.filter(workshop=workshop, gone=False)}
