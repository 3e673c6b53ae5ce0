"""Fit what lasts of local migration, and how far futures spread, on the yearly changes of one table.

Usage: python tools/hindcast_fit.py 12411-0018.csv [memory.csv]. The last two changes of the table are used. Each Land
is predicted by a fit on all others. Prints the constants of `ensemble` and how well they would have told the last
year; with a second file the covariances of all units are written to it.
"""

import csv
import sys
from pathlib import Path

import numpy as np

from hks.adapters.population_tables import read_population
from hks.adapters.region.rates import national_rates
from hks.demography.local_migration import advance_closed, local_fertility, migration_scale
from hks.demography.migration import USUAL_TURNOVER, mobility, rogers_castro
from hks.demography.migration_memory import Memory, expected, follows_country, in_parts, measured
from hks.demography.population_panel import panel
from hks.demography.ungrouping import BAND_STARTS, band_sums, ungroup

RATES = national_rates()


def changes(bands: np.ndarray, first: int, ags: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rates of net migration of each change, the closed projection to the last year, and single ages."""
    population = ungroup(bands[:, 0], np.stack([RATES.template(key, first) for key in ags]))
    found = []
    for n in range(1, bands.shape[1]):
        fertility = local_fertility(population, bands[:, n - 1], RATES, first + n - 1, first + n)
        closed = advance_closed(population, RATES.survival(first + n), fertility, RATES.fertility_pattern)
        found.append((bands[:, n] - band_sums(closed)) / band_sums(closed))
        population = ungroup(bands[:, n], closed)
    return np.array(found), band_sums(closed), population


def deviations(rates: np.ndarray, persons: np.ndarray, year: int, reference: float) -> np.ndarray:
    """Return how units differ from the mean of all, brought to the country's migration of another year."""
    apart = rates - (rates * persons).sum(axis=0) / persons.sum(axis=0)
    return apart * np.where(follows_country(), reference / migration_scale(RATES.migration(year)), 1.0)


def components(error: np.ndarray, land: np.ndarray) -> tuple[float, float]:
    """Split the spread of errors into that of Länder and that of units within them, by analysis of variance."""
    groups = [error[land == key] for key in np.unique(land)]
    sizes = np.array([len(group) for group in groups])
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / (len(error) - len(groups))
    between = sum(len(group) * (group.mean() - error.mean()) ** 2 for group in groups) / (len(groups) - 1)
    typical = (len(error) - (sizes**2).sum() / len(error)) / (len(groups) - 1)
    return float(np.sqrt(max(between - within, 0.0) / typical)), float(np.sqrt(within))


def lasting_shares(memory: Memory, persons: np.ndarray, years: int) -> tuple[float, float, float]:
    """Say of the error of totals one year ahead: its spread, what of its variance lasts, and the error of three years.

    By theory, if what lasts stays for ever and each year has its own.
    """
    share = in_parts(persons.sum(axis=0) / persons.sum())
    weights = np.stack([2.0 * share[0], 2.0 * share[1]])
    lasting = yearly = 0.0
    for part in range(2):
        forever, once = memory.lasting[part], memory.yearly[part]
        left = forever - forever @ np.linalg.solve(forever + once / years, forever)
        lasting += float(weights[part] @ left @ weights[part])
        yearly += float(weights[part] @ once @ weights[part])
    return np.sqrt(lasting + yearly), lasting / (lasting + yearly), np.sqrt(9.0 * lasting + 3.0 * yearly)


def write(memory: Memory, path: Path) -> None:
    """Write the covariances, one row per pair of bands."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file, delimiter=";", lineterminator="\n")
        rows.writerow(["part", "band", "other", "lasting", "yearly", "source"])
        for part, name in enumerate(("both", "difference")):
            for one, first in enumerate(BAND_STARTS):
                for other, second in enumerate(BAND_STARTS[: one + 1]):
                    pair = (memory.lasting[part, one, other], memory.yearly[part, one, other])
                    rows.writerow([name, first, second, *(f"{value:.6g}" for value in pair), "own fit"])


def main() -> None:
    """Fit and print."""
    path = Path(sys.argv[1])
    ags, _, years, bands = panel(read_population(path.read_bytes(), path.name))
    whole = np.isfinite(bands).all(axis=(1, 2, 3))
    bands, ags = bands[whole], tuple(np.array(ags)[whole])
    found, closed, ages = changes(bands, years[0], ags)
    persons, truth = bands[:, -2], bands[:, -1]
    now = migration_scale(RATES.migration(years[-1]))
    before, after = (deviations(rate, persons, year, now)
                     for rate, year in zip(found[-2:], years[-2:], strict=True))  # fmt: skip
    whole_ages = ages.sum(axis=0)
    turnover = USUAL_TURNOVER * band_sums(mobility(whole_ages, rogers_castro()) * whole_ages) / band_sums(whole_ages)
    raw = [deviations(rate, persons, years[-1], now).std(axis=(0, 1)) for rate in found[-2:]]
    print("spread of deviations, second change / first", np.round(raw[1] / raw[0], 2).tolist())
    land = np.array([key[:2] for key in ags])
    known = np.ones(len(ags), dtype=int)
    common = (found[-2] * persons).sum(axis=0) / persons.sum(axis=0) * now / migration_scale(RATES.migration(years[-2]))
    predicted = np.empty_like(closed)
    for left in np.unique(land):
        kept, out = land != left, land == left
        memory = measured(before[kept], after[kept])
        predicted[out] = closed[out] * (1 + common + expected(before[out], known[out], persons[out], turnover, memory))
    error = predicted.sum(axis=(1, 2)) / truth.sum(axis=(1, 2)) - 1
    print(f"one Land left out: total {100 * np.abs(error).mean():.3f} %, band x sex "
          f"{100 * np.abs(predicted / truth - 1).mean():.3f} %")  # fmt: skip
    print(f"spread of the error of totals {100 * error.std():.3f} %, mean {100 * error.mean():.3f} %")
    print("of Länder {:.3f} %, of units within them {:.3f} %".format(*(100 * x for x in components(error, land))))
    totals = [(rate * persons).sum(axis=(1, 2)) / persons.sum(axis=(1, 2)) for rate in found[-2:]]
    print(f"spread of migration {[round(100 * float(t.std()), 3) for t in totals]} %, "
          f"correlation of two changes {np.corrcoef(totals[0], totals[1])[0, 1]:.2f}")  # fmt: skip
    memory = measured(before, after)
    for count in (1, 2):
        spread, share, three = lasting_shares(memory, persons, count)
        print(f"by theory after {count} changes: spread {100 * spread:.3f} %, lasting {share:.2f}, "
              f"three years {100 * three:.3f} % ({three / spread:.2f} times one)")  # fmt: skip
    if len(sys.argv) > 2:
        write(memory, Path(sys.argv[2]))


if __name__ == "__main__":
    main()
