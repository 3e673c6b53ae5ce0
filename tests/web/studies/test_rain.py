"""Heavy rain on a town's terrain: seen first, filed, run, drawn, taken back; closed to others; refused in a sentence."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.regions.conftest import regions_client

from hks.adapters.terrain import read_grid, write_tiff
from hks.climate.grid import Grid
from hks.climate.heavy_rain import Rain, Setting, run_off
from hks.web.accounts.models import Organisation
from hks.web.evidence.models import Record
from hks.web.evidence.services import chain, figure_of, outcome_of, verify
from hks.web.jobs.models import Job
from hks.web.jobs.services import carry_out, claim, wish_cancel
from hks.web.regions.grounds import grounds_of
from hks.web.regions.models import Dataset, PendingImport
from hks.web.studies import rain
from hks.web.studies.models import Outlook
from hks.workbench.rain_maps import COLOURS, HOUSE, picture, png
from hks.workbench.terrain import example_files

pytestmark = pytest.mark.django_db
PAGE = "/regions/15084590/rain/"
GROUND = PAGE + "ground/"
EXCEPTIONAL = {"scenario": "exceptional", "depth_mm": "52.5", "source": "KOSTRA-DWD-2020, invented cell"}


def bowl(side: int = 20, cell: float = 4.0) -> Grid:
    """Make a bowl: water gathers in its middle."""
    steps = np.arange(side) - (side - 1) / 2
    return Grid(100.0 + 0.02 * (steps[:, None] ** 2 + steps[None, :] ** 2), cell, 700_000.0, 5_660_000.0, "EPSG:25832")


def said(**changed: object) -> dict[str, object]:
    return {
        "kind": "terrain", "publisher": "LVermGeo Sachsen-Anhalt", "product": "DGM1", "key_date": "2023-04-01",
        "licence": "dl-de/by-2-0", "crs": "", "file": SimpleUploadedFile("dgm1.tif", write_tiff(bowl())), **changed,
    }  # fmt: skip


def loaded(client: Client, **changed: object) -> None:
    shown = client.post(GROUND, said(**changed))
    assert shown.status_code == 302, shown.content.decode()[:4000]
    assert client.post(shown.headers["Location"] + "confirm/").headers["Location"] == PAGE


def carried_out(client: Client, **given: str) -> Outlook:
    answer = client.post(PAGE + "order/", given or {"scenario": "extreme"})
    assert answer.status_code == 302, answer.content.decode()[:4000]
    outlook = Outlook.objects.filter(filing=None).latest("pk")
    claimed = claim(outlook.job.pk)
    assert claimed is not None
    carry_out(claimed, rain.compute_rain)
    outlook.refresh_from_db()
    return outlook


def pixels_of(image: bytes) -> np.ndarray:
    """Read our own PNG back, by the letter of the norm."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    place, parts = 8, {}
    while place < len(image):
        (length,), kind = struct.unpack(">I", image[place : place + 4]), image[place + 4 : place + 8]
        data = image[place + 8 : place + 8 + length]
        assert struct.unpack(">I", image[place + 8 + length : place + 12 + length])[0] == zlib.crc32(kind + data)
        parts[kind] = data
        place += 12 + length
    columns, rows = struct.unpack(">II", parts[b"IHDR"][:8])
    flat = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(rows, 1 + 3 * columns)
    assert (flat[:, 0] == 0).all()
    return flat[:, 1:].reshape(rows, columns, 3)


