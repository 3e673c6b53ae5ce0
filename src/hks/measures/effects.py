"""Measures drawn on a map become new grids for the models."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.measures.catalogue import LEVELS, Effect, Measure

Layers = Mapping[str, np.ndarray]
FEWEST = {"area": 3, "line": 2, "point": 1, "none": 0}
MILLIMETRES = 1000.0  # of a metre
CRESTS = ("crest_east", "crest_south")
ACTIONS: Mapping[str, Callable[[np.ndarray, float], np.ndarray | float]] = {
    "add": lambda before, value: before + value,
    "set": lambda _before, value: value,
    "multiply": lambda before, value: before * value,
    "at_least": np.maximum,
    "at_most": np.minimum,
}


class Cells(Protocol):
    """Square cells of a map, row 0 in the north, as `climate.grid.Grid` has them."""

    @property
    def cell(self) -> float:
        """Return the side of a cell. [m]"""
        ...

    @property
    def west(self) -> float:
        """Return the left edge. [m]"""
        ...

    @property
    def north(self) -> float:
        """Return the upper edge. [m]"""
        ...

    @property
    def values(self) -> np.ndarray:
        """Return a (row, column) array."""
        ...

    def centres(self) -> tuple[np.ndarray, np.ndarray]:
        """Return x by column and y by row of the middles. [m]"""
        ...

    def inside(self, outline: np.ndarray) -> np.ndarray:
        """Mark the cells whose middle lies inside an outline."""
        ...

    def near(self, x: float, y: float, radius: float) -> np.ndarray:
        """Mark the cells within a circle, or the one of its middle."""
        ...


@dataclass(frozen=True)
class Drawing:
    """A measure on the map.

    Attributes
    ----------
    measure : Measure
        What is done.
    corners : (corner, 2) array
        Of an area or line, or the one point. [m]
    values : mapping
        Own figures for parameters it acts on, in place of those of the catalogue.
    """

    measure: Measure
    corners: np.ndarray
    values: Mapping[str, float] = field(default_factory=dict)

    def value(self, effect: Effect, level: str) -> float:
        """Return the own figure of an effect, or that of the catalogue at a level."""
        return float(self.values.get(effect.acts_on, effect.value[LEVELS.index(level)]))


@dataclass(frozen=True)
class Changed:
    """Grids after the measures, and (measure, parameter) pairs that no grid stands for."""

    layers: Layers
    elsewhere: tuple[tuple[str, str], ...]


def apply(layers: Layers, drawings: Sequence[Drawing], cells: Cells, level: str = "middle") -> Changed:
    """Change grids by measures, in the order given; without measures nothing changes.

    Parameters
    ----------
    layers : mapping of (row, column) arrays
        By parameter of the catalogue; the crest of walls stands as `crest_east` and `crest_south`, elevations of the
        crest on the sides of cells, -inf where there is none. [as the catalogue says]
    drawings : sequence of Drawing
        Crests and carved channels go by the ground before any measure, so measures that do not touch can be given in
        any order.
    cells : Cells
        Where the grids lie.
    level : str
        low, middle or high effect.

    Raises
    ------
    InputError
        If a drawing has too few corners or lies outside, or the level is unknown.
    """
    if level not in LEVELS:
        raise InputError(
            gettext_noop("'%(word)s' is not known; choose one of %(known)s."), word=level, known=", ".join(LEVELS)
        )
    changed = {name: np.array(values, dtype=float) for name, values in layers.items()}
    elsewhere: list[tuple[str, str]] = []
    for drawing in drawings:
        covered = covers(drawing, cells)
        elsewhere += [
            (drawing.measure.key, effect.acts_on)
            for effect in drawing.measure.effects
            if not _act(changed, layers, drawing, effect, covered, cells, level)
        ]
    return Changed(changed, tuple(elsewhere))


def covers(drawing: Drawing, cells: Cells) -> np.ndarray:
    """Mark the cells a drawing covers.

    Returns
    -------
    (row, column) array of bool

    Raises
    ------
    InputError
        If it has too few corners, one is missing, or no cell is covered.
    """
    measure, corners = drawing.measure, np.asarray(drawing.corners, dtype=float)
    marked = np.zeros(cells.values.shape, dtype=bool)
    if measure.drawn == "none":
        return marked
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < FEWEST[measure.drawn]:
        raise InputError(
            gettext_noop("The measure '%(key)s' needs %(fewest)s corners or more on the map."),
            key=measure.key, fewest=FEWEST[measure.drawn],
        )  # fmt: skip
    if not np.isfinite(corners).all():
        raise InputError(gettext_noop("A corner of the measure '%(key)s' is missing."), key=measure.key)
    if measure.drawn == "area":
        marked = cells.inside(corners)
    elif measure.drawn == "line":
        marked = _along(corners, cells, max(measure.reach, 0.5 * cells.cell))
    else:
        marked = cells.near(float(corners[0, 0]), float(corners[0, 1]), measure.reach)
    if not marked.any():
        raise InputError(
            gettext_noop("The measure '%(key)s' covers no cell: it lies outside the map or is too small."),
            key=measure.key,
        )
    return marked


def _act(
    changed: dict[str, np.ndarray], before: Layers, drawing: Drawing, effect: Effect, covered: np.ndarray,
    cells: Cells, level: str,
) -> bool:  # fmt: skip
    value = drawing.value(effect, level)
    if effect.acts_on == "crest":
        if not {"elevation", *CRESTS} <= changed.keys():
            return False
        _raise_crest(changed, before["elevation"], np.asarray(drawing.corners, dtype=float), cells, value)
        return True
    if effect.acts_on not in changed or not covered.any():
        return False
    layer = changed[effect.acts_on]
    if effect.how == "carve":
        level_of = _between_ends(np.asarray(drawing.corners, dtype=float), before["elevation"], cells) + value
        layer[covered] = np.minimum(layer[covered], level_of[covered])
    elif effect.how == "add_volume":
        layer[covered] += MILLIMETRES * value / (covered.sum() * cells.cell**2)
    else:
        layer[covered] = ACTIONS[effect.how](layer[covered], value)
    return True


def _along(corners: np.ndarray, cells: Cells, reach: float) -> np.ndarray:
    """Mark the cells whose middle lies within reach of a line."""
    return np.asarray(_nearest(corners, cells)[0] <= reach)


def _nearest(corners: np.ndarray, cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each cell lies from a line, and how far along the nearest place of it is. [m]"""
    x, y = cells.centres()
    away = np.full(cells.values.shape, np.inf)
    along, run = np.zeros(cells.values.shape), 0.0
    for start, end in itertools.pairwise(corners):
        step = end - start
        length = float(np.hypot(*step))
        if length > 0:
            share = np.clip(((x[None, :] - start[0]) * step[0] + (y[:, None] - start[1]) * step[1]) / length**2, 0, 1)
            off = np.hypot(x[None, :] - start[0] - share * step[0], y[:, None] - start[1] - share * step[1])
            closer = off < away
            away, along = np.where(closer, off, away), np.where(closer, run + share * length, along)
        run += length
    return away, along


