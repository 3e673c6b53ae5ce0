"""Laws of raking and a table by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InfeasibleError, InputError
from hks.numerics.raking import rake

seeds = st.integers(0, 10**6)


@given(seeds)
def test_two_margins_are_met(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table, aim = rng.uniform(0.1, 5, (2, 6, 7))
    raked = rake(table, {(0,): aim.sum(axis=1), (1,): aim.sum(axis=0)})
    np.testing.assert_allclose(raked.sum(axis=1), aim.sum(axis=1), atol=1e-8 * aim.sum())
    np.testing.assert_allclose(raked.sum(axis=0), aim.sum(axis=0), atol=1e-8 * aim.sum())


@given(seeds)
def test_three_margins_of_a_cube_are_met(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table, aim = rng.uniform(0.5, 2, (2, 4, 2, 5))
    margins = {(0, 1): aim.sum(axis=2), (1, 2): aim.sum(axis=0), (0, 2): aim.sum(axis=1)}
    raked = rake(table, margins)
    for axes, target in margins.items():
        other = ({0, 1, 2} - set(axes)).pop()
        np.testing.assert_allclose(raked.sum(axis=other), target, atol=1e-7)


@given(seeds)
def test_odds_ratios_are_kept_and_empty_cells_stay_empty(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table, aim = rng.uniform(0.1, 5, (2, 3, 3))
    table[0, 0] = aim[0, 0] = 0.0
    raked = rake(table, {(0,): aim.sum(axis=1), (1,): aim.sum(axis=0)})
    assert raked[0, 0] == 0.0
    odds = [t[1, 1] * t[2, 2] / (t[1, 2] * t[2, 1]) for t in (table, raked)]
    assert odds[0] == pytest.approx(odds[1])


def test_a_table_that_agrees_stays_and_one_by_hand() -> None:
    table = np.array([[1.0, 1.0], [1.0, 1.0]])
    raked = rake(table, {(0,): np.array([3.0, 1.0]), (1,): np.array([2.0, 2.0])})
    np.testing.assert_allclose(raked, [[1.5, 1.5], [0.5, 0.5]])
    np.testing.assert_allclose(rake(raked, {(0,): np.array([3.0, 1.0])}), raked)


@pytest.mark.parametrize(
    ("table", "margins", "error", "told"),
    [
        (np.ones((2, 2)), {}, InputError, "at least one"),
        (np.ones((2, 2)), {(2,): np.ones(2)}, InputError, "axes"),
        (np.ones((2, 2)), {(0,): np.ones(3)}, InputError, "shape"),
        (-np.ones((2, 2)), {(0,): np.ones(2)}, InputError, "negative"),
        (np.ones((2, 2)), {(0,): np.ones(2), (1,): np.ones(2) * 2}, InputError, "different totals"),
        (np.diag([1.0, 0.0]), {(0,): np.ones(2)}, InfeasibleError, "holds nothing"),
        (np.eye(2), {(0,): np.array([1.0, 3.0]), (1,): np.array([3.0, 1.0])}, InfeasibleError, "contradict"),
    ],
)
def test_what_cannot_be_is_told(table: np.ndarray, margins: dict, error: type, told: str) -> None:
    with pytest.raises(error, match=told):
        rake(table, margins)
