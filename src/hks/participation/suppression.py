"""Counts shown only where no small group can be worked out, and the interval of a share."""

import numpy as np

from hks.numerics.proportions import wilson_interval


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


def share_of(successes: int, trials: int) -> dict[str, float | int]:
    """Write a share with its count and its 95 % interval, ready for a record."""
    low, high = wilson_interval(successes, trials)
    return {"answers": trials, "share": successes / trials, "low": low, "high": high}
