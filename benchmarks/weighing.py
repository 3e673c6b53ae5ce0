"""Ranks under 100,000 drawn weights beside a loop over pymcdm, and the package of 60 measures.

Aims: 300 times the loop; the package proven. pymcdm 1.4.0 is a peer and no dependency: without it the loop is not run.
Run: python benchmarks/weighing.py FOLDER (with portfolio60.json). Ratios only, in one run.
"""

import importlib.util
import json
import sys
import time
from pathlib import Path

import numpy as np

from hks.adapters.portfolio_files import read_portfolio
from hks.decisions.acceptability import drawn_weights, rank_acceptability
from hks.decisions.portfolio import best

OPTIONS, CRITERIA, DRAWS, LOOPED = 12, 10, 100_000, 2_000


def loop_of_pymcdm(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Rank under each row of weights, one call each, as its users do."""
    from pymcdm.helpers import rankdata
    from pymcdm.methods import WSM

    def as_it_is(column: np.ndarray, cost: bool) -> np.ndarray:
        """The values lie between 0 and 1 already, more being better."""
        assert not cost
        return column

    method = WSM(normalization_function=as_it_is)
    kinds = np.ones(values.shape[1])
    counts = np.zeros((len(values), len(values)))
    for row in weights:
        ranks = rankdata(method(values, row, kinds), reverse=True).astype(int) - 1
        counts[np.arange(len(values)), ranks] += 1
    return counts


def ranks() -> None:
    """Print how long the draws take, and the ratio to the loop."""
    values = np.random.default_rng(7).random((OPTIONS, CRITERIA))
    rank_acceptability(values, 10, np.random.default_rng(1))
    start = time.perf_counter()
    ours = rank_acceptability(values, DRAWS, np.random.default_rng(1))
    spent = time.perf_counter() - start
    if importlib.util.find_spec("pymcdm") is None:
        print("ranks under drawn weights (aim 300): pymcdm is not installed")
        return
    weights = drawn_weights(LOOPED, CRITERIA, np.random.default_rng(2))
    start = time.perf_counter()
    counts = loop_of_pymcdm(values, weights)
    theirs = (time.perf_counter() - start) * DRAWS / LOOPED
    off = np.abs(counts / LOOPED - ours.ranks).max()
    print(
        f"ranks under {DRAWS} weights, {OPTIONS} options, {CRITERIA} criteria (aim 300): {theirs / spent:.0f} times a "
        f"loop of {LOOPED}, scaled; shares differ by {off:.3f}, standard error of the loop {0.5 / LOOPED**0.5:.3f}"
    )


def packages(folder: Path) -> None:
    """Print whether the packages are proven, and the part of a second that one takes."""
    if not (folder / "portfolio60.json").exists():
        print(f"SKIPPED: no packages in {folder.name}; name the folder of portfolio60.json")
        return
    for number, case in enumerate(json.loads((folder / "portfolio60.json").read_text())):
        portfolio = read_portfolio(json.dumps(case).encode(), "portfolio60.json")
        start = time.perf_counter()
        chosen = best(portfolio)
        spent = time.perf_counter() - start
        right = chosen is not None and chosen.proven and abs(chosen.objective - case["optimum"]) < 1e-6
        print(f"package {number} of {len(case['value'])} measures: proven {right}, {spent:.2f} of a second (aim 1)")


if __name__ == "__main__":
    ranks()
    packages(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/scenarios"))
