"""Measures drawn on a map, through the models they act on."""

import numpy as np
import pytest

from hks.climate.grid import Grid
from hks.climate.heat import HotDay, LandClasses, heat_map, layers_of
from hks.climate.heavy_rain import Rain, Runoff, run_off
from hks.measures.effects import Drawing
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.drawn_measures import Ground, changed_ground, changed_heat

MEASURES = measure_catalogue().measures
SLOPE = Grid(10.0 - 0.02 * np.arange(40)[None, :] * np.ones((20, 1)), 2.0)
HOLLOW = np.array([[40.0, 0.0], [60.0, 0.0], [60.0, 40.0], [40.0, 40.0]])


def run(ground: Ground) -> Runoff:
    rain = Rain(np.array([0.0, 600.0]), np.array([60.0]))
    return run_off(ground.terrain, end=900.0, rain=rain, manning=ground.manning, walls=ground.walls)


def test_without_measures_the_rain_runs_as_before() -> None:
    ground = changed_ground(SLOPE, 0.03, [])
    assert ground.walls is None
    assert np.array_equal(ground.terrain.values, SLOPE.values)
    plain = run_off(SLOPE, end=900.0, rain=Rain(np.array([0.0, 600.0]), np.array([60.0])), manning=0.03)
    assert np.array_equal(run(ground).depth, plain.depth)


@pytest.mark.parametrize(
    "made",
    [
        Drawing(MEASURES["retention_hollow"], HOLLOW),
        Drawing(MEASURES["flood_wall"], np.array([[50.0, 0.0], [50.0, 40.0]])),
    ],
)
def test_a_hollow_or_a_wall_keeps_water_from_what_lies_below(made: Drawing) -> None:
    before, after = run(changed_ground(SLOPE, 0.03, [])), run(changed_ground(SLOPE, 0.03, [made]))
    assert after.depth[:, 32:].sum() < 0.8 * before.depth[:, 32:].sum()
    assert after.balance.rain == pytest.approx(before.balance.rain)
    assert abs(after.balance.error) < 1e-5


def test_what_the_rain_knows_nothing_of_is_told() -> None:
    ground = changed_ground(SLOPE, 0.03, [Drawing(MEASURES["unsealing"], HOLLOW)])
    assert {parameter for _, parameter in ground.elsewhere} == {"evapotranspiration"}
    assert ground.storage.max() == 4
    assert ground.sealing.min() == pytest.approx(0.1)


def test_a_park_cools_the_town() -> None:
    classes = LandClasses(np.zeros(1), np.zeros(1), np.full(1, 0.15), np.full(1, 0.1), np.array([False]))
    cover = Grid(np.zeros((20, 40)), 2.0)
    layers, day = layers_of(cover, classes), HotDay()
    cooler = changed_heat(cover, layers, [Drawing(MEASURES["pocket_park"], HOLLOW)], day)
    assert (cooler.air_temperature < heat_map(layers, 2.0, day).air_temperature).all()
    same = changed_heat(cover, layers, [], day)
    assert np.array_equal(same.air_temperature, heat_map(layers, 2.0, day).air_temperature)
