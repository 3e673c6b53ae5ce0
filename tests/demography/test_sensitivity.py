"""Moving one assumption: signs, order, and the same chance in every run."""

from importlib.resources import files

import pytest

from hks.demography.sensitivity import MOVES, SENSITIVITY
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

TABLE = Dataset("12411-0018.csv", (files("hks.adapters.region") / "tables" / "12411-0018.csv").read_bytes())


@pytest.fixture(scope="module")
def told() -> dict:
    return dict(compute(SENSITIVITY, {"table": TABLE}, {"unit": 15084, "years": 18}, 1).outcomes)


def test_every_assumption_is_moved_and_the_largest_comes_first(told: dict) -> None:
    assert {row["assumption"] for row in told["changes"]} == MOVES.keys()
    sizes = [abs(row["at_high"] - row["at_low"]) for row in told["changes"]]
    assert sizes == sorted(sizes, reverse=True)


def test_more_of_each_means_more_people_and_the_middle_lies_between(told: dict) -> None:
    for row in told["changes"]:
        if row["assumption"] != "arrivals":  # at a stay share of one half, more arrivals change nothing
            assert row["at_low"] < told["middle"] < row["at_high"], row


def test_arrivals_count_only_as_far_as_they_stay_more_than_usual(told: dict) -> None:
    (row,) = [row for row in told["changes"] if row["assumption"] == "arrivals"]
    assert row["at_low"] == pytest.approx(row["at_high"])
    stay = compute(SENSITIVITY, {"table": TABLE}, {"unit": 15084, "years": 18, "stay_share": 0.8}, 1).outcomes
    (row,) = [row for row in stay["changes"] if row["assumption"] == "arrivals"]
    assert row["at_low"] < row["at_high"]


def test_the_same_seed_gives_the_same_bits(told: dict) -> None:
    assert compute(SENSITIVITY, {"table": TABLE}, {"unit": 15084, "years": 18}, 1).outcomes == told
