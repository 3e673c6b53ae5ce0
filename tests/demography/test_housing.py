"""Laws of vacancy: dwellings lived in and empty add up, demolition lowers vacancy; a town by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hks.core.errors import InputError
from hks.demography.housing import HOUSING, dwellings_ahead, headship, settle, vacancy
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.region import population_table

stocks = hnp.arrays(np.float64, (5, 3), elements=st.floats(0.0, 1e4))
people = hnp.arrays(np.float64, (7, 5), elements=st.floats(0.0, 3e4))
wishes = hnp.arrays(np.float64, 3, elements=st.floats(0.01, 1.0)).map(lambda w: w / w.sum())
TOWN = {"unit": 15084, "residents": 28381, "draws": 60, "years": 8, "dwellings": 18_500, "vacancy_old": 35,
        "vacancy_panel": 20, "vacancy_houses": 8}  # fmt: skip


def housing(**values: object) -> dict[str, Any]:
    return dict(compute(HOUSING, {"table": population_table()}, {**TOWN, **values}, 1).outcomes)


@given(people, stocks, wishes, st.floats(0.0, 0.2))
def test_households_live_somewhere_or_dwellings_are_full(
    households: np.ndarray, dwellings: np.ndarray, wish: np.ndarray, reserve: float
) -> None:
    fullest = np.full(3, 1.0 - reserve)
    lived = settle(households, dwellings, wish, fullest)
    room = dwellings * fullest
    assert (lived >= 0).all()
    assert (lived <= room + 1e-6).all()
    found = lived.sum(axis=2)
    np.testing.assert_allclose(found, np.minimum(households, room.sum(axis=1)), rtol=1e-9, atol=1e-6)
    empty = vacancy(lived, dwellings)
    assert ((empty >= -1e-9) & (empty <= 1)).all()


@given(people, stocks, wishes, st.floats(1.0, 500.0))
def test_more_households_never_leave_more_empty(
    households: np.ndarray, dwellings: np.ndarray, wish: np.ndarray, more: float
) -> None:
    few, many = (settle(h, dwellings, wish, np.full(3, 0.97)) for h in (households, households + more))
    assert (many >= few - 1e-6).all()


def test_two_types_by_hand() -> None:
    # 90 households, halves wished; the first type has room for 30 only, so 15 move on
    lived = settle(np.array([[90.0]]), np.array([[30.0, 100.0]]), np.array([0.5, 0.5]), np.ones(2))
    np.testing.assert_allclose(lived[0, 0], [30.0, 60.0])
    np.testing.assert_allclose(vacancy(lived[0, 0], np.array([30.0, 100.0])), [0.0, 0.4])
    assert vacancy(np.array([0.0]), np.array([0.0])) == 0.0


def test_a_programme_works_from_its_first_to_its_last_year() -> None:
    ahead = dwellings_ahead(np.array([100.0, 10.0]), np.array([-30.0, 5.0]), 6, 2, 4)
    assert ahead[:, 0].tolist() == [100, 100, 70, 40, 10, 10, 10]
    assert ahead[:, 1].tolist() == [10, 10, 15, 20, 25, 25, 25]
    assert dwellings_ahead(np.array([50.0]), np.array([-30.0]), 3, 1, 3)[:, 0].tolist() == [50, 20, 0, 0]


def test_each_type_has_years_of_its_own() -> None:
    ahead = dwellings_ahead(np.array([100.0, 10.0]), np.array([-30.0, 5.0]), 3, np.array([1, 3]), np.array([2, 3]))
    assert ahead.tolist() == [[100, 10], [70, 10], [40, 10], [40, 15]]


def test_measures_by_calendar_year_and_vacancy_without_them() -> None:
    told = housing(demolition_panel=100, demolition_panel_start=2019, demolition_panel_end=2020, new_houses=20)
    first = told["dwellings"]["panel"][0]
    assert told["dwellings"]["panel"][:5] == pytest.approx([first, first, first - 100, first - 200, first - 200])
    assert told["dwellings"]["houses"][-1] == pytest.approx(told["dwellings"]["houses"][0] + 8 * 20)
    plain = housing()
    for name in ("vacancy", "vacancy_by_type"):
        assert told[f"{name}_without"] == plain[name] == plain[f"{name}_without"]


@given(st.floats(1.3, 3.0))
def test_heads_add_up_to_the_households_and_no_child_is_one(size: float) -> None:
    population = np.full((2, 101), 100.0)
    heads = headship(population, population.sum() / size)
    assert (heads * population).sum() == pytest.approx(population.sum() / size)
    assert heads[:, :18].sum() == 0
    assert (np.diff(heads, axis=1) >= -1e-12).all()


def test_the_base_year_is_the_town_as_it_was_given() -> None:
    told = housing()
    lived = 18_500 * (0.4 * 0.65 + 0.3 * 0.8 + 0.3 * 0.92)
    assert told["households"]["p10"][0] == pytest.approx(lived)
    assert told["vacancy"]["p50"][0] == pytest.approx(100 * (1 - lived / 18_500))
    assert told["vacancy_by_type"]["old"]["p90"][0] == pytest.approx(35.0)
    assert told["vacancy_by_type"]["houses"]["p10"][0] == pytest.approx(8.0)
    assert told["too_many"]["p50"][0] == pytest.approx(18_500 - lived / 0.97)
    assert told["household_size"] == pytest.approx(28_381 / lived)
    assert max(told["short"]["p90"]) == 0.0


def test_a_type_fuller_than_the_reserve_stays_as_it_is() -> None:
    told = housing(vacancy_houses=1.0)
    assert told["vacancy_by_type"]["houses"]["p50"][0] == pytest.approx(1.0)


def test_demolition_lowers_vacancy_and_building_raises_it() -> None:
    usual, fewer, more = housing(), housing(demolition_panel=100), housing(new_houses=50)
    for name in ("p10", "p50", "p90"):
        assert fewer["vacancy"][name][-1] < usual["vacancy"][name][-1] < more["vacancy"][name][-1]
    assert fewer["dwellings"]["panel"][-1] == pytest.approx(usual["dwellings"]["panel"][0] - 800)
    assert fewer["households"] == usual["households"]


def test_what_is_demolished_beyond_need_leaves_households_without_a_dwelling() -> None:
    told = housing(demolition_panel=700, demolition_old=700)
    assert told["short"]["p10"][-1] > 0
    assert told["too_many"]["p90"][-1] < 0
    assert told["dwellings"]["panel"][-1] == 0.0
    assert told["vacancy_by_type"]["panel"]["p50"][-1] == 0.0


def test_without_dwellings_they_follow_from_the_residents() -> None:
    told = housing(dwellings=0)
    assert told["household_size"] == pytest.approx(1.88)
    assert any("are not given" in text for text in told["warnings"])
    assert any("guess" in text for text in told["warnings"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"share_old": 70, "share_panel": 40}, "more than 100 percent"),
        ({"new_houses_start": 2024, "new_houses_end": 2023}, "ends before it begins"),
        ({"demolition_old": 10, "demolition_old_start": 2017}, "from 2018 to 2025 is right"),
        ({"new_houses": 10, "new_houses_end": 2026}, "from 2018 to 2025 is right"),
        ({"dwellings": 1e7}, "cannot be met"),
        ({"dwellings": -1}, "outside"),
        ({"vacancy_old": 100}, "outside"),
        ({"household_size": 1.0}, "cannot be met"),
        ({"reserve": "some"}, "not a number"),
        ({"unit": 0, "residents": 0}, "choose one"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, object], said: str) -> None:
    given_values = {"dwellings": 0, **values} if "household_size" in values else values
    with pytest.raises(InputError, match=said):
        housing(**given_values)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\0", b"ags;day\n", b"-1;" * 99])
def test_a_file_that_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        compute(HOUSING, {"table": Dataset("t.csv", data)}, TOWN, 1)
