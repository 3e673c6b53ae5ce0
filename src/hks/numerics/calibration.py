"""Rates by age that meet a known total."""

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

WIDEST, HALVINGS = 60.0, 100  # our choice: odds differ by no more than 1e26; a hundred halvings end at rounding


def rates_meeting_total(rates: np.ndarray, persons: np.ndarray, total: float) -> np.ndarray:
    """Multiply the odds of all rates by one number so that they meet a total.

    Rates stay between 0 and 1 and keep their order; 0 stays 0 and 1 stays 1.

    Parameters
    ----------
    rates : (...) array
        Shares of those living here, by age. [1]
    persons : (...) array
        [persons]
    total : float
        Known sum of rates times persons. [persons]

    Returns
    -------
    (...) array
        [1]

    Raises
    ------
    InputError
        If shapes differ, a rate is no share, people are negative, or no rates can meet the total.
    """
    if rates.shape != persons.shape or not ((rates >= 0) & (rates <= 1)).all() or not (persons >= 0).all():
        raise InputError(gettext_noop("Rates must be shares between 0 and 1, and people cannot be negative."))
    least, most = float(persons[rates == 1].sum()), float(persons[rates > 0].sum())
    if not least <= total <= most or (most > least and not least < total < most):
        raise InputError(
            gettext_noop("The total of %(total)s cannot be met: between %(least)s and %(most)s people count for it."),
            total=f"{total:.10g}", least=f"{least:.10g}", most=f"{most:.10g}",
        )  # fmt: skip
    low, high = -WIDEST, WIDEST
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if float((persons * _odds_times(rates, middle)).sum()) < total:
            low = middle
        else:
            high = middle
    return _odds_times(rates, 0.5 * (low + high))


def _odds_times(rates: np.ndarray, log_factor: float) -> np.ndarray:
    factor = float(np.exp(log_factor))
    return np.asarray(rates * factor / (1.0 - rates + rates * factor))
