"""Short statements beside a vote: put to the people, agreed with or not, added to by them, and counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from hks.core.errors import InputError, StateError
from hks.core.evidence import citation
from hks.core.messages import gettext_noop
from hks.web.contributions.models import Contribution
from hks.web.contributions.services import answer, answers_of, contribute, known_code
from hks.web.evidence.models import Record
from hks.web.evidence.services import note, outcome_of
from hks.web.participation.models import Consultation
from hks.web.projects.services import file_for, title_in
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

VOTES = (1, 0, -1)
MOST_STATEMENTS = 20  # our choice: more than that nobody answers on a phone
MOST_OWN = 3  # our choice: one person shall not fill the list
LONGEST = 160
KEY = "s%d"  # how an answer names a statement


def statements_of(consultation: Consultation) -> QuerySet[Contribution]:
    """Return the published statements in their order."""
    kind, status = Contribution.Kind.STATEMENT, Contribution.Status.SHOWN
    return Contribution.objects.filter(sheet=consultation.sheet, kind=kind, status=status)


@transaction.atomic
def put_statements(consultation: Consultation, lines: list[str], *, by: User | None) -> int:
    """Put the town's own statements to the people; one that stands already is not added twice.

    Raises
    ------
    InputError
        If there are too many, or one is too long.
    StateError
        If the consultation is closed.
    """
    _still_asking(consultation)
    wanted = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    known = set(statements_of(consultation).values_list("text", flat=True))
    new = [text for text in wanted if text not in known]
    if len(known) + len(new) > MOST_STATEMENTS:
        raise InputError(gettext_noop("At most %(most)s statements are put to the people."), most=MOST_STATEMENTS)
    for text in new:
        if len(text) > LONGEST:
            raise InputError(
                gettext_noop("'%(start)s…' is too long; a statement has at most %(most)s signs."),
                start=text[:30], most=LONGEST,
            )  # fmt: skip
        Contribution.objects.create(
            sheet=consultation.sheet, kind=Contribution.Kind.STATEMENT, text=text, author="",
            status=Contribution.Status.SHOWN,
        )  # fmt: skip
    note(by, "put statements", f"consultation {consultation.sheet}", consultation.project.organisation)
    return len(new)


def say(consultation: Consultation, code: str, said: Mapping[int, int], *, channel: str) -> None:
    """Take what a person says to statements, by their key; a later word replaces the earlier.

    Raises
    ------
    InputError
        If a statement is not put here or the word is none of agree, pass, disagree.
    StateError
        If the vote is not open, or the person has not voted yet.
    """
    known = set(statements_of(consultation).values_list("pk", flat=True))
    if not set(said) <= known or not set(said.values()) <= set(VOTES):
        raise InputError(gettext_noop("Please answer one of the statements with agree, disagree or pass."))
    if "after" not in answers_of(consultation.sheet, code):
        raise StateError(gettext_noop("Please vote on the question first; then come the statements."))
    words = {KEY % statement: vote for statement, vote in said.items()}
    answer(consultation.sheet, code, {**words, "channel": channel}, channel=channel)


def add_own(consultation: Consultation, code: str, text: str) -> Contribution | None:
    """Keep a person's own statement for moderation.

    Raises
    ------
    InputError
        If it is too long or the person has added enough.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise InputError(
            gettext_noop("'%(start)s…' is too long; a statement has at most %(most)s signs."),
            start=text[:30], most=LONGEST,
        )  # fmt: skip
    own = Contribution.objects.filter(
        sheet=consultation.sheet, kind=Contribution.Kind.STATEMENT, author=known_code(consultation.sheet, code)
    )
    if text and own.exclude(text=text).count() >= MOST_OWN:
        raise InputError(
            gettext_noop("You have added %(most)s statements; please leave room for others."), most=MOST_OWN
        )
    _still_asking(consultation)
    return contribute(consultation.sheet, code, Contribution.Kind.STATEMENT, text)


def _still_asking(consultation: Consultation) -> None:
    if consultation.sheet.closed_at is not None:
        raise StateError(gettext_noop("This consultation is closed."))


def next_for(consultation: Consultation, code: str) -> tuple[Contribution | None, int, int]:
    """Return the next statement a code has not answered, how many it has, and how many there are."""
    given = answers_of(consultation.sheet, code)
    rows = list(statements_of(consultation).exclude(author=known_code(consultation.sheet, code)))
    open_ones = [row for row in rows if KEY % row.pk not in given]
    return (open_ones[0] if open_ones else None), len(rows) - len(open_ones), len(rows)


def ballot_of(keys: list[str], answers: Mapping[str, Any]) -> dict[str, Any] | None:
    """Take the words on published statements out of an answer sheet; nothing where none was said."""
    votes = {key: answers[KEY % int(key)] for key in keys if KEY % int(key) in answers}
    return {"channel": answers["channel"], "votes": votes} if votes else None


def tally(consultation: Consultation, sealed: str, content: Mapping[str, Any], *, by: User | None) -> None:
    """Count the statements of a closed consultation; few votes stay hidden."""
    dataset = Dataset("statements.json", json.dumps(content, sort_keys=True).encode(), filed_as=sealed)
    computation = compute(METHODS["statements-tally"], {"ballots": dataset}, {})
    title = title_in(consultation.project, gettext("Statements"))
    filing = file_for(consultation.project, computation.record, title, by=by, files=computation.files)
    consultation.statements_tally = filing
    consultation.save(update_fields=["statements_tally"])


def results_of(consultation: Consultation) -> list[dict[str, Any]]:
    """Return each counted statement with its counts, the most agreed first; hidden ones last."""
    if consultation.statements_tally is None:
        return []
    record: Record = consultation.statements_tally.record
    texts = {str(row.pk): row.text for row in Contribution.objects.filter(sheet=consultation.sheet)}
    rows = []
    for place, row in enumerate(outcome_of(record, "statements")):
        told = {"text": texts.get(row["statement"], "?"), "shown": row["shown"], "share": -1.0}
        if row["shown"]:
            at = (record.digest, "outcomes", "statements", place)
            counts = {name: (row[name], citation(*at, name)) for name in ("agree", "disagree", "passed")}
            told |= {"counts": counts, "share": row["agreeing"]["share"]}
        rows.append(told)
    return sorted(rows, key=lambda row: -row["share"])
