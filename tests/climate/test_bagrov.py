"""Bagrov's relation: its closed forms, its limits, and how far ABIMO's approximation lies from it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.climate.bagrov import evaporation_ratio, water_needed
from hks.core.errors import InputError

waters = st.floats(0.0, 4.0)
effectivities = st.floats(0.05, 15.0)


def ratio(x: float, n: float, way: str = "exact") -> float:
    return float(evaporation_ratio(np.array([x]), np.array([n]), way)[0])


@given(waters)
def test_two_effectivities_have_a_closed_form(x: float) -> None:
    assert ratio(x, 1.0) == pytest.approx(1.0 - np.exp(-x), abs=1e-10)
    assert ratio(x, 2.0) == pytest.approx(np.tanh(x), abs=1e-10)


@given(waters, effectivities)
def test_evaporation_exceeds_neither_water_nor_potential(x: float, n: float) -> None:
    for way in ("exact", "abimo"):
        y = ratio(x, n, way)
        assert 0.0 <= y <= 1.0
    assert ratio(x, n) <= x + 1e-9


@given(waters, effectivities, st.floats(0.0, 0.5), st.floats(0.0, 2.0))
def test_more_water_or_more_effect_never_evaporates_less(x: float, n: float, wetter: float, more: float) -> None:
    assert ratio(x + wetter, n) >= ratio(x, n) - 1e-9
    assert ratio(x, n + more) >= ratio(x, n) - 1e-9


@pytest.mark.parametrize("n", [0.05, 0.11, 0.25, 0.65, 0.7, 1.5, 2.5, 3.8, 8.0, 14.0])
def test_the_integral_equals_its_series(n: float) -> None:
    y = np.array([1e-4, 0.1, 0.4, 0.8, 0.95])
    power = n * np.arange(400_000)
    series = [float((value**power / (power + 1.0)).sum() * value) for value in y]
    assert water_needed(y, np.full(y.shape, n)) == pytest.approx(np.array(series), abs=1e-8)


def test_the_steps_to_the_solution_leave_nothing() -> None:
    rng = np.random.default_rng(1)
    x, n = rng.uniform(0, 3, 5000), rng.uniform(0.05, 12, 5000)
    y = evaporation_ratio(x, n)
    inside = y < 0.999
    assert np.abs(water_needed(y[inside], n[inside]) - x[inside]).max() < 1e-9


@pytest.mark.parametrize(("n", "most"), [(0.05, 0.007), (0.11, 0.002), (0.4, 0.002), (1.0, 0.001), (2.0, 0.001)])
def test_abimo_lies_near_the_exact_solution(n: float, most: float) -> None:
    x = np.linspace(0.6, 1.6, 50)
    apart = evaporation_ratio(x, np.full(50, n), "abimo") - evaporation_ratio(x, np.full(50, n))
    assert np.abs(apart).max() < most


@pytest.mark.parametrize(("x", "n"), [(-0.1, 1.0), (1.0, 0.0), (float("nan"), 1.0), (1.0, float("inf"))])
def test_what_is_no_water_is_refused(x: float, n: float) -> None:
    with pytest.raises(InputError, match="at least 0"):
        ratio(x, n)
