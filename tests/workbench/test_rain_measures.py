"""Heavy rain without and with measures: laws of both runs, storage that acts, figures by hand, refusals."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.adapters.drawn_measures import DrawnMeasure, written
from hks.adapters.terrain import write_tiff
from hks.climate.bagrov import evaporation_ratio
from hks.climate.grid import Grid
from hks.climate.heavy_rain import Rain, Setting, run_off
from hks.core.errors import InputError
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.compute import Computation, compute
from hks.workbench.drawn_measures import changed_ground, losses_of
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS
from hks.workbench.planned_measures import changed_balance, placed
from hks.workbench.rain_measures import both_runs
from hks.workbench.result_files import result_files

METHOD = METHODS["rain-measures"]
CATALOGUE = measure_catalogue()
PLATE = Grid(np.full((20, 20), 100.0), 2.0)
SLOPE = Grid(10.0 - 0.02 * np.arange(20)[None, :] * np.ones((20, 1)), 2.0)
RAIN = Rain(np.array([0.0, 600.0]), np.array([60.0]))
CLOSED, OPEN = Setting(), Setting(sides=dict.fromkeys(("left", "right", "top", "bottom"), "free"))
HOUSE = json.dumps({"type": "Polygon", "coordinates": [[[24, 14], [32, 14], [32, 24], [24, 24]]]}).encode()


def square(left: float, low: float, side: float) -> np.ndarray:
    return np.array([[left, low], [left + side, low], [left + side, low + side], [left, low + side]])


def drawn(key: str, kind: str, corners: object, **more: object) -> DrawnMeasure:
    return DrawnMeasure(1, key, kind, np.asarray(corners, dtype=float), **more)


def ground_of(terrain: Grid, *drawings: DrawnMeasure):
    return changed_ground(terrain, 0.03, [place.drawing for place in placed(drawings, terrain, CATALOGUE)])


def answered(*drawings: DrawnMeasure, terrain: Grid = SLOPE, **values: object) -> Computation:
    files = {"terrain": Dataset("t.tif", write_tiff(terrain)), "drawings": Dataset("d.geojson", written(drawings))}
    files["buildings"] = Dataset("h.geojson", HOUSE)
    return compute(METHOD, files, {"rain_mm_h": 60.0, "rain_s": 600.0, "end_s": 900.0, "boundary": "free", **values})


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_without_drawings_both_runs_are_equal_bit_for_bit(seed: int) -> None:
    bumpy = Grid(100 + np.random.default_rng(seed).random((12, 12)), 2.0)
    before, after, losses = both_runs(bumpy, changed_ground(bumpy, 0.03, []), RAIN, 0.03, 600.0, OPEN, 10.0)
    assert losses is None
    for name in ("depth", "depth_max", "speed_max"):
        assert (getattr(before, name) == getattr(after, name)).all()
    assert before.balance == after.balance


def with_cover(code: int, *drawings: DrawnMeasure, **values: object) -> Computation:
    files = {"terrain": Dataset("t.tif", write_tiff(PLATE)), "drawings": Dataset("d.geojson", written(drawings))}
    files["cover"] = Dataset("c.tif", write_tiff(Grid(np.full((20, 20), float(code)), 2.0)))
    return compute(METHOD, files, {"rain_mm_h": 60.0, "rain_s": 600.0, "end_s": 900.0, **values})


def test_opening_ground_that_is_open_already_gains_nothing_and_opening_a_yard_does() -> None:
    opened = drawn("unsealing", "area", square(10, 10, 10), quantity=0.0)
    meadow = with_cover(5, opened, soil_mm_h=10.0).outcomes
    assert meadow["kept_m3"] == {"held": 0.0, "seeped": 0.0}
    assert meadow["stored_m3"]["after"] == meadow["stored_m3"]["before"]
    yard = with_cover(3, opened, soil_mm_h=10.0).outcomes
    assert yard["kept_m3"]["seeped"] > 0
    assert yard["stored_m3"]["after"] == pytest.approx(yard["stored_m3"]["before"] - sum(yard["kept_m3"].values()))
    assert not any("takes all ground without a measure as sealed" in text for text in yard["warnings"])


@settings(max_examples=6, deadline=None)
@given(st.sampled_from([0, 2, 4, 5, 6]), st.sampled_from(["", "20:5"]))
def test_on_land_cover_no_water_is_lost_and_a_store_holds_more(code: int, sewer: str) -> None:
    done = with_cover(code, drawn("swale", "area", square(10, 10, 10), quantity=40.0), sewer=sewer).outcomes
    for run in ("before", "after"):
        assert abs(done[f"mass_{run}"]["error"]) < 1e-5
    assert sum(done["kept_m3"].values()) > (0 if code in (0, 2) else -1e-9)
    assert done["stored_m3"]["after"] <= done["stored_m3"]["before"]


@settings(max_examples=8, deadline=None)
@given(st.integers(2, 26), st.integers(2, 26), st.floats(0.05, 1.0))
def test_a_hollow_in_a_closed_plate_never_raises_the_water_outside(left: int, low: int, depth: float) -> None:
    hollow = ground_of(PLATE, drawn("retention_hollow", "area", square(left, low, 10), quantity=depth))
    before, after, _ = both_runs(PLATE, hollow, RAIN, 0.03, 1200.0, CLOSED)
    inside = hollow.terrain.values < 100.0
    assert after.depth[~inside].sum() <= before.depth[~inside].sum() * (1 + 1e-6)
    assert after.depth[inside].sum() > before.depth[inside].sum()
    assert after.balance.stored == pytest.approx(before.balance.stored, rel=1e-5)


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(["swale", "green_roof_extensive", "unsealing"]), st.floats(0.0, 200.0))
def test_storage_acts_and_no_water_is_lost(key: str, quantity: float) -> None:
    ground = ground_of(PLATE, drawn(key, "area", square(10, 10, 10), quantity=quantity))
    before, after, losses = both_runs(PLATE, ground, RAIN, 0.03, 900.0, CLOSED, 10.0)
    kept = 0.0 if losses is None else losses.total.sum() * PLATE.cell**2
    assert before.balance.stored == pytest.approx(after.balance.stored + kept, rel=1e-5)
    assert after.balance.stored <= before.balance.stored * (1 + 1e-6)
    assert after.balance.infiltrated == pytest.approx(kept)
    assert kept >= 0.5 * min(quantity, 10.0) / 1000.0 * 100.0  # 100 m2, and 10 mm of rain


def test_more_storage_holds_more_until_there_is_no_more_water() -> None:
    held = []
    for quantity in (1.0, 5.0, 20.0, 500.0):
        ground = ground_of(PLATE, drawn("swale", "area", square(10, 10, 10), quantity=quantity))
        losses = losses_of(ground, 0.0)
        run_off(PLATE, end=900.0, rain=RAIN, losses=losses)
        held.append(losses.total.sum() * PLATE.cell**2)
    assert held[:2] == pytest.approx([0.1, 0.5], rel=1e-3)  # 100 m2 times 1 and 5 mm
    assert held == sorted(held)
    assert held[-1] < 0.010 * PLATE.values.size * PLATE.cell**2


def test_by_hand_opened_ground_takes_its_rate_and_its_storage() -> None:
    """400 m2 of plate, all of it opened: 10 mm fall; 0.9 of 10 mm/h for 900 s seep, 4 mm stay in hollows."""
    whole = ground_of(PLATE, drawn("unsealing", "area", square(0, 0, 40)))
    losses = losses_of(whole, 10.0)
    done = run_off(PLATE, end=600.0, rain=RAIN, losses=losses, manning=whole.manning)
    assert losses.total[2] * 4.0 == pytest.approx(1600 * 0.9 * 0.010 / 6, rel=0.02)
    assert done.balance.stored == pytest.approx(1600 * (0.010 - 0.004 - 0.0015 + 0.0), rel=0.1)
    assert abs(done.balance.error) < 1e-5


def test_a_cistern_in_a_house_takes_the_water_of_its_roof_alone() -> None:
    place = drawn("cistern", "point", [[28.0, 18.0]], quantity=1.0)
    house = square(24, 14, 8)
    roof, garden = (placed([place], SLOPE, CATALOGUE, houses)[0] for houses in ([house], []))
    storage = [changed_ground(SLOPE, 0.03, [each.drawing]).storage for each in (roof, garden)]
    assert (storage[0] > 0).sum() == 16
    assert storage[0].sum() * 4.0 / 1000.0 == pytest.approx(1.0)
    assert storage[1].sum() * 4.0 / 1000.0 == pytest.approx(1.0)
    assert (storage[1] > 0).sum() < 16


def test_cost_and_balance_by_hand() -> None:
    opened = drawn("unsealing", "area", square(4, 4, 10))
    hollow = drawn("retention_hollow", "area", square(4, 20, 10), quantity=0.4)
    wall = drawn("flood_wall", "line", [[20.0, 4.0], [20.0, 14.0]])
    done = answered(opened, hollow, wall).outcomes
    assert [row["amount"] for row in done["measures"]] == [100.0, 40.0, 10.0]
    assert done["cost_eur"]["middle"] == pytest.approx(100 * 70 + 40 * 60 + 10 * 2500)
    assert done["upkeep_eur"]["middle"] == pytest.approx(7000 * 0.01 + 2400 * 0.01 + 25000 * 0.005)
    left = 600 - 650 * float(evaporation_ratio(np.array([600 / 650]), np.array([0.11]))[0])
    before = done["water_balance_m3"]["before"]
    assert before["runoff"] == pytest.approx(0.1 * 0.9 * left)
    assert before["infiltration"] == pytest.approx(0.1 * 0.1 * left)
    assert done["balance_area_m2"] == 100.0
    for run in done["water_balance_m3"].values():
        assert sum(run.values()) == pytest.approx(60.0)
    assert done["elsewhere"] == [{"measure": "unsealing", "parameter": "evapotranspiration"}]


@given(st.sampled_from(["unsealing", "green_roof_intensive", "roof_disconnection", "swale"]), st.floats(100, 2000))
def test_every_measure_on_the_surface_lets_less_run_off_in_a_year(key: str, rain: float) -> None:
    balance = changed_balance(placed([drawn(key, "area", square(4, 4, 10))], SLOPE, CATALOGUE), rain, 650.0)
    assert balance["after"]["runoff"] <= balance["before"]["runoff"] + 1e-9
    assert sum(balance["after"].values()) == pytest.approx(rain * 0.1)


def test_the_answer_compares_both_runs_and_their_grids_are_files() -> None:
    done = answered(drawn("retention_hollow", "area", square(20, 8, 14)))
    out = done.outcomes
    assert out["wet_m2"]["before"] == float((out["depth_before"] >= 0.1).sum()) * 4
    assert out["wet_m2"]["after"] == float((out["depth_after"] >= 0.1).sum()) * 4
    lowered = PLATE.inside(square(20, 8, 14))
    assert out["wet_outside_m2"]["after"] == float(((out["depth_after"] >= 0.1) & ~lowered).sum()) * 4
    assert (out["difference"] == out["depth_after"] - out["depth_before"]).all()
    assert set(out["damage_eur"]["before"]) == {"low", "middle", "high"}
    for name in ("mass_before", "mass_after"):
        assert abs(out[name]["error"]) < 1e-5
    assert {"depth_before.tif", "depth_after.tif", "difference.tif", "summary.json"} == set(result_files(METHOD, out))
    assert done.record.digest == answered(drawn("retention_hollow", "area", square(20, 8, 14))).record.digest


def test_protection_of_a_house_spares_damage_and_no_depth() -> None:
    wall = drawn("flood_wall", "line", [[34.0, 2.0], [34.0, 38.0]])  # dams the water at the house
    guard = next(
        key for key, m in CATALOGUE.measures.items() if any(e.acts_on == "damage_threshold" for e in m.effects)
    )
    kind = CATALOGUE.measure(guard).drawn
    corners = {"area": square(24, 14, 8), "point": [[28.0, 18.0]]}[kind]
    wet = answered(wall, rain_mm_h=300.0).outcomes
    dry = answered(wall, drawn(guard, kind, corners, quantity=3.0), rain_mm_h=300.0).outcomes
    assert wet["damage_eur"]["after"]["middle"] > 0
    assert dry["damage_eur"]["after"]["middle"] == 0
    assert dry["buildings"] == wet["buildings"]


@pytest.mark.parametrize(
    ("drawing", "sentence"),
    [
        (drawn("moat", "area", square(4, 4, 10)), "no measure 'moat'; drawn like this are unsealing"),
        (drawn("flood_wall", "area", square(4, 4, 10)), "needs a line (LineString), not an area"),
        (drawn("association", "point", [[4, 4]]), "needs nothing on the map"),
        (drawn("flood_wall", "line", [[4, 4], [400, 4]]), "the corner 400.0, 4.0 lies outside the terrain: 0.0 to 40.0"),
        (drawn("flood_wall", "line", [[0, 2], [0, 30]]), "runs along the edge"),
        (drawn("flood_wall", "line", [[20.1, 21], [20.9, 21]]), "shorter than a cell"),
        (drawn("swale", "area", [[50.1, 12.4], [50.2, 12.4], [50.2, 12.5]]), "seems to be in degrees"),
        (drawn("swale", "area", [[4.1, 4.1], [4.2, 4.1], [4.2, 4.2]]), "smaller than a cell of 2.0 m"),
        (drawn("retention_hollow", "area", square(4, 4, 10), quantity=40.0), "up to 10.0"),
        (drawn("shade_tree", "point", [[4, 4]], quantity=2.0), "has no depth, height or volume"),
        (drawn("water_reuse", "point", [[20, 20]]), "Give the size"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(drawing: DrawnMeasure, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        answered(drawing)
    assert sentence in str(caught.value)


def test_without_drawings_nothing_is_computed() -> None:
    with pytest.raises(InputError, match="Name the file of the drawings"):
        compute(METHOD, {"terrain": Dataset("t.tif", write_tiff(SLOPE))}, {})


def test_an_open_culvert_lies_in_both_runs() -> None:
    ground = PLATE.values.copy()
    ground[:, 10] += 3.0
    dam = Dataset("dam.tif", write_tiff(Grid(ground, 2.0)))
    drawings = Dataset("d.geojson", written([drawn("retention_hollow", "area", square(4.0, 4.0, 8.0), quantity=0.2)]))
    given = {"rain_mm_h": 60.0, "rain_s": 600.0, "end_s": 900.0, "culvert": "19,20,23,20,1,1"}
    shut = compute(METHOD, {"terrain": dam, "drawings": drawings}, {**given, "culvert": ""}).outcomes
    open_ = compute(METHOD, {"terrain": dam, "drawings": drawings}, given).outcomes
    for field in ("depth_before", "depth_after"):
        assert (np.asarray(open_[field]) != np.asarray(shut[field])).any()


def test_a_wall_stands_in_the_shallow_water_equations_too() -> None:
    drawings = Dataset("d.geojson", written([drawn("flood_wall", "line", [[20.0, 1.0], [20.0, 39.0]], quantity=1.0)]))
    given = {"rain_mm_h": 60.0, "rain_s": 300.0, "end_s": 300.0, "scheme": "swe"}
    told = compute(METHOD, {"terrain": Dataset("slope.tif", write_tiff(SLOPE)), "drawings": drawings}, given).outcomes
    after = np.asarray(told["depth_after"])
    assert after[5:15, 9].mean() > 1.5 * np.asarray(told["depth_before"])[5:15, 9].mean()  # the wall holds it back
    with pytest.raises(InputError, match="inertial scheme only"):
        compute(METHOD, {"terrain": Dataset("slope.tif", write_tiff(SLOPE)), "drawings": drawings},
                {**given, "culvert": "3,3,30,30,1,1"})  # fmt: skip
