"""Sources on the screen: questions before figures, nothing small is stored, and a failing service changes no figure."""

import datetime
from functools import partial

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.adapters.test_genesis import Office
from tests.adapters.test_own_registers import LIST, SERIES
from tests.adapters.test_spreadsheet_templates import written
from tests.web.regions.conftest import regions_client, regions_table
from tests.workbench.test_sources import FLAT, LONG, QUOTE, RATE, ROW

from hks.adapters import genesis
from hks.adapters.spreadsheet_templates import AGES
from hks.core.errors import InputError, StateError
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.models import StoredFile
from hks.web.evidence.services import figure_of, outcome_of, read_file, verify
from hks.web.jobs.models import Job
from hks.web.jobs.services import carry_out, claim
from hks.web.regions import fetching
from hks.web.regions.models import Dataset, IndicatorValue, PendingImport, TableFetch
from hks.web.regions.services import import_table, keep_upload
from hks.workbench import fetching as door

pytestmark = pytest.mark.django_db
UPLOAD = "/regions/15084590/upload/"
FETCH = "/regions/15084590/fetch/"
TABLE = "13211-02-05-4"
NEW = (FLAT + ROW.format(";Insgesamt", "7,6", QUOTE)).encode()


def send(client: Client, data: bytes, name: str = "t.csv"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, data)}, follow=True)


def caretaker(town: Organisation):
    return ensure_demo_member(town, "caretaker")


