"""What fits together, why, the pictures the room goes on with, and what it takes home."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import EDIT_PROJECT, SEE_INTERNAL
from hks.web.evidence.models import StoredFile
from hks.web.evidence.services import read_file
from hks.web.projects.commitments import bodies_of, titled
from hks.web.projects.forms import TaskForm
from hks.web.projects.permissions import project_for
from hks.web.projects.views import options_of
from hks.web.shell.translated import translated
from hks.web.workshops import services
from hks.web.workshops.edits import as_seen
from hks.web.workshops.forms import LONGEST_NAME, LONGEST_STORY, ToleranceForm, fits, typed, whole
from hks.web.workshops.groups import matrices_of
from hks.web.workshops.live import matrix_of
from hks.web.workshops.minutes import minutes_of
from hks.web.workshops.models import Picture, Promise, Step, Workshop
from hks.web.workshops.strategy_minutes import strategy_minutes
from hks.web.workshops.told import pictures_of, promises_of, result_of, why_of
from hks.web.workshops.views import led, led_frame, still_there, workshop_in
from hks.workbench.futures import most_diverse
from hks.workbench.live_matrix import matrix_files, mean_file
from hks.workbench.papers.docx import docx
from hks.workbench.papers.pdf import pdf

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

RENDERERS = {"pdf": pdf, "docx": docx}
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@led
def result(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Show which futures fit together now, and set how much inconsistency is accepted."""
    form = ToleranceForm(request.POST or None, initial={"tolerance": workshop.tolerance})
    if form.is_valid():
        services.settle(workshop, tolerance=form.cleaned_data["tolerance"])
        return redirect("workshops:result", workshop.project.slug, workshop.pk)
    context = led_frame(request, workshop, Step.RESULT, form=form, **result_of(workshop, groups_too=True))
    return render(request, "workshops/result.html", context)


