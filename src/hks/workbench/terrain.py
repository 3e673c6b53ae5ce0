"""The ground that rain runs over: what a file of it holds, and the example terrain as files."""

import json
from dataclasses import dataclass

import numpy as np

from hks.adapters.cover_tables import cover_rows, read_cover_classes, read_cover_table
from hks.adapters.outlines import read_outlines
from hks.adapters.rainfall import read_rain_depths
from hks.adapters.street_lines import read_street_lines
from hks.adapters.terrain import read_grid
from hks.climate.example_terrain import STREETS, example_buildings, example_land_cover, example_terrain
from hks.climate.grid import Grid
from hks.climate.land_cover import DEFAULT, MOST_SEWER, CoverTable, figures_of
from hks.core.errors import InputError
from hks.core.evidence import Source
from hks.core.messages import gettext_noop
from hks.workbench.inputs import Dataset

__all__ = ["DEFAULT", "MOST_SEWER", "CoverTable", "cover_rows", "figures_of"]

LARGEST_FILE = 128 * 1024 * 1024  # our choice: the tiles of a town, packed as a zip file [bytes]
TERRAIN, BUILDINGS, STORMS = "terrain", "buildings", "storms"
LAND_COVER, COVER_TABLE, ROADS, OFFICIAL = "land_cover", "cover_table", "streets", "hazard_map"
HOUR, PERIOD = 60.0, 100.0  # of the scenario “exceptional” [min] [a]
EXAMPLE = "hks-example"  # how the source of what we invented names itself
INVENTED = gettext_noop("Example terrain (invented), no proof")
EXAMPLE_SOURCE = Source(
    "hks", table=EXAMPLE, key_date="2026", licence="CC0-1.0", attribution="Beispielgelände (erfunden), kein Nachweis"
)
PROJECTIONS = ("EPSG:25833", "EPSG:25832")  # Saxony, Saxony-Anhalt


@dataclass(frozen=True)
class Ground:
    """What a file of elevations, outlines, rain depths or land cover holds, to be recognised by; lengths in metres.

    `count` are cells, outlines or classes; `gaps` the share of cells without a value; `edition` that of a table of
    KOSTRA; `codes` the classes of land cover with their share; `table` the table of such classes.
    """

    kind: str
    count: int
    west: float = 0.0
    south: float = 0.0
    east: float = 0.0
    north: float = 0.0
    crs: str = ""
    rows: int = 0
    columns: int = 0
    cell: float = 0.0
    lowest: float = 0.0
    highest: float = 0.0
    gaps: float = 0.0
    edition: str = ""
    codes: tuple[tuple[int, float], ...] = ()
    table: CoverTable | None = None


def looked_at(kind: str, data: bytes, name: str, crs: str = "") -> Ground:
    """Say what a file holds; `crs` is the projection a person named, for files that do not.

    Raises
    ------
    InputError
        If the file is not understood, holds no elevation, or names another projection.
    """
    readers = {
        TERRAIN: _elevations, BUILDINGS: _outlines, STORMS: _depths, LAND_COVER: _codes, COVER_TABLE: _classes,
        ROADS: _streets, OFFICIAL: _official,
    }  # fmt: skip
    return readers[kind](data, name, crs)


def _elevations(data: bytes, name: str, crs: str) -> Ground:
    grid = read_grid(data, name)
    known = np.isfinite(grid.values)
    rows, columns = grid.values.shape
    if not known.any():
        raise InputError(gettext_noop("The terrain holds no elevation at all."), where=name)
    if min(rows, columns) < 3:
        raise InputError(gettext_noop("The terrain needs at least three rows and columns."), where=name)
    _named_alike(grid, name, crs)
    heights = grid.values[known]
    return Ground(
        TERRAIN, rows * columns, grid.west, grid.south, grid.east, grid.north, grid.crs or crs, rows, columns,
        grid.cell, float(heights.min()), float(heights.max()), 1.0 - float(known.mean()),
    )  # fmt: skip


def _named_alike(grid: Grid, name: str, crs: str) -> None:
    if crs and grid.crs and crs != grid.crs:
        raise InputError(
            gettext_noop("The file says that its projection is %(found)s, not %(named)s."),
            where=name, found=grid.crs, named=crs,
        )  # fmt: skip


