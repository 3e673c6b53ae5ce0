"""Laws of the Huff model and two centres by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hks.core.errors import InputError
from hks.economy.trade_area import TRADE_AREA, Market, probabilities, turnover

sizes = arrays(np.float64, 4, elements=st.floats(1, 1e6))
ways = arrays(np.float64, (3, 4), elements=st.floats(0.01, 500))
powers = st.floats(0, 6)


@given(sizes, ways, powers, powers)
def test_the_chances_of_each_area_add_up_to_one(size: np.ndarray, way: np.ndarray, alpha: float, beta: float) -> None:
    shares = probabilities(size, way, alpha, beta)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares >= 0).all()


@given(sizes, ways, powers, powers, st.floats(0.01, 100), st.floats(0.01, 100))
def test_the_units_of_size_and_distance_do_not_matter(
    size: np.ndarray, way: np.ndarray, alpha: float, beta: float, a: float, b: float
) -> None:
    np.testing.assert_allclose(
        probabilities(size * a, way * b, alpha, beta), probabilities(size, way, alpha, beta), rtol=1e-7, atol=1e-12
    )


@given(sizes, ways, powers, st.integers(0, 3))
def test_a_larger_centre_never_draws_fewer(size: np.ndarray, way: np.ndarray, beta: float, centre: int) -> None:
    larger = size.copy()
    larger[centre] *= 2
    before, after = probabilities(size, way, 1.0, beta), probabilities(larger, way, 1.0, beta)
    assert (after[:, centre] >= before[:, centre] - 1e-12).all()


@given(ways, arrays(np.float64, (2, 3), elements=st.floats(0, 1e5)))
def test_all_that_is_spent_is_somebodys_turnover(way: np.ndarray, people_and_spending: np.ndarray) -> None:
    people, spending = people_and_spending
    market = Market(tuple("abcd"), tuple("xyz"), np.array([1.0, 2, 0, 4]), people, spending, way)
    sums = turnover(market)
    assert sums.sum() == pytest.approx((people * spending).sum())
    assert sums[2] == 0


def test_without_size_and_distance_all_centres_are_alike() -> None:
    assert (probabilities(np.array([1.0, 9]), np.array([[1.0, 7]]), 0.0, 0.0) == 0.5).all()


def test_by_hand_and_in_the_answer() -> None:
    # 4000 m2 at 1 km against 1000 m2 at 0.5 km: 4000 against 4000
    market = Market(("a", "b"), ("x",), np.array([4000.0, 1000]), np.array([100.0]), np.array([50.0]),
                    np.array([[1.0, 0.5]]))  # fmt: skip
    assert probabilities(market.attraction, market.distances)[0] == pytest.approx([0.5, 0.5])
    told = TRADE_AREA.compute({"market": market}, {"alpha": 1.0, "beta": 2.0}, 0)
    assert told["centres"][0]["turnover"] == pytest.approx(2500)
    assert told["total"] == 5000
    assert all(row["low"] <= row["turnover"] <= row["high"] for row in told["centres"])
    assert told["centres"][1]["high"] == pytest.approx(5000 * 0.5**-2.5 / (4 + 0.5**-2.5))


@pytest.mark.parametrize(
    ("attraction", "distances", "told"),
    [
        ([1.0, 2], [[1.0]], "distance to each centre"),
        ([1.0, 2], [[0.0, 1]], "above zero"),
        ([1.0, 2], [[np.nan, 1]], "above zero"),
        ([0.0, 0], [[1.0, 1]], "must attract"),
        ([-1.0, 2], [[1.0, 1]], "negative"),
    ],
)
def test_what_cannot_be_is_told(attraction: list, distances: list, told: str) -> None:
    with pytest.raises(InputError, match=told):
        probabilities(np.array(attraction), np.array(distances))


def test_negative_people_are_refused() -> None:
    market = Market(("a",), ("x",), np.ones(1), np.array([-1.0]), np.ones(1), np.ones((1, 1)))
    with pytest.raises(InputError, match="People and their spending"):
        turnover(market)
