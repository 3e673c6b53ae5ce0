"""Carry out ordered packages and ranks in the worker."""

from __future__ import annotations

from django_tasks import task

from hks.web.decisions import expert_ranks, packages
from hks.web.jobs.services import Work, carry_out, claim

WORKS: dict[str, Work] = {packages.KIND: packages.compute_package, expert_ranks.KIND: expert_ranks.compute_ranks}
KINDS = tuple(WORKS)


def enqueue(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_order.enqueue(job)


@task()
def carry_out_order(job: int) -> None:
    """Compute what was ordered; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, WORKS[claimed.kind])
