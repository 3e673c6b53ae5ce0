"""Land cover and blocks of the example terrain: an invented town for trying heat and water balance out."""

from dataclasses import dataclass

import numpy as np

from hks.climate.example_terrain import SIDE, SQUARE, STREETS, example_buildings, example_terrain
from hks.climate.grid import Grid

# code, shade, albedo, crop coefficient, green; all of them invented for the example [1]
SURFACES = (
    ("1", "Straße und Platz", 0.05, 0.15, 0.10, 0), ("2", "Dach", 0.00, 0.20, 0.05, 0),
    ("3", "Wasser", 0.00, 0.06, 1.00, 0), ("4", "Wiese und Garten", 0.10, 0.20, 0.85, 1),
    ("5", "Park mit Bäumen", 0.70, 0.18, 1.00, 1),
)  # fmt: skip
STREET, ROOF, RIVER, MEADOW, PARK = 1.0, 2.0, 3.0, 4.0, 5.0
PARK_SIDES = (20.0, 130.0, 184.0, 296.0)  # west, east, south, north of the invented park [m]


# Chosen places of the example: name, x, y [m]; all of them invented.
SPOTS = (
    ("Pavillonplatz", 210.0, 176.0), ("Lindenweg", 90.0, 176.0), ("Obere Zeile", 250.0, 320.0),
    ("Park", 60.0, 240.0),
)  # fmt: skip
# Parts of the example: name, people over 65 and under 6, then west, south, east, north [m]; all of them invented.
PARTS = (
    ("Unterstadt", 150, 24, (0.0, 60.0, 400.0, 184.0)), ("Hang", 16, 5, (0.0, 184.0, 400.0, 312.0)),
    ("Oberstadt", 110, 18, (0.0, 312.0, 400.0, 400.0)),
)  # fmt: skip
# Measures of the example: measure of the catalogue and its corners [m]; all of them invented.
MEASURES: tuple[tuple[str, tuple[tuple[float, float], ...]], ...] = (
    ("unsealing", ((186.0, 164.0), (238.0, 164.0), (238.0, 170.0), (186.0, 170.0))),
    ("tree_planting", ((236.0, 204.0), (292.0, 204.0), (292.0, 244.0), (236.0, 244.0))),
    *(("shade_tree", ((x, y),)) for x in (194.0, 210.0, 226.0) for y in (176.0, 186.0)),
)


@dataclass(frozen=True)
class ExampleBlock:
    """An invented block: its code, west, south, east and north [m], and how it is built over. [1]"""

    code: str
    sides: tuple[float, float, float, float]
    roof: float
    paved: float
    to_swale: float = 0.0

    @property
    def area(self) -> float:
        """Return its area. [m²]"""
        west, south, east, north = self.sides
        return (east - west) * (north - south)


BLOCKS = (
    ExampleBlock("B1", (10.0, 328.0, 196.0, 392.0), 0.35, 0.30),
    ExampleBlock("B2", (204.0, 328.0, 390.0, 392.0), 0.30, 0.25, 0.5),
    ExampleBlock("B3", (10.0, 184.0, 140.0, 312.0), 0.02, 0.05),
    ExampleBlock("B4", (196.0, 200.0, 390.0, 312.0), 0.25, 0.20),
    ExampleBlock("B5", (10.0, 108.0, 200.0, 168.0), 0.40, 0.40),
    ExampleBlock("B6", (220.0, 108.0, 390.0, 168.0), 0.35, 0.45),
    ExampleBlock("B7", (10.0, 60.0, 390.0, 92.0), 0.10, 0.15),
)


def example_cover() -> Grid:
    """Lay out the invented land cover on the cells of the example terrain, as codes of `SURFACES`."""
    ground = example_terrain()
    across, up = ground.centres()
    x, y = np.broadcast_to(across, ground.values.shape), np.broadcast_to(up[:, None], ground.values.shape)
    cover = np.full(ground.values.shape, MEADOW)
    west, east, south, north = PARK_SIDES
    cover[(x > west) & (x < east) & (y > south) & (y < north)] = PARK
    cover[np.abs(y - 45.0 - 12.0 * np.sin(2.0 * np.pi * x / SIDE)) < 8.0] = RIVER
    for street in (*STREETS, SQUARE):
        cover[_beside(x, y, street.start, street.end) < street.half] = STREET
    for corners in example_buildings():
        (low_x, low_y), (high_x, high_y) = corners.min(axis=0), corners.max(axis=0)
        cover[(x > low_x) & (x < high_x) & (y > low_y) & (y < high_y)] = ROOF
    return Grid(cover, ground.cell)


def _beside(x: np.ndarray, y: np.ndarray, start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    along = np.array(end) - np.array(start)
    part = np.clip(((x - start[0]) * along[0] + (y - start[1]) * along[1]) / (along**2).sum(), 0.0, 1.0)
    return np.asarray(np.hypot(x - start[0] - part * along[0], y - start[1] - part * along[1]))


def example_people(share: float) -> Grid:
    """Put invented people under the roofs of the example, `share` of them in an age group. [persons]"""
    cover = example_cover()
    return Grid(np.where(cover.values == ROOF, share, 0.0), cover.cell)
