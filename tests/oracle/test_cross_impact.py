"""Basins, solutions and searches against ScenarioWizard's files and matrices solved by two other programs."""

import json
from pathlib import Path

import numpy as np
import pytest

from hks.adapters.cross_impact_files import read_matrix, read_solutions
from hks.scenarios.cross_impact import CrossImpactMatrix, consistency, consistent, total_impact
from hks.scenarios.succession import basins

REAL = ["CIB_global", "CIB_nested_simplified_standardized"]


@pytest.mark.parametrize("name", REAL)
def test_solution_files_are_met_field_by_field(name: str, shared: Path) -> None:
    folder = shared / "scenarios"
    m = read_matrix((folder / f"{name}.scw").read_bytes(), name)
    published = read_solutions((folder / f"{name}.sl").read_bytes(), name)
    ends = basins(m)
    weights = dict(zip(map(tuple, ends.attractors.tolist()), ends.weights.tolist(), strict=True))
    assert {p.scenario for p in published} == set(map(tuple, consistent(m).scenarios.tolist()))
    for solution in published:
        z = np.array(solution.scenario)
        found = (weights[solution.scenario], consistency(m, z), total_impact(m, z))
        assert found == (solution.weight, solution.consistency, solution.total_impact)


@pytest.mark.parametrize("name", REAL)
def test_basins_equal_full_enumeration(name: str, shared: Path) -> None:
    known = json.loads((shared / "scenarios" / f"basin_{name}.json").read_text())
    found = basins(read_matrix((shared / "scenarios" / f"{name}.scw").read_bytes(), name))
    assert (found.starts, found.cycles_weight) == (known["n_states"], known["cycle_states"])
    assert sorted(zip(found.attractors.tolist(), found.weights.tolist(), strict=True)) == sorted(
        (list(scenario), weight) for scenario, weight in known["weights"]
    )


def test_hard_random_matrices_equal_two_other_solvers(shared: Path) -> None:
    for case in json.loads((shared / "scenarios" / "synthetic_cib.json").read_text()):
        names = tuple(str(n) for n in range(case["N"]))
        states = (tuple(str(k) for k in range(case["K"])),) * case["N"]
        found = consistent(CrossImpactMatrix(names, states, np.array(case["matrix"], dtype=float)))
        assert found.complete
        assert found.scenarios.tolist() == sorted(case["solutions"])
