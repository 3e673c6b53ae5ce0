"""Single ages of two Länder six years after the base year: nothing was fitted to them."""

import csv
from pathlib import Path

import numpy as np
import pytest

from hks.adapters.population_tables import read_population
from hks.adapters.region.rates import national_rates
from hks.demography.ensemble import Assumptions, common_paths
from hks.demography.local_migration import learn
from hks.demography.naive import closed, constant
from hks.demography.population_panel import panel
from hks.demography.ungrouping import band_sums
from hks.demography.unit_futures import Outlook, last_bands

RATES = national_rates()


def residents_2023(folder: Path, land: str) -> np.ndarray:
    found = np.zeros((2, 101))
    with (folder / "12411-0013_SN-ST_2023-12-31_ffcsv_utf8bom.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file, delimiter=";"):
            key, sex, age = (row[f"{n}_variable_attribute_code"] for n in (1, 2, 3))
            if key == land and sex in {"GESM", "GESW"} and age.startswith("ALT"):
                place = 0 if age == "ALT000B01" else 90 if age.endswith("UM") else int(age[3:])
                found[int(sex == "GESW"), place] = float(row["value"])
    return band_sums(found)


@pytest.mark.parametrize("land", ["14", "15"])
def test_the_band_from_2017_holds_what_lived_there_in_2023(land: str, shared: Path) -> None:
    file = shared / "demography" / "12411-0018_Kreise_2015-2017_latin1.csv"
    ags, _, years, bands = panel(read_population(file.read_bytes(), file.name), 2017)
    local = learn(bands, years[0], ags, RATES)
    given = Assumptions(years=6, draws=300, seed=1)
    outlook = Outlook(local, 2017, common_paths(2017, RATES, given), RATES, given)
    units = [n for n, key in enumerate(ags) if key.startswith(land)]
    drawn = sum(last_bands(outlook, n, ags[n]) for n in units)
    truth = residents_2023(shared / "demography", land)
    low, high = np.quantile(drawn.sum(axis=(1, 2)), [0.1, 0.9])
    assert low < truth.sum() < high
    error = np.abs(np.median(drawn, axis=0) / truth - 1).mean()
    simple = [constant(bands[units], 6), closed(local.population[units], local.fertility[units], 2017, 6, RATES)]
    assert error < 0.045
    assert all(error < np.abs(cells.sum(axis=0) / truth - 1).mean() for cells in simple)
