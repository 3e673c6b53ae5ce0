"""The simple methods, by hand."""

import numpy as np
import pytest

from hks.adapters.region.rates import national_rates
from hks.demography.naive import closed, constant, errors_by_age, linear_trend
from hks.demography.ungrouping import band_sums

RATES = national_rates()


def years(*values: float) -> np.ndarray:
    return np.array(values)[None, :, None, None] * np.ones((1, 1, 2, 17))


def test_constant_and_trend_by_hand() -> None:
    np.testing.assert_array_equal(constant(years(9.0, 11.0), 3), np.full((1, 2, 17), 11.0))
    np.testing.assert_allclose(linear_trend(years(9.0, 10.0, 12.0), 3), 12 + 3 * 1.5)
    np.testing.assert_allclose(linear_trend(years(90.0, 30.0), 3), 0.0)
    np.testing.assert_allclose(linear_trend(years(np.nan, 30.0), 3), 30.0)
    assert linear_trend(years(9.0), 3) is None


def test_nobody_moves_in_a_closed_unit() -> None:
    population = RATES.template("DG", 2015)[None] / 400
    after = closed(population, np.zeros(1), 2017, 3, RATES)
    assert after.sum() < band_sums(population).sum()
    assert (after[:, :, 0] == 0).all()
    with_births = closed(population, np.ones(1), 2017, 3, RATES)
    assert (with_births[:, :, 0] > 0).all()
    np.testing.assert_allclose(with_births[:, :, 5:], after[:, :, 5:])


def test_errors_of_groups_by_hand() -> None:
    truth = np.ones((1, 2, 17))
    told = truth.copy()
    told[:, :, 15:] = 1.2
    found = errors_by_age(told, truth)
    assert found == {"0-17": 0.0, "18-64": 0.0, "65+": pytest.approx(20.0)}
