"""How a region's branches differ from those of a reference: location quotients, specialisation, concentration."""

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.economy.hidden_cells import Cells


def location_quotients(region: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Divide the share of each sector in a region by its share in the reference.

    Parameters
    ----------
    region : (..., sector) array
        Employees of one or more regions. [persons]
    reference : (sector,) array
        Employees of the reference. [persons]

    Returns
    -------
    (..., sector) array
        1 where the sector weighs as much as in the reference. Their mean, weighted by the reference's shares, is 1.
        NaN where the reference has none of the sector. [1]

    Raises
    ------
    InputError
        If shapes differ, or a region or the reference has no employees.

    References
    ----------
    Isard (1960): *Methods of Regional Analysis*, MIT Press, ch. 7.
    """
    own, other = shares(region), shares(reference)
    if own.shape[-1:] != other.shape:
        raise InputError(gettext_noop("Region and reference must hold the same sectors."))
    return np.asarray(np.divide(own, other, out=np.full(own.shape, np.nan), where=other > 0))


def shares(employees: np.ndarray) -> np.ndarray:
    """Divide employees by their sum over the sectors.

    Raises
    ------
    InputError
        If a figure is missing or negative, or there are no employees.
    """
    counts = np.asarray(employees, dtype=np.float64)
    if not (counts >= 0).all():
        raise InputError(gettext_noop("Employees cannot be negative or missing."))
    sums = counts.sum(axis=-1, keepdims=True)
    if not (sums > 0).all():
        raise InputError(gettext_noop("A region without employees has no shares of sectors."))
    return np.asarray(counts / sums)


def krugman_index(region: np.ndarray, reference: np.ndarray) -> float:
    """Add up the distances between the shares of two regions: 0 where they are equal, 2 where they share nothing. [1]

    Raises
    ------
    InputError
        If a figure is missing or negative, or there are no employees.

    References
    ----------
    Krugman (1991): *Geography and Trade*, MIT Press.
    """
    return float(np.abs(shares(region) - shares(reference)).sum())


def share_bounds(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Bound the shares of the sectors of a region that hides figures.

    Returns
    -------
    (sector,) array, (sector,) array
        Least and largest share. [1]

    Raises
    ------
    InputError
        If there are no employees.
    """
    if not cells.most > 0:
        raise InputError(gettext_noop("A region without employees has no shares of sectors."))
    high = np.minimum(cells.high / cells.least, 1.0) if cells.least > 0 else np.ones(cells.high.shape)
    return cells.low / cells.most, high


def quotient_bounds(cells: Cells, reference: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bound the location quotients of a region that hides figures.

    Parameters
    ----------
    cells : Cells
    reference : (sector,) array
        Employees in every sector. [persons]

    Returns
    -------
    (sector,) array, (sector,) array
        Least and largest quotient. [1]
    """
    low, high = share_bounds(cells)
    return low / shares(reference), high / shares(reference)


def krugman_bounds(cells: Cells, reference: np.ndarray) -> tuple[float, float]:
    """Bound the specialisation of a region that hides figures; each sector is taken at its worst. [1]"""
    (low, high), other = share_bounds(cells), shares(reference)
    nearest = np.clip(other, low, high)
    farthest = np.maximum(np.abs(low - other), np.abs(high - other))
    return float(np.abs(nearest - other).sum()), float(min(farthest.sum(), 2.0))


def concentration_bounds(cells: Cells) -> tuple[float, float]:
    """Bound the concentration of a region that hides figures; each sector is taken at its worst. [1]"""
    low, high = share_bounds(cells)
    return float(max((low**2).sum(), 1.0 / low.size)), float(min((high**2).sum(), 1.0))
