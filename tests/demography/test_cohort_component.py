"""Laws of the projection, a case by hand, and the reference case of the UN's convention."""

from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.demography.cohort_component import SEX_RATIO_AT_BIRTH, Drivers, Noise, project, project_in_chunks, project_year

AGES = np.zeros((2, 101))
NOBODY_DIES = AGES - 60.0  # exp(-exp(-60)) is 1 in double precision


def drivers(*, draws: int = 3, years: int = 4, seed: int = 0, **changed: np.ndarray) -> Drivers:
    rng = np.random.default_rng(seed)
    standard = {
        "log_mortality": np.linspace(-8, -1, 101) + AGES,
        "sensitivity": AGES + 0.01,
        "mortality_index": rng.normal(0, 5, (draws, years)),
        "fertility": rng.uniform(1.2, 1.8, (draws, years)),
        "fertility_pattern": np.full(35, 1 / 35),
        "migration": rng.normal(0, 20, (draws, years)),
        "migration_pattern": np.full((2, 101), 1 / 202),
    }
    return Drivers(**{**standard, **changed})


people = st.integers(0, 10**6).map(lambda seed: np.random.default_rng(seed).uniform(100, 1000, (2, 101)))


@given(people)
def test_a_closed_town_without_births_or_deaths_keeps_its_people(population: np.ndarray) -> None:
    still = drivers(log_mortality=NOBODY_DIES, sensitivity=AGES, fertility=np.zeros((3, 4)), migration=np.zeros((3, 4)))
    after = project(population, still, exact=True)
    np.testing.assert_allclose(after.sum(axis=(2, 3)), population.sum(), rtol=1e-12)


@given(people, st.floats(0, 50))
def test_without_births_and_deaths_the_balance_is_migration(population: np.ndarray, net: float) -> None:
    moved = drivers(
        log_mortality=NOBODY_DIES, sensitivity=AGES, fertility=np.zeros((3, 4)), migration=np.full((3, 4), net)
    )
    totals = project(population, moved, exact=True).sum(axis=(2, 3))
    np.testing.assert_allclose(np.diff(totals, axis=1), net, atol=1e-7)


@given(people, st.floats(0.1, 1))
def test_more_births_never_make_fewer_people(population: np.ndarray, more: float) -> None:
    base = drivers()
    fertile = drivers(fertility=base.fertility + more)
    assert (project(population, fertile, exact=True) >= project(population, base, exact=True) - 1e-9).all()


@given(people)
def test_the_fast_path_stays_within_a_hundred_thousandth_of_a_person(population: np.ndarray) -> None:
    fast, exact = (project(population, drivers(), exact=choice) for choice in (False, True))
    rounding = np.spacing(exact.astype(np.float32))  # what float32 itself can hold
    assert (np.abs(fast - exact) <= 1e-5 + rounding).all()


@pytest.mark.parametrize("exact", [True, False])
def test_threads_and_chunks_change_no_bit(exact: bool) -> None:
    population, all_at_once = np.full((2, 101), 500.0), drivers(draws=7)
    whole = project(population, all_at_once, exact=exact)
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        np.testing.assert_array_equal(project(population, all_at_once, exact=exact), whole)
    finally:
        numba.set_num_threads(before)
    names = ("mortality_index", "fertility", "migration")
    parts = [drivers(draws=7, **{n: getattr(all_at_once, n)[cut] for n in names}) for cut in (slice(0, 3), slice(3, 7))]
    np.testing.assert_array_equal(np.concatenate([project(population, part, exact=exact) for part in parts]), whole)


def moving(draws: int = 3, years: int = 4, **changed: np.ndarray) -> Drivers:
    rng = np.random.default_rng(5)
    rates = rng.uniform(-0.1, 0.1, (2, 2, 101))
    return drivers(
        draws=draws, years=years, exchange=rng.normal(1, 0.3, (draws, years, 2)), exchange_rates=rates, **changed
    )


@pytest.mark.parametrize(("exact", "noise"), [(True, None), (False, None), (False, Noise(3))])
@given(people)
def test_the_account_closes_in_every_year(exact: bool, noise: Noise | None, population: np.ndarray) -> None:
    flows = np.zeros((3, 4, 3))
    totals = project(population, moving(), exact=exact, noise=noise, accounts=flows).sum(axis=(2, 3), dtype=np.float64)
    births, deaths, net = np.moveaxis(flows, 2, 0)
    off = np.abs(np.diff(totals, axis=1) - (births - deaths + net))
    assert off.max() <= (1e-6 if exact else 1e-6 * totals.max())  # the fast path writes float32
    assert (births > 0).all()
    assert (deaths > 0).all()


@given(people)
def test_one_year_to_be_read_equals_the_ensemble(population: np.ndarray) -> None:
    d = drivers(draws=1, years=1)
    survival = np.exp(-np.exp(d.log_mortality + d.sensitivity * d.mortality_index[0, 0]))
    fertility = np.zeros(101)
    fertility[15:50] = d.fertility[0, 0] * d.fertility_pattern
    after = project_year(population, survival, fertility, d.migration[0, 0] * d.migration_pattern)
    np.testing.assert_allclose(after, project(population, d, exact=True)[0, 1], atol=1e-9)


