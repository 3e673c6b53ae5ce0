"""Losses: closed forms first, then laws of the whole grid, then one cell by hand."""

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.climate.infiltration import (
    Cover,
    Losses,
    curve_number,
    curve_number_runoff,
    filled,
    green_ampt,
    horton,
    sewered,
)
from hks.climate.infiltration_kernels import green_ampt as green_ampt_cell
from hks.climate.infiltration_kernels import horton as horton_cell
from hks.core.errors import InputError

MM_H = 1e-3 / 3600
LOAM = Cover("loam", 0.001, 0.003, 0.2, "green-ampt", conductivity=3.4 * MM_H, suction=0.0889 * 0.3)
LAWN = Cover("lawn", 0.001, 0.002, 0.0, "horton", first=80 * MM_H, last=10 * MM_H, decay=4 / 3600)
FIELD = Cover("field", kind="curve-number", number=75)
STREET = Cover("street", hollows=0.001, impervious=1.0, sewer=15 * MM_H, sewer_most=0.006)
COVERS = (LOAM, LAWN, FIELD, STREET)


def rates(hours: float) -> float:
    return 10 * MM_H * 3600 * hours + 70 * MM_H * 3600 / 4 * (1 - np.exp(-4 * hours))


@given(st.lists(st.floats(1.0, 1800.0), min_size=1, max_size=20))
def test_horton_under_ponding_equals_its_integral_however_the_time_is_cut(steps: list[float]) -> None:
    taken = np.zeros(1)
    for seconds in steps:
        taken += horton(taken, seconds, LAWN.first, LAWN.last, LAWN.decay)  # type: ignore[arg-type]
    assert taken[0] == pytest.approx(rates(sum(steps) / 3600), rel=1e-6)


@given(st.lists(st.floats(1.0, 1800.0), min_size=1, max_size=20), st.floats(0.5, 120.0), st.floats(0.001, 0.3))
def test_green_ampt_under_ponding_fulfils_its_closed_form(steps: list[float], mm_h: float, suction: float) -> None:
    taken, K, S = np.zeros(1), np.array([mm_h * MM_H]), np.array([suction])
    for seconds in steps:
        taken += green_ampt(taken, seconds, K, S)
    closed = (taken[0] - suction * np.log1p(taken[0] / suction)) / K[0]
    assert closed == pytest.approx(sum(steps), rel=1e-3)
    assert closed == pytest.approx(sum(steps), rel=1e-6)


def test_green_ampt_after_philip_s_time_by_hand() -> None:
    """Chow, Maidment & Mays (1988), example 4.3.1: silt loam, 30 % saturated, an hour of ponding: 3.17 cm."""
    taken = green_ampt(np.zeros(1), 3600.0, np.array([0.65e-2 / 3600]), np.array([0.1668 * 0.340]))
    assert taken[0] == pytest.approx(0.0317, abs=1e-4)  # printed with three digits


@given(st.lists(st.floats(0.0, 0.02), min_size=1, max_size=30), st.floats(30, 100), st.sampled_from([0.05, 0.2]))
def test_curve_number_by_steps_equals_all_rain_at_once(falls: list[float], number: float, initial: float) -> None:
    rain, kept, n = np.zeros(1), np.zeros(1), np.array([number])
    for fall in falls:
        kept += curve_number(rain, np.array([fall]), n, initial)
        rain += fall
    assert rain[0] - kept[0] == pytest.approx(curve_number_runoff(rain, n, initial)[0], abs=1e-12)


def test_curve_number_by_hand() -> None:
    """CN 75: S = 84.67 mm; 100 mm of rain give (100 - 16.93)^2 / (100 + 67.73) = 41.14 mm."""
    assert curve_number_runoff(np.array([0.1]), np.array([75.0]))[0] == pytest.approx(0.041138, abs=1e-6)
    assert curve_number_runoff(np.array([0.016]), np.array([75.0]))[0] == 0


def test_dry_soil_takes_at_its_first_rate_and_wet_soil_at_its_last() -> None:
    few = horton(np.zeros(1), 1.0, LAWN.first, LAWN.last, LAWN.decay)  # type: ignore[arg-type]
    late = horton(np.ones(1), 1.0, LAWN.first, LAWN.last, LAWN.decay)  # type: ignore[arg-type]
    assert few[0] == pytest.approx(LAWN.first, rel=1e-3)
    assert late[0] == pytest.approx(LAWN.last, rel=1e-9)


def test_storages_fill_and_sewers_stop_at_their_caps() -> None:
    assert filled(np.array([5.0, 1.0]), np.array([1.0, 3.0]), np.array([3.0, 3.0])).tolist() == [2.0, 0.0]
    assert sewered(np.array([1.0, 9.0, 9.0]), np.array([0.0, 0.0, 5.0]), 2.0, np.full(3, 2.0), np.full(3, 5.5)).tolist() == [
        1.0, 4.0, 0.5,
    ]  # fmt: skip


