"""Streets: read from GeoJSON and GeoPackage alike, one street a name; other files are refused in a sentence."""

import json
import sqlite3
import struct
from pathlib import Path

import numpy as np
import pytest

from hks.adapters.street_lines import read_street_lines
from hks.core.errors import InputError

LONG = [[700_000.0, 5_660_000.0], [700_200.0, 5_660_000.0]]
BENT = [[700_200.0, 5_660_000.0], [700_200.0, 5_660_100.0], [700_250.0, 5_660_150.0]]


def geojson(*features: tuple[str, list, dict]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": marks, "geometry": {"type": kind, "coordinates": places}}
        for kind, places, marks in features
    ]}).encode()  # fmt: skip


def line(points: list, order: str = "<") -> bytes:
    return struct.pack(f"{order}BII", order == "<", 2, len(points)) + np.array(points, f"{order}f8").tobytes()


def geopackage(path: Path, shapes: list[tuple[str, bytes]]) -> bytes:
    base = sqlite3.connect(path)
    base.execute(f"PRAGMA application_id = {int.from_bytes(b'GPKG', 'big')}")
    base.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name)")
    base.execute("INSERT INTO gpkg_geometry_columns VALUES ('ways', 'geom')")
    base.execute("CREATE TABLE ways (fid INTEGER, Name TEXT, geom BLOB)")
    head = b"GP\0\1" + struct.pack("<i", 25832)
    base.executemany("INSERT INTO ways VALUES (1, ?, ?)", [(label, head + shape) for label, shape in shapes])
    base.commit()
    base.close()
    return path.read_bytes()


def test_lines_of_one_name_are_one_street_in_both_formats(tmp_path: Path) -> None:
    text = geojson(("LineString", LONG, {"name": "Ring"}), ("MultiLineString", [BENT, LONG], {"STRASSE": " Am  Markt "}),
                   ("LineString", BENT, {"name": "Ring"}), ("Point", [1, 2], {"name": "x"}), ("LineString", LONG, {}))  # fmt: skip
    both = struct.pack("<BII", 1, 5, 2) + line(BENT) + line(LONG, ">")
    stored = geopackage(
        tmp_path / "s.gpkg", [("Ring", line(LONG)), ("Am Markt", both), ("Ring", line(BENT)), ("", line(LONG))]
    )
    for data in (text, stored):
        market, ring = read_street_lines(data, "streets")
        assert (market.name, ring.name) == ("Am Markt", "Ring")
        assert [each.tolist() for each in ring.lines] == [LONG, BENT]
        assert [each.tolist() for each in market.lines] == [BENT, LONG]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no lines of streets"),
        (b"name,x,y\n", "no lines of streets"),
        (b'{"type": "FeatureCollection"}', "no lines of streets"),
        (b'{"features": [{"geometry": {"type": "LineString", "coordinates": 5}}]}', "no lines of streets"),
        (b"{" * 9999, "no lines of streets"),
        (geojson(("LineString", LONG, {})), "No line in the file has a name"),
        (geojson(("LineString", LONG[:1], {"name": "a"})), "at least two points"),
        (geojson(("LineString", [[1, float("nan")], [2, 3]], {"name": "a"})), "at least two points"),
        (geojson(("LineString", [[12.1, 51.0], [12.2, 51.1]], {"name": "a"})), "in degrees"),
        (b"SQLite format 3\0" + bytes(200), "no lines of streets"),
    ],
)  # fmt: skip
def test_other_files_are_refused(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_street_lines(data, "f")


def test_a_damaged_geopackage_is_refused(tmp_path: Path) -> None:
    whole = geopackage(tmp_path / "a.gpkg", [("Ring", line(LONG))])
    with pytest.raises(InputError, match="damaged"):
        read_street_lines(whole[:100] + b"\xff" * (len(whole) - 100), "f")
    cut = geopackage(tmp_path / "b.gpkg", [("Ring", line(LONG)[:-5])])
    with pytest.raises(InputError, match="cut off"):
        read_street_lines(cut, "f")
