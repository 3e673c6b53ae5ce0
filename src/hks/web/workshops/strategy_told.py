"""What wall, phones, pages and minutes tell of a strategy workshop."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import localdate as today
from django.utils.translation import gettext as _

from hks.core.evidence import citation
from hks.web.accounts.permissions import Person
from hks.web.evidence.services import outcome_of
from hks.web.projects.commitments import BETWEEN, bodies_of
from hks.web.projects.goals import newest_values, place_of
from hks.web.projects.goals_told import kind_name, shown_digits
from hks.web.projects.models import BudgetLine, Goal, GoalTree, Task
from hks.web.projects.views import options_of
from hks.web.regions.models import IndicatorValue
from hks.web.regions.situation import DIGITS
from hks.web.workshops.models import Card, Dot, DraftGoal, DraftMeasure, Participant, Promise, Step, Workshop
from hks.web.workshops.phones import DOTS
from hks.web.workshops.strategy import swot_of
from hks.workbench.region import INDICATORS, Indicator

Hung = tuple[Card, int, str, list[Card]]  # a card, its dots, what they cite once the workshop ended, cards below it


@dataclass
class Wanted:
    """A goal of the room or of the town, what it is measured by, and what is to be done for it."""

    title: str
    draft: DraftGoal | None = None
    goal: Goal | None = None
    indicator: Indicator | None = None
    value: IndicatorValue | None = None
    target_citation: str = ""
    cards: list[Card] = field(default_factory=list)
    measures: list[tuple[DraftMeasure, str]] = field(default_factory=list)

    @property
    def digits(self) -> int:
        """Say how many decimals a value is shown with."""
        return DIGITS.get(self.indicator.unit, 0) if self.indicator else 0

    @property
    def link(self) -> int | None:
        """Return the goal of the town that it became, or is, as long as that is there."""
        goal = self.draft.became if self.draft is not None else self.goal
        return goal.pk if goal is not None and goal.binned_at is None else None

    @property
    def target_digits(self) -> int:
        """Show a target no more coarsely than it was written."""
        return shown_digits(self.draft.target or 0.0, self.digits) if self.draft else self.digits


def told_strategy(workshop: Workshop, step: str, user: Person = None, *, named: bool = True) -> dict[str, Any]:
    """Return what a screen shows at a step, once the workshop ended all of it; names are not for everyone."""
    told: dict[str, Any] = {}
    ended = workshop.finished or step == Step.END
    if ended or step in {Step.SWOT, Step.WEIGHTS, Step.GOALS}:
        told["swot"] = hung_of(workshop, order="" if ended else step)
    if step == Step.WEIGHTS:
        told["voted"] = Dot.objects.filter(participant__workshop=workshop).values("participant").distinct().count()
    if ended or step in {Step.GOALS, Step.MEASURES}:
        told["wanted"] = wanted_of(workshop, user)
    if ended:
        trees = GoalTree.objects.visible_to(user).select_related("organisation")
        told["tree"] = trees.filter(organisation=workshop.project.organisation_id).first()
    if ended or step == Step.AGREEMENTS:
        told["agreements"] = agreements_of(workshop, named=named)
    return told


@dataclass(frozen=True)
class Taken:
    """Who takes what on until when, as it is told."""

    who: str
    what: str
    due: datetime.date | None
    pk: int
    task: Task | None

    @property
    def overdue(self) -> bool:
        """Say whether the day has passed and it is not done."""
        return self.task is not None and self.task.done_on is None and (self.due or datetime.date.max) < today()


def agreements_of(workshop: Workshop, *, named: bool) -> list[Taken]:
    """Return who takes what on until when; without `named` a person has no name."""
    project = workshop.project
    bodies = {body.name.casefold() for body in bodies_of(project, options_of(project))}
    tasks = {(task.title, task.due): task for task in project.tasks.all()} if workshop.finished else {}
    rows = []
    for row in Promise.objects.filter(workshop=workshop, gone=False).select_related("person"):
        body, between, what = row.title.partition(BETWEEN)
        if row.name:
            body, what = row.name if named else _("a person of the room"), row.title
        elif not between or body.casefold() not in bodies:
            body, what = "", row.title
        rows.append(Taken(body, what, row.due, row.pk, tasks.get((row.title, row.due))))
    return rows


def hung_of(workshop: Workshop, *, order: str = "") -> list[tuple[str, str, list[Hung]]]:
    """Return the four fields with their cards, the most dots first.

    `order` is the step: while cards are written the newest comes first, and while dots are placed they stand by name,
    as an order by dots would tell these too early.
    """
    fields = []
    counts = outcome_of(workshop.tally.record, "dots") if workshop.tally is not None else {}
    for name, rows in swot_of(workshop).items():
        known = len(counts.get(name, ())) == len(rows)
        hung = [
            (card, dots, citation(workshop.tally.record.digest, "outcomes", "dots", name, place)
             if workshop.tally is not None and known else "", below)
            for place, (card, dots, below) in enumerate(rows)
        ]  # fmt: skip
        if order == Step.SWOT:
            hung.sort(key=lambda row: -row[0].pk)
        if order == Step.WEIGHTS:
            hung.sort(key=lambda row: row[0].text.casefold())
        fields.append((name, str(Card.Field(name).label), hung))
    return fields


def wanted_of(workshop: Workshop, user: Person = None) -> list[Wanted]:
    """Return the goals of the room, and those of the town for which the room wants something done."""
    drafts = list(
        DraftGoal.objects.filter(workshop=workshop, gone=False).select_related("above", "became__filing__record")
    )
    slugs = [draft.indicator for draft in drafts if draft.indicator]
    values = newest_values(place_of(workshop.project.organisation), user, slugs)
    cards = {card.pk: card for card in Card.objects.filter(workshop=workshop, gone=False)}
    rows = {draft.pk: _of_room(draft, values, cards) for draft in drafts}
    of_town: dict[int, Wanted] = {}
    measures = DraftMeasure.objects.filter(workshop=workshop, gone=False).select_related("goal")
    for measure in measures:
        told = (measure, line_name(workshop, measure.line))
        if measure.draft_id in rows:
            rows[measure.draft_id].measures.append(told)
        elif measure.goal is not None:
            row = of_town.setdefault(measure.goal.pk, Wanted(measure.goal.title, goal=measure.goal))
            row.measures.append(told)
    return [*rows.values(), *of_town.values()]


def _of_room(draft: DraftGoal, values: dict[str, IndicatorValue], cards: dict[int, Card]) -> Wanted:
    filing = draft.became.filing if draft.became is not None else None
    cited = citation(filing.record.digest, "outcomes", "target") if filing is not None else ""
    return Wanted(
        draft.title, draft, draft.became or draft.above, INDICATORS.get(draft.indicator), values.get(draft.indicator),
        cited, [cards[key] for key in draft.cards if key in cards],
    )  # fmt: skip


def line_name(workshop: Workshop, key: str) -> str:
    """Name the budget line of a choice of the form."""
    if not key or key.startswith("="):
        return key[1:]
    area, _between, kind = key.partition("-")
    line = BudgetLine.objects.filter(tree__organisation=workshop.project.organisation_id, area=area, kind=kind).first()
    return f"{line.area} {line.title}" if line else f"{area}, {kind_name(kind)}"


def on_phone(workshop: Workshop, phone: Participant) -> dict[str, Any]:
    """Return what a phone shows."""
    if workshop.step == Step.SWOT:
        return {"own": Card.objects.filter(workshop=workshop, participant=phone, gone=False),
                "fields": Card.Field.choices}  # fmt: skip
    if workshop.step == Step.WEIGHTS:
        chosen = set(Dot.objects.filter(participant=phone).values_list("card_id", flat=True))
        return {"swot": hung_of(workshop, order=Step.WEIGHTS), "chosen": chosen, "dots": DOTS}
    return {}
