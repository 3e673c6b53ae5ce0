"""Ways to futures and what follows if a state is held: laws, and one case by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.scenarios.cross_impact import balances
from hks.workbench import live_paths
from hks.workbench.charts.balance import Balance, balance
from hks.workbench.live_matrix import matrix_in, solved
from hks.workbench.live_paths import filed_ways, ways_in, ways_of, what_if

THREE = [("Jobs", ["few", "many"]), ("Homes", ["empty", "full"]), ("Bus", ["rare", "often"])]
matrices = st.lists(st.integers(-3, 3), min_size=36, max_size=36).map(lambda v: np.array(v).reshape(6, 6).tolist())


@settings(max_examples=25, deadline=None)
@given(matrices)
def test_every_start_leads_to_a_future_or_into_a_circle(rows: list[list[int]]) -> None:
    ways, board = ways_in(THREE, rows), solved(THREE, rows, 0.0)
    assert sum(way.starts for way in ways.to.values()) + ways.in_circles == ways.starts == 8
    assert {tuple(z) for z in board.scenarios} == set(ways.to)


@settings(max_examples=25, deadline=None)
@given(matrices, st.integers(0, 2), st.integers(0, 1))
def test_what_is_held_stays_and_the_others_come_to_rest_at_their_best(rows, factor, state) -> None:
    found = what_if(THREE, rows, [0, 0, 0], factor, state)
    assert {z[factor] for z in found.path} == {state}
    if found.period == 1:
        end = np.array(found.path[-1])
        scores = balances(matrix_in(THREE, rows), end).reshape(3, 2)
        assert all(scores[n][end[n]] == scores[n].max() for n in range(3) if n != factor)
        assert found.holds == (end.tolist() in solved(THREE, rows, 0.0).scenarios)


def test_jobs_held_pull_homes_along_and_let_go_it_holds() -> None:
    rows = np.zeros((6, 6), dtype=int)
    rows[0:2, 2:4] = rows[2:4, 0:2] = [[2, -2], [-2, 2]]
    found = what_if(THREE, rows.tolist(), [0, 0, 1], 0, 1)
    assert (found.path, found.period, found.holds) == ([[1, 0, 1], [1, 1, 1]], 1, True)


def test_of_many_starts_some_are_drawn_and_told_with_their_range(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.zeros((6, 6), dtype=int)
    rows[0:2, 2:4] = rows[2:4, 0:2] = [[2, -2], [-2, 2]]
    exact = ways_in(THREE, rows.tolist())
    monkeypatch.setattr(live_paths, "MOST_LIVE_STARTS", 4)
    drawn = ways_in(THREE, rows.tolist())
    assert drawn.drawn
    for z, way in drawn.to.items():
        assert way.low is not None
        assert way.high is not None
        assert way.low - 0.01 <= exact.to[z].starts / 8 <= way.high + 0.01


def test_what_is_filed_reads_as_what_was_live() -> None:
    from hks.workbench.futures import typed_matrix

    rows = np.zeros((6, 6), dtype=int)
    rows[0:2, 2:4] = [[2, -2], [-2, 2]]
    filed = filed_ways(typed_matrix(THREE, rows.tolist()), THREE)
    assert ways_of(filed.outcomes).to == ways_in(THREE, rows.tolist()).to


def test_bars_stand_on_their_side_of_zero() -> None:
    svg = balance(Balance("T", "D", [("a<b", -2.0, False), ("c", 4.0, True)]), lambda v: f"{v:.0f}")
    left, right = [part.split('"') for part in svg.split('<rect class="')[1:]]
    zero = float(svg.split("<path")[1].split('d="M')[1].split(" ")[0])
    assert float(left[2]) + float(left[6]) == pytest.approx(zero, abs=0.2)
    assert float(right[2]) == pytest.approx(zero, abs=0.2)
    assert "a&lt;b" in svg
