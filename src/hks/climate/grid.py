"""Square cells of a map."""

from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop


@dataclass(frozen=True)
class Grid:
    """Values on square cells, row 0 in the north.

    Attributes
    ----------
    values : (row, column) array
        NaN where nothing is known. [any]
    cell : float
        Side of a cell. [m]
    west, south : float
        Corner of the grid. [m]
    crs : str
        Reference system, "EPSG:25833" for instance; empty if the file does not say.
    """

    values: np.ndarray
    cell: float
    west: float = 0.0
    south: float = 0.0
    crs: str = ""

    @property
    def north(self) -> float:
        """Return the upper edge. [m]"""
        return self.south + self.cell * int(self.values.shape[0])

    @property
    def east(self) -> float:
        """Return the right edge. [m]"""
        return self.west + self.cell * int(self.values.shape[1])

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Return row and column of the cell a point lies in.

        Raises
        ------
        InputError
            If the point lies outside.
        """
        row, column = int(np.floor((self.north - y) / self.cell)), int(np.floor((x - self.west) / self.cell))
        if not (0 <= row < self.values.shape[0] and 0 <= column < self.values.shape[1]):
            raise InputError(
                gettext_noop(
                    "The point %(x)s, %(y)s lies outside the terrain: %(west)s to %(east)s, %(south)s to %(north)s."
                ),
                x=x, y=y, west=self.west, east=self.east, south=self.south, north=self.north,
            )  # fmt: skip
        return row, column

    def centres(self) -> tuple[np.ndarray, np.ndarray]:
        """Return x by column and y by row of the middles of the cells. [m]"""
        rows, columns = self.values.shape
        return self.west + self.cell * (np.arange(columns) + 0.5), self.north - self.cell * (np.arange(rows) + 0.5)

    def sampled(self, other: "Grid") -> np.ndarray:
        """Look up the own value at the middle of each cell of another grid; NaN beside the own edges.

        Parameters
        ----------
        other : Grid
            In the same reference system.

        Returns
        -------
        (row, column) array
            On the cells of the other grid.
        """
        across, up = other.centres()
        columns = np.floor((across - self.west) / self.cell).astype(int)
        rows = np.floor((self.north - up) / self.cell).astype(int)
        found = np.full(other.values.shape, np.nan)
        there = [(at >= 0) & (at < side) for at, side in zip((rows, columns), self.values.shape, strict=True)]
        found[np.ix_(*there)] = self.values[np.ix_(rows[there[0]], columns[there[1]])]
        return found

    def inside(self, outline: np.ndarray) -> np.ndarray:
        """Mark the cells whose middle lies inside an outline, by the rule of even and odd crossings.

        Parameters
        ----------
        outline : (point, 2) array
            Corners in turn, closed or not. [m]

        Returns
        -------
        (row, column) array of bool
        """
        x, y = self.centres()
        marked = np.zeros(self.values.shape, dtype=bool)
        rows = np.flatnonzero((y >= outline[:, 1].min()) & (y <= outline[:, 1].max()))
        ends = np.roll(outline, -1, axis=0)
        for row in rows:
            crosses = (outline[:, 1] > y[row]) != (ends[:, 1] > y[row])
            one, two = outline[crosses], ends[crosses]
            at = one[:, 0] + (y[row] - one[:, 1]) * (two[:, 0] - one[:, 0]) / (two[:, 1] - one[:, 1])
            marked[row] = (x[:, None] > np.sort(at)).sum(axis=1) % 2 == 1
        return marked

    def near(self, x: float, y: float, radius: float) -> np.ndarray:
        """Mark the cells whose middle lies within a circle, or the cell of its middle if none does."""
        across, up = self.centres()
        marked = (across[None, :] - x) ** 2 + (up[:, None] - y) ** 2 <= radius**2
        if not marked.any():
            marked[self.place(x, y)] = True
        return np.asarray(marked)
