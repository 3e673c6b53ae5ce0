"""How much water do small reservoirs hold in dry years? One order for each choice of those to reactivate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.core.randomness import fresh_seed
from hks.web.accounts.permissions import Person, require
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.models import Filing, Record, Visibility
from hks.web.evidence.services import file_computation, file_dataset, file_of, note, outcome_of
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.projects.models import OptionVersion
from hks.web.projects.services import file_for, record_effect, still_open
from hks.web.regions.models import Dataset, Municipality
from hks.web.regions.reservoirs import reservoirs_used_by
from hks.web.regions.services import in_use_again
from hks.web.studies.models import Outlook
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.methods import METHODS
from hks.workbench.small_reservoirs import IN_USE, looked_at

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

KIND = "outlook-reservoirs"
METHOD = METHODS["water-reservoirs"]
TITLE = gettext_noop("What small reservoirs hold in dry and wet years")
ASKED = tuple(p for p in METHOD.parameters if p.name in {"rain_factor", "evaporation_factor", "demand_factor"})
MOST_SHOWN = 8  # our choice: more choices are not compared at a glance
FUTURES = {"dry": ("dry-years", gettext_noop("Dry years")), "wet": ("wet-years", gettext_noop("Wet years"))}
EFFECTS = {  # what a solution takes over: name of the effect -> outcome of a year, its unit
    "water_delivered": ("delivered_m3", "m3/a"),
    "demand_met": ("met_percent", "%"),
    "water_lost": ("lost_m3", "m3/a"),
}


def rows_of(data: bytes) -> tuple[Mapping[str, Any], ...]:
    """Read the reservoirs of a table that is in use."""
    return looked_at(Dataset.Kind.RESERVOIRS, data, "").rows


def out_of_use(tables: Mapping[str, Dataset]) -> list[str]:
    """Name the reservoirs that could be reactivated."""
    table = tables.get(Dataset.Kind.RESERVOIRS)
    rows = rows_of(file_of(table.filing.record)) if table else ()
    return [row["name"] for row in rows if row["state"] != IN_USE]


def files_of(tables: Mapping[str, Dataset], names: Sequence[str]) -> dict[str, Bytes]:
    """Read the tables as the method takes them; the choice of names is a judgement."""
    found = {
        kind: Bytes(table.title, file_of(table.filing.record), filed_as=table.filing.record.digest)
        for kind, table in tables.items()
    }
    if names:
        found["reactivated"] = Bytes("reactivated.txt", ("\n".join(names) + "\n").encode(), kind="judgement")
    return found


@transaction.atomic
def order_reservoirs(
    unit: Municipality, organisation: Organisation, given: Mapping[str, Any], *, visibility: str, by: User,
    enqueue: Callable[[int], None],
) -> Outlook:  # fmt: skip
    """Order dry and wet years for a choice of reservoirs to reactivate.

    Raises
    ------
    StateError
        If a table is missing.
    InputError
        If a name is not of a reservoir out of use.
    """
    require(by, RUN_METHOD, organisation)
    tables, names = reservoirs_used_by(organisation), list(given.get("names") or ())
    if len(tables) < 2:
        raise StateError(gettext_noop("Please load the table of reservoirs and that of the weather first."))
    strange = set(names) - set(out_of_use(tables))
    if strange:
        raise InputError(gettext_noop("'%(name)s' is no reservoir out of use on your list."), name=min(strange))
    values = {parameter.name: given.get(parameter.name, parameter.default) for parameter in ASKED}
    arguments = {"unit": unit.ags, "names": names, "values": values, "seed": fresh_seed()}
    job = order_job(KIND, arguments, organisation=organisation, by=by, enqueue=enqueue)
    note(by, "order outlook", f"small reservoirs of unit {unit.ags}", organisation)
    return Outlook.objects.create(
        municipality=unit, organisation=organisation, method=METHOD.slug, visibility=visibility, job=job
    )


def compute_reservoirs(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Run the ordered years; the result lands with the choice it was made for.

    Raises
    ------
    StateError
        If a table was taken back meanwhile.
    """
    outlook = Outlook.objects.select_related("organisation").get(job=report.job.pk)
    tables = reservoirs_used_by(outlook.organisation)
    if len(tables) < 2:
        raise StateError(gettext_noop("A table was taken back meanwhile."))
    files = files_of(tables, arguments["names"])
    report.progress(0.1)
    done = compute(METHOD, files, arguments["values"], arguments["seed"])
    return lambda: _land(outlook, files.get("reactivated"), done, by=Job.objects.get(pk=report.job.pk).by)


