"""How an indicator follows from series: six closed shapes, or a function by name."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Values = Mapping[datetime.date, float]


@dataclass(frozen=True)
class Shape:
    """How many series a shape needs and the value of one year from theirs."""

    needs: int
    value: Callable[..., float]


def _share(part: float, whole: float) -> float:
    return 100.0 * part / whole


def _per_thousand(count: float, people: float) -> float:
    return 1000.0 * count / people


def _balance(arrived: float, left: float, people: float) -> float:
    return 1000.0 * (arrived - left) / people


def _difference(more: float, less: float) -> float:
    return more - less


def _change(now: float, before: float) -> float:
    return 100.0 * (now - before) / before


# "given" needs no series; "change" compares one series with itself some years before.
SHAPES: dict[str, Shape] = {
    "given": Shape(0, lambda: 0.0),
    "share": Shape(2, _share),
    "per_thousand": Shape(2, _per_thousand),
    "balance": Shape(3, _balance),
    "difference": Shape(2, _difference),
    "change": Shape(1, _change),
}


def concentration(*counts: float) -> float:
    """Add up the squared shares of the parts (Herfindahl index): 1/n where all n are equal, 1 where one has all. [1]"""
    total = sum(counts)
    return sum((count / total) ** 2 for count in counts)


FUNCTIONS: dict[str, Callable[..., float]] = {"concentration": concentration}


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
        For "change": how many years back; no change crosses a break. [a]

    Returns
    -------
    dict
        Day of the value -> (value, days of the figures it was made of, by series).
    """
    if shape == "change":
        return _changes(series[0], over, breaks)
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
    values: Values, over: int, breaks: Sequence[datetime.date]
) -> dict[datetime.date, tuple[float, tuple[datetime.date, ...]]]:
    by_year = {day.year: day for day in sorted(values)}
    found: dict[datetime.date, tuple[float, tuple[datetime.date, ...]]] = {}
    for year, day in by_year.items():
        before = by_year.get(year - over)
        if before is not None and values[before] and not any(before < when <= day for when in breaks):
            found[day] = (_change(values[day], values[before]), (before, day))
    return found
