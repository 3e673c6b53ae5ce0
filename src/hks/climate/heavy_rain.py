"""Where the water of heavy rain runs, by the local-inertial equations on a terrain of square cells."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from hks.climate.grid import Grid
from hks.climate.infiltration import Losses
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

COURANT = 0.7  # of the longest stable step; .4 halves the error of the step (design case of a town)
LONGEST = 10.0  # our choice: longest step [s]
SHALLOW = 1e-3  # our choice: thinner water does not run [m]
SLOPE = 1e-3  # our choice: least slope by which water leaves an open side [1]
RECORDED = 5.0  # our choice: so often speeds are looked at for their maximum [s]
WET = 0.01  # our choice: from this depth on a cell counts as reached [m]
EPSILON = float(np.finfo(np.float64).eps)
FASTER = gettext_noop("In places water runs faster than these equations allow; depths there are rough.")
NEVER = np.float32(1e30)
STEEPEST = 1.0  # Froude number past which the local-inertial equations are out of their range

Side = Literal["closed", "free", "level"]
Numbers = Literal["single", "double"]
Scheme = Literal["inertial", "shallow-water"]


@dataclass(frozen=True)
class Inflow:
    """Water that comes in at some cells, in equal shares.

    Attributes
    ----------
    cells : (row, column) array of bool
        Where.
    discharge : float
        How much together. [m³/s]
    """

    cells: np.ndarray
    discharge: float


@dataclass(frozen=True)
class Rain:
    """Rain that stays the same between times.

    Attributes
    ----------
    times : (step + 1,) array
        Ends of the steps, the first 0. [s]
    intensity : (step,) array
        [mm/h]
    """

    times: np.ndarray
    intensity: np.ndarray

    def __post_init__(self) -> None:
        """Refuse rain that cannot fall."""
        if self.times.shape != (self.intensity.size + 1,) or not (np.diff(self.times) > 0).all():
            raise InputError(gettext_noop("The times of the rain must rise."))
        if not (np.isfinite(self.intensity).all() and (self.intensity >= 0).all()):
            raise InputError(gettext_noop("Rain cannot be negative or missing."))

    def at(self, start: float) -> tuple[float, float]:
        """Return the rain from a time on [m/s], and until when it stays so. [s]"""
        step = int(np.searchsorted(self.times, start, side="right")) - 1
        if step >= self.intensity.size:
            return 0.0, float("inf")
        return float(self.intensity[step]) / 3.6e6, float(self.times[step + 1])


NO_RAIN = Rain(np.zeros(1), np.zeros(0))


@dataclass(frozen=True)
class Walls:
    """Crests of thin walls, kerbs and dykes on the sides of cells; -inf where there is none.

    Attributes
    ----------
    east : (row, column) array
        Crest on the east side of each cell. [m]
    south : (row, column) array
        Crest on the south side of each cell. [m]
    """

    east: np.ndarray
    south: np.ndarray

    @property
    def sides(self) -> tuple[np.ndarray, np.ndarray]:
        """Return both."""
        return self.east, self.south


@dataclass(frozen=True)
class Balance:
    """What became of the water. [m³]"""

    rain: float
    inflow: float
    out: float
    infiltrated: float
    stored: float

    @property
    def error(self) -> float:
        """Return the part of all water that is unaccounted for. [1]"""
        came = self.rain + self.inflow
        return (came - self.out - self.infiltrated - self.stored) / came if came > 0 else 0.0


@dataclass(frozen=True)
class Runoff:
    """Answer of a run.

    Attributes
    ----------
    depth, depth_max : (row, column) array of float32 or float64
        Depth at the end and its maximum. [m]
    speed_max : (row, column) array
        Greatest speed, looked at every few seconds. [m/s]
    product_max : (row, column) array
        Greatest product of depth and speed. [m²/s]
    arrival : (row, column) array
        When the depth first passed one centimetre; NaN where it never did. [s]
    flow_x, flow_y : (row, column) array
        Flow over the east and south side of each cell at the end. [m²/s]
    """

    depth: np.ndarray
    depth_max: np.ndarray
    speed_max: np.ndarray
    product_max: np.ndarray
    arrival: np.ndarray
    flow_x: np.ndarray
    flow_y: np.ndarray
    balance: Balance
    steps: int
    cells: int
    seconds: float
    warnings: tuple[str, ...] = ()

    @property
    def cell_updates(self) -> int:
        """Return how many cells were advanced by how many steps."""
        return self.steps * self.cells


@dataclass(frozen=True)
class Setting:
    """How a run is reckoned.

    Attributes
    ----------
    sides : mapping of side to kind
        "left", "right", "top" and "bottom" as "closed", "free" or "level".
    levels : mapping of side to float or (time, 2) array
        Water level at sides held at one, or times [s] and levels between which it moves evenly. [m]
    slope : float
        Least slope by which water leaves a free side. [1]
    courant : float
        Part of the longest stable step. [1]
    longest : float
        Longest step. [s]
    shallow : float
        Depth below which water does not run. [m]
    scheme : {"inertial", "shallow-water"}
        The second is slower and holds for breaches and steep reaches too.
    threads : int or None
        None takes all there are. No result depends on it.
    """

    sides: Mapping[str, Side] = field(default_factory=dict)
    levels: Mapping[str, float | np.ndarray] = field(default_factory=dict)
    slope: float = SLOPE
    courant: float = COURANT
    longest: float = LONGEST
    shallow: float = SHALLOW
    numbers: Numbers = "single"
    scheme: Scheme = "inertial"
    threads: int | None = None
    recorded: float = RECORDED


AS_IT_IS = Setting()
EVERY = slice(None)
SIDES = ("left", "right", "top", "bottom")
KINDS = {"closed": 0, "free": 1, "level": 2}
Told = Callable[[float], None]


def run_off(
    terrain: Grid, *, end: float, rain: Rain = NO_RAIN, manning: float | np.ndarray = 0.03,
    inflows: Sequence[Inflow] = (), walls: Walls | None = None, depth: np.ndarray | None = None,
    losses: Losses | None = None, setting: Setting = AS_IT_IS, told: Told | None = None,
) -> Runoff:  # fmt: skip
    """Let rain and inflows run over a terrain.

    Parameters
    ----------
    terrain : Grid
        Elevation; NaN lets no water through. [m]
    end : float
        [s]
    manning : float or (row, column) array
        Roughness. [s/m^(1/3)]
    depth : (row, column) array, optional
        Water at the beginning. [m]
    losses : Losses, optional
        What leaves, hollows, soil and sewer take, at every record; afterwards it holds what they took.
    told : callable, optional
        Hears the part that is done, 0 to 1; what it raises ends the run.

    Returns
    -------
    Runoff

    Raises
    ------
    InputError
        If terrain, roughness, rain, inflow or walls do not fit or hold what cannot be.

    References
    ----------
    Bates, Horritt & Fewtrell (2010): *A simple inertial formulation of the shallow water equations*, J. Hydrol. 387.
    de Almeida et al. (2012): *Improving the stability of a simple formulation*, Water Resour. Res. 48, W05528.
    """
    _check(terrain, end, manning, inflows, walls, depth, setting)
    if losses is not None and losses.cover.shape != tuple(side + 2 for side in terrain.values.shape):
        raise InputError(gettext_noop("The land cover has other rows and columns than the terrain."))
    start = time.perf_counter()
    state = _scheme(setting, walls).of(terrain, manning, walls, depth, setting)
    water = float(state.stored())
    before, taken = 0.0, 0.0
    for now in state.until(end, rain, inflows):
        if losses is not None:  # the rain does not change between two records
            losses.take(state.h, rain.at(before)[0] * (now - before), now - before)
            taken = float(losses.total.sum()) * terrain.cell**2
        if told is not None:
            told(now / end)
        before = now
    rained, came, out = (float(volume) for volume in state.account)
    balance = Balance(rained, came + water, out, taken, state.stored())
    return state.answer(balance, time.perf_counter() - start)


def _scheme(setting: Setting, walls: Walls | None) -> "type[State]":
    if setting.scheme == "inertial":
        return State
    from hks.climate.shallow_water import ShallowWater

    if walls is not None:
        raise InputError(gettext_noop("Thin walls stand in the inertial scheme only; raise the ground instead."))
    return ShallowWater


@dataclass
class State:
    """All grids of a run with a rim of one cell."""

    h: np.ndarray
    h2: np.ndarray
    z: np.ndarray
    n2: np.ndarray
    qx: np.ndarray
    qx2: np.ndarray
    qy: np.ndarray
    qy2: np.ndarray
    crest_x: np.ndarray
    crest_y: np.ndarray
    highest: np.ndarray
    slack: np.ndarray
    raw_x: np.ndarray
    raw_y: np.ndarray
    scale: np.ndarray
    spare: np.ndarray
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

    @classmethod
    def of(
        cls, terrain: Grid, manning: float | np.ndarray, walls: Walls | None, depth: np.ndarray | None, setting: Setting
    ) -> "State":
        """Lay out the memory of a run."""
        import numba

        from hks.climate.heavy_rain_kernels import GRAVITY, WALL

        kind = np.float32 if setting.numbers == "single" else np.float64
        rows, columns = terrain.values.shape
        shape = (rows + 2, columns + 2)
        bands = max(1, min(setting.threads or numba.get_num_threads(), rows // 4 or 1))
        ground = np.isfinite(terrain.values)
        lowest = float(terrain.values[ground].min())
        z = np.full(shape, WALL, kind)
        z[1:-1, 1:-1] = np.where(ground, terrain.values - lowest, WALL)
        n2 = np.ones(shape, kind)
        n2[1:-1, 1:-1] = GRAVITY * np.square(manning)
        grids: dict[str, Any] = {
            name: np.zeros(shape, kind) for name in ("h", "h2", "qx", "qx2", "qy", "qy2", "highest", "slack")
        }
        if depth is not None:  # the surface stays level where elevations are rounded
            level = terrain.values - lowest + depth
            inner = np.where(ground & (depth > 0), level - z[1:-1, 1:-1].astype(np.float64), 0.0)
            grids["h"][1:-1, 1:-1] = np.maximum(inner, 0.0)
            grids["highest"][...] = grids["h"]
        crests = [np.zeros((0, 0), kind)] * 2 if walls is None else [_crest(side, lowest, kind) for side in walls.sides]
        state = cls(
            **grids, z=z, n2=n2, crest_x=crests[0], crest_y=crests[1],
            raw_x=np.zeros((bands, 2, shape[1]), kind), raw_y=np.zeros((bands, 3, shape[1]), kind),
            scale=np.ones((bands, 3, shape[1]), kind), spare=np.zeros((bands, 3, shape[1]), kind),
            deep=np.zeros((bands, shape[1]), kind), fast=np.zeros((bands, shape[1]), kind),
            sides=np.array([KINDS[setting.sides.get(side, "closed")] for side in SIDES]),
            account=np.zeros(3), speed=np.zeros((rows, columns), np.float32),
            product=np.zeros((rows, columns), np.float32), arrival=np.full((rows, columns), NEVER),
            cell=terrain.cell, lowest=lowest, setting=setting, bands=bands,
            finest=8.0 * EPSILON * (float(np.abs(terrain.values[ground]).max()) + 1.0),
        )  # fmt: skip
        state.deep[0] = state.h.max(axis=0)
        state.hold_levels(0.0)
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
                for grid in (self.h, self.h2):
                    grid[rim[side]] = np.maximum(self.level(side, now) - ground, 0.0)

    def level(self, side: str, now: float) -> float:
        """Return the level a side is held at, above the lowest ground; 0 if it is not. [m]"""
        if self.setting.sides.get(side) != "level":
            return 0.0
        level = self.setting.levels[side]
        return (float(np.interp(now, *level.T)) if isinstance(level, np.ndarray) else level) - self.lowest

    def inlets(self, inflows: Sequence[Inflow]) -> tuple[np.ndarray, np.ndarray]:
        """Return the cells that get water, in the grids with a rim, and how much each. [m³/s]"""
        places = [np.zeros((0, 2), np.int64), *(np.argwhere(inflow.cells) + 1 for inflow in inflows)]
        amounts = [np.zeros(0), *(np.full(n, i.discharge / n) for i in inflows if (n := int(i.cells.sum())))]
        return np.concatenate(places), np.concatenate(amounts)

    def until(self, end: float, rain: Rain, inflows: Sequence[Inflow]) -> Iterator[float]:
        """Advance to the end; give the time at every record. [s]"""
        from hks.climate.heavy_rain_kernels import advance, record

        places, amounts = self.inlets(inflows)
        setting, now = self.setting, 0.0
        while now < end:
            self.hold_levels(now)
            intensity, changes = rain.at(now)
            goal = min(end, changes, now + setting.recorded)
            turned, now, steps = advance(
                self.h, self.h2, self.z, self.n2, self.qx, self.qx2, self.qy, self.qy2, self.crest_x, self.crest_y,
                self.sides, self.finest, setting.slope, self.cell, now, goal, intensity, setting.courant,
                setting.longest, setting.shallow, self.bands, self.highest, self.slack, self.raw_x, self.raw_y,
                self.scale, self.spare, self.deep, self.fast, places, amounts, self.account,
            )  # fmt: skip
            now = goal
            self.steps += steps
            if turned:
                self.h, self.h2 = self.h2, self.h
                self.qx, self.qx2, self.qy, self.qy2 = self.qx2, self.qx, self.qy2, self.qy
            wet, time = np.float32(WET), np.float32(now)
            record(self.h, self.qx, self.qy, wet, time, NEVER, self.speed, self.product, self.arrival)
            yield now

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
        )  # fmt: skip

    def warnings(self) -> tuple[str, ...]:
        """Say where water ran faster than the equations allow."""
        from hks.climate.heavy_rain_kernels import GRAVITY

        deep = self.highest[1:-1, 1:-1]
        froude = self.speed / np.sqrt(GRAVITY * np.maximum(deep, 1e-6))
        return (FASTER,) if float(((froude > STEEPEST) & (deep > 0.05)).mean()) > 0.01 else ()


def _crest(crest: np.ndarray, lowest: float, kind: type) -> np.ndarray:
    from hks.climate.heavy_rain_kernels import WALL

    rimmed: np.ndarray = np.full([side + 2 for side in crest.shape], -WALL, kind)
    rimmed[1:-1, 1:-1] = np.where(np.isfinite(crest), crest - lowest, -WALL)
    return rimmed


def _check(
    terrain: Grid, end: float, manning: float | np.ndarray, inflows: Sequence[Inflow], walls: Walls | None,
    depth: np.ndarray | None, setting: Setting,
) -> None:  # fmt: skip
    shape = terrain.values.shape
    if len(shape) != 2 or min(shape) < 3:
        raise InputError(gettext_noop("The terrain needs at least three rows and columns."))
    if not np.isfinite(terrain.values).any():
        raise InputError(gettext_noop("The terrain holds no elevation at all."))
    if not (np.isfinite(end) and end > 0):
        raise InputError(gettext_noop("The run must end after it begins."))
    _check_grids(shape, manning, depth)
    for inflow in inflows:
        if inflow.cells.shape != shape or not inflow.cells.any():
            raise InputError(gettext_noop("An inflow lies outside the terrain."))
        if not (np.isfinite(inflow.discharge) and inflow.discharge >= 0):
            raise InputError(gettext_noop("An inflow cannot be negative or missing."))
    if walls is not None and {walls.east.shape, walls.south.shape} != {shape}:
        raise InputError(gettext_noop("A wall lies outside the terrain."))
    _check_setting(setting)


def _check_grids(shape: tuple[int, ...], manning: float | np.ndarray, depth: np.ndarray | None) -> None:
    for name, grid in (("manning", manning), ("depth", depth)):
        if isinstance(grid, np.ndarray) and grid.shape != shape:
            raise InputError(
                gettext_noop("'%(name)s' has %(found)s rows and columns, the terrain %(wanted)s."),
                name=name, found=" x ".join(map(str, grid.shape)), wanted=" x ".join(map(str, shape)),
            )  # fmt: skip
    if not (np.isfinite(manning).all() and (np.asarray(manning) > 0).all()):
        raise InputError(gettext_noop("Roughness must be above zero everywhere."))
    if depth is not None and not (np.isfinite(depth).all() and (depth >= 0).all()):
        raise InputError(gettext_noop("Water at the beginning cannot be negative or missing."))


def _check_setting(setting: Setting) -> None:
    for side, kind in setting.sides.items():
        if side not in SIDES or kind not in KINDS:
            raise InputError(
                gettext_noop("'%(side)s=%(kind)s' is no boundary; sides are %(sides)s, each closed, free or level."),
                side=side, kind=kind, sides=", ".join(SIDES),
            )  # fmt: skip
        if kind == "level" and side not in setting.levels:
            raise InputError(gettext_noop("The water level at the side '%(side)s' is missing."), side=side)


def warm_up() -> None:
    """Compile the sweep in single precision on the smallest case."""
    run_off(Grid(np.zeros((4, 4)), 1.0), end=1.0, rain=Rain(np.array([0.0, 1.0]), np.array([1.0])))
