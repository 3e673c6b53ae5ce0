"""Laws of the summaries over draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.numerics.quantiles import crps, named_quantiles

samples = st.integers(0, 10**6).map(lambda seed: np.random.default_rng(seed).normal(50, 9, (40, 3)))


@given(samples, st.floats(-5, 5))
def test_quantiles_are_ordered_and_move_with_the_draws(draws: np.ndarray, shift: float) -> None:
    told, moved = named_quantiles(draws), named_quantiles(draws + shift)
    assert (told["p10"] <= told["p50"]).all()
    assert (told["p50"] <= told["p90"]).all()
    np.testing.assert_allclose(moved["p90"], told["p90"] + shift)


def test_quantiles_by_hand() -> None:
    told = named_quantiles(np.arange(11.0)[:, None])
    assert [float(told[name][0]) for name in ("p10", "p50", "p90")] == [1.0, 5.0, 9.0]


@given(samples)
def test_the_score_equals_its_definition(draws: np.ndarray) -> None:
    truth = draws[0] + 1.0
    between = np.abs(draws[:, None] - draws[None]).mean(axis=(0, 1))
    np.testing.assert_allclose(crps(draws, truth), np.abs(draws - truth).mean(axis=0) - between / 2)


def test_one_draw_scores_its_error() -> None:
    assert crps(np.array([[3.0]]), np.array([5.0])) == pytest.approx([2.0])
