"""Least squares with weights that cannot be negative."""

import numpy as np


def nonnegative_least_squares(columns: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Find weights from zero up whose sum of columns comes nearest to what is wanted.

    Parameters
    ----------
    columns : (row, column) array
        [any]
    wanted : (row,) array
        [as columns]

    Returns
    -------
    (column,) array
        At a column with weight the rest is orthogonal to it; at one without it points away from it. [1]

    References
    ----------
    Lawson & Hanson (1974): Solving Least Squares Problems, Prentice-Hall, ch. 23.
    """
    count = columns.shape[1]
    weights, used = np.zeros(count), np.zeros(count, dtype=bool)
    tolerance = 1e-12 * max(float(np.abs(columns.T @ wanted).max(initial=0.0)), 1e-300)
    for _ in range(10 * count + 10):
        pull = columns.T @ (wanted - columns @ weights)
        if used.all() or pull[~used].max() <= tolerance:
            break
        used[int(np.argmax(np.where(used, -np.inf, pull)))] = True
        while used.any():
            trial = np.zeros(count)
            trial[used] = np.linalg.lstsq(columns[:, used], wanted, rcond=None)[0]
            below = used & (trial <= 0)
            if not below.any():
                break
            step = float((weights[below] / np.maximum(weights[below] - trial[below], 1e-300)).min())
            weights = weights + step * (trial - weights)
            used &= weights > 1e-14 * max(float(weights.max()), 1e-300)
            weights[~used] = 0.0
        weights = np.where(used, trial, 0.0)
    return weights
