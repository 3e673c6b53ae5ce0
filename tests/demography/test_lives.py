"""Laws of births and deaths by age, of departures that compete with death, and of lives counted one by one."""

from dataclasses import replace

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.demography.cohort_component import (
    FEW_LIVES,
    Drivers,
    Noise,
    booked_in_chunks,
    empty_book,
    noise_of_lives,
    project,
    sums_of_cells,
)

AGES = np.zeros((2, 101))
NOBODY_DIES = AGES - 60.0
DRAWS, YEARS = 3, 4
KINDS = ("none", "moments", "exact")


def drivers(mode: str = "exchange", draws: int = DRAWS, years: int = YEARS, **changed: np.ndarray) -> Drivers:
    """Make futures in which people move by counts, by net rates, or both ways."""
    rng = np.random.default_rng(5)
    standard = {
        "log_mortality": np.linspace(-8, -1, 101) + AGES,
        "sensitivity": AGES + 0.01,
        "mortality_index": rng.normal(0, 5, (draws, years)),
        "fertility": rng.uniform(1.2, 1.8, (draws, years)),
        "fertility_pattern": np.full(35, 1 / 35),
        "migration": np.zeros((draws, years)),
        "migration_pattern": np.full((2, 101), 1 / 202),
    }
    if mode == "exchange":
        standard |= {
            "exchange": rng.normal(1, 0.3, (draws, years, 3)), "exchange_rates": rng.uniform(-0.1, 0.1, (3, 2, 101)),
            "turnover": np.full((2, 101), 0.09),
        }  # fmt: skip
    if mode == "in_out":
        standard |= {
            "migration": rng.uniform(100, 900, (draws, years)), "leaving": rng.uniform(0.5, 1.5, (draws, years, 1)),
            "leaving_rates": rng.uniform(0.0, 0.2, (1, 2, 101)),
        }  # fmt: skip
    if mode == "counts":
        standard["migration"] = rng.normal(0, 200, (draws, years))
    return Drivers(**{**standard, **changed})


people = st.integers(0, 10**6).map(lambda seed: np.random.default_rng(seed).uniform(20, 300, (2, 101)))
CASES = [(mode, kind) for mode in ("counts", "exchange", "in_out") for kind in KINDS]


def noise(kind: str, seed: int = 3) -> Noise | None:
    return None if kind == "none" else Noise(seed, kind=kind)


@pytest.mark.parametrize(("mode", "kind"), CASES)
@settings(max_examples=15)
@given(people)
def test_every_draw_balances_to_a_millionth_of_a_person(mode: str, kind: str, population: np.ndarray) -> None:
    flows, book = np.zeros((DRAWS, YEARS, 3)), empty_book(DRAWS, YEARS, kind=np.float64)
    out = np.empty((DRAWS, YEARS + 1, 2, 101))
    project(population, drivers(mode), noise=noise(kind), accounts=flows, book=book, out=out)
    births, deaths, net = np.moveaxis(flows, 2, 0)
    assert np.abs(np.diff(out.sum(axis=(2, 3)), axis=1) - (births - deaths + net)).max() <= 1e-6
    np.testing.assert_allclose(book.births.sum(axis=2), births, atol=1e-6)
    np.testing.assert_allclose(book.deaths.sum(axis=(2, 3)), deaths, atol=1e-6)
    assert (births > 0).all()


@settings(max_examples=15)
@given(people)
def test_without_migration_every_age_balances(population: np.ndarray) -> None:
    for kind in ("none", "exact"):  # the bell curve may take a thin age below nobody, which is booked as moving
        book, out = empty_book(DRAWS, YEARS, kind=np.float64), np.empty((DRAWS, YEARS + 1, 2, 101))
        project(population, drivers("none"), noise=noise(kind), book=book, out=out)
        before = np.zeros((DRAWS, YEARS, 2, 101))
        before[..., 1:] = out[:, :-1, :, :-1]
        before[..., -1] += out[:, :-1, :, -1]
        aged = (before - book.deaths - out[:, 1:])[..., 1:]
        assert np.abs(aged).max() <= 1e-9
        newborn = book.births.sum(axis=2) - (out[:, 1:, :, 0] + book.deaths[..., 0]).sum(axis=2)
        assert np.abs(newborn).max() <= 1e-6


