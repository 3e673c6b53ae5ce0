"""What yearly payments are worth today, and what a payment today costs a year."""

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop


def present_value_factor(rate: float, years: float) -> float:
    """Return what one euro at the end of each year is worth today.

    Parameters
    ----------
    rate : float
        Discount rate, above -1. [1/a]
    years : float
        How long it is paid. [a]

    Returns
    -------
    float
        (1 - (1 + rate)^-years) / rate, or the years themselves without a rate. [a]

    Raises
    ------
    InputError
        If the rate is -1 or below, or the years are not above zero.
    """
    if not (np.isfinite(rate) and rate > -1):
        raise InputError(gettext_noop("The discount rate must be above -1."))
    if not (np.isfinite(years) and years > 0):
        raise InputError(gettext_noop("The years must be more than zero."))
    return float(years) if rate == 0 else float(-np.expm1(-years * np.log1p(rate)) / rate)


def annuity(rate: float, years: float) -> float:
    """Return what one euro today costs at the end of each year of its life. [1/a]"""
    return 1.0 / present_value_factor(rate, years)
