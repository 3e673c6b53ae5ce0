"""A town's budget in the futures of a project: the people of each future, and which measures keep the balance."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.evidence.models import Filing
from hks.web.projects.models import OptionVersion, Project, Scenario
from hks.web.projects.services import file_for, record_effect, role_of, still_open
from hks.web.studies import services
from hks.workbench.budgets import AS_PEOPLE, mean_amounts, people_by_draw, with_people
from hks.workbench.compute import compute
from hks.workbench.futures import of_method
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

FINANCE = METHODS["finance-project"]
DRAWS = 1000  # our choice: quick even so, and fewer would let chance decide which sets keep the balance


@dataclass(frozen=True)
class Budgeted:
    """The budget in one future: the plan with its people, and what was found."""

    scenario: Scenario
    plan: Dataset
    filing: Filing
    outcomes: Mapping[str, Any]

    def place_of(self, measures: Collection[str]) -> int | None:
        """Find a set of measures among those that keep the balance rule here."""
        sets = self.outcomes["balance"]["sets"]
        return next((n for n, entry in enumerate(sets) if set(entry["measures"]) == set(measures)), None)


def budget_futures(
    project: Project, budget: Dataset, residents: float, rule: Mapping[str, Any], *, seed: int, by: User | None
) -> list[Budgeted]:
    """Carry a budget over the people of every future, and file each step.

    Parameters
    ----------
    project : Project
        With futures.
    budget : Dataset
        JSON of the method, without people.
    residents : float
        Of the town in the year its table of residents ends with. [persons]
    rule : mapping
        Values of the method: years ahead, floor, certainty and beginning of the balance rule.
    seed : int
        The same for all: futures differ by their drivers, not by chance.
    by : User

    Raises
    ------
    StateError
        If there is no future, or the project is closed.
    InputError
        If the budget or a value does not fit.
    """
    still_open(project)
    scenarios = list(project.scenarios.select_related("filing__record"))
    if not scenarios:
        raise StateError(gettext_noop("Please describe a future first."))
    base = services.base_of(project)
    budget = replace(budget, kind="judgement", role=role_of(by, project))
    title = f"{project.title}: {budget.name}"
    file_for(project, budget.record, title, by=by, files={"file": budget.data})
    found = []
    for scenario in scenarios:
        named = f"{title}, {scenario.title}"
        values = services.values_for(base, scenario.drivers, residents, services.DRAWS) | AS_PEOPLE
        people = compute(services.METHOD, {"table": base.table}, values, seed, chosen_by=services.chosen_by(scenario))
        file_for(project, people.record, named, by=by, files=people.files)
        joined, plan = with_people(budget, people.outcomes, people.record.digest)
        file_for(project, joined, named, by=by, files={"file": plan.data})
        values = {**rule, **of_method(FINANCE.slug, scenario.drivers), "draws": DRAWS}
        done = compute(FINANCE, {"budget": plan, "population": people_by_draw(people)}, values, seed)
        filing = file_for(project, done.record, named, by=by, files=done.files)
        found.append(Budgeted(scenario, plan, filing, done.outcomes))
    return found


def kept_everywhere(found: list[Budgeted]) -> list[frozenset[str]]:
    """Return the sets of measures that keep the balance rule in every future, the smallest first."""
    first = [frozenset(entry["measures"]) for entry in found[0].outcomes["balance"]["sets"]]
    return [measures for measures in first if all(one.place_of(measures) is not None for one in found)]


def record_margins(version: OptionVersion, measures: Collection[str], found: list[Budgeted]) -> None:
    """Write down per future what a solution leaves: the free margin of the last year, and the reserve of the worst.

    Raises
    ------
    InputError
        If its measures break the balance rule in a future; then nothing is written.
    """
    places = [(one, one.place_of(measures)) for one in found]
    broken = next((one for one, place in places if place is None), None)
    if broken is not None:
        raise InputError(
            gettext_noop("These measures break the balance rule in the future '%(future)s'; please choose others."),
            future=broken.scenario.title,
        )
    for one, place in places:
        entry, pointer = one.outcomes["balance"]["sets"][place], f"/outcomes/balance/sets/{place}"
        band = entry["free_margin"]
        record_effect(version, "free_margin", band["p50"], "EUR/a", one.filing, f"{pointer}/free_margin/p50",
                      band=(band["p10"], band["p90"]), scenario=one.scenario)  # fmt: skip
        record_effect(version, "reserve", entry["reserve"], "EUR/a", one.filing, f"{pointer}/reserve",
                      scenario=one.scenario)  # fmt: skip


def record_amount(
    version: OptionVersion,
    name: str,
    measures: Collection[str],
    one: Budgeted,
    years: tuple[int, int],
    *,
    by: User | None,
) -> float:
    """Write down what some measures of the budget change together a year, on the mean of years. [EUR/a]"""
    amounts = mean_amounts(one.plan, *years)
    total = sum(amounts[measure] for measure in measures)
    record = evidence.record(
        "effects", method="sum of measures", inputs={"plan": one.plan.digest},
        values={"measures": sorted(measures), "first": years[0], "last": years[1]},
        outcomes={name: {"unit": "EUR/a", "value": total}},
    )  # fmt: skip
    project = version.option.project
    filing = file_for(project, record, f"{project.title}: {version.option.letter} {version.title}", by=by)
    record_effect(version, name, total, "EUR/a", filing, f"/outcomes/{name}")
    return total
