"""Where a town cools itself on a hot day: an index of cooling by land cover, and the air temperature it suggests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.climate.grid import Grid
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

PEOPLE = {"elderly": "over_65", "children": "under_6"}
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
UNVERIFIED = gettext_noop("InVEST urban cooling model, default; not verified here")


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


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tell means, what the town cools itself by, and who lives where it is hot."""
    if "table" not in inputs:
        raise InputError(
            gettext_noop(
                "Name a table of the classes of land cover: lucode, shade, albedo, kc and green_area for each."
            )
        )
    cover: Grid = inputs["landcover"]
    number = {name: float(cast("float", value)) for name, value in values.items()}
    day = HotDay(
        number["reference"], number["heat_island"], number["cooling_distance"], number["mixing_radius"],
        number["evapotranspiration_share"],
    )  # fmt: skip
    found = heat_map(layers_of(cover, inputs["table"]), cover.cell, day)
    air = found.air_temperature
    told: dict[str, Any] = {
        "hm_mean": float(np.nanmean(found.mitigation)),
        "air_temperature_mean": float(np.nanmean(air)),
        "air_temperature_max": float(np.nanmax(air)),
        "hot_share": float((air > number["threshold"]).sum() / np.isfinite(air).sum()),
        "hm": filled(found.mitigation),
        "air_temperature": filled(air),
        "classes": classes_of(found.mitigation, cover.cell),
        "warmest": warmest(Grid(air, cover.cell, cover.west, cover.south)),
        "grid": {
            "cell": cover.cell, "west": cover.west, "south": cover.south, "crs": cover.crs,
            "rows": cover.values.shape[0], "columns": cover.values.shape[1],
        },
    }  # fmt: skip
    people: Mapping[str, Grid] = {group: inputs[name] for name, group in PEOPLE.items() if name in inputs}
    told |= {f"exposed_{group}": exposed(_on(cover, grid), air, number["threshold"]) for group, grid in people.items()}
    return told | {"warnings": [SCREENING]}


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


def _on(cover: Grid, grid: Grid) -> np.ndarray:
    apart = max(abs(grid.west - cover.west), abs(grid.south - cover.south), abs(grid.cell - cover.cell))
    if grid.values.shape != cover.values.shape or apart > 0.01 * cover.cell:
        raise InputError(gettext_noop("The grid of people lies elsewhere than the land cover, or has other cells."))
    return grid.values


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


def duration(inputs: Inputs, _values: Values) -> float:
    """Estimate a map from its cells. [s]"""
    grid = inputs.get("landcover")
    return float(grid.values.size) * 8e-7 if isinstance(grid, Grid) else 0.0


HEAT_MAP = Method(
    group="heat",
    verb="map",
    title=gettext_noop("Heat in the town"),
    summary=gettext_noop("Which parts of a town cool themselves on a hot day, by land cover; how warm the air gets."),
    inputs=(
        Input("landcover", gettext_noop("Land cover"), ("terrain",)),
        Input("table", gettext_noop("What each class of land cover does"), ("land-classes",), required=False),
        Input("elderly", gettext_noop("People over 65 by cell"), ("terrain",), required=False),
        Input("children", gettext_noop("Children under 6 by cell"), ("terrain",), required=False),
    ),
    parameters=(
        Parameter("reference", gettext_noop("Air temperature outside the town"), "number", 28.0, unit="°C", low=-20.0,
                  high=50.0, step=0.5, help=gettext_noop("On the hot day asked about; our choice, set your own.")),
        Parameter("heat_island", gettext_noop("How much warmer the town gets at most"), "number", 3.0, unit="K",
                  low=0.0, high=15.0, step=0.1,
                  help=gettext_noop("An assumption for a middle town; not verified here.")),
        Parameter("cooling_distance", gettext_noop("Distance over which large green cools"), "number", 450.0, unit="m",
                  low=10.0, high=5000.0, step=10.0, source=UNVERIFIED),
        Parameter("mixing_radius", gettext_noop("Radius over which the air mixes"), "number", 600.0, unit="m",
                  low=0.0, high=5000.0, step=10.0, source=UNVERIFIED),
        Parameter("evapotranspiration_share",
                  gettext_noop("Reference evapotranspiration over the greatest of the region"), "number", 1.0,
                  low=0.0, high=1.0, step=0.05),
        Parameter("threshold", gettext_noop("Air temperature from which people count as exposed"), "number", 30.0,
                  unit="°C", low=-20.0, high=60.0, step=0.5, help=gettext_noop("A hot day has 30 °C or more.")),
    ),
    outcomes=(
        Outcome("hm_mean", gettext_noop("Index of cooling, mean"), better="more"),
        Outcome("air_temperature_mean", gettext_noop("Air temperature, mean"), "°C", better="less"),
        Outcome("air_temperature_max", gettext_noop("Air temperature, highest"), "°C", better="less"),
        Outcome("hot_share", gettext_noop("Share of the area above the threshold"), better="less"),
        Outcome("exposed_over_65", gettext_noop("People over 65 above the threshold"), "persons", better="less"),
        Outcome("exposed_under_6", gettext_noop("Children under 6 above the threshold"), "persons", better="less"),
        Outcome("classes", gettext_noop("Area by cooling"), "m2", shape="table"),
        Outcome("warmest", gettext_noop("The warmest places"), "°C", shape="table"),
        Outcome("grid", gettext_noop("Place of the grid"), "m"),
        Outcome("warnings", gettext_noop("Remarks")),
        Outcome("hm", gettext_noop("Index of cooling"), "1", ("row", "column"), "field", "more"),
        Outcome("air_temperature", gettext_noop("Air temperature"), "°C", ("row", "column"), "field", "less"),
    ),
    compute=answer,
    estimate=duration,
    references=("Sharp et al. (2020): InVEST user's guide, urban cooling model",),
)  # fmt: skip