def test_a_question_is_answered_before_the_figures_count(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    page = send(client, regions_table(RATE.format("0,07"))).content.decode()
    assert "lie between 0 and 1, for example 0.07" in page
    assert "Use these figures" not in page
    address = f"{UPLOAD}{PendingImport.objects.get().pk}/"
    refused = client.post(f"{address}confirm/", follow=True).content.decode()
    assert "Please answer first" in refused
    assert not IndicatorValue.objects.filter(municipality="15084590", indicator="unemployment_rate").exists()
    looked = client.get(address, {"percent": "share"}).content.decode()
    assert "Use these figures" in looked
    assert '<input type="hidden" name="percent" value="share">' in looked
    client.post(f"{address}confirm/", {"percent": "share"})
    value = IndicatorValue.objects.get(municipality="15084590", indicator="unemployment_rate")
    assert value.value == pytest.approx(7.0)
    assert figure_of(value.citation) == (value.value, "%")
    assert value.filing.record.as_record.content["values"] == {"percent": "share"}


def test_small_counts_of_a_register_reach_neither_the_database_nor_a_file(zeitz: Organisation) -> None:
    rows = [(age, 20, 20) for age in AGES]
    rows[3] = ("10-14", 3, 20)
    client = regions_client(zeitz)
    page = send(client, written("residents", rows), "einwohner.xlsx").content.decode()
    assert "2 cells are withheld" in page
    pending = PendingImport.objects.get()
    assert b"10-14;.;.\n" in bytes(pending.data)
    client.post(f"{UPLOAD}{pending.pk}/confirm/")
    dataset = Dataset.objects.get(organisation=zeitz)
    kept = [read_file(stored) for stored in StoredFile.objects.filter(record=dataset.file.record)]
    assert len(kept) == 1
    assert b"10-14;.;.\n" in kept[0]
    assert b"10-14;3" not in kept[0]
    people = IndicatorValue.objects.get(municipality="15084590", indicator="population", filing=dataset.filing)
    assert people.value == 20 * 2 * len(AGES) - 17
    assert people.second_hand
    assert verify().broken == []


def test_a_yearly_series_is_one_record_that_can_be_undone(zeitz: Organisation) -> None:
    text = SERIES.replace("14730110", "15084590") + "2019;28000;200;400;900;800\n2020;27900;190;410;880;790\n"
    dataset = import_table(text.encode(), "reihe.csv", zeitz, by=caretaker(zeitz))
    values = IndicatorValue.objects.in_use_by(zeitz).filter(municipality="15084590", second_hand=True)
    told = {(v.indicator, v.key_date.year): v.value for v in values if v.filing.organisation == zeitz}
    assert told["births", 2020] == 190
    assert told["net_migration", 2020] == 90  # follows from arrivals and departures
    assert dataset.rows == 10
    assert Dataset.objects.filter(organisation=zeitz).count() == 1
    client = regions_client(zeitz)
    assert client.post(f"/regions/15084590/datasets/{dataset.pk}/undo/").status_code == 302
    assert not [v for v in values.all() if v.filing.organisation == zeitz]
    assert verify().broken == []


def test_a_budget_with_results_gives_result_debt_and_ratios(zeitz: Organisation) -> None:
    """All amounts and people are invented."""
    person = caretaker(zeitz)
    people = "15084590;2024-12-31;population;100;persons;erfunden;"
    import_table(regions_table(people), "p.csv", zeitz, by=person)
    rows = [
        ("11", "a", 2024, "Ertrag", "Ergebnis", 1000), ("11", "b", 2024, "Aufwand", "Ergebnis", 1200),
        ("54", "c", 2024, "Investition", "Ergebnis", 300), ("61", "d", 2024, "Schulden", "Ergebnis", 5000),
        ("61", "e", 2024, "Kassenkredit", "Ergebnis", 270), ("11", "f", 2024, "Auszahlung", "Ergebnis", 900),
    ]  # fmt: skip
    import_table(written("budget", rows), "haushalt.xlsx", zeitz, by=person)
    values = IndicatorValue.objects.in_use_by(zeitz).filter(municipality="15084590", key_date__year=2024)
    told = {v.indicator: v.value for v in values}
    assert told["ordinary_result"] == -2
    assert told["debt"] == 50
    assert told["invest_ratio"] == 25
    assert told["cash_credit_share"] == 22.5
    for value in values.select_related("filing__record"):
        assert figure_of(value.citation) == (value.value, value.unit)
    page = regions_client(zeitz).get("/regions/15084590/?tab=economy").content.decode()
    assert "Ordinary result per person" in page
    assert "Cash credit against ordinary expense" in page


def test_a_list_of_buildings_keeps_no_address(zeitz: Organisation) -> None:
    rows = "".join(f"Nordring;Nordring {n};10;2\n" for n in range(7)) + "Hof;Am Hof 1;4;1\n"
    client = regions_client(zeitz)
    page = send(client, (LIST + rows).encode(), "leer.csv").content.decode()
    assert "reads this kind of file from a description" in page
    assert "small blocks together" in page
    pending = PendingImport.objects.get()
    assert "Am Hof 1" not in page + bytes(pending.data).decode()
    client.post(f"{UPLOAD}{pending.pk}/confirm/")
    dataset = Dataset.objects.get(organisation=zeitz)
    assert outcome_of(dataset.filing.record, "blocks") == [["", 8, 74, 15]]
    for stored in StoredFile.objects.all():
        assert b"Am Hof 1" not in read_file(stored)


def test_a_table_of_another_town_or_land_is_refused(zeitz: Organisation, other: Organisation) -> None:
    series = SERIES + "2020;28000;200;400;900;800\n"
    for ags, told in (("15084550", "is about 15084550"), ("09162000", "no figure for Saxony")):
        page = send(regions_client(zeitz), series.replace("14730110", ags).encode()).content.decode()
        assert told in page
    with pytest.raises(InputError, match="is about 15084590"):
        import_table(series.replace("14730110", "15084590").encode(), "t.csv", other, by=caretaker(other))
    assert not PendingImport.objects.exists()


def test_publishers_figures_stand_beside_official_ones_and_give_no_light(zeitz: Organisation) -> None:
    import_table(LONG.encode(), "inkar.csv", zeitz, by=caretaker(zeitz))
    values = IndicatorValue.objects.filter(indicator="unemployment_rate", filing__organisation=zeitz)
    assert values.count() == 2
    assert all(value.second_hand for value in values)
    page = regions_client(zeitz).get("/regions/data/").content.decode()
    assert page.count("read from a description<") == 3
    assert "INKAR (BBSR)" in page


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "has_account", lambda _service: True)
    for name in ("hks.web.regions.views.has_account",):
        monkeypatch.setattr(name, lambda _service: True)
    monkeypatch.setenv("HKS_GENESIS_TOKEN", "geheim-4711")


def carried_out(monkeypatch: pytest.MonkeyPatch, office: Office) -> Job:
    """Carry the newest order out against a service that gives these answers."""
    transport = httpx.MockTransport(office)
    monkeypatch.setattr(door, "fetch_table", partial(genesis.fetch_table, transport=transport, sleep=lambda _s: None))
    monkeypatch.setattr(door, "credentials", lambda *_: genesis.Credentials("geheim-4711", ""))
    job = Job.objects.latest("pk")
    claimed = claim(job.pk)
    assert claimed is not None
    carry_out(claimed, fetching.fetch_table)
    job.refresh_from_db()
    return job


def in_use() -> list[tuple[str, float]]:
    values = IndicatorValue.objects.filter(municipality="15084", filing__replaced_by=None)
    return sorted((f"{v.indicator} {v.key_date}", v.value) for v in values)


