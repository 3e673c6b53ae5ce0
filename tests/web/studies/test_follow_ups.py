"""What follows from the people: preview, order, result, tables out; who may and who may not; what is refused."""

import csv
import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.regions.conftest import regions_client

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.models import Filing, Record
from hks.web.evidence.services import chain, figure_of, outcome_of, verify
from hks.web.jobs.services import carry_out, claim
from hks.web.regions.models import Municipality
from hks.web.studies import follow_ups, outlooks
from hks.web.studies.follow_ups import FOLLOW_UPS
from hks.web.studies.models import Outlook
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS
from hks.workbench.region import population_table

pytestmark = pytest.mark.django_db
PAGE = "/regions/15084590/"
PEOPLE = {"until": "2035", "residents": "28381", "source": "invented plan, page 3"}
ASKED = {
    "places": PEOPLE | {
        "today_under_3": "400", "today_kindergarten": "1500", "today_after_school": "0", "schools": "4",
        "today_classes": "10", "today_nursing_home": "0", "rate_under_3": "0", "rate_kindergarten": "0",
        "rate_after_school": "0", "crib_key": "5", "kindergarten_key": "12", "after_school_key": "22.2",
        "lead_key": "10", "class_least": "15", "class_most": "28",
    },
    "housing": PEOPLE | {
        "dwellings": "18500", "share_old": "40", "share_panel": "30", "vacancy_old": "35", "vacancy_panel": "20",
        "vacancy_houses": "8", "household_size": "1.88", "reserve": "3", "demolition_old": "0",
        "demolition_old_start": "0", "demolition_old_end": "0", "demolition_panel": "40",
        "demolition_panel_start": "2026", "demolition_panel_end": "2030", "new_houses": "0", "new_houses_start": "0",
        "new_houses_end": "0",
    },
    "fees": PEOPLE | {
        "water_cost": "2600000", "water_volume": "1000000", "waste_water_cost": "0", "waste_water_volume": "0",
        "water_stays_least": "90", "water_stays_most": "95", "waste_water_stays_least": "75",
        "waste_water_stays_most": "85", "remanence_up": "50", "cost_growth": "0",
    },
}  # fmt: skip
PAGES = list(ASKED)


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hks.web.studies.services.DRAWS", 60)
    monkeypatch.setattr("hks.web.studies.outlooks.DRAWS", 60)
    monkeypatch.setattr("hks.demography.sensitivity.DRAWS", 20)


def carried_out(client: Client, slug: str, **changed: str) -> Outlook:
    answer = client.post(f"{PAGE}{slug}/order/", ASKED[slug] | changed)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    outlook = Outlook.objects.get(method=FOLLOW_UPS[slug].method.slug, filing=None)
    claimed = claim(outlook.job.pk)
    assert claimed is not None
    carry_out(claimed, follow_ups.compute_follow_up)
    outlook.refresh_from_db()
    assert outlook.filing is not None
    return outlook


def projected(zeitz: Organisation) -> Outlook:
    by, unit = ensure_demo_member(zeitz, "caretaker"), Municipality.objects.get(ags="15084590")
    given = {"until": 2035, "residents": 28381, "stay_share": 0.7}
    outlook = outlooks.order_outlook(unit, zeitz, given, visibility="internal", by=by, enqueue=lambda _job: None)
    claimed = claim(outlook.job.pk)
    assert claimed is not None
    carry_out(claimed, outlooks.compute_outlook)
    outlook.refresh_from_db()
    return outlook


@pytest.mark.parametrize("slug", PAGES)
def test_a_visitor_sees_a_preview_and_files_nothing(zeitz: Organisation, slug: str) -> None:
    client, before = Client(), Record.objects.count()
    client.cookies["hks_language"] = "en"
    page = client.get(f"{PAGE}{slug}/", ASKED[slug]).content.decode()
    assert "With the changed assumptions" in page
    assert "Preview" in page
    assert "Take over" not in page
    assert Record.objects.count() == before


