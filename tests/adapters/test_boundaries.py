"""GeoPackages of boundaries: what is read, and what is refused with a sentence; all outlines are invented."""

import contextlib
import sqlite3
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.geopackages import geopackage, invented_file, placed, tiling, written

from hks.adapters import boundaries
from hks.adapters.boundaries import read_boundaries
from hks.core.errors import InputError

LANDS = ("14", "15")
SQUARE = [[(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]]
HERE = written(placed(SQUARE))
ROW = (HERE, "14730", "Nordsachsen", 4)


def read(path: Path):
    return read_boundaries(path, "a.gpkg", LANDS)


def test_units_of_the_laender_are_read_with_their_rings(tmp_path: Path) -> None:
    path = invented_file(tmp_path / "a.gpkg", {"14730": "Nordsachsen", "15084": "Burgenlandkreis", "16052": "Gera"})
    found = read(path)
    assert (found.crs, dict(found.layers)) == ("EPSG:25832", {5: "vg250_krs"})
    assert [(unit.ags, unit.name) for unit in found.outlines] == [
        ("14730", "Nordsachsen"),
        ("15084", "Burgenlandkreis"),
    ]
    for unit in found.outlines:
        for ring in unit.rings:
            assert ring.shape[1] == 2
            assert (ring[0] == ring[-1]).all()


def test_what_was_written_is_read_point_by_point(tmp_path: Path) -> None:
    (unit,) = read(geopackage(tmp_path / "a.gpkg", {"vg250_krs": [ROW]})).outlines
    assert np.array_equal(unit.rings[0], np.array(placed(SQUARE)[0]))


@pytest.mark.parametrize(("order", "dimensions"), [("<", 2), (">", 2), ("<", 3), (">", 3)])
def test_both_orders_of_bytes_and_heights_are_read(order: str, dimensions: int, tmp_path: Path) -> None:
    shape = written(placed(SQUARE), order=order, dimensions=dimensions)
    (unit,) = read(geopackage(tmp_path / "a.gpkg", {"vg250_krs": [(shape, "14730", "N", 4)]})).outlines
    assert np.array_equal(unit.rings[0], np.array(placed(SQUARE)[0]))


def test_water_is_left_out_and_areas_of_one_key_are_one_unit(tmp_path: Path) -> None:
    island = written(placed([[(8, 8), (9, 8), (9, 9), (8, 9), (8, 8)]]))
    rows = [ROW, (island, "14730", "Nordsachsen", 4), (island, "14730", "Nordsachsen", 2)]
    (unit,) = read(geopackage(tmp_path / "a.gpkg", {"vg250_krs": rows})).outlines
    assert len(unit.rings) == 2


def test_each_level_comes_from_its_own_layer(tmp_path: Path) -> None:
    layers = {
        "vg250_gem": [(HERE, "14730310", "Torgau", 4)], "vg250_krs": [ROW], "vg250_lan": [(HERE, "14", "Sachsen", 4)],
        "vg250_rbz": [(HERE, "147", "Leipzig", 4)], "other": [(HERE, "14730", "twice", 4)],
    }  # fmt: skip
    found = read(geopackage(tmp_path / "a.gpkg", layers))
    assert dict(found.layers) == {2: "vg250_lan", 5: "vg250_krs", 8: "vg250_gem"}
    assert [unit.name for unit in found.outlines] == ["Sachsen", "Nordsachsen", "Torgau"]


def test_a_layer_of_another_name_is_taken_where_it_is_the_only_one(tmp_path: Path) -> None:
    assert dict(read(geopackage(tmp_path / "a.gpkg", {"Kreise": [ROW]})).layers) == {5: "Kreise"}


def test_triggers_of_a_spatial_index_do_no_harm(tmp_path: Path) -> None:
    more = ["CREATE TABLE log (x)", "CREATE TRIGGER t AFTER INSERT ON vg250_krs BEGIN INSERT INTO log VALUES (1); END"]
    path = geopackage(tmp_path / "a.gpkg", {"vg250_krs": [ROW]}, more=more)
    before = path.read_bytes()
    assert len(read(path).outlines) == 1
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.gpkg"]


HARMFUL = [
    ([(HERE, "16052", "Gera", 4)], "no unit of 14, 15"),
    ([(None, "14730", "N", 4)], "has no outline"),
    (["text"], "has no outline"),
    ([b"GP"], "not written as a geometry"),
    ([written(placed(SQUARE), srs=25833)], "another projection than its layer"),
    ([HERE[:-1]], "cut off"),
    ([HERE[:40]], "cut off"),
    ([HERE[:17] + b"\xff\xff\xff\x7f" + HERE[21:]], "cut off"),
    ([HERE[:8] + struct.pack("<BI", 1, 10) + HERE[13:]], "no polygon"),
    ([HERE[:3] + b"\x0f" + HERE[4:]], "cut off"),
    ([written([[(6e5, 5.6e6), (6.1e5, 5.6e6), (6e5, 5.7e6), (6e5, 5.65e6)]])], "does not close"),
    ([written([[(float("nan"), 5.6e6)] * 4])], "does not close"),
    ([written([[(6e5, 5.6e6), (float("nan"), 5.6e6), (6e5, 5.7e6), (6e5, 5.6e6)]])], "does not lie in Germany"),
    ([written([[(6e5, 5.6e6), (float("inf"), 5.6e6), (6e5, 5.7e6), (6e5, 5.6e6)]])], "does not lie in Germany"),
    ([written([[(12, 51), (13, 51), (13, 52), (12, 51)]])], "another projection may be meant"),
]


@pytest.mark.parametrize(("rows", "said"), HARMFUL)
def test_a_broken_outline_is_a_sentence_with_its_place(rows: list, said: str, tmp_path: Path) -> None:
    rows = [row if isinstance(row, tuple) else (row, "14730", "N", 4) for row in rows]
    with pytest.raises(InputError, match=said) as refused:
        read(geopackage(tmp_path / "a.gpkg", {"vg250_krs": rows}))
    assert str(refused.value).startswith("a.gpkg")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no GeoPackage"),
        (b"<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>", "no GeoPackage"),
        (b"PK\x03\x04" + bytes(200), "ZIP file; unpack it"),
        (b"SQLite format 3\0" + bytes(200), "no GeoPackage"),
        (b"SQLite format 3\0" + bytes(52) + b"GPKG" + bytes(200), "damaged"),
    ],
)
def test_another_file_is_no_geopackage(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.gpkg").write_bytes(data)
    with pytest.raises(InputError, match=said):
        read(tmp_path / "a.gpkg")


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "nothing.gpkg")


