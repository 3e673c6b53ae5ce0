"""Which solution holds in which future? Order many runs, read what came out, take it over into the weighing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.models import Record
from hks.web.evidence.services import file_of
from hks.web.jobs.models import Job
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.translated import translated
from hks.web.studies import ensembles as services
from hks.web.studies.ensemble_forms import EnsembleForm
from hks.web.studies.ensemble_told import told
from hks.web.studies.tasks import enqueue
from hks.web.studies.views import base_or_problem, residents_of

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest


@require_safe
def page(request: HttpRequest, project: str) -> HttpResponse:
    """Show what the newest ensemble told, and the form for another."""
    found = project_for(request.user, project)
    return _page(request, found, _form(found))


def _form(project: Project, data: Any = None) -> EnsembleForm:
    base, _problem = base_or_problem(project)
    last = services.ensembles_of(project).first()
    return EnsembleForm(services.versions_of(project), data, base=base, initial=said_before(project, last))


def said_before(project: Project, last: Job | None) -> dict[str, Any]:
    """Return what the last order said, so that nobody types it twice; at first what the projections were told."""
    if last is None:
        known = residents_of(project)
        return {"residents": known} if known else {}
    options = {
        f"{key}_{name}": value for key, sets in last.arguments["options"].items() for name, value in sets.items()
    }
    values = {name: round(value) for name, value in last.arguments["values"].items()}
    return {**values, **options, "runs": max(last.arguments["runs"], services.USUAL_RUNS)}


def _page(request: HttpRequest, project: Project, form: EnsembleForm) -> HttpResponse:
    orders = services.ensembles_of(project)
    newest, done = orders.first(), orders.filter(status=Job.Status.DONE).first()
    runs = may(request.user, RUN_METHOD, project.organisation) and not project.closed
    context = frame(
        request, project, form=form, may_run=runs, missing=missing_in(project), job=newest if runs else None,
        done=done, told=told(project, done) if done and done.record else None,
    )  # fmt: skip
    return render(request, "studies/ensemble.html", context)


def missing_in(project: Project) -> str:
    """Say what is missing before anything can be tried."""
    if not project.scenarios.exists():
        return _("Please describe a future first.")
    if not project.options.exists():
        return _("Please describe a solution first.")
    _base, problem = base_or_problem(project)
    try:
        services.budget_of(project)
    except HksError as error:
        return problem or translated(error)
    return problem


@login_required
@require_POST
def order(request: SignedInRequest, project: str) -> HttpResponse:
    """Order an ensemble."""
    found = project_for(request.user, project, to=RUN_METHOD)
    form = _form(found, request.POST)
    if form.is_valid():
        try:
            services.order_ensemble(
                found, form.values(), form.options(), form.cleaned_data["runs"], by=request.user, enqueue=enqueue
            )
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, _("The ensemble is being computed. You may leave this page."))
            return redirect("studies:ensemble", found.slug)
    return _page(request, found, form)


def _finished(project: Project, pk: int) -> tuple[Job, Record]:
    job = get_object_or_404(services.ensembles_of(project).filter(status=Job.Status.DONE), pk=pk)
    if job.record is None:
        raise Http404
    return job, job.record


@require_safe
def cases(request: HttpRequest, project: str, pk: int) -> HttpResponse:
    """Give all runs as a table."""
    found = project_for(request.user, project)
    _job, record = _finished(found, pk)
    rows = Record.objects.get(digest=record.as_record.parents["cases"])
    response = HttpResponse(file_of(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-ensemble-{pk}.csv"'
    return response


@login_required
@require_POST
def take_over(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Make what came out the effects of the solutions."""
    found = project_to_edit(request.user, project)
    job, _record = _finished(found, pk)
    try:
        written = services.take_over(found, job, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
        return redirect("studies:ensemble", found.slug)
    messages.success(request, _("Figures taken over as effects: %(count)s.") % {"count": written})
    return redirect("decisions:weigh", found.slug)
