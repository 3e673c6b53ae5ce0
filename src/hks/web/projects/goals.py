"""Write a town's goals down: what each is measured by, what is done for it, and which budget line pays that."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Membership
from hks.web.accounts.permissions import Person, may
from hks.web.accounts.roles import EDIT_BUDGET, EDIT_PROJECT
from hks.web.evidence.models import Filing, Visibility
from hks.web.evidence.services import file_of, file_record, note, replace
from hks.web.projects.models import BudgetLine, Goal, GoalMeasure, GoalTree, Option, Project
from hks.web.regions.models import Dataset as Table
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.regions.situation import latest, latest_by_day
from hks.web.shell.translated import in_words
from hks.workbench.budgets import budget_lines
from hks.workbench.inputs import Dataset
from hks.workbench.region import INDICATORS

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

MOST_GOALS, MOST_MEASURES, DEEPEST = 80, 200, 4  # our choices: what one page can hold and a council can follow
LAST_YEAR = 2100  # our choice: no strategy looks further
LARGEST = 1e12  # our choice: beyond every budget and every population


def may_edit_goals(user: Person, organisation: Organisation) -> bool:
    """Say whether a person keeps the goals of an organisation: with its projects or with its budget."""
    return may(user, EDIT_PROJECT, organisation) or may(user, EDIT_BUDGET, organisation)


def where_i_keep_goals(user: Person) -> list[Organisation]:
    """Return the organisations whose goals the person keeps."""
    rows = [Membership.objects.who_may(what).filter(user=user.pk if user else None).select_related("organisation")
            for what in (EDIT_PROJECT, EDIT_BUDGET)]  # fmt: skip
    found = {row.organisation_id: row.organisation for each in rows for row in each}
    return sorted(found.values(), key=lambda organisation: organisation.name)


def tree_of(organisation: Organisation) -> GoalTree:
    """Return the tree of an organisation, an empty one where it has none yet."""
    return GoalTree.objects.get_or_create(organisation=organisation)[0]


def place_of(organisation: Organisation) -> Municipality | None:
    """Return the unit of the official statistics that an organisation stands for."""
    return Municipality.objects.select_related("parent__parent").filter(ags=organisation.ags or "-").first()


def newest_value(place: Municipality | None, user: Person, indicator: str) -> IndicatorValue | None:
    """Return the newest value of an indicator at the nearest level that has an official one."""
    return newest_values(place, user, [indicator]).get(indicator)


def newest_values(place: Municipality | None, user: Person, slugs: list[str]) -> dict[str, IndicatorValue]:
    """Return the newest value of each indicator that has one, at the nearest level with official figures."""
    if place is None:
        return {}
    places = place.upwards
    of_place = latest_by_day(places, user, set(slugs))
    found: dict[str, IndicatorValue] = {}
    for unit in places:
        for slug, values in of_place[unit.ags].items():
            value = latest(values)
            if slug not in found or (found[slug].second_hand and not value.second_hand):
                found[slug] = value
    return found


@transaction.atomic
def add_goal(tree: GoalTree, *, by: User | None, **said: Any) -> Goal:
    """Write a goal down.

    Parameters
    ----------
    tree : GoalTree
    title, why : str
    parent : Goal or None
        The goal that it is part of.
    indicator : str
        What it is measured by, may be empty.
    target : float or None
        In the unit of the indicator.
    year : int or None
        In which the target is to be reached.

    Raises
    ------
    InputError
        If the parent, the indicator, the target or the year does not fit, or there are too many goals.
    """
    if tree.goals.filter(binned_at=None).count() >= MOST_GOALS:
        raise InputError(gettext_noop("Up to %(most)s goals can be kept; please put some in the bin."), most=MOST_GOALS)
    goal = Goal(tree=tree, by=by)
    _write(goal, said, by)
    note(by, "write goal", f"goal {goal.pk}", tree.organisation)
    return goal


@transaction.atomic
def change_goal(goal: Goal, *, by: User | None, **said: Any) -> None:
    """Say a goal anew; an earlier target stays in the evidence, replaced by the new one."""
    _write(goal, said, by)
    note(by, "change goal", f"goal {goal.pk}", goal.tree.organisation)


def _write(goal: Goal, said: dict[str, Any], by: User | None) -> None:
    parent = said.get("parent")
    if parent is not None:
        _fits_below(goal, parent)
    goal.title, goal.why, goal.parent = said["title"], said.get("why", ""), parent
    aim = said.get("indicator", ""), said.get("target"), said.get("year")
    if goal.pk is None or aim != (goal.indicator, target_of(goal), goal.year):
        _aim_at(goal, *aim, by)
    goal.save()


def target_of(goal: Goal) -> float | None:
    """Return the target of a goal in the unit of its indicator."""
    if goal.filing is None:
        return None
    return float(goal.filing.record.as_record.content["outcomes"]["target"]["value"])


def _aim_at(goal: Goal, indicator: str, target: float | None, year: int | None, by: User | None) -> None:
    """Measure a goal anew, from the value of today; whoever only rewords it leaves its beginning as it was."""
    before = goal.filing
    goal.indicator, goal.year, goal.filing = indicator, year, None
    if indicator or target is not None or year is not None:
        goal.filing = _aim(goal, target, by)
    if before is not None and goal.filing is not None:
        replace(before, goal.filing)
    elif before is not None:
        Filing.objects.filter(pk=before.pk).update(visibility=Visibility.INTERNAL)  # no page shows it any more


def _fits_below(goal: Goal, parent: Goal) -> None:
    if parent.tree_id != goal.tree_id:
        raise InputError(gettext_noop("A goal belongs below a goal of the same town."))
    if parent.binned_at is not None:
        raise InputError(gettext_noop("“%(title)s” lies in the bin; please choose another goal."), title=parent.title)
    line: list[Goal] = []
    above: Goal | None = parent
    while above is not None:
        if goal.pk is not None and above.pk == goal.pk:
            raise InputError(gettext_noop("A goal cannot stand under itself; please choose another one above it."))
        line.append(above)
        above = above.parent
    if len(line) + _height(goal) > DEEPEST:
        raise InputError(gettext_noop("Goals stand at most %(most)s levels deep."), most=DEEPEST)


def _height(goal: Goal) -> int:
    return 1 + max((_height(part) for part in goal.parts.all()), default=0) if goal.pk else 1


def _aim(goal: Goal, target: float | None, by: User | None) -> Filing | None:
    """File the target together with the value that the town begins with."""
    organisation = goal.tree.organisation
    value = check_aim(organisation, goal.indicator, target, goal.year, by)
    if target is None:
        return None
    outcomes = {"target": {"unit": value.unit, "value": float(target)},
                "baseline": {"unit": value.unit, "value": value.value}}  # fmt: skip
    values = {"indicator": goal.indicator, "ags": value.municipality_id, "year": goal.year,
              "key_date": value.key_date.isoformat()}  # fmt: skip
    record = evidence.record(
        "judgement", method="goal 1", inputs={"figures": value.filing.record.digest}, values=values, outcomes=outcomes
    )
    title = f"{organisation}: {in_words(INDICATORS[goal.indicator].title)}, {goal.year}"
    return file_record(record, title, by=by, organisation=organisation, visibility=goal.tree.visibility)


def check_aim(
    organisation: Organisation, indicator: str, target: float | None, year: int | None, user: Person
) -> IndicatorValue:
    """Check what a goal is measured by, and return the value that it begins with.

    Raises
    ------
    InputError
        If the indicator has no figure here, the target is no number, or its year is missing or past.
    """
    if not indicator:
        raise InputError(gettext_noop("A target needs an indicator; please choose what the goal is measured by."))
    entry = INDICATORS.get(indicator)
    if entry is None:
        raise InputError(gettext_noop("There is no indicator '%(name)s'."), name=indicator[:60])
    value = newest_value(place_of(organisation), user, indicator)
    if value is None:
        raise InputError(
            gettext_noop("“%(title)s” has no figure of %(town)s, its district or its Land yet. Bring in the table"
                         " first, or choose another indicator."), title=entry.title, town=organisation.name,
        )  # fmt: skip
    if target is None and year is not None:
        raise InputError(gettext_noop("Please write which value is to be reached by %(year)s."), year=year)
    if target is not None and (not math.isfinite(target) or abs(target) > LARGEST):
        raise InputError(gettext_noop("The target is a number, as in 12.5."))
    if target is not None and year is None:
        raise InputError(gettext_noop("A target needs the year in which it is to be reached."))
    if year is not None and not value.key_date.year < year <= LAST_YEAR:
        raise InputError(
            gettext_noop("The year %(year)s does not fit: the newest value is of %(known)s; please write a later year,"
                         " up to %(last)s."), year=year, known=value.key_date.year, last=LAST_YEAR,
        )  # fmt: skip
    return value


@transaction.atomic
def add_measure(
    goal: Goal, *, by: User | None, title: str = "", project: Project | None = None, option: Option | None = None,
    line: BudgetLine | None = None,
) -> GoalMeasure:  # fmt: skip
    """Say what is done for a goal.

    Raises
    ------
    InputError
        If it has no name, or there are too many measures.
    StateError
        If the goal lies in the bin.
    """
    if goal.binned_at is not None:
        raise StateError(gettext_noop("“%(title)s” lies in the bin; please take it back first."), title=goal.title)
    if GoalMeasure.objects.filter(goal__tree=goal.tree_id, binned_at=None).count() >= MOST_MEASURES:
        raise InputError(gettext_noop("Up to %(most)s measures can be kept; please put some in the bin."),
                         most=MOST_MEASURES)  # fmt: skip
    measure = GoalMeasure(goal=goal, by=by)
    _write_measure(measure, title, project, option, line)
    note(by, "write measure of goal", f"goal {goal.pk}", goal.tree.organisation)
    return measure


@transaction.atomic
def change_measure(
    measure: GoalMeasure, *, by: User | None, title: str = "", project: Project | None = None,
    option: Option | None = None, line: BudgetLine | None = None,
) -> None:  # fmt: skip
    """Say anew what is done, and which budget line pays it."""
    _write_measure(measure, title, project, option, line)
    note(by, "change measure of goal", f"goal {measure.goal_id}", measure.goal.tree.organisation)


def _write_measure(
    measure: GoalMeasure, title: str, project: Project | None, option: Option | None, line: BudgetLine | None
) -> None:
    chosen = option.project if option is not None else project
    name = title or (option.current.title if option is not None else chosen.title if chosen is not None else "")
    if not name:
        raise InputError(gettext_noop("Please write what is done, or choose a solution of a project."))
    if chosen is not None and chosen.organisation_id != measure.goal.tree.organisation_id:
        raise InputError(gettext_noop("The project belongs to another organisation."))
    if line is not None and line.tree_id != measure.goal.tree_id:
        raise InputError(gettext_noop("The budget line belongs to another organisation."))
    measure.title, measure.project, measure.option, measure.line = name, chosen, option, line
    measure.save()


def set_aside(row: Goal | GoalMeasure, *, by: User | None) -> None:
    """Put a goal with all below it, or a measure, in the bin; it can be taken back for thirty days."""
    row.binned_at = timezone.now()
    row.save(update_fields=["binned_at"])
    note(by, "bin", _named(row), _organisation(row))


def take_back(row: Goal | GoalMeasure, *, by: User | None) -> None:
    """Undo putting something in the bin."""
    row.binned_at = None
    row.save(update_fields=["binned_at"])
    note(by, "take from bin", _named(row), _organisation(row))


def _named(row: Goal | GoalMeasure) -> str:
    return f"goal {row.pk}" if isinstance(row, Goal) else f"measure of goal {row.goal_id}"


def _organisation(row: Goal | GoalMeasure) -> Organisation:
    return (row if isinstance(row, Goal) else row.goal).tree.organisation


@transaction.atomic
def show_tree(tree: GoalTree, visibility: str, *, by: User | None) -> None:
    """Open the goals to the district or to everyone, with their targets and the figures of their budget lines."""
    tree.visibility = visibility
    tree.save(update_fields=["visibility"])
    keys = {key for key in (*tree.goals.values_list("filing", flat=True), tree.budget_id) if key is not None}
    while earlier := set(Filing.objects.filter(replaced_by__in=keys).values_list("pk", flat=True)) - keys:
        keys |= earlier  # what a newer target or budget replaced is as open as that
    Filing.objects.filter(pk__in=keys).update(visibility=visibility)
    note(by, f"show to {visibility}", "goals", tree.organisation)


def budget_table(organisation: Organisation) -> Table | None:
    """Return the newest table of an organisation's budget that is in use."""
    rows = Table.objects.in_use().filter(organisation=organisation, table="hks-budget").select_related("file__record")
    return rows.order_by("at").last()


