"""A run by the local-inertial equations: its memory, its steps, and what it tells at the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hks.climate.grid import Grid
from hks.climate.heavy_rain import KINDS, SIDES, Balance, Culvert, Inflow, Rain, Runoff, Setting, Walls
from hks.climate.infiltration import Losses
from hks.core.messages import gettext_noop

WET = 0.01  # our choice: from this depth on a cell counts as reached [m]
EPSILON = float(np.finfo(np.float64).eps)
FASTER = gettext_noop("In places water runs faster than these equations allow; depths there are rough.")
NEVER = np.float32(1e30)
STEEPEST = 1.0  # Froude number past which the local-inertial equations are out of their range
APART = 1024  # unused cells behind each row of a band, so that no thread reads ahead into what another writes
EVERY = slice(None)


@dataclass
class LocalInertial:
    """All grids of a run with a rim of one cell.

    `memory` holds depth, ground, roughness and flows with rows to spare at the end, where each band keeps those of its
    neighbours; `h`, `z`, `n2`, `qx` and `qy` are the same without them.
    """

    h: np.ndarray
    z: np.ndarray
    n2: np.ndarray
    qx: np.ndarray
    qy: np.ndarray
    memory: tuple[np.ndarray, ...]
    crest_x: np.ndarray
    crest_y: np.ndarray
    highest: np.ndarray
    slack: np.ndarray
    raw_x: np.ndarray
    raw_y: np.ndarray
    scale: np.ndarray
    rise: np.ndarray
    face: np.ndarray
    north: np.ndarray
    deep: np.ndarray
    fast: np.ndarray
    sides: np.ndarray
    account: np.ndarray
    speed: np.ndarray
    product: np.ndarray
    arrival: np.ndarray
    cell: float
    lowest: float
    finest: float
    setting: Setting
    bands: int
    steps: int = 0
    culverts: Sequence[Culvert] = ()
    passed: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def of(
        cls, terrain: Grid, manning: float | np.ndarray, walls: Walls | None, depth: np.ndarray | None, setting: Setting
    ) -> "LocalInertial":
        """Lay out the memory of a run."""
        import numba

        from hks.climate.heavy_rain_kernels import GRAVITY, KEPT, WALL

        kind = np.float32 if setting.numbers == "single" else np.float64
        rows, columns = terrain.values.shape
        shape = (rows + 2, columns + 2)
        bands = max(1, min(setting.threads or numba.get_num_threads(), rows // 4 or 1))
        ground = np.isfinite(terrain.values)
        lowest = float(terrain.values[ground].min())
        memory = tuple(np.zeros((shape[0] + KEPT * bands, shape[1]), kind) for _ in range(5))
        h, z, n2, qx, qy = (grid[: shape[0]] for grid in memory)
        z[...] = WALL
        z[1:-1, 1:-1] = np.where(ground, terrain.values - lowest, WALL)
        n2[...] = 1.0
        n2[1:-1, 1:-1] = GRAVITY * np.square(manning)
        highest = np.zeros(shape, kind)
        if depth is not None:  # the surface stays level where elevations are rounded
            level = terrain.values - lowest + depth
            inner = np.where(ground & (depth > 0), level - z[1:-1, 1:-1].astype(np.float64), 0.0)
            h[1:-1, 1:-1] = np.maximum(inner, 0.0)
            highest[...] = h
        sides = () if walls is None else walls.sides
        crests = [_crest(side, lowest, memory[0]) for side in sides] or [np.zeros((0, 0), kind)] * 2
        state = cls(
            h, z, n2, qx, qy, memory, crest_x=crests[0], crest_y=crests[1], highest=highest,
            slack=np.zeros_like(highest), **_scratch(bands, shape[1] + APART, kind),
            sides=np.array([KINDS[setting.sides.get(side, "closed")] for side in SIDES]),
            account=np.zeros(3), speed=np.zeros((rows, columns), np.float32),
            product=np.zeros((rows, columns), np.float32), arrival=np.full((rows, columns), NEVER),
            cell=terrain.cell, lowest=lowest, setting=setting, bands=bands,
            finest=8.0 * EPSILON * (float(np.abs(terrain.values[ground]).max()) + 1.0),
        )  # fmt: skip
        state.hold_levels(0.0)
        state.deep[0, : shape[1]] = h.max(axis=0)
        return state

    def hold_levels(self, now: float) -> None:
        """Set the water beyond the sides that are held at a level."""
        rim: dict[str, tuple[Any, Any]] = {
            "left": (EVERY, 0), "right": (EVERY, -1), "top": (0, EVERY), "bottom": (-1, EVERY),
        }  # fmt: skip
        inner: dict[str, tuple[Any, Any]] = {
            "left": (EVERY, 1), "right": (EVERY, -2), "top": (1, EVERY), "bottom": (-2, EVERY),
        }  # fmt: skip
        for side, kind in self.setting.sides.items():
            if kind == "level":
                ground = self.z[inner[side]]
                self.z[rim[side]] = ground
                self.h[rim[side]] = np.maximum(self.level(side, now) - ground, 0.0)

    def level(self, side: str, now: float) -> float:
        """Return the level a side is held at, above the lowest ground; 0 if it is not. [m]"""
        if self.setting.sides.get(side) != "level":
            return 0.0
        level = self.setting.levels[side]
        return (float(np.interp(now, *level.T)) if isinstance(level, np.ndarray) else level) - self.lowest

    @property
    def ground(self) -> int:
        """Return how many cells are ground on which rain falls."""
        from hks.climate.heavy_rain_kernels import WALLED

        return int((self.z[1:-1, 1:-1] < WALLED).sum())

    def inlets(self, inflows: Sequence[Inflow]) -> tuple[np.ndarray, np.ndarray]:
        """Return the cells that get water, in the grids with a rim, and how much each. [m³/s]"""
        places = [np.zeros((0, 2), np.int64), *(np.argwhere(inflow.cells) + 1 for inflow in inflows)]
        amounts = [np.zeros(0), *(np.full(n, i.discharge / n) for i in inflows if (n := int(i.cells.sum())))]
        return np.concatenate(places), np.concatenate(amounts)

    def pipes(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the ends of the culverts in the grids with a rim, and their sizes, coefficients and limits."""
        ends = [[*culvert.one, *culvert.other] for culvert in self.culverts]
        sizes = [[c.width, c.height, c.coefficient, c.most] for c in self.culverts]
        self.passed = np.zeros(len(ends))
        return np.array(ends, np.int64).reshape(-1, 4) + 1, np.array(sizes, float).reshape(-1, 4)

    def until(self, end: float, rain: Rain, inflows: Sequence[Inflow]) -> Iterator[float]:
        """Advance to the end; give the time at every record. [s]"""
        from hks.climate.heavy_rain_kernels import advance, record

        (places, amounts), (ends, pipes) = self.inlets(inflows), self.pipes()
        setting, ground, now = self.setting, self.ground, 0.0
        while now < end:
            self.hold_levels(now)
            intensity, changes = rain.at(now)
            goal = min(end, changes, now + setting.recorded)
            _, steps = advance(
                *self.memory, self.crest_x, self.crest_y, self.sides, ground, self.finest, setting.slope, self.cell,
                now, goal, intensity, setting.courant, setting.longest, setting.shallow, self.bands, self.highest,
                self.slack, self.raw_x, self.raw_y, self.scale, self.rise, self.face, self.north, self.deep, self.fast,
                places, amounts, self.account, ends, pipes, self.passed,
            )  # fmt: skip
            now = goal
            self.steps += steps
            wet, time = np.float32(WET), np.float32(now)
            record(self.h, self.qx, self.qy, wet, time, NEVER, self.speed, self.product, self.arrival)
            yield now

    def lose(self, losses: Losses, rain: float, seconds: float) -> None:
        """Let the ground take its part of the depths after rain of so much [m] in so many seconds."""
        losses.take(self.h, rain, seconds)

    def depths(self) -> np.ndarray:
        """Return the depths as they stand now, without the rim; they change with the next step. [m]"""
        return np.asarray(self.h[1:-1, 1:-1])

    def flows(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the flows over the east and south sides as they stand now, with the rim. [m²/s]"""
        return self.qx, self.qy

    def flows_in(self, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the flow to the east and to the south in some cells, the mean of two sides each. [m²/s]"""
        x, y = self.flows()
        i, j = rows + 1, columns + 1
        return 0.5 * (x[i, j - 1] + x[i, j]), 0.5 * (y[i - 1, j] + y[i, j])

    def flows_over(self, rows: np.ndarray, columns: np.ndarray, south: np.ndarray) -> np.ndarray:
        """Return the flow over the east or south side of some cells, counted in the grid with a rim. [m²/s]"""
        x, y = self.flows()
        return np.asarray(np.where(south, y[rows, columns], x[rows, columns]), np.float64)

    def stored(self) -> float:
        """Return the water on the ground. [m³]"""
        return float(self.h[1:-1, 1:-1].sum(dtype=np.float64)) * self.cell**2

    def answer(self, balance: Balance, seconds: float) -> Runoff:
        """Give what is to be told, without the rim."""
        from hks.climate.heavy_rain_kernels import WALLED

        inner = slice(1, -1), slice(1, -1)
        return Runoff(
            self.h[inner].copy(), self.highest[inner].copy(), self.speed, self.product,
            np.where(self.arrival < NEVER, self.arrival, np.nan).astype(np.float32),
            self.qx[inner].copy(), self.qy[inner].copy(), balance, self.steps,
            int((self.z[inner] < WALLED).sum()), seconds, self.warnings(),
            tuple(self.passed.tolist()),
        )  # fmt: skip

    def warnings(self) -> tuple[str, ...]:
        """Say where water ran faster than the equations allow."""
        from hks.climate.heavy_rain_kernels import GRAVITY

        deep = self.highest[1:-1, 1:-1]
        froude = self.speed / np.sqrt(GRAVITY * np.maximum(deep, 1e-6))
        return (FASTER,) if float(((froude > STEEPEST) & (deep > 0.05)).mean()) > 0.01 else ()


def _scratch(bands: int, wide: int, kind: type) -> dict[str, Any]:
    """Return the rows that each band works in, and its greatest depths and speeds by column."""
    rows = {"raw_x": (bands, 2, wide), "raw_y": (bands, 3, wide), "scale": (bands, 3, wide)}
    single = dict.fromkeys(("rise", "face", "north", "deep", "fast"), (bands, wide))
    return {name: np.zeros(shape, kind) for name, shape in (rows | single).items()}


def _crest(crest: np.ndarray, lowest: float, like: np.ndarray) -> np.ndarray:
    from hks.climate.heavy_rain_kernels import WALL

    rimmed = np.full_like(like, -WALL)
    rimmed[1 : 1 + crest.shape[0], 1:-1] = np.where(np.isfinite(crest), crest - lowest, -WALL)
    return rimmed
