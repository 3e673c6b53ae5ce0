"""Points and sections of a town: set, refused, followed by a run, told with evidence; closed to others."""

import io
import re
import zipfile

import pytest
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.web.studies.test_rain import GROUND, PAGE, carried_out, loaded

from hks.web.accounts.models import Organisation
from hks.web.evidence.services import figure_of, outcome_of, verify
from hks.web.studies.models import WatchedPlace

pytestmark = pytest.mark.django_db
PLACES = PAGE + "places/"
WEST, SOUTH = 700_000.0, 5_660_000.0
POINT = {"measure": "point", "name": "Schule", "corners": "700040,5; 5660040"}
SECTION = {
    "measure": "section", "name": "Brücke", "corners": f"{WEST + 20}; {SOUTH + 4}\n{WEST + 20}; {SOUTH + 76}",
}  # fmt: skip


def words_of(client: Client, address: str) -> str:
    return re.sub(r"<[^>]+>|&nbsp;", " ", client.get(address).content.decode())


def test_places_are_set_followed_and_told_with_their_record(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    assert "No terrain model is loaded yet." in client.get(PLACES).content.decode()
    loaded(client)
    for given in (POINT, SECTION):
        answer = client.post(PLACES + "add/", given)
        assert answer.headers.get("Location") == PLACES, answer.content.decode()
    page = client.get(PLACES).content.decode()
    assert "Schule" in page
    assert 'class="drawn drawn--point"' in page
    assert 'class="drawn drawn--line"' in page
    outlook = carried_out(client)
    record = outlook.filing.record
    assert record.as_record.content["values"]["at"] == "700040.5,5660040.0"
    at, section = outcome_of(record, "at")[0], outcome_of(record, "sections")[0]
    assert at["depth_max_m"] > 0.5
    assert section["passed_m3"] > 10  # into the bowl, towards the east: its left looks west
    assert "How the water rises and falls" in client.get(PAGE).content.decode()
    told = client.get(f"{PAGE}{outlook.pk}/places/").content.decode()
    assert told.count('class="chart"') == 2
    assert "Brücke" in told
    marks = set(re.findall(r"\?figure=([^\"]+)", told))
    assert "/outcomes/at/0/depth_max_m" in {mark.replace("%2F", "/") for mark in marks}
    rows = outcome_of(record, "hydrographs")
    assert [row["time_min"] for row in rows] == list(range(1, 121))
    assert figure_of(f"{record.digest}#/outcomes/hydrographs/4/depth_m/0")[0] == rows[4]["depth_m"][0]
    with zipfile.ZipFile(io.BytesIO(client.get(f"{PAGE}{outlook.pk}/grids.zip").content)) as archive:
        lines = archive.read("hydrographs.csv").decode().splitlines()
    assert len(lines) == 121
    assert verify().broken == []
    client.post(f"{PLACES}{WatchedPlace.objects.first().pk}/remove/")
    assert WatchedPlace.objects.get().name == "Brücke"
    assert client.get(f"{PAGE}{outlook.pk}/places/").status_code == 200  # what was noted stays


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"corners": "1; 2"}, "This lies outside the terrain"),
        ({"corners": "here"}, "write two numbers with a semicolon between"),
        ({"corners": POINT["corners"] + "\n" + POINT["corners"]}, "A point has one line here."),
        ({"corners": POINT["corners"], "measure": "section"}, "Two ends are needed"),
        ({"corners": f"{WEST + 40}; {SOUTH + 40}\n{WEST + 41}; {SOUTH + 40}", "measure": "section"}, "two cells"),
        ({"measure": "drone"}, "is not one of the available choices"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_a_sentence(zeitz: Organisation, changed, sentence: str) -> None:
    client = regions_client(zeitz)
    loaded(client)
    answer = client.post(PLACES + "add/", {**POINT, **changed})
    assert sentence in answer.content.decode()
    assert not WatchedPlace.objects.exists()


def test_twelve_are_enough_and_without_a_terrain_there_are_none(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    assert "Please load a terrain model first." in client.post(PLACES + "add/", POINT).content.decode()
    loaded(client)
    for _ in range(12):
        client.post(PLACES + "add/", POINT)
    assert "12 points and sections are enough" in client.post(PLACES + "add/", POINT).content.decode()
    assert WatchedPlace.objects.count() == 12


def test_places_of_another_terrain_wait(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    client.post(PLACES + "add/", POINT)
    client.post(GROUND + "example/")
    assert "beside the terrain" in client.get(PLACES).content.decode()
    outlook = carried_out(client)
    assert "hydrographs" not in outlook.filing.record.as_record.content["outcomes"]
    assert client.get(f"{PAGE}{outlook.pk}/places/").status_code == 404


def test_strangers_find_nothing_and_visitors_of_a_public_result_read_no_names(zeitz: Organisation) -> None:
    other = Organisation.objects.create(slug="aue", name="Aue", kind="town", ags="14521020", land="SN")
    client, stranger = regions_client(zeitz), regions_client(other)
    loaded(client)
    client.post(PLACES + "add/", POINT)
    place = WatchedPlace.objects.get()
    outlook = carried_out(client, scenario="extreme", public="on")
    for visitor in (stranger, Client()):
        assert visitor.get(PLACES).status_code == 404
        assert visitor.get(PAGE + "ground.png").status_code == 404
        assert visitor.post(PLACES + "add/", POINT).status_code in {302, 404}
        assert visitor.post(f"{PLACES}{place.pk}/remove/").status_code in {302, 404}
        seen = visitor.get(f"{PAGE}{outlook.pk}/places/").content.decode()
        assert re.search("(Point|Punkt) 1", seen)
        assert "Schule" not in seen
    assert WatchedPlace.objects.count() == 1
    assert "Schule" in words_of(client, f"{PAGE}{outlook.pk}/places/")
