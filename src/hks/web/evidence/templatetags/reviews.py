"""What offices say of a record, in templates of every room."""

from __future__ import annotations

from typing import Any

from django import template

from hks.web.evidence import reviews
from hks.web.evidence.models import Record, Review

register = template.Library()


@register.simple_tag(takes_context=True)
def reviews_of(context: dict[str, Any], record: Record | None, *, standing: bool = True) -> list[tuple[Review, bool]]:
    """Return each review that the reader may see, and whether they may read its words.

    A page with many records lays out those that stand as `reviewed`, by record.
    """
    user = context["request"].user
    if record is None:
        return []
    known = context.get("reviewed") if standing else None
    found = reviews.reviews_of(record, user, standing=standing) if known is None else known.get(record.pk, [])
    return [(review, review.told_to(user)) for review in found]


@register.simple_tag(takes_context=True)
def answerable(context: dict[str, Any], review: Review) -> bool:
    """Say whether the reader may answer a review for the town."""
    return reviews.answerable(context["request"].user, review)
