"""How deep and fast the water is at chosen places, and how much runs through chosen sections, while a run goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hks.climate.grid import Grid
from hks.climate.heavy_rain import Moment
from hks.climate.local_inertial import WET
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

MOST_NOTED = 200_000  # our choice: figures of all places and times together
MINUTE = 60.0  # [s]
NEVER = -1.0  # stands for "no water came"


def sides_crossed(one: tuple[int, int], other: tuple[int, int]) -> np.ndarray:
    """Return the sides of cells along the way between two corners of the grid that stays nearest to the straight line.

    Parameters
    ----------
    one, other : (row, column)
        Corners of cells, counted from the north-west.

    Returns
    -------
    (side, 4) array of int
        Row and column in a grid with a rim, 0 for its east and 1 for its south side, and the sign of what crosses it
        there from the left to the right of one who looks from `one` to `other`.
    """
    if one > other:  # the same stairs both ways
        return sides_crossed(other, one) * (1, 1, 1, -1)
    down, along = other[0] - one[0], other[1] - one[1]
    shares = [(np.arange(abs(steps)) + 0.5) / max(abs(steps), 1) for steps in (down, along)]
    is_along = np.repeat([False, True], [abs(down), abs(along)])[np.argsort(np.concatenate(shares), kind="stable")]
    rows = one[0] + np.sign(down) * np.concatenate([[0], np.cumsum(~is_along)])
    columns = one[1] + np.sign(along) * np.concatenate([[0], np.cumsum(is_along)])
    row, column = (np.minimum(corners[:-1], corners[1:]) for corners in (rows, columns))
    signs = np.where(is_along, np.sign(along), -np.sign(down))
    return np.column_stack([np.where(is_along, row, row + 1), np.where(is_along, column + 1, column), is_along, signs])


@dataclass
class Hydrographs:
    """Notes the water at every record of a run; peaks count every record, the table every so many seconds.

    Attributes
    ----------
    places : list of (x, y)
        [m]
    sections : list of (x, y, x, y)
        From one end to the other. [m]
    cells : (place, 2) array of int
        Row and column of each place.
    crossed : list of (side, 4) array
        Of each section, see `sides_crossed`.
    cell : float
        Side of a cell. [m]
    every, end : float
        [s]
    """

    places: Sequence[Sequence[float]]
    sections: Sequence[Sequence[float]]
    cells: np.ndarray
    crossed: list[np.ndarray]
    cell: float
    every: float
    end: float
    before: float = 0.0
    rows: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing seen."""
        self.deepest, self.deepest_at, self.fastest = np.zeros((3, len(self.places)))
        self.deepest_at += NEVER
        self.most, self.most_at, self.passed = np.zeros((3, len(self.sections)))
        self.most_at += NEVER

    @classmethod
    def on(
        cls, terrain: Grid, places: Sequence[Sequence[float]], sections: Sequence[Sequence[float]], every: float,
        end: float,
    ) -> "Hydrographs":  # fmt: skip
        """Find cells and sides on a terrain.

        Raises
        ------
        InputError
            If a place lies outside of the terrain, a section has no length, or too many figures would be noted.
        """
        count = (2 * len(places) + len(sections)) * (end / every if every > 0 else np.inf)
        if (places or sections) and count > MOST_NOTED:
            raise InputError(
                gettext_noop("series_s: so many figures cannot be noted; take %(least)s s or more."),
                least=int(np.ceil((2 * len(places) + len(sections)) * end / MOST_NOTED)),
            )  # fmt: skip
        cells = np.array([terrain.place(x, y) for x, y in places], int).reshape(-1, 2)
        crossed = [sides_crossed(*_ends(terrain, *section)) for section in sections]
        return cls(places, sections, cells, crossed, terrain.cell, every, end)

    def __call__(self, now: float, moment: Moment) -> None:
        """Note the moment."""
        if not (self.places or self.sections):
            return
        depth = moment.depths()[tuple(self.cells.T)].astype(float) if self.places else np.zeros(0)
        x, y = moment.flows_in(*self.cells.T)
        speed = np.where(depth > WET, np.hypot(x, y) / np.maximum(depth, WET), 0.0)
        through = np.array([float(moment.flows_over(*way.T[:3]) @ way[:, 3]) * self.cell for way in self.crossed])
        deeper, more = depth > self.deepest, np.abs(through) > np.abs(self.most)
        self.deepest[deeper], self.deepest_at[deeper] = depth[deeper], now / MINUTE
        self.most[more], self.most_at[more] = through[more], now / MINUTE
        self.fastest = np.maximum(self.fastest, speed)
        self.passed += through * (now - self.before)
        self.before = now
        if now >= (len(self.rows) + 1) * self.every - 1e-6 or now >= self.end:
            self.rows.append({
                "time_min": now / MINUTE, "depth_m": depth.tolist(), "speed_m_s": speed.tolist(),
                "discharge_m3_s": through.tolist(),
            })  # fmt: skip

    @property
    def told(self) -> dict[str, Any]:
        """Return peaks of the places and sections, and the table; no table where nothing was asked for."""
        at = [
            {"depth_max_m": deep, "depth_max_min": when, "speed_max_m_s": fast}
            for deep, when, fast in zip(*(peaks.tolist() for peaks in (self.deepest, self.deepest_at, self.fastest)),
                                        strict=True)
        ]  # fmt: skip
        sections = [
            {"x": x, "y": y, "to_x": u, "to_y": v, "discharge_max_m3_s": most, "discharge_max_min": when,
             "passed_m3": volume}
            for (x, y, u, v), most, when, volume in zip(
                self.sections, self.most.tolist(), self.most_at.tolist(), self.passed.tolist(), strict=True
            )
        ]  # fmt: skip
        return {"at": at, "sections": sections, **({"hydrographs": self.rows} if self.rows else {})}


def _ends(terrain: Grid, x: float, y: float, u: float, v: float) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the corners of cells nearest to the two ends of a section."""
    rows, columns = terrain.values.shape
    for east, north in ((x, y), (u, v)):
        on_edge = east == terrain.east, north == terrain.south  # belongs to the terrain here, as corners count
        terrain.place(east - on_edge[0] * terrain.cell / 2, north + on_edge[1] * terrain.cell / 2)
    one, other = (
        (min(max(round((terrain.north - north) / terrain.cell), 0), rows),
         min(max(round((east - terrain.west) / terrain.cell), 0), columns))
        for east, north in ((x, y), (u, v))
    )  # fmt: skip
    if one == other:
        raise InputError(
            gettext_noop("The section %(x)s, %(y)s to %(u)s, %(v)s is shorter than a cell; take ends further apart."),
            x=x, y=y, u=u, v=v,
        )  # fmt: skip
    return one, other
