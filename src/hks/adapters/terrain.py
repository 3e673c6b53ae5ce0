"""Elevation and other values on square cells: ASCII grids, lists of points (xyz), GeoTIFF, and zip files of tiles.

Tiles of GeoSN and of Sachsen-Anhalt are read by what stands in them, never by their names; no real tile of either was
read yet. A file may come from anybody: only the drivers named here open it, and its size is known before it is read.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np

from hks.climate.grid import Grid
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

MOST_CELLS = 64_000_000  # our choice: a town of 8 x 8 km at 1 m
LARGEST_UNPACKED = 1024 * 1024 * 1024  # our choice [bytes]
MOST_TILES = 200
SQUARE = 1e-6  # so much may the two sides of a cell differ, as a part of them
TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
ZIP = b"PK\x03\x04"
READ = (".asc", ".txt", ".xyz", ".tif", ".tiff")
HEADER = re.compile(
    rb"\s*(ncols|nrows|xllcorner|yllcorner|xllcenter|yllcenter|cellsize|nodata_value)\s+(\S+)\s*", re.IGNORECASE
)


def read_grid(data: bytes, name: str) -> Grid:
    """Read a grid from the bytes of a file.

    Raises
    ------
    InputError
        If the file is of another kind, too large, not square, tilted, in degrees, or broken.
    """
    if data.startswith(ZIP):
        return _mosaic([read_grid(content, inner) for inner, content in _unpacked(data, name)], name)
    if data.startswith(TIFF):
        return _square(_tiff(data, name), name)
    head = data[:400].lstrip()
    if HEADER.match(head):
        return _square(_ascii(data, name), name)
    if head[:1].isdigit() or head[:1] == b"-":
        return _square(_points(data, name), name)
    raise InputError(
        gettext_noop("This is no terrain; give an ASCII grid, a list of x y z, a GeoTIFF, or a zip file of these."),
        where=name,
    )


def _unpacked(data: bytes, name: str) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            wanted = [info for info in archive.infolist() if info.filename.lower().endswith(READ)]
            if not wanted or len(wanted) > MOST_TILES or sum(info.file_size for info in wanted) > LARGEST_UNPACKED:
                raise InputError(
                    gettext_noop("The zip file holds %(count)s tiles; it may be 1 to %(most)s of 1 GB together."),
                    where=name, count=len(wanted), most=MOST_TILES,
                )  # fmt: skip
            return [
                (info.filename, _contents(archive, info)) for info in sorted(wanted, key=lambda info: info.filename)
            ]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise InputError(gettext_noop("The zip file is broken or locked by a password."), where=name) from None


def _contents(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as stream:
        content = stream.read(info.file_size + 1)
    if len(content) > info.file_size or content.startswith(ZIP):
        raise InputError(gettext_noop("The zip file holds something else than it says."), where=info.filename)
    return content


def _ascii(data: bytes, name: str) -> Grid:
    head: dict[str, float] = {}
    start = 0
    while (line := HEADER.match(data, start)) is not None:
        try:
            head[line[1].decode().lower()] = float(line[2])
        except ValueError:
            raise InputError(
                gettext_noop("'%(value)s' is not a number."), where=name, value=line[2].decode(errors="replace")[:40]
            ) from None
        start = line.end()
    try:
        columns, rows, cell = int(head["ncols"]), int(head["nrows"]), head["cellsize"]
        west = head["xllcorner"] if "xllcorner" in head else head["xllcenter"] - cell / 2
        south = head["yllcorner"] if "yllcorner" in head else head["yllcenter"] - cell / 2
    except (KeyError, OverflowError, ValueError):
        raise InputError(
            gettext_noop("The head of the grid must name ncols, nrows, xllcorner, yllcorner and cellsize."), where=name
        ) from None
    _fits(rows, columns, name)
    values = _numbers(data[start:], name)
    if values.size != rows * columns:
        raise InputError(
            gettext_noop("The grid should hold %(wanted)s numbers and holds %(found)s."),
            where=name, wanted=rows * columns, found=values.size,
        )  # fmt: skip
    values[values == head.get("nodata_value", -9999.0)] = np.nan
    return Grid(values.reshape(rows, columns), cell, west, south)


def _numbers(text: bytes, name: str) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)  # numpy's way to say that it stopped at a letter
        try:
            return np.fromstring(text.decode("ascii"), sep=" ")
        except (DeprecationWarning, UnicodeDecodeError, ValueError):
            raise InputError(
                gettext_noop("The grid holds something that is not a number; decimals are written with a point."),
                where=name,
            ) from None


def _points(data: bytes, name: str) -> Grid:
    first = data.split(b"\n", 1)[0]
    for sign in (b";", b"\t", b","):
        if sign in first:
            data = data.replace(sign, b" ")
    values = _numbers(data, name)
    if values.size % 3 or values.size < 9:
        raise InputError(gettext_noop("Each line must hold three numbers: x, y and the elevation."), where=name)
    x, y, z = values.reshape(-1, 3).T
    across, up = np.unique(x), np.unique(y)
    if across.size < 2 or up.size < 2:
        raise InputError(gettext_noop("The points form no grid."), where=name)
    cell = float(min(np.diff(across).min(), np.diff(up).min()))
    columns, rows = (round((float(p[-1] - p[0])) / cell) + 1 for p in (across, up))
    _fits(rows, columns, name)
    at_x, at_y = (x - across[0]) / cell, (up[-1] - y) / cell
    if max(np.abs(at_x - np.rint(at_x)).max(), np.abs(at_y - np.rint(at_y)).max()) > 0.01:
        raise InputError(gettext_noop("The points do not lie on square cells."), where=name)
    grid = np.full((rows, columns), np.nan)
    grid[np.rint(at_y).astype(int), np.rint(at_x).astype(int)] = z
    grid[grid <= -9999.0] = np.nan
    return Grid(grid, cell, float(across[0]) - cell / 2, float(up[0]) - cell / 2)


def _tiff(data: bytes, name: str) -> Grid:
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with (
            rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"),
            rasterio.MemoryFile(data) as memory,
            memory.open(driver="GTiff") as source,  # never what a file says it is
        ):
            _fits(source.height, source.width, name)
            step = source.transform
            if step.b or step.d or step.a <= 0 or step.e >= 0 or abs(step.a + step.e) > SQUARE * step.a:
                raise InputError(
                    gettext_noop("The grid is tilted, upside down, or its cells are not square."), where=name
                )
            values = source.read(1, masked=True).astype(np.float64).filled(np.nan)
            crs = source.crs.to_string() if source.crs else ""
            degrees = bool(source.crs and source.crs.is_geographic)
            south = step.f + step.e * source.height
    except (RasterioError, MemoryError, ValueError):
        raise InputError(gettext_noop("The GeoTIFF is broken or of a kind that is not read."), where=name) from None
    if degrees:
        raise InputError(
            gettext_noop("The grid is in degrees; give it in metres, EPSG:25832 or EPSG:25833."), where=name
        )
    return Grid(values, float(step.a), float(step.c), float(south), crs)


def _fits(rows: int, columns: int, name: str) -> None:
    if rows < 1 or columns < 1 or rows * columns > MOST_CELLS:
        raise InputError(
            gettext_noop("The grid declares %(rows)s x %(columns)s cells; it may be up to %(most)s cells."),
            where=name, rows=rows, columns=columns, most=MOST_CELLS,
        )  # fmt: skip


def _square(grid: Grid, name: str) -> Grid:
    if not (np.isfinite(grid.cell) and grid.cell > 0):
        raise InputError(gettext_noop("The side of a cell must be above zero."), where=name)
    edges = (grid.west, grid.east, grid.south, grid.north)
    if not np.isfinite(edges).all():
        raise InputError(gettext_noop("The corner of the grid is no place."), where=name)
    if not grid.crs and grid.cell < 0.1 and max(map(abs, edges)) <= 360:
        raise InputError(
            gettext_noop("The grid is in degrees; give it in metres, EPSG:25832 or EPSG:25833."), where=name
        )
    grid.values[np.isinf(grid.values)] = np.nan
    return grid


def _mosaic(tiles: Sequence[Grid], name: str) -> Grid:
    """Lay tiles side by side; what no tile covers is missing."""
    if len(tiles) == 1:
        return tiles[0]
    cell, crs = tiles[0].cell, tiles[0].crs
    west, south = min(tile.west for tile in tiles), min(tile.south for tile in tiles)
    rows = round((max(tile.north for tile in tiles) - south) / cell)
    columns = round((max(tile.east for tile in tiles) - west) / cell)
    _fits(rows, columns, name)
    whole = Grid(np.full((rows, columns), np.nan), cell, west, south, crs)
    for tile in tiles:
        top, left = (whole.north - tile.north) / cell, (tile.west - west) / cell
        if tile.cell != cell or tile.crs != crs or max(abs(top - round(top)), abs(left - round(left))) > 0.01:
            raise InputError(
                gettext_noop("The tiles differ in cell size, projection, or do not lie on one grid."), where=name
            )
        height, width = tile.values.shape
        part: Any = (slice(round(top), round(top) + height), slice(round(left), round(left) + width))
        whole.values[part] = np.where(np.isfinite(tile.values), tile.values, whole.values[part])
    return whole


def write_tiff(grid: Grid, note: str = "") -> bytes:
    """Write a grid as GeoTIFF in single precision, with a note; the same grid gives the same bytes."""
    import rasterio
    from rasterio.transform import Affine

    rows, columns = grid.values.shape
    with rasterio.MemoryFile() as memory:
        with memory.open(
            driver="GTiff", height=rows, width=columns, count=1, dtype="float32", crs=grid.crs or None,
            transform=Affine(grid.cell, 0.0, grid.west, 0.0, -grid.cell, grid.north), nodata=np.nan, compress="deflate",
        ) as target:  # fmt: skip
            target.write(grid.values.astype(np.float32), 1)
            if note:
                target.update_tags(TIFFTAG_IMAGEDESCRIPTION=note)
        return bytes(memory.read())
