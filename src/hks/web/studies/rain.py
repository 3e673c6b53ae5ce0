"""Where does the water run in heavy rain? One order a scenario, from the terrain that the town uses."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import Person, require
from hks.web.accounts.roles import RUN_METHOD
from hks.web.evidence.models import Filing, Record, Visibility
from hks.web.evidence.services import file_computation, file_record, note, outcome_of
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.regions.grounds import bytes_of, grounds_of
from hks.web.regions.models import Dataset, Municipality
from hks.web.regions.services import in_use_again
from hks.web.studies.ground_marks import marks_for_run
from hks.web.studies.models import Outlook
from hks.web.studies.rain_streets import BUILDINGS_TITLE, STREETS_TITLE, Followed, follow_streets
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.inputs import opened
from hks.workbench.methods import METHODS
from hks.workbench.terrain import EXAMPLE

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

KIND = "outlook-rain"
METHOD = METHODS["rain-runoff"]
STORM = METHODS["rain-storm"]
# what rain runs over: kind of file -> input of the method
ROLES = {"terrain": "terrain", "buildings": "buildings", "land_cover": "cover", "cover_table": "cover_table"}
GROUND = tuple(ROLES)
SAID = ("scenario", "depth_mm", "source", "cell", "sewer_mm_h", "sewer_most_mm")  # what an order keeps of a form
CHOSEN = ("scheme", "at", "section", "culvert")  # of the method, beside the rain: equations, and what stands where
TITLE = gettext_noop("Where the water runs in heavy rain")
HOUR = 3600.0  # of rain, and of running on after it [s]
EXTREME_MM = 100.0  # in an hour: scenario of the BKG's map (unverified) [mm]
YEARS = 100.0  # of the scenario “exceptional” [a]
MOST_MM = 500.0  # our choice: more was never measured in an hour; a larger figure was mistyped [mm]
LARGEST_PREVIEW = 250_000  # our choice: larger grids take too long to read alone [cells]
FRAMES = 600.0  # our choice: the map is kept every ten minutes [s]
LARGEST_WATCHED = 4_000_000  # our choice: kept maps of larger grids fill the disk [cells]
EVERY = 1.0  # our choice: so often progress is written down [s]


@dataclass(frozen=True)
class Scenario:
    """A scenario as the BKG's map names it; without a depth the person says how much falls in the hour."""

    slug: str
    title: str
    about: str
    depth_mm: float | None = None
    source: str = ""