def _land(outlook: Outlook, choice: Bytes | None, done: Computation, *, by: User | None) -> Record:
    filed: dict[str, Any] = {"by": by, "organisation": outlook.organisation, "visibility": outlook.visibility}
    filings = [file_dataset(choice, gettext_noop("Reservoirs to reactivate"), **filed)] if choice else []
    outlook.filing = file_computation(done, TITLE, **filed)
    for filing in (*filings, outlook.filing):
        in_use_again(filing)
        if outlook.visibility == Visibility.PUBLIC:
            Filing.objects.filter(pk=filing.pk).update(visibility=Visibility.PUBLIC)
    outlook.save(update_fields=["filing"])
    return outlook.filing.record


def reactivated_in(record: Record) -> list[str]:
    """Name the reservoirs that a result puts back into use."""
    digest = record.as_record.parents.get("reactivated")
    chosen = Record.objects.filter(digest=digest).first() if digest else None
    return file_of(chosen).decode().split("\n")[:-1] if chosen else []


def results_for(unit: Municipality, user: Person) -> list[Outlook]:
    """Return the newest result of each choice that the person may see, newest first; none from tables taken back."""
    rows = Outlook.objects.visible_to(user).filter(municipality=unit, method=METHOD.slug)
    rows = rows.exclude(filing=None).filter(filing__replaced_by=None).select_related("filing__record", "organisation")
    found: dict[tuple[Any, ...], Outlook] = {}
    for row in rows.order_by("-pk"):
        assert row.filing is not None
        record = row.filing.record.as_record
        values = [record.content["values"][parameter.name] for parameter in ASKED]
        found.setdefault((record.parents.get("reactivated"), *values), row)
    return list(found.values())[:MOST_SHOWN]


@transaction.atomic
def take_over(version: OptionVersion, outlook: Outlook, *, by: User | None) -> Filing:
    """Write a result down as what a solution does in dry and in wet years.

    Raises
    ------
    StateError
        If the project is closed, or the weather is too short to know a dry year.
    """
    project, filing = version.option.project, outlook.filing
    still_open(project)
    assert filing is not None
    record = filing.record
    years = {kind: outcome_of(record, f"{kind}_year") for kind in FUTURES}
    if None in years.values():
        raise StateError(gettext_noop("The weather holds fewer than five whole years: no year is dry or wet."))
    outcomes = {
        f"{kind}_{name}": {"unit": unit, "value": years[kind][outcome]}
        for kind in FUTURES for name, (outcome, unit) in EFFECTS.items()
    }  # fmt: skip
    effects = evidence.record(
        "effects", method="small reservoirs by dry and wet years", inputs={"run": record.digest},
        values={"option": str(version)[:2]}, outcomes=outcomes,
    )  # fmt: skip
    filed = file_for(project, effects, f"{project.title}: {version.option.letter} {version.title}", by=by)
    for kind, (slug, title) in FUTURES.items():
        scenario, _new = project.scenarios.get_or_create(slug=slug, defaults={"title": _(title)})
        for name, (outcome, unit) in EFFECTS.items():
            found = years[kind][outcome]
            band = (found["p10"], found["p90"]) if found["p10"] is not None else None
            record_effect(version, name, found["value"], unit, filed, f"/outcomes/{kind}_{name}/value", band=band,
                          scenario=scenario)  # fmt: skip
    return filed
