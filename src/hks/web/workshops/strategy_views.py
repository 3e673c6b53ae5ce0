"""The steps of a strategy workshop for whoever leads, and the card that a phone writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hks.core.errors import HksError
from hks.web.projects import goals
from hks.web.projects.commitments import bodies_of, members_of
from hks.web.projects.goal_views import offered_lines
from hks.web.projects.goals_told import solutions_of
from hks.web.projects.models import Goal, GoalTree
from hks.web.projects.permissions import project_to_edit
from hks.web.projects.views import frame, options_of
from hks.web.shell.translated import translated
from hks.web.workshops import services, strategy
from hks.web.workshops.card_views import take_paper_dots, to
from hks.web.workshops.forms import BeginStrategyForm, whole
from hks.web.workshops.models import Card, DraftGoal, DraftMeasure, Participant, Promise, Step, Workshop
from hks.web.workshops.phone_views import spoken
from hks.web.workshops.phones import DOTS
from hks.web.workshops.strategy_forms import (
    AgreementForm,
    DraftGoalForm,
    DraftMeasureForm,
    SwotCardsForm,
)
from hks.web.workshops.strategy_told import hung_of, told_strategy
from hks.web.workshops.views import led, led_frame, still_there
from hks.workbench.region import INDICATORS

if TYPE_CHECKING:
    from hks.web.accounts.views import SignedInRequest


@login_required
def begin(request: SignedInRequest, project: str) -> HttpResponse:
    """Begin a strategy workshop."""
    found = project_to_edit(request.user, project)
    form = BeginStrategyForm(request.POST or None)
    if form.is_valid():
        try:
            kind = Workshop.Kind.STRATEGY
            workshop = services.begin(found, by=request.user, kind=kind, **form.cleaned_data)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return redirect("workshops:question", found.slug, workshop.pk)
    return render(request, "workshops/strategy_begin.html", frame(request, found, form=form))


@led
def swot(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Show the four fields, and type cards from paper."""
    form = SwotCardsForm(request.POST or None)
    if form.is_valid():
        try:
            count = strategy.type_cards(
                workshop, form.cleaned_data["field"], form.cleaned_data["lines"], by=request.user
            )
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            messages.success(request, ngettext("%(n)s card is taken.", "%(n)s cards are taken.", count) % {"n": count})
            return to(workshop, Step.SWOT)
    context = led_frame(
        request, workshop, Step.SWOT, form=form, swot=hung_of(workshop, order=Step.SWOT), fields=Card.Field.choices
    )
    return render(request, "workshops/swot.html", context)


