"""Depths of heavy rain: KOSTRA-DWD as a table of cells, durations and return periods, both editions."""

import csv
import io
import re
from itertools import pairwise

import numpy as np

from hks.adapters.official_tables import decoded
from hks.climate.storms import RainDepths
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

PERIOD = re.compile(r"hn(?:_mm_t|_)0*(\d+)a?$", re.IGNORECASE)
TOLERANCE = re.compile(r"uc_0*(\d+)a?$", re.IGNORECASE)
DURATION = re.compile(r"(?:_d|duration|dauer)0*(\d+)", re.IGNORECASE)
CELL, MINUTES = ("index_rc", "index"), ("duration_min", "dauer_min", "duration")
EDITIONS = {"2010R": range(1, 100_000), "2020": range(100_000, 1_000_000)}  # row * 1000 + column of 8.15 or 5 km
MISSING = -99.0  # and below


def read_rain_depths(data: bytes, name: str) -> RainDepths:
    """Read a table with a column for the cell, one for the duration, and one per return period.

    The 2020 edition gives one file per duration, named so, with HN_001A to HN_100A and UC_001A to UC_100A.

    Raises
    ------
    InputError
        If columns are missing, or a depth is none.
    """
    text, _ = decoded(data, name)
    sign = ";" if text.split("\n", 1)[0].count(";") else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=sign))
    head = [cell.strip() for cell in rows[0]] if rows else []
    lower = [cell.lower() for cell in head]
    cell_at = next((lower.index(word) for word in CELL if word in lower), None)
    minutes_at = next((lower.index(word) for word in MINUTES if word in lower), None)
    periods = {n: int(found[1]) for n, cell in enumerate(head) if (found := PERIOD.search(cell))}
    tolerances = {int(found[1]): n for n, cell in enumerate(head) if (found := TOLERANCE.search(cell))}
    in_name = DURATION.search(name)
    if cell_at is None or not periods or (minutes_at is None and in_name is None):
        raise InputError(
            gettext_noop("The table needs index_rc, duration_min and a depth per return period, hn_mm_T1 and so on."),
            where=name,
        )  # fmt: skip
    years = sorted(periods.values())
    read: dict[int, dict[int, tuple[list[float], list[float]]]] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        where = f"{name}:{number}"
        cell = int(_number(row, cell_at, where))
        minutes = int(_number(row, minutes_at, where)) if minutes_at is not None else int(in_name[1])  # type: ignore[index]
        by_year = {periods[n]: _number(row, n, where) for n in periods}
        depths = [by_year[year] for year in years]
        if min(depths) <= MISSING:
            continue
        if min(depths) <= 0 or any(b < a for a, b in pairwise(depths)):
            raise InputError(gettext_noop("Depths must be above zero and rise with the return period."), where=where)
        spread = [_number(row, tolerances[year], where) for year in years if year in tolerances]
        if minutes in read.setdefault(cell, {}):
            raise InputError(
                gettext_noop("The cell %(cell)s stands twice for %(minutes)s minutes."),
                where=where, cell=cell, minutes=minutes,
            )  # fmt: skip
        read[cell][minutes] = depths, spread
    return _together(read, years, name)


def _together(read: dict[int, dict[int, tuple[list[float], list[float]]]], years: list[int], name: str) -> RainDepths:
    if not read:
        raise InputError(gettext_noop("The table holds no depth."), where=name)
    durations = sorted(next(iter(read.values())))
    for cell, rows in read.items():
        if sorted(rows) != durations:
            raise InputError(
                gettext_noop("The cell %(cell)s has other durations than the first one."), where=name, cell=cell
            )
    depths = {cell: np.array([rows[d][0] for d in durations]) for cell, rows in read.items()}
    if any((np.diff(table, axis=0) < 0).any() for table in depths.values()):
        raise InputError(gettext_noop("Depths must rise with the duration."), where=name)
    spreads = {cell: np.array([rows[d][1] for d in durations]) for cell, rows in read.items()}
    tolerance = {cell: table for cell, table in spreads.items() if table.shape == depths[cell].shape}
    edition = next((edition for edition, cells in EDITIONS.items() if min(read) in cells), "")
    return RainDepths(edition, np.array(durations, float), np.array(years, float), depths, tolerance)


def _number(row: list[str], place: int, where: str) -> float:
    text = row[place].strip() if place < len(row) else ""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise InputError(gettext_noop("'%(value)s' is not a number."), where=where, value=text[:40]) from None
