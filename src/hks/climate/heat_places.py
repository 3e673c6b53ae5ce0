"""Where heat meets people: chosen places in sun and shade, the parts of a town, and the areas that cool least."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from hks.climate.grid import Grid
from hks.climate.heat import CLASSES, HeatMap
from hks.climate.heat_stress import stress, utci
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LEAST = 5.0  # counts of 1 to 4 people are not told (the project's own rule) [persons]
WEAKEST = 5  # our choice: so many areas are named, the largest first
GROUPS = ("over_65", "under_6")
SPREAD = gettext_noop("Within a part of the town, people are counted as if they lived evenly spread over it.")
WHOLE = gettext_noop("Without outlines of the parts, people are counted as if they lived evenly spread over the map.")
FEW = gettext_noop("Counts below five people are withheld.")


class Outlined(Protocol):
    """A named shape: rings of corners, the first around it, further ones around holes. [m]"""

    @property
    def name(self) -> str:
        """Name it."""
        ...

    @property
    def rings(self) -> tuple[np.ndarray, ...]:
        """Return its rings."""
        ...


@dataclass(frozen=True)
class Spots:
    """Named places on the map, one each. [m]"""

    names: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class PeopleOfParts:
    """People of the parts of a town, one each; NaN where a count is withheld. [persons]"""

    names: tuple[str, ...]
    over_65: np.ndarray
    under_6: np.ndarray


@dataclass(frozen=True)
class Summer:
    """What the air and the sun do at a place on the hot day.

    `wind` ten metres above ground [m/s], `humidity` relative [%]; what surrounds a person radiates warmer than the air
    by `sun` or `shade`. [K]
    """

    wind: float = 1.5
    humidity: float = 35.0
    sun: float = 27.5
    shade: float = 5.0

    def __post_init__(self) -> None:
        """Refuse a shade that is sunnier than the sun."""
        if self.shade > self.sun:
            raise InputError(gettext_noop("In the shade it cannot radiate more than in the sun."))

    def felt(self, air: np.ndarray, warmer: np.ndarray | float) -> np.ndarray:
        """Return the index of stress where the surroundings radiate warmer than the air; all arguments [°C] or [K]."""
        same = np.ones_like(air)
        return utci(air, air + warmer, self.wind * same, self.humidity * same)


@dataclass(frozen=True)
class People:
    """Who lives where: cells by group [persons], parts of the town, and their outlines; all may be left out."""

    cells: Mapping[str, Grid] = field(default_factory=dict)
    parts: PeopleOfParts | None = None
    outlines: Sequence[Outlined] = ()


def at_places(spots: Spots, grid: Grid) -> np.ndarray:
    """Read a grid at places.

    Returns
    -------
    (place,) array
        [as the grid]

    Raises
    ------
    InputError
        If a place lies beside the map or where it knows nothing: it says which.
    """
    found = []
    for name, x, y in zip(spots.names, spots.x.tolist(), spots.y.tolist(), strict=True):
        across, up = (x - grid.west) / grid.cell, (grid.north - y) / grid.cell
        inside = 0 <= across < grid.values.shape[1] and 0 <= up < grid.values.shape[0]
        value = float(grid.values[int(up), int(across)]) if inside else np.nan
        if not np.isfinite(value):
            raise InputError(
                gettext_noop(
                    "The place '%(name)s' at %(x)s, %(y)s lies where the map knows nothing; the map reaches from "
                    "%(west)s to %(east)s and from %(south)s to %(north)s."
                ),
                name=name, x=x, y=y, west=grid.west, east=grid.east, south=grid.south, north=grid.north,
            )  # fmt: skip
        found.append(value)
    return np.array(found)


def stress_at(spots: Spots, air: Grid, summer: Summer) -> list[dict[str, Any]]:
    """Tell air temperature, index and class of stress at places, in the sun and in the shade. [°C]"""
    there = at_places(spots, air)
    felt = {name: summer.felt(there, getattr(summer, name)) for name in ("sun", "shade")}
    return [
        {
            "name": name, "x": float(spots.x[n]), "y": float(spots.y[n]), "air_temperature": float(there[n]),
            **{f"utci_{light}": float(index[n]) for light, index in felt.items()},
            **{f"stress_{light}": stress(float(index[n])) for light, index in felt.items()},
        }
        for n, name in enumerate(spots.names)
    ]  # fmt: skip


def weakest_areas(found: HeatMap, cover: Grid) -> list[dict[str, float]]:
    """Find the largest connected areas of the lowest class of cooling that holds any ground.

    Parameters
    ----------
    found : HeatMap
        Of the town.
    cover : Grid
        Where it lies.

    Returns
    -------
    list
        Area [m²], mean index of cooling [1], mean air temperature [°C], and the cell of it nearest to its middle [m];
        the largest first. Cells are connected side by side.
    """
    index = found.mitigation
    upper = next(end for end in (*CLASSES[1:], np.inf) if (index < end).any())
    marked, sizes = connected(index < upper)
    across, up = cover.centres()
    told = []
    for place in np.argsort(-sizes, kind="stable")[:WEAKEST]:
        rows, columns = np.nonzero(marked == place)
        middle = int(np.hypot(rows - rows.mean(), columns - columns.mean()).argmin())
        told.append({
            "area_m2": float(sizes[place]) * cover.cell**2, "index": float(index[rows, columns].mean()),
            "air_temperature": float(found.air_temperature[rows, columns].mean()),
            "x": float(across[columns[middle]]), "y": float(up[rows[middle]]),
        })  # fmt: skip
    return told


def connected(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the connected areas of a mask; cells are connected side by side.

    Parameters
    ----------
    mask : (row, column) array of bool

    Returns
    -------
    (row, column) array of integers
        Number of the area, in the order of their first cells; -1 outside.
    (area,) array of integers
        How many cells each has.
    """
    cells = np.arange(mask.size).reshape(mask.shape)
    sides = [(cells[:, :-1], cells[:, 1:]), (cells[:-1], cells[1:])]
    both = [mask.flat[one] & mask.flat[other] for one, other in sides]
    ends = [np.concatenate([side[n][pair] for side, pair in zip(sides, both, strict=True)]) for n in (0, 1)]
    root = np.arange(mask.size)
    while True:  # each round joins every area to the smallest number that touches it
        one, other = root[ends[0]], root[ends[1]]
        apart = one != other
        if not apart.any():
            break
        ends = [end[apart] for end in ends]
        np.minimum.at(root, np.maximum(one, other)[apart], np.minimum(one, other)[apart])
        while (root[root] != root).any():
            root = root[root]
    _first, numbers, sizes = np.unique(root[mask.ravel()], return_inverse=True, return_counts=True)
    marked = np.full(mask.shape, -1)
    marked[mask] = numbers
    return marked, sizes


