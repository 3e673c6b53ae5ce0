"""When a series warns: its value or its trend lies past a threshold, or its trend will soon carry it there."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hks.numerics.trend import Trend, after_last_break, theil_sen, years_of

FEWEST_FOR_CHANGE = 3  # our choice: two years are a difference, not a trend
HORIZON = 10  # years ahead that a sure trend is followed; our choice
Limits = tuple[float, float]


@dataclass(frozen=True)
class Finding:
    """What a series says: its light, why, its trend, and in which year the trend reaches the red threshold."""

    light: str
    measured: float | None
    trend: Trend | None
    change: float | None
    reaches: int | None


def finding(
    days: Sequence[datetime.date], values: Sequence[float], breaks: Sequence[datetime.date],
    *, better: str, measure: str, limits: Limits | None, fewest: int = FEWEST_FOR_CHANGE,
) -> Finding:  # fmt: skip
    """Judge the official figures of one series, oldest first; second-hand figures must be left out before.

    Parameters
    ----------
    better : {"more", "less", ""}
        Which way is good; without one there is no light.
    measure : {"value", "change"}
        Whether the thresholds hold for the last value or for the change per year. [as values] or [%/a]
    limits : (yellow, red)
        The thresholds, red the worse one.
    fewest : int
        So many points a change needs before it has a light.
    """
    start = after_last_break(days, breaks)
    run = np.array(values[start:], dtype=float)
    trend = theil_sen(years_of(days[start:]), run)
    middle = float(np.median(run)) if len(run) else 0.0
    change = 100.0 * trend.slope / abs(middle) if trend is not None and middle else None
    if not days or limits is None or not better:
        return Finding("", None, trend, change, None)
    if measure == "change":
        enough = trend is not None and trend.points >= fewest
        return Finding(
            light(change if enough else None, better, limits), change if enough else None, trend, change, None
        )
    year = _reached(days[-1].year, float(values[-1]), trend, better, limits[1])
    colour = light(float(values[-1]), better, limits)
    return Finding("yellow" if colour == "green" and year else colour, float(values[-1]), trend, change, year)


def light(measured: float | None, better: str, limits: Limits) -> str:
    """Return green, yellow or red, or nothing where nothing was measured."""
    if measured is None:
        return ""
    sign = 1.0 if better == "less" else -1.0
    yellow, red = limits
    if sign * measured >= sign * red:
        return "red"
    return "yellow" if sign * measured >= sign * yellow else "green"


def _reached(year: int, value: float, trend: Trend | None, better: str, red: float) -> int | None:
    if trend is None or not trend.sure or light(value, better, (red, red)) == "red":
        return None
    ahead = (red - value) / trend.slope
    return year + max(1, round(ahead)) if 0 < ahead <= HORIZON else None
