"""Death rates by single age and year: a plain table with one row per age and one column per year."""

import csv
import io
import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hks.adapters.official_tables import decoded
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LARGEST_AGE = 130


@dataclass(frozen=True)
class DeathRates:
    """Death rates m(x, t): `ages` from 0, `years` without a gap, `rates` (age, year) [1/a]."""

    ages: tuple[int, ...]
    years: tuple[int, ...]
    rates: np.ndarray


def read_death_rates(data: bytes, name: str) -> DeathRates:
    """Read a table whose first row names the years and whose first column names the ages.

    Raises
    ------
    InputError
        If it is none; the text names file, row and column.
    """
    text, _ = decoded(data, name)
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error:
        raise InputError(gettext_noop("This is not a table of death rates."), where=name) from None
    years = _numbers(rows[0][1:], f"{name}:1", 2)
    ages = tuple(age for n, row in enumerate(rows[1:], start=2) for age in _numbers(row[:1], f"{name}:{n}", 1))
    if len(years) < 2 or any(b != a + 1 for a, b in pairwise(years)):
        raise InputError(
            gettext_noop("The first row must name at least two years without a gap, such as 2015 2016."),
            where=f"{name}:1",
        )
    if ages != tuple(range(len(ages))) or not 2 <= len(ages) <= LARGEST_AGE:
        raise InputError(gettext_noop("The first column must name the single ages from 0 without a gap."), where=name)
    return DeathRates(ages, years, np.array([_rates(row, len(years), f"{name}:{n}", delimiter)
                                             for n, row in enumerate(rows[1:], start=2)]))  # fmt: skip


def _numbers(cells: list[str], where: str, column: int) -> tuple[int, ...]:
    for place, cell in enumerate(cells, start=column):
        if not re.fullmatch(r"\d{1,4}", cell.strip()):
            raise InputError(
                gettext_noop("'%(value)s' is neither a year nor an age."), where=f"{where}:{place}", value=cell[:40]
            )
    return tuple(int(cell) for cell in cells)


def _rates(row: list[str], wanted: int, where: str, delimiter: str) -> list[float]:
    if len(row) != wanted + 1:
        raise InputError(
            gettext_noop("%(found)s cells stand here; %(wanted)s are right."),
            where=where, found=len(row), wanted=wanted + 1,
        )  # fmt: skip
    found = []
    for place, cell in enumerate(row[1:], start=2):
        text = cell.strip() if delimiter == "," else cell.strip().replace(",", ".")
        if not re.fullmatch(r"\d*\.?\d+([eE][-+]?\d{1,3})?", text) or not 0 < float(text) < 10:
            raise InputError(
                gettext_noop("'%(value)s' is no death rate; a number above 0 such as 0.0123 is right."),
                where=f"{where}:{place}", value=cell[:40],
            )  # fmt: skip
        found.append(float(text))
    return found
