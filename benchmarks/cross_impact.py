"""Branch and propagate against trying every scenario and against CP-SAT, in one run on the same matrices.

Aims: real matrices 20 times CP-SAT; 20 descriptors of 4 states at density .4 no slower; 25 and 30 of them at .25
complete and within 1.3 times its time; basins within 200 ns a start; an edited cell of 17 descriptors answered within
50 ms in 95 of 100 cases. Ratios are medians of rounds in which both take turns. CP-SAT (ortools 9.15) is a peer and no
dependency: without it its ratios are left out.
Run: python benchmarks/cross_impact.py FOLDER (with somewhereland.json and the two .scw files).
"""

import importlib.util
import itertools
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hks.adapters.cross_impact_files import read_matrix
from hks.scenarios.cross_impact import CrossImpactMatrix, consistent, measured, warm_up
from hks.scenarios.judgements import holding_shares
from hks.scenarios.succession import basins

FILES = ("CIB_global.scw", "somewhereland.json", "CIB_nested_simplified_standardized.scw")
TAIL = 9
LARGE = ((20, 0.4, (1, 2, 3), 1.0), (25, 0.25, (1, 2, 3), 0.77), (30, 0.25, (1, 2), 0.77))  # size, density, seeds, aim
LIVE = (3,) * 13 + (4,) * 4  # 408 million combinations, as many as the largest real matrix we know of has
EDITS, DRAWS, ROUNDS = 300, 10_000, 5
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


def seconds(function: Callable[[], object], repeats: int) -> float:
    """Return the median of some runs. [s]"""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def random_matrix(counts: tuple[int, ...], density: float, seed: int) -> CrossImpactMatrix:
    """Make a matrix of judgements from -3 to 3 whose rows sum to zero in each section."""
    rng = np.random.default_rng(seed)
    offsets = np.cumsum((0, *counts))
    impact = np.zeros((offsets[-1], offsets[-1]))
    for i, j in itertools.permutations(range(len(counts)), 2):
        if rng.random() < density:
            for source in range(offsets[i], offsets[i + 1]):
                row = rng.integers(-3, 4, counts[j])
                while row.sum() != 0:
                    row = rng.integers(-3, 4, counts[j])
                impact[source, offsets[j] : offsets[j + 1]] = row
    names = tuple(f"D{n}" for n in range(len(counts)))
    return CrossImpactMatrix(names, tuple(tuple(f"s{n}" for n in range(count)) for count in counts), impact)


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


def against_peer(matrix: CrossImpactMatrix, own_runs: int, peer_runs: int) -> str:
    """Say how many times longer CP-SAT takes, and whether it finds the same."""
    if not PEER:
        return "CP-SAT not installed"
    same = cp_sat(matrix)[0] == [tuple(scenario) for scenario in consistent(matrix).scenarios.tolist()]
    ratios = []
    for _ in range(ROUNDS):
        own = seconds(lambda: consistent(matrix), own_runs)
        ratios.append(statistics.median(cp_sat(matrix)[1] for _ in range(peer_runs)) / own)
    return f"CP-SAT/ours {statistics.median(ratios):.1f} (lowest round {min(ratios):.1f}), same {same}"


def large() -> None:
    """Print how matrices far beyond trying every scenario go."""
    for size, density, seeds, aim in LARGE:
        for seed in seeds:
            matrix = random_matrix((4,) * size, density, seed)
            found = consistent(matrix)
            print(
                f"{size} x 4, density {density}, seed {seed}: complete {found.complete}, {len(found.scenarios)} "
                f"scenarios, {found.nodes} nodes, {against_peer(matrix, 1, 1)} (aim {aim})"
            )


def live() -> None:
    """Print how long people wait for the new scenarios and their scores after one cell was edited."""
    rng = np.random.default_rng(1)
    matrix, waits = random_matrix(LIVE, 0.5, 1), []
    impact = matrix.impact.copy()
    impact[:3, :3] = 2 * np.eye(3)  # a factor that tends to stay
    for source, target, value in zip(
        *rng.integers(0, len(impact), (2, EDITS)), rng.integers(-3, 4, EDITS), strict=True
    ):
        impact[source, target] = value
        edited = CrossImpactMatrix(matrix.descriptors, matrix.states, impact.copy())
        begin = time.perf_counter()
        measured(edited, consistent(edited).scenarios)
        waits.append(time.perf_counter() - begin)
    slow = 1000 * np.quantile(waits, 0.95)
    print(f"{len(LIVE)} descriptors, one cell edited {EDITS} times: 95 of 100 answered within {slow:.1f} ms (aim 50)")


def rough(matrix: CrossImpactMatrix) -> None:
    """Print what drawing every judgement anew costs."""
    begin = time.perf_counter()
    shares, complete = holding_shares(matrix, 0.5, DRAWS, np.random.default_rng(1))
    each = 1e6 * (time.perf_counter() - begin) / DRAWS
    print(
        f"{len(matrix.states)} descriptors, {DRAWS} drawn matrices: complete {complete}, {len(shares)} different "
        f"scenarios, {each:.0f} us a matrix"
    )


def main(folder: Path) -> None:
    """Print one line for each matrix."""
    warm_up()
    for name in FILES:
        matrix = read_matrix((folder / name).read_bytes(), name)
        states = int(np.prod(matrix.counts))
        brute = every_scenario(matrix)
        brute_seconds = seconds(lambda m=matrix: every_scenario(m), 1)
        found = consistent(matrix)
        assert found.complete
        assert found.scenarios.tolist() == brute
        own = seconds(lambda m=matrix: consistent(m), 50)
        print(
            f"{name}: {states} combinations, {len(brute)} scenarios, {found.nodes} nodes, "
            f"brute/branch-and-propagate {brute_seconds / own:.1f}, {against_peer(matrix, 20, 3)} (aim 20)"
        )
    begin = time.process_time()
    basins(matrix)
    walk = time.process_time() - begin
    print(f"{name}: basins of all {states} starts, {1e9 * walk / states:.0f} ns of one core a start (aim 200)")
    rough(matrix)
    live()
    large()


def with_peers(module: str) -> None:
    """Go on in the environment of the peers that HKS_PEER_PYTHON names, if it has what is missing here."""
    python = os.environ.pop("HKS_PEER_PYTHON", "")
    if not python or importlib.util.find_spec(module) is not None:
        return
    if subprocess.run([python, "-c", f"import numba, {module}"], capture_output=True, check=False).returncode == 0:
        source = str(Path(__file__).resolve().parents[1] / "src")
        os.execve(python, [python, *sys.argv], {**os.environ, "PYTHONPATH": source})


if __name__ == "__main__":
    with_peers("ortools")
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "scenarios"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    if folder.is_dir():
        main(folder)
    else:
        print(f"SKIPPED: no real matrices in {folder.name}; name their folder")
