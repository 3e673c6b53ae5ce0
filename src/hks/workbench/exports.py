"""Tables for other programs."""

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font

Cell = str | float | int
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # a text that begins so would be computed by a spreadsheet


def workbook(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Cell]]]]) -> bytes:
    """Write sheets of (title, header, rows) as an Excel file; texts are never taken for formulas."""
    book = Workbook()
    book.remove(book.active)
    for title, header, rows in sheets:
        sheet = book.create_sheet(title[:31])
        for number, row in enumerate([header, *rows], start=1):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(number, place)
                if isinstance(value, str):
                    cell.value = value
                    cell.data_type = "s"
                    cell.quotePrefix = value.startswith(FORMULA_SIGNS)
                else:
                    cell.value = value
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "B2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def separated(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Write one table as CSV that a spreadsheet in German or English opens: UTF-8 with a mark, semicolons, points.

    An apostrophe stands before a text that a spreadsheet would take for a formula.
    """
    stream = io.StringIO(newline="")
    lines = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    for row in (header, *rows):
        lines.writerow(
            [f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell for cell in row]
        )
    return stream.getvalue().encode("utf-8-sig")
