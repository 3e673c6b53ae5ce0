"""Laws of schedules, profiles and age bands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.demography.fertility import AGES, schedule, towards
from hks.demography.migration import in_out, net_counts, rogers_castro
from hks.demography.ungrouping import BAND_STARTS, band_sums, open_age, town_structure, ungroup

bands = st.integers(0, 10**6).map(lambda seed: np.random.default_rng(seed).uniform(0, 900, (2, 17)))


@given(bands, st.integers(0, 10**6))
def test_single_ages_add_up_to_their_bands(persons: np.ndarray, seed: int) -> None:
    template = np.random.default_rng(seed).uniform(0, 1, (2, 101))
    template[:, 40:45] = 0.0  # a band the template does not know is spread evenly
    single = ungroup(persons, template)
    np.testing.assert_allclose(band_sums(single), persons)
    assert (single >= 0).all()
    np.testing.assert_allclose(single[:, 40:45], np.repeat(persons[:, [10]] / 5, 5, axis=1))


@given(bands)
def test_a_template_of_the_same_people_gives_them_back(persons: np.ndarray) -> None:
    single = ungroup(persons, np.ones((2, 101)))
    np.testing.assert_allclose(ungroup(band_sums(single), single), single)


@given(bands, st.floats(0.01, 1))
def test_a_town_has_the_structure_of_its_district_and_says_so(persons: np.ndarray, share: float) -> None:
    total = share * persons.sum()
    town = town_structure(persons, total)
    assert town.persons.sum() == pytest.approx(total)
    np.testing.assert_allclose(town.persons / total, persons / persons.sum())
    assert town.estimated
    assert "estimated" in town.note


def test_an_open_age_is_spread_by_survivors() -> None:
    alive = np.ones((2, 101))
    alive[:, 99:] = 0.0
    single = open_age(np.full((2, 91), 9.0), alive)
    assert single.shape == (2, 101)
    np.testing.assert_allclose(single[:, 90:99], 1.0)
    np.testing.assert_allclose(single[:, 99:], 0.0)


@pytest.mark.parametrize("form", ["gamma", "normal"])
@given(mean=st.floats(27, 33), spread=st.floats(3, 6))
def test_a_schedule_has_its_mean_and_sums_to_one(form: str, mean: float, spread: float) -> None:
    curve = schedule(mean, spread, form)  # type: ignore[arg-type]
    assert curve.sum() == pytest.approx(1.0)
    assert curve @ (AGES + 0.5) == pytest.approx(mean, abs=0.5)


def test_a_rate_comes_nearer_each_year_by_hand() -> None:
    np.testing.assert_allclose(towards(2.0, 1.0, 2, pace=0.5), [1.5, 1.25])
    assert towards(np.array([2.0, 1.0]), 1.0, 3).shape == (2, 3)


@given(st.floats(0, 1))
def test_the_profile_of_movers_is_a_distribution_with_young_adults_on_top(bump: float) -> None:
    profile = rogers_castro(student_bump=bump)
    assert profile.sum() == pytest.approx(1.0)
    assert (profile >= 0).all()
    assert 17 <= profile[0].argmax() <= 27
    np.testing.assert_array_equal(profile[0], profile[1])


def test_migration_is_written_both_ways_by_hand() -> None:
    profile = np.array([[0.25, 0.25], [0.5, 0.0]])
    assert net_counts(np.array([4.0, -4.0]), profile)[1, 1, 0] == -2.0
    people = np.full((2, 2), 10.0)
    np.testing.assert_allclose(in_out(8.0, profile, np.full((2, 2), 0.1), people), 8 * profile - 1)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: ungroup(np.ones((2, 16)), np.ones((2, 101))), "16 age bands"),
        (lambda: ungroup(-np.ones((2, 17)), np.ones((2, 101))), "negative"),
        (lambda: town_structure(np.ones((2, 17)), 35), "must be the smaller"),
        (lambda: town_structure(np.ones((2, 17)), 0), "must be the smaller"),
        (lambda: schedule(60, 5), "cannot be"),
        (lambda: in_out(-1.0, np.ones((2, 2)), np.zeros((2, 2)), np.ones((2, 2))), "Arrivals"),
        (lambda: in_out(1.0, np.ones((2, 2)), np.ones((2, 2)) * 2, np.ones((2, 2))), "between 0 and 1"),
    ],
)
def test_bad_input_is_told(call, told: str) -> None:
    with pytest.raises(InputError, match=told):
        call()


def test_the_bands_are_the_official_seventeen() -> None:
    assert len(BAND_STARTS) == 17
