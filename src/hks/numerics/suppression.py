"""Withhold small counts of people, and so much beside them that no published sum gives them away."""

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LEAST = 5  # counts of 1 to 4 people are withheld (threshold of the project's own rule, see the page on protection)


def withheld(counts: np.ndarray, groups: np.ndarray, least: int = LEAST) -> np.ndarray:
    """Choose the cells that are not published when the sum of each group is.

    All counts from 1 below `least` go. Where their sum would say each of them, because there is only one, because it is
    as small as ones allow or as large as fours allow, the next larger cell of the group in its order goes too. That
    choice looks at places, not at sizes, so that whoever knows the rule learns nothing more; zeros stay.

    Parameters
    ----------
    counts : (cell,) array of integers
        People by cell. [persons]
    groups : (cell,) array of integers
        Number of the group whose sum is published; each cell is in one.
    least : int
        The smallest count that may be read. [persons]

    Returns
    -------
    (cell,) array of bool
        True where a cell is withheld.

    Raises
    ------
    InputError
        If a count is negative, or a group has no cell large enough to hide its small ones behind.

    References
    ----------
    Hundepool et al. (2012): *Statistical Disclosure Control*, Wiley, ch. 4 (primary and secondary suppression).
    """
    if (counts < 0).any():
        raise InputError(gettext_noop("A count of people cannot be negative."))
    hidden = (counts > 0) & (counts < least)
    for group in np.unique(groups[hidden]):
        cells = np.flatnonzero(groups == group)
        small = cells[hidden[cells]]
        if least - 1 + len(small) <= counts[small].sum() < (least - 1) * len(small):
            continue  # a sum nearer to either end would say each of them
        first = int(np.flatnonzero(cells == small[0])[0])
        following = np.roll(cells, -first)
        large = following[counts[following] >= least]
        if not len(large):
            raise InputError(gettext_noop("So few people are counted here that no sum of them may be told."))
        hidden[large[0]] = True
    return hidden
