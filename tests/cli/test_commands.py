"""The terminal: one JSON object, one line for bad input, and the exit status that says why."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.running import hks

from hks.cli.site import read_bundle
from hks.core.errors import InputError
from hks.workbench.region import population_table


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "12411-0018.csv"
    path.write_bytes(population_table().data)
    return path


def test_a_method_answers_one_json_object_with_its_evidence(table: Path, tmp_path: Path) -> None:
    done = hks("region", "age-structure", str(table), "--json", "--out", str(tmp_path / "out"))
    answer = json.loads(done.stdout)
    assert answer["population"]["15084"]["2017-12-31"] == 181_968
    assert answer["warnings"] == []
    bundle = json.loads((tmp_path / "out" / "evidence.json").read_text())
    assert bundle["digest"] == answer["evidence"]
    assert [content["kind"] for content in bundle["records"]] == ["computation", "file"]
    assert hks("region", "age-structure", str(table), "--json").stdout == done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["data", "inspect", "/no/such/file"], 3, "cannot be read"),
        (["data", "inspect", "/dev/null"], 3, "empty"),
        (["region", "age-structure"], 2, "Missing argument"),
        (["nothing"], 2, "No such command"),
        (["demo", "--story", "atlantis"], 3, "no story"),
        (["evidence", "show", "abcdef"], 3, "No record"),
        (["evidence", "show", "a" * 300], 3, "No record"),
        (["serve", "--port", "99999"], 2, "not in the range"),
    ],
)
def test_bad_usage_is_one_line_and_a_status(arguments: list[str], status: int, told: str, installation: Path) -> None:
    done = hks(*arguments, folder=installation)
    assert done.returncode == status
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_without_an_installation_evidence_says_so(tmp_path: Path) -> None:
    for arguments in (["evidence", "verify"], ["evidence", "show", "abc"]):
        done = hks(*arguments, folder=tmp_path)
        assert (done.returncode, done.stderr) == (3, "error: There is no installation here yet.\n")


BROKEN = [b"", b"\xff", b"null", b"[1]", b"{}", b'{"records": [1]}', b'{"records": [{}]}', b"[" * 10_000]


@pytest.mark.parametrize("data", BROKEN)
def test_a_broken_bundle_is_one_line(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "chain.json"
    file.write_bytes(data)
    with pytest.raises(InputError, match="no bundle"):
        read_bundle(file)


def test_a_place_that_cannot_be_written_is_one_line(table: Path, tmp_path: Path) -> None:
    chain = tmp_path / "chain.json"
    chain.write_text('{"records": [{"kind": "file"}]}')
    for arguments in (
        ["region", "age-structure", str(table), "--out", str(table / "below")],
        ["evidence", "show", str(chain), "--bundle", str(table / "below")],
    ):
        done = hks(*arguments, folder=tmp_path)
        assert done.returncode == 3
        assert done.stderr.startswith("error: ")
        assert "Traceback" not in done.stderr


def test_the_demo_takes_no_installation_away(installation: Path) -> None:
    person = "from hks.web.accounts.models import User; User.objects.create_user('a@example.org', name='A')"
    assert hks("manage", "shell", "-c", person, folder=installation).returncode == 0
    for chosen in ([], ["--story", "atlantis"], ["--out", str(installation)]):
        refused = hks("demo", *chosen, folder=installation)
        assert refused.returncode == 3
        assert "Traceback" not in refused.stderr
        with closing(sqlite3.connect(installation / "hks.sqlite3")) as database:
            assert database.execute("SELECT email FROM accounts_user").fetchall() == [("a@example.org",)]


def test_the_demo_plays_twice_and_its_chain_holds(tmp_path: Path) -> None:
    for _ in range(2):
        done = hks("demo", "--story", "eilenburg", "--out", str(tmp_path), "--json")
        assert [story["name"] for story in json.loads(done.stdout)["stories"]] == ["eilenburg"]
    assert json.loads(hks("evidence", "verify", "--json", folder=tmp_path).stdout)["broken"] == []
    assert json.loads(hks("health", folder=tmp_path).stdout)["ok"] is True


def test_the_site_runs_as_one_process_tree_and_leaves_nothing(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "HKS_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "hks.web.settings"}
    site = subprocess.Popen(
        [sys.executable, "-m", "hks", "serve", "--port", str(port)], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        for _ in range(100):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    assert b"hks" in answer.read()
                break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail("the site did not answer")
    finally:
        site.send_signal(signal.SIGINT)
        assert site.wait(20) == 0
        site.stdout.close()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_region_is_asked_in_the_terminal(tmp_path: Path) -> None:
    early = hks("region", "warnings", "15084590", folder=tmp_path)
    assert (early.returncode, early.stdout) == (3, "")
    assert "No town or district with the key" in early.stderr
    assert "Traceback" not in early.stderr
    assert hks("data", "load", folder=tmp_path).returncode == 0
    warnings = json.loads(hks("region", "warnings", "15084590", "--json", folder=tmp_path).stdout)["warnings"]
    old = next(row for row in warnings if row["indicator"] == "share_65_plus")
    assert (old["level"], old["light"]) == ("district", "yellow")
    assert old["peers_median"] < old["value"]
    peers = json.loads(hks("region", "peers", "15084", "--json", folder=tmp_path).stdout)["peers"]
    assert [row["distance"] for row in peers] == sorted(row["distance"] for row in peers)
    assert hks("region", "peers", "15084", folder=tmp_path).stdout.startswith("peers: 5")


def test_a_table_is_brought_in_from_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("ags;day;indicator;value;unit;source;second_hand\n15084590;2024-12-31;births;150;persons;Amt;\n")
    told = json.loads(hks("data", "import", str(file), "--json", folder=tmp_path).stdout)
    assert told["imported"] == 1
    assert hks("data", "import", str(file), "--for", "atlantis", folder=tmp_path).returncode == 3
    assert hks("data", "import", str(tmp_path / "none.csv"), folder=tmp_path).returncode == 3
