"""Heat and water balance of a town: loaded, computed, drawn, taken back; closed to others; refused in a sentence."""

import io
import json
import zipfile

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.web.studies.test_rain import pixels_of

from hks.adapters.protected_tables import write_protected
from hks.adapters.spreadsheet_templates import PART_AGES
from hks.adapters.terrain import read_grid
from hks.adapters.town_parts import protect_parts
from hks.adapters.water_blocks import read_blocks
from hks.climate.heat import HotDay, heat_map, layers_of
from hks.climate.water_balance import Parameters, deviation, natural, yearly_balance
from hks.core.evidence import Source
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.models import Record
from hks.web.evidence.services import chain, figure_of, file_dataset, outcome_of, verify
from hks.web.jobs.services import carry_out, claim
from hks.web.regions.grounds import lay_example as lay_terrain
from hks.web.regions.models import Dataset, Municipality
from hks.web.studies.file_pages import FILE_PAGES, HEAT, HEAT_MEASURES, WATER, FilePage, compute_page, files_used
from hks.web.studies.models import DrawnPlan, Outlook
from hks.workbench.drawn_plans import collection, feature
from hks.workbench.inputs import READERS
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.terrain import example_files
from hks.workbench.town_files import example_of
from hks.workbench.town_maps import HEAT_COLOURS, block_map, deviation_classes, heat_picture

pytestmark = pytest.mark.django_db
VALUES = {
    "heat": {"reference": "28", "heat_island": "3", "cooling_distance": "100", "mixing_radius": "40",
             "evapotranspiration_share": "1", "threshold": "30", "wind": "1.5", "humidity": "35", "sun": "27.5",
             "shade": "5"},
    "water": {"bagrov": "abimo", "rain_factor": "1", "evaporation_factor": "1"},
}  # fmt: skip
VALUES["heat-measures"] = VALUES["heat"]
BOTH = pytest.mark.parametrize("of", FILE_PAGES.values(), ids=FILE_PAGES)


def address(of: FilePage) -> str:
    return f"/regions/15084590/{of.slug}/"


def said(part: str, **changed: object) -> dict[str, object]:
    given = {"part": part, "publisher": "Building office", "key_date": "2024-05-01", "licence": "", **changed}
    if "file" not in given:
        given["file"] = SimpleUploadedFile(example_of(part).name, example_of(part).data)
    return given


def visitor() -> Client:
    client = Client()
    client.cookies["hks_language"] = "en"
    return client


def computed(client: Client, of: FilePage, **more: str) -> Outlook:
    answer = client.post(address(of) + "order/", VALUES[of.slug] | more)
    assert answer.status_code == 302, answer.content.decode()[:4000]
    outlook = Outlook.objects.filter(filing=None).latest("pk")
    claimed = claim(outlook.job.pk)
    assert claimed is not None
    carry_out(claimed, compute_page)
    outlook.refresh_from_db()
    return outlook


@BOTH
def test_the_example_is_laid_seen_at_once_computed_and_marked_as_invented(zeitz: Organisation, of: FilePage) -> None:
    client = regions_client(zeitz)
    assert "Try it on the example" in client.get(address(of)).content.decode()
    assert client.post(address(of) + "example/").headers["Location"] == address(of)
    before = Record.objects.count()
    seen = client.get(address(of), VALUES[of.slug]).content.decode()
    assert "Preview" in seen
    assert Record.objects.count() == before
    outlook = computed(client, of, public="on")
    page = visitor().get(address(of)).content.decode()
    assert "Example (invented), no proof" in page
    assert f"/evidence/{outlook.filing.record.digest}/" in page
    assert "<svg" in page
    assert {row.kind for row in chain(outlook.filing.record)} == {"computation", "file"}
    assert verify().broken == []


