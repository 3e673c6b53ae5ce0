"""Outlines of administrative units from a GeoPackage such as VG250 of the BKG.

A GeoPackage is a database of SQLite. It may come from anybody, so it is opened read only, its views and virtual tables
are left alone, no function is called, no extension loaded, and size, time and number of points are limited. Triggers
run on writing only, and nothing is written. Names of layers and columns are from the description of VG250; no file
of the BKG was read yet.
"""

import contextlib
import re
import sqlite3
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LARGEST_FILE = 300 * 1024 * 1024  # our choice: all of Germany with its municipalities stays below
LARGEST_SHAPE = 32 * 1024 * 1024  # bytes of one row
MOST_POINTS = 3_000_000  # our choice: two Länder with their municipalities at 1:250,000 stay below
MOST_LAYERS = 200
STEPS, MOST_STEPS = 100_000, 5_000  # instructions of the database between two looks, and looks before we give up
SQLITE, ZIP = b"SQLite format 3\0", b"PK\x03\x04"
IDENTIFIERS = (b"GPKG", b"GP10", b"GP11")  # application_id of the GeoPackage standard, at byte 68 of the file
# What the projections are called, and where their coordinates lie in Germany: west, south, east, north.
PLACES = {
    "EPSG:25832": (200_000.0, 5_200_000.0, 1_000_000.0, 6_150_000.0),
    "EPSG:25833": (-250_000.0, 5_200_000.0, 600_000.0, 6_150_000.0),
    "EPSG:4258": (5.0, 47.0, 16.0, 56.0),
    "EPSG:4326": (5.0, 47.0, 16.0, 56.0),
}
SUFFIXES = {2: "_lan", 5: "_krs", 8: "_gem"}  # the layers of VG250 by the length of their keys
LAND_AREA = 4  # GF of VG250: an area on land that belongs to a unit, no water
POLYGON, MULTIPOLYGON = 3, 6
ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}  # bytes of the envelope before a geometry, by its kind
ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}


@dataclass(frozen=True)
class Outline:
    """One unit: its key and name, and its rings as (point, 2) arrays, the last point equal to the first."""

    ags: str
    name: str
    rings: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Boundaries:
    """The units of some Länder, the projection, and the layers they come from by length of the key."""

    crs: str
    layers: Mapping[int, str]
    outlines: tuple[Outline, ...]


def read_boundaries(path: Path, name: str, lands: Sequence[str]) -> Boundaries:
    """Read the outlines of the units of some Länder; `lands` are keys of two digits.

    Raises
    ------
    InputError
        If the file is no GeoPackage, too large, damaged or hostile, in another projection, or without these units.
    """
    _refuse_other_files(path, name)
    with contextlib.closing(_opened(path)) as base:
        try:
            return _read(base, name, lands)
        except sqlite3.Error as error:
            raise InputError(
                gettext_noop("The GeoPackage is damaged or asks for something that is not allowed: %(why)s."),
                where=name, why=error,
            ) from None  # fmt: skip


def _refuse_other_files(path: Path, name: str) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(100)
    except OSError as error:
        raise InputError(
            gettext_noop("The file cannot be read: %(why)s."), where=name, why=error.strerror or "unknown"
        ) from None
    if size > LARGEST_FILE:
        raise InputError(gettext_noop("The file is larger than %(most)s MB."), where=name, most=LARGEST_FILE >> 20)
    if head.startswith(ZIP):
        raise InputError(gettext_noop("This is a ZIP file; unpack it and take the .gpkg file in it."), where=name)
    if not head.startswith(SQLITE) or head[68:72] not in IDENTIFIERS:
        raise InputError(
            gettext_noop("This is no GeoPackage; take VG250 in the format GeoPackage (.gpkg)."),
            where=name,
        )


def _opened(path: Path) -> sqlite3.Connection:
    return guarded(sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True))


def guarded(base: sqlite3.Connection) -> sqlite3.Connection:
    """Let a database that somebody sent be read only, without functions, extensions or an end of its patience."""
    for setting in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
        base.execute(f"PRAGMA {setting}")
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_SHAPE)
    base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    looks = iter(range(MOST_STEPS))
    base.set_progress_handler(lambda: next(looks, None) is None, STEPS)
    base.set_authorizer(lambda what, *_: sqlite3.SQLITE_OK if what in ALLOWED else sqlite3.SQLITE_DENY)
    return base


