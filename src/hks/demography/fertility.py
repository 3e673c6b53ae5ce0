"""Births by age of the mother."""

from typing import Literal

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

AGES = np.arange(15, 50)  # UN convention


def schedule(mean: float, spread: float, form: Literal["gamma", "normal"] = "gamma") -> np.ndarray:
    """Spread births over the ages 15 to 49.

    Parameters
    ----------
    mean : float
        Mean age at birth; 30.5 to 31 in Germany. [a]
    spread : float
        Standard deviation of the age at birth; about 5.4. [a]
    form : "gamma" or "normal"
        A gamma curve beginning at age 12 (our choice), or a normal curve.

    Returns
    -------
    (age=35,) array
        Share of the total fertility rate at ages 15 to 49, summing to 1. [1]

    Raises
    ------
    InputError
        If the mean lies outside 18 to 45 or the spread outside 1 to 12.

    References
    ----------
    Hoem et al. (1981): Demography 18, 231-244.
    """
    if not (18 <= mean <= 45 and 1 <= spread <= 12):
        raise InputError(
            gettext_noop("A mean age at birth of %(mean)s with a spread of %(spread)s cannot be; 30.8 and 5.4 can."),
            mean=mean, spread=spread,
        )  # fmt: skip
    middle = AGES + 0.5
    if form == "normal":
        curve = np.exp(-0.5 * ((middle - mean) / spread) ** 2)
    else:
        since = middle - 12.0
        scale = spread**2 / (mean - 12.0)
        power = (mean - 12.0) / scale
        curve = np.exp((power - 1.0) * np.log(since) - since / scale)
    return np.asarray(curve / curve.sum())


def towards(start: np.ndarray | float, target: float, years: int, pace: float = 0.9) -> np.ndarray:
    """Move a rate towards a target, keeping the share `pace` of the distance each year.

    Parameters
    ----------
    start : float or (unit,) array
        Rate in the base year. [any]
    target : float
        Where it tends to. [as start]
    years : int
        Number of years. [a]
    pace : float
        Share of the distance that is left after a year; .9 is our choice. [1]

    Returns
    -------
    (unit, year) or (year,) array
        Rates in the years after the base year. [as start]
    """
    left = pace ** np.arange(1, years + 1)
    return np.asarray(target + np.multiply.outer(np.asarray(start) - target, left))
