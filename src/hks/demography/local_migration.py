"""What a table of several years tells about moving: the residents that births and deaths do not explain."""

from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.cohort_component import SEX_RATIO_AT_BIRTH
from hks.demography.rates import PopulationRates
from hks.demography.ungrouping import BAND_STARTS, LAST_AGE, band_sums, ungroup

# Share of a district's deviation from the mean that lasts to the next year, by band: of both sexes together, and of
# the difference between them. Fitted on 400 Kreise 2015-2017; see docs/methods/population_hindcast.md.
LASTING = np.array([0.38, 0.32, 0.19, 0.13, 0.0, 1.0, 0.72, 0.56, 0.71, 0.64, 0.38, 0.45, 0.48, 0.43, 0.1, 0.67, 0.82])
LASTING_BY_SEX = np.array(
    [0.03, 0.01, 0.0, 0.04, 0.0, 0.5, 0.07, 0.5, 0.26, 0.01, 0.14, 0.06, 0.05, 0.06, 0.01, 0.2, 0.42]
)
BIRTHS_FOR_TRUST = 120.0  # our choice: at so many births a year half of a district's own fertility is believed
CHILDREN_WHO_CAME = 1.025  # children under 3 per child born here: our fit on 400 Kreise 2015
INFANTS_ALIVE = 0.9965  # share of births alive at ages 0 to 2, from L(0..2) of table 12621-0001, 2016/18


@dataclass(frozen=True)
class Local:
    """What is known of each unit in the base year.

    Parameters
    ----------
    population : (unit, sex, age) array
        Residents on 31 December. [persons]
    fertility : (unit,) array
        Total fertility rate. [1]
    common : (sex, band) array
        Net migration at the end of the year as a share of those living here, mean of all units. [1/a]
    deviation : (unit, sex, band) array
        What is expected to last of the unit's difference from it. [1/a]
    years : int
        How many yearly changes it was learned from.
    """

    population: np.ndarray
    fertility: np.ndarray
    common: np.ndarray
    deviation: np.ndarray
    years: int


def learn(bands: np.ndarray, first_year: int, ags: tuple[str, ...], rates: PopulationRates) -> Local:
    """Follow single ages through the years of a table and read net migration from what is left.

    Parameters
    ----------
    bands : (unit, year, sex, band=17) array
        Residents on 31 December of consecutive years, the last one the base year; NaN where an earlier one is
        unknown. [persons]
    first_year : int
        The first of them.
    ags : tuple of str
        Official keys of the units; the Land chooses the template of single ages.
    rates : PopulationRates

    Raises
    ------
    InputError
        If a figure is negative, or one of the base year is missing.
    """
    if not np.isfinite(bands[:, -1]).all() or (bands < 0).any():
        raise InputError(gettext_noop("A population cannot be negative or missing."))
    template = np.stack([rates.template(key, first_year) for key in ags])
    bands, known = _filled(bands)
    population = ungroup(bands[:, 0], template)
    found = []
    for number in range(1, bands.shape[1]):
        year = first_year + number
        fertility = local_fertility(population, bands[:, number - 1], rates, year - 1, year)
        closed = advance_closed(population, rates.survival(year), fertility, rates.fertility_pattern)
        sums = band_sums(closed)
        both = known[:, number - 1] & known[:, number]
        rate = np.divide(bands[:, number] - sums, sums, out=np.zeros_like(sums), where=sums > 0)
        found.append(np.where(both[:, None, None], rate, np.nan))
        population = ungroup(bands[:, number], closed)
    last = first_year + bands.shape[1] - 1
    fertility = local_fertility(population, bands[:, -1], rates, last, last)
    common, deviation = split(np.array(found).reshape(-1, *bands[:, -1].shape), bands[:, -1])
    return Local(population, fertility, common, deviation, sum(bool(np.isfinite(rate).any()) for rate in found))


