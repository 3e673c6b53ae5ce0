"""Branch and propagate against trying every scenario and against CP-SAT, in one run on the same matrices.

Aims: real matrices 20 times CP-SAT; 25 descriptors of 4 states at density .25 complete; basins within 200 ns a start.
CP-SAT (ortools 9.15) is a peer and no dependency: without it its ratios are left out.
Run: python benchmarks/cross_impact.py FOLDER (with somewhereland.json and the two .scw files).
"""

import importlib.util
import itertools
import sys
import time
from pathlib import Path

import numpy as np

from hks.adapters.cross_impact_files import read_matrix
from hks.scenarios.cross_impact import CrossImpactMatrix, consistent, warm_up
from hks.scenarios.succession import basins

FILES = ("CIB_global.scw", "somewhereland.json", "CIB_nested_simplified_standardized.scw")
TAIL = 9
LARGE, STATES, DENSITY, SEEDS = 25, 4, 0.25, (1, 2, 3)
PEER = importlib.util.find_spec("ortools") is not None


def sums(matrix: CrossImpactMatrix, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Return all combinations of some descriptors and the balances they exert."""
    counts = matrix.counts[first:last].tolist()
    combinations = list(itertools.product(*map(range, counts)))
    rows = np.array(combinations, dtype=np.int64).reshape(len(combinations), last - first)
    impact = matrix.impact.astype(np.int16)
    parts = [impact[matrix.starts[first + j] + rows[:, j]] for j in range(last - first)]
    return rows, np.sum(parts, axis=0, dtype=np.int16) if parts else np.zeros((1, len(impact)), np.int16)


def every_scenario(matrix: CrossImpactMatrix) -> list[list[int]]:
    """Try all combinations: the balances of the last descriptors are summed once, the first ones are added."""
    cut = max(0, len(matrix.counts) - TAIL)
    heads, head_sums = sums(matrix, 0, cut)
    tails, tail_sums = sums(matrix, cut, len(matrix.counts))
    found = []
    spans = list(itertools.pairwise(matrix.offsets))
    for head, head_sum in zip(heads, head_sums, strict=True):
        left = np.arange(len(tails))
        for j, (start, end) in enumerate(spans):
            part = tail_sums[left, start:end] + head_sum[start:end]
            chosen = part[:, head[j]] if j < cut else np.take_along_axis(part, tails[left, j - cut, None], 1)[:, 0]
            left = left[part.max(axis=1) <= chosen]
        found += [[*head.tolist(), *tail] for tail in tails[left].tolist()]
    return found


def seconds(function: object, repeats: int) -> float:
    """Return the shortest of some runs. [s]"""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        function()  # type: ignore[operator]
        times.append(time.perf_counter() - begin)
    return min(times)


def random_matrix(seed: int) -> CrossImpactMatrix:
    """Make a matrix of judgements from -3 to 3 whose rows sum to zero in each section."""
    rng = np.random.default_rng(seed)
    impact = np.zeros((LARGE * STATES, LARGE * STATES))
    for i, j in itertools.permutations(range(LARGE), 2):
        if rng.random() < DENSITY:
            for state in range(STATES):
                row = rng.integers(-3, 4, STATES)
                while row.sum() != 0:
                    row = rng.integers(-3, 4, STATES)
                impact[i * STATES + state, j * STATES : (j + 1) * STATES] = row
    names = tuple(f"D{n}" for n in range(LARGE))
    return CrossImpactMatrix(names, (tuple(f"s{n}" for n in range(STATES)),) * LARGE, impact)


def cp_sat(matrix: CrossImpactMatrix) -> tuple[list[tuple[int, ...]], float]:
    """Let CP-SAT find all scenarios on one thread; return them and the time of its search. [s]"""
    from ortools.sat.python import cp_model

    model, impact = cp_model.CpModel(), matrix.impact.astype(int)
    chosen = [model.new_bool_var(str(state)) for state in range(len(impact))]
    spans = [range(first, last) for first, last in itertools.pairwise(matrix.offsets.tolist())]
    for span in spans:
        model.add_exactly_one([chosen[state] for state in span])
        for state, rival in itertools.permutations(span, 2):
            lead = impact[:, state] - impact[:, rival]
            terms = [int(lead[source]) * chosen[source] for source in np.flatnonzero(lead)]
            if terms:
                model.add(sum(terms) >= 0).only_enforce_if(chosen[state])

    class Seen(cp_model.CpSolverSolutionCallback):
        """Keep each scenario."""

        def __init__(self) -> None:
            super().__init__()
            self.found: list[tuple[int, ...]] = []

        def on_solution_callback(self) -> None:
            self.found.append(tuple(next(s - span[0] for s in span if self.value(chosen[s])) for span in spans))

    solver, seen = cp_model.CpSolver(), Seen()
    solver.parameters.enumerate_all_solutions, solver.parameters.num_workers = True, 1
    begin = time.perf_counter()
    solver.solve(model, seen)
    return sorted(seen.found), time.perf_counter() - begin


def against_peer(matrix: CrossImpactMatrix, scenarios: np.ndarray, own: float) -> str:
    """Say how many times longer CP-SAT takes, and whether it finds the same."""
    if not PEER:
        return "CP-SAT not installed"
    found, spent = cp_sat(matrix)
    same = found == [tuple(scenario) for scenario in scenarios.tolist()]
    return f"CP-SAT/ours {spent / own:.1f}, same {same}"


def large() -> None:
    """Print how matrices far beyond trying every scenario go."""
    for seed in SEEDS:
        matrix = random_matrix(seed)
        begin = time.perf_counter()
        found = consistent(matrix)
        own = time.perf_counter() - begin
        print(
            f"{LARGE} x {STATES}, density {DENSITY}, seed {seed}: complete {found.complete}, {len(found.scenarios)} "
            f"scenarios, {found.nodes} nodes, {against_peer(matrix, found.scenarios, own)}"
        )


def main(folder: Path) -> None:
    """Print one line for each matrix."""
    warm_up()
    for name in FILES:
        matrix = read_matrix((folder / name).read_bytes(), name)
        states = int(np.prod(matrix.counts))
        begin = time.perf_counter()
        brute = every_scenario(matrix)
        brute_seconds = time.perf_counter() - begin
        found = consistent(matrix)
        assert found.complete
        assert found.scenarios.tolist() == brute
        own = seconds(lambda m=matrix: consistent(m), 20)
        walk = seconds(lambda m=matrix: basins(m), 1)
        peer = against_peer(matrix, found.scenarios, own)
        print(
            f"{name}: {states} combinations, {len(brute)} scenarios, {found.nodes} nodes, "
            f"brute/branch-and-propagate {brute_seconds / own:.1f}, {peer} (aim 20), "
            f"basins {1e9 * walk / states:.0f} ns a start (aim 200)"
        )
    large()


if __name__ == "__main__":
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "scenarios"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    if folder.is_dir():
        main(folder)
    else:
        print(f"SKIPPED: no real matrices in {folder.name}; name their folder")
