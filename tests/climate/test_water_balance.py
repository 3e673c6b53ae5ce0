"""Water balance of blocks: nothing is lost, sealing shows, and one block by hand."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.climate.bagrov import evaporation_ratio
from hks.climate.unsealed_ground import LAND_TYPES, WATER, Climate, Ground, ground_evaporation
from hks.climate.water_balance import (
    Blocks,
    Parameters,
    Roads,
    deviation,
    monthly_balance,
    natural,
    yearly_balance,
)

shares = st.floats(0.0, 1.0)
parameters = Parameters()


def block(**given_: float | str) -> Blocks:
    """One block of R-ABIMO's default figures; what is given wins."""
    g: dict[str, float | str] = {
        "rain": 600, "summer_rain": 300, "potential": 700, "summer_potential": 500, "roof": 0.2, "green": 0.0,
        "roof_drained": 1.0, "paved": 0.6, "paved_drained": 0.7, "swale": 0.0, "depth": 3.0, "soil": 13.0,
        "land": "urban", "plants": 35.0, "irrigation": 0.0, "road": 0.0,
    } | given_  # fmt: skip
    one = {key: np.array([value]) for key, value in g.items()}
    return Blocks(
        np.array(["a"]), np.array([100.0]),
        Climate(*(one[key].astype(float) for key in ("rain", "summer_rain", "potential", "summer_potential"))),
        Ground(one["land"], one["plants"], one["irrigation"], one["depth"], one["soil"], one["soil"]),
        1.0 - one["road"], one["roof"], one["green"], one["roof_drained"], one["paved"], one["paved_drained"],
        np.array([[0.5, 0.2, 0.1, 0.1, 0.1]]),
        Roads(one["road"], np.array([0.9]), np.array([1.0]), np.array([[0.9, 0.1, 0.0, 0.0, 0.0]])), one["swale"],
    )  # fmt: skip


towns = st.builds(
    block,
    rain=st.floats(400, 1200),
    summer_rain=st.floats(200, 400),
    potential=st.floats(500, 800),
    summer_potential=st.floats(350, 500),
    roof=st.floats(0, 0.5),
    green=shares,
    roof_drained=shares,
    paved=st.floats(0, 0.5),
    paved_drained=shares,
    swale=shares,
    depth=st.floats(0, 20),
    soil=st.floats(0, 30),
    land=st.sampled_from(LAND_TYPES),
    plants=st.floats(0, 100),
    irrigation=st.floats(0, 200),
    road=st.floats(0, 0.5),
)


@given(towns, st.sampled_from(["abimo", "exact"]))
def test_all_rain_runs_off_seeps_away_or_evaporates(town: Blocks, way: str) -> None:
    assert yearly_balance(town, parameters, way).sum() == pytest.approx(town.climate.rain[0])


@given(towns)
def test_evaporation_stays_below_the_potential_and_nothing_runs_off_backwards(town: Blocks) -> None:
    dry = dataclasses.replace(town, to_swale=np.zeros(1))
    runoff, _infiltration, evaporation = yearly_balance(dry, parameters, "exact")[0]
    assert runoff >= 0
    assert -1e-9 <= evaporation <= town.climate.potential[0] + 1e-9


@given(towns, st.floats(0, 0.3))
def test_more_roof_or_pavement_never_lowers_runoff(town: Blocks, more: float) -> None:
    before = yearly_balance(town, parameters)[0, 0]
    for wider in (
        {"roof": np.minimum(town.roof + more, 1 - town.paved)},
        {"paved": np.minimum(town.paved + more, 0.5)},
    ):
        assert yearly_balance(dataclasses.replace(town, **wider), parameters)[0, 0] >= before - 1e-9


@given(towns, st.floats(0, 0.3))
def test_more_led_to_swales_never_raises_runoff(town: Blocks, more: float) -> None:
    wider = dataclasses.replace(town, to_swale=np.minimum(town.to_swale + more, 1.0))
    after, before = yearly_balance(wider, parameters)[0], yearly_balance(town, parameters)[0]
    assert after[0] <= before[0] + 1e-9
    assert after[1] >= before[1] - 1e-9


@given(towns)
def test_a_natural_block_does_not_deviate_and_the_deviation_has_bounds(town: Blocks) -> None:
    bare = natural(town)
    assert deviation(yearly_balance(bare, parameters), yearly_balance(natural(bare), parameters))[0] == 0
    urban = yearly_balance(dataclasses.replace(town, ground=bare.ground), parameters)
    assert 0 <= deviation(urban, yearly_balance(bare, parameters))[0] <= 200


