"""One archive of an installation and the way back: the database first, then the files it names.

A backup holds what the list below names and nothing else that lies in the data folder: no signing key, no key of a
secret vote, no open session, no login letter.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

import hks
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import LoginLetter
from hks.web.evidence.models import StoredFile
from hks.web.evidence.services import path_of

SCHEMA = "hks-backup-1"
MANIFEST, SNAPSHOT, ROWS = "manifest.json", "database.sqlite3", "database.jsonl"
FILE = re.compile(r"files/([0-9a-f]{64})")
LEFT_OUT: tuple[type[models.Model], ...] = (Session, LoginLetter)  # both open an account
BLOCK = 1024 * 1024
LARGEST_MANIFEST = 256 * 1024 * 1024  # our choice: about a million files

BROKEN = gettext_noop("This is no whole backup of hks: %(why)s. Please take another copy.")


@dataclass
class Manifest:
    """What an archive holds, and which hks made it."""

    database: str
    migrations: list[list[str]]
    hks: str = hks.__version__
    made: str = field(default_factory=lambda: timezone.now().isoformat())
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    schema: str = SCHEMA

    def summary(self) -> dict[str, Any]:
        """Say in short what it is."""
        files = sum(1 for name in self.members if FILE.fullmatch(name))
        size = sum(entry["bytes"] for entry in self.members.values())
        return {"hks": self.hks, "made": self.made, "files": files, "bytes": size, "missing": self.missing}


class _ToTheMicrosecond(DjangoJSONEncoder):
    """Keeps moments whole: the seals of the audit events are made over them, and Django writes milliseconds only."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime.datetime) else super().default(value)


