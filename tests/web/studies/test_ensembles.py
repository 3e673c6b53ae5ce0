"""A project's ensemble: ordered, computed by a worker, read with its evidence, taken over; who may and who may not."""

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from tests.adapters.test_budget_files import EXAMPLE
from tests.web.regions.conftest import regions_client

from hks.core import evidence
from hks.core.errors import HksError, InputError, StateError
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.decisions.weighing import candidates, value_in
from hks.web.evidence.models import Record
from hks.web.evidence.services import chain, figure_of, outcome_of, verify
from hks.web.jobs.models import Job
from hks.web.jobs.services import bring_back, carry_out, claim, wish_cancel
from hks.web.projects.models import Effect, Project
from hks.web.projects.services import file_for, revise_option, set_visibility
from hks.web.studies import ensembles, services
from hks.workbench.option_ensembles import LEVERS, METHOD, OF_TOWN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("zeitz")]
PAGE = "/projects/{}/futures/ensemble/"
VALUES = {"residents": 28381, "today_kindergarten": 400}
OPTIONS: dict[str, dict[str, Any]] = {
    "A": {"option_cost": 0.0},
    "B": {"option_cost": 40_000.0, "added_kindergarten": 60},
}


@pytest.fixture
def ready(pavilion: Project) -> Project:
    """Return the project with two futures and an invented budget."""
    services.add_future(pavilion, "As today", "", {})
    services.add_future(pavilion, "Dear years", "", {"cost_growth": 4.0, "net_migration_rate": -3.0})
    with_budget(pavilion)
    return pavilion


def with_budget(project: Project) -> None:
    """File an invented budget with people in it, as a story does."""
    data = json.dumps(EXAMPLE).encode()
    file = {"unit": "bytes", "value": len(data), "digest": evidence.digest_of_file(data)}
    people = services.base_of(project).table.digest
    record = evidence.record("file", inputs={"population": people}, outcomes={"file": file})
    file_for(project, record, "budget", by=None, files={"file": data})


def ordered(project: Project, runs: int = 1, options: Mapping[str, Mapping[str, Any]] = OPTIONS) -> Job:
    by = ensure_demo_member(project.organisation, "caretaker")
    return ensembles.order_ensemble(
        project, VALUES, options, runs, by=by, enqueue=lambda _job: None, seed=7, draws=10
    )  # fmt: skip


def computed(job: Job) -> Job:
    claimed = claim(job.pk)
    assert claimed is not None
    carry_out(claimed, ensembles.compute_ensemble)
    job.refresh_from_db()
    return job


def page_of(client: Client, project: Project) -> str:
    return str(client.get(PAGE.format(project.slug)).content.decode())


def test_each_solution_meets_each_future_and_every_figure_is_evidence(
    ready: Project, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = computed(ordered(ready))
    assert job.status == "done", job.problem
    assert job.record is not None
    assert not ensembles.folder_of(job).exists()
    assert (outcome_of(job.record, "options"), outcome_of(job.record, "runs")) == (["A", "B"], 4)
    margin, missing = (outcome_of(job.record, name)["middle"] for name in ("margin_lowest", "missing_most"))
    assert [row[0] - row[1] > 0 for row in margin] == [True, True]  # the dear years leave less
    assert margin[0][0] - margin[1][0] == pytest.approx(40_000)
    assert missing[0][0] - missing[1][0] == pytest.approx(60)
    client = regions_client(ready.organisation, "caretaker")
    page = page_of(client, ready)
    assert "Dear years" in page
    assert "too few to tell the assumptions apart" in page
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{PAGE.format(ready.slug)}{job.pk}/cases.csv").content.decode()))
    )
    assert [row["option"] for row in rows] == ["A", "B", "A", "B"]
    whence = {record.as_record.content.get("method", "") for record in chain(job.record)}
    assert {"option-ensemble-order 1", f"ensemble-run 1 population-budget {METHOD.version}"} <= whence
    taken_over(client, ready, job)
    assert verify().broken == []


def taken_over(client: Client, ready: Project, job: Job) -> None:
    """Take the figures over into the weighing; a changed solution must be computed again."""
    taken = client.post(f"{PAGE.format(ready.slug)}{job.pk}/take-over/")
    assert taken.headers["Location"].endswith("/weigh/")
    effects = Effect.objects.filter(name="margin_lowest", version__option__project=ready).order_by("pk")
    assert len(effects) == 4
    for effect in effects:
        assert figure_of(effect.citation) == (effect.value, "EUR/a")
        assert effect.low <= effect.value <= effect.high
    found = {criterion.name: criterion for criterion in candidates(ready)}
    assert (found["missing_most"].direction, found["margin_lowest"].direction) == ("less", "more")
    assert found["margin_lowest"].low <= min(effect.value for effect in effects)
    future = ready.scenarios.last()
    assert (
        value_in(list(effects.filter(version__option__letter="A")), future)
        == effects.get(version__option__letter="A", scenario=future).value
    )
    revise_option(ready.options.get(letter="A").current, "Dearer.", by=None, cost=1)
    with pytest.raises(StateError, match="changed since then"):
        ensembles.take_over(ready, job, by=None)


