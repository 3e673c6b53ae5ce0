"""Reservoirs as JSON: read whole, and every bad file gets its sentence."""

import copy
import json
from typing import Any

import pytest

from hks.adapters.reservoir_files import read_reservoirs
from hks.core.errors import InputError

GOOD: dict[str, Any] = {
    "start": "2018-01",
    "step": "month",
    "rain_mm": [50] * 72,
    "evaporation_mm": [10, 15, 40, 70, 100, 110, 115, 95, 60, 30, 12, 8] * 6,
    "reservoirs": [
        {
            "name": "Oberteich", "capacity_m3": 40000, "area_m2": 25000, "catchment_km2": 0.2,
            "yield_share": [0.3, 0.3, 0.3, 0.2, 0.1, 0.05, 0.05, 0.05, 0.1, 0.15, 0.2, 0.3], "seepage_mm_d": 1,
            "downstream": "Unterteich",
            "uses": [
                {"name": "brook", "priority": 1, "demand_m3": 2000, "return_share": 1},
                {"name": "fields", "priority": 2, "demand_m3": [0, 0, 0, 0, 4000, 8000, 8000, 6000, 0, 0, 0, 0]},
            ],
        },
        {
            "name": "Unterteich", "capacity_m3": 20000, "area_m2": 15000, "catchment_km2": 0.4, "yield_share": 0.15,
            "seepage_mm_d": 0.5, "dead_m3": 1000, "start_share": 0.5, "shape": 0.5,
        },
    ],
}  # fmt: skip


def changed(path: str, value: Any) -> bytes:
    """Put a value at a path; `...` takes the key away."""
    content = copy.deepcopy(GOOD)
    *way, last = path.split(".")
    place: Any = content
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    if value is ...:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return json.dumps(content).encode()


def test_a_file_is_read_whole() -> None:
    plan = read_reservoirs(json.dumps(GOOD).encode(), "f")
    top, low = plan.reservoirs
    assert (top.name, top.below, low.below, low.dead, low.start_share) == ("Oberteich", "Unterteich", "", 1000, 0.5)
    assert [use.name for use in top.uses] == ["brook", "fields"]
    assert top.uses[1].demand.sum() == 26000
    assert low.yields.tolist() == [0.15] * 12
    assert plan.weather.monthly
    assert plan.weather.runoff is None
    by_runoff = read_reservoirs(changed("runoff_mm", [20] * 72), "f")
    assert by_runoff.weather.runoff is not None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "f: The file is empty"),
        (b"{", "This is not JSON"),
        (b"[" * 100_000, "This is not JSON"),
        (b"[]", "must be one object"),
        (json.dumps(GOOD).encode("utf-16"), "UTF-16; please save it as UTF-8"),
        (changed("rivers", 1), "'rivers' is not known here"),
        (changed("reservoirs", []), "list of 1 to 1000"),
        (changed("reservoirs", [3]), "reservoirs.1: An object with name"),
        (changed("reservoirs.0.capacity_m3", -1), "reservoirs.1.capacity_m3: -1 lies outside"),
        (changed("reservoirs.0.capacity_m3", "viel"), "'viel' is not a number"),
        (changed("reservoirs.0.capacity_m3", True), "'True' is not a number"),
        (changed("reservoirs.0.capacity_m3", float("nan")), "nan lies outside"),
        (changed("reservoirs.0.area_m2", ...), "'area_m2' is missing"),
        (changed("reservoirs.0.yield_share", ...), "'yield_share' is missing"),
        (changed("reservoirs.0.yield_share", [0.1]), "One figure or twelve"),
        (changed("reservoirs.0.yield_share", 1.2), "1.2 lies outside 0 to 1"),
        (changed("reservoirs.0.name", ""), "'' is no name"),
        (changed("reservoirs.0.size", 3), "'size' is not known here"),
        (changed("reservoirs.0.uses.0.demand_m3", ...), "uses.1: 'demand_m3' is missing"),
        (changed("reservoirs.0.uses.0.priority", 0), "uses.1.priority: 0 lies outside"),
        (changed("reservoirs.0.uses.0.priority", 1.5), "'1.5' is no whole number"),
        (changed("rain_mm", [50] * 71), "The series differ in length: rain_mm 71, evaporation_mm 72"),
        (changed("rain_mm.5", -1), "f:rain_mm.6: -1 lies outside 0 to 2000"),
        (changed("rain_mm", "much"), "'rain_mm' must be a list"),
        (changed("step", "week"), "'week' is no step"),
        (changed("start", "spring"), "'spring' is no day"),
        (changed("start", "0001-01"), "outside the years"),
    ],
)
def test_a_bad_file_gets_its_sentence(data: bytes, told: str) -> None:
    with pytest.raises(InputError) as refused:
        read_reservoirs(data, "f")
    assert told in str(refused.value)
