"""A job of the tests that hangs at its first attempt, so that its worker can be killed in the middle of it.

`python -m tests.cli.slow_work order|work`
"""

import datetime
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hks.web.settings")
if __name__ == "__main__":
    django.setup()

from django_tasks import task

from hks.core import evidence
from hks.web.accounts.models import Organisation
from hks.web.evidence.services import file_record
from hks.web.jobs import services
from hks.web.portal import schedule, serving

services.LEASE = datetime.timedelta(seconds=2)


def hang_once(arguments: dict, report: services.Report) -> services.Landing:
    """Get half way, hang until someone kills the worker, and at the next attempt go through."""
    report.progress(0.5)
    if report.job.attempt == 1:
        time.sleep(600)
    return lambda: file_record(evidence.record("table", values={"attempt": report.job.attempt}), "whole").record


@task()
def carry_out_slow(pk: int) -> None:
    """Carry the job out."""
    job = services.claim(pk)
    if job is not None:
        services.carry_out(job, hang_once)


def main() -> None:
    """Order a job, or work."""
    from tests.cli import slow_work  # the queue names the task by its module, which must not be __main__

    slow_work.services.LEASE = services.LEASE
    schedule.JOB_KINDS["slow"] = slow_work.carry_out_slow.enqueue
    if sys.argv[1] == "order":
        town = Organisation.objects.create(slug="a", name="A", kind="town")
        services.order_job("slow", {}, organisation=town, by=None, enqueue=slow_work.carry_out_slow.enqueue)
    else:
        serving.work()


if __name__ == "__main__":
    main()
