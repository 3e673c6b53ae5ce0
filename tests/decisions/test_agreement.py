"""Kendall's W: 1 for one order, 0 for orders that cancel out, whatever the scale of the scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hks.decisions.agreement import concordance, mean_ranks

SCORES = arrays(float, st.tuples(st.integers(2, 5), st.integers(2, 6)), elements=st.integers(0, 9))


@given(SCORES)
def test_it_lies_between_none_and_full_agreement(scores: np.ndarray) -> None:
    found = concordance(scores)
    assert found is None or -1e-9 <= found <= 1.0 + 1e-9


@given(SCORES, st.floats(0.1, 9.0), st.floats(-9.0, 9.0))
def test_neither_the_scale_of_a_group_nor_the_order_of_groups_matters(
    scores: np.ndarray, factor: float, shift: float
) -> None:
    turned = scores[::-1].copy()
    turned[0] = turned[0] * factor + shift
    assert concordance(turned) == pytest.approx(concordance(scores))


@given(arrays(float, 4, elements=st.integers(0, 99), unique=True), st.integers(2, 5))
def test_groups_of_one_mind_agree_fully(scores: np.ndarray, many: int) -> None:
    assert concordance(np.tile(scores, (many, 1))) == pytest.approx(1.0)


def test_two_opposed_groups_cancel_out_and_three_are_counted_by_hand() -> None:
    assert concordance(np.array([[3.0, 2.0, 1.0], [1.0, 2.0, 3.0]])) == pytest.approx(0.0)
    # Ranks 1 2 3, 1 3 2, 2 1 3: sums 4, 6, 8, so S = 8 and W = 12 * 8 / (9 * 24).
    assert concordance(np.array([[3.0, 2, 1], [3, 1, 2], [2, 3, 1]])) == pytest.approx(12 * 8 / (9 * 24))


def test_ties_share_their_ranks_and_who_tells_nothing_apart_says_nothing() -> None:
    assert mean_ranks(np.array([[5.0, 5.0, 1.0]])).tolist() == [[1.5, 1.5, 3.0]]
    assert concordance(np.ones((3, 4))) is None
    assert concordance(np.array([[1.0, 2.0]])) is None
    assert concordance(np.array([[1.0], [2.0]])) is None
