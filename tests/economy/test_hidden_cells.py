"""Hidden figures: bounds hold the truth, a raked table fulfils the sums, known figures stay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.economy.hidden_cells import Cells, bounded, cells_of, extremes, plausible
from hks.economy.sectors import SECTORS, Employment

seeds = st.integers(0, 10**6)


def drawn(seed: int, units: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Draw a true table, and one in which some cells are hidden."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 500, (units, 10)).astype(float)
    return truth, np.where(rng.random(truth.shape) < rng.uniform(0.05, 0.6), np.nan, truth)


def sums_of(truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return truth.sum(axis=1), np.column_stack([truth[:, 1:3].sum(axis=1), truth[:, 3:].sum(axis=1)])


@given(seeds, st.booleans(), st.booleans(), st.integers(0, 5))
def test_the_truth_lies_within_the_bounds(seed: int, grouped: bool, crossed: bool, unassigned: int) -> None:
    truth, cells = drawn(seed)
    totals, groups = sums_of(truth)
    groups = groups if grouped else np.full(groups.shape, np.nan)
    low, high, inside = bounded(
        cells, totals + unassigned, groups, truth.sum(axis=0) if crossed else None, float(unassigned)
    )
    assert (low <= truth + 1e-6).all()
    assert (truth <= high + 1e-6).all()
    assert ((low - 1e-6 <= inside) & (inside <= high + 1e-6)).all()
    known = ~np.isnan(cells)
    for array in (low, high, inside):
        assert np.array_equal(array[known], cells[known])


@given(seeds)
def test_the_raked_table_fulfils_the_totals_where_only_they_are_known(seed: int) -> None:
    truth, cells = drawn(seed)
    totals, groups = sums_of(truth)
    _, _, inside = bounded(cells, totals, np.full(groups.shape, np.nan))
    np.testing.assert_allclose(inside.sum(axis=1), totals, atol=1e-3)


def test_more_sums_never_widen_the_bounds() -> None:
    truth, cells = drawn(7)
    totals, groups = sums_of(truth)
    wide = bounded(cells, totals, np.full(groups.shape, np.nan))
    narrow = bounded(cells, totals, groups, truth.sum(axis=0))
    assert (narrow[0] >= wide[0] - 1e-9).all()
    assert (narrow[1] <= wide[1] + 1e-9).all()
    assert (narrow[1] - narrow[0]).sum() < (wide[1] - wide[0]).sum()


def test_by_hand() -> None:
    # two hidden sectors of a unit share the 30 people that its total leaves
    cells = np.array([[10.0, np.nan, np.nan, 5, 5, 5, 5, 5, 5, 5]])
    low, high, inside = bounded(cells, np.array([75.0]), np.array([[np.nan, np.nan]]))
    assert (low[0, 1:3].tolist(), high[0, 1:3].tolist()) == ([0, 0], [30, 30])
    assert inside[0, 1:3] == pytest.approx([15, 15])
    # the neighbour shows that the Land has 20 and 10 of them left
    pair = np.vstack([cells, np.full((1, 10), 1.0)])
    columns = np.array([11.0, 21, 11, 6, 6, 6, 6, 6, 6, 6])
    low, high, _ = bounded(pair, np.array([75.0, 10]), np.full((2, 2), np.nan), columns)
    assert low[0, 1:3] == pytest.approx([20, 10])
    assert high[0, 1:3] == pytest.approx([20, 10])


@pytest.mark.parametrize(
    ("totals", "groups", "told"),
    [
        ([np.nan], [[np.nan, np.nan]], "neither a total"),
        ([50.0], [[100.0, np.nan]], "contradict"),
        ([5.0], [[np.nan, np.nan]], "contradict"),
    ],
)
def test_sums_that_cannot_be_are_told(totals: list, groups: list, told: str) -> None:
    cells = np.array([[10.0, np.nan, np.nan, 5, 5, 5, 5, 5, 5, 5]])
    with pytest.raises(InputError, match=told):
        bounded(cells, np.array(totals), np.array(groups))


@given(seeds)
def test_the_extremes_are_reached_and_no_plausible_table_passes_them(seed: int) -> None:
    truth, cells = drawn(seed, 1)
    totals, groups = sums_of(truth)
    low, high, inside = (array[0] for array in bounded(cells, totals, np.full(groups.shape, np.nan)))
    known = Cells(low, high, inside, float(totals[0]), float(totals[0]))
    factors = np.random.default_rng(seed).normal(size=10)
    least, most = extremes(factors, known)
    for found in (truth[0], *plausible(known)):
        assert least - 1e-3 <= factors @ found <= most + 1e-3
    assert extremes(np.ones(10), known) == pytest.approx((totals[0], totals[0]))


def test_people_without_a_sector_widen_the_bounds_of_the_sum() -> None:
    cells = Cells(np.zeros(2), np.array([10.0, 10]), np.array([5.0, 5]), 8.0, 10.0)
    assert extremes(np.array([1.0, 2]), cells) == (8.0, 20.0)
    assert extremes(np.array([-1.0, -2]), cells) == (-20.0, -8.0)


def employment(rows: np.ndarray, keys: tuple[str, ...], spare: float = 0.0) -> Employment:
    totals, groups = sums_of(rows)
    return Employment("2018-06-30", keys, keys, rows, groups, totals + spare)


def test_a_land_with_all_its_districts_bounds_better_than_a_total_alone() -> None:
    truth = np.random.default_rng(3).integers(5, 60, (3, 10)).astype(float)
    keys = ("14001", "14002", "14003")
    hidden = truth.copy()
    hidden[0, [0, 4, 6]] = hidden[1, [0, 4, 6]] = np.nan
    totals, groups = sums_of(truth)
    groups[:2] = np.nan
    alone = Employment("2018-06-30", keys, keys, hidden, groups, totals)
    whole = Employment(
        "2018-06-30", (*keys, "14"), (*keys, "14"), np.vstack([hidden, truth.sum(axis=0)]),
        np.vstack([groups, groups[2:] * np.nan]), np.append(totals, truth.sum()),
    )  # fmt: skip
    wide, narrow = cells_of(alone, "14001"), cells_of(whole, "14001")
    assert (narrow.high <= wide.high).all()
    assert narrow.high.sum() < wide.high.sum()
    assert (narrow.low <= truth[0] + 1e-6).all()
    assert (truth[0] <= narrow.high + 1e-6).all()


def test_what_is_known_stays_itself() -> None:
    cells = cells_of(employment(np.ones((1, 10)), ("14001",), spare=2.0), "14001")
    assert not cells.hidden.any()
    assert (cells.least, cells.most) == (10.0, 10.0)
    assert plausible(cells)[0].tolist() == [1.0] * len(SECTORS)
