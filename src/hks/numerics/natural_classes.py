"""Few classes of values, so that those in one class lie close together."""

from collections.abc import Sequence

import numpy as np


def natural_classes(values: Sequence[float], count: int) -> list[tuple[float, float]]:
    """Part values into classes with the least sum of squares within; equal values never part.

    Parameters
    ----------
    values : (unit,) sequence
        Finite values in any order. [any]
    count : int
        As many classes are made, fewer where there are fewer different values. [1]

    Returns
    -------
    list of (lowest, highest)
        The lowest and highest value of each class, rising. [as the values]

    References
    ----------
    Fisher (1958): *On grouping for maximum homogeneity*, Journal of the American Statistical Association 53, 789-798.
    """
    if not len(values):
        return []
    different, weights = np.unique(np.asarray(values, dtype=float), return_counts=True)
    count = min(count, len(different))
    centred = different - different.mean()  # squares of far values would lose their digits
    zero = np.zeros(1)
    number = np.concatenate([zero, np.cumsum(weights)])
    total = np.concatenate([zero, np.cumsum(weights * centred)])
    squares = np.concatenate([zero, np.cumsum(weights * centred**2)])

    def within(starts: np.ndarray, end: int) -> np.ndarray:
        part = total[end] - total[starts]
        return np.asarray(squares[end] - squares[starts] - part**2 / (number[end] - number[starts]))

    ends = len(different) + 1
    best = np.full(ends, np.inf)
    best[0] = 0.0
    cuts = np.zeros((count, ends), dtype=int)
    for number_of in range(count):
        costs = np.full(ends, np.inf)
        for end in range(number_of + 1, ends):
            starts = np.arange(number_of, end)
            tried = best[starts] + within(starts, end)
            cuts[number_of, end] = starts[np.argmin(tried)]
            costs[end] = tried.min()
        best = costs
    found, end = [], len(different)
    for number_of in reversed(range(count)):
        start = int(cuts[number_of, end])
        found.append((float(different[start]), float(different[end - 1])))
        end = start
    return found[::-1]
