"""Employees by unit and sector on one key date."""

from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

# Sections of the Classification of Economic Activities (WZ 2008), disjoint, as table 13111-07-05-4 groups them.
SECTORS = ("A", "B-E", "F", "G-I", "J", "K", "L", "M-N", "O-Q", "R-U")
GROUPS = {"B-F": ("B-E", "F"), "G-U": ("G-I", "J", "K", "L", "M-N", "O-Q", "R-U")}
COUNTRY = "DG"  # Germany in tables of Regionalstatistik


@dataclass(frozen=True)
class Employment:
    """Employees at the place of work on one key date.

    `employees` is a (unit, sector) array in the order of `SECTORS`, `groups` a (unit, group) array in the order of
    `GROUPS`, `totals` a (unit,) array of all sectors as published; NaN where the table hides a figure. [persons]
    """

    day: str
    ags: tuple[str, ...]
    names: tuple[str, ...]
    employees: np.ndarray
    groups: np.ndarray
    totals: np.ndarray

    def row(self, ags: str) -> int:
        """Find a unit.

        Raises
        ------
        InputError
            If the table does not hold it.
        """
        if ags not in self.ags:
            raise InputError(
                gettext_noop("The table of %(day)s has no figures for '%(ags)s'; fetch it with this unit."),
                day=self.day, ags=ags,
            )  # fmt: skip
        return self.ags.index(ags)

    def reference(self) -> np.ndarray:
        """Return Germany's employees by sector. [persons]

        Raises
        ------
        InputError
            If the table lacks Germany or hides one of its figures.
        """
        found: np.ndarray = self.employees[self.row(COUNTRY)]
        if np.isnan(found).any():
            raise InputError(
                gettext_noop("The table of %(day)s hides a figure of Germany; nothing can be compared with it."),
                day=self.day,
            )
        return found
