"""Laws of random numbers by place."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hks.numerics.counted_noise import hashed, heavy_tailed, normals, uniforms


@given(st.integers(0, 2**53 - 1), st.integers(1, 40))
def test_a_part_of_the_indices_gives_the_same_bits(seed: int, cut: int) -> None:
    whole = uniforms(seed, 3, np.arange(50)[:, None], np.arange(4))
    np.testing.assert_array_equal(uniforms(seed, 3, np.arange(cut, 50)[:, None], np.arange(4)), whole[cut:])


def test_the_mixer_gives_the_published_first_number_of_splitmix64() -> None:
    assert hashed(0)[0] == np.uint64(0xE220A8397B1DCDAF)  # reference implementation by Vigna, seed 0


def test_moments_are_those_of_the_distributions() -> None:
    places = np.arange(200_000)
    for draw in (normals, heavy_tailed):
        numbers = draw(7, places)
        assert abs(numbers.mean()) < 0.01
        assert abs(numbers.std() - 1.0) < 0.02
    assert np.quantile(heavy_tailed(7, places), 0.9) < np.quantile(normals(7, places), 0.9)  # heavy tails, slim waist
    assert abs(np.corrcoef(normals(7, places), normals(7, places + 1))[0, 1]) < 0.01
