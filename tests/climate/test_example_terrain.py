"""The invented town: always the same, houses clear of streets, and water gathers where a person would look for it."""

import numpy as np

from hks.climate.example_terrain import SQUARE, STREETS, UNDERPASS, example_buildings, example_terrain
from hks.climate.grid import Grid
from hks.climate.heavy_rain import Rain, run_off
from hks.climate.runoff import deepest


def test_it_is_the_same_every_time() -> None:
    assert (example_terrain().values == example_terrain().values).all()
    assert np.isfinite(example_terrain().values).all()


def test_houses_leave_the_streets_free_and_the_grid_full() -> None:
    grid = example_terrain()
    covered = np.zeros(grid.values.shape, dtype=bool)
    for outline in example_buildings():
        inside = grid.inside(outline)
        assert inside.any()
        assert not (covered & inside).any()
        covered |= inside
    for street in STREETS:
        for x, y in (street.start, street.end):
            assert street == SQUARE or not covered[grid.place(x, y)]


def test_water_gathers_in_the_underpass_and_on_the_square() -> None:
    grid = example_terrain()
    depth = run_off(grid, end=1200.0, rain=Rain(np.array([0.0, 1200.0]), np.array([100.0]))).depth_max
    around = np.median(depth)
    for street in (SQUARE, UNDERPASS):
        assert depth[grid.place(*street.middle)] > 5 * around


def test_the_deepest_places_are_no_one_pond() -> None:
    depths = np.zeros((60, 60), np.float32)
    depths[10, 10], depths[10, 12], depths[50, 50], depths[30, 5] = 2.0, 1.9, 1.0, 0.04
    found = deepest(Grid(depths, 5.0, 1000.0, 2000.0))
    assert found == [
        {"x": 1052.5, "y": 2247.5, "depth_m": 2.0}, {"x": 1252.5, "y": 2047.5, "depth_m": 1.0},
    ]  # fmt: skip
    assert depths[10, 10] == 2.0  # the depths themselves stay
