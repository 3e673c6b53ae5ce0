"""Shares of ages."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hks.indicators.age_structure import share_in_ages

LOWS, HIGHS = np.array([0.0, 18, 65]), np.array([18.0, 65, np.inf])
people = arrays(np.float64, (4, 3), elements=st.floats(1, 1e6))


@given(people)
def test_shares_of_all_ages_add_up_to_one_hundred(persons: np.ndarray) -> None:
    parts = [share_in_ages(persons, LOWS, HIGHS, low, high) for low, high in ((0, 18), (18, 65), (65, np.inf))]
    np.testing.assert_allclose(sum(parts), 100.0)


@given(people, st.floats(0.01, 100))
def test_a_share_does_not_depend_on_the_size_of_the_town(persons: np.ndarray, factor: float) -> None:
    np.testing.assert_allclose(
        share_in_ages(persons * factor, LOWS, HIGHS, 65, np.inf), share_in_ages(persons, LOWS, HIGHS, 65, np.inf)
    )


def test_by_hand() -> None:
    assert share_in_ages(np.array([[20.0, 50, 30]]), LOWS, HIGHS, 65, np.inf).tolist() == [30.0]


def test_a_missing_cell_makes_the_share_missing() -> None:
    assert np.isnan(share_in_ages(np.array([[np.nan, 50, 30]]), LOWS, HIGHS, 65, np.inf)).all()
