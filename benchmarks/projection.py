"""10,000 draws x 30 years with births and deaths by age: the kernel beside numpy, a Python loop, and the memory floor.

Aims: 20 times vectorised numpy, 100 times the loop, chance by moments at most 1.5 times the plain kernel. All answer
residents, births and deaths by age. Ratios only, pairs taken in turn; the loop and single lives run on fewer draws.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace

import numba
import numpy as np

from hks.demography.cohort_component import SEX_RATIO_AT_BIRTH, Drivers, Noise, empty_book, project, warm_up

DRAWS, YEARS, LOOPED, ROUNDS = 10_000, 30, 100, 7


def case(draws: int) -> tuple[np.ndarray, Drivers]:
    """Make an invented town of 20,000 people."""
    rng = np.random.default_rng(1)
    flat = np.full((2, 101), 1 / 202)
    mortality = np.linspace(-8.5, -0.8, 101) + np.zeros((2, 101))
    k = np.cumsum(rng.normal(-0.8, 1.0, (draws, YEARS)), axis=1)
    drivers = Drivers(
        mortality, flat * 2, k, rng.uniform(1.2, 1.8, (draws, YEARS)), np.full(35, 1 / 35),
        rng.uniform(0, 150, (draws, YEARS)), flat,
    )  # fmt: skip
    return flat * 20_000, drivers


Answer = tuple[np.ndarray, np.ndarray, np.ndarray]


def kernel(population: np.ndarray, drivers: Drivers, noise: Noise | None = None) -> Answer:
    """Answer residents, births and deaths in new memory, as every peer does."""
    book = empty_book(len(drivers.fertility), YEARS)
    return project(population, drivers, noise=noise, book=book), book.births, book.deaths


def vectorised(population: np.ndarray, d: Drivers) -> Answer:
    """Advance all draws at once with numpy alone, in float64."""
    draws, years = d.mortality_index.shape
    out = np.empty((draws, years + 1, *population.shape))
    births, deaths = np.empty((draws, years, 35)), np.empty((draws, years, *population.shape))
    out[:, 0] = population
    boys = SEX_RATIO_AT_BIRTH / (1 + SEX_RATIO_AT_BIRTH)
    for t in range(years):
        survival = np.exp(-np.exp(d.log_mortality + d.sensitivity * d.mortality_index[:, t, None, None]))
        half = 0.5 * d.migration[:, t, None, None] * d.migration_pattern
        moved = out[:, t] + half
        after, died = out[:, t + 1], deaths[:, t]
        alive = moved[:, :, :-1] * survival[:, :, 1:]
        oldest = moved[:, :, -1] * survival[:, :, -1]
        died[:, :, 1:] = moved[:, :, :-1] - alive
        died[:, :, -1] += moved[:, :, -1] - oldest
        after[:, :, 1:] = alive + half[:, :, 1:]
        after[:, :, -1] += oldest
        born = d.fertility[:, t, None] * d.fertility_pattern * 0.5 * (moved[:, 1, 15:50] + after[:, 1, 15:50])
        births[:, t] = born
        newborn = born.sum(axis=1)[:, None] * np.array([boys, 1 - boys])
        after[:, :, 0] = newborn * survival[:, :, 0] + half[:, :, 0]
        died[:, :, 0] = newborn * (1 - survival[:, :, 0])
    return out, births, deaths


def looped(population: np.ndarray, d: Drivers) -> list[Answer]:
    """Advance draw by draw, ages by numpy: how it is often written."""
    one = [d.cut(slice(n, n + 1)) for n in range(len(d.fertility))]
    return [vectorised(population, part) for part in one]


def written() -> None:
    """Write as many bytes as the kernel answers, into new memory."""
    for shape in ((DRAWS, YEARS + 1, 202), (DRAWS, YEARS, 202), (DRAWS, YEARS, 35)):
        np.empty(shape, np.float32).fill(1.0)


def seconds(work: Callable[[], object]) -> float:
    """Time a piece of work. [s]"""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print the ratios."""
    warm_up()
    population, drivers = case(DRAWS)
    _, few = case(LOOPED)
    for ours, theirs in zip(kernel(population, few), vectorised(population, few), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-3)
    hamlet, some = population * 0.075, replace(drivers.cut(slice(0, 1000)), migration=drivers.migration[:1000] * 0.075)
    peers: dict[str, tuple[Callable[[], object], float]] = {
        "vectorised numpy (aim 20)": (lambda: vectorised(population, drivers), 1.0),
        "Python loop over draws (aim 100)": (lambda: looped(population, few), DRAWS / LOOPED),
        "with chance by moments (aim at most 1.5)": (lambda: kernel(population, drivers, Noise(1)), 1.0),
        "single lives of 1,500 residents": (lambda: kernel(hamlet, some, Noise(1, kind="exact")), DRAWS / 1000),
        "writing residents, births and deaths": (written, 1.0),
    }
    plain = [seconds(lambda: kernel(population, drivers)) for _ in range(ROUNDS)]
    print(f"{DRAWS} draws x {YEARS} years, {numba.get_num_threads()} threads on {os.cpu_count()} cores")
    print(f"kernel: median {np.median(plain) * 1000:.0f} ms, {min(plain) * 1000:.0f} to {max(plain) * 1000:.0f}")
    for name, (work, scale) in peers.items():
        ratios = []
        for _ in range(ROUNDS if scale == 1.0 else 3):
            base = seconds(lambda: kernel(population, drivers))
            ratios.append(scale * seconds(work) / base)
        print(f"{name}: {np.median(ratios):.2f} times the kernel ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