def _filled(bands: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fill unknown years with the next known one; also return which (unit, year) were known."""
    known = np.isfinite(bands).all(axis=(2, 3))
    filled = bands.copy()
    for number in range(bands.shape[1] - 2, -1, -1):
        filled[~known[:, number], number] = filled[~known[:, number], number + 1]
    return filled, known


def split(found: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split yearly rates into the mean of all units in the last year and what lasts of each unit's deviation.

    Parameters
    ----------
    found : (change, unit, sex, band) array
        NaN where unknown. [1/a]
    weights : (unit, sex, band) array
        Residents. [persons]

    Returns
    -------
    (sex, band) array, (unit, sex, band) array
        [1/a]

    References
    ----------
    Spearman (1910), Brown (1910), British Journal of Psychology 3: n measurements last by n r / (1 + (n - 1) r).
    """
    known = np.isfinite(found).all(axis=(2, 3))
    if not known.any():
        return np.zeros(weights.shape[1:]), np.zeros(weights.shape)
    found = found[known.any(axis=1)]
    known = known[known.any(axis=1)]
    weight = np.where(known[..., None, None], weights, 0.0)
    rates = np.where(known[..., None, None], found, 0.0)
    means = (rates * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)
    count = known.sum(axis=0)[:, None, None]
    deviation = np.where(known[..., None, None], rates - means[:, None], 0.0).sum(axis=0) / np.maximum(count, 1)
    together = deviation.mean(axis=1, keepdims=True)
    lasting, by_sex = (_reliability(share, count) for share in (LASTING, LASTING_BY_SEX))
    return means[-1], lasting * together + by_sex * (deviation - together)


def _reliability(share: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.asarray(count * share / (1.0 + np.maximum(count - 1, 0) * share))


def local_fertility(
    population: np.ndarray, bands: np.ndarray, rates: PopulationRates, year: int, wanted: int
) -> np.ndarray:
    """Estimate total fertility from children under 3 per woman, drawn towards the country's where births are few.

    Parameters
    ----------
    population : (unit, sex, age) array
        Residents at the end of `year`. [persons]
    bands : (unit, sex, band) array
        The same by band. [persons]
    rates : PopulationRates
    year : int
        Year of the figures.
    wanted : int
        Year whose fertility is wanted.

    Returns
    -------
    (unit,) array
        Births per woman. [1]
    """
    women = population[:, 1]
    pattern = rates.fertility_pattern
    expected = sum(women[:, 15 + years : 50 + years] @ pattern for years in (1, 2, 3)) * INFANTS_ALIVE
    births = bands[:, :, 0].sum(axis=1) / 3.0
    own = np.divide(3.0 * births, expected, out=np.ones_like(births), where=expected > 0)
    usual = np.mean([rates.fertility(year - lag) for lag in range(3)]) * CHILDREN_WHO_CAME
    trust = births / (births + BIRTHS_FOR_TRUST)
    return np.asarray(rates.fertility(wanted) * (1.0 + trust * (own / usual - 1.0)))


def advance_closed(
    population: np.ndarray, survival: np.ndarray, fertility: np.ndarray, pattern: np.ndarray
) -> np.ndarray:
    """Advance many units by one year without migration.

    Parameters
    ----------
    population : (unit, sex, age) array
        [persons]
    survival : (sex, age) array
        [1]
    fertility : (unit,) array
        Total fertility rate. [1]
    pattern : (age=35,) array
        [1]

    Returns
    -------
    (unit, sex, age) array
        [persons]
    """
    after = np.zeros_like(population)
    after[..., 1:] = population[..., :-1] * survival[:, 1:]
    after[..., -1] += population[..., -1] * survival[:, -1]
    exposed = 0.5 * (population[:, 1, 15:50] + after[:, 1, 15:50])
    births = fertility * (exposed @ pattern)
    boys = SEX_RATIO_AT_BIRTH / (1.0 + SEX_RATIO_AT_BIRTH)
    after[:, :, 0] = births[:, None] * np.array([boys, 1.0 - boys]) * survival[:, 0]
    return after


def by_age(bands: np.ndarray) -> np.ndarray:
    """Repeat a rate of each band at its single ages: (..., band) to (..., age)."""
    widths = np.diff([*BAND_STARTS, LAST_AGE + 1])
    return np.repeat(bands, widths, axis=-1)
