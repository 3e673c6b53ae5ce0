"""Where the water of heavy rain runs, by the local-inertial equations on a terrain of square cells."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, get_args

import numpy as np

from hks.climate.grid import Grid
from hks.climate.infiltration import Losses
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

if TYPE_CHECKING:
    from hks.climate.local_inertial import LocalInertial

COURANT = 0.7  # our choice: part of the longest stable step
LONGEST = 10.0  # our choice: longest step [s]
SHALLOW = 1e-3  # our choice: thinner water does not run [m]
SLOPE = 1e-3  # our choice: least slope by which water leaves an open side [1]
ORIFICE = 0.6  # usual coefficient of a sharp-edged opening, unverified [1]
RECORDED = 5.0  # our choice: so often speeds are looked at for their maximum [s]

Side = Literal["closed", "free", "level"]
Numbers = Literal["single", "double"]
Scheme = Literal["inertial", "shallow-water"]
Device = Literal["cpu", "cuda"]


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
class Culvert:
    """A pipe or bridge through what the terrain shows as closed; its sill is the higher ground of its ends.

    Attributes
    ----------
    one, other : (row, column)
        Cells of its ends; water goes either way.
    width, height : float
        [m]
    coefficient : float
        Of the flow through the opening. [1]
    most : float
        What it carries at most. [m³/s]
    """

    one: tuple[int, int]
    other: tuple[int, int]
    width: float
    height: float
    coefficient: float = ORIFICE
    most: float = float("inf")


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
    passed : tuple of float
        What each culvert let through from its one end to the other, backflow taken off. [m³]
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
    passed: tuple[float, ...] = ()

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
        Of the processor. None takes all there are. No result depends on it.
    device : {"cpu", "cuda"}
        The second runs the inertial scheme on a graphics card (extra `gpu`); results differ by roundings.
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
    device: Device = "cpu"
    recorded: float = RECORDED


AS_IT_IS = Setting()
SIDES = ("left", "right", "top", "bottom")
DEVICES = ("cpu", "cuda")
KINDS = {"closed": 0, "free": 1, "level": 2}


class Moment(Protocol):
    """A run at a record; what it gives changes with the next step."""

    def depths(self) -> np.ndarray:
        """Return the depths, (row, column). [m]"""

    def flows_in(self, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the flow to the east and to the south in some cells. [m²/s]"""

    def flows_over(self, rows: np.ndarray, columns: np.ndarray, south: np.ndarray) -> np.ndarray:
        """Return the flow over the east or south side of some cells, counted in the grid with a rim. [m²/s]"""


Told = Callable[[float], None]
Watched = Callable[[float, Moment], None]


def run_off(
    terrain: Grid, *, end: float, rain: Rain = NO_RAIN, manning: float | np.ndarray = 0.03,
    inflows: Sequence[Inflow] = (), walls: Walls | None = None, depth: np.ndarray | None = None,
    losses: Losses | None = None, culverts: Sequence[Culvert] = (), setting: Setting = AS_IT_IS,
    told: Told | None = None, watched: Watched | None = None,
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
    culverts : sequence of Culvert
        In the inertial scheme; what they carry goes from one end to the other within a step.
    told : callable, optional
        Hears the part that is done, 0 to 1; what it raises ends the run.
    watched : callable, optional
        Hears the time [s] at every record, and gets the run as it is at that moment.

    Returns
    -------
    Runoff

    Raises
    ------
    InputError
        If terrain, roughness, rain, inflow or walls do not fit or hold what cannot be.
    StateError
        If a graphics card is asked for where none can be reached.

    References
    ----------
    Bates, Horritt & Fewtrell (2010): *A simple inertial formulation of the shallow water equations*, J. Hydrol. 387.
    de Almeida et al. (2012): *Improving the stability of a simple formulation*, Water Resour. Res. 48, W05528.
    """
    _check(terrain, end, manning, inflows, walls, depth, setting)
    if losses is not None and losses.cover.shape != tuple(side + 2 for side in terrain.values.shape):
        raise InputError(gettext_noop("The land cover has other rows and columns than the terrain."))
    _check_culverts(terrain, culverts, setting)
    start = time.perf_counter()
    state = _scheme(setting).of(terrain, manning, walls, depth, setting)
    state.culverts = culverts
    water = float(state.stored())
    before, taken = 0.0, 0.0
    for now in state.until(end, rain, inflows):
        if losses is not None:  # the rain does not change between two records
            state.lose(losses, rain.at(before)[0] * (now - before), now - before)
            taken = float(losses.total.sum()) * terrain.cell**2
        if watched is not None:
            watched(now, state)
        if told is not None:
            told(now / end)
        before = now
    rained, came, out = (float(volume) for volume in state.account)
    balance = Balance(rained, came + water, out, taken, state.stored())
    return state.answer(balance, time.perf_counter() - start)


def _scheme(setting: Setting) -> "type[LocalInertial]":
    from hks.climate.local_inertial import LocalInertial
    from hks.climate.shallow_water import ShallowWater

    if setting.device == "cuda":
        return _on_card(setting)
    return LocalInertial if setting.scheme == "inertial" else ShallowWater


def _on_card(setting: Setting) -> "type[LocalInertial]":
    from hks.climate.heavy_rain_cuda import CudaInertial, require_card

    if setting.scheme != "inertial":
        raise InputError(gettext_noop("A graphics card runs the inertial scheme only; take the device 'cpu'."))
    require_card()
    return CudaInertial


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


def _check_culverts(terrain: Grid, culverts: Sequence[Culvert], setting: Setting) -> None:
    if culverts and setting.scheme != "inertial":
        raise InputError(gettext_noop("Culverts lie in the inertial scheme only."))
    for culvert in culverts:
        inside = all(
            0 <= row < terrain.values.shape[0] and 0 <= column < terrain.values.shape[1]
            for row, column in (culvert.one, culvert.other)
        )
        ground = inside and np.isfinite([terrain.values[culvert.one], terrain.values[culvert.other]]).all()
        if not ground or culvert.one == culvert.other:
            raise InputError(gettext_noop("A culvert needs two different ends on the terrain."))
        sizes = (culvert.width, culvert.height, culvert.coefficient, culvert.most)
        if not (min(sizes) > 0 and np.isfinite(sizes[:3]).all()):
            raise InputError(gettext_noop("Width, height, coefficient and flow of a culvert must be above zero."))


def _check_setting(setting: Setting) -> None:
    if setting.device not in DEVICES:
        raise InputError(gettext_noop("'%(device)s' is no device; right are cpu and cuda."), device=setting.device)
    for side, kind in setting.sides.items():
        if side not in SIDES or kind not in KINDS:
            raise InputError(
                gettext_noop("'%(side)s=%(kind)s' is no boundary; sides are %(sides)s, each closed, free or level."),
                side=side, kind=kind, sides=", ".join(SIDES),
            )  # fmt: skip
        if kind == "level" and side not in setting.levels:
            raise InputError(gettext_noop("The water level at the side '%(side)s' is missing."), side=side)


def warm_up() -> None:
    """Compile the kernels of both schemes and precisions on the smallest case."""
    ground, rain, pipe = Grid(np.zeros((4, 4)), 1.0), Rain(np.array([0.0, 1.0]), np.array([1.0])), Culvert
    for numbers in get_args(Numbers):
        run_off(ground, end=1.0, rain=rain, culverts=[pipe((0, 0), (3, 3), 1.0, 1.0)], setting=Setting(numbers=numbers))
        run_off(ground, end=1.0, rain=rain, setting=Setting(numbers=numbers, scheme="shallow-water"))