@given(towns)
def test_the_months_add_up_to_the_year_and_each_balances(town: Blocks) -> None:
    year = yearly_balance(town, parameters)
    months = monthly_balance(town, parameters, year)
    assert months.sum(axis=1) == pytest.approx(year, abs=1e-9)
    assert months.sum(axis=(1, 2)) == pytest.approx(town.climate.rain)
    assert months[0, 4:10].sum() == pytest.approx(town.climate.summer_rain[0])


def test_shares_by_month_are_followed() -> None:
    town = block()
    july = np.eye(12)[6]
    given_ = dataclasses.replace(parameters, rain_by_month=july, potential_by_month=july)
    year = yearly_balance(town, given_)
    assert monthly_balance(town, given_, year)[0, 6] == pytest.approx(year[0])


def test_a_block_by_hand() -> None:
    """Half roof, half asphalt, all drained: rain 650, potential 650, so x = 1 for both."""
    town = block(rain=650, potential=650, roof=0.5, paved=0.5, paved_drained=1.0)
    town = dataclasses.replace(town, surfaces=np.eye(5)[:1])
    one = dataclasses.replace(
        parameters, effectivity={**parameters.effectivity, "roof": 1.0, "surface1": 2.0},
    )  # fmt: skip
    roof, asphalt = 650 * np.exp(-1.0), 650 * (1 - np.tanh(1.0))
    runoff, infiltration, _evaporation = yearly_balance(town, one, "exact")[0]
    assert runoff == pytest.approx(0.5 * roof + 0.5 * 0.9 * asphalt)
    assert infiltration == pytest.approx(0.5 * 0.1 * asphalt)
    swale = dataclasses.replace(town, to_swale=np.array([0.4]))
    less, more, _evaporation = yearly_balance(swale, one, "exact")[0]
    assert less == pytest.approx(0.6 * runoff)
    assert more == pytest.approx(infiltration + 0.4 * 0.9 * runoff)


def test_unsealed_ground_by_hand() -> None:
    """Sand of 13 % under class 35, groundwater at 3 m: G02 11, group 6, no rise.

    n = 0.904 + 0.02562 * 11 + 0.0007149 * 121 = 1.272323; summer 300 / 500 = 0.6 lies in the step 0.82 to 0.9.
    """
    town = block(roof=0.0, paved=0.0)
    n = 1.2723229 * 0.86
    found = ground_evaporation(town.climate, town.ground, "exact")[0]
    t = (np.arange(200_000) + 0.5) / 200_000 * found / 700
    assert (found / 700 / 200_000) * (1 / (1 - t**n)).sum() == pytest.approx(600 / 700, abs=1e-6)


def test_roots_in_the_groundwater_close_part_of_the_gap() -> None:
    """Roots at 0.6 m, groundwater at 0.3 m: 0.3 m too near, so exp(-1) of the gap."""
    town = block(depth=0.3, roof=0.0, paved=0.0)
    n = 1.2723229 * 1.70  # summer water (300 + 60 days of 7 mm) / 500 lies above the table
    above = 700 * evaporation_ratio(np.array([(600 + 420) / 700]), np.array([n]))[0]
    assert ground_evaporation(town.climate, town.ground, "exact")[0] == pytest.approx(above + (700 - above) / np.e)


def test_the_deviation_by_hand() -> None:
    """(|300 - 0| + |100 - 200| + |200 - 400|) / 2 of 600 mm."""
    assert deviation(np.array([[300.0, 100.0, 200.0]]), np.array([[0.0, 200.0, 400.0]]))[0] == pytest.approx(50.0)


def test_open_water_evaporates_all_it_can_and_roots_in_groundwater_nearly() -> None:
    water = block(land=WATER, roof=0.0, paved=0.0)
    assert yearly_balance(water, parameters)[0] == pytest.approx([0, -100, 700])
    wet = block(depth=0.0, roof=0.0, paved=0.0)
    assert yearly_balance(wet, parameters)[0, 2] == pytest.approx(700)


def test_irrigation_can_be_left_out() -> None:
    town, dry = block(irrigation=100.0), block()
    off = dataclasses.replace(parameters, irrigated=False)
    assert yearly_balance(town, off) == pytest.approx(yearly_balance(dry, parameters))
    assert yearly_balance(town, parameters)[0, 2] > yearly_balance(dry, parameters)[0, 2]
