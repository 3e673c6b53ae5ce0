"""Reading an Excel file that somebody sent: plain cells, or one sentence why not."""

import io
import re
import zipfile
from typing import Any

from openpyxl import load_workbook

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

MOST_BYTES_UNPACKED = 8 * 1024 * 1024  # our choice: a full table of ours unpacks to two megabytes
MOST_ENTRIES = 200
ROW, CELL = (re.compile(rb"<(?:[^\s<>/:]+:)?" + tag + rb"[\s/>]") for tag in (b"row", b"c"))
REFUSED = gettext_noop("This is no Excel file that can be read; please save it as .xlsx without macros or links.")


def is_workbook(data: bytes) -> bool:
    """Say whether bytes are a zip, as every XLSX is."""
    return data[:4] == b"PK\x03\x04"


def first_sheet(data: bytes, name: str, *, rows: int, columns: int) -> list[list[Any]]:
    """Read the cells of the first sheet, at most so many; only here does the library see what somebody sent.

    Raises
    ------
    InputError
        If it is no plain XLSX, or holds far more than that: a small archive can unfold without end.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            size = sum(entry.file_size for entry in entries)
            names = " ".join(entry.filename for entry in entries)
            if len(entries) > MOST_ENTRIES or size > MOST_BYTES_UNPACKED or re.search("vbaProject|externalLink", names):
                raise InputError(REFUSED, where=name)
            for entry in entries:
                text = packed.read(entry)
                if entry.filename.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in text or b"\0" in text):
                    raise InputError(REFUSED, where=name)  # entities, or an encoding that would hide them
                if len(ROW.findall(text)) > 2 * rows or len(CELL.findall(text)) > 2 * rows * columns:
                    raise InputError(REFUSED, where=name)
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False).worksheets[0]
        return [list(row) for row in sheet.iter_rows(max_row=rows, max_col=columns, values_only=True)]
    except (InputError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - whatever a hostile file breaks in the library is one sentence here
        raise InputError(REFUSED, where=name) from None
