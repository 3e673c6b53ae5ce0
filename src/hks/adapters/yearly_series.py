"""Series of units by key date: our own tidy form, or the residents of an official table by age."""

import datetime
import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hks.adapters.official_tables import decoded, lines_of
from hks.adapters.population_tables import PopulationTable, read_population
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

WANTED = ("ags", "indicator", "day", "value")
LARGEST_VALUE = 1e15  # our choice: no figure of a town comes near


@dataclass(frozen=True)
class Series:
    """One series, oldest first; `second_hand` where a figure is not the statistical office's own."""

    days: tuple[datetime.date, ...]
    values: tuple[float, ...]
    second_hand: bool = False


@dataclass(frozen=True)
class YearlySeries:
    """Series by unit and indicator, names by unit, and the residents by age where the table has them."""

    series: Mapping[tuple[str, str], Series]
    names: Mapping[str, str]
    residents: PopulationTable | None = None


def read_yearly_series(data: bytes, name: str) -> YearlySeries:
    """Read series from a tidy table (ags, indicator, day, value …) or a table of residents such as 12411-0018.

    Raises
    ------
    InputError
        If the file is neither; the text names file, row and column.
    """
    text, _ = decoded(data, name)
    rows = lines_of(text, name)
    head = [cell.strip().lower() for cell in rows[0]]
    if not set(WANTED) <= set(head):
        return _of_residents(read_population(data, name))
    named: dict[str, str] = {}
    found: dict[tuple[str, str], dict[datetime.date, float]] = defaultdict(dict)
    second_hand: set[tuple[str, str]] = set()
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        row = _row(head, cells, f"{name}:{number}")
        ags, indicator, day, value = _figure(head, row, f"{name}:{number}")
        if day in found[ags, indicator]:
            raise InputError(gettext_noop("This unit, day and indicator stand here twice."), where=f"{name}:{number}")
        found[ags, indicator][day] = value
        named.setdefault(ags, row.get("name", "") or ags)
        if row.get("second_hand", ""):
            second_hand.add((ags, indicator))
    if not found:
        raise InputError(gettext_noop("Below the head stands no row."), where=name)
    series = {key: _in_order(values, key in second_hand) for key, values in found.items()}
    return YearlySeries(series, named)


def _row(head: list[str], cells: list[str], where: str) -> dict[str, str]:
    if len(cells) > len(head):
        raise InputError(
            gettext_noop("%(found)s cells stand here; %(wanted)s are right."),
            where=where, found=len(cells), wanted=len(head),
        )  # fmt: skip
    return dict(zip(head, (cell.strip() for cell in cells), strict=False))


def _figure(head: list[str], row: Mapping[str, str], where: str) -> tuple[str, str, datetime.date, float]:
    ags, indicator, day, value = (row.get(key, "") for key in WANTED)
    if not re.fullmatch(r"DG|[0-9]{2}|[0-9]{5}|[0-9]{8}", ags):
        raise InputError(
            gettext_noop("'%(value)s' is not an AGS of 2, 5 or 8 digits."),
            where=f"{where}:{head.index('ags') + 1}", value=ags,
        )  # fmt: skip
    if not indicator:
        raise InputError(
            gettext_noop("The name of the figure is missing."), where=f"{where}:{head.index('indicator') + 1}"
        )
    try:
        when = datetime.date.fromisoformat(day)
    except ValueError:
        raise InputError(
            gettext_noop("'%(value)s' is not a day; write it as 2024-12-31."),
            where=f"{where}:{head.index('day') + 1}", value=day,
        ) from None  # fmt: skip
    number = float(value) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,2})?", value) else math.nan
    if not abs(number) < LARGEST_VALUE:
        raise InputError(
            gettext_noop("'%(value)s' is not a number."), where=f"{where}:{head.index('value') + 1}", value=value
        )
    return ags, indicator, when, number


def _in_order(values: Mapping[datetime.date, float], second_hand: bool) -> Series:
    days = sorted(values)
    return Series(tuple(days), tuple(values[day] for day in days), second_hand)


def _of_residents(table: PopulationTable) -> YearlySeries:
    """Add up the residents of every age; a unit on a day with a missing cell has no figure."""
    totals = table.persons.sum(axis=1)
    found: dict[str, dict[datetime.date, float]] = defaultdict(dict)
    for ags, day, total in zip(table.ags, table.dates, totals.tolist(), strict=True):
        if np.isfinite(total):
            found[ags][datetime.date.fromisoformat(day)] = total
    series = {(ags, "population"): _in_order(values, False) for ags, values in found.items()}
    return YearlySeries(series, dict(zip(table.ags, table.names, strict=True)), table)
