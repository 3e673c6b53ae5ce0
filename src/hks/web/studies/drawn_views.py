"""Try measures out: the plans of a town, one plan with its map, its drawings, its run and its pictures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError, InputError, StateError
from hks.web.accounts.permissions import Person, may, organisations_of
from hks.web.accounts.roles import EDIT_PROJECT, RUN_METHOD
from hks.web.evidence.models import Record
from hks.web.evidence.services import file_of, outcome_of, outcomes_of
from hks.web.regions.grounds import grounds_of
from hks.web.regions.models import Municipality
from hks.web.shell.translated import in_words, translated
from hks.web.studies import drawn_plans, rain
from hks.web.studies.boards import board, ground_image
from hks.web.studies.drawn_forms import DrawingForm, PlanForm, initial_of
from hks.web.studies.drawn_told import listed, offered, shapes_of, told_of
from hks.web.studies.models import DrawnPlan
from hks.web.studies.outlook_views import organisation_for
from hks.web.studies.rain_forms import RainForm
from hks.web.studies.rain_told import class_titles
from hks.web.studies.rain_views import KEPT, town_or_404
from hks.web.studies.tasks import enqueue
from hks.workbench.drawn_plans import tools
from hks.workbench.inputs import Dataset
from hks.workbench.rain_maps import difference_picture, picture
from hks.workbench.result_files import result_files, zipped

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation
    from hks.web.accounts.views import SignedInRequest

PICTURES = ("before", "after", "difference")


def plans_of(request: HttpRequest, ags: str) -> tuple[Municipality, Organisation]:
    """Find a town and the person's organisation there; for everyone else there is nothing to see."""
    unit = town_or_404(ags)
    own = organisation_for(request, unit) or organisations_of(request.user).filter(ags=ags).order_by("name").first()
    if own is None:
        raise Http404
    return unit, own


def plan_or_404(request: HttpRequest, ags: str, pk: int, *, to_draw: bool = False) -> DrawnPlan:
    """Find a plan that the person may see and, if wished, change; others do not exist for them."""
    rows = DrawnPlan.objects.visible_to(request.user).filter(municipality=ags)
    plan = get_object_or_404(rows.select_related("organisation", "municipality", "outlook__job"), pk=pk)
    if to_draw and not may(request.user, RUN_METHOD, plan.organisation):
        raise PermissionDenied(_("Your role does not allow you to draw measures here."))
    return plan


def index(request: HttpRequest, ags: str) -> HttpResponse:
    """List the plans of a town; a POST begins another."""
    unit, organisation = plans_of(request, ags)
    if request.method == "POST" and organisation_for(request, unit) is None:
        raise PermissionDenied(_("Your role does not allow you to draw measures here."))
    form, problem = PlanForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            plan = drawn_plans.begin_plan(unit, organisation, form.cleaned_data["name"], by=request.user)  # type: ignore[arg-type]
        except HksError as error:
            problem = translated(error)
        else:
            return redirect("outlooks:plan", ags, plan.pk)
    plans = DrawnPlan.objects.visible_to(request.user).filter(municipality=unit).select_related("outlook")
    context = {
        "unit": unit, "plans": plans, "form": form, "outlook_page": "rain",
        "terrain": grounds_of(organisation).get("terrain"), "may_draw": may(request.user, RUN_METHOD, organisation),
        "problem": problem,
    }  # fmt: skip
    return render(request, "studies/plans.html", context)