def test_the_same_futures_with_and_without_a_book() -> None:
    population = np.full((2, 101), 80.0)
    for mode, kind in CASES:
        plain = project(population, drivers(mode), noise=noise(kind))
        np.testing.assert_array_equal(
            project(population, drivers(mode), noise=noise(kind), book=empty_book(DRAWS, YEARS)), plain
        )


def test_departures_by_hand() -> None:
    alive = np.log(-np.log(np.full((2, 101), 0.9)))
    one = drivers(
        "none", 1, 1, log_mortality=alive, sensitivity=AGES, fertility=np.zeros((1, 1)), leaving=np.ones((1, 1, 1)),
        leaving_rates=np.full((1, 2, 101), 0.2),
    )  # fmt: skip
    population = AGES.copy()
    population[0, 40] = 1000.0
    flows, book = np.zeros((1, 1, 3)), empty_book(1, 1, kind=np.float64)
    after = project(population, one, accounts=flows, book=book, exact=True)[0, 1]
    assert after[0, 41] == pytest.approx(1000 * 0.9 * 0.8)
    assert book.deaths[0, 0, 0, 41] == pytest.approx(1000 * 0.1 * (1 - 0.2 / 2))  # half of those who leave go first
    assert flows[0, 0, 2] == pytest.approx(-1000 * 0.2 * (1 - 0.1 / 2))


@settings(max_examples=15)
@given(people, st.floats(0.01, 0.3))
def test_more_departures_never_leave_more_people(population: np.ndarray, more: float) -> None:
    less = drivers("in_out")
    gone = replace(less, leaving_rates=less.leaving_rates + more)
    assert (project(population, gone, exact=True) <= project(population, less, exact=True) + 1e-9).all()


@settings(max_examples=15)
@given(people)
def test_arrivals_alone_are_all_that_is_added(population: np.ndarray) -> None:
    open_door = drivers(
        "in_out", log_mortality=NOBODY_DIES, sensitivity=AGES, fertility=np.zeros((DRAWS, YEARS)),
        leaving_rates=np.zeros((1, 2, 101)),
    )  # fmt: skip
    totals = project(population, open_door, exact=True).sum(axis=(2, 3))
    np.testing.assert_allclose(np.diff(totals, axis=1), open_door.migration, atol=1e-6)


@settings(max_examples=15)
@given(people, st.sampled_from(["counts", "exchange", "in_out"]))
def test_single_lives_are_whole_people(population: np.ndarray, mode: str) -> None:
    book = empty_book(DRAWS, YEARS)
    out = project(population, drivers(mode), noise=noise("exact"), book=book)
    for counted in (out, book.births, book.deaths):
        np.testing.assert_array_equal(counted, np.rint(counted))
        assert (counted >= 0).all()
    assert (np.abs(out[:, 0].sum(axis=(1, 2)) - population.sum()) < 1).all()
    assert (np.abs(out[:, 0] - population) < 1).all()


@settings(max_examples=10)
@given(st.integers(1, 6), st.integers(0, 2**53 - 1), st.sampled_from(["counts", "exchange", "in_out"]))
def test_single_lives_depend_on_seed_and_draw_alone(chunk: int, seed: int, mode: str) -> None:
    population, many = np.full((2, 101), 9.5), drivers(mode, draws=7)
    book = empty_book(7, YEARS)
    whole = project(population, many, noise=Noise(seed, kind="exact"), book=book)
    for draws, (part, told) in booked_in_chunks(
        population, many, noise=Noise(seed, kind="exact"), chunk=chunk, booked=True
    ):
        np.testing.assert_array_equal(part, whole[draws])
        np.testing.assert_array_equal(told.deaths, book.deaths[draws])
        np.testing.assert_array_equal(told.births, book.births[draws])
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        np.testing.assert_array_equal(project(population, many, noise=Noise(seed, kind="exact")), whole)
    finally:
        numba.set_num_threads(before)
    assert not np.array_equal(project(population, many, noise=Noise(seed ^ 1, kind="exact")), whole)


