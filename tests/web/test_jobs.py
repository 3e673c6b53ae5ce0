"""Jobs: taken once, cancelled, brought back when their worker died, nothing half-written."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.models import Record
from hks.web.evidence.services import file_record
from hks.web.jobs import services
from hks.web.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Job:
    town = Organisation.objects.create(slug="a", name="A", kind="town")
    return services.order_job(
        "sum", {"a": 1}, organisation=town, by=ensure_demo_member(town, "caretaker"), enqueue=lambda _pk: None
    )


def nothing() -> None:
    """Land without a record."""


def test_the_progress_of_a_running_job_is_seen_by_others(job: Job) -> None:
    seen = []

    def work(_arguments, report):
        report.progress(0.5)
        seen.append((Job.objects.get().progress, connection.in_atomic_block, list(connection.savepoint_ids)))
        return nothing

    before = list(connection.savepoint_ids)
    services.carry_out(services.claim(job.pk), work)
    assert seen == [(0.5, True, before)]  # the test's own transaction, none of the job's


def test_of_two_workers_only_one_gets_the_job(job: Job) -> None:
    assert services.claim(job.pk) == job
    assert services.claim(job.pk) is None


def test_a_done_job_has_its_record(job: Job) -> None:
    services.carry_out(
        services.claim(job.pk),
        lambda arguments, _report: lambda: file_record(evidence.record("table", values=arguments), "t").record,
    )
    job.refresh_from_db()
    assert (job.status, job.progress, job.record.kind) == ("done", 1.0, "table")


def test_a_failed_job_keeps_its_sentence_and_writes_nothing(job: Job) -> None:
    half = evidence.record("table", values={"half": 1})

    def land():
        file_record(half, "half")
        raise InputError("'%(value)s' is wrong.", value="x")

    services.carry_out(services.claim(job.pk), lambda _arguments, _report: land)
    job.refresh_from_db()
    assert (job.status, job.problem["params"]) == ("failed", {"value": "x"})
    assert not Record.objects.filter(digest=half.digest).exists()


def test_a_wish_to_cancel_is_heard_at_the_next_report(job: Job) -> None:
    claimed = services.claim(job.pk)
    services.wish_cancel(claimed)
    services.carry_out(claimed, lambda _a, report: report.progress(0.5))
    job.refresh_from_db()
    assert job.status == "cancelled"
    with pytest.raises(StateError, match="already ended"):
        services.wish_cancel(job)


def test_a_job_that_has_not_begun_is_cancelled_at_once(job: Job) -> None:
    services.wish_cancel(job)
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert services.claim(job.pk) is None


def test_a_dead_workers_job_comes_back_and_the_dead_one_writes_nothing_more(job: Job) -> None:
    dead = services.claim(job.pk)
    Job.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    again: list[int] = []
    assert services.bring_back({"sum": again.append, "other": again.clear}) == 1
    assert services.bring_back({"sum": again.append}) == 0
    assert again == [job.pk]
    alive = services.claim(job.pk)
    services.carry_out(dead, lambda _a, report: report.progress(0.9))
    assert Job.objects.get().status == "running"
    services.carry_out(alive, lambda _a, _r: nothing)
    assert Job.objects.get().status == "done"


def test_a_job_that_kills_its_worker_thrice_is_marked(job: Job) -> None:
    for _ in range(services.MOST_ATTEMPTS):
        services.claim(job.pk)
        Job.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
        services.bring_back({"sum": lambda _pk: None})
    job.refresh_from_db()
    assert (job.status, job.problem["params"]) == ("failed", {"times": "3"})


def test_a_job_of_a_kind_that_is_gone_is_marked(job: Job) -> None:
    services.claim(job.pk)
    Job.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    assert services.bring_back({"other": lambda _pk: None}) == 0
    job.refresh_from_db()
    assert job.status == "failed"
    assert "no jobs of this kind" in job.problem["message"]


def test_a_job_within_its_lease_stays_where_it_is(job: Job) -> None:
    services.claim(job.pk)
    assert services.bring_back({"sum": lambda _pk: None}) == 0
    assert Job.objects.get().status == "running"


def test_a_stranger_sees_no_job(job: Job, client: Client) -> None:
    address = f"/jobs/{job.pk}/state/"
    assert client.get(address).status_code == 302
    client.force_login(ensure_demo_member(Organisation.objects.create(slug="b", name="B", kind="town"), "caretaker"))
    assert client.get(address).status_code == 404
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404
    client.force_login(job.by)
    assert client.get(address).status_code == 200
    assert client.post(f"/jobs/{job.pk}/cancel/", {"next": "https://example.org"}).headers["Location"] == "/"


def test_a_running_job_says_how_long_the_rest_takes_if_it_goes_on_as_before(job: Job) -> None:
    assert job.minutes_left is None  # it waits
    claimed = services.claim(job.pk)
    assert claimed is not None
    assert claimed.minutes_left is None  # nobody can say yet
    Job.objects.filter(pk=job.pk).update(progress=0.25, started_at=timezone.now() - datetime.timedelta(minutes=2))
    job.refresh_from_db()
    assert job.minutes_left == 6
    client = Client()
    client.force_login(job.by)
    client.cookies["hks_language"] = "en"
    assert "About 6 more minutes" in client.get(f"/jobs/{job.pk}/state/").content.decode()
