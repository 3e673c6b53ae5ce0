"""The workshops of a project, the frame of each step for those who lead, and the projector."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hks.core.errors import HksError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import may
from hks.web.accounts.roles import SEE_INTERNAL
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for, project_to_edit
from hks.web.projects.views import frame
from hks.web.shell.translated import translated
from hks.web.workshops import edits, ending, services
from hks.web.workshops.forms import BeginForm, whole
from hks.web.workshops.live import matrix_of
from hks.web.workshops.models import Factor, Piece, State, Step, Workshop
from hks.web.workshops.phones import phones_today
from hks.web.workshops.strategy_told import told_strategy
from hks.web.workshops.told import revealed_in, told_on
from hks.web.workshops.words import in_short

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

Led = Callable[..., HttpResponse]
Row = TypeVar("Row", bound=Piece)


def whole_page_if_signed_out(view: Led) -> Led:
    """Load the page anew where only a part of it was asked for: the form to sign in belongs into no part."""

    @wraps(view)
    def seen(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        if request.headers.get("HX-Request") and not request.user.is_authenticated:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return view(request, *given, **named)

    return seen


def led(view: Callable[..., HttpResponse]) -> Led:
    """Give a view the workshop of a project that the person may edit; what it refuses is told on the page before."""

    @whole_page_if_signed_out
    @login_required
    @never_cache
    @wraps(view)
    def found(request: SignedInRequest, project: str, pk: int, **more: Any) -> HttpResponse:
        place = project_to_edit(request.user, project)
        workshop = workshop_in(place, pk)
        if request.method != "POST":
            return view(request, workshop, **more)
        try:
            return view(request, workshop, **more)
        except HksError as error:
            messages.error(request, translated(error))
            return redirect(request.path if request.path.endswith(PAGES) else back_to(workshop))

    return found


def still_there(model: type[Row], workshop: Workshop, pk: int) -> Row:
    """Find a piece of a workshop.

    Raises
    ------
    StateError
        If somebody has taken it away.
    """
    row = get_object_or_404(model._default_manager.all(), workshop=workshop, pk=pk)
    if row.gone:
        raise StateError(gettext_noop("Somebody has taken this away meanwhile; undoing would bring it back."))
    return row


PAGES = tuple(f"/{step}/" for step in Step.values)


def workshop_in(project: Project, pk: int) -> Workshop:
    """Find a workshop of a project."""
    rows = Workshop.objects.select_related(
        "project__organisation",
        "source",
        "target",
        "solved__record",
        "grouped__record",
        "gridded__record",
        "ways__record",
        "minutes__record",
    )
    return get_object_or_404(rows, project=project, pk=pk)


def back_to(workshop: Workshop) -> str:
    """Return the page of the step that the room is at."""
    step = Step.AGREEMENTS if workshop.strategy and workshop.step == Step.END else workshop.step
    return reverse(f"workshops:{step}", args=[workshop.project.slug, workshop.pk])


def led_frame(request: SignedInRequest, workshop: Workshop, step: str, **more: Any) -> dict[str, Any]:
    """Give what every step shows to whoever leads."""
    batch = edits.last_batch(workshop)
    return {
        "project": workshop.project, "w": workshop, "here": step, "all_steps": workshop.steps, "batch": batch,
        "undone_next": in_short(batch, request.user.pk),
        "phones": phones_today(workshop), "following": following(workshop, step), **more,
    }  # fmt: skip


def following(workshop: Workshop, step: str) -> tuple[str, Any] | None:
    """Return the step after one."""
    later = Step.values[Step.values.index(step) + 1 :]
    return next((choice for choice in workshop.steps if choice[0] in later), None)


def index(request: HttpRequest, project: str) -> HttpResponse:
    """List the workshops of a project and begin another."""
    if request.method == "POST":
        return _begin(request, project)  # type: ignore[arg-type]
    found = project_for(request.user, project)
    return _index(request, found, BeginForm())


def _index(request: HttpRequest, found: Project, form: BeginForm) -> HttpResponse:
    rows = Workshop.objects.filter(project=found).order_by("-pk")
    return render(request, "workshops/index.html", frame(request, found, rows=rows, form=form))


@login_required
def _begin(request: SignedInRequest, project: str) -> HttpResponse:
    found = project_to_edit(request.user, project)
    form = BeginForm(request.POST)
    if form.is_valid():
        try:
            workshop = services.begin(found, by=request.user, **form.cleaned_data)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("workshops:question", found.slug, workshop.pk)
    return _index(request, found, form)


@require_safe
def page(request: HttpRequest, project: str, pk: int) -> HttpResponse:
    """Show what came of a workshop; whoever leads a running one goes on where the room is."""
    found = project_for(request.user, project)
    workshop = workshop_in(found, pk)
    context = frame(request, found)
    if context["may_edit"] and not workshop.finished:
        return redirect(back_to(workshop))
    if workshop.strategy:
        told = told_strategy(
            workshop, Step.END, request.user, named=may(request.user, SEE_INTERNAL, found.organisation)
        )
        return render(request, "workshops/strategy_page.html", context | {"w": workshop} | told)
    told = {"sections": revealed_in(workshop), **told_on(workshop, Step.END)} if workshop.finished else {}
    return render(request, "workshops/page.html", context | {"w": workshop} | told)


@led
@require_POST
def show(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Show a step on projector and phones."""
    step = request.POST.get("step", "")
    what: dict[str, Any] = {}
    if step == Step.JUDGEMENTS and "source" in request.POST:
        factors = Factor.objects.filter(workshop=workshop, gone=False)
        pair = [get_object_or_404(factors, pk=whole(request.POST.get(side), 0, 10**9)) for side in ("source", "target")]
        what = {"source": pair[0], "target": pair[1]}
    if step == Step.WHY:
        keys = [whole(key, 0, 10**9) for key in request.POST.getlist("state")]
        if keys:
            what = {"focus": keys if matrix_of(workshop).places([k for k in keys if k is not None]) else []}
        what["changed"] = State.objects.filter(
            workshop=workshop, gone=False, pk=whole(request.POST.get("changed", ""), 1, 10**9) or 0
        ).first()
    services.show(workshop, step, **what)
    if what and step == Step.JUDGEMENTS:
        return redirect("workshops:section", workshop.project.slug, workshop.pk, pair[0].pk, pair[1].pk)
    return redirect(f"workshops:{step}", workshop.project.slug, workshop.pk)


