"""Weights of groups: open a round, give points by code, reveal them together, see how far groups agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.decisions import group_weights, weighing
from hks.web.decisions.models import Criterion, PrivatePoints
from hks.web.decisions.weighing_told import agreed, ranks_by_group
from hks.web.projects.filed import filed_as
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.forms import PlainForm
from hks.web.shell.limits import not_too_often
from hks.web.shell.templatetags.hks import effect_name, number, unit
from hks.web.shell.translated import translated
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

TRIES = {"most": 60, "seconds": 600}  # our choice: a full committee behind one address; far from guessing a code


class CodeForm(PlainForm):
    """The code of a group."""

    code = forms.CharField(
        label=gettext_lazy("Code of your group"), max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip


class PointsForm(PlainForm):
    """How much the step from the worse to the better end of each scale matters to a group."""

    def __init__(self, data: Any, criteria: Sequence[Criterion], units: Mapping[str, str]) -> None:
        super().__init__(data)
        for c in criteria:
            first, last = (c.low, c.high) if c.direction == "more" else (c.high, c.low)
            told = {"first": number(first, 0), "last": number(last, 0), "unit": unit(units.get(c.name, "1"))}
            self.fields[c.name] = forms.IntegerField(
                label=effect_name(c.name), min_value=0, max_value=100,
                help_text=_("The step from %(first)s to %(last)s %(unit)s: 0 to 100 points.") % told,
            )  # fmt: skip


@require_safe
def groups(request: HttpRequest, project: str) -> HttpResponse:
    """Show whether a round is open, and how far the groups agree."""
    return _groups(request, project_for(request.user, project), {})


def _groups(request: HttpRequest, project: Project, codes: Mapping[str, str]) -> HttpResponse:
    names, told, problem = weighing.actors_of(project), {}, ""
    try:
        found = weighing.weigh(project, request.user if request.user.is_authenticated else None)
        told = _told(project, found, names)
    except HksError as error:
        problem = translated(error)
    rows = [
        (names.get(row.actors, row.actors), row.actors, bool(row.points)) for row in group_weights.round_of(project)
    ]
    context = frame(
        request, project, round=rows, given=sum(done for *_rest, done in rows), problem=problem, actors=names,
        codes=[(names[slug], code) for slug, code in codes.items()],
        address=request.build_absolute_uri(reverse("weights:give")), **told,
    )  # fmt: skip
    response = render(request, "decisions/groups.html", context)
    if codes:
        response["Cache-Control"] = "no-store"
    return response


def _told(project: Project, found: weighing.Weighed, names: Mapping[str, str]) -> dict[str, Any]:
    """Tell the view of the groups, cited where the weighing is filed as it stands."""
    filing = filed_as(project, METHODS["decisions-rank"], {"table": found.table.digest}, {"method": "additive"})
    digest = filing.record.digest if filing else ""
    outcomes = found.ranking.outcomes
    letters = [version.option.letter for version in found.versions]
    return {
        "w": found, "same": bool(digest), "versions": found.versions, "consensus": agreed(outcomes, digest),
        "ranks": ranks_by_group(outcomes["by_group"], letters, digest),
        "view": group_weights.told(outcomes, found.criteria, names, digest),
    }  # fmt: skip


@login_required
@require_POST
def open_round(request: SignedInRequest, project: str) -> HttpResponse:
    """Ask groups for their weights and show their codes, once."""
    found = project_to_edit(request.user, project)
    try:
        codes = group_weights.open_round(found, request.POST.getlist("actors"), by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
        return redirect("decisions:groups", found.slug)
    return _groups(request, found, codes)


@login_required
@require_POST
def renew(request: SignedInRequest, project: str, actors: str) -> HttpResponse:
    """Show a new code for a group."""
    found = project_to_edit(request.user, project)
    return _groups(request, found, {actors: group_weights.renew_code(found, actors)})


@login_required
@require_POST
def reveal(request: SignedInRequest, project: str) -> HttpResponse:
    """Let all see all weights at once."""
    found = project_to_edit(request.user, project)
    try:
        group_weights.reveal(found, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, _("The weights are revealed."))
    return redirect("decisions:groups", found.slug)


@login_required
@require_POST
def stop(request: SignedInRequest, project: str) -> HttpResponse:
    """End a round without revealing anything."""
    found = project_to_edit(request.user, project)
    group_weights.stop(found, by=request.user)
    messages.success(request, _("The round is over. What was given is erased."))
    return redirect("decisions:groups", found.slug)


@never_cache
def give(request: HttpRequest) -> HttpResponse:
    """Take the weights of a group by its code; what other groups gave is not shown, nor what this one gave before."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            not_too_often(request, "weights", **TRIES)
            row = group_weights.asked_by(form.cleaned_data["code"])
            if row is not None:
                return _give(request, row, form.cleaned_data["code"])
            form.add_error("code", _("No group is asked for its weights with this code. Please compare it."))
        except HksError as error:
            form.add_error(None, translated(error))
    return render(request, "decisions/give_code.html", {"form": form})


def _give(request: HttpRequest, row: PrivatePoints, code: str) -> HttpResponse:
    criteria = weighing.criteria_of(row.project)
    shared = weighing.effects_of(weighing.versions_of(row.project))
    units = {name: next(iter(by_version.values()))[0].unit for name, by_version in shared.items()}
    form = PointsForm(request.POST if "said" in request.POST else None, criteria, units)
    name = weighing.actors_of(row.project).get(row.actors, row.actors)
    context = {"form": form, "code": code, "name": name, "project": row.project, "before": bool(row.points)}
    if form.is_valid():
        try:
            group_weights.give(row, form.cleaned_data)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return render(request, "decisions/given.html", context)
    return render(request, "decisions/give.html", context)
