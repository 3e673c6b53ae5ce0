"""From assumptions to drivers: what differs between the many possible futures of a unit."""

from dataclasses import dataclass

import numpy as np

from hks.demography.cohort_component import Drivers
from hks.demography.fertility import towards
from hks.demography.local_migration import Local, by_age
from hks.demography.migration import rogers_castro
from hks.demography.mortality import index_for_expectancy, sensitivity_by_age
from hks.demography.rates import PopulationRates
from hks.numerics.counted_noise import heavy_tailed, normals

# The country's net migration returns to its median of 1991 to 2017 at the pace of its own first autocorrelation;
# WPP 2024, without the register corrections of 1998 and 2006 in the pairs.
LONG_RUN_MIGRATION, MIGRATION_PACE = 219_280.0, 0.67
# Below this age the Kreise's deviations shrink as the country's migration does: their spread fell to .88 (median over
# bands) from 2015-16 to 2016-17 while migration fell to .85; above it the spread stayed (.97). Our fit on 400 Kreise.
FOLLOWS_COUNTRY = 45
COUNTRY = 82_500_000.0  # residents of Germany 2016, Destatis 12411
USUAL_STAY = 0.5  # our choice: half of recent arrivals stay today; no official figure is at hand
# Spread of the total's error one year ahead, one Land left out, 400 Kreise 2016 to 2017; how much of its variance lasts
# is the correlation of two yearly changes. See docs/methods/population_hindcast.md.
LOCAL_SPREAD, LASTING_SHARE = 0.0039, 0.57
UNKNOWN_SPREAD = 0.0069  # spread of net migration itself over the Kreise 2015-16, where nothing could be learned
NATIONAL_SPREAD = 0.0015  # residuals of the country's net migration by their median, WPP 2024 [1/a]
FERTILITY_SPREAD = 0.03  # yearly change of the country's total fertility rate; WPP 2024, 2010-2023 [1]
MORTALITY_SPREAD = 0.012  # our choice: yearly step of log mortality, as German e(0) swings by a tenth of a year
NATIONAL, LEVEL, YEARLY, FERTILITY, MORTALITY = range(5)  # streams of random numbers


@dataclass(frozen=True)
class Assumptions:
    """What the future is assumed to be.

    `tfr_target` is births per woman, 0 for as today [1]; `life_expectancy_gain` is per ten years [a];
    `net_migration_change` is added to what is observed, per resident [1/a]; `arrivals` per resident [1/a];
    `stay_share` is the share of recent arrivals who stay [1].
    """

    years: int
    draws: int
    seed: int = 0
    tfr_target: float = 0.0
    life_expectancy_gain: float = 1.5
    net_migration_change: float = 0.0
    arrivals: float = 0.0
    stay_share: float = USUAL_STAY


@dataclass(frozen=True)
class CommonPaths:
    """What all units share: arrays by (draw, year), the level of net migration by (year,)."""

    log_mortality: np.ndarray
    sensitivity: np.ndarray
    mortality_index: np.ndarray
    fertility_factor: np.ndarray
    level: np.ndarray
    shock: np.ndarray


def common_paths(base_year: int, rates: PopulationRates, given: Assumptions) -> CommonPaths:
    """Draw what moves all units alike, so that their futures hang together."""
    draw, year = np.arange(given.draws)[:, None], np.arange(given.years)[None, :]
    survival = rates.survival(base_year)
    sensitivity = np.tile(sensitivity_by_age(survival.shape[1]), (2, 1))
    drift = index_for_expectancy(survival, sensitivity, given.life_expectancy_gain) / 10.0
    steps = drift + MORTALITY_SPREAD * normals(given.seed, MORTALITY, draw, year)
    wander = np.zeros((given.draws, given.years))
    noise = FERTILITY_SPREAD * normals(given.seed, FERTILITY, draw, year)
    for t in range(given.years):
        wander[:, t] = (0.9 * wander[:, t - 1] if t else 0.0) + noise[:, t]
    return CommonPaths(
        log_mortality=np.log(-np.log(survival)),
        sensitivity=sensitivity,
        mortality_index=np.cumsum(steps, axis=1),
        fertility_factor=np.maximum(1.0 + wander / 1.5, 0.2),
        level=migration_level(rates.migration(base_year), given.years),
        shock=NATIONAL_SPREAD * heavy_tailed(given.seed, NATIONAL, draw, year),
    )


