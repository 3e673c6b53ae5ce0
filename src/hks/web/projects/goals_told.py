"""What the page of a town's goals tells: the tree from goal to budget line, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hks.core.evidence import citation
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import Person
from hks.web.evidence.services import outcome_of
from hks.web.projects.goals import DEEPEST, newest_values, place_of
from hks.web.projects.models import BudgetLine, Goal, GoalMeasure, GoalTree, Option, PlannedMeasure, Project
from hks.web.regions.models import IndicatorValue
from hks.web.regions.situation import DIGITS
from hks.web.shell.templatetags.hks import total_name
from hks.web.shell.translated import in_words
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.region import INDICATORS, Indicator

Figure = tuple[float, str]


@dataclass(frozen=True)
class Aim:
    """What a goal is measured by: the newest value at its level, and the target with the value it began with."""

    indicator: Indicator
    value: IndicatorValue | None
    target: Figure | None
    baseline: Figure | None
    year: int | None

    @property
    def digits(self) -> int:
        """Say how many decimals are shown."""
        return DIGITS.get(self.indicator.unit, 0)

    @property
    def target_digits(self) -> int:
        """Show a target no more coarsely than it was written."""
        if self.target is None:
            return self.digits
        return shown_digits(self.target[0], self.digits)

    @property
    def reached(self) -> bool | None:
        """Say whether the newest value has come as far as the target; nothing where the way is not known."""
        if self.value is None or self.target is None or self.baseline is None or self.target[0] == self.baseline[0]:
            return None
        if self.value.second_hand:
            return None
        upwards = self.target[0] > self.baseline[0]
        return self.value.value >= self.target[0] if upwards else self.value.value <= self.target[0]


def shown_digits(value: float, least: int) -> int:
    """Return with how many decimals a typed value is shown: as it was written, three at most."""
    return max(least, len(f"{value:.3f}".rstrip("0").partition(".")[2]))


@dataclass
class Done:
    """A measure as a person may see it: its project only where that is theirs to see."""

    measure: GoalMeasure
    project: Project | None
    letter: str

    @property
    def title(self) -> str:
        """Name the measure; what bears the name of a project or solution that is not theirs to see is not named."""
        source, option = self.measure.project, self.measure.option
        if self.project is not None or source is None:
            return self.measure.title
        named = {source.title, option.current.title if option else ""}
        return _("a measure of the town") if self.measure.title in named else self.measure.title


@dataclass
class Node:
    """A goal with what it is measured by, what is done for it, and the goals below it."""

    goal: Goal
    aim: Aim | None
    measures: list[Done] = field(default_factory=list)
    parts: list[Node] = field(default_factory=list)


@dataclass
class Line:
    """A budget line with its amounts, newest first, and the measures that it pays."""

    line: BudgetLine
    amounts: list[tuple[str, Figure]]
    measures: list[tuple[Done, Goal]] = field(default_factory=list)


@dataclass
class Told:
    """The whole tree: from its goals down, from its indicators and from its budget lines up."""

    tree: GoalTree
    roots: list[Node]
    indicators: list[tuple[Aim, list[Node]]]
    lines: list[Line]
    stale: bool

    @property
    def nodes(self) -> list[Node]:
        """Return every goal, each before those below it."""
        return [node for root in self.roots for node in _down(root)]

    @property
    def gaps(self) -> dict[str, int]:
        """Count what the chain still lacks."""
        measures = [done for node in self.nodes for done in node.measures]
        leaves = [node for node in self.nodes if not node.parts]
        return {
            "aims": sum(node.aim is None or node.aim.target is None for node in leaves),
            "measures": sum(not node.measures for node in leaves),
            "lines": sum(done.measure.line_id is None for done in measures),
        }


def _down(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _down(part)


def told_tree(tree: GoalTree, user: Person) -> Told:
    """Read the tree as a person may see it; what lies in the bin, and all below it, is left out."""
    goals = list(tree.goals.filter(binned_at=None).select_related("filing__record"))
    values = newest_values(place_of(tree.organisation), user, [goal.indicator for goal in goals if goal.indicator])
    nodes = {goal.pk: Node(goal, aim_of(goal, values)) for goal in goals}
    roots = []
    for node in nodes.values():
        above = nodes.get(node.goal.parent_id or 0)
        if above is not None:
            above.parts.append(node)
        elif node.goal.parent_id is None:
            roots.append(node)
    told = Told(tree, roots, [], [], tree.budget is not None and tree.budget.replaced_by_id is not None)
    _fill(told, user)
    return told


def aim_of(goal: Goal, values: dict[str, IndicatorValue]) -> Aim | None:
    """Say what a goal is measured by."""
    entry = INDICATORS.get(goal.indicator)
    if entry is None:
        return None
    figures: dict[str, Figure] = {}
    if goal.filing is not None:
        record = goal.filing.record
        figures = {name: (outcome_of(record, name), citation(record.digest, "outcomes", name))
                   for name in ("target", "baseline")}  # fmt: skip
    return Aim(entry, values.get(goal.indicator), figures.get("target"), figures.get("baseline"), goal.year)


def _fill(told: Told, user: Person) -> None:
    """Hang the measures under their goals, and gather indicators and budget lines with what leads to them."""
    seen = {project.pk: project for project in Project.objects.visible_to(user).kept()
            .filter(organisation=told.tree.organisation_id)}  # fmt: skip
    nodes = {node.goal.pk: node for node in told.nodes}
    lines: dict[int, Line] = {}
    rows = GoalMeasure.objects.filter(goal__in=nodes, binned_at=None).select_related("line", "option", "project")
    for measure in rows:
        project = seen.get(measure.project_id or 0)
        letter = measure.option.letter if measure.option is not None and project is not None else ""
        done, node = Done(measure, project, letter), nodes[measure.goal_id]
        node.measures.append(done)
        if measure.line is not None:
            line = lines.setdefault(measure.line.pk, Line(measure.line, []))
            line.measures.append((done, node.goal))
    amounts = _amounts(told.tree)
    for line in lines.values():
        line.amounts = amounts.get(f"{line.line.area}-{line.line.kind}", []) if line.line.area else []
    told.lines = sorted(lines.values(), key=lambda one: (one.line.area == "", one.line.area, one.line.title))
    by_indicator: dict[str, tuple[Aim, list[Node]]] = {}
    for node in nodes.values():
        if node.aim is not None:
            by_indicator.setdefault(node.aim.indicator.slug, (node.aim, []))[1].append(node)
    told.indicators = list(by_indicator.values())


def _amounts(tree: GoalTree) -> dict[str, list[tuple[str, Figure]]]:
    """Return by line the newest plan and the newest result, each with its year and what it cites."""
    if tree.budget is None:
        return {}
    record, found = tree.budget.record, {}
    for key, by_year in outcome_of(record, "lines").items():
        newest = {}
        for then in sorted(by_year):
            newest[then.partition("-")[2]] = then
        found[key] = [
            (total_name(newest[status].replace("-", " ")),
             (by_year[newest[status]], citation(record.digest, "outcomes", "lines", key, newest[status])))
            for status in ("plan", "result") if status in newest
        ]  # fmt: skip
    return found


def standing(to: str = "") -> dict[str, None]:
    """Filter goals that lie neither in the bin nor below one that does; `to` leads to the goal."""
    return {f"{to}{'parent__' * above}binned_at": None for above in range(DEEPEST)}


def served_by(project: Project, user: Person) -> list[GoalMeasure]:
    """Return what a project does for goals that the person may see."""
    trees = GoalTree.objects.visible_to(user)
    rows = GoalMeasure.objects.filter(project=project, binned_at=None, goal__tree__in=trees, **standing("goal__"))
    return list(rows.select_related("goal__tree__organisation"))


def kind_name(kind: str) -> str:
    """Name the kind of a budget line."""
    return total_name(kind) if kind else _("as written down")


Offered = dict[str, tuple[str, Project | Option | PlannedMeasure]]


def solutions_of(organisation: Organisation) -> Offered:
    """Offer the projects of an organisation, the solutions in each and their measures, by the keys of a form."""
    found: Offered = {}
    for project in Project.objects.filter(organisation=organisation).kept().order_by("title"):
        found[f"project-{project.pk}"] = (project.title, project)
        for option in project.options.prefetch_related("versions__measures"):
            found[f"option-{option.pk}"] = (f"{project.title}: {option}", option)
            for planned in option.current.measures.all():
                label = f"{project.title}: {option.letter}, {planned_name(planned)}"
                found[f"planned-{planned.pk}"] = (label, planned)
    return found


def planned_name(planned: PlannedMeasure) -> str:
    """Name a measure of the catalogue; one that a later catalogue no longer lists by its key."""
    known = measure_catalogue().measures.get(planned.key)
    return in_words(known.title) if known else planned.key


def title_of(solution: str, offered: Offered) -> str:
    """Name what is done where nobody wrote it: by the measure of the catalogue, else nothing yet."""
    row = offered[solution][1] if solution in offered else None
    return planned_name(row)[:160] if isinstance(row, PlannedMeasure) else ""


def chosen_of(solution: str, offered: Offered) -> dict[str, Any]:
    """Return the project or the option that a key names, as a measure of a goal takes it."""
    row = offered[solution][1] if solution in offered else None
    option = row.version.option if isinstance(row, PlannedMeasure) else row
    return {
        "project": row if isinstance(row, Project) else None,
        "option": option if isinstance(option, Option) else None,
    }


def line_choices(tree: GoalTree | None, known: dict[str, tuple[str, str, str]]) -> list[tuple[str, Any]]:
    """Offer the lines of the town's own budget, those referred to before, and those written down by name."""
    lines = list(tree.lines.all()) if tree is not None else []
    kept = {f"{line.area}-{line.kind}": (line.area, line.kind, line.title) for line in lines if line.area}
    own = sorted((kept | known).items())
    typed = [line for line in lines if not line.area]
    return [*((key, f"{area} {title}, {kind_name(kind)}") for key, (area, kind, title) in own),
            *((f"={line.title}", line.title) for line in typed)]  # fmt: skip
