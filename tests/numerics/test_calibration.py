"""Laws of rates that meet a total: they do, they stay shares in their order; a case by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hks.core.errors import InputError
from hks.numerics.calibration import rates_meeting_total

rates = hnp.arrays(np.float64, 12, elements=st.floats(0.001, 0.999))
people = hnp.arrays(np.float64, 12, elements=st.floats(0.5, 1e5))


@given(rates, people, st.floats(0.01, 0.99))
def test_the_total_is_met_by_shares_in_their_order(rates: np.ndarray, people: np.ndarray, part: float) -> None:
    total = part * people.sum()
    met = rates_meeting_total(rates, people, total)
    assert (met * people).sum() == pytest.approx(total, rel=1e-9)
    assert ((met > 0) & (met < 1)).all()
    assert (np.diff(met[np.argsort(rates)]) >= -1e-12).all()


@given(rates, people)
def test_the_own_total_changes_nothing(rates: np.ndarray, people: np.ndarray) -> None:
    np.testing.assert_allclose(rates_meeting_total(rates, people, float((rates * people).sum())), rates, rtol=1e-7)


def test_odds_by_hand() -> None:
    # odds 1 and 1/3 times 3 are 3 and 1: shares .75 and .5; nobody and everybody stay
    met = rates_meeting_total(np.array([0.0, 0.5, 0.25, 1.0]), np.array([10.0, 4.0, 4.0, 1.0]), 3 + 2 + 1)
    np.testing.assert_allclose(met, [0.0, 0.75, 0.5, 1.0])


@pytest.mark.parametrize(
    ("rates", "people", "total"),
    [([0.5], [2.0], 3.0), ([0.5], [2.0], -1.0), ([1.5], [2.0], 1.0), ([0.5], [-2.0], 1.0), ([0.5, 0.5], [2.0], 1.0),
     ([float("nan")], [2.0], 1.0), ([0.5], [2.0], float("nan")), ([0.0], [2.0], 1.0)],
)  # fmt: skip
def test_what_cannot_be_met_is_refused(rates: list[float], people: list[float], total: float) -> None:
    with pytest.raises(InputError):
        rates_meeting_total(np.array(rates), np.array(people), total)
