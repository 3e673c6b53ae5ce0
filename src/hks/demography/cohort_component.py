"""The cohort-component ensemble: many possible futures of one population, year by year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

SEX_RATIO_AT_BIRTH = 1.055  # boys per girl; UN World Population Prospects 2024, Germany
FERTILE = slice(15, 50)  # ages at which births are counted; UN convention
STEP = 3e-3  # our choice: change of log mortality between two places of the table; cells then differ by under 1e-5
CHUNK = 500  # our choice: so many full trajectories stay below 15 MB per decade
FEW_LIVES = 2000.0  # residents below whom every person is counted; our choice: ages of fewer than ten are common there
CHANCES = {"none": 0, "moments": 1, "exact": 2}


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
    leaving : (draw, year, part) array, optional
        Multiples of the rates below. [1]
    leaving_rates : (part, sex, age) array, optional
        Departures as a share of residents at the beginning of the year, an exit that competes with death; together
        with arrivals as `migration` this is migration in two directions. Kept between 0 and 0.95. [1/a]
    turnover : (sex, age) array, optional
        People who come and go by the rates of exchange, both together: it moves chance only. [1/a]
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
    leaving: np.ndarray | None = None
    leaving_rates: np.ndarray | None = None
    turnover: np.ndarray | None = None

    def cut(self, part: slice) -> "Drivers":
        """Take some of the draws."""
        return replace(
            self,
            mortality_index=self.mortality_index[part],
            fertility=self.fertility[part],
            migration=self.migration[part],
            exchange=None if self.exchange is None else self.exchange[part],
            leaving=None if self.leaving is None else self.leaving[part],
        )


@dataclass(frozen=True)
class Noise:
    """Chance of single lives: its seed, its kind, and the number of the first draw so that parts of an ensemble agree.

    `moments` gives every cell the variance of single lives by one bell curve; in thin ages a draw may count less than
    no deaths, sums and spreads are right. `exact` counts whole people: deaths and departures binomial, births and
    arrivals Poisson; slower, and needed below some 2,000 residents.
    """

    seed: int
    first_draw: int = 0
    kind: Literal["moments", "exact"] = "moments"


def noise_of_lives(population: np.ndarray, seed: int) -> Noise:
    """Choose how to count chance: every person where few live, else by moments."""
    return Noise(seed, kind="exact" if population.sum() < FEW_LIVES else "moments")


@dataclass(frozen=True)
class Book:
    """Births and deaths by age, to be filled by `project`.

    Parameters
    ----------
    births : (draw, year, age=35) array of float32 or float64
        By age of the mother, 15 to 49. [persons/a]
    deaths : (draw, year, sex, age) array of the same kind
        By the age that would have been reached on 31 December; 0 holds those born in the year. [persons/a]
    """

    births: np.ndarray
    deaths: np.ndarray


def empty_book(draws: int, years: int, ages: int = 101, kind: type = np.float32) -> Book:
    """Make a book to be filled."""
    return Book(np.empty((draws, years, 35), kind), np.empty((draws, years, 2, ages), kind))


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
    book: Book | None = None,
    out: np.ndarray | None = None,
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
        Add the chance of single lives; it matters below some 20,000 residents. Fast path only.
    accounts : (draw, year, flow=3) array, optional
        Filled with births, deaths and net migrants of each year. [persons/a]
    book : Book, optional
        Filled with births and deaths by age.
    out : (draw, year + 1, sex, age) array, optional
        Written to and returned, so that memory can be used again.

    Returns
    -------
    (draw, year + 1, sex, age) array
        Residents on 31 December, the base year first; float64 if exact, else float32. [persons]

    Raises
    ------
    InputError
        If shapes or the precision of the book differ, people are negative, or more people leave an age than live in it.

    References
    ----------
    Preston, Heuveline & Guillot (2001): *Demography*, Blackwell, ch. 4 and 6; conventions of the UN (bayesPop).
    """
    from hks.demography.cohort_component_kernels import project_draws

    _check(population, drivers, exact, noise)
    draws, years = drivers.mortality_index.shape
    if out is None:
        out = np.empty((draws, years + 1, *population.shape), dtype=np.float64 if exact else np.float32)
    kept = book or Book(np.empty((0, 1, 35), out.dtype), np.empty((0, 1, *population.shape), out.dtype))
    if kept.deaths.dtype != out.dtype:
        raise InputError(gettext_noop("The book of deaths needs %(wanted)s, not %(found)s."), wanted=str(out.dtype),
                         found=str(kept.deaths.dtype))  # fmt: skip
    table, first, step = (np.empty((0, *population.shape)), 0, 1.0) if exact else survival_table(drivers)
    chance = Noise(0) if noise is None else noise
    lowest = project_draws(
        exact, _rows(drivers.log_mortality, 0), _rows(drivers.sensitivity, 0), _rows(table, 1), first, step,
        *_arguments(population, drivers), CHANCES["none" if noise is None else noise.kind], chance.seed,
        chance.first_draw, np.empty((0, 1, 3)) if accounts is None else accounts, kept.births,
        _rows(kept.deaths, 2, out.dtype), _rows(out, 2, out.dtype),
    )  # fmt: skip
    _refuse_negative(lowest)
    return out


