"""Mortality over time: survival shares of a life table, and the index k that moves them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.life_table import LifeTable, Mortality

OLDEST = 100  # last single age of every projection; 100 and more
KANNISTO_FROM, KANNISTO_FIT = 85, 80  # ages that are closed, and from which on the curve is fitted; our choice


@dataclass(frozen=True)
class LeeCarter:
    """log m(x, t) = a(x) + b(x) k(t): `level` a (age,), `sensitivity` b (age,) summing to 1, `index` k (year,). [1]

    `explained` is the share of the variance of the centred logs that b k carries. [1]
    """

    level: np.ndarray
    sensitivity: np.ndarray
    index: np.ndarray
    explained: float


@dataclass(frozen=True)
class Walk:
    """A random walk with drift: yearly `drift`, spread `sigma` of the yearly steps, last value, steps seen. [1]"""

    drift: float
    sigma: float
    last: float
    steps: int

    def spread(self, years: np.ndarray) -> np.ndarray:
        """Return the spread after some years, that of the estimated drift included. [1]"""
        return np.asarray(self.sigma * np.sqrt(years + years**2 / self.steps))


def random_walk(index: np.ndarray) -> Walk:
    """Estimate drift and spread of a mortality index.

    Parameters
    ----------
    index : (year,) array
        k of successive years. [1]

    Raises
    ------
    InputError
        If there are fewer than three years.

    References
    ----------
    Lee & Carter (1992): JASA 87, 659-671, sec. 4.
    """
    if index.size < 3:
        raise InputError(gettext_noop("A trend of mortality needs at least three years."))
    steps = np.diff(index)
    return Walk(float(steps.mean()), float(steps.std(ddof=1)), float(index[-1]), steps.size)


def kannisto(rates: np.ndarray, first: int = KANNISTO_FROM, fit_from: int = KANNISTO_FIT) -> np.ndarray:
    """Close death rates at old ages by a logistic curve: logit m(x) = log c + d x.

    Parameters
    ----------
    rates : (..., age) array
        Death rates of single ages from 0, at least to two ages above `fit_from`; 100 may be open. [1/a]
    first : int
        The first age taken from the curve. [a]
    fit_from : int
        The first age it is fitted to, by least squares of the logits. [a]

    Returns
    -------
    (..., age=101) array
        [1/a]

    Raises
    ------
    InputError
        If too few ages are given, or rates there lie outside 0 to 1.

    References
    ----------
    Thatcher, Kannisto & Vaupel (1998): The Force of Mortality at Ages 80 to 120, Odense University Press.
    """
    ages = np.arange(fit_from, rates.shape[-1])
    known = rates[..., fit_from:OLDEST]
    ages = ages[: known.shape[-1]]
    if ages.size < 3 or rates.shape[-1] < first or not ((known > 0) & (known < 1)).all():
        raise InputError(
            gettext_noop("Old ages are closed from death rates between 0 and 1 at %(first)s and two more ages."),
            first=fit_from,
        )  # fmt: skip
    logits = np.log(known / (1.0 - known))
    centred = ages - ages.mean()
    slope = (logits * centred).sum(axis=-1) / (centred**2).sum()
    old = np.arange(first, OLDEST + 1)
    curve = logits.mean(axis=-1)[..., None] + slope[..., None] * (old - ages.mean())
    return np.concatenate([rates[..., :first], 1.0 / (1.0 + np.exp(-curve))], axis=-1)


def extended(mortality: Mortality) -> Mortality:
    """Carry a life table that ends before 100 on by the curve of Kannisto; others stay as they are."""
    if mortality.dying.size > OLDEST:
        return mortality
    known = mortality.dying[mortality.dying < 1.0]  # an open last age is no probability of one year
    rates = kannisto(known / (1.0 - 0.5 * known), first=known.size)
    return Mortality(np.concatenate([known, dying_in_year(rates[known.size :])]), mortality.first_year_share)


def dying_in_year(rates: np.ndarray) -> np.ndarray:
    """Turn death rates into probabilities of dying within the year, half a year lived by those who die. [1]"""
    return np.asarray(rates / (1.0 + 0.5 * rates))


def survival_shares(table: LifeTable) -> np.ndarray:
    """Turn a life table into the shares that are alive one year later.

    Parameters
    ----------
    table : LifeTable
        Arrays of shape (age=A,); the last age is open-ended.

    Returns
    -------
    (age=A,) array
        S(0) = L(0)/l(0) for births, S(x) = L(x)/L(x-1), and S(last) = T(last)/T(last-1) for the two oldest. [1]
    """
    lived, left = table.years_lived, table.years_left
    shares = np.empty_like(lived)
    shares[0] = lived[0] / table.survivors[0]
    shares[1:-1] = lived[1:-1] / lived[:-2]
    shares[-1] = left[-1] / left[-2]
    return shares


def expectancy_at_birth(shares: np.ndarray) -> np.ndarray:
    """Sum the years that a newborn expects from survival shares.

    Parameters
    ----------
    shares : (..., age) array
        As `survival_shares` returns them. [1]

    Returns
    -------
    (...) array
        Life expectancy at birth. [a]
    """
    lived = np.cumprod(shares[..., :-1], axis=-1)
    beyond = lived[..., -1] * shares[..., -1] / (1.0 - shares[..., -1])
    return np.asarray(lived.sum(axis=-1) + beyond)


def lee_carter(rates: np.ndarray, method: Literal["un", "svd"] = "un") -> LeeCarter:
    """Estimate the model of Lee and Carter.

    Parameters
    ----------
    rates : (age, year) array
        Death rates. [1/a]
    method : "un" or "svd"
        As the United Nations do: k sums the centred logs, b by regression on k; or the first singular pair.

    Raises
    ------
    InputError
        If a rate is not above zero, or the rates do not change over the years.

    References
    ----------
    Lee & Carter (1992): JASA 87, 659-671; Sevcikova et al. (2016), package MortCast.
    """
    if rates.ndim != 2 or not (np.isfinite(rates).all() and (rates > 0).all()):
        raise InputError(gettext_noop("Death rates must be given for each age and year and be above 0."))
    logs = np.log(rates)
    level = logs.mean(axis=1)
    centred = logs - level[:, None]
    if not np.abs(centred).max() > 0:
        raise InputError(gettext_noop("Death rates that never change tell nothing about their change."))
    if method == "un":
        index = centred.sum(axis=0)
        sensitivity = centred @ index / (index @ index)
    else:
        left, values, right = np.linalg.svd(centred, full_matrices=False)
        sensitivity = left[:, 0] / left[:, 0].sum()
        index = values[0] * right[0] * left[:, 0].sum()
    rest = centred - np.outer(sensitivity, index)
    return LeeCarter(level, sensitivity, index, float(1.0 - (rest**2).sum() / (centred**2).sum()))


def sensitivity_by_age(ages: int) -> np.ndarray:
    """Say how strongly each age follows the index: fully to 80, then falling in a line to a fifth at the last age.

    Our choice, after b(x) of German men 2000-2019, which falls to a tenth to a third of its middle values beyond 80.
    """
    return np.interp(np.arange(ages), [0, 80, ages - 1], [1.0, 1.0, 0.2])


def index_for_expectancy(shares: np.ndarray, sensitivity: np.ndarray, gain: float) -> float:
    """Find the index k at which people expect `gain` more years of life, mean of both sexes.

    Parameters
    ----------
    shares : (sex, age) array
        Survival shares at k = 0. [1]
    sensitivity : (sex, age) array
        b(x). [1]
    gain : float
        Added life expectancy at birth. [a]

    Raises
    ------
    InputError
        If no index between -4 and 4 reaches the gain.
    """
    hazard = -np.log(shares)
    start = float(expectancy_at_birth(shares).mean())
    low, high = -4.0, 4.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        reached = float(expectancy_at_birth(np.exp(-hazard * np.exp(sensitivity * middle))).mean()) - start
        low, high = (middle, high) if reached > gain else (low, middle)
    if not -3.99 < low < 3.99:
        raise InputError(gettext_noop("A life expectancy %(gain)s years higher cannot be reached."), gain=gain)
    return 0.5 * (low + high)
