"""Official tables as they are fetched: dialect, encoding, header, rows and markers; a missing cell keeps its marker."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LARGEST_FILE = 300 * 1024 * 1024  # our choice: official tables stay far below
MARKERS = ("-", ".", "/", "x", "...")  # Destatis: nothing; unknown or secret; not safe; blocked; later
_KEY = re.compile(r"DG|\d{2}|\d{5}|\d{8}")
_NUMBER = re.compile(r"\(?-?\d+(,\d+)?\)?")
_DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
_UNITS = {"Anzahl", "Prozent", "Jahre", "Ziffer", "EUR", "Tsd. EUR"}
FLAT = ("statistics_code", "statistics_label", "time", "value", "value_unit")


@dataclass(frozen=True)
class OfficialTable:
    """A table as text: its head, and its rows as (line number, key cells, value cells)."""

    dialect: str
    encoding: str
    code: str
    title: str
    key_dates: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...]


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of a table and its encoding.

    Raises
    ------
    InputError
        If the file is empty, too large, or no text.
    """
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The file is larger than 300 MB; official tables are far smaller."), where=name)
    if not data.strip():
        raise InputError(gettext_noop("The file is empty."), where=name)
    if b"\0" in data[:4096] or data[:4] in (b"%PDF", b"PK\x03\x04"):
        raise InputError(
            gettext_noop("This is not a text table; please fetch the table as CSV (flat file)."), where=name
        )
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("iso-8859-1"), "iso-8859-1"


def lines_of(text: str, name: str) -> list[list[str]]:
    """Split a table into rows of cells.

    Raises
    ------
    InputError
        If the text cannot be split.
    """
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    except csv.Error:
        raise InputError(
            gettext_noop("This is not a text table; please fetch the table as CSV (flat file)."), where=name
        ) from None


def open_table(data: bytes, name: str) -> OfficialTable:
    """Read an official table of any dialect.

    Raises
    ------
    InputError
        If no dialect fits, a value cell is neither number nor marker, or a row stands twice.
    """
    text, encoding = decoded(data, name)
    lines = lines_of(text, name)
    table = _flat(lines, encoding, name) if lines[0] and set(FLAT) <= set(lines[0]) else _titled(lines, encoding)
    if table is None or not table.rows:
        raise InputError(
            gettext_noop("No row with an official key was found; this is not a table of GENESIS or Regionalstatistik."),
            where=name,
        )
    _checked(table, name)
    return table


def _flat(lines: list[list[str]], encoding: str, name: str) -> OfficialTable:
    head = lines[0]
    value, unit, time = head.index("value"), head.index("value_unit"), head.index("time")
    body = [(n, row) for n, row in enumerate(lines[1:], start=2) if row]
    for number, row in body:
        if len(row) != len(head):  # the file breaks off
            raise InputError(
                gettext_noop("%(found)s cells stand here; %(wanted)s are right."),
                where=f"{name}:{number}", found=len(row), wanted=len(head),
            )  # fmt: skip
    keys = [n for n, title in enumerate(head) if title not in ("value", "value_q")]
    rows = tuple((n, tuple(row[place] for place in keys), (row[value],)) for n, row in body)
    first = body[0][1] if body else head
    variables = [first[n] for n, title in enumerate(head) if re.fullmatch(r"\d+_variable_label", title)]
    dates = tuple(sorted({row[time] for _, row in body}))
    units = tuple(sorted({row[unit] for _, row in body}))
    return OfficialTable("ffcsv", encoding, first[0], f"{first[1]}: {', '.join(variables)}", dates, units, rows)


def _titled(lines: list[list[str]], encoding: str) -> OfficialTable | None:
    code = re.fullmatch(r"(?:GENESIS-)?Tabelle: ?(\S+)", lines[0][0].strip()) if lines[0] else None
    body = [(n, row) for n, row in enumerate(lines, start=1) if _is_data(row)]
    if code is None or not body:
        return None
    quality = body[0][1][2] == "e"
    head = [row for row in lines[1 : body[0][0] - 1] if row]
    keys = 1 if quality else next((_blank(row) for row in head if row[0] == "" and any(row)), 2)
    rows = tuple((n, tuple(row[:keys]), tuple(row[keys :: 2 if quality else 1])) for n, row in body)
    cells = [cell for row in head for cell in row]
    units = {cell for cell in cells if cell in _UNITS} | {
        m[1] for cell in cells if (m := re.search(r"\((Anzahl|EUR)\)", cell))
    }
    title = " ".join(
        row[0] for row in head if row[0] and not row[0].startswith("Stichtag") and not re.match(r"\d{4}/", row[0])
    )
    return OfficialTable(
        "wide-quality" if quality else "genesis-csv",
        encoding,
        code[1],
        title,
        _dates(head, body),
        tuple(sorted(units)),
        rows,
    )


def _is_data(row: list[str]) -> bool:
    if len(row) < 4:
        return False
    return bool(_KEY.fullmatch(row[0].strip()) or _KEY.fullmatch(row[1].strip()) or (row[2] == "e" and row[0]))


def _blank(row: list[str]) -> int:
    return next(n for n, cell in enumerate(row) if cell)


def _dates(head: list[list[str]], body: list[tuple[int, list[str]]]) -> tuple[str, ...]:
    named = [row[0].removeprefix("Stichtag: ") for row in head if re.fullmatch(r"Stichtag: .+|\d{4}/\d{2,4}", row[0])]
    found = named or sorted({row[0] for _, row in body if re.fullmatch(r"\d{4}|\d{2}\.\d{2}\.\d{4}", row[0])})
    return tuple(sorted(_DAY.sub(r"\3-\2-\1", day) for day in found))


def _checked(table: OfficialTable, name: str) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for number, keys, values in table.rows:
        if keys in seen:
            raise InputError(
                gettext_noop("This row stands here a second time; the first is row %(first)s."),
                where=f"{name}:{number}",
                first=seen[keys],
            )
        seen[keys] = number
        for cell in values:
            if cell.strip() not in MARKERS and not _NUMBER.fullmatch(cell.strip()):
                raise InputError(
                    gettext_noop("'%(value)s' is neither a number nor an official marker."),
                    where=f"{name}:{number}",
                    value=cell,
                )


def inspect(data: bytes, name: str) -> dict[str, object]:
    """Say what a table holds, in the words of the command line."""
    table = open_table(data, name)
    markers = Counter(cell.strip() for _, _, values in table.rows for cell in values if cell.strip() in MARKERS)
    return {
        "dialect": table.dialect, "encoding": table.encoding, "table": table.code, "title": table.title,
        "key_dates": list(table.key_dates), "units": list(table.units), "rows": len(table.rows),
        "missing": dict(sorted(markers.items())),
    }  # fmt: skip