def test_a_terrain_is_seen_first_then_used_and_undone(zeitz: Organisation) -> None:
    client, before = regions_client(zeitz), Record.objects.count()
    shown = client.post(GROUND, said()).headers["Location"]
    page = client.get(shown).content.decode()
    for words in (
        "100.0–103.6 m",
        "dgm1.tif",
        "20 x 20 cells of 4 m",
        "EPSG:25832",
        "none",
        "LVermGeo",
        "to be checked",
    ):
        assert words in page
    assert Record.objects.count() == before
    assert client.post(shown + "confirm/").headers["Location"] == PAGE
    assert not PendingImport.objects.exists()
    dataset = grounds_of(zeitz)["terrain"]
    assert (dataset.crs, dataset.rows, dataset.licence, dataset.key_date) == (
        "EPSG:25832", 400, "dl-de/by-2-0", "2023-04-01",
    )  # fmt: skip
    source = dataset.filing.record.as_record.content["source"]
    assert source["publisher"] == "LVermGeo Sachsen-Anhalt"
    outlook = carried_out(client)
    assert "found-extreme" in client.get(PAGE).content.decode()
    client.post(f"/regions/15084590/datasets/{dataset.pk}/undo/")
    page = client.get(PAGE).content.decode()
    assert "No terrain model is loaded yet." in page
    assert "found-extreme" not in page
    assert client.get(f"{PAGE}{outlook.pk}/map.png").status_code == 404
    loaded(client)
    assert carried_out(client).filing.replaced_by is None
    assert verify().broken == []


