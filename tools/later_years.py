"""Ask later years whether the projection from 2017 was right: single ages of two Länder, and the country's totals.

Usage: python tools/later_years.py 12411-0018.csv 12411-0013.csv wpp2024_DEU [DRAWS]. Nothing is fitted here. The
Kreise of each Land are projected from 2017 and added up draw by draw; the official single ages of the end of 2023
are the truth. A second run is told the country's true net migration of 2018 to 2023, which nobody knew in 2017: what
is left of the error then is how the Kreise share in it, and deaths and births.
"""

import csv
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from hks.adapters.population_tables import read_population
from hks.adapters.region.rates import national_rates
from hks.demography.ensemble import Assumptions, common_paths
from hks.demography.local_migration import Local, learn
from hks.demography.naive import closed, constant, errors_by_age, linear_trend
from hks.demography.population_panel import panel
from hks.demography.ungrouping import band_sums
from hks.demography.unit_futures import Outlook, counts_of, last_bands

BASE, TRUTH, LANDS = 2017, 2023, {"14": "Sachsen", "15": "Sachsen-Anhalt"}
RATES = national_rates()


def single_ages(path: Path) -> dict[str, np.ndarray]:
    """Read residents by Land as (sex, band) arrays. [persons]"""
    found = {key: np.zeros((2, 101)) for key in LANDS}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            land, sex, age = (row[f"{n}_variable_attribute_code"] for n in (1, 2, 3))
            if land in found and sex in {"GESM", "GESW"} and age.startswith("ALT"):
                place = 0 if age == "ALT000B01" else 90 if age.endswith("UM") else int(age[3:])
                found[land][int(sex == "GESW"), place] = float(row["value"])
    return {key: band_sums(ages) for key, ages in found.items()}


def series(folder: Path, name: str, column: str) -> dict[int, float]:
    """Read one column of the country by year. [persons]"""
    with (folder / f"DEU_{name}.csv").open() as file:
        return {int(row["year"]): 1000 * float(row[column]) for row in csv.DictReader(file)}


def outlook_of(local: Local, draws: int, known: dict[int, float] | None = None) -> Outlook:
    """Look ahead from 2017, with or without the country's true migration."""
    given = Assumptions(years=TRUTH - BASE, draws=draws, seed=1)
    paths = common_paths(BASE, RATES, given)
    if known:
        level = np.array([known[year] for year in range(BASE + 1, TRUTH + 1)]) / RATES.migration(BASE)
        paths = replace(paths, level=level, shock=np.zeros_like(paths.shock))
    return Outlook(local, BASE, paths, RATES, given)


def lands(
    local: Local, ags: tuple[str, ...], bands: np.ndarray, truth: dict[str, np.ndarray], outlook: Outlook
) -> None:
    """Print each Land beside the truth and the simple methods."""
    for land, name in LANDS.items():
        units = [n for n, key in enumerate(ags) if key.startswith(land)]
        drawn = sum(last_bands(outlook, n, ags[n]) for n in units)
        came = truth[land]
        low, middle, high = (100 * (q / came.sum() - 1) for q in np.quantile(drawn.sum(axis=(1, 2)), [0.1, 0.5, 0.9]))
        simple = {
            "constant": constant(bands[units], 6), "linear trend": linear_trend(bands[units], 6),
            "closed": closed(local.population[units], local.fertility[units], BASE, 6, RATES),
        }  # fmt: skip
        print(f"{name} {TRUTH}: {came.sum():.0f} residents; 80 % of the futures {low:+.2f} to {high:+.2f} % of it")
        told = {"ours": np.median(drawn, axis=0), **{key: value.sum(axis=0) for key, value in simple.items()}}
        for method, cells in told.items():
            groups = errors_by_age(cells[None], came[None])
            total = middle if method == "ours" else 100 * (cells.sum() / came.sum() - 1)
            cell = 100 * np.abs(cells / came - 1).mean()
            parts = ", ".join(f"{group} {error:.2f}" for group, error in groups.items())
            print(f"  {method:13} total {total:+.2f}, mean over band x sex {cell:.2f}, {parts} %")


def country(ags: tuple[str, ...], outlook: Outlook, folder: Path) -> None:
    """Print the sum of all Kreise beside the country's account."""
    change = series(folder, "misc1dt", "PopChange")
    flows = {name: series(folder, "misc1dt", name) for name in ("births", "deaths")}
    net = series(folder, "mig1dt", "mig")
    sums = None
    for n, key in enumerate(ags):
        counts = counts_of(outlook, n, key)
        sums = counts if sums is None else sums.plus(counts)
    people = sums.people.sum(axis=(2, 3))
    apart = np.quantile(people[:, 1:] - people[:, :1], [0.1, 0.5, 0.9], axis=0) / 1e3
    born, died = (np.median(x.sum(axis=2), axis=0) / 1e3 for x in (sums.births, sums.deaths))
    print(
        "the country since the base year, thousand: change p10 / p50 / p90 and WPP; births, deaths ours / WPP; net WPP"
    )
    for n, year in enumerate(range(BASE + 1, TRUTH + 1)):
        came = sum(change[y] for y in range(BASE + 1, year + 1)) / 1e3
        print(f"  {year}: {apart[0, n]:+.0f} / {apart[1, n]:+.0f} / {apart[2, n]:+.0f}, WPP {came:+.0f}; births "
              f"{born[n]:.0f} / {flows['births'][year] / 1e3:.0f}, deaths {died[n]:.0f} / "
              f"{flows['deaths'][year] / 1e3:.0f}; net {net[year] / 1e3:.0f}")  # fmt: skip


def main() -> None:
    """Print all checks."""
    table, ages, folder = (Path(name) for name in sys.argv[1:4])
    draws = int(sys.argv[4]) if len(sys.argv) > 4 else 500
    ags, _, years, bands = panel(read_population(table.read_bytes(), table.name), BASE)
    local = learn(bands, years[0], ags, RATES)
    truth = single_ages(ages)
    blind = outlook_of(local, draws)
    print("As known in 2017")
    lands(local, ags, bands, truth, blind)
    country(ags, blind, folder)
    print("Told the country's true net migration")
    lands(local, ags, bands, truth, outlook_of(local, draws, series(folder, "mig1dt", "mig")))


if __name__ == "__main__":
    main()
