"""Trends in short yearly series: the median slope, with what chance alone would do; no trend crosses a break."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEVEL = 0.8  # share covered by the interval, as the 10 and 90 percent quantiles of the ensembles


@dataclass(frozen=True)
class Trend:
    """A median slope [any/a], its interval where the years suffice for one, and the chance of so one-sided a series.

    `probability` is that of Mann and Kendall: how often years in random order would rise or fall at least as steadily.
    """

    slope: float
    low: float | None
    high: float | None
    probability: float
    points: int

    @property
    def sure(self) -> bool:
        """Say whether the interval leaves zero out."""
        return self.low is not None and self.high is not None and self.low * self.high > 0


def after_last_break(days: Sequence[datetime.date], breaks: Sequence[datetime.date]) -> int:
    """Return the place of the first day on or after the last break that falls into the series."""
    inside = [when for when in breaks if days and days[0] < when <= days[-1]]
    return next((n for n, day in enumerate(days) if not inside or day >= max(inside)), 0)


def older_than(day: datetime.date, today: datetime.date, years: int) -> bool:
    """Say whether a day lies more than some years back."""
    if today.year <= years:  # no day lies before the first year
        return False
    return day < today.replace(year=today.year - years, day=min(today.day, 28))


def years_of(days: Sequence[datetime.date]) -> np.ndarray:
    """Count days in years. [a]"""
    return np.array([day.toordinal() for day in days]) / 365.25


def theil_sen(years: np.ndarray, values: np.ndarray) -> Trend | None:
    """Take the median of the slopes between all pairs of years.

    Parameters
    ----------
    years : (point,) array
        Times, rising. [a]
    values : (point,) array
        One series without a break. [any]

    Returns
    -------
    Trend or None
        None for fewer than two points. The interval of 80 % is exact for series without ties; below four points
        there is none.

    References
    ----------
    Sen (1968): JASA 63, 1379-1389; Kendall (1938): Biometrika 30, 81-93.
    """
    if len(years) < 2:
        return None
    first, second = np.triu_indices(len(years), 1)
    slopes = np.sort((values[second] - values[first]) / (years[second] - years[first]))
    tail = np.cumsum(inversions(len(years)))
    falling, rising = int((slopes < 0).sum()), int((slopes > 0).sum())
    ties = len(slopes) - falling - rising
    probability = min(1.0, 2.0 * float(tail[min(min(falling, rising) + (ties + 1) // 2, len(slopes))]))
    cut = int(np.searchsorted(tail, (1.0 - LEVEL) / 2.0, side="right"))
    low, high = (float(slopes[cut - 1]), float(slopes[-cut])) if cut else (None, None)
    return Trend(float(np.median(slopes)), low, high, probability, len(years))


def inversions(count: int) -> np.ndarray:
    """Return the chance of 0, 1, 2 … inversions in a random order of `count` things.

    Returns
    -------
    (inversion,) array
        Probabilities that sum to one. [1]
    """
    chances = np.ones(1)
    for size in range(2, count + 1):
        chances = np.convolve(chances, np.full(size, 1.0 / size))
    return chances
