"""A worker that is killed in the middle of a job: the job comes back, and nothing half stays."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path) -> dict[str, str]:
    rest = {name: value for name, value in os.environ.items() if name != "HKS_DATABASE_URL"}
    return {**rest, "DJANGO_SETTINGS_MODULE": "hks.web.settings", "HKS_DATA_DIR": str(folder)}


def state(folder: Path) -> tuple[str, int, int]:
    """Read status and attempt of the one job, and how many records are kept."""
    with closing(sqlite3.connect(folder / "hks.sqlite3", timeout=20)) as database:
        job = database.execute("SELECT status, attempt FROM jobs_job").fetchone()
        return (*job, *database.execute("SELECT count(*) FROM evidence_record").fetchone())


def wait_for(folder: Path, status: str) -> tuple[str, int, int]:
    for _ in range(300):
        if state(folder)[0] == status:
            return state(folder)
        time.sleep(0.1)
    return pytest.fail(f"the job did not become {status}: {state(folder)}")


@contextmanager
def worker(folder: Path) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", "tests.cli.slow_work", "work"]
    started = subprocess.Popen(command, cwd=ROOT, env=environment(folder))
    try:
        yield started
    finally:
        if started.poll() is None:
            os.kill(started.pid, signal.SIGKILL)
        started.wait(10)


def test_a_job_survives_the_death_of_its_worker(tmp_path: Path) -> None:
    for command in (["hks", "manage", "migrate", "-v", "0"], ["tests.cli.slow_work", "order"]):
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=environment(tmp_path), check=True)
    with worker(tmp_path) as first:
        assert wait_for(tmp_path, "running") == ("running", 1, 0)
        time.sleep(0.5)  # in the middle of its work, with half a record unseen in an open transaction
        os.kill(first.pid, signal.SIGKILL)
        assert first.wait(10) == -signal.SIGKILL
    assert state(tmp_path) == ("running", 1, 0)
    time.sleep(2.5)  # until the lease has run out
    with worker(tmp_path):
        assert wait_for(tmp_path, "done") == ("done", 2, 1)
