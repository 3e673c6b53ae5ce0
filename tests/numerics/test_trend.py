"""The trend does not follow one odd year, knows what chance does, and crosses no break."""

import datetime
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.numerics.trend import after_last_break, inversions, theil_sen

SERIES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12)


@given(SERIES, st.floats(-100, 100))
def test_a_line_added_to_a_series_is_added_to_its_slope(values: list[float], slope: float) -> None:
    years = np.arange(len(values), dtype=float)
    plain, tilted = theil_sen(years, np.array(values)), theil_sen(years, np.array(values) + slope * years)
    assert tilted.slope == pytest.approx(plain.slope + slope, abs=1e-6)


@given(SERIES)
def test_backwards_the_slope_turns_round_and_the_chance_stays(values: list[float]) -> None:
    years = np.arange(len(values), dtype=float)
    there, back = theil_sen(years, np.array(values)), theil_sen(years, np.array(values[::-1]))
    assert back.slope == pytest.approx(-there.slope, abs=1e-9)
    assert back.probability == there.probability


def test_one_odd_year_does_not_turn_the_trend() -> None:
    values = np.array([10.0, 9, 8, 70, 6, 5, 4, 3])
    assert theil_sen(np.arange(8.0), values).slope == pytest.approx(-1.0)


def test_four_rising_years_have_an_interval_and_three_have_none() -> None:
    four = theil_sen(np.arange(4.0), np.array([1.0, 2, 4, 7]))
    assert (four.low, four.high) == (1.0, 3.0)
    assert four.probability == pytest.approx(2 / math.factorial(4))
    assert four.sure
    three = theil_sen(np.arange(3.0), np.array([1.0, 2, 3]))
    assert three.low is None
    assert three.probability == pytest.approx(1 / 3)
    assert theil_sen(np.arange(1.0), np.ones(1)) is None


def test_a_level_series_is_no_trend() -> None:
    level = theil_sen(np.arange(6.0), np.full(6, 3.0))
    assert (level.slope, level.probability, level.sure) == (0.0, 1.0, False)


def test_the_interval_covers_what_it_says() -> None:
    rng = np.random.default_rng(1)
    years = np.arange(8.0)
    hits = sum(
        t.low <= 0.5 <= t.high for t in (theil_sen(years, 0.5 * years + rng.normal(size=8)) for _ in range(2000))
    )
    assert hits / 2000 >= 0.8 - 0.03  # exact intervals of so few years cover at least what they say


def test_orders_of_four_things_by_hand() -> None:
    assert inversions(4) * 24 == pytest.approx([1, 3, 5, 6, 5, 3, 1])


def test_the_run_begins_on_the_day_of_the_last_break() -> None:
    days = [datetime.date(year, 12, 31) for year in range(2005, 2012)]
    assert after_last_break(days, [datetime.date(2009, 7, 1), datetime.date(2011, 5, 9)]) == 6
    assert after_last_break(days, [datetime.date(2012, 1, 1), datetime.date(2005, 12, 31)]) == 0
    assert after_last_break([], [datetime.date(2012, 1, 1)]) == 0
