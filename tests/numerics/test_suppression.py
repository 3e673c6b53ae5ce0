"""No small count can be read or reckoned from what is published, not even by somebody who knows the rule."""

import contextlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.numerics.suppression import LEAST, withheld, withheld_in_table

cells = st.lists(st.integers(0, 12), min_size=1, max_size=8)


def hidden(counts: list[int], groups: list[int] | None = None) -> np.ndarray:
    return withheld(np.array(counts), np.array(groups or [0] * len(counts)))


def tried(counts: list[int], groups: list[int]) -> np.ndarray | None:
    try:
        return hidden(counts, groups)
    except InputError:
        return None


tables = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 12), min_size=n, max_size=n), st.lists(st.integers(0, 2), min_size=n, max_size=n)
    )
)


@settings(max_examples=300)
@given(tables)
def test_every_small_count_goes_and_zeros_stay(table: tuple[list[int], list[int]]) -> None:
    counts, groups = table
    gone = tried(counts, groups)
    if gone is not None:
        for count, is_gone in zip(counts, gone, strict=True):
            assert is_gone or not 0 < count < LEAST
            assert not (is_gone and count == 0)


@settings(max_examples=300)
@given(tables)
def test_no_withheld_cell_follows_from_the_sum_of_its_group(table: tuple[list[int], list[int]]) -> None:
    """Whoever knows only that withheld cells are not zero finds one to five possible for each."""
    counts, groups = table
    gone = tried(counts, groups)
    if gone is None:
        return
    for group in set(groups):
        size = sum(g == group and bool(h) for g, h in zip(groups, gone, strict=True))
        total = sum(c for c, g, h in zip(counts, groups, gone, strict=True) if g == group and h)
        assert size != 1
        assert size == 0 or total - (size - 1) >= LEAST


def possible_values(counts: list[int], gone: np.ndarray) -> list[set[int]]:
    """Try every table that would be published alike, by the same rule."""
    places = np.flatnonzero(gone)
    total = sum(counts[n] for n in places)
    possible: list[set[int]] = [set() for _ in places]
    for values in itertools.product(range(total + 1), repeat=len(places) - 1):
        whole = [*values, total - sum(values)]
        other = list(counts)
        for place, value in zip(places, whole, strict=True):
            other[place] = value
        found = tried(other, [0] * len(other)) if whole[-1] >= 0 else None
        if found is not None and (found == gone).all():
            for seen, value in zip(possible, whole, strict=True):
                seen.add(value)
    return possible


@settings(max_examples=60)
@given(st.lists(st.integers(0, 7), min_size=4, max_size=4))
def test_whoever_knows_the_rule_still_finds_two_values_for_each_withheld_cell(counts: list[int]) -> None:
    gone = tried(counts, [0] * len(counts))
    if gone is not None and gone.any():
        assert min(len(values) for values in possible_values(counts, gone)) >= 2


def test_whoever_knows_the_rule_learns_no_cell_of_any_small_table() -> None:
    for counts in itertools.product(range(10), repeat=3):
        gone = tried(list(counts), [0, 0, 0])
        if gone is not None and gone.any():
            assert min(len(values) for values in possible_values(list(counts), gone)) >= 2, counts


@given(cells)
def test_nothing_goes_where_nothing_is_small(counts: list[int]) -> None:
    large = [count + LEAST if count else 0 for count in counts]
    assert not hidden(large).any()


def test_by_hand() -> None:
    assert hidden([3, 9, 20, 0]).tolist() == [True, True, False, False]
    assert hidden([9, 20, 3, 0]).tolist() == [True, False, True, False]  # the next one, from the end round to the start
    assert hidden([3, 4, 20]).tolist() == [True, True, False]  # 7 together: each may be 3 to 5 and more
    assert hidden([1, 1, 20]).tolist() == [True, True, True]  # 2 together would tell both
    assert hidden([4, 9, 4, 20]).tolist() == [True, True, True, False]  # 8 together too: none is larger than 4
    assert hidden([3, 9, 3, 9], [0, 0, 1, 1]).tolist() == [True] * 4
    with pytest.raises(InputError, match="no sum of them"):
        hidden([3, 0, 0])
    with pytest.raises(InputError, match="negative"):
        hidden([-1, 9])
    with contextlib.suppress(InputError):
        hidden([1, 2])


two_way = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda shape: st.lists(st.integers(0, 14), min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]).map(
        lambda cells: np.array(cells).reshape(shape)
    )
)


@settings(max_examples=400, deadline=None)
@given(two_way)
def test_no_chain_of_row_and_column_sums_says_a_withheld_cell(counts: np.ndarray) -> None:
    """Each withheld cell has another value in a table with the same sums and the same cells that can be read."""
    try:
        gone = withheld_in_table(counts)
    except InputError:
        return
    assert gone[(counts > 0) & (counts < LEAST)].all()
    assert not gone[counts == 0].any()
    assert (
        gone >= withheld(counts.ravel(), np.repeat(np.arange(len(counts)), counts.shape[1])).reshape(gone.shape)
    ).all()
    cells = np.argwhere(gone)
    if not len(cells):
        return
    sums = np.zeros((sum(counts.shape), len(cells)))
    for number, (row, column) in enumerate(cells):
        sums[row, number] = sums[len(counts) + column, number] = 1
    _, values, kept = np.linalg.svd(sums)
    free = kept[
        (values > 1e-9).sum() :
    ]  # moves that leave every sum as it is; cells are above 0, so a small one is free
    assert (np.abs(free).max(axis=0) > 1e-9).all()


def test_a_cell_alone_in_its_column_takes_another_with_it() -> None:
    counts = np.array([[3, 20, 30], [40, 50, 60], [7, 80, 0]])
    assert withheld_in_table(counts).tolist() == [[True, True, False], [True, True, False], [False, False, False]]
    with pytest.raises(InputError, match="So few people"):
        withheld_in_table(np.array([[3, 20], [0, 0]]))
