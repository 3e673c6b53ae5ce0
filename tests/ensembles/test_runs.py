"""Runs: the same bits whoever computes and however they are cut, and the truth about what is missing."""

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError, StateError
from hks.ensembles import runs, store
from hks.ensembles.executors import Processes, Serial
from hks.ensembles.runs import BatchModel, ChunkWork, Run
from hks.ensembles.sample import Sample
from tests.ensembles import models

ROOT = Path(__file__).resolve().parents[2]
NOISY = BatchModel(models.noisy, ("sum", "path"))


def sample(members: int) -> Sample:
    return Sample({"a": np.linspace(0, 1, members), "b": np.arange(members) % 7}, {})


def run(folder: Path, model: BatchModel = NOISY, by=None, members: int = 60, **given) -> Run:
    return runs.run(model, sample(members), by or Serial(), folder, seed=given.pop("seed", 5), head={}, **given)


@pytest.fixture(scope="module")
def wanted(tmp_path_factory) -> str:
    return run(tmp_path_factory.mktemp("wanted")).digest


def test_chunks_do_not_show_in_the_digest(tmp_path: Path, wanted: str) -> None:
    assert {run(tmp_path / str(chunk), chunk=chunk).digest for chunk in (1, 7, 59, 60, 1000)} == {wanted}
    assert run(tmp_path / "other", seed=6).digest != wanted


def test_processes_give_the_same_bits(tmp_path: Path, wanted: str) -> None:
    found = run(tmp_path, by=Processes(2), chunk=7)
    assert found.digest == wanted
    assert found.table().kept[1].shape == (60, 3)


def test_those_that_fail_are_named_and_the_rest_counts(tmp_path: Path) -> None:
    found = run(tmp_path, BatchModel(models.partly, ("sum",)), members=10_000, chunk=1000)
    assert found.complete
    assert found.failed == [
        (17, "The well of member 17 is dry."),
        (4711, "The well of member 4711 is dry."),
        (9999, "An outcome is no finite number."),
    ]
    assert len(found.table().members) == 9997
    assert found.digest == run(tmp_path / "whole", BatchModel(models.partly, ("sum",)), members=10_000).digest


def test_an_ensemble_of_failures_only_is_told_too(tmp_path: Path) -> None:
    found = run(tmp_path, BatchModel(models.never, ("sum",)), chunk=20)
    assert len(found.failed) == 60
    assert found.failed[0][1] == "ZeroDivisionError: division by zero"
    assert found.table().kept == ()


def test_a_worker_that_is_killed_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    pids = tmp_path / "pids"
    pids.mkdir()
    monkeypatch.setenv("HKS_TEST_PIDS", str(pids))
    killed = []

    def kill_one(share: float) -> None:
        workers = {int(p.name) for p in pids.iterdir()} - {os.getpid()}
        if share >= 0.3 and not killed and workers:
            killed.append(workers.pop())
            os.kill(killed[0], 9)

    found = run(tmp_path / "run", BatchModel(models.slow, NOISY.outcomes), Processes(2), chunk=4, told=kill_one)
    assert killed
    assert found.digest == wanted


def test_a_chunk_that_kills_every_worker_is_given_up_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    look = runs.Measured(1.0, 8)
    found = run(tmp_path, BatchModel(models.deadly, NOISY.outcomes), Processes(2), chunk=10, look=look)
    assert found.lost == {0: "Workers died 3 times while they computed this."}
    assert found.store.missing_members() == [[0, 9]]
    assert json.loads((tmp_path / "manifest.json").read_text())["status"] == "incomplete"
    monkeypatch.setenv("HKS_TEST_SAFE", "1")
    again = run(tmp_path, BatchModel(models.deadly, NOISY.outcomes), resume=True)
    assert again.digest == wanted


def test_workers_that_cannot_begin_are_told(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="Workers die before they compute anything"):
        run(tmp_path, BatchModel(models.Stillborn(), NOISY.outcomes), Processes(1), chunk=10)


def gone(pids: Path) -> bool:
    """Wait until every worker that left its number has ended."""
    until = time.monotonic() + 20
    left = [int(path.name) for path in pids.iterdir()]
    while left and time.monotonic() < until:
        left = [
            pid
            for pid in left
            if Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
        ]
        time.sleep(0.05)
    return not left


