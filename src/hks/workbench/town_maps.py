"""Maps of heat and of the water balance: classes of one colour each, from good to bad, beside the rain's."""

from collections.abc import Mapping, Sequence

import numpy as np

from hks.adapters.outlines import read_outlines
from hks.adapters.terrain import read_grid
from hks.climate.heat import CLASSES, MISSING
from hks.workbench.inputs import Dataset
from hks.workbench.maps import MOST_CLASSES, Area, choropleth, shade_of
from hks.workbench.rain_maps import LARGEST_SIDE, PLAIN, png, shaded

# From hot to cool, so that light and dark say the order without colours; the style sheet holds the same five.
HEAT_COLOURS = (
    (0x7A, 0x1B, 0x0C), (0xD0, 0x5A, 0x2B), (0xF2, 0xB1, 0x6E), (0xC3, 0xDF, 0xB4), (0xE9, 0xF5, 0xE4),
)  # fmt: skip
UNKNOWN = (0xFF, 0xFF, 0xFF)
STEP = 0.1  # of the grid that outlines are drawn on [m]
EDGES = (10.0, 20.0, 30.0, 40.0)  # our choice: between the classes of deviation [%]


def heat_picture(index: np.ndarray, place: Mapping[str, float], ground: Dataset | None = None) -> bytes:
    """Draw the index of cooling as a PNG image, over the shaded ground where the terrain has the same cells."""
    step = max(1, -(-max(index.shape) // LARGEST_SIDE))
    shade = np.full(index.shape, PLAIN)
    if ground is not None:
        terrain = read_grid(ground.data, ground.name)
        apart = max(abs(terrain.west - place["west"]), abs(terrain.south - place["south"]))
        if terrain.values.shape == index.shape and max(apart, abs(terrain.cell - place["cell"])) < 0.01:
            shade = shaded(terrain)
    index, shade = index[::step, ::step], shade[::step, ::step]
    pixels = np.full((*index.shape, 3), UNKNOWN, np.uint8)
    known = index != MISSING
    for low, colour in zip(CLASSES, HEAT_COLOURS, strict=True):
        cells = known & (index >= low)
        pixels[cells] = (np.array(colour) * (0.7 + 0.3 * shade[cells, None])).astype(np.uint8)
    return png(pixels)


def deviation_classes(values: Sequence[float]) -> list[tuple[float, float]]:
    """Part deviations into fixed classes, so that two towns are compared by one colour. [%]"""
    return list(zip((0.0, *EDGES), (*EDGES, max([100.0, *values])), strict=True))


def block_map(
    outlines: Dataset, codes: Sequence[str], values: Sequence[float], said: Mapping[str, str], title: str, seen: str
) -> str:
    """Draw the blocks whose outlines are known, each in the class of its deviation."""
    classes = deviation_classes(values)
    assert len(classes) == MOST_CLASSES
    shapes = {
        outline.name: {
            "rings": [[round(number / STEP) for corner in ring for number in corner] for ring in outline.rings]
        }
        for outline in read_outlines(outlines.data, outlines.name)
    }
    areas = [
        Area(code, said[code], shade_of(value, classes), label=code)
        for code, value in zip(codes, values, strict=True) if code in shapes
    ]  # fmt: skip
    return choropleth(shapes, areas, title, seen, step=STEP, key="blocks") if areas else ""
