"""Culverts and bridges that the terrain hides: suggested by a search, opened, sized, closed again; town only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.core.evidence import citation
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.regions.grounds import bytes_of, grounds_of
from hks.web.shell.translated import in_words, translated
from hks.web.studies import ground_marks, outlooks, sinks
from hks.web.studies.drawn_views import plans_of
from hks.web.studies.mark_forms import CulvertForm, SizeForm
from hks.web.studies.models import Culvert
from hks.web.studies.place_views import canvas_of, marks_on, shapes_on, town_to_mark
from hks.web.studies.rain_views import KEPT
from hks.web.studies.tasks import enqueue
from hks.workbench.rain_maps import RainMap, picture, rain_map

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation
    from hks.web.accounts.views import SignedInRequest
    from hks.web.regions.models import Municipality

MARKED = 30  # our choice: more numbers cover the map


@require_safe
def page(request: HttpRequest, ags: str) -> HttpResponse:
    """List the culverts, the hollows that were found, and ask for more."""
    unit, organisation = plans_of(request, ags)
    return _page(request, unit, organisation, CulvertForm())


def _page(
    request: HttpRequest, unit: Municipality, organisation: Organisation, form: CulvertForm, **more: Any
) -> HttpResponse:
    rows = marks_on(organisation, list(Culvert.objects.filter(organisation=organisation)))
    for row in rows:
        size = {"width": row["mark"].width, "height": row["mark"].height}
        row["form"] = SizeForm(initial=size, prefix=f"c{row['mark'].pk}")
    found = sinks.newest_sinks(organisation)
    context = {
        "unit": unit, "form": form, "rows": rows, "outlook_page": "rain",
        "may_draw": may(request.user, RUN_METHOD, organisation),
        "canvas": canvas_of(unit, organisation, shapes_on(rows), CulvertForm.kinds, _("Culverts and bridges"),
                            request.user),
        "found": _told(unit, found, [row["ends"] for row in rows]) if found is not None else None,
        "running": outlooks.running(unit, sinks.METHOD.slug, request.user), **more,
    }  # fmt: skip
    return render(request, "studies/culverts.html", context)


def _told(unit: Municipality, record: Record, opened: list[list[list[float]]]) -> dict[str, Any]:
    """Tell the hollows beside a narrow ridge, with the place of each in the record, and how many others there are."""
    listed = outcome_of(record, "sinks")

    def cite(n: int, *path: str) -> str:
        return citation(record.digest, "outcomes", "sinks", n, *path)

    rows = [
        {"place": n, "x": sink["x"], "y": sink["y"], "volume": (sink["volume_m3"], cite(n, "volume_m3")),
         "depth": (sink["depth_m"], cite(n, "depth_m")),
         "length": (sink["opening"]["length_m"], cite(n, "opening", "length_m")),
         "open": sinks.opening_ends(sink) in opened}
        for n, sink in enumerate(listed) if sink["opening"]
    ]  # fmt: skip
    for number, row in enumerate(rows, 1):
        row["number"] = number
    return {
        "record": record, "rows": rows, "map": _map(unit, record, rows),
        "count": (outcome_of(record, "count"), citation(record.digest, "outcomes", "count")),
        "openings": (outcome_of(record, "openings"), citation(record.digest, "outcomes", "openings")),
        "sentence": in_words(outcome_of(record, "warnings")[0]),
    }  # fmt: skip


def _map(unit: Municipality, record: Record, rows: list[dict[str, Any]]) -> str:
    grid = outcome_of(record, "grid")
    image = f"{reverse('outlooks:sinks_picture', args=[unit.ags])}?of={record.digest[:16]}"
    place = {name: grid[name] for name in ("cell", "rows", "columns", "west", "south")}
    seen = _("Darker blue: deeper hollows. The numbers are those of the table below.")
    marks = [(str(row["number"]), row["x"], row["y"]) for row in rows[:MARKED]]
    return rain_map(RainMap(_("Hollows of the terrain"), seen, image, **place, marks=marks, key="sinks"))


@require_safe
def sinks_picture(request: HttpRequest, ags: str) -> HttpResponse:
    """Draw the hollows that were found, over the ground."""
    _unit, organisation = plans_of(request, ags)
    record = sinks.newest_sinks(organisation)
    if record is None:
        raise Http404
    grounds = grounds_of(organisation)
    files = {kind: bytes_of(grounds[kind]) for kind in ("terrain", "buildings") if kind in grounds}
    image = picture(np.asarray(outcome_of(record, "sink_depth")), files["terrain"], files.get("buildings"))
    response = HttpResponse(image, content_type="image/png")
    response["Cache-Control"] = KEPT
    return response


@login_required
@require_POST
def search(request: SignedInRequest, ags: str) -> HttpResponse:
    """Search the terrain in the background."""
    unit, organisation = town_to_mark(request, ags)
    try:
        sinks.order_sinks(unit, organisation, by=request.user, enqueue=enqueue)
    except HksError as error:
        return _page(request, unit, organisation, CulvertForm(), problem=translated(error))
    messages.success(request, _("The terrain is being searched. You may leave this page."))
    return redirect("outlooks:culverts", ags)


@login_required
@require_POST
def open_one(request: SignedInRequest, ags: str, place: int) -> HttpResponse:
    """Assume a culvert where the search suggests one."""
    unit, organisation = town_to_mark(request, ags)
    record = sinks.newest_sinks(organisation)
    if record is None:
        raise Http404
    try:
        sinks.open_sink(organisation, record, place, by=request.user)
    except HksError as error:
        return _page(request, unit, organisation, CulvertForm(), problem=translated(error))
    messages.success(request, _("The culvert is open, 1 m wide and high. Please correct its size."))
    return redirect("outlooks:culverts", ags)


@login_required
@require_POST
def add(request: SignedInRequest, ags: str) -> HttpResponse:
    """Assume a culvert that the person draws."""
    unit, organisation = town_to_mark(request, ags)
    form = CulvertForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            ground_marks.open_culvert(
                organisation, given["corners"], given["width"], given["height"], by=request.user
            )  # fmt: skip
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The culvert is open. The next run takes it."))
            return redirect("outlooks:culverts", ags)
    return _page(request, unit, organisation, form)


@login_required
@require_POST
def resize(request: SignedInRequest, ags: str, pk: int) -> HttpResponse:
    """Correct the size of a culvert."""
    unit, organisation = town_to_mark(request, ags)
    culvert = get_object_or_404(Culvert, pk=pk, organisation=organisation)
    form = SizeForm(request.POST, prefix=f"c{pk}")
    if not form.is_valid():
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _page(request, unit, organisation, CulvertForm(), problem=words)
    ground_marks.resize_culvert(culvert, form.cleaned_data["width"], form.cleaned_data["height"], by=request.user)
    messages.success(request, _("The size is kept. The next run takes it."))
    return redirect("outlooks:culverts", ags)


@login_required
@require_POST
def drop(request: SignedInRequest, ags: str, pk: int) -> HttpResponse:
    """Close a culvert again."""
    _unit, organisation = town_to_mark(request, ags)
    ground_marks.drop_mark(get_object_or_404(Culvert, pk=pk, organisation=organisation), by=request.user)
    messages.success(request, _("The culvert is taken out. Results so far stay as evidence."))
    return redirect("outlooks:culverts", ags)
