"""How many people will live here? The projection of a unit, its band, its ages, and what moves it most."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.core.evidence import citation
from hks.web.accounts.models import Membership, Organisation
from hks.web.accounts.permissions import may, may_anywhere
from hks.web.accounts.roles import IMPORT_DATA, RUN_METHOD, SEE_METHODS
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.regions.models import Municipality
from hks.web.regions.views import unit_or_404
from hks.web.shell.templatetags.hks import number
from hks.web.shell.translated import in_words, translated
from hks.web.studies import outlooks
from hks.web.studies.forms import OutlookForm, OwnForecastForm
from hks.web.studies.models import OwnForecast
from hks.web.studies.part_sections import section as parts_section
from hks.web.studies.services import METHOD, Base, base_for
from hks.web.studies.tasks import enqueue
from hks.workbench.charts.fan import Fan, fan
from hks.workbench.charts.pyramid import Pyramid, pyramid
from hks.workbench.futures import DRIVERS

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

LAST_WIDTH = 15.0  # the open last band from 75 is drawn as wide as 75 to 89; our choice


def organisation_for(request: HttpRequest, unit: Municipality) -> Organisation | None:
    """Find the person's organisation of this unit for which they may order calculations."""
    own = Membership.objects.who_may(RUN_METHOD).filter(user=request.user.pk, organisation__ags=unit.ags)
    found = own.select_related("organisation").order_by("pk").first()
    return found.organisation if found else None


@require_safe
def people(request: HttpRequest, ags: str) -> HttpResponse:
    """Show what was found, a preview of a changed assumption, and the town's own forecast beside it."""
    unit = unit_or_404(ags)
    organisation = organisation_for(request, unit)
    base, problem = base_or_problem(unit, organisation)
    changed = "until" in request.GET
    form = _form(request, unit, base, request.GET if changed else None)
    told = None
    if changed and base and form.is_valid():
        try:
            preview = outlooks.preview(base, outlooks.values_of(base, form.cleaned_data))
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            told = _told(preview.outcomes, unit, "", outlooks.own_forecasts(unit, request.user)) if preview else None
            problem = "" if preview else _("A preview would take too long here; please take it over.")
    return _people(request, unit, organisation, base, form, preview=told, problem=problem)


def _people(
    request: HttpRequest, unit: Municipality, organisation: Organisation | None, base: Base | None, form: OutlookForm,
    *, forecast_form: OwnForecastForm | None = None, **more: Any,
) -> HttpResponse:  # fmt: skip
    found = outlooks.newest(unit, METHOD.slug, request.user)
    forecasts = outlooks.own_forecasts(unit, request.user)
    record = found.filing.record if found and found.filing else None
    outcomes = {name: outcome_of(record, name) for name in ("years", "total", "pyramid", "estimated")} if record else {}
    context = {
        "unit": unit, "base": base, "form": form, "may_run": organisation is not None, "found": found,
        "running": outlooks.running(unit, METHOD.slug, request.user), "forecasts": forecasts,
        "told": _told(outcomes, unit, record.digest, forecasts) if record else None,
        "moved": _moved(found.sensitivity.record) if found and found.sensitivity else [],
        "forecast_form": forecast_form or OwnForecastForm(),
        "parts": parts_section(unit, organisation, request.user) if unit.level == unit.Level.TOWN else None,
        "sees_methods": may_anywhere(request.user, SEE_METHODS), "outlook_page": "people",
        "may_import": organisation is not None and may(request.user, IMPORT_DATA, organisation), **more,
    }  # fmt: skip
    return render(request, "studies/people.html", context)


def base_or_problem(unit: Municipality, organisation: Organisation | None) -> tuple[Base | None, str]:
    """Find what a projection starts from, or say in a sentence why there is none."""
    try:
        return base_for(unit, organisation), ""
    except HksError as error:
        return None, translated(error)


def _form(request: HttpRequest, unit: Municipality, base: Base | None, data: Any) -> OutlookForm:
    known = outlooks.residents_in(unit, base.year, request.user) if base and base.town else None
    initial: dict[str, Any] = {"until": 2040}
    if known is not None:
        initial["residents"] = round(known.value)
    return OutlookForm(data, base=base, known=known, initial=initial)


def _told(outcomes: Mapping[str, Any], unit: Municipality, digest: str, forecasts: list[OwnForecast]) -> dict[str, Any]:
    """Describe a projection in words, charts and tables; without a digest it is a preview."""
    years, total = list(outcomes["years"]), outcomes["total"]

    def cite(*path: Any) -> str:
        return citation(digest, "outcomes", *path) if digest else ""

    rows = [
        {"year": year, **{name: (total[name][n], cite("total", name, n)) for name in ("p10", "p50", "p90")}}
        for n, year in enumerate(years)
    ]
    title = _("People living in %(unit)s") % {"unit": unit}
    seen = _("From %(first)s to %(last)s; in eight of ten futures the number lies in the shaded band.") % {
        "first": years[0], "last": years[-1]
    }  # fmt: skip
    marks = [(row.year, float(row.persons), row.source) for row in forecasts if years[0] <= row.year <= years[-1]]
    key = digest[:8] or "now"
    band = Fan(title, seen, years, total["p10"], total["p50"], total["p90"], marks=marks, key=f"fan-{key}")
    return {
        "rows": [row for row in rows if row["year"] % 5 == 0 or row in (rows[0], rows[-1])],
        "first": rows[0], "last": rows[-1], "fan": fan(band, lambda value: number(value, 0)),
        "estimated": outcomes["estimated"], "ages": _ages(outcomes, digest),
        "pyramid": _pyramid(outcomes, unit, digest),
        "beside": [_beside(row, years, total) for row in forecasts if row.year in years],
    }  # fmt: skip


