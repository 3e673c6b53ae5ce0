"""Weigh the solutions of a project: from their effects to a ranking, its stability and the regret over futures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.decisions.models import Criterion, SwingPoints, Weighing
from hks.web.evidence import services as kept
from hks.web.evidence.models import Filing, Record
from hks.web.projects.models import Effect, Milestone, OptionVersion, Project, Scenario
from hks.web.projects.services import file_for, record_milestone, role_of, still_open, title_in
from hks.web.shell.templatetags.hks import effect_name
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

LESS_IS_BETTER = frozenset({
    "cost", "follow_up_cost", "depreciation", "months_to_use", "cost_per_person", "tax_increase", "floor_empty",
    "yearly_burden", "water_lost", "missing_most", "empty_last",
})  # fmt: skip
PROPOSED = ("cost", "follow_up_cost", "months_to_use", "cost_per_person", "persons_reached", "acceptance",
            "water_delivered", "demand_met", "damage_avoided", "margin_lowest", "missing_most")  # fmt: skip
OF_A_NAME = 13  # letters of a group's name in the name of its row, so that a number still fits behind
EQUAL = 1e-9  # our choice: far above rounding, far below what is printed
ROOM = 1.25  # our choice: the upper anchor lies a quarter above the largest value, so that a change stays on the scale


def versions_of(project: Project) -> list[OptionVersion]:
    """Return the current version of each option."""
    return [option.current for option in project.options.prefetch_related("versions")]


def effects_of(versions: list[OptionVersion]) -> dict[str, dict[int, list[Effect]]]:
    """Return by name and version the effects that every version has."""
    found: dict[str, dict[int, list[Effect]]] = {}
    rows = Effect.objects.filter(version__in=versions).select_related("filing__record", "scenario", "group")
    for effect in rows.order_by("pk"):
        found.setdefault(effect.name, {}).setdefault(effect.version_id, []).append(effect)
    return {name: by_version for name, by_version in found.items() if len(by_version) == len(versions)}


def value_in(effects: list[Effect], scenario: Scenario | None) -> float:
    """Read an effect in one future, or in the mean of all of them; of groups the one that agrees least."""
    groups = [effect.value for effect in effects if effect.group_id]
    if groups:
        return min(groups)
    fixed = [effect.value for effect in effects if effect.scenario_id is None]
    here = [effect.value for effect in effects if scenario and effect.scenario_id == scenario.pk]
    values = here or fixed or [effect.value for effect in effects]
    return sum(values) / len(values)


def actors_of(project: Project) -> dict[str, str]:
    """Name who weighs: groups of the project that weigh with points of their own, then the four of every project."""
    own: dict[str, str] = {}
    for group in project.groups.filter(weighs=True):
        start = slugify(group.name)[:OF_A_NAME] or "group"
        free = (start, *(f"{start}-{n}" for n in range(2, len(own) + 3)))
        own[next(slug for slug in free if slug not in own and slug not in SwingPoints.Actors.values)] = group.name
    return own | {slug: str(name) for slug, name in SwingPoints.Actors.choices}


def criteria_of(project: Project) -> list[Criterion]:
    """Return the criteria, proposing them from what all solutions have where nobody chose yet."""
    own = list(Criterion.objects.filter(project=project))
    return own or candidates(project)


def candidates(project: Project) -> list[Criterion]:
    """Return what could count: the criteria chosen, and a proposal for everything else all solutions have."""
    own = {criterion.name: criterion for criterion in Criterion.objects.filter(project=project)}
    shared = effects_of(versions_of(project))
    further = [proposed(project, name, shared[name]) for name in PROPOSED if name in shared and name not in own]
    return [*own.values(), *further]


def proposed(project: Project, name: str, by_version: Mapping[int, list[Effect]]) -> Criterion:
    """Propose anchors: from zero, or a little below the smallest value, to a little above the largest."""
    values = [effect.value for effects in by_version.values() for effect in effects]
    direction = "less" if name in LESS_IS_BETTER else "more"
    low, high = 0.0 - rounded_up(-min(values) * ROOM), rounded_up(max(values) * ROOM)
    return Criterion(project=project, name=name, direction=direction, low=low, high=high if high > low else low + 1.0)


def rounded_up(value: float) -> float:
    """Round up to one leading digit and a half."""
    if value <= 0:
        return 0.0
    step = 10.0 ** (len(str(int(value))) - 1) / 2.0
    return float(-(-value // step) * step)


@dataclass(frozen=True)
class Weighed:
    """What a weighing found, and the records it is made of in the order they are filed."""

    versions: list[OptionVersion]
    criteria: list[Criterion]
    table: evidence.Record
    data: bytes
    points: evidence.Record
    ranking: Computation
    futures: list[tuple[Scenario, evidence.Record, bytes, Computation]]
    yields: tuple[evidence.Record, bytes] | None
    robustness: Computation | None

    @property
    def leader(self) -> str:
        """Name the solution in front."""
        return str(self.ranking.outcomes["ranking"][0])

    @property
    def level(self) -> list[str]:
        """Name the solutions in front where more than one has the greatest value; nothing where one is ahead."""
        scores = self.ranking.outcomes["score"]
        best = [letter for letter, score in scores.items() if scores[self.leader] - score < EQUAL]
        return best if len(best) > 1 else []

    @property
    def ahead_in(self) -> int:
        """Count the futures in which no solution is ahead of the leader."""
        scores = [computation.outcomes["score"] for *_rest, computation in self.futures]
        return sum(max(score.values()) - score[self.leader] < EQUAL for score in scores)

    @property
    def turning_point(self) -> dict[str, Any] | None:
        """Return the criterion whose weight turns the order soonest, or nothing where none can."""
        rows = [row for row in self.ranking.outcomes["stability"] if row["low"] > 0.0 or row["high"] < 1.0]
        gaps = [
            (min(r["weight"] - r["low"] if r["low"] > 0 else 2.0, r["high"] - r["weight"] if r["high"] < 1 else 2.0), n)
            for n, r in enumerate(rows)
        ]
        return rows[min(gaps)[1]] if gaps else None


def weigh(project: Project, by: User | None) -> Weighed:
    """Compute ranking and regret from what is known now; nothing is written.

    Raises
    ------
    InputError
        If there are fewer than two solutions, no shared criterion, or no weights.
    """
    versions, criteria = versions_of(project), criteria_of(project)
    if len(versions) < 2:
        raise InputError(gettext_noop("Two solutions are needed to weigh them; please describe another one."))
    shared = effects_of(versions)
    missing = [criterion.name for criterion in criteria if criterion.name not in shared]
    if missing or not criteria:
        raise InputError(
            gettext_noop("Not every solution has a value for '%(name)s' yet; please leave it out or compute it."),
            name=effect_name(missing[0]) if missing else "",
        )
    rows = {row.actors: row.points for row in SwingPoints.objects.filter(project=project)}
    if not rows:
        rows = {SwingPoints.Actors.ADMINISTRATION: {criterion.name: 100 for criterion in criteria}}
    swings = {
        actors: {"unit": "1", "value": {c.name: given.get(c.name, 0) for c in criteria}}
        for actors, given in rows.items()
    }
    points = evidence.record("judgement", values={"role": role_of(by, project)}, outcomes=swings)
    table, data = table_of(versions, criteria, shared, rows, points, None)
    ranking = ranked(table, data)
    scenarios = [s for s in project.scenarios.all() if _matters(shared, criteria, s)]
    futures = [
        (scenario, *made, ranked(*made))
        for scenario in scenarios
        for made in [table_of(versions, criteria, shared, rows, points, scenario)]
    ]
    yields = yields_of(futures) if len(futures) > 1 else None
    robustness = None
    if yields is not None:
        dataset = Dataset("futures.json", yields[1], filed_as=yields[0].digest)
        robustness = compute(METHODS["decisions-robustness"], {"table": dataset}, {"better": "more"})
    return Weighed(versions, criteria, table, data, points, ranking, futures, yields, robustness)


def _matters(shared: Mapping[str, Mapping[int, list[Effect]]], criteria: list[Criterion], scenario: Scenario) -> bool:
    named = {criterion.name for criterion in criteria}
    return any(
        effect.scenario_id == scenario.pk
        for name in named for effects in shared[name].values() for effect in effects
    )  # fmt: skip


def table_of(
    versions: list[OptionVersion],
    criteria: list[Criterion],
    shared: Mapping[str, Mapping[int, list[Effect]]],
    rows: Mapping[str, Mapping[str, float]],
    points: evidence.Record,
    scenario: Scenario | None,
) -> tuple[evidence.Record, bytes]:
    """Write the decision table and its record, whose parents are the records of every figure in it."""
    weights = mean_weights(criteria, rows)
    content = {
        "options": [label(version) for version in versions],
        "criteria": [
            {"name": c.name, "direction": c.direction, "low": c.low, "high": c.high, "weight": weight}
            for c, weight in zip(criteria, weights, strict=True)
        ],
        "values": [[value_in(shared[c.name][v.pk], scenario) for c in criteria] for v in versions],
        "groups": [
            {"name": actors, "swings": [given.get(c.name, 0) for c in criteria]} for actors, given in rows.items()
        ],
    }
    parents = {"weights": points.digest}
    for criterion in criteria:
        for version in versions:
            for number, effect in enumerate(shared[criterion.name][version.pk]):
                parents[f"{version.option.letter} {criterion.name} {number}"] = effect.filing.record.digest
    return file_of(content, parents)


def label(version: OptionVersion) -> str:
    """Name a solution by its letter."""
    return version.option.letter


def mean_weights(criteria: list[Criterion], rows: Mapping[str, Mapping[str, float]]) -> list[float]:
    """Let every group of actors count alike.

    Raises
    ------
    InputError
        If all points of a group are zero.
    """
    total = [0.0] * len(criteria)
    for actors, given in rows.items():
        row = [float(given.get(criterion.name, 0)) for criterion in criteria]
        if sum(row) <= 0:
            raise InputError(
                gettext_noop("All weights of '%(group)s' are 0; one must count, or leave all empty."),
                group=actors_of(criteria[0].project).get(actors, actors),
            )
        total = [sum_ + point / sum(row) for sum_, point in zip(total, row, strict=True)]
    return total


def file_of(content: Mapping[str, Any], parents: Mapping[str, str]) -> tuple[evidence.Record, bytes]:
    """Write content as a file with the record of where it comes from."""
    data = evidence.canonical(content).encode()
    outcome = {"unit": "bytes", "value": len(data), "digest": evidence.digest_of_file(data)}
    return evidence.record("file", inputs=parents, outcomes={"file": outcome}), data


def ranked(table: evidence.Record, data: bytes) -> Computation:
    """Rank the options of a table."""
    dataset = Dataset("table.json", data, filed_as=table.digest)
    return compute(METHODS["decisions-rank"], {"table": dataset}, {"method": "additive"})


def yields_of(
    futures: list[tuple[Scenario, evidence.Record, bytes, Computation]],
) -> tuple[evidence.Record, bytes]:
    """Write the value of each option in each future as a table."""
    options = json.loads(futures[0][2])["options"]
    values = [[future[3].outcomes["score"][option] for future in futures] for option in options]
    content = {"options": options, "scenarios": [future[0].slug for future in futures], "values": values}
    return file_of(content, {f"future {future[0].slug}": future[3].record.digest for future in futures})


@transaction.atomic
def take_over(project: Project, *, by: User | None) -> Weighing:
    """File a weighing with everything it is made of.

    Raises
    ------
    InputError
        As `weigh`.
    StateError
        If the project is closed.
    """
    still_open(project)
    found = weigh(project, by)
    ranking, robustness = file_weighed(project, found, by=by)
    record_milestone(project, Milestone.Kind.WEIGHED, by=by, filing=ranking)
    return Weighing.objects.create(project=project, ranking=ranking, robustness=robustness, by=by)


def file_weighed(project: Project, found: Weighed, *, by: User | None) -> tuple[Filing, Filing | None]:
    """File ranking and regret with the tables they are made of; what is filed already stays as it is."""

    def keep(record: evidence.Record, title: tuple[object, ...], data: bytes | None = None, **files: Any) -> Filing:
        given = {"files": {"file": data}} if data is not None else files
        return file_for(project, record, title_in(project, *title), by=by, **given)

    keep(found.points, (gettext("Weights"),))
    keep(found.table, (gettext("Decision table"),), found.data)
    ranking = keep(found.ranking.record, (gettext("Ranking"),), files=found.ranking.files)
    for scenario, record, data, computation in found.futures:
        keep(record, (gettext("Decision table"), scenario), data)
        keep(computation.record, (gettext("Ranking"), scenario), files=computation.files)
    if found.yields is None or found.robustness is None:
        return ranking, None
    keep(found.yields[0], (gettext("Values by future"),), found.yields[1])
    return ranking, keep(found.robustness.record, (gettext("Regret over futures"),), files=found.robustness.files)


def largest_regrets(weighing: Weighing) -> dict[str, float]:
    """Say per solution how far it lies at most behind the best one of a future, in percent of the best one's value.

    Raises
    ------
    StateError
        If the weighing had fewer than two futures.
    """
    if weighing.robustness is None:
        raise StateError(gettext_noop("This weighing has no two futures to compare."))
    table = Record.objects.get(digest=weighing.robustness.record.as_record.parents["table"])
    content = json.loads(kept.file_of(table))
    best = [max(values) for values in zip(*content["values"], strict=True)]
    return {
        option: max(100.0 * (top - value) / top if top > 0 else 0.0 for value, top in zip(row, best, strict=True))
        for option, row in zip(content["options"], content["values"], strict=True)
    }


@transaction.atomic
def set_weighing(
    project: Project, criteria: Mapping[str, Mapping[str, Any]], points: Mapping[str, Mapping[str, float]]
) -> None:
    """Keep the criteria with their anchors and the points of each group of actors.

    Raises
    ------
    StateError
        If the project is closed.
    """
    still_open(project)
    Criterion.objects.filter(project=project).exclude(name__in=criteria).delete()
    for name, said in criteria.items():
        Criterion.objects.update_or_create(project=project, name=name, defaults=dict(said))
    for actors, row in points.items():
        SwingPoints.objects.update_or_create(project=project, actors=actors, defaults={"points": dict(row)})
    SwingPoints.objects.filter(project=project).exclude(actors__in=points).delete()
