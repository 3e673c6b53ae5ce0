"""What more a matrix says: where starts lead, what if, how rough judgements may be, who drives whom, what agrees."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.core.method import Method
from hks.core.parameters import checked
from hks.web.evidence.models import Record
from hks.web.evidence.services import file_of, outcomes_of
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.projects.filed import filed_as, filings_of
from hks.web.projects.models import Project
from hks.web.projects.services import file_for, role_of, still_open
from hks.web.studies.cited import Cited
from hks.workbench import futures
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset, opened
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

KIND = "matrix-study"
SEED = 1  # our choice: what is drawn is the same for everybody who looks, and so is what is filed
MOST_EXACT = 100_000_000  # our choice: two bytes a start, 200 MB; beyond it the page proposes to draw
DRAWN = 100_000  # our choice: exact to about half a percent of all starts
BASINS, SUCCESSION, UNCERTAINTY, INFLUENCE, BUNDLES = (
    METHODS[f"scenarios-{verb}"] for verb in ("basins", "succession", "uncertainty", "influence", "bundles")
)


def proposed(method: Method, matrix: futures.CrossImpactMatrix, tolerance: float = 0.0) -> dict[str, object]:
    """Propose the values of a method for a matrix: all starts are followed where that is possible."""
    values: dict[str, object] = {p.name: p.default for p in method.parameters}
    if method is BASINS and math.prod(matrix.counts.tolist()) > MOST_EXACT:
        values["starts"] = DRAWN
    if method is UNCERTAINTY:
        values["tolerance"] = tolerance
    return values


def last_asked(project: Project, method: Method, digest: str) -> dict[str, object]:
    """Return the values with which a method was filed last for this matrix; nothing where it was not."""
    filing = filings_of(project, method).filter(record__content__contains=digest).first()
    return dict(filing.record.as_record.content.get("values", {})) if filing else {}


def refuse_too_many(method: Method, matrix: futures.CrossImpactMatrix, values: Mapping[str, object]) -> None:
    """Refuse to follow more starts than this machine should hold.

    Raises
    ------
    InputError
        If every one of too many starts is to be followed.
    """
    starts = math.prod(matrix.counts.tolist())
    if method is BASINS and not values["starts"] and starts > MOST_EXACT:
        raise InputError(
            gettext_noop("%(starts)s combinations are too many to follow here, at most %(most)s; have some drawn."),
            starts=starts, most=MOST_EXACT,
        )  # fmt: skip


def _seed(method: Method) -> int | None:
    return SEED if method.draws else None


def _quick(dataset: Dataset, method: Method, values: Mapping[str, object]) -> bool:
    complete, inputs = checked(method.parameters, values), opened(method, {"matrix": dataset})
    refuse_too_many(method, inputs["matrix"], complete)
    return method.estimate(inputs, complete) <= settings.AT_ONCE_SECONDS


def outcomes(project: Project, dataset: Dataset, method: Method, values: Mapping[str, object]) -> Cited | None:
    """Return what a method says of a matrix, as filed, else as a preview; nothing where that takes too long.

    Raises
    ------
    InputError
        If the values do not fit the matrix.
    """
    filing = filed_as(project, method, {"matrix": dataset.digest}, values, _seed(method))
    if filing is not None:
        return Cited(outcomes_of(filing.record), filing.record.digest)
    if not _quick(dataset, method, values):
        return None
    return Cited(compute(method, {"matrix": dataset}, values, _seed(method)).outcomes, "")


def running(project: Project, method: Method) -> Job | None:
    """Return the newest ordered job of a method that ended without a result, or has not ended."""
    rows = Job.objects.filter(kind=KIND, organisation=project.organisation, arguments__project=project.pk)
    job = rows.filter(arguments__method=method.slug).last()
    return job if job and job.status != Job.Status.DONE else None


@transaction.atomic
def take_over(
    project: Project, dataset: Dataset, method: Method, values: Mapping[str, object],
    *, by: User | None, enqueue: Callable[[int], None],
) -> Record | None:  # fmt: skip
    """File what a method says of a filed matrix; what takes long is ordered as a job.

    Raises
    ------
    InputError
        If the values do not fit the matrix.
    StateError
        If the project is closed, or the method is at work already.
    """
    still_open(project)
    if _quick(dataset, method, values):
        return _land(project, dataset.name, compute(method, {"matrix": dataset}, values, _seed(method)), by=by)
    job = running(project, method)
    if job is not None and not job.over:
        raise StateError(gettext_noop("This is being computed already."))
    arguments = {"project": project.pk, "method": method.slug, "matrix": dataset.digest, "name": dataset.name,
                 "values": checked(method.parameters, values)}  # fmt: skip
    order_job(KIND, arguments, organisation=project.organisation, by=by, enqueue=enqueue)
    return None


def compute_study(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Carry an ordered study of a matrix out."""
    project = Project.objects.select_related("organisation").get(pk=arguments["project"])
    method, digest = METHODS[arguments["method"]], arguments["matrix"]
    dataset = Dataset(arguments["name"], file_of(Record.objects.get(digest=digest)), filed_as=digest)
    report.progress(0.05)
    found = compute(method, {"matrix": dataset}, arguments["values"], _seed(method), told=report.progress)
    return lambda: _land(project, dataset.name, found, by=report.job.by)


def _land(project: Project, name: str, found: Computation, *, by: User | None) -> Record:
    title = f"{project.title}: {name}"
    record: Record = file_for(project, found.record, title, by=by, files=found.files).record
    return record


@transaction.atomic
def agree(
    project: Project, dataset: Dataset, values: Mapping[str, object],
    *, by: User | None, enqueue: Callable[[int], None],
) -> Record | None:  # fmt: skip
    """File judgements of pairs and the combinations that agree best.

    Raises
    ------
    InputError
        If the file holds no judgements of pairs that a page can show.
    StateError
        If the project is closed, or a search is under way.
    """
    still_open(project)
    dataset = replace(dataset, kind="judgement", role=role_of(by, project))
    futures.matrix_of(dataset)
    filing = file_for(project, dataset.record, f"{project.title}: {dataset.name}", by=by,
                      files={dataset.digest: dataset.data})  # fmt: skip
    kept = Dataset(dataset.name, dataset.data, filed_as=filing.record.digest)
    return take_over(project, kept, BUNDLES, values, by=by, enqueue=enqueue)


def agreed_last(project: Project) -> tuple[Dataset, Cited, dict[str, Any]] | None:
    """Return the judgements of pairs that were filed last, what agrees best in them, and with which values."""
    filing = filings_of(project, BUNDLES).first()
    if filing is None:
        return None
    record = filing.record.as_record
    matrix = Record.objects.get(digest=record.parents["matrix"])
    name = filing.title.partition(": ")[2]
    cited = Cited(outcomes_of(filing.record), filing.record.digest)
    return Dataset(name, file_of(matrix), filed_as=matrix.digest), cited, record.content["values"]
