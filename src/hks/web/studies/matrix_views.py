"""Where starts lead, what if, rough judgements, who drives whom, what agrees; the tableau to print, and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hks.core.errors import HksError
from hks.core.evidence import citation
from hks.core.method import Method
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import RUN_METHOD
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.forms import PlainForm
from hks.web.shell.translated import translated
from hks.web.studies import matrix_studies
from hks.web.studies.consistent import Consistent, consistent_of
from hks.web.studies.matrix_forms import AgreeForm, BasinsForm, RoughForm, WhatIfForm
from hks.web.studies.matrix_studies import BASINS, BUNDLES, INFLUENCE, SUCCESSION, UNCERTAINTY
from hks.web.studies.matrix_told import SHOWN, told_agreed, told_basins, told_influence, told_rough, told_what_if
from hks.web.studies.tasks import enqueue
from hks.workbench import futures
from hks.workbench.scenario_files import MATRIX_FORMS, Solved, futures_csv, futures_json, futures_xlsx

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest
    from hks.web.studies.cited import Cited

Tell = Callable[[Consistent, "Cited"], object]
TYPES = {
    "scw": "text/plain", "json": "application/json", "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
both_ways = require_http_methods(["GET", "HEAD", "POST"])


def _solved(request: HttpRequest, slug: str) -> tuple[Project, Consistent]:
    """Find the matrix of a project the person may see; whoever posts must be allowed to order calculations."""
    project = project_for(request.user, slug, to=RUN_METHOD if request.method == "POST" else "")
    now = consistent_of(project)
    if now is None:
        raise Http404
    return project, now


def _page(request: HttpRequest, project: Project, here: str, **more: Any) -> HttpResponse:
    may_file = may(request.user, RUN_METHOD, project.organisation) and not project.closed
    context = frame(request, project, here=here, may_file=may_file, **more)
    return render(request, f"studies/matrix_{here}.html", context)


def _study(
    request: HttpRequest, project: Project, now: Consistent, here: str, method: Method, tell: Tell,
    form: PlainForm | None, values: Mapping[str, object] | None,
) -> HttpResponse:  # fmt: skip
    """Show what a method says of the matrix; posted, it is filed. Without values there is nothing to say yet."""
    told: dict[str, Any] = {"form": form, "now": now, "job": matrix_studies.running(project, method)}
    if values is None:
        return _page(request, project, here, **told)
    try:
        if request.method == "POST":
            by = request.user if request.user.is_authenticated else None
            record = matrix_studies.take_over(project, now.dataset, method, values, by=by, enqueue=enqueue)
            done = _("This is filed. Every figure leads to its source.")
            messages.success(request, done if record else _("It is being computed. You may leave this page."))
            if not record:
                return redirect(request.path)
        given = matrix_studies.outcomes(project, now.dataset, method, values)
        told |= {"told": tell(now, given) if given else None, "slow": given is None}
    except HksError as error:
        told |= {"problem": translated(error)}
    return _page(request, project, here, **told)


def _asked(request: HttpRequest, name: str) -> Any:
    return request.POST if request.method == "POST" else request.GET if name in request.GET else None


def _values(form: PlainForm, proposed: Mapping[str, object]) -> Mapping[str, object] | None:
    if not form.is_bound:
        return proposed
    return form.cleaned_data if form.is_valid() else None


@both_ways
def basins(request: HttpRequest, project: str) -> HttpResponse:
    """Show how many starts lead to each future."""
    found, now = _solved(request, project)
    last = matrix_studies.last_asked(found, BASINS, now.dataset.digest) or matrix_studies.proposed(BASINS, now.matrix)
    form = BasinsForm(_asked(request, "starts"), last)
    return _study(request, found, now, "basins", BASINS, told_basins, form, _values(form, last))


@both_ways
def what_if(request: HttpRequest, project: str) -> HttpResponse:
    """Change a state of a future and follow where it leads."""
    found, now = _solved(request, project)
    form = WhatIfForm(_asked(request, "change"), now)
    values = form.values if form.is_bound and form.is_valid() else None
    return _study(request, found, now, "what_if", SUCCESSION, told_what_if, form, values)


@both_ways
def rough(request: HttpRequest, project: str) -> HttpResponse:
    """Show which futures hold although judgements are rough."""
    found, now = _solved(request, project)
    last = matrix_studies.last_asked(found, UNCERTAINTY, now.dataset.digest)
    last = last or matrix_studies.proposed(UNCERTAINTY, now.matrix, now.row.tolerance)
    form = RoughForm(_asked(request, "draws"), last)
    return _study(request, found, now, "rough", UNCERTAINTY, told_rough, form, _values(form, last))


@both_ways
def influence(request: HttpRequest, project: str) -> HttpResponse:
    """Show who drives whom."""
    found, now = _solved(request, project)
    return _study(request, found, now, "influence", INFLUENCE, lambda _now, given: told_influence(given), None, {})


@require_safe
def agree(request: HttpRequest, project: str) -> HttpResponse:
    """Show which combinations agree best, judged pair by pair."""
    return _agree(request, project_for(request.user, project), AgreeForm())


def _agree(request: HttpRequest, project: Project, form: AgreeForm) -> HttpResponse:
    last, told = matrix_studies.agreed_last(project), None
    if last is not None:
        dataset, given, values = last
        told = told_agreed(dataset.name, dataset.digest, futures.matrix_of(dataset), given, values)
    job = matrix_studies.running(project, BUNDLES)
    return _page(request, project, "agree", form=form, told=told, job=job, now=consistent_of(project))


@login_required
@require_POST
def load_pairs(request: SignedInRequest, project: str) -> HttpResponse:
    """Take judgements of pairs in as a file and search."""
    found = project_to_edit(request.user, project)
    form = AgreeForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            record = matrix_studies.agree(found, form.dataset(), form.values, by=request.user, enqueue=enqueue)
        except HksError as error:
            form.add_error("file", translated(error))
        else:
            done = _("This is filed. Every figure leads to its source.")
            messages.success(request, done if record else _("It is being computed. You may leave this page."))
            return redirect("studies:agree", found.slug)
    return _agree(request, found, form)


@require_safe
def sheet(request: HttpRequest, project: str) -> HttpResponse:
    """Show the tableau and one card for each future, to print."""
    found, now = _solved(request, project)
    solved = now.row.solved.record.digest
    rows = [
        (place, [(state, min(number, 3)) for (_name, state), number in zip(named, scenario, strict=True)])
        for place, scenario in enumerate(now.scenarios[:SHOWN])
        for named in [futures.named(now.matrix, scenario)]
    ]
    cards = [
        (place, futures.reasons(now.matrix, scenario),
         (now.consistency[place], citation(solved, "outcomes", "consistency", place)),
         (now.total_impact[place], citation(solved, "outcomes", "total_impact", place)))
        for place, scenario in enumerate(now.scenarios[:SHOWN])
    ]  # fmt: skip
    return _page(request, found, "sheet", now=now, rows=rows, cards=cards, count=len(now.scenarios), shown=SHOWN,
                 cited=citation(solved, "outcomes", "count"))  # fmt: skip


@require_safe
def matrix_file(request: HttpRequest, project: str, form: str) -> HttpResponse:
    """Give the matrix in a form that others read."""
    found, now = _solved(request, project)
    if form not in MATRIX_FORMS:
        raise Http404
    return _file(MATRIX_FORMS[form](now.matrix), f"{found.slug}-matrix-{now.row.number}", form)


@require_safe
def futures_file(request: HttpRequest, project: str, form: str) -> HttpResponse:
    """Give the futures as a table, as a workbook with the matrix, or as JSON."""
    found, now = _solved(request, project)
    solved = Solved(now.matrix, now.scenarios, now.consistency, now.total_impact, now.complete)
    words = (_("No."), _("Firmness"), _("Support"))
    writers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: futures_csv(solved, words),
        "xlsx": lambda: futures_xlsx(solved, words, (_("Futures"), _("Matrix"))),
        "json": lambda: futures_json(solved),
    }
    if form not in writers:
        raise Http404
    return _file(writers[form](), f"{found.slug}-futures-{now.row.number}", form)


def _file(data: bytes, name: str, form: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return HttpResponse(data, content_type=TYPES[form], headers=headers)
