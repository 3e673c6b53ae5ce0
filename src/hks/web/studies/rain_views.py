"""Where does the water run in heavy rain? The page of a town: its ground, a scenario, the map and the tables."""

from __future__ import annotations

import base64
from collections.abc import Mapping
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

from hks.core.errors import HksError, InputError
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import IMPORT_DATA
from hks.web.evidence.models import Record
from hks.web.evidence.services import file_of, outcome_of, outcomes_of
from hks.web.regions.grounds import grounds_of, is_example
from hks.web.regions.models import Dataset as Table
from hks.web.regions.models import Municipality
from hks.web.regions.views import organisation_here, unit_or_404
from hks.web.shell.translated import in_words, translated
from hks.web.studies import outlooks, rain
from hks.web.studies.ground_marks import marks_for_run
from hks.web.studies.models import Outlook
from hks.web.studies.outlook_views import organisation_for
from hks.web.studies.rain_forms import RainForm
from hks.web.studies.rain_streets import followed
from hks.web.studies.rain_told import class_titles, ground_named, told, told_of
from hks.web.studies.tasks import enqueue
from hks.workbench.exports import separated
from hks.workbench.inputs import Dataset
from hks.workbench.rain_maps import frame_picture, picture
from hks.workbench.result_files import result_files, zipped
from hks.workbench.terrain import INVENTED

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

KEPT = "private, max-age=3600"  # an image belongs to one record, which never changes


def town_or_404(ags: str) -> Municipality:
    """Find a town: rain runs over the terrain of one place."""
    unit = unit_or_404(ags)
    if unit.level != Municipality.Level.TOWN:
        raise Http404
    return unit


@require_safe
def page(request: HttpRequest, ags: str) -> HttpResponse:
    """Show the ground in use, what was found, and a preview on a small grid."""
    unit = town_or_404(ags)
    organisation = organisation_for(request, unit)
    asked, grounds = "scenario" in request.GET, grounds_of(organisation)
    form = RainForm(request.GET if asked else None, grounds=grounds, initial={"scenario": "extreme"})
    if organisation is None or not (asked and form.is_valid() and "terrain" in grounds):
        return _page(request, unit, organisation, form)
    scenario = rain.SCENARIOS[form.cleaned_data["scenario"]]
    try:
        said = rain.said_by(form.cleaned_data, grounds)
        ordered = rain.chosen(form.cleaned_data, organisation)
        found = rain.preview(grounds, said, ordered)
    except HksError as error:
        form.add_error(form.looked_up, translated(error))
        return _page(request, unit, organisation, form)
    if found is None:
        sentence = _("This terrain is too large for a preview; please let it be computed.")
        return _page(request, unit, organisation, form, problem=sentence)
    files = rain.files_of(grounds)
    image = picture(found.outcomes["depth_max"], files["terrain"], files.get("buildings"))
    address = "data:image/png;base64," + base64.b64encode(image).decode()
    shown = told(
        found.outcomes, scenario, address, found.record.content["values"], invented=is_example(grounds["terrain"])
    )
    named = [
        ground_named(kind, dataset.filing.record) for kind, dataset in grounds.items() if rain.ROLES.get(kind) in files
    ]
    return _page(request, unit, organisation, form, preview={**shown, "grounds": named})


def _page(
    request: HttpRequest, unit: Municipality, organisation: Organisation | None, form: RainForm, **more: Any
) -> HttpResponse:
    here = organisation or organisation_here(request, unit)
    grounds = grounds_of(here)
    terrain = grounds.get("terrain")
    results = [_result(outlook, here, grounds) for outlook in rain.results_for(unit, request.user).values()]
    context = {
        "unit": unit, "form": form, "grounds": grounds.values(), "terrain": terrain, "results": results,
        "invented": terrain is not None and is_example(terrain), "outlook_page": "rain",
        "covered": "land_cover" in grounds, "may_run": organisation is not None, "own": here is not None,
        "may_import": here is not None and may(request.user, IMPORT_DATA, here),
        "running": outlooks.running(unit, rain.METHOD.slug, request.user), **more,
    }  # fmt: skip
    return render(request, "studies/rain.html", context)


def _result(outlook: Outlook, here: Organisation | None, grounds: Mapping[str, Table]) -> dict[str, Any]:
    """Tell one result; it is stale where the town uses another terrain or land cover by now."""
    assert outlook.filing is not None
    record, stale = outlook.filing.record, False
    if "terrain" in grounds and outlook.organisation == here:
        used, now = record.as_record.parents, rain.digests_of(grounds)
        moved = str(record.as_record.content["values"].get("culvert", "")) != marks_for_run(here)["culvert"]
        stale = moved or any(used.get(role) != now.get(role) for role in ("terrain", "cover", "cover_table"))
    address = reverse("outlooks:rain_map", args=[outlook.municipality_id, outlook.pk])
    return {
        "found": outlook, "told": told_of(outlook, address), "stale": stale,
        "streets": followed(outlook, "rain-streets") is not None,
        "courses": "hydrographs" in record.as_record.content["outcomes"],
        "moments": "frames" in record.as_record.content["outcomes"],
        "official": outlook.organisation == here and "hazard_map" in grounds,
    }  # fmt: skip


