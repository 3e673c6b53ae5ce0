"""Laws of Flegg's quotients and multipliers, and a country of two sectors by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.economy.test_shift_share import AFTER, hiding

from hks.core.errors import InputError
from hks.economy.input_output import (
    BAND,
    MULTIPLIERS,
    Coefficients,
    flegg_quotients,
    multipliers,
    regional_coefficients,
)
from hks.economy.sectors import SECTORS

seeds = st.integers(0, 10**6)
deltas = st.floats(0, 0.99)


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a region, its country and the country's coefficients."""
    rng = np.random.default_rng(seed)
    region = rng.integers(0, 1000, 6).astype(float) + (rng.random() < 0.5)
    region[0] += 1
    return region, region + rng.integers(1, 10**5, 6), rng.uniform(0, 0.16, (6, 6))


@given(seeds, deltas)
def test_a_region_never_supplies_more_than_the_country_and_multipliers_are_one_or_more(seed: int, delta: float) -> None:
    region, country, national = drawn(seed)
    regional = regional_coefficients(national, flegg_quotients(region, country, delta))
    assert ((regional >= 0) & (regional <= national)).all()
    assert (multipliers(regional) >= 1 - 1e-12).all()
    assert (multipliers(regional) <= multipliers(national) + 1e-12).all()


@given(seeds, deltas, deltas)
def test_the_more_is_bought_elsewhere_the_less_is_moved(seed: int, one: float, other: float) -> None:
    region, country, national = drawn(seed)
    low, high = sorted((one, other))
    less, more = (
        multipliers(regional_coefficients(national, flegg_quotients(region, country, d))) for d in (high, low)
    )
    assert (less <= more + 1e-12).all()


@given(seeds, deltas)
def test_the_country_itself_keeps_its_coefficients(seed: int, delta: float) -> None:
    _, country, national = drawn(seed)
    np.testing.assert_allclose(regional_coefficients(national, flegg_quotients(country, country, delta)), national)


@given(seeds)
def test_multipliers_are_the_column_sums_of_the_inverse(seed: int) -> None:
    _, _, national = drawn(seed)
    np.testing.assert_allclose(multipliers(national), np.linalg.inv(np.eye(6) - national).sum(axis=0))


def test_by_hand() -> None:
    # shares 3/4 and 1/4 against 1/2 and 1/2: SLQ 1.5 and 0.5; a quarter of the country, log2(1.25) = 0.32193
    region, country = np.array([75.0, 25]), np.array([200.0, 200])
    found = flegg_quotients(region, country, 0.5)
    assert found == pytest.approx(np.array([[1.5, 3], [1 / 3, 0.5]]) * np.sqrt(np.log2(1.25)))
    assert flegg_quotients(region, country, 0.0) == pytest.approx(np.array([[1.5, 3], [1 / 3, 0.5]]))
    regional = regional_coefficients(np.array([[0.1, 0.2], [0.3, 0.1]]), np.array([[2.0, 1], [0.5, 0]]))
    assert regional == pytest.approx(np.array([[0.1, 0.2], [0.15, 0]]))
    # inverse of [[.9, -.2], [-.15, 1]]: determinant .87
    assert multipliers(regional) == pytest.approx([1.15 / 0.87, 1.1 / 0.87])


def test_a_sector_the_region_lacks_supplies_nothing() -> None:
    found = flegg_quotients(np.array([10.0, 0, 0]), np.array([100.0, 100, 100]))
    assert (found[1:, 0] == 0).all()
    assert np.isinf(found[0, 1])
    assert found[1, 2] == 0
    assert np.isfinite(regional_coefficients(np.full((3, 3), 0.1), found)).all()


@pytest.mark.parametrize(
    ("region", "country", "delta", "told"),
    [
        ([1.0, 1], [10.0, 10], 1.0, "Delta"),
        ([1.0, 1], [10.0, 10], -0.1, "Delta"),
        ([1.0, 1], [10.0, 0], 0.2, "no employees in a sector"),
        ([100.0, 1], [10.0, 10], 0.2, "more employees"),
    ],
)
def test_what_cannot_be_is_told(region: list, country: list, delta: float, told: str) -> None:
    with pytest.raises(InputError, match=told):
        flegg_quotients(np.array(region), np.array(country), delta)


@pytest.mark.parametrize("bad", [[[-0.1, 0], [0, 0]], [[0.6, 0], [0.5, 0]], [[np.nan, 0], [0, 0]], [[0.1]]])
def test_coefficients_of_no_economy_are_refused(bad: list) -> None:
    with pytest.raises(InputError):
        regional_coefficients(np.array(bad), np.ones((2, 2)))


VALUES = {"unit": "14001", "delta": 0.25}
EVEN = Coefficients(SECTORS[::-1], np.full((10, 10), 0.05))


def test_the_answer_has_a_band_around_each_multiplier() -> None:
    told = MULTIPLIERS.compute({"coefficients": EVEN, "table": (AFTER,)}, VALUES, 0)
    assert list(told["multipliers"]) == list(SECTORS)
    assert all(1 <= m["low"] <= m["multiplier"] <= m["high"] for m in told["multipliers"].values())
    for edge, place in zip(BAND, ("high", "low"), strict=True):
        again = MULTIPLIERS.compute({"coefficients": EVEN, "table": (AFTER,)}, {**VALUES, "delta": edge}, 0)
        assert again["multipliers"]["F"]["multiplier"] == pytest.approx(told["multipliers"]["F"][place])


def test_hidden_figures_widen_the_band_and_leave_no_point() -> None:
    hidden = hiding(AFTER, [(ags, sector) for ags in ("14001", "14002") for sector in ("A", "F", "J")])
    told = MULTIPLIERS.compute({"coefficients": EVEN, "table": (hidden,)}, VALUES, 0)
    truth = MULTIPLIERS.compute({"coefficients": EVEN, "table": (AFTER,)}, VALUES, 0)
    assert told["hidden"] == ["A", "F", "J"]
    assert "bands" in told["warnings"][0]
    for sector, found in told["multipliers"].items():
        assert found["multiplier"] is None
        assert found["high"] - found["low"] > truth["multipliers"][sector]["high"] - truth["multipliers"][sector]["low"]


@pytest.mark.parametrize(
    ("sectors", "unit", "told"), [(("A", "B"), "14001", "must hold the sectors"), (SECTORS, "", "name the unit")]
)
def test_what_cannot_be_asked_is_told(sectors: tuple[str, ...], unit: str, told: str) -> None:
    given_ = Coefficients(sectors, np.full((len(sectors), len(sectors)), 0.01))
    with pytest.raises(InputError, match=told):
        MULTIPLIERS.compute({"coefficients": given_, "table": (AFTER,)}, {**VALUES, "unit": unit}, 0)
