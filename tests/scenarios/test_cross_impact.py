"""Laws of cross-impact balances, enumeration as judge, and the published solutions."""

import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.cross_impact_files import read_matrix, write_csv
from hks.core.errors import InputError
from hks.scenarios.cross_impact import CrossImpactMatrix, balances, consistency, consistent, measured, total_impact
from hks.scenarios.succession import basins


def matrix(sizes: list[int], impact: np.ndarray) -> CrossImpactMatrix:
    names = tuple(f"D{n}" for n in range(len(sizes)))
    return CrossImpactMatrix(names, tuple(tuple(f"s{k}" for k in range(size)) for size in sizes), impact)


@st.composite
def matrices(draw: st.DrawFn, most: int = 4) -> CrossImpactMatrix:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=most))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    judged = rng.random((len(sizes), len(sizes))) < draw(st.sampled_from([0.3, 0.7, 1.0]))
    impact = rng.integers(-3, 4, (sum(sizes), sum(sizes))) * judged.repeat(sizes, 0).repeat(sizes, 1)
    return matrix(sizes, impact.astype(float))


def enumerated(m: CrossImpactMatrix, tolerance: float, forced: tuple[int, ...] = ()) -> list[list[int]]:
    """Try every scenario; forced descriptors stand in their first state and are not judged."""
    rows = np.array(list(itertools.product(*map(range, m.counts.tolist()))))
    sums = m.impact[m.starts + rows].sum(axis=1)
    lacks = np.maximum.reduceat(sums, m.starts, axis=1) - np.take_along_axis(sums, m.starts + rows, 1)
    lacks[:, list(forced)] = 0
    holds = (lacks <= tolerance).all(axis=1) & (rows[:, list(forced)] == 0).all(axis=1)
    return rows[holds].tolist()


@given(matrices(8), st.integers(0, 4), st.sets(st.integers(0, 7), max_size=2))
def test_the_search_finds_what_enumeration_finds(m: CrossImpactMatrix, tolerance: int, forced: set[int]) -> None:
    known = tuple(sorted(j for j in forced if j < len(m.states)))
    solved = consistent(m, tolerance, forced=dict.fromkeys(known, 0))
    assert solved.complete
    assert solved.scenarios.tolist() == enumerated(m, tolerance, known)


@given(matrices(6), st.integers(1, 12))
def test_no_more_scenarios_are_listed_than_wished(m: CrossImpactMatrix, most: int) -> None:
    every = enumerated(m, 1.0)
    found = consistent(m, 1.0, most=most)
    assert len(found.scenarios) == min(most, len(every))
    assert found.complete == (len(every) <= most)
    assert all(scenario in every for scenario in found.scenarios.tolist())


@given(matrices(), st.integers(0, 3))
def test_a_larger_tolerance_keeps_every_scenario(m: CrossImpactMatrix, tolerance: int) -> None:
    strict, loose = (set(map(tuple, consistent(m, t).scenarios.tolist())) for t in (tolerance, tolerance + 1))
    assert strict <= loose


@given(matrices(), st.integers(0, 10**6), st.integers(-5, 5))
def test_adding_the_same_to_a_whole_judgement_row_changes_nothing(
    m: CrossImpactMatrix, place: int, amount: int
) -> None:
    shifted = m.impact.copy()
    source, target = place % len(shifted), place // len(shifted) % len(m.states)  # a self-block among them
    shifted[source, m.offsets[target] : m.offsets[target + 1]] += amount
    same_scenarios_and_basins(m, shifted)


@given(matrices(), st.integers(0, 3), st.integers(1, 5))
def test_scaling_all_impacts_on_a_descriptor_changes_nothing(m: CrossImpactMatrix, place: int, factor: int) -> None:
    scaled, target = m.impact.copy(), place % len(m.states)
    scaled[:, m.offsets[target] : m.offsets[target + 1]] *= factor
    same_scenarios_and_basins(m, scaled)


def same_scenarios_and_basins(m: CrossImpactMatrix, impact: np.ndarray) -> None:
    changed = matrix(m.counts.tolist(), impact)
    assert consistent(changed).scenarios.tolist() == consistent(m).scenarios.tolist()
    one, two = basins(m), basins(changed)
    assert (two.attractors.tolist(), two.weights.tolist()) == (one.attractors.tolist(), one.weights.tolist())


@given(matrices(6), st.integers(0, 3), st.sampled_from([0.1, 0.01, 1 / 3, 7.0]))
def test_the_unit_of_the_judgements_changes_nothing(m: CrossImpactMatrix, tolerance: int, unit: float) -> None:
    told = matrix(m.counts.tolist(), m.impact * unit)
    assert consistent(told, tolerance * unit).scenarios.tolist() == consistent(m, tolerance).scenarios.tolist()


@given(matrices(), st.integers(0, 2), st.integers(0, 10**6))
def test_renaming_states_renames_the_scenarios(m: CrossImpactMatrix, tolerance: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(count) for count in m.counts.tolist()]
    cells = np.concatenate([start + order for start, order in zip(m.starts, orders, strict=True)])
    turned = consistent(matrix(m.counts.tolist(), m.impact[np.ix_(cells, cells)]), tolerance).scenarios
    back = [[int(order[state]) for order, state in zip(orders, z, strict=True)] for z in turned]
    assert sorted(back) == consistent(m, tolerance).scenarios.tolist()