@pytest.mark.parametrize(("srs", "said"), [(31468, "EPSG:31468; hks reads EPSG:25832"), (99, "hks reads")])
def test_another_projection_is_refused_by_name(srs: int, said: str, tmp_path: Path) -> None:
    rows = [(written(placed(SQUARE), srs=srs), "14730", "N", 4)]
    with pytest.raises(InputError, match=said):
        read(geopackage(tmp_path / "a.gpkg", {"vg250_krs": rows}, srs=srs))


def test_layers_without_the_columns_are_named(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", {"roads": [(HERE, "B 2")]}, columns="title TEXT")
    with pytest.raises(InputError, match="columns AGS and GEN"):
        read(path)


VIEW = (
    "DROP TABLE vg250_krs",
    "CREATE VIEW vg250_krs AS SELECT 1 AS fid, x'00' AS geom, '14730' AS AGS, 'N' AS GEN, 4 AS GF",
)
VIRTUAL = ("DROP TABLE vg250_krs", "CREATE VIRTUAL TABLE vg250_krs USING fts5(geom, AGS, GEN, GF)")
ENDLESS = (
    "DROP TABLE gpkg_geometry_columns",
    (
        "CREATE VIEW gpkg_geometry_columns AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT 'vg250_krs' AS table_name, 'geom' AS column_name, 25832 AS srs_id FROM n WHERE i < 0"
    ),
)
CALLED = (
    "DROP TABLE gpkg_geometry_columns",
    (
        "CREATE VIEW gpkg_geometry_columns AS SELECT load_extension('x') AS table_name, 'geom' AS column_name,"
        " 25832 AS srs_id"
    ),
)


@pytest.mark.parametrize(("more", "said"), [(VIEW, "views"), (VIRTUAL, "views"), (ENDLESS, "damaged|not allowed"),
                                            (CALLED, "damaged|not allowed")])  # fmt: skip
def test_views_virtual_tables_and_functions_are_not_followed(more, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        read(geopackage(tmp_path / "a.gpkg", {"vg250_krs": [ROW]}, more=more))


def test_a_query_that_does_not_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundaries, "MOST_STEPS", 20)
    many = ("DROP TABLE gpkg_geometry_columns", "CREATE TABLE n (i)",
            "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 400) INSERT INTO n SELECT i FROM c",
            ("CREATE VIEW gpkg_geometry_columns AS SELECT 'vg250_krs' AS table_name, 'geom' AS column_name,"
            " 25832 AS srs_id FROM n a, n b, n c WHERE a.i + b.i + c.i < 0"))  # fmt: skip
    with pytest.raises(InputError, match="interrupted"):
        read(geopackage(tmp_path / "a.gpkg", {"vg250_krs": [ROW]}, more=many))


def test_two_layers_of_the_same_units_and_two_projections_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="hold the same units"):
        read(geopackage(tmp_path / "a.gpkg", {"one": [ROW], "other": [ROW]}))
    land = written([[(x - 2e5, y) for x, y in placed(SQUARE)[0]]], srs=25833)
    path = geopackage(tmp_path / "b.gpkg", {"vg250_krs": [ROW], "vg250_lan": [(land, "14", "Sachsen", 4)]})
    base = sqlite3.connect(path)
    base.execute("UPDATE gpkg_geometry_columns SET srs_id = 25833 WHERE table_name = 'vg250_lan'")
    base.commit()
    base.close()
    with pytest.raises(InputError, match="different projections"):
        read(path)