def test_single_lives_are_binomial() -> None:
    draws = 6000
    alive = np.log(-np.log(np.full((2, 101), 0.9)))
    flat = drivers("none", draws, 1, log_mortality=alive, sensitivity=AGES, mortality_index=np.zeros((draws, 1)))
    last = project(np.full((2, 101), 10.0), flat, noise=Noise(1, kind="exact"))[:, 1, :, 50].ravel()
    counts = np.bincount(last.astype(int), minlength=11) / last.size
    binomial = [0.9**n * 0.1 ** (10 - n) * np.prod([(10 - k) / (k + 1) for k in range(n)]) for n in range(11)]
    np.testing.assert_allclose(counts, binomial, atol=0.012)


@pytest.mark.parametrize("mode", ["exchange", "in_out"])
def test_both_kinds_of_chance_have_the_same_mean_and_spread(mode: str) -> None:
    draws, years = 3000, 10
    population = 10_000 * np.exp(-(((np.arange(101) - 45) / 30.0) ** 2)) * np.ones((2, 1))
    population *= 10_000 / population.sum()
    fixed = {
        "mortality_index": np.zeros((draws, years)), "fertility": np.full((draws, years), 1.5),
    }  # fmt: skip
    if mode == "exchange":
        fixed |= {"exchange": np.full((draws, years, 1), 1.0), "exchange_rates": np.full((1, 2, 101), 0.004)}
    else:
        fixed |= {
            "migration": np.full((draws, years), 450.0), "migration_pattern": population / population.sum(),
            "leaving": np.ones((draws, years, 1)), "leaving_rates": np.full((1, 2, 101), 0.05),
        }  # fmt: skip
    given_drivers = drivers(mode, draws, years, **fixed)
    told = {}
    for kind in ("moments", "exact"):
        flows = np.zeros((draws, years, 3))
        out = project(population, given_drivers, noise=Noise(2, kind=kind), accounts=flows)
        whole = out.sum(axis=(2, 3), dtype=np.float64)
        young, old = (out[..., ages].sum(axis=(2, 3), dtype=np.float64) for ages in (slice(0, 3), slice(75, None)))
        told[kind] = [whole[:, 1], whole[:, -1], young[:, -1], old[:, -1], flows[:, -1, 0], flows[:, -1, 1]]
    for one, other in zip(told["moments"], told["exact"], strict=True):
        error = 3.0 * other.std() / np.sqrt(draws)
        assert one.mean() == pytest.approx(other.mean(), abs=0.001 * other.mean() + error)
        assert one.std() == pytest.approx(other.std(), rel=0.08)


def test_few_people_are_counted_one_by_one() -> None:
    share = np.full((2, 101), 1 / 202)
    assert noise_of_lives(share * (FEW_LIVES - 1), 1).kind == "exact"
    assert noise_of_lives(share * FEW_LIVES, 1).kind == "moments"
    with pytest.raises(InputError, match="exact path"):
        project(AGES + 1, drivers("none"), exact=True, noise=Noise(1, kind="exact"))


def test_large_numbers_are_drawn_as_well_as_small_ones() -> None:
    draws = 400
    alive = np.log(-np.log(np.full((2, 101), 0.5)))
    flat = drivers("none", draws, 1, log_mortality=alive, sensitivity=AGES, mortality_index=np.zeros((draws, 1)))
    last = project(np.full((2, 101), 5000.0), flat, noise=Noise(1, kind="exact"))[:, 1, :, 20:90].astype(np.float64)
    assert last.mean() == pytest.approx(2500, rel=0.001)
    assert last.std() == pytest.approx(np.sqrt(5000 * 0.25), rel=0.02)


@settings(max_examples=20)
@given(st.integers(0, 10**6), st.sampled_from([np.float32, np.float64]))
def test_cells_are_sums_in_double_precision(seed: int, kind: type) -> None:
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 1e6, (3, 2, 101)).astype(kind)
    starts = (0, *sorted(rng.choice(np.arange(1, 101), 5, replace=False).tolist()))
    wanted = np.add.reduceat(values.astype(np.float64), starts, axis=-1)
    np.testing.assert_allclose(sums_of_cells(values, starts), wanted, rtol=1e-14)


def test_a_book_of_another_precision_is_refused() -> None:
    with pytest.raises(InputError, match="needs float64, not float32"):
        project(np.full((2, 101), 80.0), drivers("none"), exact=True, book=empty_book(DRAWS, YEARS))
