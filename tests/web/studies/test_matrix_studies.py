"""What more a matrix says: starts, what if, rough judgements, influence, pairs; the sheet to print and files."""

import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils.translation import override
from tests.web.decisions.test_experts import all_figures_agree
from tests.web.regions.conftest import regions_client
from tests.web.studies.test_consistent import DESCRIPTORS, ROWS, address

from hks.web.accounts.models import Organisation
from hks.web.evidence.models import Record
from hks.web.evidence.services import verify
from hks.web.jobs.models import Job
from hks.web.jobs.services import carry_out, claim
from hks.web.projects.models import Project
from hks.web.studies import consistent, matrix_studies
from hks.web.studies.cited import Cited
from hks.web.studies.matrix_told import told_basins, told_influence, told_what_if
from hks.web.studies.tasks import WORKS
from hks.workbench.futures import matrix_of, typed_matrix
from hks.workbench.inputs import Dataset

pytestmark = pytest.mark.django_db
PAGES = {"starts/": {"starts": "0"}, "what-if/": {"future": "0", "change": "0.1", "rule": "global"},
         "rough/": {"spread": "0.5", "draws": "50", "tolerance": "0"}, "influence/": {}}  # fmt: skip
PAIRS = [  # by hand: few jobs and full homes exclude each other; the rest is judged 3, many jobs and full homes 5
    [0, 0, 3, 1, 3, 3],
    [0, 0, 3, 5, 3, 3],
    [0, 0, 0, 0, 3, 3],
    [0, 0, 0, 0, 3, 3],
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
]


@pytest.fixture
def solved(pavilion: Project) -> Project:
    """Return a project with a small solved matrix."""
    consistent.keep_matrix(pavilion, typed_matrix(DESCRIPTORS, ROWS), 0.0, by=None)
    return pavilion


@pytest.fixture
def caretaker(solved: Project) -> Client:
    """Sign the caretaker in."""
    return regions_client(solved.organisation)


@pytest.mark.parametrize("tail", PAGES)
def test_a_page_is_a_preview_until_taken_over_and_then_cites(solved: Project, caretaker: Client, tail: str) -> None:
    before = Record.objects.count()
    page = caretaker.get(address(solved, tail), PAGES[tail]).content.decode()
    assert "Preview" in page
    assert (Record.objects.count(), all_figures_agree(page)) == (before, 0)
    answer = caretaker.post(address(solved, tail), PAGES[tail]).content.decode()
    assert "This is filed." in answer
    assert all_figures_agree(answer) >= (0 if tail == "what-if/" else 2)
    assert "See the record" in answer
    assert Record.objects.count() == before + 1
    caretaker.post(address(solved, tail), PAGES[tail])
    assert Record.objects.count() == before + 1
    assert verify().broken == []


def given(project: Project, method, values) -> tuple:
    now = consistent.consistent_of(project)
    return now, matrix_studies.outcomes(project, now.dataset, method, values)


def test_starts_of_all_futures_and_circles_add_up_to_all(solved: Project) -> None:
    now, found = given(solved, matrix_studies.BASINS, {"starts": 0})
    told = told_basins(now, found)
    assert sum(row.starts[0] for row in told.rows) + told.cycles[0] == told.starts[0] == 2**3
    assert {row.place for row in told.rows} == set(range(len(now.scenarios)))
    drawn = told_basins(*given(solved, matrix_studies.BASINS, {"starts": 400}))
    assert drawn.drawn
    for row in drawn.rows:
        assert row.between[0][0] <= row.starts[0] / 400 <= row.between[1][0]


def test_a_changed_future_falls_back_tips_over_or_turns_in_a_circle(solved: Project) -> None:
    # Few jobs empty the homes and empty homes cost jobs: both changed at once hold, one changed alone turns in a circle.
    now, found = given(solved, matrix_studies.SUCCESSION, {"start": "1,0,0", "rule": "global"})
    told = told_what_if(now, found)
    assert (told.settles, told.period) == (False, 2)
    assert [state for state, _moved in told.steps[0]] == ["many", "empty", "rare"]
    now, found = given(solved, matrix_studies.SUCCESSION, {"start": "1,0,0", "rule": "local"})
    told = told_what_if(now, found)
    assert told.settles
    assert [state for state, _ in told.steps[-1]] in (["many", "full", "rare"], ["few", "empty", "rare"])
    assert sum(moved for step in told.steps for _, moved in step) == 1


def test_influence_adds_the_strongest_judgements_of_each_pair(solved: Project) -> None:
    _now, found = given(solved, matrix_studies.INFLUENCE, {})
    with override("en"):
        told = told_influence(found)
    # By hand: jobs on homes 2, homes on jobs 1, the bus on nothing but itself.
    assert [(row.active[0], row.passive[0]) for row in told.rows] == [(2, 1), (1, 2), (0, 0)]
    assert [row.part for row in told.rows] == ["critical", "critical", "inert"]
    assert "3</text>" in told.chart


def test_what_takes_long_is_a_job_and_shown_from_what_it_filed(solved: Project, caretaker: Client) -> None:
    where = address(solved, "rough/")
    with override_settings(AT_ONCE_SECONDS=0.0):
        assert "This takes longer." in caretaker.get(where, PAGES["rough/"]).content.decode()
        caretaker.post(where, PAGES["rough/"])
        job = Job.objects.get(kind=matrix_studies.KIND)
        assert "This is being computed already." in caretaker.post(where, PAGES["rough/"]).content.decode()
        carry_out(claim(job.pk), WORKS[job.kind])
        page = caretaker.get(where).content.decode()
    job.refresh_from_db()
    assert (job.status, job.record.kind) == ("done", "computation")
    assert all_figures_agree(page) > 2


