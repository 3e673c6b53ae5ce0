"""What follows from the people: places, dwellings and fees along every future of a unit's projection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from hks.core import evidence
from hks.core.messages import gettext_noop
from hks.core.method import Method
from hks.core.parameters import Parameter
from hks.core.randomness import fresh_seed
from hks.web.accounts.permissions import Person, require
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.models import Filing, Record, Visibility
from hks.web.evidence.services import file_computation, file_record, note
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.regions.models import Dataset as Table
from hks.web.regions.models import Municipality
from hks.web.studies import services
from hks.web.studies.models import Outlook
from hks.web.studies.outlooks import PREVIEW_SEED, newest, values_of
from hks.web.studies.services import METHOD as PEOPLE
from hks.web.studies.services import Base, base_for
from hks.workbench.compute import Computation, compute
from hks.workbench.futures import DRIVERS
from hks.workbench.inputs import opened
from hks.workbench.methods import METHODS
from hks.workbench.studies import people_to_come

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

KIND = "outlook-follow-up"
OF_PEOPLE = {parameter.name for parameter in PEOPLE.parameters}  # these come from the projection
MEASURES = ("demolition_old", "demolition_panel", "new_houses")
TABLE_OF_VACANCY = "hks-vacancy"  # a housing company's list, or our own Excel table


@dataclass(frozen=True)
class FollowUp:
    """One question that the people answer: its address, its method, what only the town knows, and whether the method
    follows the draws itself or reads the people from a file."""

    slug: str
    method: Method
    title: str
    own: tuple[str, ...]
    reads_people: bool = False

    @property
    def asked(self) -> tuple[Parameter, ...]:
        """Return what a person may change here, in the order of the page: what only the town knows comes first."""
        known = {p.name: p for p in self.method.parameters if p.name not in OF_PEOPLE}
        return (*(known[name] for name in self.own), *(p for name, p in known.items() if name not in self.own))


PLACES = FollowUp(
    "places", METHODS["population-places"], gettext_noop("Which places are needed"),
    ("today_under_3", "today_kindergarten", "today_after_school", "schools", "today_classes", "today_nursing_home"),
)  # fmt: skip
HOUSING = FollowUp(
    "housing", METHODS["population-housing"], gettext_noop("How many dwellings stand empty"),
    ("dwellings", "share_old", "share_panel", "vacancy_old", "vacancy_panel", "vacancy_houses"),
)  # fmt: skip
FEES = FollowUp(
    "fees", METHODS["finance-fees"], gettext_noop("What a cubic metre costs"),
    ("water_cost", "water_volume", "waste_water_cost", "waste_water_volume"), reads_people=True,
)  # fmt: skip
FOLLOW_UPS = {entry.slug: entry for entry in (PLACES, HOUSING, FEES)}


@dataclass(frozen=True)
class People:
    """The assumptions about people: those of the projection filed for the unit, or the usual ones."""

    drivers: Mapping[str, Any]
    draws: int
    seed: int
    digest: str = ""
    outlook: Outlook | None = None
    until: int = 0
    residents: float = 0.0


@dataclass(frozen=True)
class Found:
    """What was computed, and the records it rests on that must be filed before it."""

    computation: Computation
    own: evidence.Record | None = None
    people: Computation | None = None
    path: evidence.Record | None = None
    path_data: bytes = b""


def people_for(unit: Municipality, user: Person) -> People:
    """Take draws, chance and assumptions over from the newest projection that the person may see."""
    outlook = newest(unit, PEOPLE.slug, user)
    if outlook is None or outlook.filing is None:
        return People({}, services.DRAWS, PREVIEW_SEED)
    content = outlook.filing.record.as_record.content
    values = content["values"]
    return People(
        {driver.name: values[driver.name] for driver in DRIVERS}, int(values["draws"]), int(content["seed"]),
        outlook.filing.record.digest, outlook, int(values["base_year"]) + int(values["years"]),
        float(values["residents"]),
    )  # fmt: skip


def compute_here(of: FollowUp, base: Base, arguments: Mapping[str, Any]) -> Found:
    """Compute what follows, with chance and assumptions of the people as ordered.

    Raises
    ------
    InputError
        If a value does not fit, or the table does not know the unit.
    """
    values, people, seed = arguments["values"], arguments["people_values"], arguments["seed"]
    own = own_figures(of, arguments)
    chosen = {"people": arguments["people"]} if arguments["people"] else {}
    chosen |= {"own": own.digest} if own else {}
    if not of.reads_people:
        done = compute(of.method, {"table": base.table}, {**people, **values}, seed, chosen_by=chosen)
        return Found(done, own)
    projection = compute(PEOPLE, {"table": base.table}, people, seed)
    record, path = people_to_come(projection.outcomes, projection.record.digest)
    given = {**values, "draws": people["draws"]}
    done = compute(of.method, {"population": path}, given, seed, chosen_by={"own": own.digest} if own else {})
    return Found(done, own, projection, record, path.data)


def own_figures(of: FollowUp, arguments: Mapping[str, Any]) -> evidence.Record | None:
    """Make the record of what the town says of itself, with where it stands; none where it says nothing."""
    usual = {p.name: p for p in of.method.parameters}
    values = arguments["values"]
    said = {name: values[name] for name in of.own if name in values and values[name] != usual[name].default}
    if not said:
        return None
    outcomes = {name: {"unit": usual[name].unit, "value": value} for name, value in said.items()}
    return evidence.record("judgement", values={"ags": arguments["unit"], "source": arguments["source"]},
                           outcomes=outcomes)  # fmt: skip


def arguments_for(
    of: FollowUp, base: Base, unit: Municipality, given: Mapping[str, Any], people: People
) -> dict[str, Any]:
    """Turn what a person asks for into the arguments of a computation.

    Raises
    ------
    InputError
        If the year is not ahead, too far, or a town's residents are missing.
    """
    asked = {name: given.get(name) for name in ("until", "residents")}
    people_values = values_of(base, {**people.drivers, **asked}) | {"draws": people.draws}
    values = {p.name: given[p.name] for p in of.asked if p.name in given}
    of.method.check({p.name: p.default for p in of.method.parameters} | values)
    return {"page": of.slug, "unit": unit.ags, "values": values, "people_values": people_values, "seed": people.seed,
            "people": people.digest, "source": str(given.get("source", ""))}  # fmt: skip


def preview(of: FollowUp, base: Base, unit: Municipality, given: Mapping[str, Any], user: Person) -> Found | None:
    """Compute at once what a changed assumption changes and file nothing; nothing where that would take too long."""
    arguments = arguments_for(of, base, unit, given, people_for(unit, user))
    complete = {p.name: p.default for p in PEOPLE.parameters} | arguments["people_values"]
    if PEOPLE.estimate(opened(PEOPLE, {"table": base.table}), complete) > settings.AT_ONCE_SECONDS:
        return None
    return compute_here(of, base, arguments)


@transaction.atomic
def order_follow_up(
    of: FollowUp, unit: Municipality, organisation: Organisation, given: Mapping[str, Any],
    *, visibility: str, by: User, enqueue: Callable[[int], None],
) -> Outlook:  # fmt: skip
    """Order what follows from the people.

    Raises
    ------
    InputError
        If the table does not know the unit or a value does not fit.
    """
    require(by, RUN_METHOD, organisation)
    people = people_for(unit, by)
    arguments = arguments_for(of, base_for(unit, organisation), unit, given, people)
    arguments["seed"] = people.seed if people.digest else fresh_seed()
    job = order_job(KIND, arguments, organisation=organisation, by=by, enqueue=enqueue)
    note(by, "order outlook", f"{of.slug} of unit {unit.ags}", organisation)
    return Outlook.objects.create(
        municipality=unit, organisation=organisation, method=of.method.slug, visibility=visibility, job=job
    )


def compute_follow_up(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Compute what was ordered; it lands with what it rests on."""
    outlook = Outlook.objects.select_related("municipality__parent", "organisation").get(job=report.job.pk)
    of = FOLLOW_UPS[arguments["page"]]
    report.progress(0.1)
    found = compute_here(of, base_for(outlook.municipality, outlook.organisation), arguments)
    return lambda: _land(of, outlook, found, by=Job.objects.get(pk=report.job.pk).by)


