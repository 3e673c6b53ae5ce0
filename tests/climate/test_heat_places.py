"""Heat where people are: laws of areas, parts and places, and small cases by hand."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.climate.grid import Grid
from hks.climate.heat import HeatMap, LandClasses
from hks.climate.heat_of_town import HEAT_MAP, answer
from hks.climate.heat_places import (
    People,
    PeopleOfParts,
    Spots,
    Summer,
    connected,
    exposed_by_part,
    stress_at,
    told_count,
    weakest_areas,
)
from hks.core.errors import InputError

AIR = Grid(np.array([[29.0, 31.0, 33.0, np.nan], [29.0, 31.0, 33.0, 35.0]]), 10.0, 100.0, 200.0)


@dataclass
class Shape:
    name: str
    rings: tuple[np.ndarray, ...] = field(default_factory=tuple)


def box(name: str, west: float, east: float) -> Shape:
    return Shape(name, (np.array([[west, 200.0], [east, 200.0], [east, 220.0], [west, 220.0]]),))


def spots(**places: tuple[float, float]) -> Spots:
    return Spots(tuple(places), *(np.array([place[n] for place in places.values()]) for n in (0, 1)))


@settings(max_examples=40)
@given(st.integers(0, 2**31), st.integers(1, 12), st.integers(1, 12), st.floats(0.1, 0.9))
def test_connected_areas_agree_with_a_walk_from_cell_to_cell(seed: int, rows: int, columns: int, part: float) -> None:
    mask = np.random.default_rng(seed).uniform(size=(rows, columns)) < part
    marked, sizes = connected(mask)
    assert (marked >= 0).tolist() == mask.tolist()
    left, walked = {(int(r), int(c)) for r, c in np.argwhere(mask)}, []
    while left:
        reached, todo = set(), [min(left)]
        while todo:
            cell = todo.pop()
            if cell in left:
                left.remove(cell)
                reached.add(cell)
                todo += [(cell[0] + down, cell[1] + right) for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0))]
        walked.append(len(reached))
        assert {int(marked[cell]) for cell in reached} == {len(walked) - 1}
    assert sizes.tolist() == walked


def test_the_weakest_areas_are_the_largest_of_the_lowest_class() -> None:
    index = np.full((5, 6), 0.5)
    index[0, :2] = 0.1
    index[2:4, 3:6] = 0.15
    index[4, 0] = np.nan
    found = weakest_areas(HeatMap(index, index, 30 - index), Grid(index, 10.0))
    assert [row["area_m2"] for row in found] == [600, 200]
    assert found[0]["index"] == pytest.approx(0.15)
    assert found[0]["air_temperature"] == pytest.approx(29.85)
    assert (found[0]["x"], found[0]["y"]) in {(45.0, 15.0), (45.0, 25.0)}
    green = np.full((2, 2), 0.9)  # where nothing is worse, the best class is the lowest there is
    assert weakest_areas(HeatMap(green, green, green), Grid(green, 10.0))[0]["area_m2"] == 400


def test_stress_at_a_place_has_the_value_of_the_design_page() -> None:
    air = Grid(np.full((1, 1), 35.0), 10.0)
    found = stress_at(spots(Markt=(5.0, 5.0)), air, Summer(wind=1.5, humidity=35.0, sun=25.0, shade=5.0))
    assert round(found[0]["utci_sun"], 1) == 41.0
    assert found[0]["stress_sun"] == "very strong heat stress"
    assert found[0]["utci_shade"] < found[0]["utci_sun"]
    assert found[0]["air_temperature"] == 35.0


@settings(max_examples=20)
@given(st.floats(20, 40), st.floats(0, 40), st.floats(0, 30))
def test_more_sun_is_never_cooler(air: float, shade: float, more: float) -> None:
    grid = Grid(np.full((1, 1), air), 10.0)
    (found,) = stress_at(spots(A=(5.0, 5.0)), grid, Summer(humidity=30.0, shade=shade, sun=shade + more))
    assert found["utci_sun"] >= found["utci_shade"] - 1e-9


@pytest.mark.parametrize("place", [(99.0, 205.0), (141.0, 205.0), (105.0, 199.0), (105.0, 221.0), (135.0, 215.0)])
def test_a_place_beside_the_map_or_on_unknown_ground_is_named_and_refused(place: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="'Markt' at"):
        stress_at(spots(Markt=place), AIR, Summer())
    with pytest.raises(InputError, match="more than in the sun"):
        Summer(sun=1.0, shade=2.0)


def test_people_of_parts_count_by_the_area_that_is_hot() -> None:
    parts = PeopleOfParts(("West", "Ost"), np.array([100.0, 40.0]), np.array([8.0, np.nan]))
    people = People(parts=parts, outlines=[box("Ost", 120, 140), box("West", 100, 120), box("Nirgends", 0, 1)])
    west, east = exposed_by_part(people, AIR, 30.0)
    assert (west["name"], west["hot_share"], west["air_temperature"]) == ("West", 0.5, 30.0)
    assert (west["over_65"], west["exposed_over_65"]) == (100, 50)
    assert (west["under_6"], west["exposed_under_6"]) == (8, None)  # four children are not told
    assert (east["hot_share"], east["exposed_over_65"], east["under_6"]) == (1.0, 40, None)


def test_cells_count_where_they_are_given_and_small_rests_are_withheld() -> None:
    cells = {"over_65": Grid(np.array([[6.0, 7.0, 1.0, 9.0], [1.0, 20.0, np.nan, 3.0]]), 10.0, 100.0, 200.0)}
    (found,) = exposed_by_part(People(cells, None, [box("West", 100, 120)]), AIR, 30.0)
    assert (found["over_65"], found["exposed_over_65"]) == (34, 27)
    (found,) = exposed_by_part(People(cells, None, [box("West", 100, 120)]), AIR, 28.0)
    assert found["exposed_over_65"] == 34
    cells["over_65"].values[0, 0] = 1.0  # two people remain where it is not hot: the difference would tell them
    (found,) = exposed_by_part(People(cells, None, [box("West", 100, 120)]), AIR, 30.0)
    assert found["exposed_over_65"] is None


def test_without_outlines_the_town_is_one_part() -> None:
    parts = PeopleOfParts(("A", "B"), np.array([70.0, 70.0]), np.array([7.0, 7.0]))
    (found,) = exposed_by_part(People(parts=parts), AIR, 30.0)
    assert (found["name"], found["over_65"], found["exposed_over_65"]) == ("", 140, pytest.approx(100))
    assert exposed_by_part(People(), AIR, 30.0) == []


def test_counts_below_five_are_withheld() -> None:
    assert [told_count(count) for count in (0.0, 0.4, 4.9, 5.0, np.nan)] == [0.0, None, None, 5.0, None]


@pytest.mark.parametrize(("outlines", "told"), [([box("Ost", 100, 120)], "is called 'West'; the outlines are called Ost"),
                                                ([box("West", 0, 1)], "'West' holds no cell")])  # fmt: skip
def test_parts_that_lie_nowhere_are_refused(outlines: list[Shape], told: str) -> None:
    parts = PeopleOfParts(("West",), np.array([100.0]), np.array([8.0]))
    with pytest.raises(InputError, match=told):
        exposed_by_part(People(parts=parts, outlines=outlines), AIR, 30.0)


def test_the_sum_over_the_town_is_withheld_with_one_of_its_parts() -> None:
    classes = LandClasses(np.array([1.0]), np.array([0.0]), np.array([0.2]), np.array([0.1]), np.array([False]))
    values = {p.name: p.default for p in HEAT_MAP.parameters}
    given_ = {"landcover": Grid(np.ones((2, 4)), 10.0, 100.0, 200.0), "table": classes,
              "part_outlines": [box("West", 100, 120), box("Ost", 120, 140)]}  # fmt: skip
    few = PeopleOfParts(("West", "Ost"), np.array([100.0, 50.0]), np.array([9.0, np.nan]))
    found = answer(given_ | {"part_people": few}, values, 0)
    assert found["exposed_over_65"] == 150
    assert found["exposed_under_6"] is None
    assert len(found["warnings"]) == 3
