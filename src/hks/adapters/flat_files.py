"""Flat files of GENESIS (ffcsv): one row a value, every key in its own cells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hks.adapters.official_tables import FLAT, MARKERS, decoded, lines_of
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

_NUMBER = re.compile(r"-?\d+(,\d+)?")
_AGS = re.compile(r"DG|\d{2}|\d{5}|\d{8}")
_YEAR, _DAY = re.compile(r"\d{4}"), re.compile(r"\d{4}-\d{2}-\d{2}")
REGIONS = ("DINSG", "DLAND", "REGBEZ", "KREISE", "GEMEIN")


@dataclass(frozen=True)
class FlatRow:
    """One value: its place and day, the labels of its further keys by variable ('' where all are meant), its words."""

    number: int
    ags: str
    name: str
    day: str
    labels: Mapping[str, str]
    measure: str
    unit: str
    cell: str

    @property
    def value(self) -> float | None:
        """Return the number, or nothing where a marker stands."""
        return None if self.cell in MARKERS else float(self.cell.replace(",", "."))


@dataclass(frozen=True)
class FlatFile:
    """A flat file: the statistic, its variables (code -> label) without place and time, and its rows."""

    statistic: str
    title: str
    variables: Mapping[str, str]
    rows: tuple[FlatRow, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """Return what is counted, by label."""
        return tuple(dict.fromkeys(row.measure for row in self.rows))


def is_flat(data: bytes) -> bool:
    """Say whether bytes begin as a flat file does."""
    first = data[:2000].decode("utf-8-sig", "replace").partition("\n")[0]
    return set(FLAT) <= {cell.strip().strip('"') for cell in first.split(";")}


def read_flat(data: bytes, name: str) -> FlatFile:
    """Read a flat file whole.

    Raises
    ------
    InputError
        If it is none, a row is cut off or stands twice, or a value is neither number nor official marker.
    """
    text, _encoding = decoded(data, name)
    lines = lines_of(text, name)
    head = lines[0]
    if not set(FLAT) <= set(head):
        raise InputError(
            gettext_noop("The first row is not that of a flat file (ffcsv) of GENESIS."), where=f"{name}:1"
        )
    body = [(n, row) for n, row in enumerate(lines[1:], start=2) if row]
    for number, cells in body:
        if len(cells) != len(head):
            raise InputError(
                gettext_noop("%(found)s cells stand here; %(wanted)s are right."),
                where=f"{name}:{number}", found=len(cells), wanted=len(head),
            )  # fmt: skip
    if not body:
        raise InputError(gettext_noop("Below the head stands no row."), where=name)
    rows = tuple(_row(dict(zip(head, cells, strict=True)), number, name) for number, cells in body)
    _refuse_twice(rows, name)
    first = dict(zip(head, body[0][1], strict=True))
    variables = {code: label for code, label, _value, _words in _keys(first) if code not in REGIONS}
    return FlatFile(first["statistics_code"], first["statistics_label"], variables, rows)


def _keys(cells: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    """Return code and label of each variable with code and label of what it is here."""
    places = [title.removesuffix("_variable_code") for title in cells if re.fullmatch(r"\d+_variable_code", title)]
    return [
        (cells[f"{n}_variable_code"], cells.get(f"{n}_variable_label", ""),
         cells.get(f"{n}_variable_attribute_code", ""), cells.get(f"{n}_variable_attribute_label", ""))
        for n in places
    ]  # fmt: skip


def _row(cells: Mapping[str, str], number: int, name: str) -> FlatRow:
    where, cell, day = f"{name}:{number}", cells["value"].strip(), cells["time"].strip()
    if cell not in MARKERS and not _NUMBER.fullmatch(cell):
        raise InputError(
            gettext_noop("'%(value)s' is neither a number nor an official marker."), where=where, value=cell[:40]
        )
    if not (_YEAR.fullmatch(day) or _DAY.fullmatch(day)):
        raise InputError(gettext_noop("'%(value)s' is neither a year nor a day."), where=where, value=day[:40])
    keys = _keys(cells)
    place = next(
        ((code, label) for variable, _label, code, label in keys if variable in REGIONS), ("DG", "Deutschland")
    )
    if not _AGS.fullmatch(place[0]):
        raise InputError(
            gettext_noop("'%(value)s' is not an AGS of 2, 5 or 8 digits."), where=where, value=place[0][:40]
        )
    labels = {variable: label if code else "" for variable, _label, code, label in keys if variable not in REGIONS}
    measure = cells.get("value_variable_label", "")
    return FlatRow(number, place[0], place[1].strip(), day, labels, measure, cells["value_unit"], cell)


def _refuse_twice(rows: tuple[FlatRow, ...], name: str) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        key = (row.ags, row.day, row.measure, row.unit, *row.labels.items())
        if key in seen:
            raise InputError(
                gettext_noop("This row stands here a second time; the first is row %(first)s."),
                where=f"{name}:{row.number}", first=seen[key],
            )  # fmt: skip
        seen[key] = row.number
