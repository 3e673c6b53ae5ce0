"""Small groups that judge the sections in parallel: what each says, where they lie apart, and what each holds true."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.evidence import citation
from hks.core.messages import gettext_noop
from hks.web.projects.services import file_for, role_of
from hks.web.workshops.edits import held, touch
from hks.web.workshops.forms import typed
from hks.web.workshops.live import Matrix, kept, matrix_of, pairs_of
from hks.web.workshops.models import Factor, GroupJudgement, Participant, Section, State, Step, Workshop
from hks.web.workshops.phones import STRONGEST, cell_names, reveal, section_of
from hks.web.workshops.words import signed
from hks.workbench.live_matrix import GroupBoards, by_group

if TYPE_CHECKING:
    from hks.web.accounts.models import User

FEWEST_GROUPS, MOST_GROUPS = 2, 6  # our choice: six tables fit a hall, and a wall holds six columns
FAR_APART = 3  # our choice: half the scale
SHOWN = 12  # our choice: what a wall can hold
ROWS_OF_GROUPS = 40  # our choice: what a page can hold


def letter(group: int) -> str:
    """Name a group."""
    return _("Group %(letter)s") % {"letter": string.ascii_uppercase[group]}


def letters(workshop: Workshop) -> list[tuple[int, str]]:
    """Return the groups of a workshop with their names."""
    return [(group, letter(group)) for group in range(workshop.groups)]


@transaction.atomic
def form_groups(workshop: Workshop, groups: int) -> None:
    """Let the room judge in so many groups, 0: each phone by itself.

    Raises
    ------
    InputError
        If there are too few or too many.
    """
    now = held(workshop)
    if groups and not FEWEST_GROUPS <= groups <= MOST_GROUPS:
        raise InputError(gettext_noop("Two to six groups can judge side by side."))
    now.groups = groups
    now.save(update_fields=["groups"])
    touch(now)


@transaction.atomic
def sit_down(phone: Participant, group: int) -> None:
    """Take a phone into a group.

    Raises
    ------
    InputError
        If there is no such group.
    """
    now = held(phone.workshop)
    if not 0 <= group < now.groups:
        raise InputError(gettext_noop("There is no such group; please choose one of those on the page."))
    Participant.objects.filter(pk=phone.pk).update(group=group)


def order_for(matrix: Matrix, group: int, groups: int) -> list[tuple[Factor, Factor]]:
    """Return the sections in the order of a group; each begins elsewhere, so that together they soon saw all."""
    pairs = pairs_of(matrix)
    begin = len(pairs) * group // groups if groups else 0
    return pairs[begin:] + pairs[:begin]


def judged_by(workshop: Workshop, group: int) -> set[tuple[int, int]]:
    """Return the sections a group has judged in this round, by the keys of both factors."""
    rows = GroupJudgement.objects.filter(section__workshop=workshop, group=group)
    return set(rows.values_list("section__source_id", "section__target_id"))


@transaction.atomic
def say_together(
    phone: Participant, pair: tuple[Factor, Factor], values: Mapping[str, int], reason: str, seen: int
) -> None:
    """Take what a group says about a section; until the reveal it can be changed.

    Raises
    ------
    StateError
        If the room judges nothing, the section is revealed, or somebody of the group changed it since it was seen.
    InputError
        If a value lies outside -3 to +3.
    """
    now = held(phone.workshop)
    if now.step != Step.JUDGEMENTS or phone.group is None or phone.group >= now.groups:
        raise StateError(gettext_noop("The room has moved on; please reload this page."))
    section = section_of(now, *pair)
    if section.revealed_at is not None:
        raise StateError(gettext_noop("These judgements are already revealed; nothing can be changed here any more."))
    if set(values) != set(cell_names(section)):
        raise StateError(gettext_noop("The room has moved on; please reload this page."))
    if any(abs(value) > STRONGEST for value in values.values()):
        raise InputError(gettext_noop("A judgement lies between -3 and +3."))
    known = section.group_judgements.filter(group=phone.group).first()
    if known is not None and known.version != seen:
        raise StateError(gettext_noop("Another phone of your group changed this meanwhile; its judgement stays. "
                                      "Please look at it together."))  # fmt: skip
    row = known or GroupJudgement(section=section, group=phone.group, version=0)
    row.values, row.reason, row.version = dict(values), typed(reason, 300), row.version + 1
    row.save()
    touch(now)


def ready(workshop: Workshop) -> list[Section]:
    """Return the sections that every group has judged and nobody has revealed."""
    count: dict[int, int] = {}
    rows = GroupJudgement.objects.filter(section__workshop=workshop, group__lt=workshop.groups)
    for key in rows.filter(section__revealed_at=None).values_list("section_id", flat=True):
        count[key] = count.get(key, 0) + 1
    keys = [key for key, groups in count.items() if groups == workshop.groups]
    return list(Section.objects.filter(pk__in=keys))


@transaction.atomic
def reveal_ready(workshop: Workshop, *, by: User | None) -> int:
    """Reveal every section that all groups have judged, and return how many."""
    now = held(workshop)
    sections = ready(now)
    for section in sections:
        reveal(now, section, by=by)
    return len(sections)


@dataclass(frozen=True)
class Apart:
    """A cell in which the groups lie apart: what each says, in the order of the groups."""

    section: Section
    source: State
    target: State
    said: list[str]
    opposed: bool
    range: int


@dataclass(frozen=True)
class Held:
    """A future, its states, and who holds it to fit together: each group, the mean of all, and the room."""

    states: list[tuple[str, int]]
    by: list[bool]
    mean: bool
    room: bool


def revealed_judgements(workshop: Workshop) -> QuerySet[GroupJudgement]:
    """Return what the groups said of revealed sections."""
    rows = GroupJudgement.objects.filter(section__workshop=workshop, group__lt=workshop.groups)
    return rows.exclude(section__revealed_at=None).select_related("section__source", "section__target")


def matrices_of(workshop: Workshop, matrix: Matrix) -> list[list[list[int | None]]]:
    """Return the matrix of each group, of revealed sections only."""
    place = {state.pk: n for n, state in enumerate(matrix.flat)}
    found: list[list[list[int | None]]] = [[[None] * len(place) for _row in place] for _group in range(workshop.groups)]
    for row in revealed_judgements(workshop):
        for name, value in row.values.items():
            source, target = (int(key) for key in name[1:].split("_"))
            if source in place and target in place:
                found[row.group][place[source]][place[target]] = value
    return found


def boards_of(workshop: Workshop, matrix: Matrix) -> GroupBoards | None:
    """Return what fits together for each group; computed once for what the groups said, whatever else is edited."""
    if not workshop.groups or len(matrix.factors) < 2:
        return None
    groups = matrices_of(workshop, matrix)
    return kept("groups", by_group, matrix.descriptors, groups, float(workshop.tolerance))


def apart(workshop: Workshop) -> list[Apart]:
    """Return the cells worth talking about: contradictions of direction first, then those that lie far apart."""
    states = {state.pk: state for state in State.objects.filter(workshop=workshop, gone=False)}
    said: dict[tuple[int, int], list[int | None]] = {}
    section_of_cell: dict[tuple[int, int], Section] = {}
    for row in revealed_judgements(workshop):
        for name, value in row.values.items():
            source, target = (int(key) for key in name[1:].split("_"))
            if source in states and target in states:
                said.setdefault((source, target), [None] * workshop.groups)[row.group] = value
                section_of_cell[source, target] = row.section
    found = []
    for (source, target), values in said.items():
        known = [value for value in values if value is not None]
        low, high = min(known), max(known)
        if low < 0 < high or high - low >= FAR_APART:
            written = ["–" if value is None else signed(value) for value in values]
            found.append(Apart(section_of_cell[source, target], states[source], states[target], written,
                               low < 0 < high, high - low))  # fmt: skip
    return sorted(found, key=lambda cell: (not cell.opposed, -cell.range, cell.section.pk))


def held_by(matrix: Matrix, boards: GroupBoards, room: list[list[int]]) -> list[Held]:
    """Return the futures that at least one group holds true, those that most hold first."""
    sets = [{tuple(z) for z in board.scenarios} for board in boards.boards]
    mean, agreed = {tuple(z) for z in boards.mean.scenarios}, {tuple(z) for z in room}
    every = set().union(*sets, mean, agreed)
    rows = [(z, [z in one for one in sets], z in mean, z in agreed) for z in every]
    rows.sort(key=lambda row: (-sum(row[1]), -row[2], -row[3], row[0]))
    return [
        Held([(s.name, tone) for (_f, s), tone in zip(matrix.named(list(z)), z, strict=True)], by, mean_too, room_too)
        for z, by, mean_too, room_too in rows[:ROWS_OF_GROUPS]
    ]


def file_groups(workshop: Workshop, *, by: User | None) -> None:
    """File what each group said, by its letter: its judgements and how many futures it holds to fit together."""
    matrix = matrix_of(workshop)
    boards = boards_of(workshop, matrix)
    if boards is None or not revealed_judgements(workshop).exists():
        return
    said = evidence.canonical({"value": matrices_of(workshop, matrix)}).encode()
    digest = evidence.digest_of_file(said)
    record = evidence.record(
        "judgement", method="workshop-groups 1",
        values={"role": role_of(by, workshop.project), "workshop": workshop.number, "tolerance": workshop.tolerance},
        outcomes={
            "judgements": {"unit": "1", "digest": digest, "form": "json"},
            "counts": {"unit": "1", "value": [len(board.scenarios) for board in boards.boards]},
            "mean_count": {"unit": "1", "value": len(boards.mean.scenarios)},
            "opposed": {"unit": "1", "value": sum(map(sum, boards.opposed))},
        },
    )  # fmt: skip
    title = f"{workshop.project.title}: {workshop.question}"
    workshop.grouped = file_for(workshop.project, record, title, by=by, files={digest: said})


def told_by_groups(workshop: Workshop, matrix: Matrix, room: list[list[int]]) -> dict[str, Any]:
    """Return what a screen tells of the groups: how many futures each holds true, which, and where they lie apart."""
    boards = boards_of(workshop, matrix)
    if boards is None:
        return {}
    digest = workshop.grouped.record.digest if workshop.grouped and workshop.finished else ""

    def cited(*where: str | int) -> str:
        return citation(digest, "outcomes", *where) if digest else ""

    counts = [
        (name, len(board.scenarios), board.complete, cited("counts", group))
        for (group, name), board in zip(letters(workshop), boards.boards, strict=True)
    ]
    counts.append((_("Mean of the groups"), len(boards.mean.scenarios), boards.mean.complete, cited("mean_count")))
    revealed = Section.objects.filter(workshop=workshop, gone=False).exclude(revealed_at=None)
    cells = apart(workshop)
    return {"held": held_by(matrix, boards, room), "group_counts": counts, "group_names": letters(workshop),
            "apart": cells[:SHOWN], "apart_more": max(0, len(cells) - SHOWN), "apart_all": cells,
            "revealed": len({(s.source_id, s.target_id) for s in revealed} & _pairs(matrix)),
            "sections_of_all": len(pairs_of(matrix))}  # fmt: skip


def _pairs(matrix: Matrix) -> set[tuple[int, int]]:
    return {(a.pk, b.pk) for a, b in pairs_of(matrix)}


def progress_by_group(workshop: Workshop, matrix: Matrix) -> list[tuple[str, int, int]]:
    """Return how many sections each group has judged, and how many phones sit there."""
    pairs, done, phones = _pairs(matrix), dict[int, int](), dict[int | None, int]()
    rows = GroupJudgement.objects.filter(section__workshop=workshop)
    for group, source, target in rows.values_list("group", "section__source_id", "section__target_id"):
        done[group] = done.get(group, 0) + ((source, target) in pairs)
    for seat in Participant.objects.filter(workshop=workshop, out=False).values_list("group", flat=True):
        phones[seat] = phones.get(seat, 0) + 1
    return [(name, done.get(group, 0), phones.get(group, 0)) for group, name in letters(workshop)]
