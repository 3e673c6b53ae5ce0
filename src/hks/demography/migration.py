"""Who moves: a standard profile by age, and the two ways to write migration down."""

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

# Standard parameters of Rogers & Castro (1981): Model Migration Schedules, IIASA RR-81-30, without retirement peak.
CHILDREN, CHILDREN_FALL = 0.02, 0.10
WORKING, WORKING_FALL, WORKING_RISE, WORKING_AGE = 0.06, 0.10, 0.40, 20.0
FLOOR = 0.003


def rogers_castro(ages: int = 101, student_bump: float = 0.0, student_age: float = 19.5) -> np.ndarray:
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
    curve += student_bump * curve.max() * np.exp(-0.5 * ((x - student_age) / 1.2) ** 2)
    return np.asarray(np.tile(curve / curve.sum() / 2.0, (2, 1)))


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
