"""Futures that fit together: a matrix in, its exact solutions, what they mean, and the project's futures out."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.web.workshops.conftest import asked, begun, with_ways

from hks.core.errors import HksError
from hks.web.accounts.models import Organisation
from hks.web.evidence.models import Record
from hks.web.evidence.services import chain, figure_of, file_dataset, outcome_of, verify
from hks.web.jobs.models import Job
from hks.web.jobs.services import carry_out, claim
from hks.web.projects.models import Effect, Project, Scenario
from hks.web.studies import consistent, services
from hks.web.studies.models import ImpactMatrix, Projected, StateMeaning
from hks.web.workshops import phones
from hks.web.workshops.models import Workshop
from hks.web.workshops.services import finish
from hks.workbench.ensembles import ensemble
from hks.workbench.futures import StateValue, typed_matrix
from hks.workbench.inputs import Dataset

pytestmark = pytest.mark.django_db
DESCRIPTORS = [("Jobs", ["few", "many"]), ("Homes", ["empty", "full"]), ("Bus", ["rare", "often"])]
ROWS = [
    [0, 0, 2, -2, 0, 0],
    [0, 0, -2, 2, 0, 0],
    [1, -1, 0, 0, 0, 0],
    [-1, 1, 0, 0, 0, 0],
    [0, 0, 0, 0, 1, 0],
    [0, 0, 0, 0, 0, 1],
]
MEANINGS = [StateValue("Jobs", "few", "stay_share", 0.25), StateValue("Jobs", "many", "stay_share", 0.75, "Survey")]


def nobody_enqueues(_job: int) -> None:
    """Leave the job to the test."""


def address(project: Project, tail: str = "") -> str:
    return f"/projects/{project.slug}/futures/consistent/{tail}"


def uploaded(client: Client, project: Project, data: bytes, name: str = "m.scw") -> str:
    answer = client.post(address(project, "load/"), {"file": SimpleUploadedFile(name, data)}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def solved(pavilion: Project) -> Project:
    """Return a project with a small solved matrix."""
    consistent.keep_matrix(pavilion, typed_matrix(DESCRIPTORS, ROWS), 0.0, by=None)
    return pavilion


def test_a_matrix_is_kept_as_what_someone_judged_even_where_its_bytes_are_known(pavilion: Project) -> None:
    file_dataset(typed_matrix(DESCRIPTORS, ROWS), "The same bytes, as a file")
    row = consistent.keep_matrix(pavilion, typed_matrix(DESCRIPTORS, ROWS), 0.0, by=None)
    assert [(link.kind, link.as_record.content.get("values", {}).get("role")) for link in chain(row.solved.record)] == [
        ("computation", None), ("judgement", "caretaker"),
    ]  # fmt: skip
    assert consistent.consistent_of(pavilion).matrix.descriptors == ("Jobs", "Homes", "Bus")


def test_scenariowizards_file_is_solved_and_kept_with_its_record(pavilion: Project, shared: Path) -> None:
    data = (shared / "scenarios" / "CIB_global.scw").read_bytes()
    client = regions_client(pavilion.organisation)
    page = uploaded(client, pavilion, data, "CIB_global.scw")
    assert "The search is complete" in page
    row = ImpactMatrix.objects.get()
    assert outcome_of(row.solved.record, "count") == 4
    assert row.matrix.record in chain(row.solved.record)
    assert verify().broken == []
    assert "too large for the table form" in page  # judgements beyond 3
    assert "holds" in client.get(address(pavilion), {"why": "0"}).content.decode()


def test_self_blocks_count_and_the_tolerance_widens(solved: Project) -> None:
    now = consistent.consistent_of(solved)
    assert now.scenarios == [[0, 0, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1]]
    client = regions_client(solved.organisation)
    page = client.post(address(solved, "solve/"), {"tolerance": "4"}, follow=True).content.decode()
    assert "Version 2" in page
    assert len(consistent.consistent_of(solved).scenarios) == 8
    assert "0 to 1000" in client.post(address(solved, "solve/"), {"tolerance": "-1"}, follow=True).content.decode()
    assert "0 to 1000" in client.post(address(solved, "solve/"), {"tolerance": "x"}, follow=True).content.decode()


BAD = [
    (b"", "is empty"),
    (b"\x89PNG\r\n\x1a\n\0", "no cross-impact matrix"),
    ("A;x;0".encode("utf-16"), "UTF-16"),
    (b"A;x;0;1\nA;y;0\n", "impacts stand in this row"),
    (b"A;x;0;1\nA;y;0;\n", "not an impact"),
    (b"A;x;0;1\n", "states need as many"),
    (("".join(f"A;s{n}{';0' * 161}\n" for n in range(161))).encode(), "161 states"),
    (b"A;x;" + b"0" * 1_100_000, "larger than 1 MB"),
]


@pytest.mark.parametrize(("data", "told"), BAD, ids=[told for _, told in BAD])
def test_a_bad_file_gets_a_sentence_and_nothing_is_kept(pavilion: Project, data: bytes, told: str) -> None:
    before = Record.objects.count()
    assert told in uploaded(regions_client(pavilion.organisation), pavilion, data)
    assert Record.objects.count() == before
    assert not ImpactMatrix.objects.exists()


def test_an_upload_without_a_file_gets_a_sentence(pavilion: Project) -> None:
    page = regions_client(pavilion.organisation).post(address(pavilion, "load/"), {}).content.decode()
    assert "Please correct this first" in page


def test_a_small_matrix_is_typed_cell_by_cell(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    text = "Jobs: few, many\nHomes: empty, full"
    page = client.get(address(pavilion, "judgements/"), {"text": text}).content.decode()
    assert "Jobs: few → Homes: full" in page
    cells = {f"j{r}_{c}": ROWS[r][c] for r in range(4) for c in range(4)}
    carried = json.dumps([["Jobs", ["few", "many"]], ["Homes", ["empty", "full"]]])
    missing = {name: value for name, value in cells.items() if name != "j0_3"} | {"descriptors": carried}
    page = client.post(address(pavilion, "judgements/"), missing).content.decode()
    assert "Jobs: few → Homes: full: A judgement is missing" in page
    assert "Please correct" in client.post(address(pavilion, "judgements/"), missing | {"j0_3": "4"}).content.decode()
    assert not ImpactMatrix.objects.exists()
    assert client.post(address(pavilion, "judgements/"), cells | {"descriptors": carried}).status_code == 302
    assert consistent.consistent_of(pavilion).scenarios == [[0, 0], [1, 1]]
    page = client.get(address(pavilion, "judgements/")).content.decode()
    assert 'name="j0_2" value="2"' in page
    wider = client.get(address(pavilion, "judgements/"), {"text": text + "\nBus: rare, often"}).content.decode()
    assert 'name="j0_2" value="2"' in wider  # what was judged stays


@pytest.mark.parametrize(
    "text",
    ["", "Jobs", "Jobs:", ": a, b", "Jobs: a, b", "A: x, x\nB: y", "A: x\nA: y", "\n".join(f"D{n}: a, b" for n in range(7)),
     "A: " + ",".join(map(str, range(30))) + "\nB: y"],
)  # fmt: skip
def test_descriptors_that_fit_no_table_get_a_sentence(pavilion: Project, text: str) -> None:
    page = regions_client(pavilion.organisation).get(address(pavilion, "judgements/"), {"text": text})
    assert "Please correct this first" in page.content.decode()


@pytest.mark.parametrize("carried", ["", "{", "[]", "5", '[["A"]]', '[["A", 5], ["B", ["x"]]]', "[" * 5000])
def test_a_form_without_its_descriptors_gets_a_sentence(pavilion: Project, carried: str) -> None:
    client = regions_client(pavilion.organisation)
    page = client.post(address(pavilion, "judgements/"), {"descriptors": carried}, follow=True)
    assert page.status_code == 200
    assert "please begin again" in page.content.decode() or "The table takes" in page.content.decode()


def meant(client: Client, project: Project, **changed: str) -> str:
    """Say what the states of Jobs mean."""
    form = {"d0": "stay_share", "v0_0": "0.25", "v0_1": "0.75", "s0_1": "Survey", **changed}
    return client.post(address(project, "meaning/"), form, follow=True).content.decode()


def test_what_states_mean_is_said_in_a_table(solved: Project) -> None:
    client = regions_client(solved.organisation)
    page = meant(client, solved)
    assert consistent.meanings_of(solved) == MEANINGS
    assert "assumption" in page
    assert "Survey" in page
    assert 'value="0.75"' in client.get(address(solved, "meaning/")).content.decode()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"v0_1": "1.5"}, "outside"),
        ({"v0_1": "x"}, "Enter a number"),
        ({"v0_1": "nan"}, "Enter a number"),
        ({"d0": "weather"}, "Select a valid choice"),
        ({"d0": ""}, "say what the values below set"),
        ({"v0_0": "", "v0_1": ""}, "at least one state"),
        ({"d1": "stay_share", "v1_0": "0.5"}, "same driver"),
    ],
)
def test_a_wrong_meaning_gets_a_sentence(solved: Project, changed: dict[str, str], told: str) -> None:
    page = meant(regions_client(solved.organisation), solved, **changed)
    assert told in page
    assert not StateMeaning.objects.exists()


def picked(number: int, *places: int, name: str = "Future") -> dict[str, object]:
    return {"number": number, "pick": [str(p) for p in places], **{f"name{p}": f"{name} {p}" for p in places}}


def test_chosen_futures_become_those_of_the_project_with_their_drivers(solved: Project) -> None:
    services.add_future(solved, "By hand", "", {"arrivals": 30.0})
    consistent.say_what_states_mean(solved, MEANINGS)
    client = regions_client(solved.organisation)
    assert client.post(address(solved, "take-over/"), picked(1, 0, 3)).status_code == 302
    by_hand, few, many = solved.scenarios.all()
    assert (by_hand.title, few.drivers, many.drivers) == ("By hand", {"stay_share": 0.25}, {"stay_share": 0.75})
    assert many.story == "Jobs: many; Homes: full; Bus: often"
    client.post(address(solved, "take-over/"), picked(1, 1, 2, name="New"))
    assert [s.title for s in solved.scenarios.all()] == ["By hand", "New 1", "New 2"]
    assert verify().broken == []
    page = client.get(f"/projects/{solved.slug}/futures/").content.decode()
    assert "How many arrivals stay?" in page


def test_states_set_other_models_too_and_the_terminal_reads_them(solved: Project, other: Organisation) -> None:
    client = regions_client(solved.organisation)
    meant(client, solved, d2="climate_factor", v2_0="1.2")
    assert client.get(address(solved, "plan.json")).status_code == 404  # nothing was taken over yet
    client.post(address(solved, "take-over/"), picked(1, 0, 3))
    few, many = solved.scenarios.all()
    assert {"stay_share", "climate_factor"} == few.drivers.keys() | many.drivers.keys()
    assert "climate_factor" not in services.values_for(services.base_of(solved), many.drivers, 28381, 10)
    page = client.get(f"/projects/{solved.slug}/futures/").content.decode()
    assert "Factor for a warmer climate" in page
    data = client.get(address(solved, "plan.json")).content
    plan = (
        'method = "population-project"\nsampler = "scenarios"\nkeep = ["total/p50/-1"]\n[scenarios]\nmeans = "f.json"'
    )
    files = {"f.json": Dataset("f.json", data)}
    made = ensemble(plan.encode(), "plan.toml", lambda file: files[file]).plan
    assert {future.name: future.settings["stay_share"] for future in made.futures} == {
        scenario.title: scenario.drivers["stay_share"] for scenario in (few, many)
    }
    assert [meaning.source for meaning in made.meanings if meaning.value == 0.75] == ["Survey"]
    assert regions_client(other).get(address(solved, "plan.json")).status_code == 404


def test_a_choice_that_cannot_be_gets_a_sentence(solved: Project) -> None:
    client = regions_client(solved.organisation)

    def told(form: dict[str, object]) -> str:
        return client.post(address(solved, "take-over/"), form, follow=True).content.decode()

    assert "No state of the matrix" in told(picked(1, 0, 3))
    consistent.say_what_states_mean(solved, MEANINGS)
    assert "two to four" in told(picked(1, 0))
    assert "two to four" in told(picked(1, 0, 99))
    assert "changed meanwhile" in told(picked(7, 0, 3))
    assert "give each future a name" in told(picked(1, 0, 3) | {"name3": " "})
    assert "give each future a name" in told(picked(1, 0, 3) | {"number": "x"})
    assert not solved.scenarios.exists()


@pytest.mark.parametrize("query", ["pick=0", "pick=x&pick=-1", "pick=0&pick=99999999", "many=9", "why=99", "why=x"])
def test_a_strange_address_shows_those_that_differ_most(solved: Project, query: str) -> None:
    page = regions_client(solved.organisation).get(f"{address(solved)}?{query}")
    assert page.status_code == 200
    assert page.content.decode().count(" checked") == 4


@pytest.mark.usefixtures("zeitz")
def test_a_run_has_the_solved_matrix_and_the_judgement_as_parents(
    pavilion: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "DRAWS", 60)
    consistent.keep_matrix(pavilion, typed_matrix(DESCRIPTORS, ROWS), 0.0, by=None)
    consistent.say_what_states_mean(pavilion, MEANINGS)
    consistent.take_over(pavilion, 1, {0: "Few", 3: "Many"}, by=None)
    client = regions_client(pavilion.organisation)
    page = client.get(f"/projects/{pavilion.slug}/futures/", {"residents": "28381", "all": "1"}).content.decode()
    assert page.count('<th scope="row">Few</th>') == page.count('<th scope="row">Many</th>') == 1
    assert not Projected.objects.exists()
    run = services.order_futures(pavilion, 28381, by=None, enqueue=nobody_enqueues)
    carry_out(claim(run.job.pk), services.compute_futures)
    assert Job.objects.get().status == "done"
    solved = ImpactMatrix.objects.get().solved.record.digest
    for projected in Projected.objects.all():
        record = projected.filing.record.as_record
        assert record.parents["consistent"] == solved
        assert record.parents["drivers"] == projected.scenario.filing.record.digest
    few, many = Effect.objects.filter(version__option__letter="B", name="persons_reached").order_by("scenario")
    assert many.value > few.value
    assert figure_of(many.citation)[0] == pytest.approx(many.value)
    assert verify().broken == []


@pytest.mark.usefixtures("zeitz")
def test_a_future_removed_while_it_is_computed_is_left_out(pavilion: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "DRAWS", 60)
    kept, gone = (services.add_future(pavilion, title, "", {}) for title in ("Kept", "Gone"))
    run = services.order_futures(pavilion, 28381, by=None, enqueue=nobody_enqueues)
    job = claim(run.job.pk)

    def removed_meanwhile(arguments: dict, report: object) -> object:
        landing = services.compute_futures(arguments, report)
        Scenario.objects.filter(pk=gone.pk).delete()
        return landing

    carry_out(job, removed_meanwhile)
    assert Job.objects.get().status == "done"
    assert Projected.objects.get().scenario == kept


def test_a_closed_project_keeps_its_matrix(solved: Project) -> None:
    Project.objects.update(closed=True)
    solved.refresh_from_db()
    with pytest.raises(HksError, match="closed"):
        consistent.keep_matrix(solved, Dataset("m", b"A;x;0"), 0.0, by=None)
    client = regions_client(solved.organisation)
    assert "Change the matrix" not in client.get(address(solved)).content.decode()
    assert "closed" in client.post(address(solved, "take-over/"), picked(1, 0, 3), follow=True).content.decode()
    assert "closed" in meant(client, solved)


def test_strangers_see_no_matrix_and_the_council_changes_none(solved: Project, other: Organisation) -> None:
    tails = ["", "judgements/", "meaning/"]
    posts = ["load/", "solve/", "judgements/", "meaning/", "take-over/"]
    council = regions_client(solved.organisation, "council")
    assert council.get(address(solved)).status_code == 200
    for tail in tails:
        assert regions_client(other).get(address(solved, tail)).status_code == 404
        assert Client().get(address(solved, tail)).status_code in ({404} if not tail else {302, 404})
    for tail in posts:
        assert council.post(address(solved, tail), {}).status_code == 403
        assert regions_client(other).post(address(solved, tail), {}).status_code == 404


def test_without_a_matrix_there_is_nothing_to_solve_or_to_mean(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    assert "no matrix yet" in client.post(address(pavilion, "solve/"), {"tolerance": "1"}, follow=True).content.decode()
    assert client.get(address(pavilion, "meaning/")).status_code == 404


def test_the_matrix_of_a_workshop_is_taken_over_with_its_record(pavilion: Project, other: Organisation) -> None:
    workshop = begun(pavilion)
    with_ways(workshop)
    section = asked(workshop)
    phones.set_cells(workshop, section, dict(zip(phones.cell_names(section), (2, -2, -2, 2), strict=True)), {}, by=None)
    client, tail = regions_client(pavilion.organisation), f"workshop/{workshop.pk}/"
    assert client.post(address(pavilion, tail)).status_code == 404  # it still runs
    finish(workshop, by=None)
    assert "Take its matrix over" in client.get(address(pavilion)).content.decode()
    assert regions_client(other).post(address(pavilion, tail)).status_code == 404
    assert "taken over" in client.post(address(pavilion, tail), follow=True).content.decode()
    now = consistent.consistent_of(pavilion)
    assert now.matrix.descriptors == ("Jobs", "Homes", "Bus")
    assert now.row.matrix.record == Workshop.objects.get().matrix.record
    assert verify().broken == []
