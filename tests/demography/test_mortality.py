"""Laws of mortality over time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.region.rates import national_rates
from hks.core.errors import InputError
from hks.demography.life_table import Mortality, life_table
from hks.demography.mortality import (
    expectancy_at_birth,
    extended,
    index_for_expectancy,
    kannisto,
    lee_carter,
    random_walk,
    sensitivity_by_age,
    survival_shares,
)
from hks.demography.mortality_trend import expectancy


def made_rates(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    b = rng.uniform(0.2, 1, 12)
    k = rng.normal(0, 3, 9)
    a, b, k = rng.uniform(-8, -1, 12), b / b.sum(), k - k.mean()
    return a, b, k, np.exp(a[:, None] + np.outer(b, k))


@pytest.mark.parametrize("method", ["un", "svd"])
@given(seed=st.integers(0, 10**6))
def test_a_model_that_holds_exactly_is_found(seed: int, method: str) -> None:
    a, b, k, rates = made_rates(seed)
    found = lee_carter(rates, method)  # type: ignore[arg-type]
    np.testing.assert_allclose(found.level, a, atol=1e-9)
    np.testing.assert_allclose(found.sensitivity, b, atol=1e-8)
    np.testing.assert_allclose(found.index, k, atol=1e-7)
    assert found.explained == pytest.approx(1.0)


@given(seed=st.integers(0, 10**6))
def test_the_singular_pair_explains_at_least_as_much(seed: int) -> None:
    rates = made_rates(seed)[3] * np.random.default_rng(seed).uniform(0.9, 1.1, (12, 9))
    assert lee_carter(rates, "svd").explained >= lee_carter(rates, "un").explained - 1e-12


@given(st.floats(-3, 3), st.integers(3, 60))
def test_a_straight_index_has_its_slope_as_drift(slope: float, years: int) -> None:
    walk = random_walk(10.0 + slope * np.arange(years))
    assert walk.drift == pytest.approx(slope)
    assert walk.sigma == pytest.approx(0.0, abs=1e-9)
    assert walk.last == pytest.approx(10.0 + slope * (years - 1))


def test_a_walk_by_hand() -> None:
    walk = random_walk(np.array([0.0, 1.0, 4.0]))
    assert (walk.drift, walk.last, walk.steps) == (2.0, 4.0, 2)
    assert walk.sigma == pytest.approx(np.sqrt(2.0))
    np.testing.assert_allclose(walk.spread(np.array([1.0, 2.0])), np.sqrt([2 * 1.5, 2 * 4.0]))


@given(st.floats(-9, -6), st.floats(0.05, 0.1))
def test_rates_on_the_curve_of_kannisto_stay_and_go_on(height: float, slope: float) -> None:
    ages = np.arange(101)
    logits = height + slope * (ages - 50)
    rates = 1.0 / (1.0 + np.exp(-logits))
    np.testing.assert_allclose(kannisto(rates), rates)
    np.testing.assert_allclose(kannisto(rates[:93]), rates)
    closed = kannisto(rates * np.where(ages > 90, 1.3, 1.0))
    assert (np.diff(closed[85:]) > 0).all()
    assert (closed < 1).all()


def test_a_life_table_that_ends_early_is_carried_on() -> None:
    shares = national_rates().life_tables[2017]["m"].dying
    early = Mortality(np.append(shares[:90], 1.0), first_year_share=0.13)
    whole = extended(early)
    assert whole.dying.size == 101
    np.testing.assert_array_equal(whole.dying[:90], shares[:90])
    np.testing.assert_allclose(whole.dying[90:100], shares[90:100], rtol=0.08)  # the official table as judge
    told, official = (life_table(Mortality(q, 0.13)).expectancy[[0, 65]] for q in (whole.dying, shares))
    np.testing.assert_allclose(told, official, atol=0.03)
    assert extended(Mortality(shares)).dying is shares


def test_the_expectancy_of_rates_by_hand() -> None:
    assert expectancy(np.full(101, 0.1)) == pytest.approx(10.0, rel=0.01)  # constant hazard lives 1 / hazard


@given(st.floats(0.001, 0.2))
def test_shares_reproduce_the_expectancy_of_the_table(chance: float) -> None:
    table = life_table(Mortality(np.full(101, chance)))
    assert expectancy_at_birth(survival_shares(table)) == pytest.approx(table.expectancy[0])


@given(st.floats(-1.5, 4))
def test_the_index_reaches_the_gain_asked_for(gain: float) -> None:
    shares = national_rates().survival(2017)
    b = np.tile(sensitivity_by_age(101), (2, 1))
    k = index_for_expectancy(shares, b, gain)
    reached = expectancy_at_birth(np.exp(np.log(shares) * np.exp(b * k))).mean()
    assert reached - expectancy_at_birth(shares).mean() == pytest.approx(gain, abs=1e-6)
    assert (k > 0) == (gain < 0) or gain == 0


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: lee_carter(np.zeros((3, 3))), "above 0"),
        (lambda: lee_carter(np.ones((3, 3))), "never change"),
        (lambda: random_walk(np.zeros(2)), "three years"),
        (lambda: kannisto(np.full(82, 0.1)), "Old ages"),
        (lambda: kannisto(np.full(101, 1.5)), "Old ages"),
        (lambda: index_for_expectancy(national_rates().survival(2017), np.ones((2, 101)), 900.0), "cannot be reached"),
    ],
)
def test_bad_input_is_told(call, told: str) -> None:
    with pytest.raises(InputError, match=told):
        call()
