"""The cohort-component ensemble: many possible futures of one population, year by year."""

from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

SEX_RATIO_AT_BIRTH = 1.055  # boys per girl; UN World Population Prospects 2024, Germany
FERTILE = slice(15, 50)  # ages at which births are counted; UN convention
STEP = 6e-4  # our choice: change of log mortality between two places of the table; cells then differ by under 1e-5


@dataclass(frozen=True)
class Drivers:
    """What moves a population, per draw and year.

    Axes: sex = (m, w), age = 0..100 with the last open-ended, draw, year.

    Parameters
    ----------
    log_mortality, sensitivity : (sex, age) arrays
        a(x) and b(x) of Lee-Carter; survival is exp(-exp(a + b k)). [1]
    mortality_index : (draw, year) array
        k. [1]
    fertility : (draw, year) array
        Total fertility rate, births per woman. [1]
    fertility_pattern : (age=35,) array
        Share of the total fertility rate at ages 15 to 49. [1]
    migration : (draw, year) array
        Net migrants. [persons/a]
    migration_pattern : (sex, age) array
        Share of net migrants. [1]
    """

    log_mortality: np.ndarray
    sensitivity: np.ndarray
    mortality_index: np.ndarray
    fertility: np.ndarray
    fertility_pattern: np.ndarray
    migration: np.ndarray
    migration_pattern: np.ndarray


def project(population: np.ndarray, drivers: Drivers, *, exact: bool = False) -> np.ndarray:
    """Advance a population along every draw.

    Parameters
    ----------
    population : (sex=2, age=101) array
        Residents on 31 December of the base year. [persons]
    drivers : Drivers
    exact : bool
        Evaluate survival in every cell in double precision instead of reading it from a table; slower.

    Returns
    -------
    (draw, year + 1, sex, age) array
        Residents on 31 December, the base year first; float64 if exact, else float32. [persons]

    Raises
    ------
    InputError
        If shapes differ, people are negative, or more people leave an age than live in it.

    References
    ----------
    Preston, Heuveline & Guillot (2001): *Demography*, Blackwell, ch. 6; conventions of the UN (bayesPop).
    """
    from hks.demography.cohort_component_kernels import project_exact, project_fast

    _check(population, drivers)
    draws, years = drivers.mortality_index.shape
    shape = (draws, years + 1, *population.shape)
    out = np.empty(shape, dtype=np.float64 if exact else np.float32)
    parts = (
        population,
        drivers.mortality_index,
        drivers.fertility,
        drivers.fertility_pattern,
        drivers.migration,
        drivers.migration_pattern,
    )
    arguments = [np.ascontiguousarray(part, dtype=np.float64) for part in parts]
    if exact:
        lowest = project_exact(drivers.log_mortality, drivers.sensitivity, *arguments, SEX_RATIO_AT_BIRTH, out)
    else:
        table, first, step = survival_table(drivers)
        lowest = project_fast(table, first, step, *arguments, SEX_RATIO_AT_BIRTH, out)
    if lowest < 0:
        raise InputError(
            gettext_noop("More people leave an age than live in it, by %(count)s at worst. Assume fewer departures."),
            count=f"{-lowest:.3g}",
        )  # fmt: skip
    return out


def survival_table(drivers: Drivers) -> tuple[np.ndarray, int, float]:
    """Tabulate survival at whole multiples of one step of k, so that any part of the draws reads the same numbers.

    Returns the (place, sex, age) table, the first multiple, and the step.
    """
    step = STEP / max(float(np.abs(drivers.sensitivity).max()), 1e-9)
    first = int(np.floor(drivers.mortality_index.min() / step))
    last = int(np.floor(drivers.mortality_index.max() / step)) + 1
    k = step * np.arange(first, last + 1)
    table = np.exp(-np.exp(drivers.log_mortality + drivers.sensitivity * k[:, None, None]))
    return np.ascontiguousarray(table), first, step


def _check(population: np.ndarray, drivers: Drivers) -> None:
    ages = population.shape
    draws = drivers.mortality_index.shape
    same = all(part.shape == ages for part in (drivers.log_mortality, drivers.sensitivity, drivers.migration_pattern))
    if len(ages) != 2 or ages[0] != 2 or ages[1] <= FERTILE.stop or not same:
        raise InputError(gettext_noop("Population, mortality and migration need the same two sexes and ages."))
    if len(draws) != 2 or drivers.fertility.shape != draws or drivers.migration.shape != draws:
        raise InputError(gettext_noop("Mortality, fertility and migration need the same draws and years."))
    if drivers.fertility_pattern.shape != (FERTILE.stop - FERTILE.start,):
        raise InputError(gettext_noop("The fertility pattern needs ages 15 to 49."))
    if not (np.isfinite(population).all() and (population >= 0).all()):
        raise InputError(gettext_noop("A population cannot be negative or missing."))


def warm_up() -> None:
    """Compile the kernels on the smallest case."""
    ages = np.zeros((2, 101))
    once = np.zeros((1, 1))
    drivers = Drivers(ages - 5.0, ages, once, once, np.full(35, 1 / 35), once, ages)
    for exact in (True, False):
        project(ages + 1.0, drivers, exact=exact)
