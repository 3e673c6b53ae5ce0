"""A result of heavy rain beside the official map: asked for, drawn side by side, with what differs; town only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError, InputError
from hks.core.evidence import citation
from hks.web.accounts.permissions import may, organisations_of
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.models import Record
from hks.web.evidence.services import file_of, outcome_of
from hks.web.regions.grounds import grounds_of
from hks.web.shell.forms import PlainForm
from hks.web.shell.translated import in_words, in_words_lazily, translated
from hks.web.studies import official, outlooks, rain
from hks.web.studies.models import Outlook
from hks.web.studies.rain_streets import followed
from hks.web.studies.rain_told import class_titles
from hks.web.studies.rain_views import KEPT, result_or_404
from hks.web.studies.tasks import enqueue
from hks.workbench.inputs import Dataset
from hks.workbench.rain_maps import RainMap, agreement_picture, picture, rain_map

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

PICTURES = ("ours", "official", "agreement")
PARAMETERS = {parameter.name: parameter for parameter in official.METHOD.parameters}


def _choices(name: str) -> list[tuple[str, str]]:
    return [(key, in_words_lazily(title)) for key, title in PARAMETERS[name].choices]


class OfficialForm(PlainForm):
    """What the official map holds, as only the person knows who loaded it."""

    unit = forms.ChoiceField(label=gettext_lazy("What the official map holds"), choices=_choices("unit"))
    legend = forms.CharField(
        label=gettext_lazy("Legend of the classes"), required=False, max_length=500,
        help_text=gettext_lazy(
            "For classes only: class and depth in metres from which on it holds, for example 1=0,05; 2=0,1; 3=0,5; 4=1."
        ),
    )  # fmt: skip
    gaps = forms.ChoiceField(label=gettext_lazy("Where the official map has no value"), choices=_choices("gaps"))


def own_result_or_404(request: HttpRequest, ags: str, pk: int) -> tuple[Outlook, Record]:
    """Find a result of the person's own organisation; official maps stay inside the town."""
    outlook, record = result_or_404(request, ags, pk)
    if not organisations_of(request.user).filter(pk=outlook.organisation_id).exists():
        raise Http404
    return outlook, record


@require_safe
def page(request: HttpRequest, ags: str, pk: int) -> HttpResponse:
    """Show both maps side by side, and what differs."""
    outlook, record = own_result_or_404(request, ags, pk)
    return _page(request, outlook, record, OfficialForm())


def _page(request: HttpRequest, outlook: Outlook, record: Record, form: OfficialForm, **more: Any) -> HttpResponse:
    found = followed(outlook, official.METHOD.slug)
    context = {
        "unit": outlook.municipality, "outlook": outlook, "scenario": rain.scenario_of(record), "form": form,
        "found": _told(outlook, record, found) if found is not None else None, "outlook_page": "rain",
        "official": grounds_of(outlook.organisation).get("hazard_map"),
        "may_run": may(request.user, RUN_METHOD, outlook.organisation),
        "running": outlooks.running(outlook.municipality, official.METHOD.slug, request.user), **more,
    }  # fmt: skip
    return render(request, "studies/official.html", context)


def _told(outlook: Outlook, record: Record, found: Record) -> dict[str, Any]:
    """Tell a comparison with the way back to each figure."""
    content, digest = found.as_record.content, found.digest
    area = outcome_of(found, "area_m2")
    words = (
        ("rain-3", "both", _("in both maps")), ("change-less-1", "ours", _("only in ours")),
        ("change-more-2", "official", _("only in the official map")), ("", "neither", _("in neither")),
    )  # fmt: skip
    scores = (
        ("csi", _("Agreement (CSI): both, of all with water in one of the maps")),
        ("hit_rate", _("Hit rate: both, of the water in the official map")),
        ("false_alarm", _("False alarms: only ours, of the water in ours")),
    )
    return {
        "record": found,
        "areas": [(css, title, (area[name], citation(digest, "outcomes", "area_m2", name)))
                  for css, name, title in words],
        "scores": [(title, (outcome_of(found, name), citation(digest, "outcomes", name)))
                   for name, title in scores if name in content["outcomes"]],
        "sentences": [in_words(text) for text in outcome_of(found, "warnings")],
        "maps": _maps(outlook, record, found), "classes": list(enumerate(class_titles(), 1)),
        "source": _source(found),
    }  # fmt: skip


def _source(found: Record) -> Any:
    record = Record.objects.get(digest=found.as_record.parents["official"])
    return record.as_record.content.get("source", {})


def _maps(outlook: Outlook, record: Record, found: Record) -> list[tuple[str, str]]:
    grid = outcome_of(found, "grid")
    place = {name: grid[name] for name in ("cell", "rows", "columns", "west", "south")}
    words = {
        "ours": (_("Our run"), _("Darker blue: deeper water.")),
        "official": (_("The official map"), _("Darker blue: deeper water, as the official map says.")),
        "agreement": (_("What differs"), _("Blue: both. Light green: only ours. Brown: only the official map.")),
    }
    return [
        (title, rain_map(RainMap(title, seen, _address(outlook, record, found, name), **place, key=f"{name}-map")))
        for name, (title, seen) in words.items()
    ]


def _address(outlook: Outlook, record: Record, found: Record, name: str) -> str:
    path = reverse("outlooks:official_picture", args=[outlook.municipality_id, outlook.pk, name])
    return f"{path}?of={record.digest[:8]}-{found.digest[:8]}"


@login_required
@require_POST
def order(request: SignedInRequest, ags: str, pk: int) -> HttpResponse:
    """Let both maps be compared in the background."""
    outlook, record = own_result_or_404(request, ags, pk)
    if not may(request.user, RUN_METHOD, outlook.organisation):
        raise PermissionDenied(_("Your role does not allow you to order calculations here."))
    form = OfficialForm(request.POST)
    if form.is_valid():
        try:
            official.order_comparison(outlook, form.cleaned_data, by=request.user, enqueue=enqueue)
        except InputError as error:
            form.add_error("legend", translated(error))
        except HksError as error:
            return _page(request, outlook, record, form, problem=translated(error))
        else:
            messages.success(request, _("The maps are being compared. You may leave this page."))
            return redirect("outlooks:official", ags, pk)
    return _page(request, outlook, record, form)


@require_safe
def image(request: HttpRequest, ags: str, pk: int, name: str) -> HttpResponse:
    """Draw ours, the official map, or what differs, over the same ground."""
    outlook, record = own_result_or_404(request, ags, pk)
    found = followed(outlook, official.METHOD.slug)
    if found is None or name not in PICTURES:
        raise Http404
    files = [
        Dataset(kind, file_of(ground)) if (ground := rain.ground_record(record, kind)) is not None else None
        for kind in ("terrain", "buildings")
    ]
    if name == "agreement":
        drawn = agreement_picture(np.asarray(outcome_of(found, "agreement")), *files)
    else:
        source, field = (record, "depth_max") if name == "ours" else (found, "official_m")
        drawn = picture(np.asarray(outcome_of(source, field)), *files)
    response = HttpResponse(drawn, content_type="image/png")
    response["Cache-Control"] = KEPT
    return response
