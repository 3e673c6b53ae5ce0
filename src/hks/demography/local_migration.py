"""What a table of several years tells about moving: the residents that births and deaths do not explain."""

from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.cohort_component import SEX_RATIO_AT_BIRTH
from hks.demography.migration import USUAL_TURNOVER, fitted_profile, mobility, rogers_castro
from hks.demography.migration_memory import REFERENCE_MIGRATION, expected, follows_country
from hks.demography.rates import PopulationRates
from hks.demography.ungrouping import BAND_STARTS, LAST_AGE, band_sums, ungroup

BIRTHS_FOR_TRUST = 120.0  # our choice: at so many births a year half of a district's own fertility is believed
CHILDREN_WHO_CAME = 1.01  # children under 3 per child born here: sums of 400 Kreise 2015 to 2017 (1.014, 1.013, 1.004)
FERTILITY_LIMITS = (0.5, 2.0)  # of the country's; our choice, the 400 Kreise of 2017 lie between .70 and 1.22
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
        What is expected to last of the unit's difference from it, at the country's reference migration. [1/a]
    profile : (sex, age) array
        Share of net migrants, fitted to those of all units. [1]
    years : int
        How many yearly changes it was learned from.
    """

    population: np.ndarray
    fertility: np.ndarray
    common: np.ndarray
    deviation: np.ndarray
    profile: np.ndarray
    years: int


def learn(
    bands: np.ndarray,
    first_year: int,
    ags: tuple[str, ...],
    rates: PopulationRates,
    teachers: np.ndarray | None = None,
) -> Local:
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
    teachers : (unit,) array of bool, optional
        Units that teach what is common; all if left out.

    Raises
    ------
    InputError
        If a figure is negative, or one of the base year is missing.
    """
    if not np.isfinite(bands[:, -1]).all() or (bands < 0).any():
        raise InputError(gettext_noop("A population cannot be negative or missing."))
    lands = {land: rates.template(land, first_year) for land in {key[:2] for key in ags}}
    bands, known = _filled(bands)
    population = ungroup(bands[:, 0], np.stack([lands[key[:2]] for key in ags]))
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
    changes = np.array(found).reshape(-1, *bands[:, -1].shape)
    levels = np.array([migration_scale(rates.migration(first_year + n)) for n in range(1, bands.shape[1])])
    taught = np.ones(len(ags), dtype=bool) if teachers is None else teachers
    common, deviation = split(changes, bands[:, -1], levels, rates, taught)
    profile = fitted_profile(common * bands[taught, -1].sum(axis=0), rogers_castro())
    return Local(
        population, fertility, common, deviation, profile, sum(bool(np.isfinite(rate).any()) for rate in found)
    )


def migration_scale(net: float) -> float:
    """Say how strong the country's migration is, relative to the reference year and between a half and double. [1]"""
    return float(np.clip(net / REFERENCE_MIGRATION, 0.5, 2.0))


def _filled(bands: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fill unknown years with the next known one; also return which (unit, year) were known."""
    known = np.isfinite(bands).all(axis=(2, 3))
    filled = bands.copy()
    for number in range(bands.shape[1] - 2, -1, -1):
        filled[~known[:, number], number] = filled[~known[:, number], number + 1]
    return filled, known


def split(
    found: np.ndarray, persons: np.ndarray, levels: np.ndarray, rates: PopulationRates, teachers: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Split yearly rates into the mean of all units in the last year and what lasts of each unit's deviation.

    Parameters
    ----------
    found : (change, unit, sex, band) array
        NaN where unknown. [1/a]
    persons : (unit, sex, band) array
        Residents. [persons]
    levels : (change,) array
        The country's migration in each change, relative to the reference year. [1]
    rates : PopulationRates
    teachers : (unit,) array of bool
        Units whose mean is common to all.

    Returns
    -------
    (sex, band) array, (unit, sex, band) array
        The second at the country's reference migration. [1/a]
    """
    known = np.isfinite(found).all(axis=(2, 3))
    if not known[:, teachers].any():
        return np.zeros(persons.shape[1:]), np.zeros(persons.shape)
    some = known[:, teachers].any(axis=1)
    found, known, levels = found[some], known[some], levels[some]
    weight = np.where((known & teachers)[..., None, None], persons, 0.0)
    seen = np.where(known[..., None, None], found, 0.0)
    means = (seen * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)
    scale = np.where(follows_country(), 1.0 / levels[:, None], 1.0)[:, None, None, :]
    deviations = np.where(known[..., None, None], (seen - means[:, None]) * scale, 0.0)
    count = known.sum(axis=0)
    mean = deviations.sum(axis=0) / np.maximum(count, 1)[:, None, None]
    residents = persons.sum(axis=0)
    ages = ungroup(residents, np.ones((2, LAST_AGE + 1)))
    turnover = USUAL_TURNOVER * band_sums(mobility(ages, rogers_castro()) * ages) / np.maximum(residents, 1e-9)
    return means[-1], expected(mean, count, persons, turnover, rates.memory)


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
    ratio = np.clip(own / usual, *FERTILITY_LIMITS)
    return np.asarray(rates.fertility(wanted) * (1.0 + trust * (ratio - 1.0)))


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
