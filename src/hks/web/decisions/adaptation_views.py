"""The building blocks of a district's concept of climate adaptation: read, made, handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.web.decisions import adaptation
from hks.web.decisions.views import TYPES
from hks.web.evidence.services import kept_files, read_file
from hks.web.regions.models import Municipality
from hks.web.regions.views import unit_or_404

if TYPE_CHECKING:
    from hks.web.accounts.models import User
    from hks.web.accounts.views import SignedInRequest


def district_for(user: User, ags: str) -> Municipality:
    """Find a district where the person works; for others its draft does not exist."""
    unit = unit_or_404(ags)
    if unit.level != Municipality.Level.DISTRICT or not adaptation.insiders(unit, user):
        raise Http404
    return unit


@login_required
@require_safe
def page(request: SignedInRequest, ags: str) -> HttpResponse:
    """Show the document as it would be now, and those made so far."""
    unit = district_for(request.user, ags)
    context = {
        "unit": unit, "paper": adaptation.concept(unit, request.user, get_language() or "de"),
        "made": adaptation.made_for(unit, request.user),
        "may_make": adaptation.maker_for(unit, request.user) is not None,
    }  # fmt: skip
    return render(request, "decisions/adaptation.html", context)


@login_required
@require_POST
def make(request: SignedInRequest, ags: str) -> HttpResponse:
    """Make PDF and Word file from what is known now."""
    unit = district_for(request.user, ags)
    organisation = adaptation.maker_for(unit, request.user)
    if organisation is None:
        raise PermissionDenied(_("Your role does not allow you to make this document."))
    adaptation.make_concept(unit, organisation, get_language() or "de", by=request.user)
    messages.success(request, _("The document is made and filed."))
    return redirect("adaptation:page", ags)


@login_required
@require_safe
def download(request: SignedInRequest, ags: str, pk: int, form: str) -> HttpResponse:
    """Hand a document out."""
    unit = district_for(request.user, ags)
    filing = next((row for row in adaptation.made_for(unit, request.user) if row.pk == pk), None)
    if filing is None or form not in TYPES:
        raise Http404
    digest = filing.record.as_record.content["outcomes"][form]["digest"]
    stored = next((file for file in kept_files(filing.record) if file.sha256 == digest), None)
    if stored is None:
        raise Http404
    response = HttpResponse(read_file(stored), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="hks-{ags}-climate-adaptation.{form}"'
    return response
