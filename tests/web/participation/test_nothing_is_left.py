"""What was deleted is gone from the disk too."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from hks.web.contributions import secrecy
from hks.web.settings import database

SECRET = "-".join(["SECRETBALLOT"] * 20)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    told = database("", folder)
    with contextlib.closing(sqlite3.connect(told["NAME"])) as connection:
        connection.execute("PRAGMA secure_delete=OFF")  # as some builds of SQLite begin
        for pragma in told["OPTIONS"]["init_command"].split(";"):
            connection.execute(pragma)
        yield connection


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_a_deleted_answer_leaves_no_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as connection:
        connection.execute("CREATE TABLE answers (id INTEGER PRIMARY KEY, text)")
        connection.execute("INSERT INTO answers VALUES (1, ?)", (SECRET,))
        connection.commit()
        assert SECRET.encode() in bytes_in(tmp_path)
        connection.execute("DELETE FROM answers")
        connection.commit()
        assert SECRET.encode() in bytes_in(tmp_path)  # the journal still has it
        monkeypatch.setattr(secrecy, "connection", _Site(connection))
        secrecy.empty_journal()
        assert SECRET.encode() not in bytes_in(tmp_path)


class _Site:
    """The site's connection, on a database of this test."""

    vendor, in_atomic_block = "sqlite", False

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @contextlib.contextmanager
    def cursor(self) -> Iterator[sqlite3.Cursor]:
        yield self.connection.cursor()
