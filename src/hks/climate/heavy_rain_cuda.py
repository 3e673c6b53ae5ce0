"""The local-inertial run on a graphics card, by the same physics as on the processor."""

import importlib.util
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from hks.climate.heavy_rain import SIDES, Inflow, Rain
from hks.climate.infiltration import Losses
from hks.climate.local_inertial import WET, LocalInertial
from hks.core.errors import StateError
from hks.core.messages import gettext_noop

STRIP = 4  # our choice: cells of a column for each thread
AHEAD = 256  # our choice: so many steps are asked for at most before the clock is read
TOGETHER = 8  # our choice: so many steps are written down once and asked for as one
CARRIED = ("z", "n2", "qx", "qy", "highest", "slack", "speed", "product", "arrival", "sides")
TOLD = ("qx", "qy", "highest", "speed", "product", "arrival")
GRIDS, SINGLES = 10, 3  # grids of a run on the card, and those always of single precision


def require_card() -> None:
    """Refuse a run on a graphics card where there is none, or no numba-cuda to reach it.

    Raises
    ------
    StateError
        If the package or the card is missing.
    """
    if importlib.util.find_spec("numba_cuda") is None:
        raise StateError(
            gettext_noop("The device 'cuda' needs the package numba-cuda; install hks with its extra 'gpu'.")
        )
    import numba
    from numba import cuda

    if not (numba.config.ENABLE_CUDASIM or cuda.is_available()):
        raise StateError(gettext_noop("No graphics card with CUDA is to be found; the device 'cpu' does without."))


