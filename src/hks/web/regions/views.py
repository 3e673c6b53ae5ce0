"""Where is the town heading? Official figures with level, key date and source."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from hks.core.messages import gettext_noop
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import may, may_anywhere, organisations_of
from hks.web.accounts.roles import EDIT_PROJECT, IMPORT_DATA, LOAD_BOUNDARIES, SEE_METHODS
from hks.web.regions.fetching import TABLES
from hks.web.regions.models import CalendarDate, Dataset, IndicatorValue, Municipality, TableFetch
from hks.web.regions.profiles import land_profiles
from hks.web.regions.situation import limits_of, situation_of, state_of_data, warnings_of
from hks.web.regions.warnings import alike
from hks.workbench.fetching import has_account, service_of
from hks.workbench.region import GROUPS, INDICATORS, TABS
from hks.workbench.sources import INDICATOR_SOURCES
from hks.workbench.spreadsheets import TEMPLATES

TOPICS = {
    "council_law": gettext_noop("Council law"),
    "finance": gettext_noop("Finance"),
    "accessibility": gettext_noop("Accessibility"),
    "data_protection": gettext_noop("Data protection"),
    "climate_adaptation": gettext_noop("Climate adaptation"),
    "calendar": gettext_noop("Schools and holidays"),
}


def unit_or_404(ags: str) -> Municipality:
    """Find a unit with those above it."""
    return get_object_or_404(Municipality.objects.select_related("parent__parent"), ags=ags)


def organisation_here(request: HttpRequest, unit: Municipality) -> Organisation | None:
    """Find the person's organisation of this unit, first the one whose data they may bring in."""
    own = list(organisations_of(request.user).filter(ags=unit.ags).order_by("name"))
    return next((place for place in own if may(request.user, IMPORT_DATA, place)), own[0] if own else None)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the towns and the districts with how fresh their figures are."""
    values = IndicatorValue.objects.visible_to(request.user).order_by("key_date")
    latest = dict(values.values_list("municipality", "key_date"))  # the last of each unit wins
    units = list(Municipality.objects.standing().select_related("parent").order_by("name"))
    for level in Municipality.Level:
        units_of_level = [(unit, latest.get(unit.ags)) for unit in units if unit.level == level]
        if level == Municipality.Level.TOWN:
            towns = units_of_level
        elif level == Municipality.Level.DISTRICT:
            districts = units_of_level
    return render(request, "regions/index.html", {"towns": towns, "districts": districts})


@require_safe
def situation(request: HttpRequest, ags: str) -> HttpResponse:
    """Show a unit's indicators by tab; a town without figures of its own shows its district's, named as such."""
    unit = unit_or_404(ags)
    tab = request.GET.get("tab", "people")
    if tab not in dict(TABS):
        raise Http404
    organisation = organisation_here(request, unit)
    everything, missing = situation_of(unit, request.user, timezone.localdate(), limits_of(organisation))
    return render(request, "regions/situation.html", {
        "unit": unit, "tabs": TABS, "tab": tab, "organisation": organisation,
        "groups": [
            (title, [r for r in everything if r.indicator.group == slug], [e for e in missing if e.group == slug])
            for slug, (of_tab, title) in GROUPS.items() if of_tab == tab
        ],
        "warnings": [(reading, precaution(unit, reading.indicator.slug)) for reading in warnings_of(everything)],
        "borrowed": not any(r.place == unit for r in everything if r.indicator.slug == "share_65_plus"),
        "may_import": organisation is not None and may(request.user, IMPORT_DATA, organisation),
        "sees_methods": may_anywhere(request.user, SEE_METHODS),
        "insider": organisations_of(request.user).filter(ags__startswith=ags).exists(),
        "may_begin": may_anywhere(request.user, EDIT_PROJECT),
    })  # fmt: skip


def precaution(unit: Municipality, indicator: str) -> str:
    """Say where a project against a warning is begun, or nothing where the site has no projects."""
    try:
        return f"{reverse('projects:new')}?{urlencode({'warning': indicator, 'ags': unit.ags})}"
    except NoReverseMatch:
        return ""


@require_safe
def series_page(request: HttpRequest, ags: str, indicator: str) -> HttpResponse:
    """Show one series with its breaks, its table and the way to its source."""
    unit = unit_or_404(ags)
    entry = INDICATORS.get(indicator)
    if entry is None:
        raise Http404
    limits = limits_of(organisation_here(request, unit))
    readings, _missing = situation_of(unit, request.user, timezone.localdate(), limits, entry.tab)
    level = request.GET.get("level", "")
    found = next((r for r in readings if r.indicator == entry and level in ("", r.place.level)), None)
    context = {
        "unit": unit, "indicator": entry, "r": found, "sees_methods": may_anywhere(request.user, SEE_METHODS),
        "alike": alike(found, request.user) if found else None,
    }  # fmt: skip
    return render(request, "regions/series.html", context)


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Say per indicator which table it comes from, how old it is, and how to get newer figures."""
    own = [
        place for place in organisations_of(request.user).exclude(ags="").order_by("name")
        if may(request.user, IMPORT_DATA, place) and Municipality.objects.filter(ags=place.ags).exists()
    ]  # fmt: skip
    datasets = Dataset.objects.visible_to(request.user).select_related(
        "organisation", "filing__record", "file__record", "filing__replaced_by"
    )
    loading = [place for place in organisations_of(request.user) if may(request.user, LOAD_BOUNDARIES, place)]
    context = {
        "rows": state_of_data(request.user, timezone.localdate()),
        "datasets": [
            (dataset, dataset.organisation in (loading if dataset.kind == Dataset.Kind.BOUNDARIES else own))
            for dataset in datasets.order_by("-at")
        ],
        "own": own,
        "may_load": bool(loading),
        "fetches": fetches_of(request, own),
        "sources": [source for source in INDICATOR_SOURCES.values() if source.slug != "protected-tables"],
        "templates": TEMPLATES.values(),
    }
    return render(request, "regions/data.html", context)


def fetches_of(request: HttpRequest, own: list[Organisation]) -> list[dict[str, Any]]:
    """Say of each table that hks can fetch how that went last; who may order it learns whether an account is set."""
    states = {
        (state.organisation_id, state.table): state
        for state in TableFetch.objects.filter(organisation__in=organisations_of(request.user))
        .select_related("job", "pending")
    }  # fmt: skip
    rows = []
    for place in organisations_of(request.user).exclude(ags="").order_by("name"):
        for table in TABLES:
            state = states.get((place.pk, table))
            if place in own or state is not None:
                service = service_of(table)
                rows.append({"place": place, "table": table, "state": state, "service": service, "mine": place in own,
                             "account": place in own and has_account(service)})  # fmt: skip
    return rows


@require_safe
def profile(request: HttpRequest, ags: str) -> HttpResponse:
    """Show the rules and dates of the unit's Land; what nobody checked says so."""
    unit = unit_or_404(ags)
    land = land_profiles()[unit.land]
    rules = [{**rule, "title": TOPICS[rule["topic"]]} for rule in land["rules"]]
    dates = CalendarDate.objects.visible_to(request.user).for_land(unit.land)
    return render(request, "regions/profile.html", {"unit": unit, "land": land, "rules": rules, "dates": dates})
