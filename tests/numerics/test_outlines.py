"""Thinned outlines: neighbours keep one border, nothing turns over, nothing is invented."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.adapters.geopackages import tiling

from hks.numerics.outlines import junctions, simplified, thinned, twice_area

labels = st.tuples(st.integers(2, 9), st.integers(2, 9)).flatmap(
    lambda size: arrays(int, size, elements=st.integers(0, 4))
)
tolerances = st.floats(0, 60)


def rings_of(grid: np.ndarray) -> list:
    return [tuple(ring[:-1]) for _label, rings in sorted(tiling(grid).items()) for ring in rings]


def edges(rings) -> Counter:
    return Counter((a, b) for ring in rings for a, b in zip(ring, (*ring[1:], ring[0]), strict=True))


@given(labels, tolerances)
def test_shared_borders_stay_shared(grid: np.ndarray, tolerance: float) -> None:
    """Whatever line has an area on one side only lies at the edge of all areas: nothing gapes, nothing overlaps."""
    rows, columns = grid.shape
    found = edges(simplified(rings_of(grid), tolerance))
    alone = [edge for edge, count in found.items() if count > found[edge[::-1]]]
    for edge in alone:
        assert all(x in (0, columns) or y in (0, rows) for x, y in edge)


@given(labels, tolerances)
def test_no_area_turns_over_or_vanishes(grid: np.ndarray, tolerance: float) -> None:
    before = rings_of(grid)
    after = simplified(before, tolerance)
    assert len(after) == len(before)
    for was, now in zip(before, after, strict=True):
        assert len(now) >= 3
        assert np.sign(twice_area(now)) == np.sign(twice_area(was)) != 0


@given(labels, tolerances)
def test_every_point_is_one_of_the_ring_and_those_where_borders_part_stay(grid: np.ndarray, tolerance: float) -> None:
    before = rings_of(grid)
    parting = junctions(before)
    for was, now in zip(before, simplified(before, tolerance), strict=True):
        assert set(now) <= set(was)
        assert parting & set(was) <= set(now)


@given(labels)
def test_without_tolerance_nothing_changes(grid: np.ndarray) -> None:
    before = rings_of(grid)
    for was, now in zip(before, simplified(before, 0), strict=True):
        assert set(now) == set(was)
        assert twice_area(now) == twice_area(was)


@given(labels, tolerances, tolerances)
def test_more_tolerance_never_keeps_more_points(grid: np.ndarray, one: float, other: float) -> None:
    arc = rings_of(grid)[0]
    less, more = sorted([one, other])
    assert len(thinned(arc, more)) <= len(thinned(arc, less))


def test_by_hand_a_notch_smaller_than_the_tolerance_goes_and_both_sides_agree() -> None:
    """Two squares share the line x = 4 with a notch of one square step at (5, 2)."""
    left = ((0, 0), (4, 0), (4, 1), (5, 2), (4, 3), (4, 4), (0, 4))
    right = ((4, 0), (8, 0), (8, 4), (4, 4), (4, 3), (5, 2), (4, 1))
    assert simplified([left, right], 2.5) == [((4, 0), (4, 4), (0, 4), (0, 0)), ((4, 0), (8, 0), (8, 4), (4, 4))]
    assert simplified([left, right], 0.4)[0] == ((4, 0), (4, 1), (5, 2), (4, 3), (4, 4), (0, 4), (0, 0))


def test_a_town_inside_a_district_keeps_its_place_in_the_hole() -> None:
    grid = np.zeros((9, 9), dtype=int)
    grid[3:6, 3:6] = 1
    shapes = tiling(grid)
    outer, hole = (tuple(ring[:-1]) for ring in sorted(shapes[0], key=len, reverse=True))
    (town,) = (tuple(ring[:-1]) for ring in shapes[1])
    _outer, hole_after, town_after = simplified([outer, hole, town], 1.2)
    assert set(hole_after) == set(town_after)
    assert twice_area(hole_after) == -twice_area(town_after)


@pytest.mark.parametrize("tolerance", [1e3, 1e9])
def test_an_area_that_would_shrink_to_a_line_keeps_its_border(tolerance: float) -> None:
    sliver = ((0, 0), (10, 0), (10, 1), (0, 1))
    above = ((0, 1), (10, 1), (10, 9), (0, 9))
    for ring in simplified([sliver, above], tolerance):
        assert len(ring) >= 3
