"""Laws of ranks under drawn weights, of weights from comparisons and of robustness metrics; published cases."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hks.adapters.decision_files import read_comparisons
from hks.core.errors import InputError
from hks.decisions.acceptability import drawn_weights, rank_acceptability
from hks.decisions.pairwise import WEIGHTS, Comparisons, consistency_ratio, eigen_weights, worst_triad
from hks.decisions.ranking import RANK
from hks.decisions.robustness import METRICS, ROBUSTNESS
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

GOLDEN = Path(__file__).parents[3] / "shared/data/scenarios/mcda_golden.json"
some_values = arrays(
    float, st.tuples(st.integers(1, 5), st.integers(1, 4)), elements=st.integers(0, 10).map(lambda tenth: tenth / 10)
)
ratios = st.lists(st.floats(0.2, 5), min_size=3, max_size=6)


def dataset(content: object) -> Dataset:
    return Dataset("t.json", json.dumps(content).encode())


@settings(max_examples=40, deadline=None)
@given(some_values, st.integers(0, 10**6), st.sampled_from([0.0, 0.2]))
def test_shares_of_ranks_sum_to_one_both_ways(values: np.ndarray, seed: int, noise: float) -> None:
    found = rank_acceptability(values, 200, np.random.default_rng(seed), noise=noise)
    np.testing.assert_allclose(found.ranks.sum(axis=0), 1.0)
    np.testing.assert_allclose(found.ranks.sum(axis=1), 1.0)
    np.testing.assert_allclose(found.wins + found.wins.T, 1.0)
    assert ((found.confidence >= 0) & (found.confidence <= 1)).all()
    first = found.ranks[:, 0] > 0
    np.testing.assert_allclose(found.central[first].sum(axis=1), 1.0)
    assert np.isnan(found.central[~first]).all()


def test_a_dominant_option_is_always_first_and_opposed_ones_half_of_the_time() -> None:
    rng = np.random.default_rng(1)
    sure = rank_acceptability(np.array([[1.0, 0.9], [0.5, 0.2]]), 1000, rng)
    assert sure.ranks.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    even = rank_acceptability(np.eye(2), 100_000, rng)
    assert even.ranks[0, 0] == pytest.approx(0.5, abs=4 * even.standard_error)
    assert even.central[0] == pytest.approx([0.75, 0.25], abs=0.01)  # the mean of the upper half of 0 to 1
    assert even.confidence.tolist() == [1.0, 1.0]


def test_equal_options_share_their_ranks() -> None:
    found = rank_acceptability(np.array([[0.5], [0.5], [0.1]]), 10, np.random.default_rng(1))
    assert found.ranks.tolist() == [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]
    assert found.wins[0, 1] == 0.5


@given(st.integers(1, 6), st.integers(0, 10**6))
def test_drawn_weights_keep_the_order_that_is_given(criteria: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    order = rng.permutation(criteria).astype(float)
    drawn = drawn_weights(50, criteria, rng, order)
    np.testing.assert_allclose(drawn.sum(axis=1), 1.0)
    assert (np.diff(drawn[:, np.argsort(-order)], axis=1) <= 0).all()


def table(**changed: Any) -> dict[str, Any]:
    criteria = [{"name": name, "low": 0, "high": 1, "weight": weight} for name, weight in (("x", 2), ("y", 1))]
    return {"options": ["A", "B"], "criteria": criteria, "values": [[1, 0], [0, 1]], **changed}


def test_the_command_gives_the_same_for_the_same_seed_and_keeps_the_order_of_weights() -> None:
    asked = {"method": "smaa", "weights": "order", "draws": 500}
    one, two = (compute(RANK, {"table": dataset(table())}, asked, seed=5).outcomes for _ in range(2))
    assert one == two
    assert one["acceptability"] == [[1.0, 0.0], [0.0, 1.0]]  # x counts more in every draw
    assert one["central_weights"][1] is None
    assert one["ranking"] == ["A", "B"]


def test_what_no_weights_can_tell_is_refused() -> None:
    with pytest.raises(InputError):
        compute(RANK, {"table": dataset(table())}, {"method": "smaa", "draws": 0})
    with pytest.raises(InputError, match="anchor"):
        compute(RANK, {"table": dataset(table(criteria=["x", "y"]))}, {"method": "smaa"})


def test_the_groups_agree_on_what_none_regrets_much() -> None:
    groups = [{"name": "one", "swings": [100, 10]}, {"name": "two", "swings": [10, 100]}]
    content = table(options=["A", "B", "C"], values=[[1, 0], [0, 1], [0.7, 0.7]], groups=groups)
    found = compute(RANK, {"table": dataset(content)}, {}).outcomes
    assert found["consensus"][0]["option"] == "C"
    assert found["consensus"][0]["regret"] == pytest.approx(1 / 1.1 - 0.7)


@given(ratios)
def test_consistent_comparisons_give_their_weights_back(numbers: list[float]) -> None:
    weights = np.array(numbers) / sum(numbers)
    found, largest = eigen_weights(weights[:, None] / weights[None, :])
    np.testing.assert_allclose(found, weights, rtol=1e-9)
    assert consistency_ratio(largest, len(weights)) == pytest.approx(0.0, abs=1e-9)


def test_the_worst_triad_is_named_and_groups_join_by_the_geometric_mean() -> None:
    rows = np.array([[1, 3, 1 / 5], [1 / 3, 1, 3], [5, 1 / 3, 1]])
    assert worst_triad(rows) == (0, 1, 2)
    told = compute(WEIGHTS, {"comparisons": dataset({"criteria": ["a", "b", "c"], "comparisons": rows.tolist()})}, {})
    assert told.outcomes["worst_triad"] == ["a", "b", "c"]
    assert told.outcomes["warnings"]
    joined = Comparisons(("a", "b"), np.array([[[1, 4], [0.25, 1]], [[1, 1], [1, 1]]])).joined
    np.testing.assert_allclose(joined, [[1, 2], [0.5, 1]])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([[1, 3], [3, 1]], "inverse"), ([[1, 0], [0, 1]], "above 0"), ([[1, "1/0"], [1, 1]], "is not a number"),
        ([[1, 2]], "rows"), ([[1, 2], 5], "values"), ([[1, "x"], [1, 1]], "is not a number"),
    ],
)  # fmt: skip
def test_comparisons_that_cannot_be_are_told(rows: list[Any], told: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_comparisons(json.dumps({"criteria": ["a", "b"], "comparisons": rows}).encode(), "c.json")
    assert told in str(refusal.value)


@given(arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 5)), elements=st.integers(-9, 9).map(float)))
def test_metrics_stand_in_their_order(gains: np.ndarray) -> None:
    shares = np.full(gains.shape[1], 1.0 / gains.shape[1])
    found = {
        name: metric(gains, shares, {"optimism": 0.3, "threshold": 0.0}) for name, metric in METRICS.items()
    }  # fmt: skip
    assert (found["maximin"] <= found["hurwicz"] + 1e-12).all()
    assert (found["hurwicz"] <= found["maximax"] + 1e-12).all()
    assert (found["percentile-regret"] >= found["minimax-regret"] - 1e-12).all()
    assert ((found["satisficing"] >= 0) & (found["satisficing"] <= 1 + 1e-12)).all()
    assert (found["deviations"] <= 0).all()


def test_scenarios_count_as_they_are_weighted() -> None:
    content = {"options": ["A", "B"], "scenarios": ["wet", "dry"], "values": [[10, 0], [4, 4]], "weights": [3, 1]}
    found = compute(ROBUSTNESS, {"table": dataset(content)}, {"metric": "laplace"}).outcomes
    assert found["value"] == {"A": 7.5, "B": 4.0}
    # Known in advance: 10 and 4, on the mean 8.5; without, A yields 7.5.
    assert found["value_of_knowing"] == pytest.approx(1.0)
    enough = compute(ROBUSTNESS, {"table": dataset(content)}, {"metric": "satisficing", "threshold": 4}).outcomes
    assert enough["value"] == {"A": 0.75, "B": 1.0}
    less = {"metric": "satisficing", "threshold": 4, "better": "less"}
    assert compute(ROBUSTNESS, {"table": dataset(content)}, less).outcomes["value"] == {"A": 0.25, "B": 1.0}
    with pytest.raises(InputError):
        compute(ROBUSTNESS, {"table": dataset({**content, "weights": [0, 0]})}, {"metric": "laplace"})


@pytest.mark.skipif(not GOLDEN.exists(), reason="SHARED DATA ARE ABSENT: the published comparisons are not tried")
def test_the_published_comparisons_give_their_weights() -> None:
    case = json.loads(GOLDEN.read_text())["ahp_saaty3"]
    content = {"criteria": ["a", "b", "c"], "comparisons": case["A"]}
    found = compute(WEIGHTS, {"comparisons": dataset(content)}, {}).outcomes
    assert found["weights"] == pytest.approx(case["weights"], abs=1e-8)
    assert found["largest_eigenvalue"] == pytest.approx(case["lambda_max"], abs=1e-9)
    assert found["consistency_ratio"] == pytest.approx(case["CR_RI0.58"], abs=1e-9)


def test_criteria_that_are_given_alike_are_drawn_alike() -> None:
    found = rank_acceptability(np.eye(2), 20_000, np.random.default_rng(3), order=np.array([1.0, 1.0]))
    assert found.ranks[0, 0] == pytest.approx(0.5, abs=4 * found.standard_error)
