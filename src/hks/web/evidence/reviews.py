"""What experts and authorities say of a filed record: signed, dated, and replaced only by a later word."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Membership
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import EDIT_PROJECT, REVIEW
from hks.web.evidence.models import Filing, Record, Review, ReviewAnswer, ReviewQuerySet
from hks.web.evidence.services import chains, note

if TYPE_CHECKING:
    from hks.web.accounts.models import User
    from hks.web.accounts.permissions import Person


def duty_of(user: Person, filing: Filing) -> Membership | None:
    """Find the membership by which a person may review a filing: in its organisation or in the district above."""
    place = filing.organisation
    if place is None or user is None or not user.is_authenticated:
        return None
    held = Membership.objects.who_may(REVIEW).filter(user=user, organisation__in=[place.pk, place.parent_id])
    return held.select_related("organisation").order_by("pk").first()


def reviewable(user: Person, record: Record) -> Filing | None:
    """Find the newest filing of a record that the person may review."""
    filings = Filing.objects.visible_to(user).filter(record=record).select_related("organisation").order_by("-at")
    return next((filing for filing in filings if duty_of(user, filing) is not None), None)


@transaction.atomic
def sign_review(
    filing: Filing, verdict: str, office: str, text: str = "", due: datetime.date | None = None, *, by: User
) -> Review:
    """Write down what an office says of a filing; its earlier word there is kept and no longer stands.

    Raises
    ------
    PermissionDenied
        If none of the person's roles in the organisation, or in the district above, is to review.
    InputError
        If the office or its words are missing, or a question has no day by which it waits.
    """
    duty = duty_of(by, filing)
    if duty is None:
        raise PermissionDenied(_("Your role does not allow you to review results here."))
    office, text = office.strip(), text.strip()
    if not office:
        raise InputError(gettext_noop("Please name the office that says so."))
    if verdict != Review.Verdict.CHECKED and not text:
        raise InputError(gettext_noop("Please say what the reservation or the question is."))
    if verdict == Review.Verdict.QUESTION and due is None:
        raise InputError(gettext_noop("Please say by which day you wait for an answer."))
    if due is not None and due < timezone.localdate():
        raise InputError(gettext_noop("The day you wait for lies in the past."))
    review = Review.objects.create(
        filing=filing, verdict=verdict, office=office[:120], text=text, due=due, by=by, role=duty.role
    )
    same = Q(by=by) | Q(role=duty.role, office__iexact=review.office)
    Review.objects.standing().filter(same, filing=filing).exclude(pk=review.pk).update(replaced_by=review)
    note(by, "review", f"record {filing.record.digest[:8]}", filing.organisation)
    return review


def answerable(user: Person, review: Review) -> bool:
    """Say whether the person answers for the town that an office asked, and there is something to answer."""
    place = review.filing.organisation
    asks = review.replaced_by_id is None and review.verdict != Review.Verdict.CHECKED
    return asks and place is not None and may(user, EDIT_PROJECT, place)


@transaction.atomic
def answer_review(review: Review, office: str, text: str, *, by: User) -> ReviewAnswer:
    """Write down what the town answers; the question counts as open no longer.

    Raises
    ------
    PermissionDenied
        If the person's role does not answer for the town.
    StateError
        If the office asked nothing, or said something else since.
    InputError
        If the office that answers or its words are missing.
    """
    place = review.filing.organisation
    if place is None or not may(by, EDIT_PROJECT, place):
        raise PermissionDenied(_("Your role does not allow you to answer for the town."))
    held = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if held.verdict == Review.Verdict.CHECKED:
        raise StateError(gettext_noop("This office asked nothing; there is nothing to answer."))
    if held.replaced_by_id is not None:
        raise StateError(gettext_noop("The office signed again meanwhile; please answer its later word."))
    office, text = office.strip(), text.strip()
    if not office:
        raise InputError(gettext_noop("Please name the office that says so."))
    if not text:
        raise InputError(gettext_noop("Please write what you answer."))
    answer = ReviewAnswer.objects.create(review=held, office=office[:120], text=text, by=by)
    note(by, "answer review", f"record {review.filing.record.digest[:8]}", place)
    return answer


def answered_to(user: Person) -> list[Review]:
    """Return the reviews a person signed that were answered and that the person has not taken up again."""
    if user is None or not user.is_authenticated:
        return []
    rows = Review.objects.standing().filter(by=user).exclude(answers=None).distinct()
    return list(rows.select_related("filing__record", "filing__organisation").prefetch_related("answers"))


def reviews_of(record: Record, user: Person, *, standing: bool = True) -> list[Review]:
    """Return what offices say of a record, or what they said before, as far as the person may see the filing."""
    return reviews_by_record([record], user, standing=standing).get(record.pk, [])


def reviews_by_record(records: Iterable[Record], user: Person, *, standing: bool = True) -> dict[int, list[Review]]:
    """Return the same for several records, asked for once."""
    pks = [record.pk for record in records]
    rows = Review.objects.visible_to(user).filter(filing__record__in=pks, replaced_by__isnull=standing)
    found: dict[int, list[Review]] = {}
    for review in rows.select_related("filing__organisation", "by").prefetch_related("answers__by"):
        found.setdefault(review.filing.record_id, []).append(review)
    return found


def reviewed_for(reviews: ReviewQuerySet, records: Iterable[Record]) -> dict[int, list[Review]]:
    """Return per record which of some reviews stand of it and of the records it rests on."""
    upwards = chains(records)
    ancestors = {row.pk for rows in upwards.values() for row in rows}
    by_record: dict[int, list[Review]] = {}
    for review in (
        reviews.standing().filter(filing__record__in=ancestors).select_related("filing").prefetch_related("answers")
    ):
        by_record.setdefault(review.filing.record_id, []).append(review)
    return {pk: [review for row in rows for review in by_record.get(row.pk, [])] for pk, rows in upwards.items()}
