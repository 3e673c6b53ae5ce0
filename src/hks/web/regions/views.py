"""Where is the town heading? Official figures with level, key date and source."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.regions.services import AGE_STRUCTURE
from hks.workbench.charts.series import Series, series


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the towns and the districts."""
    units = Municipality.objects.select_related("parent").order_by("name")
    towns = [unit for unit in units if unit.level == Municipality.Level.TOWN]
    districts = [unit for unit in units if unit.level == Municipality.Level.DISTRICT]
    return render(request, "regions/index.html", {"towns": towns, "districts": districts})


@require_safe
def situation(request: HttpRequest, ags: str) -> HttpResponse:
    """Show a unit's indicators; a town without figures of its own shows its district's, named as such."""
    unit = get_object_or_404(Municipality.objects.select_related("parent"), ags=ags)
    readings = [
        reading for outcome in AGE_STRUCTURE.outcomes if (reading := reading_of(unit, outcome.name, outcome.title))
    ]
    return render(request, "regions/situation.html", {"unit": unit, "readings": readings})


def reading_of(unit: Municipality, indicator: str, title: str) -> dict[str, Any] | None:
    """Describe one indicator: latest value, level, age, change and chart."""
    for place in (unit, unit.parent):
        values = list(of_indicator(place, indicator)) if place else []
        if place and values:
            first, last = values[0], values[-1]
            points = Series(gettext(title), tuple((v.key_date.year, v.value) for v in values))
            return {
                "title": title, "slug": indicator, "place": place, "last": last, "first": first, "values": values,
                "change": last.value - first.value, "chart": series(points),
                "stale": last.stale_on(timezone.localdate()), "digits": 0 if last.unit == "persons" else 1,
                "source": source_of(last),
            }  # fmt: skip
    return None


def of_indicator(unit: Municipality, indicator: str) -> Any:
    """Read one series of a unit."""
    return IndicatorValue.objects.of(unit).filter(indicator=indicator).select_related("filing__record", "municipality")


def source_of(value: IndicatorValue) -> dict[str, str]:
    """Read the source of the table a value was computed from."""
    link = value.filing.record.parents.select_related("parent").get(role="table")
    return dict(link.parent.as_record.content.get("source", {}))


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Say per indicator which table it comes from, how old it is, and how to get newer figures."""
    rows = []
    for outcome in AGE_STRUCTURE.outcomes:
        latest = (
            IndicatorValue.objects.filter(indicator=outcome.name, filing__replaced_by=None)
            .select_related("filing__record", "municipality").order_by("-key_date").first()
        )  # fmt: skip
        if latest:
            stale = latest.stale_on(timezone.localdate())
            rows.append({"title": outcome.title, "latest": latest, "source": source_of(latest), "stale": stale})
    return render(request, "regions/data.html", {"rows": rows})
