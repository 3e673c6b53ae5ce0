"""Which units are most alike: mean distance of a few features, each in robust units."""

from dataclasses import dataclass

import numpy as np

FEWEST_FEATURES = 2  # our choice: one figure alone makes no likeness
TO_SIGMA = 1.4826  # the median absolute deviation of a normal distribution times this is its standard deviation


@dataclass(frozen=True)
class Peer:
    """One similar unit: its row, its distance [1], and the features by likeness, the closest first."""

    row: int
    distance: float
    features: tuple[int, ...]


def robust_units(features: np.ndarray) -> np.ndarray:
    """Centre each feature at its median and divide by its spread; a feature without spread becomes unknown.

    Parameters
    ----------
    features : (unit, feature) array
        Values, nan where unknown. Take logarithms of head counts before: twice as many is a step of one size. [any]

    Returns
    -------
    (unit, feature) array
        Values in median absolute deviations, scaled to those of a normal distribution. [1]
    """
    scaled = np.full(features.shape, np.nan)
    for place, column in enumerate(features.T):
        known = column[np.isfinite(column)]
        if not len(known):
            continue
        centre = np.median(known)
        spread = TO_SIGMA * np.median(np.abs(known - centre)) or np.std(known)
        if spread > 0:
            scaled[:, place] = (column - centre) / spread
    return scaled


def distances(features: np.ndarray) -> np.ndarray:
    """Return how far units lie apart: the mean difference of the features both know.

    Returns
    -------
    (unit, unit) array
        Symmetric, zero on the diagonal; nan where fewer than two features are common. [1]

    References
    ----------
    Gower (1971): *A general coefficient of similarity*, Biometrics 27, 857-871 (mean over the common features).
    """
    scaled = robust_units(features)
    apart = np.abs(scaled[:, None, :] - scaled[None, :, :])
    common = np.isfinite(apart)
    counts = common.sum(axis=2)
    total = np.where(common, apart, 0.0).sum(axis=2)
    return np.where(counts >= FEWEST_FEATURES, total / np.maximum(counts, 1), np.nan)


def nearest(features: np.ndarray, own: int, count: int = 5) -> list[Peer]:
    """Return the units most like one of them, the closest first; equal ones keep their order."""
    scaled = robust_units(features)
    apart = distances(features)[own]
    others = [row for row in np.argsort(apart, kind="stable") if row != own and np.isfinite(apart[row])]
    found = []
    for row in others[:count]:
        differences = np.abs(scaled[row] - scaled[own])
        known = [int(place) for place in np.argsort(differences, kind="stable") if np.isfinite(differences[place])]
        found.append(Peer(int(row), float(apart[row]), tuple(known)))
    return found