@pytest.mark.parametrize("slug", PAGES)
def test_an_order_becomes_evidence_that_leads_to_the_table_and_to_the_towns_own_figures(
    zeitz: Organisation, slug: str
) -> None:
    client = regions_client(zeitz)
    outlook = carried_out(client, slug)
    page = client.get(f"{PAGE}{slug}/").content.decode()
    assert "invented plan, page 3" in page
    assert "in eight of ten futures" in page
    assert "Preview</span></h2>" not in page
    contents = [row.as_record.content for row in chain(outlook.filing.record)]
    assert "12411-0018" in {content.get("source", {}).get("table") for content in contents}
    assert "invented plan, page 3" in {content.get("values", {}).get("source") for content in contents}
    assert verify().broken == []


def test_the_pages_figures_are_the_librarys(zeitz: Organisation) -> None:
    people = projected(zeitz)
    seed = people.filing.record.as_record.content["seed"]
    client = regions_client(zeitz)
    common = {"unit": 15084, "residents": 28381, "draws": 60, "years": 18, "base_year": 2017, "stay_share": 0.7}
    asked = {name: float(value) for name, value in ASKED["housing"].items() if name not in PEOPLE}
    told = compute(METHODS["population-housing"], {"table": population_table()}, common | asked, seed).outcomes
    digest = carried_out(client, "housing").filing.record.digest
    value, unit = figure_of(f"{digest}#/outcomes/vacancy/p50/18")
    assert (value, unit) == (told["vacancy"]["p50"][18], "%")
    assert figure_of(f"{digest}#/outcomes/vacancy_without/p50/18")[0] > value
    assert f"{value:.1f}" in client.get(f"{PAGE}housing/").content.decode()
    counted = compute(METHODS["population-project"], {"table": population_table()}, common, seed).outcomes
    fees = carried_out(client, "fees").filing.record
    first = figure_of(f"{fees.digest}#/outcomes/per_cubic_metre/water/p50/0")[0]
    assert first == pytest.approx(2.6)
    assert figure_of(f"{fees.digest}#/outcomes/per_head/water/p50/0")[0] == pytest.approx(2_600_000 / 28381, rel=1e-4)
    path = Dataset("people.json", json.dumps({"years": counted["years"], "total": counted["total"]}).encode())
    given = {"water_cost": 2_600_000, "water_volume": 1_000_000, "draws": 60}
    again = compute(METHODS["finance-fees"], {"population": path}, given, seed).outcomes
    assert figure_of(f"{fees.digest}#/outcomes/increase/water/p90/18")[0] == again["increase"]["water"]["p90"][18]
    assert people.filing.record.digest in {row.digest for row in chain(fees)}


def test_places_follow_from_the_same_futures_as_the_page_about_people(zeitz: Organisation) -> None:
    people = projected(zeitz)
    client = regions_client(zeitz)
    record = carried_out(client, "places", rate_under_3="100").filing.record
    content, of_people = record.as_record.content, people.filing.record.as_record.content
    assert content["inputs"]["people"] == people.filing.record.digest
    assert (content["seed"], content["values"]["stay_share"]) == (of_people["seed"], 0.7)
    band = outcome_of(people.filing.record, "pyramid")
    first = band["m"]["0-2"][0] + band["w"]["0-2"][0]
    assert content["outcomes"]["places"]["value"]["under_3"]["p50"][0] == pytest.approx(first, rel=1e-5)
    page = client.get(f"{PAGE}places/").content.decode()
    assert "The people are those of the projection filed on" in page
    assert "stay free" in page
    free = content["outcomes"]["free"]["value"]["kindergarten"]["p50"][18]
    needed = content["outcomes"]["places"]["value"]["kindergarten"]["p50"][18]
    assert free == pytest.approx(1500 - needed)


