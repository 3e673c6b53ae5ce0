"""`hks data fetch` against a small service on this machine: what it writes, and what stays where it fails."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.adapters.test_genesis import flat
from tests.adapters.test_own_registers import SERIES
from tests.cli.running import hks
from tests.web.regions.conftest import regions_table
from tests.workbench.test_sources import RATE


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, bytes]]]:
    """Serve what the list holds, the last entry for ever."""
    answers: list[tuple[int, bytes]] = []

    class Desk(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            status, data = answers.pop(0) if len(answers) > 1 else answers[0]
            if self.headers["username"] != "frau-muster":
                status, data = 401, b""
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("HKS_GENESIS_ADDRESS_REGIO", f"http://127.0.0.1:{server.server_port}/rest")
        monkeypatch.setenv("HKS_GENESIS_TOKEN", "frau-muster")
        yield answers
        server.shutdown()
        thread.join()


def test_a_table_lands_in_a_file_and_a_failing_service_leaves_it_there(
    office: list[tuple[int, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "births.csv"
    order = ("data", "fetch", "12612-01-01-5", "--region", "15084590", "--out", str(file), "--json")
    office.append((200, flat("101", "99")))
    done = hks(*order)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["table"] == "12612-01-01-5"
    assert file.read_bytes() == flat("101", "99")
    office[:] = [(200, b"<html>Wartung</html>")]
    failed = hks(*order)
    assert (failed.returncode, failed.stdout) == (5, "")
    assert failed.stderr == "error: Regionaldatenbank Deutschland sent a web page instead of a table.\n"
    monkeypatch.setenv("HKS_GENESIS_TOKEN", "someone-else")
    refused = hks(*order)
    assert refused.returncode == 5
    assert "refuses the account" in refused.stderr
    assert "someone-else" not in refused.stderr
    assert file.read_bytes() == flat("101", "99")
    assert [path.name for path in tmp_path.iterdir()] == ["births.csv"]


@pytest.mark.parametrize(
    ("more", "status", "told"),
    [
        (["--region", "15084590", "--out", "/no/such/folder/t.csv"], 3, "does not exist"),
        (["--region", "1508459", "--out", "t.csv"], 3, "not an AGS"),
        (["--region", "15084590", "--service", "zensus", "--out", "t.csv"], 3, "known are regio, genesis"),
        (["--out", "t.csv"], 2, "Missing option"),
    ],
)
def test_a_wrong_order_is_one_line(more: list[str], status: int, told: str) -> None:
    done = hks("data", "fetch", "12612-01-01-5", *more)
    assert done.returncode == status
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_question_of_a_file_is_asked_in_the_terminal_and_answered_there(installation: Path, tmp_path: Path) -> None:
    file = tmp_path / "rate.csv"
    file.write_bytes(regions_table(RATE.format("0,07")))
    asked = hks("data", "import", str(file), "--json", folder=installation)
    assert (asked.returncode, asked.stdout) == (3, "")
    assert "Please answer first: percent=share, percent=percent." in asked.stderr
    answered = hks("data", "import", str(file), "--answer", "percent=share", "--json", folder=installation)
    assert json.loads(answered.stdout)["imported"] == 1


def test_a_register_is_described_without_its_small_counts(tmp_path: Path) -> None:
    file = tmp_path / "reihe.csv"
    file.write_text(SERIES + "2020;900;3;12;40;38\n")
    told = json.loads(hks("data", "inspect", str(file), "--json").stdout)
    assert (told["source"], told["missing"]) == ("protected-tables", {".": 2})
