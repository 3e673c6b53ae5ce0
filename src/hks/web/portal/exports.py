"""Everything the rooms hold, in open formats: tables as CSV, records as JSON, files as they came."""

from __future__ import annotations

import base64
import csv
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

import hks
from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.web.evidence.models import Record, StoredFile
from hks.web.evidence.services import path_of
from hks.web.portal.backup import applied_migrations
from hks.web.portal.privacy import entries_of, undeclared

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a text begins that a spreadsheet would carry out
NOTE = "An apostrophe stands before a text that a spreadsheet would take for a formula; take it off when reading."


def export(folder: Path) -> dict[str, Any]:
    """Write the export into a new folder, whole or not at all, and return what it holds.

    Raises
    ------
    InputError
        If the folder holds something already or cannot be written.
    StateError
        If there is no installation.
    """
    applied_migrations()
    if folder.exists() and any(folder.iterdir()):
        raise InputError(gettext_noop("%(path)s is not empty; choose another folder."), path=folder)
    try:
        folder.resolve().parent.mkdir(parents=True, exist_ok=True)
        side = Path(tempfile.mkdtemp(dir=folder.resolve().parent, prefix=".hks-export-"))
        try:
            found = _write(side)
            side.replace(folder)
        finally:
            shutil.rmtree(side, ignore_errors=True)
    except OSError as error:
        raise InputError(gettext_noop("The export cannot be written: %(why)s."), why=error.strerror or error) from None
    return found


def _write(side: Path) -> dict[str, Any]:
    (side / "tables").mkdir()
    tables = {m._meta.db_table: m for m in apps.get_models() if m.__module__.startswith("hks.web.")}
    index = {name: write_table(model, side / "tables" / f"{name}.csv") for name, model in sorted(tables.items())}
    records = _write_records(side / "evidence.json")
    files, missing = _copy_files(side / "files")
    about = {
        "hks": hks.__version__,
        "made": timezone.now().isoformat(),
        "note": NOTE,
        "tables": index,
        "missing": missing,
    }
    (side / "index.json").write_text(json.dumps(about, ensure_ascii=False, indent=1))
    rows = sum(entry["rows"] for entry in index.values())
    return {"hks": hks.__version__, "tables": len(index), "rows": rows, "records": records, "files": files,
            "missing": missing}  # fmt: skip


def write_table(model: type[models.Model], path: Path) -> dict[str, Any]:
    """Write one table and say what its columns are for; what opens an account or was not declared stays here."""
    declared = entries_of(model)
    closed = {name for name, entry in declared.items() if name in entry.closed} | set(undeclared(model))
    fields = [field for field in model._meta.concrete_fields if field.name not in closed]
    rows = 0
    with path.open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow([field.attname for field in fields])
        for row in model._base_manager.order_by("pk").iterator(chunk_size=1000):
            table.writerow([_cell(field.value_from_object(row)) for field in fields])
            rows += 1
    columns = {f.attname: declared[f.name].purpose if f.name in declared else "" for f in fields}
    return {"file": f"tables/{path.name}", "rows": rows, "personal": {k: v for k, v in columns.items() if v},
            "columns": list(columns), "left_out": sorted(closed)}  # fmt: skip


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _write_records(path: Path) -> int:
    """Write all records as one bundle, of the form that `hks evidence show` reads."""
    head = json.dumps({"digest": "", "schema": evidence.SCHEMA})
    with path.open("w") as stream:
        stream.write(head[:-1] + ', "records": [')
        count = 0
        for content in Record.objects.order_by("pk").values_list("content", flat=True).iterator(chunk_size=1000):
            stream.write(f"{',' if count else ''}\n{content}")
            count += 1
        stream.write("\n]}\n")
    return count


def _copy_files(folder: Path) -> tuple[int, list[str]]:
    folder.mkdir()
    count, missing = 0, []
    kept = StoredFile.objects.exclude(state=StoredFile.State.ERASED).order_by("sha256")
    for sha256 in kept.values_list("sha256", flat=True):
        try:
            shutil.copyfile(path_of(sha256), folder / sha256)
            count += 1
        except FileNotFoundError:
            missing.append(sha256)
    return count, missing
