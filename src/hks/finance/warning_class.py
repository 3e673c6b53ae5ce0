"""The Saxon early-warning classes, as far as their points are known here. They are no rating."""

from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

SOURCE = "statistik.sachsen.de, appsl1/fws/hinweise.jsp (double-entry budgets); a later edition has other measures"
# More than so much of the planned ordinary expense may be borrowed in cash credits: so many points. [1]
CASH_CREDIT = ((0.20, 5), (0.25, 10), (0.30, 15))
# More debt than so much: so many points. Steps below 2,000 are not known here. [EUR/person]
DEBT = ((2000.0, 8), (2500.0, 9), (3000.0, 10))
CLASSES = (("A", 0), ("B", 11), ("C", 21), ("D", 31))  # from so many points on
SCORED = ("cash_credit", "debt")
NO_RATING = gettext_noop(
    "The early-warning class counts only cash credits and debt, after a published scheme that was revised since; the"
    " official class counts more and may be worse. It is no rating."
)
NOT_HERE = gettext_noop(
    "The Saxon early-warning classes do not apply in Saxony-Anhalt; there is no class for this town."
)


@dataclass(frozen=True)
class Points:
    """Points of both measures, each (...) [1]."""

    cash_credit: np.ndarray
    debt: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """Add both."""
        return np.asarray(self.cash_credit + self.debt)


def points(cash_credit: np.ndarray, ordinary_expense: np.ndarray, debt: np.ndarray, residents: np.ndarray) -> Points:
    """Score cash credits and debt.

    Parameters
    ----------
    cash_credit : (...) array
        Highest amount of cash credits, as in the budget statute. [EUR]
    ordinary_expense : (...) array
        [EUR/a]
    debt : (...) array
        Debt of the town itself without cash credits. [EUR]
    residents : (...) array
        [persons]

    Returns
    -------
    Points

    References
    ----------
    Frühwarnsystem "Kommunale Haushalte (Doppik)", Freistaat Sachsen, Hinweise.
    """
    spent = np.maximum(ordinary_expense, 1.0)  # a plan without expense owes every euro of credit to nothing
    return Points(_steps(cash_credit / spent, CASH_CREDIT), _steps(debt / residents, DEBT))


def _steps(value: np.ndarray, steps: tuple[tuple[float, int], ...]) -> np.ndarray:
    found = np.zeros(np.shape(value), dtype=np.int64)
    for above, score in steps:
        found = np.where(np.asarray(value) > above, score, found)
    return found


def warning_class(land: str, total: int) -> str:
    """Name the class of a total of points.

    Raises
    ------
    InputError
        If the town does not lie in Saxony.
    """
    if land != "SN":
        raise InputError(NOT_HERE)
    return [name for name, least in CLASSES if total >= least][-1]
