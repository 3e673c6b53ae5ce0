"""Put tried-out measures into a solution: a new version with their cost, and what they change as its effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from hks.core import evidence
from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import Person, may, require
from hks.web.accounts.roles import EDIT_PROJECT
from hks.web.evidence.services import note, outcome_of
from hks.web.projects.models import Option, OptionVersion
from hks.web.projects.services import file_for, measures_of, record_effect, revise_option, still_open
from hks.web.studies import drawn_plans
from hks.web.studies.models import DrawnPlan
from hks.workbench.option_measures import Chosen

if TYPE_CHECKING:
    from hks.web.accounts.models import User

CENTS = 100
# what a solution shows: name of the effect, outcome of the run, unit; the gain is before minus after
GAINS = (("area_relieved", "wet_outside_m2", "m2"), ("buildings_relieved", "buildings", "buildings"))


@dataclass(frozen=True)
class TakenOver:
    """What would change in a solution: cost once and follow-up cost before and after. [cents] [cents/a]"""

    version: OptionVersion
    cost: int
    follow_up_cost: int


def options_for(plan: DrawnPlan, user: Person) -> list[Option]:
    """Return the solutions of the running projects of the same town that the person may edit."""
    if not may(user, EDIT_PROJECT, plan.organisation):
        return []
    here = Option.objects.filter(
        project__organisation=plan.organisation, project__closed=False, project__binned_at=None
    ).select_related("project")
    own_town = [None, plan.municipality_id]
    rows = here.prefetch_related("versions__filing__record").order_by("project__title", "letter")
    return [option for option in rows if option.project.municipality_id in own_town]


def foreseen(plan: DrawnPlan, option: Option, way: str) -> TakenOver:
    """Say what the solution would cost, before anything is changed.

    Raises
    ------
    StateError
        If the plan was not computed, or was changed since.
    """
    filing = drawn_plans.newest_result(plan)
    if filing is None:
        raise StateError(gettext_noop("Please let the plan be computed first."))
    if drawn_plans.outdated(plan, filing.record):
        raise StateError(
            gettext_noop("The plan or the terrain was changed since then. Please let it be computed again.")
        )
    version = option.current
    once, yearly = (
        round(outcome_of(filing.record, name)["middle"] * CENTS) for name in ("cost_eur", "upkeep_eur")
    )  # fmt: skip
    before = (version.cost, version.follow_up_cost) if way == "add" else (0, 0)
    return TakenOver(version, before[0] + once, before[1] + yearly)


@transaction.atomic
def take_over(plan: DrawnPlan, option: Option, way: str, change: str, *, by: User) -> OptionVersion:
    """Make the next version of a solution with the cost of the measures, and file with its project what they change.

    Raises
    ------
    StateError
        If the plan was not computed or changed since, or the project is closed.
    """
    require(by, EDIT_PROJECT, option.project.organisation)
    still_open(option.project)
    planned = foreseen(plan, option, way)
    kept = measures_of(planned.version) if way == "add" else []
    version = revise_option(
        planned.version, change, by=by, cost=planned.cost, follow_up_cost=planned.follow_up_cost,
        measures=together(kept, measures_drawn(plan)),
    )  # fmt: skip
    record = effects_record(plan, version)
    title = f"{option.project.title}: {option.letter} {version.title}"
    filing = file_for(option.project, record, title, by=by)
    for name, _outcome, unit in GAINS:
        value = float(record.content["outcomes"][name]["value"])
        record_effect(version, name, value, unit, filing, f"/outcomes/{name}")
    note(by, "take over plan", f"plan {plan.pk}", plan.organisation)
    return version


def measures_drawn(plan: DrawnPlan) -> list[Chosen]:
    """Return what was drawn as measures of a solution, in amounts of the catalogue."""
    filing = drawn_plans.newest_result(plan)
    assert filing is not None
    note = gettext("drawn: %(plan)s") % {"plan": plan.name}
    return [Chosen(row["key"], row["amount"], note) for row in outcome_of(filing.record, "measures")]


def together(*chosen: Sequence[Chosen]) -> list[Chosen]:
    """Name each measure once, with the sum of its amounts and the first remark."""
    sums: dict[str, Chosen] = {}
    for one in (one for several in chosen for one in several):
        known = sums.get(one.key, replace(one, amount=0.0))
        sums[one.key] = replace(known, amount=known.amount + one.amount)
    return list(sums.values())


def effects_record(plan: DrawnPlan, version: OptionVersion) -> evidence.Record:
    """Say what the measures change, without damage: who sees the project sees this."""
    filing = drawn_plans.newest_result(plan)
    assert filing is not None
    outcomes = {}
    for name, outcome, unit in GAINS:
        found = outcome_of(filing.record, outcome)
        outcomes[name] = {"unit": unit, "value": found["before"] - found["after"]}
    for name, outcome, unit in (("measures_cost", "cost_eur", "EUR"), ("measures_upkeep", "upkeep_eur", "EUR/a")):
        outcomes[name] = {"unit": unit, "value": outcome_of(filing.record, outcome)["middle"]}
    return evidence.record(
        "effects", method="rain measures, before less after",
        inputs={"option": version.filing.record.digest, "rain": filing.record.digest}, outcomes=outcomes,
    )  # fmt: skip
