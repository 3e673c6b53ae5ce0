"""Culverts between two cells: laws, and basins whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.climate.grid import Grid
from hks.climate.heavy_rain import Culvert, Rain, Runoff, Setting, run_off
from hks.climate.heavy_rain_kernels import GRAVITY
from hks.core.errors import InputError

DOUBLE = Setting(numbers="double")
BASINS = np.where(np.arange(7) == 3, np.nan, 0.0) * np.ones((3, 1))  # two of 3 x 3 cells, nothing between
FULL = np.where(np.arange(7) < 3, 1.0, 0.0) * np.ones((3, 1))


def drained(end: float, culvert: Culvert, depth: np.ndarray = FULL, z: np.ndarray = BASINS) -> Runoff:
    return run_off(Grid(z, 2.0), end=end, depth=depth, culverts=[culvert], setting=DOUBLE)


def test_a_small_culvert_carries_its_most_and_no_more() -> None:
    done = drained(100.0, Culvert((1, 1), (1, 5), 0.5, 0.5, most=0.01))
    assert done.passed == pytest.approx((1.0,))
    assert done.depth[:, 4:].sum() * 4.0 == pytest.approx(1.0)
    assert done.depth[:, :3].sum() * 4.0 == pytest.approx(35.0)


def test_the_first_flow_is_that_of_torricelli() -> None:
    done = drained(0.01, Culvert((1, 1), (1, 5), 0.5, 0.4))
    assert done.passed[0] / 0.01 == pytest.approx(0.6 * 0.5 * 0.4 * np.sqrt(2 * GRAVITY), rel=1e-3)
    low = drained(0.01, Culvert((1, 1), (1, 5), 0.5, 4.0))  # a metre of its height is under water
    assert low.passed[0] / 0.01 == pytest.approx(0.6 * 0.5 * 1.0 * np.sqrt(2 * GRAVITY), rel=1e-2)


def test_both_sides_come_to_one_level_and_stay_there() -> None:
    done = drained(3600.0, Culvert((1, 1), (1, 5), 1.0, 1.0))
    wet = done.depth[:, [0, 1, 2, 4, 5, 6]]
    assert wet == pytest.approx(0.5, abs=2e-3)
    assert done.passed[0] == pytest.approx(18.0, abs=0.05)


def test_water_below_the_sill_stays() -> None:
    z = BASINS + np.where(np.arange(7) > 3, 0.7, 0.0)
    done = drained(3600.0, Culvert((1, 1), (1, 5), 1.0, 1.0), z=z)
    assert done.depth[:, :3] == pytest.approx(0.85, abs=2e-3)
    assert drained(600.0, Culvert((1, 1), (1, 5), 1.0, 1.0), FULL * 0.69, z).passed == (0.0,)


@given(
    seed=st.integers(0, 2**31),
    width=st.floats(0.1, 5.0),
    numbers=st.sampled_from(["single", "double"]),
    shared=st.booleans(),
)
def test_no_water_is_lost_and_no_bit_depends_on_threads_or_direction(
    seed: int, width: float, numbers: str, shared: bool
) -> None:
    rng = np.random.default_rng(seed)
    z = rng.uniform(0.0, 3.0, (25, 20))
    z[12] = 9.0
    ends = [((2, 3), (20, 5)), ((9, 9), (14, 9)), ((2, 3) if shared else (4, 4), (22, 17))]
    setting = Setting(numbers=numbers)  # type: ignore[arg-type]
    runs = [
        run_off(
            Grid(z, 2.0),
            end=60.0,
            rain=Rain(np.array([0.0, 60.0]), np.array([500.0])),
            culverts=[Culvert(*(pair[::-1] if turned else pair), width, 0.8) for pair in ends],
            setting=replace(setting, threads=threads),
        )
        for threads, turned in ((1, False), (2, False), (5, True))
    ]
    assert abs(runs[0].balance.error) < (1e-6 if numbers == "single" else 1e-13)
    assert (runs[0].depth >= 0).all()
    assert any(runs[0].passed)
    assert runs[2].passed == tuple(-volume for volume in runs[0].passed)
    for other in runs[1:]:
        assert np.array_equal(runs[0].depth, other.depth)
        assert runs[0].balance == other.balance


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"other": (1, 1)}, "two different ends"),
        ({"other": (1, 7)}, "two different ends"),
        ({"other": (-1, 1)}, "two different ends"),
        ({"other": (1, 3)}, "two different ends"),
        ({"width": 0.0}, "above zero"),
        ({"height": np.inf}, "above zero"),
        ({"coefficient": np.nan}, "above zero"),
        ({"most": -1.0}, "above zero"),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object], told: str) -> None:
    culvert = Culvert((1, 1), (1, 5), 1.0, 1.0)
    with pytest.raises(InputError, match=told):
        drained(1.0, replace(culvert, **wrong))
    with pytest.raises(InputError, match="inertial scheme only"):
        run_off(Grid(BASINS, 2.0), end=1.0, culverts=[culvert], setting=Setting(scheme="shallow-water"))
