"""Laws of who moves and of what lasts of a district's own migration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.demography.local_migration import migration_scale
from hks.demography.migration import fitted_profile, mobility, rogers_castro
from hks.demography.migration_memory import Memory, by_sex, expected, in_parts, measured
from hks.demography.ungrouping import BAND_STARTS, band_sums

BANDS = len(BAND_STARTS)
seeds = st.integers(0, 10**6)
EVEN = np.full((2, 101), 1 / 202)


def some_memory(seed: int) -> Memory:
    rng = np.random.default_rng(seed)
    factors = rng.normal(0, 0.01, (2, 2, BANDS, BANDS))
    lasting, yearly = factors @ np.swapaxes(factors, -1, -2)
    return Memory(lasting, yearly + 1e-6 * np.eye(BANDS))


@given(seeds)
def test_a_standard_profile_is_found_in_its_bands(seed: int) -> None:
    movers = band_sums(rogers_castro()) * np.random.default_rng(seed).uniform(100, 1e5)
    fitted = fitted_profile(movers, EVEN)
    assert fitted.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(band_sums(fitted), band_sums(rogers_castro()), atol=0.004)


@given(seeds)
def test_those_who_leave_have_the_profile_of_those_who_come(seed: int) -> None:
    movers = band_sums(rogers_castro()) * np.random.default_rng(seed).uniform(100, 1e5)
    np.testing.assert_allclose(fitted_profile(-movers, EVEN), fitted_profile(movers, EVEN))


def test_few_movers_or_no_profile_fall_back() -> None:
    few = band_sums(rogers_castro()) * 49.0
    np.testing.assert_array_equal(fitted_profile(few, EVEN), EVEN)
    nonsense = np.where(np.arange(BANDS) % 2, 900.0, -800.0) * np.ones((2, 1))
    np.testing.assert_array_equal(fitted_profile(nonsense, EVEN), EVEN)
    np.testing.assert_array_equal(fitted_profile(np.zeros((2, BANDS)), EVEN), EVEN)


def test_a_university_town_has_its_peak_and_each_sex_its_share() -> None:
    movers = band_sums(rogers_castro(student_bump=2.0)) * 1000.0
    movers[0] *= 3.0
    fitted = fitted_profile(movers, EVEN)
    assert fitted[:, 18:21].sum() > 1.5 * rogers_castro()[:, 18:21].sum()
    assert fitted[0].sum() == pytest.approx(0.75)


@given(seeds)
def test_mobility_moves_one_in_all(seed: int) -> None:
    population = np.random.default_rng(seed).uniform(1, 1000, (2, 101))
    assert (mobility(population, rogers_castro()) * population).sum() == pytest.approx(population.sum())


@given(seeds)
def test_parts_and_sexes_are_two_ways_to_say_the_same(seed: int) -> None:
    rates = np.random.default_rng(seed).normal(size=(3, 2, BANDS))
    np.testing.assert_allclose(by_sex(in_parts(rates)), rates)


@given(seeds)
def test_what_was_seen_longer_is_believed_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    memory = some_memory(seed)
    deviation, persons = rng.normal(0, 0.02, (1, 2, BANDS)), np.full((1, 2, BANDS), 5000.0)
    nobody = np.zeros((2, BANDS))
    told = [expected(deviation, np.array([n]), persons, nobody, memory) for n in (0, 1, 2, 10**7)]
    assert (told[0] == 0).all()

    def weight(found: np.ndarray) -> float:  # in the norm of what lasts, belief only grows
        parts = in_parts(found)[0]
        return sum(float(p @ np.linalg.pinv(memory.lasting[n], rcond=1e-10) @ p) for n, p in enumerate(parts))

    assert weight(told[1]) <= weight(told[2]) * (1 + 1e-6)
    np.testing.assert_allclose(told[3], deviation, atol=2e-3)


@given(seeds)
def test_small_units_are_believed_less(seed: int) -> None:
    rng = np.random.default_rng(seed)
    memory = Memory(*(np.stack([np.diag(rng.uniform(1e-5, 1e-3, BANDS))] * 2) for _ in range(2)))
    persons = np.full((2, 2, BANDS), 5000.0)
    persons[1] = 50.0
    deviation = np.broadcast_to(rng.normal(0, 0.02, (1, 2, BANDS)), (2, 2, BANDS))
    large, small = expected(deviation, np.ones(2), persons, np.full((2, BANDS), 0.1), memory)
    assert (np.abs(in_parts(small)) < np.abs(in_parts(large)) + 1e-12).all()


def test_without_yearly_chance_all_of_it_lasts_by_hand() -> None:
    half = Memory(np.stack([np.eye(BANDS) * 1e-4] * 2), np.stack([np.eye(BANDS) * 1e-4] * 2))
    deviation = np.full((1, 2, BANDS), 0.01)
    persons = np.full((1, 2, BANDS), 1e5)
    nobody = np.zeros((2, BANDS))
    np.testing.assert_allclose(expected(deviation, np.ones(1), persons, nobody, half), 0.005)
    np.testing.assert_allclose(expected(deviation, np.full(1, 2), persons, nobody, half), 0.01 * 2 / 3)


def test_covariances_are_found_again() -> None:
    rng = np.random.default_rng(7)
    true = some_memory(3)
    lasting, one, other = (
        np.stack([rng.multivariate_normal(np.zeros(BANDS), matrix[part], 40_000) for part in range(2)], axis=1)
        for matrix in (true.lasting, true.yearly, true.yearly)
    )
    found = measured(by_sex(lasting + one), by_sex(lasting + other))
    for part in range(2):
        for told, meant in ((found.lasting, true.lasting), (found.yearly, true.yearly)):
            np.testing.assert_allclose(np.diag(told[part]), np.diag(meant[part]), rtol=0.15, atol=3e-6)


@given(st.floats(-1e6, 3e6))
def test_the_countrys_migration_counts_between_a_half_and_double(net: float) -> None:
    assert 0.5 <= migration_scale(net) <= 2.0