@dataclass(frozen=True)
class _Layer:
    name: str
    shape: str
    crs: str
    srs: int
    columns: Mapping[str, str]

    def of(self, size: int) -> bool:
        return self.name.casefold().endswith(SUFFIXES[size])


def _read(base: sqlite3.Connection, name: str, lands: Sequence[str]) -> Boundaries:
    layers = _layers(base, name)
    named = {size: [layer for layer in layers if layer.of(size)] for size in SUFFIXES}
    others = [layer for layer in layers if not any(layer.of(size) for size in SUFFIXES)]
    found: dict[int, tuple[_Layer, dict[str, Outline]]] = {}
    left = [MOST_POINTS]
    for layer in [layer for size in SUFFIXES for layer in named[size]] + ([] if any(named.values()) else others):
        for size, units in _units(base, layer, name, lands, left).items():
            if layer in others or layer.of(size):
                if size in found:
                    raise InputError(
                        gettext_noop("The layers '%(one)s' and '%(other)s' hold the same units; keep one of them."),
                        where=name, one=found[size][0].name, other=layer.name,
                    )  # fmt: skip
                found[size] = (layer, units)
    if not found:
        raise InputError(
            gettext_noop("The file holds no unit of %(lands)s; the keys in its column AGS begin otherwise."),
            where=name, lands=", ".join(lands),
        )  # fmt: skip
    systems = sorted({layer.crs for layer, _ in found.values()})
    if len(systems) > 1:
        raise InputError(
            gettext_noop("The layers lie in different projections (%(found)s); export them in one."),
            where=name, found=", ".join(systems),
        )  # fmt: skip
    outlines = tuple(unit for _layer, units in found.values() for _, unit in sorted(units.items()))
    return Boundaries(systems[0], {size: layer.name for size, (layer, _units) in found.items()}, outlines)


def _layers(base: sqlite3.Connection, name: str) -> list[_Layer]:
    """Find the tables with a shape and a key; views and virtual tables are none."""
    tables = {
        table for table, kind, made in base.execute("SELECT name, type, sql FROM sqlite_master")
        if kind == "table" and not re.match(r"\s*create\s+virtual", str(made), re.IGNORECASE)
    }  # fmt: skip
    named = base.execute(
        "SELECT c.table_name, c.column_name, c.srs_id, s.organization, s.organization_coordsys_id"
        " FROM gpkg_geometry_columns AS c LEFT JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = c.srs_id"
    ).fetchmany(MOST_LAYERS)
    found, refused = [], []
    for table, shape, srs, body, code in named:
        if table not in tables:
            refused.append(str(table))
            continue
        head = base.execute(f"SELECT * FROM {_quoted(table)} LIMIT 0").description  # noqa: S608 - quoted
        columns = {str(column[0]).casefold(): str(column[0]) for column in head}
        if {"ags", "gen", str(shape).casefold()} <= columns.keys():
            found.append(_Layer(table, str(shape), f"{str(body).upper()}:{code}", srs, columns))
    if not found:
        views = gettext_noop("No table in the file has the columns AGS and GEN; its views (%(names)s) are not read.")
        plain = gettext_noop("No layer of the file has the columns AGS and GEN; take vg250_krs of VG250.")
        raise InputError(views if refused else plain, where=name, names=", ".join(refused)[:80])
    return found


def _quoted(name: str) -> str:
    return '"' + str(name).replace('"', '""') + '"'


def _units(
    base: sqlite3.Connection, layer: _Layer, name: str, lands: Sequence[str], left: list[int]
) -> dict[int, dict[str, Outline]]:
    """Read the units of a layer by length of their key; areas of one key are one unit."""
    where = f"{name}:{layer.name}"
    wanted = [layer.columns["ags"], layer.columns["gen"], layer.shape]
    on_land = f" AND {_quoted(layer.columns['gf'])} = {LAND_AREA}" if "gf" in layer.columns else ""
    begins = " OR ".join(f"({_quoted(wanted[0])} >= ? AND {_quoted(wanted[0])} < ?)" for _ in lands)
    limits = [limit for land in lands for limit in (land, str(int(land) + 1).zfill(2))]
    asked = ", ".join(map(_quoted, wanted))
    query = f"SELECT {asked} FROM {_quoted(layer.name)} WHERE ({begins}){on_land}"  # noqa: S608 - quoted
    rows = base.execute(query, limits)
    found: dict[int, dict[str, Outline]] = {}
    for ags, title, shape in rows:
        if not re.fullmatch(r"[0-9]{2}|[0-9]{5}|[0-9]{8}", str(ags)):
            continue  # a government district, or a key that is none
        _refuse_projection(layer, where)
        here = f"{where}:{ags}"
        if not isinstance(shape, bytes):
            raise InputError(gettext_noop("The unit has no outline."), where=here)
        rings = tuple(_rings(shape, layer, here, left))
        before = found.setdefault(len(ags), {}).get(ags)
        label = " ".join(str(title or ags).split())[:120]
        found[len(ags)][ags] = Outline(ags, label, (before.rings if before else ()) + rings)
    return found


