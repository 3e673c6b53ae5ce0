"""Laws of the combinations that agree best, enumeration as judge; a case by hand."""

import itertools
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.scenarios.bundles import BUNDLES, NONE, bundles, pair_judgements
from hks.scenarios.cross_impact import CrossImpactMatrix
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset


@st.composite
def matrices(draw: st.DrawFn) -> CrossImpactMatrix:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    half = np.triu(rng.integers(1, 6, (sum(sizes), sum(sizes))).astype(float))
    names = tuple(f"D{n}" for n in range(len(sizes)))
    return CrossImpactMatrix(names, tuple(tuple(f"s{k}" for k in range(size)) for size in sizes), half)


def every(m: CrossImpactMatrix) -> list[tuple[float, tuple[int, ...]]]:
    judged = pair_judgements(m)
    found = []
    for states in itertools.product(*map(range, m.counts.tolist())):
        rows = m.starts + np.array(states)
        pairs = [judged[a, b] for a, b in itertools.combinations(rows, 2)]
        if all(pair > 1 for pair in pairs):
            found.append((float(sum(pairs)), states))
    return sorted(found, key=lambda one: (-one[0], one[1]))


@settings(max_examples=60)
@given(matrices(), st.integers(1, 8))
def test_the_best_combinations_are_found(m: CrossImpactMatrix, most: int) -> None:
    found, tried = bundles(m, most), every(m)
    assert found.complete
    assert found.scores.tolist() == [score for score, _ in tried[:most]]
    known = {states: score for score, states in tried}
    assert all(known[tuple(states)] == score for states, score in zip(found.states.tolist(), found.scores, strict=True))
    assert len({tuple(states) for states in found.states.tolist()}) == len(found.states)


def test_equal_sums_of_decimals_stand_by_their_bad_pairs() -> None:
    # 4.9 + 3.6 + 2.2 = 3.6 + 2.9 + 4.2, whatever the binary sums say; only the first has a pair that agrees badly.
    impact = np.triu(np.ones((6, 6)), 1)
    impact[[0, 2, 4], [1, 3, 5]] = 0
    impact[[0, 0, 2], [2, 4, 4]] = 4.9, 3.6, 2.2
    impact[[1, 1, 3], [3, 5, 5]] = 3.6, 2.9, 4.2
    found = bundles(CrossImpactMatrix(("A", "B", "C"), (("x", "y"),) * 3, impact), 5, partial=2.5)
    assert (found.states.tolist(), found.partial.tolist()) == ([[1, 1, 1], [0, 0, 0]], [0, 1])


@given(matrices())
def test_one_half_or_both_make_no_difference(m: CrossImpactMatrix) -> None:
    judged = pair_judgements(m)
    both = CrossImpactMatrix(m.descriptors, m.states, judged)
    lower = CrossImpactMatrix(m.descriptors, m.states, np.tril(judged))
    np.testing.assert_array_equal(pair_judgements(both), judged)
    np.testing.assert_array_equal(pair_judgements(lower), judged)


def content(cells: list[list[int]]) -> Dataset:
    names = [{"name": "Growth", "states": ["less", "more"]}, {"name": "Jobs", "states": ["few", "many"]}]
    return Dataset("p.json", json.dumps({"descriptors": names, "matrix": cells}).encode())


def answered(cells: list[list[int]], **values: Any) -> dict[str, Any]:
    return compute(BUNDLES, {"matrix": content(cells)}, values).outcomes


def test_two_factors_by_hand() -> None:
    found = answered([[0, 0, 4, 2], [0, 0, 1, 5], [0, 0, 0, 0], [0, 0, 0, 0]])
    assert found["bundles"] == [[1, 1], [0, 0], [0, 1]]
    assert (found["score"], found["partial"]) == ([5.0, 4.0, 2.0], [0, 0, 1])
    box = answered([[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]], excluded=0)  # a morphological box
    assert box["bundles"] == [[0, 0], [1, 1]]


def test_what_excludes_everything_and_what_contradicts_itself_is_told() -> None:
    assert answered([[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]])["warnings"] == [NONE]
    with pytest.raises(InputError, match="two halves"):
        answered([[0, 0, 4, 2], [0, 0, 1, 5], [3, 1, 0, 0], [2, 5, 0, 0]])