@led
@require_safe
def result_now(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Answer with the result as it is now, or with nothing where nothing has changed."""
    if request.GET.get("v") == str(workshop.version):
        return HttpResponse(status=204)
    return render(
        request,
        "workshops/_result.html",
        led_frame(request, workshop, Step.RESULT, **result_of(workshop, groups_too=True)),
    )


@led
@require_safe
def why(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Say why a future holds."""
    return render(request, "workshops/why.html", led_frame(request, workshop, Step.WHY, **why_of(workshop)))


@dataclass(frozen=True)
class Drawn:
    """One picture as it stands in the form: the keys of its states, their names, what was typed, and what is wrong."""

    keys: list[int]
    named: list[tuple[str, str]]
    name: str = ""
    story: str = ""
    mark: str = ""
    keep: bool = True
    why: str = ""


@led
def pictures(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Pick the futures that differ most, name them, tell their stories and mark them."""
    drawn, why = (_said(request, workshop), "") if request.method == "POST" else (_forms(request, workshop), "")
    if request.method == "POST" and not any(one.why for one in drawn):
        wanted = [{"states": d.keys, "name": d.name, "story": d.story, "mark": d.mark} for d in drawn if d.keep]
        try:
            services.keep_pictures(workshop, wanted, by=request.user, seen=request.POST.get("seen"))
        except HksError as error:
            why = translated(error)
        else:
            return redirect("workshops:pictures", workshop.project.slug, workshop.pk)
    seen = as_seen(picture for picture, _named, _holds in pictures_of(workshop))
    context = led_frame(request, workshop, Step.PICTURES, forms=drawn, marks=Picture.Mark.choices, why=why, seen=seen)
    return render(request, "workshops/pictures.html", context)


def _forms(request: HttpRequest, workshop: Workshop) -> list[Drawn]:
    """Return what may be kept: the pictures there are, else the futures that differ most."""
    kept = pictures_of(workshop)
    if kept and "many" not in request.GET:
        return [Drawn(p.states, named, p.name, p.story, p.mark) for p, named, _holds in kept]
    told = result_of(workshop)
    matrix, board = told["matrix"], told["board"]
    if board is None or not board.scenarios:
        return []
    many = whole(request.GET.get("many", "4"), 3, services.MOST_PICTURES) or 4
    picked = [board.scenarios[place] for place in most_diverse(board.scenarios, board.total_impact, many)]
    if workshop.light and len(board.scenarios) <= services.MOST_PICTURES:
        picked = board.scenarios
    known = {tuple(picture.states): picture for picture, _named, _holds in kept}
    rows = []
    for z in picked:
        old = known.get(tuple(matrix.keys(z)))
        text = (old.name, old.story, old.mark) if old else ("", "", "")
        rows.append(Drawn(matrix.keys(z), [(f.name, s.name) for f, s in matrix.named(z)], *text))
    return rows


def _said(request: HttpRequest, workshop: Workshop) -> list[Drawn]:
    """Read the pictures as they were typed, each with what is wrong about it."""
    matrix = matrix_of(workshop)
    valid = {state.pk: (f.name, state.name) for f in matrix.factors for state in matrix.states[f.pk]}
    rows: list[Drawn] = []
    for place in range(services.MOST_PICTURES):
        given = request.POST.getlist(f"state{place}")
        keys = [key for text in given if (key := whole(text, 1, 10**9)) is not None]
        if not given:
            continue
        mark = request.POST.get(f"mark{place}", "")
        one = Drawn(
            keys, [valid[key] for key in keys if key in valid], typed(request.POST.get(f"name{place}", "")),
            typed(request.POST.get(f"story{place}", "")), mark if mark in Picture.Mark.values else "",
            f"keep{place}" in request.POST,
        )  # fmt: skip
        gone = not keys or len(one.named) < len(given)
        rows.append(replace(one, why=_wrong(one, gone) if one.keep else ""))
    return rows


def _wrong(one: Drawn, gone: bool) -> str:
    """Say what is wrong about a picture that is to be kept."""
    if gone:
        return _(
            "The factors were changed meanwhile; this picture names a way that is gone. Copy its text, then reload."
        )
    if not one.name:
        return _("Please give this picture a name, or do not keep it.")
    try:
        fits(one.name, LONGEST_NAME)
        fits(one.story, LONGEST_STORY)
    except HksError as error:
        return translated(error)
    return ""


@led
def end(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Show what is kept before the workshop is ended, and ask who does what until when."""
    project = workshop.project
    form = TaskForm([body.name for body in bodies_of(project, options_of(project))], request.POST or None)
    if form.is_valid():
        try:
            title = titled(form.cleaned_data.get("who", ""), form.cleaned_data["title"])
            services.promise(workshop, title, form.cleaned_data["due"], by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("workshops:end", workshop.project.slug, workshop.pk)
    context = led_frame(request, workshop, Step.END, pictures=pictures_of(workshop), form=form,
                        promises=promises_of(workshop), **result_of(workshop))  # fmt: skip
    return render(request, "workshops/end.html", context)


@led
@require_POST
def break_promise(request: SignedInRequest, workshop: Workshop, promise: int) -> HttpResponse:
    """Take a promise away."""
    row = still_there(Promise, workshop, promise)
    services.take_away(row, by=request.user)
    return redirect("workshops:end", workshop.project.slug, workshop.pk)


@require_safe
def paper(request: HttpRequest, project: str, pk: int, form: str) -> HttpResponse:
    """Give the minutes of a finished workshop as PDF or DOCX."""
    found = project_for(request.user, project)
    workshop = workshop_in(found, pk)
    if form not in TYPES or not workshop.finished:
        raise Http404
    language = get_language() or "de"
    data = _filed(workshop, form, language)
    if data is None and workshop.strategy:
        named = may(request.user, SEE_INTERNAL, found.organisation)
        data = RENDERERS[form](strategy_minutes(workshop, language, request.user, named=named))
    elif data is None:
        data = RENDERERS[form](minutes_of(workshop, language))
    name = f"{found.slug}-workshop-{workshop.number}.{form}"
    return HttpResponse(
        data, content_type=TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _filed(workshop: Workshop, form: str, language: str) -> bytes | None:
    """Return the minutes as they were filed, where that was in the language of the page."""
    if workshop.minutes is None:
        return None
    content = workshop.minutes.record.as_record.content
    if content["values"]["language"] != language:
        return None
    return read_file(StoredFile.objects.get(sha256=content["outcomes"][form]["digest"]))


@require_safe
def matrix_file(request: HttpRequest, project: str, pk: int, form: str) -> HttpResponse:
    """Give the matrix in a form that others read, or the mean of the groups; who does not lead waits for the end."""
    found = project_for(request.user, project)
    workshop = workshop_in(found, pk)
    matrix = matrix_of(workshop)
    if form not in {"scw", "json"} or len(matrix.factors) < 2 or not (workshop.finished or leads(request, workshop)):
        raise Http404
    of_groups = "groups" in request.GET and form == "json" and workshop.groups > 0
    if of_groups:
        data = mean_file(matrix.descriptors, matrices_of(workshop, matrix))
    else:
        data = matrix_files(matrix.descriptors, matrix.rows)[form]
    name = f"{found.slug}-workshop-{workshop.number}{'-groups' if of_groups else ''}.{form}"
    kind = "application/json" if form == "json" else "text/plain"
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def leads(request: HttpRequest, workshop: Workshop) -> bool:
    """Say whether the person may lead the workshop."""
    return may(request.user, EDIT_PROJECT, workshop.project.organisation)
