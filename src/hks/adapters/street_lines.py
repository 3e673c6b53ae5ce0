"""Streets as lines with a name: GeoJSON, or the layers of a GeoPackage that hold lines."""

import contextlib
import json
import sqlite3
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from hks.adapters.boundaries import ENVELOPES, IDENTIFIERS, SQLITE, guarded
from hks.climate.affected_streets import StreetLine
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LARGEST = 128 * 1024 * 1024  # our choice: the streets of a Kreis stay below [bytes]
MOST_LINES, MOST_POINTS = 200_000, 2_000_000  # our choice
NAMES = ("name", "strasse", "straße", "street", "strassenname", "straßenname", "str_name", "stn", "nam", "bez")
LINE, LINES = 2, 5  # kinds of geometry in a GeoPackage
DEGREES = gettext_noop("The streets are in degrees; give them in metres, EPSG:25832 or EPSG:25833.")
NOT_READ = gettext_noop("This holds no lines of streets; give GeoJSON or a GeoPackage with lines and their names.")


def read_street_lines(data: bytes, name: str) -> list[StreetLine]:
    """Read streets; lines of one name are one street, lines without a name are left out.

    Raises
    ------
    InputError
        If the file holds no named line, is damaged, too large, or in degrees.
    """
    if len(data) > LARGEST:
        raise InputError(gettext_noop("The file is larger than %(most)s MB."), where=name, most=LARGEST >> 20)
    if data.startswith(SQLITE):
        found = _geopackage(data, name)
    elif data.lstrip()[:1] == b"{":
        found = _geojson(data, name)
    else:
        raise InputError(NOT_READ, where=name)
    streets: dict[str, list[np.ndarray]] = {}
    points = 0
    for label, line in found:
        points += len(line)
        if points > MOST_POINTS:
            raise InputError(gettext_noop("The file holds more than %(most)s points."), where=name, most=MOST_POINTS)
        if label:
            streets.setdefault(label[:80], []).append(_checked(line, name))
    if not streets:
        raise InputError(gettext_noop("No line in the file has a name; streets are told by their names."), where=name)
    corners = np.concatenate([line for lines in streets.values() for line in lines])
    if np.abs(corners[:, 0]).max() <= 180 and np.abs(corners[:, 1]).max() <= 90:
        raise InputError(DEGREES, where=name)
    return [StreetLine(label, tuple(lines)) for label, lines in sorted(streets.items())]


def _checked(line: np.ndarray, name: str) -> np.ndarray:
    if line.ndim != 2 or len(line) < 2 or line.shape[1] < 2 or not np.isfinite(line[:, :2]).all():
        raise InputError(gettext_noop("A line needs at least two points, each a place."), where=name)
    return line[:, :2]


def _geojson(data: bytes, name: str) -> Iterator[tuple[str, np.ndarray]]:
    try:
        content = json.loads(data)
        features: Sequence[Any] = content["features"]
        for feature in features:
            shape, marks = feature["geometry"], feature.get("properties") or {}
            kind = "" if shape is None else shape["type"]
            if kind not in ("LineString", "MultiLineString"):
                continue
            for part in [shape["coordinates"]] if kind == "LineString" else shape["coordinates"]:
                yield _label(marks), np.array([[point[0], point[1]] for point in part], dtype=float)
    except (KeyError, TypeError, IndexError, AttributeError, ValueError, RecursionError):
        raise InputError(NOT_READ, where=name) from None


def _label(marks: Mapping[str, Any]) -> str:
    """Return the name of a street by the usual names of its column."""
    known = {str(key).casefold(): value for key, value in marks.items()}
    found = next((known[column] for column in NAMES if known.get(column)), "")
    return " ".join(str(found).split())


def _geopackage(data: bytes, name: str) -> Iterator[tuple[str, np.ndarray]]:
    if data[68:72] not in IDENTIFIERS:
        raise InputError(NOT_READ, where=name)
    with contextlib.closing(sqlite3.connect(":memory:")) as base:
        try:
            base.deserialize(data)
            guarded(base)
            for table, column in _layers(base):
                yield from _lines(base, table, column, name)
        except sqlite3.Error as error:
            raise InputError(
                gettext_noop("The GeoPackage is damaged or asks for something that is not allowed: %(why)s."),
                where=name, why=error,
            ) from None  # fmt: skip


def _layers(base: sqlite3.Connection) -> list[tuple[str, str]]:
    """Find the plain tables with a shape."""
    tables = {
        table for table, kind, made in base.execute("SELECT name, type, sql FROM sqlite_master")
        if kind == "table" and "virtual" not in str(made)[:40].casefold()
    }  # fmt: skip
    named = base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchmany(200)
    return [(table, column) for table, column in named if table in tables]


def _lines(base: sqlite3.Connection, table: str, column: str, name: str) -> Iterator[tuple[str, np.ndarray]]:
    query = f'SELECT * FROM "{table.replace(chr(34), chr(34) * 2)}" LIMIT {MOST_LINES}'  # noqa: S608 - quoted
    rows = base.execute(query)
    heads = [str(head[0]) for head in rows.description]
    for row in rows:
        marks = dict(zip(heads, row, strict=True))
        shape = marks.pop(column, None)
        if isinstance(shape, bytes):
            for line in _shape(shape, name):
                yield _label(marks), line


def _shape(data: bytes, name: str) -> Iterator[np.ndarray]:
    """Read the lines of a geometry; of any other kind there are none."""
    try:
        start = 8 + ENVELOPES[data[3] >> 1 & 7]
        order, kind, size = _head(data, start)
        parts, start = (1, start) if kind != LINES else (_whole(data, start + 5, order), start + 9)
        for _ in range(parts if kind in (LINE, LINES) else 0):
            order, _kind, size = _head(data, start)
            count = _whole(data, start + 5, order)
            yield np.frombuffer(data, f"{order}f8", count * size, start + 9).reshape(count, size).astype(float)
            start += 9 + count * size * 8
    except (struct.error, ValueError, KeyError, IndexError):
        raise InputError(gettext_noop("A line in the file is cut off."), where=name) from None


def _head(data: bytes, start: int) -> tuple[str, int, int]:
    """Read the order of bytes, the kind of geometry and how many numbers a point has."""
    order = "<" if data[start] == 1 else ">"
    kind = struct.unpack_from(f"{order}I", data, start + 1)[0]
    return order, kind % 1000, (2, 3, 3, 4)[kind // 1000]


def _whole(data: bytes, start: int, order: str) -> int:
    count = int(struct.unpack_from(f"{order}I", data, start)[0])
    if count > len(data):
        raise ValueError
    return count
