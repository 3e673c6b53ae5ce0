"""Rates of a whole country that local figures lean on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hks.demography.life_table import LifeTable, Mortality, life_table
from hks.demography.migration_memory import Memory
from hks.demography.mortality import extended, survival_shares
from hks.demography.ungrouping import open_age

SEXES = ("m", "w")
STANDARD_LAND = "DG"


@dataclass(frozen=True)
class PopulationRates:
    """What is known of the country.

    Parameters
    ----------
    life_tables : mapping from middle year to sex to Mortality
    single_ages : mapping from (ags of a Land or DG, year) to (sex, age) array
        Residents on 31 December, last age open-ended. [persons]
    fertility_pattern : (age=35,) array
        Share of the total fertility rate at ages 15 to 49. [1]
    total_fertility : mapping from year to float
        Births per woman. [1]
    net_migration : mapping from year to float
        Net migrants of the country. [persons/a]
    memory : Memory
        What lasts of a district's own migration.
    """

    life_tables: Mapping[int, Mapping[str, Mortality]]
    single_ages: Mapping[tuple[str, int], np.ndarray]
    fertility_pattern: np.ndarray
    total_fertility: Mapping[int, float]
    net_migration: Mapping[int, float]
    memory: Memory

    def tables(self, year: int) -> list[LifeTable]:
        """Build the life tables, men first, whose middle year lies nearest to a year."""
        nearest = min(self.life_tables, key=lambda middle: (abs(middle - year), middle))
        return [life_table(extended(self.life_tables[nearest][sex])) for sex in SEXES]

    def survival(self, year: int) -> np.ndarray:
        """Return the (sex=2, age=101) shares alive a year later. [1]"""
        return np.stack([survival_shares(table) for table in self.tables(year)])

    def fertility(self, year: int) -> float:
        """Return the total fertility rate of the nearest year known. [1]"""
        return _nearest(self.total_fertility, year)

    def migration(self, year: int) -> float:
        """Return the country's net migrants of the nearest year known. [persons/a]"""
        return _nearest(self.net_migration, year)

    def template(self, ags: str, year: int) -> np.ndarray:
        """Shift the single ages nearest in time along their cohorts to a year; a Land's own are preferred.

        Returns a (sex=2, age=101) array. [persons]
        """
        own = [key for key in self.single_ages if key[0] == ags] if ags == STANDARD_LAND else []
        known_at = own or list(self.single_ages)  # the whole country never takes a Land's ages while it has its own
        nearest = min(abs(known - year) for _, known in known_at)
        at = {place: known for place, known in known_at if abs(known - year) == nearest}
        place = next((p for p in (ags[:2], STANDARD_LAND) if p in at), min(at))
        alive = np.stack([table.survivors for table in self.tables(year)])
        persons = open_age(self.single_ages[place, at[place]], alive)
        return _shifted(persons, year - at[place], alive)


def _nearest(series: Mapping[int, float], year: int) -> float:
    return series[min(series, key=lambda known: (abs(known - year), known))]


def _shifted(persons: np.ndarray, years: int, alive: np.ndarray) -> np.ndarray:
    """Move cohorts by years, thinned as in a life table; ages without a cohort repeat their neighbour."""
    ages = persons.shape[1]
    before = np.clip(np.arange(ages) - years, 0, ages - 1)
    return np.asarray(persons[:, before] * alive / np.maximum(alive[:, before], 1.0))
