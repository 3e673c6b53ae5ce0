"""Laws of shift-share, a region by hand, and hidden figures told as intervals."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hks.core.errors import InputError
from hks.economy.hidden_cells import cells_of
from hks.economy.sectors import SECTORS, Employment
from hks.economy.shift_share import (
    CLASSIC,
    SHIFT_SHARE,
    Side,
    competitive_and_allocation,
    dynamic,
    part_bounds,
    regional_share,
    shift_share,
)

counts = arrays(np.float64, 10, elements=st.integers(1, 10**6).map(float))
shuffles = st.permutations(range(10))
PARTS = ("national", "mix", "regional", "change")


def table(day: str, **units: np.ndarray) -> Employment:
    rows = np.array(list(units.values()), dtype=float)
    groups = np.column_stack([rows[:, 1:3].sum(axis=1), rows[:, 3:].sum(axis=1)])
    keys = tuple(key.removeprefix("k") for key in units)
    return Employment(day, keys, keys, rows, groups, rows.sum(axis=1))


def asked(first: Employment, last: Employment, unit: str = "14001", **more: object) -> dict:
    values = {"unit": unit, "variant": CLASSIC, **more.pop("values", {})}
    return dict(SHIFT_SHARE.compute({"table0": (first,), "table1": (last,), **more}, values, 0))


@given(counts, counts, counts, counts)
def test_the_parts_add_up_to_the_change(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> None:
    parts = shift_share(a, b, a + c, b + d)
    assert abs(parts.residual) <= 1e-9 * max(a.sum(), b.sum(), 1.0)
    np.testing.assert_allclose(parts.national + parts.mix + parts.regional, b - a, atol=1e-9 * (a + b).max())


@given(counts, counts, counts, counts, st.floats(0.01, 100))
def test_counting_in_thousands_changes_no_growth(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray, by: float
) -> None:
    once, scaled = shift_share(a, b, c, d), shift_share(a * by, b * by, c, d)
    far = shift_share(a, b, c * by, d * by)
    for name in PARTS:
        limit = 1e-9 * (a + b).max() * (d / c).max()
        np.testing.assert_allclose(getattr(scaled, name), getattr(once, name) * by, atol=limit * by)
        np.testing.assert_allclose(getattr(far, name), getattr(once, name), atol=limit)


@given(counts, counts, counts, counts, shuffles)
def test_the_order_of_sectors_does_not_matter(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray, order: list[int]
) -> None:
    once, again = shift_share(a, b, c, d), shift_share(a[order], b[order], c[order], d[order])
    for name in PARTS:
        limit = 1e-9 * (a + b).max() * (d / c).max()
        np.testing.assert_allclose(getattr(again, name), getattr(once, name)[order], atol=limit)


@given(arrays(np.float64, (2, 4, 10), elements=st.integers(1, 10**5).map(float)))
def test_over_all_regions_of_a_country_mix_and_own_part_vanish(years: np.ndarray) -> None:
    start, end = years
    parts = [shift_share(start[r], end[r], start.sum(axis=0), end.sum(axis=0)) for r in range(4)]
    assert sum(p.mix.sum() for p in parts) == pytest.approx(0, abs=1e-3)
    assert sum(p.regional.sum() for p in parts) == pytest.approx(0, abs=1e-3)
    assert sum(p.national.sum() for p in parts) == pytest.approx((end - start).sum(), abs=1e-3)


@given(counts, counts, st.floats(0.1, 10))
def test_a_small_copy_of_the_country_has_no_part_of_its_own(c: np.ndarray, d: np.ndarray, by: float) -> None:
    parts = shift_share(c * by, d * by, c, d)
    np.testing.assert_allclose(parts.regional, 0, atol=1e-9 * by * d.max() * 10)
    assert parts.mix.sum() == pytest.approx(0, abs=1e-8 * by * d.sum())


@given(counts, counts, counts, counts)
def test_one_step_of_the_dynamic_form_is_the_classic_one(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray
) -> None:
    once, steps = shift_share(a, b, c, d), dynamic(np.array([a, b]), np.array([c, d]))
    assert all(np.array_equal(getattr(once, name), getattr(steps, name)) for name in PARTS)


@given(arrays(np.float64, (2, 5, 10), elements=st.integers(1, 10**4).map(float)))
def test_year_by_year_the_parts_add_up_to_the_whole_change(panel: np.ndarray) -> None:
    region, reference = panel
    parts = dynamic(region, reference)
    np.testing.assert_allclose(parts.change, region[-1] - region[0])
    assert parts.residual == pytest.approx(0, abs=1e-2)


@given(counts, counts, counts, counts)
def test_competition_and_allocation_are_the_own_part(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray
) -> None:
    own = shift_share(a, b, c, d).regional
    competitive, allocation = competitive_and_allocation(a, b, c, d)
    np.testing.assert_allclose(competitive + allocation, own, rtol=1e-9, atol=1e-9 * np.abs(competitive).max())


@given(counts, counts, counts, st.floats(0.1, 10))
def test_without_specialisation_there_is_no_allocation(b: np.ndarray, c: np.ndarray, d: np.ndarray, by: float) -> None:
    _, allocation = competitive_and_allocation(c * by, b, c, d)
    np.testing.assert_allclose(allocation, 0, atol=1e-9 * (b + d * by).max() * 10)


def test_two_sectors_by_hand() -> None:
    # The country grows from 1000 to 1100: industry 400 to 360, services 600 to 740. The region: 60 to 63, 40 to 44.
    parts = shift_share(np.array([60.0, 40]), np.array([63.0, 44]), np.array([400.0, 600]), np.array([360.0, 740]))
    assert parts.national == pytest.approx([6, 4])
    assert parts.mix == pytest.approx([-12, 40 * (740 / 600 - 1.1)])
    assert parts.regional == pytest.approx([9, 44 - 40 * 740 / 600])
    assert regional_share([60, 40], [63, 44], [400, 600], [360, 740]) == pytest.approx(9 + 44 - 40 * 740 / 600)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"start": np.ones(3)}, "same sectors"),
        ({"end": np.array([1.0, np.nan])}, "negative or missing"),
        ({"start": np.array([-1.0, 1])}, "negative or missing"),
        ({"start": np.zeros(2)}, "without employees"),
        ({"reference_start": np.array([0.0, 5])}, "sector without employees"),
        ({"reference_end": np.ones(3)}, "same sectors"),
    ],
)
def test_what_cannot_be_parted_is_told(change: dict, told: str) -> None:
    given_ = dict.fromkeys(("start", "end", "reference_start", "reference_end"), np.array([1.0, 2]))
    with pytest.raises(InputError, match=told):
        shift_share(**{**given_, **change})


def test_fewer_than_two_years_and_an_empty_sector_are_refused() -> None:
    with pytest.raises(InputError, match="two or more years"):
        dynamic(np.ones((1, 2)), np.ones((1, 2)))
    with pytest.raises(InputError, match="every sector"):
        competitive_and_allocation(np.array([0.0, 1]), np.ones(2), np.ones(2), np.ones(2))


LAND = {"k14001": np.arange(10.0, 20), "k14002": np.arange(30.0, 20, -1)}
BEFORE = table("2015-06-30", DG=np.full(10, 1000.0), k14=LAND["k14001"] + LAND["k14002"], **LAND)
LATER = {"k14001": np.arange(12.0, 22), "k14002": np.arange(30.0, 20, -1)}
AFTER = table("2018-06-30", DG=np.linspace(900, 1400, 10), k14=LATER["k14001"] + LATER["k14002"], **LATER)


def hiding(whole: Employment, cells: list[tuple[str, str]]) -> Employment:
    employees, groups = whole.employees.copy(), whole.groups.copy()
    for ags, sector in cells:
        employees[whole.ags.index(ags), SECTORS.index(sector)] = np.nan
        groups[whole.ags.index(ags)] = np.nan
    return replace(whole, employees=employees, groups=groups)


def test_the_answer_has_the_keys_of_the_command_line() -> None:
    told = asked(BEFORE, AFTER)
    assert told["national"] + told["mix"] + told["regional"] == pytest.approx(told["total"], abs=1e-9)
    assert told["total"] == 20
    assert abs(told["residual"]) < 1e-9
    assert list(told["location_quotients"]) == list(SECTORS)
    assert "dynamic" not in told
    assert "competitive" not in told
    assert told["warnings"] == []
    assert {o.name for o in SHIFT_SHARE.outcomes} >= set(told)


def test_the_form_with_specialisation_and_the_years_between_are_told_when_asked() -> None:
    middle = replace(BEFORE, day="2016-06-30")
    told = asked(BEFORE, AFTER, between=(middle,), values={"variant": "esteban-marquillas"})
    assert told["competitive"] + told["allocation"] == pytest.approx(told["regional"])
    for part in ("national", "mix", "regional", "total"):  # nothing happens in the first year
        assert told["dynamic"][part] == pytest.approx(told[part])


hidden_cells = st.sets(st.sampled_from(SECTORS), min_size=1).flatmap(
    lambda own: st.tuples(st.just(own), st.sets(st.sampled_from(sorted(own)), min_size=1))
)


@given(hidden_cells, st.sampled_from(["first", "last", "both"]))
def test_what_is_hidden_is_an_interval_around_the_truth_and_never_a_point(hidden: tuple, when: str) -> None:
    own, others = hidden
    cells = [("14001", s) for s in own] + [("14002", s) for s in others]
    first = hiding(BEFORE, cells) if when != "last" else BEFORE
    last = hiding(AFTER, cells) if when != "first" else AFTER
    truth, told = asked(BEFORE, AFTER), asked(first, last)
    if not told["hidden"]:
        assert told["regional"] == pytest.approx(truth["regional"])  # the sums leave one value only
        return
    assert {told[name] for name in ("national", "mix", "regional", "total", "residual")} == {None}
    for name in ("national", "mix", "regional", "total"):
        low, high = told["intervals"][name]
        assert low - 1e-6 <= truth[name] <= high + 1e-6
    for name in ("concentration", "specialisation"):
        if name in told["intervals"]:
            low, high = told["intervals"][name]
            assert name not in told
            assert low - 1e-9 <= truth[name] <= high + 1e-9
    for sector, (low, high) in told["intervals"].get("location_quotients", {}).items():
        assert sector not in told["location_quotients"]
        assert low - 1e-9 <= truth["location_quotients"][sector] <= high + 1e-9
    assert "intervals" in told["warnings"][0]


def test_without_hidden_figures_the_bounds_are_the_parts() -> None:
    sides = [Side(t.day, cells_of(t, "14001"), t.reference()) for t in (BEFORE, AFTER)]
    told = asked(BEFORE, AFTER)
    for name, (low, high) in part_bounds(*sides).items():
        assert low == pytest.approx(told[name])
        assert high == pytest.approx(told[name])


def test_a_hidden_year_between_leaves_out_the_sum_year_by_year() -> None:
    middle = hiding(replace(BEFORE, day="2016-06-30"), [(a, s) for a in ("14001", "14002") for s in ("A", "F")])
    told = asked(BEFORE, AFTER, between=(middle,))
    assert "dynamic" not in told
    assert told["regional"] is not None
    assert "year by year" in told["warnings"][0]


@pytest.mark.parametrize(
    ("first", "last", "unit", "told"),
    [
        (BEFORE, AFTER, "", "name the unit"),
        (BEFORE, AFTER, "99999", "no figures for '99999'"),
        (AFTER, BEFORE, "14001", "the earlier one comes first"),
        (BEFORE, BEFORE, "14001", "the earlier one comes first"),
        (table("2015-06-30", k14001=np.ones(10)), AFTER, "14001", "no figures for 'DG'"),
        (hiding(BEFORE, [("DG", "J")]), AFTER, "14001", "hides a figure of Germany"),
        (table("2015-06-30", DG=np.ones(10), k14001=np.zeros(10)), AFTER, "14001", "without employees"),
    ],
)
def test_what_cannot_be_asked_is_told(first: Employment, last: Employment, unit: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        asked(first, last, unit)
