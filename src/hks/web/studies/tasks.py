"""Carry out ordered futures and outlooks in the worker."""

from __future__ import annotations

from django_tasks import task

from hks.web.jobs.services import carry_out, claim
from hks.web.studies.drawn_plans import compute_measures
from hks.web.studies.file_pages import compute_page
from hks.web.studies.follow_ups import compute_follow_up
from hks.web.studies.money import compute_money
from hks.web.studies.official import compute_comparison
from hks.web.studies.outlooks import compute_outlook
from hks.web.studies.parts import compute_parts
from hks.web.studies.rain import compute_rain
from hks.web.studies.reservoirs import compute_reservoirs
from hks.web.studies.services import compute_futures


def enqueue_futures(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_futures.enqueue(job)


@task()
def carry_out_futures(job: int) -> None:
    """Compute ordered futures; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, compute_futures)


def enqueue_outlook(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_outlook.enqueue(job)


@task()
def carry_out_outlook(job: int) -> None:
    """Compute an ordered outlook; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, compute_outlook)


def enqueue_money(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_money.enqueue(job)


@task()
def carry_out_money(job: int) -> None:
    """Compute an ordered budget over the years; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, compute_money)


def enqueue_parts(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_parts.enqueue(job)


@task()
def carry_out_parts(job: int) -> None:
    """Compute the ordered parts of a town; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, compute_parts)


def enqueue_follow_up(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_follow_up.enqueue(job)


@task()
def carry_out_follow_up(job: int) -> None:
    """Compute ordered places, dwellings or fees; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, compute_follow_up)


def enqueue_rain(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_rain.enqueue(job)


@task()
def carry_out_rain(job: int) -> None:
    """Let ordered heavy rain run; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, compute_rain)


def enqueue_measures(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_measures.enqueue(job)


@task()
def carry_out_measures(job: int) -> None:
    """Let ordered heavy rain run with measures; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, compute_measures)


def enqueue_reservoirs(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_reservoirs.enqueue(job)


@task()
def carry_out_reservoirs(job: int) -> None:
    """Compute ordered dry and wet years of small reservoirs; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, compute_reservoirs)


def enqueue_page(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_page.enqueue(job)


@task()
def carry_out_page(job: int) -> None:
    """Compute ordered heat or an ordered water balance; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, compute_page)


def enqueue_comparison(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_comparison.enqueue(job)


@task()
def carry_out_comparison(job: int) -> None:
    """Compare a result with the official map; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, compute_comparison)
