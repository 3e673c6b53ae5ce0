"""Land cover on a town's terrain: loaded, told in the result, its table taken away and brought back; refused; closed."""

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.web.studies.test_rain import EXCEPTIONAL, GROUND, PAGE, carried_out, loaded, said

from hks.adapters.cover_tables import cover_rows, read_cover_table
from hks.adapters.terrain import write_tiff
from hks.climate.grid import Grid
from hks.climate.land_cover import DEFAULT
from hks.web.accounts.models import Organisation
from hks.web.evidence.services import chain, figure_of, outcome_of, verify
from hks.web.regions.grounds import grounds_of
from hks.workbench.exports import separated

pytestmark = pytest.mark.django_db
COVER = PAGE + "cover/"
SHORT = {"scenario": "exceptional", "depth_mm": "52.5", "source": "KOSTRA-DWD-2020, invented cell"}


def cover_file(code: float = 2.0, name: str = "cover.tif") -> SimpleUploadedFile:
    codes = np.full((10, 10), code)
    codes[:, 5:] = 5.0
    return SimpleUploadedFile(name, write_tiff(Grid(codes, 8.0, 700_000.0, 5_660_000.0, "EPSG:25832")))


def table_file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("table.csv", text.encode())


def test_land_cover_takes_water_and_the_result_says_where_it_went(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    page = client.get(PAGE).content.decode()
    assert "No land cover is loaded: all ground counts as sealed" in page
    assert "sewer_mm_h" not in page
    shown = client.post(GROUND, said(kind="land_cover", file=cover_file())).headers["Location"]
    assert "2 street (50.0%), 5 lawn, meadow (50.0%)" in client.get(shown).content.decode().replace(
        "\N{NO-BREAK SPACE}", ""
    )
    client.post(shown + "confirm/")
    assert "Land cover is loaded" in client.get(PAGE).content.decode()
    record = carried_out(client, **EXCEPTIONAL, sewer_mm_h="15", sewer_most_mm="10").filing.record
    mass = outcome_of(record, "mass")
    assert mass["rain_m3"] == pytest.approx(
        sum(value for name, value in mass.items() if name not in ("rain_m3", "error")), rel=1e-4
    )
    assert 0 < mass["sewer_m3"] <= 0.010 * 3200 * 1.001
    assert record.as_record.content["values"]["sewer"] == "15:10"
    assert {"terrain", "cover", "scenario"} <= set(record.as_record.parents)
    page = client.get(PAGE).content.decode()
    for words in (
        "went into the sewer",
        "seeped away",
        "Land cover of the terrain",
        "15.0 mm an hour",
        "10.0 mm in all",
    ):
        assert words in page
    assert figure_of(f"{record.digest}#/outcomes/cover/5/area_m2")[0] == pytest.approx(3200)
    assert "are not checked" in page
    assert sorted(row.kind for row in chain(record)) == ["computation", "file", "file", "judgement"]
    assert verify().broken == []


def test_in_the_extreme_scenario_the_sewer_counts_as_full(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    loaded(client, kind="land_cover", file=cover_file())
    record = carried_out(client, scenario="extreme", sewer_mm_h="15").filing.record
    assert outcome_of(record, "mass")["sewer_m3"] == 0.0
    assert "it counts as full" in client.get(PAGE).content.decode()
    client.post(f"/regions/15084590/datasets/{grounds_of(zeitz)['land_cover'].pk}/undo/")
    page = client.get(PAGE).content.decode()
    assert "found-extreme" not in page
    assert "No land cover is loaded" in page


def test_the_table_is_taken_away_changed_and_brought_back(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    text = client.get(COVER + "table.csv").content.decode("utf-8-sig")
    assert read_cover_table(text.encode(), "t.csv") == DEFAULT
    assert read_cover_table(client.get(COVER + "table.xlsx").content, "t.xlsx") == DEFAULT
    assert "as hks brings it along" in client.get(COVER).content.decode()
    changed = text.replace("5;lawn, meadow;0.035", "5;Südwiese;0.2")
    loaded(client, kind="cover_table", file=table_file(changed))
    page = client.get(COVER).content.decode()
    assert "Südwiese" in page
    assert "as hks brings it along" not in page
    outlook = carried_out(client)
    assert "cover_table" not in outlook.filing.record.as_record.parents  # without a map the table says nothing
    loaded(client, kind="land_cover", file=cover_file())
    assert "The terrain, the land cover or the culverts were changed since then" in client.get(PAGE).content.decode()
    record = carried_out(client).filing.record
    assert "cover_table" in record.as_record.parents
    assert outcome_of(record, "cover")[5]["manning"] == 0.2


def test_what_cannot_be_is_refused_in_a_sentence(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    answer = client.post(GROUND, said(kind="cover_table", file=table_file("code;name\n1;x\n")))
    assert "manning is missing" in answer.content.decode()
    answer = client.post(GROUND, said(kind="land_cover", file=cover_file(2.5)))
    assert "classes are whole numbers" in answer.content.decode()
    shown = client.post(GROUND, said(kind="land_cover", file=cover_file(77.0))).headers["Location"]
    page = client.get(shown).content.decode()
    assert "not in the table" in page
    assert "does not explain every class" in page
    client.post(shown + "confirm/")
    page = client.get(PAGE, {"scenario": "extreme"}).content.decode()
    assert "explains no class 77" in page
    assert client.post(PAGE + "order/", {**SHORT, "sewer_mm_h": "-4"}).status_code == 200


def test_a_stranger_sees_the_table_of_hks_and_loads_nothing(zeitz: Organisation, client: Client) -> None:
    own = regions_client(zeitz)
    loaded(own)
    head, rows = cover_rows(DEFAULT.classes)
    mine = separated(head, rows).decode("utf-8-sig").replace("5;lawn, meadow;", "5;Geheimwiese;")
    loaded(own, kind="cover_table", file=table_file(mine))
    assert "Geheimwiese" in own.get(COVER).content.decode()
    assert "Geheimwiese" not in client.get(COVER).content.decode()
    assert b"Geheimwiese" not in client.get(COVER + "table.csv").content
    assert client.post(COVER + "example/").status_code == 302
    assert not any(kind == "land_cover" for kind in grounds_of(zeitz))


def test_the_example_has_a_land_cover_too(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    client.post(GROUND + "example/")
    assert "Use the example land cover (invented)" in client.get(PAGE).content.decode()
    assert client.post(COVER + "example/").headers["Location"] == PAGE
    record = carried_out(client).filing.record
    mass = outcome_of(record, "mass")
    assert mass["infiltrated_m3"] > 0
    assert "Use the example land cover" not in client.get(PAGE).content.decode()
