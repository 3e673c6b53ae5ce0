"""Order the parts of a town, and hand them out as an Excel file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.evidence.services import outcome_of
from hks.web.regions.views import unit_or_404
from hks.web.shell.translated import translated
from hks.web.studies import parts
from hks.web.studies.outlook_views import organisation_for
from hks.web.studies.tasks import enqueue
from hks.workbench.exports import workbook

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_POST
def order_parts(request: SignedInRequest, ags: str) -> HttpResponse:
    """Compute the parts of the filed projection in the background."""
    unit = unit_or_404(ags)
    organisation = organisation_for(request, unit)
    if organisation is None:
        raise PermissionDenied(_("Your role does not allow you to order calculations here."))
    visibility = "public" if request.POST.get("public") else "internal"
    try:
        parts.order_parts(unit, organisation, visibility=visibility, by=request.user, enqueue=enqueue)
    except HksError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, _("The parts are being computed. You may leave this page."))
    return redirect("outlooks:people", ags)


@require_safe
def parts_table(request: HttpRequest, ags: str) -> HttpResponse:
    """Hand the parts out as an Excel file, with the record they stand in; fewer than five people are not written."""
    unit = unit_or_404(ags)
    found = parts.found_for(unit, request.user)
    if found is None or found.outlook.filing is None:
        raise Http404
    record = found.outlook.filing.record
    years, listed = outcome_of(record, "years"), outcome_of(record, "parts")
    rows = [
        [part["name"], label, quantile, *("<5" if value is None else round(value) for value in band[quantile])]
        for part in listed
        for label, band in ((_("All ages"), part["total"]), *sorted(part["ages"].items()))
        for quantile in ("p10", "p50", "p90")
    ]
    head = [_("Part of the town"), _("Age"), _("Quantile"), *map(str, years)]
    sheets = [(_("Parts of the town"), head, rows), (_("Evidence"), [_("Record")], [[record.digest]])]
    response = HttpResponse(workbook(sheets), content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="hks-{unit.ags}-parts.xlsx"'
    return response
