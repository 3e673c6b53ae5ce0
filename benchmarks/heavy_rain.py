"""Heavy rain on 1000 x 1000 cells: cell updates a second beside landlab and Itzi, and the part of the memory bandwidth.

Aims on one thread: 20 times landlab, 7 times Itzi, 10 times SFINCS, 0.30 of the ceiling; the second thread 1.8 times.
Peers that are not installed say so; HKS_SFINCS names a SFINCS program (tried with commit 360c159 of July 2026, built by
gfortran). Ratios only, pairs taken in turn.
"""

import importlib.util
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numba
import numpy as np

from hks.climate.grid import Grid
from hks.climate.heavy_rain import Rain, Runoff, Setting, run_off

SIZE, CELL, RATE, ROUNDS = 1000, 2.0, 50.0, 3
WARM, END = 60.0, 240.0  # peers are timed between, so that all are wet [s]
TOWN, TOWN_END = 400, 600.0
PEER_SECONDS = 15.0
PEER_END = 1800.0  # when fields are laid beside each other; before, most water is a film on slopes [s]
BYTES = 32.0  # a cell and step at least: four fields read, three written, and the roughness


def town(size: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Make an invented valley with a river, streets and houses. Elevation [m] and roughness [s/m^(1/3)]."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:size, 0:size] * CELL
    length = size * CELL
    axis = length / 2 + 0.08 * length * np.sin(2 * np.pi * y / length)
    z = 0.004 * (length - y) + 40 * (np.abs(x - axis) / (length / 2)) ** 1.6
    for wave, high in ((length / 6, 1.5), (length / 15, 0.7), (40.0, 0.1)):
        turn = rng.uniform(0, 2 * np.pi, 2)
        z += high * np.sin(2 * np.pi * x / wave + turn[0]) * np.sin(2 * np.pi * y / wave + turn[1])
    z -= 2.0 * np.exp(-(((x - axis) / 6.0) ** 2))
    core = (x - axis) ** 2 + (y - length / 2) ** 2 < (0.33 * length) ** 2
    street = core & ((x % 60 < 8) | (y % 60 < 8))
    house = core & (x % 60 > 18) & (x % 60 < 46) & (y % 60 > 18) & (y % 60 < 40) & (np.abs(x - axis) > 20)
    z = np.round(z - 0.15 * street + 5.0 * house, 3)
    return z - z.min() + 10.0, np.where(street | house, 0.02, 0.06)


def ours(z: np.ndarray, manning: np.ndarray, end: float, threads: int, courant: float = 0.7) -> Runoff:
    """Run hks."""
    numba.set_num_threads(threads)
    rain = Rain(np.array([0.0, 1e6]), np.array([RATE]))
    return run_off(
        Grid(z, CELL), end=end, rain=rain, manning=manning, setting=Setting(threads=threads, courant=courant)
    )


def rate(z: np.ndarray, manning: np.ndarray, threads: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return cell updates a second between the two times. [1/s]"""
    runs = []
    for end in (WARM, END):
        start = clock()
        runs.append((ours(z, manning, end, threads).cell_updates, clock() - start))
    (first, early), (last, late) = runs
    return (last - first) / (late - early)


@numba.njit(parallel=True, cache=True)
def triad(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    """Read two streams and write one."""
    for i in numba.prange(a.size):
        a[i] = b[i] + np.float32(3.0) * c[i]


def ceiling(threads: int) -> float:
    """Return how many cells a second memory alone would allow. [1/s]"""
    numba.set_num_threads(threads)
    a, b, c = (np.ones(16_000_000, np.float32) for _ in range(3))
    triad(a, b, c)
    spent = []
    for _ in range(7):
        start = time.perf_counter()
        triad(a, b, c)
        spent.append(time.perf_counter() - start)
    return 12.0 * a.size / min(spent) / BYTES


def landlab(z: np.ndarray, manning: np.ndarray) -> float:
    """Return cell updates a second of landlab's OverlandFlow, one thread. [1/s]"""
    from landlab import RasterModelGrid
    from landlab.components import OverlandFlow

    grid = RasterModelGrid(z.shape, xy_spacing=CELL)
    grid.add_field("topographic__elevation", z[::-1].ravel().copy(), at="node")
    grid.add_zeros("surface_water__depth", at="node")
    grid.set_closed_boundaries_at_grid_edges(True, True, True, True)
    flow = OverlandFlow(grid, mannings_n=float(manning.mean()), rainfall_intensity=RATE / 3.6e6, steep_slopes=True)
    for _ in range(10):
        flow.overland_flow(dt=min(flow.calc_time_step(), 10.0))
    steps, start = 0, time.perf_counter()
    while time.perf_counter() - start < PEER_SECONDS:
        flow.overland_flow(dt=min(flow.calc_time_step(), 10.0))
        steps += 1
    return steps * z.size / (time.perf_counter() - start)


def itzi(z: np.ndarray, manning: np.ndarray) -> float:
    """Return cell updates a second of Itzi's surface flow, driven without GRASS, one thread. [1/s]"""
    from itzi.rasterdomain import RasterDomain
    from itzi.surfaceflow import SurfaceFlowSimulation

    domain = RasterDomain(np.float32, np.zeros(z.shape, bool), (CELL, CELL))
    domain.update_array("dem", z.astype(np.float32))
    domain.update_array("friction", manning.astype(np.float32))
    domain.get_array("eff_precip")[:] = RATE / 3.6e6
    domain.update_ext_array()
    flow = SurfaceFlowSimulation(
        domain, {"dtmax": 0.5, "cfl": 0.7, "g": 9.80665, "theta": 0.9, "hmin": 0.005, "slmax": 0.5, "vrouting": 0.1}
    )
    flow.update_flow_dir()
    for _ in range(40):  # till all is wet
        flow.solve_dt()
        flow.step()
    steps, start = 0, time.perf_counter()
    while time.perf_counter() - start < PEER_SECONDS:
        flow.solve_dt()
        flow.step()
        steps += 1
    return steps * z.size / (time.perf_counter() - start)


@dataclass
class Peer:
    """What a run of SFINCS gave: depths [m], times of processor and loop [s], steps, error of the water [1]."""

    depth: np.ndarray
    depth_max: np.ndarray
    busy: float
    seconds: float
    steps: float
    error: float


def sfincs_files(folder: Path, z: np.ndarray, manning: np.ndarray, end: float) -> None:
    """Write the input of SFINCS: all cells active, no way out, cells by columns from the south-west."""
    rows, columns = z.shape

    def cells(grid: np.ndarray) -> np.ndarray:
        return grid[::-1].T.astype(np.float32).ravel()

    np.concatenate([[z.size], np.arange(1, z.size + 1)]).astype(np.int32).tofile(folder / "sfincs.ind")
    np.ones(z.size, np.int8).tofile(folder / "sfincs.msk")
    cells(z).tofile(folder / "sfincs.dep")
    cells(manning).tofile(folder / "sfincs.rgh")
    (folder / "sfincs.prcp").write_text(f"0.0 {RATE}\n{end + 3600.0} {RATE}\n")
    start = datetime(2000, 1, 1)  # noqa: DTZ001
    values = {
        "x0": 0, "y0": 0, "mmax": columns, "nmax": rows, "dx": CELL, "dy": CELL, "rotation": 0,
        "tref": f"{start:%Y%m%d %H%M%S}", "tstart": f"{start:%Y%m%d %H%M%S}",
        "tstop": f"{start + timedelta(seconds=end):%Y%m%d %H%M%S}", "inputformat": "bin", "outputformat": "bin",
        "indexfile": "sfincs.ind", "mskfile": "sfincs.msk", "depfile": "sfincs.dep", "manningfile": "sfincs.rgh",
        "precipfile": "sfincs.prcp", "alpha": 0.7, "theta": 0.9, "huthresh": 0.001, "dtmax": 10.0, "advection": 0,
        "viscosity": 0, "coriolis": 0, "zsini": -10.0, "dtout": end, "dtmaxout": end, "dthisout": 0,
    }  # fmt: skip
    (folder / "sfincs.inp").write_text("".join(f"{name} = {value}\n" for name, value in values.items()))


def sfincs(z: np.ndarray, manning: np.ndarray, end: float, threads: int) -> Peer:
    """Run SFINCS in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sfincs_files(folder, z, manning, end)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = subprocess.run(
            [os.environ["HKS_SFINCS"]], cwd=folder, env={**os.environ, "OMP_NUM_THREADS": str(threads)},
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        def last(file: str, kind: type) -> np.ndarray:
            level = np.fromfile(folder / file, np.uint8)[-4 - z.size * np.dtype(kind).itemsize : -4].view(kind)
            return np.maximum(level.reshape(z.shape[::-1]).T[::-1] - z.astype(np.float32), 0.0)

        depth, depth_max = last("zs.dat", np.float64), last("zsmax.dat", np.float32)
    seconds, step = (float(re.findall(rf"{words}\s*:\s*([\d.]+)", told)[0]) for words in (
        "Total simulation time", r"Average time step \(s\)",
    ))  # fmt: skip
    fallen = RATE / 3.6e6 * end * z.size
    return Peer(depth, depth_max, busy, seconds, end / step, float(depth.sum()) / fallen - 1.0)


def beside_sfincs(z: np.ndarray, manning: np.ndarray, small: np.ndarray, rough: np.ndarray) -> None:
    """Print how SFINCS does on the same towns."""
    if "HKS_SFINCS" not in os.environ:
        print("SFINCS (aim 10): HKS_SFINCS not set")
        return
    for threads in (1, 2):  # one thread by the time of the processor, which others on the machine do not lengthen
        ratios = []
        for _ in range(2):
            early, late = (sfincs(z, manning, end, threads) for end in (WARM, END))
            spent = late.busy - early.busy if threads == 1 else late.seconds - early.seconds
            theirs = (late.steps - early.steps) * z.size / spent
            clock = time.process_time if threads == 1 else time.perf_counter
            ratios.append(rate(z, manning, threads, clock) / theirs)
        print(
            f"SFINCS (aim 10), {threads} threads: {theirs / 1e6:.0f} million cell updates a second; ours is "
            f"{min(ratios):.1f} to {max(ratios):.1f} times as fast"
        )
    peer, here = sfincs(small, rough, PEER_END, 1), ours(small, rough, PEER_END, 1)
    for words, one, two in (("depth", here.depth, peer.depth), ("greatest depth", here.depth_max, peer.depth_max)):
        print(f"SFINCS, {TOWN} x {TOWN}, {PEER_END:.0f} s, {words}: {agreement(one, two)}")
    print(
        f"SFINCS: error of its balance {peer.error:.1e}, ours {-here.balance.error:.1e}; {peer.steps:.0f} steps, ours "
        f"{here.steps}; ours is done {peer.busy / here.seconds:.1f} times as fast"
    )


def agreement(one: np.ndarray, two: np.ndarray) -> str:
    """Put into words how far two fields of depth are apart."""
    deep = (one > 0.05) | (two > 0.05)
    off = float(np.sqrt(((one - two)[deep] ** 2).mean()))
    both, any_ = ((one > 0.1) & (two > 0.1)).sum(), ((one > 0.1) | (two > 0.1)).sum()
    return f"RMSE {100 * off:.2f} cm, CSI(10 cm) {both / any_:.3f}"


PEERS: dict[str, tuple[Callable[[np.ndarray, np.ndarray], float], str]] = {
    "landlab": (landlab, "20"), "itzi": (itzi, "7"),
}  # fmt: skip


def by_itself(peer: str) -> float:
    """Run a peer in a process of its own with one thread. [1/s]"""
    surroundings = {**os.environ, "OMP_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, __file__, peer], env=surroundings, capture_output=True, text=True, check=True
    )
    return float(told.stdout)


def main() -> None:
    """Print the ratios."""
    z, manning = town(SIZE)
    ours(z[:50, :50], manning[:50, :50], 1.0, 1)
    print(f"{SIZE} x {SIZE} cells, {os.cpu_count()} cores")
    one, two, top = [], [], []
    for _ in range(ROUNDS):
        one.append(rate(z, manning, 1))
        two.append(rate(z, manning, 2))
        top.append(ceiling(1))
    share = np.median(np.array(one) / np.array(top))
    few, many = min(one) / 1e6, max(one) / 1e6
    print(f"one thread: {np.median(one) / 1e6:.0f} ({few:.0f} to {many:.0f}) million cell updates a second")
    print(f"second thread (aim 1.8): {np.median(np.array(two) / np.array(one)):.2f} times one")
    print(f"part of the memory ceiling on one thread (aim 0.30): {share:.2f}")
    for name, (_, aim) in PEERS.items():
        if importlib.util.find_spec(name) is None:
            print(f"{name} (aim {aim}): not installed")
            continue
        ratios = [rate(z, manning, 1) / by_itself(name) for _ in range(2)]
        print(f"{name} (aim {aim}): ours is {min(ratios):.1f} to {max(ratios):.1f} times as fast")
    small, rough = town(TOWN)
    beside_sfincs(z, manning, small, rough)
    fast, fine = ours(small, rough, TOWN_END, 1), ours(small, rough, TOWN_END, 1, courant=0.1)
    print(f"step of 0.7 against 0.1, {TOWN} x {TOWN}: {agreement(fast.depth, fine.depth)}")
    print(
        f"balance: error {fast.balance.error:.1e}; one thread {TOWN_END / fast.seconds:.0f} times faster than real time"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(PEERS[sys.argv[1]][0](*town(SIZE)))
    else:
        main()
