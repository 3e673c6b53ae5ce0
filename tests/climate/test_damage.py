"""Damage to buildings: laws of depth and euro, a house by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.climate.damage import (
    CONSTRUCTION,
    JRC_EUROPE,
    DamageFunction,
    building_depth,
    by_depth_class,
    damage,
    footprint,
    greatest_damage,
)
from hks.climate.grid import Grid
from hks.core.errors import InputError

HOUSE = np.array([[10.0, 10.0], [16.0, 10.0], [16.0, 16.0], [10.0, 16.0]])
depths = st.lists(st.floats(0, 8), min_size=1, max_size=12).map(np.array)


def around(value: float, inside: float = 0.0) -> Grid:
    grid = Grid(np.full((30, 30), value), 1.0)
    grid.values[grid.inside(HOUSE)] = inside
    return grid


@given(depths, st.floats(0, 3), st.sampled_from(sorted(CONSTRUCTION)))
def test_more_depth_never_does_less_damage(depth: np.ndarray, more: float, use: str) -> None:
    areas, uses = np.full(depth.size, 100.0), [use] * depth.size
    less, greater = damage(depth, areas, uses), damage(depth + more, areas, uses)
    assert (greater.by_building >= less.by_building - 1e-9).all()
    assert (np.diff(less.by_building, axis=0) >= 0).all()


@given(depths, st.floats(0, 2))
def test_protection_never_adds_damage_and_ends_at_its_height(depth: np.ndarray, height: float) -> None:
    areas, uses = np.full(depth.size, 80.0), ["residential"] * depth.size
    bare, kept = (damage(depth, areas, uses, protected=p).by_building[1] for p in (0.0, height))
    assert (kept <= bare).all()
    assert (kept[depth <= height] == 0).all()
    assert kept[depth > height] == pytest.approx(bare[depth > height])


@given(st.floats(0, 7))
def test_a_share_lies_between_its_points(depth: float) -> None:
    for function in JRC_EUROPE.values():
        place = int(np.searchsorted(function.depth, depth, side="right"))
        low = function.fraction[place - 1]
        high = function.fraction[min(place, function.fraction.size - 1)]
        assert low - 1e-12 <= function.at(np.array([depth]))[0] <= high + 1e-12


def test_a_house_by_hand() -> None:
    # 1450 x 0.6 x 0.6 x 1.5 = 783 EUR/m2; three quarters of a metre lose halfway between 25 and 40 percent
    assert greatest_damage("residential") == pytest.approx(783)
    found = damage(np.array([0.75, 0.04]), np.array([100.0, 100.0]), ["residential"] * 2, index=2.0)
    assert found.by_building[:, 0] == pytest.approx([25447.5, 50895.0, 76342.5])
    assert found.total[1] == pytest.approx(0.325 * 783 * 100 * 2)


def test_water_on_the_roof_does_not_count_and_water_at_the_wall_does() -> None:
    assert building_depth(around(0.3, inside=2.0), [HOUSE]) == 0.3
    grid = around(0.0, inside=2.0)
    grid.values[grid.place(17.4, 13.0)] = 0.6  # 1.5 m east of the wall
    grid.values[grid.place(18.4, 13.0)] = 0.9  # farther
    assert building_depth(grid, [HOUSE]) == 0.6
    assert building_depth(grid, [HOUSE], ring=3.0) == 0.9


def test_a_courtyard_is_outside_the_house() -> None:
    yard = np.array([[12.0, 12.0], [14.0, 12.0], [14.0, 14.0], [12.0, 14.0]])
    grid = around(0.0)
    grid.values[grid.place(12.5, 12.5)] = 0.7
    assert building_depth(grid, [HOUSE]) == 0.0
    assert building_depth(grid, [HOUSE, yard]) == 0.7
    assert footprint([HOUSE, yard]) == 32


@pytest.mark.parametrize("cell", [1.0, 2.0, 5.0, 10.0])
def test_a_coarse_grid_still_has_a_neighbour_at_the_wall(cell: float) -> None:
    assert building_depth(Grid(np.full((60, 60), 0.4), cell), [HOUSE]) == 0.4


def test_outside_the_grid_and_on_unknown_ground_a_house_is_dry() -> None:
    assert building_depth(Grid(np.ones((5, 5)), 1.0), [HOUSE + 100]) == 0
    assert building_depth(Grid(np.full((30, 30), np.nan), 1.0), [HOUSE]) == 0


def test_the_ring_agrees_with_a_search_by_hand() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        grid = Grid(rng.uniform(0, 1, (24, 24)), 1.0)
        corners = rng.uniform(6, 18, (3, 2))
        inside = grid.inside(corners)
        x, y = (part.ravel() for part in np.meshgrid(*grid.centres()))
        ends = np.roll(corners, -1, axis=0)
        t = np.linspace(0, 1, 4001)[:, None]
        edge = np.concatenate([a + t * (b - a) for a, b in zip(corners, ends, strict=True)])
        away = np.array([np.hypot(*(edge - place).T).min() for place in zip(x, y, strict=True)]).reshape(24, 24)
        if (np.abs(away - 1.5) < 1e-3).any():
            continue
        assert building_depth(grid, [corners]) == grid.values[(away <= 1.5) & ~inside].max()


def test_buildings_are_counted_by_depth() -> None:
    assert by_depth_class(np.array([0.0, 0.04, 0.05, 0.2, 0.5, 0.99, 1.0, 3.0])) == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("depth", "fraction", "told"),
    [
        ([0.0], [0.0], "two points"),
        ([0.0, 0.0], [0.0, 1.0], "must rise"),
        ([0.0, np.nan], [0.0, 1.0], "must rise"),
        ([0.0, 1.0], [0.5, 0.2], "less damage"),
        ([0.0, 1.0], [0.0, 1.2], "less damage"),
    ],
)
def test_points_that_make_no_function_are_refused(depth: list[float], fraction: list[float], told: str) -> None:
    with pytest.raises(InputError, match=told):
        DamageFunction(np.array(depth), np.array(fraction), "hand")


def test_what_cannot_be_is_refused() -> None:
    one = np.ones(1)
    for wrong, told in (
        (lambda: damage(one, np.ones(2), ["residential"]), "one depth"),
        (lambda: damage(-one, one, ["residential"]), "negative or missing"),
        (lambda: damage(one, one * np.nan, ["residential"]), "negative or missing"),
        (lambda: damage(one, one, ["castle"]), "castle"),
        (lambda: damage(one, one, ["industrial"], functions={}), "no figures"),
        (lambda: greatest_damage("residential", 0.0), "above zero"),
        (lambda: building_depth(Grid(np.ones((3, 3)), 1.0), []), "outline"),
    ):
        with pytest.raises(InputError, match=told):
            wrong()
