"""Heavy rain on a graphics card: the laws hold there too, and it agrees with the processor.

The laws need a card and are skipped loudly elsewhere. Without one, a small case runs in numba's simulator.
"""

import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from hks.climate import heavy_rain_cuda
from hks.climate.grid import Grid
from hks.climate.heavy_rain import Culvert, Inflow, Rain, Runoff, Setting, Walls, run_off
from hks.climate.infiltration import Cover, Losses
from hks.core.errors import InputError, StateError

PRESENT = importlib.util.find_spec("numba_cuda") is not None
FEATURES = frozenset({"inflow", "walls", "gap", "losses", "culverts", "free", "level"})
SIMULATED = """
import sys
from tests.climate.test_heavy_rain_cuda import FEATURES, apart, everything, Setting
cases = [("single", FEATURES), ("double", FEATURES), *(("double", frozenset({one})) for one in sorted(FEATURES))]
for numbers, features in cases:
    card, processor = (
        everything(5, 6, 0.4, Setting(numbers=numbers, device=device), features) for device in ("cuda", "cpu")
    )
    assert card.steps == processor.steps > 1, features
    assert any(card.passed) == ("culverts" in features)
    assert all(abs(one - two) < 1e-5 for one, two in zip(card.passed, processor.passed))
    print(numbers, apart(card, processor), card.balance.error)
"""


def has_card() -> bool:
    try:
        heavy_rain_cuda.require_card()
    except StateError:
        return False
    return True


needs_card = pytest.mark.skipif(not has_card(), reason="NO GRAPHICS CARD WITH CUDA: its runs are not tested here")
both = pytest.mark.parametrize("numbers", ["single", "double"])