def _land(of: FollowUp, outlook: Outlook, found: Found, *, by: User | None) -> Record:
    filed: dict[str, Any] = {"by": by, "organisation": outlook.organisation, "visibility": outlook.visibility}
    if found.own:
        _as_ordered(file_record(found.own, gettext_noop("What the town says of itself"), **filed), outlook)
    if found.people and found.path:
        file_computation(found.people, gettext_noop("How many people will live here"), **filed)
        digest = evidence.digest_of_file(found.path_data)
        file_record(found.path, gettext_noop("The people to come, as a file"), files={digest: found.path_data},
                    media_type="application/json", **filed)  # fmt: skip
    outlook.filing = _as_ordered(file_computation(found.computation, of.title, **filed), outlook)
    outlook.save(update_fields=["filing"])
    return outlook.filing.record


def _as_ordered(filing: Filing, outlook: Outlook) -> Filing:
    """Show to everyone what was ordered so, even if the same figures were filed for the town alone before."""
    if outlook.visibility == Visibility.PUBLIC and filing.visibility != Visibility.PUBLIC:
        filing.visibility = Visibility.PUBLIC
        filing.save(update_fields=["visibility"])
    return filing


def own_record(record: Record) -> Record | None:
    """Find the record of what the town said of itself, on which a result rests."""
    digest = record.as_record.parents.get("own")
    return Record.objects.filter(digest=digest).first() if digest else None


def vacancy_tables(unit: Municipality, user: Person) -> list[Table]:
    """Return the newest table of vacant flats of each of the town's organisations that the person belongs to."""
    rows = Table.objects.in_use().visible_to(user).filter(table=TABLE_OF_VACANCY, organisation__ags=unit.ags)
    newest_each = {row.organisation_id: row for row in rows.select_related("filing__record").order_by("at")}
    return list(newest_each.values())
