"""How sure a share of few cases is."""

import math

import numpy as np

Z95 = 1.959963984540054  # 97.5 % quantile of the standard normal distribution


def wilson_interval(successes: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """Bound a share of few cases. [1]

    Parameters
    ----------
    successes, trials : int
        Counts, trials above 0. [cases]
    z : float
        Normal quantile of the level; the default gives 95 %. [1]

    Returns
    -------
    float, float
        Lower and upper bound between 0 and 1. [1]

    References
    ----------
    Wilson (1927): *Probable inference*, Journal of the American Statistical Association 22, 209-212.
    """
    share = successes / trials
    spread = z * math.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    scale = 1 + z**2 / trials
    centre = share + z**2 / (2 * trials)
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def at_least(successes: int, trials: int, share: float) -> float:
    """Return how probably so many or more of some trials succeed, each by itself with the same share. [1]

    Parameters
    ----------
    successes, trials : int
        Counts, successes not above trials. [cases]
    share : float
        Between 0 and 1. [1]
    """
    if successes <= 0 or share >= 1:
        return 1.0
    if share <= 0:
        return 0.0
    counts = np.arange(successes, trials + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, trials + 1)))])
    ways = logs[trials] - logs[counts] - logs[trials - counts]
    return min(1.0, float(np.exp(ways + counts * math.log(share) + (trials - counts) * math.log1p(-share)).sum()))
