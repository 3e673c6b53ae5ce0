"""The budget closes, follows its people with remanence and lag, and equals a loop written from the rules again."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.finance_ensemble import ASSUMED, looped, town
from hypothesis import given
from hypothesis import strategies as st

from hks.core.errors import InputError
from hks.finance.assumptions import PAST, Sample, central, sampled, shocked
from hks.finance.budget import PAID_EXPENSE, PAID_INCOME, financed, flows, lagged, remanent
from hks.finance.plan import Area, Financing, Measure, Plan, Population, Tax, at
from hks.workbench.catalogues import finance_rules

PLAN = town(12)
STILL = ASSUMED.without_growth()


def rules_of(land: str = "SN"):
    return lambda year: finance_rules().rules(land, year)


def run(plan: Plan, given=ASSUMED, sample: Sample | None = None, measures=0.0) -> dict[str, np.ndarray]:
    sample = sample or central(plan, given, 12)
    return financed(plan, given, flows(plan, given, sample, rules_of(plan.land), detail=True), measures)


def drawn(plan: Plan = PLAN, draws: int = 40, years: int = 12) -> Sample:
    return sampled(plan, ASSUMED, draws, 3, years)


def constant(plan: Plan) -> Plan:
    flat = {name: np.repeat(paths[:1, 2:3], paths.shape[1], axis=1) for name, paths in plan.population.series.items()}
    return replace(plan, population=Population(plan.population.years, flat))


def test_every_year_and_draw_closes_to_the_cent() -> None:
    plan = replace(PLAN, financing=replace(PLAN.financing, loans={2028: 1e6, 2029: 0.0}))
    a = run(plan, sample=drawn(), measures=np.full(13, -12_345.67))
    income = sum(a[n] for n in PAID_INCOME) + a["released"]
    expense = sum(a[n] for n in PAID_EXPENSE) + a["depreciation"] + a["interest"]
    cent = 0.005
    assert np.abs(income - expense + a["measures"] - a["ordinary_result"]).max() < cent
    assert np.abs(a["ordinary_income"] - a["ordinary_expense"] - a["ordinary_result"]).max() < cent
    assert np.abs(a["ordinary_result"] - a["released"] + a["depreciation"] - a["operating_cash_balance"]).max() < cent
    invested = a["investment_receipts"] + a["earmarked_allocation"] - a["investment_payments"]
    change = a["free_margin"] + invested + a["loans"]
    assert np.abs(np.diff(a["liquidity"], axis=0) - change[1:]).max() < cent
    assert np.abs(a["liquidity"][0] - plan.financing.liquidity - change[0]).max() < cent
    assert np.abs(np.diff(a["debt"], axis=0) - (a["loans"] - a["repayment"])[1:]).max() < cent
    assert (a["cash_credit"] == np.maximum(-a["liquidity"], 0)).all()
    assert (a["debt"] >= 0).all()


def test_the_areas_add_up() -> None:
    a = run(PLAN)
    assert sum(a[f"expense_{area.code}"] for area in PLAN.areas) == pytest.approx(a["area_expense"])
    assert sum(a[f"income_{area.code}"] for area in PLAN.areas) == pytest.approx(a["area_income"])


def test_the_base_year_is_the_plan() -> None:
    a = run(PLAN, sample=drawn())
    for name in ("trade_tax", "income_share"):
        tax = "trade" if name == "trade_tax" else name
        assert np.allclose(a[name][0], PLAN.taxes[tax].amounts[2026])
    assert a["allocation"][0] == pytest.approx(np.full(40, PLAN.equalisation.stated), abs=1)
    assert a["trade_levy"][0] == pytest.approx(np.full(40, 6e6 / 4 * 0.35))
    expense = sum(area.expense for area in PLAN.areas)
    assert a["area_expense"][0] + a["depreciation"][0] == pytest.approx(np.full(40, expense))


def test_a_loop_written_again_from_the_rules_gives_the_same_margins() -> None:
    plan = town(15)
    sample = sampled(plan, ASSUMED, 6, 7, 15)
    items = flows(plan, ASSUMED, sample, rules_of())
    mine = financed(plan, ASSUMED, items)["free_margin"]
    np.testing.assert_allclose(mine.T, looped(plan, ASSUMED, sample), rtol=1e-9, atol=1e-2)


@pytest.mark.parametrize(("land", "rising"), [("SN", [3, 4]), ("ST", [4])])
def test_a_trade_tax_shock_raises_allocations_when_the_law_looks_back(land: str, rising: list[int]) -> None:
    plan = replace(constant(PLAN), land=land)
    shock = replace(STILL, shock=-0.5, shock_year=2028)
    calm, hit = run(plan, STILL), run(plan, shock)
    assert hit["trade_tax"][2, 0] == pytest.approx(0.5 * calm["trade_tax"][2, 0])
    more = (hit["allocation"] - calm["allocation"])[:, 0]
    assert [k for k in range(13) if more[k] > 1] == rising
    assert np.abs(np.delete(more, rising)).max() < 1
    lost = 0.5 * 6e6 / 4 * (3.90 - 0.35 if land == "SN" else 3.50 - 0.35)
    assert more.sum() == pytest.approx(
        (0.75 if land == "SN" else 0.80) * lost * (0.935 if land == "SN" else 1), rel=1e-3
    )


def test_a_shock_lasts_as_long_as_told() -> None:
    given = replace(STILL, shock=-0.2, shock_year=2028, shock_years=3)
    assert shocked(PLAN, given, 7).tolist() == [1, 1, 0.8, 0.8, 0.8, 1, 1]
    assert shocked(PLAN, STILL, 3).tolist() == [1, 1, 1]


def test_people_count_in_equalisation_two_years_later() -> None:
    flat = constant(PLAN)
    series = {name: paths.copy() for name, paths in flat.population.series.items()}
    series["residents"][:, 4:] -= 500  # from the end of 2028 on
    less = replace(flat, population=Population(flat.population.years, series))
    change = (run(less, STILL)["need"] - run(flat, STILL)["need"])[:, 0]
    assert (change[:4] == 0).all()
    assert (change[4:] < 0).all()


@given(st.floats(0.3, 1.7), st.floats(0, 1), st.floats(0, 1))
def test_what_stays_is_monotone_in_remanence(ratio: float, low: float, high: float) -> None:
    low, high = sorted((low, high))
    lazy, nimble = remanent(np.array(ratio), high, high), remanent(np.array(ratio), low, low)
    assert lazy >= nimble - 1e-12 if ratio < 1 else lazy <= nimble + 1e-12
    assert min(1.0, ratio) - 1e-12 <= lazy <= max(1.0, ratio) + 1e-12
    assert remanent(np.array(ratio), 1.0, 1.0) == 1.0
    assert remanent(np.array(ratio), 0.0, 0.0) == pytest.approx(ratio)


def test_cost_rises_faster_than_it_falls() -> None:
    up, down = remanent(np.array([1.1, 0.9]), 0.6, 0.3)
    assert up - 1 == pytest.approx(0.07)
    assert 1 - down == pytest.approx(0.04)


def test_a_lag_is_read_between_two_years() -> None:
    series = np.arange(PAST + 3, dtype=float)[:, None] * np.ones((1, 2))
    assert lagged(series, 2.0, 3)[:, 0].tolist() == [PAST - 2, PAST - 1, PAST]
    assert lagged(series, np.array([0.0, 1.25]), 3).tolist() == [
        [PAST, PAST - 1.25], [PAST + 1, PAST - 0.25], [PAST + 2, PAST + 0.75],
    ]  # fmt: skip


def test_a_cost_without_driver_only_follows_prices() -> None:
    a = run(PLAN)
    paid = 3_600_000 - 3e6 * 3_600_000 / 24_500_000
    assert a["expense_54"][:, 0] == pytest.approx(paid * 1.02 ** np.arange(13))


@given(st.floats(0, 5e7), st.floats(0, 5e7))
def test_more_debt_costs_more_interest(one: float, other: float) -> None:
    less, more = sorted((one, other))
    calm = constant(PLAN)
    a, b = (run(replace(calm, financing=replace(PLAN.financing, debt=d)), STILL) for d in (less, more))
    assert (b["interest"] >= a["interest"]).all()
    assert a["interest"][0, 0] == pytest.approx(0.021 * less)


def test_a_cash_credit_costs_interest_a_year_later() -> None:
    poor = replace(PLAN, financing=Financing(liquidity=-1e6))
    a = run(poor, STILL)
    assert a["interest"][0, 0] == pytest.approx(30_000)
    assert a["interest"][1, 0] == pytest.approx(0.03 * a["cash_credit"][0, 0])


def test_a_calm_town_stays_as_it_is() -> None:
    flat = {name: replace(tax, amounts={2026: tax.amounts[2026]}) for name, tax in PLAN.taxes.items()}
    a = run(replace(constant(PLAN), taxes=flat), STILL)
    for name in ("allocation", "area_expense", "income_share", "need"):
        assert a[name].std() == pytest.approx(0, abs=1e-6 * a[name].mean()), name


def test_the_levelled_multiplier_is_of_the_plan_else_of_the_mean_else_the_own() -> None:
    base = constant(PLAN)
    trade = base.taxes["trade"]
    for tax, level in (
        (replace(trade, levels={2026: 380.0}), 380.0),
        (Tax(trade.amounts, trade.rates, averages={2026: 389.0}), 382.5),
        (Tax(trade.amounts, trade.rates), 390.0),  # 400 rounded down to 397.5, then the cap
    ):
        power = run(replace(base, taxes={**base.taxes, "trade": tax}), STILL)["tax_power"]
        rest = run(replace(base, taxes={**base.taxes, "trade": Tax({2026: 0.0})}), STILL)["tax_power"]
        assert (power - rest)[5, 0] == pytest.approx(1_500_000 * (level - 35) / 100)


def test_a_multiplier_decided_for_later_counts_from_then_on() -> None:
    base = constant(PLAN)
    tax = replace(base.taxes["trade"], rates={2026: 400.0, 2029: 420.0})
    a = run(replace(base, taxes={**base.taxes, "trade": tax}), STILL)
    assert a["trade_tax"][2:4, 0] == pytest.approx([6e6, 6.3e6])
    assert a["trade_levy"][3, 0] == pytest.approx(525_000)


def test_draws_depend_on_the_seed_alone_and_keep_their_rank_between_quantiles() -> None:
    years = PLAN.population.years
    band = np.array([np.full(len(years), 16_000.0), np.full(len(years), 16_300.0), np.full(len(years), 16_400.0)])
    plan = replace(PLAN, population=Population(years, {"residents": band}, quantiles=True))
    one, two = drawn(plan, 4000), drawn(plan, 4000)
    assert all((one.people[name] == two.people[name]).all() for name in one.people)
    rows = one.people["residents"][PAST:]
    assert (np.argsort(rows[1]) == np.argsort(rows[9])).all()
    assert np.quantile(rows[5], [0.1, 0.5, 0.9]) == pytest.approx([16_000, 16_300, 16_400], abs=25)
    assert central(plan, ASSUMED, 12).people["residents"][PAST, 0] == 16_300


def test_every_path_of_the_people_is_used() -> None:
    sample = drawn(PLAN, 60)
    paths = PLAN.population.series["residents"]
    for draw in (0, 7, 49, 50):
        assert (sample.people["residents"][PAST:, draw] == paths[draw % 50, 2:]).all()


def test_a_plan_says_what_it_lacks() -> None:
    with pytest.raises(InputError, match="'trade' has no yield for the base year 2026"):
        replace(PLAN, taxes={**PLAN.taxes, "trade": Tax({2025: 1.0}, {2026: 400.0})})
    with pytest.raises(InputError, match="needs the town's multiplier"):
        replace(PLAN, taxes={**PLAN.taxes, "trade": Tax({2026: 1.0})})
    with pytest.raises(InputError, match="must reach from the base year"):
        replace(PLAN, base_year=2050, taxes={name: Tax({2050: 0.0}) for name in PLAN.taxes})
    with pytest.raises(InputError, match="different names"):
        replace(PLAN, measures=(Measure("A", {2027: 1.0}), Measure("A", {2027: 1.0})))
    with pytest.raises(InputError, match="The areas state 4000000 EUR"):
        run(replace(PLAN, areas=(Area("54", "Roads", 0.0, 5e6, "none", depreciation=4e6),)))
    years = PLAN.population.years
    with pytest.raises(InputError, match="without residents"):
        Population(years, {"residents": np.zeros((1, len(years)))})
    with pytest.raises(InputError, match="ascending"):
        Population(years, {"residents": np.array([[3.0], [2.0], [4.0]]) * np.ones(len(years))}, quantiles=True)
    with pytest.raises(InputError, match="follow one another"):
        Population((2026, 2028), {"residents": np.ones((1, 2))})


def test_a_yearly_number_holds_until_the_next() -> None:
    assert [at({2026: 1.0, 2029: 2.0}, year) for year in (2020, 2026, 2028, 2029, 2040)] == [1, 1, 1, 2, 2]
    assert at({}, 2026) == 0
