"""One town's changed assumption, and 400 districts x 1,000 draws x 30 years with streamed sums.

Aims: an answer well under half a second for the town; under 2 GB at the peak for all districts. The memory floor is the
time of writing every trajectory, birth and death of all districts once into memory that is used again, as we do.
"""

import resource
import sys
import time

import numpy as np

from hks.adapters.region.rates import national_rates
from hks.core.parameters import checked
from hks.demography.cohort_component import CHUNK, warm_up
from hks.demography.projection import PROJECT
from hks.demography.ungrouping import BAND_STARTS, band_sums

UNITS, DRAWS, YEARS = 400, 1000, 30


class Made:
    """An invented table of 400 districts and two years."""

    def __init__(self) -> None:
        rng = np.random.default_rng(1)
        ages = band_sums(national_rates().template("DG", 2016)) / UNITS
        size = np.exp(rng.normal(0, 0.6, UNITS))
        keys = [f"{land:02d}{number:03d}" for land in range(1, 17) for number in range(1, 26)]
        last = ages.ravel() * size[:, None] * rng.uniform(0.9, 1.1, (UNITS, 34))
        self.persons = np.stack([last * rng.uniform(0.98, 1.02, (UNITS, 34)), last], axis=1).reshape(2 * UNITS, 34)
        self.ags = tuple(key for key in keys for _ in range(2))
        self.names = self.ags
        self.dates = ("2016-12-31", "2017-12-31") * UNITS
        ends = (*BAND_STARTS[1:], None)
        self.columns = tuple((sex, low, high) for sex in "mw" for low, high in zip(BAND_STARTS, ends, strict=True))


def run(table: Made, **values: float) -> float:
    """Project and return the time. [s]"""
    given = checked(PROJECT.parameters, {"draws": DRAWS, "years": YEARS, **values})
    start = time.perf_counter()
    PROJECT.compute({"table": table, "rates": national_rates()}, given, 1)
    return time.perf_counter() - start


def floor() -> float:
    """Write all trajectories into the same memory, part by part. [s]"""
    rooms = [
        np.empty((CHUNK, years, cells), np.float32) for years, cells in ((YEARS + 1, 202), (YEARS, 202), (YEARS, 35))
    ]
    start = time.perf_counter()
    for _ in range(UNITS * DRAWS // CHUNK):
        for room in rooms:
            room.fill(1.0)
    return time.perf_counter() - start


def peak() -> float:
    """Return the most memory used so far. [GB]"""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def main() -> None:
    """Print times and memory."""
    warm_up()
    table = Made()
    run(table, unit=1001)
    for name, values in {
        "a town of 20,000": {"residents": 20_000.0}, "a village of 1,500, life by life": {"residents": 1500.0},
        "both ways of migration": {"residents": 20_000.0, "migration": "in_out"},
    }.items():  # fmt: skip
        taken = [run(table, unit=1001, **values) for _ in range(5)]
        print(f"{name}: {min(taken) * 1000:.0f} to {max(taken) * 1000:.0f} ms (aim well under 500)")
    before = peak()
    whole, lowest = run(table), floor()
    print(
        f"{UNITS} districts x {DRAWS} draws x {YEARS} years: {whole:.1f} s, {whole / lowest:.1f} times the memory floor"
    )
    print(f"peak memory {peak():.2f} GB (aim 2), before {before:.2f} GB")
    print(f"the same, adding up to their Länder and the country: {run(table, constrain_to='DG'):.1f} s, "
          f"peak memory {peak():.2f} GB")  # fmt: skip


if __name__ == "__main__":
    main()
