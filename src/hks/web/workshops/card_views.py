"""From the question to the factors, for whoever leads: cards, dots, and what is chosen from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hks.core.errors import HksError
from hks.web.projects.permissions import project_to_edit
from hks.web.shell.translated import translated
from hks.web.workshops import phones, services
from hks.web.workshops.edits import Wish, edit
from hks.web.workshops.forms import BeginForm, BeginStrategyForm, FactorsForm, PaperCardsForm, whole
from hks.web.workshops.grid import MANY
from hks.web.workshops.growing import grow
from hks.web.workshops.live import factors_of
from hks.web.workshops.models import Card, Factor, Participant, Step, Workshop
from hks.web.workshops.phones import DOTS, ranked
from hks.web.workshops.told import told_on
from hks.web.workshops.views import led, led_frame, still_there, workshop_in

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest

MOST_PAPER_DOTS = 999


def only_here(request: HttpRequest) -> bool:
    """Say whether the address on the wall would lead a phone to itself."""
    return request.get_host().partition(":")[0] in {"localhost", "127.0.0.1"}


def to(workshop: Workshop, step: str) -> HttpResponse:
    """Lead to the page of a step."""
    return redirect(f"workshops:{step}", workshop.project.slug, workshop.pk)


@led
def question(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Show the code for the phones, and change question and year."""
    kind = BeginStrategyForm if workshop.strategy else BeginForm
    form = kind(request.POST) if request.method == "POST" else kind.about(workshop)
    if form.is_valid():
        try:
            services.settle(workshop, request.POST.get("seen"), **form.cleaned_data)
        except HksError as error:
            form.add_error(None, translated(error))
            workshop.refresh_from_db()
        else:
            return to(workshop, Step.QUESTION)
    inside = Participant.objects.filter(workshop=workshop, out=False).exclude(hashed="").order_by("number")
    context = led_frame(
        request,
        workshop,
        Step.QUESTION,
        form=form,
        alone=only_here(request),
        inside=inside,
        seen=services.as_settled(workshop),
    )
    return render(request, "workshops/question.html", context)


@login_required
@require_POST
def grow_on(request: SignedInRequest, project: str, pk: int) -> HttpResponse:
    """Go on with a short form in the full form."""
    workshop = workshop_in(project_to_edit(request.user, project), pk)
    try:
        grown = grow(workshop, by=request.user)
    except HksError as error:
        messages.error(request, translated(error))
        return redirect("workshops:page", project, pk)
    messages.success(request, _("Factors, ways and pictures are taken over. Add further factors, then judge."))
    return to(grown, Step.FACTORS)


