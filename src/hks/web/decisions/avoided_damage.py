"""Does a solution pay because it avoids damage? Expected damage a year without and with it, against what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from hks.core import evidence
from hks.core.method import Values
from hks.core.parameters import checked
from hks.web.decisions.weighing import versions_of
from hks.web.evidence.models import Filing, Record
from hks.web.evidence.services import outcome_of, outcomes_of
from hks.web.projects.filed import filings_of
from hks.web.projects.models import OptionVersion, Project
from hks.web.projects.services import file_for, record_effect, role_of, still_open, title_in
from hks.web.studies.cited import Cited, Shown
from hks.workbench.compute import Computation, compute
from hks.workbench.exports import separated
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

METHOD, DAMAGE = METHODS["rain-ead"], METHODS["rain-damage"]
ASKED = tuple(p for p in METHOD.parameters if p.name in {"first_damage", "horizon", "rate"})
EFFECT = "damage_avoided"
SHOWN = 12  # our choice: damages reckoned for the town that are offered to copy


@dataclass(frozen=True)
class Event:
    """Heavy rain that comes once in so many years [a], and the damage without and with the solution [EUR]."""

    years: float
    today: float
    with_it: float


def values_of(version: OptionVersion, values: Values) -> Values:
    """Set the cost of a version beside what was asked."""
    costs = {"cost": version.cost / 100, "upkeep": version.follow_up_cost / 100}
    return checked(METHOD.parameters, {**values, **costs})


def reckoned_damages(project: Project) -> list[tuple[Filing, float]]:
    """Return the damages of buildings that were reckoned for the town, the newest first, with their sums in euros."""
    made_by = f'"method":"{DAMAGE.slug} '
    rows = Filing.objects.filter(organisation=project.organisation, replaced_by=None, record__content__contains=made_by)
    kept = rows.select_related("record").order_by("-pk")[:SHOWN]
    return [(filing, float(outcome_of(filing.record, "total_eur"))) for filing in kept]


def entered(project: Project, events: Sequence[Event], by: User | None) -> tuple[evidence.Record, Dataset]:
    """Write the events down as the judgement they are; a damage that a run of the town gave leads to that run.

    The run keeps who may see it: damages of single buildings are nobody else's business.

    Returns
    -------
    record, dataset
        The record of the table, and the table as the method reads it.
    """
    rows = [[event.years, event.today, event.with_it] for event in events]
    data = separated(["return_period", "damage", "with_measure"], rows)
    sums = {round(total): filing.record.digest for filing, total in reversed(reckoned_damages(project))}
    parents = {
        f"{name} {event.years:g}": sums[round(amount)]
        for event in events
        for name, amount in (("today", event.today), ("with", event.with_it))
        if amount > 0 and round(amount) in sums
    }
    outcome = {"unit": "bytes", "value": len(data), "digest": evidence.digest_of_file(data)}
    values = {"role": role_of(by, project)}
    record = evidence.record("judgement", inputs=parents, values=values, outcomes={"file": outcome})
    return record, Dataset("damage.csv", data, filed_as=record.digest)


def worked_out(version: OptionVersion, dataset: Dataset, values: Values) -> Computation:
    """Compute expected damage and the worth of a version; nothing is written.

    Raises
    ------
    InputError
        If the events contradict each other.
    """
    by = {"cost": version.filing.record.digest}
    return compute(METHOD, {"events": dataset}, values_of(version, values), chosen_by=by)


@dataclass(frozen=True)
class Worth:
    """What a version avoids a year, is worth today, and gives for each euro; nothing for a solution that is free."""

    version: OptionVersion
    today: Shown
    avoided: Shown
    worth: Shown
    ratio: Shown | None
    rare: Shown
    values: Values
    record: str


def told(version: OptionVersion, given: Cited, values: Values) -> Worth:
    """Tell one version."""
    ratio = given("benefit_cost_ratio") if "benefit_cost_ratio" in given.outcomes else None
    return Worth(version, given("ead_eur"), given("ead_avoided_eur"), given("net_present_value_eur"), ratio,
                 given("rare_share"), values, given.digest)  # fmt: skip


def filed_worths(project: Project) -> list[Worth]:
    """Tell the newest filed worth of each current version; those of earlier versions are left out."""
    found: dict[str, Worth] = {}
    versions = {version.filing.record.digest: version for version in versions_of(project)}
    for filing in filings_of(project, METHOD):
        record = filing.record.as_record
        version = versions.get(record.parents.get("cost", ""))
        if version is not None and version.option.letter not in found:
            given = Cited(outcomes_of(filing.record), filing.record.digest)
            found[version.option.letter] = told(version, given, record.content["values"])
    return [found[letter] for letter in sorted(found)]


@transaction.atomic
def take_over(
    project: Project, version: OptionVersion, events: Sequence[Event], values: Values, *, by: User | None
) -> Record:
    """File expected damage and worth of a version; what it avoids becomes an effect that can be weighed.

    Raises
    ------
    InputError
        If the events contradict each other.
    StateError
        If the project is closed.
    """
    still_open(project)
    record, dataset = entered(project, events, by)
    found = worked_out(version, replace(dataset, filed_as=record.digest), values)
    name = f"{version.option.letter} {version.title}"
    entries = title_in(project, name, gettext("Damage by return period"))
    file_for(project, record, entries, by=by, files={"file": dataset.data})
    title = title_in(project, name, gettext("Expected damage"))
    filing = file_for(project, found.record, title, by=by, files=found.files)
    avoided = float(found.outcomes["ead_avoided_eur"])
    record_effect(version, EFFECT, avoided, "EUR/a", filing, "/outcomes/ead_avoided_eur")
    kept_record: Record = filing.record
    return kept_record
