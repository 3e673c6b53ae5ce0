"""Fit what lasts of local migration, and how far futures spread, on the yearly changes of one table.

Usage: python tools/hindcast_fit.py 12411-0018.csv. Each Land is predicted by a fit on all others. Prints the
constants of `local_migration` and `ensemble` and how well they would have told the last year of the table.
"""

import sys
from pathlib import Path

import numpy as np

from hks.adapters.population_tables import read_population
from hks.adapters.region.rates import national_rates
from hks.demography.local_migration import advance_closed, local_fertility
from hks.demography.population_panel import panel
from hks.demography.ungrouping import band_sums, ungroup


def changes(bands: np.ndarray, first: int, ags: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates of net migration of each change, and the closed projection to the last year."""
    rates = national_rates()
    population = ungroup(bands[:, 0], np.stack([rates.template(key, first) for key in ags]))
    found = []
    for n in range(1, bands.shape[1]):
        fertility = local_fertility(population, bands[:, n - 1], rates, first + n - 1, first + n)
        closed = advance_closed(population, rates.survival(first + n), fertility, rates.fertility_pattern)
        found.append((bands[:, n] - band_sums(closed)) / band_sums(closed))
        population = ungroup(bands[:, n], closed)
    return np.array(found), band_sums(closed)


def parts(rates: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split rates into the deviation of both sexes together and the difference between them."""
    deviation = rates - (rates * weights).sum(axis=0) / weights.sum(axis=0)
    together = deviation.mean(axis=1, keepdims=True)
    return np.broadcast_to(together, deviation.shape), deviation - together


def slopes(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Regress one on the other, band by band."""
    return (before * after).sum(axis=(0, 1)) / (before**2).sum(axis=(0, 1))


def main() -> None:
    """Fit and print."""
    path = Path(sys.argv[1])
    ags, _, years, bands = panel(read_population(path.read_bytes(), path.name))
    whole = np.isfinite(bands).all(axis=(1, 2, 3))
    bands, ags = bands[whole], tuple(np.array(ags)[whole])
    found, closed = changes(bands, years[0], ags)
    before, after = (parts(rate, bands[:, -2]) for rate in found[-2:])
    print("LASTING", np.round(slopes(before[0], after[0]), 2).tolist())
    print("LASTING_BY_SEX", np.round(slopes(before[1], after[1]), 2).tolist())
    spread = [np.hypot(*(part.std(axis=(0, 1)) for part in parts_)) for parts_ in (before, after)]
    print("spread of deviations, second change / first", np.round(spread[1] / spread[0], 2).tolist())
    print(f"migration of all, second / first {(found[-1] * closed).sum() / (found[-2] * bands[:, -3]).sum():.2f}")
    land = np.array([key[:2] for key in ags])
    predicted = np.empty_like(closed)
    common = (found[-2] * bands[:, -2]).sum(axis=0) / bands[:, -2].sum(axis=0)
    for left in np.unique(land):
        kept, out = land != left, land == left
        lasting = [np.clip(slopes(b[kept], a[kept]), 0, 1) for b, a in zip(before, after, strict=True)]
        rate = common + sum(share * b[out] for share, b in zip(lasting, before, strict=True))
        predicted[out] = closed[out] * (1 + rate)
    truth = bands[:, -1]
    error = predicted.sum(axis=(1, 2)) / truth.sum(axis=(1, 2)) - 1
    print(f"one Land left out: total {100 * np.abs(error).mean():.3f} %, band x sex "
          f"{100 * np.abs(predicted / truth - 1).mean():.3f} %")  # fmt: skip
    print(f"spread of the error of totals {100 * error.std():.3f} %, mean {100 * error.mean():.3f} %")
    totals = [(rate * bands[:, -2]).sum(axis=(1, 2)) / bands[:, -2].sum(axis=(1, 2)) for rate in found[-2:]]
    print(f"correlation of two changes of totals {np.corrcoef(totals[0], totals[1])[0, 1]:.2f}")


if __name__ == "__main__":
    main()