def test_without_places_of_today_the_page_asks_for_them(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    none = {name: "0" for name in ASKED["places"] if name.startswith("today_")}
    carried_out(client, "places", **none)
    page = client.get(f"{PAGE}places/").content.decode()
    assert "Enter the places of today below" in page
    assert "stay free" not in page.split("Enter the places")[0]
    assert "unchecked" in page


@pytest.mark.parametrize("slug", PAGES)
def test_the_tables_hold_the_same_figures(zeitz: Organisation, slug: str) -> None:
    client = regions_client(zeitz)
    record = carried_out(client, slug).filing.record
    answer = client.get(f"{PAGE}{slug}/table.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert {row["record"] for row in rows} == {record.digest}
    for row in (rows[0], rows[-1]):
        path = "/".join(filter(None, ["outcomes", row["outcome"], row["kind"], "p90"]))
        years = record.as_record.content["outcomes"]["years"]["value"]
        value, unit = figure_of(f"{record.digest}#/{path}/{years.index(int(row['year']))}")
        assert (float(row["p90"]), row["unit"]) == (value, unit)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}{slug}/table.xlsx").content))
    assert book.worksheets[0].max_row == len(rows) + 1
    assert book.worksheets[2]["A2"].value == record.digest
    assert Client().get(f"{PAGE}{slug}/table.csv").status_code == 404
    assert Client().get(f"{PAGE}{slug}/table.xlsx").status_code == 404


@pytest.mark.parametrize("slug", PAGES)
def test_only_who_may_calculate_for_the_town_orders_and_a_stranger_sees_nothing(
    zeitz: Organisation, other: Organisation, slug: str
) -> None:
    carried_out(regions_client(zeitz), slug)
    for client in (regions_client(zeitz, "council"), regions_client(other)):
        assert client.post(f"{PAGE}{slug}/order/", ASKED[slug]).status_code == 403
    assert Client().post(f"{PAGE}{slug}/order/", ASKED[slug]).status_code == 302
    assert Outlook.objects.count() == 1
    page = regions_client(other).get(f"{PAGE}{slug}/").content.decode()
    assert "Nobody has computed this yet" in page
    assert "invented plan" not in page


@pytest.mark.parametrize("slug", PAGES)
def test_what_was_internal_first_is_seen_by_everyone_once_ordered_so(zeitz: Organisation, slug: str) -> None:
    projected(zeitz)
    client = regions_client(zeitz)
    first = carried_out(client, slug)
    assert carried_out(client, slug, public="on").filing == first.filing
    page = Client().get(f"{PAGE}{slug}/")
    assert "invented plan" in page.content.decode()
    seen = {part.split("/")[0] for part in page.content.decode().split('href="/evidence/')[1:]}
    shown = set(Filing.objects.filter(visibility="public").values_list("record__digest", flat=True))
    assert seen <= shown


WRONG = [
    *((slug, name, value) for slug in PAGES for name, value in (
        ("until", "2017"), ("until", "2090"), ("until", "x"), ("until", ""), ("residents", "0"), ("residents", ""),
        ("residents", "-5"), ("residents", "9" * 40), ("source", "x" * 201))),
    ("places", "today_under_3", "-1"), ("places", "today_under_3", "many"), ("places", "today_under_3", "9" * 40),
    ("places", "rate_under_3", "0.53"), ("places", "rate_under_3", "101"), ("places", "rate_under_3", ""),
    ("places", "class_most", "3"), ("places", "schools", "0"), ("places", "lead_key", "nan"),
    ("places", "crib_key", "inf"), ("housing", "share_old", "0.4"), ("housing", "share_panel", "70"),
    ("housing", "dwellings", "1000000"), ("housing", "dwellings", "18"), ("housing", "dwellings", "-1"),
    ("housing", "vacancy_old", "100"), ("housing", "demolition_panel_start", "2017"),
    ("housing", "demolition_panel_end", "2090"), ("housing", "demolition_panel_end", "2025"),
    ("housing", "new_houses", "1e99"), ("housing", "new_houses_start", "soon"), ("fees", "water_cost", "0"),
    ("fees", "water_volume", "0"), ("fees", "water_cost", "-1"), ("fees", "water_stays_least", "0.9"),
    ("fees", "water_stays_least", "97"), ("fees", "cost_growth", "99"), ("fees", "waste_water_cost", "5"),
]  # fmt: skip


@pytest.mark.parametrize(("slug", "name", "value"), WRONG)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(
    zeitz: Organisation, slug: str, name: str, value: str
) -> None:
    client = regions_client(zeitz)
    for answer in (client.get(f"{PAGE}{slug}/", ASKED[slug] | {name: value}),
                   client.post(f"{PAGE}{slug}/order/", ASKED[slug] | {name: value})):  # fmt: skip
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Please correct this first" in page
        assert 'class="field field--wrong"' in page
        assert 'value="invented plan, page 3"' in page or name == "source"
    assert not Outlook.objects.exists()


@pytest.mark.parametrize("slug", PAGES)
def test_own_figures_need_a_source_when_they_are_filed(zeitz: Organisation, slug: str) -> None:
    client, sourceless = regions_client(zeitz), ASKED[slug] | {"source": ""}
    assert "Please say where the town" in client.post(f"{PAGE}{slug}/order/", sourceless).content.decode()
    assert "With the changed assumptions" in client.get(f"{PAGE}{slug}/", sourceless).content.decode()
    assert not Outlook.objects.exists()


@pytest.mark.parametrize("slug", PAGES)
def test_a_hostile_source_is_text(zeitz: Organisation, slug: str) -> None:
    client = regions_client(zeitz)
    carried_out(client, slug, source="=<script>alert(1)</script>")
    page = client.get(f"{PAGE}{slug}/").content.decode()
    assert "<script>alert" not in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}{slug}/table.xlsx").content))
    assert all(cell.data_type != "f" for sheet in book.worksheets for row in sheet for cell in row)


