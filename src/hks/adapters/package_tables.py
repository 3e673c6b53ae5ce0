"""Measures of a package as a table: our Excel table filled in, a CSV file, or cells pasted from a sheet."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from hks.adapters.official_tables import decoded
from hks.adapters.spreadsheet_templates import Column, headed, read_cell
from hks.adapters.workbooks import first_sheet, is_workbook
from hks.adapters.written_numbers import decimal_sign, read_number
from hks.core.errors import InputError
from hks.core.messages import Text, gettext_noop

MOST_YEARS = 6  # our choice: the year of the budget and the five of the medium-term plan
MOST_MEASURES = 60  # our choice: more nobody discusses in one meeting
LARGEST_FILE = 2  # our choice: a list of measures is far smaller [MB]
MOST_EUROS = 1e9
FATES = (Text("open", "offen"), Text("must", "muss"), Text("never", "nie"))
MEASURES = Text("Package of measures", "Maßnahmenpaket")
COLUMNS = (
    Column("name", Text("Measure", "Maßnahme")),
    Column("value", Text("Value (0 to 100 points)", "Wert (0 bis 100 Punkte)"), "number", low=0, high=100),
    *(Column(f"cost_{n}", Text(f"Cost in year {n} after the start", f"Kosten im {n}. Jahr ab Beginn"), "number", "EUR",
             0, MOST_EUROS, required=n == 1) for n in range(1, MOST_YEARS + 1)),
    Column("latest", Text("Latest start (year; empty: the first)", "Spätester Beginn (Jahr; leer: im ersten)"),
           "whole", low=2000, high=2200, required=False),
    Column("field", Text("District or field", "Ortsteil oder Handlungsfeld"), required=False),
    Column("fate", Text("Fixed (open, must, never)", "Festgelegt (offen, muss, nie)"), "word", words=FATES,
           required=False),
    Column("not_with", Text("Not together with (names; with ; between)",
                            "Nicht zusammen mit (Namen, mit ; getrennt)"), required=False),
    Column("only_with", Text("Only together with (names; with ; between)",
                             "Nur zusammen mit (Namen, mit ; getrennt)"), required=False),
    Column("better_with", Text("Worth more together with (name)", "Zusammen mehr wert mit (Name)"), required=False),
    Column("better_points", Text("Points more together", "Punkte mehr zusammen"), "number", low=-100, high=100,
           required=False),
)  # fmt: skip
EXAMPLE = ("Bäume am Beispielplatz", 40, 24000, 1200, 1200, None, None, None, 2028, "Innenstadt", "offen", "", "",
           "Brunnen am Beispielplatz", 10)  # fmt: skip
NUMBERS = ("number", "whole")
RULES = ("not_with", "only_with", "better_with")
Row = dict[str, Any]


def empty_package(language: str) -> bytes:
    """Write an empty table as XLSX: its head, and an example on the second sheet."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Daten" if language.startswith("de") else "Data"
    second = book.create_sheet("Beispiel" if language.startswith("de") else "Example")
    for place, column in enumerate(COLUMNS, start=1):
        for page in (sheet, second):
            cell = page.cell(1, place, headed(column, language))
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="F3F6F8")
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            page.column_dimensions[get_column_letter(place)].width = 36 if place == 1 else 18
        second.cell(2, place, EXAMPLE[place - 1])
    sheet.freeze_panes = "B2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_package(data: bytes, name: str) -> list[Row]:
    """Read one measure a row; columns by their titles in either language, in any order.

    Returns
    -------
    list of dict
        By column; rules as tuples of names, `fate` one of open, must, never. Costs in euros.

    Raises
    ------
    InputError
        If a cell is wrong; the place names it, such as `measures.xlsx, C5`.
    """
    if len(data) > LARGEST_FILE * 1024 * 1024:
        raise InputError(
            gettext_noop("The file is larger than %(most)s MB; a list of measures is far smaller."),
            where=name, most=LARGEST_FILE,
        )  # fmt: skip
    grid = first_sheet(data, name, rows=1000, columns=30) if is_workbook(data) else _text(data, name)
    lines = [(n, row) for n, row in enumerate(grid, start=1) if any(str(cell or "").strip() for cell in row)]
    if len(lines) < 2:
        raise InputError(gettext_noop("The table needs its first row with the titles and a row for each measure."),
                         where=name)  # fmt: skip
    head, german = _head(lines[0][1], f"{name}, {lines[0][0]}")
    if len(lines) - 1 > MOST_MEASURES:
        raise InputError(
            gettext_noop("%(found)s measures stand here; up to %(most)s go, or nobody could discuss them."),
            where=name, found=len(lines) - 1, most=MOST_MEASURES,
        )  # fmt: skip
    sign = _sign(lines[1:], head, name) or ("," if german else ".")
    rows = [(line, _row(row, line, head, sign, name)) for line, row in lines[1:]]
    _refuse_unknown(rows, head, name)
    return [row for _, row in rows]


