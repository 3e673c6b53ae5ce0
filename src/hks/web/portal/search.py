"""Find what the person may see, over all rooms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hks.web.accounts.permissions import Person
from hks.web.evidence.models import Filing
from hks.web.projects.goals_told import standing
from hks.web.projects.models import Goal, GoalTree, Project
from hks.web.regions.models import CalendarDate, Dataset, Municipality
from hks.web.shell.templatetags.hks import days, record_kind

SHOWN = 20  # our choice: more than that is not read
SCANNED = 5000  # our choice: of each kind the newest; titles are compared as they are shown, which no database can


@dataclass(frozen=True)
class Shelf:
    """One kind of thing: which rows a person may see, the columns searched, where a row leads, what is said of it.

    The first column is the title.
    """

    label: str | Promise
    rows: Callable[[Person], QuerySet[Any]]
    columns: tuple[str, ...]
    address: Callable[[Any], str]
    note: Callable[[Any], str]


def _record(digest: str) -> str:
    return reverse("evidence:record", args=[digest])


SHELVES = (
    Shelf(_("Towns and districts"), lambda _user: Municipality.objects.all(), ("name", "ags"),
          lambda row: reverse("regions:situation", args=[row.ags]), lambda row: str(row.get_level_display())),
    Shelf(_("Projects"), lambda user: Project.objects.visible_to(user).kept(), ("title", "concern"),
          lambda row: reverse("projects:page", args=[row.slug]), lambda row: str(row.get_stage_display())),
    Shelf(_("Goals"),
          lambda user: Goal.objects.filter(**standing(), tree__in=GoalTree.objects
          .visible_to(user)).select_related("tree__organisation"), ("title", "why"),
          lambda row: f"{reverse('strategy:tree', args=[row.tree.organisation.slug])}#goal-{row.pk}",
          lambda row: str(row.tree.organisation)),
    Shelf(_("Tables brought in"),
          lambda user: Dataset.objects.visible_to(user).in_use().select_related("filing__record"),
          ("title", "table", "publisher", "key_date"), lambda row: _record(row.filing.record.digest),
          lambda row: f"{row.table} {days(row.key_date)}"),
    Shelf(_("Dates"), lambda user: CalendarDate.objects.for_person(user), ("title", "source"),
          lambda _row: reverse("portal:dates"), lambda row: str(row.get_kind_display())),
    Shelf(_("Evidence"),
          lambda user: Filing.objects.visible_to(user).filter(replaced_by=None).select_related("record"),
          ("title", "record__digest"), lambda row: _record(row.record.digest),
          lambda row: record_kind(row.record.kind)),
)  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    title: str
    address: str
    note: str


def found(query: str, user: Person) -> list[tuple[Shelf, list[Hit], bool]]:
    """Return per shelf what holds every word, titles that begin so first, and whether there is more; each page once."""
    words = query.casefold().split()
    shown: set[str] = set()
    result = []
    for shelf in SHELVES if words else ():
        keys = _matching(shelf, words, user)
        rows = shelf.rows(user).in_bulk(keys[:SHOWN])
        hits = [Hit(_shown(getattr(row, shelf.columns[0])), shelf.address(row), shelf.note(row))
                for row in (rows[key] for key in keys[:SHOWN])]  # fmt: skip
        new = [hit for hit in hits if hit.address not in shown]
        shown |= {hit.address for hit in hits}
        if new:
            result.append((shelf, new, len(keys) > SHOWN))
    return result


def _matching(shelf: Shelf, words: list[str], user: Person) -> list[Any]:
    scores = []
    for key, *texts in shelf.rows(user).order_by("-pk").values_list("pk", *shelf.columns)[:SCANNED]:
        title = _shown(texts[0]).casefold()
        whole = " ".join([title, *map(str.casefold, texts)])  # the title as it is shown and as it is stored
        if all(word in whole for word in words):
            scores.append((not title.startswith(words[0]), title, key))
    return [key for _late, _title, key in sorted(scores)]


def _shown(title: str) -> str:
    return gettext(title) if title else ""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Ask for words and show what was found."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    return render(request, "portal/search.html", {"query": query, "result": found(query, request.user)})
