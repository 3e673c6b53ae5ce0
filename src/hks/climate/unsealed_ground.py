"""Evaporation of unsealed ground and open water as ABIMO and R-ABIMO publish it.

Soil, plants, depth of the groundwater and irrigation give Bagrov's effectivity and the water at hand.

References
----------
Glugla & Fürtig (1997): *Dokumentation zur Anwendung des Rechenprogramms ABIMO*, BfG; KWB (2025): *kwb.rabimo 2.1.0*,
the version whose tables stand here.
"""

from dataclasses import dataclass

import numpy as np

from hks.climate.bagrov import evaporation_ratio

Array = np.ndarray
URBAN, BARE, GARDEN, FOREST, WATER = "urban", "vegetationless", "horticultural", "forested", "waterbody"
LAND_TYPES = (URBAN, BARE, GARDEN, FOREST, WATER)
TALL = 50  # vegetation class above which urban green roots deeper and grows longer [1]
EDGE = 1e-4  # by which a table's bound may be passed (R-ABIMO) [any]
UNKNOWN_SOIL = 13.0  # usable field capacity where the table knows none [% by volume]
# capillary rise by usable field capacity (row) [% by volume] and height above the groundwater (column) [m], [mm/d]
CAPACITIES = np.array([8.0, 9.0, 14.0, 14.5, 15.5, 17.0, 20.5])
HEIGHTS = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.4, 1.7, 2.0, 2.3])
RISE_PER_DAY = np.array(
    [
        [7, 6, 5, 1.5, 0.5, 0.2, 0.1, 0, 0, 0, 0, 0, 0, 0, 0],
        [7, 7, 6, 5, 3, 1.2, 0.5, 0.2, 0.1, 0, 0, 0, 0, 0, 0],
        [7, 7, 6, 6, 5, 3, 1.5, 0.7, 0.3, 0.15, 0.1, 0, 0, 0, 0],
        [7, 7, 6, 6, 5, 3, 2, 1, 0.7, 0.4, 0.15, 0.1, 0, 0, 0],
        [7, 7, 6, 6, 5, 4.5, 2.5, 1.5, 0.7, 0.4, 0.15, 0.1, 0, 0, 0],
        [7, 7, 6, 6, 5, 5, 3.5, 2, 1.5, 0.8, 0.3, 0.1, 0.05, 0, 0],
        [7, 7, 6, 6, 6, 5, 5, 5, 3, 2, 1, 0.5, 0.15, 0, 0],
    ]
)
MOST_RISE = 7.0  # where roots reach the groundwater [mm/d]
# G02 by usable field capacity in whole percent, 0 to 30 [1]
STORAGE_FIGURE = np.array(
    [0.0, 0.0, 0.0, 0.0, 0.3, 0.8, 1.4, 2.4, 3.7, 5.0, 6.3, 7.7, 9.3, 11.0, 12.4, 14.7, 17.4, 21.0, 26.0, 32.0, 39.4,
     44.7, 48.0, 50.7, 52.7, 54.0, 55.0, 55.0, 55.0, 55.0, 55.0]
)  # fmt: skip
# by group of vegetation class: slope and start of the straight line, then the three of the parabola in G02
EFFECTIVITY = np.array(
    [
        [0.04176, -0.647, 0.218, 0.01472, 0.0002089],
        [0.04594, -0.314, 0.417, 0.02463, 0.0001143],
        [0.05177, -0.010, 0.596, 0.02656, 0.0002786],
        [0.05693, 0.033, 0.676, 0.0279, 0.00035],
        [0.06162, 0.176, 0.773, 0.02809, 0.0004695],
        [0.06962, 0.24, 0.904, 0.02562, 0.0007149],
        [0.0796, 0.31, 1.039, 0.0288, 0.0008696],
        [0.07998, 0.7603, 1.2, 0.0471, 0.000293],
        [0.08762, 1.019, 1.373, 0.04099, 0.0014141],
        [0.11833, 1.1334, 1.95, 0.0525, 0.00125],
        [0.155, 1.5, 2.64999, 0.0725, 0.001249],
        [0.20041, 2.0918, 3.69999, 0.08, 0.001999],
        [0.33895, 3.721, 6.69999, -0.07, 0.013],
    ]
)
# correction of the effectivity by the summer's water over its potential evaporation [1]
SUMMER_WATER = np.array([0.45, 0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 1.00, 1.05, 1.10])
SUMMER_FACTOR = np.array([0.65, 0.75, 0.82, 0.90, 1.00, 1.06, 1.15, 1.22, 1.30, 1.38, 1.47, 1.55, 1.63, 1.70])


@dataclass(frozen=True)
class Climate:
    """Rain and potential evaporation of the year and of May to October, (block,) each. [mm]"""

    rain: Array
    summer_rain: Array
    potential: Array
    summer_potential: Array


@dataclass(frozen=True)
class Ground:
    """What lies and grows there, (block,) each.

    Attributes
    ----------
    land_type : array of text
        One of `LAND_TYPES`.
    vegetation_class : array
        Yield class of ABIMO, 0 to 100. [1]
    irrigation : array
        Water given in a year. [mm]
    groundwater_depth : array
        Below the surface. [m]
    field_capacity_30, field_capacity_150 : array
        Usable, of the upper 30 and 150 cm. [% by volume]
    """

    land_type: Array
    vegetation_class: Array
    irrigation: Array
    groundwater_depth: Array
    field_capacity_30: Array
    field_capacity_150: Array


