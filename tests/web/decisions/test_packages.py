"""The package of measures: entered by row or table, previewed, taken over, contradicted in a sentence."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook
from tests.web.regions.conftest import regions_client

from hks.core.errors import InputError, StateError
from hks.web.accounts.models import Organisation
from hks.web.decisions import packages, weighing
from hks.web.decisions.models import PackageTaken
from hks.web.decisions.package_told import told_taken
from hks.web.decisions.packages import taken_last
from hks.web.decisions.papers import check_paper
from hks.web.decisions.tasks import enqueue
from hks.web.evidence.models import Record
from hks.web.evidence.services import figure_of, verify
from hks.web.jobs.services import carry_out, claim
from hks.web.projects.measures import told_of
from hks.web.projects.models import Project
from hks.web.projects.services import revise_option, set_visibility
from hks.workbench.option_measures import Chosen
from hks.workbench.packages import Entry, Listed
from hks.workbench.papers.docx import printed_figures

pytestmark = pytest.mark.django_db
TREES, WELL, PATH = (
    Entry("Bäume", 60, (4_000_000, 200_000), 2028, "Mitte"),
    Entry("Brunnen", 30, (3_000_000,), 2028),
    Entry("Weg", 20, (9_000_000,)),
)
TABLE = (
    "Maßnahme\tWert (0 bis 100 Punkte)\tKosten im 1. Jahr ab Beginn (EUR)\tKosten im 2. Jahr ab Beginn (EUR)\t"
    "Nicht zusammen mit (Namen, mit ; getrennt)\n"
    "Bäume\t60\t40.000 €\t2.000 €\tWeg\nBrunnen\t30,5\t30.000\t\t\nWeg\t20\t90.000\t\t\n"
)


@pytest.fixture
def listed(pavilion: Project) -> Project:
    """Return a project with three measures and the budgets of two years, in which two of them fit."""
    packages.keep(pavilion, Listed(2027, (4_000_000, 3_500_000), (TREES, WELL, PATH)))
    return pavilion


def page_of(project: Project, client: Client | None = None, query: str = "") -> str:
    """Return the page as the caretaker sees it, or another person."""
    found = (client or regions_client(project.organisation)).get(f"/projects/{project.slug}/package/{query}")
    assert found.status_code == 200
    return found.content.decode()


def test_the_best_package_is_previewed_and_then_cited(listed: Project) -> None:
    before = Record.objects.count()
    page = page_of(listed)
    assert "2 of 3 measures" in page
    assert "Preview" in page
    assert Record.objects.count() == before
    regions_client(listed.organisation).post(f"/projects/{listed.slug}/package/take-over/")
    taken = PackageTaken.objects.get()
    told = told_taken(taken)
    # By hand: trees (60) in 2027, the well (30) in 2028 beside their upkeep; the path never fits.
    assert told.worth[0] == pytest.approx(90.0)
    assert [(year, cost[0], names) for year, _, cost, names in told.years] == [
        (2027, 40000.0, ["Bäume"]), (2028, 32000.0, ["Brunnen"])
    ]  # fmt: skip
    assert [[one.entry.name for one in rows] for rows in (told.must, told.discuss, told.never)] == [
        ["Bäume", "Brunnen"], [], ["Weg"]
    ]  # fmt: skip
    assert len(told.steps) == packages.FRONT
    page = page_of(listed)
    assert "Preview" not in page
    assert f"/evidence/{told.digest}/?figure=/outcomes/objective" in page
    for value, cited in [told.worth, *(c for _, b, k, _ in told.years for c in (b, k)), told.measures[0][1]]:
        assert figure_of(cited)[0] == pytest.approx(value)
    assert verify().broken == []


def test_other_budgets_are_previewed_by_anybody_and_kept_by_who_may_edit(listed: Project) -> None:
    query = "?first_year=2027&budget_0=130000&budget_1=35000"
    page = page_of(listed, query=query)
    assert "With the changed budgets." in page
    assert "3 of 3 measures" in page
    assert packages.package_of(listed).budgets == (4_000_000, 3_500_000)
    client = regions_client(listed.organisation)
    answer = client.post(f"/projects/{listed.slug}/package/budgets/", {
        "first_year": "2027", "budget_0": "130000", "budget_1": "35000"})  # fmt: skip
    assert answer.status_code == 302
    assert packages.package_of(listed).budgets == (13_000_000, 3_500_000)
    gap = client.post(f"/projects/{listed.slug}/package/budgets/", {
        "first_year": "2027", "budget_0": "1", "budget_2": "1"})  # fmt: skip
    assert "A budget is missing between two years" in gap.content.decode()


def test_a_table_is_pasted_or_sent_as_a_file(pavilion: Project) -> None:
    client, address = regions_client(pavilion.organisation), f"/projects/{pavilion.slug}/package/load/"
    assert client.post(address, {"text": TABLE}).status_code == 302
    kept = packages.package_of(pavilion).measures
    assert [(e.name, e.value, e.costs, e.not_with) for e in kept] == [
        ("Bäume", 60.0, (4_000_000, 200_000), ("Weg",)), ("Brunnen", 30.5, (3_000_000,), ()),
        ("Weg", 20.0, (9_000_000,), ()),
    ]  # fmt: skip
    empty = client.get(f"/projects/{pavilion.slug}/package/table.xlsx").content
    book = load_workbook(io.BytesIO(empty))
    book.worksheets[0].append(["Garten", 40, 1000.5])
    stream = io.BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("measures.xlsx", stream.getvalue())
    assert client.post(address, {"file": file}).status_code == 302
    assert [(e.name, e.costs) for e in packages.package_of(pavilion).measures] == [("Garten", (100_050,))]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (TABLE.replace("60", "160"), "B2"),
        (TABLE.replace("40.000 €", "viel"), "C2"),
        (TABLE.replace("40.000 €", "-5"), "C2"),
        (TABLE.replace("\tWeg\n", "\tTurm\n"), "E2"),
        (TABLE.replace("Brunnen", "Bäume"), "A3"),
        (TABLE.partition("\n")[0], "a row for each measure"),
        (TABLE.replace("Wert (0 bis 100 Punkte)", "Punkte?"), "lacks the column"),
        ("", "one of both"),
    ],
)
def test_a_wrong_table_names_its_cell(pavilion: Project, wrong: str, said: str) -> None:
    client = regions_client(pavilion.organisation)
    page = client.post(f"/projects/{pavilion.slug}/package/load/", {"text": wrong}).content.decode()
    assert said in page
    assert packages.package_of(pavilion).measures == ()


def test_a_file_that_is_no_table_is_refused(pavilion: Project) -> None:
    client, address = regions_client(pavilion.organisation), f"/projects/{pavilion.slug}/package/load/"
    for name, data in (("a.xlsx", b"PK\x03\x04 broken"), ("a.csv", b"\x00\x01\x02"), ("a.xlsx", _formulas())):
        answer = client.post(address, {"file": SimpleUploadedFile(name, data)})
        assert "Please correct this first" in answer.content.decode()
    assert packages.package_of(pavilion).measures == ()


def _formulas() -> bytes:
    """Return a table whose value is a formula nobody computed."""
    book = Workbook()
    book.active.append(["Measure", "Value (0 to 100 points)", "Cost in year 1 after the start (EUR)"])
    book.active.append(["Trees", "=1+1", 5])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


FORM = {"name": "Bank", "value": "10", "cost_0": "500", "latest": "2027", "field": "", "fate": "open"}


def test_a_measure_is_entered_changed_and_taken_off(listed: Project) -> None:
    client, address = regions_client(listed.organisation), f"/projects/{listed.slug}/package/measure/"
    more = FORM | {"only_with": ["Weg"], "better_with": "Bäume", "better_points": "5", "cost_1": "20.50"}
    assert client.post(address, more).status_code == 302
    bench = packages.package_of(listed).named("Bank")
    assert (bench.costs, bench.only_with, bench.better_with) == ((50_000, 2_050), ("Weg",), (("Bäume", 5.0),))
    renamed = {"name": "Pfad", "value": "20", "cost_0": "90000", "latest": "2027", "fate": "open"}
    assert client.post(f"{address}2/", renamed).status_code == 302
    assert packages.package_of(listed).named("Bank").only_with == ("Pfad",)
    client.post(f"{address}2/remove/")
    assert packages.package_of(listed).named("Bank").only_with == ()
    assert client.get(f"{address}9/").status_code == 404
    twice = client.post(address, FORM | {"name": "Bäume"}).content.decode()
    assert "Another measure is called" in twice
    for wrong in ({"value": "101"}, {"cost_0": ""}, {"cost_0": "-1"}, {"cost_2": "5"}, {"better_with": "Bäume"}):
        assert "Please correct this first" in client.post(address, FORM | wrong).content.decode()


@pytest.mark.parametrize(
    ("measures", "said"),
    [
        ((Entry("A", 1, (9_999_999_99,), fate="must"),), "must be carried out but costs more"),
        ((Entry("A", 1, (1,), fate="must", only_with=("B",)), Entry("B", 1, (1,), fate="never")), "which must not"),
        ((Entry("A", 1, (1,), fate="must", not_with=("B",)), Entry("B", 1, (1,), fate="must")), "exclude each other"),
        ((Entry("A", 1, (1,), only_with=("B",)), Entry("B", 1, (1,), not_with=("A",))), "one of the rules must go"),
        ((Entry("A", 1, (3_000_000,), fate="must"), Entry("B", 1, (3_000_000,), fate="must")), "together"),
        ((Entry("A", 1, (9_999_999_99,)),), "No measure is affordable"),
    ],
)
def test_what_cannot_be_gets_a_sentence(pavilion: Project, measures: tuple[Entry, ...], said: str) -> None:
    packages.keep(pavilion, Listed(2027, (4_000_000,), measures))
    assert said in page_of(pavilion)


def test_a_proposal_takes_solutions_and_their_catalogue_cost(pavilion: Project) -> None:
    weighing.take_over(pavilion, by=None)
    regions_client(pavilion.organisation).post(f"/projects/{pavilion.slug}/package/propose/")
    first, second = packages.package_of(pavilion).measures
    assert (first.name, first.costs[:2], first.not_with) == ("A Secure it", (8_000_000, 400_000), (second.name,))
    packages.keep(pavilion, Listed(2027, (9_000_000, 500_000), packages.package_of(pavilion).measures))
    taken = packages.take_over(pavilion, by=None, enqueue=enqueue)
    table = Record.objects.get(digest=taken.filing.record.as_record.parents["portfolio"])
    entered = Record.objects.get(digest=table.as_record.parents["entered"])
    assert set(first.origins) <= set(entered.as_record.parents.values())


def test_measures_of_the_catalogue_cost_their_middle_once_and_upkeep_after(pavilion: Project) -> None:
    version = pavilion.options.get(letter="A").current
    revise_option(version, "with measures", by=None, measures=[Chosen("reservoir_reactivation", 1000.0)])
    told = told_of(pavilion.options.get(letter="A").current)
    assert told is not None
    first = packages.proposed(pavilion)[0]
    assert first.costs[0] == round(100 * told.cost["middle"][0])
    assert set(first.costs[1:]) == {round(100 * told.upkeep["middle"][0])}
    assert (first.value, first.not_with) == (packages.UNWEIGHED, ())


def test_a_solution_changed_since_is_said(pavilion: Project) -> None:
    packages.keep(pavilion, Listed(2027, (9_000_000, 9_000_000), packages.proposed(pavilion)))
    packages.take_over(pavilion, by=None, enqueue=enqueue)
    assert "A solution was changed since then." not in page_of(pavilion)
    revise_option(pavilion.options.get(letter="A").current, "cheaper", by=None, cost=7_000_000)
    assert "A solution was changed since then." in page_of(pavilion)


def test_the_paper_tells_the_package_and_cites_every_figure(listed: Project) -> None:
    packages.take_over(listed, by=None, enqueue=enqueue)
    client = regions_client(listed.organisation)
    client.post(f"/projects/{listed.slug}/paper/make/")
    assert "belongs to every good package" in client.get(f"/projects/{listed.slug}/paper/").content.decode()
    data = client.get(f"/projects/{listed.slug}/paper/1.docx").content
    found = printed_figures(data, "1.docx")
    cited = [figure.citation for figure in found if figure.citation.startswith(told_taken(taken_last(listed)).digest)]
    assert len(cited) > 20
    assert [one.why for one in check_paper(data, "1.docx", Record.objects.all()) if one.why] == []
    assert client.get(f"/projects/{listed.slug}/paper/1.pdf").content.startswith(b"%PDF")


def test_a_long_search_is_ordered_and_lands(listed: Project, settings) -> None:
    settings.AT_ONCE_SECONDS = 0.0
    assert "it takes longer" in page_of(listed)
    ordered: list[int] = []
    taken = packages.take_over(listed, by=None, enqueue=ordered.append)
    assert taken.filing is None
    page = page_of(listed)
    assert "waiting" in page.lower()
    with pytest.raises(StateError, match="already"):
        packages.take_over(listed, by=None, enqueue=ordered.append)
    carry_out(claim(taken.job.pk), packages.compute_package)
    taken.refresh_from_db()
    assert told_taken(taken).worth[0] == pytest.approx(90.0)
    assert packages.running(listed) is None
    assert "Preview" not in page_of(listed)


def test_strangers_and_other_towns_see_or_change_nothing(listed: Project, other: Organisation) -> None:
    address = f"/projects/{listed.slug}/package/"
    assert Client().get(address).status_code == 404
    assert regions_client(other).get(address).status_code == 404
    for path in ("take-over/", "propose/", "budgets/", "load/", "measure/", "measure/0/remove/"):
        assert regions_client(other).post(f"{address}{path}").status_code == 404
    set_visibility(listed, Project.Visibility.PUBLIC, by=None)
    page = Client().get(address).content.decode()
    assert "Bäume" in page
    assert "Take over" not in page
    assert regions_client(other).post(f"{address}propose/").status_code == 403
    assert Client().post(f"{address}propose/").status_code == 302
    assert PackageTaken.objects.count() == 0


def test_a_closed_project_keeps_its_package(listed: Project) -> None:
    listed.closed = True
    listed.save()
    client = regions_client(listed.organisation)
    client.post(f"/projects/{listed.slug}/package/measure/0/remove/")
    assert len(packages.package_of(listed).measures) == 3


def test_a_package_without_a_budget_says_so(pavilion: Project) -> None:
    packages.keep(pavilion, Listed(2027, (), (TREES,)))
    assert "No budget is named yet" in page_of(pavilion)
    with pytest.raises(InputError, match="No budget"):
        packages.take_over(pavilion, by=None, enqueue=enqueue)


def test_a_second_click_takes_no_second_measure_off(listed: Project) -> None:
    client, address = regions_client(listed.organisation), f"/projects/{listed.slug}/package/measure/0/"
    before = [entry.name for entry in packages.package_of(listed).measures]
    said = {"was": before[0]}
    assert client.post(f"{address}remove/", said).status_code == 302
    answer = client.post(f"{address}remove/", said)
    assert "changed meanwhile" in answer.content.decode()
    assert [entry.name for entry in packages.package_of(listed).measures] == before[1:]


def test_budgets_of_a_list_too_long_for_a_preview_are_kept(pavilion: Project, settings) -> None:
    settings.AT_ONCE_SECONDS = 0.0
    packages.keep(pavilion, Listed(2027, (), (TREES,)))
    client, address = regions_client(pavilion.organisation), f"/projects/{pavilion.slug}/package/"
    page = client.get(address, {"first_year": "2027", "budget_0": "40000"}).content.decode()
    assert "it takes longer" in page
    assert "Keep these budgets" in page
    client.post(f"{address}budgets/", {"first_year": "2027", "budget_0": "40000"})
    assert "Take over" in client.get(address).content.decode()


def test_a_proposal_takes_the_place_of_no_list_that_someone_began_meanwhile(pavilion: Project) -> None:
    client, address = regions_client(pavilion.organisation), f"/projects/{pavilion.slug}/package/"
    packages.keep(pavilion, Listed(2027, (), (TREES,)))
    assert "changed meanwhile" in client.post(f"{address}propose/", follow=True).content.decode()
    assert packages.package_of(pavilion).measures == (TREES,)
