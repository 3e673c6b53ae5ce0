"""What the projector and the page of a finished workshop tell about each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hks.core.errors import InputError
from hks.core.evidence import citation
from hks.web.workshops.figures import balance_of, drawn, part_names
from hks.web.workshops.grid import told_grid
from hks.web.workshops.groups import progress_by_group, told_by_groups
from hks.web.workshops.live import Matrix, board_of, factors_of, matrix_of, ways_to
from hks.web.workshops.models import Card, Dot, Picture, Promise, Section, Step, Workshop
from hks.web.workshops.phones import pair_asked, phones_today, ranked, section_seen, voices_of
from hks.web.workshops.words import blocks_of, disputed_in, judged, progress_of, scale
from hks.workbench.futures import Reason, reasons_in
from hks.workbench.live_matrix import Board
from hks.workbench.live_paths import Way, Ways, what_if

if TYPE_CHECKING:
    from django.db.models import QuerySet

ROWS_SHOWN = 12  # our choice: what a wall can hold


def told_on(workshop: Workshop, step: str) -> dict[str, Any]:
    """Return what a screen shows at a step."""
    match step:
        case Step.CARDS:
            return {"cards": Card.objects.filter(workshop=workshop, gone=False, merged_into=None).order_by("-pk")}
        case Step.VOTES:
            voted = Dot.objects.filter(participant__workshop=workshop).values("participant").distinct().count()
            return {"cards": [card for card, _, _ in ranked(workshop)], "voted": voted} | by_name(workshop)
        case Step.FACTORS:
            return {"ranked": ranked(workshop)[:ROWS_SHOWN], "factors": factors_of(workshop)}
        case Step.GRID:
            told = told_grid(workshop)
            return told | {"drawing": drawn(told["table"]), "parts": part_names()}
        case Step.STATES:
            return {"factors": factors_of(workshop)}
        case Step.JUDGEMENTS:
            return _judgements(workshop)
        case Step.RESULT:
            return result_of(workshop, groups_too=True)
        case Step.WHY:
            return why_of(workshop)
        case Step.PICTURES | Step.END:
            return {"pictures": pictures_of(workshop), "promises": promises_of(workshop)} | result_of(
                workshop, groups_too=True
            )
    return {}


def by_name(workshop: Workshop) -> dict[str, Any]:
    """List what is voted on by name: an order by dots would tell them too early."""
    cards = Card.objects.filter(workshop=workshop, gone=False, merged_into=None)
    return {"cards": sorted(cards, key=lambda card: card.text.casefold())}


def _judgements(workshop: Workshop) -> dict[str, Any]:
    matrix = matrix_of(workshop)
    progress = progress_of(workshop, matrix)
    done, total = judged(progress)
    told: dict[str, Any] = {"done": done, "total": total, "board": board_of(workshop, matrix), "scale": scale()}
    if workshop.groups:
        told |= {"progress": progress_by_group(workshop, matrix)}
    pair = pair_asked(workshop)
    if pair is None:
        return told
    section = section_seen(workshop, *pair)
    blocks = blocks_of(section)
    return told | {"section": section, "blocks": blocks, "disputed": disputed_in(blocks),
                   "said": len(voices_of(section)), "phones": phones_today(workshop)}  # fmt: skip


def result_of(workshop: Workshop, *, groups_too: bool = False) -> dict[str, Any]:
    """Return the futures that fit together now, with what is still open, and those of the groups where wanted."""
    matrix = matrix_of(workshop)
    board = board_of(workshop, matrix)
    done, total = judged(progress_of(workshop, matrix))
    cited = (
        citation(workshop.solved.record.digest, "outcomes", "count") if workshop.solved and workshop.finished else ""
    )
    found = board.scenarios if board else []
    ways = ways_to(workshop, matrix)
    rows = [
        (n, [(state.name, tone) for (_, state), tone in zip(matrix.named(z), z, strict=True)], matrix.keys(z),
         _way(workshop, ways, z))
        for n, z in enumerate(found[:ROWS_SHOWN])
    ]  # fmt: skip
    told = told_by_groups(workshop, matrix, found) if groups_too else {}
    return {"matrix": matrix, "board": board, "rows": rows, "ways": ways, "done": done, "total": total,
            "count": len(found), "cited": cited, "more": max(0, len(found) - ROWS_SHOWN)} | told  # fmt: skip


def _way(workshop: Workshop, ways: Ways | None, z: list[int]) -> tuple[Way, str] | None:
    """Return how many starts lead to a future, with its citation once it is filed."""
    way = ways.to.get(tuple(z)) if ways else None
    if way is None:
        return None
    filed = workshop.finished and workshop.ways
    cited = citation(filed.record.digest, "outcomes", "attractors", way.place, "weight") if filed else ""
    return way, cited


def why_of(workshop: Workshop) -> dict[str, Any]:
    """Say why the future in focus holds."""
    told = result_of(workshop)
    matrix, board = told["matrix"], told["board"]
    places = matrix.places(workshop.focus) if workshop.focus else None
    if places is None or board is None:
        return told
    reasons = reasons_of(matrix, places)
    bars = [balance_of(reason, place) for place, reason in enumerate(reasons)]
    told |= _changed(workshop, matrix, places)
    return told | {"reasons": list(zip(reasons, bars, strict=True)), "holds": places in board.scenarios,
                   "place": board.scenarios.index(places) if places in board.scenarios else None}  # fmt: skip


def _changed(workshop: Workshop, matrix: Matrix, places: list[int]) -> dict[str, Any]:
    """Say what follows if one factor were held in another state, and offer the states that may be asked for."""
    others = [
        (factor, state) for factor, place in zip(matrix.factors, places, strict=True)
        for n, state in enumerate(matrix.states[factor.pk]) if n != place
    ]  # fmt: skip
    asked = next(((f, s) for f, s in others if s.pk == workshop.changed_id), None)
    if asked is None:
        return {"others": others}
    factor = matrix.factors.index(asked[0])
    state = matrix.states[asked[0].pk].index(asked[1])
    try:
        found = what_if(matrix.descriptors, matrix.rows, places, factor, state, float(workshop.tolerance))
    except InputError:  # the way came to no end
        return {"others": others}
    steps = [
        [(state.name, step > 0 and z[n] != found.path[step - 1][n], n == factor)
         for n, (_f, state) in enumerate(matrix.named(z))]
        for step, z in enumerate(found.path)
    ]  # fmt: skip
    return {"others": others, "asked": asked, "what_if": found, "steps": steps, "moves": len(found.path) - 1}


def reasons_of(matrix: Matrix, places: list[int]) -> list[Reason]:
    """Say what keeps a future together."""
    return reasons_in(matrix.descriptors, matrix.rows, places)


def promises_of(workshop: Workshop) -> QuerySet[Promise]:
    """Return what the room wants done."""
    return Promise.objects.filter(workshop=workshop, gone=False)


def revealed_in(workshop: Workshop) -> QuerySet[Section]:
    """Return the sections with evidence."""
    rows = Section.objects.filter(workshop=workshop).exclude(filing=None).order_by("target", "source")
    return rows.select_related("source", "target", "filing__record")


def fits_one(wanted: set[tuple[int, int]], scenarios: list[list[int]]) -> bool:
    """Say whether a future holds all these states, (factor, state) each; a picture may leave factors open."""
    return any(all(z[factor] == state for factor, state in wanted) for z in scenarios)


def pictures_of(workshop: Workshop) -> list[tuple[Picture, list[tuple[str, str]], bool]]:
    """Return the kept futures with their states, and whether they still fit together."""
    matrix = matrix_of(workshop)
    board: Board | None = board_of(workshop, matrix)
    rows = []
    for picture in Picture.objects.filter(workshop=workshop, gone=False):
        named = [(f.name, s.name) for f in matrix.factors for s in matrix.states[f.pk] if s.pk in picture.states]
        wanted = {(place, matrix.states[f.pk].index(s)) for place, f in enumerate(matrix.factors)
                  for s in matrix.states[f.pk] if s.pk in picture.states}  # fmt: skip
        whole = len(wanted) == len(picture.states)
        rows.append((picture, named, whole and board is not None and fits_one(wanted, board.scenarios)))
    return rows
