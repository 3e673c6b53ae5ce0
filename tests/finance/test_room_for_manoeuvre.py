"""What a council can decide on: nothing that breaks the rule is offered, and one inhabitant has a price."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from benchmarks.finance_ensemble import ASSUMED, town
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.finance.assumptions import Sample, sampled
from hks.finance.budget import financed, flows
from hks.finance.budget_ensemble import margin_by_draw, paid_by_draw
from hks.finance.fees import fee_per_cubic_metre, fee_per_head, remanence_of
from hks.finance.plan import FeeBusiness, Measure
from hks.finance.room_for_manoeuvre import (
    PARTS,
    BalanceRule,
    amounts_of,
    fan,
    one_inhabitant_less,
    sets_that_keep,
    yield_of_multiplier,
)
from hks.finance.warning_class import CLASSES, points, warning_class
from hks.workbench.catalogues import finance_rules

PLAN = town(12)
YEARS = list(range(2026, 2036))
amount = st.floats(-1e6, 1e6)


def rules_of(year: int):
    return finance_rules().rules("SN", year)


def drawn(draws: int = 60) -> Sample:
    return sampled(PLAN, ASSUMED, draws, 3, 10)


def test_the_fan_is_ordered_and_counts_what_is_negative() -> None:
    told = fan(np.array([[-3.0, -2.0, 1.0, 5.0], [1.0, 2.0, 3.0, 4.0]]))
    assert told["share_negative"] == [0.5, 0.0]
    assert told["p10"][0] <= told["p50"][0] <= told["p90"][0]
    assert told["p50"] == [-0.5, 2.5]


measures = st.lists(st.lists(amount, min_size=10, max_size=10), min_size=0, max_size=5)


@given(measures, amount, st.sampled_from([0.05, 0.5, 0.8, 1.0]), st.integers(2026, 2034), st.integers(0, 99))
def test_no_set_that_breaks_the_rule_is_returned_and_none_that_keeps_it_is_missing(
    yearly: list, floor: float, certainty: float, since: int, seed: int
) -> None:
    margin = np.random.default_rng(seed).normal(0, 4e5, (10, 7))
    given = [Measure(str(n), dict(zip(YEARS, row, strict=True))) for n, row in enumerate(yearly)]
    rule = BalanceRule(floor, certainty, since)
    found = sets_that_keep(rule, given, YEARS, lambda amounts: margin + amounts[:, None])
    kept = {entry.measures for entry in found}
    for code in range(2 ** len(given)):
        chosen = [m for n, m in enumerate(given) if code >> n & 1]
        with_them = margin + sum((amounts_of(m, YEARS) for m in chosen), np.zeros(10))[:, None]
        holds = all(
            (with_them[k] >= floor).mean() >= certainty - 1e-12 for k, year in enumerate(YEARS) if year >= since
        )
        assert (tuple(m.name for m in chosen) in kept) == holds
    assert all(entry.reserve >= 0 for entry in found)
    for entry in found:
        chosen = [m for m in given if m.name in entry.measures]
        last = margin[-1] + sum((amounts_of(m, YEARS)[-1] for m in chosen), 0.0)
        assert entry.last == pytest.approx({"p10": np.quantile(last, 0.1), "p50": np.median(last),
                                            "p90": np.quantile(last, 0.9)})  # fmt: skip


def test_the_rule_counts_from_its_year_on() -> None:
    margin = np.array([[-5.0], [-1.0], [2.0]])
    assert [BalanceRule(since=since).reserve(margin, [2026, 2027, 2028]) for since in (0, 2026, 2027, 2028)] == [
        -5,
        -5,
        -1,
        2,
    ]


def test_measures_that_rule_each_other_out_are_never_together_and_interest_counts() -> None:
    plan = replace(PLAN, financing=replace(PLAN.financing, liquidity=-9e6))
    sample = sampled(PLAN, ASSUMED, 60, 3, 12)
    margin = partial(margin_by_draw, plan, ASSUMED, paid_by_draw(plan, ASSUMED, sample, rules_of))
    years = list(range(2026, 2039))
    given = (Measure("more", dict.fromkeys(years[1:], 4e6)), Measure("other", dict.fromkeys(years[1:], 4e6)))
    found = sets_that_keep(BalanceRule(-5e5), given, years, margin, [("more", "other")])
    assert {entry.measures for entry in found} <= {(), ("more",), ("other",)}
    alone = financed(plan, ASSUMED, flows(plan, ASSUMED, sample, rules_of))["free_margin"]
    extra = margin(amounts_of(given[0], years)) - alone
    assert extra[1] == pytest.approx(np.full(60, 4e6))
    assert (extra[3] > 4e6).all()  # cash credit saved bears no interest


def test_too_many_measures_and_an_impossible_certainty_are_refused() -> None:
    many = [Measure(str(n), {2027: 1.0}) for n in range(13)]
    with pytest.raises(InputError, match="13 measures"):
        sets_that_keep(BalanceRule(), many, YEARS, lambda amounts: amounts[:, None])
    with pytest.raises(InputError, match="above 0"):
        BalanceRule(certainty=0.0)
    assert BalanceRule(since=2050).reserve(np.zeros((10, 3)), YEARS) == np.inf


def test_one_inhabitant_less_has_parts_that_add_up() -> None:
    told = one_inhabitant_less(PLAN, ASSUMED, drawn(), rules_of)
    assert sum(told[part] for part in PARTS) == pytest.approx(told["free_margin"])
    assert (told["allocation"] < 0).all()
    assert (told["taxes"] < 0).all()
    assert (told["area_income"] < 0).all()
    assert (told["area_expense"] > 0).all()
    assert told["area_expense"].std() > 0


def test_a_town_with_a_surplus_pays_more_levy_for_less_need() -> None:
    none = {name: replace(PLAN.taxes[name], amounts={2026: 0.0}) for name in ("income_share", "vat_share")}
    poor_need = replace(PLAN.equalisation, stated=None, base_amount=100.0)
    rich = replace(PLAN, equalisation=poor_need, taxes={**PLAN.taxes, **none})
    told = one_inhabitant_less(rich, ASSUMED, drawn(), rules_of, {"residents": 1.0})
    # A hundred people fewer lower the need by 149.0 weighted persons; the third year of the levy takes 40 %.
    assert told["allocation"] == pytest.approx(np.full(60, -0.4 * 100 * 1.49), rel=0.02)
    assert (told["taxes"] == 0).all()


def test_a_child_less_costs_what_the_law_weighs_it() -> None:
    sample = drawn()
    grown, child = (
        one_inhabitant_less(PLAN, ASSUMED, sample, rules_of, who)
        for who in ({"residents": 1.0}, {"residents": 1.0, "children_0_2": 1.0})
    )
    more = (grown["allocation"] - child["allocation"]) / 0.935  # the earmarked part is no income
    assert more == pytest.approx(np.full(60, 700 * 2.49 * 1.58 * 0.75), rel=1e-3)
    assert (child["area_expense"] > grown["area_expense"]).all()


def test_a_higher_multiplier_is_kept_whole() -> None:
    assert yield_of_multiplier(PLAN, "trade", 420.0) == pytest.approx(300_000)
    assert yield_of_multiplier(PLAN, "property_b", 430.0) == 0
    higher = replace(
        PLAN, taxes={**PLAN.taxes, "trade": replace(PLAN.taxes["trade"], rates={2026: 400.0, 2027: 420.0})}
    )
    still = ASSUMED.without_growth()
    sample = sampled(PLAN, still, 5, 1, 12)
    a, b = (financed(p, still, flows(p, still, sample, rules_of)) for p in (PLAN, higher))
    assert (b["allocation"] == a["allocation"]).all()
    assert (b["trade_tax"] - a["trade_tax"])[5] == pytest.approx(np.full(5, 300_000))


def test_points_and_classes_of_saxony() -> None:
    given = points(
        np.array([2.0, 2.01, 2.6, 3.1]), np.full(4, 10.0), np.array([2000.0, 2001.0, 2600.0, 9000.0]), np.ones(4)
    )
    assert given.cash_credit.tolist() == [0, 5, 10, 15]
    assert given.debt.tolist() == [0, 8, 9, 10]
    assert points(np.ones(1), np.zeros(1), np.zeros(1), np.ones(1)).total.tolist() == [15]
    assert [warning_class("SN", total) for total in (0, 10, 11, 20, 21, 30, 31, 99)] == list("AABBCCDD")
    assert [name for name, _ in CLASSES] == list("ABCD")


def test_saxony_anhalt_has_no_class() -> None:
    with pytest.raises(InputError, match="do not apply in Saxony-Anhalt"):
        warning_class("ST", 0)


@given(st.floats(0.5, 1.0), st.floats(0, 1), st.floats(0, 1))
def test_a_fee_rises_with_what_stays_when_people_leave(left: float, low: float, high: float) -> None:
    low, high = sorted((low, high))
    residents = np.array([[10_000.0], [10_000.0 * left]])
    business = FeeBusiness(1e6, 40.0)
    lazy, nimble = (
        fee_per_head(business, residents, np.ones((2, 1)), np.array([s]), np.array([s])) for s in (high, low)
    )
    assert lazy[0, 0] == nimble[0, 0] == 100.0
    assert lazy[1, 0] >= nimble[1, 0] - 1e-9 >= 100.0 - 2e-9


def test_a_tenth_fewer_pay_for_pipes_that_stay() -> None:
    # Cost falls to .9 + .1 * .9 = .99, so each pays 1.1 times as much; 110 EUR over 40 m3.
    business = FeeBusiness(1e6, 40.0)
    head = fee_per_head(business, np.array([[10_000.0], [9000.0]]), np.ones((2, 1)), np.array([0.9]), np.array([0.45]))
    assert head[:, 0] == pytest.approx([100.0, 110.0])
    assert fee_per_cubic_metre(business, head)[1, 0] == pytest.approx(2.75)
    assert remanence_of("water", business, np.array([-1.0, 1.0])) == pytest.approx([0.90, 0.95])
    assert remanence_of("waste_water", replace(business, remanence=(0.5, 0.5)), np.array([0.3])) == pytest.approx([0.5])
