"""Classes of values: all are covered, equal ones stay together, none could be parted better."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.numerics.natural_classes import natural_classes

values = st.lists(st.integers(-500, 500).map(lambda n: n / 10), min_size=1, max_size=12)
counts = st.integers(1, 5)


@given(values, counts)
def test_every_value_lies_in_exactly_one_class(given_values: list[float], count: int) -> None:
    classes = natural_classes(given_values, count)
    for value in given_values:
        assert sum(low <= value <= high for low, high in classes) == 1
    assert len(classes) == min(count, len(set(given_values)))


@given(values, counts)
def test_classes_rise_and_their_limits_are_values(given_values: list[float], count: int) -> None:
    ends = [end for pair in natural_classes(given_values, count) for end in pair]
    assert ends == sorted(ends)
    assert set(ends) <= set(given_values)


def spread(parts) -> float:
    return sum(float(((np.array(part) - np.mean(part)) ** 2).sum()) for part in parts)


@given(values, counts)
def test_no_other_cut_lies_closer_together(given_values: list[float], count: int) -> None:
    classes = natural_classes(given_values, count)
    found = spread([[v for v in given_values if low <= v <= high] for low, high in classes])
    different = sorted(set(given_values))
    for cuts in combinations(range(1, len(different)), len(classes) - 1):
        ends = [0, *cuts, len(different)]
        parts = [different[a:b] for a, b in pairwise(ends)]
        assert found <= spread([[v for v in given_values if v in part] for part in parts]) + 1e-6


def test_by_hand() -> None:
    assert natural_classes([1, 1, 1, 2, 10, 11, 12, 50], 3) == [(1, 2), (10, 12), (50, 50)]
    assert natural_classes([], 3) == []
    assert natural_classes([7, 7], 3) == [(7, 7)]


@pytest.mark.parametrize("far", [1e9, -1e9])
def test_values_far_from_zero_keep_their_digits(far: float) -> None:
    assert natural_classes([far + n for n in (0, 1, 100, 101)], 2) == [(far, far + 1), (far + 100, far + 101)]
