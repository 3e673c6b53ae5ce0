"""Ensembles against their peers, in one run on this machine.

Cheap members, PRIM and the cost of handing out chunks of about a second to Dask.
Run: python benchmarks/ensembles.py [FOLDER with bryant_lempert_2010.csv]. The peer, ema_workbench, stays in its own
environment: HKS_PEER_PYTHON names its python; without one only our own times are printed.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from hks.adapters.experiment_tables import read_experiments
from hks.decisions.discovery import peeled
from hks.ensembles.executors import Serial
from hks.ensembles.runs import BatchModel, Chunk, run
from hks.ensembles.sample import Sample

MEMBERS, PEER_MEMBERS = 100_000, 2_000
CHUNKS, RUNS = 24, 25
PEER_EXPERIMENTS = """
import logging, tempfile, time, warnings
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
from ema_workbench import Model, RealParameter, ScalarOutcome, SequentialEvaluator, save_results
def cheap(a=0.0, b=0.0):
    return {{"y": a * (1 - b) + 0.5 * b * b}}
model = Model("cheap", function=cheap)
model.uncertainties = [RealParameter("a", 0, 1), RealParameter("b", 0, 1)]
model.outcomes = [ScalarOutcome("y")]
begin = time.perf_counter()
with SequentialEvaluator(model) as evaluator:
    results = evaluator.perform_experiments(scenarios={members})
computed = time.perf_counter() - begin
with tempfile.TemporaryDirectory() as folder:
    save_results(results, folder + "/results.tar.gz")
    kept = time.perf_counter() - begin
print(computed / {members}, kept / {members})
"""
PEER_PRIM = """
import logging, time, warnings
warnings.simplefilter("ignore"); logging.disable(logging.CRITICAL)
import pandas as pd
from ema_workbench.analysis import prim
table = pd.read_csv("%s", index_col=False)
x, y = table.iloc[:, 2:11], table.iloc[:, 15].values
times = []
for _ in range(5):
    found = prim.Prim(x, y, threshold=0.8, peel_alpha=0.1)
    begin = time.perf_counter()
    box = found.find_box()
    times.append(time.perf_counter() - begin)
print(min(times), *box.peeling_trajectory["n"].tolist())
"""


def cheap(columns: Mapping[str, np.ndarray], _members: np.ndarray, _seed: int) -> dict[str, np.ndarray]:
    """Compute next to nothing."""
    return {"y": columns["a"] * (1 - columns["b"]) + 0.5 * columns["b"] ** 2}


def second(columns: Mapping[str, np.ndarray], _members: np.ndarray, _seed: int) -> dict[str, np.ndarray]:
    """Last a second; waiting instead of computing, so that other work on the machine does not count."""
    time.sleep(1.0)
    return {"y": columns["a"]}


def sample(members: int) -> Sample:
    """Draw members evenly."""
    return Sample(dict(zip("ab", np.random.default_rng(1).random((2, members)), strict=True)), {})


def seconds(function: Callable[[], object], repeats: int = 1) -> float:
    """Return the shortest of some runs. [s]"""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return min(times)


def peer(program: str) -> list[str]:
    """Run a program of the peer and return what it prints, nothing without a peer."""
    python = os.environ.get("HKS_PEER_PYTHON", "")
    if not python:
        return []
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1].split()


def cheap_members() -> None:
    """Compare a whole run, files and all, with experiments one by one."""
    drawn = sample(MEMBERS)

    def whole(folder: Path) -> None:
        assert run(BatchModel(cheap, ("y",)), drawn, Serial(), folder, seed=1, head={}).complete

    chunk = Chunk(0, 0, drawn.columns)
    ours = seconds(lambda: BatchModel(cheap, ("y",)).rows(chunk, 1), 20) / MEMBERS
    with tempfile.TemporaryDirectory() as folder:
        times = [seconds(lambda n=n: whole(Path(folder, str(n)))) / MEMBERS for n in range(RUNS)]
    print(
        f"cheap members: {1e6 * ours:.3f} us a member in memory; with all files on disk {1e6 * min(times):.3f} us, "
        f"median {1e6 * statistics.median(times):.3f}"
    )
    if theirs := peer(PEER_EXPERIMENTS.format(members=PEER_MEMBERS)):
        memory, disk = map(float, theirs)
        print(f"  ema_workbench, sequential / hks, both in memory: {memory / ours:.0f} (aim: 1000 or more)")
        print(
            f"  both with their files: {disk / min(times):.0f}, by the median {disk / statistics.median(times):.0f} "
            "(aim: 1000 or more; ours waits for the disk, so it hangs on who else writes)"
        )


def boxes(file: Path) -> None:
    """Compare PRIM on the cases of Bryant and Lempert, box by box."""
    table = read_experiments(file.read_bytes(), file.name)
    factors = {name: table.columns[name] for name in list(table.columns)[2:11]}
    critical = table.numbers("Greater than 90%") > 0.5
    found = [int(box.inside.sum()) for box in peeled(factors, critical, 0.1, 0.05)]
    ours = seconds(lambda: peeled(factors, critical, 0.1, 0.05), 20)
    print(f"PRIM: {len(found)} boxes in {1e3 * ours:.2f} ms")
    if theirs := peer(PEER_PRIM % file):
        assert [int(float(n)) for n in theirs[1:]] == found
        print(f"  ema_workbench / hks: {float(theirs[0]) / ours:.1f}, all boxes of equal size (aim: 5 or more)")


def handing_out() -> None:
    """Measure what a cluster of two adds to chunks that last a second."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from tests.ensembles.clusters import cluster

    from hks.ensembles.dask_executor import Dask

    with tempfile.TemporaryDirectory() as folder, cluster(Path(folder), 2) as made:
        by = Dask(made.address)
        while by.workers < 2:
            time.sleep(0.2)
            by = Dask(made.address)
        drawn = sample(CHUNKS)
        whole = seconds(lambda: _run(second, by, drawn, CHUNKS)) - 2.0  # the first member is computed twice before
    print(f"Dask, chunks of 1 s: {100 * (whole / (CHUNKS / 2) - 1):.1f} % over two that never wait (aim: 10 or less)")


def _run(function: Callable[..., dict[str, np.ndarray]], by: object, drawn: Sample, members: int) -> None:
    part = Sample({name: column[:members] for name, column in drawn.columns.items()}, {})
    with tempfile.TemporaryDirectory() as folder:
        model = BatchModel(function, ("y",), at_once=1)
        assert run(model, part, by, Path(folder), seed=1, head={}, chunk=1).complete


if __name__ == "__main__":
    beside = Path(__file__).resolve().parents[2] / "shared" / "data" / "scenarios"
    cheap_members()
    boxes((Path(sys.argv[1]) if len(sys.argv) > 1 else beside) / "bryant_lempert_2010.csv")
    handing_out()
