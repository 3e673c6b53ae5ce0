"""The influence grid, for whoever leads and for phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hks.core.errors import HksError, StateError
from hks.core.messages import gettext_noop
from hks.web.shell.translated import translated
from hks.web.workshops import grid
from hks.web.workshops.forms import whole
from hks.web.workshops.models import Factor, Participant, Step, Workshop
from hks.web.workshops.phone_views import spoken
from hks.web.workshops.told import told_on
from hks.web.workshops.views import led, led_frame

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

Pairs = dict[tuple[int, int], int | None]


@led
def page(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Show the grid, and take strengths as they are typed."""
    refused, why = 0, ""
    if request.method == "POST":
        try:
            values, seen = _typed(request, workshop)
            refused = grid.enter(workshop, values, seen, by=request.user)
        except HksError as error:
            why = translated(error)
        if not (request.htmx or refused or why):  # type: ignore[attr-defined]
            return redirect("workshops:grid", workshop.project.slug, workshop.pk)
    context = led_frame(request, workshop, Step.GRID, refused=refused, why=why, **told_on(workshop, Step.GRID))
    context["lines"] = _lines(context["table"])
    context["seen"] = " ".join(f"{a}_{b}:{value:.0f}" for (a, b), value in context["table"].entered.items())
    return render(request, "workshops/_grid_kept.html" if request.htmx else "workshops/grid.html", context)  # type: ignore[attr-defined]


def _lines(table: grid.Table) -> list[tuple[Factor, list[tuple[Factor, float | None, bool]]]]:
    """Return the table of entries, row by row; on itself a factor exerts nothing."""
    return [(a, [(b, table.entered.get((a.pk, b.pk)), a.pk == b.pk) for b in table.factors]) for a in table.factors]


def _typed(request: HttpRequest, workshop: Workshop) -> tuple[Pairs, Pairs]:
    """Read what was typed and what it was typed over; half a number leaves a cell alone.

    Raises
    ------
    InputError
        If a strength lies outside 0 to 3.
    """
    keys = list(Factor.objects.filter(workshop=workshop, gone=False).values_list("pk", flat=True))
    seen: Pairs = {(a, b): None for a in keys for b in keys}
    for entry in request.POST.get("seen", "").split():
        pair, _sep, was = entry.partition(":")
        source, _sep, target = pair.partition("_")
        key = (whole(source, 1, 10**9) or 0, whole(target, 1, 10**9) or 0)
        if key in seen:
            seen[key] = whole(was, 0, grid.STRONG)
    values: Pairs = {}
    for a, b in seen:
        said = request.POST.get(f"p{a}_{b}")
        value = whole(said or "", -99, 99)
        if said is not None and (value is not None or not said.strip()):
            values[a, b] = value
    return values, seen


@led
@require_POST
def keep_factors(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Go on with the ticked factors."""
    ticked, listed = (
        [key for text in request.POST.getlist(name) if (key := whole(text, 1, 10**9))] for name in ("factor", "listed")
    )
    grid.keep_only(workshop, ticked, by=request.user, listed=listed or None)
    messages.success(request, _("The room goes on with the ticked factors."))
    return redirect("workshops:grid", workshop.project.slug, workshop.pk)


@spoken
def say_strengths(request: HttpRequest, phone: Participant) -> None:
    """Take what a phone says about how strongly a factor acts on the others."""
    rows = {factor.pk: factor for factor in Factor.objects.filter(workshop=phone.workshop_id, gone=False)}
    source = rows.get(whole(request.POST.get("source", ""), 1, 10**9) or 0)
    if source is None:
        raise StateError(gettext_noop("The room has moved on; please reload this page."))
    said = {key: whole(request.POST.get(f"t{key}", ""), -9, 9) for key in rows if f"t{key}" in request.POST}
    grid.say_strengths(phone, source, {key: -1 if value is None else value for key, value in said.items()})
    messages.success(request, _("Kept. You can change it as long as the room is at this step."))