def test_the_heat_is_the_librarys_and_each_figure_stands_in_the_record(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    for part in ("landcover", "table"):
        assert client.post(address(HEAT) + "load/", said(part)).headers["Location"] == address(HEAT)
    record = computed(client, HEAT).filing.record
    cover = read_grid(example_of("landcover").data, "cover.asc")
    table = READERS["land-classes"](example_of("table").data, "classes.csv")
    found = heat_map(layers_of(cover, table), cover.cell, HotDay(28.0, 3.0, 100.0, 40.0, 1.0))
    assert np.asarray(outcome_of(record, "hm")) == pytest.approx(found.mitigation, abs=1e-6)
    assert figure_of(f"{record.digest}#/outcomes/hm_mean")[0] == pytest.approx(found.mitigation.mean())
    page = client.get(address(HEAT)).content.decode()
    assert "over 65, where" not in page  # nobody gave them
    classes = outcome_of(record, "classes")
    assert sum(row["area_m2"] for row in classes) == cover.values.size * cover.cell**2
    assert f"{classes[0]['area_m2']:,.0f}&nbsp;m²" in page
    assert "Relative potential of cooling – not a simulation of the microclimate." in page
    warm = outcome_of(record, "warmest")
    assert warm[0]["air_temperature"] == pytest.approx(found.air_temperature.max())
    assert [row["air_temperature"] for row in warm] == sorted((r["air_temperature"] for r in warm), reverse=True)


def test_people_stand_there_only_where_they_were_given(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    for part in ("landcover", "table", "elderly"):
        client.post(address(HEAT) + "load/", said(part))
    record = computed(client, HEAT, threshold="29").filing.record
    page = client.get(address(HEAT)).content.decode()
    count = figure_of(f"{record.digest}#/outcomes/exposed_over_65")[0]
    assert count > 0
    assert "over 65, where it gets warmer than 29.0 °C" in page
    assert "under 6, where" not in page


def test_chosen_places_are_told_in_sun_and_shade_with_their_stress(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    for part in ("landcover", "table", "places"):
        client.post(address(HEAT) + "load/", said(part))
    record = computed(client, HEAT).filing.record
    page = client.get(address(HEAT)).content.decode()
    row = outcome_of(record, "places")[0]
    assert row["name"] == "Pavillonplatz"
    assert row["stress_sun"] in page
    assert f"{row['utci_sun']:.1f}&nbsp;°C" in page
    assert "/outcomes/places/0/utci_shade" in page
    assert "Screening, not a microclimate model." in page
    assert "wind 1.5 m/s, humidity 35.0 %" in page
    assert "Older people and children by part" not in page


def test_the_weakest_areas_are_marked_on_the_map_and_stand_in_a_table(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    client.post(address(HEAT) + "example/")
    record = computed(client, HEAT).filing.record
    page = client.get(address(HEAT)).content.decode()
    assert "Where cooling is weakest" in page
    assert ">A</text>" in page
    assert f"{outcome_of(record, 'weakest')[0]['area_m2']:,.0f}&nbsp;m²" in page


def test_the_protected_table_of_the_town_counts_and_small_numbers_stay_hidden(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    for part in ("landcover", "table"):
        client.post(address(HEAT) + "load/", said(part))
    rows = [{"part": name, **dict(zip(PART_AGES, counts, strict=True))}
            for name, counts in (("Unterstadt", (9, 20, 30, 40, 50, 70, 80)), ("Hang", (3, 20, 30, 40, 50, 30, 20)),
                                 ("Oberstadt", (2, 20, 30, 40, 50, 10, 20)))]  # fmt: skip
    kept = write_protected(protect_parts({"ags": zeitz.ags, "day": "2024-12-31", "source": "Register"}, rows))
    by = ensure_demo_member(zeitz, "caretaker")
    filing = file_dataset(Bytes("parts.csv", kept, Source("Register")), "Parts", by=by, organisation=zeitz)
    Dataset.objects.create(kind="table", title="Parts", table="hks-parts", organisation=zeitz, file=filing,
                           filing=filing)  # fmt: skip
    whole = computed(client, HEAT, threshold="29").filing.record
    assert outcome_of(whole, "parts")[0]["name"] == ""
    assert outcome_of(whole, "exposed_over_65") > 100
    client.post(address(HEAT) + "load/", said("part_outlines"))
    record = computed(client, HEAT, threshold="29").filing.record
    parts = {row["name"]: row for row in outcome_of(record, "parts")}
    assert parts["Unterstadt"]["over_65"] == 150
    assert parts["Hang"]["under_6"] is None
    assert outcome_of(record, "exposed_under_6") is None
    page = client.get(address(HEAT)).content.decode()
    assert "Older people and children by part of the town" in page
    assert "under 6, where it gets" not in page
    assert "counted as if they lived evenly spread over it" in page


def test_measures_are_shown_before_and_after_with_what_they_cost(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    client.post(address(HEAT_MEASURES) + "example/")
    record = computed(client, HEAT_MEASURES, public="on", mixing_radius="30").filing.record
    page = visitor().get(address(HEAT_MEASURES)).content.decode()
    both = outcome_of(record, "air_temperature_mean")
    assert both["after"] < both["before"]
    assert "/outcomes/air_temperature_mean/after" in page
    assert "/outcomes/measures/0/investment_eur/middle" in page
    assert page.count('class="drawn drawn--point"') == 6
    assert 'aria-current="page"' in page
    assert address(HEAT_MEASURES) in visitor().get(address(HEAT)).content.decode()
    assert zipped_names(client, HEAT_MEASURES, Outlook.objects.get()) == {
        "README.txt", "air_before.tif", "air_after.tif", "difference.tif",
    }  # fmt: skip


def test_a_plan_drawn_against_heavy_rain_is_tried_out_in_the_heat(zeitz: Organisation, other: Organisation) -> None:
    client, by = regions_client(zeitz), ensure_demo_member(zeitz, "caretaker")
    lay_terrain(zeitz, by=by)
    drawn = [feature("tree_planting", ((100.0, 220.0), (140.0, 220.0), (140.0, 260.0)), "middle", None)]
    place = Municipality.objects.get(ags=zeitz.ags)
    plan = DrawnPlan.objects.create(organisation=zeitz, municipality=place, name="Grove", drawings=drawn)
    empty = DrawnPlan.objects.create(organisation=zeitz, municipality=place, name="Bare plan")
    client.post(address(HEAT_MEASURES) + "example/")
    page = client.get(address(HEAT_MEASURES)).content.decode()
    assert "Grove" in page
    assert "Bare plan" not in page
    assert "Use these drawings" not in regions_client(zeitz, "council").get(address(HEAT_MEASURES)).content.decode()
    take = f"{address(HEAT_MEASURES)}plan/{plan.pk}/"
    assert visitor().post(take).status_code == 302
    assert regions_client(other).post(take).status_code in {403, 404}
    assert regions_client(zeitz, "council").post(take).status_code == 403
    assert client.post(f"{address(HEAT_MEASURES)}plan/{empty.pk}/").status_code == 404
    assert "drawings of “Grove” are in use" in client.post(take, follow=True).content.decode()
    record = computed(client, HEAT_MEASURES).filing.record
    assert [row["key"] for row in outcome_of(record, "measures")] == ["tree_planting"]
    assert "Example (invented), no proof" in client.get(address(HEAT_MEASURES)).content.decode()


def test_a_kerb_alone_cools_nothing_and_is_refused(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    for part in ("landcover", "table"):
        client.post(address(HEAT_MEASURES) + "load/", said(part))
    kerb = collection([feature("kerb", ((100.0, 100.0), (160.0, 100.0)), "middle", None)])
    client.post(address(HEAT_MEASURES) + "load/", said("drawings", file=SimpleUploadedFile("k.geojson", kerb)))
    seen = client.get(address(HEAT_MEASURES), VALUES["heat"]).content.decode()
    assert "nothing gets cooler by them" in seen


def test_the_balance_is_the_librarys_and_the_blocks_stand_by_deviation(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    client.post(address(WATER) + "load/", said("blocks"))
    record = computed(client, WATER).filing.record
    blocks = read_blocks(example_of("blocks").data, "blocks.csv")
    today, before = (yearly_balance(one, Parameters()) for one in (blocks, natural(blocks)))
    off = deviation(today, before)
    assert figure_of(f"{record.digest}#/outcomes/delta_w_percent")[0] == pytest.approx(
        (off * blocks.area).sum() / blocks.area.sum()
    )
    page = client.get(address(WATER)).content.decode()
    assert page.index(">B5<") < page.index(">B3<")
    assert "For a map, load the outlines of the blocks." in page
    client.post(address(WATER) + "load/", said("outlines"))
    page = client.get(address(WATER)).content.decode()
    assert "Other files are in use" not in page  # outlines are for the map alone
    assert 'class="map"' in page


def test_a_file_taken_back_takes_the_result_along(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    client.post(address(WATER) + "load/", said("blocks"))
    outlook = computed(client, WATER)
    assert zipped_names(client, WATER, outlook) == {"README.txt", "blocks.csv"}
    dataset = Dataset.objects.get(table="hks-blocks")
    client.post(f"/regions/15084590/datasets/{dataset.pk}/undo/")
    assert files_used(WATER, zeitz) == {}
    assert "Nobody has computed this yet." in client.get(address(WATER)).content.decode()
    assert client.get(f"{address(WATER)}{outlook.pk}/files.zip").status_code == 404
    assert verify().broken == []


def zipped_names(client: Client, of: FilePage, outlook: Outlook) -> set[str]:
    data = client.get(f"{address(of)}{outlook.pk}/files.zip").content
    return set(zipfile.ZipFile(io.BytesIO(data)).namelist())


def test_what_is_invented_never_stands_beside_what_is_real(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    client.post(address(WATER) + "example/")
    assert set(files_used(WATER, zeitz)) == {"blocks", "outlines"}
    real = example_of("blocks").data.replace(b"560.0", b"570.0")
    client.post(address(WATER) + "load/", said("blocks", file=SimpleUploadedFile("blocks.csv", real)))
    assert set(files_used(WATER, zeitz)) == {"blocks"}


@pytest.mark.parametrize(
    ("of", "part", "file", "told"),
    [
        (HEAT, "landcover", b"<VRT>", "cover"),
        (HEAT, "table", b"lucode;shade\n1;0.5\n", "albedo"),
        (HEAT, "table", b"lucode;shade;albedo;kc;green_area\n1;0,1;0,2;-1;0\n", "outside"),
        (HEAT, "places", b"name;x\nMarkt;1\n", "y is missing"),
        (HEAT, "part_people", b"part;over_65;under_6\nA;100;3\n", "would be recognised"),
        (HEAT_MEASURES, "drawings", b"{}", "FeatureCollection"),
        (HEAT_MEASURES, "drawings", b"\xff", "no GeoJSON"),
        (WATER, "blocks", b"code;roof\nB1;0.5\n", "is missing"),
        (WATER, "blocks", b"", "empty"),
        (WATER, "parameters", b"[1]", ""),
        (WATER, "outlines", json.dumps({"type": "FeatureCollection", "features": []}).encode(), ""),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence_and_not_used(
    zeitz: Organisation, of: FilePage, part: str, file: bytes, told: str
) -> None:
    client, before = regions_client(zeitz), Record.objects.count()
    answer = client.post(address(of) + "load/", said(part, file=SimpleUploadedFile("cover.csv", file)))
    assert answer.status_code == 200
    assert "Please correct this first" in answer.content.decode()
    assert told in answer.content.decode()
    assert Record.objects.count() == before


@BOTH
def test_a_stranger_and_who_may_not_find_nothing_to_change(
    zeitz: Organisation, other: Organisation, of: FilePage
) -> None:
    owner = regions_client(zeitz)
    owner.post(address(of) + "example/")
    outlook = computed(owner, of)
    for client in (visitor(), regions_client(other)):
        assert (
            "Nobody has computed this yet"
            in client.get(address(of), headers={"accept-language": "en"}).content.decode()
        )
        assert client.get(f"{address(of)}{outlook.pk}/files.zip").status_code == 404
    stranger = regions_client(other)
    assert stranger.post(address(of) + "order/", VALUES[of.slug]).status_code == 403
    assert stranger.post(address(of) + "example/").status_code in {403, 404}
    assert stranger.get(address(of) + "load/").status_code in {403, 404}
    council = regions_client(zeitz, "council")
    assert council.post(address(of) + "order/", VALUES[of.slug]).status_code == 403
    assert "Let it be computed" not in council.get(address(of)).content.decode()


@BOTH
def test_a_value_that_cannot_be_is_refused(zeitz: Organisation, of: FilePage) -> None:
    client = regions_client(zeitz)
    assert "Please load the files first." in client.post(address(of) + "order/", VALUES[of.slug]).content.decode()
    client.post(address(of) + "example/")
    name = of.method.parameters[0].name
    answer = client.post(address(of) + "order/", VALUES[of.slug] | {name: "999999"})
    assert answer.status_code == 200
    assert not Outlook.objects.exists()


@pytest.mark.parametrize("of", [HEAT, HEAT_MEASURES], ids=lambda of: of.slug)
def test_a_shade_sunnier_than_the_sun_is_refused_before_it_is_ordered(zeitz: Organisation, of: FilePage) -> None:
    client = regions_client(zeitz)
    client.post(address(of) + "example/")
    answer = client.post(address(of) + "order/", VALUES[of.slug] | {"sun": "1"})
    assert "it cannot radiate more than in the sun" in answer.content.decode()
    assert not Outlook.objects.exists()


def test_templates_are_handed_out_and_read_back(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    kinds = {"table": "land-classes", "blocks": "water-blocks", "places": "heat-places", "part_people": "heat-parts"}
    for of, name in ((HEAT, "table"), (HEAT, "places"), (HEAT_MEASURES, "part_people"), (WATER, "blocks")):
        empty = client.get(f"{address(of)}template/{name}.csv").content
        filled = client.get(f"{address(of)}template/{name}.csv?example=1").content
        assert filled.startswith(empty.rstrip(b"\r\n"))
        READERS[kinds[name]](filled, "filled.csv")
    assert client.get(address(HEAT) + "template/blocks.csv").status_code == 404
    assert client.get(address(HEAT) + "template/landcover.csv").status_code == 404


def test_the_picture_has_a_colour_for_each_class_and_white_where_nothing_is_known() -> None:
    index = np.array([[0.1, 0.3, 0.5], [0.7, 0.9, -9999.0]], np.float32)
    place = {"cell": 4.0, "west": 0.0, "south": 0.0}
    drawn = pixels_of(heat_picture(index, place))
    flat = drawn.reshape(-1, 3)
    assert (flat[5] == 255).all()
    assert len({tuple(row) for row in flat}) == 6
    light = flat[:5].astype(int).sum(axis=1)
    assert (np.diff(light) > 0).all()  # from hot to cool it gets lighter, also without colours
    assert len(HEAT_COLOURS) == 5
    assert heat_picture(index, place, example_files()["terrain"]) == heat_picture(index, place)  # other cells


def test_blocks_without_an_outline_are_left_out_of_the_map() -> None:
    outlines = example_of("outlines")
    drawn = block_map(outlines, ["B1", "B9"], [5.0, 60.0], {"B1": "B1: 5 %", "B9": "B9: 60 %"}, "t", "s")
    assert "B1: 5 %" in drawn
    assert "B9" not in drawn
    assert block_map(outlines, ["B9"], [60.0], {"B9": "x"}, "t", "s") == ""
    assert deviation_classes([120.0])[-1] == (40.0, 120.0)
