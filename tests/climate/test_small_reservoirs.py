"""Small reservoirs: no drop is lost, priorities hold, and one reservoir by hand."""

import dataclasses
import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.climate.small_reservoirs import (
    Calendar,
    Plan,
    Reservoir,
    Use,
    Weather,
    extreme_years,
    order,
    reliability,
    run_reservoirs,
)
from hks.core.errors import InputError

NO_YIELD = np.zeros(12)
START = datetime.date(2018, 1, 1)


def weather(rain: float = 0.0, evaporation: float = 0.0, days: int = 400, runoff: float | None = None) -> Weather:
    series = None if runoff is None else np.full(days, runoff)
    return Weather(START, False, np.full(days, rain), np.full(days, evaporation), series)


def pond(name: str = "pond", **figures: object) -> Reservoir:
    usual = {"capacity": 1000.0, "area": 500.0, "catchment": 0.0, "yields": NO_YIELD, "seepage": 0.0}
    return Reservoir(name, **{**usual, **figures})  # type: ignore[arg-type]


def use(name: str, priority: int, a_day: float, **figures: float) -> Use:
    lengths = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    return Use(name, priority, a_day * lengths, **figures)


shares = st.floats(0, 1)
ponds = st.builds(
    pond,
    capacity=st.floats(1, 1e6),
    area=st.floats(0, 1e5),
    catchment=st.floats(0, 10),
    yields=st.builds(lambda y: np.full(12, y), shares),
    seepage=st.floats(0, 30),
    shape=shares,
    start_share=shares,
    uses=st.lists(
        st.builds(use, st.just("u"), st.integers(1, 3), st.floats(0, 1e4), above_share=shares, return_share=shares),
        max_size=3,
    ).map(tuple),
)


@st.composite
def rivers(draw: st.DrawFn) -> Plan:
    found = draw(st.lists(ponds, min_size=1, max_size=4))
    named = [
        dataclasses.replace(one, name=str(n), below=str(n + 1) if n + 1 < len(found) else "", dead=0.1 * one.capacity)
        for n, one in enumerate(found)
    ]
    days = draw(st.integers(40, 500))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    rain = rng.gamma(0.3, 6.0, days)
    runoff = draw(st.sampled_from([None, rain * 0.3]))
    return Plan(tuple(named), Weather(START, False, rain, rng.uniform(0, 6, days), runoff))


@settings(max_examples=40)
@given(rivers(), st.integers(0, 15))
def test_no_drop_is_lost_in_any_reservoir_or_year(plan: Plan, mask: int) -> None:
    active = np.array([not mask >> n & 1 for n in range(len(plan.reservoirs))])
    done = run_reservoirs(plan, active)
    assert done.error < 1e-9
    into, out = done.flows[:, :, [0, 1, 2]].sum(axis=(1, 2)), done.flows[:, :, [3, 4, 5, 7]].sum(axis=(1, 2))
    assert into + done.start == pytest.approx(out + done.storage[:, -1], rel=1e-9, abs=1e-6)
    above = done.flows[:-1, :, [6, 7]].sum(axis=2)  # what is returned and spilled above comes in below
    assert done.flows[1:, :, 1] == pytest.approx(above, rel=1e-9, abs=1e-6)


@settings(max_examples=40)
@given(rivers())
def test_storage_stays_between_empty_and_full_and_supply_below_demand(plan: Plan) -> None:
    done = run_reservoirs(plan)
    capacity = np.array([one.capacity for one in plan.reservoirs])[:, None]
    assert (done.storage >= 0).all()
    assert (done.storage <= capacity * (1 + 1e-12)).all()
    assert (done.flows >= 0).all()
    assert (done.uses[:, :, 1] <= done.uses[:, :, 0] * (1 + 1e-9)).all()
    assert (done.uses[:, :, 3] <= done.uses[:, :, 2]).all()


@settings(max_examples=30)
@given(ponds, st.floats(0, 2), st.floats(1, 3))
def test_more_runoff_never_lowers_supply_or_storage(one: Reservoir, runoff: float, more: float) -> None:
    low = run_reservoirs(Plan((one,), weather(1.0, 3.0, runoff=runoff)))
    high = run_reservoirs(Plan((one,), weather(1.0, 3.0, runoff=runoff * more)))
    if one.shape == 0 or one.area == 0:
        assert (high.storage >= low.storage - 1e-6 * one.capacity).all()
    assert high.flows[:, :, 0].sum() >= low.flows[:, :, 0].sum() - 1e-9


