"""Carry out ordered runs in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django_tasks import task

from hks.web.evidence.models import Record, StoredFile
from hks.web.evidence.services import file_computation, read_file
from hks.web.jobs.services import Report, carry_out, claim
from hks.web.studies.models import Run
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

RUN_METHOD = "run-method"


def enqueue_run(job: int) -> None:
    """Hand a job to the queue."""
    carry_out_run.enqueue(job)


@task()
def carry_out_run(job: int) -> None:
    """Compute an ordered run and file its result; a job already taken is left alone."""
    claimed = claim(job)
    if claimed is not None:
        carry_out(claimed, run_method)


def run_method(arguments: Mapping[str, Any], report: Report) -> Record:
    """Compute one run and file the result as evidence of its project's organisation."""
    run = Run.objects.select_related("project__organisation", "job__by").get(pk=arguments["run"])
    report.progress(0.05)
    computation = compute(METHODS[run.method], kept_inputs(run.inputs), run.values, run.seed)
    report.progress(0.95)
    filing = file_computation(computation, run.title, by=run.job.by, organisation=run.project.organisation)
    Run.objects.filter(pk=run.pk).update(filing=filing)
    return filing.record


def kept_inputs(inputs: Mapping[str, str]) -> dict[str, Dataset]:
    """Read the files behind the records a run builds on."""
    found = {}
    for role, digest in inputs.items():
        stored = StoredFile.objects.select_related("record").get(record__digest=digest)
        found[role] = Dataset(stored.record.digest[:8], read_file(stored), filed_as=digest)
    return found

