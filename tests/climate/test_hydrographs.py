"""Hydrographs at places and through sections: what runs through is what left, peaks are those of the fields."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.climate.grid import Grid
from hks.climate.heavy_rain import Rain, Scheme, Setting, run_off
from hks.climate.hydrographs import Hydrographs, sides_crossed
from hks.climate.runoff import RUNOFF
from hks.core.errors import InputError
from hks.core.parameters import checked

RAIN = Rain(np.array([0.0, 300.0]), np.array([60.0]))


def slope(rows: int = 12, columns: int = 20, fall: float = 0.02) -> Grid:
    return Grid(10.0 - fall * np.arange(columns)[None, :] * np.ones((rows, 1)), 2.0, 1000.0, 2000.0)


def run(
    terrain: Grid,
    places=(),
    sections=(),
    every: float = 60.0,
    end: float = 1200.0,
    scheme: Scheme = "inertial",
    rain: Rain = RAIN,
):
    noted = Hydrographs.on(terrain, places, sections, every, end)
    setting = Setting(sides={"right": "free"}, scheme=scheme)
    return noted, run_off(terrain, end=end, rain=rain, setting=setting, watched=noted)


corner = st.tuples(st.integers(0, 9), st.integers(0, 7))


@given(corner, corner)
def test_the_way_between_two_corners_is_unbroken_and_as_long_as_its_steps(one, other) -> None:
    sides = sides_crossed(one, other)
    assert len(sides) == abs(one[0] - other[0]) + abs(one[1] - other[1])
    assert ((sides[:, 3] == 1) | (sides[:, 3] == -1)).all()
    assert len(np.unique(sides[:, :3], axis=0)) == len(sides)
    assert (sides_crossed(other, one)[:, 3] == -sides[:, 3]).all()
    assert (sides_crossed(other, one)[:, :3] == sides[:, :3]).all()


@given(corner, corner, st.floats(-2, 2), st.floats(-2, 2))
def test_even_flow_crosses_a_section_as_its_ends_say(one, other, x, y) -> None:
    """Of a flow that is the same everywhere, only what crosses the straight line counts, whatever the stairs."""
    sides = sides_crossed(one, other)
    through = float((np.where(sides[:, 2], y, x) * sides[:, 3]).sum())
    assert through == pytest.approx((other[1] - one[1]) * y - (other[0] - one[0]) * x, abs=1e-9)


def test_a_way_by_hand() -> None:
    assert sides_crossed((1, 1), (1, 3)).tolist() == [[1, 2, 1, 1], [1, 3, 1, 1]]
    assert sides_crossed((1, 1), (2, 1)).tolist() == [[2, 1, 0, -1]]


@pytest.mark.parametrize(("scheme", "within"), [("inertial", 0.01), ("shallow-water", 0.03)])
def test_what_runs_through_the_open_side_is_what_leaves(scheme: Scheme, within: float) -> None:
    terrain, odd = slope(), Rain(np.array([0.0, 57.0, 302.0]), np.array([90.0, 50.0]))  # records fall unevenly
    noted, done = run(
        terrain, rain=odd, sections=[(1040.0, 2024.0, 1040.0, 2000.0), (1020.0, 2000.0, 1020.0, 2024.0)], scheme=scheme
    )
    east, west = (row["passed_m3"] for row in noted.told["sections"])
    assert -east == pytest.approx(done.balance.out, rel=within)  # who looks south has the east on the left
    fell, stayed = done.balance.rain / 2, float(done.depth[:, :10].sum()) * 4.0
    assert west == pytest.approx(fell - stayed, rel=within)
    assert abs(noted.told["sections"][1]["discharge_max_m3_s"]) > 0


@pytest.mark.parametrize("scheme", ["inertial", "shallow-water"])
def test_peaks_are_those_of_the_fields(scheme: Scheme) -> None:
    terrain = slope()
    noted, done = run(terrain, places=[(1030.0, 2011.0), (1003.0, 2003.0)], scheme=scheme)
    for (row, column), peak in zip(noted.cells, noted.told["at"], strict=True):
        assert peak["depth_max_m"] <= done.depth_max[row, column]
        assert peak["depth_max_m"] == pytest.approx(done.depth_max[row, column], rel=0.02)
        assert peak["speed_max_m_s"] == pytest.approx(done.speed_max[row, column], rel=1e-5)
        assert peak["depth_max_min"] > 0
    last = noted.rows[-1]
    assert last["depth_m"] == [float(done.depth[tuple(cell)]) for cell in noted.cells]
    assert [row["time_min"] for row in noted.rows] == list(range(1, 21))


@settings(max_examples=5)
@given(st.integers(1, 4))
def test_watching_changes_no_bit(threads: int) -> None:
    terrain = slope()
    noted = Hydrographs.on(terrain, [(1030.0, 2011.0)], [(1030.0, 2000.0, 1010.0, 2024.0)], 5.0, 120.0)
    setting = Setting(sides={"right": "free"}, threads=threads)
    watched = run_off(terrain, end=120.0, rain=RAIN, setting=setting, watched=noted)
    alone = run_off(terrain, end=120.0, rain=RAIN, setting=setting)
    assert (watched.depth == alone.depth).all()


def test_a_place_that_stays_dry_says_so() -> None:
    noted = Hydrographs.on(slope(), [(1030.0, 2011.0)], [], 60.0, 60.0)
    run_off(slope(), end=60.0, watched=noted)
    assert noted.told["at"] == [{"depth_max_m": 0.0, "depth_max_min": -1.0, "speed_max_m_s": 0.0}]


@pytest.mark.parametrize(
    ("places", "sections", "every", "sentence"),
    [
        ([(0.0, 0.0)], [], 60.0, "lies outside the terrain"),
        ([], [(1000.0, 2000.0, 1050.0, 2000.0)], 60.0, "lies outside the terrain"),
        ([], [(1010.0, 2010.0, 1010.5, 2010.5)], 60.0, "shorter than a cell"),
        ([(1010.0, 2010.0)], [], 0.001, "take 1 s or more"),
    ],
)
def test_what_cannot_be_noted_is_refused(places, sections, every: float, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        Hydrographs.on(slope(), places, sections, every, 1200.0)
    assert sentence in str(refused.value)


def test_the_command_answers_with_a_table() -> None:
    given = {"rain_mm_h": 60.0, "rain_s": 300.0, "end_s": 600.0, "boundary": "right=free", "at": "1030,2011",
             "section": "1020,2024,1020,2000", "series_s": 120.0}  # fmt: skip
    told = RUNOFF.compute({"terrain": slope()}, checked(RUNOFF.parameters, given), 0)
    assert [row["time_min"] for row in told["hydrographs"]] == [2, 4, 6, 8, 10]
    assert told["at"][0]["depth_max_m"] >= told["at"][0]["depth_m"]
    assert told["sections"][0]["x"] == 1020
    none = RUNOFF.compute({"terrain": slope()}, checked(RUNOFF.parameters, {"rain_mm_h": 60.0, "end_s": 60.0}), 0)
    assert (none["at"], none["sections"], "hydrographs" in none) == ([], [], False)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"section": "1020,2000"}, "must be 4 to 4 numbers"), ({"at": "here"}, "must be 2 to 2 numbers"),
     ({"section": "1020,2000,nan,2024"}, "must be 4 to 4 numbers")],
)  # fmt: skip
def test_the_command_refuses_what_is_no_place(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        RUNOFF.compute({"terrain": slope()}, checked(RUNOFF.parameters, {"end_s": 60.0, **given}), 0)
    assert sentence in str(refused.value)
