"""The strategy workshop: from strengths, weaknesses, opportunities and threats to goals, measures and agreements."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.web.projects import goals
from hks.web.projects.commitments import agreed
from hks.web.projects.goals_told import chosen_of, solutions_of
from hks.web.projects.models import Goal, GoalMeasure, GoalTree
from hks.web.projects.services import file_for, role_of
from hks.web.workshops import services
from hks.web.workshops.edits import Wish, edit, held
from hks.web.workshops.forms import typed
from hks.web.workshops.models import Card, Dot, DraftGoal, DraftMeasure, Participant, Promise, Step, Workshop
from hks.web.workshops.phones import hang_up, open_at, ranked
from hks.workbench.live_matrix import FEWEST_VOICES

if TYPE_CHECKING:
    from hks.web.accounts.models import User

LONGEST = Card._meta.get_field("text").max_length or 0
MOST_DRAFTS = 30  # our choice: more goals or measures than that nobody follows up
Swot = dict[str, list[tuple[Card, int, list[Card]]]]


def swot_of(workshop: Workshop) -> Swot:
    """Return the cards of each field with their dots and what was merged into them, the most dots first."""
    found: Swot = {field: [] for field in Card.Field.values}
    for card, dots, below in ranked(workshop):
        if card.field in found:
            found[card.field].append((card, dots, below))
    return found


def _one_card(text: str) -> str:
    """Read the text of one card.

    Raises
    ------
    InputError
        If it does not fit on a card.
    """
    said = " ".join(typed(text, len(text)).split())
    if len(said) > LONGEST:
        raise InputError(gettext_noop("A card holds %(most)s letters, this one has %(count)s; please shorten it."),
                         most=LONGEST, count=len(said))  # fmt: skip
    return said


def _known_field(field: str) -> str:
    if field not in Card.Field.values:
        raise InputError(gettext_noop("Please choose one of the four fields."))
    return field


@transaction.atomic
def write_card(phone: Participant, field: str, text: str) -> None:
    """Take a card for one of the four fields from a phone.

    Raises
    ------
    StateError
        If cards are not being collected.
    InputError
        If no field is chosen, nothing is written, it is too long, or the phone wrote its share.
    """
    hang_up(open_at(phone.workshop, Step.SWOT), phone, _one_card(text), _known_field(field))


@transaction.atomic
def type_cards(workshop: Workshop, field: str, lines: str, *, by: User | None) -> int:
    """Take cards of a field from paper, one a line; none of them if one does not fit."""
    now = held(workshop)
    texts = [text for line in lines.splitlines() if (text := _one_card(line))]
    if Card.objects.filter(workshop=now, gone=False).count() + len(texts) > services.MOST_CARDS:
        raise InputError(gettext_noop("Up to %(most)s cards can be kept; please merge some first."),
                         most=services.MOST_CARDS)  # fmt: skip
    known = _known_field(field)
    edit(now, [Wish(Card(workshop=now, text=text, field=known), {}) for text in texts], by=by)
    return len(texts)


def merge(workshop: Workshop, cards: Sequence[Card], *, by: User | None) -> None:
    """Put cards of one field that say the same together.

    Raises
    ------
    InputError
        If they hang in different fields, or fewer than two are chosen.
    """
    if len({card.field for card in cards}) > 1:
        raise InputError(gettext_noop("Only cards of one field can be put together; please move a card first."))
    services.merge(workshop, cards, by=by)


@transaction.atomic
def move(card: Card, field: str, *, by: User | None) -> None:
    """Hang a card, with those that say the same, into another field."""
    known = _known_field(field)
    below = Card.objects.filter(workshop=card.workshop_id, merged_into=card, gone=False)
    edit(card.workshop, [Wish(one, {"field": known}) for one in (card, *below)], by=by)


@transaction.atomic
def draft_goal(workshop: Workshop, said: dict[str, Any], *, by: User | None) -> DraftGoal:
    """Write down a goal that the room wants, checked as the town's own goals are.

    Raises
    ------
    InputError
        If what it is measured by does not fit, or there are too many.
    """
    now = held(workshop)
    if DraftGoal.objects.filter(workshop=now, gone=False).count() >= MOST_DRAFTS:
        raise InputError(gettext_noop("Up to %(most)s goals can be written down in one workshop."), most=MOST_DRAFTS)
    if said.get("indicator") or said.get("target") is not None or said.get("year") is not None:
        goals.check_aim(now.project.organisation, said.get("indicator", ""), said.get("target"), said.get("year"), by)
    row = DraftGoal(workshop=now, **said)
    edit(now, [Wish(row, {})], by=by)
    return row


@transaction.atomic
def draft_measure(workshop: Workshop, said: dict[str, Any], *, by: User | None) -> DraftMeasure:
    """Write down what is to be done for a goal.

    Raises
    ------
    InputError
        If there are too many.
    """
    now = held(workshop)
    if DraftMeasure.objects.filter(workshop=now, gone=False).count() >= MOST_DRAFTS:
        raise InputError(gettext_noop("Up to %(most)s measures can be written down in one workshop."), most=MOST_DRAFTS)
    row = DraftMeasure(workshop=now, **said)
    edit(now, [Wish(row, {})], by=by)
    return row


@transaction.atomic
def take_goal_away(row: DraftGoal, *, by: User | None) -> None:
    """Take a goal away with its measures; undoing brings them back."""
    below = [*DraftMeasure.objects.filter(draft=row, gone=False), *DraftGoal.objects.filter(draft=row, gone=False)]
    wishes = [Wish(one, {"gone": True} if isinstance(one, DraftMeasure) else {"draft_id": None}) for one in below]
    edit(row.workshop, [Wish(row, {"gone": True}), *wishes], by=by)


def agree(
    workshop: Workshop, what: str, due: datetime.date | None, *, by: User | None, body: str = "",
    person: User | None = None, who: str = "",
) -> None:  # fmt: skip
    """Write down who takes what on until when.

    Raises
    ------
    InputError
        If nobody takes it on, or the day is missing or has passed.
    """
    one = agreed(workshop.project, what, due, body=body, person=person, who=who)
    row = Promise(workshop=workshop, title=one.title, due=one.due, person=one.person, who=one.who)
    edit(workshop, [Wish(row, {})], by=by)


@transaction.atomic
def finish(workshop: Workshop, *, by: User | None) -> None:
    """End a strategy workshop: its goals and measures go into the town's goals, its agreements become tasks.

    Raises
    ------
    StateError
        If it is finished already.
    InputError
        If a goal does not fit among the town's goals any more.
    """
    now = held(workshop)
    tree = goals.tree_of(now.project.organisation)
    became = _plant_goals(now, tree, by)
    _plant_measures(now, tree, became, by)
    _file_dots(now, by)
    services.finish(now, by=by)


def _plant_goals(workshop: Workshop, tree: GoalTree, by: User | None) -> dict[int, Goal]:
    """Write the goals of the room among those of the town, each after the one above it."""
    waiting = list(DraftGoal.objects.filter(workshop=workshop, gone=False).select_related("above"))
    became: dict[int, Goal] = {}
    while waiting:
        keys = {row.pk for row in waiting}
        ready = [row for row in waiting if row.draft_id not in keys] or waiting
        for row in ready:
            above = row.above if row.above is not None and row.above.binned_at is None else None
            row.became = became[row.pk] = goals.add_goal(
                tree, by=by, title=row.title, parent=became.get(row.draft_id or 0, above),
                indicator=row.indicator, target=row.target, year=row.year,
            )  # fmt: skip
            row.save(update_fields=["became"])
        waiting = [row for row in waiting if row.pk not in became]
    return became


def _plant_measures(workshop: Workshop, tree: GoalTree, became: dict[int, Goal], by: User | None) -> None:
    offered = solutions_of(tree.organisation)
    rows = DraftMeasure.objects.filter(workshop=workshop, gone=False).select_related("goal")
    for row in rows:
        goal = became.get(row.draft_id or 0, row.goal)
        if goal is None or goal.binned_at is not None:
            continue
        line = goals.line_for(tree, row.line, "", by=by)
        chosen = chosen_of(row.solution, offered)
        measure: GoalMeasure = goals.add_measure(goal, by=by, title=row.title, line=line, **chosen)
        row.goal = measure.goal
        row.save(update_fields=["goal"])


def _file_dots(workshop: Workshop, by: User | None) -> None:
    """File how many dots the cards of each field have, by their places; from one to four phones tell too much."""
    voted = Dot.objects.filter(participant__workshop=workshop).values("participant").distinct().count()
    counts = {field: [dots for _card, dots, _below in rows] for field, rows in swot_of(workshop).items()}
    if 0 < voted < FEWEST_VOICES or not any(any(row) for row in counts.values()):
        return
    values = {"role": role_of(by, workshop.project), "workshop": workshop.number}
    record = evidence.record("tally", method="workshop-swot 1", values=values,
                             outcomes={"dots": {"unit": "1", "value": counts}})  # fmt: skip
    title = f"{workshop.project.title}: {workshop.question}"
    workshop.tally = file_for(workshop.project, record, title, by=by)
    workshop.save(update_fields=["tally"])
