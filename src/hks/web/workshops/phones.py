"""Phones in the room: they come in by a code without an account, and say cards, dots and judgements."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.evidence.services import note
from hks.web.projects.services import file_for, role_of
from hks.web.shell.limits import not_too_often_by
from hks.web.workshops.edits import Wish, edit, held, touch
from hks.web.workshops.forms import typed
from hks.web.workshops.live import factors_of
from hks.web.workshops.models import (
    Card,
    Cell,
    Dot,
    Factor,
    GridVoice,
    Participant,
    Section,
    State,
    Step,
    Voice,
    Workshop,
)
from hks.workbench.live_matrix import FEWEST_VOICES, Spread, mean_towards_none, spread_of

if TYPE_CHECKING:
    from hks.web.accounts.models import User

MOST_PHONES, MOST_OWN_CARDS, DOTS = 150, 15, 3  # our choices: the largest hall, and a table that writes for six
MOST_OFTEN, OFTEN_SECONDS = 30, 120  # our choice: far above what a person taps, far below what a script sends
OUT = gettext_noop("Those who lead have closed this phone out. Please speak to them; paper cards count the same.")
STRONGEST = 3


def hashed(key: str) -> str:
    """Name a phone by the key in its cookie."""
    return salted_hmac("hks.workshop.phone", key, algorithm="sha256").hexdigest()


def new_key() -> str:
    """Make up a key for a phone."""
    return secrets.token_urlsafe(18)


def known_phone(workshop: Workshop, key: str) -> Participant | None:
    """Find the phone of a key in a workshop."""
    return Participant.objects.filter(workshop=workshop, hashed=hashed(key)).first()


@transaction.atomic
def come_in(workshop: Workshop, key: str, fresh: str = "") -> str:
    """Let a phone in and return its key; a phone that knows its key stays who it was.

    `fresh` is the key that a phone gets which is not known; who sends it twice is one phone.

    Raises
    ------
    StateError
        If the workshop is finished, the room is full, or the phone was closed out.
    """
    now = held(workshop)
    for one in (key, fresh):
        known = known_phone(now, one) if one else None
        if known is not None and known.out:
            raise StateError(OUT)
        if known is not None:
            return one
    if phones_today(now) >= MOST_PHONES:
        raise StateError(gettext_noop("%(most)s phones are in this room; no more can come in."), most=MOST_PHONES)
    new = fresh or new_key()
    Participant.objects.create(workshop=now, hashed=hashed(new), number=now.participants.count() + 1)
    touch(now)
    return new


@transaction.atomic
def close_out(workshop: Workshop, phone: Participant, *, by: User | None) -> None:
    """Let a phone say nothing more; its dots and what is not yet revealed of it count no longer, its cards stay."""
    now = held(workshop)
    Dot.objects.filter(participant=phone).delete()
    Voice.objects.filter(participant=phone, section__revealed_at=None).delete()
    GridVoice.objects.filter(participant=phone).delete()
    Participant.objects.filter(pk=phone.pk, workshop=now).update(out=True)
    note(by, "close a phone out", f"project {now.project.slug}", now.project.organisation)
    touch(now)


def not_too_fast(phone: Participant) -> None:
    """Count what a phone sends, of whatever kind.

    Raises
    ------
    StateError
        If it is more than a person taps.
    """
    not_too_often_by(phone.hashed, "workshop-phone", most=MOST_OFTEN, seconds=OFTEN_SECONDS)


def open_at(workshop: Workshop, *steps: Step) -> Workshop:
    """Lock a workshop, or refuse where the room is at none of these steps."""
    now = held(workshop)
    if now.step not in steps:
        raise StateError(gettext_noop("The room has moved on; please reload this page."))
    return now


@transaction.atomic
def write_card(phone: Participant, text: str) -> None:
    """Take an influence from a phone; the same text of the same phone stands once.

    Raises
    ------
    StateError
        If cards are not being collected.
    InputError
        If nothing is written, or the phone wrote its share.
    """
    now = open_at(phone.workshop, Step.CARDS)
    text = " ".join(typed(text, 500).split())[:160]
    hang_up(now, phone, text)


def hang_up(workshop: Workshop, phone: Participant, text: str, field: str = "") -> None:
    """Hang a phone's card up, in a field where there are some; the same card of the same phone stands once.

    Raises
    ------
    InputError
        If nothing is written, or the phone wrote its share.
    """
    every = Card.objects.filter(workshop=workshop, participant=phone)
    own = every.filter(gone=False)
    if not text:
        raise InputError(gettext_noop("Please write on the card first."))
    if own.count() >= MOST_OWN_CARDS or every.count() >= 2 * MOST_OWN_CARDS:
        raise InputError(gettext_noop("You have written %(most)s cards; that is enough for one phone."),
                         most=MOST_OWN_CARDS)  # fmt: skip
    if not own.filter(text=text, field=field).exists():
        card = Card(workshop=workshop, participant=phone, text=text, field=field)
        edit(workshop, [Wish(card, {})], by=None, from_phone=True)


@transaction.atomic
def take_back_card(phone: Participant, pk: int) -> None:
    """Take an own card back as long as cards are collected."""
    now = open_at(phone.workshop, Step.CARDS, Step.SWOT)
    for card in Card.objects.filter(workshop=now, participant=phone, pk=pk, gone=False):
        edit(now, [Wish(card, {"gone": True}), *parted(card)], by=None, from_phone=True)


def parted(card: Card) -> list[Wish]:
    """Let the cards below one stand by themselves again, for it is taken away."""
    return [Wish(other, {"merged_into_id": None}) for other in Card.objects.filter(merged_into=card, gone=False)]


@transaction.atomic
def place_dots(phone: Participant, cards: Iterable[int]) -> None:
    """Put the phone's dots on these cards, in place of where they were; a merged card hands its dot on.

    Raises
    ------
    InputError
        If there are too many.
    """
    now = open_at(phone.workshop, Step.VOTES, Step.WEIGHTS)
    chosen = set(cards)
    if len(chosen) > DOTS:
        raise InputError(gettext_noop("You have %(most)s dots; please take one away first."), most=DOTS)
    rows = Card.objects.filter(workshop=now, gone=False, pk__in=chosen)
    first = {card.merged_into_id or card.pk for card in rows}
    Dot.objects.filter(participant=phone).delete()
    Dot.objects.bulk_create([Dot(participant=phone, card_id=key) for key in first])
    touch(now)


def ranked(workshop: Workshop) -> list[tuple[Card, int, list[Card]]]:
    """Return the cards with their dots and what was merged into them, the most dots first."""
    dots: dict[int, int] = {}
    for key in Dot.objects.filter(card__workshop=workshop).values_list("card_id", flat=True):
        dots[key] = dots.get(key, 0) + 1
    cards = list(Card.objects.filter(workshop=workshop, gone=False))
    below: dict[int | None, list[Card]] = {}
    for card in cards:
        below.setdefault(card.merged_into_id, []).append(card)
    rows = []
    for card in below.get(None, []):
        together = [card, *below.get(card.pk, [])]
        rows.append((card, sum(c.paper_dots + dots.get(c.pk, 0) for c in together), together[1:]))
    return sorted(rows, key=lambda row: (-row[1], row[0].pk))


def states_of(factor: Factor) -> list[State]:
    """Return the states of a factor."""
    return list(State.objects.filter(factor=factor, gone=False))


def section_of(workshop: Workshop, source: Factor, target: Factor) -> Section:
    """Find or begin the section of two factors; only where something is written."""
    return Section.objects.get_or_create(workshop=workshop, source=source, target=target)[0]


def section_seen(workshop: Workshop, source: Factor, target: Factor) -> Section:
    """Find the section of two factors, or tell what it would be; nothing is written for looking at it."""
    found = Section.objects.filter(workshop=workshop, source=source, target=target).first()
    return found or Section(workshop=workshop, source=source, target=target)


def pair_asked(workshop: Workshop) -> tuple[Factor, Factor] | None:
    """Return the two factors that the room judges now, as long as nobody took one of them away."""
    source, target = workshop.source, workshop.target
    return None if source is None or target is None or source.gone or target.gone else (source, target)


def voices_of(section: Section) -> list[Voice]:
    """Return what phones said of a section."""
    return list(section.voices.all()) if section.pk else []


def cell_names(section: Section) -> dict[str, tuple[State, State]]:
    """Name each cell of a section as forms do."""
    rows, columns = states_of(section.source), states_of(section.target)
    return {f"j{row.pk}_{column.pk}": (row, column) for row in rows for column in columns}


def cells_of(section: Section) -> dict[tuple[int, int], Cell]:
    """Return the cells of a section, by the keys of both states."""
    rows = Cell.objects.filter(source__factor=section.source_id, target__factor=section.target_id)
    return {(cell.source_id, cell.target_id): cell for cell in rows}


@transaction.atomic
def say(phone: Participant, values: Mapping[str, int], reason: str) -> None:
    """Take what a phone says about the section that the room judges now; until the reveal it can be changed.

    Raises
    ------
    StateError
        If the room judges nothing, or the section is revealed.
    InputError
        If a value lies outside -3 to +3.
    """
    now = open_at(phone.workshop, Step.JUDGEMENTS)
    pair = pair_asked(now)
    if pair is None:
        raise StateError(gettext_noop("The room judges nothing right now; please wait a moment."))
    section = section_of(now, *pair)
    if section.revealed_at is not None:
        raise StateError(gettext_noop("These judgements are already revealed; nothing can be changed here any more."))
    names = cell_names(section)
    if set(values) != set(names):
        raise StateError(gettext_noop("The room has moved on; please reload this page."))
    if any(abs(value) > STRONGEST for value in values.values()):
        raise InputError(gettext_noop("A judgement lies between -3 and +3."))
    said = {"values": dict(values), "reason": typed(reason, 300)}
    Voice.objects.update_or_create(participant=phone, section=section, defaults=said)
    touch(now)


def spreads(section: Section) -> dict[str, Spread]:
    """Return how far the voices differ, cell by cell: those of phones, or those of groups where groups judge."""
    if section.workshop.groups:
        return {name: _of_groups(values) for name, values in said_by_groups(section).items() if values}
    said = [voice.values for voice in voices_of(section)]
    found = {name: spread_of([values[name] for values in said if name in values]) for name in cell_names(section)}
    return {name: spread for name, spread in found.items() if spread is not None}


def said_by_groups(section: Section) -> dict[str, list[int]]:
    """Return what the groups said, cell by cell."""
    rows = section.group_judgements.filter(group__lt=section.workshop.groups) if section.pk else []
    said = [row.values for row in rows]
    return {name: [values[name] for values in said if name in values] for name in cell_names(section)}


def _of_groups(values: list[int]) -> Spread:
    return Spread(len(values), min(values), max(values), mean_towards_none(values))


@transaction.atomic
def reveal(workshop: Workshop, section: Section, *, by: User | None) -> None:
    """Show the room what was said: the middle becomes the judgement wherever nobody set one and no sign is disputed.

    Raises
    ------
    StateError
        If it is revealed already.
    """
    now = held(workshop)
    section = Section.objects.select_for_update().get(pk=section.pk, workshop=now)
    if section.revealed_at is not None:
        raise StateError(gettext_noop("These judgements are already revealed; nothing can be changed here any more."))
    found = spreads(section)
    if not now.groups:  # where phones judge for themselves, what a group left unrevealed is no part of it
        section.group_judgements.all().delete()
    section.revealed_at = timezone.now()
    section.spread = {name: [s.count, s.low, s.high, s.middle] for name, s in found.items()}
    section.save(update_fields=["revealed_at", "spread"])
    agreed = {name: s.middle for name, s in found.items() if not s.disputed}
    before = section.past[-1]["agreed"] if section.past else {}
    set_cells(now, section, agreed, {}, by=by, only_open=True, replaces=before)
    now.refresh_from_db()
    _file(now, section, by)
    touch(now)


@transaction.atomic
def judge_again(workshop: Workshop, section: Section, *, by: User | None) -> None:
    """Let a revealed section be judged once more; what was said and agreed before is kept for the minutes.

    Raises
    ------
    StateError
        If it is not revealed yet.
    """
    now = held(workshop)
    section = Section.objects.select_for_update().get(pk=section.pk, workshop=now)
    if section.revealed_at is None:
        raise StateError(gettext_noop("This section is not revealed yet; it can still be judged as it is."))
    known = {(c.source_id, c.target_id): c.value for c in Cell.objects.filter(workshop=now, gone=False)}
    agreed = {name: known.get((row.pk, column.pk)) for name, (row, column) in cell_names(section).items()}
    groups = {str(row.group): row.values for row in section.group_judgements.all()}
    section.past = [*section.past, {"spread": section.spread, "agreed": agreed, "groups": groups}]
    section.round, section.revealed_at, section.spread = section.round + 1, None, {}
    section.save(update_fields=["past", "round", "revealed_at", "spread"])
    section.voices.all().delete()
    section.group_judgements.all().delete()
    note(by, "judge a section again", f"project {now.project.slug}", now.project.organisation)
    touch(now)


@transaction.atomic
def set_cells(
    workshop: Workshop,
    section: Section,
    values: Mapping[str, int | None],
    seen: Mapping[str, tuple[int, int | None]],
    *,
    by: User | None,
    only_open: bool = False,
    replaces: Mapping[str, int | None] | None = None,
) -> list[str]:
    """Set judgements of a section; return the names of those that somebody else changed meanwhile.

    Parameters
    ----------
    workshop : Workshop
    section : Section
    values : mapping
        Value by name of the cell; what is left as it was seen is not written.
    seen : mapping
        Version and value that the person had before them; a cell that is not named is written in any case.
    by : User, optional
    only_open : bool
        Leave alone what has a value already.
    replaces : mapping, optional
        Values of an earlier round, by name of the cell; where they still stand they are no reason to leave it alone.

    Raises
    ------
    InputError
        If a value lies outside -3 to +3.
    """
    held(workshop)
    names, refused, wishes = cell_names(section), [], []
    known = cells_of(section)
    for name, value in values.items():
        if name not in names or (name in seen and seen[name][1] == value):
            continue
        if value is not None and abs(value) > STRONGEST:
            raise InputError(gettext_noop("A judgement lies between -3 and +3."))
        row, column = names[name]
        cell = known.get((row.pk, column.pk)) or Cell(workshop=workshop, source=row, target=column)
        version, now = (cell.version, None if cell.gone else cell.value) if cell.pk else (0, None)
        if only_open and now is not None and now != (replaces or {}).get(name):
            continue
        if name in seen and seen[name][0] != version and now != value:
            refused.append(name)
            continue
        wishes.append(Wish(cell, {"value": value, "gone": False} if cell.pk else {"value": value}))
    edit(workshop, wishes, by=by)
    return refused


def _file(workshop: Workshop, section: Section, by: User | None) -> None:
    """File what the room agreed on at the reveal: places and numbers, no names and no single voice.

    Of fewer than five phones nothing is filed here: what they agree on would be what one of them said.
    """
    voices = max((spread[0] for spread in section.spread.values()), default=0)
    if voices < FEWEST_VOICES:
        return
    order = {factor.pk: place for place, (factor, _) in enumerate(factors_of(workshop))}
    rows, columns = states_of(section.source), states_of(section.target)
    values = {(c.source_id, c.target_id): c.value for c in Cell.objects.filter(workshop=workshop, gone=False)}
    agreed = [[values.get((row.pk, column.pk)) for column in columns] for row in rows]
    spread = [[section.spread.get(f"j{row.pk}_{column.pk}") for column in columns] for row in rows]
    told = [[s[1:3] if s and s[0] >= FEWEST_VOICES else None for s in row] for row in spread]
    record = evidence.record(
        "judgement", method="workshop-section 1",
        values={"role": role_of(by, workshop.project), "workshop": workshop.number,
                "section": [order.get(section.source_id, -1), order.get(section.target_id, -1)]},
        outcomes={"agreed": {"unit": "1", "value": agreed}, "voices": {"unit": "1", "value": voices},
                  "spread": {"unit": "1", "value": told}},
    )  # fmt: skip
    section.filing = file_for(workshop.project, record, f"{workshop.question}: {section}"[:200], by=by)
    section.save(update_fields=["filing"])


def phones_today(workshop: Workshop) -> int:
    """Count the phones in the room."""
    return workshop.participants.filter(out=False).exclude(hashed="").count()
