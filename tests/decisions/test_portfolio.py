"""Laws of the best package: affordable, never worse with more money; one case by hand, the three proven ones."""

import itertools
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hks.adapters.portfolio_files import read_portfolio
from hks.core.errors import InfeasibleError, InputError
from hks.decisions.portfolio import (
    NOTHING_FITS,
    PORTFOLIO,
    TOO_DEAR,
    Group,
    Portfolio,
    best,
    core_index,
    cost_by_year,
    front,
    worth_of,
)  # fmt: skip
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

SHARED = Path(__file__).parents[3] / "shared/data/scenarios"
TOWN = Portfolio(  # invented: pavilion, square, hollow, library hours
    ("pavilion", "square", "hollow", "library"), np.array([50.0, 30.0, 20.0, 10.0]),
    np.array([[40.0, 10.0], [30.0, 0.0], [0.0, 20.0], [5.0, 5.0]]), np.array([60.0, 30.0]),
)  # fmt: skip


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    many, years = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    whole = st.integers(0, 20)
    measure = st.integers(0, many - 1)
    pairs = (
        st.lists(st.tuples(measure, measure).filter(lambda pair: pair[0] != pair[1]), max_size=2)
        if many > 1
        else st.just([])
    )
    return Portfolio(
        tuple(map(str, range(many))), np.array(draw(st.lists(whole, min_size=many, max_size=many)), float),
        np.array([draw(st.lists(whole, min_size=years, max_size=years)) for _ in range(many)], float),
        np.array(draw(st.lists(st.integers(0, 40), min_size=years, max_size=years)), float),
        tuple((a, b, float(draw(st.integers(-10, 10)))) for a, b in draw(pairs)), tuple(draw(pairs)), tuple(draw(pairs)),
        np.array(draw(st.lists(st.integers(0, years - 1), min_size=many, max_size=many))),
    )  # fmt: skip


def keeps_all(portfolio: Portfolio, starts: np.ndarray) -> bool:
    taken = starts >= 0
    return bool(
        (cost_by_year(portfolio, starts) <= portfolio.budget + 1e-6).all()
        and not any(taken[a] and taken[b] for a, b in portfolio.exclusions)
        and all(taken[b] and starts[b] <= starts[a] for a, b in portfolio.requires if taken[a])
    )


@settings(max_examples=30, deadline=None)
@given(portfolios(), st.integers(1, 15))
def test_the_best_keeps_all_conditions_and_no_other_that_does_is_worth_more(portfolio: Portfolio, more: int) -> None:
    chosen = best(portfolio)
    assert chosen is not None
    assert chosen.proven
    assert keeps_all(portfolio, chosen.starts)
    every = itertools.product(*(range(-1, last + 1) for last in portfolio.latest))
    tried = [np.array(starts) for starts in every]
    assert chosen.objective == pytest.approx(
        max(worth_of(portfolio, each) for each in tried if keeps_all(portfolio, each))
    )
    richer = best(replace(portfolio, budget=portfolio.budget + more))
    assert richer is not None
    assert richer.objective >= chosen.objective - 1e-9


def test_a_town_by_hand() -> None:
    chosen = best(TOWN)
    assert chosen is not None
    assert [TOWN.names[k] for k in chosen.selected] == [
        "pavilion",
        "hollow",
    ]  # 40 and 30; the library would cost 35 in year 2
    assert chosen.objective == 70.0
    assert cost_by_year(TOWN, chosen.starts).tolist() == [40.0, 30.0]
    assert core_index(TOWN, chosen, within=0.1) == (pytest.approx([1, 0, 1, 0]), True)
    # Down to 56 stand pavilion with hollow (70), pavilion with library (60), and all but the pavilion (60).
    assert core_index(TOWN, chosen, within=0.2) == (pytest.approx([2 / 3, 1 / 3, 2 / 3, 2 / 3]), True)


