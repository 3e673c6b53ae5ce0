"""Choose a few scenarios worth talking about: those that differ most."""

import numpy as np

MOST_EXACT = 200  # our choice: beyond it the search for the best set gives way to the farthest-first rule


def hamming_distances(scenarios: np.ndarray) -> np.ndarray:
    """Count the descriptors in which two scenarios differ.

    Parameters
    ----------
    scenarios : (scenario=S, descriptor=N) array
        State of each descriptor. [1]

    Returns
    -------
    (scenario=S, scenario=S) array
        Number of differing descriptors. [1]
    """
    rows = np.asarray(scenarios)
    return np.asarray((rows[:, None, :] != rows[None, :, :]).sum(axis=2))


def pick_diverse(
    scenarios: np.ndarray,
    wanted: int,
    *,
    weights: np.ndarray | None = None,
    total_impacts: np.ndarray | None = None,
) -> np.ndarray:
    """Pick scenarios whose smallest mutual Hamming distance is as large as can be.

    Parameters
    ----------
    scenarios : (scenario=S, descriptor=N) array
        Candidates. [1]
    wanted : int
        How many to pick; fewer candidates are all taken. [1]
    weights, total_impacts : (scenario=S,) arrays, optional
        Among equally diverse sets the one that is first by weight, then by total impact score. [1]

    Returns
    -------
    (pick,) array
        Rows of `scenarios` in ascending order; exact up to 200 candidates, farthest-first beyond.

    References
    ----------
    Erkut (1990): *The discrete p-dispersion problem*, European Journal of Operational Research 46, 48-60.
    """
    rows = np.asarray(scenarios)
    zeros = np.zeros(len(rows))
    by_impact = zeros if total_impacts is None else np.asarray(total_impacts)
    order = np.lexsort([-by_impact, -(zeros if weights is None else np.asarray(weights))])
    if len(rows) <= wanted:
        return np.sort(order)
    if len(rows) > MOST_EXACT:
        return np.sort(order[_farthest_first(rows[order], wanted)])
    distances = hamming_distances(rows[order])
    steps = np.unique(distances[np.triu_indices(len(rows), 1)])
    best: list[int] = list(range(wanted))
    low, high = 0, len(steps) - 1
    while low <= high:
        middle = (low + high) // 2
        found = _first_set(distances >= steps[middle], wanted)
        if found is None:
            high = middle - 1
        else:
            best, low = found, middle + 1
    return np.sort(order[best])


def _farthest_first(rows: np.ndarray, wanted: int) -> list[int]:
    picked = [0]
    nearest = (rows != rows[0]).sum(axis=1)
    while len(picked) < wanted:
        picked.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, (rows != rows[picked[-1]]).sum(axis=1))
    return picked


def _first_set(far: np.ndarray, wanted: int) -> list[int] | None:
    """Return the first set of rows, in order, that are all far from each other."""
    neighbours = [sum(1 << int(j) for j in np.flatnonzero(row) if j > i) for i, row in enumerate(far)]

    def extended(chosen: list[int], open_rows: int) -> list[int] | None:
        if len(chosen) == wanted:
            return chosen
        while open_rows.bit_count() >= wanted - len(chosen):
            row = (open_rows & -open_rows).bit_length() - 1
            open_rows &= open_rows - 1
            found = extended([*chosen, row], open_rows & neighbours[row])
            if found is not None:
                return found
        return None

    return extended([], (1 << len(far)) - 1)
