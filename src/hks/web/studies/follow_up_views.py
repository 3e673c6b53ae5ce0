"""Which places do we need, how many dwellings stand empty, what does a cubic metre cost? One page each, alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.core.evidence import citation
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import IMPORT_DATA
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of, outcomes_of
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.regions.views import unit_or_404
from hks.web.shell.translated import in_words, translated
from hks.web.studies import follow_ups, outlooks
from hks.web.studies.follow_up_forms import FollowUpForm, written
from hks.web.studies.follow_up_told import TELL, Answer, assumed, figures_of
from hks.web.studies.follow_ups import FOLLOW_UPS, HOUSING, PLACES, FollowUp
from hks.web.studies.money_views import EXCEL
from hks.web.studies.outlook_views import base_or_problem, organisation_for
from hks.web.studies.services import Base
from hks.web.studies.tasks import enqueue
from hks.workbench.exports import separated, workbook

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

LOOKS_TO = 2040  # our choice: as far as the page about people looks where nothing else was ordered


@require_safe
def page(request: HttpRequest, ags: str, slug: str) -> HttpResponse:
    """Show what was found, and a preview of a changed assumption."""
    unit, of = unit_or_404(ags), FOLLOW_UPS[slug]
    organisation = organisation_for(request, unit)
    base, problem = base_or_problem(unit, organisation)
    changed = "until" in request.GET
    form = _form(request, of, unit, base, request.GET if changed else None)
    told, more = None, {}
    if changed and base and form.is_valid():
        try:
            found = follow_ups.preview(of, base, unit, form.cleaned_data, request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            told = TELL[slug](Answer(found.computation.outcomes, ""), form.cleaned_data) if found else None
            more = {"source": form.cleaned_data["source"]} if found else {}
            problem = "" if found else _("A preview would take too long here; please take it over.")
    return _page(request, of, unit, organisation, base, form, preview=told, problem=problem, **more)


def _page(
    request: HttpRequest, of: FollowUp, unit: Municipality, organisation: Organisation | None, base: Base | None,
    form: FollowUpForm, **more: Any,
) -> HttpResponse:  # fmt: skip
    found = outlooks.newest(unit, of.method.slug, request.user)
    record = found.filing.record if found and found.filing else None
    told = None
    if record is not None:
        told = TELL[of.slug](Answer(outcomes_of(record), record.digest), record.as_record.content["values"])
    context = {
        "unit": unit, "base": base, "form": form, "may_run": organisation is not None, "found": found, "told": told,
        "part": f"studies/_{of.slug}.html", "record": record, "base_year_counts": of != PLACES,
        "running": outlooks.running(unit, of.method.slug, request.user),
        "people": follow_ups.people_for(unit, request.user).outlook, "outlook_page": of.slug,
        "assumed": assumed(of, record) if record else [], "source": _source(record),
        "order": reverse(f"outlooks:order_{of.slug}", args=[unit.ags]),
        "address": reverse(f"outlooks:{of.slug}", args=[unit.ags]),
        "vacancy": _vacancy(unit, request) if of == HOUSING else None,
        "may_import": organisation is not None and may(request.user, IMPORT_DATA, organisation), **more,
    }  # fmt: skip
    return render(request, f"studies/{of.slug}.html", context)


def _source(record: Record | None) -> str:
    """Say where the town's own figures stand."""
    own = follow_ups.own_record(record) if record else None
    return str(own.as_record.content["values"]["source"]) if own else ""


def _vacancy(unit: Municipality, request: HttpRequest) -> dict[str, Any]:
    """Put what is counted today beside the projection: lists of housing companies, and the official share."""
    lists = []
    for table in follow_ups.vacancy_tables(unit, request.user):
        record = table.filing.record
        blocks = outcome_of(record, "blocks") if "blocks" in record.as_record.content["outcomes"] else []
        lists.append({
            "table": table, "flats": _cell(record, "flats"), "empty": _cell(record, "empty"),
            "blocks": [(row[0], [_cell(record, "blocks", n, place) for place in (1, 2, 3)])
                       for n, row in enumerate(blocks)],
        })  # fmt: skip
    official = IndicatorValue.objects.of(unit, request.user).filter(indicator="vacancy_rate").with_filing()
    return {"lists": lists, "official": official.last()}


