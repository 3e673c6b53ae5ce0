"""From assumptions to drivers: what differs between the many possible futures of a unit."""

from dataclasses import dataclass

import numpy as np

from hks.demography.cohort_component import Drivers
from hks.demography.fertility import towards
from hks.demography.local_migration import Local, by_age
from hks.demography.migration import USUAL_ARRIVALS, USUAL_TURNOVER, mobility
from hks.demography.migration_memory import FOLLOWS_COUNTRY, REFERENCE_MIGRATION
from hks.demography.mortality import index_for_expectancy, sensitivity_by_age
from hks.demography.rates import PopulationRates
from hks.numerics.counted_noise import heavy_tailed, normals

# The country's net migration returns to its median of 1991 to 2017 at the pace of its own first autocorrelation;
# WPP 2024, without the register corrections of 1998 and 2006 in the pairs.
LONG_RUN_MIGRATION, MIGRATION_PACE = 219_280.0, 0.67
COUNTRY = 82_500_000.0  # residents of Germany 2016, Destatis 12411
USUAL_STAY = 0.5  # our choice: half of recent arrivals stay today; no official figure is at hand
# Spreads of the total's error one year ahead. On 400 Kreise 2016 to 2017, one Land left out, it was 0.36 percent: what
# the Kreise of a Land have in common, and each Kreis for itself after the country and the chance of single movers.
LAND_SPREAD, LOCAL_SPREAD = 0.0009, 0.0028
# Share of that variance that lasts. Two changes cannot tell what lasts for ever from what fades by half each year. The
# long series at hand fade, so the spread of three years is that of fading: 7.1 times the variance of one.
LASTING_SHARE = 0.68
UNKNOWN_SPREAD, UNKNOWN_LASTING = 0.0069, 0.57  # net migration itself over the Kreise 2015-16, where nothing is learned
# The country's net migration less what its pace foretells, 1991 to 2017, WPP 2024: 80 percent lie within .0025, as of
# Student's t with a spread of .0022; half within .001, as of one of .0018. [1/a]
NATIONAL_SPREAD = 0.0019
FERTILITY_SPREAD = 0.03  # yearly change of the country's total fertility rate; WPP 2024, 2010-2023 [1]
# Yearly step of log mortality. Life expectancy 1991 to 2017 (WPP 2024) changed with a spread of .19 years and an
# autocorrelation of -.36: .10 years of it last, or .011 of log mortality.
MORTALITY_SPREAD = 0.012
KREIS, TOWN = 1000, 1_000_000  # what an official key as a number is divided by to give its Land
NATIONAL, LEVEL, YEARLY, FERTILITY, MORTALITY = range(5)  # streams of random numbers


@dataclass(frozen=True)
class Assumptions:
    """What the future is assumed to be.

    `tfr_target` is births per woman, 0 for as today [1]; `life_expectancy_gain` is per ten years [a];
    `net_migration_change` is added to what is observed, per resident [1/a]; `arrivals` per resident [1/a];
    `stay_share` is the share of recent arrivals who stay [1]; `both_ways` counts arrivals and departures apart instead
    of their difference; `log_mortality_ratio` is how a unit's own mortality differs from the country's [1].
    """

    years: int
    draws: int
    seed: int = 0
    tfr_target: float = 0.0
    life_expectancy_gain: float = 1.5
    net_migration_change: float = 0.0
    arrivals: float = USUAL_ARRIVALS
    stay_share: float = USUAL_STAY
    both_ways: bool = False
    log_mortality_ratio: float = 0.0


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
    wander = fading(FERTILITY_SPREAD * normals(given.seed, FERTILITY, draw, year), 0.9)
    return CommonPaths(
        log_mortality=np.log(-np.log(survival)),
        sensitivity=sensitivity,
        mortality_index=np.cumsum(steps, axis=1),
        fertility_factor=np.maximum(1.0 + wander / 1.5, 0.2),
        level=migration_level(rates.migration(base_year), given.years),
        shock=fading(NATIONAL_SPREAD * heavy_tailed(given.seed, NATIONAL, draw, year), MIGRATION_PACE),
    )