class CudaInertial(LocalInertial):
    """A run whose grids stand on the card between the first step and the last.

    Losses are taken on the processor: for them the depths travel there and back at every record.
    """

    card: "Card"

    def until(self, end: float, rain: Rain, inflows: Sequence[Inflow]) -> Iterator[float]:
        """Advance to the end; give the time at every record. [s]"""
        self.card = card = Card(self, *self.inlets(inflows), *self.pipes())
        setting, now = self.setting, 0.0
        while now < end:
            for side, kind in setting.sides.items():
                if kind == "level":
                    card.hold(SIDES.index(side), self.level(side, now))
            intensity, changes = rain.at(now)
            goal = min(end, changes, now + setting.recorded)
            card.advance(now, goal, intensity)
            now = goal
            card.record(now)
            if now >= end:
                card.fetch(self)
            yield now

    def lose(self, losses: Losses, rain: float, seconds: float) -> None:
        """Take losses from the depths on the processor."""
        self.h = self.card.depth.copy_to_host()
        super().lose(losses, rain, seconds)
        self.card.depth.copy_to_device(self.h)

    def depths(self) -> np.ndarray:
        """Return the depths as they stand now on the card, without the rim. [m]"""
        return np.asarray(self.card.depth.copy_to_host()[1:-1, 1:-1])

    def flows(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the flows as they stand now on the card, with the rim. [m²/s]"""
        return self.card.on.qx.copy_to_host(), self.card.on.qy.copy_to_host()


class Card:
    """What stands on the card, and how it is set going."""

    def __init__(
        self, state: LocalInertial, places: np.ndarray, amounts: np.ndarray, ends: np.ndarray, pipes: np.ndarray
    ) -> None:
        from numba import cuda

        from hks.climate import heavy_rain_cuda_kernels as kernels

        _require_memory(state)
        kind, (rows, columns) = state.h.dtype, state.speed.shape
        crests = [crest if crest.size else np.zeros((1, 1), kind) for crest in (state.crest_x, state.crest_y)]
        joined, which = np.unique(places, axis=0, return_inverse=True)
        ahead = {
            **{name: getattr(state, name) for name in CARRIED}, "h": np.stack([state.h, state.h]),
            "raw_x": np.zeros_like(state.qx), "raw_y": np.zeros_like(state.qy), "crest_x": crests[0],
            "crest_y": crests[1], "deep": state.h.max(axis=0), "fast": np.zeros(columns + 2, kind),
            "clock": np.zeros(5), "turn": np.zeros(2, np.int64), "came": np.zeros((4, max(rows, columns) + 2)),
            "went": np.zeros((4, max(rows, columns) + 2)), "places": joined, "poured": np.zeros(len(joined)),
            "ends": ends, "pipes": pipes, "passed": np.zeros(len(ends)),
            "amounts": np.bincount(which.ravel(), amounts, len(joined)),
            "numbers": np.array([0.0] * 5 + [4.0 * np.finfo(kind).eps, state.finest, state.setting.shallow], kind),
        }  # fmt: skip
        self.kernels: Any = kernels
        self.on: Any = SimpleNamespace(**{name: cuda.to_device(array) for name, array in ahead.items()})
        self.clock, self.turn = ahead["clock"], ahead["turn"]
        self.stream: Any = cuda.stream()
        self.together: Callable[[], None] | None = None
        wide, stream = kernels.WIDE, self.stream
        with warnings.catch_warnings():  # small terrains leave part of a card idle; that is no news
            warnings.filterwarnings("ignore", "Grid size")
            self.launches = list(self._launches(state, rows, columns))
            self.holding = kernels.hold[-(-(max(rows, columns) + 2) // wide), wide, stream]
            self.recording = kernels.record[(-(-columns // wide), rows), (wide, 1), stream]

    def _launches(self, state: LocalInertial, rows: int, columns: int) -> Iterator[tuple[Any, tuple[Any, ...]]]:
        on, kernels, setting, dx = self.on, self.kernels, state.setting, state.cell
        ground = int((state.z[1:-1, 1:-1] < kernels.WALLED).sum())
        wide, stream = kernels.WIDE, self.stream
        strips = (-(-columns // wide), -(-rows // STRIP)), (wide, 1), stream
        yield kernels.tick[1, kernels.THREADS, stream], (
            on.clock, on.turn, on.numbers, on.deep, on.fast, setting.courant, setting.longest, dx, ground,
        )  # fmt: skip
        yield kernels.flux[strips], (
            on.h, on.z, on.n2, on.qx, on.qy, on.crest_x, on.crest_y, on.numbers, on.turn, STRIP, on.raw_x, on.raw_y,
            on.fast,
        )  # fmt: skip
        if state.sides.any():
            yield kernels.rim_flux[-(-2 * (rows + columns) // wide), wide, stream], (
                on.h, on.z, on.n2, on.qx, on.qy, on.sides, on.numbers, on.turn, dx, setting.slope, on.raw_x, on.raw_y,
            )  # fmt: skip
        yield kernels.settle[strips], (
            on.h, on.z, on.raw_x, on.raw_y, on.numbers, on.turn, STRIP, dx, on.qx, on.qy, on.slack, on.highest, on.deep,
            on.came, on.went,
        )  # fmt: skip
        if on.amounts.size:
            yield kernels.pour[-(-on.amounts.size // wide), wide, stream], (
                on.h, on.numbers, on.clock, on.turn, on.places, on.amounts, dx, on.highest, on.deep, on.poured,
            )  # fmt: skip

        if on.ends.size:
            yield kernels.pipe[1, 1, stream], (
                on.h, on.z, on.clock, on.turn, on.ends, on.pipes, dx, on.slack, on.highest, on.deep, on.passed,
            )  # fmt: skip

    def hold(self, side: int, level: float) -> None:
        """Set the water beyond a side. [m]"""
        self.holding(self.on.h, self.on.z, side, level)

    def advance(self, now: float, goal: float, rain: float) -> None:
        """Step until the goal under one rate of rain; the clock is read no more often than needed."""
        kernels = self.kernels
        self.clock[[kernels.TIME, kernels.UNTIL, kernels.RAIN]] = now, goal, rain
        self.on.clock.copy_to_device(self.clock)
        while (left := goal - self.clock[kernels.TIME]) > 1e-9 * max(goal, 1.0):
            step = self.clock[kernels.STEP]
            if step > 0.0:
                self._ask(min(AHEAD, int(np.ceil(left / step))))
            else:
                self._step()
            self.clock = self.on.clock.copy_to_host()
        self.turn = self.on.turn.copy_to_host()

    def _step(self) -> None:
        for kernel, arguments in self.launches:
            kernel(*arguments)

    def _ask(self, steps: int) -> None:
        if self.kernels.SIMULATED:
            for _ in range(steps):
                self._step()
            return
        if self.together is None:
            self.together = self._written_down()
        for _ in range(-(-steps // TOGETHER)):
            self.together()

    def _written_down(self) -> Callable[[], None]:
        """Capture a few steps as a graph: asking for a kernel takes the processor longer than a small terrain the card.

        What a step is asked with never changes, and a step too many does nothing.
        """
        from cuda.bindings import driver

        stream = driver.CUstream(int(self.stream.handle))
        _heard(driver.cuStreamBeginCapture(stream, driver.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED))
        for _ in range(TOGETHER):
            self._step()
        (graph,) = _heard(driver.cuStreamEndCapture(stream))
        (ready,) = _heard(driver.cuGraphInstantiate(graph, 0))
        _heard(driver.cuGraphDestroy(graph))
        weakref.finalize(self, driver.cuGraphExecDestroy, ready).atexit = False

        def ask() -> None:
            _heard(driver.cuGraphLaunch(ready, stream))

        return ask

    def record(self, now: float) -> None:
        """Keep the greatest speed and product, and when a cell was first reached."""
        on = self.on
        self.recording(on.h, on.qx, on.qy, on.turn, np.float32(WET), np.float32(now), on.speed, on.product, on.arrival)

    @property
    def depth(self) -> Any:
        """Return the depth that is now, on the card."""
        return self.on.h[int(self.turn[self.kernels.STEPS]) & 1]

    def fetch(self, state: LocalInertial) -> None:
        """Bring the answer and the account back."""
        state.h = self.depth.copy_to_host()
        for name in TOLD:
            setattr(state, name, getattr(self.on, name).copy_to_host())
        poured = float(self.on.poured.copy_to_host().sum()) if self.on.poured.size else 0.0
        came, went = (float(rim.copy_to_host().sum()) for rim in (self.on.came, self.on.went))
        state.account[:] = self.clock[self.kernels.RAINED], came + poured, went
        if self.on.passed.size:
            state.passed = self.on.passed.copy_to_host()
        state.steps = int(self.turn[self.kernels.STEPS])


def _heard(answer: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what the driver gave, or say how it refused."""
    error, *given = answer
    if int(error) != 0:
        raise StateError(gettext_noop("The graphics card refused: %(error)s."), error=error.name)
    return tuple(given)


def _require_memory(state: LocalInertial) -> None:
    from numba import cuda

    needed = state.h.size * (GRIDS * state.h.itemsize + SINGLES * 4) + 2 * (state.crest_x.nbytes)
    free = cuda.current_context().get_memory_info()[0]
    if needed > free:
        raise StateError(
            gettext_noop("The run needs %(needed)s MB on the graphics card; %(free)s MB are free."),
            needed=round(needed / 1e6), free=round(free / 1e6),
        )  # fmt: skip
