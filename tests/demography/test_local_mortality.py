"""Laws of mortality in small areas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.demography.local_mortality import EXPECTED_FOR_TRUST, expected_deaths, log_mortality_ratio


@given(st.floats(20, 10_000), st.floats(0.5, 2.0))
def test_the_ratio_lies_between_none_and_the_observed(expected: float, ratio: float) -> None:
    theta = log_mortality_ratio(ratio * expected, expected)
    assert 0 <= theta / np.log(ratio) <= 1 if abs(ratio - 1) > 1e-9 else abs(theta) < 1e-8


@given(st.floats(1, 100), st.floats(1.1, 2.0))
def test_more_years_bring_it_nearer_to_the_observed(expected: float, ratio: float) -> None:
    one, ten = (log_mortality_ratio(ratio * n * expected, n * expected) for n in (1, 10))
    assert one < ten < np.log(ratio)


def test_by_hand() -> None:
    assert log_mortality_ratio(80.0, 50.0) == pytest.approx(np.log((80 + EXPECTED_FOR_TRUST) / 100))
    population = np.array([[100.0, 10.0], [0.0, 20.0]])
    survival = np.array([[0.99, 0.5], [0.99, 0.8]])
    assert expected_deaths(population, survival) == pytest.approx(100 * 0.5 + 10 * 0.5 + 20 * 0.2)


@pytest.mark.parametrize(("deaths", "expected", "told"), [
    (-1.0, 10.0, "negative"), (10.0, 0.0, "somebody"), (4000.0, 200.0, "number of years"),
])  # fmt: skip
def test_bad_input_is_told(deaths: float, expected: float, told: str) -> None:
    with pytest.raises(InputError, match=told):
        log_mortality_ratio(deaths, expected)
