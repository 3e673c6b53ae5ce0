"""End a workshop as its kind wants it: by whoever leads, or after a month where nobody did."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from hks.core.errors import HksError
from hks.web.projects.services import NAME_AFTER_DUE
from hks.web.workshops import services, strategy
from hks.web.workshops.models import Promise, Workshop

if TYPE_CHECKING:
    from hks.web.accounts.models import User


def end(workshop: Workshop, *, by: User | None, language: str = "de") -> None:
    """End a workshop; the goals of a strategy workshop go into the town's goals.

    Raises
    ------
    StateError
        If it is finished already, or its project is closed.
    InputError
        If a goal does not fit among the town's goals any more.
    """
    if workshop.strategy:
        strategy.finish(workshop, by=by)
    else:
        services.finish(workshop, by=by, language=language)


def erase_due(now: datetime.datetime) -> int:
    """End what nobody ended within a month, so that nothing leads to a phone any longer; return how many.

    Who took something on is left out a year after its day.
    """
    named = Promise.objects.filter(due__lt=now.date() - NAME_AFTER_DUE).exclude(person=None, who="")
    named.update(person=None, who="")
    due = Workshop.objects.filter(finished_at=None, at__lte=now - services.LONGEST_OPEN)
    rows = list(due.select_related("project__organisation"))
    for workshop in rows:
        _end_somehow(workshop)
    return len(rows)


def _end_somehow(workshop: Workshop) -> None:
    """End a workshop in full; without its goals where these do not fit, without any result where its project closed.

    What the room wrote stays on the page and in the minutes of the workshop in each case.
    """
    for way in (end, services.finish):
        try:
            return way(workshop, by=None)
        except HksError:
            continue
    with transaction.atomic():
        services.close(Workshop.objects.select_for_update().get(pk=workshop.pk))
    return None
