"""Shares of ages, and what a table's ages do not allow."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hks.indicators.age_structure import OPEN, answer, mean_age, persons_in_ages

AGES = np.array([[0.0, 20, 65], [20.0, 65, OPEN]])
people = arrays(np.float64, (4, 3), elements=st.floats(1, 1e6))


def told(persons: np.ndarray, columns: list[tuple[str, int, int | None]]) -> dict[str, dict[str, dict[str, float]]]:
    table = SimpleNamespace(
        ags=["15084"] * len(persons), dates=[f"{2020 + n}-12-31" for n in range(len(persons))], columns=columns,
        persons=persons,
    )  # fmt: skip
    return answer({"table": table}, {}, 0)


@given(people)
def test_people_of_all_ages_add_up_to_everyone(persons: np.ndarray) -> None:
    parts = [persons_in_ages(persons, AGES, low, high) for low, high in ((0, 20), (20, 65), (65, OPEN))]
    np.testing.assert_allclose(sum(parts), persons.sum(axis=1))


@given(people, st.floats(0.01, 100))
def test_a_ratio_does_not_depend_on_the_size_of_the_town(persons: np.ndarray, factor: float) -> None:
    columns = [("m", 0, 20), ("m", 20, 65), ("m", 65, None)]
    small, large = told(persons, columns), told(persons * factor, columns)
    for name in ("share_65_plus", "youth_ratio", "old_age_ratio"):
        assert small[name]["15084"] == pytest.approx(large[name]["15084"])


def test_by_hand() -> None:
    found = told(np.array([[20.0, 50, 30]]), [("m", 0, 20), ("m", 20, 65), ("m", 65, None)])
    values = {name: units["15084"]["2020-12-31"] for name, units in found.items() if units}
    assert values == {"population": 100.0, "share_65_plus": 30.0, "youth_ratio": 40.0, "old_age_ratio": 60.0}


def test_single_ages_tell_what_bands_cannot() -> None:
    columns: list[tuple[str, int, int | None]] = [("w", age, age + 1) for age in range(90)]
    persons = np.zeros((1, 91))
    persons[0, [20, 65, 80, 90]] = [3.0, 4.0, 1.0, 2.0]
    found = told(persons, [*columns, ("w", 90, None)])
    assert found["share_80plus"]["15084"]["2020-12-31"] == 30.0
    assert found["replacement_ratio"]["15084"]["2020-12-31"] == 0.75
    # By hand: (3 * 20.5 + 4 * 65.5 + 1 * 80.5 + 2 * 92.5) / 10
    assert found["mean_age"]["15084"]["2020-12-31"] == pytest.approx(58.9)


def test_bands_give_no_mean_age_and_a_missing_cell_no_share() -> None:
    assert np.isnan(mean_age(np.array([[20.0, 50, 30]]), AGES)).all()
    found = told(np.array([[np.nan, 50, 30]]), [("m", 0, 20), ("m", 20, 65), ("m", 65, None)])
    assert not any(name != "old_age_ratio" and units for name, units in found.items())
