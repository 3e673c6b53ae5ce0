"""Residents by age band and sex from official tables of the form 12411-0018."""

import datetime
import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hks.adapters.flat_files import FlatFile, is_flat, read_flat
from hks.adapters.official_tables import MARKERS, decoded, lines_of
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

SEXES = {"männlich": "m", "weiblich": "w"}
_BAND = re.compile(r"(?:unter (?P<below>\d+)|(?P<low>\d+) bis unter (?P<high>\d+)|(?P<open>\d+) Jahre und mehr)")
_SINGLE = re.compile(r"(\d+)-Jährige")
RESIDENTS = "12411"


Column = tuple[str, int, int | None]  # sex, from this age, below that one


@dataclass(frozen=True)
class PopulationTable:
    """Residents by unit, key date, sex and age band; `flag` keeps the official marker where there is no number.

    `persons` is a (row, column) array [persons], NaN where missing; row = unit at a key date, column = sex and band.
    """

    code: str
    title: str
    encoding: str
    as_of: str
    attribution: str
    ags: tuple[str, ...]
    names: tuple[str, ...]
    dates: tuple[str, ...]
    columns: tuple[Column, ...]
    persons: np.ndarray
    flag: np.ndarray


def read_population(data: bytes, name: str) -> PopulationTable:
    """Read a 12411-type table of residents by age band and sex, in the classic form or as a flat file.

    Raises
    ------
    InputError
        If the file is no such table; the text names file, row and column.
    """
    if is_flat(data):
        return _from_flat(read_flat(data, name), name)
    text, encoding = decoded(data, name)
    rows = lines_of(text, name)
    first = next((n for n, row in enumerate(rows) if row and re.fullmatch(r"\d{2}\.\d{2}\.\d{4}", row[0])), None)
    if first is None or first < 2 or not rows[0]:
        raise InputError(
            gettext_noop("No row begins with a key date such as 31.12.2017; this is not a table of residents."),
            where=name,
        )
    columns = _columns(rows[first - 2], rows[first - 1], name, first)
    last = next((n for n, row in enumerate(rows) if row and row[0].startswith("____")), len(rows))
    keys, persons, flags = _body(rows[first:last], columns, name, first + 1)
    foot = [cell for row in rows[last:] for cell in row[:1]]
    return PopulationTable(
        code=rows[0][0].partition(":")[2].strip(), title=rows[1][0] if rows[1] else "", encoding=encoding,
        as_of=next((line.removeprefix("Stand: ") for line in foot if line.startswith("Stand:")), ""),
        attribution=next((line for line in foot if line.startswith("©")), ""),
        ags=tuple(k[1] for k in keys), names=tuple(k[2] for k in keys), dates=tuple(k[0] for k in keys),
        columns=columns, persons=persons, flag=flags,
    )  # fmt: skip


def age_variable(table: FlatFile) -> str:
    """Name the variable of a flat file that holds ages, or nothing where residents are not counted by sex and age."""
    if table.statistic != RESIDENTS or "GES" not in table.variables:
        return ""
    return next((code for code, label in table.variables.items() if label.startswith("Alter")), "")


def _from_flat(table: FlatFile, name: str) -> PopulationTable:
    age = age_variable(table)
    if not age or len(table.variables) != 2 or len(table.measures) != 1:
        raise InputError(
            gettext_noop("This flat file does not count residents by sex and age alone; expected is one of 12411."),
            where=name,
        )
    found: dict[tuple[str, str], dict[Column, str]] = {}
    names: dict[str, str] = {}
    for row in table.rows:
        sex, label = row.labels["GES"], row.labels[age]
        if sex and label:
            column = (SEXES.get(sex, ""), *_ages(sex, label, f"{name}:{row.number}"))
            found.setdefault((row.day, row.ags), {})[column] = row.cell
            names[row.ags] = row.name
    columns = sorted({c for cells in found.values() for c in cells}, key=lambda c: (c[0], c[1]))
    _refuse_overlap(columns, name)
    keys, persons, flags = list(found), np.full((len(found), len(columns)), np.nan), []
    for number, cells in enumerate(found.values()):
        dissolved = all(cell == "-" for cell in cells.values())
        answers = [_cell(cells.get(column, "."), dissolved, f"{name}:{column}") for column in columns]
        persons[number] = [value for value, _flag in answers]
        flags.append([flag for _value, flag in answers])
    return PopulationTable(
        code=table.statistic, title=table.title, encoding="utf-8", as_of="", attribution="",
        ags=tuple(ags for _day, ags in keys), names=tuple(names[ags] for _day, ags in keys),
        dates=tuple(day for day, _ags in keys), columns=tuple(columns), persons=persons,
        flag=np.array(flags, dtype="U3").reshape(persons.shape),
    )  # fmt: skip