def _refuse_projection(layer: _Layer, where: str) -> None:
    if layer.crs not in PLACES:
        raise InputError(
            gettext_noop("The projection is %(found)s; hks reads %(allowed)s."),
            where=where, found=layer.crs[:40], allowed=", ".join(PLACES),
        )  # fmt: skip


def _rings(data: bytes, layer: _Layer, where: str, left: list[int]) -> Iterator[np.ndarray]:
    """Read the rings of a polygon or of several from a geometry of a GeoPackage."""
    if data[:2] != b"GP" or len(data) < 8:
        raise InputError(gettext_noop("The outline is not written as a geometry of a GeoPackage."), where=where)
    flags = data[3]
    (srs,) = struct.unpack_from("<i" if flags & 1 else ">i", data, 4)
    if srs != layer.srs:
        raise InputError(gettext_noop("The outline names another projection than its layer."), where=where)
    try:
        start = 8 + ENVELOPES[flags >> 1 & 7]
        parts, start = _parts(data, start)
        for _ in range(parts):
            order, size, start = _head(data, start, POLYGON)
            count, start = _count(data, start, order)
            for _ring in range(count):
                points, start = _count(data, start, order)
                left[0] -= points
                if left[0] < 0:
                    raise InputError(
                        gettext_noop("The file holds more than %(most)s points."), where=where, most=MOST_POINTS
                    )
                ring = np.frombuffer(data, f"{order}f8", points * size, start).reshape(points, size)[:, :2]
                start += points * size * 8
                _refuse_ring(ring, layer, where)
                yield ring.astype(float)
    except (struct.error, ValueError, KeyError):
        raise InputError(
            gettext_noop("The outline is cut off, or is no polygon; hks reads polygons only."), where=where
        ) from None


def _parts(data: bytes, start: int) -> tuple[int, int]:
    """Say how many polygons follow, and from where."""
    order = "<" if data[start : start + 1] == b"\1" else ">"
    (kind,) = struct.unpack_from(f"{order}I", data, start + 1)
    if kind % 1000 != MULTIPOLYGON:
        return 1, start
    return _count(data, start + 5, order)


def _head(data: bytes, start: int, wanted: int) -> tuple[str, int, int]:
    """Read the order of bytes and how many numbers a point has."""
    order = "<" if data[start : start + 1] == b"\1" else ">"
    (kind,) = struct.unpack_from(f"{order}I", data, start + 1)
    if kind % 1000 != wanted or kind // 1000 > 3:
        raise ValueError
    return order, (2, 3, 3, 4)[kind // 1000], start + 5


def _count(data: bytes, start: int, order: str) -> tuple[int, int]:
    (count,) = struct.unpack_from(f"{order}I", data, start)
    if count > len(data) // 4:
        raise ValueError
    return count, start + 4


def _refuse_ring(ring: np.ndarray, layer: _Layer, where: str) -> None:
    if len(ring) < 4 or (ring[0] != ring[-1]).any():
        raise InputError(gettext_noop("A ring of the outline does not close."), where=where)
    west, south, east, north = PLACES[layer.crs]
    inside = (ring >= (west, south)) & (ring <= (east, north))
    if not inside.all():  # also where a coordinate is no number
        point: Any = ring[~inside.all(axis=1)][0]
        raise InputError(
            gettext_noop("The point %(x)g, %(y)g does not lie in Germany in %(crs)s; another projection may be meant."),
            where=where, x=point[0], y=point[1], crs=layer.crs,
        )  # fmt: skip
