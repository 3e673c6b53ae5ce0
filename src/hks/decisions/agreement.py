"""How far groups agree on an order: Kendall's coefficient of concordance."""

import numpy as np


def mean_ranks(scores: np.ndarray) -> np.ndarray:
    """Rank the items of each row from the highest score on; equal ones share the mean of their ranks.

    Parameters
    ----------
    scores : (group, item) array
        [unit of the scores]

    Returns
    -------
    (group, item) array
        From 1. [1]
    """
    above = (scores[:, None, :] > scores[:, :, None]).sum(axis=2)
    equal = (scores[:, None, :] == scores[:, :, None]).sum(axis=2)
    return np.asarray(above + (equal + 1) / 2.0)


def concordance(scores: np.ndarray) -> float | None:
    """Measure how far groups put items in the same order, corrected for ties: Kendall's W.

    Parameters
    ----------
    scores : (group=m, item=n) array
        Higher is better. [unit of the scores]

    Returns
    -------
    float or None
        1 for the same order everywhere, 0 for orders that cancel out [1]; nothing for fewer than two groups or items,
        or where no group tells any two items apart.

    References
    ----------
    Kendall & Babington Smith (1939): *The problem of m rankings*, Annals of Mathematical Statistics 10, 275-287.
    """
    groups, items = scores.shape
    if groups < 2 or items < 2:
        return None
    ranks = mean_ranks(np.round(scores, ROUNDED))
    spread = ((ranks.sum(axis=0) - groups * (items + 1) / 2.0) ** 2).sum()
    ties = sum(float((counts**3 - counts).sum()) for row in ranks for counts in [np.unique(row, return_counts=True)[1]])
    most = groups**2 * (items**3 - items) - groups * ties
    return float(12.0 * spread / most) if most > 0 else None


ROUNDED = 12  # decimals: scores that differ by less are equal