def told_count(people: float) -> float | None:
    """Withhold a count of people that others could recognise; nobody may be told."""
    return None if np.isnan(people) or 0.0 < people < LEAST else float(people)


def exposed_by_part(people: People, air: Grid, threshold: float) -> list[dict[str, Any]]:
    """Tell how hot each part of the town gets and how many of its people live where it is hotter than a threshold.

    Parameters
    ----------
    people : People
        Cells count where they are given; else the people of a part times its area above the threshold. Without
        outlines the town is one part.
    air : Grid
        Air temperature. [°C]
    threshold : float
        [°C]

    Returns
    -------
    list
        Name (empty for the whole town), mean air temperature [°C], share of the area above the threshold [1], and by
        group people and those exposed, None where withheld or unknown. [persons]

    Raises
    ------
    InputError
        If a part has people but no outline, or an outline holds no cell of the map.
    """
    known = np.isfinite(air.values)
    shapes = {shape.name: _inside(shape, air) & known for shape in people.outlines}
    names = people.parts.names if people.parts is not None else tuple(shapes)
    missing = [name for name in names if name not in shapes] if shapes else []
    if missing:
        raise InputError(
            gettext_noop("No outline is called '%(name)s'; the outlines are called %(known)s."),
            name=missing[0], known=", ".join(list(shapes)[:10]),
        )  # fmt: skip
    if not shapes:
        return [_row("", known, people, air, threshold, slice(None))] if people.parts is not None else []
    return [_row(name, shapes[name], people, air, threshold, slice(n, n + 1)) for n, name in enumerate(names)]


def _inside(shape: Outlined, air: Grid) -> np.ndarray:
    marked = air.inside(shape.rings[0])
    for hole in shape.rings[1:]:
        marked = marked & ~air.inside(hole)
    return marked


def _row(
    name: str, where: np.ndarray, people: People, air: Grid, threshold: float, rows: slice
) -> dict[str, Any]:  # fmt: skip
    if not where.any():
        raise InputError(gettext_noop("The part '%(name)s' holds no cell of the map."), name=name)
    hot = where & (air.values > threshold)
    share = float(hot.sum() / where.sum())
    told: dict[str, Any] = {
        "name": name, "air_temperature": float(air.values[where].mean()), "hot_share": share,
    }  # fmt: skip
    for group in GROUPS:
        count, exposed = np.nan, np.nan
        if group in people.cells:
            cells = np.nan_to_num(people.cells[group].values, nan=0.0)
            count, exposed = float(cells[where].sum()), float(cells[hot].sum())
        elif people.parts is not None:
            count = float(getattr(people.parts, group)[rows].sum())
            exposed = count * share
        hidden = group in people.cells and told_count(count - exposed) is None
        told |= {group: told_count(count), f"exposed_{group}": None if hidden else told_count(exposed)}
    return told