def _codes(data: bytes, name: str, crs: str) -> Ground:
    grid = read_cover_classes(data, name)
    _named_alike(grid, name, crs)
    known = np.isfinite(grid.values)
    codes, counts = np.unique(grid.values[known].astype(int), return_counts=True)
    rows, columns = grid.values.shape
    return Ground(
        LAND_COVER, rows * columns, grid.west, grid.south, grid.east, grid.north, grid.crs or crs, rows, columns,
        grid.cell, gaps=1.0 - float(known.mean()),
        codes=tuple((int(code), float(count) / known.size) for code, count in zip(codes, counts, strict=True)),
    )  # fmt: skip


def _classes(data: bytes, name: str, _crs: str) -> Ground:
    table = read_cover_table(data, name)
    return Ground(COVER_TABLE, len(table.classes), table=table)


def _official(data: bytes, name: str, crs: str) -> Ground:
    grid = read_grid(data, name)
    _named_alike(grid, name, crs)
    known = np.isfinite(grid.values)
    if not known.any():
        raise InputError(gettext_noop("The official map holds no value at all."), where=name)
    rows, columns = grid.values.shape
    values = grid.values[known]
    return Ground(
        OFFICIAL, rows * columns, grid.west, grid.south, grid.east, grid.north, grid.crs or crs, rows, columns,
        grid.cell, float(values.min()), float(values.max()), 1.0 - float(known.mean()),
    )  # fmt: skip


def _streets(data: bytes, name: str, crs: str) -> Ground:
    streets = read_street_lines(data, name)
    points = np.concatenate([line for street in streets for line in street.lines])
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return Ground(ROADS, len(streets), float(west), float(south), float(east), float(north), crs)


def _outlines(data: bytes, name: str, crs: str) -> Ground:
    outlines = read_outlines(data, name)
    corners = np.concatenate([outline.rings[0] for outline in outlines])
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    if max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90:
        raise InputError(
            gettext_noop("The outlines are in degrees; give them in metres, EPSG:25832 or EPSG:25833."), where=name
        )
    return Ground(
        BUILDINGS, len({outline.name for outline in outlines}), float(west), float(south), float(east), float(north),
        crs,
    )  # fmt: skip


def _depths(data: bytes, name: str, _crs: str) -> Ground:
    table = read_rain_depths(data, name)
    if HOUR not in table.durations or not table.periods[0] <= PERIOD <= table.periods[-1]:
        raise InputError(
            gettext_noop("The table must hold the duration of 60 minutes and the return period of 100 years."),
            where=name,
        )  # fmt: skip
    return Ground(STORMS, len(table.depths), edition=table.vintage)


def meets(one: Ground, other: Ground) -> bool:
    """Say whether two grounds lie on each other, at least in part."""
    return one.west < other.east and other.west < one.east and one.south < other.north and other.south < one.north


def example_files() -> dict[str, Dataset]:
    """Return the example terrain, its houses and its streets as the files a town would load."""
    houses = [
        {"type": "Feature", "id": number, "properties": {},
         "geometry": {"type": "Polygon", "coordinates": [outline.tolist()]}}
        for number, outline in enumerate(example_buildings(), 1)
    ]  # fmt: skip
    shapes = json.dumps({"type": "FeatureCollection", "features": houses})
    lines = [
        {"type": "Feature", "properties": {"name": street.name},
         "geometry": {"type": "LineString", "coordinates": [street.start, street.end]}}
        for street in STREETS
    ]  # fmt: skip
    ways = json.dumps({"type": "FeatureCollection", "features": lines})
    return {
        TERRAIN: Dataset("example-terrain.asc", _ascii(example_terrain(), 2), EXAMPLE_SOURCE),
        BUILDINGS: Dataset("example-houses.geojson", shapes.encode(), EXAMPLE_SOURCE),
        ROADS: Dataset("example-streets.geojson", ways.encode(), EXAMPLE_SOURCE),
    }


def example_cover() -> Dataset:
    """Return the land cover of the example terrain as the file a town would load."""
    return Dataset("example-land-cover.asc", _ascii(example_land_cover(), 0), EXAMPLE_SOURCE)


def _ascii(grid: Grid, digits: int) -> bytes:
    rows, columns = grid.values.shape
    head = f"ncols {columns}\nnrows {rows}\nxllcorner 0\nyllcorner 0\ncellsize {grid.cell:g}\n"
    body = "\n".join(" ".join(f"{value:.{digits}f}" for value in row) for row in grid.values)
    return f"{head}{body}\n".encode()


def example_names() -> list[tuple[str, float, float]]:
    """Return the invented names of the example terrain and where they stand. [m]"""
    return [(street.name, *(street.sign or street.middle)) for street in STREETS]