def test_limits_of_size_and_points_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = geopackage(tmp_path / "a.gpkg", {"vg250_krs": [ROW]})
    monkeypatch.setattr(boundaries, "MOST_POINTS", 4)
    with pytest.raises(InputError, match="more than 4 points"):
        read(path)
    monkeypatch.setattr(boundaries, "LARGEST_FILE", 100)
    with pytest.raises(InputError, match="larger than 0 MB"):
        read(path)


@given(place=st.integers(0, 60), byte=st.integers(0, 255))
def test_a_flipped_byte_is_read_or_refused_but_never_breaks(place: int, byte: int, tmp_path_factory) -> None:
    shape = HERE[:place] + bytes([byte]) + HERE[place + 1 :]
    path = geopackage(tmp_path_factory.mktemp("x") / "a.gpkg", {"vg250_krs": [(shape, "14730", "N", 4)]})
    try:
        (unit,) = read(path).outlines
    except InputError:
        return
    assert all(np.isfinite(ring).all() for ring in unit.rings)


@given(cut=st.integers(100, 40_000))
def test_a_file_cut_off_anywhere_is_refused_or_read(cut: int, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("x")
    path = geopackage(folder / "a.gpkg", {"vg250_krs": [ROW] * 40})
    path.write_bytes(path.read_bytes()[:cut])
    with contextlib.suppress(InputError):
        assert read(path).outlines


def test_holes_and_islands_of_a_traced_outline_come_back(tmp_path: Path) -> None:
    grid = np.zeros((7, 7), dtype=int)
    grid[2:4, 2:4] = 1
    shapes = tiling(grid)
    rows = [(written(placed(shapes[0])), "14730", "around", 4), (written(placed(shapes[1])), "14713", "inside", 4)]
    inside, around = read(geopackage(tmp_path / "a.gpkg", {"vg250_krs": rows})).outlines
    assert (len(inside.rings), len(around.rings)) == (1, 2)
