"""Change points: where the mean of a series jumps, by the cheapest cut into segments."""

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

PER_VARIANCE = 3.0  # our choice: a further segment must pay three times the variance of the whole series


def usual_penalty(values: np.ndarray) -> float:
    """Return what one more segment costs: three times the variance of the series. [squared values]"""
    return PER_VARIANCE * float(np.var(values)) if len(values) else 0.0


def changepoints(values: np.ndarray, penalty: float, shortest: int = 2) -> list[int]:
    """Cut a series so that the squared distances from the means of its segments, plus a penalty a cut, are least.

    The cut is exact: every way of cutting is covered by dynamic programming. The segments found are those of PELT,
    which finds the same optimum faster in long series.

    Parameters
    ----------
    values : (point,) array
        [any]
    penalty : float
        Price of a cut. [squared values]
    shortest : int
        Fewest points of a segment.

    Returns
    -------
    list of int
        Place of the first point of every segment but the first, rising.

    Raises
    ------
    InputError
        If a value is missing, or the penalty or the length of a segment is not above zero.

    References
    ----------
    Jackson et al. (2005): IEEE Signal Processing Letters 12, 105-108; Killick, Fearnhead & Eckley (2012): JASA 107.
    """
    if not np.isfinite(values).all():
        raise InputError(gettext_noop("A series with missing values cannot be cut."))
    if penalty < 0 or shortest < 1:
        raise InputError(gettext_noop("The price of a cut cannot be negative, and a segment has at least one point."))
    count = len(values)
    if count < 2 * shortest or np.ptp(values) == 0:
        return []
    centred = values - values.mean()
    sums, squares = (np.concatenate([[0.0], np.cumsum(part)]) for part in (centred, centred**2))
    best = np.full(count + 1, np.inf)
    best[0] = -penalty
    before = np.zeros(count + 1, dtype=np.int64)
    for end in range(shortest, count + 1):
        start = np.arange(end - shortest + 1)
        within = squares[end] - squares[start] - (sums[end] - sums[start]) ** 2 / (end - start)
        price = best[start] + within + penalty
        before[end] = int(price.argmin())
        best[end] = float(price[before[end]])
    return _starts(before, count)


def _starts(before: np.ndarray, count: int) -> list[int]:
    found = []
    while count:
        count = int(before[count])
        found.append(count)
    return found[-2::-1]
