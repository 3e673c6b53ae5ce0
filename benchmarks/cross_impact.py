"""Branch and propagate against trying every scenario, in one run on the same matrices.

Run: python benchmarks/cross_impact.py FOLDER (with somewhereland.json and the two .scw files).
"""

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
        print(
            f"{name}: {states} combinations, {len(brute)} scenarios, {found.nodes} nodes, "
            f"brute/branch-and-propagate {brute_seconds / own:.1f}, basins {1e9 * walk / states:.0f} ns a start"
        )


if __name__ == "__main__":
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "scenarios"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    if folder.is_dir():
        main(folder)
    else:
        print(f"SKIPPED: no real matrices in {folder.name}; name their folder")
