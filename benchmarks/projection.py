"""10,000 draws x 30 years: the kernel beside vectorised numpy, a Python loop over draws, and the memory floor.

Aims: 15 times vectorised numpy, 100 times the loop. Ratios only; the loop runs on fewer draws and is scaled.
"""

import os
import time
from collections.abc import Callable

import numba
import numpy as np

from hks.demography.cohort_component import SEX_RATIO_AT_BIRTH, Drivers, project, warm_up

DRAWS, YEARS, LOOPED = 10_000, 30, 100


def case(draws: int) -> tuple[np.ndarray, Drivers]:
    """Make an invented town of 20,000 people."""
    rng = np.random.default_rng(1)
    flat = np.full((2, 101), 1 / 202)
    mortality = np.linspace(-8.5, -0.8, 101) + np.zeros((2, 101))
    k = np.cumsum(rng.normal(-0.8, 1.0, (draws, YEARS)), axis=1)
    drivers = Drivers(
        mortality,
        flat * 2,
        k,
        rng.uniform(1.2, 1.8, (draws, YEARS)),
        np.full(35, 1 / 35),
        rng.uniform(0, 150, (draws, YEARS)),
        flat,
    )
    return flat * 20_000, drivers


def vectorised(population: np.ndarray, d: Drivers) -> np.ndarray:
    """Advance all draws at once with numpy alone, in float64."""
    draws, years = d.mortality_index.shape
    out = np.empty((draws, years + 1, *population.shape))
    out[:, 0] = population
    boys = SEX_RATIO_AT_BIRTH / (1 + SEX_RATIO_AT_BIRTH)
    for t in range(years):
        survival = np.exp(-np.exp(d.log_mortality + d.sensitivity * d.mortality_index[:, t, None, None]))
        half = 0.5 * d.migration[:, t, None, None] * d.migration_pattern
        moved = out[:, t] + half
        after = out[:, t + 1]
        after[:, :, 1:] = moved[:, :, :-1] * survival[:, :, 1:] + half[:, :, 1:]
        after[:, :, -1] += moved[:, :, -1] * survival[:, :, -1]
        exposed = 0.5 * (moved[:, 1, 15:50] + after[:, 1, 15:50])
        births = d.fertility[:, t] * (exposed * d.fertility_pattern).sum(axis=1)
        after[:, :, 0] = births[:, None] * np.array([boys, 1 - boys]) * survival[:, :, 0] + half[:, :, 0]
    return out


def looped(population: np.ndarray, d: Drivers) -> np.ndarray:
    """Advance draw by draw, ages by numpy: how it is often written."""
    parts = []
    for n in range(len(d.mortality_index)):
        one = Drivers(
            d.log_mortality,
            d.sensitivity,
            d.mortality_index[n : n + 1],
            d.fertility[n : n + 1],
            d.fertility_pattern,
            d.migration[n : n + 1],
            d.migration_pattern,
        )
        parts.append(vectorised(population, one))
    return np.concatenate(parts)


def seconds(work: Callable[[], object], times: int) -> list[float]:
    """Time a piece of work several times. [s]"""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return taken


def written() -> None:
    """Write as many bytes as the kernel answers."""
    np.empty((DRAWS, YEARS + 1, 2, 101), np.float32).fill(1.0)


def main() -> None:
    """Print the ratios."""
    warm_up()
    population, drivers = case(DRAWS)
    _, few = case(LOOPED)
    np.testing.assert_allclose(project(population, few), vectorised(population, few), rtol=1e-5, atol=1e-3)
    ours = seconds(lambda: project(population, drivers), 7)
    peers = {
        "vectorised numpy (aim 15)": seconds(lambda: vectorised(population, drivers), 3),
        "Python loop over draws (aim 100)": [t * DRAWS / LOOPED for t in seconds(lambda: looped(population, few), 3)],
        "writing the float32 result": seconds(lambda: np.empty((DRAWS, YEARS + 1, 2, 101), np.float32).fill(1.0), 7),
    }
    base = float(np.median(ours))
    print(f"{DRAWS} draws x {YEARS} years, {numba.get_num_threads()} threads on {os.cpu_count()} cores")
    print(f"kernel: median {base * 1000:.0f} ms, {min(ours) * 1000:.0f} to {max(ours) * 1000:.0f}")
    for name, taken in peers.items():
        low, middle, high = (share / base for share in (min(taken), float(np.median(taken)), max(taken)))
        print(f"{name}: {middle:.2f} times the kernel ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()
