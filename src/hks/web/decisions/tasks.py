"""Carry out ordered packages in the worker."""

from __future__ import annotations

from django_tasks import task

from hks.web.decisions import packages
from hks.web.jobs.services import carry_out, claim

KINDS = (packages.KIND,)


def enqueue(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_package.enqueue(job)


@task()
def carry_out_package(job: int) -> None:
    """Compute what was ordered; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, packages.compute_package)
