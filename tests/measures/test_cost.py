"""What measures cost: laws of sums, one plan by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.measures.cost import Planned, cost, total
from hks.workbench.catalogues import measure_catalogue

MEASURES = measure_catalogue().measures
plans = st.lists(st.tuples(st.sampled_from(sorted(MEASURES)), st.floats(0, 1e5)), max_size=6)


@given(plans, st.floats(0.5, 2.0), st.floats(0.0, 0.1))
def test_low_never_lies_above_high_and_the_whole_is_the_sum(
    plan: list[tuple[str, float]], index: float, rate: float
) -> None:
    costs = [cost(MEASURES[key], Planned(key, amount), index, rate) for key, amount in plan]
    together = total(costs)
    for name in ("investment", "upkeep", "yearly"):
        values = getattr(together, name)
        assert (np.diff(values) >= -1e-9).all()
        assert values == pytest.approx(sum((getattr(each, name) for each in costs), np.zeros(3)))


@given(st.sampled_from(sorted(MEASURES)), st.floats(0, 1e5), st.floats(0.5, 2.0))
def test_twice_as_much_or_twice_the_price_costs_twice(key: str, amount: float, index: float) -> None:
    once = cost(MEASURES[key], Planned(key, amount), index)
    for twice in (
        cost(MEASURES[key], Planned(key, 2 * amount), index),
        cost(MEASURES[key], Planned(key, amount), 2 * index),
    ):
        assert twice.yearly == pytest.approx(2 * once.yearly)


def test_a_square_by_hand() -> None:
    found = cost(MEASURES["unsealing"], Planned("unsealing", 100.0), 1.1)
    assert found.investment == pytest.approx([3300, 7700, 13200])
    assert found.upkeep == pytest.approx([16.5, 77, 264])
    assert found.yearly == pytest.approx([16.5 + 66, 77 + 154, 264 + 264])  # 50 years, no interest
    own = cost(MEASURES["unsealing"], Planned("unsealing", 10.0, (50.0, 60.0, 70.0)), 1.1)
    assert own.investment == pytest.approx([500, 600, 700])


@pytest.mark.parametrize("wrong", [(-1.0, 1.0), (np.nan, 1.0), (1.0, 0.0), (1.0, np.inf)])
def test_a_negative_amount_or_price_is_refused(wrong: tuple[float, float]) -> None:
    with pytest.raises(InputError):
        cost(MEASURES["swale"], Planned("swale", wrong[0]), wrong[1])
