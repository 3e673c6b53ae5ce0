"""Coupled studies: one run equals the parts by hand; laws of added places and of storms; refusals."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.adapters.test_budget_files import EXAMPLE
from tests.adapters.test_water_blocks import TWO

from hks.adapters.terrain import write_tiff
from hks.climate.grid import Grid
from hks.core.errors import InputError
from hks.core.parameters import checked
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset, opened
from hks.workbench.methods import METHODS
from hks.workbench.people_to_budget import Projected
from hks.workbench.rain_to_people import built, periods_of
from hks.workbench.region import population_table

TOWN = {"unit": 14521, "residents": 19600.0, "years": 12, "draws": 20}
OFFERED = {"today_kindergarten": 480, "today_under_3": 190}
PEOPLE = {"table": population_table(), "budget": Dataset("budget.json", json.dumps(EXAMPLE).encode())}
BOWL = Grid(
    100.0 + 0.03 * np.abs(np.arange(30) - 15.0)[None, :] - 0.01 * np.arange(30)[:, None], 2.0
)  # a valley that falls to the south
DEPTHS = Dataset("kostra.csv", b"duration_min,index_rc,hn_mm_T1,hn_mm_T10,hn_mm_T30,hn_mm_T100\n60,50050,12,30,45,70\n")
STORMS = {"cell": 50050, "duration": 60.0, "end_s": 900.0, "boundary": "closed", "return_periods": "10 30 100"}


def house(name: str, west: float, south: float) -> dict[str, Any]:
    ring = [[west, south], [west + 8, south], [west + 8, south + 8], [west, south + 8]]
    return {"type": "Feature", "id": name, "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {}}


HOUSES = {"type": "FeatureCollection", "features": [house("low", 26, 6), house("slope", 40, 30), house("top", 2, 50)]}
SWALE = {
    "type": "Feature", "properties": {"measure": "swale", "quantity": 400},
    "geometry": {"type": "Polygon", "coordinates": [[[24, 30], [36, 30], [36, 56], [24, 56], [24, 30]]]},
}  # fmt: skip
GROUND = {
    "terrain": Dataset("dgm.tif", write_tiff(BOWL)),
    "table": DEPTHS,
    "buildings": Dataset("houses.geojson", json.dumps(HOUSES).encode()),
    "drawings": Dataset(
        "swale.geojson", json.dumps({"type": "FeatureCollection", "features": [SWALE]}).encode()
    ),
}  # fmt: skip


def people(**values: object) -> dict[str, Any]:
    return dict(compute(METHODS["population-budget"], PEOPLE, {**TOWN, **OFFERED, **values}, 3).outcomes)


def risk(**values: object) -> dict[str, Any]:
    return dict(compute(METHODS["rain-risk"], GROUND, {**STORMS, **values}).outcomes)


def test_people_places_and_budget_are_what_the_three_methods_tell_one_after_the_other() -> None:
    table = PEOPLE["table"]
    drawn = {**TOWN, "arrivals": 60.0, "net_migration_rate": 3.0}
    projected = compute(
        METHODS["population-project"], {"table": table}, {**drawn, "age_ranges": "0-2 3-5 6-10", "keep_draws": True}, 3
    ).outcomes
    needed = compute(METHODS["population-places"], {"table": table}, {**drawn, **OFFERED}, 3).outcomes
    kept = {
        "years": projected["years"], "people_by_draw": projected["people_by_draw"].tolist(),
        "people_by_draw_of": projected["people_by_draw_of"],
    }  # fmt: skip
    budget = compute(
        METHODS["finance-project"],
        {"budget": PEOPLE["budget"], "population": Dataset("people.json", json.dumps(kept).encode())},
        {"draws": 20, "cost_growth": 3.0}, 3,
    ).outcomes  # fmt: skip
    told = people(arrivals=60.0, net_migration_rate=3.0, cost_growth=3.0)
    assert told["total"] == projected["total"]
    assert told["missing"] == needed["missing"]
    assert told["free_margin"] == budget["free_margin"]
    assert told["budget_years"] == budget["years"]


def test_added_places_are_missing_no_longer_and_cost_what_they_cost() -> None:
    bare = people()
    more = people(added_kindergarten=30, added_from=2028, place_cost=40_000.0, place_upkeep=500.0, place_rate=0.0)
    assert more["added_eur"] == pytest.approx(30 * (40_000 / 30 + 500))
    for year, before, after in zip(
        bare["years"], bare["missing"]["kindergarten"]["p90"], more["missing"]["kindergarten"]["p90"], strict=True
    ):
        assert before - after == pytest.approx(30 if year >= 2028 else 0)
    for year, before, after in zip(
        bare["budget_years"], bare["free_margin"]["p10"], more["free_margin"]["p10"], strict=True
    ):
        assert before - after == pytest.approx(more["added_eur"] if year >= 2028 else 0, abs=1e-6)
    assert more["missing"]["under_3"] == bare["missing"]["under_3"]
    with pytest.raises(InputError, match="begins in 2000"):
        people(added_kindergarten=1, added_from=2000)


def test_what_was_projected_before_is_told_again_only_where_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = opened(METHODS["population-places"], PEOPLE)
    monkeypatch.setattr("hks.workbench.people_to_budget.MOST_KNOWN", 2)
    projected = Projected()
    usual = checked(METHODS["population-budget"].parameters, {**TOWN, "years": 3})
    first = projected(inputs, usual, 1)
    assert projected(inputs, {**usual, "option_cost": 5.0, "cost_growth": 9.0}, 1) is first
    others = [
        projected(inputs, {**usual, "net_migration_rate": 5.0}, 1), projected(inputs, {**usual, "today_under_3": 9}, 1),
        projected(inputs, usual, 2), projected({**inputs, "table": replace(inputs["table"])}, usual, 1),
    ]  # fmt: skip
    assert all(other is not first for other in others)
    assert others[-1][0]["total"] == first[0]["total"] != others[0][0]["total"]


def test_what_else_is_planned_shifts_the_margin_by_what_it_costs() -> None:
    bare, planned = people(), people(option_cost=-50_000.0)
    assert planned["added_eur"] == -50_000.0
    assert planned["margin_last"] == pytest.approx(bare["margin_last"] + 50_000)
    assert planned["missing"] == bare["missing"]


def test_rain_damage_and_people_are_what_the_methods_tell_one_after_the_other() -> None:
    events = []
    for years in (10, 30, 100):
        fallen = compute(
            METHODS["rain-storm"], {"table": DEPTHS}, {"cell": 50050, "duration": 60.0, "return_period": years}
        ).outcomes
        run = compute(
            METHODS["rain-runoff"], {"terrain": GROUND["terrain"], "buildings": GROUND["buildings"]},
            {"rain_mm_h": float(fallen["mm_h"][0]), "rain_s": 3600.0, "end_s": 900.0, "boundary": "closed"},
        ).outcomes  # fmt: skip
        deepest = Dataset("depth.tif", write_tiff(Grid(run["depth_max"], 2.0)))
        done = compute(METHODS["rain-damage"], {"result": deepest, "buildings": GROUND["buildings"]}, {}).outcomes
        events.append((years, done))
    rows = "\n".join(f"{years},{done['total_eur']!r}" for years, done in events)
    mean = compute(
        METHODS["rain-ead"], {"events": Dataset("e.csv", f"return_period,damage\n{rows}\n".encode())}, {}
    ).outcomes
    told = risk(residents=90.0)
    assert [one["damage_eur"] for one in told["events"]] == [done["total_eur"] for _, done in events]
    assert [one["buildings"] for one in told["events"]] == [done["affected"] for _, done in events]
    assert told["ead_eur"] == pytest.approx(mean["ead_eur"], rel=1e-12)
    # three houses of one size: thirty people in each that water gets into
    assert [one["people"] for one in told["events"]] == [30.0 * done["affected"] for _, done in events]
    assert told["events"][-1]["buildings"] > 0


def test_a_warmer_climate_never_does_less_and_a_measure_never_more() -> None:
    today, warmer, kept = (
        risk(residents=90.0),
        risk(residents=90.0, climate_factor=1.3),
        risk(residents=90.0, built="all"),
    )
    for name in ("ead_eur", "people_a_year", "damage_rarest_eur", "buildings_rarest"):
        assert kept[name] <= today[name] <= warmer[name]
    assert kept["ead_eur"] < today["ead_eur"] < warmer["ead_eur"]
    assert today["measures_a_year_eur"] == 0 < kept["measures_a_year_eur"]
    assert kept["burden_a_year_eur"] == pytest.approx(kept["ead_eur"] + kept["measures_a_year_eur"])
    assert risk(protected=10.0)["ead_eur"] == 0


def test_what_is_built_costs_what_is_said_or_what_the_catalogue_says() -> None:
    own = risk(built="1", cost=1000.0, upkeep=10.0, rate=0.0, horizon=50.0)
    assert own["measures_a_year_eur"] == pytest.approx(1000 / 50 + 10)
    assert risk(built="all")["cost_eur"] > 0


@pytest.mark.parametrize("text", ["", "10", "10 10", "0 10", "10 101", "10 x", "1 2 3 4 5 6 7 8 9 10 11"])
def test_no_return_periods_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="no return periods"):
        periods_of(text)


@pytest.mark.parametrize("text", ["0", "3", "1 1", "-1", "x"])
def test_what_is_no_drawing_cannot_be_built(text: str) -> None:
    assert built("2 1", 2) == [0, 1] == built("all", 2)
    with pytest.raises(InputError, match="names no drawings"):
        built(text, 2)


def test_a_town_whose_people_are_not_known_counts_none_and_says_so() -> None:
    told = risk()
    assert told["people_a_year"] == 0
    assert any("not counted" in text for text in told["warnings"])


def test_factors_of_the_climate_change_the_water_balance_and_one_changes_nothing() -> None:
    blocks = Dataset("blocks.csv", TWO.encode())
    method = METHODS["water-balance"]
    plain, same, dry = (
        compute(method, {"blocks": blocks}, values).outcomes
        for values in ({}, {"rain_factor": 1.0, "evaporation_factor": 1.0}, {"rain_factor": 0.8})
    )
    assert plain["area_mean_mm"] == same["area_mean_mm"]
    total = sum(plain["area_mean_mm"].values())  # nothing is lost: the three shares add up to the rain
    assert sum(dry["area_mean_mm"].values()) == pytest.approx(0.8 * total)
