"""Laws of the projection, a case by hand, and the reference case of the UN's convention."""

from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.demography.cohort_component import SEX_RATIO_AT_BIRTH, Drivers, project

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
    ],
)
def test_bad_input_is_told(population: np.ndarray, changed: dict, told: str) -> None:
    with pytest.raises(InputError, match=told):
        project(population, drivers(**changed))


def test_the_reference_case_of_the_un_convention(shared: Path) -> None:
    case = np.load(shared / "demography" / "golden_ccm_case.npz")
    given = Drivers(case["lm"], case["bx"], case["k"], case["tfr"], case["pasfr"], case["net"], case["rc"])
    assert np.abs(project(case["P0"], given, exact=True) - case["pop"]).max() <= 1e-9
    fast = project(case["P0"], given)
    assert (np.abs(fast - case["pop"]) <= 1e-5 + np.spacing(case["pop"].astype(np.float32))).all()