def _beside(forecast: OwnForecast, years: list[int], total: Mapping[str, Any]) -> dict[str, Any]:
    """Say where a town's own forecast lies in the band."""
    place = years.index(forecast.year)
    low, high = total["p10"][place], total["p90"][place]
    where = "above" if forecast.persons > high else "below" if forecast.persons < low else "inside"
    return {"forecast": forecast, "where": where, "low": low, "high": high,
            "cited": citation(forecast.filing.record.digest, "outcomes", "persons")}  # fmt: skip


def _ages(outcomes: Mapping[str, Any], digest: str) -> list[dict[str, Any]]:
    """List people by band and sex in the first and the last year."""
    last = len(outcomes["years"]) - 1

    def cell(sex: str, band: str, place: int) -> tuple[float, str]:
        cited = citation(digest, "outcomes", "pyramid", sex, band, place) if digest else ""
        return outcomes["pyramid"][sex][band][place], cited

    return [
        {"band": band, "men": (cell("m", band, 0), cell("m", band, last)),
         "women": (cell("w", band, 0), cell("w", band, last))}
        for band in _bands(outcomes)
    ]  # fmt: skip


def _start(band: str) -> int:
    return int(band.split("-")[0].rstrip("+"))


def _bands(outcomes: Mapping[str, Any]) -> list[str]:
    """List the age bands from the youngest: a record keeps its names by the alphabet."""
    return sorted(outcomes["pyramid"]["m"], key=_start)


def _pyramid(outcomes: Mapping[str, Any], unit: Municipality, digest: str) -> str:
    bands = _bands(outcomes)
    starts = [_start(band) for band in bands]
    widths = [float(b - a) for a, b in pairwise(starts)] + [LAST_WIDTH]

    def side(sex: str) -> tuple[list[float], list[float]]:
        of_band = outcomes["pyramid"][sex]
        return [of_band[band][0] for band in bands], [of_band[band][-1] for band in bands]

    years = outcomes["years"]
    title = _("Ages in %(unit)s") % {"unit": unit}
    seen = _("Bars: %(first)s. Outlines: %(last)s. The same figures stand in the table.") % {
        "first": years[0], "last": years[-1]
    }  # fmt: skip
    return pyramid(Pyramid(title, seen, bands, widths, side("m"), side("w"), (_("Men"), _("Women")),
                           f"pyramid-{digest[:8] or 'now'}"))  # fmt: skip


def _moved(record: Record) -> list[dict[str, Any]]:
    """Say what each assumption moves, the largest first."""
    titles = {p.name: p for p in DRIVERS}
    return [
        {**row, "title": in_words(titles[row["assumption"]].title), "unit": titles[row["assumption"]].unit,
         "low_cited": citation(record.digest, "outcomes", "changes", n, "at_low"),
         "high_cited": citation(record.digest, "outcomes", "changes", n, "at_high")}
        for n, row in enumerate(outcome_of(record, "changes"))
    ]  # fmt: skip


@login_required
@require_POST
def order_people(request: SignedInRequest, ags: str) -> HttpResponse:
    """Take the assumptions over: the projection is computed in the background and filed."""
    unit = unit_or_404(ags)
    organisation = organisation_for(request, unit)
    if organisation is None:
        raise PermissionDenied(_("Your role does not allow you to order calculations here."))
    base, problem = base_or_problem(unit, organisation)
    form = _form(request, unit, base, request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        visibility = "public" if given.pop("public") else "internal"
        try:
            outlooks.order_outlook(unit, organisation, given, visibility=visibility, by=request.user, enqueue=enqueue)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The projection is being computed. You may leave this page."))
            return redirect("outlooks:people", ags)
    return _people(request, unit, organisation, base, form, problem=problem)


@login_required
@require_POST
def own_forecast(request: SignedInRequest, ags: str) -> HttpResponse:
    """Keep the town's own forecast."""
    unit = unit_or_404(ags)
    organisation = organisation_for(request, unit)
    if organisation is None:
        raise PermissionDenied(_("Your role does not allow you to order calculations here."))
    form = OwnForecastForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        outlooks.keep_own_forecast(
            unit, organisation, given["year"], given["persons"], given["source"],
            visibility="public" if given["public"] else "internal", by=request.user,
        )  # fmt: skip
        return redirect("outlooks:people", ags)
    base, problem = base_or_problem(unit, organisation)
    blank = _form(request, unit, base, None)
    return _people(request, unit, organisation, base, blank, problem=problem, forecast_form=form)
