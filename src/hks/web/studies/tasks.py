"""Carry out ordered futures and outlooks in the worker."""

from __future__ import annotations

from django_tasks import task

from hks.web.jobs.services import Work, carry_out, claim
from hks.web.studies import (
    drawn_plans,
    ensembles,
    file_pages,
    follow_ups,
    matrix_studies,
    money,
    official,
    outlooks,
    parts,
    rain,
    reservoirs,
    services,
    sinks,
)

# What a job of each kind computes; one line a kind.
WORKS: dict[str, Work] = {
    services.KIND: services.compute_futures,
    outlooks.KIND: outlooks.compute_outlook,
    money.KIND: money.compute_money,
    parts.KIND: parts.compute_parts,
    follow_ups.KIND: follow_ups.compute_follow_up,
    rain.KIND: rain.compute_rain,
    sinks.KIND: sinks.compute_sinks,
    official.KIND: official.compute_comparison,
    drawn_plans.KIND: drawn_plans.compute_measures,
    reservoirs.KIND: reservoirs.compute_reservoirs,
    file_pages.KIND: file_pages.compute_page,
    ensembles.KIND: ensembles.compute_ensemble,
    matrix_studies.KIND: matrix_studies.compute_study,
}


def enqueue(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_job.enqueue(job)


@task()
def carry_out_job(job: int) -> None:
    """Compute what was ordered; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, WORKS[claimed.kind])
