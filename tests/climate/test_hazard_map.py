"""A run beside an official map: areas add up, a map agrees with itself, four cells by hand, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.climate.grid import Grid
from hks.climate.hazard_map import COMPARE, answer, depths_of, legend_of, scores
from hks.core.errors import InputError

VALUES = {parameter.name: parameter.default for parameter in COMPARE.parameters}


def grid(values: object, cell: float = 2.0, **place: object) -> Grid:
    return Grid(np.asarray(values, dtype=float), cell, 0.0, 0.0, str(place.get("crs", "")))


def told(ours: Grid, official: Grid, **values: object) -> dict:
    return dict(answer({"result": ours, "official": official}, {**VALUES, **values}, 0))


@given(st.integers(0, 2**32 - 1))
def test_areas_add_up_and_a_map_agrees_with_itself(seed: int) -> None:
    draw = np.random.default_rng(seed)
    ours, official = (grid(draw.random((6, 7)) * 0.3) for _ in range(2))
    found = told(ours, official)
    assert sum(found["area_m2"].values()) == pytest.approx(found["compared_m2"]) == 6 * 7 * 4
    assert 0 <= found["csi"] <= min(found["hit_rate"], 1 - found["false_alarm"]) + 1e-12
    same = told(ours, ours)
    assert same["csi"] == same["hit_rate"] == 1.0
    swapped = told(official, ours)
    assert swapped["csi"] == found["csi"]
    assert swapped["area_m2"]["ours"] == found["area_m2"]["official"]


def test_four_cells_by_hand() -> None:
    ours, official = grid([[0.5, 0.5], [0.0, 0.05]]), grid([[2, 1], [3, 1]])
    found = told(ours, official, unit="classes", legend="1=0,0; 2=0,1\n3=0,5")
    assert found["area_m2"] == {"both": 4.0, "ours": 4.0, "official": 4.0, "neither": 4.0}
    assert found["csi"] == pytest.approx(1 / 3)
    assert found["hit_rate"] == found["false_alarm"] == 0.5
    assert found["agreement"].tolist() == [[1, 2], [3, 0]]
    assert told(ours, grid([[50, 0], [0, 0]]), unit="cm")["area_m2"]["both"] == 4.0


def test_gaps_are_dry_or_left_out_and_other_cells_are_looked_up() -> None:
    ours = grid(np.full((4, 4), 0.2))
    official = grid([[0.2, np.nan], [0.2, np.nan]], 4.0)
    assert told(ours, official)["csi"] == 0.5
    left_out = told(ours, official, gaps="unknown")
    assert (left_out["csi"], left_out["compared_m2"]) == (1.0, 32.0)
    smaller = told(ours, grid([[0.2]], 2.0))
    assert smaller["compared_m2"] == 4.0  # beside the map nothing is compared
    dry = told(grid(np.zeros((3, 3))), grid(np.zeros((3, 3))))
    assert not {"csi", "hit_rate", "false_alarm"} & dry.keys()
    assert scores({"both": 0.0, "ours": 1.0, "official": 0.0}) == {"csi": 0.0, "false_alarm": 1.0}


@pytest.mark.parametrize(
    ("official", "values", "message"),
    [
        (grid([[1.0]], crs="EPSG:25833"), {}, "one projection"),
        (Grid(np.ones((2, 2)), 2.0, 900.0, 900.0), {}, "says nothing of this place"),
        (grid([[-0.5]]), {}, "outside 0 to 100 m"),
        (grid([[250.0]]), {}, "outside 0 to 100 m"),
        (grid([[1.0]]), {"unit": "classes"}, "needs its legend"),
        (grid([[7.0]]), {"unit": "classes", "legend": "1=0.1"}, "explains no class 7"),
        (grid([[1.0]]), {"unit": "classes", "legend": "1"}, "'1' must be a class"),
        (grid([[1.0]]), {"unit": "classes", "legend": "1=0.1;1=0.2"}, "'1=0.2' must be a class"),
        (grid([[1.0]]), {"unit": "classes", "legend": "1=-1"}, "must be a class"),
        (grid([[np.nan]]), {"gaps": "unknown"}, "says nothing of this place"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_sentence(official: Grid, values: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        told(Grid(np.full((3, 3), 0.2), 2.0, crs="EPSG:25832"), official, **values)


def test_a_legend_may_be_written_as_in_germany() -> None:
    assert legend_of("1=0,05;2=0,1") == {1.0: 0.05, 2.0: 0.1}
    assert depths_of(grid([[2, np.nan]]), "classes", {2.0: 0.1})[0, 0] == 0.1