def test_many_runs_say_what_matters_and_when_it_becomes_critical(
    ready: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hks.workbench.option_ensembles.FEWEST_POINTS", 8)
    job = computed(ordered(ready, 8, {"A": {"option_cost": -3e6}}))
    assert job.record is not None, job.problem
    findings = ensembles.findings_of(ready, job.record)
    assert {str(row.as_record.content["method"]).split(" ")[0] for row in findings} == {
        "decisions-sensitivity", "decisions-discover",
    }  # fmt: skip
    page = page_of(regions_client(ready.organisation, "caretaker"), ready)
    assert "Which assumption matters for: Lowest free margin of a year" in page
    assert "When it becomes critical" in page
    assert "It becomes critical when all of this holds" in page
    assert re.search(r"<li>(the future|the solution|Cost grows by|Cost of roads)", page)
    assert page.count('<svg class="chart"') == 2
    assert outcome_of(job.record, "margin_lowest")["low"][0][0] < outcome_of(job.record, "margin_lowest")["high"][0][0]


def test_a_job_that_is_stopped_ends_and_one_brought_back_goes_on(
    ready: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ordered(ready)
    claimed = claim(job.pk)
    assert claimed is not None
    wish_cancel(job)
    carry_out(claimed, ensembles.compute_ensemble)
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert not ensembles.folder_of(job).exists()
    again = ordered(ready)
    first = claim(again.pk)
    assert first is not None
    whole = ensembles.tried

    def dies(*given: Any, **more: Any) -> Any:
        whole(*given, **more)
        raise SystemExit

    monkeypatch.setattr(ensembles, "tried", dies)
    with pytest.raises(SystemExit):
        carry_out(first, ensembles.compute_ensemble)
    monkeypatch.undo()
    assert (ensembles.folder_of(again) / "manifest.json").exists()
    Job.objects.filter(pk=again.pk).update(lease_until="2020-01-01T00:00:00Z")
    assert bring_back({ensembles.KIND: lambda _pk: None}) == 1
    assert computed(again).status == "done"


def form(project: Project, **changed: object) -> dict[str, object]:
    given: dict[str, object] = {parameter.name: "0" for parameter in OF_TOWN}
    for letter in ("A", "B"):
        given |= {f"{letter}_{parameter.name}": "0" for parameter in LEVERS}
    return given | {"residents": "28381", "runs": "1"} | changed


def test_a_second_ensemble_waits_for_the_first(ready: Project) -> None:
    client, orders = regions_client(ready.organisation), Job.objects.filter(kind=ensembles.KIND)
    order = f"{PAGE.format(ready.slug)}order/"
    assert client.post(order, form(ready)).status_code == 302
    assert "being computed already" in client.post(order, form(ready)).content.decode()
    assert orders.count() == 1
    wish_cancel(orders.get())
    assert client.post(order, form(ready)).status_code == 302
    assert orders.count() == 2


def test_a_caretaker_orders_on_the_page_and_reads_what_is_wrong(ready: Project) -> None:
    client = regions_client(ready.organisation, "caretaker")
    address = PAGE.format(ready.slug)
    assert "Order an ensemble" in page_of(client, ready)
    wrong = client.post(address + "order/", form(ready, A_added_from="9999")).content.decode()
    assert "outside" in wrong
    early = client.post(address + "order/", form(ready, residents="0")).content.decode()
    assert "Try" in early or "greater" in early
    assert not Job.objects.filter(kind=ensembles.KIND).exists()
    done = client.post(address + "order/", form(ready))
    assert done.headers["Location"] == address
    job = Job.objects.get(kind=ensembles.KIND)
    assert job.arguments["options"]["B"]["option_cost"] == 0
    assert "Stop the calculation" in page_of(client, ready)


def test_without_future_budget_or_with_a_closed_project_a_sentence_says_so(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation, "caretaker")
    assert "Please describe a future first." in page_of(client, pavilion)
    services.add_future(pavilion, "As today", "", {})
    assert "how much room the budget leaves" in page_of(client, pavilion)
    with pytest.raises(HksError, match="how much room the budget leaves"):
        ordered(pavilion)


def test_a_lever_that_the_study_does_not_know_is_refused(ready: Project) -> None:
    with pytest.raises(InputError, match="nothing that this study knows"):
        ordered(ready, options={"A": {"wings": 2}})
    assert not Job.objects.filter(kind=ensembles.KIND).exists()


def test_strangers_and_those_who_may_not_compute_are_refused(ready: Project, other: Organisation) -> None:
    job = computed(ordered(ready))
    address = PAGE.format(ready.slug)
    posts = [(address + "order/", form(ready)), (f"{address}{job.pk}/take-over/", {})]
    council = regions_client(ready.organisation, "council")
    assert "Order an ensemble" not in page_of(council, ready)
    assert {council.post(*post).status_code for post in posts} == {403}
    borna = regions_client(other, "caretaker")
    assert borna.get(address).status_code == 404
    assert borna.get(f"{address}{job.pk}/cases.csv").status_code == 404
    assert {borna.post(*post).status_code for post in posts} == {404}
    assert Client().get(address).status_code == 404
    set_visibility(ready, Project.Visibility.PUBLIC, by=None)
    assert "What came out" in page_of(borna, ready)
    assert {borna.post(*post).status_code for post in posts} == {403}
    assert Client().post(*posts[0]).status_code == 302
    assert Record.objects.filter(parents__role="cases").count() == 1  # too few runs for points
