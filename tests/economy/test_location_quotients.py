"""Laws of location quotients, specialisation and concentration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hks.core.errors import InputError
from hks.economy.location_quotients import krugman_index, location_quotients, shares
from hks.numerics.concentration import concentration

counts = arrays(np.float64, 10, elements=st.integers(1, 10**6).map(float))


@given(counts, counts)
def test_their_mean_weighted_by_the_reference_is_one(region: np.ndarray, reference: np.ndarray) -> None:
    assert shares(reference) @ location_quotients(region, reference) == pytest.approx(1)


@given(arrays(np.float64, (5, 10), elements=st.integers(1, 10**5).map(float)))
def test_over_the_regions_of_a_country_their_weighted_mean_is_one_in_every_sector(regions: np.ndarray) -> None:
    quotients = location_quotients(regions, regions.sum(axis=0))
    weights = regions.sum(axis=1) / regions.sum()
    np.testing.assert_allclose(weights @ quotients, 1)


@given(counts, counts, st.floats(0.001, 1000), st.floats(0.001, 1000), st.permutations(range(10)))
def test_size_and_order_do_not_matter(
    region: np.ndarray, reference: np.ndarray, a: float, b: float, order: list[int]
) -> None:
    once = location_quotients(region, reference)
    np.testing.assert_allclose(location_quotients(region * a, reference * b), once)
    np.testing.assert_allclose(location_quotients(region[order], reference[order]), once[order])
    index = krugman_index(region, reference)
    assert krugman_index(region[order] * a, reference[order] * b) == pytest.approx(index, abs=1e-12)
    assert concentration(*region[order] * a) == pytest.approx(concentration(*region))


@given(counts, counts)
def test_specialisation_is_a_distance_from_zero_to_two(region: np.ndarray, reference: np.ndarray) -> None:
    index = krugman_index(region, reference)
    assert 0 <= index <= 2
    assert index == pytest.approx(krugman_index(reference, region))
    assert krugman_index(region, region) == 0


@given(counts)
def test_concentration_lies_between_equal_parts_and_one(region: np.ndarray) -> None:
    assert 0.1 - 1e-12 <= concentration(*region) <= 1 + 1e-12


def test_by_hand() -> None:
    region, reference = np.array([30.0, 10, 0]), np.array([50.0, 25, 25])
    assert location_quotients(region, reference) == pytest.approx([1.5, 1, 0])
    assert krugman_index(region, reference) == pytest.approx(0.5)
    assert krugman_index(np.array([1.0, 0]), np.array([0.0, 1])) == 2
    assert np.isnan(location_quotients(np.array([1.0, 1]), np.array([1.0, 0]))[1])


@pytest.mark.parametrize(
    ("region", "reference", "told"),
    [
        ([1.0, 2], [1.0, 2, 3], "same sectors"),
        ([1.0, -2], [1.0, 2], "negative or missing"),
        ([1.0, np.nan], [1.0, 2], "negative or missing"),
        ([0.0, 0], [1.0, 2], "without employees"),
    ],
)
def test_what_cannot_be_compared_is_told(region: list, reference: list, told: str) -> None:
    with pytest.raises(InputError, match=told):
        location_quotients(np.array(region), np.array(reference))