def _text(data: bytes, name: str) -> list[list[Any]]:
    text, _encoding = decoded(data, name)
    head = text.lstrip("\ufeff\r\n ").partition("\n")[0]
    delimiter = "\t" if "\t" in head else ";" if head.count(";") >= head.count(",") else ","
    try:
        return [list(row) for row in csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)]
    except csv.Error:
        raise InputError(gettext_noop("This is not a text table."), where=name) from None


def _head(row: Sequence[Any], where: str) -> tuple[dict[str, int], bool]:
    """Find the columns by their titles, and say whether these are German."""
    found: dict[str, int] = {}
    german = False
    for place, cell in enumerate(row):
        said = _plain(cell)
        for column in COLUMNS:
            for language in ("de", "en"):
                if said and said in {_plain(headed(column, language)), _plain(column.title.in_language(language))}:
                    found.setdefault(column.name, place)
                    german = german or (language == "de" and column.name == "name")
    missing = [column for column in COLUMNS if column.required and column.name not in found]
    if missing:
        raise InputError(
            gettext_noop("The first row lacks the column '%(title)s'; please take our table, its first row too."),
            where=where, title=missing[0].title,
        )  # fmt: skip
    return found, german


def _plain(cell: Any) -> str:
    """Compare titles without what people and sheets change: case, spaces, brackets."""
    return "".join(letter for letter in str(cell or "").lower() if letter.isalnum())


def _cell(row: Sequence[Any], place: int) -> Any:
    return row[place] if place < len(row) else None


def _cleaned(cell: Any) -> Any:
    """Leave out what is written beside a number: euro signs and spaces."""
    if not isinstance(cell, str):
        return cell
    return cell.replace("\N{NO-BREAK SPACE}", " ").replace("€", "").replace("EUR", "").strip()


def _where(name: str, place: int, line: int) -> str:
    return f"{name}, {get_column_letter(place + 1)}{line}"


def _sign(lines: Sequence[tuple[int, Sequence[Any]]], head: Mapping[str, int], name: str) -> str | None:
    written = [
        (_cleaned(cell), _where(name, head[column.name], line), False)
        for line, row in lines for column in COLUMNS if column.kind in NUMBERS and column.name in head
        if isinstance(cell := _cell(row, head[column.name]), str)
    ]  # fmt: skip
    return decimal_sign(written)


def _row(row: Sequence[Any], line: int, head: Mapping[str, int], sign: str, name: str) -> Row:
    found: Row = {}
    for column in COLUMNS:
        if column.name not in head:
            found[column.name] = None
            continue
        where, cell = _where(name, head[column.name], line), _cell(row, head[column.name])
        if column.kind in NUMBERS:
            cell = _cleaned(cell)
            if isinstance(cell, str) and cell:
                cell = read_number(cell, where, sign)
        found[column.name] = read_cell(column, cell, where)
    for rule in RULES:
        found[rule] = tuple(part.strip() for part in str(found[rule] or "").split(";") if part.strip())
    found["fate"] = found["fate"] or "open"
    found["costs"] = _costs(found, line, head, name)
    return found


def _costs(found: Row, line: int, head: Mapping[str, int], name: str) -> list[float]:
    """Return the costs year by year; years left empty behind the last are zero."""
    given = [found.pop(f"cost_{n}") for n in range(1, MOST_YEARS + 1)]
    last = max(n for n, cost in enumerate(given) if cost is not None)
    for n, cost in enumerate(given[:last]):
        if cost is None and f"cost_{n + 1}" in head:
            raise InputError(
                gettext_noop("A cost is missing between two years; please write 0 where nothing is paid."),
                where=_where(name, head[f"cost_{n + 1}"], line),
            )  # fmt: skip
    return [float(cost or 0.0) for cost in given[: last + 1]]


def _refuse_unknown(rows: Sequence[tuple[int, Row]], head: Mapping[str, int], name: str) -> None:
    names: set[str] = set()
    for line, row in rows:
        if row["name"] in names:
            raise InputError(gettext_noop("'%(what)s' stands here twice."), where=_where(name, head["name"], line),
                             what=row["name"])  # fmt: skip
        names.add(row["name"])
    for line, row in rows:
        for rule in RULES:
            unknown = [other for other in row[rule] if other not in names or other == row["name"]]
            if unknown:
                raise InputError(
                    gettext_noop("'%(name)s' is none of the other measures of this table."),
                    where=_where(name, head[rule], line), name=unknown[0],
                )  # fmt: skip
        if row["better_with"] and row["better_points"] is None:
            raise InputError(
                gettext_noop("Please say how many points more they are worth together."),
                where=_where(name, head["better_with"], line),
            )  # fmt: skip
