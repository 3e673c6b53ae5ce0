"""Laws of places, classes and care: parts add up, more children never need fewer places; cases by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hks.adapters.region.rates import care_figures, national_rates
from hks.core.errors import InputError
from hks.core.parameters import checked
from hks.demography.care import KINDS, care_rates, fitted, national_shape
from hks.demography.one_unit import one_unit
from hks.demography.service_demand import (
    PLACES,
    TODAY,
    children_by_place,
    classes,
    entering,
    free_places,
    half_ages,
    staff,
)
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.region import population_table

RATES = national_rates()
KEYS = checked(PLACES.parameters, {})


def places(table: Dataset | None = None, **values: object) -> dict[str, Any]:
    given_values = {"unit": 15084, "draws": 60, "years": 6, **values}
    return dict(compute(PLACES, {"table": table or population_table()}, given_values, 1).outcomes)


def test_every_child_asks_for_one_kind_of_place() -> None:
    asked = children_by_place()
    np.testing.assert_allclose(asked.sum(axis=0)[:11], 1.0)
    assert asked[:, 11:].sum() == 0
    assert entering().sum() == 1.0
    assert (asked[1, 6], asked[2, 6], entering()[6], entering()[7]) == (0.5, 0.5, 0.5, 0.5)


@given(st.floats(0, 60), st.floats(0, 40))
def test_ranges_of_ages_add_up(low: float, width: float) -> None:
    assert half_ages(low, low + width).sum() == pytest.approx(width, abs=1e-9)


def test_staff_by_hand() -> None:
    # 10 under 3: 2 posts; 24 to school: 2; 40 after school: 40 * 0.9 / 20 = 1.8; a tenth of 5.8 leads
    assert staff(np.array([10.0, 24.0, 40.0]), KEYS) == pytest.approx(5.8 * 1.1)


@pytest.mark.parametrize(
    ("entrants", "schools", "wanted"),
    [
        (0.0, 1, 0),
        (1.0, 1, 1),
        (28.0, 1, 1),
        (28.000001, 1, 1),
        (28.01, 1, 2),
        (57.0, 1, 3),
        (57.0, 3, 3),
        (100.0, 3, 6),
    ],
)
def test_classes_by_hand(entrants: float, schools: int, wanted: int) -> None:
    assert classes(np.array(entrants), schools, 28) == wanted


@given(st.floats(0, 5000), st.floats(0, 500), st.integers(1, 9))
def test_more_children_never_need_fewer_classes(entrants: float, more: float, schools: int) -> None:
    few, many = classes(np.array([entrants, entrants + more]), schools, 28)
    assert many >= few
    assert few * 28 >= entrants - 1e-3


def test_need_for_care_grows_with_age_and_faster_for_women() -> None:
    shape = national_shape()
    assert (np.diff(shape, axis=1) >= 0).all()
    np.testing.assert_allclose(shape[1, :72], shape[0, :72])
    assert (shape[1, 73:] > shape[0, 73:]).all()


@given(
    hnp.arrays(np.float64, (2, 101), elements=st.floats(1.0, 5e3)), st.floats(0.01, 0.4), st.floats(0.1, 0.6),
    st.floats(0.0, 0.3),
)  # fmt: skip
def test_fitted_care_adds_up_to_the_count(people: np.ndarray, part: float, home: float, nursing: float) -> None:
    total = part * people.sum(axis=1)
    counted = np.stack([total, home * total, nursing * total, 0.9 * (1 - home - nursing) * total], axis=1)
    rates = care_rates(people, counted)
    told = (rates * people).sum(axis=2)
    np.testing.assert_allclose(told.sum(axis=0), total, rtol=1e-6)
    np.testing.assert_allclose(told[:3].T, counted[:, 1:], rtol=1e-4, atol=1e-4)
    needing = rates.sum(axis=0)
    assert ((needing >= 0) & (needing <= 1 + 1e-9)).all()
    assert (np.diff(needing, axis=1) >= -1e-9).all()


@pytest.mark.parametrize(
    "counted",
    [
        [[np.nan, 1, 1, 1], [4, 1, 1, 1]],
        [[4, 1, np.nan, 1], [4, 1, 1, 1]],
        [[4, 2, 2, 2], [4, 1, 1, 1]],
        [[0, 0, 0, 0], [4, 1, 1, 1]],
        [[4e9, 1, 1, 1], [4, 1, 1, 1]],
    ],
)
def test_a_count_that_cannot_be_is_refused(counted: list[list[float]]) -> None:
    with pytest.raises(InputError):
        care_rates(np.full((2, 101), 10.0), np.array(counted, dtype=float))


def test_the_newest_count_within_the_years_is_taken_and_germany_stands_in() -> None:
    figures = care_figures()
    assert fitted(figures, "15084", 2018)[:2] == ("15084", 2017)
    assert fitted(figures, "15084", 2050)[:2] == ("15084", 2019)
    assert fitted(figures, "15084", 2000)[:2] == ("15084", 2015)
    assert fitted(figures, "15084590", 2019)[:2] == ("DG", 2019)


def test_in_its_own_year_the_district_has_its_own_count() -> None:
    told = places()
    counted = care_figures().persons["15084", 2019].sum(axis=0)
    place = told["years"].index(2019)
    care = {name: np.array(told["care"][name]["p50"]) for name in ("total", *KINDS)}
    assert care["total"][place] == pytest.approx(counted[0], rel=2e-3)
    assert care["nursing_home"][place] == pytest.approx(counted[2], rel=5e-3)
    assert told["care_fitted_to"] == {"unit": "15084", "year": 2019}
    assert told["rates"] == pytest.approx({"under_3": 59.4, "kindergarten": 92.9, "after_school": 74.8})


def test_the_base_year_by_hand_from_the_table() -> None:
    """Under 3 is a band of the table, so its places need no template."""
    told = places()
    table = population_table().data.decode("iso-8859-1").splitlines()
    row = next(line.split(";") for line in table if line.startswith("31.12.2017;15084;"))
    assert told["places"]["under_3"]["p50"][0] == pytest.approx(0.594 * (int(row[3]) + int(row[20])), rel=1e-6)
    assert len(told["too_few"]) == len(told["years"]) == 7


def test_a_town_scaled_from_its_district_needs_its_part() -> None:
    whole, part = places(), places(residents=18_196.8)
    assert part["estimated"]
    assert part["places"]["under_3"]["p50"][0] == pytest.approx(0.1 * whole["places"]["under_3"]["p50"][0], rel=1e-4)
    assert part["care"]["total"]["p50"][2] == pytest.approx(0.1 * whole["care"]["total"]["p50"][2], rel=0.02)


def test_own_rates_and_schools_are_taken() -> None:
    told, usual = places(rate_under_3=29.7, schools=200), places()
    assert told["places"]["under_3"]["p90"] == pytest.approx([v / 2 for v in usual["places"]["under_3"]["p90"]])
    assert told["places"]["kindergarten"] == usual["places"]["kindergarten"]
    assert max(told["too_few"]) > 90
    assert told["classes"]["p10"][0] == 200


def test_what_is_there_today_less_what_is_needed_stays_free_in_every_draw() -> None:
    told = places(today_under_3=3000, today_classes=40)
    assert set(told["free"]) == {"under_3", "classes"}
    for low, high in (("p10", "p90"), ("p50", "p50"), ("p90", "p10")):
        free, needed = told["free"]["under_3"][low], told["places"]["under_3"][high]
        assert free == pytest.approx([3000 - value for value in needed])
        assert told["missing"]["under_3"][high] == pytest.approx([-value for value in free])
    assert told["free"]["classes"]["p50"][0] == 40 - told["classes"]["p50"][0]
    assert places()["free"] == places()["missing"] == {}


def test_free_places_by_hand() -> None:
    none = {f"today_{name}": 0 for name in TODAY}
    needed = {name: np.array([[10.0, 12.0]]) for name in TODAY}
    left = free_places(needed, {**none, "today_kindergarten": 11})
    assert {name: array.tolist() for name, array in left.items()} == {"kindergarten": [[1.0, -1.0]]}


def test_other_laender_are_told_what_stands_in() -> None:
    assert places(unit=14730)["warnings"] == []
    assert any("keys of staff" in text for text in places()["warnings"])


def test_the_same_seed_gives_the_same_answer() -> None:
    assert places() == places()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"unit": 0}, "choose one by its official key"),
        ({"unit": 99}, "holds no unit"),
        ({"residents": 1e7}, "must be the smaller"),
        ({"rate_under_3": 101}, "outside"),
        ({"class_most": 0}, "outside"),
        ({"today_under_3": -1}, "outside"),
        ({"today_classes": 2.5}, "whole number"),
        ({"schools": 1.5}, "whole number"),
        ({"lead_key": "many"}, "not a number"),
        ({"base_year": 1999}, "no rows for 1999"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        places(**values)


def test_a_unit_reads_the_nearest_year_it_projects() -> None:
    from hks.adapters.population_tables import read_population

    table = read_population(population_table().data, "t")
    unit = one_unit(
        {"table": table, "rates": RATES}, checked(PLACES.parameters, {"unit": 15084, "years": 2, "draws": 20}), 1
    )
    np.testing.assert_allclose(unit.mean_in(1990), unit.population, rtol=1e-5)
    assert (unit.mean_in(2050) == unit.mean_in(2019)).all()
    assert unit.calendar == [2017, 2018, 2019]


def test_the_whole_country_keeps_its_own_ages() -> None:
    """2019 lies nearer to the Länder's ages of 2023 than to Germany's of 2014; Saxony's are not Germany's."""
    germany, saxony = RATES.template("DG", 2019), RATES.template("14", 2019)
    old = [float(part[:, 80:].sum() / part.sum()) for part in (germany, saxony)]
    assert old[0] < 0.078 < old[1]
