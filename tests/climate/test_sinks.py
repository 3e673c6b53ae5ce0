"""Hollows: laws of the flood, cases by hand, and the ridge a road leaves in a valley."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.climate.grid import Grid
from hks.climate.sinks import SINKS, answer, sinks
from hks.core.errors import InputError

VALUES = {parameter.name: parameter.default for parameter in SINKS.parameters}


def bed(seed: int, rows: int = 17, columns: int = 23) -> np.ndarray:
    return np.round(np.random.default_rng(seed).uniform(0.0, 3.0, (rows, columns)), 1)  # many equal heights


def by_hand(z: np.ndarray) -> np.ndarray:
    """Fill by lowering a flooded terrain until nothing moves (Planchon & Darboux 2001)."""
    level = np.full([side + 2 for side in z.shape], -np.inf)
    level[1:-1, 1:-1] = np.where(np.isnan(z), -np.inf, np.inf)
    ground = np.where(np.isnan(z), -np.inf, z)
    while True:
        least = np.minimum.reduce([level[:-2, 1:-1], level[2:, 1:-1], level[1:-1, :-2], level[1:-1, 2:]])
        new = np.where(np.isnan(z), -np.inf, np.maximum(ground, least))
        if np.array_equal(new, level[1:-1, 1:-1]):
            return np.nan_to_num(new - z)
        level[1:-1, 1:-1] = new


@given(seed=st.integers(0, 2**31), gaps=st.booleans())
def test_all_hollows_are_filled_to_where_they_spill(seed: int, gaps: bool) -> None:
    z = bed(seed)
    if gaps:
        z[np.random.default_rng(seed + 1).uniform(size=z.shape) < 0.05] = np.nan
    found, depth = sinks(Grid(z, 2.0), depth=0.0, area=0.0, ridge=2.0)
    assert np.array_equal(depth, by_hand(z))
    assert sum(sink.volume for sink in found) == pytest.approx(depth.sum() * 4.0)
    for sink in found:
        assert z[sink.deepest] + sink.depth == pytest.approx(sink.level)
        assert z[sink.spill] == sink.level
        assert depth[sink.spill] == 0.0


@given(seed=st.integers(0, 2**31), lift=st.floats(0.1, 500.0))
def test_lifting_or_turning_the_ground_keeps_its_hollows(seed: int, lift: float) -> None:
    z = bed(seed)
    volumes = [
        sorted(round(sink.volume, 6) for sink in sinks(Grid(ground, 2.0), depth=0.15, area=0.0)[0])
        for ground in (z, z[::-1], z.T, z + np.float64(round(lift, 1)))
    ]
    assert volumes[0] == volumes[1] == volumes[2]
    assert sum(volumes[3]) == pytest.approx(sum(volumes[0]), abs=1e-3)


@given(seed=st.integers(0, 2**31), depth=st.floats(0.0, 2.0), area=st.floats(0.0, 40.0))
def test_stricter_limits_tell_fewer_hollows_of_the_same(seed: int, depth: float, area: float) -> None:
    terrain = Grid(bed(seed), 2.0)
    everything, strict = sinks(terrain, depth=0.0, area=0.0)[0], sinks(terrain, depth=depth, area=area)[0]
    places = {sink.deepest for sink in everything if sink.depth >= depth and sink.area >= area}
    assert {sink.deepest for sink in strict} == places
    assert [sink.volume for sink in strict] == sorted((sink.volume for sink in strict), reverse=True)


def test_a_pit_worked_by_hand() -> None:
    z = np.full((5, 6), 4.0)
    z[2, 2], z[2, 3], z[0, 3], z[1, 3] = 1.0, 2.0, 3.0, 3.0
    ((sink,), depth) = sinks(Grid(z, 2.0), depth=0.5, area=0.0)
    assert (sink.deepest, sink.spill, sink.level, sink.depth, sink.area) == ((2, 2), (1, 3), 3.0, 2.0, 8.0)
    assert sink.volume == 12.0
    assert depth.sum() == 3.0
    assert sink.opening is None


def dam(crest: float = 3.0) -> np.ndarray:
    """Make a valley that falls to the east, with a road on a dam across it in columns 20 and 21."""
    rows, columns = np.mgrid[0:15, 0:40].astype(float)
    z = 10.0 - 0.1 * columns + 0.5 * np.abs(rows - 7)
    z[:, 20:22] = np.maximum(z[:, 20:22], 8.0 + crest)
    return z


def test_a_road_on_a_dam_is_seen_and_opened_where_the_valley_was() -> None:
    (sink, *_) = sinks(Grid(dam(), 1.0))[0]
    assert sink.opening is not None
    assert sink.opening.inside == (7, 19)
    assert sink.opening.outside == (7, 22)
    assert sink.opening.length == 3.0
    assert sink.opening.crest == 11.0
    assert sink.opening.drained == pytest.approx(8.1)
    assert sinks(Grid(dam(), 1.0), ridge=1.0)[0][0].opening is None  # the dam is wider
    assert sinks(Grid(dam(), 1.0), rise=3.5)[0][0].opening is None  # and lower


def test_a_dam_without_lower_ground_behind_it_has_no_opening() -> None:
    z = np.full((9, 30), 5.0)
    z[4, 3:10] = 4.0
    z[:, 10:12] = 9.0
    assert all(sink.opening is None for sink in sinks(Grid(z, 1.0), area=0.0)[0])


def test_what_cannot_be_is_refused() -> None:
    for z in (np.zeros((2, 5)), np.full((5, 5), np.nan)):
        with pytest.raises(InputError, match="three rows and columns"):
            sinks(Grid(z, 1.0))
    for wrong in ({"depth": -0.1}, {"area": -1.0}, {"rise": -1.0}, {"ridge": 0.5}):
        with pytest.raises(InputError, match="at least"):
            sinks(Grid(dam(), 1.0), **wrong)


def test_the_command_names_places_on_the_map() -> None:
    told = answer({"terrain": Grid(dam(), 1.0, 1000.0, 2000.0, "EPSG:25833")}, {**VALUES, "most": 1}, 0)
    (sink,) = told["sinks"]
    assert told["openings"] == 1
    assert (sink["x"], sink["y"]) == (1019.5, 2007.5)
    assert sink["opening"]["outside"] == {"x": 1022.5, "y": 2007.5}
    assert told["sink_depth"].max() == pytest.approx(sink["depth_m"])
