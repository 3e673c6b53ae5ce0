"""What solutions of equal benefit cost over their life, and whether one pays because it avoids damage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hks.core.errors import HksError
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import RUN_METHOD
from hks.web.decisions import avoided_damage, life_costs
from hks.web.decisions.experts import may_file
from hks.web.decisions.life_forms import AvoidedDamageForm, LifeCostsForm
from hks.web.decisions.weighing import versions_of
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.translated import translated
from hks.web.studies.cited import Cited

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def costs(request: HttpRequest, project: str) -> HttpResponse:
    """Compare costs over the whole life once equal benefit is confirmed; posted, the comparison is filed."""
    found = project_for(request.user, project, to=RUN_METHOD if request.method == "POST" else "")
    versions = versions_of(found)
    last = life_costs.last_filed(found)
    proposed = ([v.option.letter for v in versions], {p.name: p.default for p in life_costs.METHOD.parameters})
    asked = request.POST or (request.GET if "rate" in request.GET else None)
    form = LifeCostsForm(asked, versions, last or proposed)
    told: dict[str, Any] = {}
    if (form.is_bound and form.is_valid()) or (not form.is_bound and last):
        letters, values = (form.letters, form.cleaned_data) if form.is_bound or not last else last
        told = _costs(request, found, letters, values)
    context = frame(request, found, form=form, versions=versions, may_file=may_file(request.user, found), **told)
    return render(request, "decisions/costs.html", context)


def _costs(request: HttpRequest, project: Project, letters: list[str], values: dict[str, Any]) -> dict[str, Any]:
    if not values["equal_benefit"]:
        return {"unequal": True}
    by = request.user if request.user.is_authenticated else None
    try:
        if request.method == "POST":
            life_costs.take_over(project, letters, values, by=by)
            messages.success(request, _("The comparison is filed. Every figure leads to its source."))
        return {"told": life_costs.told(project, life_costs.table_of(project, letters), values)}
    except HksError as error:
        return {"problem": translated(error)}


@require_http_methods(["GET", "HEAD"])
def damage(request: HttpRequest, project: str) -> HttpResponse:
    """Show what filed solutions are worth because they avoid damage, and a preview of one that is asked."""
    found = project_for(request.user, project)
    form = AvoidedDamageForm(request.GET if "solution" in request.GET else None, versions_of(found))
    return _damage(request, found, form)


def _damage(request: HttpRequest, project: Project, form: AvoidedDamageForm) -> HttpResponse:
    tried, problem = None, ""
    if form.is_bound and form.is_valid():
        version = next(v for v in versions_of(project) if v.option.letter == form.letter)
        by = request.user if request.user.is_authenticated else None
        try:
            _record, dataset = avoided_damage.entered(project, form.events, by)
            found = avoided_damage.worked_out(version, dataset, form.cleaned_data)
            tried = avoided_damage.told(version, Cited(found.outcomes, ""), form.cleaned_data)
        except HksError as error:
            problem = translated(error)
    own = may(request.user, RUN_METHOD, project.organisation)
    context = frame(
        request, project, form=form, tried=tried, problem=problem, filed=avoided_damage.filed_worths(project),
        reckoned=avoided_damage.reckoned_damages(project) if own else [],
    )  # fmt: skip
    return render(request, "decisions/damage.html", context | {"may_file": context["may_edit"]})


@login_required
@require_POST
def take_damage_over(request: SignedInRequest, project: str) -> HttpResponse:
    """File what a solution is worth because it avoids damage."""
    found = project_to_edit(request.user, project)
    form = AvoidedDamageForm(request.POST, versions_of(found))
    if not form.is_valid():
        return _damage(request, found, form)
    version = next(v for v in versions_of(found) if v.option.letter == form.letter)
    try:
        avoided_damage.take_over(found, version, form.events, form.cleaned_data, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, _("This is filed. What is avoided a year can be weighed now."))
    return redirect("decisions:damage", found.slug)