def lines_to_choose(organisation: Organisation) -> dict[str, tuple[str, str, str]]:
    """Return the lines of the town's own budget by key: product area, kind and name; nothing without a table."""
    table = budget_table(organisation)
    return {} if table is None else budget_lines(_read(table))[1]


def _read(table: Table) -> Dataset:
    record = table.file.record
    return Dataset("hks-budget.xlsx", file_of(record), filed_as=record.digest)


@transaction.atomic
def take_budget(tree: GoalTree, *, by: User | None) -> None:
    """Take the figures of the newest budget into the tree; those of an earlier one are replaced.

    Raises
    ------
    StateError
        If no budget was brought in.
    """
    table = budget_table(tree.organisation)
    if table is None:
        raise StateError(gettext_noop("Please bring in the table “Budget by product area” first."))
    record, _lines = budget_lines(_read(table))
    filing = file_record(record, gettext_noop("Budget lines that goals refer to"), by=by,
                         organisation=tree.organisation, visibility=tree.visibility)  # fmt: skip
    if tree.budget is not None:
        replace(tree.budget, filing)
    tree.budget = filing
    tree.save(update_fields=["budget"])


def line_for(tree: GoalTree, key: str, typed: str, *, by: User | None) -> BudgetLine | None:
    """Find or write down a budget line: one of the town's own budget by its key, or one by a name alone."""
    if typed or key.startswith("="):
        return BudgetLine.objects.get_or_create(tree=tree, area="", kind="", title=typed or key[1:161])[0]
    if not key:
        return None
    area, _between, kind = key.partition("-")
    found = BudgetLine.objects.filter(tree=tree, area=area, kind=kind).first()
    if found is not None:
        return found
    known = lines_to_choose(tree.organisation).get(key)
    if known is None:
        raise InputError(gettext_noop("The budget has no line '%(key)s'."), key=key[:40])
    if tree.budget is None:
        take_budget(tree, by=by)
    return BudgetLine.objects.create(tree=tree, area=area, kind=kind, title=known[2][:160])
