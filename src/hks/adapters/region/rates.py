"""The country's rates that hks brings along: life tables, single ages, fertility, people in need of care."""

import csv
import io
from collections import defaultdict
from dataclasses import replace
from functools import cache
from importlib.resources import files

import numpy as np

from hks.adapters.care_tables import CareTable, read_care
from hks.adapters.life_tables import read_life_tables
from hks.demography.migration_memory import Memory
from hks.demography.rates import SEXES, PopulationRates
from hks.demography.ungrouping import BAND_STARTS

# middle year -> official table 12621-0001, dl-de/by-2-0, © Statistisches Bundesamt (Destatis)
LIFE_TABLES = {2017: "12621-0001_2016-2018.csv", 2021: "12621-0001_2020-2022.csv"}


@cache
def national_rates() -> PopulationRates:
    """Read the tables beside this module; each row of `single_ages` and `fertility` names its source.

    12411-0013: dl-de/by-2-0, © Statistisches Bundesamt (Destatis). WPP: CC BY 3.0 IGO, United Nations, DESA.
    """
    ages: dict[tuple[str, int], dict[str, list[float]]] = defaultdict(lambda: {sex: [] for sex in SEXES})
    for row in _rows("single_ages.csv"):
        ages[row["ags"], int(row["year"])][row["sex"]].append(float(row["persons"]))
    fertility = _rows("fertility.csv")
    pattern = np.array([float(row["births_per_woman"]) for row in fertility if row["age"]])
    return PopulationRates(
        life_tables={year: read_life_tables(_bytes(name), name) for year, name in LIFE_TABLES.items()},
        single_ages={key: np.array([sexes[sex] for sex in SEXES]) for key, sexes in ages.items()},
        fertility_pattern=pattern / pattern.sum(),
        total_fertility={int(row["year"]): float(row["births_per_woman"]) for row in fertility if not row["age"]},
        net_migration={int(row["year"]): float(row["net_migrants"]) for row in _rows("migration.csv")},
        memory=_memory(),
    )


def _memory() -> Memory:
    """Read the covariances that `tools/hindcast_fit.py` measured on the Kreise 2015 to 2017."""
    found = np.zeros((2, 2, len(BAND_STARTS), len(BAND_STARTS)))
    for row in _rows("migration_memory.csv"):
        part, one, other = row["part"] == "difference", *(BAND_STARTS.index(int(row[k])) for k in ("band", "other"))
        found[:, int(part), one, other] = found[:, int(part), other, one] = float(row["lasting"]), float(row["yearly"])
    return Memory(*found)


def rates_with_life_table(data: bytes, name: str) -> PopulationRates:
    """Read a life table 12621-0001 and put it in place of those that hks brings along.

    Raises
    ------
    InputError
        If the file is no such table.
    """
    return replace(national_rates(), life_tables={0: read_life_tables(data, name)})


@cache
def care_figures() -> CareTable:
    """Read people in need of care in Germany, Saxony and Saxony-Anhalt by district, sex and kind, 2015 to 2019.

    22411-02-03-4: dl-de/by-2-0, © Statistische Ämter des Bundes und der Länder, Deutschland, 2021.
    """
    name = "22411-02-03-4_by_sex.csv"
    return read_care(_bytes(name), name)


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_bytes(name).decode()), delimiter=";"))


def _bytes(name: str) -> bytes:
    return (files("hks.adapters.region") / "tables" / name).read_bytes()
