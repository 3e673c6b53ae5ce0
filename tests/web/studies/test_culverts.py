"""Culverts of a town: searched for, opened, sized, taken by a run, closed; refused in a sentence; closed to others."""

import re

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.web.studies.test_rain import PAGE, carried_out, loaded

from hks.adapters.terrain import write_tiff
from hks.climate.grid import Grid
from hks.web.accounts.models import Organisation
from hks.web.evidence.services import figure_of, outcome_of, verify
from hks.web.jobs.services import carry_out, claim
from hks.web.studies import sinks
from hks.web.studies.models import Culvert, Outlook

pytestmark = pytest.mark.django_db
CULVERTS = PAGE + "culverts/"
WEST, SOUTH = 700_000.0, 5_660_000.0
BY_HAND = {"corners": f"{WEST + 25}; {SOUTH + 20}\n{WEST + 35}; {SOUTH + 20}", "width": "0.8", "height": "1.2",
           "measure": "culvert"}  # fmt: skip
SCHEME = {"scenario": "extreme", "scheme": "swe"}


def dammed() -> Grid:
    """Make a valley that falls to the east, with a road on a dam across."""
    ground = np.round(100.0 - 0.06 * np.arange(30)[None, :] * np.ones((20, 1)), 3)
    ground[[0, 1, -2, -1]] += 6.0
    ground[:, 14:16] += 3.0
    return Grid(ground, 2.0, WEST, SOUTH, "EPSG:25832")


def with_dam(town: Organisation) -> Client:
    client = regions_client(town)
    loaded(client, file=SimpleUploadedFile("dgm1.tif", write_tiff(dammed())))
    return client


def searched(client: Client) -> Outlook:
    assert client.post(CULVERTS + "search/").headers["Location"] == CULVERTS
    outlook = Outlook.objects.get(method="rain-sinks", filing=None)
    carry_out(claim(outlook.job.pk), sinks.compute_sinks)
    outlook.refresh_from_db()
    return outlook


def test_a_missing_culvert_is_found_opened_sized_taken_and_closed(zeitz: Organisation) -> None:
    client = with_dam(zeitz)
    assert "Nobody has searched this terrain yet." in client.get(CULVERTS).content.decode()
    closed = carried_out(client).filing.record
    record = searched(client).filing.record
    page = client.get(CULVERTS).content.decode()
    assert page.count('class="rain-number"') == 1
    assert figure_of(f"{record.digest}#/outcomes/sinks/0/opening/length_m")[0] == 6.0
    assert client.get(CULVERTS + "hollows.png").headers["Content-Type"] == "image/png"
    assert client.post(CULVERTS + "hollow/0/open/").headers["Location"] == CULVERTS
    culvert = Culvert.objects.get()
    assert (culvert.width, culvert.height) == (1.0, 1.0)
    page = client.get(CULVERTS).content.decode()
    assert "assumption, unchecked" in page
    assert "hollow/0/open/" not in page
    key = f"c{culvert.pk}"
    client.post(f"{CULVERTS}{culvert.pk}/resize/", {f"{key}-width": "0.5", f"{key}-height": "0.4"})
    culvert.refresh_from_db()
    assert (culvert.width, culvert.height) == (0.5, 0.4)
    assert "the culverts were changed since then" in client.get(PAGE).content.decode()
    opened = carried_out(client).filing.record
    passed = outcome_of(opened, "culverts")[0]["passed_m3"]
    assert passed > 5
    assert outcome_of(opened, "mass")["stored_m3"] < outcome_of(closed, "mass")["stored_m3"] - 5
    page = client.get(PAGE).content.decode()
    assert "1 culvert is assumed to be open" in page
    assert "%2Foutcomes%2Fculverts%2F0%2Fpassed_m3" in page or "/outcomes/culverts/0/passed_m3" in page
    assert verify().broken == []
    client.post(f"{CULVERTS}{culvert.pk}/remove/")
    assert not Culvert.objects.exists()


