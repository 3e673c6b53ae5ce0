"""Laws of least squares with weights from zero up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.numerics.least_squares import nonnegative_least_squares

seeds = st.integers(0, 10**6)


@given(seeds)
def test_no_small_step_comes_nearer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns, wanted = rng.normal(size=(12, 5)), rng.normal(size=12)
    weights = nonnegative_least_squares(columns, wanted)
    pull = columns.T @ (wanted - columns @ weights)
    assert (weights >= 0).all()
    assert np.abs(pull[weights > 0]).max(initial=0.0) < 1e-8
    assert pull[weights == 0].max(initial=-1.0) < 1e-8


@given(seeds)
def test_weights_that_hold_exactly_are_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns, true = rng.normal(size=(9, 4)), rng.uniform(0.1, 2, 4) * (rng.random(4) < 0.7)
    np.testing.assert_allclose(nonnegative_least_squares(columns, columns @ true), true, atol=1e-8)


def test_by_hand() -> None:
    columns = np.array([[1.0, 1.0], [0.0, 1.0]])
    assert nonnegative_least_squares(columns, np.array([1.0, -1.0])).tolist() == pytest.approx([1.0, 0.0])
    assert nonnegative_least_squares(columns, np.zeros(2)).tolist() == [0.0, 0.0]
