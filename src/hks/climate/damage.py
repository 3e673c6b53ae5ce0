"""What water does to buildings: depth at the walls, share of value lost, euro with a band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.climate.grid import Grid
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

SCREENING = gettext_noop("Screening of damage: depths and unit values are uncertain; single buildings can be far off.")
UNVERIFIED = gettext_noop("Building values of JRC (2017) for Germany are not verified here.")
NO_FIGURES = gettext_noop("The use '%(use)s' has no figures of damage; known are %(known)s.")
OUTSIDE = gettext_noop("Some buildings lie outside the map; they count as dry.")
INTERNAL = gettext_noop("A list by building is for internal use: show the public blocks or streets of five or more.")
RING = 1.5  # our choice: water so near a wall counts as standing at it, past the blocked cells of the house [m]
THRESHOLD = 0.05  # our choice: shallower water at the wall does no damage [m]
DEPTH_CLASSES = (0.05, 0.10, 0.50, 1.00)  # lower ends, as on German hazard maps of heavy rain (LUBW), unverified [m]
JRC_SOURCE = "Huizinga, de Moel & Szewczyk (2017), JRC105688, Europe"
PRICE_YEAR = 2010  # of the construction costs below
# Construction cost in Germany, prices of 2010 (JRC 2017); unverified. [EUR/m2]
CONSTRUCTION = {"residential": 1450.0, "commercial": 1507.0, "industrial": 977.0}
# Worth of what stands inside over that of the building (JRC 2017); unverified. [1]
CONTENT = {"residential": 0.5, "commercial": 1.0, "industrial": 1.5}
DEPRECIATED, DAMAGEABLE = 0.6, 0.6  # of cost to value, and of value to what water can spoil (JRC 2017); unverified [1]
SPREAD = 0.5  # our choice: low and high lie half below and half above; depth-damage models differ by more [1]


@dataclass(frozen=True)
class DamageFunction:
    """Share of the value that is lost, by depth; straight between the points, level beyond them.

    Attributes
    ----------
    depth : (point,) array
        Rising from 0 on. [m]
    fraction : (point,) array
        Never falling, 0 to 1. [1]
    source : str
        Where the figures come from.
    """

    depth: np.ndarray
    fraction: np.ndarray
    source: str

    def __post_init__(self) -> None:
        """Refuse points that make no function of damage."""
        depth, fraction = self.depth, self.fraction
        if depth.ndim != 1 or depth.shape != fraction.shape or depth.size < 2:
            raise InputError(gettext_noop("A damage function needs two points or more, each a depth and a share."))
        if not (np.isfinite(depth).all() and depth[0] >= 0 and (np.diff(depth) > 0).all()):
            raise InputError(gettext_noop("The depths of a damage function must rise from zero on."))
        if not ((fraction >= 0) & (fraction <= 1)).all() or (np.diff(fraction) < 0).any():
            raise InputError(gettext_noop("More depth cannot do less damage, and no share lies outside 0 to 1."))

    def at(self, depth: np.ndarray) -> np.ndarray:
        """Return the share lost at depths. [1]"""
        return np.asarray(np.interp(depth, self.depth, self.fraction))


_JRC_DEPTH = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0])
_JRC_BUSINESS = np.array([0.0, 0.15, 0.30, 0.45, 0.55, 0.75, 0.90, 1.0, 1.0])
JRC_EUROPE: Mapping[str, DamageFunction] = {
    "residential": DamageFunction(
        _JRC_DEPTH, np.array([0.0, 0.25, 0.40, 0.50, 0.60, 0.75, 0.85, 0.95, 1.0]), JRC_SOURCE
    ),
    "commercial": DamageFunction(_JRC_DEPTH, _JRC_BUSINESS, JRC_SOURCE),
    "industrial": DamageFunction(_JRC_DEPTH, _JRC_BUSINESS, JRC_SOURCE),
    "roads": DamageFunction(_JRC_DEPTH, np.array([0.0, 0.25, 0.42, 0.55, 0.65, 0.80, 0.90, 1.0, 1.0]), JRC_SOURCE),
}


@dataclass(frozen=True)
class Damage:
    """Damage of each building and of all, as (low, middle, high). [EUR]

    Attributes
    ----------
    by_building : (3, building) array
        [EUR]
    index : float
        Building prices over those of 2010. [1]
    """

    by_building: np.ndarray
    index: float

    @property
    def total(self) -> tuple[float, float, float]:
        """Add up low, middle and high. [EUR]"""
        low, middle, high = self.by_building.sum(axis=1)
        return float(low), float(middle), float(high)


def greatest_damage(use: str, index: float = 1.0) -> float:
    """Return what a square metre of a use can lose at most, with contents.

    Parameters
    ----------
    use : str
        residential, commercial or industrial.
    index : float
        Building prices of the wanted year over those of 2010. [1]

    Returns
    -------
    float
        Construction cost, depreciated, without what water cannot spoil, and the contents. [EUR/m2]

    Raises
    ------
    InputError
        If the use has no figures or the index is not above zero.
    """
    if use not in CONSTRUCTION:
        raise InputError(NO_FIGURES, use=use, known=", ".join(CONSTRUCTION))
    if not (np.isfinite(index) and index > 0):
        raise InputError(gettext_noop("The index of building prices must be above zero."))
    return CONSTRUCTION[use] * DEPRECIATED * DAMAGEABLE * (1.0 + CONTENT[use]) * index


def footprint(rings: Sequence[np.ndarray]) -> float:
    """Return the ground area of a building, without its courtyards. [m2]"""
    around, *yards = (_enclosed(np.asarray(ring, dtype=float)) for ring in rings)
    return max(around - sum(yards), 0.0)


def _enclosed(ring: np.ndarray) -> float:
    x, y = (ring - ring[0]).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2.0)


def on_the_map(grid: Grid, ring: np.ndarray) -> bool:
    """Say whether an outline lies within the edges of a grid at least in part."""
    (left, bottom), (right, top) = ring.min(axis=0), ring.max(axis=0)
    return bool(right > grid.west and left < grid.east and top > grid.south and bottom < grid.north)


def building_depth(depth: Grid, rings: Sequence[np.ndarray], ring: float = RING) -> float:
    """Return the greatest depth in a ring around a building, never inside it.

    Parameters
    ----------
    depth : Grid
        Greatest depth of a run; NaN counts as dry. [m]
    rings : sequence of (point, 2) arrays
        Outline and courtyards; a courtyard is outside the building. [m]
    ring : float
        Width of the ring; at least the diagonal neighbour of a cell of the building counts. [m]

    Returns
    -------
    float
        0 where the building lies outside the grid. [m]
    """
    if not rings:
        raise InputError(gettext_noop("A building needs an outline."))
    reach = max(ring, 0.75 * depth.cell)
    corners = np.concatenate([np.asarray(part, dtype=float) for part in rings])
    window = _window(depth, corners, reach)
    if window.values.size == 0:
        return 0.0
    inside = np.zeros(window.values.shape, dtype=bool)
    for part in rings:
        inside ^= window.inside(np.asarray(part, dtype=float))
    x, y = window.centres()
    near = np.zeros(window.values.shape, dtype=bool)
    for part in rings:
        near |= _near_line(np.asarray(part, dtype=float), x, y, reach)
    water = window.values[near & ~inside & np.isfinite(window.values)]
    return float(water.max()) if water.size else 0.0


def _window(grid: Grid, corners: np.ndarray, reach: float) -> Grid:
    """Cut out the cells that can lie within reach of the corners."""
    (left, bottom), (right, top) = corners.min(axis=0) - reach, corners.max(axis=0) + reach
    rows, columns = grid.values.shape
    first, last = (int(np.clip((grid.north - y) / grid.cell, 0, rows)) for y in (top, bottom))
    start, end = (int(np.clip((x - grid.west) / grid.cell, 0, columns)) for x in (left, right))
    last, end = min(last + 1, rows), min(end + 1, columns)
    return Grid(
        grid.values[first:last, start:end], grid.cell, grid.west + start * grid.cell, grid.north - last * grid.cell,
        grid.crs,
    )  # fmt: skip


def _near_line(ring: np.ndarray, x: np.ndarray, y: np.ndarray, reach: float) -> np.ndarray:
    """Mark the points of a grid within reach of a closed line."""
    near = np.zeros((y.size, x.size), dtype=bool)
    for start, end in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        along = end - start
        length = float(along @ along)
        dx, dy = x[None, :] - start[0], y[:, None] - start[1]
        share = np.clip((dx * along[0] + dy * along[1]) / length, 0.0, 1.0) if length > 0 else np.zeros_like(dx + dy)
        near |= np.hypot(dx - share * along[0], dy - share * along[1]) <= reach
    return near


def damage(
    depths: np.ndarray, areas: np.ndarray, uses: Sequence[str], *, protected: np.ndarray | float = 0.0,
    index: float = 1.0, functions: Mapping[str, DamageFunction] = JRC_EUROPE,
) -> Damage:  # fmt: skip
    """Return what water at the wall costs each building.

    Parameters
    ----------
    depths : (building,) array
        At the wall. [m]
    areas : (building,) array
        Ground floor. [m2]
    uses : sequence of building
        residential, commercial or industrial.
    protected : (building,) array or float
        Depth up to which the building is protected; the damage beyond is that of an unprotected one. [m]
    index : float
        Building prices of the wanted year over those of 2010. [1]
    functions : mapping
        Damage function of each use.

    Raises
    ------
    InputError
        If lengths differ, a value is negative or missing, or a use has no figures.
    """
    depths, areas = np.asarray(depths, dtype=float), np.asarray(areas, dtype=float)
    if depths.ndim != 1 or not depths.shape == areas.shape == (len(uses),):
        raise InputError(gettext_noop("Each building needs one depth, one area and one use."))
    for values in (depths, areas, np.asarray(protected)):
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise InputError(
                gettext_noop("Depth, area and protection of a building cannot be negative or missing.")
            )  # fmt: skip
    wet = np.where((depths >= THRESHOLD) & (depths > protected), depths, 0.0)
    share, most = np.zeros(depths.shape), np.zeros(depths.shape)
    for use in sorted(set(uses)):
        if use not in functions:
            raise InputError(NO_FIGURES, use=use, known=", ".join(functions))
        these = np.array([one == use for one in uses])
        most[these] = greatest_damage(use, index)
        share[these] = functions[use].at(wet[these])
    middle = share * most * areas
    return Damage(np.stack([(1.0 - SPREAD) * middle, middle, (1.0 + SPREAD) * middle]), index)


def by_depth_class(depths: np.ndarray) -> list[int]:
    """Count the buildings from 5, 10, 50 and 100 centimetres on, each up to the next. [buildings]"""
    places = np.searchsorted(DEPTH_CLASSES, np.asarray(depths, dtype=float), side="right")
    return [int(count) for count in np.bincount(places, minlength=len(DEPTH_CLASSES) + 1)[1:]]


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tell depth and damage of each building and of all."""
    depth, outlines = cast("Grid", inputs["result"]), inputs.get("buildings")
    if not outlines:
        raise InputError(gettext_noop("Name the outlines of the buildings."))
    number = {name: float(cast("float", values[name])) for name in ("ring", "protected", "index")}
    outside = sum(not on_the_map(depth, outline.rings[0]) for outline in outlines)
    if outside == len(outlines):
        raise InputError(
            gettext_noop("No building lies on the map: %(west)s to %(east)s, %(south)s to %(north)s."),
            west=depth.west, east=depth.east, south=depth.south, north=depth.north,
        )  # fmt: skip
    depths = np.array([building_depth(depth, outline.rings, number["ring"]) for outline in outlines])
    areas = np.array([footprint(outline.rings) for outline in outlines])
    found = damage(
        depths, areas, [str(values["use"])] * len(outlines), protected=number["protected"], index=number["index"]
    )
    low, middle, high = found.total
    told: list[dict[str, Any]] = [
        {"id": outline.name, "depth_m": float(depths[n]), "area_m2": float(areas[n]),
         "from_m": max((start for start in DEPTH_CLASSES if depths[n] >= start), default=0.0),
         "low_eur": float(found.by_building[0, n]), "damage_eur": float(found.by_building[1, n]),
         "high_eur": float(found.by_building[2, n])}
        for n, outline in enumerate(outlines)
    ]  # fmt: skip
    classes = zip(DEPTH_CLASSES, by_depth_class(depths), strict=True)
    return {
        "buildings": told,
        "total_eur": middle,
        "band_eur": {"low": low, "middle": middle, "high": high},
        "affected": int((depths >= THRESHOLD).sum()),
        "classes": [{"from_m": start, "buildings": count} for start, count in classes],
        "outside": outside,
        "warnings": [SCREENING, UNVERIFIED, INTERNAL, *([OUTSIDE] if outside else [])],
    }