def test_waiting_a_year_lets_more_be_done_and_costs_some_of_its_value() -> None:
    patient = replace(TOWN, latest=np.array([0, 1, 0, 0]), budget=np.array([40.0, 60.0]))
    chosen = best(patient, waiting=0.1)
    assert chosen is not None
    assert chosen.starts.tolist() == [0, 1, 0, -1]
    assert chosen.objective == pytest.approx(50 + 30 * 0.9 + 20)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_a_euro_too_little_is_too_little_however_large_the_sums_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cost, wanted = rng.integers(1, 10**9, (12, 2)).astype(float), rng.random(12) < 0.5
    short = np.maximum(cost[wanted].sum(axis=0) - rng.integers(1, 50, 2), 0.0)  # of a package that is worth most
    value = np.where(wanted, 100.0, 1.0) + rng.random(12)
    portfolio = Portfolio(tuple(map(str, range(12))), value, cost, short)
    chosen = best(portfolio)
    assert chosen is not None
    assert chosen.proven
    assert keeps_all(portfolio, chosen.starts)


def test_groups_and_what_must_be_are_kept() -> None:
    chosen = best(replace(TOWN, groups=(Group("lower town", (1, 3), least=1),), must=(2,)))
    assert chosen is not None
    assert chosen.selected.tolist() == [1, 2, 3]
    assert best(replace(TOWN, must=(0, 1))) is None


def test_a_smaller_budget_is_never_worth_more() -> None:
    worth = [each.objective for each in front(TOWN, [0.25, 0.5, 0.75, 1.0])]
    assert worth == sorted(worth)


def content(**changed: Any) -> dict[str, Any]:
    return {"value": [3, 2], "cost": [[5], [4]], "budget": [6], **changed}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"value": None}, "'value' must be a list"),
        ({"value": [3, "two"]}, "'value[1]' holds 'two'"),
        ({"value": [3, True]}, "no number"),
        ({"value": [float("nan"), 1]}, "no number"),
        ({"cost": [[5]]}, "'cost' needs 2 rows"),
        ({"cost": [[5], [-4]]}, "cannot be negative"),
        ({"budget": []}, "'cost' needs 2 rows"),
        ({"synergies": [[0, 1]]}, "'synergies[0]' holds 2 numbers; 3"),
        ({"exclusions": [[0, 2]]}, "There is no measure 2"),
        ({"exclusions": [[1, 1]]}, "paired with itself"),
        ({"requires": [[0.5, 1]]}, "a whole number"),
        ({"latest": [1, 0]}, "one of the years"),
        ({"names": ["one"]}, "'names' needs 2 names"),
        ({"groups": ["lower town"]}, "'groups[0]' must be an object"),
        ({"must": [7]}, "There is no measure 7"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(given: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_portfolio(json.dumps(content(**given)).encode(), "p.json")
    assert told in str(refusal.value)


@pytest.mark.parametrize("data", [b"", b"[1]", b"{", b"\xff\xfe\x00", b'{"value": ' + b"[" * 100_000])
def test_what_is_no_object_is_told(data: bytes) -> None:
    with pytest.raises(InputError):
        read_portfolio(data, "p.json")


def answered(given: dict[str, Any], **values: Any) -> dict[str, Any]:
    return compute(PORTFOLIO, {"portfolio": Dataset("p.json", json.dumps(given).encode())}, values).outcomes


def test_budgets_below_the_cheapest_measure_are_told_and_nothing_is_chosen() -> None:
    outcomes = answered(content(budget=[3]))
    assert outcomes["selected"] == []
    assert outcomes["warnings"] == [TOO_DEAR]
    with pytest.raises(InfeasibleError, match=NOTHING_FITS[:30]) as refusal:
        answered(content(must=[0, 1]))
    assert refusal.value.exit_status == 4


def test_the_method_tells_names_and_smaller_budgets() -> None:
    outcomes = answered(content(names=["Platz", "Mulde"], cost=[[5], [1]]), front=2)
    assert outcomes["names"] == ["Platz", "Mulde"]
    assert [each["objective"] for each in outcomes["front"]] == [2.0, 5.0]


@pytest.mark.skipif(not SHARED.exists(), reason="SHARED DATA ARE ABSENT: the proven portfolios are not tried")
def test_the_proven_portfolios_are_found() -> None:
    for case in json.loads((SHARED / "portfolio60.json").read_text()):
        portfolio = read_portfolio(json.dumps(case).encode(), "portfolio60.json")
        chosen = best(portfolio)
        assert chosen is not None
        assert chosen.proven
        assert keeps_all(portfolio, chosen.starts)
        assert chosen.objective == pytest.approx(case["optimum"])
