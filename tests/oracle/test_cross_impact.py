"""Basins, solutions and searches against ScenarioWizard's files and matrices solved by two other programs."""

import itertools
import json
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from hks.adapters.cross_impact_files import read_matrix, read_solutions
from hks.scenarios.cross_impact import CrossImpactMatrix, consistency, consistent, total_impact
from hks.scenarios.succession import Basins, basins, succession

REAL = ["CIB_global", "CIB_nested_simplified_standardized"]


@cache
def followed(file: Path) -> tuple[CrossImpactMatrix, Basins]:
    """Read a matrix and follow every start once for all tests."""
    m = read_matrix(file.read_bytes(), file.name)
    return m, basins(m)


@pytest.mark.parametrize("name", REAL)
def test_solution_files_are_met_field_by_field(name: str, shared: Path) -> None:
    m, ends = followed(shared / "scenarios" / f"{name}.scw")
    published = read_solutions((shared / "scenarios" / f"{name}.sl").read_bytes(), name)
    weights = dict(zip(map(tuple, ends.attractors.tolist()), ends.weights.tolist(), strict=True))
    assert {p.scenario for p in published} == set(map(tuple, consistent(m).scenarios.tolist()))
    for solution in published:
        z = np.array(solution.scenario)
        found = (weights[solution.scenario], consistency(m, z), total_impact(m, z))
        assert found == (solution.weight, solution.consistency, solution.total_impact)


@pytest.mark.parametrize("name", REAL)
def test_basins_equal_full_enumeration(name: str, shared: Path) -> None:
    known = json.loads((shared / "scenarios" / f"basin_{name}.json").read_text())
    m, found = followed(shared / "scenarios" / f"{name}.scw")
    assert (found.starts, found.cycles_weight) == (known["n_states"], known["cycle_states"])
    assert sorted(zip(found.attractors.tolist(), found.weights.tolist(), strict=True)) == sorted(
        (list(scenario), weight) for scenario, weight in known["weights"]
    )
    for scenario, _ in known["weights"]:
        assert succession(m, scenario).path.tolist() == [scenario]


def test_every_walk_through_the_smallest_real_matrix_ends_where_enumeration_says(shared: Path) -> None:
    m, _ = followed(shared / "scenarios" / "CIB_global.scw")
    known = json.loads((shared / "scenarios" / "basin_CIB_global.json").read_text())
    walks = [succession(m, start) for start in itertools.product(*map(range, m.counts.tolist()))]
    ends = Counter(tuple(walk.path[-1].tolist()) for walk in walks if walk.kind == "fixed")
    assert ends == {tuple(scenario): weight for scenario, weight in known["weights"]}
    assert len(walks) - ends.total() == known["cycle_states"]


def test_hard_random_matrices_equal_two_other_solvers(shared: Path) -> None:
    for case in json.loads((shared / "scenarios" / "synthetic_cib.json").read_text()):
        names = tuple(str(n) for n in range(case["N"]))
        states = (tuple(str(k) for k in range(case["K"])),) * case["N"]
        found = consistent(CrossImpactMatrix(names, states, np.array(case["matrix"], dtype=float)))
        assert found.complete
        assert found.scenarios.tolist() == sorted(case["solutions"])
