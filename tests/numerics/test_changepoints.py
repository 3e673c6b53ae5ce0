"""Laws of change points: no way of cutting is cheaper; scale and level do not matter; a planted jump is found."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hks.core.errors import InputError
from hks.numerics.changepoints import changepoints, usual_penalty

series = hnp.arrays(np.float64, st.integers(1, 11), elements=st.integers(-50, 50).map(float))


def price(values: np.ndarray, starts: tuple[int, ...], penalty: float) -> float:
    bounds = [0, *starts, len(values)]
    parts = [values[a:b] for a, b in itertools.pairwise(bounds)]
    return sum(float(((part - part.mean()) ** 2).sum()) for part in parts) + penalty * len(starts)


def every_cut(count: int, shortest: int) -> list[tuple[int, ...]]:
    cuts = (c for k in range(count) for c in itertools.combinations(range(1, count), k))
    return [c for c in cuts if all(b - a >= shortest for a, b in itertools.pairwise([0, *c, count]))]


@given(series, st.floats(0.0, 500.0), st.integers(1, 3))
def test_no_other_cut_is_cheaper(values: np.ndarray, penalty: float, shortest: int) -> None:
    found = tuple(changepoints(values, penalty, shortest))
    ways = every_cut(len(values), shortest)
    assert found == () or found in ways
    if ways:
        cheapest = min(price(values, way, penalty) for way in ways)
        assert price(values, found, penalty) == pytest.approx(cheapest, abs=1e-6)


@given(series, st.floats(0.5, 20.0), st.floats(-1e3, 1e3))
def test_neither_scale_nor_level_moves_a_change_point(values: np.ndarray, scale: float, level: float) -> None:
    penalty = 1.37 * usual_penalty(values) + 0.123  # off the ties of whole numbers
    assert changepoints(scale * values + level, scale**2 * penalty) == changepoints(values, penalty)


@given(st.integers(2, 20), st.integers(2, 20))
def test_a_clean_jump_is_found_where_it_is(before: int, after: int) -> None:
    values = np.concatenate([np.zeros(before), np.full(after, 10.0)])
    assert changepoints(values, 0.5 * usual_penalty(values)) == [before]


def test_a_longer_shortest_segment_by_hand() -> None:
    values = np.array([0.0, 0.0, 9.0, 0.0, 0.0])
    assert changepoints(values, 1.0, shortest=1) == [2, 3]
    assert changepoints(values, 1.0, shortest=2) == [2]  # 40.5 + 1 both ways round; the earlier start of the last wins
    assert changepoints(np.full(9, 0.1), 0.0) == []
    assert changepoints(np.array([]), 0.0) == []


@pytest.mark.parametrize(("values", "penalty", "shortest"), [([1.0, np.nan], 1, 1), ([1.0], -1, 1), ([1.0], 1, 0)])
def test_nonsense_is_refused(values: list[float], penalty: float, shortest: int) -> None:
    with pytest.raises(InputError):
        changepoints(np.array(values), penalty, shortest)
