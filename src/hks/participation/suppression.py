"""Counts shown only where no small group can be worked out, and the interval of a share."""

import math

import numpy as np

Z95 = 1.959963984540054  # 97.5 % quantile of the standard normal distribution


def shown_groups(counts: np.ndarray, least: int) -> tuple[np.ndarray, bool]:
    """Say which groups may be shown beside their total.

    Groups below `least` are hidden. While the hidden ones together stay below `least`, the smallest shown group is
    hidden too: the total less the shown groups is then a sum of at least two groups, and no small one.
    Groups without any answer hide nobody and need no company.

    Parameters
    ----------
    counts : (group,) array of int
        Answers by group. [persons]
    least : int
        Smallest group that may be shown. [persons]

    Returns
    -------
    (group,) array of bool, bool
        Which groups may be shown; whether the total may be shown.

    References
    ----------
    Hundepool et al. (2012): *Statistical Disclosure Control*, Wiley, ch. 4 (complementary suppression).
    """
    sizes = np.asarray(counts)
    shown = sizes >= least
    while 0 < sizes[~shown].sum() < least:
        if not shown.any():
            return shown, False
        smallest = np.where(shown, sizes, sizes.max() + 1).argmin()
        shown[smallest] = False
    return shown, bool(sizes.sum() >= least)


def wilson_interval(successes: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """Bound a share of few answers. [1]

    Parameters
    ----------
    successes, trials : int
        Counts, trials above 0. [persons]
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


def share_of(successes: int, trials: int) -> dict[str, float | int]:
    """Write a share with its count and its 95 % interval, ready for a record."""
    low, high = wilson_interval(successes, trials)
    return {"answers": trials, "share": successes / trials, "low": low, "high": high}
