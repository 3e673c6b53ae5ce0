"""Laws of the quality of alarms: counts agree, a perfect rule is perfect, an always-warning one meets the base rate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hks.core.errors import InputError
from hks.indicators.alarm_quality import alarm_quality, quality, worst_share
from hks.workbench.catalogues import indicator_definitions
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

flags = hnp.arrays(np.bool_, 30)
values = hnp.arrays(np.float64, st.integers(10, 60), elements=st.integers(-20, 20).map(float))


def nobody(*_given: object) -> dict:
    raise AssertionError("there are no ages to project")


METHOD = alarm_quality(indicator_definitions, nobody)


def series(rows: dict[str, list[float]], first: int = 2015, indicator: str = "population") -> Dataset:
    lines = ["ags;indicator;day;value"]
    for ags, figures in rows.items():
        lines += [f"{ags};{indicator};{first + n}-12-31;{value}" for n, value in enumerate(figures)]
    return Dataset("s.csv", "\n".join(lines).encode())


def measured(dataset: Dataset, **given_values: object) -> dict:
    return dict(compute(METHOD, {"table": dataset}, given_values, 1).outcomes)


@given(flags, flags)
def test_precision_and_recall_agree_with_the_counts(alarms: np.ndarray, events: np.ndarray) -> None:
    told = quality(alarms, events)
    assert told["hits"] <= min(told["alarms"], events.sum())
    for name, trials in (("precision", alarms.sum()), ("recall", events.sum())):
        if trials:
            share = told[name]
            assert share["low"] - 1e-12 <= share["value"] <= share["high"] + 1e-12
            assert share["value"] * trials == pytest.approx(told["hits"])
        else:
            assert name not in told


@given(values)
def test_the_worst_tenth_is_a_tenth_and_worse_than_the_rest(figures: np.ndarray) -> None:
    worst = worst_share(figures)
    assert worst.sum() == -(-len(figures) // 10)
    assert figures[worst].max() <= figures[~worst].min()
    assert (worst_share(3.0 * figures + 1.0) == worst).all()


def test_two_years_by_hand() -> None:
    rows = {f"150{n:02d}": [1000.0, 1000.0, 1000.0] for n in range(1, 18)}
    rows["15018"] = [1000.0, 990.0, 950.0]  # shrinks before and after: every rule but the page's finds it
    rows["15019"] = [1000.0, 1000.0, 940.0]  # comes from nowhere
    rows["15020"] = [1000.0, 980.0, 990.0]  # shrank before, recovers
    told = measured(series(rows))
    assert (told["units"], told["events"], told["base_rate"]) == (20, 2, 0.1)
    assert told["event_change"] == pytest.approx(100 * (950 / 990 - 1))
    rules = told["rules"]
    assert (rules["page"]["alarms"], rules["page"]["recall"]["value"]) == (0, 0.0)
    assert "precision" not in rules["page"]
    assert (rules["page_two_years"]["alarms"], rules["page_two_years"]["hits"]) == (2, 1)
    assert rules["as_before"]["precision"]["value"] == 0.5
    assert rules["everyone"]["precision"]["value"] == told["base_rate"]
    assert rules["everyone"]["recall"]["value"] == 1.0
    assert "forecast" not in rules
    assert any("silent" in remark for remark in told["warnings"])
    assert any("Fewer than ten events" in remark for remark in told["warnings"])


def test_from_three_years_on_the_page_warns() -> None:
    rows = {f"15{n:03d}": [1000.0, 1000.0 - n, 1000.0 - 2 * n, 1000.0 - 3 * n] for n in range(1, 31)}
    told = measured(series(rows), known_until=2017, event_year=2018)
    page = told["rules"]["page"]
    assert page["recall"]["value"] == 1.0
    assert page["alarms"] > told["rules"]["page_red"]["alarms"] > 0
    assert told["rules"]["page_two_years"] == page


def test_where_less_is_better_the_largest_rise_is_the_event() -> None:
    rows = {f"15{n:03d}": [5.0, 5.0, 5.0 + n / 100] for n in range(1, 11)}
    told = measured(series(rows, indicator="unemployment_rate"), indicator="unemployment_rate")
    assert told["event_change"] == pytest.approx(2.0)


def test_a_break_within_the_years_is_named() -> None:
    rows = {f"15{n:03d}": [1000.0, 1000.0 - n, 1000.0 - n] for n in range(1, 12)}
    told = measured(series(rows, first=2020), known_until=2021, event_year=2022)
    assert any("new basis" in remark for remark in told["warnings"])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"event_year": 2016}, "must come after"),
        ({"event_year": 2030}, "0 units have"),
        ({"level": "8"}, "0 units have"),
        ({"level": "9"}, "not offered"),
        ({"indicator": "births"}, "no thresholds"),
        ({"indicator": "x" * 200}, "no thresholds"),
        ({"breaks": "2022"}, "does not list days"),
    ],
)
def test_what_cannot_be_measured_is_refused(changed: dict, said: str) -> None:
    rows = {f"15{n:03d}": [1000.0, 1000.0, 1000.0] for n in range(1, 12)}
    with pytest.raises(InputError, match=said):
        measured(series(rows), **changed)


def test_units_without_people_cannot_be_compared() -> None:
    rows = {f"15{n:03d}": [0.0, -5.0, 1000.0] for n in range(1, 12)}
    with pytest.raises(InputError, match="0 units have"):
        measured(series(rows))
