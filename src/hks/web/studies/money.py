"""How much room does the budget leave? The town's own plan carried over the years of its projected people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from hks.core import evidence
from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.core.randomness import fresh_seed
from hks.web.accounts.permissions import require
from hks.web.accounts.roles import EDIT_BUDGET
from hks.web.evidence.models import Record
from hks.web.evidence.services import file_computation, file_of, file_record, note
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.regions.models import Dataset as Table
from hks.web.regions.models import Municipality
from hks.web.studies.models import Outlook
from hks.web.studies.outlooks import PREVIEW_SEED, values_of
from hks.web.studies.services import METHOD as PEOPLE
from hks.web.studies.services import Base, base_for
from hks.workbench.budgets import AS_PEOPLE, budget_input, people_by_draw, people_of
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset, opened
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

KIND = "outlook-money"
METHOD = METHODS["finance-project"]
UNTIL = 2032  # the horizon of the towns' own medium-term plans and one term of the council beyond
DRAWS = PREVIEW_DRAWS = 1000  # our choice: enough for a first look, fast enough for a request
ASKED = ("cost_growth", "trade_growth", "base_amount_growth", "trade_shock", "trade_shock_year", "floor")
LEVERS = tuple(p for p in METHOD.parameters if p.name in ASKED)
NEEDED = {
    "hks-budget": gettext_noop("the table “Budget by product area”"),
    "hks-finance": gettext_noop("the table “Key figures of the budget”"),
}


@dataclass(frozen=True)
class Found:
    """The projection of the people, the plan made of the town's tables and them, and the budget over the years."""

    people: Computation
    plan: evidence.Record
    plan_data: bytes
    budget: Computation


def plan_tables(organisation: Organisation | None) -> dict[str, Table]:
    """Return the newest filled tables of an organisation's budget that are in use, by kind."""
    rows = Table.objects.in_use().filter(organisation=organisation, table__in=NEEDED) if organisation else ()
    found: dict[str, Table] = {}
    for row in rows and rows.select_related("file__record").order_by("at"):
        found[row.table] = row
    return found


def missing_tables(organisation: Organisation | None) -> list[str]:
    """Name the tables that are not filed yet."""
    known = plan_tables(organisation)
    return [title for table, title in NEEDED.items() if table not in known]


def carry(
    base: Base, organisation: Organisation, given: Mapping[str, Any], seed: int, draws: int,
    progress: Callable[[float], None] = lambda _share: None,
) -> Found:  # fmt: skip
    """Project the people, join them with the town's tables, and carry the budget over the years.

    Raises
    ------
    StateError
        If a table is missing.
    InputError
        If a table or a value does not fit.
    """
    tables = plan_tables(organisation)
    if len(tables) < len(NEEDED):
        raise StateError(gettext_noop("Please bring in %(table)s first."), table=missing_tables(organisation)[0])
    asked = {"until": UNTIL, "residents": given.get("residents")}
    people = compute(PEOPLE, {"table": base.table}, values_of(base, asked) | {"draws": draws} | AS_PEOPLE, seed)
    progress(0.4)
    files = {table: row.file.record for table, row in tables.items()}
    read = {table: Dataset(f"{table}.xlsx", file_of(of), filed_as=of.digest) for table, of in files.items()}
    plan = budget_input(read["hks-budget"], read["hks-finance"], people_of(people.outcomes))
    record = evidence.record(
        "table", inputs={**{table: of.digest for table, of in files.items()}, "people": people.record.digest},
        outcomes={"plan": {"unit": "bytes", "value": len(plan.data), "digest": evidence.digest_of_file(plan.data)}},
    )  # fmt: skip
    values = {lever.name: given[lever.name] for lever in LEVERS if lever.name in given} | {"draws": draws}
    inputs = {"budget": Dataset(plan.name, plan.data, filed_as=record.digest), "population": people_by_draw(people)}
    budget = compute(METHOD, inputs, values, seed)  # with the seed and the people of the same futures
    return Found(people, record, plan.data, budget)


def preview(base: Base, organisation: Organisation, given: Mapping[str, Any]) -> Found | None:
    """Compute at once what a changed assumption changes and file nothing; nothing where that would take too long."""
    asked = {"until": UNTIL, "residents": given.get("residents")}
    values = {p.name: p.default for p in PEOPLE.parameters} | values_of(base, asked) | {"draws": PREVIEW_DRAWS}
    if PEOPLE.estimate(opened(PEOPLE, {"table": base.table}), values) > settings.AT_ONCE_SECONDS / 2:
        return None
    return carry(base, organisation, given, PREVIEW_SEED, PREVIEW_DRAWS)


@transaction.atomic
def order_money(
    unit: Municipality, organisation: Organisation, given: Mapping[str, Any],
    *, visibility: str, by: User, enqueue: Callable[[int], None],
) -> Outlook:  # fmt: skip
    """Order the budget over the years.

    Raises
    ------
    StateError
        If a table of the budget is missing.
    InputError
        If the table of residents does not know the unit or a value does not fit.
    """
    require(by, EDIT_BUDGET, organisation)
    missing = missing_tables(organisation)
    if missing:
        raise StateError(gettext_noop("Please bring in %(table)s first."), table=missing[0])
    values_of(base_for(unit, organisation), {"until": UNTIL, "residents": given.get("residents")})
    arguments = {"unit": unit.ags, "values": dict(given), "seed": fresh_seed()}
    job = order_job(KIND, arguments, organisation=organisation, by=by, enqueue=enqueue)
    note(by, "order outlook", f"money of unit {unit.ags}", organisation)
    return Outlook.objects.create(
        municipality=unit, organisation=organisation, method=METHOD.slug, visibility=visibility, job=job
    )


def compute_money(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Carry an ordered budget over the years; people, plan and budget land together."""
    outlook = Outlook.objects.select_related("municipality__parent", "organisation").get(job=report.job.pk)
    base = base_for(outlook.municipality, outlook.organisation)
    found = carry(base, outlook.organisation, arguments["values"], arguments["seed"], DRAWS, report.progress)
    return lambda: _land(outlook, found, by=Job.objects.get(pk=report.job.pk).by)


def _land(outlook: Outlook, found: Found, *, by: User | None) -> Record:
    filed: dict[str, Any] = {"by": by, "organisation": outlook.organisation, "visibility": outlook.visibility}
    file_computation(found.people, gettext_noop("How many people will live here"), **filed)
    digest = evidence.digest_of_file(found.plan_data)
    file_record(found.plan, gettext_noop("Budget plan with the people to come"), files={digest: found.plan_data},
                media_type="application/json", **filed)  # fmt: skip
    outlook.filing = file_computation(found.budget, gettext_noop("How much room the budget leaves"), **filed)
    outlook.save(update_fields=["filing"])
    return outlook.filing.record
