"""Laws of the chance to lose people, and the figure that a warning uses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hks.core.errors import InputError
from hks.demography.crossing import CROSSING, below
from hks.demography.projection import PROJECT
from hks.indicators.early_warning import light
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.outlook import outlook, outlook_as_json
from hks.workbench.region import INDICATORS, population_table

totals = hnp.arrays(np.float64, (20, 6), elements=st.floats(1.0, 1e5))


@given(totals, st.floats(0.1, 1.0), st.floats(0.0, 1.0))
def test_a_higher_threshold_is_crossed_at_least_as_often(people: np.ndarray, share: float, more: float) -> None:
    assert (below(people, share) <= below(people, share + more)).all()
    assert not below(people, share)[:, 0].any()


def test_a_case_by_hand() -> None:
    people = np.array([[100.0, 95, 89], [100, 89, 91], [100, 90, 90], [100, 110, 120]])
    crossed = below(people, 0.9)
    assert crossed.mean(axis=0).tolist() == [0.0, 0.25, 0.25]
    assert crossed.any(axis=1).mean() == 0.5


def test_the_chance_is_that_of_the_projection_itself() -> None:
    values = {"unit": 15084, "years": 10, "draws": 400}
    inputs = {"table": population_table()}
    told = compute(CROSSING, inputs, {**values, "share": 95}, 7).outcomes
    same = compute(PROJECT, inputs, values, 7).outcomes
    assert told["total"]["p50"] == pytest.approx(same["total"]["p50"])
    assert told["probability"] == told["by_year"][-1] <= told["probability_ever"]
    place = np.interp(
        0.95 * same["total"]["p50"][0], [same["total"][q][-1] for q in ("p10", "p50", "p90")], [0.1, 0.5, 0.9]
    )
    assert told["probability"] == pytest.approx(place, abs=0.06)
    assert told["sampling_error"] == pytest.approx((told["probability"] * (1 - told["probability"]) / 400) ** 0.5)


@pytest.mark.parametrize(
    ("values", "said"),
    [({"share": 0}, "outside"), ({"years": 0}, "outside"), ({"unit": 0}, "choose one"), ({"unit": 1}, "no unit")],
)
def test_what_cannot_be_is_refused(values: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        compute(CROSSING, {"table": population_table()}, {"unit": 15084, **values}, 1)


def test_the_outlook_of_a_district_is_a_figure_that_a_warning_can_use() -> None:
    found = outlook("15084", draws=200)
    entry = INDICATORS["forecast_p_loss10"]
    assert (found.figure.ags, found.figure.indicator, found.figure.day) == ("15084", entry.slug, "2017-12-31")
    assert found.figure.value == 100 * found.computation.outcomes["probability"]
    assert found.figure.unit == entry.unit == "%"
    limits = (entry.yellow, entry.red)
    assert [light(value, entry.better, limits) for value in (10.0, 40.0, 90.0)] == ["green", "yellow", "red"]


def test_a_town_without_ages_of_its_own_gets_the_figure_of_its_district_and_hears_so() -> None:
    town, district = outlook_as_json("15084590"), outlook_as_json("15084")
    assert (town["ags"], town["level"]) == ("15084", "district")
    assert town["value"] == district["value"]
    assert any("district's figure" in text for text in town["warnings"])
    assert district["warnings"] == []


def test_a_town_with_ages_of_its_own_gets_its_own() -> None:
    data = population_table().data.replace(b";15084;", b";15084590;")
    found = outlook("15084590", Dataset("own.csv", data), draws=100)
    assert found.figure.ags == "15084590"


@pytest.mark.parametrize("ags", ["", "15", "15084xyz", "٠١٢٣٤", "1508459012", "99999"])
def test_a_key_that_is_none_is_refused(ags: str) -> None:
    with pytest.raises(InputError):
        outlook(ags)
