"""Who needs care at which age: a national shape by age, fitted to a district's own count by sex and kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.rates import STANDARD_LAND
from hks.numerics.calibration import rates_meeting_total
from hks.numerics.raking import rake

KINDS = ("home_service", "nursing_home", "care_money", "other")
# Share of the people of an age who need care, Germany 2019, read at the middle of five years of age. Destatis (press
# release on the Pflegestatistik 2019): about 8 % at 70-74, 49 % at 85-89, 76 % at 90 and more. Between them and below:
# the counts of North Rhine-Westphalia (next table) over Germany's residents, on the level of the 49 %; they give 8.0 %
# at 70-74 and 74 % at 90 and more by themselves. Only the shape matters: the level is fitted by sex.
SHAPE_AGES = (50.0, 67.5, 72.5, 77.5, 82.5, 87.5, 92.5)
SHAPE_SHARES = (0.010, 0.047, 0.080, 0.138, 0.266, 0.490, 0.760)
# Odds of women over men: as one until 72, growing to those of 85-89 (44 and 31 % in 2015, Destatis).
ODDS_AGES, WOMEN_OVER_MEN = (72.5, 87.5), (0.44 / 0.56) / (0.31 / 0.69)
# People with care at home by a service, in a nursing home, with care money only, North Rhine-Westphalia 2019 (IT.NRW):
# under 65, 65, 70, 75, 80, 85, 90, 95 and more. Only the shares at an age are used, as a start of the fit.
KIND_BANDS = (0, 65, 70, 75, 80, 85, 90, 95)
KINDS_BY_AGE = np.array([
    [27_032, 12_200, 146_620], [11_084, 7_126, 31_524], [14_875, 9_170, 39_874], [29_847, 18_928, 67_858],
    [53_632, 35_358, 102_915], [50_271, 39_622, 80_878], [30_541, 33_268, 42_354], [8_224, 13_456, 9_552],
], dtype=float)  # fmt: skip
OTHER = 0.05  # Germany 2019, 22411-02-03-4: what the three kinds leave of all, mostly the lowest degree of care
GERMANY = 83_166_711.0  # residents on 31.12.2019, Destatis 12411


class CareFigures(Protocol):
    """What a table of people in need of care offers: (sex=2, all and three kinds) persons by key and year."""

    @property
    def persons(self) -> Mapping[tuple[str, int], np.ndarray]:
        """People by official key and year."""


@dataclass(frozen=True)
class CareRates:
    """Shares in need of care, (kind=4, sex, age) [1], the unit and year they were fitted to."""

    rates: np.ndarray
    fitted_to: str
    year: int


def national_shape(ages: int = 101) -> np.ndarray:
    """Return the (sex=2, age) share in need of care in Germany 2019; odds grow evenly between the known ages. [1]"""
    shares, middle = np.array(SHAPE_SHARES), np.arange(ages) + 0.5
    odds = np.interp(middle, SHAPE_AGES, np.log(shares / (1.0 - shares)))
    women = np.interp(middle, ODDS_AGES, (0.0, np.log(WOMEN_OVER_MEN)))
    return np.asarray(1.0 / (1.0 + np.exp(-(odds + 0.5 * np.stack([-women, women])))))


def care_rates(persons: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Fit shares in need of care by sex, age and kind to a count.

    Parameters
    ----------
    persons : (sex=2, age) array
        Residents at the time of the count. [persons]
    counted : (sex=2, kind=4) array
        All, at home by a service, in a nursing home, with care money only. [persons]

    Returns
    -------
    (kind=4, sex, age) array
        The kinds of `KINDS`; times the residents they add up to the count. [1]

    Raises
    ------
    InputError
        If a count is missing, the kinds exceed all, or there are fewer people than are counted.
    """
    rest = counted[:, 0] - counted[:, 1:].sum(axis=1)
    if not np.isfinite(counted).all() or (counted < 0).any() or (counted[:, 0] == 0).any() or (rest < 0).any():
        raise InputError(gettext_noop(
            "People in need of care must be known for both sexes, all and by kind, and the kinds cannot exceed all."
        ))  # fmt: skip
    found = np.empty((len(KINDS), *persons.shape))
    shape = national_shape(persons.shape[1])
    band = np.searchsorted(KIND_BANDS, np.arange(persons.shape[1]), side="right") - 1
    start = np.hstack([KINDS_BY_AGE / KINDS_BY_AGE.sum(axis=1, keepdims=True) * (1.0 - OTHER), np.full((8, 1), OTHER)])
    for sex in range(2):
        needing = rates_meeting_total(shape[sex], persons[sex], float(counted[sex, 0]))
        rows = np.bincount(band, weights=needing * persons[sex], minlength=len(KIND_BANDS))
        columns = np.append(counted[sex, 1:], rest[sex])
        columns = columns * (rows.sum() / columns.sum())  # both are the count, up to rounding
        table = rake(start * rows[:, None], {(0,): rows, (1,): columns})
        split = np.divide(table, rows[:, None], out=start.copy(), where=rows[:, None] > 0)
        found[:, sex] = needing * (split / split.sum(axis=1, keepdims=True))[band].T  # all needy have one kind
    return found


def fitted(figures: CareFigures, key: str, last_year: int) -> tuple[str, int, np.ndarray]:
    """Choose the newest count of a unit up to a year, or of Germany where the unit has none.

    Parameters
    ----------
    figures : CareFigures
    key : str
        Official key of a district or a town.
    last_year : int
        Later counts are left out while an earlier one exists.

    Returns
    -------
    key, year, (sex=2, kind=4) array

    Raises
    ------
    InputError
        If neither the unit nor Germany is counted.
    """
    for wanted in (key, STANDARD_LAND):
        years = sorted(year for ags, year in figures.persons if ags == wanted)
        if years:
            year = max((y for y in years if y <= last_year), default=years[0])
            return wanted, year, figures.persons[wanted, year]
    raise InputError(gettext_noop("The table of care counts neither %(key)s nor Germany."), key=key)
