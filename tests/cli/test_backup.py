"""Backup, restore and export of a whole installation: nothing lost, nothing half, nothing that must stay inside."""

import csv
import json
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.running import hks

STOCK = """
from django.db import connection
from hks.core import evidence
from hks.web.accounts.models import Feedback, LoginLetter, Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.services import file_dataset, note, seal_audit
from hks.workbench.inputs import Dataset
from django.contrib.sessions.backends.db import SessionStore
town = Organisation.objects.create(slug="a", name="Ämter Öd", kind="town", ags="15084590", land="ST")
user = ensure_demo_member(town, "caretaker")
file_dataset(Dataset("x.csv", b"1;2"), "Haushalt, \\"intern\\"", by=user, organisation=town)
note(user, "import", "dataset 1", town)
seal_audit()
LoginLetter.objects.create(recipient="a@example.org", subject="Code", body="SECRET-CODE")
connection.cursor().execute("PRAGMA secure_delete=OFF")
Feedback.objects.bulk_create(Feedback(text="ERASED-TEXT " * 200) for _ in range(50))
Feedback.objects.all().delete()
Feedback.objects.create(text="Too small", contact="=HYPERLINK(1)")
session = SessionStore(); session["x"] = 1; session.create()
"""


@pytest.fixture(scope="module")
def home(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(loaded, tmp_path_factory.mktemp("home") / "data"))
    done = hks("manage", "shell", "-v", "0", "-c", STOCK, folder=folder)
    assert done.returncode == 0, done.stderr
    for secret in ("keys", "secrets", "files"):
        (folder / secret).mkdir(exist_ok=True)
        (folder / secret / "ballot-key").write_text("NEVER-COPIED")
    return folder


@pytest.fixture(scope="module")
def archive(home: Path) -> Path:
    target = home.parent / "backup.zip"
    done = hks("backup", str(target), "--json", folder=home)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["missing"] == []
    return target


