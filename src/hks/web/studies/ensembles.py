"""Try a project's solutions in its futures many times, and take what came out over as their effects."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from hks.core.errors import HksError, StateError
from hks.core.messages import gettext_noop
from hks.core.randomness import fresh_seed
from hks.web.evidence.models import Filing, Record
from hks.web.evidence.services import file_of, note, outcome_of, read_file
from hks.web.jobs.models import Job
from hks.web.jobs.services import Cancelled, Landing, Report, order_job
from hks.web.projects.models import OptionVersion, Project, ProjectRecord, Scenario
from hks.web.projects.services import file_for, record_effect, role_of, still_open
from hks.web.studies import money, services
from hks.web.studies.models import Outlook
from hks.web.studies.rain import Telling
from hks.workbench.futures import of_method
from hks.workbench.inputs import Dataset
from hks.workbench.option_ensembles import KEPT, OF_TOWN, Asked, Tried, order_record, plan_of, tried

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hks.web.accounts.models import User

KIND = "option-ensemble"
DRAWS = 20  # our choice: futures of the people in one run; the runs of a cell differ by the assumptions, not by chance
RUNS = (1, 8, 16, 32, 64)
USUAL_RUNS = 16
EFFECTS = ("margin_lowest", "missing_most", "empty_last")  # what is taken over as effects
TITLE = gettext_noop("Solutions in futures")
UNDER_WAY = (Job.Status.WAITING, Job.Status.RUNNING)
AT_WORK = gettext_noop(
    "An ensemble of this project is being computed already. Please wait until it is done, or stop it first."
)


def budget_of(project: Project) -> Dataset:
    """Find the budget with its people: one filed with the project, else that of the town's newest outlook.

    Raises
    ------
    StateError
        If there is none.
    """
    own = ProjectRecord.objects.filter(project=project, filing__record__parents__role="population")
    row = own.filter(filing__record__kind="file").select_related("filing__record").order_by("pk").first()
    if row is not None:
        record = row.filing.record
        return Dataset("budget.json", file_of(record), filed_as=record.digest)
    outlook = Outlook.objects.filter(
        organisation=project.organisation, municipality=project.municipality, method=money.METHOD.slug
    ).exclude(filing=None).select_related("filing__record").last()  # fmt: skip
    if outlook is None or outlook.filing is None:
        raise StateError(
            gettext_noop("Please let it be computed first how much room the budget leaves; the ensemble starts there.")
        )
    plan = Record.objects.get(digest=outlook.filing.record.as_record.parents["budget"])
    digest = plan.as_record.content["outcomes"]["plan"]["digest"]
    stored = plan.files.get(sha256=digest)
    return Dataset("budget.json", read_file(stored), filed_as=plan.digest)


def name_of(scenario: Scenario) -> str:
    """Name a future in a table so that nobody takes it for a number."""
    slug = scenario.slug
    return slug if any(letter.isalpha() for letter in slug) and slug not in {"nan", "inf"} else f"future-{slug}"


def versions_of(project: Project) -> dict[str, OptionVersion]:
    """Return the current version of each solution by its letter."""
    options = project.options.prefetch_related("versions__filing__record")
    return {option.letter: option.current for option in options}


def usual_cost(version: OptionVersion) -> float:
    """Say what a solution costs a year: what it costs once spread over its life, and what follows. [EUR/a]"""
    return round(version.cost / max(version.useful_life, 1) + version.follow_up_cost) / 100.0


@transaction.atomic
def order_ensemble(
    project: Project, values: Mapping[str, Any], options: Mapping[str, Mapping[str, Any]], runs: int,
    *, by: User | None, enqueue: Callable[[int], None], seed: int | None = None, draws: int = DRAWS,
) -> Job:  # fmt: skip
    """Order all solutions in all futures of a project.

    Parameters
    ----------
    project : Project
    values : mapping
        `residents` of the town and the places of today.
    options : mapping
        What each solution sets, by its letter.
    runs : int
        Of each solution in each future; with one the assumptions stay as they are.
    by : User, optional
    enqueue : callable
    seed : int, optional
    draws : int

    Raises
    ------
    StateError
        If the project is closed, another ensemble of it waits or runs, or there is no budget.
    InputError
        If there is no future or solution, or a value does not fit.
    """
    still_open(project)
    Project.objects.select_for_update().get(pk=project.pk)  # two at the same moment order one after the other
    if ensembles_of(project).filter(status__in=UNDER_WAY).exists():
        raise StateError(AT_WORK)
    arguments = {
        "project": project.pk, "values": dict(values), "options": {key: dict(sets) for key, sets in options.items()},
        "versions": {letter: version.pk for letter, version in versions_of(project).items() if letter in options},
        "futures": {name_of(scenario): scenario.pk for scenario in project.scenarios.all()},
        "runs": runs, "seed": fresh_seed() if seed is None else seed, "draws": draws,
    }  # fmt: skip
    budget_of(project)
    asked_in(project, arguments)
    job = order_job(KIND, arguments, organisation=project.organisation, by=by, enqueue=enqueue)
    note(by, "order ensemble", f"project {project.slug}", project.organisation)
    return job


def asked_in(project: Project, arguments: Mapping[str, Any]) -> Asked:
    """Turn the arguments of an order into what is tried."""
    base = services.base_of(project)
    scenarios = {name: project.scenarios.filter(pk=pk).first() for name, pk in arguments["futures"].items()}
    if None in scenarios.values():
        raise StateError(gettext_noop("A future was taken away meanwhile; please order again."))
    residents = float(arguments["values"].get("residents") or 0.0)
    values = services.values_for(base, {}, residents, arguments["draws"])
    values |= {"years": money.UNTIL - base.year}  # the plan of a town does not look further
    values |= {p.name: arguments["values"][p.name] for p in OF_TOWN if p.name in arguments["values"]}
    futures = {
        name: {key: value for slug in ("population-project", "finance-project")
               for key, value in of_method(slug, scenario.drivers).items()}
        for name, scenario in scenarios.items() if scenario is not None
    }  # fmt: skip
    asked = Asked(futures, arguments["options"], values, arguments["runs"], arguments["seed"])
    plan_of(asked)
    return asked


def folder_of(job: Job) -> Path:
    """Say where a run lies until it lands; a job that is brought back goes on there, no other one does."""
    return Path(settings.DATA_DIR) / "ensembles" / f"{job.pk}-{job.ordered_at:%Y%m%d%H%M%S%f}"


def compute_ensemble(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Run what was ordered; all of it lands together, and the folder of the run goes with it."""
    project = Project.objects.select_related("municipality__parent", "organisation").get(pk=arguments["project"])
    job = report.job
    asked, budget = asked_in(project, arguments), budget_of(project)
    order = order_record(asked, role_of(Job.objects.get(pk=job.pk).by, project), parents_of(arguments))
    inputs = {"table": services.base_of(project).table, "budget": budget}
    folder = folder_of(job)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        done = tried(asked, inputs, order, folder, Telling(report))
    except (Cancelled, HksError):
        if Job.objects.filter(pk=job.pk, attempt=job.attempt).exists():  # else somebody else goes on in the folder
            shutil.rmtree(folder, ignore_errors=True)
        raise

    def land() -> Record:
        record = _land(project, order, done, by=Job.objects.get(pk=job.pk).by)
        transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
        return record

    return land


