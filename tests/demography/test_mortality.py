"""Laws of mortality over time and the reference results of MortCast."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.region.rates import national_rates
from hks.core.errors import InputError
from hks.demography.life_table import Mortality, life_table
from hks.demography.mortality import (
    expectancy_at_birth,
    index_for_expectancy,
    lee_carter,
    sensitivity_by_age,
    survival_shares,
)


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


def test_the_reference_of_mortcast_is_met(shared: Path) -> None:
    def columns(name: str) -> np.ndarray:
        rows = list(csv.reader((shared / "demography" / name).read_text().splitlines()))[1:]
        return np.array([[float(cell) for cell in row] for row in rows]).T

    rates = columns("DE_mx_male_2000-2019.csv")[1:].T
    found = lee_carter(rates)
    _, a, b = columns("golden_MortCast_leecarter_male_axbx.csv")
    _, k = columns("golden_MortCast_leecarter_male_kt.csv")
    assert np.abs(found.level - a).max() <= 1e-9
    assert np.abs(found.sensitivity - b).max() <= 1e-9
    assert np.abs(found.index - k).max() <= 1e-9


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
        (lambda: index_for_expectancy(national_rates().survival(2017), np.ones((2, 101)), 900.0), "cannot be reached"),
    ],
)
def test_bad_input_is_told(call, told: str) -> None:
    with pytest.raises(InputError, match=told):
        call()