@led
@require_POST
def clock(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Start or stop the clock of the step."""
    minutes = whole(request.POST.get("minutes", ""), -9, 9999)
    services.set_clock(workshop, -1 if minutes is None else minutes)
    return redirect(_came_from(request, workshop))


@led
@require_POST
def undo(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Take the last edits back."""
    edits.undo(workshop, whole(request.POST.get("batch"), 0, 10**9) or 0)
    return redirect(_came_from(request, workshop))


def _came_from(request: HttpRequest, workshop: Workshop) -> str:
    """Return the page of this workshop that a form names, else that of the step."""
    came = request.POST.get("here", "")
    known = came.startswith(reverse("workshops:page", args=[workshop.project.slug, workshop.pk]))
    return came if known else back_to(workshop)


@led
@require_POST
def finish(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """End the workshop."""
    ending.end(workshop, by=request.user, language=get_language() or "de")
    return redirect("workshops:page", workshop.project.slug, workshop.pk)


@led
@require_safe
def screen(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Show the room where it is, in large type."""
    return render(request, "workshops/screen.html", _screen(request, workshop))


@led
@require_safe
def screen_now(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Answer with the screen as it is now, or with nothing where nothing has changed."""
    if request.GET.get("v") == str(workshop.version):
        return HttpResponse(status=204)
    return render(request, "workshops/_screen.html", _screen(request, workshop))


def _screen(request: HttpRequest, workshop: Workshop) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("workshops:join"))
    qr = square(f"{address}#{workshop.code}") if workshop.code else ""
    seen = {"w": workshop, "address": address, "phones": phones_today(workshop), "qr": qr}
    if workshop.strategy:
        return seen | told_strategy(workshop, workshop.step, request.user)
    return seen | told_on(workshop, workshop.step)


def square(text: str) -> str:
    """Draw a text as a QR code that a page can show; behind '#' it never reaches a server or its log."""
    import segno

    return str(segno.make(text, error="m").svg_data_uri(scale=6, border=2))
