"""Where a town cools itself on a hot day: an index of cooling by land cover, and the air temperature it suggests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hks.climate.grid import Grid
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

MISSING = np.float32(-9999.0)  # stands for "not known"
SCREENING = gettext_noop("Screening of relative cooling, not a microclimate model.")
# How shade, albedo and evapotranspiration count in the index of cooling (InVEST urban cooling, default weights).
WEIGHTS = {"shade": 0.6, "albedo": 0.2, "evapotranspiration": 0.2}
LARGE_GREEN = 20_000.0  # so much green nearby cools beyond its edge (InVEST); unverified [m²]
DECAY_REACH = 5.0  # InVEST cuts the decay with distance off after five cooling distances [1]
GAUSS_REACH = 3.0  # our choice: a Gaussian is cut off after three standard deviations [1]
CLASSES = (0.0, 0.2, 0.4, 0.6, 0.8)  # our choice: lower limits of the classes of cooling, equal steps [1]
WARMEST = 5  # our choice: so many warmest places are named
APART = 100.0  # our choice: so far they lie apart at least, across or up [m]


@dataclass(frozen=True)
class LandClasses:
    """What each class of land cover does on a hot day, one place of each array per code.

    `shade` share under trees, `albedo` share of light thrown back, `crop` crop coefficient of evapotranspiration [1];
    `green` says whether the class counts as a green area.
    """

    codes: np.ndarray
    shade: np.ndarray
    albedo: np.ndarray
    crop: np.ndarray
    green: np.ndarray


@dataclass(frozen=True)
class HeatMap:
    """Index of cooling of the cell itself and with parks nearby [1], air temperature [°C]; NaN where unknown."""

    cooling: np.ndarray
    mitigation: np.ndarray
    air_temperature: np.ndarray


@dataclass(frozen=True)
class HotDay:
    """What the day is like: `reference` outside the town [°C], `heat_island` at most [K]; distances [m].

    `evapotranspiration_share` is the reference evapotranspiration of the place over the greatest of the region. [1]
    """

    reference: float = 28.0
    heat_island: float = 3.0
    cooling_distance: float = 450.0
    mixing_radius: float = 600.0
    evapotranspiration_share: float = 1.0


def cooling_index(shade: np.ndarray, albedo: np.ndarray, evapotranspiration: np.ndarray) -> np.ndarray:
    """Weigh what cools a cell by itself; all arguments and the answer [1]."""
    parts = {"shade": shade, "albedo": albedo, "evapotranspiration": evapotranspiration}
    return np.asarray(sum(weight * parts[name] for name, weight in WEIGHTS.items()))


def spread(field: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Add up, around each cell, a field times a kernel; nothing lies beyond the edge.

    Parameters
    ----------
    field : (row, column) array
        [any]
    kernel : (row, column) array
        Odd numbers of rows and columns, its middle over the cell. [1]

    Returns
    -------
    (row, column) array
        By fast Fourier transform, so exact to rounding. [as the field]
    """
    shape = [many + wide - 1 for many, wide in zip(field.shape, kernel.shape, strict=True)]
    whole = np.fft.irfft2(np.fft.rfft2(field, shape) * np.fft.rfft2(kernel, shape), shape)
    top, left = (wide // 2 for wide in kernel.shape)
    return np.asarray(whole[top : top + field.shape[0], left : left + field.shape[1]])


def mean_nearby(field: np.ndarray, known: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return the mean of a field around each cell, weighted by a kernel, over the known cells only."""
    weight = spread(known.astype(float), kernel)
    total = spread(np.where(known, field, 0.0), kernel)
    return np.asarray(np.where(known, total / np.where(known, weight, 1.0), np.nan))


def distances(reach: float, cell: float, shape: tuple[int, ...]) -> np.ndarray:
    """Return how far the cells within reach lie from the middle one, no wider than the grid needs. [m]"""
    most = int(reach // cell)
    rows, columns = (np.arange(-min(most, many - 1), min(most, many - 1) + 1) * cell for many in shape)
    return np.asarray(np.hypot(rows[:, None], columns[None, :]))


def decay_kernel(distance: float, cell: float, shape: tuple[int, ...]) -> np.ndarray:
    """Return how green counts by its distance: e^(-d / cooling distance). [1]"""
    away = distances(DECAY_REACH * distance, cell, shape)
    return np.asarray(np.where(away <= DECAY_REACH * distance, np.exp(-away / distance), 0.0))


def gauss_kernel(radius: float, cell: float, shape: tuple[int, ...]) -> np.ndarray:
    """Return how neighbours mix: a Gaussian whose standard deviation is the radius. [1]"""
    away = distances(GAUSS_REACH * radius, cell, shape)
    return np.asarray(np.where(away <= GAUSS_REACH * radius, np.exp(-0.5 * (away / radius) ** 2), 0.0))


def mitigation(cooling: np.ndarray, green: np.ndarray, cell: float, cooling_distance: float) -> np.ndarray:
    """Let large green areas cool what lies near them.

    Parameters
    ----------
    cooling : (row, column) array
        Index of each cell by itself, NaN where unknown. [1]
    green : (row, column) array of bool
        Which cells are green areas.
    cell : float
        [m]
    cooling_distance : float
        After which the cooling of green falls to 1/e. [m]

    Returns
    -------
    (row, column) array
        The cell's own index, or the distance-weighted one of green around it where that is higher and two hectares of
        green lie within the cooling distance. [1]

    References
    ----------
    Sharp et al. (2020): *InVEST user's guide*, chapter urban cooling model.
    """
    known = np.isfinite(cooling)
    near = (distances(cooling_distance, cell, cooling.shape) <= cooling_distance).astype(float)
    area = np.rint(spread((green & known).astype(float), near)) * cell**2
    park = mean_nearby(np.where(green, cooling, 0.0), known, decay_kernel(cooling_distance, cell, cooling.shape))
    return np.where((area >= LARGE_GREEN) & (park > cooling), park, cooling)


def layers_of(cover: Grid, classes: LandClasses) -> dict[str, np.ndarray]:
    """Lay out what each cell does on a hot day.

    Parameters
    ----------
    cover : Grid
        Codes of land cover, NaN where unknown.
    classes : LandClasses
        What each code does.

    Returns
    -------
    dict of (row, column) arrays
        shade, albedo, evapotranspiration (the crop coefficient) and green, NaN where unknown. [1]

    Raises
    ------
    InputError
        If the grid is empty or holds a code that the table does not explain.
    """
    known = np.isfinite(cover.values)
    if not known.any():
        raise InputError(gettext_noop("The land cover holds no class at all."))
    places = np.searchsorted(classes.codes, np.where(known, cover.values, classes.codes[0]))
    places = np.minimum(places, classes.codes.size - 1)
    strange = np.unique(cover.values[known & (classes.codes[places] != cover.values)])
    if strange.size:
        raise InputError(
            gettext_noop("The table explains no class %(codes)s, which the land cover holds."),
            codes=", ".join(f"{code:g}" for code in strange[:5]),
        )
    columns = {
        "shade": classes.shade, "albedo": classes.albedo, "evapotranspiration": classes.crop, "green": classes.green,
    }  # fmt: skip
    return {name: np.where(known, column.astype(float)[places], np.nan) for name, column in columns.items()}


def heat_map(layers: Mapping[str, np.ndarray], cell: float, day: HotDay) -> HeatMap:
    """Map cooling and air temperature.

    Parameters
    ----------
    layers : mapping of (row, column) arrays
        As `layers_of` makes them or measures have changed them. [1]
    cell : float
        [m]
    day : HotDay
        The hot day.
    """
    evapotranspiration = layers["evapotranspiration"] * day.evapotranspiration_share
    cooling = cooling_index(layers["shade"], layers["albedo"], evapotranspiration)
    mitigated = mitigation(cooling, layers["green"] > 0.5, cell, day.cooling_distance)
    unmixed = day.reference + (1.0 - mitigated) * day.heat_island
    return HeatMap(cooling, mitigated, mixed(unmixed, cell, day.mixing_radius))


def mixed(temperature: np.ndarray, cell: float, radius: float) -> np.ndarray:
    """Mix the air with its neighbourhood by a Gaussian; NaN stays NaN. [°C]"""
    if radius < cell / GAUSS_REACH:
        return temperature
    return mean_nearby(temperature, np.isfinite(temperature), gauss_kernel(radius, cell, temperature.shape))


def exposed(people: np.ndarray, temperature: np.ndarray, threshold: float) -> float:
    """Count the people of cells warmer than a threshold.

    Parameters
    ----------
    people : (row, column) array
        NaN counts as nobody. [persons]
    temperature : (row, column) array
        [°C]
    threshold : float
        [°C]

    Returns
    -------
    float
        [persons]

    Raises
    ------
    InputError
        If the grids differ in size or people are negative.
    """
    if people.shape != temperature.shape:
        raise InputError(gettext_noop("The grid of people must have the rows and columns of the land cover."))
    count = np.nan_to_num(people, nan=0.0)
    if not (np.isfinite(count).all() and (count >= 0).all()):
        raise InputError(gettext_noop("The number of people in a cell cannot be negative."))
    return float(count[temperature > threshold].sum())


def classes_of(index: np.ndarray, cell: float) -> list[dict[str, float]]:
    """Return how much ground lies in each class of cooling, the hottest class first; unknown ground in none."""
    ends = (*CLASSES[1:], np.inf)
    return [
        {"from": low, "area_m2": float(((index >= low) & (index < high)).sum()) * cell**2}
        for low, high in zip(CLASSES, ends, strict=True)
    ]


def warmest(air: Grid) -> list[dict[str, float]]:
    """Name the warmest places, the warmest first; around each a square is left out, so that no two are one square."""
    left = np.where(np.isnan(air.values), -np.inf, air.values)
    across, up = air.centres()
    reach = int(np.ceil(APART / air.cell))
    found = []
    for _ in range(WARMEST):
        row, column = (int(place) for place in np.unravel_index(left.argmax(), left.shape))
        if not np.isfinite(left[row, column]):
            break
        found.append({"x": float(across[column]), "y": float(up[row]), "air_temperature": float(left[row, column])})
        left[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1] = -np.inf
    return found


def filled(field: np.ndarray) -> np.ndarray:
    """Write a field in single precision, with a number where nothing is known: a record holds no missing figure."""
    return np.where(np.isnan(field), MISSING, field).astype(np.float32)


def result_grids(outcomes: Mapping[str, Any]) -> dict[str, Grid]:
    """Lay the fields of an answer back on the map."""
    place = outcomes["grid"]
    return {
        name: Grid(
            np.where(np.asarray(outcomes[name]) == MISSING, np.nan, outcomes[name]),
            place["cell"], place["west"], place["south"], place["crs"],
        )
        for name in ("hm", "air_temperature")
    }  # fmt: skip
