"""Order, compute and land the futures of a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.text import slugify

from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.core.randomness import fresh_seed
from hks.web.evidence.models import Filing, Record
from hks.web.evidence.services import file_of
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.projects.models import Effect, OptionVersion, Project, Scenario
from hks.web.projects.services import file_for, record_effect, still_open
from hks.web.regions.models import Dataset as Table
from hks.web.regions.models import Municipality
from hks.web.studies.models import FuturesRun, Projected
from hks.workbench.compute import Computation, compute
from hks.workbench.futures import of_method
from hks.workbench.inputs import Dataset, opened
from hks.workbench.methods import METHODS
from hks.workbench.studies import newest_of, ranges_reached, reach

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

KIND = "futures"
METHOD = METHODS["population-project"]
TARGET_YEAR = 2035  # the year of the towns' own development plans (ISEK 2035)
DRAWS = 1000
PREVIEW_DRAWS = 100  # our choice: enough for a first look, fast enough for a request
LARGEST_SCENARIOS = 8


def population_tables(organisation: Organisation | None) -> list[Dataset]:
    """Read the tables of residents by age that are in use: the newest that everyone has, and the newest of the town.

    Raises
    ------
    StateError
        If none is filed.
    """
    filed = Table.objects.in_use().filter(table="12411-0018").select_related("file__record").order_by("-at")
    newest = [filed.filter(organisation=owner).first() for owner in {None, organisation}]
    found = [(table, table.file.record) for table in newest if table is not None]
    if not found:
        raise StateError(gettext_noop("No table of residents by age is filed here; please load the official figures."))
    return [Dataset(f"{table.table}.csv", file_of(of), filed_as=of.digest) for table, of in found]


@dataclass(frozen=True)
class Base:
    """What a projection starts from: the unit of the table, its newest complete year, and whether a town is scaled."""

    table: Dataset
    place: Municipality
    year: int
    town: bool


def base_of(project: Project) -> Base:
    """Find the table and the year a project's projections start from.

    Raises
    ------
    InputError
        If the project has no place, or the table does not know it.
    StateError
        If no table is filed, or it already reaches the target year.
    """
    if project.municipality is None:
        raise InputError(gettext_noop("This project names no town; a projection needs one."))
    return base_for(project.municipality, project.organisation)


def base_for(unit: Municipality, organisation: Organisation | None) -> Base:
    """Find the table and the year a unit's projections start from: a town takes the ages of its district.

    Raises
    ------
    InputError
        If the table does not know the unit.
    StateError
        If no table is filed, or it already reaches the target year.
    """
    town = unit.level == unit.Level.TOWN and unit.parent is not None
    place = unit.parent if town and unit.parent is not None else unit
    year, table = newest_of(population_tables(organisation), place.ags)
    if year >= TARGET_YEAR:
        raise StateError(
            gettext_noop("The table of residents reaches %(year)s; nothing is left to project until %(target)s."),
            year=year, target=TARGET_YEAR,
        )  # fmt: skip
    return Base(table, place, year, town)


def values_for(base: Base, drivers: Mapping[str, Any], residents: float, draws: int) -> dict[str, Any]:
    """Complete the drivers by place and time.

    Raises
    ------
    InputError
        If a town's residents are not said.
    """
    if base.town and residents <= 0:
        raise InputError(
            gettext_noop("Please say how many people live in the town; its district's ages are scaled to it.")
        )
    return {
        **of_method(METHOD.slug, drivers), "unit": int(base.place.ags), "residents": residents if base.town else 0.0,
        "draws": draws, "base_year": base.year, "years": TARGET_YEAR - base.year,
    }  # fmt: skip


def preview(base: Base, drivers: Mapping[str, Any], residents: float, seed: int, *, of: int = 1) -> Computation | None:
    """Compute a first look in the request, or nothing where `of` such looks would take too long; nothing is filed."""
    inputs, values = {"table": base.table}, values_for(base, drivers, residents, PREVIEW_DRAWS)
    seconds = METHOD.estimate(opened(METHOD, inputs), {p.name: p.default for p in METHOD.parameters} | values)
    if of * seconds > settings.AT_ONCE_SECONDS:
        return None
    return compute(METHOD, inputs, values, seed)


def add_future(
    project: Project, title: str, story: str, drivers: Mapping[str, Any], *, filing: Filing | None = None
) -> Scenario:
    """Describe one future by the values of its drivers; `filing` says where they come from, if not by hand.

    Raises
    ------
    InputError
        If there are too many.
    """
    still_open(project)
    if project.scenarios.count() >= LARGEST_SCENARIOS:
        raise InputError(gettext_noop("Eight futures are enough; please remove one first."))
    start = slugify(title)[:36] or "future"
    taken = set(project.scenarios.values_list("slug", flat=True))
    slug = next(s for s in (start, *(f"{start}-{n}" for n in range(2, 20))) if s not in taken)
    return Scenario.objects.create(project=project, slug=slug, title=title, story=story, drivers=dict(drivers),
                                   filing=filing)  # fmt: skip


def renew_future(scenario: Scenario, story: str, drivers: Mapping[str, Any], filing: Filing) -> Scenario:
    """Give a future other values: its name, its storyline and its signs stay, what was computed for it goes."""
    scenario.story, scenario.drivers, scenario.filing = story, dict(drivers), filing
    scenario.save(update_fields=["story", "drivers", "filing"])
    Projected.objects.filter(scenario=scenario).delete()
    Effect.objects.filter(scenario=scenario).delete()
    return scenario


def chosen_by(scenario: Scenario) -> dict[str, str]:
    """Name the records that a future's drivers come from; nothing for one described by hand."""
    if scenario.filing is None:
        return {}
    record = scenario.filing.record.as_record
    return {"drivers": record.digest, **record.parents}


