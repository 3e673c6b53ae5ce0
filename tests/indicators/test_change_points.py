"""Laws of change points: a known basis explains its year, a steady series has none; the real series of Zeitz."""

import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.indicators.change_points import CHANGE_POINTS, days_of, shifts, unexplained
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

CENSUS = days_of("2011-05-09 2022-05-15")
# Residents of Zeitz on 31 December; https://www.gemeindex.de/sachsen-anhalt/burgenlandkreis/zeitz/statistik/
# bevoelkerung-entwicklung (continued from the Land's figures, census of 2011, then of 2022).
ZEITZ = {
    2010: 31556, 2011: 30148, 2012: 29639, 2013: 29557, 2014: 29284, 2015: 29052, 2016: 28826, 2017: 28381,
    2018: 27955, 2019: 27601, 2020: 27187, 2021: 27003, 2022: 28194, 2023: 28563, 2024: 28328,
}  # fmt: skip


def day(year: int) -> datetime.date:
    return datetime.date(year, 12, 31)


def table(values: dict[int, float], mark: str = "") -> Dataset:
    rows = [f"15084590;population;{year}-12-31;{value};{mark}" for year, value in values.items()]
    return Dataset("s.csv", "\n".join(["ags;indicator;day;value;second_hand", *rows]).encode())


def found_in(dataset: Dataset, **values: object) -> dict:
    return dict(compute(CHANGE_POINTS, {"table": dataset}, values).outcomes)


def test_in_zeitz_exactly_the_census_of_2022_is_found_and_explained_before_anything_alarms() -> None:
    (shift,) = shifts([day(year) for year in ZEITZ], list(ZEITZ.values()), CENSUS)
    assert (shift.since, shift.known) == (day(2022), datetime.date(2022, 5, 15))
    assert shift.before == pytest.approx((27003 - 31556) / 11, rel=2e-3)
    assert shift.after == pytest.approx((28328 - 27003) / 3, rel=2e-3)
    assert unexplained([shift]) == []
    told = found_in(table(ZEITZ, "x"))
    assert [entry["explained_by"] for entry in told["found"]] == ["2022-05-15"]
    assert told["unexplained"] == []
    assert [entry["since"] for entry in told["outside_breaks"]] == ["2023-12-31"]
    assert "second-hand" in told["warnings"][0]


def test_without_knowing_the_break_the_same_series_would_alarm() -> None:
    told = found_in(table(ZEITZ), breaks="")
    assert [entry["since"] for entry in told["unexplained"]] == ["2022-12-31"]


@given(st.integers(4, 20), st.floats(-500, 500))
def test_a_steady_pace_has_no_change_point(years: int, pace: float) -> None:
    ends = [datetime.date.fromordinal(730_000 + 365 * n) for n in range(years)]
    assert shifts(ends, [1e5 + round(pace) * n for n in range(years)], []) == []


@given(st.integers(3, 9), st.integers(3, 9), st.integers(50, 500))
def test_a_new_pace_is_found_in_its_year_and_a_break_of_that_year_explains_it(a: int, b: int, loss: int) -> None:
    values = np.cumsum([1e5, *[0.0] * a, *[-float(loss)] * b])
    days = [day(2000 + n) for n in range(len(values))]
    (shift,) = shifts(days, values, [])
    assert shift.since == day(2000 + a + 1)
    assert shift.known is None
    (known,) = shifts(days, values, [datetime.date(2000 + a + 1, 6, 1)])
    assert known.known is not None
    assert unexplained([shift, known]) == [shift]


def test_years_of_a_new_basis_can_be_left_out() -> None:
    values = [1000.0, 990, 980, 970, 1500, 1490, 1480, 1470, 1460]
    days = [day(2018 + n) for n in range(len(values))]
    assert shifts(days, values, CENSUS, over_breaks=False) == []


def test_a_short_series_says_so() -> None:
    told = found_in(table({2015: 3.0, 2016: 2.0, 2017: 9.0}))
    assert told["found"] == []
    assert "too short" in told["warnings"][0]
    assert found_in(table({2015: 3.0}))["found"] == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"unit": 1}, "holds no series"),
        ({"indicator": "births"}, "it has population"),
        ({"breaks": "yesterday"}, "does not list days"),
        ({"breaks": "2011-05-09 " * 51}, "too many"),
    ],
)
def test_what_the_table_does_not_hold_is_refused(values: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        found_in(table(ZEITZ), **values)


def test_several_units_ask_for_a_key() -> None:
    both = Dataset("s.csv", b"ags;indicator;day;value\n15084;population;2017-12-31;5\n14730;population;2017-12-31;6\n")
    with pytest.raises(InputError, match="choose one"):
        found_in(both)
    assert found_in(both, unit=14730)["unit"] == "14730"