def _rows(values: np.ndarray, axes: int, kind: np.typing.DTypeLike = np.float64) -> np.ndarray:
    """Lay sexes and ages behind the first axes in one row."""
    return np.ascontiguousarray(values, dtype=kind).reshape(*values.shape[:axes], values.shape[-2] * values.shape[-1])


def _arguments(population: np.ndarray, drivers: Drivers) -> tuple[np.ndarray | float, ...]:
    """Put the drivers in the order of the kernel; what is not given moves nobody."""
    nothing, draws = np.zeros((0, *population.shape)), np.zeros((1, 1, 0))
    turnover = np.zeros_like(population) if drivers.turnover is None else drivers.turnover
    pairs = ((drivers.exchange, drivers.exchange_rates), (drivers.leaving, drivers.leaving_rates))
    moves = [
        part
        for shares, rates in pairs
        for part in (
            draws if shares is None else np.ascontiguousarray(shares, dtype=np.float64),
            _rows(nothing if rates is None else rates, 1),
        )
    ]
    plain = (drivers.mortality_index, drivers.fertility, drivers.fertility_pattern, drivers.migration)
    return (
        _rows(population, 0), *(np.ascontiguousarray(part, dtype=np.float64) for part in plain),
        _rows(drivers.migration_pattern, 0), SEX_RATIO_AT_BIRTH, *moves, _rows(turnover, 0),
    )  # fmt: skip


def project_in_chunks(
    population: np.ndarray, drivers: Drivers, *, noise: Noise | None = None, chunk: int = CHUNK
) -> Iterator[np.ndarray]:
    """Yield the trajectories of `project` a few hundred draws at a time, so that all need never be kept."""
    for _, (persons, _) in booked_in_chunks(population, drivers, noise=noise, chunk=chunk, booked=False):
        yield persons.copy()


Booked = tuple[np.ndarray, Book | None]


def booked_in_chunks(
    population: np.ndarray, drivers: Drivers, *, noise: Noise | None = None, chunk: int = CHUNK, booked: bool = True
) -> Iterator[tuple[slice, Booked]]:
    """Project a few hundred draws at a time into memory that is used again.

    Yields which draws, their trajectories and, if booked, their births and deaths by age. The arrays are written over
    by the next part: count them before going on.
    """
    draws, years = drivers.mortality_index.shape
    size = min(chunk, draws)
    room = np.empty((size, years + 1, *population.shape), np.float32)
    book = empty_book(size, years, population.shape[1]) if booked else None
    for start in range(0, draws, size):
        part = slice(start, min(start + size, draws))
        used = slice(0, part.stop - start)
        chance = None if noise is None else replace(noise, first_draw=noise.first_draw + start)
        kept = None if book is None else Book(book.births[used], book.deaths[used])
        yield part, (project(population, drivers.cut(part), noise=chance, book=kept, out=room[used]), kept)


def sums_of_cells(values: np.ndarray, starts: Sequence[int]) -> np.ndarray:
    """Add single ages up to cells in double precision.

    Parameters
    ----------
    values : (..., age) array of float32 or float64
        [any]
    starts : sequence of int
        Lowest place of each cell, the first 0. [a]

    Returns
    -------
    (..., cell) array
        [as values]
    """
    from hks.demography.cohort_component_kernels import sum_cells

    cell = np.searchsorted(np.asarray(starts), np.arange(values.shape[-1]), side="right") - 1
    sums = np.empty((*values.shape[:-1], len(starts)))
    sum_cells(np.ascontiguousarray(values).reshape(-1, values.shape[-1]), cell, sums.reshape(-1, len(starts)))
    return sums


def survival_table(drivers: Drivers) -> tuple[np.ndarray, int, float]:
    """Tabulate survival at whole multiples of one step of k, so that any part of the draws reads the same numbers.

    Returns the (place, sex, age) table, the first multiple, and the step.
    """
    step = STEP / max(float(np.abs(drivers.sensitivity).max()), 1e-9)
    first = int(np.floor(drivers.mortality_index.min() / step)) - 1
    last = int(np.floor(drivers.mortality_index.max() / step)) + 2
    k = step * np.arange(first, last + 1)
    table = np.exp(-np.exp(drivers.log_mortality + drivers.sensitivity * k[:, None, None]))
    return np.ascontiguousarray(table), first, step


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
        sums_of_cells(project(ages + 1.0, drivers, exact=exact), (0, 50))