def test_an_order_becomes_evidence_and_the_figures_are_the_librarys(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    outlook = carried_out(client, **EXCEPTIONAL)
    record = outlook.filing.record
    done = run_off(
        read_grid(write_tiff(bowl()), "bowl"), end=7200.0, rain=Rain(np.array([0.0, 3600.0]), np.array([52.5])),
        setting=Setting(sides=dict.fromkeys(("left", "right", "top", "bottom"), "free")),
    )  # fmt: skip
    assert (np.asarray(outcome_of(record, "depth_max"), np.float32) == done.depth_max).all()
    page = client.get(PAGE).content.decode()
    depth = float(done.depth_max.max())
    assert figure_of(f"{record.digest}#/outcomes/depth_max_m")[0] == pytest.approx(depth)
    assert f"{depth:.2f}\N{NO-BREAK SPACE}m" in page.replace("&nbsp;", "\N{NO-BREAK SPACE}")
    for n, (low, high) in enumerate(((0.05, 0.1), (0.1, 0.5), (0.5, 1.0), (1.0, np.inf))):
        area = 16.0 * ((done.depth_max >= low) & (done.depth_max < high)).sum()
        assert figure_of(f"{record.digest}#/outcomes/classes/{n}/area_m2") == (area, "m2")
        assert f"{area:,.0f}&nbsp;m²" in page
    first = figure_of(f"{record.digest}#/outcomes/deepest/0")[0]
    assert done.depth_max[bowl().place(first["x"], first["y"])] == done.depth_max.max()
    assert "KOSTRA-DWD-2020, invented cell" in page
    assert page.count("Screening simulation: it replaces neither") >= 2  # on top, and below the map
    kinds = [row.kind for row in chain(record)]
    assert sorted(kinds) == ["computation", "file", "judgement"]
    assert verify().broken == []


def test_the_map_is_the_record_drawn(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    outlook = carried_out(client)
    answer = client.get(f"{PAGE}{outlook.pk}/map.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"].startswith("private")
    pixels = pixels_of(answer.content).astype(int)
    depth = np.asarray(outcome_of(outlook.filing.record, "depth_max"))
    assert pixels.shape[:2] == depth.shape
    wet = depth >= 0.05
    assert (pixels[wet][:, 2] > pixels[wet][:, 0]).all()  # blue
    assert (pixels[~wet].max(axis=1) == pixels[~wet].min(axis=1)).all()  # grey


def test_the_image_is_written_by_the_norm_and_large_grids_are_drawn_coarser() -> None:
    random = np.random.default_rng(1).integers(0, 255, (7, 5, 3)).astype(np.uint8)
    assert (pixels_of(png(random)) == random).all()
    deep = np.zeros((3201, 40), np.float32)
    deep[1234, 7] = 2.0
    drawn = pixels_of(picture(deep))
    assert drawn.shape == (1067, 14, 3)
    assert drawn[411, 2, 2] < 120  # the one deep cell is not lost


def test_the_style_sheet_has_the_colours_of_the_image() -> None:
    from pathlib import Path

    import hks.web.shell

    style = (Path(hks.web.shell.__file__).parent / "static/hks/hks.css").read_text()
    for n, colour in enumerate(COLOURS, 1):
        assert f".rain-{n} {{ fill: #{bytes(colour).hex()}; }}" in style


def test_the_grids_go_out_with_the_sentence_and_the_projection(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    outlook = carried_out(client)
    answer = client.get(f"{PAGE}{outlook.pk}/grids.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
        depth = read_grid(archive.read("depth_max.tif"), "depth_max.tif")
        readme = archive.read("README.txt").decode()
        assert b"Screening simulation" in archive.read("depth_max.tif")
        assert outlook.filing.record.digest in archive.read("tables.csv").decode()
    assert {"depth_max.tif", "speed_max.tif", "depth_final.tif", "summary.json", "tables.csv", "README.txt"} == names
    assert depth.crs == "EPSG:25832"
    assert depth.west == 700_000.0
    assert "Screening simulation" in readme
    assert outlook.filing.record.digest in readme


def test_the_example_says_that_it_is_invented_and_gives_way_to_a_real_terrain(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    assert "Try it on the example terrain (invented)" in client.get(PAGE).content.decode()
    assert client.post(GROUND + "example/").headers["Location"] == PAGE
    assert set(grounds_of(zeitz)) == {"terrain", "buildings", "streets"}
    outlook = carried_out(client)
    page = client.get(PAGE).content.decode()
    assert page.count("Example terrain (invented), no proof") >= 5
    assert "Station underpass" in page
    with zipfile.ZipFile(io.BytesIO(client.get(f"{PAGE}{outlook.pk}/grids.zip").content)) as archive:
        assert "Example terrain (invented), no proof" in archive.read("README.txt").decode()
    pixels = pixels_of(client.get(f"{PAGE}{outlook.pk}/map.png").content)
    assert (pixels == HOUSE).all(axis=2).any()
    loaded(client)
    assert set(grounds_of(zeitz)) == {"terrain"}  # no invented houses on real ground
    assert "The terrain, the land cover or the culverts were changed since then" in client.get(PAGE).content.decode()


def test_the_example_is_the_same_every_time_and_flows_together_where_it_says() -> None:
    one, two = example_files(), example_files()
    assert {kind: file.data for kind, file in one.items()} == {kind: file.data for kind, file in two.items()}
    grid = read_grid(one["terrain"].data, "example")
    assert grid.values.shape == (100, 100)
    assert np.isfinite(grid.values).all()


def test_a_small_grid_answers_at_once_and_files_nothing(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    before = Record.objects.count()
    page = client.get(PAGE, {"scenario": "extreme"}).content.decode()
    assert "data:image/png;base64," in page
    assert "badge--preview" in page
    assert Record.objects.count() == before


def test_a_larger_grid_is_left_to_the_worker(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client, file=SimpleUploadedFile("dgm1.tif", write_tiff(bowl(200))))
    assert "too large for a preview" in client.get(PAGE, {"scenario": "extreme"}).content.decode()


def test_a_run_tells_how_far_it_is_and_hears_a_wish_to_stop(zeitz: Organisation, monkeypatch) -> None:
    client = regions_client(zeitz)
    loaded(client)
    client.post(PAGE + "order/", {"scenario": "extreme"})
    job = claim(Job.objects.get().pk)
    assert job is not None
    monkeypatch.setattr("hks.web.studies.rain.EVERY", 0.0)
    seen: list[float] = []

    class Hearing(rain.Telling):
        def __call__(self, share: float) -> None:
            super().__call__(share)
            seen.append(share)
            if len(seen) == 10:
                assert client.get(PAGE).content.decode().count("<progress") == 1
                wish_cancel(Job.objects.get())

    monkeypatch.setattr("hks.web.studies.rain.Telling", Hearing)
    carry_out(job, rain.compute_rain)
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    assert seen == sorted(seen)
    assert len(seen) < 20
    assert Outlook.objects.get().filing is None
    page = client.get(PAGE).content.decode()
    assert "The calculation was stopped. Nothing was filed." in page
    assert "Nobody has computed this yet." in page


VRT = b'<VRTDataset rasterXSize="2" rasterYSize="2"><VRTRasterBand/></VRTDataset>'
HUGE = b"ncols 200000\nnrows 200000\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2 3\n"
EMPTY = b"ncols 3\nnrows 3\nxllcorner 0\nyllcorner 0\ncellsize 1\nnodata_value -9999\n" + b"-9999 " * 9
DEGREES = b"ncols 3\nnrows 3\nxllcorner 12.1\nyllcorner 51.0\ncellsize 0.001\n" + b"100 " * 9


def tilted() -> bytes:
    import rasterio
    from rasterio.transform import Affine

    with rasterio.MemoryFile() as memory:
        with memory.open(driver="GTiff", height=3, width=3, count=1, dtype="float32",
                         transform=Affine(1.0, 0.2, 0.0, 0.2, -1.0, 3.0)) as target:  # fmt: skip
            target.write(np.ones((3, 3), np.float32), 1)
        return bytes(memory.read())


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (VRT, "This is no terrain"), (HUGE, "200000 x 200000 cells"), (EMPTY, "no elevation at all"),
        (DEGREES, "in degrees"), (b"", "empty"), (b"II*\x00broken", "broken"), (b"PK\x03\x04broken", "broken"),
        (b"0 0 1\n1 0 1\n0 1 nan\n1 1 x\n", "not a number"), (None, "tilted"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_in_a_sentence_at_its_field(
    zeitz: Organisation, data: bytes | None, sentence: str
) -> None:
    client = regions_client(zeitz)
    answer = client.post(GROUND, said(file=SimpleUploadedFile("dgm1.tif", tilted() if data is None else data)))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert 'href="#id_file"' in page
    assert not PendingImport.objects.exists()


def test_a_projection_that_the_file_contradicts_and_buildings_elsewhere_are_named(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    assert "EPSG:25832, not EPSG:25833" in client.post(GROUND, said(crs="EPSG:25833")).content.decode()
    loaded(client)
    houses = SimpleUploadedFile("houses.csv", b"id,x,y\n1,10,10\n1,300,10\n1,300,200\n")
    shown = client.post(GROUND, said(kind="buildings", file=houses)).headers["Location"]
    assert "lies beside the terrain in use" in client.get(shown).content.decode()
    degrees = SimpleUploadedFile("houses.csv", b"id,x,y\n1,12,51\n1,12.1,51\n1,12.1,51.1\n")
    assert "in degrees" in client.post(GROUND, said(kind="buildings", file=degrees)).content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"depth_mm": "-5"}, "above 0"), ({"depth_mm": "nan"}, "Enter a number"), ({"depth_mm": "9999"}, "above 0"),
        ({"depth_mm": ""}, "above 0"), ({"source": ""}, "where the depth"), ({"scenario": "flood"}, "Select a valid choice"),
    ],
)  # fmt: skip
def test_rain_that_cannot_fall_is_refused_at_its_field(zeitz: Organisation, changed: dict, sentence: str) -> None:
    client = regions_client(zeitz)
    loaded(client)
    answer = client.post(PAGE + "order/", EXCEPTIONAL | changed)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert client.get(PAGE, EXCEPTIONAL | changed).status_code == 200
    assert not Job.objects.exists()


def test_without_a_terrain_nothing_is_ordered(zeitz: Organisation) -> None:
    answer = regions_client(zeitz).post(PAGE + "order/", {"scenario": "extreme"})
    assert "Please load a terrain model first." in answer.content.decode()
    assert not Job.objects.exists()


def test_what_a_town_keeps_to_itself_does_not_exist_for_others(zeitz: Organisation, other: Organisation) -> None:
    client = regions_client(zeitz)
    shown = client.post(GROUND, said()).headers["Location"]
    client.post(shown + "confirm/")
    waiting = client.post(GROUND, said()).headers["Location"]
    outlook = carried_out(client)
    digest = grounds_of(zeitz)["terrain"].filing.record.digest
    for stranger in (Client(), regions_client(other)):
        page = stranger.get(PAGE)
        assert page.status_code == 200
        assert "found-extreme" not in page.content.decode()
        assert "DGM1" not in page.content.decode()
        assert stranger.get(f"{PAGE}{outlook.pk}/map.png").status_code == 404
        assert stranger.get(f"{PAGE}{outlook.pk}/grids.zip").status_code == 404
        assert stranger.get(f"/evidence/{digest}/").status_code == 404
        for address in (GROUND, waiting):
            assert stranger.get(address).status_code in {302, 404}
        for address in (PAGE + "order/", GROUND + "example/", waiting + "confirm/"):
            assert stranger.post(address, {"scenario": "extreme"}).status_code in {302, 403, 404}
    assert Dataset.objects.filter(kind="terrain").count() == 1
    assert Outlook.objects.count() == 1
    council = regions_client(zeitz, "council")
    assert council.get(PAGE).status_code == 200
    assert council.get(GROUND).status_code == 403
    assert council.post(PAGE + "order/", {"scenario": "extreme"}).status_code == 403


def test_a_public_result_shows_the_map_but_not_the_terrain(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    outlook = carried_out(client, scenario="extreme", public="on")
    visitor = Client()
    assert "LVermGeo Sachsen-Anhalt, dl-de/by-2-0" in visitor.get(PAGE).content.decode()
    seen = pixels_of(visitor.get(f"{PAGE}{outlook.pk}/map.png").content)
    own = pixels_of(client.get(f"{PAGE}{outlook.pk}/map.png").content)
    assert len(np.unique(seen.reshape(-1, 3), axis=0)) < len(np.unique(own.reshape(-1, 3), axis=0))
    digest = grounds_of(zeitz)["terrain"].filing.record.digest
    assert visitor.get(f"/evidence/{digest}/").status_code == 404


def test_a_district_has_no_such_page(zeitz: Organisation) -> None:
    assert Client().get("/regions/15084/rain/").status_code == 404


def test_a_projection_named_by_the_person_goes_out_with_the_grids(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    text = b"ncols 3\nnrows 3\nxllcorner 700000\nyllcorner 5660000\ncellsize 4\n101 101 101 101 100 101 101 101 101\n"
    loaded(client, crs="EPSG:25832", file=SimpleUploadedFile("dgm1.asc", text))
    outlook = carried_out(client)
    with zipfile.ZipFile(io.BytesIO(client.get(f"{PAGE}{outlook.pk}/grids.zip").content)) as archive:
        assert read_grid(archive.read("depth_max.tif"), "depth_max.tif").crs == "EPSG:25832"
    assert "Coordinates: EPSG:25832" in client.get(PAGE).content.decode()


KOSTRA = b"duration_min,index_rc,hn_mm_T1,hn_mm_T10,hn_mm_T100\n60,50050,12,24,36.5\n"


def test_the_depth_comes_from_a_cell_of_the_table_that_was_loaded(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    assert "index_rc" not in client.get(PAGE).content.decode()
    loaded(client, kind="storms", product="KOSTRA-DWD-2010R", file=SimpleUploadedFile("kostra.csv", KOSTRA))
    asked = {"scenario": "exceptional", "cell": "50050"}
    record = carried_out(client, **asked).filing.record
    page = client.get(PAGE).content.decode()
    assert "36.5&nbsp;mm" in page
    assert "KOSTRA-DWD 2010R, index_rc 50050" in page
    tables = {row.as_record.content.get("source", {}).get("table") for row in chain(record)}
    assert tables >= {"KOSTRA-DWD-2010R", "DGM1"}
    assert verify().broken == []
    refused = client.post(PAGE + "order/", asked | {"cell": "1"})
    assert "The cell 1 is not in the table" in refused.content.decode()
    assert 'href="#id_cell"' in refused.content.decode()
    assert "The cell 1 is not in the table" in client.get(PAGE, asked | {"cell": "1"}).content.decode()
    short = SimpleUploadedFile("kostra.csv", KOSTRA.replace(b"60,", b"30,"))
    assert "60 minutes" in client.post(GROUND, said(kind="storms", file=short)).content.decode()