def order_futures(project: Project, residents: float, *, by: User | None, enqueue: Any) -> FuturesRun:
    """Order the computation of all futures.

    Raises
    ------
    InputError
        If there is no future, or no place.
    """
    still_open(project)
    if not project.scenarios.exists():
        raise InputError(gettext_noop("Please describe a future first."))
    values_for(base_of(project), {}, residents, DRAWS)
    arguments = {"project": project.pk, "residents": residents, "seed": fresh_seed(), "by": by.pk if by else None}
    job = order_job(KIND, arguments, organisation=project.organisation, by=by, enqueue=enqueue)
    return FuturesRun.objects.create(project=project, job=job)


def compute_futures(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Project every future of a project; the result lands as a whole."""
    project = Project.objects.select_related("municipality__parent", "organisation").get(pk=arguments["project"])
    base = base_of(project)
    scenarios = list(project.scenarios.select_related("filing__record"))
    versions = [option.current for option in project.options.prefetch_related("versions__filing__record")]
    ranges = ranges_reached(version.filing.record.as_record for version in versions)
    found: list[tuple[Scenario, Computation]] = []
    for number, scenario in enumerate(scenarios):
        report.progress(number / len(scenarios))
        values = values_for(base, scenario.drivers, arguments["residents"], DRAWS) | {"age_ranges": ranges}
        # One seed for all: the futures differ by their drivers, not by chance.
        told = compute(METHOD, {"table": base.table}, values, arguments["seed"], chosen_by=chosen_by(scenario))
        found.append((scenario, told))
    return lambda: land(project, found, versions, by=Job.objects.get(pk=report.job.pk).by)


def land(
    project: Project, found: list[tuple[Scenario, Computation]], versions: list[OptionVersion], *, by: User | None
) -> Record | None:
    """File the projections and what each solution would do there; a future removed meanwhile is left out."""
    last = None
    kept = set(project.scenarios.values_list("pk", flat=True))
    for scenario, computation in found:
        if scenario.pk not in kept:
            continue
        title = f"{project.title}: {scenario.title}"
        filing = file_for(project, computation.record, title, by=by, files=computation.files)
        Projected.objects.update_or_create(scenario=scenario, defaults={"filing": filing})
        last = filing.record
        for version in versions:
            typed = version.filing.record.as_record
            record, effects = reach(computation.outcomes, computation.record.digest, typed, TARGET_YEAR)
            filed = file_for(project, record, f"{title}: {version.option.letter}", by=by)
            units = {name: entry["unit"] for name, entry in record.content["outcomes"].items()}
            for name, band in effects.items():
                record_effect(version, name, band["p50"], units[name], filed, f"/outcomes/{name}/p50",
                              band=(band["p10"], band["p90"]), scenario=scenario)  # fmt: skip
    return last
