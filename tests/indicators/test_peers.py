"""Laws of likeness: symmetric, blind to units, never oneself; and a case by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hks.indicators.peers import distances, nearest, robust_units

tables = arrays(float, st.tuples(st.integers(3, 8), st.integers(2, 5)),
                elements=st.integers(-1000, 1000).map(float) | st.just(np.nan))  # fmt: skip


@given(tables)
def test_likeness_is_mutual_and_nobody_is_far_from_oneself(table: np.ndarray) -> None:
    apart = distances(table)
    np.testing.assert_allclose(apart, apart.T)
    own = np.diag(apart)
    assert np.all((own == 0) | np.isnan(own))


@given(tables, st.integers(0, 2))
def test_nobody_is_ones_own_peer_and_the_closest_comes_first(table: np.ndarray, own: int) -> None:
    found = nearest(table, own)
    assert own not in [peer.row for peer in found]
    assert [peer.distance for peer in found] == sorted(peer.distance for peer in found)


@given(tables, st.floats(0.01, 100), st.floats(-50, 50))
def test_another_unit_of_a_feature_changes_nothing(table: np.ndarray, factor: float, shift: float) -> None:
    other = table.copy()
    other[:, 0] = other[:, 0] * factor + shift
    np.testing.assert_allclose(distances(other), distances(table), rtol=1e-6, atol=1e-6)


def test_a_case_by_hand() -> None:
    # medians 20 and 3; median absolute deviations 10 and 1
    table = np.array([[10.0, 2.0], [20.0, 3.0], [30.0, 4.0], [11.0, 2.0], [40.0, np.nan]])
    assert robust_units(table)[2, 0] == pytest.approx((30 - 20) / (1.4826 * 10))
    first = nearest(table, 0)[0]
    assert first.row == 3
    assert first.features == (1, 0)  # the second feature is equal
    assert first.distance == pytest.approx((1 / (1.4826 * 10)) / 2)
    assert 4 not in [peer.row for peer in nearest(table, 0)]  # only one feature in common


def test_a_feature_without_spread_says_nothing() -> None:
    assert nearest(np.array([[1.0, 5.0], [1.0, 6.0], [1.0, 9.0]]), 0) == []
