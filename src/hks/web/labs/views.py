"""What did the council decide, what came of it, what did we learn?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.core.evidence import citation
from hks.web.decisions.models import CouncilDecision
from hks.web.evidence.services import outcome_of
from hks.web.labs import services
from hks.web.labs.forms import LessonForm, MeasureForm, ReflectionForm
from hks.web.labs.models import Lesson, Measured, Reflection
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.translated import translated
from hks.workbench.inputs import Dataset

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

LESSON = "lesson_%s"  # beside the form of a reflection, which has a text, too


@require_safe
def act(request: HttpRequest, project: str) -> HttpResponse:
    """Show outcome, milestones, measurements, reflections and the lesson."""
    return _act(request, project_for(request.user, project))


def _act(request: HttpRequest, found: Project, **forms: Any) -> HttpResponse:
    lesson = Lesson.objects.filter(project=found).first()
    written = {"text": lesson.text, "carried_on_by": lesson.carried_on_by, "offered": lesson.offered} if lesson else {}
    empty = {
        "measure": MeasureForm(), "reflection": ReflectionForm(),
        "lesson_form": LessonForm(initial=written, auto_id=LESSON),
    }  # fmt: skip
    measured = Measured.objects.filter(project=found).select_related("filing__record")
    context = frame(
        request, found, lesson=lesson, measured=[(row, told(row)) for row in measured],
        decision=CouncilDecision.objects.filter(project=found).first(),
        reflections=Reflection.objects.filter(project=found),
        milestones=found.milestones.order_by("reached_on", "pk"),
        **empty | forms,
    )  # fmt: skip
    return render(request, "labs/act.html", context)


def told(row: Measured) -> dict[str, Any]:
    """Read a comparison with what its figures cite."""
    record = row.filing.record
    figures = {name: (outcome_of(record, name), citation(record.digest, "outcomes", name))
               for name in ("before", "after", "effect")}  # fmt: skip
    low, high = outcome_of(record, "interval")
    return {"figures": figures, "low": low, "high": high, "clear": low > 0 or high < 0}


@login_required
@require_POST
def measure(request: SignedInRequest, project: str) -> HttpResponse:
    """Take measurements in."""
    found = project_to_edit(request.user, project)
    form = MeasureForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            dataset = Dataset(given["file"].name, given["file"].read())
            services.measure(found, given["what"], given["unit"], dataset, by=request.user)
        except HksError as error:
            form.add_error("file", translated(error))
        else:
            return redirect("labs:project", found.slug)
    return _act(request, found, measure=form)


@login_required
@require_POST
def reflect(request: SignedInRequest, project: str) -> HttpResponse:
    """Keep a reflection."""
    found = project_to_edit(request.user, project)
    form = ReflectionForm(request.POST)
    if not form.is_valid():
        return _act(request, found, reflection=form)
    services.reflect(found, form.cleaned_data["side"], form.cleaned_data["text"], by=request.user)
    return redirect("labs:project", found.slug)


@login_required
@require_POST
def lesson(request: SignedInRequest, project: str) -> HttpResponse:
    """Keep the lesson."""
    found = project_to_edit(request.user, project)
    form = LessonForm(request.POST, auto_id=LESSON)
    if not form.is_valid():
        return _act(request, found, lesson_form=form)
    services.write_lesson(found, by=request.user, **form.cleaned_data)
    return redirect("labs:project", found.slug)


@login_required
@require_POST
def close(request: SignedInRequest, project: str) -> HttpResponse:
    """Close the project."""
    found = project_to_edit(request.user, project)
    try:
        services.close(found, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    return redirect("labs:project", found.slug)


@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    """List the lessons that towns offer to others."""
    public = Project.objects.kept().filter(visibility=Project.Visibility.PUBLIC)
    rows = Lesson.objects.filter(offered=True, project__in=public).select_related("project__organisation")
    return render(request, "labs/lessons.html", {"rows": rows})