@pytest.mark.parametrize(
    ("tail", "wrong"),
    [("starts/", {"starts": "-1"}), ("starts/", {"starts": "many"}), ("rough/", {"draws": "0"}), ("rough/", {"spread": "x"}),
     ("what-if/", {"future": "99"}), ("what-if/", {"change": "0.9"}), ("what-if/", {"rule": "mine"})],
)  # fmt: skip
def test_what_cannot_be_asked_gets_a_sentence(solved: Project, caretaker: Client, tail: str, wrong: dict) -> None:
    before = Record.objects.count()
    assert "Please correct this first" in caretaker.post(address(solved, tail), PAGES[tail] | wrong).content.decode()
    assert Record.objects.count() == before


def test_too_many_starts_are_proposed_to_be_drawn(solved: Project, caretaker: Client, monkeypatch) -> None:
    monkeypatch.setattr(matrix_studies, "MOST_EXACT", 7)
    now = consistent.consistent_of(solved)
    assert matrix_studies.proposed(matrix_studies.BASINS, now.matrix)["starts"] == matrix_studies.DRAWN
    page = caretaker.get(address(solved, "starts/"), {"starts": "0"}).content.decode()
    assert "8 combinations are too many to follow here" in page


def test_pairs_that_exclude_each_other_never_stand_together(solved: Project, caretaker: Client) -> None:
    data = typed_matrix(DESCRIPTORS, PAIRS).data
    file = {"file": SimpleUploadedFile("pairs.json", data), "scale": "five"}
    page = caretaker.post(address(solved, "agree/load/"), file, follow=True).content.decode()
    assert "The search is complete." in page
    assert all_figures_agree(page) > 2
    _dataset, found, _values = matrix_studies.agreed_last(solved)
    assert isinstance(found, Cited)
    assert found.outcomes["bundles"][0][:2] == [1, 1]  # many jobs, full homes
    assert found("score", 0)[0] == 5 + 3 + 3
    assert all(states[:2] != [0, 1] for states in found.outcomes["bundles"])
    assert verify().broken == []


@pytest.mark.parametrize("data", [b"", b"no matrix", b"\xff\xfea", json.dumps({"descriptors": DESCRIPTORS}).encode()])
def test_a_file_without_pairs_gets_a_sentence(solved: Project, caretaker: Client, data: bytes) -> None:
    before = Record.objects.count()
    file = {"file": SimpleUploadedFile("pairs.json", data), "scale": "five"}
    assert "Please correct this first" in caretaker.post(address(solved, "agree/load/"), file).content.decode()
    assert Record.objects.count() == before


def test_the_sheet_and_the_files_hold_what_the_page_shows(solved: Project, caretaker: Client, tmp_path) -> None:
    now = consistent.consistent_of(solved)
    page = caretaker.get(address(solved, "sheet/")).content.decode()
    assert page.count("sheet card") == len(now.scenarios)
    assert all_figures_agree(page) == 1 + 2 * len(now.scenarios)
    for form in ("scw", "csv", "json"):
        back = matrix_of(Dataset(f"m.{form}", caretaker.get(address(solved, f"matrix.{form}")).content))
        assert (back.impact == now.matrix.impact).all()
    assert json.loads(caretaker.get(address(solved, "futures.json")).content)["scenarios"] == now.scenarios
    assert len(caretaker.get(address(solved, "futures.csv")).content.decode("utf-8-sig").splitlines()) == (
        1 + len(now.scenarios)
    )
    kept = tmp_path / "futures.xlsx"
    kept.write_bytes(caretaker.get(address(solved, "futures.xlsx")).content)
    book = openpyxl.load_workbook(kept)
    assert book["Futures"].max_row == 1 + len(now.scenarios)
    assert book["Matrix"]["C2"].value == 0
    for unknown in ("matrix.exe", "futures.scw"):
        assert caretaker.get(address(solved, unknown)).status_code == 404


def test_only_who_may_order_calculations_files_and_a_stranger_sees_nothing(
    solved: Project, other: Organisation
) -> None:
    before = Record.objects.count()
    council, stranger = regions_client(solved.organisation, "council"), regions_client(other)
    for tail, said in PAGES.items():
        assert council.get(address(solved, tail)).status_code == 200
        assert council.post(address(solved, tail), said).status_code == 403
        assert stranger.get(address(solved, tail)).status_code == 404
        assert stranger.post(address(solved, tail), said).status_code == 404
        assert Client().get(address(solved, tail)).status_code == 404
    assert council.post(address(solved, "agree/load/"), {"scale": "five"}).status_code == 403
    for tail in ("sheet/", "matrix.scw", "futures.csv"):
        assert stranger.get(address(solved, tail)).status_code == 404
    assert Record.objects.count() == before


def test_without_a_matrix_there_is_only_the_page_of_pairs(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    assert client.get(address(pavilion, "starts/")).status_code == 404
    page = client.get(address(pavilion, "agree/")).content.decode()
    assert "No judgements of pairs are filed yet." in page
