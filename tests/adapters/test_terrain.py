"""Terrain, storms and outlines from files: real forms, and what must be refused."""

import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.adapters.outlines import read_outlines
from hks.adapters.rainfall import read_rain_depths
from hks.adapters.storm_files import read_roughness, read_storm
from hks.adapters.terrain import read_grid, write_tiff
from hks.climate.grid import Grid
from hks.climate.storms import storm
from hks.core.errors import InputError

ASCII = b"ncols 3\nnrows 2\nxllcorner 10\nyllcorner 20\ncellsize 2\nNODATA_value -9999\n1 2 3\n4 -9999 6\n"


def packed(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return stream.getvalue()


def test_an_ascii_grid_is_read_with_its_place_and_gaps() -> None:
    grid = read_grid(ASCII, "a.asc")
    assert (grid.cell, grid.west, grid.south, grid.north, grid.east) == (2, 10, 20, 24, 16)
    assert np.array_equal(grid.values, [[1, 2, 3], [4, np.nan, 6]], equal_nan=True)
    assert grid.place(15.9, 20.1) == (1, 2)
    middle = ASCII.replace(b"xllcorner 10", b"XLLCENTER 11").replace(b"yllcorner 20", b"YLLCENTER 21")
    assert read_grid(middle, "a.asc").west == 10


@settings(max_examples=20, deadline=None)
@given(rows=st.integers(2, 6), columns=st.integers(2, 6), cell=st.sampled_from([0.5, 1.0, 2.0]), gap=st.booleans())
def test_points_and_tiff_give_back_the_grid_that_was_written(rows: int, columns: int, cell: float, gap: bool) -> None:
    grid = Grid(
        np.arange(rows * columns, dtype=float).reshape(rows, columns), cell, 700_000.0, 5_600_000.0, "EPSG:25832"
    )
    x, y = grid.centres()
    lines = [f"{x[j]:.2f} {y[i]:.2f} {grid.values[i, j]:.2f}" for i in range(rows) for j in range(columns)]
    if gap and rows > 2 and columns > 2:
        del lines[columns + 1]
        grid.values[1, 1] = np.nan
    for sign in (" ", ";", "\t"):
        found = read_grid("\n".join(lines).replace(" ", sign).encode(), "dgm1.xyz")
        assert np.array_equal(found.values, grid.values, equal_nan=True)
        assert (found.cell, found.west, found.south) == (cell, grid.west, grid.south)
    back = read_grid(write_tiff(grid), "x.tif")
    assert np.array_equal(back.values, grid.values, equal_nan=True)
    assert (back.cell, back.west, back.south, back.crs) == (cell, grid.west, grid.south, "EPSG:25832")


def test_tiles_of_a_zip_file_lie_side_by_side() -> None:
    right = ASCII.replace(b"xllcorner 10", b"xllcorner 16").replace(b"1 2 3", b"7 8 9")
    whole = read_grid(packed(a_asc=ASCII, b_asc=right, readme_md=b"x"), "tiles.zip")
    assert whole.values.shape == (2, 6)
    assert list(whole.values[0]) == [1, 2, 3, 7, 8, 9]


def tiff(**changed: object) -> bytes:
    import rasterio
    from rasterio.transform import Affine

    profile = {
        "driver": "GTiff",
        "height": 4,
        "width": 4,
        "count": 1,
        "dtype": "float32",
        "transform": Affine(1, 0, 0, 0, -1, 4),
    }
    with rasterio.MemoryFile() as memory:
        with memory.open(**{**profile, **changed}) as target:
            if target.width * target.height < 1e6:
                target.write(np.ones((target.height, target.width), np.float32), 1)
        return bytes(memory.read())


def tilted() -> bytes:
    from rasterio.transform import Affine

    return tiff(transform=Affine(0.9, 0.3, 0, 0.3, -0.9, 4))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: b"<VRTDataset rasterXSize='2'></VRTDataset>", "is no terrain"),
        (lambda: b"", "is no terrain"),
        (lambda: tiff(height=200_000, width=200_000, SPARSE_OK=True), "declares 200000 x 200000"),
        (tilted, "tilted"),
        (lambda: tiff(crs="EPSG:4326"), "in degrees"),
        (lambda: tiff()[:150], "broken"),
        (lambda: ASCII.replace(b"ncols 3", b"ncols x"), "not a number"),
        (lambda: ASCII.replace(b"ncols 3", b"ncols 900000000"), "declares"),
        (lambda: ASCII.replace(b"cellsize 2", b"cellsize -2"), "above zero"),
        (lambda: ASCII.replace(b"cellsize 2", b"cellsize 0.0001"), "in degrees"),
        (lambda: ASCII.replace(b"cellsize 2\n", b""), "head of the grid"),
        (lambda: ASCII.replace(b"1 2 3", b"1 2"), "should hold 6 numbers and holds 5"),
        (lambda: ASCII.replace(b"1 2 3", b"1 2 drei"), "not a number"),
        (lambda: ASCII.replace(b"1 2 3", b"1,5 2 3"), "not a number"),
        (lambda: b"1 2 3\n1 2\n", "three numbers"),
        (lambda: b"0 0 1\n1 0 1\n0 1.3 1\n1 2.9 1\n", "square cells"),
        (lambda: packed(a_txt=b"PK\x03\x04" + b"0" * 50), "something else"),
        (lambda: packed(a_md=b"nothing"), "holds 0 tiles"),
        (lambda: packed(a_asc=ASCII, b_asc=ASCII.replace(b"cellsize 2", b"cellsize 3")), "differ in cell size"),
        (lambda: packed(a_asc=ASCII)[:60], "broken"),
    ],
)
def test_what_is_no_terrain_is_refused_with_a_sentence(make: object, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_grid(make(), "file")  # type: ignore[operator]


KOSTRA = "duration_min,index_rc,hn_mm_T1,hn_mm_T10,hn_mm_T100\n" + "".join(
    f"{d},50050,{a},{2 * a},{3 * a}\n" for d, a in ((5, 5), (10, 7), (15, 8), (20, 9), (60, 12))
)  # invented


def test_depths_are_read_and_read_between() -> None:
    table = read_rain_depths(KOSTRA.encode(), "k.csv")
    assert (table.vintage, table.depth(50050, 10, 10)) == ("2010R", pytest.approx(14))
    assert table.depth(50050, 60, 10**0.5) == pytest.approx(18)  # half way in the logarithm of years
    assert table.depth(50050, 30, 1) == pytest.approx(9 * (12 / 9) ** (np.log(1.5) / np.log(3)))
    later = "index;HN_001A;HN_100A;UC_001A;UC_100A\n150150;20,1;55,5;12;25\n"  # invented, of the form of 2020
    newer = read_rain_depths(later.encode(), "KOSTRA-DWD-2020_D00060.csv")
    assert (newer.vintage, newer.depth(150150, 60, 100), newer.tolerance[150150][0, 1]) == (
        "2020",
        pytest.approx(55.5),
        25,
    )


def test_a_storm_after_euler_keeps_the_sum_and_its_peak() -> None:
    made = storm(read_rain_depths(KOSTRA.encode(), "k.csv"), 50050, 60, 100, "euler2", 1.2)
    assert made.depth == pytest.approx(1.2 * 36, abs=0.01)
    assert int(made.intensity.argmax()) == 2  # the third of twelve steps ends at .3 of the hour, rounded down
    assert (np.diff(made.intensity[:3]) >= 0).all()
    assert (np.diff(made.intensity[2:]) <= 1e-9).all()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a;b\n1;2\n", "needs index_rc"),
        (KOSTRA.replace("5,50050,5,10,15", "5,50050,5,4,15"), "rise with the return period"),
        (KOSTRA.replace("10,50050,7", "10,50050,x"), "not a number"),
        (KOSTRA.replace("60,50050,12,24,36", "60,50050,1,2,3"), "rise with the duration"),
        (KOSTRA + "5,50050,5,10,15\n", "stands twice"),
        (KOSTRA + "5,50051,5,10,15\n", "other durations"),
        ("duration_min,index_rc,hn_mm_T1\n5,50050,-99.9\n", "no depth"),
        ("", "empty"),
    ],
)
def test_a_table_of_rain_that_is_none_is_refused(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_rain_depths(text.encode(), "k.csv")


def test_what_the_table_does_not_hold_is_refused() -> None:
    table = read_rain_depths(KOSTRA.encode(), "k.csv")
    for cell, minutes, years, told in (
        (1, 10, 10, "not in the table"),
        (50050, 90, 10, "outside"),
        (50050, 10, 500, "outside"),
    ):
        with pytest.raises(InputError, match=told):
            storm(table, cell, minutes, years, "block")
    with pytest.raises(InputError, match="whole steps"):
        storm(table, 50050, 12, 10, "euler2")


def test_storms_and_roughness_are_read() -> None:
    told = json.dumps({"t_min": [5, 10], "mm_h": [60, 12], "depth_mm": 6}).encode()
    assert read_storm(told, "s.json").depth == pytest.approx(6)
    assert read_storm(b"min;mm/h\n5;60\n10;12\n", "s.csv").depth == pytest.approx(6)
    for wrong, why in (
        (b"{}", "lists t_min"),
        (b"5;-1\n", "negative"),
        (b"5;1\n5;2\n", "must rise"),
        (b"\xff\xfe", "lists t_min"),
    ):
        with pytest.raises(InputError, match=why):
            read_storm(wrong, "s")
    assert read_roughness(b"0.05", "0.05") == 0.05
    assert isinstance(read_roughness(ASCII, "n.asc"), Grid)
    with pytest.raises(InputError, match="neither a number"):
        read_roughness(b"glatt", "n")


def test_outlines_of_buildings_are_read_in_every_form() -> None:
    square = "0,0\n4,0\n4,4\n0,4\n"
    polygon = {"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [4, 4], [0, 4]], [[1, 1], [2, 1], [2, 2], [1, 2]]]}
    collection = {"type": "FeatureCollection", "features": [{"id": 7, "geometry": polygon, "properties": {}}]}
    for data, name, label in (
        (square.encode(), "h/haus1.csv", "haus1"),
        (("id;x;y\n" + "".join(f"A;{line.replace(',', ';')}\n" for line in square.split())).encode(), "b.csv", "A"),
        (packed(haus2_csv=square.encode()), "b.zip", "haus2"),
        (json.dumps(collection).encode(), "b.geojson", "7"),
    ):
        found = read_outlines(data, name)
        assert [outline.name for outline in found] == [label]
        assert found[0].rings[0].shape == (4, 2)
    grid = Grid(np.zeros((6, 6)), 1.0, -1.0, -1.0)
    assert grid.inside(found[0].rings[0]).sum() == 16


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "holds 0 outlines"),
        (b"0,0\n1,1\n", "three corners"),
        (b"0,0\n1,x\n", "x and y"),
        (b"0,0\n1,nan\n2,2\n", "three corners"),
        (b'{"features": [{"geometry": {"type": "Point", "coordinates": [0, 0]}}]}', "else than polygons"),
        (b'{"features": 3}', "else than polygons"),
        (b"\xff\xfe\x00", "no text"),
        (b"PK\x03\x04abc", "broken"),
    ],
)
def test_what_is_no_outline_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_outlines(data, "b")
