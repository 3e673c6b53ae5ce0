"""Figures a table hides: bounds that follow from its sums, and a raked table for use inside a calculation.

What is hidden is reported as an interval only. The raked figures stand for a plausible table where a calculation
needs a full one; they are never an answer themselves.
"""

from dataclasses import dataclass

import numpy as np

from hks.core.errors import InfeasibleError, InputError
from hks.core.messages import gettext_noop
from hks.economy.sectors import COUNTRY, GROUPS, SECTORS, Employment
from hks.numerics.raking import rake

SLACK = 1e-6  # our choice: sums of whole numbers that miss each other by less agree
ROUNDS = 200  # our choice: bounds of ten sectors settle within a few rounds


@dataclass(frozen=True)
class Cells:
    """Employees of one unit as far as the table tells: bounds and a raked value of each sector, (sector,) arrays.

    All three are equal where the table tells; `least` and `most` bound the sum of all sectors. [persons]
    """

    low: np.ndarray
    high: np.ndarray
    inside: np.ndarray
    least: float
    most: float

    @property
    def hidden(self) -> np.ndarray:
        """Say which sectors are not known exactly, a (sector,) array."""
        return np.asarray(self.high - self.low > SLACK)


def bounded(
    cells: np.ndarray, totals: np.ndarray, groups: np.ndarray, columns: np.ndarray | None = None, spare: float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bound hidden cells by the published sums, and rake a table that fulfils them.

    Parameters
    ----------
    cells : (unit, sector) array
        NaN where hidden. [persons]
    totals : (unit,) array
        Sums over all sectors, NaN where hidden. [persons]
    groups : (unit, group) array
        Sums of the groups of sectors, NaN where hidden. [persons]
    columns : (sector,) array, optional
        Sums over the units, where these make up a whole. [persons]
    spare : float
        By how much a total may exceed its cells: people without a sector. [persons]

    Returns
    -------
    (unit, sector) array, (unit, sector) array, (unit, sector) array
        The least, the most and a raked value of each cell; all equal where the table tells. [persons]

    Raises
    ------
    InputError
        If sums contradict each other, or nothing limits a hidden cell.
    """
    missing = np.isnan(cells)
    caps = np.tile(np.where(np.isnan(totals), np.inf, totals)[:, None], cells.shape[1])
    for place, members in enumerate(GROUPS.values()):
        inner = [SECTORS.index(sector) for sector in members]
        caps[:, inner] = np.fmin(caps[:, inner], groups[:, [place]])
    if columns is not None:
        caps = np.minimum(caps, columns)
    low, high = np.where(missing, 0.0, cells), np.where(missing, caps, cells)
    if np.isinf(high).any():
        raise InputError(gettext_noop("A hidden figure has neither a total of its unit nor a sum of its sector."))
    for _ in range(ROUNDS):
        before = low.copy(), high.copy()
        _tighten(low, high, totals, spare)
        for place, members in enumerate(GROUPS.values()):
            inner = [SECTORS.index(sector) for sector in members]
            part_low, part_high = low[:, inner], high[:, inner]
            _tighten(part_low, part_high, groups[:, place], 0.0)
            low[:, inner], high[:, inner] = part_low, part_high
        if columns is not None:
            _tighten(low.T, high.T, columns, 0.0)
        if (low > high + SLACK).any():
            raise InputError(gettext_noop("The sums of the table contradict each other: hidden figures find no room."))
        if np.array_equal(before, (low, high)):
            break
    return low, high, _raked(cells, low, high, totals, columns)


def _tighten(low: np.ndarray, high: np.ndarray, totals: np.ndarray, spare: float) -> None:
    """Let each cell of a row leave room for the least and the most of the others, in place."""
    known = ~np.isnan(totals)
    most = totals[known, None] - (low[known].sum(axis=1, keepdims=True) - low[known])
    least = totals[known, None] - spare - (high[known].sum(axis=1, keepdims=True) - high[known])
    open_cells = high[known] - low[known] > SLACK
    high[known] = np.where(open_cells, np.minimum(high[known], most), high[known])
    low[known] = np.where(open_cells, np.maximum(low[known], least), low[known])


def _raked(
    cells: np.ndarray, low: np.ndarray, high: np.ndarray, totals: np.ndarray, columns: np.ndarray | None
) -> np.ndarray:
    missing = np.isnan(cells)
    if not missing.any():
        return cells.copy()
    start = np.where(missing, np.maximum((low + high) / 2, SLACK), 0.0)
    known = np.where(missing, 0.0, cells)
    rows = np.where(np.isnan(totals) | ~missing.any(axis=1), start.sum(axis=1), totals - known.sum(axis=1))
    rows = np.clip(rows, SLACK, None) * missing.any(axis=1)
    if columns is None:
        return np.where(missing, np.clip(rake(start, {(0,): rows}), low, high), cells)
    rest = np.where(missing.any(axis=0), np.clip(columns - known.sum(axis=0), SLACK, None), 0.0)
    try:
        raked = rake(start, {(0,): rows * (rest.sum() / rows.sum()), (1,): rest})
    except InfeasibleError:  # totals hold people without a sector, so only the sums of sectors are exact
        raked = rake(start, {(1,): rest})
    return np.where(missing, np.clip(raked, low, high), cells)


def cells_of(table: Employment, ags: str) -> Cells:
    """Bound the figures of one unit by all that its table tells.

    Raises
    ------
    InputError
        If the unit is missing, or its sums contradict each other.
    """
    row = table.row(ags)
    own = table.employees[row]
    if not np.isnan(own).any():
        return Cells(own, own, own, float(own.sum()), float(own.sum()))
    spare = _without_sector(table, ags)
    rows, columns = _siblings(table, ags) or ([row], None)
    found = bounded(table.employees[rows], table.totals[rows], table.groups[rows], columns, spare)
    low, high, inside = (array[rows.index(row)] for array in found)
    total = table.totals[row]
    known = not np.isnan(total)
    return Cells(
        low, high, inside,
        least=float(max(low.sum(), total - spare) if known else low.sum()),
        most=float(min(high.sum(), total) if known else high.sum()),
    )  # fmt: skip


def _without_sector(table: Employment, ags: str) -> float:
    """Return the most people of a unit that can have no sector: those of the Land or, failing that, of Germany."""
    gaps = [
        table.totals[row] - table.employees[row].sum()
        for row in (table.ags.index(key) for key in (ags[:2], COUNTRY) if key in table.ags and key != ags)
    ]
    return float(max(np.nanmin(gaps), 0.0)) if np.isfinite(gaps).any() else 0.0


def _siblings(table: Employment, ags: str) -> tuple[list[int], np.ndarray] | None:
    """Return the rows that make up the unit's Land and the sums of the Land, where the table holds them all."""
    land = ags[:2]
    if len(ags) != 5 or land not in table.ags:
        return None
    rows = [row for row, key in enumerate(table.ags) if len(key) == 5 and key.startswith(land)]
    above = table.ags.index(land)
    sums = table.employees[above]
    if np.isnan(sums).any() or table.totals[rows].sum() != table.totals[above]:
        return None
    return rows, sums


def extremes(factors: np.ndarray, cells: Cells) -> tuple[float, float]:
    """Find the smallest and the largest sum of employees times factors that the bounds allow.

    Parameters
    ----------
    factors : (sector,) array
        What each person of a sector counts. [any]
    cells : Cells

    Returns
    -------
    float, float
        Both are reached by a table within the bounds. [persons times factors]
    """
    return -_largest(-factors, cells), _largest(factors, cells)


def _largest(factors: np.ndarray, cells: Cells) -> float:
    """Give the open people to the sectors that count most; beyond the least total only where they count above zero."""
    value = float(factors @ cells.low)
    used = float(cells.low.sum())
    for place in np.argsort(-factors, kind="stable"):
        limit = cells.most if factors[place] > 0 else cells.least
        given = min(cells.high[place] - cells.low[place], max(limit - used, 0.0))
        value += factors[place] * given
        used += given
    return value


def plausible(cells: Cells) -> list[np.ndarray]:
    """List full tables of one unit: the raked one, and each hidden sector at its bounds with the others scaled.

    Returns
    -------
    list of (sector,) arrays
        For use inside a calculation whose answer is reported as a band. [persons]
    """
    found = [cells.inside]
    for place in np.flatnonzero(cells.hidden):
        others = cells.hidden.copy()
        others[place] = False
        for value in (cells.low[place], cells.high[place]):
            table = cells.inside.copy()
            table[place] = value
            rest = cells.inside[cells.hidden].sum() - value
            if table[others].sum() > 0:
                table[others] *= max(rest, 0.0) / table[others].sum()
            found.append(table)
    return found