def test_a_table_is_fetched_looked_at_and_only_then_used(
    zeitz: Organisation, account: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, before = regions_client(zeitz), in_use()
    assert "Fetch it now" in client.get("/regions/data/").content.decode()
    page = client.post(FETCH, {"table": TABLE}, follow=True).content.decode()
    assert "The table is being fetched." in page
    assert "It is being fetched now." in page
    office = Office(NEW)
    assert carried_out(monkeypatch, office).status == "done"
    assert office.asked[0][1]["regionalkey"] == "15084"  # a table of districts is asked for the town's district
    assert in_use() == before
    page = client.get("/regions/data/").content.decode()
    assert "Last fetched on" in page
    assert "Look at the table and use it" in page
    pending = PendingImport.objects.get()
    shown = client.get(f"{UPLOAD}{pending.pk}/").content.decode()
    assert "dl-de/by-2-0" in shown
    assert "Statistische Ämter des Bundes und der Länder" in shown
    client.post(f"{UPLOAD}{pending.pk}/confirm/")
    assert set(in_use()) - set(before) == {("unemployment_rate 2024-12-31", 7.6)}
    assert verify().broken == []


def test_a_failing_service_changes_no_figure_and_the_page_says_since_when(
    zeitz: Organisation, account: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = in_use()
    for answer, told in (
        (b"<html>Wartung</html>", "sent a web page instead of a table"),
        (httpx.ConnectError("x"), "cannot be reached"),
        (NEW[:-40], "17 cells stand here; 18"),
        (
            (FLAT + ROW.format(";Insgesamt", "1", "Zwerge") + ROW.format("A;B", "1", "Z")).encode(),
            "none of it is known",
        ),
    ):
        fetching.order_fetch(zeitz, TABLE, by=caretaker(zeitz), enqueue=lambda _job: None)
        assert carried_out(monkeypatch, Office(answer)).status == "failed"
        state = TableFetch.objects.get()
        assert told in str(state.trouble)
        assert "geheim" not in str(state.problem)
        TableFetch.objects.update(failing_since=state.failing_since - datetime.timedelta(days=3))
    first_day = timezone.localtime(TableFetch.objects.get().failing_since).date()
    assert first_day == timezone.localdate() - datetime.timedelta(days=12)  # the day it began stays
    page = regions_client(zeitz).get("/regions/data/").content.decode()
    assert "Fetching has failed since" in page
    assert "The figures in use stay." in page
    assert in_use() == before
    assert not PendingImport.objects.exists()
    fetching.order_fetch(zeitz, TABLE, by=caretaker(zeitz), enqueue=lambda _job: None)
    assert carried_out(monkeypatch, Office(NEW)).status == "done"
    assert "Fetching has failed since" not in regions_client(zeitz).get("/regions/data/").content.decode()


def test_the_state_of_fetching_reads_in_german(zeitz: Organisation, account: None) -> None:
    client = regions_client(zeitz)
    client.cookies["hks_language"] = "de"
    assert client.get("/regions/data/").status_code == 200


def test_who_may_fetch(
    zeitz: Organisation, other: Organisation, account: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = {"table": TABLE}
    assert Client().post(FETCH, order).status_code == 302
    assert Client().post(FETCH, order).headers["Location"].startswith("/account/login/")
    assert regions_client(other).post(FETCH, order).status_code == 404
    assert regions_client(zeitz, "council").post(FETCH, order).status_code == 403
    assert regions_client(zeitz).get(FETCH).status_code == 405
    assert not TableFetch.objects.exists()
    fetching.order_fetch(zeitz, TABLE, by=caretaker(zeitz), enqueue=lambda _job: None)
    carried_out(monkeypatch, Office(httpx.Response(503)))
    for stranger in (Client(), regions_client(other)):
        assert "Fetching has failed" not in stranger.get("/regions/data/").content.decode()
    colleague = regions_client(zeitz, "council").get("/regions/data/").content.decode()
    assert "Fetching has failed since" in colleague
    assert "Fetch it now" not in colleague


def test_an_order_is_refused_with_its_reason(zeitz: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    client = regions_client(zeitz)
    monkeypatch.setattr(door, "has_account", lambda _service: False)
    assert "No account at Regionaldatenbank" in client.post(FETCH, {"table": TABLE}, follow=True).content.decode()
    assert "hks cannot fetch the table" in client.post(FETCH, {"table": "../x"}, follow=True).content.decode()
    monkeypatch.setattr(door, "has_account", lambda _service: True)
    fetching.order_fetch(zeitz, TABLE, by=caretaker(zeitz), enqueue=lambda _job: None)
    with pytest.raises(StateError, match="being fetched already"):
        fetching.order_fetch(zeitz, TABLE, by=caretaker(zeitz), enqueue=lambda _job: None)
    assert Job.objects.count() == 1


def test_an_upload_that_cannot_be_protected_is_not_kept(zeitz: Organisation) -> None:
    with pytest.raises(InputError, match="so few people"):
        keep_upload(
            zeitz, "t.csv", (SERIES.replace("14730110", "15084590") + "2020;9;3;0;2;1\n").encode(), by=caretaker(zeitz)
        )
    assert not PendingImport.objects.exists()
