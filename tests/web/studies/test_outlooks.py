"""How many will we be: preview, order, result, the town's own forecast; who may and who may not."""

import pytest
from django.test import Client
from tests.web.regions.conftest import regions_client

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.models import Record
from hks.web.evidence.services import figure_of, verify
from hks.web.jobs.models import Job
from hks.web.jobs.services import carry_out, claim
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.studies import outlooks
from hks.web.studies.models import Outlook, OwnForecast

pytestmark = pytest.mark.django_db
PAGE = "/regions/15084590/people/"
ASKED = {
    "until": "2035", "residents": "28381", "tfr_target": "0", "life_expectancy_gain": "1.5", "net_migration_rate": "0",
    "arrivals": "45", "stay_share": "0.5",
}  # fmt: skip


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hks.web.studies.outlooks.DRAWS", 60)
    monkeypatch.setattr("hks.demography.sensitivity.DRAWS", 20)


def looked_ahead(zeitz: Organisation, visibility: str = "internal") -> Outlook:
    by = ensure_demo_member(zeitz, "caretaker")
    given = {"until": 2035, "residents": 28381}
    unit = Municipality.objects.get(ags="15084590")
    outlook = outlooks.order_outlook(unit, zeitz, given, visibility=visibility, by=by, enqueue=lambda _job: None)
    claimed = claim(outlook.job.pk)
    assert claimed is not None
    carry_out(claimed, outlooks.compute_outlook)
    outlook.refresh_from_db()
    return outlook


def test_a_visitor_sees_a_preview_and_files_nothing(zeitz: Organisation) -> None:
    client, before = Client(), Record.objects.count()
    client.cookies["hks_language"] = "en"
    page = client.get(PAGE, ASKED).content.decode()
    assert "With the changed assumptions" in page
    assert "Preview" in page
    assert Record.objects.count() == before


def test_an_order_becomes_evidence_that_leads_to_the_table(zeitz: Organisation) -> None:
    outlook = looked_ahead(zeitz)
    assert outlook.job.status == Job.Status.DONE or Job.objects.get(pk=outlook.job.pk).status == Job.Status.DONE
    page = regions_client(zeitz).get(PAGE).content.decode()
    assert "in eight of ten futures" in page
    assert "Which assumption matters most?" in page
    value, unit = figure_of(f"{outlook.filing.record.digest}#/outcomes/pyramid/m/0-2/0")
    assert (unit, value > 0) == ("persons", True)
    assert verify().broken == []


def test_the_chance_of_losing_a_tenth_stands_on_the_situation_page_as_the_districts(zeitz: Organisation) -> None:
    looked_ahead(zeitz)
    value = IndicatorValue.objects.get(indicator="forecast_p_loss10")
    assert value.municipality_id == "15084"
    assert figure_of(value.citation)[0] == pytest.approx(value.value)
    assert "Chance of losing a tenth in ten years" in regions_client(zeitz).get("/regions/15084590/").content.decode()


def test_an_internal_result_is_hidden_from_strangers_and_a_public_one_is_not(
    zeitz: Organisation, other: Organisation
) -> None:
    looked_ahead(zeitz)
    for client in (Client(), regions_client(other)):
        client.cookies["hks_language"] = "en"
        assert "Nobody has computed this yet" in client.get(PAGE).content.decode()
    looked_ahead(zeitz, "public")
    assert "in eight of ten futures" in regions_client(other).get(PAGE).content.decode()


def test_only_who_may_calculate_for_the_town_orders(zeitz: Organisation, other: Organisation) -> None:
    assert regions_client(zeitz).post(PAGE + "order/", ASKED).status_code == 302
    assert Outlook.objects.count() == 1
    assert regions_client(zeitz, "council").post(PAGE + "order/", ASKED).status_code == 403
    assert regions_client(other).post(PAGE + "order/", ASKED).status_code == 403
    assert Client().post(PAGE + "order/", ASKED).status_code == 302
    assert Outlook.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"until": "2017"}, {"until": "2090"}, {"until": "x"}, {"residents": "0"}, {"residents": ""},
              {"stay_share": "1.5"}, {"stay_share": "nan"}, {"tfr_target": "-1"}],
)  # fmt: skip
def test_a_wrong_assumption_is_told_in_the_preview_and_in_the_order(zeitz: Organisation, wrong: dict[str, str]) -> None:
    client = regions_client(zeitz)
    for page in (client.get(PAGE, ASKED | wrong), client.post(PAGE + "order/", ASKED | wrong)):
        assert page.status_code == 200
        assert "Please correct this first" in page.content.decode()
    assert not Outlook.objects.exists()


def test_the_towns_own_forecast_stands_beside_the_band(zeitz: Organisation) -> None:
    looked_ahead(zeitz)
    client = regions_client(zeitz)
    said = {"year": "2030", "persons": "90000", "source": "invented concept"}
    assert client.post(PAGE + "own-forecast/", said).status_code == 302
    page = client.get(PAGE).content.decode()
    assert "That lies above the band" in page
    assert "invented concept" in page
    assert regions_client(zeitz, "council").post(PAGE + "own-forecast/", said).status_code == 403
    refused = client.post(PAGE + "own-forecast/", said | {"persons": "0"})
    assert (refused.status_code, OwnForecast.objects.count()) == (200, 1)


def test_a_district_needs_no_number_of_residents(zeitz: Organisation) -> None:
    page = Client().get("/regions/15084/people/", {**ASKED, "residents": ""})
    assert page.status_code == 200
    assert "Vorschau" in page.content.decode()
    assert Client().get("/regions/01001/people/").status_code == 404
