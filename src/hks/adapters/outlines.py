"""Outlines of buildings: a table of corners, GeoJSON, or a folder (zip file) of tables, one building each."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

ZIP = b"PK\x03\x04"
LARGEST = 256 * 1024 * 1024  # our choice: all buildings of a Kreis stay below [bytes]
MOST = 500_000


@dataclass(frozen=True)
class Outline:
    """One building: its name and its rings, the first around it, further ones around courtyards. [m]"""

    name: str
    rings: tuple[np.ndarray, ...]


def read_outlines(data: bytes, name: str) -> list[Outline]:
    """Read outlines.

    Raises
    ------
    InputError
        If the file holds no outline, or one that is none.
    """
    if len(data) > LARGEST:
        raise InputError(gettext_noop("The file is larger than 256 MB."), where=name)
    found = list(_all(data, name))
    if not found or len(found) > MOST:
        raise InputError(
            gettext_noop("The file holds %(count)s outlines; it may hold 1 to %(most)s."),
            where=name, count=len(found), most=MOST,
        )  # fmt: skip
    return found


def _all(data: bytes, name: str) -> Iterator[Outline]:
    if data.startswith(ZIP):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                files = [
                    info
                    for info in archive.infolist()
                    if info.filename.lower().endswith((".csv", ".txt", ".geojson", ".json"))
                ]
                if sum(info.file_size for info in files) > LARGEST:
                    raise InputError(gettext_noop("The file is larger than 256 MB."), where=name)
                for info in sorted(files, key=lambda info: info.filename):
                    yield from _all(archive.read(info), info.filename)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
            raise InputError(gettext_noop("The zip file is broken or locked by a password."), where=name) from None
    elif data.lstrip()[:1] == b"{":
        yield from _geojson(data, name)
    else:
        yield from _table(data, name)


def _table(data: bytes, name: str) -> Iterator[Outline]:
    """Read corners x, y; a third column before them, or one named id, tells buildings apart."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(gettext_noop("The file is no text in UTF-8."), where=name) from None
    sign = ";" if ";" in text.split("\n", 1)[0] else ","
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=sign) if any(cell.strip() for cell in row)]
    if rows and not _is_number(rows[0][-1]):
        rows = rows[1:]
    corners: dict[str, list[tuple[float, float]]] = {}
    for number, row in enumerate(rows, 1):
        try:
            key, x, y = ("", *row) if len(row) == 2 else (row[0], *row[1:3])
            corners.setdefault(key, []).append((float(x), float(y)))
        except ValueError:
            raise InputError(
                gettext_noop("Each row holds x and y, or a name, x and y."), where=f"{name}:{number}"
            ) from None
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    for key, points in corners.items():
        yield Outline(key or stem, (_ring(points, name),))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _geojson(data: bytes, name: str) -> Iterator[Outline]:
    try:
        content: Mapping[str, Any] = json.loads(data)
        features: Sequence[Any] = content.get("features", [content])
        for number, feature in enumerate(features):
            shape = feature.get("geometry", feature)
            marks = feature.get("properties") or {}
            parts = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}[shape["type"]]
            label = str(feature.get("id") or marks.get("id") or marks.get("name") or number)
            for part in parts:
                yield Outline(label, tuple(_ring([(p[0], p[1]) for p in ring], name) for ring in part))
    except (KeyError, TypeError, IndexError, AttributeError, ValueError, RecursionError):
        raise InputError(
            gettext_noop("This GeoJSON holds something else than polygons in metres."), where=name
        ) from None


def _ring(points: Sequence[tuple[float, float]], name: str) -> np.ndarray:
    ring = np.asarray(points, dtype=np.float64)
    if ring.ndim != 2 or len(ring) < 3 or not np.isfinite(ring).all():
        raise InputError(gettext_noop("An outline needs at least three corners, each a place."), where=name)
    return ring