def migration_level(now: float, years: int) -> np.ndarray:
    """Say how the country's net migration goes on, relative to the base year.

    Parameters
    ----------
    now : float
        Net migrants of the country in the base year. [persons/a]
    years : int
        [a]

    Returns
    -------
    (year,) array
        1 where it stays; never below 0 or above 2; 1 throughout where the base year had nearly none. [1]
    """
    if now < 0.2 * LONG_RUN_MIGRATION:
        return np.ones(years)
    return np.clip(towards(now, LONG_RUN_MIGRATION, years, MIGRATION_PACE) / now, 0.0, 2.0)


def unit_drivers(
    local: Local, unit: int, key: int, paths: CommonPaths, rates: PopulationRates, base_year: int, given: Assumptions
) -> Drivers:
    """Put together what moves one unit.

    Parameters
    ----------
    local : Local
    unit : int
        Its place in `local`.
    key : int
        Its official key; chance depends on it and not on the other units of the table.
    """
    population = local.population[unit]
    shape = mobility(population)
    shares = np.empty((given.draws, given.years, 4))
    shares[:, :, 0] = paths.level / paths.level[0]  # what lasts to the first year is fitted, the fall to it included
    shares[:, :, 1] = 1.0
    shares[:, :, 2] = paths.level
    shares[:, :, 3] = paths.shock + local_shocks(key, local.years, given) + given.net_migration_change
    shares[:, :, 3] += given.arrivals * (given.stay_share - USUAL_STAY)
    deviation = by_age(local.deviation[unit])
    young = np.arange(population.shape[1]) < FOLLOWS_COUNTRY
    common = by_age(local.common) if local.years else shape * rates.migration(base_year) / COUNTRY
    target = given.tfr_target or float(local.fertility[unit])
    own = target * float(local.fertility[unit]) / rates.fertility(base_year) if given.tfr_target else target
    fertility = towards(local.fertility[unit], own, given.years)
    nobody = np.zeros_like(population)
    return Drivers(
        log_mortality=paths.log_mortality,
        sensitivity=paths.sensitivity,
        mortality_index=paths.mortality_index,
        fertility=fertility * paths.fertility_factor,
        fertility_pattern=rates.fertility_pattern,
        migration=np.zeros((given.draws, given.years)),
        migration_pattern=nobody,
        exchange=shares,
        exchange_rates=np.stack([deviation * young, deviation * ~young, common, shape]),
    )


def mobility(population: np.ndarray) -> np.ndarray:
    """Spread one net migrant per resident over ages as people move, by the standard profile of Rogers and Castro.

    Returns a (sex, age) array whose mean over the residents is 1. [1]
    """
    profile = rogers_castro(population.shape[1])
    return np.asarray(profile / (float((profile * population).sum()) / max(float(population.sum()), 1e-9)))


def local_shocks(key: int, learned: int, given: Assumptions) -> np.ndarray:
    """Draw how one unit's net migration errs: a part that lasts and a part of each year.

    Returns a (draw, year) array of shares of the residents. [1/a]
    """
    draw, year = np.arange(given.draws)[:, None], np.arange(given.years)[None, :]
    lasting = heavy_tailed(given.seed, LEVEL, key, draw) * np.sqrt(LASTING_SHARE)
    yearly = heavy_tailed(given.seed, YEARLY, key, draw, year) * np.sqrt(1.0 - LASTING_SHARE)
    spread = LOCAL_SPREAD if learned else UNKNOWN_SPREAD
    return np.asarray(spread * (lasting + yearly))


def number_of(ags: str) -> int:
    """Turn an official key into a number that chance can depend on; 0 for the country."""
    return int(ags) if ags.isdigit() else 0
