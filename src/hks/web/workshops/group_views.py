"""Groups that judge in parallel: for whoever leads, and for the phones of a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.workshops import groups, phones
from hks.web.workshops.forms import whole
from hks.web.workshops.live import board_of, matrix_of
from hks.web.workshops.matrix_views import section_or_404
from hks.web.workshops.models import Factor, Participant, Step, Workshop
from hks.web.workshops.phone_views import spoken
from hks.web.workshops.views import led, led_frame

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest


@led
def judging(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Show where the groups lie apart and what each holds true; say in how many groups the room judges."""
    if request.method == "POST":
        groups.form_groups(workshop, whole(request.POST.get("groups"), 0, 99) or 0)
        return redirect("workshops:groups", workshop.project.slug, workshop.pk)
    matrix = matrix_of(workshop)
    board = board_of(workshop, matrix)
    told = groups.told_by_groups(workshop, matrix, board.scenarios if board else [])
    choices = [0, *range(groups.FEWEST_GROUPS, groups.MOST_GROUPS + 1)]
    context = led_frame(request, workshop, Step.JUDGEMENTS, choices=choices, matrix=matrix,
                        progress=groups.progress_by_group(workshop, matrix), ready=len(groups.ready(workshop)),
                        **told)  # fmt: skip
    return render(request, "workshops/groups.html", context)


@led
@require_POST
def reveal_ready(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Reveal what all groups have judged."""
    count = groups.reveal_ready(workshop, by=request.user)
    messages.success(request, ngettext("%(n)s section is revealed.", "%(n)s sections are revealed.", count)
                     % {"n": count})  # fmt: skip
    return redirect("workshops:groups", workshop.project.slug, workshop.pk)


@led
@require_POST
def again(request: SignedInRequest, workshop: Workshop, source: int, target: int) -> HttpResponse:
    """Let a section be judged once more."""
    phones.judge_again(workshop, section_or_404(workshop, source, target, phones.section_of), by=request.user)
    messages.success(request, _("This section is judged again; what was said before stands in the minutes."))
    return redirect("workshops:section", workshop.project.slug, workshop.pk, source, target)


@spoken
def sit_down(request: HttpRequest, phone: Participant) -> None:
    """Take the phone into a group."""
    chosen = whole(request.POST.get("group", ""), 0, groups.MOST_GROUPS)
    groups.sit_down(phone, -1 if chosen is None else chosen)


@spoken
def say_together(request: HttpRequest, phone: Participant) -> None:
    """Take what a group says about a section."""
    matrix = matrix_of(phone.workshop)
    found = pair_in(matrix.factors, request.POST.get("source", ""), request.POST.get("target", ""))
    if found is None:
        raise StateError(gettext_noop("The room has moved on; please reload this page."))
    names = [name for name in request.POST if name.startswith("j")]
    values = {name: whole(request.POST[name], -9, 9) or 0 for name in names}
    seen = whole(request.POST.get("seen", ""), 0, 10**9) or 0
    groups.say_together(phone, found, values, request.POST.get("reason", ""), seen)
    messages.success(request, _("Kept for your group. You can change it until it is revealed."))


def pair_in(factors: list[Factor], source: str, target: str) -> tuple[Factor, Factor] | None:
    """Find two different factors by their keys as a form sends them."""
    known = {factor.pk: factor for factor in factors}
    a, b = (known.get(whole(text, 1, 10**9) or 0) for text in (source, target))
    return (a, b) if a is not None and b is not None and a.pk != b.pk else None
