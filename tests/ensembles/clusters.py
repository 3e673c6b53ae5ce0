"""A real scheduler with workers on this machine, each a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 60.0  # s; a busy machine imports for seconds


@dataclass
class Cluster:
    """Scheduler and workers; the scheduler's file says where it listens."""

    folder: Path
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Return where the scheduler listens."""
        import json

        return str(json.loads((self.folder / "scheduler.json").read_text())["address"])

    def start(self, part: str, *options: str) -> subprocess.Popen[bytes]:
        """Start one part; what it prints goes to a file, never to a pipe that somebody holds."""
        common = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(self.folder / "scheduler.json"))
        environment = {**os.environ, "HKS_TEST_PIDS": str(self.folder / "pids"), "PYTHONWARNINGS": "ignore"}
        with (self.folder / f"{part}-{len(self.workers)}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{part}", *common, *options],
                cwd=ROOT, env=environment, stdout=log, stderr=log,
            )  # fmt: skip

    def add_worker(self) -> None:
        """Start a worker that ends by itself once the scheduler is gone."""
        options = ("--no-nanny", "--nthreads", "1", "--death-timeout", "20", "--local-directory", str(self.folder))
        self.workers.append(self.start("worker", *options))

    def stop(self) -> None:
        """Stop the workers before the scheduler; who does not end is killed."""
        for process in [*self.workers, *([self.scheduler] if self.scheduler else [])]:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Run a cluster as long as somebody needs it."""
    made = Cluster(folder)
    (folder / "pids").mkdir()
    made.scheduler = made.start("scheduler", "--port", "0")
    try:
        for _ in range(workers):
            made.add_worker()
        until = time.monotonic() + STARTS_WITHIN
        while not (folder / "scheduler.json").exists():
            assert time.monotonic() < until, (folder / "scheduler-0.log").read_text()
            time.sleep(0.05)
        yield made
    finally:
        made.stop()
