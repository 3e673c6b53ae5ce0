"""Begin a workshop, lead it from step to step, and finish it."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, override

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.contributions.secrecy import ALPHABET, plain
from hks.web.evidence.services import note
from hks.web.projects.models import Project
from hks.web.projects.services import file_for, role_of, still_open
from hks.web.workshops.edits import AHEAD, Wish, change, edit, held, not_ahead, touch
from hks.web.workshops.forms import typed
from hks.web.workshops.grid import file_grid, forget_grid_voices
from hks.web.workshops.groups import file_groups
from hks.web.workshops.live import factors_of, matrix_of
from hks.web.workshops.minutes import minutes_of
from hks.web.workshops.models import (
    Card,
    Factor,
    Picture,
    Piece,
    Promise,
    Section,
    State,
    Step,
    Voice,
    Workshop,
)
from hks.web.workshops.phones import parted
from hks.workbench.futures import consistent_futures, typed_matrix
from hks.workbench.live_matrix import FEWEST_VOICES
from hks.workbench.live_paths import filed_ways
from hks.workbench.papers.printing import record_of

if TYPE_CHECKING:
    from hks.web.accounts.models import User

CODE_LENGTH = 6  # 29 bits for one day in one room, and only so many tries
MOST_FACTORS, MOST_STATES, MOST_CARDS = 30, 4, 300  # our choices: what a wall can list; a room is warned earlier
MOST_PICTURES = 5
LONGEST_STEP = 240  # our choice: half a day
MOST_CODES = 40  # our choice: what the field holds
TWO_FACTORS = gettext_noop("The short form goes on with two factors; please choose the two that matter most.")
LONGEST_OPEN = datetime.timedelta(days=30)  # our choice: a workshop in two evenings, not a lasting survey


@transaction.atomic
def begin(project: Project, *, by: User | None, **said: Any) -> Workshop:
    """Begin a workshop; phones may come in by its code from now on.

    Raises
    ------
    StateError
        If the project is closed.
    """
    still_open(project)
    Project.objects.select_for_update().get(pk=project.pk)  # two at the same moment get two numbers
    number = Workshop.objects.filter(project=project).count() + 1
    note(by, "begin workshop", f"project {project.slug}", project.organisation)
    return Workshop.objects.create(project=project, number=number, code=_new_code(), by=by, **said)


def _new_code() -> str:
    while True:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        code = f"{signs[:3]}-{signs[3:]}"
        if not Workshop.objects.filter(Q(code=code) | Q(former_codes__contains=code)).exists():
            return code


def workshop_by_code(code: str) -> Workshop | None:
    """Find the running workshop of a code as it was typed.

    Raises
    ------
    StateError
        If another code took its place.
    """
    signs = plain(code)
    if len(signs) != CODE_LENGTH:
        return None
    written = f"{signs[:3]}-{signs[3:]}"
    rows = Workshop.objects.filter(finished_at=None, project__binned_at=None)
    found = rows.filter(code=written).select_related("project__organisation").first()
    if found is None and rows.filter(former_codes__contains=written).exists():
        raise StateError(gettext_noop("This code is no longer valid: a new one was given out. It stands on the wall."))
    return found


@transaction.atomic
def change_code(workshop: Workshop, *, by: User | None) -> None:
    """Give out a new code; phones in the room stay, the old code lets nobody in any more.

    Raises
    ------
    StateError
        If it was changed too often.
    """
    now = held(workshop)
    former = [*now.former_codes.split(), now.code]
    if len(former) > MOST_CODES:
        raise StateError(gettext_noop("The code was changed %(most)s times; that is enough."), most=MOST_CODES)
    now.former_codes, now.code = " ".join(former), _new_code()
    now.save(update_fields=["code", "former_codes"])
    note(by, "change code of workshop", f"project {now.project.slug}", now.project.organisation)
    touch(now)


@transaction.atomic
def show(workshop: Workshop, step: str, **what: Any) -> None:
    """Show a step, a section or a future on projector and phones."""
    now = held(workshop)
    if step not in dict(now.steps):
        raise InputError(gettext_noop("This workshop has no step '%(name)s'; please choose one of its list."),
                         name=step)  # fmt: skip
    if step != now.step:
        now.clock_started = None  # each step has its own time
    now.step = step
    for name, value in what.items():
        setattr(now, name, value)
    now.save(update_fields=["step", "clock_started", *what])
    touch(now)


@transaction.atomic
def set_clock(workshop: Workshop, minutes: int) -> None:
    """Give the step so many minutes from now on, 0: take the clock away. It only tells the time and ends nothing.

    Raises
    ------
    InputError
        If it is no time that a step takes.
    """
    now = held(workshop)
    if not 0 <= minutes <= LONGEST_STEP:
        raise InputError(gettext_noop("A step takes 1 to %(most)s minutes."), most=LONGEST_STEP)
    now.clock_started, now.clock_minutes = timezone.now() if minutes else None, minutes
    now.save(update_fields=["clock_started", "clock_minutes"])
    touch(now)


def as_settled(workshop: Workshop) -> str:
    """Name question, year, what happens with the result and form, so that a page can say what it was typed over."""
    said = (workshop.question, workshop.horizon, workshop.influence, workshop.light)
    return evidence.digest_of_file(repr(said).encode())


@transaction.atomic
def settle(workshop: Workshop, seen: str | None = None, **said: Any) -> None:
    """Change question, year, form or tolerance; `seen` says over what it was typed, as `as_settled` names it.

    Raises
    ------
    StateError
        If somebody else changed it since it was seen.
    InputError
        If it is to become the short form with more than two factors: their judgements would be filed nowhere.
    """
    now = held(workshop)
    if seen is not None and seen != as_settled(now) and any(getattr(now, name) != was for name, was in said.items()):
        raise StateError(AHEAD)
    if said.get("light") and not now.light and Factor.objects.filter(workshop=now, gone=False).count() > 2:
        raise InputError(TWO_FACTORS)
    for name, value in said.items():
        setattr(now, name, value)
    if now.step not in dict(now.steps):
        now.step = Step.FACTORS  # the short form judges nothing
    now.save(update_fields=[*said, "step"])
    touch(now)


@transaction.atomic
def type_cards(workshop: Workshop, lines: str, *, by: User | None) -> int:
    """Take influences from paper cards, one a line."""
    held(workshop)
    texts = [text for line in lines.splitlines() if (text := typed(line, 160))]
    if Card.objects.filter(workshop=workshop, gone=False).count() + len(texts) > MOST_CARDS:
        raise InputError(gettext_noop("Up to %(most)s cards can be kept; please merge some first."), most=MOST_CARDS)
    edit(workshop, [Wish(Card(workshop=workshop, text=text), {}) for text in texts], by=by)
    return len(texts)


@transaction.atomic
def merge(workshop: Workshop, cards: Sequence[Card], *, by: User | None) -> None:
    """Put cards that say the same under the first of them; its dots and theirs count together.

    Raises
    ------
    InputError
        If fewer than two are chosen.
    """
    held(workshop)
    if len(cards) < 2:
        raise InputError(gettext_noop("Please tick at least two cards that say the same."))
    first, keys = cards[0], [card.pk for card in cards[1:]]
    below = Card.objects.filter(workshop=workshop, gone=False, merged_into__in=keys)
    rows = [*cards[1:], *below]
    edit(workshop, [Wish(card, {"merged_into_id": first.pk}) for card in rows if card.pk != first.pk], by=by)


def take_away(piece: Piece, *, by: User | None) -> None:
    """Take a piece away; undoing brings it back."""
    below = parted(piece) if isinstance(piece, Card) else []
    edit(piece.workshop, [Wish(piece, {"gone": True}), *below], by=by)


@transaction.atomic
def choose_factors(workshop: Workshop, names: Iterable[str], *, by: User | None) -> int:
    """Make factors of names that are none yet.

    Raises
    ------
    InputError
        If there would be too many.
    """
    held(workshop)
    known = {factor.name.casefold() for factor, _ in factors_of(workshop)}
    plain_names = (" ".join(typed(name, 500).split())[:120] for name in names)
    new = {name.casefold(): name for name in plain_names if name and name.casefold() not in known}
    if workshop.light and len(known) + len(new) > 2:
        raise InputError(TWO_FACTORS)
    if len(known) + len(new) > MOST_FACTORS:
        raise InputError(
            gettext_noop("%(count)s factors are too many; up to %(most)s can be listed."),
            count=len(known) + len(new), most=MOST_FACTORS,
        )  # fmt: skip
    last = Factor.objects.filter(workshop=workshop).count()
    rows = [Factor(workshop=workshop, name=n, position=last + i) for i, n in enumerate(new.values())]
    edit(workshop, [Wish(row, {}) for row in rows], by=by)
    return len(rows)


@transaction.atomic
def name_states(
    workshop: Workshop, factor: Factor, said: Sequence[tuple[str, str]], *, by: User | None,
    keys: Sequence[int | None] | None = None, seen: str | None = None,
) -> None:  # fmt: skip
    """Name the two to four ways a factor may go, each with a sentence; those that stand already keep their judgements.

    `keys` says which state each of them was; without it they are the states in their order. `seen` says over what
    it was typed.

    Raises
    ------
    StateError
        If somebody else changed them since they were seen.
    InputError
        If there are fewer than two or more than four, or two have the same name.
    """
    held(workshop)
    names = [name for name, _ in said]
    if workshop.light and len(names) > 2:
        raise InputError(gettext_noop("The short form takes two ways for each factor."))
    if not 2 <= len(names) <= MOST_STATES or len({name.casefold() for name in names}) < len(names):
        raise InputError(gettext_noop("Please name two to four different ways in which “%(name)s” may go."),
                         name=factor.name)  # fmt: skip
    old = {state.pk: state for state in State.objects.filter(workshop=workshop, factor=factor, gone=False)}
    if [(state.name, state.sentence) for state in old.values()] != list(said):
        not_ahead(old.values(), seen)
    known = [*old][: len(said)] if keys is None else keys
    wishes = []
    for place, (name, sentence) in enumerate(said):
        kept = old.pop(known[place] or 0, None) if place < len(known) else None
        fields = {"name": name, "sentence": sentence, "position": place}
        wishes.append(Wish(kept or State(workshop=workshop, factor=factor), fields))
    edit(workshop, [Wish(state, {"gone": True}) for state in old.values()] + wishes, by=by)


@transaction.atomic
def keep_reason(section: Section, reason: str, seen: str | None = None, *, by: User | None) -> bool:
    """Write down why the room judged so; say whether somebody else wrote meanwhile, whose words then stay."""
    held(section.workshop)
    section.refresh_from_db()
    text = typed(reason, 1000)
    if seen is not None and (text == typed(seen, 1000) or text == section.reason):
        return False
    if seen is not None and typed(seen, 1000) != section.reason:
        return True
    change(section, by=by, reason=text)
    return False


@transaction.atomic
def keep_pictures(
    workshop: Workshop, said: Iterable[Mapping[str, Any]], *, by: User | None, seen: str | None = None
) -> None:
    """Keep the futures the room goes on with, in place of those kept before; `seen` says which these were.

    Raises
    ------
    StateError
        If somebody else changed them since they were seen.
    InputError
        If there are too many, or one has no name.
    """
    held(workshop)
    wanted = [{**one, "name": typed(one["name"], 120), "story": typed(one["story"], 2000)} for one in said]
    if len(wanted) > MOST_PICTURES or not all(one["name"] for one in wanted):
        raise InputError(gettext_noop("Please give each picture a name; up to %(most)s can be kept."),
                         most=MOST_PICTURES)  # fmt: skip
    old = {tuple(p.states): p for p in Picture.objects.filter(workshop=workshop, gone=False)}
    if [{"states": p.states, "name": p.name, "story": p.story, "mark": p.mark} for p in old.values()] != wanted:
        not_ahead(old.values(), seen)
    wishes = []
    for one in wanted:
        fields = {name: one[name] for name in ("name", "story", "mark")}
        kept = old.pop(tuple(one["states"]), None)
        wishes.append(Wish(kept or Picture(workshop=workshop, states=one["states"]), fields))
    wishes += [Wish(picture, {"gone": True}) for picture in old.values()]
    edit(workshop, wishes, by=by)


def promise(workshop: Workshop, title: str, due: datetime.date | None, *, by: User | None) -> None:
    """Write down what the room wants done."""
    edit(workshop, [Wish(Promise(workshop=workshop, title=title, due=due), {})], by=by)


@transaction.atomic
def finish(workshop: Workshop, *, by: User | None, language: str = "de") -> None:
    """End a workshop: no phone comes in or says anything any more, and what each phone said is erased.

    Its minutes are filed in the language of whoever ends it.

    Raises
    ------
    StateError
        If it is finished already.
    """
    now = held(workshop)
    keep_result(now, by=by)
    file_groups(now, by=by)
    forget_grid_voices(now)
    file_grid(now, by=by)
    file_pictures(now, by=by)
    for promise in Promise.objects.filter(workshop=now, gone=False):
        now.project.tasks.create(title=promise.title, due=promise.due, person=promise.person, who=promise.who, by=by)
    close(now)
    if not now.strategy:
        file_minutes(now, language, by=by)
    note(by, "finish workshop", f"project {now.project.slug}", now.project.organisation)


def file_minutes(workshop: Workshop, language: str, *, by: User | None) -> None:
    """File the minutes as PDF and DOCX, so that their figures cite and a working copy can be checked."""
    with override(language):
        record, files = record_of(minutes_of(workshop, language), {"workshop": workshop.number, "language": language})
        what = gettext("minutes of the workshop")
    workshop.minutes = file_for(workshop.project, record, f"{workshop.project.title}: {what}", by=by, files=files)
    workshop.save(update_fields=["minutes"])


def close(workshop: Workshop) -> None:
    """Close a workshop as it is, and forget its phones; nothing is filed any more."""
    workshop.code, workshop.former_codes, workshop.finished_at, workshop.step = "", "", timezone.now(), Step.END
    workshop.clock_started = None
    workshop.save(update_fields=["code", "former_codes", "clock_started", "finished_at", "step", "matrix", "solved",
                                 "grouped", "gridded", "ways"])  # fmt: skip
    forget_grid_voices(workshop)
    forget_phones(workshop)
    touch(workshop)


def keep_result(workshop: Workshop, *, by: User | None) -> None:
    """File the matrix as the room agreed on it, and the futures that fit together in it."""
    matrix = matrix_of(workshop)
    if len(matrix.factors) < 2 or workshop.light:
        return
    project, title = workshop.project, f"{workshop.project.title}: {workshop.question}"
    dataset = replace(typed_matrix(matrix.descriptors, matrix.rows), kind="judgement", role=role_of(by, project))
    computation = consistent_futures(dataset, float(workshop.tolerance))
    files = {dataset.digest: dataset.data}
    workshop.matrix = file_for(project, dataset.record, title, by=by, files=files)
    workshop.solved = file_for(project, computation.record, title, by=by, files=computation.files)
    try:
        found = filed_ways(dataset, matrix.descriptors)
    except InputError:  # a way came to no end; the workshop ends without them
        return
    workshop.ways = file_for(project, found.record, title, by=by, files=found.files)


def file_pictures(workshop: Workshop, *, by: User | None) -> None:
    """File which futures the room chose and what they are to it: places and marks, no names and no stories."""
    matrix = matrix_of(workshop)
    kept = Picture.objects.filter(workshop=workshop, gone=False)
    rows = [{"scenario": places, "mark": p.mark} for p in kept if (places := matrix.places(p.states)) is not None]
    if not rows:
        return
    inputs = {"consistent": workshop.solved.record.digest} if workshop.solved else {}
    record = evidence.record(
        "judgement", method="workshop-pictures 1", inputs=inputs,
        values={"role": role_of(by, workshop.project), "workshop": workshop.number},
        outcomes={"pictures": {"unit": "1", "value": rows}},
    )  # fmt: skip
    file_for(workshop.project, record, f"{workshop.project.title}: {workshop.question}", by=by)


def forget_phones(workshop: Workshop) -> None:
    """Erase what leads from a card, dot or judgement to a phone; dots stay as a number on their card.

    How far fewer than five phones differed goes too, but for whether they contradicted each other.
    """
    Card.objects.filter(workshop=workshop, gone=True).exclude(participant=None).delete()
    for card in Card.objects.filter(workshop=workshop):
        dots = card.dots.count()
        Card.objects.filter(pk=card.pk).update(paper_dots=card.paper_dots + dots, participant=None)
        card.dots.all().delete()
    Voice.objects.filter(section__workshop=workshop).delete()
    for section in Section.objects.filter(workshop=workshop):
        if not section.group_judgements.exists():
            section.spread = _of_rooms(section.spread)
        section.past = [one if one["groups"] else one | {"spread": _of_rooms(one["spread"])} for one in section.past]
        section.save(update_fields=["spread", "past"])
    workshop.participants.update(hashed="", group=None)


def _of_rooms(spread: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: told for name, each in spread.items() if (told := _of_many(each)) is not None}


def _of_many(spread: list[Any]) -> list[Any] | None:
    count, low, high, _middle = spread
    if count >= FEWEST_VOICES:
        return spread
    return [count, -1, 1, 0] if low < 0 < high else None
