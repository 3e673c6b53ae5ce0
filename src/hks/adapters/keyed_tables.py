"""Tables as towns send them: some lines above (key, day, source), then a head row, then rows; columns by many names."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hks.adapters.official_tables import decoded
from hks.adapters.own_figures import read_day
from hks.adapters.written_numbers import read_ags, read_number
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

ABOVE = {
    "ags": ("ags", "gemeindeschlüssel", "amtlicher gemeindeschlüssel"),
    "day": ("stichtag", "day", "key date", "stand"),
    "source": ("quelle", "source", "herausgeber"),
    "licence": ("lizenz", "licence"),
}
MOST_LINES_ABOVE = 15  # our choice
Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class KeyedTable:
    """What stands above a table, its columns as found, and its rows by column with their line numbers."""

    above: Mapping[str, str]
    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def words_of(cell: str) -> str:
    """Write a head cell in small letters without what stands in brackets."""
    return re.sub(r"\(.*?\)|:$", "", cell).strip().lower()


def columns_of(cells: Sequence[str], names: Names) -> dict[int, str]:
    """Find which cell heads which column."""
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        column = next((name for name, words in names.items() if words_of(cell) in words), None)
        if column is not None and column not in found.values():
            found[place] = column
    return found


def lines_of_text(data: bytes, name: str) -> list[tuple[int, list[str]]]:
    """Split a text into numbered rows; the sign between cells is found out.

    Raises
    ------
    InputError
        If it is no text table.
    """
    text, _encoding = decoded(data, name)
    first = "\n".join(text.splitlines()[:MOST_LINES_ABOVE])
    delimiter = max(";\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise InputError(gettext_noop("This is not a text table."), where=name) from None
    return [
        (n, [cell.strip() for cell in row]) for n, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)
    ]


def head_of(lines: Sequence[tuple[int, Sequence[str]]], names: Names, needed: Sequence[str]) -> int | None:
    """Find the place of the head row, or nothing."""
    for place, (_number, cells) in enumerate(lines[:MOST_LINES_ABOVE]):
        if set(needed) <= set(columns_of(cells, names).values()):
            return place
    return None


def looks_like(data: bytes, names: Names, needed: Sequence[str]) -> bool:
    """Say whether one of the first lines heads such a table."""
    if b"\0" in data[:4096]:
        return False
    lines = data[:8192].decode("utf-8-sig", "replace").splitlines()[:MOST_LINES_ABOVE]
    return any(
        set(needed) <= set(columns_of(re.split(r"[;\t]", line.replace('"', "")), names).values()) for line in lines
    )


def read_keyed(data: bytes, name: str, names: Names, needed: Sequence[str]) -> KeyedTable:
    """Read such a table.

    Raises
    ------
    InputError
        If head, key, source or rows are missing, or a row has more cells than the head.
    """
    lines = lines_of_text(data, name)
    place = head_of(lines, names, needed)
    if place is None:
        raise InputError(
            gettext_noop("No row names the columns %(wanted)s."), where=name,
            wanted=", ".join(names[column][0] for column in needed),
        )  # fmt: skip
    columns = columns_of(lines[place][1], names)
    above = _above(lines[:place], name)
    rows = []
    for number, cells in lines[place + 1 :]:
        if len(cells) > len(lines[place][1]) and any(cells[len(lines[place][1]) :]):
            raise InputError(
                gettext_noop("%(found)s cells stand here; %(wanted)s are right."),
                where=f"{name}:{number}", found=len(cells), wanted=len(lines[place][1]),
            )  # fmt: skip
        rows.append((number, {column: cells[n] if n < len(cells) else "" for n, column in columns.items()}))
    if not rows:
        raise InputError(gettext_noop("Below the head stands no row."), where=name)
    return KeyedTable(above, tuple(columns.values()), tuple(rows))


def _above(lines: Sequence[tuple[int, Sequence[str]]], name: str) -> dict[str, str]:
    found: dict[str, tuple[str, int]] = {}
    for number, cells in lines:
        key = next((key for key, words in ABOVE.items() if words_of(cells[0]) in words), None)
        if key is not None and len(cells) > 1:
            found[key] = (cells[1], number)
    if "ags" not in found:
        raise InputError(gettext_noop("Above the table a row 'AGS;12345678' must name the town."), where=name)
    ags = read_ags(found["ags"][0], f"{name}:{found['ags'][1]}:2")
    source = found.get("source", ("", 0))[0]
    if not source:
        raise InputError(gettext_noop("Above the table a row 'Quelle;…' must name the source."), where=name)
    day = read_day(found["day"][0], f"{name}:{found['day'][1]}:2") if "day" in found else ""
    return {"ags": ags, "day": day, "source": source[:200], "licence": found.get("licence", ("", 0))[0][:60]}


def read_count(text: str, where: str) -> int:
    """Read a whole number from 0; a point sets thousands apart.

    Raises
    ------
    InputError
        If it is none.
    """
    value = read_number(text, where, "," if not re.fullmatch(r"\d{1,3}(,\d{3})+", text) else ".")
    if value < 0 or value != int(value):
        raise InputError(
            gettext_noop("'%(value)s' is not a number of people; a whole number from 0 is right."),
            where=where, value=text,
        )  # fmt: skip
    return int(value)
