"""Bring official tables in: upload, see what was recognised, confirm, undo; and set thresholds."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import organisations_of, require
from hks.web.accounts.roles import IMPORT_DATA
from hks.web.regions.fetching import order_fetch
from hks.web.regions.forms import ThresholdForm, UploadForm
from hks.web.regions.models import Dataset, Municipality, PendingImport
from hks.web.regions.services import confirm_import, keep_upload, recognise, set_threshold, undo_import
from hks.web.regions.situation import decimals, limits_of
from hks.web.regions.tasks import enqueue_fetch
from hks.web.regions.views import organisation_here, unit_or_404
from hks.web.shell.translated import translated
from hks.workbench.imports import template as template_file
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.region import DEFINITIONS, INDICATORS
from hks.workbench.spreadsheets import TEMPLATES, empty

ANSWERS = ("decimal", "percent")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def place_for(request: HttpRequest, ags: str) -> tuple[Municipality, Organisation]:
    """Find the unit and the person's organisation there; strangers find nothing, other roles a reason."""
    unit = unit_or_404(ags)
    organisation = organisation_here(request, unit)
    if organisation is None:
        raise Http404
    require(request.user, IMPORT_DATA, organisation)
    return unit, organisation


@require_safe
def template(_request: HttpRequest, name: str) -> HttpResponse:
    """Hand out our own table form."""
    if name in TEMPLATES:
        language = get_language() or "de"
        sheet = HttpResponse(empty(TEMPLATES[name], language), content_type=XLSX)
        sheet["Content-Disposition"] = f'attachment; filename="hks-{name}.xlsx"'
        return sheet
    if name != "figures":
        raise Http404
    response = HttpResponse(template_file(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="hks-figures.csv"'
    return response


@login_required
def upload(request: HttpRequest, ags: str) -> HttpResponse:
    """Take a file or pasted rows and show what was recognised."""
    unit, organisation = place_for(request, ags)
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if sent and form.is_valid():
        try:
            pending = keep_upload(organisation, *form.content(), by=request.user)  # type: ignore[arg-type]
        except HksError as error:
            form.add_error("file" if form.cleaned_data.get("file") else "pasted", translated(error))
        else:
            return redirect("regions:preview", ags=ags, pk=pending.pk)
    return render(request, "regions/upload.html", {"unit": unit, "form": form, "indicators": INDICATORS.values()})


@login_required
@require_safe
def preview(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Show what a file holds before anything is filed."""
    unit, organisation = place_for(request, ags)
    pending = get_object_or_404(PendingImport, pk=pk, organisation=organisation, kind=Dataset.Kind.TABLE)
    answers = answers_in(request.GET)
    found = recognise(Bytes(pending.name, bytes(pending.data), pending.named_source), answers)
    levels = {len(figure.ags) for figure in found.figures if figure.ags not in DEFINITIONS.references}
    context = {
        "unit": unit, "pending": pending, "found": found, "source": found.source, "described": found.described,
        "levels": [label for size, label in ((8, _("town")), (5, _("district")), (2, _("Land"))) if size in levels],
        "indicators": [INDICATORS[slug] for slug in INDICATORS if any(f.indicator == slug for f in found.figures)],
        "example": [(f, INDICATORS[f.indicator].title, 3 if 0 < abs(f.value) < 1 else None) for f in found.figures
                    if f.indicator in INDICATORS and f.ags in {unit.ags, unit.ags[:5]}][:6],
        "skipped": found.skipped[:20], "totals": found.described.get("totals", {}),
        "blocks": found.outcomes.get("blocks", {}).get("value", []),
    }  # fmt: skip
    return render(request, "regions/preview.html", context)


@login_required
@require_POST
def confirm(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Bring the shown table in."""
    _unit, organisation = place_for(request, ags)
    pending = get_object_or_404(PendingImport, pk=pk, organisation=organisation, kind=Dataset.Kind.TABLE)
    try:
        dataset = confirm_import(pending, by=request.user, answers=answers_in(request.POST))  # type: ignore[arg-type]
    except HksError as error:
        messages.error(request, translated(error))
        return redirect("regions:preview", ags=ags, pk=pk)
    messages.success(request, _("%(rows)s figures are in use now.") % {"rows": dataset.rows})
    return redirect("regions:situation", ags=ags)


def answers_in(given: QueryDict) -> dict[str, str]:
    """Take the answers to the questions a file can leave open."""
    return {name: str(given[name]) for name in ANSWERS if name in given}


@login_required
@require_POST
def fetch(request: HttpRequest, ags: str) -> HttpResponse:
    """Order an official table from its service."""
    _unit, organisation = place_for(request, ags)
    try:
        order_fetch(organisation, request.POST.get("table", ""), by=request.user, enqueue=enqueue_fetch)  # type: ignore[arg-type]
    except HksError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, _("The table is being fetched. The figures in use stay until you confirm it."))
    return redirect("regions:data")


@login_required
@require_POST
def undo(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Take an import out of use."""
    unit_or_404(ags)
    own = organisations_of(request.user).filter(ags=ags)
    dataset = get_object_or_404(Dataset, pk=pk, organisation__in=own)
    undo_import(dataset, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The import is out of use. The record stays."))
    return redirect("regions:data")


@login_required
def thresholds(request: HttpRequest, ags: str) -> HttpResponse:
    """Show from which values on warnings are given, and change one."""
    unit, organisation = place_for(request, ags)
    form = ThresholdForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            set_threshold(organisation, given["indicator"], given["yellow"], given["red"], by=request.user)  # type: ignore[arg-type]
        except HksError as error:
            form.add_error("red", translated(error))
        else:
            messages.success(request, _("The threshold is set. The warnings follow it."))
            return redirect("regions:thresholds", ags=ags)
    limits = limits_of(organisation)
    rows = [(INDICATORS[slug], *pair, max(map(decimals, pair))) for slug, pair in limits.items()]
    return render(request, "regions/thresholds.html", {"unit": unit, "form": form, "rows": rows})
