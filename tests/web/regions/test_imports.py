"""Bringing tables in: seen first, then filed as one record, undone again, and closed to others."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.adapters.test_spreadsheet_templates import written
from tests.web.regions.conftest import HEAD, UNEMPLOYMENT, regions_client, regions_table

from hks.adapters.spreadsheet_templates import AGES
from hks.core.errors import InputError, StateError
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.models import Record
from hks.web.evidence.services import figure_of, outcome_of, verify
from hks.web.regions.models import Dataset, IndicatorValue, PendingImport
from hks.web.regions.services import erase_due, import_table, recognise, undo_import
from hks.workbench.imports import template
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.region import population_table

pytestmark = pytest.mark.django_db
UPLOAD = "/regions/15084590/upload/"


def send(client: Client, data: bytes, name: str = "table.csv"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, data)})


def test_a_table_is_seen_first_and_filed_after_the_confirmation(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    before = Record.objects.count()
    shown = send(client, UNEMPLOYMENT)
    page = client.get(shown.headers["Location"]).content.decode()
    for word in ("13211-02-05-4", "genesis-csv", "dl-de/by-2-0", "district", "Unemployment rate"):
        assert word in page
    assert Record.objects.count() == before
    client.post(shown.headers["Location"] + "confirm/")
    assert not PendingImport.objects.exists()
    assert Record.objects.count() == before + 5  # file, table, medians; one indicator that follows, its medians
    page = client.get("/regions/15084590/?tab=economy").content.decode()
    assert "7.6" in page
    assert "Middle of the districts" in page
    assert verify().broken == []


def test_every_imported_figure_follows_its_citation(zeitz: Organisation) -> None:
    dataset = import_table(UNEMPLOYMENT, "a.csv", zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    values = IndicatorValue.objects.filter(filing=dataset.filing).select_related("filing__record", "municipality")
    assert values.count() == 12
    for value in values:
        assert figure_of(value.citation) == (value.value, value.unit)


def test_what_was_left_out_is_said_with_its_reason() -> None:
    found = recognise(Bytes("a.csv", UNEMPLOYMENT))
    assert {row["why"] for row in found.skipped} == {
        "Not a town, district or Land.",
        "The table holds a marker instead of a number.",
        "Lies in another Land or is no town, district or Land.",
    }


def test_an_import_is_seen_by_its_own_town_only_and_can_be_undone(zeitz: Organisation, other: Organisation) -> None:
    person = ensure_demo_member(zeitz, "caretaker")
    dataset = import_table(UNEMPLOYMENT, "a.csv", zeitz, by=person)
    address = "/regions/15084590/?tab=economy"
    assert b"Year 2024" in regions_client(zeitz).get(address).content
    for stranger in (Client(), regions_client(other)):
        assert b"Year 2024" not in stranger.get(address).content
        assert b"Jahr 2024" not in stranger.get(address).content
    undo = f"/regions/15084590/datasets/{dataset.pk}/undo/"
    assert regions_client(other).post(undo).status_code == 404
    assert regions_client(zeitz, "council").post(undo).status_code == 403
    assert Client().post(undo).status_code == 302
    assert regions_client(zeitz).get(undo).status_code == 405
    assert regions_client(zeitz).post(undo).status_code == 302
    assert b"Year 2024" not in regions_client(zeitz).get(address).content
    dataset.refresh_from_db()
    with pytest.raises(StateError):
        undo_import(dataset, by=person)
    assert verify().broken == []
    import_table(UNEMPLOYMENT, "a.csv", zeitz, by=person)
    assert b"Year 2024" in regions_client(zeitz).get(address).content
    assert Dataset.objects.filter(organisation=zeitz).count() == 1


def test_the_public_table_cannot_be_undone(zeitz: Organisation) -> None:
    with pytest.raises(StateError):
        undo_import(
            Dataset.objects.get(organisation=None, table="12411-0018"), by=ensure_demo_member(zeitz, "caretaker")
        )


def test_the_same_public_table_again_shows_no_value_twice(zeitz: Organisation) -> None:
    table = population_table()
    import_table(table.data, table.name, zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    page = regions_client(zeitz).get("/regions/15084590/series/population/").content.decode()
    assert page.count("12/31/2017") + page.count("Dec. 31, 2017") <= 3


def test_rows_from_a_spreadsheet_can_be_pasted(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    row = "15084590\t31.12.2023\tpopulation\t28.100\tpersons\tStatistisches Landesamt\t"
    shown = client.post(UPLOAD, {"pasted": HEAD.replace(";", "\t") + row})
    assert shown.status_code == 302
    client.post(shown.headers["Location"] + "confirm/")
    assert IndicatorValue.objects.get(municipality="15084590", key_date="2023-12-31").value == 28100


def test_the_template_reads_itself(client: Client) -> None:
    assert len(recognise(Bytes("t.csv", template())).figures) == 1
    assert client.get("/regions/templates/figures/").content == template()
    assert client.get("/regions/templates/nothing/").status_code == 404


GOOD = "15084590;2023-12-31;population;28100;persons;Amt;"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 abc", "not a text table"),
        (b"PK\x03\x04" + b"\0" * 200, "no Excel file that can be read"),
        (b"a;b\n1;2\n", "No row with an official key"),
        (regions_table(), "no row"),
        (regions_table(GOOD, GOOD), "table.csv:3"),
        (regions_table(GOOD.replace("28100", "abc")), "table.csv:2:4"),
        (regions_table(GOOD.replace("28100", "nan")), "table.csv:2:4"),
        (regions_table(GOOD.replace("28100", "1e300")), "table.csv:2:4"),
        (regions_table(GOOD.replace("2023-12-31", "31.02.2023")), "table.csv:2:2"),
        (regions_table(GOOD.replace("15084590", "1508459")), "table.csv:2:1"),
        (regions_table(GOOD.replace("15084590", "09162000")), "no figure for Saxony"),
        (regions_table(GOOD.replace("population", "<script>")), "is not an indicator"),
        (regions_table(GOOD.replace("persons", "%")), "The unit"),
        (regions_table(GOOD.replace("Amt", "")), "name the source"),
        (UNEMPLOYMENT.replace(b"6389", b"63x9"), "table.csv:6"),
        (UNEMPLOYMENT.replace(b"13211-02-05-4", b"99999-0001"), "feeds no indicator"),
        (b"\xff\xfe" + b"ags;day;indicator;value", "table.csv"),
    ],
)
def test_a_bad_file_is_a_sentence_with_its_place(data: bytes, said: str, zeitz: Organisation) -> None:
    answer = send(regions_client(zeitz), data)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "errorlist" in page
    assert said in page or said == "empty"
    assert "<script>is" not in page
    assert not PendingImport.objects.exists()


def test_one_of_file_and_rows_is_asked_for(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    assert b"one of the two" in client.post(UPLOAD, {}).content
    both = {"file": SimpleUploadedFile("a.csv", UNEMPLOYMENT), "pasted": "x"}
    assert b"one of the two" in client.post(UPLOAD, both).content


def test_who_may_bring_tables_in(zeitz: Organisation, other: Organisation) -> None:
    assert Client().get(UPLOAD).status_code == 302
    assert regions_client(other).get(UPLOAD).status_code == 404
    assert regions_client(zeitz, "council").get(UPLOAD).status_code == 403
    place = send(regions_client(zeitz), UNEMPLOYMENT).headers["Location"]
    assert regions_client(other).get(place).status_code == 404
    theirs = place.replace("15084590", "14729050")
    assert regions_client(other).get(theirs).status_code == 404
    assert regions_client(other).post(theirs + "confirm/").status_code == 404
    assert regions_client(zeitz).get(UPLOAD + "9" * 30 + "/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ensure_demo_member(zeitz, "caretaker"))
    assert strict.post(place + "confirm/").status_code == 403
    assert PendingImport.objects.count() == 1


def test_an_upload_never_confirmed_is_gone_after_a_day(zeitz: Organisation) -> None:
    send(regions_client(zeitz), UNEMPLOYMENT)
    assert erase_due(timezone.now()) == 0
    assert erase_due(timezone.now() + datetime.timedelta(days=2)) == 1


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "least"), [("13211-02-05-4_Arbeitslose", 27), ("13111-07-05-4_SvB-WZ_SN-ST_2018", 27)]
)
def test_a_real_table_feeds_its_indicators(name: str, least: int, shared) -> None:
    path = next((shared / "demography").glob(f"{name}*"))
    figures = recognise(Bytes(path.name, path.read_bytes())).figures
    assert len({figure.ags for figure in figures if len(figure.ags) == 5}) >= least


@pytest.mark.shared
def test_the_unemployment_rate_of_the_burgenlandkreis_is_the_published_one(shared) -> None:
    path = next((shared / "demography").glob("13211-02-05-4_Arbeitslose*"))
    figures = recognise(Bytes(path.name, path.read_bytes())).figures
    rate = {f.day: f.value for f in figures if f.ags == "15084" and f.indicator == "unemployment_rate"}
    assert rate["2020-12-31"] == 7.0


def test_a_table_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(InputError, match="20 MB"):
        recognise(Bytes("x.csv", b" " * (20 * 1024 * 1024 + 1)))


@pytest.mark.parametrize("slug", ["residents", "budget", "finance", "measures", "vacancy"])
def test_an_empty_excel_table_can_be_had_by_everyone(slug: str, client: Client, db: None) -> None:
    answer = client.get(f"/regions/templates/{slug}/")
    assert answer["Content-Disposition"].endswith(f'hks-{slug}.xlsx"')
    assert answer.content[:2] == b"PK"
    assert client.get("/regions/templates/nothing/").status_code == 404


def test_a_filled_vacancy_table_is_kept_with_its_totals_and_can_be_undone(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    data = written("vacancy", [("Beispielring", 48, 9), ("Am Beispiel", 20, 1)])
    sent = {"file": SimpleUploadedFile("leer.xlsx", data)}
    shown = client.post("/regions/15084590/upload/", sent, follow=True).content.decode()
    assert "68" in shown
    assert "of these vacant" in shown
    pending = PendingImport.objects.get()
    client.post(f"/regions/15084590/upload/{pending.pk}/confirm/")
    dataset = Dataset.objects.get(title="Vacant flats by block")
    assert dataset.rows == 2
    assert outcome_of(dataset.filing.record, "empty") == 10
    assert "Vacant flats by block" in client.get("/regions/data/").content.decode()
    client.post(f"/regions/15084590/datasets/{dataset.pk}/undo/")
    dataset.filing.refresh_from_db()
    assert dataset.filing.replaced_by is not None


def test_residents_of_the_own_register_feed_figures_that_never_warn(zeitz: Organisation) -> None:
    data = written("residents", [(age, 100, 100) for age in AGES])
    import_table(data, "einwohner.xlsx", zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    rows = IndicatorValue.objects.filter(municipality="15084590", key_date="2025-12-31")
    assert {row.indicator for row in rows} == {"population", "share_under_18", "share_65_plus"}
    assert all(row.second_hand for row in rows)


def test_a_wrong_cell_is_named_on_the_screen(zeitz: Organisation) -> None:
    sent = {"file": SimpleUploadedFile("leer.xlsx", written("vacancy", [("Beispielring", 48, -9)]))}
    text = regions_client(zeitz).post("/regions/15084590/upload/", sent).content.decode()
    assert "leer.xlsx, C9" in text
    assert "a whole number from 0" in text


def test_the_earlier_series_of_a_merged_town_adds_up_its_predecessors(zeitz: Organisation) -> None:
    """All numbers here are invented."""
    rows = ("14521030;2016-12-31;population;16000;persons;erfunden;", "14521050;2016-12-31;population;4800;persons;erfunden;",
            "14521030;2017-12-31;population;15900;persons;erfunden;", "14521035;2019-12-31;population;20300;persons;erfunden;",
            "14521030;2020-12-31;population;1;persons;erfunden;", "14521050;2020-12-31;population;1;persons;erfunden;",
            "14521030;2016-12-31;share_65_plus;30;%;erfunden;", "14521050;2016-12-31;share_65_plus;31;%;erfunden;")  # fmt: skip
    import_table(regions_table(*rows), "aue.csv", zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    values = IndicatorValue.objects.in_use_by(zeitz).filter(municipality="14521035", key_date__gte="2016-01-01")
    found = {(row.indicator, row.key_date.year): row for row in values if row.filing.organisation == zeitz}
    assert found["population", 2016].value == 20_800
    assert "Summe aus Aue und Bad Schlema" in found["population", 2016].note
    assert ("population", 2017) not in found  # one predecessor is missing: no partial sum
    assert found["population", 2019].value == 20_300
    assert ("population", 2020) not in found  # after the merger nothing is added up
    assert ("share_65_plus", 2016) not in found  # shares are not added up
    parents = found["population", 2016].filing.record.as_record.parents
    assert len(parents) == 1
    assert verify().broken == []