SCENARIOS = {
    "exceptional": Scenario(
        "exceptional", gettext_noop("exceptional"), gettext_noop("once in 100 years, one hour of rain, one hour after")
    ),
    "extreme": Scenario(
        "extreme", gettext_noop("extreme"), gettext_noop("100 mm in one hour, one hour after"), EXTREME_MM,
        gettext_noop("Map of heavy rain hazards of the BKG, scenario “extreme” (unchecked)"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """How much falls in the hour, as a record, the computation it comes from where a table says it, and the sewer."""

    record: evidence.Record
    storm: Computation | None = None
    sewer: str = ""

    @property
    def depth_mm(self) -> float:
        """Return how much falls. [mm]"""
        return float(self.record.content["outcomes"]["depth_mm"]["value"])


def said_by(given: Mapping[str, Any], grounds: Mapping[str, Dataset]) -> Said:
    """Say how much falls in the hour, and where that stands: the scenario, a cell of the town's table, or a person.

    Raises
    ------
    InputError
        If the depth or its source is missing, or cannot be.
    """
    scenario, cell, table = SCENARIOS[given["scenario"]], given.get("cell"), grounds.get("storms")
    depth, source, storm = given.get("depth_mm"), str(given.get("source") or ""), None
    if scenario.depth_mm is not None:
        depth, source = scenario.depth_mm, scenario.source
    elif cell is not None and table is not None:
        storm = compute(STORM, {"table": bytes_of(table)}, {"cell": cell, "duration": 60.0, "return_period": YEARS})
        depth = storm.outcomes["depth_mm"]
        source = f"KOSTRA-DWD {storm.outcomes['vintage']}, index_rc {cell}"
    if depth is None or not 0.0 < depth <= MOST_MM:
        raise InputError(
            gettext_noop("The rain of one hour must be above 0 and up to %(most)s mm."), most=round(MOST_MM)
        )
    if not source:
        raise InputError(gettext_noop("Please say where the depth of the rain stands."))
    sewer = sewer_said(given, grounds, scenario)
    record = evidence.record(
        "judgement", inputs={"storm": storm.record.digest} if storm else {},
        values={"scenario": scenario.slug, "source": source, **({"sewer": sewer} if sewer else {})},
        outcomes={"depth_mm": {"unit": "mm", "value": float(depth)}},
    )  # fmt: skip
    return Said(record, storm, sewer)


def sewer_said(given: Mapping[str, Any], grounds: Mapping[str, Dataset], scenario: Scenario) -> str:
    """Write what the sewer takes as the method reads it: nothing without land cover, nor where it counts as full."""
    rate, most = given.get("sewer_mm_h"), given.get("sewer_most_mm")
    if not rate or "land_cover" not in grounds or scenario.depth_mm is not None:
        return ""
    return f"{rate:g}" if most is None else f"{rate:g}:{most:g}"


def values_for(said: Said, ordered: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Turn the depth into the values of the method: the sides are open, as the town does not end there."""
    chosen = {name: ordered[name] for name in CHOSEN if name in ordered} if ordered else {}
    return chosen | {
        "rain_mm_h": said.depth_mm,
        "rain_s": HOUR,
        "end_s": 2 * HOUR,
        "boundary": "free",
        "sewer": said.sewer,
    }


def files_of(grounds: Mapping[str, Dataset]) -> dict[str, Bytes]:
    """Read what rain runs over, by input of the method; a table of land cover says nothing without its map."""
    used = digests_of(grounds)
    return {role: bytes_of(grounds[kind]) for kind, role in ROLES.items() if role in used}


def digests_of(grounds: Mapping[str, Dataset]) -> dict[str, str]:
    """Name the records of what rain runs over, by input of the method."""
    return {
        role: grounds[kind].filing.record.digest for kind, role in ROLES.items()
        if kind in grounds and (kind != "cover_table" or "land_cover" in grounds)
    }  # fmt: skip


def compute_rain_on(
    grounds: Mapping[str, Dataset], said: Said, ordered: Mapping[str, Any],
    told: Callable[[float], None] | None = None,
) -> Computation:  # fmt: skip
    """Let the rain run; `ordered` holds the equations and what stands on the terrain."""
    chosen_by = {"scenario": said.record.digest}
    frames = {"frames_s": FRAMES} if grounds["terrain"].rows <= LARGEST_WATCHED else {}
    return compute(METHOD, files_of(grounds), values_for(said, ordered) | frames, chosen_by=chosen_by, told=told)


def chosen(given: Mapping[str, Any], organisation: Organisation) -> dict[str, str]:
    """Say which equations are chosen and what stands on the terrain in use.

    Raises
    ------
    StateError
        If the equations do not know what stands there.
    """
    scheme, marks = str(given.get("scheme") or "inertial"), marks_for_run(organisation)
    if scheme != "inertial" and marks["culvert"]:
        raise StateError(
            gettext_noop(
                "The shallow water equations know no culverts. Please take the culverts out first, or choose the fast "
                "equations."
            )
        )
    return {"scheme": scheme, **marks}


def preview(grounds: Mapping[str, Dataset], said: Said, ordered: Mapping[str, Any]) -> Computation | None:
    """Compute at once on a small grid and file nothing; nothing where that would take too long."""
    if grounds["terrain"].rows > LARGEST_PREVIEW:
        return None
    values = {p.name: p.default for p in METHOD.parameters} | values_for(said, ordered)
    if METHOD.estimate(opened(METHOD, files_of(grounds)), values) > settings.AT_ONCE_SECONDS:
        return None
    return compute_rain_on(grounds, said, ordered)


@transaction.atomic
def order_rain(
    unit: Municipality, organisation: Organisation, given: Mapping[str, Any], *, visibility: str, by: User,
    enqueue: Callable[[int], None],
) -> Outlook:  # fmt: skip
    """Order a scenario on the terrain that the organisation uses.

    Raises
    ------
    InputError
        If the depth of the rain or its source is missing.
    StateError
        If no terrain is loaded, or the equations do not know what stands on it.
    """
    require(by, RUN_METHOD, organisation)
    grounds = grounds_of(organisation)
    said_by(given, grounds)
    if "terrain" not in grounds:
        raise StateError(gettext_noop("Please load a terrain model first."))
    arguments = {"unit": unit.ags, **{name: given.get(name) for name in SAID}, **chosen(given, organisation)}
    job = order_job(KIND, arguments, organisation=organisation, by=by, enqueue=enqueue)
    note(by, "order outlook", f"heavy rain of unit {unit.ags}", organisation)
    return Outlook.objects.create(
        municipality=unit, organisation=organisation, method=METHOD.slug, visibility=visibility, job=job
    )


class Telling:
    """Writes progress down once in a while: a run tells it far more often than anyone looks."""

    def __init__(self, report: Report) -> None:
        self.report, self.due = report, 0.0

    def __call__(self, share: float) -> None:
        """Hear a share; what the report raises ends the run."""
        if time.monotonic() >= self.due:
            self.report.progress(min(share, 0.99))
            self.due = time.monotonic() + EVERY


def compute_rain(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Let the ordered rain run; the result lands with what was said of the rain.

    Raises
    ------
    StateError
        If the terrain was taken back meanwhile.
    """
    outlook = Outlook.objects.select_related("organisation").get(job=report.job.pk)
    grounds = grounds_of(outlook.organisation)
    if "terrain" not in grounds:
        raise StateError(gettext_noop("The terrain was taken back meanwhile."))
    said = said_by(arguments, grounds)
    done = compute_rain_on(grounds, said, arguments, Telling(report))
    told = follow_streets(grounds, done)
    return lambda: _land(outlook, said, done, told, by=Job.objects.get(pk=report.job.pk).by)


def _land(outlook: Outlook, said: Said, done: Computation, told: Followed, *, by: User | None) -> Record:
    filed: dict[str, Any] = {"by": by, "organisation": outlook.organisation, "visibility": outlook.visibility}
    if said.storm is not None:
        _as_ordered(file_computation(said.storm, gettext_noop("Design storm"), **filed), outlook)
    _as_ordered(file_record(said.record, gettext_noop("How much it rains"), **filed), outlook)
    outlook.filing = _as_ordered(file_computation(done, TITLE, **filed), outlook)
    outlook.save(update_fields=["filing"])
    if told.streets is not None:
        _as_ordered(file_computation(told.streets, STREETS_TITLE, **filed), outlook)
    if told.buildings is not None:  # by building and in euros: never for everyone
        in_use_again(file_computation(told.buildings, BUILDINGS_TITLE, **{**filed, "visibility": Visibility.INTERNAL}))
    return outlook.filing.record


def _as_ordered(filing: Filing, outlook: Outlook) -> Filing:
    """Show to everyone what was ordered so, and use again what was out of use with its terrain."""
    in_use_again(filing)
    if outlook.visibility == Visibility.PUBLIC and filing.visibility != Visibility.PUBLIC:
        filing.visibility = Visibility.PUBLIC
        filing.save(update_fields=["visibility"])
    return filing


def scenario_of(record: Record) -> Scenario:
    """Say which scenario a result is of."""
    said = Record.objects.get(digest=record.as_record.parents["scenario"])
    return SCENARIOS[str(said.as_record.content["values"]["scenario"])]


def results_for(unit: Municipality, user: Person) -> dict[str, Outlook]:
    """Return the newest result of each scenario that the person may see; none whose terrain was taken back."""
    rows = Outlook.objects.visible_to(user).filter(municipality=unit, method=METHOD.slug)
    rows = rows.exclude(filing=None).filter(filing__replaced_by=None).select_related("filing__record", "organisation")
    found = {scenario_of(row.filing.record).slug: row for row in rows if row.filing is not None}
    return {slug: found[slug] for slug in SCENARIOS if slug in found}


def ground_record(record: Record, kind: str) -> Record | None:
    """Find the record of the file that a result rests on."""
    digest = record.as_record.parents.get(ROLES.get(kind, kind))
    return Record.objects.filter(digest=digest).first() if digest else None


def crs_of(outlook: Outlook, record: Record) -> str:
    """Name the projection of a result: as the file says, or as the person said who loaded it."""
    named = str(outcome_of(record, "grid")["crs"])
    ground = Dataset.objects.filter(organisation=outlook.organisation, filing__record=ground_record(record, "terrain"))
    return named or "".join(ground.values_list("crs", flat=True)[:1])


def on_example(record: Record) -> bool:
    """Say whether a result rests on the invented terrain."""
    ground = ground_record(record, "terrain")
    return ground is not None and ground.as_record.content.get("source", {}).get("table") == EXAMPLE
