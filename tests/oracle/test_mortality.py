"""The model of Lee and Carter beside the package MortCast, its trend beside the life expectancies of the UN."""

import csv
from pathlib import Path

import numpy as np
import pytest

from hks.adapters.death_rates import read_death_rates
from hks.core.parameters import checked
from hks.demography.mortality import lee_carter
from hks.demography.mortality_trend import MORTALITY_TREND

NAME = "DE_mx_male_2000-2019.csv"


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "demography"


def columns(file: Path) -> np.ndarray:
    rows = list(csv.reader(file.read_text().splitlines()))[1:]
    return np.array([[float(cell) for cell in row] for row in rows]).T


def test_the_reference_of_mortcast_is_met_to_the_ninth_digit(folder: Path) -> None:
    table = read_death_rates((folder / NAME).read_bytes(), NAME)
    found = lee_carter(table.rates)
    _, level, sensitivity = columns(folder / "golden_MortCast_leecarter_male_axbx.csv")
    _, index = columns(folder / "golden_MortCast_leecarter_male_kt.csv")
    assert np.abs(found.level - level).max() <= 1e-9
    assert np.abs(found.sensitivity - sensitivity).max() <= 1e-9
    assert np.abs(found.index - index).max() <= 1e-9


def test_men_lived_as_long_as_the_un_say(folder: Path) -> None:
    table = read_death_rates((folder / NAME).read_bytes(), NAME)
    told = MORTALITY_TREND.compute({"rates": table}, checked(MORTALITY_TREND.parameters, {"years": 5}), 0)
    rows = csv.DictReader((folder / "wpp2024_DEU" / "DEU_e01dt.csv").read_text().splitlines())
    official = {int(row["year"]): float(row["e0M"]) for row in rows}
    ours = dict(zip(told["years"], told["expectancy"], strict=True))
    apart = [ours[year] - official[year] for year in ours]
    assert np.abs(apart).max() < 0.5  # one index for all ages, and another source of rates
    assert abs(np.mean(apart)) < 0.15
    assert told["expectancy_forecast"]["p10"][0] < told["expectancy_forecast"]["p50"][0] < 80
