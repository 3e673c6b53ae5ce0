"""Dry and wet years of small reservoirs: putting one back into use never takes water away, and a plan by hand."""

import dataclasses
import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.climate.reservoir_years import RESERVOIRS, by_year, in_use, reordered
from hks.climate.small_reservoirs import Calendar, Plan, Reservoir, Use, Weather, run_reservoirs
from hks.core.errors import InputError

VALUES = {"rain_factor": 1.0, "evaporation_factor": 1.0, "demand_factor": 1.0, "draws": 12, "in_use": 0}
START = datetime.date(2000, 1, 1)


def months(seed: int, years: int = 12) -> Weather:
    rng = np.random.default_rng(seed)
    return Weather(START, True, rng.gamma(2.0, 25.0, 12 * years), rng.uniform(5, 120, 12 * years))


def pond(name: str, *, used: bool = True, below: str = "", capacity: float = 5000.0) -> Reservoir:
    uses = (Use("brook", 1, np.full(12, 100.0), return_share=1.0), Use("fields", 2, np.full(12, 900.0)))
    return Reservoir(name, capacity, 3000.0, 0.2, np.full(12, 0.1), 1.0, below=below, uses=uses, in_use=used)


def answered(plan: Plan, seed: int = 1, reactivated: tuple[str, ...] = (), **values: float) -> dict:
    return RESERVOIRS.compute({"reservoirs": plan, "reactivated": reactivated}, VALUES | values, seed)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sets(st.sampled_from("abc")))
def test_water_is_kept_and_one_more_reservoir_beside_the_others_never_delivers_less(
    seed: int, chosen: set[str]
) -> None:
    plan = Plan((pond("z"), *(pond(name, used=False) for name in "abc")), months(seed))
    less, more = answered(plan, reactivated=tuple(chosen)), answered(plan, reactivated=(*chosen, "a"))
    for found in (less, more):
        assert found["balance_error"] < 1e-9
    for before, after in zip(less["years"], more["years"], strict=True):
        assert after["delivered_m3"] >= before["delivered_m3"] - 1e-6
        assert after["demand_m3"] == before["demand_m3"] == pytest.approx(4 * 12 * 900)
        assert after["lost_m3"] >= before["lost_m3"] - 1e-6


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.1, 1.0))
def test_a_restriction_never_delivers_more_and_never_misses_more(seed: int, factor: float) -> None:
    plan = Plan((pond("top", below="low"), pond("low")), months(seed))
    free, bound = answered(plan, draws=0), answered(plan, draws=0, demand_factor=factor)
    assert bound["total"]["shortage_m3"] <= free["total"]["shortage_m3"] + 1e-6
    for before, after in zip(free["years"], bound["years"], strict=True):
        assert after["demand_m3"] == pytest.approx(factor * before["demand_m3"])


@given(st.integers(0, 100), st.lists(st.integers(0, 7), min_size=1, max_size=12))
def test_years_put_in_another_order_keep_their_days(seed: int, order: list[int]) -> None:
    weather = months(seed, 8)
    calendar = Calendar.of(weather)
    found, days = reordered(calendar, np.array(order))
    assert found.year.size == sum((calendar.year == year).sum() for year in order)
    assert (calendar.year[days] == np.array(order)[found.year]).all()
    assert (np.diff(found.period) >= 0).all()
    assert found.period[-1] == 12 * len(order) - 1


def test_the_years_in_their_own_order_are_the_series_itself() -> None:
    calendar = Calendar.of(months(3))
    same, days = reordered(calendar, np.arange(12))
    assert (days == np.arange(calendar.year.size)).all()
    assert (same.period == calendar.period).all()


def test_a_dam_out_of_use_serves_the_brook_but_no_field() -> None:
    """One mm a day on 0.2 km² with a tenth arriving: 20 m³ a day pass; the brook asks for 10, the fields for 5."""
    lengths = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    uses = (Use("brook", 1, 10.0 * lengths, return_share=1.0), Use("fields", 2, 5.0 * lengths))
    one = dataclasses.replace(pond("a", used=False), uses=uses, below="b")
    two = dataclasses.replace(pond("b"), catchment=0.0, uses=(), area=0.0, seepage=0.0, capacity=1e6, start_share=0.0)
    rain = np.full(100, 1.0)
    done = run_reservoirs(Plan((one, two), Weather(START, False, rain, 0 * rain)), np.array([False, True]))
    assert done.uses[:, 0].tolist() == [pytest.approx(row) for row in ([1000, 1000, 100, 100], [500, 0, 100, 0])]
    assert done.storage[1, -1] == pytest.approx(2000)
    assert done.error < 1e-12
    years = by_year(done)
    assert (years["demand_m3"][0], years["delivered_m3"][0], years["met_percent"][0]) == (pytest.approx(500), 0, 0)


def test_the_same_seed_gives_the_same_band_and_few_years_give_none() -> None:
    plan = Plan((pond("a"),), months(5))
    assert answered(plan, 7)["dry_year"] == answered(plan, 7)["dry_year"]
    found = answered(plan, 7)
    assert found["dry_year"]["delivered_m3"]["p10"] <= found["dry_year"]["delivered_m3"]["p90"]
    assert found["dry_year"]["met_percent"]["value"] <= found["wet_year"]["met_percent"]["value"]
    assert answered(plan, draws=0)["dry_year"]["lost_m3"]["p10"] is None
    short = answered(Plan((pond("a"),), months(5, 4)))
    assert short["dry_year"] is None
    assert any("Fewer than five whole years" in text for text in short["warnings"])


def test_who_is_in_use_and_what_is_refused() -> None:
    ponds = (pond("a", used=False), pond("b"), pond("c", used=False))
    assert in_use(ponds, 0, ()).tolist() == [False, True, False]
    assert in_use(ponds, 0, ("c",)).tolist() == [False, True, True]
    assert in_use(ponds, 1, ()).tolist() == [True, False, False]
    with pytest.raises(InputError, match="'d' is to be reactivated"):
        in_use(ponds, 0, ("d",))
    with pytest.raises(InputError, match="needs a table of the weather"):
        RESERVOIRS.compute({"reservoirs": ponds}, VALUES, 1)
