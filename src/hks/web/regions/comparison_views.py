"""How do the units compare? One indicator for a whole level, as a list, small charts and a map."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import may_anywhere
from hks.web.accounts.roles import LOAD_BOUNDARIES
from hks.web.regions.comparison import Comparison, compare
from hks.web.regions.forms import ComparisonForm
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.regions.outlines import loaded
from hks.web.shell.translated import in_words
from hks.workbench.maps import choropleth
from hks.workbench.region import INDICATORS

TITLES = {
    "town": gettext_noop("How do the towns compare?"),
    "district": gettext_noop("How do the districts compare?"),
    "land": gettext_noop("How do the Länder compare?"),
}
USUAL = ("share_65_plus", "population")  # what an ageing region asks first


@require_safe
def compare_units(request: HttpRequest) -> HttpResponse:
    """Compare the units of a level; what is asked for and does not exist falls back to the usual."""
    level = request.GET.get("level", "")
    if level not in Municipality.Level.values:
        level = Municipality.Level.DISTRICT.value
    values = IndicatorValue.objects.visible_to(request.user).filter(municipality__level=level, indicator__in=INDICATORS)
    known = set(values.values_list("indicator", flat=True).distinct())
    slug = request.GET.get("indicator", "")
    if slug not in INDICATORS:
        slug = next((usual for usual in USUAL if usual in known), USUAL[0])
    asked = request.GET.get("day", "")
    found = compare(INDICATORS[slug], level, request.user, timezone.localdate(), {}, day_of(asked))
    days = [(value.key_date.isoformat(), value.when) for value in found.days]
    form = ComparisonForm(level, slug, asked if asked in dict(days) else "", known, days)
    everything = request.GET.get("all") == "1"
    return render(request, "regions/compare.html", {
        "form": form, "found": found, "entry": found.indicator, "level": level, "title": TITLES[level],
        "everything": everything,
        "charts": found.charts(everything=everything) if found.readings else [],
        "more": f"?level={level}&indicator={slug}&day={form.initial['day']}&all=1#charts",
        "map": map_of(request, found), "sources": found.sources,
        "may_load": may_anywhere(request.user, LOAD_BOUNDARIES),
    })  # fmt: skip


def day_of(text: str) -> datetime.date | None:
    """Read a day; what is none is nobody's question."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def map_of(request: HttpRequest, found: Comparison) -> dict[str, Any] | None:
    """Draw the map where boundaries of the level are known."""
    known = loaded(found.level, request.user)
    if known is None or not found.readings:
        return None
    areas = found.areas(known.outlines)
    title = in_words(found.indicator.title)
    seen = _(
        "The stronger the colour, the higher the value; hatched areas have no figure. The list below says the same."
    )
    return {
        "svg": choropleth(known.outlines, areas, title, seen, step=known.step, in_degrees=known.in_degrees),
        "dataset": known.dataset, "attribution": known.attribution, "outside": found.outside(known.outlines),
        "hatched": sum(area.shade is None for area in areas),
    }  # fmt: skip