def everything(rows: int, columns: int, end: float, setting: Setting, features: frozenset[str] = FEATURES) -> Runoff:
    """Run rain and what else is asked for: inflow, walls, a gap, losses, culverts, a free side, one held at a level."""
    rng = np.random.default_rng(rows)
    z = rng.uniform(0.0, 2.0, (rows, columns)) + np.linspace(3.0, 0.0, rows)[:, None]
    crests = [np.where(rng.uniform(size=z.shape) > 0.8, z + 0.7, -np.inf) for _ in range(2)]
    if "gap" in features:
        z[rows // 2, columns // 2] = np.nan
    cells = np.zeros(z.shape, dtype=bool)
    cells[1, 1:4] = True
    sides: list[tuple[str, Any]] = [("left", "free"), ("bottom", "level")]
    covers = [Cover("street"), Cover("garden", kind="horton", first=6e-6, last=1e-6, decay=5e-4)]  # invented
    return run_off(
        Grid(z, 2.0),
        end=end,
        rain=Rain(np.array([0.0, end / 2]), np.array([60.0])),
        inflows=[Inflow(cells, 0.2), Inflow(cells, 0.1)] if "inflow" in features else [],
        walls=Walls(*crests) if "walls" in features else None,
        depth=np.where(np.isnan(z), 0.0, np.maximum(1.5 - np.nan_to_num(z), 0.0)),
        culverts=[Culvert((rows - 2, 1), (1, 2), 0.5, 0.5), Culvert((2, 2), (1, 3), 0.5, 0.5, most=0.01)]
        if "culverts" in features
        else [],
        losses=Losses.of(covers, (np.nan_to_num(z) > 2.0).astype(int)) if "losses" in features else None,
        setting=replace(
            setting, sides={side: kind for side, kind in sides if kind in features}, levels={"bottom": 1.5}
        ),
    )


def apart(card: Runoff, processor: Runoff) -> float:
    """Return the greatest difference of depths and flows, and of speeds that are slow enough to tell. [m, m²/s, m/s]"""
    names = ("depth", "depth_max", "product_max", "flow_x", "flow_y", "speed_max")
    return max(float(np.abs(getattr(card, name).astype(float) - getattr(processor, name)).max()) for name in names)


@pytest.mark.skipif(not PRESENT, reason="NUMBA-CUDA IS ABSENT: the sweep of the graphics card is not simulated")
def test_a_simulated_card_agrees_with_the_processor() -> None:
    surroundings = {**os.environ, "NUMBA_ENABLE_CUDASIM": "1"}
    done = subprocess.run(
        [sys.executable, "-c", SIMULATED], env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        numbers, far, error = line.split()
        # The simulator fuses no product with a sum: the first guess of a root is a last digit of single precision off.
        assert float(far) < {"single": 1e-4, "double": 1e-7}[numbers], line
        assert abs(float(error)) < {"single": 1e-5, "double": 1e-12}[numbers]
    assert done.stdout.count("\n") == 2 + len(FEATURES)


@needs_card
@pytest.mark.parametrize(
    ("numbers", "end", "most"), [("single", 300.0, 1e-3), ("double", 30.0, 1e-9), ("double", 300.0, 1e-7)]
)
def test_a_card_agrees_with_the_processor(numbers: str, end: float, most: float) -> None:
    setting = Setting(numbers=numbers)  # type: ignore[arg-type]
    card, processor = (everything(150, 130, end, replace(setting, device=device)) for device in ("cuda", "cpu"))
    assert abs(card.steps - processor.steps) <= 1
    assert np.abs(card.depth.astype(float) - processor.depth).max() < most
    assert np.abs(card.depth_max.astype(float) - processor.depth_max).max() < most
    assert card.balance.out == pytest.approx(processor.balance.out, rel=1e-4)
    assert card.balance.infiltrated == pytest.approx(processor.balance.infiltrated, rel=1e-4)


@needs_card
@both
def test_a_lake_at_rest_stays_exactly_still_on_a_card(numbers: str) -> None:
    z = np.random.default_rng(5).uniform(0.0, 3.0, (70, 81)) + 480.0
    setting = Setting(numbers=numbers, device="cuda")  # type: ignore[arg-type]
    done = run_off(Grid(z, 2.0), end=60.0, depth=np.maximum(481.7 - z, 0.0), setting=setting)
    assert np.array_equal(done.depth, done.depth_max)
    assert not done.flow_x.any()
    assert not done.flow_y.any()


@needs_card
@pytest.mark.parametrize(("numbers", "most"), [("single", 1e-5), ("double", 1e-12)])
def test_ten_thousand_steps_on_a_card_keep_the_balance(numbers: str, most: float) -> None:
    z = np.random.default_rng(4).uniform(0.0, 5.0, (60, 60))
    water = np.zeros(z.shape)
    water[20:30, 20:30] = 2.0
    setting = Setting(numbers=numbers, longest=0.1, device="cuda")  # type: ignore[arg-type]
    rain = Rain(np.array([0.0, 1000.0]), np.array([60.0]))
    done = run_off(Grid(z, 2.0), end=1000.0, rain=rain, depth=water, setting=setting)
    assert done.steps >= 10_000
    assert abs(done.balance.error) < most


@needs_card
def test_two_runs_on_a_card_are_equal_bit_for_bit() -> None:
    one, two = (everything(90, 80, 60.0, Setting(device="cuda")) for _ in range(2))
    for name in ("depth", "depth_max", "speed_max", "flow_x", "flow_y"):
        assert np.array_equal(getattr(one, name), getattr(two, name)), name
    assert one.balance == two.balance


def test_a_card_that_cannot_be_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    terrain = Grid(np.zeros((4, 4)), 1.0)
    with pytest.raises(InputError, match="'gpu' is no device"):
        run_off(terrain, end=1.0, setting=Setting(device="gpu"))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="inertial scheme only"):
        run_off(terrain, end=1.0, setting=Setting(device="cuda", scheme="shallow-water"))
    if PRESENT and not has_card():
        with pytest.raises(StateError, match="No graphics card"):
            run_off(terrain, end=1.0, setting=Setting(device="cuda"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StateError, match="needs the package numba-cuda"):
        run_off(terrain, end=1.0, setting=Setting(device="cuda"))
