"""How much criteria count: swing weights, for each group of actors its own."""

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop


def swing_weights(swings: np.ndarray) -> np.ndarray:
    """Divide swing points by their sum.

    Swing points say how much the step from the worse to the better anchor of a criterion matters; the most important
    step has 100.

    Parameters
    ----------
    swings : (criterion,) or (group, criterion) array
        Swing points. [1]

    Returns
    -------
    array of the same shape
        Weights that sum to 1 over the criteria. [1]

    Raises
    ------
    InputError
        If a point is negative or no number, or all points of a group are zero.

    References
    ----------
    von Winterfeldt & Edwards (1986): *Decision Analysis and Behavioral Research*, Cambridge, ch. 8.
    """
    points = np.asarray(swings, dtype=float)
    if not np.isfinite(points).all() or (points < 0).any():
        raise InputError(gettext_noop("A weight is negative or no number; weights start at 0."))
    sums = points.sum(axis=-1, keepdims=True)
    if (sums == 0).any():
        raise InputError(gettext_noop("All weights are 0; at least one criterion must count."))
    return np.asarray(points / sums)
