"""A real scheduler and two workers: whoever dies, the bits are those of one process, or what is missing is said."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed.scheduler import KilledWorker

from hks.core.errors import SourceError, StateError
from hks.ensembles.dask_executor import Dask, _answer
from hks.ensembles.runs import BatchModel, Chunk
from tests.ensembles import models
from tests.ensembles.clusters import ROOT, Cluster, cluster
from tests.ensembles.test_runs import NOISY, run
from tests.workbench.test_bindings import RAIN, SCENARIOS
from tests.workbench.test_bindings import run as run_plan

pytestmark = pytest.mark.long
SLOW = BatchModel(models.slow, NOISY.outcomes)


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


@pytest.fixture(scope="module")
def wanted(tmp_path_factory) -> str:
    return run(tmp_path_factory.mktemp("wanted")).digest


def test_a_cluster_gives_the_same_bits(two_workers: Cluster, tmp_path: Path, wanted: str) -> None:
    found = run(tmp_path, NOISY, Dask(two_workers.address), chunk=7)
    assert found.complete
    assert found.digest == wanted


def test_those_that_fail_on_a_cluster_are_named(two_workers: Cluster, tmp_path: Path) -> None:
    found = run(tmp_path, BatchModel(models.partly, ("sum",)), Dask(two_workers.address), members=10_000, chunk=2500)
    assert [member for member, _ in found.failed] == [17, 4711, 9999]


def test_a_coupled_study_on_a_cluster_gives_the_same_bits(two_workers: Cluster, tmp_path: Path) -> None:
    plan = RAIN + SCENARIOS
    serial = run_plan(plan, tmp_path / "serial")
    spread = run_plan(plan, tmp_path / "spread", Dask(two_workers.address), chunk=2)
    assert spread.outcomes["complete"]
    assert spread.outcomes["digest"] == serial.outcomes["digest"]
    assert spread.tables == serial.tables


DRIVER = """
import sys
from pathlib import Path
from tests.ensembles.test_dask import SLOW, Dask, run
run(Path(sys.argv[1]), SLOW, Dask(sys.argv[2]), chunk=1)
"""


def test_a_driver_that_is_killed_is_resumed(two_workers: Cluster, tmp_path: Path, wanted: str) -> None:
    with (tmp_path / "log").open("wb") as log:
        driver = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(tmp_path / "run"), two_workers.address], cwd=ROOT, stdout=log, stderr=log
        )
    manifest = tmp_path / "run" / "manifest.json"
    until = time.monotonic() + 60
    while not (manifest.exists() and json.loads(manifest.read_text())["chunks"]):
        assert driver.poll() is None, (tmp_path / "log").read_text()
        assert time.monotonic() < until
        time.sleep(0.02)
    driver.kill()
    driver.wait()
    assert 0 < len(json.loads(manifest.read_text())["chunks"]) < 60
    again = run(tmp_path / "run", SLOW, Dask(two_workers.address), resume=True)
    assert again.digest == wanted


def test_a_worker_that_is_killed_in_the_middle_costs_nothing(two_workers: Cluster, tmp_path: Path, wanted: str) -> None:
    killed = []

    def kill_one(share: float) -> None:
        if share >= 0.3 and not killed:
            killed.append(two_workers.workers.pop(0))
            os.kill(killed[0].pid, signal.SIGKILL)
            killed[0].wait()

    found = run(tmp_path, SLOW, Dask(two_workers.address), chunk=2, told=kill_one)
    assert killed
    assert found.complete
    assert found.digest == wanted


def test_a_cluster_without_workers_is_told(
    two_workers: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    monkeypatch.setattr("hks.ensembles.dask_executor.PATIENCE", 0.9)

    def kill_all(share: float) -> None:
        for worker in two_workers.workers if share >= 0.2 else ():
            worker.kill()
            worker.wait()
        if share >= 0.2:
            two_workers.workers.clear()

    found = run(tmp_path, SLOW, Dask(two_workers.address), chunk=2, told=kill_all)
    assert "had no worker for" in found.trouble
    assert 0 < len(found.store.chunks) < 30
    assert run(tmp_path, NOISY, resume=True).digest == wanted


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (KilledWorker("chunk", None, 3), "Workers died 3 times while they computed this."),
        (MemoryError(), "A worker had too little memory for this."),
    ],
)
def test_a_chunk_that_cannot_be_computed_is_named(error: Exception, why: str) -> None:
    class Future:
        def result(self) -> bytes:
            raise error

    assert _answer(Future(), Chunk(7, 0, {})) == (7, why)


def test_a_scheduler_that_is_lost_leaves_the_truth(
    two_workers: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    """The last test of this cluster, which has no worker any more: it ends with its scheduler."""

    monkeypatch.setattr("hks.ensembles.dask_executor.ANSWERS_WITHIN", 2)

    def kill_scheduler(_share: float) -> None:
        if two_workers.scheduler.poll() is None:
            two_workers.scheduler.kill()
            two_workers.scheduler.wait()

    found = run(tmp_path, SLOW, Dask(two_workers.address), chunk=1, told=kill_scheduler)
    assert not found.complete
    assert f"The scheduler at '{two_workers.address}' was lost." in found.trouble
    assert run(tmp_path, NOISY, resume=True).digest == wanted


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hks.ensembles.dask_executor.ANSWERS_WITHIN", 0.2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(SourceError, match=f"No scheduler answers at '{address}'"):
        Dask(address)
    with pytest.raises(SourceError, match="No scheduler answers at 'what'"):
        Dask("what")


def test_without_dask_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(StateError, match=r"install hks\[cluster\]"):
        Dask("tcp://127.0.0.1:1")