@given(matrices(), st.integers(0, 2))
def test_forcing_a_state_loses_no_scenario_that_has_it(m: CrossImpactMatrix, tolerance: int) -> None:
    free, forced = consistent(m, tolerance).scenarios, consistent(m, tolerance, forced={0: 0}).scenarios
    assert set(map(tuple, free[free[:, 0] == 0].tolist())) <= set(map(tuple, forced.tolist()))


@given(matrices())
def test_strictly_consistent_scenarios_have_no_negative_value(m: CrossImpactMatrix) -> None:
    assert all(consistency(m, scenario) >= 0 for scenario in consistent(m).scenarios)


@given(matrices(), st.integers(0, 10**6))
def test_scenarios_are_measured_as_their_balances_say(m: CrossImpactMatrix, seed: int) -> None:
    scenarios = np.random.default_rng(seed).integers(0, m.counts, (2_050, len(m.states)))
    held, scores = measured(m, scenarios)
    for place in (0, 999, 1_000, 2_049):
        z, sums = scenarios[place], balances(m, scenarios[place])
        leads = [
            sums[start + chosen] - max(sums[start + rival] for rival in range(count) if rival != chosen)
            for start, chosen, count in zip(m.starts, z, m.counts.tolist(), strict=True)
            if count > 1
        ]
        assert held[place] == min(leads, default=0.0) == consistency(m, z)
        assert scores[place] == sums[m.starts + z].sum() == total_impact(m, z)


def test_by_hand_and_a_self_block_counts() -> None:
    # Two descriptors that favour the same state of each other: both "together" scenarios are consistent.
    impact = np.array([[0, 0, 1, -1], [0, 0, -1, 1], [1, -1, 0, 0], [-1, 1, 0, 0]], dtype=float)
    assert consistent(matrix([2, 2], impact)).scenarios.tolist() == [[0, 0], [1, 1]]
    impact[0, :2] = [-5, 5]  # the first state of the first descriptor undoes itself
    assert consistent(matrix([2, 2], impact)).scenarios.tolist() == [[1, 1]]


def test_a_stopped_search_says_it_is_incomplete() -> None:
    assert not consistent(matrix([2], np.zeros((2, 2))), stop=lambda: True).complete


def test_somewhereland_has_the_published_scenarios(shared: Path) -> None:
    data = (shared / "scenarios" / "somewhereland.json").read_bytes()
    m, known = read_matrix(data, "somewhereland.json"), json.loads(data)
    assert consistent(m).scenarios.tolist() == sorted(known["consistent"])
    assert {t: len(consistent(m, int(t)).scenarios) for t in known["count_by_slack"]} == known["count_by_slack"]
    example = np.array(known["example"]["scenario"])  # printed in the ScenarioWizard manual for [A2 B1 C3 D1 E1 F1]
    assert balances(m, example).tolist() == known["example"]["balances"]
    assert known["descriptors"][0][0] == m.descriptors[0]


@pytest.mark.parametrize("name", ["CIB_global", "CIB_nested_simplified_standardized"])
def test_real_matrices_equal_their_solution_files(name: str, shared: Path) -> None:
    folder = shared / "scenarios"
    m = read_matrix((folder / f"{name}.scw").read_bytes(), f"{name}.scw")
    lines = re.findall(r'^" ([\d ]+)",\d+,(-?\d+),\d+,(-?\d+)', (folder / f"{name}.sl").read_text(), re.MULTILINE)
    published = sorted(([int(s) - 1 for s in states.split()], int(value), int(score)) for states, value, score in lines)
    found = [(z.tolist(), consistency(m, z), total_impact(m, z)) for z in consistent(m).scenarios]
    assert found == published


@given(matrices())
def test_a_matrix_survives_writing_and_reading(m: CrossImpactMatrix) -> None:
    again = read_matrix(write_csv(m), "m.csv")
    assert (again.descriptors, again.states) == (m.descriptors, m.states)
    np.testing.assert_array_equal(again.impact, m.impact)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no cross-impact matrix"),
        (b"\0\0", "no cross-impact matrix"),
        (b"{", r"m:1:\d+: This is not JSON"),
        (b'{"matrix": []}', "needs 'descriptors'"),
        (b'{"descriptors": [], "matrix": []}', "needs descriptors"),
        (b'{"descriptors": [["A", ["x", "y"]]], "matrix": [[0, 1]]}', "1 rows of impacts"),
        (b'{"descriptors": [["A", ["x", "y"]]], "matrix": [[0, 1], [0]]}', "m:2: 1 impacts"),
        (b'{"descriptors": [["A", ["x", "y"]]], "matrix": [[0, "viel"], [0, 0]]}', "m:1:2: 'viel' is not an impact"),
        (b"$ ScenarioWizard\n&A\n -x\n -y\n#\n0,1\n0,1,2\n", "m:7: 3 impacts"),
        (b"A;x\n", "m:1: Each row needs"),
    ],
)
def test_a_bad_matrix_is_told_where(data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_matrix(data, "m")


def test_a_negative_tolerance_is_refused() -> None:
    with pytest.raises(InputError, match="0 or more"):
        consistent(matrix([2], np.zeros((2, 2))), -1)


@pytest.mark.parametrize("judged", [1.1e6, -1e17, 1e308])
def test_a_judgement_beyond_all_measure_is_refused(judged: float) -> None:
    with pytest.raises(InputError, match="judgements lie between"):
        CrossImpactMatrix(("A",), (("a", "b"),), np.full((2, 2), judged))