def test_a_pond_by_hand() -> None:
    """1000 m³ on 500 m², upright sides: 4 mm evaporate and 6 mm seep a day, 5 m³ in all; 45 m³ are used."""
    one = pond(shape=0.0, seepage=6.0, uses=(use("fields", 1, 45.0),))
    done = run_reservoirs(Plan((one,), weather(evaporation=4.0, days=31)))
    assert done.flows[0, 0, 3] == pytest.approx(20 * 2.0)
    assert done.flows[0, 0, 4] == pytest.approx(20 * 3.0)
    assert done.uses[0, 0].tolist() == pytest.approx([31 * 45, 900, 31, 20])
    assert done.flows[0, 0, 8] == 12  # from the twentieth day on
    assert reliability(done.uses)["reliability"] == pytest.approx(20 / 31)
    assert reliability(done.uses)["shortage_m3"] == pytest.approx(31 * 45 - 900)


def test_the_surface_follows_the_storage() -> None:
    """A quarter full with exponent 0.5: half the surface."""
    one = pond(shape=0.5, start_share=0.25)
    done = run_reservoirs(Plan((one,), weather(evaporation=10.0, days=1)))
    assert done.flows[0, 0, 3] == pytest.approx(250 * 0.010)


def test_the_first_priority_is_served_before_the_second_and_restrictions_hold() -> None:
    uses = (use("second", 2, 40.0), use("first", 1, 30.0), use("above half", 3, 10.0, above_share=0.5))
    done = run_reservoirs(Plan((pond(uses=uses),), weather(days=31)))
    assert [one.name for _n, one in done.owners] == ["first", "second", "above half"]
    given_ = done.uses[:, 0, 1]
    assert given_.sum() == pytest.approx(1000)
    assert done.uses[0, 0, 3] >= done.uses[1, 0, 3]
    assert given_[2] == pytest.approx(60.0)  # six days above half


def test_three_in_a_row_pass_on_what_does_not_fit_and_what_is_left_to_the_brook() -> None:
    brook = use("brook", 1, 10.0, return_share=1.0)
    row = (pond("low", start_share=0.0), pond("top", below="middle", uses=(brook,)), pond("middle", below="low"))
    done = run_reservoirs(Plan(row, weather(days=20)))
    assert order(row).tolist() == [1, 2, 0]
    assert done.storage[:, -1] == pytest.approx([200, 800, 1000])
    idle = run_reservoirs(Plan(row, weather(days=20)), np.array([True, False, False]))
    assert idle.storage[:, -1] == pytest.approx([0, 0, 0])


def test_months_are_spread_over_their_days() -> None:
    month = Weather(START, True, np.array([31.0, 28.0]), np.zeros(2))
    one = pond(catchment=0.001, yields=np.ones(12), start_share=0.0, area=0.0, capacity=1e6)
    done = run_reservoirs(Plan((one,), month))
    assert done.calendar.year.size == 59
    assert done.storage[0] == pytest.approx([31.0, 59.0])


def test_leap_years_and_turns_of_the_year_are_counted() -> None:
    long = Weather(datetime.date(2019, 12, 1), True, np.ones(15), np.ones(15))
    calendar = Calendar.of(long)
    assert calendar.year.size == 31 + 366 + 31 + 28
    assert (calendar.first_year, calendar.year[-1]) == (2019, 2)
    assert calendar.period[-1] == 14


def test_the_driest_and_wettest_fifth_are_whole_years() -> None:
    rain = np.repeat([50.0, 10.0, 90.0, 40.0, 60.0, 30.0, 70.0, 20.0, 80.0, 45.0, 55.0], 12)[:-3]
    found = Weather(START, True, rain, np.zeros(rain.size))
    dry, wet = extreme_years(found, Calendar.of(found))
    assert (dry.tolist(), wet.tolist()) == ([1, 7], [2, 8])


@pytest.mark.parametrize(
    ("reservoirs", "told"),
    [
        ((pond("a", below="b"), pond("b", below="a")), "flows in a circle"),
        ((pond("a", below="a"),), "flows in a circle"),
        ((pond("a"), pond("a")), "stands twice"),
        ((pond(""),), "is empty"),
        ((pond("a", below="sea"),), "which is not on the list"),
        ((pond("a", dead=2000.0),), "exceeds its capacity"),
        ((), "are needed"),
    ],
)
def test_what_cannot_be_is_refused(reservoirs: tuple[Reservoir, ...], told: str) -> None:
    with pytest.raises(InputError, match=told):
        run_reservoirs(Plan(reservoirs, weather()))