def test_a_culvert_is_drawn_by_hand(zeitz: Organisation) -> None:
    client = with_dam(zeitz)
    assert client.post(CULVERTS + "add/", BY_HAND).headers.get("Location") == CULVERTS
    record = carried_out(client).filing.record
    assert record.as_record.content["values"]["culvert"] == "700025.0,5660020.0,700035.0,5660020.0,0.8,1.2"
    page = client.get(PAGE, {"scenario": "extreme"}).content.decode()
    assert "1 culvert is assumed to be open" in page  # the preview takes it, too


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"corners": "1; 2\n3; 4"}, "This lies outside the terrain"),
        ({"corners": f"{WEST + 25}; {SOUTH + 20}"}, "Two ends are needed"),
        ({"width": "0"}, "greater than or equal to 0.01"),
        ({"height": "nan"}, "Enter a number"),
        ({"corners": f"{WEST + 25}; {SOUTH + 20}\n{WEST + 26}; {SOUTH + 20}"}, "two cells"),
    ],
)
def test_what_is_no_culvert_is_refused_in_a_sentence(zeitz: Organisation, changed, sentence: str) -> None:
    client = with_dam(zeitz)
    assert sentence in client.post(CULVERTS + "add/", {**BY_HAND, **changed}).content.decode()
    assert not Culvert.objects.exists()


def test_openings_that_are_none_or_open_already_are_refused(zeitz: Organisation) -> None:
    client = with_dam(zeitz)
    assert client.post(CULVERTS + "hollow/0/open/").status_code == 404
    searched(client)
    client.post(CULVERTS + "hollow/0/open/")
    assert "This culvert is open already." in client.post(CULVERTS + "hollow/0/open/").content.decode()
    assert "No opening is suggested" in client.post(CULVERTS + "hollow/77/open/").content.decode()
    key = f"c{Culvert.objects.get().pk}"
    wrong = client.post(f"{CULVERTS}{Culvert.objects.get().pk}/resize/", {f"{key}-width": "0", f"{key}-height": "1"})
    assert "greater than or equal to 0.01" in wrong.content.decode()


def test_shallow_water_runs_and_is_refused_beside_culverts(zeitz: Organisation) -> None:
    client = with_dam(zeitz)
    record = carried_out(client, **SCHEME).filing.record
    assert record.as_record.content["values"]["scheme"] == "swe"
    assert "Computed with the shallow water equations." in client.get(PAGE).content.decode()
    client.post(CULVERTS + "add/", BY_HAND)
    for answer in (client.post(PAGE + "order/", SCHEME), client.get(PAGE, SCHEME)):
        assert "The shallow water equations know no culverts." in answer.content.decode()
    assert Outlook.objects.count() == 1
    assert (
        "is not one of the available choices"
        in client.post(PAGE + "order/", {**SCHEME, "scheme": "x"}).content.decode()
    )


def test_a_search_without_a_terrain_is_refused_and_strangers_find_nothing(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    assert "Please load a terrain model first." in client.post(CULVERTS + "search/").content.decode()
    client = with_dam(zeitz)
    searched(client)
    client.post(CULVERTS + "hollow/0/open/")
    pk = Culvert.objects.get().pk
    other = Organisation.objects.create(slug="aue", name="Aue", kind="town", ags="14521020", land="SN")
    for visitor in (regions_client(other), Client()):
        assert visitor.get(CULVERTS).status_code == 404
        assert visitor.get(CULVERTS + "hollows.png").status_code == 404
        for address in ("add/", "search/", "hollow/0/open/", f"{pk}/resize/", f"{pk}/remove/"):
            assert visitor.post(CULVERTS + address, BY_HAND).status_code in {302, 404}
    assert Culvert.objects.count() == 1
    assert re.search("badge--stale", client.get(CULVERTS).content.decode()) is None