def test_stopping_does_not_wait_for_members_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pids = tmp_path / "pids"
    pids.mkdir()
    monkeypatch.setenv("HKS_TEST_PIDS", str(pids))

    def stop(_share: float) -> None:
        if list(pids.iterdir()):
            raise StopError

    model = BatchModel(models.endless, NOISY.outcomes, at_once=1)
    with pytest.raises(StopError):
        run(tmp_path / "run", model, Processes(1), chunk=20, told=stop)
    assert gone(pids)


DRIVER = """
import sys
from pathlib import Path
from tests.ensembles.test_runs import NOISY, BatchModel, Processes, models, run
if __name__ == "__main__":
    run(Path(sys.argv[1]), BatchModel(models.endless, NOISY.outcomes, at_once=1), Processes(1), chunk=20)
"""


def test_workers_end_with_a_driver_that_is_killed(tmp_path: Path, wanted: str) -> None:
    pids = tmp_path / "pids"
    pids.mkdir()
    environment = {**os.environ, "HKS_TEST_PIDS": str(pids)}
    program = tmp_path / "driver.py"
    program.write_text(DRIVER)
    with (tmp_path / "log").open("wb") as log:
        driver = subprocess.Popen(
            [sys.executable, str(program), str(tmp_path / "run")],
            cwd=ROOT,
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
    until = time.monotonic() + 60
    while not list(pids.iterdir()):
        assert driver.poll() is None, (tmp_path / "log").read_text()
        assert time.monotonic() < until
        time.sleep(0.05)
    driver.kill()
    driver.wait()
    assert gone(pids)
    assert run(tmp_path / "run", resume=True).digest == wanted


class StopError(Exception):
    """Somebody wishes to stop."""


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path, wanted: str) -> None:
    heard: list[float] = []

    def stop(share: float) -> None:
        heard.append(share)
        if share > 0.5:
            raise StopError

    with pytest.raises(StopError):
        run(tmp_path, chunk=5, told=stop)
    content = json.loads((tmp_path / "manifest.json").read_text())
    assert content["status"] == "stopped"
    assert len(content["chunks"]) == 7
    assert heard == sorted(heard)
    again = run(tmp_path, resume=True, told=heard.append)
    assert heard[-5:] == [pytest.approx(n / 12) for n in range(8, 13)]
    assert again.digest == wanted


def test_a_damaged_or_absent_chunk_is_done_again(tmp_path: Path, wanted: str) -> None:
    run(tmp_path, chunk=10)
    (tmp_path / "chunk-000002.npz").write_bytes(b"half")
    (tmp_path / "chunk-000004.npz").unlink()
    (tmp_path / ".chunk-000004.npz.77.part").write_bytes(b"half")
    kept = store.resumed(tmp_path, store.manifest(tmp_path)["head"], 60)
    assert kept.missing() == [2, 4]
    assert kept.missing_members() == [[20, 29], [40, 49]]
    assert run(tmp_path, resume=True).digest == wanted
    assert not list(tmp_path.glob(".*"))


def test_a_manifest_that_cuts_otherwise_loses_no_member(tmp_path: Path, wanted: str) -> None:
    run(tmp_path, chunk=10)
    there = tmp_path / "manifest.json"
    there.write_text(json.dumps({**json.loads(there.read_text()), "chunk": 7}))
    again = run(tmp_path, resume=True)
    assert (again.digest, again.complete) == (wanted, True)


def test_a_chunk_written_twice_changes_nothing(tmp_path: Path, wanted: str) -> None:
    found = run(tmp_path, chunk=10)
    for number in (3, 3):
        found.store.keep(number, store.packed(found.store.rows(number)))
    assert found.digest == wanted


def test_a_run_of_another_plan_or_program_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path)
    with pytest.raises(StateError, match="A run already lies here; go on with it by --resume"):
        run(tmp_path)
    with pytest.raises(InputError, match="Another run lies here: its seed differ"):
        run(tmp_path, seed=9, resume=True)
    with pytest.raises(InputError, match="its members differ"):
        run(tmp_path, members=59, resume=True)
    with pytest.raises(InputError, match="No run lies here"):
        run(tmp_path / "nothing", resume=True)
    monkeypatch.setattr(runs, "code_digest", lambda: "another")
    with pytest.raises(InputError, match="its code differ"):
        run(tmp_path, resume=True)
    with pytest.raises(StateError, match="another version of hks"):
        ChunkWork(NOISY, 1, "mine")(runs.Chunk(0, 0, sample(3).columns))


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"schema": "hks-ensemble-1", "chunks": {"x": 1}, "chunk": 1, "members": 1}']
)
def test_a_damaged_manifest_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InputError, match=r"manifest.json: The manifest of the run is damaged"):
        run(tmp_path, resume=True)


