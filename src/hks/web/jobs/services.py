"""Order, carry out, cancel and bring back jobs."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hks.core.errors import HksError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Organisation
from hks.web.evidence.models import Record
from hks.web.jobs.models import Job, JobQuerySet

if TYPE_CHECKING:
    from hks.web.accounts.models import User

LEASE = datetime.timedelta(seconds=60)  # our choice: a dead worker is noticed within a minute
MOST_ATTEMPTS = 3  # our choice: a job that kills its worker thrice is marked, not tried for ever


class Cancelled(Exception):  # noqa: N818 - a wish of a person, not an error
    """The person who ordered the job no longer wants it."""


class Report:
    """What a job tells while it runs; each call renews its lease and hears a wish to cancel."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def progress(self, share: float) -> None:
        """Say which share is done, 0 to 1."""
        held = Job.objects.filter(pk=self.job.pk, status=Job.Status.RUNNING, attempt=self.job.attempt)
        if not held.update(progress=share, lease_until=timezone.now() + LEASE):
            raise Cancelled
        if held.filter(cancel_wished=True).exists():
            raise Cancelled


Landing = Callable[[], Record | None]
Work = Callable[[Mapping[str, Any], Report], Landing]


def order_job(
    kind: str,
    arguments: Mapping[str, Any],
    *,
    organisation: Organisation,
    by: User | None,
    enqueue: Callable[[int], None],
) -> Job:
    """Write the job down and hand it to the queue once the order is committed."""
    job = Job.objects.create(kind=kind, arguments=dict(arguments), organisation=organisation, by=by)
    transaction.on_commit(lambda: enqueue(job.pk))
    return job


def claim(pk: int) -> Job | None:
    """Take a waiting job; of two workers only one gets it."""
    taken = Job.objects.filter(pk=pk, status=Job.Status.WAITING).update(
        status=Job.Status.RUNNING,
        attempt=F("attempt") + 1,
        lease_until=timezone.now() + LEASE,
        started_at=timezone.now(),
        progress=0.0,
    )
    return Job.objects.get(pk=pk) if taken else None


def carry_out(job: Job, work: Work) -> None:
    """Do the work of a claimed job and write down how it ended.

    The work computes without a transaction, so that progress is seen and nobody waits for the database, and returns
    how its result lands; result and status land together.
    """
    report = Report(job)
    try:
        land = work(job.arguments, report)
        with transaction.atomic():
            report.progress(1.0)
            _finish(job, Job.Status.DONE, record=land())
    except Cancelled:
        _finish(job, Job.Status.CANCELLED)
    except HksError as error:
        _finish(
            job, Job.Status.FAILED, problem={"message": error.message, "params": _texts(error), "where": error.where}
        )


def _texts(error: HksError) -> dict[str, str]:
    return {name: str(value) for name, value in error.params.items()}


def _finish(job: Job, status: str, **fields: Any) -> None:
    Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, attempt=job.attempt).update(
        status=status, lease_until=None, **fields
    )


def wish_cancel(job: Job) -> None:
    """Ask a job to stop; one that has not begun stops at once."""
    if job.over:
        raise StateError(gettext_noop("This job has already ended."))
    Job.objects.filter(pk=job.pk).update(cancel_wished=True)
    Job.objects.filter(pk=job.pk, status=Job.Status.WAITING).update(status=Job.Status.CANCELLED)


def bring_back(kinds: Mapping[str, Callable[[int], object]]) -> int:
    """Return jobs whose lease ran out to the queue of their kind; those that cannot come back are marked as failed."""
    lost = Job.objects.filter(status=Job.Status.RUNNING, lease_until__lt=timezone.now())
    stopped = gettext_noop("The worker stopped %(times)s times during this job.")
    unknown = gettext_noop("This version of hks knows no jobs of this kind; please order it again.")
    _give_up(lost.filter(attempt__gte=MOST_ATTEMPTS), stopped, times=str(MOST_ATTEMPTS))
    _give_up(lost.exclude(kind__in=list(kinds)), unknown)
    returned = 0
    for kind, pk in list(lost.values_list("kind", "pk")):
        if lost.filter(pk=pk).update(status=Job.Status.WAITING, lease_until=None):
            kinds[kind](pk)
            returned += 1
    return returned


def _give_up(jobs: JobQuerySet, message: str, **params: str) -> None:
    problem = {"message": message, "where": "", "params": params}
    jobs.update(status=Job.Status.FAILED, lease_until=None, problem=problem)
