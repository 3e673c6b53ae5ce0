"""Laws of even fillings, and the first points of the Sobol sequence by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.numerics.designs import MOST_DIMENSIONS, latin_hypercube, saltelli_points, sobol_points

seeds = st.integers(0, 2**53 - 1)


def each_slice_once(points: np.ndarray) -> bool:
    slices = np.sort(np.floor(points * len(points)).astype(int), axis=0)
    return bool((slices == np.arange(len(points))[:, None]).all())


@given(st.integers(1, 60), st.integers(1, 8), seeds)
def test_a_latin_hypercube_has_one_point_in_each_slice(count: int, dimensions: int, seed: int) -> None:
    points = latin_hypercube(count, dimensions, seed)
    assert each_slice_once(points)
    assert (points == latin_hypercube(count, dimensions, seed)).all()


@given(st.integers(0, 9), st.integers(1, MOST_DIMENSIONS), st.none() | seeds)
def test_the_first_powers_of_two_fill_each_axis_evenly(power: int, dimensions: int, seed: int | None) -> None:
    points = sobol_points(2**power, dimensions, seed)
    assert each_slice_once(points)
    assert ((points >= 0) & (points < 1)).all()


def test_the_first_points_by_hand() -> None:
    assert sobol_points(4, 3).tolist() == [[0, 0, 0], [0.5, 0.5, 0.5], [0.75, 0.25, 0.25], [0.25, 0.75, 0.75]]


def test_no_two_axes_are_alike() -> None:
    points = sobol_points(1024, MOST_DIMENSIONS)
    between = np.abs(np.corrcoef(points.T) - np.eye(MOST_DIMENSIONS))
    assert between.max() < 0.05


@given(st.integers(1, 20), st.integers(1, 6), seeds)
def test_each_block_of_saltelli_differs_from_the_first_in_one_axis(count: int, dimensions: int, seed: int) -> None:
    a, b, *mixed = np.split(saltelli_points(count, dimensions, seed), dimensions + 2)
    for axis, block in enumerate(mixed):
        others = np.arange(dimensions) != axis
        assert (block[:, others] == a[:, others]).all()
        assert (block[:, axis] == b[:, axis]).all()


def test_more_axes_than_direction_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="at most 21 axes; 22 are wanted"):
        sobol_points(4, MOST_DIMENSIONS + 1)
