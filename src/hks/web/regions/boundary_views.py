"""Load boundaries for the map: upload, see what was recognised, confirm, undo."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts.models import Membership, Organisation, User
from hks.web.accounts.permissions import organisations_of
from hks.web.accounts.roles import LOAD_BOUNDARIES
from hks.web.regions.forms import BoundaryForm
from hks.web.regions.models import Dataset, Municipality, PendingImport
from hks.web.regions.outlines import confirm_boundaries, keep_boundaries, waiting
from hks.web.regions.services import undo_import
from hks.web.shell.translated import translated
from hks.web.shell.uploads import NotTooLarge
from hks.workbench.boundaries import LARGEST_FILE, Outlines


class LargeFile(NotTooLarge):
    """Lets a request through that holds one file of boundaries and its form."""

    largest = LARGEST_FILE + 1024 * 1024


def loading_for(request: HttpRequest) -> QuerySet[Organisation]:
    """Return the organisations for which the person may load boundaries."""
    roles = Membership.objects.who_may(LOAD_BOUNDARIES).filter(user=cast("User", request.user))
    found = organisations_of(request.user).filter(pk__in=roles.values("organisation")).order_by("name")
    if not found:
        raise PermissionDenied(_("Boundaries are loaded by the caretaker, the administrator or the coordinator."))
    return found


@csrf_exempt  # the form is checked below: a large body is read only after it is known who sends it
@login_required
def load(request: HttpRequest) -> HttpResponse:
    """Let a large file in from those who may load one."""
    places = loading_for(request)
    handlers: list[FileUploadHandler] = [LargeFile(request), TemporaryFileUploadHandler(request)]
    request.upload_handlers = handlers
    return _load(request, places)


@csrf_protect
def _load(request: HttpRequest, places: QuerySet[Organisation]) -> HttpResponse:
    """Take a file and show what was recognised."""
    sent = request.method == "POST"
    initial = {"organisation": places[0], "year": timezone.localdate().year}
    form = BoundaryForm(request.POST, request.FILES) if sent else BoundaryForm(initial=initial)
    form.fields["organisation"].queryset = places  # type: ignore[attr-defined]
    if sent and form.is_valid():
        given = form.cleaned_data
        try:
            pending = keep_boundaries(
                given["organisation"], given["file"], given["key_date"], given["year"], by=cast("User", request.user)
            )
        except HksError as error:
            form.add_error("file", translated(error))
        else:
            return redirect("regions:boundaries_preview", pk=pending.pk)
    return render(request, "regions/boundaries.html", {"form": form, "most": LARGEST_FILE >> 20})


def pending_or_404(request: HttpRequest, pk: int) -> tuple[PendingImport, Outlines]:
    """Find boundaries that wait for their confirmation; those of others do not exist for a person."""
    pending = get_object_or_404(PendingImport, pk=pk, organisation__in=loading_for(request))
    found = waiting(pending)
    if found is None:
        raise Http404
    return pending, found


@login_required
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file holds before anything is filed."""
    pending, found = pending_or_404(request, pk)
    levels = [(level.label, found.layers[level.value], found.counts[level.value], names_of(found, level.value))
              for level in Municipality.Level if level.value in found.layers]  # fmt: skip
    return render(request, "regions/boundaries_preview.html", {"pending": pending, "found": found, "levels": levels})


def names_of(found: Outlines, level: str) -> list[str]:
    """Return some names of a level, to be recognised by."""
    return sorted(str(unit["name"]) for unit in found.levels[level].values())[:6]


@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Use the boundaries that were shown."""
    pending, found = pending_or_404(request, pk)
    confirm_boundaries(pending, found, by=cast("User", request.user))
    messages.success(request, _("The map is there now. You can undo it under “State of the data”."))
    return redirect("regions:compare")


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take boundaries out of use."""
    dataset = get_object_or_404(
        Dataset, pk=pk, kind=Dataset.Kind.BOUNDARIES, organisation__in=organisations_of(request.user)
    )
    undo_import(dataset, by=cast("User", request.user))
    messages.success(request, _("The boundaries are out of use. The record stays."))
    return redirect("regions:data")
