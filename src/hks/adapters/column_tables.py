"""Small tables whose first row names the columns, by any of several words, in any order: text, or the first sheet."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hks.adapters.official_tables import decoded
from hks.adapters.workbooks import first_sheet, is_workbook
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LARGEST_FILE = 20 * 1024 * 1024  # our choice
LARGEST_SHEET = {"rows": 5000, "columns": 60}  # our choice
Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Columns:
    """Cells by column, with the line each stands in; what is no column asked for is left out."""

    name: str
    cells: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...]

    def numbers(self, column: str, low: float, high: float) -> np.ndarray:
        """Read a column of numbers within limits, written with point or comma.

        Raises
        ------
        InputError
            If a cell is no number, or lies outside.
        """
        return np.array([self.number(column, n, low, high) for n in range(len(self.lines))])

    def number(self, column: str, place: int, low: float, high: float) -> float:
        """Read one cell, as `numbers` reads all."""
        text, where = self.cells[column][place], f"{self.name}:{self.lines[place]}:{column}"
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = float("nan")
        if not np.isfinite(value):
            raise InputError(gettext_noop("'%(value)s' is not a number."), where=where, value=text[:40])
        if not low <= value <= high:
            raise InputError(
                gettext_noop("%(value)s lies outside %(low)s to %(high)s."),
                where=where,
                value=value,
                low=low,
                high=high,
            )
        return value

    def once(self, column: str) -> tuple[str, ...]:
        """Return a column whose cells are filled and differ.

        Raises
        ------
        InputError
            If one is empty or stands twice.
        """
        seen: set[str] = set()
        for text, line in zip(self.cells[column], self.lines, strict=True):
            if not text or text in seen:
                raise InputError(
                    gettext_noop("'%(value)s' is empty or stands twice; each row needs its own."),
                    where=f"{self.name}:{line}:{column}", value=text[:40],
                )  # fmt: skip
            seen.add(text)
        return self.cells[column]


def read_columns(data: bytes, name: str, names: Names, needed: Sequence[str]) -> Columns:
    """Read such a table.

    Raises
    ------
    InputError
        If it is no text table, a needed column is missing or named twice, or no row follows.
    """
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The file is larger than 20 MB; such a table is far smaller."), where=name)
    rows = _sheet(data, name) if is_workbook(data) else _text(data, name)
    filled = [(n, [c.strip() for c in row]) for n, row in enumerate(rows, start=1) if any(c.strip() for c in row)]
    if not filled:
        raise InputError(gettext_noop("The file is empty."), where=name)
    head = _head(filled[0][1], f"{name}:{filled[0][0]}", names, needed)
    body = filled[1:]
    if not body:
        raise InputError(gettext_noop("Below the head stands no row."), where=name)
    for line, row in body:
        if len(row) > len(filled[0][1]) and any(row[len(filled[0][1]) :]):
            raise InputError(
                gettext_noop("%(found)s cells stand here; %(wanted)s are right."),
                where=f"{name}:{line}", found=len(row), wanted=len(filled[0][1]),
            )  # fmt: skip
    cells = {column: tuple(row[place] if place < len(row) else "" for _, row in body) for column, place in head.items()}
    return Columns(name, cells, tuple(line for line, _ in body))


def _text(data: bytes, name: str) -> list[list[str]]:
    text, _encoding = decoded(data, name)
    delimiter = max(";\t,", key=text.lstrip().partition("\n")[0].count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise InputError(gettext_noop("This is not a text table."), where=name) from None


def _sheet(data: bytes, name: str) -> list[list[str]]:
    return [
        ["" if cell is None else str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
         for cell in row]
        for row in first_sheet(data, name, **LARGEST_SHEET)
    ]  # fmt: skip


def _head(row: Sequence[str], where: str, names: Names, needed: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        column = next((column for column, words in names.items() if cell.lower() in words), None)
        if column in found:
            raise InputError(gettext_noop("The column '%(name)s' stands twice."), where=where, name=cell[:40])
        if column is not None:
            found[column] = place
    missing = [names[column][0] for column in needed if column not in found]
    if missing:
        raise InputError(
            gettext_noop("The first row must name the columns %(wanted)s; %(missing)s is missing."),
            where=where, wanted=", ".join(names[column][0] for column in needed), missing=missing[0],
        )  # fmt: skip
    return found