@led
@require_POST
def new_code(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Give out a new code."""
    services.change_code(workshop, by=request.user)
    messages.success(request, _("The new code stands on the wall. Phones that are in the room stay."))
    return to(workshop, Step.QUESTION)


@led
@require_POST
def close_out(request: SignedInRequest, workshop: Workshop, phone: int) -> HttpResponse:
    """Close a phone out."""
    row = get_object_or_404(Participant, workshop=workshop, pk=phone, out=False)
    phones.close_out(workshop, row, by=request.user)
    messages.success(request, _("Phone %(n)s is closed out. If it may come back with the code, give out a new one.")
                     % {"n": row.number})  # fmt: skip
    return to(workshop, Step.QUESTION)


@led
@require_POST
def close_out_by_card(request: SignedInRequest, workshop: Workshop, card: int) -> HttpResponse:
    """Take a card away and close out the phone that wrote it; nobody learns which one it was."""
    row = still_there(Card, workshop, card)
    services.take_away(row, by=request.user)
    if row.participant is not None:
        phones.close_out(workshop, row.participant, by=request.user)
    messages.success(request, _("The card is taken away, and the phone that wrote it is closed out."))
    return to(workshop, Step.CARDS)


@led
def cards(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Show the cards, and type those from paper."""
    form = PaperCardsForm(request.POST or None)
    if form.is_valid():
        try:
            count = services.type_cards(workshop, form.cleaned_data["lines"], by=request.user)
        except HksError as error:
            form.add_error("lines", translated(error))
        else:
            messages.success(request, ngettext("%(n)s card is taken.", "%(n)s cards are taken.", count) % {"n": count})
            return to(workshop, Step.CARDS)
    context = led_frame(
        request, workshop, Step.CARDS, form=form, ranked=sorted(ranked(workshop), key=lambda r: r[0].pk)
    )
    return render(request, "workshops/cards.html", context)


@led
@require_POST
def merge(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Put cards that say the same together."""
    keys = [whole(key, 0, 10**9) for key in request.POST.getlist("card")]
    rows = Card.objects.filter(workshop=workshop, gone=False, merged_into=None, pk__in=[k for k in keys if k])
    services.merge(workshop, list(rows), by=request.user)
    return to(workshop, Step.CARDS)


@led
@require_POST
def remove_card(request: SignedInRequest, workshop: Workshop, card: int) -> HttpResponse:
    """Take a card away."""
    services.take_away(still_there(Card, workshop, card), by=request.user)
    return to(workshop, Step.CARDS)


def take_paper_dots(request: SignedInRequest, workshop: Workshop) -> None:
    """Take dots stuck on paper as they are typed; a number that was left as it was seen changes nothing.

    What somebody else typed since it was seen stays, and whoever leads is told.
    """
    rows = Card.objects.filter(workshop=workshop, gone=False)
    said = {card: request.POST.get(f"dots{card.pk}", "") for card in rows}
    typed = {c: whole(text, 0, MOST_PAPER_DOTS) for c, text in said.items() if text != request.POST.get(f"seen{c.pk}")}
    known = {card: n for card, n in typed.items() if n is not None and n != card.paper_dots}
    ahead = [card for card in known if request.POST.get(f"seen{card.pk}", str(card.paper_dots)) != str(card.paper_dots)]
    edit(workshop, [Wish(card, {"paper_dots": n}) for card, n in known.items() if card not in ahead], by=request.user)
    if ahead:
        messages.error(
            request, _("Somebody else changed this meanwhile. Please look at it again; nothing was overwritten.")
        )


@led
def votes(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Follow the vote, and type dots stuck on paper."""
    if request.method == "POST":
        take_paper_dots(request, workshop)
        return to(workshop, Step.VOTES)
    told = told_on(workshop, Step.VOTES)
    return render(request, "workshops/votes.html", led_frame(request, workshop, Step.VOTES, dots=DOTS, **told))


@led
def factors(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Choose from the cards with the most dots, and add factors of one's own."""
    form = FactorsForm(request.POST or None)
    ticked = request.POST.getlist("name")
    if form.is_valid():
        try:
            names = [*ticked, *form.cleaned_data["names"].splitlines()]
            services.choose_factors(workshop, names, by=request.user)
        except HksError as error:
            form.add_error("names", translated(error))
        else:
            return to(workshop, Step.FACTORS)
    chosen = factors_of(workshop)
    known = {factor.name.casefold() for factor, _ in chosen}
    rows = [
        (card, dots, card.text[:120].casefold() in known, card.text in ticked) for card, dots, _ in ranked(workshop)
    ]
    many = len(chosen)
    context = led_frame(request, workshop, Step.FACTORS, form=form, ranked=rows, factors=chosen,
                        sections=many * (many - 1), minutes=2 * many * (many - 1), many=many > MANY)  # fmt: skip
    return render(request, "workshops/factors.html", context)


@led
@require_POST
def remove_factor(request: SignedInRequest, workshop: Workshop, factor: int) -> HttpResponse:
    """Take a factor away."""
    services.take_away(still_there(Factor, workshop, factor), by=request.user)
    return to(workshop, Step.FACTORS)
