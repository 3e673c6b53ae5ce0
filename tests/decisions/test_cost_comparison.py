"""Laws of comparing costs: nothing is lost without a rate, rebuilding and what is left at the end; a case by hand."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.cost_variants import read_cost_variants
from hks.core.errors import InputError
from hks.decisions.cost_comparison import COSTS, NOT_EQUAL, TURNS, Investment, Variant, Yearly, payments, present_value
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset

SWALE = {"name": "Mulde", "investments": [{"year": 0, "amount": 100_000, "life": 30}], "yearly": [{"amount": 2_000}]}
SEWER = {"name": "Kanal", "investments": [{"year": 0, "amount": 140_000, "life": 60}], "yearly": [{"amount": 500}]}


@given(st.integers(1, 80), st.integers(1, 80), st.floats(0, 1e6))
def test_without_a_rate_an_investment_costs_its_share_of_the_years(life: int, horizon: int, amount: float) -> None:
    paid = payments(Variant("one", (Investment(0, amount, life),)), horizon)
    assert present_value(paid, 0.0) == pytest.approx(amount * horizon / life, abs=1e-6 * max(amount, 1))


@given(st.floats(0, 0.2), st.integers(1, 60), st.floats(-1e5, 1e5))
def test_a_yearly_payment_is_worth_its_geometric_sum(rate: float, horizon: int, amount: float) -> None:
    paid = payments(Variant("one", yearly=(Yearly(amount),)), horizon)
    years = np.arange(1, horizon + 1)
    assert present_value(paid, rate) == pytest.approx(float((amount / (1 + rate) ** years).sum()), abs=1e-6)


def test_a_yearly_payment_grows_and_ends() -> None:
    paid = payments(Variant("one", yearly=(Yearly(100.0, first=2, last=3, growth=0.1),)), 4)
    np.testing.assert_allclose(paid, [0, 0, 100, 110, 0])


def told(*variants: Any, **values: Any) -> dict[str, Any]:
    data = Dataset("v.json", json.dumps({"variants": variants}).encode())
    return compute(COSTS, {"variants": data}, {"equal_benefit": True, **values}).outcomes


def test_a_swale_and_a_sewer_by_hand() -> None:
    found = told(SWALE, SEWER, rate=0.0, horizon=60)
    assert found["present_value"] == pytest.approx([200_000 + 120_000, 140_000 + 30_000])
    assert found["yearly_cost"] == pytest.approx([320_000 / 60, 170_000 / 60])
    assert found["order"] == ["Kanal", "Mulde"]
    assert found["more_than_cheapest"] == pytest.approx([150_000, 0])


def test_an_order_that_turns_with_the_rate_is_told() -> None:
    late = {"name": "spät", "investments": [], "yearly": [{"amount": 150_000, "first": 40, "last": 40}]}
    early = {"name": "früh", "investments": [{"year": 0, "amount": 60_000, "life": 200}]}
    found = told(early, late, horizon=200)
    assert found["warnings"] == [TURNS]
    assert found["by_rate"][0]["rate"] == 0.0


def test_variants_that_cost_the_same_turn_at_no_rate() -> None:
    whole = {"name": "One", "yearly": [{"amount": 0.3, "last": 40}]}
    parted = {"name": "Two", "yearly": [{"amount": 0.1, "last": 40}, {"amount": 0.2, "last": 40}]}
    for pair in ((whole, parted), (parted, whole)):
        found = told(*pair)
        assert found["order"] == [variant["name"] for variant in pair]
        assert found["warnings"] == []


def test_costs_alone_do_not_decide_between_unequal_benefits() -> None:
    with pytest.raises(InputError, match=NOT_EQUAL[:30]):
        told(SWALE, SEWER, equal_benefit=False)


@pytest.mark.parametrize(
    ("variants", "words"),
    [
        ([SWALE], "Two variants"), ([SWALE, SWALE], "twice"), ([SWALE, {"name": " "}], "with a name"), ({}, "a list"),
        ([SWALE, {"name": "x", "investments": [5]}], "an object"),
        ([SWALE, {"name": "x", "investments": [{"year": 0, "amount": "much", "life": 3}]}], "no number"),
        ([SWALE, {"name": "x", "investments": [{"year": 0.5, "amount": 1, "life": 3}]}], "whole number"),
        ([SWALE, {"name": "x", "investments": [{"year": 0, "amount": 1}]}], "no number"),
        ([SWALE, {"name": "x", "investments": [{"year": -1, "amount": 1, "life": 3}]}], "a year from 0"),
        ([SWALE, {"name": "x", "investments": [{"year": 0, "amount": 1, "life": 0}]}], "life of 1"),
        ([SWALE, {"name": "x", "yearly": [{"amount": 1, "first": 5, "last": 2}]}], "run from year 1"),
        ([SWALE, {"name": "x", "yearly": [{"amount": True}]}], "no number"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(variants: Any, words: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_cost_variants(json.dumps({"variants": variants}).encode(), "v.json")
    assert words in str(refusal.value)
