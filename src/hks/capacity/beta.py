"""Quantiles of the beta distribution, which bounds a belief between 0 and 1."""

import math

STEPS_OF_HALVING = 60  # halves the interval [0, 1] below the spacing of floats
MOST_TERMS = 300  # our choice; for the small counts met here some ten terms suffice
SMALLEST = 1e-300


def beta_share_below(x: float, a: float, b: float) -> float:
    """Return the share of a beta distribution below x, by the continued fraction of Lentz. [1]

    References
    ----------
    NIST Digital Library of Mathematical Functions, 8.17.22.
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_share_below(1.0 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    fraction, c, d = 1.0, 1.0, 0.0
    for term in range(MOST_TERMS):
        m = term // 2
        if term == 0:
            step = 1.0
        elif term % 2 == 0:
            step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1.0 / _away_from_zero(1.0 + step * d)
        c = _away_from_zero(1.0 + step / c)
        fraction *= c * d
        if abs(1.0 - c * d) < 1e-15:
            break
    return front * (fraction - 1.0) / a


def _away_from_zero(value: float) -> float:
    return value if abs(value) > SMALLEST else SMALLEST


def beta_quantile(share: float, a: float, b: float) -> float:
    """Find the value below which a share of a beta distribution lies, by halving.

    Parameters
    ----------
    share : float
        Between 0 and 1. [1]
    a, b : float
        Counts of successes and failures, above 0. [1]
    """
    low, high = 0.0, 1.0
    for _ in range(STEPS_OF_HALVING):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_share_below(middle, a, b) < share else (low, middle)
    return (low + high) / 2