def parents_of(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Name the records that say what futures set and what solutions are."""
    versions = OptionVersion.objects.filter(pk__in=arguments["versions"].values()).select_related("filing__record")
    found = {f"option {version.option.letter}": version.filing.record.digest for version in versions}
    scenarios = Scenario.objects.filter(pk__in=arguments["futures"].values()).select_related("filing__record")
    return found | {f"future {s.slug}": s.filing.record.digest for s in scenarios if s.filing is not None}


def _land(project: Project, order: Any, done: Tried, *, by: User | None) -> Record:
    def file(record: Any, **files: Any) -> Filing:
        return file_for(project, record, f"{project.title}: {TITLE}", by=by, **files)

    file(order)
    file(done.run)
    for record, dataset in done.files:
        file(record, files={dataset.name: dataset.data}, media_type="text/csv")
    filing = file(done.table.record)
    for computation in done.found.values():
        file(computation.record, files=computation.files)
    return filing.record


def ensembles_of(project: Project) -> QuerySet[Job]:
    """Return what was ordered for a project, newest first."""
    orders = Job.objects.filter(kind=KIND, organisation=project.organisation, arguments__project=project.pk)
    return orders.select_related("record").order_by("-pk")


def findings_of(project: Project, record: Record) -> list[Record]:
    """Return what the project found in the cases of a table: what matters, and when it becomes critical."""
    cases = record.as_record.parents["cases"]
    points = Record.objects.filter(kind="file", parents__role="cases", parents__parent__digest=cases)
    tables = [cases, *points.values_list("digest", flat=True)]
    own = project.records.values("filing__record")  # equal cases of another town are the same record
    rows = Record.objects.filter(parents__role="table", parents__parent__digest__in=tables, pk__in=own)
    return list(rows.order_by("pk"))


@transaction.atomic
def take_over(project: Project, job: Job, *, by: User | None) -> int:
    """Write what came out down as what each solution does in each future; return how many figures.

    Raises
    ------
    StateError
        If the project is closed, or a solution or future was changed since.
    """
    still_open(project)
    assert job.record is not None
    versions, futures = job.arguments["versions"], job.arguments["futures"]
    current = {letter: version.pk for letter, version in versions_of(project).items()}
    if any(current.get(letter) != pk for letter, pk in versions.items()):
        raise StateError(gettext_noop("A solution was changed since then. Please let it be computed again."))
    scenarios = {name: project.scenarios.filter(pk=pk).first() for name, pk in futures.items()}
    if None in scenarios.values():
        raise StateError(gettext_noop("A future was taken away meanwhile; please order again."))
    filing = Filing.objects.get(record=job.record, organisation=project.organisation)
    written = 0
    for name in EFFECTS:
        found = outcome_of(job.record, name)
        for row, letter in enumerate(outcome_of(job.record, "options")):
            for column, future in enumerate(outcome_of(job.record, "futures")):
                low, middle, high = (found[level][row][column] for level in ("low", "middle", "high"))
                if middle is None:
                    continue
                version = OptionVersion.objects.get(pk=versions[letter])
                record_effect(version, name, middle, KEPT[name].unit, filing, f"/outcomes/{name}/middle/{row}/{column}",
                              band=(low, high), scenario=scenarios[future])  # fmt: skip
                written += 1
    note(by, "take over ensemble", f"project {project.slug}", project.organisation)
    return written