def _cell(record: Record, name: str, *path: int) -> tuple[Any, str]:
    value = outcome_of(record, name)
    for step in path:
        value = value[step]
    return value, citation(record.digest, "outcomes", name, *path)


def _form(
    request: HttpRequest, of: FollowUp, unit: Municipality, base: Base | None, data: Any, *, ordering: bool = False
) -> FollowUpForm:
    """Ask with what was filed last; people and years as the page about people has them."""
    known = outlooks.residents_in(unit, base.year, request.user) if base and base.town else None
    people = follow_ups.people_for(unit, request.user)
    initial: dict[str, Any] = {"until": people.until or LOOKS_TO}
    if people.residents:
        initial["residents"] = round(people.residents)
    elif known is not None:
        initial["residents"] = round(known.value)
    found = outlooks.newest(unit, of.method.slug, request.user)
    if found is not None and found.filing is not None:
        record = found.filing.record
        values = record.as_record.content["values"]
        initial |= {p.name: written(values[p.name]) for p in of.asked} | {"source": _source(record)}
    return FollowUpForm(of, data, base=base, known=known, ordering=ordering, initial=initial)


@login_required
@require_POST
def order(request: SignedInRequest, ags: str, slug: str) -> HttpResponse:
    """Take the assumptions over: it is computed in the background and filed."""
    unit, of = unit_or_404(ags), FOLLOW_UPS[slug]
    organisation = organisation_for(request, unit)
    if organisation is None:
        raise PermissionDenied(_("Your role does not allow you to order calculations here."))
    base, problem = base_or_problem(unit, organisation)
    form = _form(request, of, unit, base, request.POST, ordering=True)
    if form.is_valid():
        given = dict(form.cleaned_data)
        visibility = "public" if given.pop("public") else "internal"
        try:
            follow_ups.order_follow_up(
                of, unit, organisation, given, visibility=visibility, by=request.user, enqueue=enqueue
            )
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("It is being computed. You may leave this page."))
            return redirect(f"outlooks:{slug}", ags)
    return _page(request, of, unit, organisation, base, form, problem=problem)


def _found_or_404(request: HttpRequest, ags: str, slug: str) -> tuple[FollowUp, Record]:
    of = FOLLOW_UPS[slug]
    found = outlooks.newest(unit_or_404(ags), of.method.slug, request.user)
    if found is None or found.filing is None:
        raise Http404
    return of, found.filing.record


def _header() -> list[str]:
    return [_("Outcome"), _("Kind"), _("Year"), "p10", "p50", "p90"]


@require_safe
def excel(request: HttpRequest, ags: str, slug: str) -> HttpResponse:
    """Hand every band out as an Excel file, with the assumptions and the record they stand in."""
    of, record = _found_or_404(request, ags, slug)
    rows = figures_of(Answer(outcomes_of(record), record.digest))
    titles = {outcome.name: in_words(outcome.title) for outcome in of.method.outcomes}
    sheets = [
        (_("Figures"), _header(), [[titles[name], *row] for name, *row in rows]),
        (_("Assumptions"), [_("Assumption"), _("Value"), _("Unit"), _("Source")],
         [[row["title"], row["value"], row["unit"], row["source"]] for row in assumed(of, record)]),
        (_("Evidence"), [_("Record")], [[record.digest]]),
    ]  # fmt: skip
    return _download(workbook(sheets), EXCEL, f"hks-{ags}-{slug}.xlsx")


@require_safe
def comma_table(request: HttpRequest, ags: str, slug: str) -> HttpResponse:
    """Hand every band out as CSV under the names of the command line; each row names its record."""
    of, record = _found_or_404(request, ags, slug)
    units = {outcome.name: outcome.unit for outcome in of.method.outcomes}
    rows = [[*row, units[row[0]], record.digest] for row in figures_of(Answer(outcomes_of(record), record.digest))]
    header = ["outcome", "kind", "year", "p10", "p50", "p90", "unit", "record"]
    return _download(separated(header, rows), "text/csv; charset=utf-8", f"hks-{ags}-{slug}.csv")


def _download(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
