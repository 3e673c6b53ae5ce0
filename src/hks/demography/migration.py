"""Who moves: a standard profile by age, and the two ways to write migration down."""

import itertools

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.ungrouping import BAND_STARTS
from hks.numerics.least_squares import nonnegative_least_squares

# Standard parameters of Rogers & Castro (1981): Model Migration Schedules, IIASA RR-81-30, without retirement peak.
CHILDREN, CHILDREN_FALL = 0.02, 0.10
WORKING, WORKING_FALL, WORKING_RISE, WORKING_AGE = 0.06, 0.10, 0.40, 20.0
FLOOR = 0.003
STUDENT_AGE, STUDENT_WIDTH = 19.5, 1.2  # our choice
RETIREMENT_AGE, RETIREMENT_WIDTH = 66.0, 4.0  # our choice, after the retirement peak of Rogers & Castro
# Falls of children and workers, rise and place of the working-age peak: around the standard, our choice.
GRID = ((0.05, 0.10, 0.20), (0.06, 0.10, 0.15), (0.25, 0.40, 0.80), (18.0, 20.0, 22.0, 24.0))
FEWEST_MOVERS = 50.0  # our choice: below it chance of single movers hides their ages
LEAST_EXPLAINED = 0.5  # our choice: share of the sum of squares that a fitted profile must explain
# Arrivals and departures together; the town of Eilenburg had .064 to .097 in 2003 to 2016. [1/a]
USUAL_ARRIVALS = 0.045
USUAL_TURNOVER = 2.0 * USUAL_ARRIVALS


def rogers_castro(ages: int = 101, student_bump: float = 0.0, student_age: float = STUDENT_AGE) -> np.ndarray:
    """Spread movers over ages: children with their parents, young adults, few others.

    Parameters
    ----------
    ages : int
        Number of single ages, the last open-ended.
    student_bump : float
        Height of an added peak at the age of first studies, relative to the working-age peak. [1]
    student_age : float
        Its place. [a]

    Returns
    -------
    (sex=2, age) array
        Share of all movers, summing to 1; both sexes alike. [1]

    References
    ----------
    Rogers & Castro (1981): Model Migration Schedules, IIASA RR-81-30.
    """
    x = np.arange(ages) + 0.5
    late = x - WORKING_AGE
    curve = CHILDREN * np.exp(-CHILDREN_FALL * x) + FLOOR * (x < 85)
    curve += WORKING * np.exp(-WORKING_FALL * late - np.exp(-WORKING_RISE * late))
    curve += student_bump * curve.max() * np.exp(-0.5 * ((x - student_age) / STUDENT_WIDTH) ** 2)
    return np.asarray(np.tile(curve / curve.sum() / 2.0, (2, 1)))


def mobility(population: np.ndarray, profile: np.ndarray) -> np.ndarray:
    """Spread one net migrant per resident over ages as a profile of movers says.

    Parameters
    ----------
    population : (sex, age) array
        [persons]
    profile : (sex, age) array
        Share of all movers. [1]

    Returns
    -------
    (sex, age) array
        Rates whose mean over the residents is 1. [1]
    """
    return np.asarray(profile / (float((profile * population).sum()) / max(float(population.sum()), 1e-9)))


def fitted_profile(movers: np.ndarray, fallback: np.ndarray, starts: tuple[int, ...] = BAND_STARTS) -> np.ndarray:
    """Fit the profile of Rogers and Castro to observed arrivals, departures or net migrants.

    The falls, the rise and the place of the working-age peak are tried on a small grid; heights come from least
    squares without negative weights, with a peak of students and one of retirement.

    Parameters
    ----------
    movers : (sex, band) array
        Net migrants may have either sign; their sum says which one counts. [persons/a]
    fallback : (sex, age) array
        What to take where few move or no profile fits: that of the district or the Land. [1]
    starts : tuple of int
        Lowest age of each band. [a]

    Returns
    -------
    (sex, age) array
        Share of movers, summing to 1; the age profile is the same for both sexes. [1]

    References
    ----------
    Rogers & Castro (1981): IIASA RR-81-30. Lawson & Hanson (1974): Solving Least Squares Problems.
    """
    wanted = movers.sum(axis=0) * np.sign(movers.sum())
    whole = float((wanted**2).sum())
    if abs(float(movers.sum())) < FEWEST_MOVERS or not whole > 0:
        return fallback
    best, rest = fallback[0], np.inf
    for shape in itertools.product(*GRID):
        curves = _curves(fallback.shape[1], *shape)
        sums = np.add.reduceat(curves, np.asarray(starts), axis=0)
        weights = nonnegative_least_squares(sums, wanted)
        left = float(((wanted - sums @ weights) ** 2).sum())
        if left < rest:
            best, rest = curves @ weights, left
    if rest > (1.0 - LEAST_EXPLAINED) * whole or not best.sum() > 0:
        return fallback
    by_sex = np.maximum(movers.sum(axis=1) * np.sign(movers.sum()), 0.0)
    return np.asarray(np.outer(by_sex / by_sex.sum(), best / best.sum()))


def _curves(ages: int, children_fall: float, fall: float, rise: float, peak: float) -> np.ndarray:
    """Return (age, curve): children, work, students, retirement, everyone."""
    x = np.arange(ages) + 0.5
    return np.stack(
        [
            np.exp(-children_fall * x),
            np.exp(-fall * (x - peak) - np.exp(-rise * (x - peak))),
            np.exp(-0.5 * ((x - STUDENT_AGE) / STUDENT_WIDTH) ** 2),
            np.exp(-0.5 * ((x - RETIREMENT_AGE) / RETIREMENT_WIDTH) ** 2),
            (x < 85) * 1.0,
        ],
        axis=1,
    )


def net_counts(net: np.ndarray, profile: np.ndarray) -> np.ndarray:
    """Spread net migrants over sex and age.

    Parameters
    ----------
    net : (year,) array
        Arrivals minus departures. [persons/a]
    profile : (sex, age) array
        Share of net migrants; sums to 1. [1]

    Returns
    -------
    (year, sex, age) array
        [persons/a]
    """
    return np.asarray(np.multiply.outer(np.asarray(net), profile))


def in_out(arrivals: float, profile: np.ndarray, leaving: np.ndarray, population: np.ndarray) -> np.ndarray:
    """Count arrivals by a profile and departures by rates of those living here.

    Parameters
    ----------
    arrivals : float
        [persons/a]
    profile : (sex, age) array
        Share of arrivals. [1]
    leaving : (sex, age) array
        Share of residents who leave in a year. [1/a]
    population : (sex, age) array
        Residents. [persons]

    Returns
    -------
    (sex, age) array
        Net migrants. [persons/a]

    Raises
    ------
    InputError
        If a share lies outside 0 to 1: more people would leave than live here.
    """
    if not ((leaving >= 0) & (leaving <= 1)).all():
        raise InputError(gettext_noop("The share of people who leave in a year must lie between 0 and 1."))
    if arrivals < 0:
        raise InputError(gettext_noop("Arrivals cannot be negative; %(value)s was given."), value=arrivals)
    return np.asarray(arrivals * profile - leaving * population)
