"""What fits together? A matrix, its consistent futures, what they mean, and those the project goes on with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.core.evidence import citation
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.translated import translated
from hks.web.studies import consistent as services
from hks.web.studies.forms import (
    DESCRIPTORS_FIELD,
    DescriptorsForm,
    JudgementsForm,
    MatrixForm,
    MeaningForm,
    ToleranceForm,
    descriptors_in,
)
from hks.workbench import futures

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

SHOWN = 50  # our choice: more rows are not compared by eye; the record holds all


@require_safe
def consistent(request: HttpRequest, project: str) -> HttpResponse:
    """Show the futures that fit together, why one holds, and those picked to go on with."""
    found = project_for(request.user, project)
    return _consistent(request, found, MatrixForm())


def _consistent(request: HttpRequest, project: Project, upload: MatrixForm, **more: Any) -> HttpResponse:
    now = services.consistent_of(project)
    if now is None:
        told = {"upload": upload, "descriptors": DescriptorsForm(), "workshops": services.workshops_of(project)}
        context = frame(request, project, **told, **more)
        return render(request, "studies/consistent.html", context)
    picked, problem = picked_in(request, now)
    meanings = services.meanings_of(project)
    places = sorted({*range(min(SHOWN, len(now.scenarios))), *picked})
    solved = (now.row.solved.record.digest, "outcomes")
    rows = [
        (place, futures.named(now.matrix, now.scenarios[place]),
         (now.consistency[place], citation(*solved, "consistency", place)),
         (now.total_impact[place], citation(*solved, "total_impact", place)))
        for place in places
    ]  # fmt: skip
    cards = [(place, states, futures.driven_by(states, meanings), services.title_of(project, states, meanings))
             for place in picked for states in [futures.named(now.matrix, now.scenarios[place])]]  # fmt: skip
    why = place_in(request, "why", now)
    context = frame(
        request, project, now=now, rows=rows, cards=cards, picked=picked, problem=problem, meanings=meanings,
        count=len(now.scenarios), shown=SHOWN, cited=citation(*solved, "count"),
        why=why, reasons=futures.reasons(now.matrix, now.scenarios[why]) if why is not None else None,
        upload=upload, descriptors=DescriptorsForm(), can_be_typed=futures.can_be_typed(now.matrix),
        tolerance=ToleranceForm(initial={"tolerance": now.row.tolerance}), drivers=futures.BOUND,
        workshops=services.workshops_of(project), **more,
    )  # fmt: skip
    return render(request, "studies/consistent.html", context)


def place_in(request: HttpRequest, name: str, now: services.Consistent) -> int | None:
    """Read the place of a future from the address."""
    text = request.GET.get(name, "")
    place = int(text) if text.isdecimal() and len(text) < 6 else len(now.scenarios)
    return place if place < len(now.scenarios) else None


def picked_in(request: HttpRequest, now: services.Consistent) -> tuple[list[int], str]:
    """Read which futures were ticked; without any, those that differ most."""
    many = request.GET.get("many", "")
    differ = now.diverse(int(many) if many in {"2", "3", "4"} else futures.MOST_CHOSEN)
    if "pick" not in request.GET:
        return differ, ""
    ticked = {text for text in request.GET.getlist("pick") if text.isdecimal() and len(text) < 6}
    places = sorted({int(text) for text in ticked if int(text) < len(now.scenarios)})
    if not futures.FEWEST_CHOSEN <= len(places) <= futures.MOST_CHOSEN:
        return differ, _("Please tick two to four futures. Shown are those that differ most.")
    return places, ""


@require_safe
def plan_part(request: HttpRequest, project: str) -> HttpResponse:
    """Give the futures and what their states mean as a file for the terminal."""
    found = project_for(request.user, project)
    try:
        name, data = services.as_plan_part(found)
    except HksError as error:
        raise Http404(translated(error)) from None
    response = HttpResponse(data, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_POST
def load(request: SignedInRequest, project: str) -> HttpResponse:
    """Take a matrix in as a file and solve it."""
    found = project_to_edit(request.user, project)
    form = MatrixForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.keep_matrix(found, form.dataset(), 0.0, by=request.user)
        except HksError as error:
            form.add_error("file", translated(error))
        else:
            return redirect("studies:consistent", found.slug)
    return _consistent(request, found, form)


@login_required
@require_POST
def from_workshop(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Go on with the matrix of a workshop."""
    found = project_to_edit(request.user, project)
    try:
        services.take_from_workshop(get_object_or_404(services.workshops_of(found), pk=pk), by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    else:
        messages.success(request, _("The matrix of the workshop is taken over as the next version."))
    return redirect("studies:consistent", found.slug)


@login_required
@require_POST
def solve(request: SignedInRequest, project: str) -> HttpResponse:
    """Solve the matrix with another tolerance."""
    found = project_to_edit(request.user, project)
    form = ToleranceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The accepted inconsistency is a number from 0 to 1000."))
        return redirect("studies:consistent", found.slug)
    try:
        services.solve_again(found, form.cleaned_data["tolerance"], by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
    return redirect("studies:consistent", found.slug)


@login_required
def judgements(request: SignedInRequest, project: str) -> HttpResponse:
    """Ask for the judgements of a small matrix in a table."""
    found = project_to_edit(request.user, project)
    now = services.consistent_of(found)
    known = known_judgements(now)
    if request.method == "POST":
        try:
            form = JudgementsForm(descriptors_in(request.POST.get(DESCRIPTORS_FIELD, "")), request.POST)
        except forms.ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect("studies:consistent", found.slug)
        if form.is_valid():
            try:
                tolerance = now.row.tolerance if now else 0.0
                services.keep_matrix(found, form.dataset(), tolerance, by=request.user)
            except HksError as error:
                form.add_error(None, translated(error))
            else:
                return redirect("studies:consistent", found.slug)
        return render(request, "studies/judgements.html", frame(request, found, form=form))
    if "text" in request.GET:
        begun = DescriptorsForm(request.GET)
        if not begun.is_valid():
            return render(request, "studies/judgements.html", frame(request, found, descriptors=begun))
        form = JudgementsForm(begun.cleaned_data["text"], known=known)
    elif now and futures.can_be_typed(now.matrix):
        pairs = zip(now.matrix.descriptors, now.matrix.states, strict=True)
        form = JudgementsForm([(name, list(states)) for name, states in pairs], known=known)
    else:
        return render(request, "studies/judgements.html", frame(request, found, descriptors=DescriptorsForm()))
    return render(request, "studies/judgements.html", frame(request, found, form=form))


def known_judgements(now: services.Consistent | None) -> dict[Any, int]:
    """Return the judgements of the present matrix by their two states, so that a changed table keeps them."""
    if now is None or not futures.can_be_typed(now.matrix):
        return {}
    pairs = zip(now.matrix.descriptors, now.matrix.states, strict=True)
    states = [(name, state) for name, group in pairs for state in group]
    return {
        (source, target): int(cell)
        for source, row in zip(states, now.matrix.impact, strict=True)
        for target, cell in zip(states, row, strict=True)
    }


@login_required
def meaning(request: SignedInRequest, project: str) -> HttpResponse:
    """Ask what the states mean for the projection."""
    found = project_to_edit(request.user, project)
    now = services.consistent_of(found)
    if now is None:
        raise Http404
    form = MeaningForm(now.matrix, request.POST or None, known=services.meanings_of(found))
    if form.is_valid():
        try:
            services.say_what_states_mean(found, form.values())
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("studies:consistent", found.slug)
    return render(request, "studies/meaning.html", frame(request, found, form=form, drivers=futures.BOUND.values()))


@login_required
@require_POST
def take_over(request: SignedInRequest, project: str) -> HttpResponse:
    """Make the picked futures those of the project."""
    found = project_to_edit(request.user, project)
    number = request.POST.get("number", "")
    places = [text for text in request.POST.getlist("pick") if text.isdecimal() and len(text) < 6]
    chosen = {int(text): request.POST.get(f"name{int(text)}", "").strip()[:80] for text in places}
    if not all(chosen.values()) or not number.isdecimal() or len(number) > 5:
        messages.error(request, _("Please give each future a name."))
        return redirect("studies:consistent", found.slug)
    try:
        services.take_over(found, int(number), chosen, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
        return redirect("studies:consistent", found.slug)
    messages.success(request, _("These are now futures of the project. Play them through."))
    return redirect("studies:project", found.slug)
