"""Heavy rain: laws of the sweep, then cases whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from hks.climate.grid import Grid
from hks.climate.heavy_rain import AS_IT_IS, Inflow, Rain, Setting, Walls, run_off
from hks.climate.heavy_rain_kernels import THETA, _flow
from hks.climate.infiltration import Cover, Losses
from hks.core.errors import InputError


@njit
def friction(face, rise, roughness, q, neighbours, around, push, drag, shallow):
    return _flow(face, rise, roughness, q, neighbours, around, push, drag, shallow)


DOUBLE = Setting(numbers="double")


def storm(mm_per_hour: float, seconds: float) -> Rain:
    return Rain(np.array([0.0, seconds]), np.array([mm_per_hour]))


def bed(seed: int, rows: int = 24, columns: int = 31, high: float = 3.0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.0, high, (rows, columns))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), above=st.sampled_from([0.0, 480.0]), kind=st.sampled_from(["single", "double"]))
def test_a_lake_at_rest_stays_exactly_still(seed: int, above: float, kind: str) -> None:
    z = bed(seed) + above
    water = np.maximum(above + 1.7 - z, 0.0)
    done = run_off(Grid(z, 2.0), end=60.0, depth=water, setting=Setting(numbers=kind))  # type: ignore[arg-type]
    assert np.array_equal(done.depth, done.depth_max)
    assert not done.flow_x.any()
    assert not done.flow_y.any()
    assert done.depth == pytest.approx(water, abs=2e-4 if kind == "single" else 1e-12)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**31), kind=st.sampled_from(["single", "double"]), walls=st.booleans())
def test_no_bit_depends_on_the_number_of_threads(seed: int, kind: str, walls: bool) -> None:
    z = bed(seed, 29, 23)
    crest = Walls(
        np.where(bed(seed + 1, 29, 23) > 2.0, 4.0, -np.inf), np.where(bed(seed + 2, 29, 23) > 2.0, 4.0, -np.inf)
    )
    setting = Setting(sides={"left": "free", "bottom": "level"}, levels={"bottom": 1.0}, numbers=kind)  # type: ignore[arg-type]
    answers = [
        run_off(
            Grid(z, 2.0),
            end=90.0,
            rain=storm(80.0, 60.0),
            walls=crest if walls else None,
            setting=replace(setting, threads=n),
        )
        for n in (1, 2, 3, 7)
    ]
    for other in answers[1:]:
        for name in ("depth", "depth_max", "speed_max", "flow_x", "flow_y"):
            assert np.array_equal(getattr(answers[0], name), getattr(other, name)), name
        assert answers[0].balance == other.balance


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**31), rate=st.floats(1.0, 300.0), side=st.sampled_from(["closed", "free"]))
def test_no_water_is_lost_or_made(seed: int, rate: float, side: str) -> None:
    z = bed(seed, high=8.0)
    cells = np.zeros(z.shape, dtype=bool)
    cells[5:7, 5:9] = True
    done = run_off(
        Grid(z, 2.0), end=300.0, rain=storm(rate, 200.0), inflows=[Inflow(cells, 0.7)],
        setting=Setting(sides={"right": side, "top": side}, numbers="double"),  # type: ignore[dict-item]
    )  # fmt: skip
    assert abs(done.balance.error) < 1e-12
    assert done.balance.inflow == pytest.approx(0.7 * 300)
    assert (done.depth >= 0).all()


@pytest.mark.parametrize(("kind", "most"), [("single", 1e-5), ("double", 1e-12)])
def test_ten_thousand_steps_keep_the_balance(kind: str, most: float) -> None:
    z = bed(4, 60, 60, 5.0)
    water = np.zeros(z.shape)
    water[20:30, 20:30] = 2.0
    done = run_off(
        Grid(z, 2.0), end=1000.0, rain=storm(60.0, 1000.0), depth=water, setting=Setting(numbers=kind, longest=0.1)
    )  # type: ignore[arg-type]
    assert done.steps >= 10_000
    assert abs(done.balance.error) < most


def test_what_is_symmetrical_stays_so() -> None:
    x = np.arange(41) - 20.0
    dome = 3.0 - 0.004 * (x[:, None] ** 2 + x[None, :] ** 2)
    done = run_off(Grid(dome, 2.0), end=600.0, rain=storm(50.0, 600.0), setting=DOUBLE).depth
    for other in (done[::-1], done[:, ::-1], done.T):
        assert done == pytest.approx(other, abs=1e-6)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**31), less=st.floats(5.0, 60.0), more=st.floats(1.0, 60.0))
def test_more_rain_never_stores_less_water(seed: int, less: float, more: float) -> None:
    terrain, setting = Grid(bed(seed, high=1.0), 5.0), Setting(sides={"bottom": "free"})
    stored = [
        run_off(terrain, end=400.0, rain=storm(rate, 300.0), setting=setting).balance.stored
        for rate in (less, less + more)
    ]
    assert stored[0] <= stored[1]


def test_a_wall_holds_water_back_until_it_is_topped() -> None:
    z = np.zeros((3, 20))
    water = np.zeros(z.shape)
    water[:, :5] = 0.5
    east = np.full(z.shape, -np.inf)
    east[:, 4] = 0.6
    held = run_off(Grid(z, 2.0), end=120.0, depth=water, walls=Walls(east, np.full(z.shape, -np.inf)))
    assert held.depth[:, 5:].max() == 0
    east[:, 4] = 0.3
    topped = run_off(Grid(z, 2.0), end=1200.0, depth=water, walls=Walls(east, np.full(z.shape, -np.inf)))
    assert topped.depth[:, :5].mean() == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("angle", [0.0, 22.5, 45.0, 90.0])
@pytest.mark.parametrize("longest", [0.5, 5.0])
def test_uniform_flow_is_that_of_manning_at_any_angle_to_the_grid(angle: float, longest: float) -> None:
    slope, n, depth, size = 0.01, 0.03, 0.05, 61
    rows, columns = np.mgrid[0:size, 0:size] * 2.0
    z = 20.0 - slope * (columns * np.cos(np.radians(angle)) + rows * np.sin(np.radians(angle)))
    done = run_off(
        Grid(z, 2.0),
        end=20.0,
        manning=n,
        depth=np.full(z.shape, depth),
        setting=Setting(longest=longest, recorded=20.0),
    )
    middle = size // 2
    q = np.hypot(done.flow_x[middle, middle], done.flow_y[middle, middle])
    here = float(done.depth[middle, middle])
    assert q / (here ** (5 / 3) * slope**0.5 / n) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(("slope", "n"), [(0.005, 0.05), (0.05, 0.05), (0.2, 0.05), (0.5, 0.02)])
@pytest.mark.parametrize("longest", [0.5, 5.0])
def test_a_plane_answers_rain_as_a_kinematic_wave(slope: float, n: float, longest: float) -> None:
    length, dx, rate = 100.0, 2.0, 50.0 / 3.6e6
    z = np.tile(slope * (length - dx * (np.arange(50) + 0.5)), (3, 1))
    alpha = slope**0.5 / n
    full = (length / (alpha * rate ** (2 / 3))) ** 0.6  # time of concentration [s]
    times = np.linspace(0.05, 1.6, 32) * full
    known = np.where(times < full, alpha * (rate * np.minimum(times, full)) ** (5 / 3), rate * length)
    setting = Setting(sides={"right": "free"}, longest=longest, shallow=1e-4, numbers="double", slope=slope)
    runs = [run_off(Grid(z, dx), end=float(time), rain=storm(50.0, 1e5), manning=n, setting=setting) for time in times]
    ends = [run.balance.out for run in runs]  # what has left until then; its rise is the flow
    volume = np.array(ends) / (3 * dx)
    flow = np.diff(volume, prepend=0.0) / np.diff(times, prepend=0.0)
    middle = np.interp(np.concatenate([[times[0] / 2], (times[1:] + times[:-1]) / 2]), times, known)
    efficiency = 1.0 - ((flow - middle) ** 2).sum() / ((middle - middle.mean()) ** 2).sum()
    assert efficiency >= 0.995
    assert flow[-1] / (rate * length) == pytest.approx(1.0, abs=0.025)


def test_a_v_shaped_valley_gives_off_all_that_falls() -> None:
    across, along = np.abs(np.arange(81) - 40) * 20.0, (np.arange(50)[::-1] + 0.5) * 20.0
    z = 0.05 * np.maximum(across - 10.0, 0.0)[None, :] + 0.02 * along[:, None]
    manning = np.where(across[None, :] == 0, 0.15, 0.015) * np.ones(z.shape)
    setting = Setting(sides={"bottom": "free"}, slope=0.02, shallow=1e-4)
    out = [
        run_off(Grid(z, 20.0), end=end, rain=storm(10.8, 5400.0), manning=manning, setting=setting).balance.out
        for end in (5100.0, 5400.0)
    ]  # Di Giammarco et al. (1996): 1,620 m x 1,000 m x 10.8 mm/h = 4.86 m3/s
    assert (out[1] - out[0]) / 300.0 == pytest.approx(4.86, rel=0.01)


def test_a_wave_that_does_not_break_runs_as_it_should() -> None:
    """Hunter et al. (2005): h(x, t) = (7/3 n2 u2 (u t - x))^(3/7) on a flat bed."""
    speed, n, dx, end = 1.0, 0.03, 10.0, 3600.0

    def known(x: np.ndarray | float, time: np.ndarray | float) -> np.ndarray:
        return np.asarray((7.0 / 3.0 * n**2 * speed**2 * np.maximum(speed * time - x, 0.0)) ** (3.0 / 7.0))

    times = np.linspace(0.0, end, 3601)
    rising = np.column_stack([times, known(0.0, times)])
    setting = Setting(sides={"left": "level"}, levels={"left": rising}, recorded=1.0, numbers="double")
    done = run_off(Grid(np.zeros((3, 500)), dx), end=end, manning=n, setting=setting)
    depth, right = done.depth[1], known((np.arange(500) + 0.5) * dx, end)
    assert np.sqrt(((depth - right)[right > 0] ** 2).mean()) <= 0.06 * right.max()
    assert (depth > 0.01).sum() * dx == pytest.approx(3600.0, rel=0.05)


@settings(max_examples=20, deadline=None)
@given(level=st.floats(0.5, 4.0), dx=st.floats(1.0, 10.0))
def test_water_at_a_held_side_is_heeded_by_the_first_step(level: float, dx: float) -> None:
    done = run_off(
        Grid(np.zeros((3, 30)), dx), end=10.0, setting=Setting(sides={"left": "level"}, levels={"left": level})
    )
    assert done.depth_max.max() < 2.0 * level  # the front of a sudden wave overshoots in these equations


@pytest.mark.parametrize("scheme", ["inertial", "shallow-water"])
def test_what_soil_and_leaves_take_stands_in_the_balance(scheme: str) -> None:
    z = bed(8, high=2.0)
    setting = Setting(numbers="double", scheme=scheme)  # type: ignore[arg-type]
    covers = [
        Cover("street"),
        Cover("garden", interception=0.002, kind="horton", first=6e-6, last=1e-6, decay=5e-4),
    ]  # invented
    losses = Losses.of(covers, (z > 1.0).astype(int))
    done = run_off(Grid(z, 2.0), end=900.0, rain=storm(40.0, 600.0), losses=losses, setting=setting)
    assert abs(done.balance.error) < 1e-12
    assert 0.1 * done.balance.rain < done.balance.infiltrated < done.balance.rain
    none = run_off(Grid(z, 2.0), end=900.0, rain=storm(40.0, 600.0), setting=setting)
    assert done.balance.stored < none.balance.stored
    with pytest.raises(InputError, match="other rows and columns"):
        run_off(Grid(z[1:], 2.0), end=1.0, losses=losses)


def refused(match: str, z: np.ndarray | None = None, **wrong: object) -> None:
    terrain = Grid(bed(1) if z is None else z, 2.0)
    with pytest.raises(InputError, match=match):
        run_off(terrain, **{"end": 10.0, **wrong})  # type: ignore[arg-type]


def test_what_cannot_be_is_refused() -> None:
    refused("at least three rows", np.zeros((2, 5)))
    refused("no elevation at all", np.full((5, 5), np.nan))
    refused("must end after", end=0.0)
    refused("Roughness must be above zero", manning=-0.1)
    refused("has 3 x 3 rows", manning=np.full((3, 3), 0.1))
    refused("cannot be negative", depth=np.full((24, 31), -1.0))
    refused("no boundary", setting=replace(AS_IT_IS, sides={"left": "open"}))
    refused("level at the side 'top' is missing", setting=replace(AS_IT_IS, sides={"top": "level"}))
    refused("inflow lies outside", inflows=[Inflow(np.zeros((24, 31), dtype=bool), 1.0)])
    with pytest.raises(InputError, match="cannot be negative"):
        storm(-5.0, 60.0)
    with pytest.raises(InputError, match="must rise"):
        Rain(np.array([0.0, 0.0]), np.array([1.0]))


def test_a_run_can_be_ended_from_outside() -> None:
    class EnoughError(Exception):
        pass

    def told(part: float) -> None:
        if part > 0.3:
            raise EnoughError

    with pytest.raises(EnoughError):
        run_off(Grid(bed(2), 2.0), end=100.0, rain=storm(50.0, 100.0), told=told)


@settings(max_examples=200, deadline=None)
@given(
    wanted=st.floats(-4, 4),
    ratio=st.floats(-3, 3),
    rough=st.floats(-3, 3),
    double=st.booleans(),
    sign=st.sampled_from([-1, 1]),
)
def test_friction_is_within_four_thousandths_of_the_exact_flow(
    wanted: float, ratio: float, rough: float, double: bool, sign: int
) -> None:
    kind = np.float64 if double else np.float32
    q, b = 10.0**wanted * 1e-3, 10.0**rough
    cross = q * 10.0**ratio
    driven = q * (1 + b * np.hypot(q, cross))  # R for which q is exact; depth 1, so that B is what is given
    asked = (1.0, 0.0, b, driven / float(THETA) * sign, 0.0, 4 * cross, 1.0, 1.0, 1e-3)
    flow, speed = friction(*(kind(x) for x in asked))
    assert flow * sign == pytest.approx(q, rel=4.5e-3)
    assert speed == pytest.approx(abs(flow), rel=1e-4)
