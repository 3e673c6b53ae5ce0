"""Small GeoPackages with invented outlines: no border in them is a real one."""

import sqlite3
import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Ring = Sequence[tuple[float, float]]
EAST, NORTH, CELL = 600_000.0, 5_600_000.0, 1000.0  # somewhere in EPSG:25832
SYSTEMS = {25832: "EPSG", 25833: "EPSG", 4326: "EPSG", 31468: "EPSG"}


def tiling(labels: np.ndarray) -> dict[Any, list[list[tuple[int, int]]]]:
    """Trace the outlines of the labels of a grid, each cell one step wide; rings are closed and share all points."""
    edges: dict[Any, dict[tuple[int, int], list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    rows, columns = labels.shape
    for y in range(rows):
        for x in range(columns):
            label = labels[y, x]
            around = (((x, y), (x + 1, y), (y - 1, x)), ((x + 1, y), (x + 1, y + 1), (y, x + 1)),
                      ((x + 1, y + 1), (x, y + 1), (y + 1, x)), ((x, y + 1), (x, y), (y, x - 1)))  # fmt: skip
            for start, end, (v, u) in around:
                if not (0 <= v < rows and 0 <= u < columns) or labels[v, u] != label:
                    edges[label][start].append(end)
    return {label: _rings(found) for label, found in edges.items()}


def _rings(edges: dict[tuple[int, int], list[tuple[int, int]]]) -> list[list[tuple[int, int]]]:
    rings = []
    while edges:
        start = min(edges)
        ring, before = [start], (0, 0)
        while True:
            here = ring[-1]
            after = max(edges[here], key=lambda end: _left(before, here, end)) if len(ring) > 1 else edges[here][0]
            edges[here].remove(after)
            if not edges[here]:
                del edges[here]
            before = here
            ring.append(after)
            if after == start:
                break
        rings.append(ring)
    return rings


def _left(before: tuple[int, int], here: tuple[int, int], end: tuple[int, int]) -> int:
    return (here[0] - before[0]) * (end[1] - here[1]) - (here[1] - before[1]) * (end[0] - here[0])


def placed(rings: Iterable[Ring]) -> list[Ring]:
    """Put a traced outline somewhere into Germany, in metres."""
    return [[(EAST + CELL * x, NORTH + CELL * y) for x, y in ring] for ring in rings]


def written(rings: Sequence[Ring], srs: int = 25832, order: str = "<", dimensions: int = 2) -> bytes:
    """Write rings as one polygon each, as a geometry of a GeoPackage; further dimensions are 7."""
    flag = 1 if order == "<" else 0
    kind = 1000 if dimensions == 3 else 0
    parts = [struct.pack(f"{order}BII", flag, 6 + kind, len(rings))]
    for ring in rings:
        parts.append(struct.pack(f"{order}BIII", flag, 3 + kind, 1, len(ring)))
        parts += [struct.pack(f"{order}{dimensions}d", *point, *[7.0] * (dimensions - 2)) for point in ring]
    return b"GP\0" + bytes([flag]) + struct.pack(f"{order}i", srs) + b"".join(parts)


def geopackage(
    path: Path, layers: Mapping[str, Sequence[tuple[Any, ...]]], *, srs: int = 25832,
    columns: str = "AGS TEXT, GEN TEXT, GF INTEGER", more: Sequence[str] = (),
) -> Path:  # fmt: skip
    """Write a GeoPackage; each row is shape, key, name and whatever other columns there are; `more` is further SQL."""
    path.unlink(missing_ok=True)
    base = sqlite3.connect(path)
    base.execute("PRAGMA application_id = 1196444487")  # GPKG
    base.execute("CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,"
                 " organization_coordsys_id INTEGER, definition TEXT)")  # fmt: skip
    base.execute("CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER)")
    base.execute("CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,"
                 " srs_id INTEGER, z INTEGER, m INTEGER)")  # fmt: skip
    for code, body in SYSTEMS.items():
        base.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, '')", (str(code), code, body, code))
    for name, rows in layers.items():
        base.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY, geom BLOB, {columns})')
        base.execute("INSERT INTO gpkg_contents VALUES (?, 'features', ?)", (name, srs))
        base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'MULTIPOLYGON', ?, 0, 0)", (name, srs))
        for row in rows:
            base.execute(f'INSERT INTO "{name}" VALUES (NULL, {", ".join("?" * len(row))})', row)
    for statement in more:
        base.execute(statement)
    base.commit()
    base.close()
    return path


def invented(units: Mapping[str, str], size: int = 40, seed: int = 1) -> np.ndarray:
    """Part a grid among units at random, each around its seed; the walls are ragged."""
    rng = np.random.default_rng(seed)
    seeds = rng.uniform(0, size, (len(units), 2))
    grid = np.stack(np.meshgrid(np.arange(size), np.arange(size)), axis=-1) + rng.normal(0, 0.7, (size, size, 2))
    owner = ((grid[:, :, None, :] - seeds) ** 2).sum(axis=3).argmin(axis=2)
    return np.array(list(units), dtype=object)[owner]


def invented_file(path: Path, units: Mapping[str, str], layer: str = "vg250_krs", **options: Any) -> Path:
    """Write units with invented outlines."""
    shapes = tiling(invented(units, options.pop("size", 40)))
    rows = [(written(placed(shapes[ags])), ags, name, 4) for ags, name in units.items() if ags in shapes]
    return geopackage(path, {layer: rows}, **options)
