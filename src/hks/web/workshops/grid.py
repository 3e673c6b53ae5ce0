"""The influence grid: how strongly factors act on each other, from 0 to 3, and which are worth going on with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.evidence import citation
from hks.core.messages import gettext_noop
from hks.web.projects.services import file_for, role_of
from hks.web.workshops.edits import Wish, edit, held, touch
from hks.web.workshops.live import factors_of, matrix_of
from hks.web.workshops.models import Factor, GridVoice, Participant, Pull, Step, Workshop
from hks.workbench.live_matrix import FEWEST_VOICES, Drive, drives, strengths

if TYPE_CHECKING:
    from hks.web.accounts.models import User

STRONG = 3
MANY = 20  # from here on a room is warned; our choice, with the design of the workshop
FEW, ENOUGH = 8, 15  # as many factors as a room goes on with


@dataclass(frozen=True)
class Table:
    """How strongly each factor acts on each other, where that comes from, and which cells whoever leads entered."""

    factors: list[Factor]
    values: list[list[float]]
    entered: Mapping[tuple[int, int], float]
    source: str
    voices: int

    @property
    def sums(self) -> list[Drive]:
        """Return what each factor exerts and receives."""
        return drives(self.values) if self.factors else []


def table_of(workshop: Workshop) -> Table:
    """Read the grid: what is entered, else the mean of the phones; with neither anywhere it is derived from judgements.

    `source` is `entered`, `judgements` or empty.
    """
    factors = [factor for factor, _states in factors_of(workshop)]
    rows = Pull.objects.filter(workshop=workshop, gone=False).exclude(value=None)
    entered = {(pull.source_id, pull.target_id): float(pull.value or 0) for pull in rows}
    said = _said(workshop)
    values = [
        [0.0 if a.pk == b.pk else entered.get((a.pk, b.pk), _mean(said.get((a.pk, b.pk)))) for b in factors]
        for a in factors
    ]
    people = GridVoice.objects.filter(source__workshop=workshop).values("participant").distinct().count()
    if entered or said:
        return Table(factors, values, entered, "entered", people)
    matrix = matrix_of(workshop)
    if len(matrix.factors) > 1 and any(value for value in matrix.values.values()):
        place = {factor.pk: n for n, factor in enumerate(matrix.factors)}
        found = strengths(matrix.descriptors, matrix.rows)
        values = [
            [found[place[a.pk]][place[b.pk]] if a.pk in place and b.pk in place else 0.0 for b in factors]
            for a in factors
        ]
        return Table(factors, values, {}, "judgements", 0)
    return Table(factors, values, {}, "", 0)


def _said(workshop: Workshop) -> dict[tuple[int, int], list[int]]:
    found: dict[tuple[int, int], list[int]] = {}
    for voice in GridVoice.objects.filter(source__workshop=workshop, source__gone=False):
        for target, value in voice.values.items():
            found.setdefault((voice.source_id, int(target)), []).append(value)
    return found


def _mean(values: list[int] | None) -> float:
    return sum(values) / len(values) if values else 0.0


@transaction.atomic
def say_strengths(phone: Participant, source: Factor, values: Mapping[int, int]) -> None:
    """Take what a phone says about how strongly a factor acts on the others.

    Raises
    ------
    StateError
        If the room does something else, or the factors were changed.
    InputError
        If a strength lies outside 0 to 3.
    """
    now = held(phone.workshop)
    keys = set(Factor.objects.filter(workshop=now, gone=False).values_list("pk", flat=True))
    if now.step != Step.GRID or source.pk not in keys or not set(values) <= keys - {source.pk}:
        raise StateError(gettext_noop("The room has moved on; please reload this page."))
    if not all(0 <= value <= STRONG for value in values.values()):
        raise InputError(gettext_noop("A strength lies between 0 and 3."))
    said = {"values": {str(key): value for key, value in values.items()}}
    GridVoice.objects.update_or_create(participant=phone, source=source, defaults=said)
    touch(now)


@transaction.atomic
def enter(
    workshop: Workshop, values: Mapping[tuple[int, int], int | None], seen: Mapping[tuple[int, int], int | None], *,
    by: User | None,
) -> int:  # fmt: skip
    """Enter strengths; return how many somebody else changed since they were seen, which then stay as they are.

    Raises
    ------
    InputError
        If a strength lies outside 0 to 3.
    """
    now = held(workshop)
    keys = set(Factor.objects.filter(workshop=now, gone=False).values_list("pk", flat=True))
    known = {(pull.source_id, pull.target_id): pull for pull in Pull.objects.filter(workshop=now)}
    wishes, refused = [], 0
    for (a, b), value in values.items():
        if a not in keys or b not in keys or a == b or value == seen.get((a, b)):
            continue
        if value is not None and not 0 <= value <= STRONG:
            raise InputError(gettext_noop("A strength lies between 0 and 3."))
        pull = known.get((a, b)) or Pull(workshop=now, source_id=a, target_id=b)
        stands = None if pull.pk is None or pull.gone else pull.value
        if stands != seen.get((a, b)) and stands != value:
            refused += 1
            continue
        wishes.append(Wish(pull, {"value": value, "gone": False} if pull.pk else {"value": value}))
    edit(now, wishes, by=by)
    return refused


@transaction.atomic
def keep_only(workshop: Workshop, keys: Iterable[int], *, by: User | None, listed: Iterable[int] | None = None) -> None:
    """Go on with these factors and take the others away; undoing brings them back.

    `listed` are those that could be chosen from: what somebody added since stays.

    Raises
    ------
    InputError
        If fewer than two would stay.
    """
    now = held(workshop)
    wanted = set(keys)
    rows = list(Factor.objects.filter(workshop=now, gone=False))
    shown = {factor.pk for factor in rows} if listed is None else set(listed)
    if len([factor for factor in rows if factor.pk in wanted]) < 2:
        raise InputError(gettext_noop("Please keep at least two factors."))
    edit(now, [Wish(factor, {"gone": True}) for factor in rows if factor.pk in shown - wanted], by=by)


def told_grid(workshop: Workshop) -> dict[str, Any]:
    """Return what a screen tells of the grid: each factor with its number, sums and part, cited once it is filed."""
    table = table_of(workshop)
    digest = workshop.gridded.record.digest if workshop.gridded and workshop.finished else ""

    def cited(name: str, place: int) -> str:
        return citation(digest, "outcomes", name, place) if digest else ""

    rows = [
        (number, factor, one, cited("active", number - 1), cited("passive", number - 1))
        for number, (factor, one) in enumerate(zip(table.factors, table.sums, strict=True), 1)
    ]
    sections = len(rows) * (len(rows) - 1)
    return {"table": table, "grid_rows": rows, "sections": sections, "minutes": 2 * sections, "many": len(rows) > MANY,
            "few": FEW, "enough": ENOUGH}  # fmt: skip


def file_grid(workshop: Workshop, *, by: User | None) -> None:
    """File what each factor exerts and receives: numbers in the order of the factors, no names."""
    table = table_of(workshop)
    if workshop.light or len(table.factors) < 2 or not table.source:
        return
    record = evidence.record(
        "judgement", method="workshop-grid 1",
        values={"role": role_of(by, workshop.project), "workshop": workshop.number, "from": table.source},
        outcomes={
            "active": {"unit": "1", "value": [round(one.exerts, 3) for one in table.sums]},
            "passive": {"unit": "1", "value": [round(one.receives, 3) for one in table.sums]},
        },
    )  # fmt: skip
    title = f"{workshop.project.title}: {workshop.question}"
    workshop.gridded = file_for(workshop.project, record, title, by=by)


def forget_grid_voices(workshop: Workshop) -> None:
    """Erase what single phones said; what the room saw of it stays, of fewer than five phones as a whole number."""
    known = {(pull.source_id, pull.target_id): pull for pull in Pull.objects.filter(workshop=workshop)}
    for (a, b), values in _said(workshop).items():
        pull = known.get((a, b)) or Pull(workshop=workshop, source_id=a, target_id=b)
        if pull.pk is None or pull.gone or pull.value is None:
            mean = _mean(values)
            pull.value, pull.gone = round(mean, 1) if len(values) >= FEWEST_VOICES else round(mean), False
            pull.save()
    GridVoice.objects.filter(source__workshop=workshop).delete()
