"""Points and sections at which a town follows the water: set on a map or by the form, told by a run as charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError, StateError
from hks.web.accounts.permissions import Person, may, organisations_of
from hks.web.accounts.roles import RUN_METHOD
from hks.web.regions.grounds import grounds_of
from hks.web.shell.translated import translated
from hks.web.studies import ground_marks, rain
from hks.web.studies.boards import board, ground_image
from hks.web.studies.drawn_views import plans_of
from hks.web.studies.hydrographs_told import told_courses
from hks.web.studies.mark_forms import WatchForm
from hks.web.studies.models import Culvert, WatchedPlace
from hks.web.studies.rain_views import KEPT, result_or_404
from hks.workbench.rain_maps import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hks.web.accounts.models import Organisation
    from hks.web.accounts.views import SignedInRequest
    from hks.web.regions.models import Municipality

TOOLS = (
    {"key": "point", "title": gettext_lazy("Point")}, {"key": "section", "title": gettext_lazy("Section")},
)  # fmt: skip


def town_to_mark(request: HttpRequest, ags: str) -> tuple[Municipality, Organisation]:
    """Find a town and the person's organisation there, on whose terrain they may set something."""
    unit, organisation = plans_of(request, ags)
    if not may(request.user, RUN_METHOD, organisation):
        raise PermissionDenied(_("Your role does not allow you to set anything on the terrain."))
    return unit, organisation


def canvas_of(
    unit: Municipality,
    organisation: Organisation,
    shapes: Sequence[Shape],
    kinds: dict[str, str],
    title: str,
    user: Person,
) -> dict[str, Any] | None:
    """Lay out the map to set something on; nothing without a terrain."""
    dataset = grounds_of(organisation).get("terrain")
    if dataset is None:
        return None
    newest = max((row.pk for row in rain.results_for(unit, user).values()), default=0)
    address = f"{reverse('outlooks:ground_picture', args=[unit.ags])}?of={dataset.filing.record.digest[:8]}-{newest}"
    return board(dataset, address, shapes, kinds, title, key="marks")


def marks_on(organisation: Organisation, marks: Sequence[WatchedPlace | Culvert]) -> list[dict[str, Any]]:
    """List marks with their numbers, and whether they lie on the terrain in use."""
    try:
        ground = ground_marks.edges_of(organisation)
    except StateError:
        ground = None
    return [
        {"number": n, "mark": mark, "ends": ground_marks.ends_of(mark),
         "on": ground is not None and ground_marks.on_it(ground, mark)}
        for n, mark in enumerate(marks, 1)
    ]  # fmt: skip


def shapes_on(rows: Sequence[dict[str, Any]]) -> list[Shape]:
    """Turn marks on the terrain into what the map draws."""
    return [Shape(row["number"], "line" if row["ends"][1:] else "point", row["ends"]) for row in rows if row["on"]]


@require_safe
def page(request: HttpRequest, ags: str) -> HttpResponse:
    """List what is followed, and ask for more."""
    unit, organisation = plans_of(request, ags)
    return _page(request, unit, organisation, WatchForm())


def _page(request: HttpRequest, unit: Municipality, organisation: Organisation, form: WatchForm) -> HttpResponse:
    rows = marks_on(organisation, list(WatchedPlace.objects.filter(organisation=organisation)))
    context = {
        "unit": unit, "form": form, "rows": rows, "outlook_page": "rain", "tools": TOOLS,
        "may_draw": may(request.user, RUN_METHOD, organisation), "most": ground_marks.MOST_PLACES,
        "canvas": canvas_of(unit, organisation, shapes_on(rows), WatchForm.kinds, _("Points and sections"),
                            request.user),
    }  # fmt: skip
    return render(request, "studies/watched.html", context)


@login_required
@require_POST
def add(request: SignedInRequest, ags: str) -> HttpResponse:
    """Follow the water at one more point or section."""
    unit, organisation = town_to_mark(request, ags)
    form = WatchForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            ground_marks.watch(organisation, given["name"], given["corners"], by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("It is on the map. The next run follows the water there."))
            return redirect("outlooks:watched", ags)
    return _page(request, unit, organisation, form)


@login_required
@require_POST
def drop(request: SignedInRequest, ags: str, pk: int) -> HttpResponse:
    """Follow the water there no longer."""
    _unit, organisation = town_to_mark(request, ags)
    place = get_object_or_404(WatchedPlace, pk=pk, organisation=organisation)
    ground_marks.drop_mark(place, by=request.user)
    messages.success(request, _("It is off the map. Results so far keep what they noted."))
    return redirect("outlooks:watched", ags)


@require_safe
def ground(request: HttpRequest, ags: str) -> HttpResponse:
    """Draw the terrain of the person's own organisation, with the water of a run where there is one."""
    unit, organisation = plans_of(request, ags)
    try:
        image = ground_image(organisation, unit, request.user)
    except StateError as error:
        raise Http404 from error
    response = HttpResponse(image, content_type="image/png")
    response["Cache-Control"] = KEPT
    return response


@require_safe
def courses(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Show how the water of a result rises and falls at its places; only the town itself reads their names."""
    outlook, record = result_or_404(request, ags, pk)
    if "hydrographs" not in record.as_record.content["outcomes"]:
        raise Http404
    own = organisations_of(request.user).filter(pk=outlook.organisation_id).exists()
    context = {
        "unit": outlook.municipality, "outlook": outlook, "record": record, "scenario": rain.scenario_of(record),
        "told": told_courses(outlook, record, named=own), "invented": rain.on_example(record), "outlook_page": "rain",
    }  # fmt: skip
    return render(request, "studies/courses.html", context)
