"""The package of measures of a project: its list, a proposal, what fits the budgets, and taking that over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.decisions.models import Package, PackageTaken, Weighing
from hks.web.decisions.weighing import file_of, versions_of
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.projects.measures import told_of
from hks.web.projects.models import OptionVersion, Project
from hks.web.projects.services import file_for, role_of, still_open
from hks.web.shell.translated import in_words
from hks.workbench.compute import Computation
from hks.workbench.packages import (
    MOST_MEASURES,
    MOST_YEARS,
    Entry,
    Listed,
    best_package,
    dataset_of,
    listed,
    seconds_of,
    written,
)

if TYPE_CHECKING:
    from hks.web.accounts.models import User

KIND = "package"
FRONT = 8  # our choice: enough budgets to see where the next step stops paying
UNWEIGHED = 50.0  # our choice: points of a measure before anything was weighed
LONGEST_NAME = 80


def package_of(project: Project) -> Listed:
    """Return the measures and budgets of a project; nothing is listed at first, and the next year is the first."""
    row = Package.objects.filter(project=project).first()
    return listed(row.content) if row else Listed(timezone.localdate().year + 1)


@transaction.atomic
def keep(project: Project, package: Listed) -> None:
    """Keep measures and budgets; nothing is computed.

    Raises
    ------
    StateError
        If the project is closed.
    """
    still_open(project)
    Package.objects.update_or_create(project=project, defaults={"content": package.as_json()})


def proposed(project: Project) -> tuple[Entry, ...]:
    """List what the solutions plan: each measure at its catalogue cost, or the whole solution where it has none.

    A measure costs the middle of its investment in the first year and its upkeep in the years after. The points of a
    solution are shared evenly by its measures. Solutions listed as a whole exclude each other.

    Raises
    ------
    InputError
        If no solution is described.
    """
    versions = versions_of(project)
    if not versions:
        raise InputError(gettext_noop("No solution is described yet, so there is nothing to propose."))
    last = Weighing.objects.filter(project=project).select_related("ranking__record").last()
    scores = outcome_of(last.ranking.record, "score") if last else {}
    found: list[Entry] = []
    whole: list[str] = []
    for version in versions:
        letter = version.option.letter
        points = round(100.0 * scores[letter], 1) if letter in scores else UNWEIGHED
        weighed = (last.ranking.record.digest,) if last and letter in scores else ()
        rows = _planned(version, min(100.0, max(0.0, points)), weighed)
        if not rows:
            whole.append(f"{letter} {version.title}")
            rows = [_whole(version, min(100.0, max(0.0, points)), weighed)]
        found += rows
    found = [replace(entry, not_with=tuple(n for n in whole if n != entry.name)) if entry.name in whole else entry
             for entry in found]  # fmt: skip
    return tuple(found[:MOST_MEASURES])


def _planned(version: OptionVersion, points: float, weighed: tuple[str, ...]) -> list[Entry]:
    together = told_of(version)
    rows = together.rows if together else []
    entries: list[Entry] = []
    for row in rows:
        once, yearly = row.cost["middle"][0], row.upkeep["middle"][0]
        name = f"{in_words(row.measure.title)} ({version.option.letter})"[:LONGEST_NAME]
        taken = {entry.name for entry in entries}
        name = next(one for one in (name, *(f"{name} {n}" for n in range(2, len(rows) + 2))) if one not in taken)
        costs = (round(100 * once), *[round(100 * yearly)] * (MOST_YEARS - 1))
        origins = (row.cost["middle"][1].partition("#")[0], version.filing.record.digest, *weighed)
        entries.append(Entry(name, round(points / len(rows), 1), costs, origins=origins))
    return entries


def _whole(version: OptionVersion, points: float, weighed: tuple[str, ...]) -> Entry:
    costs = (version.cost, *[version.follow_up_cost] * (MOST_YEARS - 1))
    name = f"{version.option.letter} {version.title}"
    return Entry(name, points, costs, origins=(version.filing.record.digest, *weighed))


@dataclass(frozen=True)
class Worked:
    """A package that was found, and the records it is made of in the order they are filed."""

    package: Listed
    entered: evidence.Record
    table: evidence.Record
    data: bytes
    found: Computation


def seconds(package: Listed, front: int = FRONT) -> float:
    """Foretell how long a package takes. [s]

    Raises
    ------
    InputError
        If nothing is listed, or rules contradict each other.
    """
    return seconds_of(dataset_of(package), front)


def work_out(project: Project, package: Listed, *, by: User | None, front: int = FRONT) -> Worked:
    """Find the best package; nothing is written.

    Raises
    ------
    InputError
        If nothing is listed, rules contradict each other, or nothing fits.
    """
    content = written(package)
    outcomes = {
        "value": {"unit": "1", "value": content["value"]}, "cost": {"unit": "EUR", "value": content["cost"]},
        "budget": {"unit": "EUR", "value": content["budget"]},
    }  # fmt: skip
    entered = evidence.record(
        "judgement", inputs=_origins(package), values={"role": role_of(by, project)}, outcomes=outcomes
    )
    table, data = file_of(content, {"entered": entered.digest})
    return Worked(package, entered, table, data, best_package(package, dataset_of(package, table.digest), front))


def _origins(package: Listed) -> dict[str, str]:
    """Name the records that costs and values were taken from, as far as they are kept."""
    digests = sorted({digest for entry in package.measures for digest in entry.origins})
    kept = set(Record.objects.filter(digest__in=digests).values_list("digest", flat=True))
    return {f"origin {n}": digest for n, digest in enumerate(digests, 1) if digest in kept}


def preview(project: Project, package: Listed, *, by: User | None) -> Worked | None:
    """Find the best package at once, without those of smaller budgets where these take long; nothing if all does.

    Raises
    ------
    InputError
        As `work_out`.
    """
    front = next((front for front in (FRONT, 0) if seconds(package, front) <= settings.AT_ONCE_SECONDS), None)
    return None if front is None else work_out(project, package, by=by, front=front)


def taken_last(project: Project) -> PackageTaken | None:
    """Return the package that was filed last."""
    rows = PackageTaken.objects.filter(project=project).exclude(filing=None)
    return rows.select_related("filing__record").last()


def running(project: Project) -> Job | None:
    """Return the newest job if it is not over yet, or ended without a result."""
    last = PackageTaken.objects.filter(project=project).select_related("job").last()
    return last.job if last and last.filing_id is None else None


@transaction.atomic
def take_over(project: Project, *, by: User | None, enqueue: Callable[[int], None]) -> PackageTaken:
    """File the best package with what it is made of; a long search is ordered as a job.

    Raises
    ------
    InputError
        If nothing is listed, rules contradict each other, or nothing fits.
    StateError
        If the project is closed, or a package is being worked out already.
    """
    still_open(project)
    package = package_of(project)
    if seconds(package) <= settings.AT_ONCE_SECONDS:
        taken = PackageTaken(project=project, content=package.as_json(), by=by)
        _land(taken, work_out(project, package, by=by))
        return taken
    job = running(project)
    if job is not None and not job.over:
        raise StateError(gettext_noop("A package is being worked out already."))
    job = order_job(KIND, {"project": project.pk}, organisation=project.organisation, by=by, enqueue=enqueue)
    return PackageTaken.objects.create(project=project, content=package.as_json(), job=job, by=by)


def compute_package(_arguments: Mapping[str, Any], report: Report) -> Landing:
    """Work an ordered package out."""
    taken = PackageTaken.objects.select_related("project__organisation", "by").get(job=report.job.pk)
    report.progress(0.1)
    worked = work_out(taken.project, listed(taken.content), by=taken.by)
    return lambda: _land(taken, worked)


def _land(taken: PackageTaken, worked: Worked) -> Record:
    """File a package."""
    project, by = taken.project, taken.by

    def file(record: evidence.Record, title: str, files: Mapping[str, bytes] | None = None) -> Any:
        return file_for(project, record, f"{project.title}: {title}", by=by, files=files)

    file(worked.entered, gettext("Measures and budgets"))
    file(worked.table, gettext("Measures of the package"), {"file": worked.data})
    taken.filing = file(worked.found.record, gettext("Package of measures"), worked.found.files)
    taken.save()
    record: Record = taken.filing.record
    return record
