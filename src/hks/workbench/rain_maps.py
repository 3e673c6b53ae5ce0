"""The map of heavy rain: depth in four steps of one colour over the shaded ground, with the deepest places."""

import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from hks.adapters.outlines import read_outlines
from hks.adapters.terrain import read_grid
from hks.climate.grid import Grid
from hks.climate.runoff import CLASSES, built_up
from hks.workbench.inputs import Dataset

# From light to dark, so that the order is seen without colours; the style sheet holds the same four.
Colours = Sequence[tuple[int, int, int]]
COLOURS = ((0xB3, 0xE2, 0xF5), (0x5A, 0xA9, 0xDD), (0x22, 0x66, 0xB8), (0x0D, 0x1C, 0x5C))
# Shallower and deeper than before, weak to strong: told apart by light and dark and by blue-green against brown.
CHANGES = (0.02, 0.1, 0.5)  # our choice: smaller changes are not drawn [m]
LESS = ((0x8F, 0xD8, 0xB4), (0x2E, 0x9E, 0x78), (0x0B, 0x4F, 0x3C))
MORE = ((0xF6, 0xC5, 0x7F), (0xD9, 0x7A, 0x1C), (0x7A, 0x2E, 0x04))
HOUSE, NOTHING, PLAIN = (0x8A, 0x7F, 0x74), (0xFF, 0xFF, 0xFF), 0.85
LARGEST_SIDE = 1600  # our choice: of the image; larger grids are drawn coarser [pixels]
STEEPER = 3.0  # our choice: so much steeper than it is the ground is shaded
SUN = np.array([-0.5, 0.5, 0.7071])  # from the north-west, half up the sky
WIDE = 1000.0  # of the drawing around the image
NICE = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # lengths of the bar [m]


def picture(depth_max: np.ndarray, terrain: Dataset | None = None, buildings: Dataset | None = None) -> bytes:
    """Draw the greatest depths as a PNG image, deep over shallow where the grid is drawn coarser.

    Without the terrain the ground is plain: whoever may see a result need not be one who may see the terrain.
    """
    step = _step(depth_max)
    return _drawn(
        _coarser(np.nan_to_num(depth_max), step), CLASSES, COLOURS, _below(depth_max.shape, terrain, buildings)
    )


def frame_picture(classes: np.ndarray, terrain: Dataset | None = None, buildings: Dataset | None = None) -> bytes:
    """Draw the classes of depth of one moment as the map of the greatest depths draws them."""
    return picture(np.array([0.0, *CLASSES])[classes], terrain, buildings)


def difference_picture(
    difference: np.ndarray, terrain: Dataset | None = None, buildings: Dataset | None = None
) -> bytes:
    """Draw where the water gets shallower and where deeper, the greater change over the smaller one."""
    step = _step(difference)
    change = np.nan_to_num(difference)
    less, more = _coarser(np.maximum(-change, 0.0), step), _coarser(np.maximum(change, 0.0), step)
    below = _below(difference.shape, terrain, buildings)
    pixels = _coloured(np.where(less >= more, less, 0.0), CHANGES, LESS, below.shade, below.pixels)
    pixels = _coloured(np.where(more > less, more, 0.0), CHANGES, MORE, below.shade, pixels)
    return _finished(pixels, below)


def agreement_picture(codes: np.ndarray, terrain: Dataset | None = None, buildings: Dataset | None = None) -> bytes:
    """Draw where both maps show water, only ours, only the official one; where cells are merged, in that order."""
    step, below = _step(codes), _below(codes.shape, terrain, buildings)
    pixels = below.pixels
    for code, colour in ((3, MORE[1]), (2, LESS[0]), (1, COLOURS[2])):
        pixels = _coloured(_coarser((codes == code).astype(float), step), (1.0,), (colour,), below.shade, pixels)
    return _finished(pixels, below)


@dataclass(frozen=True)
class Below:
    """What lies below the water: light and grey of the ground, houses and gaps; (row, column) as the image has them."""

    shade: np.ndarray
    house: np.ndarray
    gap: np.ndarray

    @property
    def pixels(self) -> np.ndarray:
        """Return the ground in grey."""
        return np.repeat((255.0 * self.shade)[..., None], 3, axis=2).astype(np.uint8)


def _step(values: np.ndarray) -> int:
    return _step_of(values.shape)


