"""Fees for water and waste water: the fewer people pay, the more each pays for pipes that stay."""

import numpy as np

from hks.finance.budget import remanent
from hks.finance.plan import FeeBusiness

# Share of the cost that stays when use falls, least and most. [1]
REMANENCE = {"water": (0.90, 0.95), "waste_water": (0.75, 0.85)}
SOURCE = "demografie-leitfaden-bayern.de, as quoted on our design page; not checked"


def fee_per_head(
    business: FeeBusiness, residents: np.ndarray, price: np.ndarray, stays: np.ndarray, stays_up: np.ndarray
) -> np.ndarray:
    """Say what a resident pays a year if fees cover the cost.

    Parameters
    ----------
    business : FeeBusiness
    residents : (year, draw) array
        The base year first. [persons]
    price : (year, draw) array
        [1]
    stays, stays_up : (draw,) array
        Share of the cost that does not move when use falls, and when it grows. [1]

    Returns
    -------
    (year, draw) array
        [EUR/(person a)]
    """
    cost = business.cost * price * remanent(residents / residents[0], stays, stays_up)
    return np.asarray(cost / residents)


def fee_per_cubic_metre(business: FeeBusiness, per_head: np.ndarray) -> np.ndarray:
    """Divide by what a resident uses. (year, draw) [EUR/m3]"""
    return np.asarray(per_head / business.use)


def remanence_of(name: str, business: FeeBusiness, drawn: np.ndarray) -> np.ndarray:
    """Spread the range of a business evenly over draws between -1 and 1. (draw,) [1]"""
    low, high = business.remanence or REMANENCE[name]
    return np.asarray(0.5 * (low + high) + 0.5 * (high - low) * drawn)
