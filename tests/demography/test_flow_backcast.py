"""Laws of the back-cast from flows: steady years are foretold exactly, balanced ones stand still; faults are named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.demography.flow_backcast import FLOW_BACKCAST, FLOWS, ahead
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

HEAD = "ags;indicator;day;value;second_hand"
share = st.integers(0, 80).map(lambda n: n / 1000)  # what a table can hold


def table(rows: list[tuple[str, int, object]], ags: str = "14730110", mark: str = "") -> Dataset:
    lines = [f"{ags};{name};{year}-12-31;{value};{mark}" for name, year, value in rows]
    return Dataset("flows.csv", "\n".join([HEAD, *lines]).encode())


def steady(rates: dict[str, float], years: range, start: float = 16_000.0) -> list[tuple[str, int, object]]:
    """Let a town go on by the same rates every year."""
    rows: list[tuple[str, int, object]] = []
    for year in years:
        flows = {name: start * rates[name] for name in FLOWS}
        start += sum(sign * flows[name] for name, sign in FLOWS.items())
        rows += [("population", year, start), *((name, year, value) for name, value in flows.items())]
    return rows


def told(dataset: Dataset, **values: object) -> dict:
    return dict(compute(FLOW_BACKCAST, {"table": dataset}, {"draws": 50, **values}, 1).outcomes)


@given(st.tuples(share, share, share, share))
def test_years_that_go_on_alike_are_foretold_exactly(shares: tuple[float, ...]) -> None:
    rates = dict(zip(FLOWS, shares, strict=True))
    answer = told(table(steady(rates, range(2000, 2017))), base_year=2010)
    assert answer["error_percent"] == pytest.approx(0.0, abs=1e-6)
    assert answer["unexplained"] == pytest.approx(0.0, abs=1e-6)
    assert {name: value / 1000 for name, value in answer["rates"].items()} == pytest.approx(rates, abs=1e-12)
    assert answer["rates_that_came"] == pytest.approx(answer["rates"], abs=1e-9)


def test_flows_that_balance_leave_the_town_as_it_is_and_more_arrivals_never_leave_it_smaller() -> None:
    rng = np.random.default_rng
    calm = np.array([[0.01, 0.04, 0.02, 0.03]] * 4)  # births, arrivals, deaths, departures
    assert ahead(16_000.0, calm, 6, 20, rng(1)) == pytest.approx(np.full((20, 7), 16_000.0))
    mixed = rng(2).uniform(0.0, 0.05, (5, 4))
    more = mixed + np.array([0.0, 0.002, 0.0, 0.0])
    assert (ahead(16_000.0, more, 6, 50, rng(3)) >= ahead(16_000.0, mixed, 6, 50, rng(3))).all()


def test_a_case_by_hand_with_a_missing_year() -> None:
    """Two kinds of years: 100 less of 1,000, and nothing; one year is missing and is not learned from."""
    rows: list[tuple[str, int, object]] = []
    for year, residents, gone in ((2001, 900, 100), (2003, 900, 0), (2004, 900, 0), (2005, 900, 0)):
        rows += [("population", year, residents), ("births", year, 0), ("deaths", year, gone),
                 ("in_migration", year, 0), ("out_migration", year, 0)]  # fmt: skip
    answer = told(table([*rows, ("population", 2006, 1000)], mark="x"), base_year=2005, draws=2000)
    assert answer["learned_from"] == [2001, 2003, 2004, 2005]
    assert answer["rates"]["deaths"] == pytest.approx(25.0)  # a tenth in one of four years
    assert answer["foretold"]["p50"] == [900.0, 900.0]
    assert answer["foretold"]["p10"][1] == pytest.approx(810.0)
    assert (answer["error"], answer["error_percent"], answer["within80"]) == (-100.0, pytest.approx(-10.0), False)
    assert answer["constant_error_percent"] == pytest.approx(-10.0)
    assert any("second-hand" in text for text in answer["warnings"])
    assert any("missing" in text for text in answer["warnings"])


WHOLE = steady(dict.fromkeys(FLOWS, 0.01), range(2005, 2011))


@pytest.mark.parametrize(
    ("rows", "values", "said"),
    [
        ([row for row in WHOLE if row[0] != "births"], {}, "no unit"),
        (WHOLE, {"unit": 15084590}, "no unit 15084590"),
        (WHOLE, {"base_year": 2006}, "are the least"),
        (WHOLE, {"truth_year": 2020}, "no residents for 2020"),
        (WHOLE, {"base_year": 2010, "truth_year": 2009}, "must come after"),
        ([*WHOLE[:-1], ("out_migration", 2010, -5)], {}, "counted from 0 on"),
        ([("population", 2008, 100), *((name, 2008, 500 if name == "births" else 0) for name in FLOWS)]
         + [row for row in WHOLE if row[1] != 2008], {"base_year": 2009}, "larger than the residents"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_a_sentence(rows: list, values: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        told(table(rows), **values)


def test_of_two_units_one_must_be_chosen() -> None:
    both = Dataset("two.csv", table(WHOLE).data + b"\n" + table(WHOLE, "14730310").data.partition(b"\n")[2])
    with pytest.raises(InputError, match="choose one"):
        told(both)
    assert told(both, unit=14730310)["unit"] == "14730310"
