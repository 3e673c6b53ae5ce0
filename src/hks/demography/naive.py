"""Simple ways to foretell residents, to stand beside a model: who is not better than these has learned nothing."""

import numpy as np

from hks.demography.local_migration import advance_closed
from hks.demography.rates import PopulationRates
from hks.demography.ungrouping import BAND_STARTS, band_sums

AGE_GROUPS = {"0-17": (0, 18), "18-64": (18, 65), "65+": (65, None)}


def constant(bands: np.ndarray, years: int) -> np.ndarray:
    """Leave everything as it is.

    Parameters
    ----------
    bands : (unit, year, sex, band) array
        Residents of the years up to the base year. [persons]
    years : int
        Years ahead. [a]

    Returns
    -------
    (unit, sex, band) array
        [persons]
    """
    del years
    return np.asarray(bands[:, -1])


def linear_trend(bands: np.ndarray, years: int) -> np.ndarray | None:
    """Carry on the mean yearly change of every cell since the first year; nothing without an earlier year.

    Parameters
    ----------
    bands : (unit, year, sex, band) array
        NaN where an earlier year is unknown: there nothing changes. [persons]
    years : int
        [a]

    Returns
    -------
    (unit, sex, band) array or None
        Never below zero. [persons]
    """
    before = bands.shape[1] - 1
    if not before:
        return None
    slope = np.nan_to_num((bands[:, -1] - bands[:, 0]) / before)
    return np.asarray(np.maximum(bands[:, -1] + years * slope, 0.0))


def closed(
    population: np.ndarray, fertility: np.ndarray, base_year: int, years: int, rates: PopulationRates
) -> np.ndarray:
    """Let people be born, grow older and die as in the base year, and nobody move.

    Parameters
    ----------
    population : (unit, sex, age) array
        Residents in the base year. [persons]
    fertility : (unit,) array
        Total fertility rate. [1]
    base_year, years : int
        [a]
    rates : PopulationRates

    Returns
    -------
    (unit, sex, band) array
        [persons]
    """
    for _ in range(years):
        population = advance_closed(population, rates.survival(base_year), fertility, rates.fertility_pattern)
    return band_sums(population)


def errors_by_age(cells: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Return the mean error over units of three groups of age.

    Parameters
    ----------
    cells, truth : (unit, sex, band) arrays
        [persons]

    Returns
    -------
    dict
        By group. [%]
    """
    starts = np.array(BAND_STARTS)
    found = {}
    for name, (low, high) in AGE_GROUPS.items():
        inside = (starts >= low) & (starts < (high or np.inf))
        told, came = (values[:, :, inside].sum(axis=(1, 2)) for values in (cells, truth))
        there = came > 0
        found[name] = float(100.0 * np.abs(told[there] / came[there] - 1.0).mean())
    return found
