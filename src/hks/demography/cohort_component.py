"""The cohort-component ensemble: many possible futures of one population, year by year."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

SEX_RATIO_AT_BIRTH = 1.055  # boys per girl; UN World Population Prospects 2024, Germany
FERTILE = slice(15, 50)  # ages at which births are counted; UN convention
STEP = 6e-4  # our choice: change of log mortality between two places of the table; cells then differ by under 1e-5
CHUNK = 500  # our choice: so many full trajectories stay below 15 MB per decade
_NO_EXCHANGE, _NO_RATES, _NO_ACCOUNTS = np.zeros((1, 1, 0)), np.zeros((0, 2, 0)), np.zeros((0, 1, 3))


@dataclass(frozen=True)
class Drivers:
    """What moves a population, per draw and year.

    Axes: sex = (m, w), age = 0..100 with the last open-ended, draw, year, part.

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
        Net migrants, half counted before and half after the year's deaths. [persons/a]
    migration_pattern : (sex, age) array
        Share of net migrants. [1]
    exchange : (draw, year, part) array, optional
        Multiples of the rates below. [1]
    exchange_rates : (part, sex, age) array, optional
        Net migrants at the end of the year as a share of those then living here. [1/a]
    """

    log_mortality: np.ndarray
    sensitivity: np.ndarray
    mortality_index: np.ndarray
    fertility: np.ndarray
    fertility_pattern: np.ndarray
    migration: np.ndarray
    migration_pattern: np.ndarray
    exchange: np.ndarray | None = None
    exchange_rates: np.ndarray | None = None

    def cut(self, part: slice) -> "Drivers":
        """Take some of the draws."""
        return replace(
            self,
            mortality_index=self.mortality_index[part],
            fertility=self.fertility[part],
            migration=self.migration[part],
            exchange=None if self.exchange is None else self.exchange[part],
        )


@dataclass(frozen=True)
class Noise:
    """Chance of single lives: its seed, and the number of the first draw so that parts of an ensemble agree."""

    seed: int
    first_draw: int = 0


def project_year(
    population: np.ndarray, survival: np.ndarray, fertility: np.ndarray, net_migration: np.ndarray
) -> np.ndarray:
    """Advance a population by one year.

    The same account as the ensemble keeps, written to be read.

    Parameters
    ----------
    population : (sex=2, age=A) array
        Residents on 31 December, last age open-ended. [persons]
    survival : (sex=2, age=A) array
        Share alive one year later; births take age 0. [1]
    fertility : (age=A,) array
        Live births per woman and year. [1/a]
    net_migration : (sex=2, age=A) array
        Arrivals minus departures, half counted before and half after the year's deaths. [persons/a]

    Returns
    -------
    (sex=2, age=A) array
        Residents one year later. [persons]

    Raises
    ------
    InputError
        If shapes differ, or more people leave an age group than live in it.

    References
    ----------
    Preston, Heuveline & Guillot (2001): *Demography*, Blackwell, ch. 6.
    """
    if population.ndim != 2 or not population.shape == survival.shape == net_migration.shape == (2, fertility.size):
        raise InputError(gettext_noop("Population, mortality and migration need the same two sexes and ages."))
    half = 0.5 * net_migration
    present = population + half
    after = np.zeros_like(present)
    after[:, 1:] = present[:, :-1] * survival[:, 1:]
    after[:, -1] += present[:, -1] * survival[:, -1]
    after += half
    births = float(fertility @ (0.5 * (present[1] + after[1])))
    boys = SEX_RATIO_AT_BIRTH / (1.0 + SEX_RATIO_AT_BIRTH)
    after[:, 0] += births * np.array([boys, 1.0 - boys]) * survival[:, 0]
    _refuse_negative(float(after.min()))
    return after


def project(
    population: np.ndarray,
    drivers: Drivers,
    *,
    exact: bool = False,
    noise: Noise | None = None,
    accounts: np.ndarray | None = None,
) -> np.ndarray:
    """Advance a population along every draw.

    Parameters
    ----------
    population : (sex=2, age=101) array
        Residents on 31 December of the base year. [persons]
    drivers : Drivers
    exact : bool
        Evaluate survival in every cell in double precision instead of reading it from a table; slower.
    noise : Noise, optional
        Add the chance of single lives, by matched moments; it matters below some 20,000 residents. Fast path only.
    accounts : (draw, year, flow=3) array, optional
        Filled with births, deaths and net migrants of each year. [persons/a]

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

    _check(population, drivers, exact, noise)
    draws, years = drivers.mortality_index.shape
    shape = (draws, years + 1, *population.shape)
    out = np.empty(shape, dtype=np.float64 if exact else np.float32)
    arguments = [np.ascontiguousarray(part, dtype=np.float64) for part in _parts(population, drivers)]
    exchange = _NO_EXCHANGE if drivers.exchange is None else np.ascontiguousarray(drivers.exchange)
    rates = _NO_RATES if drivers.exchange_rates is None else np.ascontiguousarray(drivers.exchange_rates)
    book = _NO_ACCOUNTS if accounts is None else accounts
    rest = (SEX_RATIO_AT_BIRTH, exchange, rates, book, out)
    if exact:
        lowest = project_exact(drivers.log_mortality, drivers.sensitivity, *arguments, *rest)
    else:
        table, first, step = survival_table(drivers)
        seed, start = (0, 0) if noise is None else (noise.seed, noise.first_draw)
        lowest = project_fast(table, first, step, *arguments, *rest, noise is not None, seed, start)
    _refuse_negative(lowest)
    return out


