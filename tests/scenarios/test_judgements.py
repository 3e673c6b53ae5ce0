"""Laws of rough judgements and of the influence grid; cases by hand."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hks.core.errors import InputError
from hks.scenarios import judgements
from hks.scenarios.cross_impact import CrossImpactMatrix, consistent
from hks.scenarios.influence import INFLUENCE, influence, strongest_impacts
from hks.scenarios.judgements import UNCERTAINTY, disagreement, holding_shares, joined
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

PULL = np.array([[0, 0, 2, -2], [0, 0, -2, 2], [2, -2, 0, 0], [-2, 2, 0, 0]], dtype=float)
TWO = CrossImpactMatrix(("Economy", "Jobs"), (("down", "up"), ("few", "many")), PULL)
tables = st.integers(2, 6).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, 3), min_size=size, max_size=size), min_size=size, max_size=size)
)


def test_without_spread_just_the_consistent_scenarios_hold() -> None:
    shares, complete = holding_shares(TWO, 0.0, 5, np.random.default_rng(1))
    assert complete
    assert shares == {tuple(scenario): 1.0 for scenario in consistent(TWO).scenarios.tolist()}


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.floats(0.1, 3))
def test_shares_lie_between_nothing_and_all(seed: int, spread: float) -> None:
    shares, _ = holding_shares(TWO, spread, 20, np.random.default_rng(seed))
    assert all(0 < share <= 1 for share in shares.values())
    assert sum(shares.values()) <= 4


def test_a_clear_matrix_is_robust_and_a_rough_one_less() -> None:
    data = json.dumps({
        "descriptors": [{"name": "Economy", "states": ["down", "up"]}, {"name": "Jobs", "states": ["few", "many"]}],
        "matrix": PULL.tolist(),
    }).encode()  # fmt: skip
    clear, rough = (
        compute(UNCERTAINTY, {"matrix": Dataset("m.json", data)}, {"spread": spread, "draws": 200}, seed=1).outcomes
        for spread in (0.2, 3.0)
    )
    assert clear["robust"] == [[0, 0], [1, 1]]
    assert rough["share"][0] < clear["share"][0]
    with pytest.raises(InputError):
        holding_shares(TWO, 0.5, 0, np.random.default_rng(1))


def test_a_hard_matrix_is_foreseen_and_its_searches_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    own = np.repeat(np.arange(15), 4)
    impact = np.where(own[:, None] == own, 0, np.random.default_rng(0).integers(-3, 4, (60, 60))).astype(float)
    names = tuple(f"D{n}" for n in range(15))
    hard = CrossImpactMatrix(names, (("a", "b", "c", "d"),) * 15, impact)  # one search takes longer than a second
    values = {"spread": 0.5, "draws": 50, "tolerance": 0.0}
    assert UNCERTAINTY.estimate({"matrix": hard}, values) > 50
    assert UNCERTAINTY.estimate({"matrix": TWO}, values) < 0.5
    monkeypatch.setattr(judgements, "MOST_NODES", 1000)
    assert not holding_shares(hard, 0.5, 1, np.random.default_rng(1))[1]


@given(tables)
def test_what_is_exerted_is_received(rows: list[list[int]]) -> None:
    table = np.array(rows, dtype=float)
    found = influence(table)
    assert found.active.sum() == pytest.approx(found.passive.sum())
    assert sorted(found.indirect_rank.tolist()) == list(range(len(table)))


def test_a_factor_that_acts_through_a_strong_one_gains_rank() -> None:
    # A acts weakly on B, B strongly on C and C on B; D acts on nothing that acts further.
    table = np.array([[0, 2, 0, 0], [0, 0, 3, 0], [0, 3, 0, 0], [0, 0, 0, 0]], dtype=float)
    table[3, 0] = 2.5
    found = influence(table)
    assert found.active.tolist() == [2.0, 3.0, 3.0, 2.5]
    assert found.passive.tolist() == [2.5, 5.0, 3.0, 0.0]
    assert found.indirect_rank.tolist()[1:3] == [0, 1]


@given(tables)
def test_ranks_through_others_are_those_of_whole_numbers(rows: list[list[int]]) -> None:
    powered, order, power = rows, ranked(rows), 0
    for exponent in range(2, 51):
        powered = [[sum(a * b for a, b in zip(row, column, strict=True)) for column in zip(*rows, strict=True)]
                   for row in powered]  # fmt: skip
        if not any(map(any, powered)):
            break
        if ranked(powered) == order:
            power = exponent
            break
        order = ranked(powered)
    found = influence(np.array(rows, dtype=float))
    assert np.argsort(found.indirect_rank).tolist() == order
    assert found.power == power


def ranked(rows: list[list[int]]) -> list[int]:
    return sorted(range(len(rows)), key=lambda factor: -sum(rows[factor]))


def test_factors_that_exert_the_same_through_others_keep_their_order() -> None:
    # Each exerts 4 directly, hence 4 times 4 over two steps and so on: nobody is ahead.
    table = np.array([[0, 1, 3], [3, 0, 1], [3, 1, 0]], dtype=float)
    found = influence(table)
    assert (found.indirect_rank.tolist(), found.power) == ([0, 1, 2], 2)
    assert influence(table / 10).indirect_rank.tolist() == [0, 1, 2]
    assert influence(table / 3).indirect_rank.tolist() == [0, 1, 2]


def test_the_grid_of_a_matrix_takes_the_strongest_judgement() -> None:
    assert strongest_impacts(TWO).tolist() == [[0.0, 2.0], [2.0, 0.0]]
    data = json.dumps({
        "descriptors": [{"name": "Economy", "states": ["down", "up"]}, {"name": "Jobs", "states": ["few", "many"]}],
        "matrix": [[0, 0, 2, -3], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
    }).encode()  # fmt: skip
    found = compute(INFLUENCE, {"matrix": Dataset("m.json", data)}, {}).outcomes
    assert found["active"] == [3.0, 0.0]
    assert found["quotient"] == [None, 0.0]


@given(arrays(float, (3, 4, 4), elements=st.integers(-3, 3).map(float) | st.just(np.nan)))
def test_groups_are_joined_between_their_least_and_greatest_judgement(impacts: np.ndarray) -> None:
    mean, apart = joined(impacts), disagreement(impacts)
    judged = np.isfinite(impacts).any(axis=0)
    assert (mean[~judged] == 0).all()
    assert (apart.low[judged] - 1e-9 <= mean[judged]).all()
    assert (mean[judged] <= apart.high[judged] + 1e-9).all()
    assert (apart.opposed == ((impacts < 0).any(axis=0) & (impacts > 0).any(axis=0))).all()
    assert np.array_equal(joined(impacts[::-1]), mean)
