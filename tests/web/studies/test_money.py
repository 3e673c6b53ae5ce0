"""How much room does the budget leave: tables in by Excel, order, result, Excel out; who may and who may not."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.workbench.test_budgets import basis, budget

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.services import chain, figure_of, verify
from hks.web.jobs.services import carry_out, claim
from hks.web.regions.models import Municipality
from hks.web.studies import money
from hks.web.studies.models import Outlook

pytestmark = pytest.mark.django_db
PAGE = "/regions/14521035/money/"
ASKED = {
    "residents": "19600", "cost_growth": "2", "trade_growth": "2", "base_amount_growth": "2", "trade_shock": "0",
    "trade_shock_year": "0", "floor": "0",
}  # fmt: skip


@pytest.fixture
def aue(zeitz: Organisation, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    """Return Aue-Bad Schlema; few draws, the region's figures are loaded."""
    monkeypatch.setattr("hks.web.studies.money.DRAWS", 60)
    monkeypatch.setattr("hks.web.studies.money.PREVIEW_DRAWS", 20)
    return Organisation.objects.create(slug="aue", name="Stadt Aue-Bad Schlema", kind="town", ags="14521035", land="SN")


def bring_in(town: Organisation) -> None:
    client = regions_client(town, "treasurer")
    for data in (budget(), basis()):
        file = SimpleUploadedFile(data.name, data.data)
        shown = client.post("/regions/14521035/upload/", {"file": file})
        assert client.post(shown.headers["Location"] + "confirm/").status_code == 302


def carried(town: Organisation) -> Outlook:
    by = ensure_demo_member(town, "treasurer")
    unit = Municipality.objects.get(ags="14521035")
    given = {"residents": 19600}
    outlook = money.order_money(unit, town, given, visibility="internal", by=by, enqueue=lambda _job: None)
    claimed = claim(outlook.job.pk)
    assert claimed is not None
    carry_out(claimed, money.compute_money)
    outlook.refresh_from_db()
    return outlook


def test_the_page_says_which_table_is_missing(aue: Organisation) -> None:
    page = regions_client(aue, "treasurer").get(PAGE).content.decode()
    assert "Budget by product area" in page
    refused = regions_client(aue, "treasurer").post(PAGE + "order/", ASKED).content.decode()
    assert "Please bring in" in refused
    assert not Outlook.objects.exists()


def test_a_budget_from_excel_becomes_a_fan_that_leads_back_to_its_tables(aue: Organisation) -> None:
    bring_in(aue)
    outlook = carried(aue)
    assert outlook.filing is not None
    page = regions_client(aue, "treasurer").get(PAGE).content.decode()
    assert "in eight of ten futures" in page
    kinds = {row.as_record.content.get("source", {}).get("table") for row in chain(outlook.filing.record)}
    assert "12411-0018" in kinds
    people = outlook.filing.record.as_record.parents["population"]
    assert people in {row.digest for row in chain(outlook.filing.record)}
    assert f"/evidence/{people}" in page
    value, unit = figure_of(f"{outlook.filing.record.digest}#/outcomes/free_margin/p50/0")
    assert unit == "EUR/a"
    assert f"{round(value):,}" in page
    assert verify().broken == []


def test_the_excel_file_holds_the_same_figures_and_no_formula(aue: Organisation) -> None:
    bring_in(aue)
    outlook = carried(aue)
    answer = regions_client(aue, "treasurer").get(PAGE + "table.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    first = book.worksheets[1]
    value, _unit = figure_of(f"{outlook.filing.record.digest}#/outcomes/free_margin/p50/0")
    assert first["C2"].value == pytest.approx(value)
    assert book.worksheets[2]["A2"].value == outlook.filing.record.digest


def test_a_changed_assumption_is_a_preview_and_files_nothing(aue: Organisation) -> None:
    bring_in(aue)
    page = regions_client(aue, "treasurer").get(PAGE, ASKED | {"trade_shock": "-40", "trade_shock_year": "2028"})
    assert "Preview" in page.content.decode()
    assert not Outlook.objects.exists()


@pytest.mark.parametrize("wrong", [{"cost_growth": "nan"}, {"cost_growth": "99"}, {"residents": "-1"},
                                   {"trade_shock": "-40", "trade_shock_year": "2090"}])  # fmt: skip
def test_a_wrong_assumption_is_told(aue: Organisation, wrong: dict[str, str]) -> None:
    bring_in(aue)
    page = regions_client(aue, "treasurer").get(PAGE, ASKED | wrong).content.decode()
    assert "Please correct this first" in page


def test_only_the_treasury_orders_and_a_stranger_sees_nothing(aue: Organisation, other: Organisation) -> None:
    bring_in(aue)
    carried(aue)
    assert regions_client(aue, "caretaker").post(PAGE + "order/", ASKED).status_code == 403
    assert regions_client(other, "treasurer").post(PAGE + "order/", ASKED).status_code == 403
    assert Client().post(PAGE + "order/", ASKED).status_code == 302
    assert "Nobody has computed this yet" in regions_client(other, "treasurer").get(PAGE).content.decode()
    assert regions_client(other, "treasurer").get(PAGE + "table.xlsx").status_code == 404
    assert Client().get(PAGE + "table.xlsx").status_code == 404
    assert Outlook.objects.count() == 1
