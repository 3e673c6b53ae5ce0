"""Expected damage: monotone, exact on straight lines, near on the exponential case."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.climate.expected_damage import expected_annual_damage, net_present_value
from hks.core.errors import InputError
from hks.numerics.present_value import annuity, present_value_factor

steps = st.lists(st.floats(0, 1e6), min_size=3, max_size=8)


@given(steps, st.floats(0, 1e5))
def test_more_damage_in_any_event_never_lowers_the_expected_one(rises: list[float], more: float) -> None:
    years = np.array([2.0, 5.0, 10.0, 30.0, 100.0, 300.0, 500.0, 1000.0])[: len(rises)]
    euro = np.cumsum(rises)
    assert expected_annual_damage(years, euro + more).value >= expected_annual_damage(years, euro).value * (1 - 1e-12)
    shuffled = np.random.default_rng(1).permutation(len(rises))
    assert expected_annual_damage(years[shuffled], euro[shuffled]) == expected_annual_damage(years, euro)


@given(st.floats(1, 1e7), st.floats(2.0, 40.0), st.floats(1.0, 2.0))
def test_the_exponential_case_is_met(most: float, steepness: float, first: float) -> None:
    # D(p) = D0 (e^(-kp) - e^(-k p1)) above p1 = 1 / first: its integral over p is known
    years = np.concatenate([[first], first * np.geomspace(1.02, 1e5, 400)])
    start = 1.0 / first
    euro = most * (np.exp(-steepness / years) - np.exp(-steepness * start))
    euro[0] = 0.0
    exact = most * ((1 - np.exp(-steepness * start)) / steepness - start * np.exp(-steepness * start))
    assert expected_annual_damage(years, euro, first).value == pytest.approx(exact, rel=0.005)


def test_three_events_by_hand() -> None:
    # 10, 50, 100 a: (0 + 100) / 2 x 0.08 + (100 + 300) / 2 x 0.01 + 300 x 0.01 = 4 + 2 + 3
    found = expected_annual_damage(np.array([10.0, 50.0, 100.0]), np.array([0.0, 100.0, 300.0]))
    assert found.value == pytest.approx(9)
    assert (found.rare_share, found.frequent_share) == pytest.approx((3 / 9, 0))
    # damage at 2 a, begun at 1 a: 10 x (1 - 0.5) / 2 = 2.5; (10 + 20) / 2 x 0.4 = 6; 20 x 0.1 = 2
    found = expected_annual_damage(np.array([2.0, 10.0]), np.array([10.0, 20.0]))
    assert found.value == pytest.approx(10.5)
    assert found.frequent_share == pytest.approx(2.5 / 10.5)


def test_no_damage_is_none() -> None:
    found = expected_annual_damage(np.array([2.0, 10.0]), np.zeros(2))
    assert (found.value, found.rare_share, found.frequent_share) == (0, 0, 0)


@given(st.floats(0.0, 0.2), st.integers(1, 120))
def test_a_present_value_is_the_sum_of_its_years(rate: float, years: int) -> None:
    added = sum((1 + rate) ** -year for year in range(1, years + 1))
    assert present_value_factor(rate, years) == pytest.approx(added)
    assert annuity(rate, years) * present_value_factor(rate, years) == pytest.approx(1)


def test_a_measure_is_worth_what_it_avoids_less_what_it_costs() -> None:
    # three years at 100 percent: 1/2 + 1/4 + 1/8
    assert net_present_value(10.0, 5.0, 2.0, 1.0, 3) == pytest.approx(8 * 0.875 - 5)


@pytest.mark.parametrize(
    ("years", "euro", "first", "told"),
    [
        ([10.0], [1.0], 1.0, "two events"),
        ([10.0, 10.0], [1.0, 2.0], 1.0, "stands once"),
        ([0.5, 10.0], [1.0, 2.0], 1.0, "one year or more"),
        ([10.0, 50.0], [-1.0, 2.0], 1.0, "negative"),
        ([10.0, 50.0], [1.0, np.nan], 1.0, "missing"),
        ([10.0, 50.0], [3.0, 2.0], 1.0, "less damage"),
        ([10.0, 50.0], [3.0, 4.0], 20.0, "does some"),
        ([10.0, 50.0], [3.0, 4.0], np.nan, "begins"),
    ],
)
def test_events_that_cannot_be_are_refused(years: list[float], euro: list[float], first: float, told: str) -> None:
    with pytest.raises(InputError, match=told):
        expected_annual_damage(np.array(years), np.array(euro), first)


@pytest.mark.parametrize(("rate", "years"), [(-1.0, 5), (np.nan, 5), (0.1, 0), (0.1, np.inf)])
def test_no_present_value_without_years_or_rate(rate: float, years: float) -> None:
    with pytest.raises(InputError):
        present_value_factor(rate, years)
