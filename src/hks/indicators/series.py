"""How an indicator follows from series: eight closed shapes, a function by name, or a comparison of two units."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hks.core.errors import InputError
from hks.numerics.concentration import concentration

Values = Mapping[datetime.date, float]
Comparison = Callable[[Sequence[float], Sequence[float], Sequence[float], Sequence[float]], float]


@dataclass(frozen=True)
class Shape:
    """How many series a shape needs and the value of one year from theirs."""

    needs: int
    value: Callable[..., float]


def _share(part: float, whole: float) -> float:
    return 100.0 * part / whole


def _ratio(part: float, whole: float) -> float:
    return part / whole


def _per_thousand(count: float, people: float) -> float:
    return 1000.0 * count / people


def _balance(arrived: float, left: float, people: float) -> float:
    return 1000.0 * (arrived - left) / people


def _difference(more: float, less: float) -> float:
    return more - less


def _change(now: float, before: float) -> float:
    return 100.0 * (now - before) / before


def _points(now: float, before: float) -> float:
    return now - before


# "given" needs no series; "change" (percent) and "points" (of the unit) compare a series with itself years before.
BACKWARDS = {"change": _change, "points": _points}
SHAPES: dict[str, Shape] = {
    "given": Shape(0, lambda: 0.0),
    "share": Shape(2, _share),
    "ratio": Shape(2, _ratio),
    "per_thousand": Shape(2, _per_thousand),
    "balance": Shape(3, _balance),
    "difference": Shape(2, _difference),
    "change": Shape(1, _change),
    "points": Shape(1, _points),
}


def balance_per_ten_thousand(arrived: float, left: float, people: float) -> float:
    """Count arrivals minus departures for each 10,000 people. [1/10000]"""
    return 10_000.0 * (arrived - left) / people


def share_of_sum(part: float, rest: float) -> float:
    """Divide a part by the sum of itself and the rest. [%]"""
    return 100.0 * part / (part + rest)


FUNCTIONS: dict[str, Callable[..., float]] = {
    "concentration": concentration,
    "balance_per_ten_thousand": balance_per_ten_thousand,
    "share_of_sum": share_of_sum,
}


def derived(
    shape: str, function: str, series: Sequence[Values], over: int = 0, breaks: Sequence[datetime.date] = ()
) -> dict[datetime.date, tuple[float, tuple[datetime.date, ...]]]:
    """Compute an indicator wherever its series know the same year.

    Key dates within a year may differ (employees in June, residents in December); the value takes the day of the
    first series. A year without all series, or with nothing to divide by, is left out.

    Parameters
    ----------
    series : sequence of mappings
        Value by day, in the order of the definition. [any]
    over : int
        For "change" and "points": how many years back; neither crosses a break. [a]

    Returns
    -------
    dict
        Day of the value -> (value, days of the figures it was made of, by series).
    """
    if shape in BACKWARDS:
        return _changes(series[0], BACKWARDS[shape], over, breaks)
    rule = FUNCTIONS.get(function) or SHAPES[shape].value
    by_year = [{day.year: day for day in sorted(values)} for values in series]
    found = {}
    for year, day in by_year[0].items() if by_year else ():
        if all(year in days for days in by_year):
            used = tuple(days[year] for days in by_year)
            try:
                value = rule(*(values[when] for values, when in zip(series, used, strict=True)))
            except ZeroDivisionError:
                continue
            found[day] = (value, used)
    return found


def _changes(
    values: Values, rule: Callable[[float, float], float], over: int, breaks: Sequence[datetime.date]
) -> dict[datetime.date, tuple[float, tuple[datetime.date, ...]]]:
    by_year = {day.year: day for day in sorted(values)}
    found: dict[datetime.date, tuple[float, tuple[datetime.date, ...]]] = {}
    for year, day in by_year.items():
        before = by_year.get(year - over)
        if before is None or any(before < when <= day for when in breaks):
            continue
        try:
            found[day] = (rule(values[day], values[before]), (before, day))
        except ZeroDivisionError:
            continue
    return found


def compared(
    rule: Comparison, own: Sequence[Values], other: Sequence[Values], over: int, breaks: Sequence[datetime.date] = ()
) -> dict[datetime.date, tuple[float, tuple[datetime.date, ...]]]:
    """Compute a comparison wherever both units know all series of a year and of some years before.

    A year that lacks a series, has a break since, or cannot be compared is left out.

    Parameters
    ----------
    rule : function
        Takes the values of all series: before and now, then before and now of the other unit.
    own, other : sequence of mappings
        Value by day, in the order of the definition. [any]
    over : int
        How many years back. [a]

    Returns
    -------
    dict
        Day of the value -> (value, days of the figures it was made of).
    """
    sides = [[{day.year: (day, values[day]) for day in sorted(values)} for values in series] for series in (own, other)]
    found: dict[datetime.date, tuple[float, tuple[datetime.date, ...]]] = {}
    for year, (now, _) in (sides[0][0] if sides[0] else {}).items():
        years = (year - over, year)
        if not all(when in series for side in sides for series in side for when in years):
            continue
        cells = [[[series[when] for series in side] for when in years] for side in sides]
        if any(cells[0][0][0][0] < when <= now for when in breaks):
            continue
        try:
            value = rule(*([value for _, value in row] for side in cells for row in side))
        except InputError:
            continue
        found[now] = (value, tuple(sorted({day for side in cells for row in side for day, _ in row})))
    return found