@pytest.mark.parametrize("slug", PAGES)
def test_a_district_needs_no_number_of_residents(zeitz: Organisation, slug: str) -> None:
    asked = ASKED[slug] | {"residents": "", "dwellings": "0"}
    page = Client().get(f"/regions/15084/{slug}/", asked)
    assert page.status_code == 200
    assert "Vorschau" in page.content.decode()
    assert Client().get(f"/regions/01001/{slug}/").status_code == 404


def test_a_vacancy_list_stands_beside_the_projection_for_the_town_only(
    zeitz: Organisation, other: Organisation
) -> None:
    client = regions_client(zeitz)
    rows = "\n".join(f"{block};Weg {n};10;{empty}" for block, empty in (("Nord", 3), ("Süd", 1)) for n in
                     range(100 * empty, 100 * empty + 6))  # fmt: skip
    data = f"AGS;15084590\nStichtag;31.12.2025\nQuelle;Wohnungsbau (erfunden)\nLizenz;intern\nBlock;Adresse;Wohnungen;Leer\n{rows}\n"
    shown = client.post(f"{PAGE}upload/", {"file": SimpleUploadedFile("leer.csv", data.encode())})
    assert shown.status_code == 302, shown.content.decode()[:2000]
    assert client.post(shown.headers["Location"] + "confirm/").status_code == 302
    page = client.get(f"{PAGE}housing/").content.decode()
    assert "What is counted today" in page
    assert "Nord" in page
    assert "Weg 100" not in page
    assert "Nord" not in client.get("/regions/14729050/housing/").content.decode()  # not beside another town
    for stranger in (Client(), regions_client(other)):
        assert "Nord" not in stranger.get(f"{PAGE}housing/").content.decode()


@pytest.mark.parametrize("slug", [*PAGES, "people"])
def test_the_outlook_pages_lead_to_each_other_and_the_language_switch_back_to_the_preview(
    zeitz: Organisation, slug: str
) -> None:
    page = regions_client(zeitz).get(f"{PAGE}{slug}/", {"until": "2035"}).content.decode()
    for other in (*PAGES, "people", "money"):
        assert f'href="{PAGE}{other}/"' in page
    assert f'href="{PAGE}{slug}/" aria-current="page"' in page
    assert f'name="next" value="{PAGE}{slug}/?until=2035"' in page
    assert f'href="{PAGE}places/"' in Client().get(PAGE).content.decode()
    assert f'href="{PAGE}fees/"' in Client().get(f"{PAGE}?tab=economy").content.decode()
