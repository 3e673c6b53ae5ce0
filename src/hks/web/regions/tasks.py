"""Fetch ordered tables in the worker."""

from __future__ import annotations

from django_tasks import task

from hks.web.jobs.services import carry_out, claim
from hks.web.regions.fetching import fetch_table


def enqueue_fetch(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_fetch.enqueue(job)


@task()
def carry_out_fetch(job: int) -> None:
    """Fetch an ordered table; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, fetch_table)