def fading(shocks: np.ndarray, pace: float) -> np.ndarray:
    """Let every shock of (draw, year) go on, the share `pace` of it each year."""
    path = np.array(shocks)
    for t in range(1, path.shape[1]):
        path[:, t] += pace * path[:, t - 1]
    return path


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
    common = by_age(local.common)
    if not local.years:
        common = mobility(population, local.profile) * rates.migration(base_year) / COUNTRY
    target = given.tfr_target or float(local.fertility[unit])
    own = target * float(local.fertility[unit]) / rates.fertility(base_year) if given.tfr_target else target
    fertility = towards(local.fertility[unit], own, given.years)
    shares = _net_shares(key, local, paths, rates.migration(base_year), given)
    net = _net_rates(local, unit, common)
    moves = _both_ways(local, unit, net, shares, given) if given.both_ways else _difference(local, unit, net, shares)
    return Drivers(
        log_mortality=paths.log_mortality + given.log_mortality_ratio,
        sensitivity=paths.sensitivity,
        mortality_index=paths.mortality_index,
        fertility=fertility * paths.fertility_factor,
        fertility_pattern=rates.fertility_pattern,
        **moves,
    )


def _net_shares(key: int, local: Local, paths: CommonPaths, now: float, given: Assumptions) -> np.ndarray:
    """Say how much of each part of net migration there is, by (draw, year, part): young, older, common, shocks."""
    shares = np.empty((given.draws, given.years, 4))
    shares[:, :, 0] = np.clip(paths.level * now / REFERENCE_MIGRATION, 0.0, 2.0)
    shares[:, :, 1] = 1.0
    shares[:, :, 2] = paths.level
    shares[:, :, 3] = paths.shock + local_shocks(key, local.years, given) + given.net_migration_change
    shares[:, :, 3] += given.arrivals * (given.stay_share - USUAL_STAY)
    return shares


def _net_rates(local: Local, unit: int, common: np.ndarray) -> np.ndarray:
    deviation = by_age(local.deviation[unit])
    young = np.arange(deviation.shape[1]) < FOLLOWS_COUNTRY
    shape = mobility(local.population[unit], local.profile)
    return np.stack([deviation * young, deviation * ~young, common, shape])


def _difference(local: Local, unit: int, net: np.ndarray, shares: np.ndarray) -> dict[str, np.ndarray]:
    """Move people by net rates at the end of the year."""
    population = local.population[unit]
    return {
        "migration": np.zeros(shares.shape[:2]),
        "migration_pattern": np.zeros_like(population),
        "exchange": shares,
        "exchange_rates": net,
        "turnover": USUAL_TURNOVER * mobility(population, local.profile),
    }


def _both_ways(
    local: Local, unit: int, net: np.ndarray, shares: np.ndarray, given: Assumptions
) -> dict[str, np.ndarray]:
    """Let as many arrive each year as now, and residents leave at rates that today leave the learned net migration."""
    population = local.population[unit]
    today = np.tensordot(shares[:, 0, :3].mean(axis=0), net[:3], axes=1)
    arriving = np.maximum(given.arrivals * mobility(population, local.profile), today)
    arrivals = arriving * population
    return {
        "migration": np.full(shares.shape[:2], arrivals.sum()),
        "migration_pattern": arrivals / max(float(arrivals.sum()), 1e-9),
        "leaving": np.concatenate([-shares, np.ones((*shares.shape[:2], 1))], axis=2),
        "leaving_rates": np.concatenate([net, arriving[None]]),
    }


def local_shocks(key: int, learned: int, given: Assumptions) -> np.ndarray:
    """Draw how one unit's net migration errs: a part that lasts and a part of each year, with its Land and alone.

    Returns a (draw, year) array of shares of the residents. [1/a]
    """
    draw, year = np.arange(given.draws)[:, None], np.arange(given.years)[None, :]
    spread, share = (LOCAL_SPREAD, LASTING_SHARE) if learned else (UNKNOWN_SPREAD, UNKNOWN_LASTING)
    land = key if key < KREIS else key // (TOWN if key >= TOWN else KREIS)
    found = np.zeros((given.draws, given.years))
    for place, size in {land: LAND_SPREAD, key: spread if key >= KREIS else LAND_SPREAD}.items():
        if place:  # the country has its own shocks
            lasting = heavy_tailed(given.seed, LEVEL, place, draw) * np.sqrt(share)
            yearly = heavy_tailed(given.seed, YEARLY, place, draw, year) * np.sqrt(1.0 - share)
            found += size * (lasting + yearly)
    return found


def number_of(ags: str) -> int:
    """Turn an official key into a number that chance can depend on; 0 for the country."""
    return int(ags) if ags.isdigit() else 0
