"""The door to packages: rules follow a measure's name, and the best package is the best of all that keep them."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.workbench.packages import (
    Entry,
    Listed,
    best_package,
    dataset_of,
    listed,
    put,
    seconds_of,
    too_dear,
    without,
    written,
)

names = st.sampled_from("ABCDE")
costs = st.lists(st.integers(0, 400), min_size=1, max_size=3).map(tuple)


@st.composite
def packages(draw: st.DrawFn) -> Listed:
    """Draw up to five measures with rules that name each other, over up to three years."""
    chosen = draw(st.lists(names, unique=True, min_size=1, max_size=5))
    entries = []
    for name in chosen:
        others = [other for other in chosen if other != name]
        some = st.lists(st.sampled_from(others), unique=True, max_size=1) if others else st.just([])
        pair = tuple((other, draw(st.integers(-20, 20)) * 1.0) for other in draw(some))
        entries.append(Entry(
            name, draw(st.integers(0, 100)) * 1.0, draw(costs), draw(st.none() | st.integers(2026, 2032)), "", "open",
            tuple(draw(some)), tuple(draw(some)), pair,
        ))  # fmt: skip
    budgets = tuple(draw(st.lists(st.integers(0, 900), min_size=1, max_size=3)))
    return Listed(2027, budgets, tuple(entries))


def best_by_trying(package: Listed) -> float:
    """Try every choice of years, reading the rules from the measures themselves."""
    entries, years, best = package.measures, len(package.budgets), -1.0
    lasts = [min(max((one.latest or 2027) - 2027, 0), years - 1) for one in entries]
    for starts in itertools.product(*[[None, *range(last + 1)] for last in lasts]):
        begun = {one.name: start for one, start in zip(entries, starts, strict=True) if start is not None}
        spent = [
            sum(one.costs[year - begun[one.name]] for one in entries
                if one.name in begun and 0 <= year - begun[one.name] < len(one.costs))
            for year in range(years)
        ]  # fmt: skip
        if any(cost > budget for cost, budget in zip(spent, package.budgets, strict=True)):
            continue
        taken = [one for one in entries if one.name in begun]
        if any(other in begun for one in taken for other in one.not_with):
            continue
        if any(begun.get(other, 99) > begun[one.name] for one in taken for other in one.only_with):
            continue
        pairs = {frozenset((one.name, other)): n for one in taken for other, n in one.better_with if other in begun}
        best = max(best, sum(one.value for one in taken) + sum(pairs.values()))
    return best


@settings(max_examples=40, deadline=None)
@given(packages())
def test_the_best_package_is_the_best_of_all_that_keep_the_rules(package: Listed) -> None:
    try:
        found = best_package(package, dataset_of(package), 0).outcomes
    except InputError:  # a measure that goes only with what it excludes
        return
    assert found["proven"]
    assert found["objective"] == pytest.approx(best_by_trying(package))
    assert all(cost <= budget / 100 + 1e-6
               for cost, budget in zip(found["cost_by_year"], package.budgets, strict=True))  # fmt: skip


@given(packages())
def test_what_a_database_keeps_reads_back_the_same(package: Listed) -> None:
    assert listed(package.as_json()) == package


@given(packages(), st.data())
def test_a_name_that_goes_leaves_no_rule_behind(package: Listed, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from([entry.name for entry in package.measures]))
    left = without(package.measures, gone)
    assert gone not in {
        name for entry in left
        for name in (entry.name, *entry.not_with, *entry.only_with, *(other for other, _ in entry.better_with))
    }  # fmt: skip
    renamed = put(package.measures, Entry("Z", 1.0, (1,)), gone)
    assert len(renamed) == len(package.measures)
    told = {name for entry in renamed for name in (*entry.not_with, *entry.only_with)}
    assert gone not in told


def test_a_longer_list_and_more_budgets_take_longer() -> None:
    entries = tuple(Entry(str(n), 1.0, (1,), 2029) for n in range(20))
    short, long = Listed(2027, (9, 9, 9), entries[:5]), Listed(2027, (9, 9, 9), entries)
    assert seconds_of(dataset_of(short), 0) < seconds_of(dataset_of(short), 8) < seconds_of(dataset_of(long), 8)


def test_a_measure_that_starts_when_there_is_money_is_not_too_dear() -> None:
    late = Entry("A", 1.0, (500,), 2028)
    assert not too_dear(Listed(2027, (100, 600), (late,)))
    assert too_dear(Listed(2027, (100, 400), (late,)))
    assert too_dear(Listed(2027, (100, 600), (Entry("A", 1.0, (500,)),)))


@pytest.mark.parametrize(
    ("package", "said"),
    [
        (Listed(2027, (1,)), "No measure is listed"),
        (Listed(2027, (), (Entry("A", 1.0, (1,)),)), "No budget"),
    ],
)
def test_an_empty_list_says_what_is_missing(package: Listed, said: str) -> None:
    with pytest.raises(InputError, match=said):
        written(package)


def test_sixty_measures_are_enough() -> None:
    entries = tuple(Entry(str(n), 1.0, (1,)) for n in range(60))
    with pytest.raises(InputError, match="nobody could discuss"):
        put(entries, Entry("one more", 1.0, (1,)))


@pytest.mark.parametrize(
    ("measures", "worth"),
    [
        ((Entry("A", 90.0, (10,), only_with=("B",)), Entry("B", 5.0, (999,)), Entry("C", 7.0, (100,))), 7.0),
        ((Entry("A", 90.0, (10,)), Entry("B", 5.0, (999,), only_with=("A",)), Entry("C", 7.0, (90,))), 97.0),
        ((Entry("A", 9.0, (50,), not_with=("B",)), Entry("B", 8.0, (50,)), Entry("C", 1.0, (50,))), 10.0),
        ((Entry("A", 9.0, (50,), better_with=(("B", -9.0),)), Entry("B", 8.0, (50,))), 9.0),
        ((Entry("A", 9.0, (100,)),), 9.0),
        ((Entry("A", 9.0, (101,)),), 0.0),
        ((Entry("A", 9.0, (0, 301), 2028),), 9.0),
        ((Entry("A", 9.0, (0, 301)),), 0.0),
        ((Entry("A", 9.0, (1,), fate="never"), Entry("B", 1.0, (100,), fate="must")), 1.0),
    ],
)
def test_each_rule_by_hand_under_one_euro_and_then_three(measures: tuple[Entry, ...], worth: float) -> None:
    package = Listed(2027, (100, 300), measures)
    assert best_package(package, dataset_of(package), 0).outcomes["objective"] == pytest.approx(worth)
