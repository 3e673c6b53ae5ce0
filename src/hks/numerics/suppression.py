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


def withheld_in_table(counts: np.ndarray, least: int = LEAST) -> np.ndarray:
    """Choose the cells of a table of which the sum of each row is published and sums of columns may be known elsewhere.

    First every row is treated as by `withheld`. Then further large cells go until each withheld cell lies on a ring of
    withheld cells, so that no chain of differences of rows and columns says it; they too are chosen by their place.

    Parameters
    ----------
    counts : (row, column) array of integers
        People. [persons]
    least : int
        The smallest count that may be read. [persons]

    Returns
    -------
    (row, column) array of bool
        True where a cell is withheld.

    Raises
    ------
    InputError
        If a count is negative, or a row or column has no cell large enough to hide its small ones behind.

    References
    ----------
    Gusfield (1988): SIAM Journal on Computing 17, 552-571 (only cells on no ring can be read).
    """
    rows = np.repeat(np.arange(len(counts)), counts.shape[1])
    hidden = withheld(counts.ravel(), rows, least).reshape(counts.shape)
    while len(alone := _on_no_ring(hidden)):
        single = [(row, column) for row, column in alone if hidden[row].sum() == 1 or hidden[:, column].sum() == 1]
        if not any(_hide_beside(counts, hidden, int(row), int(column), least) for row, column in (*single, *alone)):
            raise InputError(gettext_noop("So few people are counted here that no sum of them may be told."))
    return hidden


def _hide_beside(counts: np.ndarray, hidden: np.ndarray, row: int, column: int, least: int) -> bool:
    """Hide the next large cell in the column or row of a cell, best where something is hidden across; say if any."""
    down = [((row + step) % len(counts), column) for step in range(1, len(counts))]
    along = [(row, (column + step) % counts.shape[1]) for step in range(1, counts.shape[1])]
    ways = (down, along) if hidden[:, column].sum() == 1 else (along, down)
    for way in ways:
        free = [place for place in way if not hidden[place] and counts[place] >= least]
        across = [place for place in free if (hidden[place[0]].any() if way is down else hidden[:, place[1]].any())]
        if free:
            hidden[(across or free)[0]] = True
            return True
    return False


def _on_no_ring(hidden: np.ndarray) -> np.ndarray:
    """Return the (row, column) of withheld cells on no ring: without one its row and column hang together no more."""
    cells = np.argwhere(hidden)
    rows = len(hidden)

    def reached(start: int, without: int) -> set[int]:
        seen, left = {start}, [start]
        while left:
            here = left.pop()
            for number, (row, column) in enumerate(cells):
                ends = (int(row), rows + int(column))
                if number != without and here in ends:
                    there = ends[1] if here == ends[0] else ends[0]
                    if there not in seen:
                        seen.add(there)
                        left.append(there)
        return seen

    alone = [n for n, (row, column) in enumerate(cells) if rows + int(column) not in reached(int(row), n)]
    return np.asarray(cells[alone])
