"""Ranks under 100,000 drawn weights beside loops over pymcdm, and packages of 60 measures beside CP-SAT.

Aims: 300 times the loops; packages proven, no slower than CP-SAT. pymcdm 1.4.0 and ortools 9.15 are peers and no
dependencies: without them their ratios are left out.
Run: python benchmarks/weighing.py FOLDER (with portfolio60.json). Ratios only, in one run.
"""

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from hks.adapters.portfolio_files import read_portfolio
from hks.decisions.acceptability import drawn_weights, rank_acceptability
from hks.decisions.portfolio import Portfolio, best
from hks.decisions.ranking import net_flows

OPTIONS, CRITERIA, DRAWS, LOOPED, ROUNDS = 12, 10, 100_000, 2_000, 5


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


def flows() -> None:
    """Print how long net flows under all weights take, and the ratio to the loop."""
    values = np.random.default_rng(7).random((OPTIONS, CRITERIA))
    weights = drawn_weights(DRAWS, CRITERIA, np.random.default_rng(2))
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ours = weights @ net_flows(values).T
        times.append(time.perf_counter() - start)
    if importlib.util.find_spec("pymcdm") is None:
        print("PROMETHEE II under drawn weights (aim 300): pymcdm is not installed")
        return
    from pymcdm.methods import PROMETHEE_II

    method, kinds = PROMETHEE_II("usual"), np.ones(CRITERIA)
    start = time.perf_counter()
    looped = np.array([method(values, row, kinds) for row in weights[:LOOPED]])
    theirs = (time.perf_counter() - start) * DRAWS / LOOPED
    off = np.abs(looped - ours[:LOOPED]).max()
    print(
        f"PROMETHEE II under {DRAWS} weights (aim 300): {theirs / statistics.median(times):.0f} times a loop of "
        f"{LOOPED}, scaled; flows differ by {off:.0e} (aim 1e-12)"
    )


def cp_sat(portfolio: Portfolio) -> tuple[float, float]:
    """Let CP-SAT find the best package on one thread; return its worth and the time of its search. [s]"""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    taken = [model.new_bool_var(name) for name in portfolio.names]
    for year, budget in enumerate(portfolio.budget):
        model.add(sum(int(cost) * one for cost, one in zip(portfolio.cost[:, year], taken, strict=True)) <= int(budget))
    for one, other in portfolio.exclusions:
        model.add_at_most_one(taken[one], taken[other])
    for one, other in portfolio.requires:
        model.add_implication(taken[one], taken[other])
    worth = sum(int(value) * one for value, one in zip(portfolio.value, taken, strict=True))
    for one, other, more in portfolio.synergies:
        both = model.new_bool_var("")
        model.add_bool_and(taken[one], taken[other]).only_enforce_if(both)
        worth += int(more) * both
    model.maximize(worth)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    start = time.perf_counter()
    solver.solve(model)
    return solver.objective_value, time.perf_counter() - start


def packages(folder: Path) -> None:
    """Print whether the packages are proven, the part of a second that one takes, and the ratio to CP-SAT."""
    if not (folder / "portfolio60.json").exists():
        print(f"SKIPPED: no packages in {folder.name}; name the folder of portfolio60.json")
        return
    for number, case in enumerate(json.loads((folder / "portfolio60.json").read_text())):
        portfolio = read_portfolio(json.dumps(case).encode(), "portfolio60.json")
        times, ratios, right = [], [], True
        for _ in range(ROUNDS):
            start = time.perf_counter()
            chosen = best(portfolio)
            times.append(time.perf_counter() - start)
            right &= chosen is not None and chosen.proven and abs(chosen.objective - case["optimum"]) < 1e-6
            if importlib.util.find_spec("ortools") is not None:
                found, spent = cp_sat(portfolio)
                ratios.append(spent / times[-1])
                right &= abs(found - case["optimum"]) < 1e-6
        peer = f"CP-SAT/ours {statistics.median(ratios):.1f} (aim 1)" if ratios else "CP-SAT not installed"
        print(
            f"package {number} of {len(case['value'])} measures: proven and right {right}, "
            f"{statistics.median(times):.2f} of a second (aim 1), {peer}"
        )


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
    ranks()
    flows()
    packages(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/scenarios"))
