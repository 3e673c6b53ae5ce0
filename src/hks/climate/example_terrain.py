"""The example terrain: an invented town by an invented river, for trying heavy rain out; it proves nothing."""

from dataclasses import dataclass

import numpy as np

from hks.climate.grid import Grid
from hks.core.messages import gettext_noop

ROWS = COLUMNS = 100
CELL = 4.0  # our choice: a run takes about a second [m]
SIDE = ROWS * CELL  # [m]
KERB = 0.15  # so far do streets lie below what is beside them [m]


@dataclass(frozen=True)
class Street:
    """An invented street or square: its name, its line, half its width, and where its name stands. [m]"""

    name: str
    start: tuple[float, float]
    end: tuple[float, float]
    half: float = 6.0
    sign: tuple[float, float] | None = None

    @property
    def middle(self) -> tuple[float, float]:
        """Return the place half-way."""
        return (self.start[0] + self.end[0]) / 2, (self.start[1] + self.end[1]) / 2


SQUARE = Street(gettext_noop("Pavilion square"), (196.0, 176.0), (224.0, 176.0), 16.0, (210.0, 196.0))
UNDERPASS = Street(gettext_noop("Station underpass"), (306.0, 116.0), (306.0, 164.0), 4.0)
STREETS = (
    Street(gettext_noop("Upper Row"), (20.0, 320.0), (380.0, 320.0)),
    Street(gettext_noop("Sunken Lane"), (150.0, 330.0), (196.0, 184.0)),
    Street(gettext_noop("Linden Way"), (20.0, 176.0), (290.0, 176.0), sign=(90.0, 173.0)),
    Street(gettext_noop("Mill Lane"), (210.0, 168.0), (210.0, 100.0)),
    Street(gettext_noop("Bank Street"), (20.0, 100.0), (380.0, 100.0), sign=(90.0, 97.0)),
    SQUARE,
    UNDERPASS,
)


def example_terrain() -> Grid:
    """Make the ground: an upper town in the north, a slope, a lower town with a square in a hollow, a river.

    Returns
    -------
    Grid
        Elevation, rounded to centimetres, in metres of its own. [m]
    """
    bare = Grid(np.zeros((ROWS, COLUMNS)), CELL)
    across, up = bare.centres()
    x, y = np.broadcast_to(across, bare.values.shape), np.broadcast_to(up[:, None], bare.values.shape)
    ground = 150.0 + 0.008 * y + 0.004 * (SIDE - x) + 11.0 / (1.0 + np.exp(-(y - 250.0) / 22.0))
    ground += 0.25 * np.sin(x / 37.0) * np.cos(y / 29.0)  # no meadow is a plane
    river = 45.0 + 12.0 * np.sin(2.0 * np.pi * x / SIDE)
    ground -= 2.4 * np.exp(-(((y - river) / 9.0) ** 2))
    ground -= 1.1 * np.exp(-((x - SQUARE.middle[0]) ** 2 + (y - SQUARE.middle[1]) ** 2) / 30.0**2)
    ground += 2.5 * np.exp(-(((y - 140.0) / 7.0) ** 2)) * (x > 280.0)  # the bank of a railway
    for street in STREETS:
        ground = np.where(_distance(x, y, street) < street.half, ground - KERB, ground)
    under = _distance(x, y, UNDERPASS) < UNDERPASS.half
    ground = np.where(under, np.minimum(ground, ground[under].min() - 0.8), ground)
    return Grid(np.round(ground, 2), CELL)


def example_land_cover() -> Grid:
    """Make the land cover: the numbers of the classes that hks brings along, on the same cells.

    Returns
    -------
    Grid
        Field above, a meadow on the slope, gardens below, streets, a paved square, the river.
    """
    bare = Grid(np.zeros((ROWS, COLUMNS)), CELL)
    across, up = bare.centres()
    x, y = np.broadcast_to(across, bare.values.shape), np.broadcast_to(up[:, None], bare.values.shape)
    field, meadow, garden, street, paved, water = 6.0, 5.0, 4.0, 2.0, 3.0, 8.0
    codes = np.where(y > 345.0, field, np.where((y > 205.0) & (y < 290.0), meadow, garden))
    codes = np.where(np.abs(y - 45.0 - 12.0 * np.sin(2.0 * np.pi * x / SIDE)) < 9.0, water, codes)
    for each in STREETS:
        codes = np.where(_distance(x, y, each) < each.half, paved if each is SQUARE else street, codes)
    return Grid(codes, CELL)


def _distance(x: np.ndarray, y: np.ndarray, street: Street) -> np.ndarray:
    """Return how far each cell lies from the line of a street. [m]"""
    (west, south), (east, north) = street.start, street.end
    along = np.array([east - west, north - south])
    part = np.clip(((x - west) * along[0] + (y - south) * along[1]) / (along**2).sum(), 0.0, 1.0)
    return np.asarray(np.hypot(x - west - part * along[0], y - south - part * along[1]))


def example_buildings() -> list[np.ndarray]:
    """Return the corners of invented houses along the streets, each a (4, 2) array. [m]"""
    houses = []
    for south, depth in ((332.0, 12.0), (296.0, 12.0), (188.0, 12.0), (152.0, 12.0), (112.0, 12.0), (80.0, 8.0)):
        for west in np.arange(24.0, 372.0, 28.0):
            east, north = west + 20.0, south + depth
            corners = np.array([[west, south], [east, south], [east, north], [west, north]])
            if all(_free(corners, street) for street in STREETS):
                houses.append(corners)
    pavilion = np.array([[216.0, 180.0], [228.0, 180.0], [228.0, 188.0], [216.0, 188.0]])
    return [*houses, pavilion]


def _free(corners: np.ndarray, street: Street) -> bool:
    """Say whether a house stands clear of a street: no corner and no side comes near its line."""
    points = np.concatenate([corners, (corners + np.roll(corners, -1, axis=0)) / 2, [corners.mean(axis=0)]])
    return bool(_distance(points[:, 0], points[:, 1], street).min() > street.half + 2.0)