def _step_of(shape: tuple[int, ...]) -> int:
    return max(1, -(-max(shape) // LARGEST_SIDE))


def _below(shape: tuple[int, ...], terrain: Dataset | None, buildings: Dataset | None) -> Below:
    step = _step_of(shape)
    rows, columns = (-(-side // step) for side in shape)
    house = gap = np.zeros((rows, columns), dtype=bool)
    if terrain is None:
        return Below(np.full((rows, columns), PLAIN), house, gap)
    ground = read_grid(terrain.data, terrain.name)
    if buildings is not None:
        raised = built_up(ground, read_outlines(buildings.data, buildings.name), 1.0)
        house = _thinned(raised.values > ground.values, step)
    return Below(_thinned(shaded(ground), step), house, _thinned(np.isnan(ground.values), step))


def _drawn(depth: np.ndarray, limits: Sequence[float], colours: Colours, below: Below) -> bytes:
    return _finished(_coloured(depth, limits, colours, below.shade, below.pixels), below)


def _coloured(
    values: np.ndarray, limits: Sequence[float], colours: Colours, shade: np.ndarray, pixels: np.ndarray
) -> np.ndarray:
    for low, colour in zip(limits, colours, strict=True):
        pixels[values >= low] = (np.array(colour) * (0.75 + 0.25 * shade[values >= low, None])).astype(np.uint8)
    return pixels


def _finished(pixels: np.ndarray, below: Below) -> bytes:
    pixels[below.house], pixels[below.gap] = HOUSE, NOTHING
    return png(pixels)


def ground_picture(terrain: Dataset, buildings: Dataset | None = None) -> bytes:
    """Draw the shaded ground without water."""
    return picture(np.zeros(read_grid(terrain.data, terrain.name).values.shape), terrain, buildings)


def _coarser(values: np.ndarray, step: int) -> np.ndarray:
    """Take the greatest value of each square of cells."""
    rows, columns = (-(-side // step) * step for side in values.shape)
    whole = np.zeros((rows, columns), values.dtype)
    whole[: values.shape[0], : values.shape[1]] = values
    return np.asarray(whole.reshape(rows // step, step, columns // step, step).max(axis=(1, 3)))


def _thinned(values: np.ndarray, step: int) -> np.ndarray:
    return values[::step, ::step]


def shaded(ground: Grid) -> np.ndarray:
    """Return how light each cell is with the sun in the north-west, 0 to 1."""
    flat = np.where(np.isnan(ground.values), np.nanmin(ground.values), ground.values)
    down, right = np.gradient(STEEPER * flat, ground.cell)
    up = np.sqrt(right**2 + down**2 + 1.0)
    light = (-right * SUN[0] + down * SUN[1] + SUN[2]) / up
    return np.asarray(np.clip(0.35 + 0.7 * light, 0.3, 1.0))


def png(pixels: np.ndarray) -> bytes:
    """Write (row, column, 3) bytes of red, green and blue as a PNG image (ISO/IEC 15948)."""
    rows, columns, _ = pixels.shape
    unfiltered = np.zeros((rows, 1 + 3 * columns), np.uint8)
    unfiltered[:, 1:] = pixels.reshape(rows, -1)
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(unfiltered.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


@dataclass(frozen=True)
class Shape:
    """A drawing on the map: its number, area, line or point, and its corners. [m]"""

    number: int
    kind: str
    corners: Sequence[Sequence[float]]


@dataclass(frozen=True)
class RainMap:
    """What stands around the image: its address, what it shows, its place, and what is written on it. [m]"""

    title: str
    seen: str
    image: str
    cell: float
    rows: int
    columns: int
    west: float
    south: float
    marks: Sequence[tuple[str, float, float]] = ()
    names: Sequence[tuple[str, float, float]] = ()
    key: str = "rain"
    shapes: Sequence[Shape] = ()


def rain_map(drawn: RainMap) -> str:
    """Draw the image with names, the numbers of the deepest places, and a bar of length; north is up."""
    scale = WIDE / (drawn.columns * drawn.cell)
    high = drawn.rows * drawn.cell * scale
    top = drawn.south + drawn.rows * drawn.cell

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - drawn.west) * scale, (top - y) * scale

    names = "".join(
        f'<text class="map-label" x="{x:.0f}" y="{y:.0f}" text-anchor="middle">{escape(name)}</text>'
        for name, (x, y) in ((name, at(*place)) for name, *place in drawn.names)
    )
    shapes = "".join(_shape(shape, at) for shape in drawn.shapes)
    marks = "".join(
        f'<circle class="rain-mark" cx="{x:.0f}" cy="{y:.0f}" r="17"/>'
        f'<text class="rain-number" x="{x:.0f}" y="{y + 7:.0f}" text-anchor="middle">{escape(mark)}</text>'
        for mark, (x, y) in ((mark, at(*place)) for mark, *place in drawn.marks)
    )
    length = max((nice for nice in NICE if nice * scale <= WIDE / 3), default=NICE[0])
    bar = (
        f'<rect class="rain-bar" x="24" y="{high - 30:.0f}" width="{length * scale:.0f}" height="10"/>'
        f'<text class="map-label" x="24" y="{high - 40:.0f}">{length} m</text>'
    )
    return (
        f'<svg class="map rain-map" viewBox="0 0 {WIDE:.0f} {high:.0f}" role="img" '
        f'aria-labelledby="{drawn.key}-title {drawn.key}-seen"><title id="{drawn.key}-title">{escape(drawn.title)}'
        f'</title><desc id="{drawn.key}-seen">{escape(drawn.seen)}</desc>'
        f'<image href="{escape(drawn.image)}" width="{WIDE:.0f}" height="{high:.0f}" preserveAspectRatio="none"/>'
        f"{shapes}{names}{marks}{bar}</svg>"
    )


def _shape(shape: Shape, at: Callable[[float, float], tuple[float, float]]) -> str:
    places = [at(*corner[:2]) for corner in shape.corners]
    if not places:
        return ""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = (sum(part) / len(places) for part in zip(*places, strict=True))
    if shape.kind == "point":
        body = f'<circle class="drawn drawn--point" cx="{x:.1f}" cy="{y:.1f}" r="9"/>'
    else:
        name = "polygon" if shape.kind == "area" else "polyline"
        body = f'<{name} class="drawn drawn--{shape.kind}" points="{points}"/>'
    return f'{body}<text class="drawn-number" x="{x:.0f}" y="{y - 12:.0f}" text-anchor="middle">{shape.number}</text>'