@login_required
@require_POST
def order(request: SignedInRequest, ags: str) -> HttpResponse:
    """Let the rain run in the background."""
    unit = town_or_404(ags)
    organisation = organisation_for(request, unit)
    if organisation is None:
        raise PermissionDenied(_("Your role does not allow you to order calculations here."))
    form = RainForm(request.POST, grounds=grounds_of(organisation))
    if form.is_valid():
        given = dict(form.cleaned_data)
        visibility = "public" if given.pop("public") else "internal"
        try:
            rain.order_rain(unit, organisation, given, visibility=visibility, by=request.user, enqueue=enqueue)
        except InputError as error:
            form.add_error(form.looked_up, translated(error))
        except HksError as error:
            return _page(request, unit, organisation, form, problem=translated(error))
        else:
            messages.success(request, _("The rain is being computed. You may leave this page."))
            return redirect("outlooks:rain", ags)
    return _page(request, unit, organisation, form)


def result_or_404(request: HttpRequest, ags: str, pk: int) -> tuple[Outlook, Record]:
    """Find a result that the person may see; others do not exist for them."""
    rows = Outlook.objects.visible_to(request.user).filter(municipality=ags, method=rain.METHOD.slug)
    rows = rows.filter(filing__replaced_by=None)
    outlook = get_object_or_404(rows.exclude(filing=None).select_related("filing__record"), pk=pk)
    assert outlook.filing is not None
    return outlook, outlook.filing.record


@require_safe
def image(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Draw the map of a result; the ground below it only for whoever may see the terrain."""
    _outlook, record = result_or_404(request, ags, pk)
    files = _ground_seen(request, record)
    drawn = picture(np.asarray(outcome_of(record, "depth_max")), files.get("terrain"), files.get("buildings"))
    response = HttpResponse(drawn, content_type="image/png")
    response["Cache-Control"] = KEPT
    return response


@require_safe
def moments(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Show how the water comes and goes, one map every ten minutes."""
    outlook, record = result_or_404(request, ags, pk)
    if "frames" not in record.as_record.content["outcomes"]:
        raise Http404
    frames = [
        {"minutes": round(seconds / 60), "image": reverse("outlooks:rain_moment", args=[ags, pk, n])}
        for n, seconds in enumerate(outcome_of(record, "frame_times_s"))
    ]
    context = {
        "unit": outlook.municipality, "outlook": outlook, "scenario": rain.scenario_of(record), "frames": frames,
        "record": record, "invented": rain.on_example(record), "outlook_page": "rain",
        "classes": list(enumerate(class_titles(), 1)),
    }  # fmt: skip
    return render(request, "studies/moments.html", context)


@require_safe
def moment(request: HttpRequest, ags: str, pk: int, number: int) -> HttpResponse:
    """Draw one of these maps; the ground below it only for whoever may see the terrain."""
    _outlook, record = result_or_404(request, ags, pk)
    if "frames" not in record.as_record.content["outcomes"]:
        raise Http404
    frames = np.asarray(outcome_of(record, "frames"))
    if number >= len(frames):
        raise Http404
    files = _ground_seen(request, record)
    response = HttpResponse(
        frame_picture(frames[number], files.get("terrain"), files.get("buildings")), content_type="image/png"
    )
    response["Cache-Control"] = KEPT
    return response


def _ground_seen(request: HttpRequest, record: Record) -> dict[str, Dataset]:
    seen = Record.objects.visible_to(request.user)
    return {
        kind: Dataset(kind, file_of(ground))
        for kind in ("terrain", "buildings")
        if (ground := rain.ground_record(record, kind)) is not None and seen.filter(pk=ground.pk).exists()
    }


@require_safe
def grids(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Hand out the fields as GeoTIFF, the tables as CSV, and what they are and are not."""
    outlook, record = result_or_404(request, ags, pk)
    found, outcomes = told_of(outlook, ""), outcomes_of(record)
    outcomes["grid"] = {**outcomes["grid"], "crs": rain.crs_of(outlook, record)}
    rows = [
        *(["area_m2", row["title"], "", "", row["area"][0], record.digest] for row in found["classes"]),
        *(["depth_m", row["number"], row["x"], row["y"], row["depth"][0], record.digest] for row in found["places"]),
    ]
    words = [
        found["sentence"], *([in_words(INVENTED)] if found["invented"] else []), *found["warnings"],
        f"{_('Scenario')}: {in_words(found['scenario'].title)} ({in_words(found['scenario'].about)})",
        *(f"{ground['title']}: {ground['source'].get('attribution', '')}" for ground in found["grounds"]),
        f"{_('Record')}: {record.digest}",
    ]  # fmt: skip
    files = {
        "README.txt": "\n".join(words).encode(),
        "tables.csv": separated(["outcome", "kind", "x", "y", "value", "record"], rows),
        **result_files(rain.METHOD, outcomes),
    }
    response = HttpResponse(zipped(files), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="hks-{ags}-rain-{found["scenario"].slug}.zip"'
    return response