def back_up(target: Path) -> Manifest:
    """Write one archive with a manifest and the SHA-256 of every member; it is there whole or not at all.

    Raises
    ------
    InputError
        If the target exists or cannot be written.
    StateError
        If there is no installation, or a file was lawfully erased meanwhile.
    """
    if target.exists():
        raise InputError(gettext_noop("%(path)s exists already; choose another name."), path=target)
    try:
        manifest = Manifest(SNAPSHOT if connection.vendor == "sqlite" else ROWS, applied_migrations())
        with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder, _whole_or_nothing(target) as stream:
            database = Path(folder) / manifest.database
            kept = _snapshot(database) if connection.vendor == "sqlite" else write_rows(database)
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                _fill(archive, manifest, database, kept)
    except (OSError, sqlite3.Error, DatabaseError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(gettext_noop("The backup cannot be written: %(why)s."), why=why) from None
    return manifest


def applied_migrations() -> list[list[str]]:
    """Say which state the tables are in.

    Raises
    ------
    StateError
        If there are none.
    """
    applied = sorted(map(list, MigrationRecorder(connection).applied_migrations()))
    if not applied:
        raise StateError(gettext_noop("There is no installation here yet."))
    return applied


@contextlib.contextmanager
def _whole_or_nothing(target: Path) -> Iterator[IO[bytes]]:
    handle, name = tempfile.mkstemp(dir=target.resolve().parent, prefix=".hks-backup-")  # only the owner may read it
    try:
        with os.fdopen(handle, "w+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


def _snapshot(path: Path) -> list[str]:
    """Copy the running SQLite database, without what was deleted in it, and return the files it names."""
    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        for model in LEFT_OUT:
            copy.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608 - the name of a table of ours
        copy.commit()
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("VACUUM")
        return _files_named_in(copy)


def _files_named_in(database: sqlite3.Connection) -> list[str]:
    rows = database.execute("SELECT sha256 FROM evidence_storedfile WHERE state != 'erased' ORDER BY sha256")
    return [sha256 for (sha256,) in rows]


def write_rows(path: Path) -> list[str]:
    """Write every row as one line of JSON, all of the same moment, and return the files they name.

    Raises
    ------
    StateError
        If the tables are not those of this version.
    """
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise StateError(gettext_noop("Please bring the database up to date first: hks manage migrate"))
    alone = connection.vendor == "postgresql" and not connection.in_atomic_block
    with path.open("w") as stream, transaction.atomic(), connection.cursor() as cursor:
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy and model not in LEFT_OUT:
                rows = model._base_manager.order_by("pk").iterator(chunk_size=1000)
                serializers.serialize("jsonl", rows, stream=stream, cls=_ToTheMicrosecond)
        kept = StoredFile.objects.exclude(state=StoredFile.State.ERASED).order_by("sha256")
        return list(kept.values_list("sha256", flat=True))


def _fill(archive: zipfile.ZipFile, manifest: Manifest, database: Path, kept: list[str]) -> None:
    sources = {manifest.database: database, **{f"files/{sha256}": path_of(sha256) for sha256 in kept}}
    for name, path in sources.items():
        try:
            source = path.open("rb")
        except FileNotFoundError:
            if StoredFile.objects.filter(sha256=path.name, state=StoredFile.State.ERASED).exists():
                raise StateError(gettext_noop("A file was erased during the backup; please start it again.")) from None
            manifest.missing.append(path.name)
            continue
        with source, archive.open(name, "w", force_zip64=True) as member:
            manifest.members[name] = _copied(source, member)
    archive.writestr(MANIFEST, json.dumps(vars(manifest), indent=1))


def _copied(source: IO[bytes], target: IO[bytes]) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK):
        digest.update(block)
        size += len(block)
        target.write(block)
    return {"sha256": digest.hexdigest(), "bytes": size}


def restore(source: Path, *, force: bool) -> Manifest:
    """Put an archive in the place of this installation: first whole to the side, then in one step.

    Raises
    ------
    InputError
        If the archive is broken, newer than this hks, or of another kind of database.
    StateError
        If something is here already and `force` is not given, or hks is still running.
    """
    if not force and not is_empty():
        raise StateError(gettext_noop("Here is an installation already. To replace it for good, add --force."))
    side = Path(tempfile.mkdtemp(prefix="restore-", dir=settings.DATA_DIR))
    try:
        manifest = _unpacked(source, side)
        if manifest.database == SNAPSHOT:
            _prepare(side / SNAPSHOT)
            _swap(side)
        else:
            call_command("migrate", verbosity=0)
            _bring_in_files(side)
            replace_rows(side / ROWS)
            with connection.cursor() as cursor:
                cursor.execute("SELECT sha256 FROM evidence_storedfile WHERE state != 'erased'")
                _remove_other_files({sha256 for (sha256,) in cursor.fetchall()})
    except OSError as error:
        raise InputError(gettext_noop("The backup cannot be read: %(why)s."), why=error.strerror or error) from None
    finally:
        shutil.rmtree(side, ignore_errors=True)
    return manifest


def is_empty() -> bool:
    """Say whether nothing was entered here yet."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return not any(_stored())
    own = [model for model in apps.get_models() if model.__module__.startswith("hks.")]
    try:
        there = set(connection.introspection.table_names())
        rows = any(model._base_manager.exists() for model in own if model._meta.db_table in there)
    except DatabaseError:  # something is here, though not in order
        return False
    return not rows and not any(_stored())


def _stored() -> Iterator[Path]:
    return (path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file())


def _unpacked(source: Path, side: Path) -> Manifest:
    """Write the members to the side, each checked against the manifest."""
    (side / "files").mkdir()
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest(archive)
            _fits_this_hks(manifest)
            for name, entry in manifest.members.items():
                with archive.open(name) as member, (side / name).open("wb") as target:
                    found = _copied(member, target)
                file = FILE.fullmatch(name)
                if found != entry or (file and file[1] != found["sha256"]):
                    raise InputError(BROKEN, why=f"{name} was changed")
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise InputError(BROKEN, why=str(error).strip("'\".")) from None
    return manifest


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    """Read the manifest and hold the archive to it: no member more, none less, none with a name of its own."""
    if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        raise InputError(BROKEN, why="the manifest is too large")
    try:
        manifest = Manifest(**json.loads(archive.read(MANIFEST)))
        right = manifest.schema == SCHEMA and manifest.database in {SNAPSHOT, ROWS}
        sizes = {name: entry["bytes"] for name, entry in manifest.members.items()}
        known = {(app, name) for app, name in manifest.migrations}
    except (ValueError, TypeError, AttributeError, KeyError):
        raise InputError(BROKEN, why="the manifest cannot be read") from None
    there = {info.filename: info.file_size for info in archive.infolist() if info.filename != MANIFEST}
    names = all(name == manifest.database or FILE.fullmatch(name) for name in there)
    if not right or not known or there != sizes or manifest.database not in there or not names:
        raise InputError(BROKEN, why="manifest and content differ")
    return manifest


def _fits_this_hks(manifest: Manifest) -> None:
    applied = {(app, name) for app, name in manifest.migrations}
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    if applied - known:
        raise InputError(
            gettext_noop("The backup comes from a newer hks (%(theirs)s); this is %(ours)s. Please update hks first."),
            theirs=manifest.hks, ours=hks.__version__,
        )  # fmt: skip
    if (manifest.database == SNAPSHOT) != (connection.vendor == "sqlite"):
        raise InputError(
            gettext_noop("The backup is of another kind of database (%(theirs)s); this installation uses %(ours)s."),
            theirs="sqlite" if manifest.database == SNAPSHOT else "postgresql", ours=connection.vendor,
        )  # fmt: skip
    if manifest.database == ROWS and known - applied:
        raise InputError(
            gettext_noop("The backup comes from an older hks (%(theirs)s); restore it with that version, then update."),
            theirs=manifest.hks,
        )


def _prepare(database: Path) -> None:
    """Check the copy and bring it to this version's tables, still at the side."""
    try:
        with contextlib.closing(sqlite3.connect(database)) as copy:
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise InputError(BROKEN, why="the database is damaged")
    except sqlite3.DatabaseError as error:
        raise InputError(BROKEN, why=str(error)) from None
    name = Path(connection.settings_dict["NAME"]).name
    database.rename(database.with_name(name))
    environment = {**os.environ, "HKS_DATA_DIR": str(database.parent)}
    command = [sys.executable, "-m", "hks", "manage", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise InputError(BROKEN, why=(done.stderr.strip().splitlines() or ["its tables cannot be updated"])[-1])
    _close_journal(database.with_name(name))


def _close_journal(database: Path) -> None:
    """Fold the journal into the database; this fails as long as another process has it open."""
    with contextlib.closing(sqlite3.connect(database, timeout=1)) as here:
        here.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        here.execute("PRAGMA journal_mode=DELETE")


def _swap(side: Path) -> None:
    """Files are named by their content, so they may come first and go last; the database changes in one step."""
    target = Path(connection.settings_dict["NAME"])
    connections.close_all()
    try:
        _close_journal(target)
    except sqlite3.OperationalError:
        raise StateError(gettext_noop("hks is still running here. Please stop it first.")) from None
    except sqlite3.DatabaseError:  # what lies here is no database any more: that is why someone restores
        for tail in ("-wal", "-shm"):
            Path(f"{target}{tail}").unlink(missing_ok=True)
    _bring_in_files(side)
    (side / target.name).replace(target)
    with contextlib.closing(sqlite3.connect(target)) as database:
        _remove_other_files(set(_files_named_in(database)))


def _bring_in_files(side: Path) -> None:
    for path in (side / "files").iterdir():
        place = path_of(path.name)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.replace(place)


def _remove_other_files(named: set[str]) -> None:
    for path in list(_stored()):
        if path.name not in named:
            path.unlink()


def replace_rows(path: Path) -> None:
    """Put the rows of a backup in the place of all rows here, all or none.

    Raises
    ------
    InputError
        If the rows do not fit the tables or each other.
    """
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    own = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    try:
        with path.open() as stream, transaction.atomic(), connection.cursor() as cursor:
            for statement in connection.ops.sql_flush(no_style(), tables, reset_sequences=True):
                cursor.execute(statement)
            for row in serializers.deserialize("jsonl", stream):
                row.save(force_insert=True)
            for statement in connection.ops.sequence_reset_sql(no_style(), own):
                cursor.execute(statement)
    except (DeserializationError, DatabaseError) as error:
        raise InputError(BROKEN, why=(str(error) or str(error.__cause__)).partition("\n")[0]) from None
