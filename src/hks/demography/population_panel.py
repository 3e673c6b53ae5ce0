"""A table of residents as one array: units by years by sexes by the 17 official bands."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.rates import SEXES
from hks.demography.ungrouping import BAND_STARTS


class Residents(Protocol):
    """What a table of residents offers; `persons` is (row, column) [persons], NaN where missing."""

    @property
    def ags(self) -> tuple[str, ...]:
        """Official key of each row."""

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each row's unit."""

    @property
    def dates(self) -> tuple[str, ...]:
        """Key date of each row, ISO."""

    @property
    def columns(self) -> tuple[tuple[str, int, int | None], ...]:
        """Sex (m, w), lowest age and upper age limit of each column."""

    @property
    def persons(self) -> np.ndarray:
        """Residents by row and column."""


Panel = tuple[tuple[str, ...], dict[str, str], list[int], np.ndarray]


def panel(table: Residents, base_year: int = 0, *, history: bool = True) -> Panel:
    """Arrange a table by unit and year; units without figures in the base year are left out.

    Parameters
    ----------
    table : Residents
    base_year : int
        The last year to use; later rows are ignored. 0 takes the latest. [a]
    history : bool
        Take the years before as well.

    Returns
    -------
    ags, names, years, (unit, year, sex=2, band=17) array
        The longest run of consecutive years that ends in the base year; NaN where an earlier year is missing. [persons]

    Raises
    ------
    InputError
        If the base year is missing, the bands differ from the official 17, or no unit is complete.
    """
    order = _columns(table.columns)
    rows = {
        (ags, int(day[:4])): row for ags, day, row in zip(table.ags, table.dates, table.persons[:, order], strict=True)
    }
    years = run_of_years({year for _, year in rows}, base_year)
    years = years if history else years[-1:]
    names = dict(zip(table.ags, table.names, strict=True))
    nothing = np.full(len(order), np.nan)
    whole = [ags for ags in names if np.isfinite(rows.get((ags, years[-1]), nothing)).all()]
    if not whole:
        raise InputError(gettext_noop("No unit of the table has figures for every age in %(year)s."), year=years[-1])
    persons = np.array([[rows.get((ags, year), nothing) for year in years] for ags in whole])
    persons[~np.isfinite(persons).all(axis=2)] = np.nan
    persons = persons.reshape(len(whole), len(years), 2, len(BAND_STARTS))
    return tuple(whole), {ags: names[ags] for ags in whole}, years, persons


def newest_year(table: Residents, ags: str) -> int:
    """Return the newest year in which a unit has a figure for every age and sex.

    Raises
    ------
    InputError
        If there is none, or the bands differ from the official 17.
    """
    complete = np.isfinite(table.persons[:, _columns(table.columns)]).all(axis=1)
    rows = zip(table.ags, table.dates, complete, strict=True)
    years = [int(day[:4]) for key, day, known in rows if key == ags and known]
    if not years:
        raise InputError(gettext_noop("The table of residents has no year with every age for %(ags)s."), ags=ags)
    return max(years)


def run_of_years(known: set[int], base_year: int) -> list[int]:
    """Return the consecutive years that end in the base year.

    Raises
    ------
    InputError
        If the base year is not among them.
    """
    last = base_year or max(known)
    if last not in known:
        raise InputError(
            gettext_noop("The table has no rows for %(year)s; it has %(known)s."),
            year=last, known=", ".join(str(year) for year in sorted(known)),
        )  # fmt: skip
    first = last
    while first - 1 in known:
        first -= 1
    return list(range(first, last + 1))


def _columns(columns: Sequence[tuple[str, int, int | None]]) -> list[int]:
    place = {(sex, low): n for n, (sex, low, _) in enumerate(columns)}
    wanted = [(sex, low) for sex in SEXES for low in BAND_STARTS]
    if len(columns) != len(wanted) or any(key not in place for key in wanted):
        raise InputError(
            gettext_noop("The table needs the 17 age bands of 12411-0018 for men and women: from %(starts)s."),
            starts=", ".join(str(start) for start in BAND_STARTS),
        )  # fmt: skip
    return [place[key] for key in wanted]
