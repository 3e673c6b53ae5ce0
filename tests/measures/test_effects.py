"""Measures drawn on a map: laws of change, then hollows, walls and channels by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.climate.grid import Grid
from hks.climate.heavy_rain import Rain, Walls, run_off
from hks.core.errors import InputError
from hks.measures.effects import Drawing, apply, area, covers, size
from hks.workbench.catalogues import measure_catalogue

MEASURES = measure_catalogue().measures
GRID = Grid(np.zeros((20, 30)), 2.0, 100.0, 200.0)
SQUARE = np.array([[110.0, 210.0], [120.0, 210.0], [120.0, 220.0], [110.0, 220.0]])
LINE = np.array([[130.0, 206.0], [130.0, 230.0]])
NAMES = ("elevation", "roughness", "sealing", "storage", "shade", "albedo", "evapotranspiration", "green", "connected")


def layers(seed: int = 1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    made = {name: rng.uniform(0.02, 0.9, GRID.values.shape) for name in NAMES}
    return made | {name: np.full(GRID.values.shape, -np.inf) for name in ("crest_east", "crest_south")}


def drawing(key: str, dx: float = 0.0, dy: float = 0.0, **values: float) -> Drawing:
    corners = {"area": SQUARE, "line": LINE, "point": SQUARE[:1] + 5, "none": np.zeros((0, 2))}[MEASURES[key].drawn]
    return Drawing(MEASURES[key], corners + np.array([dx, dy]), values)


def test_nothing_drawn_changes_nothing() -> None:
    before = layers()
    after = apply(before, [], GRID)
    assert after.elsewhere == ()
    assert all(np.array_equal(after.layers[name], before[name]) for name in before)
    assert all(after.layers[name] is not before[name] for name in before)


@pytest.mark.parametrize("key", MEASURES)
def test_a_measure_leaves_the_input_and_the_cells_beside_it_alone(key: str) -> None:
    before, kept = layers(), layers()
    made = drawing(key)
    after = apply(before, [made], GRID)
    assert all(np.array_equal(before[name], kept[name]) for name in before)
    beside = ~covers(made, GRID)
    for name in NAMES:
        assert np.array_equal(after.layers[name][beside], before[name][beside])
    told = {parameter for _key, parameter in after.elsewhere}
    assert told == {e.acts_on for e in MEASURES[key].effects if e.acts_on not in (*NAMES, "crest")}


AREAS = [key for key, measure in MEASURES.items() if measure.drawn == "area"]


@given(st.sampled_from(AREAS), st.sampled_from(AREAS), st.sampled_from(["low", "middle", "high"]))
def test_the_order_of_measures_that_do_not_touch_does_not_matter(one: str, other: str, level: str) -> None:
    drawn = [drawing(one), drawing(other, dx=24.0), drawing("culvert_opening"), drawing("kerb", dx=26.0, dy=-4.0)]
    first = apply(layers(), drawn, GRID, level).layers
    last = apply(layers(), drawn[::-1], GRID, level).layers
    assert all(np.array_equal(first[name], last[name]) for name in first)


@given(st.floats(0.05, 3.0))
def test_a_hollow_holds_its_area_times_its_depth(depth: float) -> None:
    before = layers()
    made = drawing("retention_hollow", elevation=-depth)
    after = apply(before, [made], GRID)
    dug = float((before["elevation"] - after.layers["elevation"]).sum()) * GRID.cell**2
    assert dug == pytest.approx(area(SQUARE) * depth)
    assert size(made) == pytest.approx(area(SQUARE) * depth)


def test_a_store_under_a_tree_keeps_its_volume() -> None:
    before = layers()
    after = apply(before, [drawing("tree_pit")], GRID, "high")
    added = float((after.layers["storage"] - before["storage"]).sum()) / 1000 * GRID.cell**2
    assert added == pytest.approx(12)


def test_a_channel_runs_level_between_its_ends_and_never_fills() -> None:
    before = layers()
    before["elevation"][:] = 5.0
    before["elevation"][8:12, 15] = 9.0  # a bank across
    before["elevation"][12, 15] = 1.0
    line = np.array([[131.0, 215.0], [131.0, 237.0]])
    after = apply(before, [replace(drawing("culvert_opening"), corners=line)], GRID).layers["elevation"]
    ends = after[12, 15], after[1, 15]
    assert ends == (1.0, 5.0)
    assert (np.diff(after[1:13, 15][::-1]) >= 0).all()
    assert (after <= before["elevation"]).all()


def test_a_wall_beside_a_hollow_is_as_high_as_without_it() -> None:
    before = layers()
    wall = replace(drawing("kerb"), corners=np.array([[120.0, 206.0], [120.0, 226.0]]))
    alone = apply(before, [wall], GRID).layers
    for order in ([wall, drawing("retention_hollow")], [drawing("retention_hollow"), wall]):
        both = apply(before, order, GRID).layers
        assert np.array_equal(both["crest_east"], alone["crest_east"])
    assert np.isfinite(alone["crest_east"]).sum() == 10


@pytest.mark.parametrize("turn", [[0, 1], [1, 0]])
def test_a_wall_stands_on_the_sides_of_cells_above_the_higher_ground(turn: list[int]) -> None:
    before = layers()
    line = np.array([[100.0, 220.4], [160.0, 220.4]])[turn]
    after = apply(before, [replace(drawing("kerb"), corners=line)], GRID).layers
    expected = np.maximum(before["elevation"][9], before["elevation"][10]) + 0.12
    assert after["crest_south"][9] == pytest.approx(expected)
    assert np.isneginf(np.delete(after["crest_south"], 9, axis=0)).all()
    assert np.isneginf(after["crest_east"]).all()
    assert np.array_equal(after["elevation"], before["elevation"])


@given(st.integers(0, 2**31))
def test_a_wall_around_a_place_keeps_the_water_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ring = np.array([[116.0, 212.0], [140.0, 214.0], [138.0, 230.0], [120.0, 232.0]]) + rng.uniform(-3, 3, (4, 2))
    flat = {"elevation": np.zeros(GRID.values.shape)} | {
        name: np.full(GRID.values.shape, -np.inf) for name in ("crest_east", "crest_south")
    }
    closed = np.vstack([ring, ring[:1]])
    made = apply(flat, [replace(drawing("flood_wall"), corners=closed)], GRID).layers
    depth = np.zeros(GRID.values.shape)
    depth[0] = 0.5
    walls = Walls(made["crest_east"], made["crest_south"])
    done = run_off(GRID, end=60.0, rain=Rain(np.zeros(1), np.zeros(0)), depth=depth, walls=walls)
    assert done.depth[10, 13] == 0
    assert done.depth[10, 1] > 0


def test_sizes_by_hand() -> None:
    assert size(drawing("unsealing")) == 100
    assert size(drawing("kerb")) == 24
    assert size(drawing("cistern")) == 5
    assert size(drawing("cistern", storage=7.5)) == 7.5
    assert size(drawing("association")) == 1
    assert size(drawing("drinking_fountain")) == 1
    assert size(drawing("water_reuse", size=300.0)) == 300
    with pytest.raises(InputError, match="m3_day"):
        size(drawing("water_reuse"))


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (replace(drawing("swale"), corners=SQUARE[:2]), "3 corners"),
        (replace(drawing("swale"), corners=SQUARE * np.nan), "is missing"),
        (drawing("swale", dx=5000.0), "covers no cell"),
        (drawing("kerb", dx=5000.0), "covers no cell"),
        (drawing("shade_tree", dx=5000.0), "outside"),
        (replace(drawing("kerb"), corners=np.zeros((0, 2))), "2 corners"),
    ],
)
def test_a_drawing_that_cannot_be_is_refused(made: Drawing, told: str) -> None:
    with pytest.raises(InputError, match=told):
        apply(layers(), [made], GRID)


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(InputError, match="low, middle, high"):
        apply(layers(), [], GRID, "best")
