"""Weigh, write the paper, check a working copy, enter the decision."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.core.evidence import citation
from hks.web.accounts.permissions import may, may_anywhere
from hks.web.accounts.roles import RECORD_DECISION, SEE_METHODS
from hks.web.decisions import papers, weighing
from hks.web.decisions.forms import CheckForm, CouncilDecisionForm, OneWeightForm, PaperForm, WeighingForm
from hks.web.decisions.group_weights import not_while_open
from hks.web.decisions.models import CouncilDecision, PaperVersion, SwingPoints, Weighing
from hks.web.decisions.services import record_decision
from hks.web.decisions.weighing_futures import one_future
from hks.web.decisions.weighing_told import (
    agreed,
    filed_futures,
    futures_of,
    ranks_by_group,
    reweighed,
)
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of, read_file
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.translated import translated
from hks.web.studies.signposts import fired_in

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

SHARES = ("weight", "low", "high")  # of a criterion: its weight, and between which the leader stays ahead
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_safe
def weigh(request: HttpRequest, project: str) -> HttpResponse:
    """Show what speaks for what."""
    found = project_for(request.user, project)
    return _weigh(request, found, _form(found, None))


def _form(project: Project, data: Any) -> WeighingForm:
    shared = weighing.effects_of(weighing.versions_of(project))
    criteria = [c for c in weighing.candidates(project) if c.name in shared]
    used = {c.name for c in weighing.criteria_of(project)}
    units = {name: next(iter(by_version.values()))[0].unit for name, by_version in shared.items()}
    points = {row.actors: row.points for row in SwingPoints.objects.filter(project=project)}
    return WeighingForm(data, criteria, units, points, used, weighing.actors_of(project))


def _weigh(request: HttpRequest, project: Project, form: WeighingForm) -> HttpResponse:
    result, problem = None, ""
    try:
        user = request.user if request.user.is_authenticated else None
        result = weighing.weigh(project, user)
    except HksError as error:
        problem = translated(error)
    versions = weighing.versions_of(project)
    shared = weighing.effects_of(versions)
    counting = {c.name for c in weighing.criteria_of(project)}
    rows = [(c, [shared[c.name][v.pk] for v in versions]) for c in form.criteria if c.name in counting]
    taken = Weighing.objects.filter(project=project).select_related("ranking__record", "robustness__record").last()
    same = result is not None and taken is not None and _same(result, taken)
    cites = _cites(result, taken) if result and taken and same else {}
    context = frame(
        request, project, cites=cites, same=same, form=form, w=result, problem=problem, versions=versions, rows=rows,
        taken=taken, stable=_stable(result, cites), actors=weighing.actors_of(project),
        sees_methods=may_anywhere(request.user, SEE_METHODS),
        fired={one.sign.scenario_id for one in fired_in([project], request.user, timezone.localdate())},
    )  # fmt: skip
    if result is not None:
        context |= _told(result, taken if same else None) | _tried(request, result) | one_future(request, result)
    return render(request, "decisions/weigh.html", context)


def _told(result: weighing.Weighed, taken: Weighing | None) -> dict[str, Any]:
    """Show solutions by futures and the order by group, cited where they are filed."""
    digest = taken.ranking.record.digest if taken else ""
    robust = taken.robustness if taken else None
    outcomes = result.ranking.outcomes
    consensus = agreed(outcomes, digest if taken and _has(taken.ranking.record, "consensus") else "")
    return {
        "futures": filed_futures(robust.record) if robust else futures_of(result), "consensus": consensus,
        "titles": {v.option.letter: f"{v.option.letter} {v.title}" for v in result.versions},
        "scenarios": [scenario for scenario, *_rest in result.futures],
        "ranks": ranks_by_group(outcomes["by_group"], [v.option.letter for v in result.versions], digest),
    }  # fmt: skip


def _has(record: Record, name: str) -> bool:
    """Say whether a record holds an outcome; those of earlier versions of a method lack some."""
    return name in record.as_record.content["outcomes"]


def _tried(request: HttpRequest, result: weighing.Weighed) -> dict[str, Any]:
    """Change one weight as the address asks; nothing is kept."""
    names = [criterion.name for criterion in result.criteria]
    weights = dict(zip(names, result.ranking.outcomes["weights"], strict=True))
    form = OneWeightForm(weights, request.GET if "criterion" in request.GET else None)
    tried = None
    if form.is_valid() and len(names) > 1:
        tried = reweighed(result, form.cleaned_data["criterion"], form.cleaned_data["share"] / 100.0)
    return {"one_weight": form if len(names) > 1 else None, "tried": tried}


def _cites(result: weighing.Weighed, taken: Weighing) -> dict[str, str]:
    """Cite each figure of the page in what was filed."""
    digest, rows = taken.ranking.record.digest, range(len(result.ranking.outcomes["stability"]))
    found = {letter: citation(digest, "outcomes", "score", letter) for letter in result.ranking.outcomes["score"]}
    for row, name in itertools.product(rows, SHARES):
        found[f"{row} {name}"] = citation(digest, "outcomes", "stability", str(row), name)
    return found


def _stable(result: weighing.Weighed | None, cites: Mapping[str, str]) -> list[tuple[str, list[tuple[float, str]]]]:
    """Pair the weight of each criterion, and between which the leader stays, with where they are filed."""
    rows = result.ranking.outcomes["stability"] if result else []
    return [
        (row["criterion"], [(row[name], cites.get(f"{place} {name}", "")) for name in SHARES])
        for place, row in enumerate(rows)
    ]


def _same(result: weighing.Weighed, taken: Weighing) -> bool:
    """Say whether what is on the page is what was filed."""
    names = ("score", "ranking", "stability", "by_group")
    if any(outcome_of(taken.ranking.record, name) != result.ranking.outcomes[name] for name in names):
        return False
    if result.robustness is None or taken.robustness is None:
        return result.robustness is None and taken.robustness is None
    return bool(outcome_of(taken.robustness.record, "regret") == result.robustness.outcomes["regret"])


@login_required
@require_POST
def set_weights(request: SignedInRequest, project: str) -> HttpResponse:
    """Keep anchors and points and show the preview again."""
    found = project_to_edit(request.user, project)
    form = _form(found, request.POST)
    if form.is_valid():
        try:
            not_while_open(found)
            weighing.set_weighing(found, *form.told())
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("decisions:weigh", found.slug)
    return _weigh(request, found, form)


@login_required
@require_POST
def take_over(request: SignedInRequest, project: str) -> HttpResponse:
    """Take the weighing over as evidence."""
    found = project_to_edit(request.user, project)
    try:
        weighing.take_over(found, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, _("The weighing is filed. Every figure in it leads to its source."))
    return redirect("decisions:weigh", found.slug)


@require_safe
def paper(request: HttpRequest, project: str) -> HttpResponse:
    """Show the council paper as it would be made now, and the papers made so far."""
    found = project_for(request.user, project)
    form = PaperForm(initial=papers.draft_of(found))
    context = frame(
        request, found, form=form, paper=papers.council_paper(found, get_language() or "de"),
        made=PaperVersion.objects.filter(project=found).select_related("filing__record"),
        decisions=CouncilDecision.objects.filter(project=found),
        decision_form=CouncilDecisionForm(auto_id="decision_%s"),
        may_decide=may(request.user, RECORD_DECISION, found.organisation),
    )  # fmt: skip
    return render(request, "decisions/paper.html", context)


@login_required
@require_POST
def keep_draft(request: SignedInRequest, project: str) -> HttpResponse:
    """Keep the typed fields of the paper."""
    found = project_to_edit(request.user, project)
    form = PaperForm(request.POST)
    if form.is_valid():
        try:
            papers.keep_draft(found, form.cleaned_data)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The fields are kept."))
            return redirect("decisions:paper", found.slug)
    return render(request, "decisions/draft.html", frame(request, found, form=form))


@login_required
@require_POST
def make_paper(request: SignedInRequest, project: str) -> HttpResponse:
    """Make PDF and Word file from what is known now."""
    found = project_to_edit(request.user, project)
    papers.make_paper(found, get_language() or "de", by=request.user)
    return redirect("decisions:paper", found.slug)


@require_safe
def download(request: HttpRequest, project: str, number: int, form: str) -> HttpResponse:
    """Hand a paper out."""
    found = project_for(request.user, project)
    version = get_object_or_404(PaperVersion, project=found, number=number)
    if form not in TYPES:
        raise Http404
    digest = version.filing.record.as_record.content["outcomes"][form]["digest"]
    stored = get_object_or_404(version.filing.record.files, sha256=digest)
    response = HttpResponse(read_file(stored), content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-{number}.{form}"'
    return response


@login_required
def check(request: SignedInRequest, project: str) -> HttpResponse:
    """Say which figures of a working copy no longer match."""
    found = project_for(request.user, project)
    form = CheckForm(request.POST or None, request.FILES or None)
    figures = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            figures = papers.check_paper(file.read(), file.name, Record.objects.visible_to(request.user))
        except HksError as error:
            form.add_error("file", translated(error))
    stale = [figure for figure in figures or [] if figure.why]
    return render(request, "decisions/check.html", frame(request, found, form=form, figures=figures, stale=stale))


@login_required
@require_POST
def decide(request: SignedInRequest, project: str) -> HttpResponse:
    """Enter what the council decided."""
    found = project_for(request.user, project, to=RECORD_DECISION)
    form = CouncilDecisionForm(request.POST)
    if form.is_valid():
        try:
            record_decision(found, by=request.user, **form.cleaned_data)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("decisions:paper", found.slug)
    return render(request, "decisions/decide.html", frame(request, found, form=form))
