"""Progress of a job as a fragment, and the wish to cancel it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from hks.web.jobs.models import Job
from hks.web.jobs.services import wish_cancel
from hks.web.shell.views import back_to


@login_required
@require_safe
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a job is; htmx asks again until it is over, then reloads the page around it."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    response = render(request, "jobs/state.html", {"job": job})
    if job.over:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a job to stop and go back to the page it belongs to."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    wish_cancel(job)
    return back_to(request, request.POST.get("next", ""))
