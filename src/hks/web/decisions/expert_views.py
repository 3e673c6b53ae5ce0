"""For experts: ranks under all weights, robustness over the futures, criteria compared two by two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hks.core.errors import HksError, InputError
from hks.web.accounts.roles import RUN_METHOD
from hks.web.decisions import expert_pairs, expert_ranks, expert_robustness, weighing
from hks.web.decisions.expert_forms import PairsForm, RanksForm, RobustnessForm
from hks.web.decisions.experts import may_file, project_for_experts
from hks.web.decisions.tasks import enqueue
from hks.web.projects.models import Project
from hks.web.projects.views import frame
from hks.web.shell.translated import translated

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

both_ways = require_http_methods(["GET", "HEAD", "POST"])


def _page(request: HttpRequest, project: Project, here: str, **more: Any) -> HttpResponse:
    context = frame(request, project, here=here, may_file=may_file(request.user, project), **more)
    return render(request, f"decisions/expert_{here}.html", context)


def _found(request: SignedInRequest, project: str) -> Project:
    """Find the project; whoever posts must be allowed to have results filed."""
    return project_for_experts(request.user, project, to=RUN_METHOD if request.method == "POST" else "")


@login_required
@both_ways
def ranks(request: SignedInRequest, project: str) -> HttpResponse:
    """Show ranks under drawn weights and the other ways of ranking; posted, they are filed."""
    found = _found(request, project)
    asked = request.POST or (request.GET if "draws" in request.GET else None)
    last = expert_ranks.last_asked(found)
    form = RanksForm(asked, last)
    if request.method == "POST" and form.is_valid():
        return _take_ranks_over(request, found, form)
    told: dict[str, Any] = {"job": expert_ranks.running(found)}
    if not form.is_bound or form.is_valid():
        values = expert_ranks.drawn(form.cleaned_data if form.is_bound else last)
        try:
            w = weighing.weigh(found, request.user)
            ways = expert_ranks.told_ways(found, w)
            told |= {"w": w, "ways": ways, "told": expert_ranks.told_ranks(found, w, values), "values": values,
                     "groups": expert_ranks.told_groups(ways, weighing.actors_of(found))}  # fmt: skip
        except HksError as error:
            told |= {"problem": translated(error)}
    return _page(request, found, "ranks", form=form, **told)


def _take_ranks_over(request: SignedInRequest, project: Project, form: RanksForm) -> HttpResponse:
    try:
        record = expert_ranks.take_over(project, form.cleaned_data, by=request.user, enqueue=enqueue)
    except HksError as error:
        messages.error(request, translated(error))
    else:
        done = _("The ranks are filed. Every figure leads to its source.")
        messages.success(request, done if record else _("It is being computed. You may leave this page."))
    return redirect("decisions:expert_ranks", project.slug)


@login_required
@both_ways
def robustness(request: SignedInRequest, project: str) -> HttpResponse:
    """Show every metric over the futures; posted, they are filed."""
    found = _found(request, project)
    told: dict[str, Any] = {}
    try:
        w = weighing.weigh(found, request.user)
    except HksError as error:
        return _page(request, found, "robustness", problem=translated(error))
    asked = request.POST or (request.GET if "optimism" in request.GET else None)
    form = RobustnessForm(asked, [scenario for scenario, *_rest in w.futures], expert_robustness.last_asked(found))
    if not form.is_bound or form.is_valid():
        try:
            if request.method == "POST":
                expert_robustness.take_over(found, form.weights, form.settings, by=request.user)
                messages.success(request, _("The metrics are filed. Every figure leads to its source."))
            table = expert_robustness.table_of(found, w, form.weights, by=request.user)
            told = {"told": expert_robustness.told(found, table, form.settings), "counts": table.weights is not None}
        except HksError as error:
            told = {"problem": translated(error)}
    return _page(request, found, "robustness", form=form, w=w, **told)


@login_required
@both_ways
def pairs(request: SignedInRequest, project: str) -> HttpResponse:
    """Ask which of two criteria counts more and show the weights that follow; posted, they are filed."""
    found = _found(request, project)
    try:
        criteria = expert_pairs.compared(found)
    except InputError as error:
        return _page(request, found, "pairs", problem=translated(error))
    last = expert_pairs.last_said(found, criteria)
    asked = request.POST or (request.GET if "pair_0_1" in request.GET else None)
    form = PairsForm(asked, criteria, last)
    if request.method == "POST" and form.is_valid():
        try:
            expert_pairs.take_over(found, form.said, by=request.user)
        except HksError as error:
            messages.error(request, translated(error))
        else:
            messages.success(request, _("The comparisons and their weights are filed."))
        return redirect("decisions:expert_pairs", found.slug)
    said = (form.said if form.is_valid() else None) if form.is_bound else last or None
    told = None
    if said is not None:
        told = expert_pairs.told(found, expert_pairs.dataset_of(found, criteria, said, by=request.user), criteria)
    return _page(request, found, "pairs", form=form, told=told)