def test_three_ages_by_hand() -> None:
    population = np.array([[100.0, 80.0, 60.0], [100.0, 80.0, 60.0]])
    survival = np.array([[0.9, 0.8, 0.5], [1.0, 1.0, 0.5]])
    fertility = np.array([0.0, 0.5, 0.0])
    net = np.array([[0.0, 10.0, 0.0], [0.0, 10.0, -20.0]])
    after = project_year(population, survival, fertility, net)
    births = 0.5 * 0.5 * ((80 + 5) + (100 * 1.0 + 5))
    boys = births * 1.055 / 2.055
    np.testing.assert_allclose(after[0], [boys * 0.9, 100 * 0.8 + 5, (85 + 60) * 0.5])
    np.testing.assert_allclose(after[1], [births - boys, 105.0, (85 + 50) * 0.5 - 10])


def test_an_exchange_of_one_percent_adds_one_percent_by_hand() -> None:
    still = drivers(
        draws=1, years=2, log_mortality=NOBODY_DIES, sensitivity=AGES, fertility=np.zeros((1, 2)),
        migration=np.zeros((1, 2)), exchange=np.full((1, 2, 1), 0.5), exchange_rates=np.full((1, 2, 101), 0.02),
    )  # fmt: skip
    population = np.full((2, 101), 10.0)
    assert project(population, still, exact=True)[0, 2].sum() == pytest.approx(2020 * 1.01**2)


@given(st.integers(1, 6), st.integers(0, 2**53 - 1))
def test_chance_depends_on_seed_and_draw_alone(chunk: int, seed: int) -> None:
    population, given_drivers = np.full((2, 101), 40.0), moving(draws=7)
    whole = project(population, given_drivers, noise=Noise(seed))
    parts = list(project_in_chunks(population, given_drivers, noise=Noise(seed), chunk=chunk))
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        np.testing.assert_array_equal(project(population, given_drivers, noise=Noise(seed)), whole)
    finally:
        numba.set_num_threads(before)
    assert not np.array_equal(project(population, given_drivers, noise=Noise(seed ^ 1)), whole)


def test_chance_has_the_spread_of_single_lives() -> None:
    draws = 4000
    alive = np.log(-np.log(np.full((2, 101), 0.9)))
    flat = drivers(
        draws=draws, years=1, log_mortality=alive, sensitivity=AGES, mortality_index=np.zeros((draws, 1)),
        fertility=np.full((draws, 1), 1.4), migration=np.zeros((draws, 1)),
    )  # fmt: skip
    last = project(np.full((2, 101), 200.0), flat, noise=Noise(1))[:, 1]
    np.testing.assert_allclose(last[:, 0, 50].mean(), 180.0, rtol=0.005)
    assert last[:, 0, 50].std() == pytest.approx(np.sqrt(200 * 0.9 * 0.1), rel=0.08)  # binomial


def test_one_year_by_hand() -> None:
    population = np.zeros((2, 101))
    population[1, 30] = 1000.0
    one = drivers(
        draws=1,
        years=1,
        log_mortality=NOBODY_DIES,
        sensitivity=AGES,
        fertility=np.full((1, 1), 1.4),
        migration=np.zeros((1, 1)),
    )
    after = project(population, one, exact=True)[0, 1]
    births = 1.4 / 35 * 0.5 * 1000 * 2  # exposure: half the year at 30, half at 31
    assert after[1, 31] == pytest.approx(1000)
    assert after[0, 0] == pytest.approx(births * SEX_RATIO_AT_BIRTH / (1 + SEX_RATIO_AT_BIRTH))
    assert after[:, 0].sum() == pytest.approx(births)


@pytest.mark.parametrize(
    ("population", "changed", "told"),
    [
        (AGES - 1, {}, "negative"),
        (AGES + np.nan, {}, "negative or missing"),
        (np.zeros((2, 90)), {}, "same two sexes"),
        (AGES, {"fertility": np.zeros((2, 4))}, "same draws and years"),
        (AGES, {"fertility_pattern": np.zeros(34)}, "15 to 49"),
        (AGES, {"migration": np.full((3, 4), -500.0)}, "More people leave"),
        (AGES, {"exchange": np.ones((3, 4, 1))}, "together"),
        (AGES, {"exchange": np.ones((3, 4, 1)), "exchange_rates": np.ones((2, 2, 101))}, "same parts"),
    ],
)
def test_bad_input_is_told(population: np.ndarray, changed: dict, told: str) -> None:
    with pytest.raises(InputError, match=told):
        project(population, drivers(**changed))


def test_one_year_refuses_what_cannot_be() -> None:
    people, nobody = np.ones((2, 3)), np.zeros((2, 3))
    with pytest.raises(InputError, match="same two sexes"):
        project_year(people, np.ones((2, 4)), np.zeros(3), nobody)
    with pytest.raises(InputError, match="More people leave"):
        project_year(people, people, np.zeros(3), nobody - 5)
    with pytest.raises(InputError, match="exact path"):
        project(AGES, drivers(), exact=True, noise=Noise(1))


def test_the_reference_case_of_the_un_convention(shared: Path) -> None:
    case = np.load(shared / "demography" / "golden_ccm_case.npz")
    given = Drivers(case["lm"], case["bx"], case["k"], case["tfr"], case["pasfr"], case["net"], case["rc"])
    assert np.abs(project(case["P0"], given, exact=True) - case["pop"]).max() <= 1e-9
    fast = project(case["P0"], given)
    assert (np.abs(fast - case["pop"]) <= 1e-5 + np.spacing(case["pop"].astype(np.float32))).all()
