"""How much water do small reservoirs hold in dry years? The page of a district: its table, a choice, the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts.models import Organisation, User
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import EDIT_PROJECT, IMPORT_DATA
from hks.web.evidence.models import Record
from hks.web.projects.models import Option, Project
from hks.web.regions.imports import place_for
from hks.web.regions.models import Dataset, Municipality, PendingImport
from hks.web.regions.reservoirs import (
    KINDS,
    confirm_reservoirs,
    keep_reservoirs,
    reservoirs_used_by,
    waiting_reservoirs,
)
from hks.web.regions.views import organisation_here, unit_or_404
from hks.web.shell.translated import translated
from hks.web.studies import outlooks, reservoirs
from hks.web.studies.models import Outlook
from hks.web.studies.outlook_views import organisation_for
from hks.web.studies.reservoir_forms import ReservoirForm, ReservoirTableForm, TakeOverForm
from hks.web.studies.reservoir_told import cadastre_of, told_of
from hks.web.studies.tasks import enqueue
from hks.workbench.small_reservoirs import RESERVOIR_TEMPLATES, empty_csv, spelled

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest


def district_or_404(ags: str) -> Municipality:
    """Find a district: its lower water authority keeps the list."""
    unit = unit_or_404(ags)
    if unit.level != Municipality.Level.DISTRICT:
        raise Http404
    return unit


@require_safe
def page(request: HttpRequest, ags: str) -> HttpResponse:
    """Show the newest result or the one asked for, the reservoirs, and what can be ordered."""
    unit = district_or_404(ags)
    return _page(request, unit, organisation_for(request, unit))


def _page(
    request: HttpRequest, unit: Municipality, organisation: Organisation | None, form: ReservoirForm | None = None,
    problem: str = "",
) -> HttpResponse:  # fmt: skip
    here = organisation or organisation_here(request, unit)
    tables, found = reservoirs_used_by(here), reservoirs.results_for(unit, request.user)
    results = [(outlook, told_of(outlook)) for outlook in found]
    shown = next((row for row in results if str(row[0].pk) == request.GET.get("run")), results[0] if results else None)
    context = {
        "unit": unit, "tables": tables.values(), "results": results, "shown": shown, "problem": problem,
        "cadastre": _cadastre(request, tables, shown), "outlook_page": "reservoirs", "kinds": RESERVOIR_TEMPLATES,
        "form": form or ReservoirForm(reservoirs.out_of_use(tables)), "ready": len(tables) == len(KINDS),
        "may_run": organisation is not None, "may_import": here is not None and may(request.user, IMPORT_DATA, here),
        "running": outlooks.running(unit, reservoirs.METHOD.slug, request.user),
        "take_over": TakeOverForm(options) if shown and (options := _options(request)) else None,
    }  # fmt: skip
    return render(request, "studies/reservoirs.html", context)


def _cadastre(
    request: HttpRequest, tables: dict[str, Dataset], shown: tuple[Outlook, dict[str, Any]] | None
) -> dict[str, Any] | None:
    """Give the reservoirs of the table in use, else of the one that the result shown rests on, if it may be seen."""
    record = tables[Dataset.Kind.RESERVOIRS].filing.record if Dataset.Kind.RESERVOIRS in tables else None
    if record is None and shown is not None:
        digest = shown[1]["record"].as_record.parents["reservoirs"]
        record = Record.objects.visible_to(request.user).filter(digest=digest).first()
    return {"record": record, "rows": cadastre_of(record)} if record is not None else None


def _options(request: HttpRequest) -> list[Option]:
    """Return the solutions of open projects that the person may edit."""
    projects = Project.objects.visible_to(request.user).kept().filter(closed=False).select_related("organisation")
    mine = [project for project in projects if may(request.user, EDIT_PROJECT, project.organisation)]
    return list(Option.objects.filter(project__in=mine).select_related("project").prefetch_related("versions"))


@login_required
@require_POST
def order(request: SignedInRequest, ags: str) -> HttpResponse:
    """Let dry and wet years be computed in the background."""
    unit = district_or_404(ags)
    organisation = organisation_for(request, unit)
    if organisation is None:
        raise PermissionDenied(_("Your role does not allow you to order calculations here."))
    form = ReservoirForm(reservoirs.out_of_use(reservoirs_used_by(organisation)), request.POST)
    if form.is_valid():
        given = dict(form.cleaned_data)
        visibility = "public" if given.pop("public") else "internal"
        try:
            reservoirs.order_reservoirs(
                unit, organisation, given, visibility=visibility, by=request.user, enqueue=enqueue
            )
        except HksError as error:
            return _page(request, unit, organisation, form, translated(error))
        messages.success(request, _("It is being computed. You may leave this page."))
        return redirect("outlooks:reservoirs", ags)
    return _page(request, unit, organisation, form)


@login_required
@require_POST
def take_over(request: SignedInRequest, ags: str, pk: int) -> HttpResponse:
    """Write a result down as what a solution does in dry and wet years."""
    rows = Outlook.objects.visible_to(request.user).filter(municipality=ags, method=reservoirs.METHOD.slug)
    outlook = get_object_or_404(rows.exclude(filing=None).filter(filing__replaced_by=None), pk=pk)
    options = _options(request)
    form = TakeOverForm(options, request.POST)
    if not form.is_valid():
        raise Http404
    option = next(one for one in options if str(one.pk) == form.cleaned_data["option"])
    try:
        reservoirs.take_over(option.current, outlook, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
        return redirect("outlooks:reservoirs", ags)
    messages.success(request, _("The solution now says what it does in dry and in wet years."))
    return redirect("projects:develop", option.project.slug)


@require_safe
def csv_template(_request: HttpRequest, ags: str, kind: str) -> HttpResponse:
    """Hand out the first row of a table as CSV."""
    district_or_404(ags)
    if kind not in RESERVOIR_TEMPLATES:
        raise Http404
    response = HttpResponse(
        empty_csv(RESERVOIR_TEMPLATES[kind], get_language() or "de"), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="hks-{kind}.csv"'
    return response


@login_required
def load(request: HttpRequest, ags: str) -> HttpResponse:
    """Take a table and show what was recognised."""
    district_or_404(ags)
    unit, organisation = place_for(request, ags)
    sent = request.method == "POST"
    form = ReservoirTableForm(request.POST, request.FILES) if sent else ReservoirTableForm()
    if sent and form.is_valid():
        try:
            pending = keep_reservoirs(
                organisation, form.cleaned_data["kind"], *form.content(), form.source(), by=cast("User", request.user)
            )
        except HksError as error:
            form.add_error("file", translated(error))
        else:
            return redirect("outlooks:reservoirs_preview", unit.ags, pending.pk)
    context = {"unit": unit, "form": form, "kinds": RESERVOIR_TEMPLATES, "outlook_page": "reservoirs"}
    return render(request, "studies/reservoirs_load.html", context)


def pending_or_404(request: HttpRequest, ags: str, pk: int) -> tuple[Municipality, PendingImport]:
    """Find a table that waits for its confirmation; those of others do not exist for a person."""
    unit, organisation = place_for(request, ags)
    return unit, get_object_or_404(PendingImport, pk=pk, organisation=organisation, kind__in=KINDS)


@login_required
@require_safe
def preview(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Show what a table holds before anything is filed."""
    unit, pending = pending_or_404(request, ags, pk)
    found = waiting_reservoirs(pending)
    context = {
        "unit": unit, "pending": pending, "found": found, "source": pending.named_source,
        "rows": [spelled(row) for row in found.rows], "outlook_page": "reservoirs",
    }  # fmt: skip
    return render(request, "studies/reservoirs_preview.html", context)


@login_required
@require_POST
def confirm(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Use the table that was shown."""
    _unit, pending = pending_or_404(request, ags, pk)
    confirm_reservoirs(pending, by=cast("User", request.user))
    messages.success(request, _("The table is in use now. You can undo it under “State of the data”."))
    return redirect("outlooks:reservoirs", ags)
