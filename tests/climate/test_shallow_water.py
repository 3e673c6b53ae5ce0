"""The shallow water scheme: a lake at rest, the balance, and published solutions."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.climate.grid import Grid
from hks.climate.heavy_rain import Inflow, Numbers, Rain, Runoff, Setting, Walls, run_off
from hks.climate.heavy_rain_kernels import GRAVITY

FULL = Setting(numbers="double", scheme="shallow-water", courant=0.45, shallow=1e-6)
SMOOTH = 1e-6  # roughness of next to nothing [s/m^(1/3)]


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    kind=st.sampled_from(["single", "double"]),
    walls=st.booleans(),
    above=st.sampled_from([0.0, 500.0]),
)
def test_a_lake_at_rest_stays_exactly_still(seed: int, kind: Numbers, walls: bool, above: float) -> None:
    rng = np.random.default_rng(seed)
    z = rng.uniform(0.0, 3.0, (20, 25)) + above
    water = np.maximum(above + 1.6 - z, 0.0)
    crest = Walls(*(np.where(rng.random(z.shape) < 0.3, above + rng.uniform(0.0, 3.0, z.shape), -np.inf) for _ in "xy"))
    setting = replace(FULL, numbers=kind)
    done = run_off(Grid(z, 2.0), end=30.0, depth=water, walls=crest if walls else None, setting=setting)
    assert np.array_equal(done.depth, done.depth_max)
    assert not done.flow_x.any()
    assert not done.flow_y.any()
    assert done.depth == pytest.approx(water, abs=2e-4 if kind == "single" else 1e-12)


def basins(crest: float, gap: slice = slice(0, 0), end: float = 20.0, numbers: Numbers = "double") -> Runoff:
    """Let a full basin stand beside an empty one, a wall between them that is broken in a gap."""
    depth = np.where(np.arange(40) < 20, 2.0, 0.0) * np.ones((21, 1))
    east = np.full(depth.shape, -np.inf)
    east[:, 19] = crest
    east[gap, 19] = -np.inf
    walls = Walls(east, np.full(depth.shape, -np.inf))
    setting = replace(FULL, numbers=numbers)
    return run_off(Grid(np.full(depth.shape, 7.0), 1.0), end=end, depth=depth, walls=walls, setting=setting)


@pytest.mark.parametrize("numbers", ["single", "double"])
def test_a_wall_above_the_water_holds_a_basin_exactly(numbers: Numbers) -> None:
    done = basins(9.5, numbers=numbers)
    assert (done.depth[:, :20] == 2.0).all()
    assert not done.depth[:, 20:].any()
    assert not done.flow_x.any()


def test_a_breached_dyke_lets_water_through_its_gap_only() -> None:
    done = basins(9.5, slice(9, 12), end=4.0)
    assert abs(done.balance.error) < 1e-12
    assert done.arrival[10, 20] <= 5.0
    assert np.isnan(done.arrival[0, 20])  # behind the wall that stands
    assert done.depth[10, 20] > done.depth[5, 20]
    assert done.depth == pytest.approx(done.depth[::-1], abs=1e-9)  # the gap lies in the middle
    through, width, seconds, head = done.depth[:, 20:].sum(), 3.0, 4.0, np.sqrt(GRAVITY * 2.0**3)
    falling, drawn = (2 / 3) ** 3 * head, (2 / 3) ** 1.5 * head  # per metre: after Ritter, and over a broad sill [m²/s]
    assert width * seconds * falling < through < width * seconds * drawn  # water comes from the sides, too


def test_a_wall_below_the_ground_is_none_and_water_spills_over_a_low_one() -> None:
    assert np.array_equal(basins(6.0).depth, basins(-np.inf).depth)
    spilled = [basins(crest, end=10.0).depth[:, 20:].sum() for crest in (7.0, 8.0, 8.5, 9.0)]
    assert spilled[0] > spilled[1] > spilled[2] > 0
    assert spilled[3] == 0


def test_no_water_is_lost_and_no_bit_depends_on_the_threads() -> None:
    z = np.random.default_rng(5).uniform(0.0, 4.0, (22, 18))
    z[3:5, 7:9] = np.nan
    cells = np.zeros(z.shape, dtype=bool)
    cells[10, 10] = True
    runs = [
        run_off(
            Grid(z, 2.0), end=120.0, rain=Rain(np.array([0.0, 100.0]), np.array([90.0])), inflows=[Inflow(cells, 0.4)],
            setting=replace(FULL, sides={"right": "free"}, threads=threads),
        )
        for threads in (1, 2)
    ]  # fmt: skip
    assert abs(runs[0].balance.error) < 1e-12
    assert runs[0].balance.out > 0
    assert np.array_equal(runs[0].depth, runs[1].depth)


def dam(left: float, right: float, cells: int, dx: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    depth = np.where(np.arange(cells) < cells // 2, left, right) * np.ones((3, 1))
    setting = replace(FULL, sides={"left": "free", "right": "free"})
    done = run_off(Grid(np.zeros((3, cells)), dx), end=end, manning=SMOOTH, depth=depth, setting=setting)
    return (np.arange(cells) + 0.5) * dx - cells // 2 * dx, done.depth[1]


def test_a_dam_break_on_water_is_that_of_stoker() -> None:
    left, right, end = 1.0, 0.5, 60.0
    low, high = right, left
    for _ in range(200):  # depth between wave and shock
        middle = (low + high) / 2
        by_wave = 2 * (np.sqrt(GRAVITY * left) - np.sqrt(GRAVITY * middle))
        by_shock = (middle - right) * np.sqrt(GRAVITY / 2 * (middle + right) / (middle * right))
        low, high = (middle, high) if by_wave > by_shock else (low, middle)
    u, c = by_wave, np.sqrt(GRAVITY * middle)
    shock = middle * u / (middle - right)
    x, depth = dam(left, right, 2000, 0.5, end)
    c_l = np.sqrt(GRAVITY * left)
    known = np.select(
        [x < -c_l * end, x < (u - c) * end, x < shock * end],
        [left, (2 * c_l - x / end) ** 2 / (9 * GRAVITY), middle], right,
    )  # fmt: skip
    assert np.abs(depth - known).mean() / known.mean() <= 0.02


def test_a_dam_break_on_dry_ground_runs_as_far_as_that_of_ritter() -> None:
    x, depth = dam(1.0, 0.0, 4000, 0.25, 40.0)
    c = np.sqrt(GRAVITY)
    front = 40.0 * (2 * c - 3 * np.sqrt(GRAVITY * 0.01))  # where the solution is one centimetre deep
    assert x[depth > 0.01].max() == pytest.approx(front, rel=0.05)


def test_water_swings_in_a_bowl_with_the_period_of_thacker() -> None:
    half, high, size, cells = 1000.0, 10.0, 3000.0, 121
    dx = size / cells
    x = (np.arange(cells) + 0.5) * dx - size / 2
    r2 = x[None, :] ** 2 + x[:, None] ** 2
    z = high * r2 / half**2
    shift = 0.1 * half
    surface = high + 2 * high * shift / half**2 * (x[None, :] - shift / 2) * np.ones((cells, 1))
    depth = np.maximum(surface - z, 0.0)
    period = 2 * np.pi * half / np.sqrt(2 * GRAVITY * high)
    middle, ends = [], np.linspace(0.9, 1.1, 9) * period
    for end in ends:
        done = run_off(Grid(z, dx), end=float(end), manning=SMOOTH, depth=depth, setting=FULL).depth
        middle.append((done * x[None, :]).sum() / done.sum())
    bend, rise, _ = np.polyfit(ends, middle, 2)  # the middle of the water is farthest out once a period
    assert -rise / (2 * bend) == pytest.approx(period, rel=0.02)


def test_water_beyond_a_held_side_counts_for_the_first_step() -> None:
    ground = Grid(np.random.default_rng(3).uniform(0.0, 0.5, (21, 17)) + np.linspace(3.0, 0.0, 21)[:, None], 2.0)
    setting = Setting(scheme="shallow-water", sides={"bottom": "level"}, levels={"bottom": 2.0})
    done = run_off(ground, end=60.0, setting=setting)
    assert done.depth_max.max() < 2.5
    assert done.steps < 2_000