def _between_ends(corners: np.ndarray, elevation: np.ndarray, cells: Cells) -> np.ndarray:
    """Return, for each cell, the straight level between the ground at both ends of a line. [m]"""
    ends = []
    for x, y in (corners[0], corners[-1]):
        ground = elevation[cells.near(float(x), float(y), 0.0)]
        ends.append(float(np.nanmin(ground)))
    length = float(np.hypot(*np.diff(corners, axis=0).T).sum())
    return np.asarray(ends[0] + (ends[1] - ends[0]) * _nearest(corners, cells)[1] / max(length, 1e-9))


def _raise_crest(
    changed: dict[str, np.ndarray], elevation: np.ndarray, corners: np.ndarray, cells: Cells, height: float
) -> None:
    """Raise the sides of cells along a line, without a gap, above the higher of both cells."""
    for name, place, other in sides_along(corners, cells):
        crest = np.nanmax([elevation[place], elevation[other], -np.inf]) + height
        changed[name][place] = max(changed[name][place], crest)


def sides_along(corners: np.ndarray, cells: Cells) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Find the sides between two cells that a line runs along; the rim of the map holds none.

    Returns
    -------
    list
        Layer of the crest, the cell it is kept at, and the cell on the other side.
    """
    rows, columns = cells.values.shape
    found = []
    for (row, column), (next_row, next_column) in _steps(np.asarray(corners, dtype=float), cells):
        if row == next_row:  # along the south side of the row above
            name, place = "crest_south", (row - 1, min(column, next_column))
            other = (row, place[1])
        else:  # along the east side of the column to the left
            name, place = "crest_east", (min(row, next_row), column - 1)
            other = (place[0], column)
        if all(0 <= r < rows and 0 <= c < columns for r, c in (place, other)):
            found.append((name, place, other))
    return found


def _steps(corners: np.ndarray, cells: Cells) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Walk a line from corner to corner of cells, along their sides."""
    snapped = [
        (round((cells.north - y) / cells.cell), round((x - cells.west) / cells.cell)) for x, y in corners.tolist()
    ]
    walked: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for (row, column), (last_row, last_column) in itertools.pairwise(snapped):
        down, right = last_row - row, last_column - column
        here = (row, column)
        done_down, done_right = 0, 0
        while (done_down, done_right) != (abs(down), abs(right)):
            if done_right == abs(right) or (
                done_down < abs(down) and (2 * done_down + 1) * abs(right) < (2 * done_right + 1) * abs(down)
            ):
                done_down += 1
            else:
                done_right += 1
            there = (row + done_down * (1 if down > 0 else -1), column + done_right * (1 if right > 0 else -1))
            walked.append((here, there))
            here = there
    return walked


def size(drawing: Drawing, level: str = "middle") -> float:
    """Return how many units of its cost a drawing has.

    Returns
    -------
    float
        Area, length, number or volume, as the catalogue prices it. [m2], [m], [1] or [m3]

    Raises
    ------
    InputError
        If it is priced by something that cannot be read from the drawing.
    """
    measure, corners = drawing.measure, np.asarray(drawing.corners, dtype=float)
    if "size" in drawing.values:
        return float(drawing.values["size"])
    match measure.cost.per:
        case "piece" | "lump":
            return 1.0
        case "m2" if measure.drawn == "area":
            return area(corners)
        case "m" if measure.drawn == "line":
            return float(np.hypot(*np.diff(corners, axis=0).T).sum())
        case "m3":
            return _volume(drawing, level)
    raise InputError(
        gettext_noop("Give the size of the measure '%(key)s' in %(unit)s; the drawing does not tell."),
        key=measure.key, unit=measure.cost.per,
    )  # fmt: skip


def area(corners: np.ndarray) -> float:
    """Return the area within an outline. [m2]"""
    x, y = (corners - corners[0]).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2.0)


def _volume(drawing: Drawing, level: str) -> float:
    for effect in drawing.measure.effects:
        value = drawing.value(effect, level)
        if effect.acts_on in {"storage", "reservoir_volume"} and drawing.measure.drawn == "point":
            return value
        if effect.acts_on == "elevation" and drawing.measure.drawn == "area":
            return area(np.asarray(drawing.corners, dtype=float)) * abs(value)
    return 0.0