def _refuse_overlap(columns: list[Column], name: str) -> None:
    for (sex, low, high), (other, start, _end) in pairwise(columns):
        if sex == other and (high is None or start < high):
            raise InputError(
                gettext_noop("The ages from %(low)s and from %(start)s overlap; people would be counted twice."),
                where=name, low=low, start=start,
            )  # fmt: skip


def _ages(sex: str, label: str, where: str) -> tuple[int, int | None]:
    band, single = _BAND.search(label), _SINGLE.fullmatch(label)
    if sex not in SEXES or not (band or single):
        raise InputError(
            gettext_noop("The column '%(sex)s / %(age)s' is not understood; expected a sex and an age band."),
            where=where, sex=sex, age=label,
        )  # fmt: skip
    if single:
        return int(single[1]), int(single[1]) + 1
    assert band is not None
    high = band["high"] or band["below"]
    return int(band["low"] or band["open"] or 0), int(high) if high else None


def _columns(sexes: list[str], ages: list[str], name: str, row: int) -> tuple[Column, ...]:
    columns = []
    for place, (sex, age) in enumerate(zip(sexes[3:], ages[3:], strict=False), start=4):
        low, high = _ages(sex, age, f"{name}:{row}:{place}")
        columns.append((SEXES[sex], low, high))
    if len(set(columns)) != len(columns) or not columns:
        raise InputError(gettext_noop("The header names no column or one column twice."), where=f"{name}:{row}")
    return tuple(columns)


def _body(
    rows: list[list[str]], columns: tuple[Column, ...], name: str, first: int
) -> tuple[list[tuple[str, str, str]], np.ndarray, np.ndarray]:
    keys: list[tuple[str, str, str]] = []
    persons = np.full((len(rows), len(columns)), np.nan)
    flags = np.full((len(rows), len(columns)), "", dtype="U3")
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows):
        where = f"{name}:{first + number}"
        keys.append(_key(row, len(columns), where))
        if keys[-1][:2] in seen:
            raise InputError(
                gettext_noop("%(ags)s on %(day)s stands here twice."), where=where, ags=keys[-1][1], day=keys[-1][0]
            )
        seen.add(keys[-1][:2])
        dissolved = all(cell.strip() == "-" for cell in row[3:])  # a Kreis that no longer exists keeps rows of '-'
        for place, cell in enumerate(row[3:]):
            persons[number, place], flags[number, place] = _cell(cell.strip(), dissolved, f"{where}:{place + 4}")
    return keys, persons, flags


def _key(row: list[str], columns: int, where: str) -> tuple[str, str, str]:
    if len(row) != columns + 3:
        raise InputError(
            gettext_noop("%(found)s cells stand here; %(wanted)s are right."),
            where=where,
            found=len(row),
            wanted=columns + 3,
        )
    try:
        day = datetime.datetime.strptime(row[0], "%d.%m.%Y").date().isoformat()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise InputError(
            gettext_noop("'%(value)s' is not a day such as 31.12.2017."), where=f"{where}:1", value=row[0]
        ) from None
    ags = row[1].strip()
    if not re.fullmatch(r"DG|\d{2}|\d{5}|\d{8}", ags):
        raise InputError(gettext_noop("'%(value)s' is not an AGS of 2, 5 or 8 digits."), where=f"{where}:2", value=ags)
    return day, ags, row[2].strip()


def _cell(cell: str, dissolved: bool, where: str) -> tuple[float, str]:
    if cell.isascii() and cell.isdecimal():
        return float(cell), ""
    if cell == "-" and not dissolved:
        return 0.0, "-"  # Destatis: exactly nothing
    if cell in MARKERS:
        return np.nan, cell
    raise InputError(
        gettext_noop("'%(value)s' is not a number of people; a whole number from 0 is right."), where=where, value=cell
    )
