"""Buildings by street: each counted once, none alone in a row, the deepest kept, one street by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.outlines import Outline
from hks.climate.affected_streets import (
    LEAST,
    MERGED,
    REST,
    StreetLine,
    answer,
    block_of,
    grouped,
    on_streets,
    street_of,
)
from hks.climate.grid import Grid
from hks.core.errors import InputError

NAMES = st.lists(st.sampled_from(["", "a", "b", "c", "d"]), min_size=LEAST, max_size=60)
EAST_WEST = StreetLine("Long Lane", (np.array([[0.0, 50.0], [200.0, 50.0]]),))
NORTH_SOUTH = StreetLine("Short Lane", (np.array([[100.0, 100.0], [100.0, 200.0]]),))


@given(NAMES, st.integers(0, 2**32 - 1))
def test_every_building_is_in_one_row_and_no_row_is_small(names: list[str], seed: int) -> None:
    depths = np.random.default_rng(seed).random(len(names)).round(2)
    rows = grouped(names, depths)
    assert sum(row["buildings"] for row in rows) == len(names)
    assert all(row["buildings"] >= LEAST for row in rows)
    assert sum(row["wet"] for row in rows) == (depths >= 0.1).sum()
    assert max(row["depth_m"] for row in rows) == depths.max()
    assert [row["name"] for row in rows].count(REST) <= 1
    for row in rows:
        if row["name"]:
            mine = depths[[name == row["name"] for name in names]]
            assert (row["buildings"], row["depth_m"]) == (len(mine), mine.max())


def test_a_rest_too_small_takes_the_smallest_street_with_it() -> None:
    names = ["a"] * 9 + ["b"] * 6 + ["c"] * 2
    rows = grouped(names, np.zeros(17))
    assert [(row["name"], row["merged"], row["buildings"]) for row in rows] == [("a", 1, 9), (REST, 2, 8)]
    whole = grouped(["a"] * 9 + ["c"] * 6, np.zeros(15))
    assert [row["name"] for row in whole] == ["a", "c"]
    with pytest.raises(InputError, match="Fewer than five"):
        grouped(["a"] * 4, np.zeros(4))


def test_the_nearest_street_counts_as_far_as_it_reaches() -> None:
    points = np.array([[10.0, 60.0], [105.0, 150.0], [100.0, 76.0], [300.0, 300.0], [210.0, 50.0]])
    assert street_of(points, [EAST_WEST, NORTH_SOUTH]).tolist() == [0, 1, 1, -1, 0]
    assert street_of(points, [EAST_WEST, NORTH_SOUTH], 5.0).tolist() == [-1, 1, -1, -1, -1]
    assert street_of(points, []).tolist() == [-1] * 5
    assert block_of(np.array([[105.0, 99.0], [-1.0, 0.0]])) == ["100 / 0", "-100 / 0"]


def test_depth_on_a_street_is_that_of_its_cells_by_hand() -> None:
    water = Grid(np.zeros((40, 40)), 5.0)
    water.values[water.place(150.0, 52.0)] = 0.4
    water.values[water.place(150.0, 80.0)] = 2.0  # beside every street
    water.values[water.place(100.0, 180.0)] = np.nan
    far = StreetLine("Elsewhere", (np.array([[900.0, 900.0], [950.0, 900.0]]),))
    assert on_streets(water, [NORTH_SOUTH, EAST_WEST, far]) == [
        {"name": "Long Lane", "depth_m": 0.4}, {"name": "Short Lane", "depth_m": 0.0},
    ]  # fmt: skip


def test_the_answer_counts_houses_once_however_many_parts_they_have() -> None:
    water = Grid(np.full((40, 40), 0.02), 5.0)
    water.values[:, 20:] = 0.3
    corners = np.array([[0.0, 0.0], [8.0, 0.0], [8.0, 8.0], [0.0, 8.0]])
    houses = [Outline(str(n), (np.add(corners, (12.0 + 30.0 * n, 60.0)),)) for n in range(6)]
    houses += [Outline("0", (np.add(corners, (12.0, 70.0)),)), Outline("away", (np.add(corners, (900.0, 900.0)),))]
    values = {"ring": 1.5, "reach": 60.0, "block": 100.0}
    told = answer({"result": water, "buildings": houses, "streets": [EAST_WEST]}, values, 0)
    assert told["streets"] == [
        {"name": "Long Lane", "merged": 1, "buildings": 6, "wet": 3, "depth_m": 0.3},
    ]  # fmt: skip
    assert (told["by"], told["buildings"], told["wet"], told["outside"]) == ("street", 6, 3, 1)
    by_block = answer({"result": water, "buildings": houses}, values, 0)
    assert by_block["by"] == "block"
    assert [row["name"] for row in by_block["streets"]] == [REST]
    assert MERGED in by_block["warnings"]
    with pytest.raises(InputError, match="outlines"):
        answer({"result": water}, values, 0)