@pytest.fixture(scope="module")
def restored(archive: Path) -> Path:
    folder = archive.parent / "restored"
    done = hks("restore", str(archive), folder=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def again(restored: Path, tmp_path: Path) -> Path:
    """Return a copy of what was restored that a test may spoil."""
    return Path(shutil.copytree(restored, tmp_path / "again"))


def rows(folder: Path, question: str) -> list[tuple]:
    with closing(sqlite3.connect(folder / "hks.sqlite3")) as database:
        return database.execute(question).fetchall()


def refused(done: subprocess.CompletedProcess[str], told: str) -> None:
    assert done.returncode == 3, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def left_nothing(folder: Path) -> None:
    assert [path.name for path in folder.iterdir() if path.name.startswith(("restore-", "tmp"))] == []


def altered(archive: Path, target: Path, change) -> Path:
    """Write the archive again with its members changed."""
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(target, "w") as copy:
        members = {name: source.read(name) for name in source.namelist()}
        for name, data in change(members).items():
            copy.writestr(name, data)
    return target


def test_a_backup_restores_on_an_empty_machine_and_its_chain_holds(home: Path, again: Path) -> None:
    verdict = json.loads(hks("evidence", "verify", "--json", folder=again).stdout)
    assert verdict["broken"] == []
    assert verdict["records"] == len(rows(home, "SELECT * FROM evidence_record")) > 2
    for table in ("accounts_user", "accounts_feedback", "evidence_auditevent", "regions_indicatorvalue"):
        assert rows(again, f"SELECT * FROM {table}") == rows(home, f"SELECT * FROM {table}") != []
    assert {p.name for p in (again / "files").rglob("*") if p.is_file()} | {"ballot-key"} == {
        p.name for p in (home / "files").rglob("*") if p.is_file()
    }
    left_nothing(again)
    left_nothing(home)


def test_no_key_session_code_or_erased_text_enters_a_backup(home: Path, archive: Path) -> None:
    assert any(b"ERASED-TEXT" in path.read_bytes() for path in home.glob("hks.sqlite3*"))
    assert archive.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(archive) as kept:
        names = kept.namelist()
        data = b"".join(kept.read(name) for name in names)
        (archive.parent / "copy.sqlite3").write_bytes(kept.read("database.sqlite3"))
    assert all(name.startswith("files/") or name in {"manifest.json", "database.sqlite3"} for name in names)
    for never in (b"NEVER-COPIED", b"SECRET-CODE", b"ERASED-TEXT"):
        assert never not in data
    with closing(sqlite3.connect(archive.parent / "copy.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
    assert b"Too small" in data


def test_an_installation_is_replaced_by_force_only(archive: Path, again: Path) -> None:
    with closing(sqlite3.connect(again / "hks.sqlite3")) as database:
        database.execute("UPDATE accounts_feedback SET text = 'later'")
        database.commit()
    (again / "files" / "ff").mkdir(exist_ok=True)
    (again / "files" / "ff" / ("f" * 64)).write_text("later")
    refused(hks("restore", str(archive), folder=again), "--force")
    assert rows(again, "SELECT text FROM accounts_feedback") == [("later",)]
    assert hks("restore", str(archive), "--force", folder=again).returncode == 0
    assert rows(again, "SELECT text FROM accounts_feedback") == [("Too small",)]
    assert not (again / "files" / "ff" / ("f" * 64)).exists()
    assert json.loads(hks("evidence", "verify", "--json", folder=again).stdout)["broken"] == []


def flipped(members: dict[str, bytes]) -> dict[str, bytes]:
    name = next(name for name in members if name.startswith("files/"))
    return {**members, name: members[name][:-1] + b"~"}


def with_another_database(members: dict[str, bytes]) -> dict[str, bytes]:
    name = "database.sqlite3"
    assert b"Too small" in members[name]
    return {**members, name: members[name].replace(b"Too small", b"Too large")}


def without_a_file(members: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in members.items() if not name.startswith("files/")}


def with_a_stranger(members: dict[str, bytes]) -> dict[str, bytes]:
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["../evil"] = {"sha256": "0" * 64, "bytes": 1}
    return {**members, "../evil": b"x", "manifest.json": json.dumps(manifest).encode()}


def from_the_future(members: dict[str, bytes]) -> dict[str, bytes]:
    manifest = json.loads(members["manifest.json"])
    manifest["migrations"].append(["accounts", "9999_later"])
    return {**members, "manifest.json": json.dumps({**manifest, "hks": "99.0"}).encode()}


def of_the_other_kind(members: dict[str, bytes]) -> dict[str, bytes]:
    manifest = json.loads(members["manifest.json"])
    manifest["members"]["database.jsonl"] = manifest["members"].pop("database.sqlite3")
    rest = {name: data for name, data in members.items() if name != "database.sqlite3"}
    manifest["database"] = "database.jsonl"
    return {**rest, "database.jsonl": members["database.sqlite3"], "manifest.json": json.dumps(manifest).encode()}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (flipped, "was changed"),
        (with_another_database, "was changed"),
        (without_a_file, "manifest and content differ"),
        (with_a_stranger, "manifest and content differ"),
        (from_the_future, "newer hks (99.0)"),
        (of_the_other_kind, "another kind of database"),
        (lambda members: {**members, "manifest.json": b"[1"}, "manifest cannot be read"),
        (lambda members: {**members, "manifest.json": b"[1]"}, "manifest cannot be read"),
        (lambda members: {"other": b"x"}, "manifest.json"),
    ],
)
def test_a_wrong_archive_is_refused_and_changes_nothing(
    archive: Path, again: Path, tmp_path: Path, change, told: str
) -> None:
    wrong, folder = altered(archive, tmp_path / "wrong.zip", change), again
    before = rows(folder, "SELECT digest FROM evidence_record")
    refused(hks("restore", str(wrong), "--force", folder=folder), told)
    assert rows(folder, "SELECT digest FROM evidence_record") == before
    left_nothing(folder)
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("cut", [0, 10, 0.5, 0.99])
def test_a_cut_archive_is_refused_on_an_empty_machine(archive: Path, tmp_path: Path, cut: float) -> None:
    data = archive.read_bytes()
    wrong = tmp_path / "cut.zip"
    wrong.write_bytes(data[: cut if cut > 1 else int(len(data) * cut)])
    folder = tmp_path / "data"
    refused(hks("restore", str(wrong), folder=folder), "no whole backup")
    assert hks("restore", str(archive), folder=folder).returncode == 0


def test_what_is_not_there_is_said(home: Path, archive: Path, tmp_path: Path) -> None:
    refused(hks("backup", str(tmp_path / "x.zip"), folder=tmp_path / "empty"), "no installation here")
    refused(hks("export", str(tmp_path / "x"), folder=tmp_path / "empty"), "no installation here")
    refused(hks("backup", str(archive), folder=home), "exists already")
    refused(hks("backup", str(tmp_path / "none" / "x.zip"), folder=home), "cannot be written")
    refused(hks("restore", str(tmp_path / "none.zip"), folder=tmp_path / "new"), "cannot be read")


def test_a_running_site_is_not_replaced(archive: Path, again: Path) -> None:
    with closing(sqlite3.connect(again / "hks.sqlite3")) as running:
        running.execute("PRAGMA journal_mode=WAL")
        running.execute("SELECT count(*) FROM accounts_user").fetchone()
        refused(hks("restore", str(archive), "--force", folder=again), "still running")
    assert hks("restore", str(archive), "--force", folder=again).returncode == 0


def test_a_broken_database_can_be_replaced(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "hks.sqlite3").write_bytes(b"not a database at all, " * 500)
    refused(hks("backup", str(tmp_path / "b.zip"), folder=tmp_path), "cannot be written")
    refused(hks("restore", str(archive), folder=tmp_path), "--force")
    done = hks("restore", str(archive), "--force", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(hks("evidence", "verify", "--json", folder=tmp_path).stdout)["broken"] == []


def test_a_lost_file_is_said_and_the_rest_is_kept(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / "data")
    lost = next(p for p in (tmp_path / "data" / "files").rglob("*") if len(p.name) == 64)
    lost.unlink()
    done = hks("backup", str(tmp_path / "b.zip"), folder=tmp_path / "data")
    assert done.returncode == 0
    assert done.stderr == f"MISSING {lost.name}\n"


def test_an_export_is_readable_without_hks(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    done = hks("export", str(target), "--json", folder=home)
    assert done.returncode == 0, done.stderr
    index = json.loads((target / "index.json").read_text())
    with (target / "tables" / "evidence_filing.csv").open(newline="") as stream:
        titles = [row["title"] for row in csv.DictReader(stream)]
    assert 'Haushalt, "intern"' in titles
    assert index["tables"]["accounts_user"]["left_out"] == ["password"]
    assert index["tables"]["accounts_user"]["personal"]["email"]
    for name, entry in index["tables"].items():
        assert len(rows(home, f"SELECT * FROM {name}")) == entry["rows"]
    with (target / "tables" / "accounts_feedback.csv").open(newline="") as stream:
        assert [row["contact"] for row in csv.DictReader(stream)] == ["'=HYPERLINK(1)"]
    text = "".join(path.read_text() for path in target.rglob("*.csv"))
    assert "SECRET-CODE" not in text
    assert "argon2" not in text
    bundle = json.loads((target / "evidence.json").read_text())
    assert len(bundle["records"]) == json.loads(done.stdout)["records"]
    shown = hks("evidence", "show", str(target / "evidence.json"), folder=tmp_path / "elsewhere")
    assert "12411-0018" in shown.stdout
    kept = {path.name for path in (home / "files").rglob("*") if len(path.name) == 64}
    assert {path.name for path in (target / "files").iterdir()} == kept
    refused(hks("export", str(target), folder=home), "not empty")