def ground_evaporation(climate: Climate, ground: Ground, way: str = "abimo") -> Array:
    """Return the yearly evaporation of unsealed ground; open water evaporates what the air takes.

    Roots in the groundwater (rise below 0) close part of the gap to the potential evaporation. Irrigation and
    capillary rise are water at hand, so evaporation may exceed rain; it never exceeds the potential.

    Parameters
    ----------
    climate : Climate
        Of each block.
    ground : Ground
        Of each block.
    way : str
        How Bagrov's relation is solved, see `evaporation_ratio`.

    Returns
    -------
    (block,) array
        Actual evaporation. [mm/a]
    """
    water = ground.land_type == WATER
    capacity = usable_capacity(ground)
    height = ground.groundwater_depth - _rooting_depth(ground)
    rise = capillary_rise(ground, capacity, height)
    n = np.where(water, 1.0, effectivity(climate, ground, capacity, rise))
    potential = np.where(climate.potential > 0, climate.potential, 1.0)
    at_hand = (climate.rain + rise + ground.irrigation) / potential
    found = evaporation_ratio(np.where(water, 0.0, at_hand), n, way) * climate.potential
    near = height < 0
    part = np.exp(ground.groundwater_depth / np.where(near, height, -1.0))
    found = np.where(near, found + (climate.potential - found) * part, found)
    return np.asarray(np.where(water, climate.potential, found))


def usable_capacity(ground: Ground) -> Array:
    """Weigh the upper 30 and 150 cm, for trees the deeper one more. [% by volume]"""
    upper, deep = ground.field_capacity_30, ground.field_capacity_150
    least = np.minimum(upper, deep)
    forest = ground.land_type == FOREST
    mixed = np.where(forest, 0.25 * upper + 0.75 * deep, 0.75 * upper + 0.25 * deep)
    alike = np.where(forest, deep, upper)
    return np.asarray(np.where(least < 1, UNKNOWN_SOIL, np.where(np.abs(upper - deep) < least, alike, mixed)))


def _by_land_type(ground: Ground, low: float, tall: float, bare: float, garden: float, forest: float) -> Array:
    urban = np.where(ground.vegetation_class <= TALL, low, tall)
    kinds = [ground.land_type == kind for kind in (URBAN, BARE, GARDEN, FOREST)]
    return np.select(kinds, [urban, bare, garden, forest], default=bare)


def _rooting_depth(ground: Ground) -> Array:
    return _by_land_type(ground, 0.6, 0.7, 0.2, 0.7, 1.0)


def capillary_rise(ground: Ground, capacity: Array, height: Array) -> Array:
    """Return the water that rises from the groundwater in the days of growth, in whole millimetres. [mm/a]"""
    days = _by_land_type(ground, 60, 75, 50, 100, 90)
    row = np.minimum(np.searchsorted(CAPACITIES + EDGE, capacity), CAPACITIES.size - 1)
    column = np.minimum(np.searchsorted(HEIGHTS + EDGE, height), HEIGHTS.size - 1)
    a_day = np.where(height <= 0, MOST_RISE, RISE_PER_DAY[row, column])
    return np.asarray(np.floor(np.round(days * a_day, 12)))


def effectivity(climate: Climate, ground: Ground, capacity: Array, rise: Array) -> Array:
    """Return Bagrov's n of unsealed ground.

    The summer's factor steps between the middles of the table's values, as ABIMO does; it is no straight line.

    Parameters
    ----------
    climate : Climate
        Of each block.
    ground : Ground
        Of each block.
    capacity : (block,) array
        Usable field capacity. [% by volume]
    rise : (block,) array
        Capillary rise. [mm/a]

    Returns
    -------
    (block,) array
        Effectivity, above 0. [1]
    """
    g = STORAGE_FIGURE[np.clip((capacity + 0.5).astype(int), 0, STORAGE_FIGURE.size - 1)]
    plants = ground.vegetation_class
    group = np.maximum(np.where(plants < 50, plants / 5, plants / 10 + 5).astype(int), 1)
    group = np.minimum(np.where(group >= 4, group - 1, group), len(EFFECTIVITY)) - 1
    slope, start, a, b, c = EFFECTIVITY[group].T
    parabola = a + b * g + c * g**2
    straight = np.where(plants < 60, parabola >= 2.0, g >= 20.0)
    n = np.where(straight, slope * g + start, parabola)
    known = (climate.summer_rain > 0) & (climate.summer_potential > 0)
    unknown = (climate.summer_rain <= 0) & (climate.summer_potential <= 0)
    given = ground.irrigation
    n = np.where(unknown & (given > 0), n * (0.9985 + 0.00284 * given - 3.79762e-6 * given**2), n)
    n = np.where(ground.land_type == FOREST, np.select([g <= 10, g <= 25], [3.0, 4.0], default=8.0), n)
    wetness = (climate.summer_rain + given + rise) / np.where(known, climate.summer_potential, 1.0)
    return np.asarray(n * np.where(known, _summer_factor(wetness), 1.0))


def _summer_factor(wetness: Array) -> Array:
    middles = (SUMMER_FACTOR[1:] + SUMMER_FACTOR[:-1]) / 2
    steps = np.concatenate([SUMMER_FACTOR[:1], middles, SUMMER_FACTOR[-1:]])
    inside = np.searchsorted(SUMMER_WATER, wetness)
    return np.asarray(np.where(wetness >= SUMMER_WATER[-1], SUMMER_FACTOR[-1], steps[inside]))