@given(st.floats(0, 0.2), st.floats(1, 900))
def test_cells_and_arrays_reckon_alike(taken: float, seconds: float) -> None:
    one = np.array([taken])
    assert horton_cell(taken, seconds, LAWN.first, LAWN.last, LAWN.decay) == pytest.approx(
        horton(one, seconds, LAWN.first, LAWN.last, LAWN.decay)[0], abs=1e-12  # type: ignore[arg-type]
    )  # fmt: skip
    assert green_ampt_cell(taken, seconds, LOAM.conductivity, LOAM.suction) == pytest.approx(
        green_ampt(one, seconds, np.array([LOAM.conductivity]), np.array([LOAM.suction]))[0], abs=1e-12
    )


def grid(seed: int, kind: type) -> tuple[np.ndarray, Losses]:
    rng = np.random.default_rng(seed)
    depth = np.zeros((19, 23), kind)
    depth[1:-1, 1:-1] = rng.uniform(0, 0.05, (17, 21)) * (rng.random((17, 21)) < 0.7)
    return depth, Losses.of(COVERS, rng.integers(0, len(COVERS), (17, 21)))


@settings(max_examples=20)
@given(st.integers(0, 2**31), st.sampled_from([np.float32, np.float64]), st.floats(0, 0.005), st.floats(1, 600))
def test_what_is_taken_is_what_the_depths_lose(seed: int, kind: type, rain: float, seconds: float) -> None:
    depth, losses = grid(seed, kind)
    for _ in range(4):
        before = depth.astype(np.float64).sum()
        taken = losses.take(depth, rain, seconds)
        assert taken.sum() == pytest.approx(before - depth.astype(np.float64).sum(), abs=1e-12)
        assert (depth >= 0).all()
        depth[1:-1, 1:-1] += kind(rain)
    assert losses.held.min() >= 0
    assert losses.held.sum() == pytest.approx(losses.total[1], abs=1e-6)
    assert losses.drained.max() <= STREET.sewer_most + 1e-12
    assert losses.intercepted.max() <= 0.001 + 1e-12


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_no_bit_depends_on_the_number_of_threads(kind: type) -> None:
    answers = []
    most = numba.get_num_threads()
    for threads in {1, most}:
        numba.set_num_threads(threads)
        depth, losses = grid(3, kind)
        taken = [losses.take(depth, 0.001, 5.0).tobytes() for _ in range(10)]
        answers.append((taken, depth.tobytes(), losses.infiltrated.tobytes()))
    numba.set_num_threads(most)
    assert all(found == answers[0] for found in answers)


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_sealing_never_takes_more(one: float, other: float) -> None:
    low, high = sorted((one, other))
    taken = []
    for share in (low, high):
        cover = Cover("lawn", impervious=share, kind="horton", first=80 * MM_H, last=10 * MM_H, decay=4 / 3600)
        losses = Losses.of([cover], np.zeros((1, 1), int))
        depth = np.zeros((3, 3))
        depth[1, 1] = 0.02
        taken.append(losses.take(depth, 0.0, 300.0)[2])
    assert taken[1] <= taken[0] + 1e-12


def test_one_cell_by_hand() -> None:
    """10 mm of rain on a half-sealed yard: 1 mm on leaves, 2 mm in hollows, half of 72 mm/h for 100 s, then sewer."""
    yard = Cover(
        "yard", 0.001, 0.002, 0.5, "horton", first=72 * MM_H, last=72 * MM_H, decay=1.0, sewer=36 * MM_H, sewer_most=1.0
    )
    losses = Losses.of([yard], np.zeros((1, 1), int))
    depth = np.zeros((3, 3))
    depth[1, 1] = 0.010
    assert losses.take(depth, 0.010, 100.0) == pytest.approx([0.001, 0.002, 0.001, 0.001])
    assert depth[1, 1] == pytest.approx(0.005)
    depth[1, 1] = 0.0
    assert losses.take(depth, 0.0, 100.0) == pytest.approx([0, -0.001, 0.001, 0])
    assert losses.held[1, 1] == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"interception": -1.0}, "at least 0"),
        ({"impervious": 1.5}, "shares 0 to 1"),
        ({"kind": "sponge"}, "at least 0"),
        ({"kind": "horton", "first": 0.0, "last": 1.0}, "no smaller than the last"),
        ({"kind": "horton", "decay": 0.0}, "at least 0"),
        ({"conductivity": float("nan")}, "at least 0"),
        ({"kind": "curve-number", "number": 0.0}, "curve numbers 1 to 100"),
        ({"kind": "curve-number", "hollows": 0.001}, "already holds"),
    ],
)
def test_a_cover_that_cannot_be_is_refused(figures: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        Cover("x", **figures)  # type: ignore[arg-type]


def test_cells_without_a_cover_and_strange_depths_are_refused() -> None:
    with pytest.raises(InputError, match="4 is not on the list"):
        Losses.of(COVERS, np.full((2, 2), 4))
    with pytest.raises(InputError, match="for each cell"):
        Losses.of((), np.zeros((2, 2), int))
    losses = Losses.of(COVERS, np.zeros((2, 2), int))
    with pytest.raises(InputError, match="own grid"):
        losses.take(np.zeros((3, 3)), 0.0, 5.0)