@require_safe
def plan(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Show a plan; `change` fills the form with one of its drawings."""
    found = plan_or_404(request, ags, pk)
    change = request.GET.get("change", "")
    initial: dict[str, Any] = {}
    if change.isdecimal() and int(change) < len(found.drawings):
        initial = {**initial_of(found.drawings[int(change)]), "place": int(change)}
    return _page(request, found, DrawingForm(initial={**initial, "seen": drawn_plans.seen(found)}))


def _page(
    request: HttpRequest, found: DrawnPlan, form: DrawingForm, rain_form: RainForm | None = None, **more: Any
) -> HttpResponse:
    grounds, user = grounds_of(found.organisation), request.user
    terrain, filing = grounds.get("terrain"), drawn_plans.newest_result(found)
    told = None
    if filing is not None:
        drawings = json.loads(file_of(Record.objects.get(digest=filing.record.as_record.parents["drawings"])))[
            "features"
        ]
        told = told_of(filing.record, _images(found, filing.record), drawings, user, found)
    scenarios = {"scenario": "extreme"}
    context = {
        "unit": found.municipality, "plan": found, "form": form, "rows": listed(found), "outlook_page": "rain",
        "rain_form": rain_form or _rain_form(None, grounds=grounds, initial=scenarios), "told": told,
        "terrain": terrain, "covered": "land_cover" in grounds,
        "may_draw": may(user, RUN_METHOD, found.organisation) and not _busy(found),
        "may_take_over": may(user, EDIT_PROJECT, found.organisation),
        "outdated": filing is not None and drawn_plans.outdated(found, filing.record),
        "job": found.outlook.job if found.outlook else None, "canvas": _canvas(found) if terrain else None,
        "tools": offered(), "classes": list(enumerate(class_titles(), 1)), "seen": drawn_plans.seen(found), **more,
    }  # fmt: skip
    return render(request, "studies/plan.html", context)


def _busy(found: DrawnPlan) -> bool:
    """Say whether a run is under way: the page then renews itself, and half a drawing would be lost."""
    return found.outlook is not None and not found.outlook.job.over


def _rain_form(data: Any, **options: Any) -> RainForm:
    """Ask for the rain; what is drawn stays with the town, so nobody is asked who may see it."""
    form = RainForm(data, **options)
    del form.fields["public"]
    return form


def _images(found: DrawnPlan, record: Record) -> dict[str, str]:
    address = {
        name: reverse("outlooks:plan_picture", args=[found.municipality_id, found.pk, name]) for name in PICTURES
    }
    return {name: f"{path}?of={record.digest[:16]}" for name, path in address.items()}


def _canvas(found: DrawnPlan) -> dict[str, Any]:
    """Lay out what is drawn on: the picture of the ground, its edges, and the drawings so far."""
    dataset = grounds_of(found.organisation)["terrain"]
    path = reverse("outlooks:plan_picture", args=[found.municipality_id, found.pk, "ground"])
    address = f"{path}?of={dataset.filing.record.digest[:8]}-{found.outlook_id or 0}"
    kinds = {key: tool.kind for key, tool in tools().items()}
    return board(dataset, address, shapes_of(found.drawings), kinds, _("Measures on the terrain"), key="plan")


@login_required
@require_POST
def draw(request: SignedInRequest, ags: str, pk: int) -> HttpResponse:
    """Keep a drawing: a new one, or one in the place of another."""
    found = plan_or_404(request, ags, pk, to_draw=True)
    form = DrawingForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            drawn_plans.keep_drawing(found, form.drawn, given["place"], as_seen=given["seen"], by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The measure is on the map."))
            return redirect("outlooks:plan", ags, pk)
    return _page(request, found, form)


@login_required
@require_POST
def drop(request: SignedInRequest, ags: str, pk: int, place: int) -> HttpResponse:
    """Take a drawing out of the plan."""
    found = plan_or_404(request, ags, pk, to_draw=True)
    try:
        drawn_plans.drop_drawing(found, place, as_seen=request.POST.get("seen", ""), by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    return redirect("outlooks:plan", ags, pk)


@login_required
@require_POST
def delete(request: SignedInRequest, ags: str, pk: int) -> HttpResponse:
    """Delete a plan."""
    drawn_plans.drop_plan(plan_or_404(request, ags, pk, to_draw=True), by=request.user)
    messages.success(request, _("The plan is deleted. What was computed stays as evidence."))
    return redirect("outlooks:plans", ags)


@login_required
@require_POST
def order(request: SignedInRequest, ags: str, pk: int) -> HttpResponse:
    """Let the rain run without and with the measures, in the background."""
    found = plan_or_404(request, ags, pk, to_draw=True)
    form, problem = _rain_form(request.POST, grounds=grounds_of(found.organisation)), ""
    if form.is_valid():
        try:
            drawn_plans.order_measures(found, form.cleaned_data, by=request.user, enqueue=enqueue)
        except InputError as error:
            form.add_error(form.looked_up, translated(error))
        except HksError as error:
            problem = translated(error)
        else:
            messages.success(request, _("The rain is being computed twice. You may leave this page."))
            return redirect("outlooks:plan", ags, pk)
    return _page(request, found, DrawingForm(initial={"seen": drawn_plans.seen(found)}), form, problem=problem)


@require_safe
def drawn(request: HttpRequest, ags: str, pk: int, name: str) -> HttpResponse:
    """Draw the ground, the water before and after, or the difference."""
    found = plan_or_404(request, ags, pk)
    filing = drawn_plans.newest_result(found)
    if name == "ground":
        image = _ground(found, request.user)
    elif name in PICTURES and filing is not None:
        image = _picture(request, filing.record, name)
    else:
        raise Http404
    response = HttpResponse(image, content_type="image/png")
    response["Cache-Control"] = KEPT
    return response


def _ground(found: DrawnPlan, user: Person) -> bytes:
    """Draw the terrain in use, with the water of a run on it where there is one: the plan's own, or the rain's."""
    filing = drawn_plans.newest_result(found)
    own = [(filing.record, "depth_before")] if filing is not None else []
    try:
        return ground_image(found.organisation, found.municipality, user, own)
    except StateError as error:
        raise Http404 from error


def _picture(request: HttpRequest, record: Record, name: str) -> bytes:
    """Draw a field of a result; the ground below it only for whoever may see the terrain."""
    visible = Record.objects.visible_to(request.user)
    files = {
        kind: Dataset(kind, file_of(ground))
        for kind in ("terrain", "buildings")
        if (ground := rain.ground_record(record, kind)) is not None and visible.filter(pk=ground.pk).exists()
    }
    field = np.asarray(outcome_of(record, name if name == "difference" else f"depth_{name}"))
    draw_it = difference_picture if name == "difference" else picture
    return draw_it(field, files.get("terrain"), files.get("buildings"))


@require_safe
def grids(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Hand out both depths and their difference as GeoTIFF with the drawings and what they are and are not."""
    found = plan_or_404(request, ags, pk)
    filing = drawn_plans.newest_result(found)
    if filing is None or found.outlook is None:
        raise Http404
    record, outcomes = filing.record, outcomes_of(filing.record)
    outcomes["grid"] = {**outcomes["grid"], "crs": rain.crs_of(found.outlook, record)}
    words = [*(in_words(text) for text in outcomes["warnings"]), f"{_('Record')}: {record.digest}"]
    drawings = Record.objects.get(digest=record.as_record.parents["drawings"])
    files = {
        "README.txt": "\n".join(words).encode(), "drawings.geojson": file_of(drawings),
        **result_files(drawn_plans.METHOD, outcomes),
    }  # fmt: skip
    response = HttpResponse(zipped(files), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="hks-{ags}-measures-{found.pk}.zip"'
    return response
