"""Mortality of a small area: that of the country, moved by what its own deaths can tell."""

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

EXPECTED_FOR_TRUST = 50.0  # at so many expected deaths half of an area's own difference is believed; our choice


def expected_deaths(population: np.ndarray, survival: np.ndarray) -> float:
    """Count the deaths of one year that a life table expects in a population, those of the newborn left out.

    Parameters
    ----------
    population : (sex, age) array
        Residents, the last age open-ended. [persons]
    survival : (sex, age) array
        Share alive one year later at the age reached. [1]
    """
    reached = np.concatenate([survival[:, 1:], survival[:, -1:]], axis=1)
    return float((population * (1.0 - reached)).sum())


def log_mortality_ratio(deaths: float, expected: float) -> float:
    """Draw the logarithm of observed to expected deaths towards zero where few are expected.

    m(area) = m(country) exp(theta) with theta = log((D + d) / (E + d)), d = 50 expected deaths.

    Parameters
    ----------
    deaths : float
        Observed deaths D, of one or more years. [persons]
    expected : float
        Deaths E that the country's mortality expects in the same years. [persons]

    Returns
    -------
    float
        theta. [1]

    Raises
    ------
    InputError
        If deaths are negative or more than three times or less than a third of what is expected, where many are.

    References
    ----------
    Clayton & Kaldor (1987): Biometrics 43, 671-681 (gamma prior with mean 1 and d expected deaths).
    """
    if deaths < 0 or expected <= 0:
        raise InputError(gettext_noop("Deaths cannot be negative, and somebody must live there."))
    theta = float(np.log((deaths + EXPECTED_FOR_TRUST) / (expected + EXPECTED_FOR_TRUST)))
    if abs(theta) > np.log(3.0):
        raise InputError(
            gettext_noop("%(deaths)s deaths were given where %(expected)s are expected; check the number of years."),
            deaths=f"{deaths:.0f}", expected=f"{expected:.0f}",
        )  # fmt: skip
    return theta
