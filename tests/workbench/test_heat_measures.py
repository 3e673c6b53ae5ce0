"""Heat without and with measures: shade cools, nothing drawn changes nothing, what cannot be is refused."""

from typing import Any

import numpy as np
import pytest

from hks.adapters.drawn_measures import DrawnMeasure
from hks.climate.grid import Grid
from hks.climate.heat import LandClasses
from hks.climate.heat_of_town import HEAT_MAP
from hks.climate.heat_of_town import answer as mapped
from hks.climate.heat_places import Spots
from hks.core.errors import InputError
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.heat_measures import FIELDS, compared, result_grids

CLASSES = LandClasses(np.array([1.0]), np.array([0.1]), np.array([0.15]), np.array([0.1]), np.array([False]))
VALUES = {p.name: p.default for p in HEAT_MAP.parameters} | {"mixing_radius": 10.0, "cooling_distance": 50.0}
SPOTS = Spots(("Platz", "Rand"), np.array([50.0, 5.0]), np.array([50.0, 5.0]))
TREE = DrawnMeasure(1, "shade_tree", "point", np.array([[50.0, 50.0]]))
BED = DrawnMeasure(2, "unsealing", "area", np.array([[20.0, 20.0], [80.0, 20.0], [80.0, 80.0], [20.0, 80.0]]))


def town() -> dict[str, Any]:
    cover = np.ones((20, 20))
    cover[0, 0] = np.nan
    return {"landcover": Grid(cover, 5.0), "table": CLASSES, "places": SPOTS}


def compared_with(*drawings: DrawnMeasure) -> dict[str, Any]:
    return compared(town() | {"drawings": drawings}, VALUES, measure_catalogue())


def test_before_is_the_map_of_heat_itself() -> None:
    found, alone = compared_with(TREE, BED), mapped(town(), VALUES, 0)
    for name in ("hm_mean", "air_temperature_mean", "air_temperature_max", "hot_share"):
        assert found[name]["before"] == alone[name]
    assert (found["air_before"] == alone["air_temperature"]).all()


@pytest.mark.parametrize("drawings", [(TREE,), (BED,), (TREE, BED)])
def test_shade_and_opened_ground_cool_and_nothing_gets_warmer(drawings: tuple[DrawnMeasure, ...]) -> None:
    found = compared_with(*drawings)
    assert found["air_temperature_mean"]["after"] < found["air_temperature_mean"]["before"]
    assert found["hm_mean"]["after"] > found["hm_mean"]["before"]
    change = result_grids(found)["difference"].values
    assert (change[np.isfinite(change)] <= 1e-6).all()
    assert np.isnan(change[0, 0])
    assert float(np.nanmin(change)) == pytest.approx(found["strongest"], abs=1e-6)


def test_a_tree_takes_stress_off_the_place_below_it() -> None:
    place, edge = compared_with(TREE)["places"]
    assert (place["shade_before"], place["shade_after"]) == (0.1, 0.7)
    assert place["utci_after"] < place["utci_before"] - 3
    assert edge["shade_after"] == 0.1
    assert edge["utci_after"] == pytest.approx(edge["utci_before"], abs=0.1)
    assert place["stress_before"].endswith("heat stress")


def test_more_trees_cool_more_and_cost_more() -> None:
    one, two = (
        compared_with(TREE),
        compared_with(TREE, DrawnMeasure(2, "shade_tree", "point", np.array([[80.0, 50.0]]))),
    )
    assert two["air_temperature_mean"]["after"] < one["air_temperature_mean"]["after"]
    assert two["cost_eur"]["middle"] == 2 * one["cost_eur"]["middle"] == 6000
    assert two["measures"][0]["acts"] == ["shade", "evapotranspiration"]


def test_what_acts_elsewhere_is_told_and_the_fields_lie_on_the_map() -> None:
    found = compared_with(BED)
    assert set(found["measures"][0]["elsewhere"]) == {"sealing", "roughness", "storage"}
    assert "Some effects of the measures are not in the map of heat; the list says which." in found["warnings"]
    assert found["warnings"][0].startswith("Screening")
    assert set(result_grids(found)) == set(FIELDS)


@pytest.mark.parametrize(
    ("drawing", "told"),
    [
        (DrawnMeasure(1, "kerb", "line", np.array([[20.0, 20.0], [60.0, 20.0]])), "nothing gets cooler"),
        (DrawnMeasure(1, "castle", "point", np.array([[20.0, 20.0]])), "no measure 'castle'"),
        (DrawnMeasure(1, "shade_tree", "point", np.array([[500.0, 20.0]])), "outside"),
        (DrawnMeasure(1, "shade_tree", "area", BED.corners), "needs"),
    ],
)
def test_a_drawing_that_cannot_be_is_refused(drawing: DrawnMeasure, told: str) -> None:
    with pytest.raises(InputError) as refused:
        compared_with(drawing)
    assert told in str(refused.value)


def test_without_drawings_nothing_is_compared() -> None:
    with pytest.raises(InputError, match="at least one measure"):
        compared(town(), VALUES, measure_catalogue())
