"""Load the terrain, the buildings and the depths of rain: upload, see what was recognised, confirm; or the example."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts.models import Organisation, User
from hks.web.regions.grounds import (
    KINDS,
    ON_THE_TERRAIN,
    bytes_of,
    confirm_ground,
    grounds_of,
    keep_ground,
    lay_example,
    table_in_use,
    waiting_ground,
)
from hks.web.regions.imports import place_for
from hks.web.regions.models import Municipality, PendingImport
from hks.web.shell.translated import translated
from hks.web.shell.uploads import NotTooLarge
from hks.web.studies.rain_forms import GroundForm
from hks.workbench.terrain import LARGEST_FILE, Ground, looked_at, meets


class LargeFile(NotTooLarge):
    """Lets a request through that holds one terrain and its form."""

    largest = LARGEST_FILE + 1024 * 1024


def town_for(request: HttpRequest, ags: str) -> tuple[Municipality, Organisation]:
    """Find a town and the person's organisation there for which they may bring in data."""
    unit, organisation = place_for(request, ags)
    if unit.level != Municipality.Level.TOWN:
        raise Http404
    return unit, organisation


@csrf_exempt  # the form is checked below: a large body is read only after it is known who sends it
@login_required
def load(request: HttpRequest, ags: str) -> HttpResponse:
    """Let a large file in from those who may load one."""
    unit, organisation = town_for(request, ags)
    handlers: list[FileUploadHandler] = [LargeFile(request), TemporaryFileUploadHandler(request)]
    request.upload_handlers = handlers
    return _load(request, unit, organisation)


@csrf_protect
def _load(request: HttpRequest, unit: Municipality, organisation: Organisation) -> HttpResponse:
    """Take a file and show what was recognised."""
    sent = request.method == "POST"
    form = GroundForm(request.POST, request.FILES) if sent else GroundForm()
    if sent and form.is_valid():
        given, (name, data) = form.cleaned_data, form.content()
        try:
            pending = keep_ground(organisation, given["kind"], name, data, form.source(), given["crs"],
                                  by=cast("User", request.user))  # fmt: skip
        except HksError as error:
            form.add_error("file", translated(error))
        else:
            return redirect("outlooks:ground_preview", unit.ags, pending.pk)
    context = {"unit": unit, "form": form, "most": LARGEST_FILE >> 20, "outlook_page": "rain"}
    return render(request, "studies/ground.html", context)


def pending_or_404(request: HttpRequest, ags: str, pk: int) -> tuple[Municipality, PendingImport, Ground]:
    """Find a file that waits for its confirmation; those of others do not exist for a person."""
    unit, organisation = town_for(request, ags)
    pending = get_object_or_404(PendingImport, pk=pk, organisation=organisation, kind__in=KINDS)
    return unit, pending, waiting_ground(pending)


@login_required
@require_safe
def preview(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Show what a file holds before anything is filed."""
    unit, pending, found = pending_or_404(request, ags, pk)
    classes = _classes(found, pending.organisation)
    context = {
        "unit": unit, "pending": pending, "found": found, "source": pending.named_source, "outlook_page": "rain",
        "classes": classes, "strange": any(not row["name"] for row in classes),
        "elsewhere": _elsewhere(found, pending.organisation), "size": len(pending.data),
    }  # fmt: skip
    return render(request, "studies/ground_preview.html", context)


def _elsewhere(found: Ground, organisation: Organisation) -> bool:
    """Say whether what stands or grows on the terrain in use lies beside it."""
    terrain = grounds_of(organisation).get("terrain")
    if found.kind not in ON_THE_TERRAIN or terrain is None:
        return False
    if found.crs and terrain.crs and found.crs != terrain.crs:
        return True
    file = bytes_of(terrain)
    return not meets(found, looked_at("terrain", file.data, file.name))


def _classes(found: Ground, organisation: Organisation) -> list[dict[str, Any]]:
    """Name the classes of a map of land cover as the table in use has them."""
    names = {entry.code: entry.name for entry in table_in_use(grounds_of(organisation)).classes}
    return [{"code": code, "share": share, "name": names.get(code, "")} for code, share in found.codes]


@login_required
@require_POST
def confirm(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Use the file that was shown."""
    _unit, pending, found = pending_or_404(request, ags, pk)
    confirm_ground(pending, found, by=cast("User", request.user))
    messages.success(request, _("The file is in use now. You can undo it under “State of the data”."))
    return redirect("outlooks:rain", ags)


@login_required
@require_POST
def example(request: HttpRequest, ags: str) -> HttpResponse:
    """Use the invented terrain to try heavy rain out."""
    _unit, organisation = town_for(request, ags)
    lay_example(organisation, by=cast("User", request.user))
    messages.success(request, _("The example terrain is in use now. It is invented and proves nothing."))
    return redirect("outlooks:rain", ags)