def project_in_chunks(
    population: np.ndarray, drivers: Drivers, *, noise: Noise | None = None, chunk: int = CHUNK
) -> Iterator[np.ndarray]:
    """Yield the trajectories of `project` a few hundred draws at a time, so that all need never be kept."""
    for start in range(0, len(drivers.mortality_index), chunk):
        part = None if noise is None else replace(noise, first_draw=noise.first_draw + start)
        yield project(population, drivers.cut(slice(start, start + chunk)), noise=part)


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


def _parts(population: np.ndarray, drivers: Drivers) -> tuple[np.ndarray, ...]:
    return (
        population, drivers.mortality_index, drivers.fertility, drivers.fertility_pattern,
        drivers.migration, drivers.migration_pattern,
    )  # fmt: skip


def _refuse_negative(lowest: float) -> None:
    if lowest < 0:
        raise InputError(
            gettext_noop("More people leave an age than live in it, by %(count)s at worst. Assume fewer departures."),
            count=f"{-lowest:.3g}",
        )  # fmt: skip


def _check(population: np.ndarray, drivers: Drivers, exact: bool, noise: Noise | None) -> None:
    ages = population.shape
    draws = drivers.mortality_index.shape
    same = all(part.shape == ages for part in (drivers.log_mortality, drivers.sensitivity, drivers.migration_pattern))
    if len(ages) != 2 or ages[0] != 2 or ages[1] <= FERTILE.stop or not same:
        raise InputError(gettext_noop("Population, mortality and migration need the same two sexes and ages."))
    if len(draws) != 2 or drivers.fertility.shape != draws or drivers.migration.shape != draws:
        raise InputError(gettext_noop("Mortality, fertility and migration need the same draws and years."))
    if drivers.fertility_pattern.shape != (FERTILE.stop - FERTILE.start,):
        raise InputError(gettext_noop("The fertility pattern needs ages 15 to 49."))
    if (drivers.exchange is None) != (drivers.exchange_rates is None):
        raise InputError(gettext_noop("Rates of exchange and their multiples must be given together."))
    if drivers.exchange is not None and drivers.exchange_rates is not None:
        parts = drivers.exchange_rates.shape[:1]
        if drivers.exchange.shape != draws + parts or drivers.exchange_rates.shape != parts + ages:
            raise InputError(gettext_noop("Rates of exchange need the same parts, draws, years, sexes and ages."))
    if exact and noise is not None:
        raise InputError(gettext_noop("The exact path holds no chance of single lives; choose the fast path."))
    if not (np.isfinite(population).all() and (population >= 0).all()):
        raise InputError(gettext_noop("A population cannot be negative or missing."))


def warm_up() -> None:
    """Compile the kernels on the smallest case."""
    ages = np.zeros((2, 101))
    once = np.zeros((1, 1))
    drivers = Drivers(ages - 5.0, ages, once, once, np.full(35, 1 / 35), once, ages)
    for exact in (True, False):
        project(ages + 1.0, drivers, exact=exact)