@led
@require_POST
def merge(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Put cards that say the same together."""
    keys = [whole(key, 0, 10**9) for key in request.POST.getlist("card")]
    rows = Card.objects.filter(workshop=workshop, gone=False, merged_into=None, pk__in=[k for k in keys if k])
    strategy.merge(workshop, list(rows), by=request.user)
    return to(workshop, Step.SWOT)


@led
@require_POST
def change_card(request: SignedInRequest, workshop: Workshop, card: int) -> HttpResponse:
    """Move a card into another field, or take it away."""
    row = still_there(Card, workshop, card)
    if request.POST.get("field"):
        strategy.move(row, request.POST["field"], by=request.user)
    else:
        services.take_away(row, by=request.user)
    return to(workshop, Step.SWOT)


@led
def weights(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Follow the dots, and type those stuck on paper."""
    if request.method == "POST":
        take_paper_dots(request, workshop)
        return to(workshop, Step.WEIGHTS)
    told = told_strategy(workshop, Step.WEIGHTS, request.user)
    context = led_frame(request, workshop, Step.WEIGHTS, dots=DOTS, **told)
    return render(request, "workshops/weights.html", context)


def _known(workshop: Workshop) -> tuple[Sequence[DraftGoal], Sequence[Goal]]:
    """Return the goals that the room has and those of the town."""
    drafts = DraftGoal.objects.filter(workshop=workshop, gone=False)
    tree = GoalTree.objects.filter(organisation=workshop.project.organisation_id).first()
    return list(drafts), list(tree.goals.filter(binned_at=None)) if tree else []


@led
def draft_goals(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Make goals of what weighs most."""
    values = goals.newest_values(goals.place_of(workshop.project.organisation), request.user, list(INDICATORS))
    form = DraftGoalForm(values, *_known(workshop), request.POST or None)
    ticked = {whole(key, 0, 10**9) for key in request.POST.getlist("card")}
    if form.is_valid():
        cards = Card.objects.filter(workshop=workshop, gone=False, pk__in=[key for key in ticked if key])
        try:
            said = form.said | {"cards": list(cards.values_list("pk", flat=True))}
            strategy.draft_goal(workshop, said, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return to(workshop, Step.GOALS)
    told = told_strategy(workshop, Step.GOALS, request.user)
    context = led_frame(request, workshop, Step.GOALS, form=form, ticked=ticked, **told)
    return render(request, "workshops/draft_goals.html", context)


@led
@require_POST
def remove_goal(request: SignedInRequest, workshop: Workshop, row: int) -> HttpResponse:
    """Take a goal of the room away."""
    found = still_there(DraftGoal, workshop, row)
    strategy.take_goal_away(found, by=request.user)
    return to(workshop, Step.GOALS)


@led
def draft_measures(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Say what is to be done for the goals, and which budget line pays it."""
    organisation = workshop.project.organisation
    drafts, of_town = _known(workshop)
    solutions = [(key, title) for key, (title, _row) in solutions_of(organisation).items()]
    tree = GoalTree.objects.filter(organisation=organisation).first()
    lines = offered_lines(request, organisation, tree)
    form = DraftMeasureForm(drafts, of_town, solutions, lines, request.POST or None)
    if form.is_valid():
        try:
            strategy.draft_measure(workshop, form.said, by=request.user)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return to(workshop, Step.MEASURES)
    told: dict[str, Any] = told_strategy(workshop, Step.MEASURES, request.user)
    context = led_frame(request, workshop, Step.MEASURES, form=form if drafts or of_town else None, **told)
    return render(request, "workshops/draft_measures.html", context)


@led
@require_POST
def remove_measure(request: SignedInRequest, workshop: Workshop, row: int) -> HttpResponse:
    """Take a measure of the room away."""
    found = still_there(DraftMeasure, workshop, row)
    services.take_away(found, by=request.user)
    return to(workshop, Step.MEASURES)


@led
def agreements(request: SignedInRequest, workshop: Workshop) -> HttpResponse:
    """Ask who takes what on until when, and end the workshop."""
    project = workshop.project
    bodies = [body.name for body in bodies_of(project, options_of(project))]
    form = AgreementForm(bodies, members_of(project.organisation), request.POST or None)
    if form.is_valid():
        try:
            strategy.agree(workshop, form.cleaned_data["title"], form.cleaned_data["due"], by=request.user, **form.said)
        except HksError as error:
            form.add_error(None, translated(error))
        else:
            return to(workshop, Step.AGREEMENTS)
    told = told_strategy(workshop, Step.AGREEMENTS, request.user)
    context = led_frame(request, workshop, Step.AGREEMENTS, form=form, **told)
    return render(request, "workshops/agreements.html", context)


@led
@require_POST
def remove_agreement(request: SignedInRequest, workshop: Workshop, row: int) -> HttpResponse:
    """Take an agreement away."""
    found = still_there(Promise, workshop, row)
    services.take_away(found, by=request.user)
    return to(workshop, Step.AGREEMENTS)


@spoken
def write_card(request: HttpRequest, phone: Participant) -> None:
    """Take a card for one of the four fields from a phone."""
    strategy.write_card(phone, request.POST.get("field", ""), request.POST.get("text", ""))
    messages.success(request, _("Your card hangs on the wall."))