def test_a_run_whose_manifest_was_lost_with_the_power_begins_afresh(tmp_path: Path, wanted: str) -> None:
    (tmp_path / "manifest.json").touch()
    with pytest.raises(InputError, match="No run lies here"):
        run(tmp_path, resume=True)
    assert run(tmp_path).digest == wanted


def test_all_that_names_a_chunk_outlasts_a_loss_of_power(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not synchronised before it gets its name may be empty after the power came back."""
    named: list[int] = []

    def synchronised(_handle: int) -> None:
        part = next(tmp_path.glob(".manifest.json.*.part"))
        named.append(len(json.loads(part.read_bytes())["chunks"]))

    monkeypatch.setattr(store.os, "fsync", synchronised)
    monkeypatch.setattr(runs, "BETWEEN_NOTES", -1.0)
    run(tmp_path, chunk=20)
    assert named == [1, 2, 3, 3]


def test_results_that_would_not_fit_are_refused_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HKS_ENSEMBLE_BYTES", "1000")
    with pytest.raises(InputError, match=r"need about 2.4 kB; 1 kB are allowed"):
        run(tmp_path / "run")
    assert not (tmp_path / "run").exists()
    monkeypatch.setenv("HKS_ENSEMBLE_BYTES", "much")
    with pytest.raises(InputError, match="HKS_ENSEMBLE_BYTES is 'much'"):
        run(tmp_path / "run")
    monkeypatch.delenv("HKS_ENSEMBLE_BYTES")
    monkeypatch.setattr(store.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10}))
    with pytest.raises(InputError, match=r"need about 2.4 kB; the disk has 10 B left"):
        run(tmp_path / "run")


def test_a_folder_that_turns_read_only_leaves_the_truth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    replace = Path.replace

    def read_only(self: Path, target: Path) -> Path:
        if "000004" in str(target) or (tmp_path / "chunk-000003.npz").exists():
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return replace(self, target)

    monkeypatch.setattr(store.Path, "replace", read_only)
    monkeypatch.setattr(runs, "BETWEEN_NOTES", -1.0)
    found = run(tmp_path, chunk=10)
    monkeypatch.undo()
    assert "This cannot be written: Read-only file system." in found.trouble
    assert not found.complete
    again = run(tmp_path, resume=True)
    assert again.digest == wanted


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from pathlib import Path
from tests.ensembles.test_runs import run
found = run(Path(sys.argv[2]), chunk=int(sys.argv[3]))
print(found.complete, found.store.missing_members(), found.trouble)
"""


def test_a_full_disk_says_what_is_missing(tmp_path: Path, wanted: str) -> None:
    """A file may grow to 3000 bytes only, so the chunks of 60 members do not fit."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, "1800", str(tmp_path), "60"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.startswith("False [[0, 59]]"), done.stdout
    assert "This cannot be written: File too large." in done.stdout
    assert not list(tmp_path.glob(".*"))
    assert run(tmp_path, resume=True).digest == wanted


@given(st.integers(0, 10**6), st.integers(0, 12), st.sets(st.integers(0, 12)), st.booleans())
def test_rows_survive_packing(first: int, count: int, failed: set[int], gap: bool) -> None:
    members = [first + place for place in range(count) if place not in failed and not (gap and place == 3)]
    why = tuple((first + place, f"dry {place}") for place in sorted(failed) if place < count)
    rows = store.Rows(np.array(members, dtype=np.int64), (np.array(members) / 7,), why)
    again = store.unpacked(store.packed(rows))
    assert (again.members.tolist(), again.members.dtype, again.failed) == (members, np.int64, why)
    np.testing.assert_array_equal(again.kept[0], rows.kept[0])


def test_members_of_different_lengths_are_told() -> None:
    one, two = (store.Rows(np.array([place]), (np.zeros((1, length)),), ()) for place, length in ((0, 2), (1, 3)))
    assert runs.together([one, one]).kept[0].shape == (2, 2)
    with pytest.raises(InputError, match="more or fewer numbers"):
        runs.together([one, two])