def duration(inputs: Inputs, _values: Values) -> float:
    """Estimate a reckoning from the number of buildings. [s]"""
    return len(inputs.get("buildings") or ()) * 5e-4


USES = (
    ("residential", gettext_noop("Dwellings")),
    ("commercial", gettext_noop("Shops and offices")),
    ("industrial", gettext_noop("Factories")),
)
DAMAGE = Method(
    group="rain",
    verb="damage",
    title=gettext_noop("Damage to buildings"),
    summary=gettext_noop("How deep water stands at each building after a run, and what it costs, as a screening."),
    inputs=(
        Input("result", gettext_noop("Result of a run, or a grid of depths"), ("depth-result",)),
        Input("buildings", gettext_noop("Outlines of buildings"), ("building-outlines",), required=False),
    ),
    parameters=(
        Parameter("use", gettext_noop("What the buildings are used for"), "choice", "residential", choices=USES),
        Parameter("ring", gettext_noop("So near to a wall water counts as standing at it"), "number", RING, unit="m",
                  low=0.1, high=20.0, step=0.1, source=gettext_noop("our choice")),
        Parameter("protected", gettext_noop("Depth up to which every building is protected"), "number", 0.0, unit="m",
                  low=0.0, high=10.0, step=0.1, role="lever"),
        Parameter("index", gettext_noop("Building prices over those of 2010"), "number", 1.0, low=0.1, high=10.0,
                  step=0.01, help=gettext_noop("Baupreisindex (Destatis) of your year over that of 2010.")),
    ),
    outcomes=(
        Outcome("buildings", gettext_noop("Depth and damage of each building"), "EUR", ("building",), "table"),
        Outcome("total_eur", gettext_noop("Damage of all buildings"), "EUR", better="less"),
        Outcome("band_eur", gettext_noop("Damage of all buildings, low to high"), "EUR", ("level",), "band", "less"),
        Outcome("affected", gettext_noop("Buildings with water at the wall"), "buildings", better="less"),
        Outcome("classes", gettext_noop("Buildings by depth"), "buildings", ("class",), "table", "less"),
        Outcome("outside", gettext_noop("Buildings outside the map"), "buildings", better="less"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    estimate=duration,
    references=("Huizinga, de Moel & Szewczyk (2017): Global flood depth-damage functions, JRC105688",),
)  # fmt: skip
