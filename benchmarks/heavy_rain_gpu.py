"""Heavy rain on a graphics card beside the processor: agreement, balance, stillness, and cell updates a second.

Prints as it goes. Needs numba-cuda and a card; of hks only the climate room. Aims: 50 times one thread on 4000 x 4000
cells, half of what copying on the card would allow. With `plain` each kernel is asked for singly, no graph of steps.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numba
import numpy as np
from heavy_rain import town
from numba import cuda

from hks.climate import heavy_rain_cuda
from hks.climate.grid import Grid
from hks.climate.heavy_rain import Inflow, Rain, Runoff, Setting, Walls, run_off
from hks.climate.infiltration import Cover, Losses
from hks.core.errors import StateError

SIZES = (1000, 2000, 4000)
SPANS, STEP = 5, 0.1  # spans that are timed, and their steps [s]
FIELDS = 18  # read and written by the two sweeps for a cell and step
STARTED = time.perf_counter()


def say(text: str) -> None:
    """Print a line with the seconds so far."""
    print(f"[{time.perf_counter() - STARTED:6.1f} s] {text}", flush=True)


def storm(mm_per_hour: float, seconds: float) -> Rain:
    """Let it rain evenly."""
    return Rain(np.array([0.0, seconds]), np.array([mm_per_hour]))


def catchment(setting: Setting) -> Runoff:
    """Run the valley of Di Giammarco et al. (1996)."""
    across, along = np.abs(np.arange(81) - 40) * 20.0, (np.arange(50)[::-1] + 0.5) * 20.0
    z = 0.05 * np.maximum(across - 10.0, 0.0)[None, :] + 0.02 * along[:, None]
    manning = np.where(across[None, :] == 0, 0.15, 0.015) * np.ones(z.shape)
    setting = replace(setting, sides={"bottom": "free"}, slope=0.02, shallow=1e-4)
    return run_off(Grid(z, 20.0), end=5400.0, rain=storm(10.8, 5400.0), manning=manning, setting=setting)


def bed(setting: Setting) -> Runoff:
    """Run an hour of rain on a random bed."""
    z = np.random.default_rng(1).uniform(0.0, 3.0, (400, 400))
    return run_off(Grid(z, 2.0), end=3600.0, rain=storm(50.0, 3600.0), setting=setting)


def everything(setting: Setting, roughness: float = 0.03) -> Runoff:
    """Run inflow, walls, gaps, losses, a free side and one held at a level."""
    rng = np.random.default_rng(2)
    z = rng.uniform(0.0, 2.0, (150, 130)) + np.linspace(4.0, 0.0, 150)[:, None]
    z[40:44, 60:70] = np.nan
    crests = [np.where(rng.uniform(size=z.shape) > 0.8, z + 0.7, -np.inf) for _ in range(2)]
    crests = [np.where(np.isnan(crest), -np.inf, crest) for crest in crests]
    cells = np.zeros(z.shape, dtype=bool)
    cells[5:9, 50:60] = True
    covers = [Cover("street"), Cover("garden", kind="horton", first=6e-6, last=1e-6, decay=5e-4)]  # invented
    losses = Losses.of(covers, (np.nan_to_num(z) > 2.0).astype(int))
    setting = replace(setting, sides={"left": "free", "bottom": "level"}, levels={"bottom": 1.5})
    return run_off(
        Grid(z, 2.0), end=400.0, rain=storm(80.0, 200.0), manning=roughness, inflows=[Inflow(cells, 0.8)],
        walls=Walls(*crests), losses=losses, setting=setting,
    )  # fmt: skip


CASES: dict[str, Callable[[Setting], Runoff]] = {
    "valley of 81 x 50": catchment, "walls, inflow, losses, open sides": everything, "random bed 400 x 400, 1 h": bed,
}  # fmt: skip


def compare() -> None:
    """Say how far the card and the processor are apart, and what is missing in the balance."""
    for name, case in CASES.items():
        for numbers in ("single", "double"):
            setting = Setting(numbers=numbers)  # type: ignore[arg-type]
            card, processor = case(replace(setting, device="cuda")), case(setting)
            apart = np.abs(card.depth.astype(float) - processor.depth)
            most = np.abs(card.depth_max.astype(float) - processor.depth_max)
            say(
                f"{name}, {numbers}: depth apart at most {apart.max():.1e} m, RMSE {np.sqrt((apart**2).mean()):.1e} m; "
                f"greatest depth at most {most.max():.1e} m, RMSE {np.sqrt((most**2).mean()):.1e} m"
            )
            if case is everything and numbers == "double":
                sensitive()
            say(
                f"    error of the balance {card.balance.error:.1e} (processor {processor.balance.error:.1e}); out "
                f"{card.balance.out:.6f} m3 ({processor.balance.out:.6f}); steps {card.steps} ({processor.steps}); "
                f"{card.seconds:.2f} s ({processor.seconds:.2f} s)"
            )


def sensitive() -> None:
    """Say how far the processor alone comes off when roughness changes by next to nothing."""
    setting = Setting(numbers="double")
    one = everything(setting)
    for nudge in (1e-12, -1e-12, 1e-10):
        off = np.abs(one.depth - everything(setting, 0.03 * (1.0 + nudge)).depth).max()
        say(f"    the processor alone, roughness changed by {nudge:.0e}, double: depth apart at most {off:.1e} m")


def still() -> None:
    """Say whether lakes at rest stay exactly still."""
    for numbers in ("single", "double"):
        moved = []
        for seed in range(3):
            z = np.random.default_rng(seed).uniform(0.0, 3.0, (200, 210)) + 480.0
            done = run_off(
                Grid(z, 2.0), end=60.0, depth=np.maximum(481.7 - z, 0.0),
                setting=Setting(numbers=numbers, device="cuda"),  # type: ignore[arg-type]
            )  # fmt: skip
            moved.append(bool(done.flow_x.any() or done.flow_y.any() or (done.depth != done.depth_max).any()))
        say(f"lakes at rest, {numbers}: {'MOVED' if any(moved) else 'exactly still'}")


def speed(z: np.ndarray, manning: np.ndarray, setting: Setting, steps: int) -> float:
    """Return cell updates a second, the median of spans of so many steps. [1/s]"""
    heard: list[float] = []
    if setting.threads:
        numba.set_num_threads(setting.threads)
    run_off(
        Grid(z, 2.0), end=(SPANS + 2) * steps * STEP, rain=storm(50.0, 1e6), manning=manning,
        depth=np.full(z.shape, 0.01), setting=replace(setting, longest=STEP, recorded=steps * STEP),
        told=lambda _: heard.append(time.perf_counter()),
    )  # fmt: skip
    return z.size * steps / float(np.median(np.diff(heard)[:-1]))  # the last span brings the answer back too


def copying() -> float:
    """Return the bandwidth of a copy on the card, read and written bytes together. [B/s]"""
    one = cuda.to_device(np.ones(128_000_000, np.float32))
    two, spent = cuda.device_array_like(one), []
    for _ in range(8):
        cuda.synchronize()
        start = time.perf_counter()
        two.copy_to_device(one)
        cuda.synchronize()
        spent.append(time.perf_counter() - start)
    return 2 * one.nbytes / min(spent)


def speeds(bandwidth: float) -> None:
    """Say how fast card and processor are."""
    threads = numba.config.NUMBA_NUM_THREADS
    for size in SIZES:
        z, manning = town(size)
        steps = 400 * (1000 * 1000) // z.size + 50
        card = speed(z, manning, Setting(device="cuda"), steps)
        part = card * FIELDS * 4 / bandwidth
        say(f"{size} x {size}, single: card {card / 1e6:.0f} million updates/s, {part:.2f} of a copy's bandwidth")
        double = speed(z, manning, Setting(device="cuda", numbers="double"), steps)
        part = double * FIELDS * 8 / bandwidth
        say(f"    double: card {double / 1e6:.0f} million updates/s, {part:.2f} of a copy's bandwidth")
        for many in (1, threads):
            processor = speed(z, manning, Setting(threads=many), max(1, steps // 50))
            times = card / processor
            say(f"    {many} threads {processor / 1e6:.0f} million updates/s: the card is {times:.1f} times as fast")
        if size == max(SIZES):
            parts(z, manning)


def cards(z: np.ndarray, manning: np.ndarray) -> Iterator[Any]:
    """Catch what stands on the card in a run."""

    class Caught(heavy_rain_cuda.Card):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            caught.append(self)

    caught: list[Any] = []
    usual, heavy_rain_cuda.Card = heavy_rain_cuda.Card, Caught  # type: ignore[misc]
    try:
        run_off(
            Grid(z, 2.0), end=5.0, rain=storm(50.0, 1e6), manning=manning, depth=np.full(z.shape, 0.01),
            setting=Setting(longest=0.1, device="cuda"),
        )  # fmt: skip
    finally:
        heavy_rain_cuda.Card = usual  # type: ignore[misc]
    return iter(caught)


def parts(z: np.ndarray, manning: np.ndarray) -> None:
    """Say what each kernel takes, by cells of a column for each thread."""
    usual = heavy_rain_cuda.STRIP
    for strip in (2, 4, 8):
        heavy_rain_cuda.STRIP = strip
        card, told = next(cards(z, manning)), []
        for kernel, arguments in card.launches:
            card.on.turn.copy_to_device(np.array([0, 1]))
            card.on.clock.copy_to_device(np.array([0.0, 1e9, 0.0, 0.1, 0.0]))
            spent = []
            for _ in range(3):
                cuda.synchronize()
                start = time.perf_counter()
                for _ in range(20):
                    kernel(*arguments)
                asked = time.perf_counter() - start
                cuda.synchronize()
                spent.append((time.perf_counter() - start, asked))
            told.append(f"{min(spent)[0] / 20 * 1e6:.0f} us (asked for in {min(s[1] for s in spent) / 20 * 1e6:.0f})")
        say(f"    {strip} cells a thread: tick, flux, settle {', '.join(told)}")
    heavy_rain_cuda.STRIP = usual


def plainly(card: Any, steps: int) -> None:
    """Ask for each kernel singly."""
    for _ in range(steps):
        card._step()


def main() -> None:
    """Print all."""
    try:
        heavy_rain_cuda.require_card()
    except StateError as error:
        print(error)
        return
    if "plain" in sys.argv:
        heavy_rain_cuda.Card._ask = plainly  # type: ignore[method-assign]
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    say(f"{cuda.get_current_device().name}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    say(f"numba {numba.__version__}, numba-cuda {version('numba-cuda')}, {numba.config.NUMBA_NUM_THREADS} threads")
    for numbers in ("single", "double"):
        for device in ("cuda", "cpu"):
            run_off(
                Grid(np.zeros((8, 8)), 1.0), end=1.0, rain=storm(1.0, 1.0),
                setting=Setting(numbers=numbers, device=device),  # type: ignore[arg-type]
            )  # fmt: skip
            say(f"compiled for {device}, {numbers}")
    still()
    compare()
    bandwidth = copying()
    say(f"copying on the card: {bandwidth / 1e9:.0f} GB/s")
    speeds(bandwidth)


if __name__ == "__main__":
    main()
