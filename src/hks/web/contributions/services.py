"""Open a sheet, give codes out, take votes, seal them, and erase what is due."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.contributions.models import Channel, Contribution, Participation, Response, SealedAnswers, Sheet, Token
from hks.web.contributions.secrecy import (
    destroy_key,
    destroy_lost_keys,
    empty_journal,
    known_as,
    make_key,
    new_code,
    pseudonym,
)

MOST_CODES = 20_000  # our choice: a card for each household of a mid-size town
SEALED_KEPT = datetime.timedelta(days=180)  # our choice: longer than the time to contest a decision
Ballot = dict[str, Any]
Part = tuple[Mapping[str, Any], Callable[[Mapping[str, Any]], Ballot | None]]
UNKNOWN = gettext_noop("This code is not known here. Please compare it with your card.")


@transaction.atomic
def open_sheet(sheet: Sheet) -> None:
    """Keep a sheet and make its key."""
    if sheet.closes < sheet.opens:
        raise InputError(gettext_noop("The vote must not end before it begins."))
    sheet.save()
    make_key(sheet)


def give_codes(sheet: Sheet, count: int) -> list[str]:
    """Draw codes; they are shown once and kept as hashes only.

    Raises
    ------
    InputError
        If too many are asked for.
    """
    if not 0 < count <= MOST_CODES - Token.objects.filter(sheet=sheet).count():
        raise InputError(gettext_noop("At most %(most)s codes can be given out for one vote."), most=MOST_CODES)
    codes = [new_code() for _ in range(count)]
    Token.objects.bulk_create([Token(sheet=sheet, hashed=known_as(sheet, code)) for code in codes])
    return codes


def known_code(sheet: Sheet, code: str) -> str:
    """Return the name of a code that was given out.

    Raises
    ------
    InputError
        If it was not.
    """
    hashed = known_as(sheet, code)
    if not Token.objects.filter(sheet=sheet, hashed=hashed).exists():
        raise InputError(UNKNOWN)
    return hashed


def answers_of(sheet: Sheet, code: str) -> dict[str, Any]:
    """Return what was answered under a code, as long as the sheet is open."""
    known_code(sheet, code)
    row = Response.objects.filter(sheet=sheet, pseudonym=pseudonym(sheet, code)).first()
    return dict(row.answers) if row else {}


@transaction.atomic
def answer(sheet: Sheet, code: str, answers: Mapping[str, Any], *, channel: str) -> None:
    """Take a vote, or change the answers named; the same code counts once whatever way it comes.

    Raises
    ------
    StateError
        If the sheet is not open, or the code was used by the other channel.
    InputError
        If the code is not known.
    """
    held = Sheet.objects.select_for_update().get(pk=sheet.pk)
    if not held.is_open:
        raise StateError(gettext_noop("This vote is not open; it runs from %(opens)s to %(closes)s."),
                         opens=sheet.opens, closes=sheet.closes)  # fmt: skip
    hashed = known_code(sheet, code)
    row, _ = Participation.objects.get_or_create(sheet=sheet, hashed=hashed, defaults={"channel": channel})
    if row.channel != channel:
        raise StateError(
            gettext_noop("A vote with this code already came by the other way (%(way)s); it counts once."),
            way=Channel(row.channel).value,
        )
    name = pseudonym(sheet, code)
    before = Response.objects.filter(sheet=sheet, pseudonym=name).first()
    kept = {**(before.answers if before else {}), **answers}
    Response.objects.update_or_create(sheet=sheet, pseudonym=name, defaults={"answers": kept})


def contribute(sheet: Sheet, code: str, kind: str, text: str) -> Contribution | None:
    """Keep a text for moderation; the same text of the same code stands once."""
    text = text.strip()
    if not text:
        return None
    found, _ = Contribution.objects.get_or_create(sheet=sheet, author=known_code(sheet, code), kind=kind, text=text)
    return found


@transaction.atomic
def seal(sheet: Sheet, parts: Mapping[str, Part]) -> tuple[evidence.Record, dict[str, Any]]:
    """Close a sheet: write its answers in random order, delete the rows, destroy the key.

    Each part has a head and takes its own ballots out of the answers, in an order of its own: what a person said in
    one part cannot be put beside what they said in another.

    Raises
    ------
    StateError
        If it was closed before.
    """
    held = Sheet.objects.select_for_update().get(pk=sheet.pk)
    if held.closed_at is not None:
        raise StateError(gettext_noop("This vote is already closed."))
    answers = [row.answers for row in Response.objects.filter(sheet=sheet)]
    content = {name: {**head, "ballots": _shuffled(map(pick, answers))} for name, (head, pick) in parts.items()}
    data = json.dumps(content, sort_keys=True).encode()
    nonce = secrets.token_bytes(32)
    mac = hmac.new(nonce, data, hashlib.sha256).hexdigest()
    record = evidence.record(
        "sealed",
        values={"schema": "acceptance-1", "mac": mac},
        outcomes={"count": {"unit": "persons", "value": len(answers)}},
    )
    SealedAnswers.objects.create(sheet=sheet, data=data, nonce=nonce, erase_on=timezone.localdate() + SEALED_KEPT)
    Response.objects.filter(sheet=sheet).delete()
    held.closed_at = sheet.closed_at = timezone.now()
    held.save(update_fields=["closed_at"])
    transaction.on_commit(lambda: destroy_key(sheet))
    transaction.on_commit(empty_journal)
    return record, content


def _shuffled(ballots: Iterable[Ballot | None]) -> list[Ballot]:
    """Put what was said in a random order; who said nothing leaves no trace."""
    said = [ballot for ballot in ballots if ballot is not None]
    secrets.SystemRandom().shuffle(said)
    return said


def erase_due(now: datetime.datetime) -> int:
    """Erase sealed answers, codes and participations whose time is over, and lost keys; tallies and chain stay."""
    due = SealedAnswers.objects.filter(erase_on__lte=now.date())
    sheets = list(due.values_list("sheet", flat=True))
    erased = due.delete()[0]
    return (
        erased
        + destroy_lost_keys()
        + Token.objects.filter(sheet__in=sheets).delete()[0]
        + Participation.objects.filter(sheet__in=sheets).delete()[0]
        + Contribution.objects.filter(sheet__in=sheets).exclude(author="").update(author="")
    )
