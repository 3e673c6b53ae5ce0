"""Each draw of the budget reads one draw of the people: quantiles of the whole, not a function of quantiles."""

import json
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.finance_ensemble import ASSUMED, town
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.test_budget_files import EXAMPLE

from hks.core.errors import InputError
from hks.finance.assumptions import PAST, sampled
from hks.finance.budget import financed, flows
from hks.finance.budget_ensemble import margin_by_draw, paid_by_draw
from hks.finance.equalisation import allocation
from hks.finance.plan import Equalisation, Financing, PeopleByDraw, Plan, Population, Tax
from hks.workbench.budgets import AS_PEOPLE, people_by_draw, people_of, with_people
from hks.workbench.catalogues import finance_rules
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS
from hks.workbench.region import population_table

PLAN = town(12)


def rules_of(land: str = "SN"):
    return lambda year: finance_rules().rules(land, year)


def margins(plan: Plan, sample) -> np.ndarray:
    return margin_by_draw(plan, ASSUMED, paid_by_draw(plan, ASSUMED, sample, rules_of(plan.land)))


rich = replace(PLAN.equalisation, stated=None, base_amount=100.0)
lacking = replace(PLAN.equalisation, stated=9e6, mean_power=900.0, centre=True)


@pytest.mark.parametrize("land", ["SN", "ST"])
@pytest.mark.parametrize("equalisation", [PLAN.equalisation, rich, lacking, replace(rich, levy_years=1)])
@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 2**53 - 1), share=st.floats(0.02, 6.0), shock=st.floats(-0.9, 0.9), key_lag=st.integers(0, 6)
)
def test_the_compiled_loops_keep_the_account_of_the_readable_one(
    land: str, equalisation: Equalisation, seed: int, share: float, shock: float, key_lag: int
) -> None:
    series = {name: paths * share for name, paths in PLAN.population.series.items()}
    plan = replace(PLAN, land=land, equalisation=equalisation, population=Population(PLAN.population.years, series))
    plan = replace(plan, financing=replace(plan.financing, loans={2028: 1e6, 2029: 0.0}, liquidity=-2e6))
    assumed = replace(ASSUMED, shock=shock, shock_year=2029, shock_years=2, key_lag=key_lag)
    sample = sampled(plan, assumed, 30, seed, 12)
    items = flows(plan, assumed, sample, rules_of(land))
    paid = paid_by_draw(plan, assumed, sample, rules_of(land))
    amounts = np.linspace(-4e5, 3e5, 13)
    readable = financed(plan, assumed, items, amounts)["free_margin"]
    np.testing.assert_allclose(margin_by_draw(plan, assumed, paid, amounts), readable, rtol=1e-9, atol=1e-2)
    np.testing.assert_allclose(paid.earmarked, items["earmarked_allocation"], rtol=1e-9, atol=1e-2)
    last = {**items, "shares": items["income_share"] + items["vat_share"]}
    for name, row in paid.parts.items():
        np.testing.assert_allclose(row, last[name][-1], rtol=1e-9, atol=1e-2, err_msg=name)


@given(st.integers(0, 2**53 - 1), st.integers(0, 399))
def test_a_single_draw_computed_alone_equals_its_row(seed: int, draw: int) -> None:
    together = margins(PLAN, sampled(PLAN, ASSUMED, 400, seed, 12))
    alone = margins(PLAN, sampled(PLAN, ASSUMED, 1, seed, 12, first_draw=draw))
    assert (alone[:, 0] == together[:, draw]).all()
    shorter = margins(PLAN, sampled(PLAN, ASSUMED, 7, seed, 8, first_draw=draw))
    assert (shorter[:, 0] == together[:9, draw]).all()


def test_a_draw_reads_the_people_of_its_own_number() -> None:
    paths = PLAN.population.series["residents"]
    sample = sampled(PLAN, ASSUMED, 3, 1, 12, first_draw=48)
    for n, number in enumerate((48, 49, 0)):
        assert (sample.people["residents"][PAST:, n] == paths[number, 2:]).all()


def test_the_middle_of_a_kinked_rule_is_not_the_rule_of_the_middle() -> None:
    # Power 1000. Up to a need of 1785.71 a euro of need brings .75, in the second zone above it .876; a town that spends
    # .80 of each loses .05 a euro below and wins .076 above: the future in the middle is the worst of three.
    need = 1000 * 0.25 / 0.14 + np.array([-200.0, 0.0, 200.0])
    rules = replace(finance_rules().rules("SN", 2024), whole_euro=False)
    margin = allocation(need, np.full(3, 1000.0), rules).total - 0.8 * need
    assert margin == pytest.approx([-829.2857, -839.2857, -824.0857], abs=1e-3)
    assert np.median(margin) == pytest.approx(-829.2857, abs=1e-3)
    of_the_middle = allocation(np.median(need), 1000.0, rules).total - 0.8 * np.median(need)
    assert of_the_middle == pytest.approx(-839.2857, abs=1e-3)


def hamlet(population: Population) -> Plan:
    """Make a town of a thousand people whose budget moves by its need alone: 1,000 EUR for each weighted person."""
    year = 2026
    return Plan(
        land="SN", base_year=year, equalisation=Equalisation(1000.0, {year: 0.0}), areas=(), financing=Financing(),
        taxes={"property_a": Tax({year: 0.0}), "property_b": Tax({year: 0.0}), "trade": Tax({year: 0.0}),
               "income_share": Tax({year: 0.0}), "vat_share": Tax({year: 0.0})},
        population=population,
    )  # fmt: skip


def test_where_children_stand_for_adults_the_joint_band_is_a_line() -> None:
    # A child under three weighs 1 + 2.49 * 1.58 = 4.9342 persons: one more child and 3.9342 fewer people, the same need.
    years = tuple(range(2026, 2033))
    children = np.array([40.0, 50.0, 60.0])
    people = {"residents": 1000.0 - 3.9342 * (children - 40.0), "children_0_2": children}
    series = {name: np.repeat(row[:, None], 7, axis=1) for name, row in people.items()}
    zero = {name: np.zeros((3, 7)) for name in ("children_3_5", "children_6_10")}
    coupled = hamlet(Population(years, series | zero))
    ranked = hamlet(
        Population(years, {name: np.sort(row, axis=0) for name, row in (series | zero).items()}, quantiles=True)
    )
    calm = replace(ASSUMED.without_growth(), remanence={}, lag={})

    def spread(plan: Plan, draws: int) -> float:
        sample = sampled(plan, calm, draws, 1, 6)
        low, high = np.quantile(
            margin_by_draw(plan, calm, paid_by_draw(plan, calm, sample, rules_of()))[-1], [0.1, 0.9]
        )
        return float(high - low)

    assert spread(coupled, 3000) <= 1.0
    # By quantiles the low ends meet: 78.684 people and 20 children apart, 157.368 weighted; in the floor zone .876 of
    # the need, less 6.5 % for investment.
    assert spread(ranked, 20_000) == pytest.approx(1000 * 157.368 * 0.876 * 0.935, rel=0.03)


PEOPLE = {"unit": 14521, "residents": 19_000, "years": 10, "draws": 200, **AS_PEOPLE}


def projected():
    return compute(METHODS["population-project"], {"table": population_table()}, PEOPLE, 1)


def budget_of(years: list[int]) -> Dataset:
    content = {**deepcopy(EXAMPLE), "base_year": years[0] + 2}
    for tax in content["taxes"].values():
        tax["amount"] = {str(content["base_year"]): 1_000_000}
    return Dataset("plan.json", json.dumps(content).encode())


def test_a_budget_over_an_ensemble_has_it_as_parent_and_equals_each_draw_alone() -> None:
    people = projected()
    array = people.outcomes["people_by_draw"]
    assert array.shape == (4, 200, 11)
    assert people.outcomes["people_by_draw_of"] == ["all", "0-2", "3-5", "6-10"]
    assert np.median(array[0], axis=0) == pytest.approx(people.outcomes["total"]["p50"])
    assert (array[1:].sum(axis=0) < array[0]).all()
    _, plan = with_people(budget_of(people.outcomes["years"]), people.outcomes, people.record.digest)
    inputs = {"budget": plan, "population": people_by_draw(people)}
    values = {"draws": 200, "trade_spread": 0, "cost_growth_spread": 0, "remanence_spread": 0, "lag_spread": 0}
    done = compute(METHODS["finance-project"], inputs, values, 1)
    assert done.record.parents["population"] == people.record.digest
    assert done.record.content["seed"] == 1
    each = []
    for n in range(0, 200, 20):
        path = {"years": people.outcomes["years"]}
        path |= {
            name: array[k, n].tolist()
            for k, name in enumerate(("residents", "children_0_2", "children_3_5", "children_6_10"))
        }
        content = {**json.loads(plan.data), "population": path}
        one = compute(
            METHODS["finance-project"],
            {"budget": Dataset("one.json", json.dumps(content).encode())},
            {**values, "draws": 10},
            1,
        )
        each.append(one.outcomes["free_margin"]["p50"])
    sample = {"budget": plan, "population": Dataset("some.json", json.dumps({
        "years": people.outcomes["years"], "people_by_draw": array[:, ::20].tolist(),
        "people_by_draw_of": people.outcomes["people_by_draw_of"]}).encode())}  # fmt: skip
    some = compute(METHODS["finance-project"], sample, {**values, "draws": 10}, 1).outcomes["free_margin"]
    for q, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
        assert np.quantile(each, share, axis=0) == pytest.approx(some[q], abs=0.02)
    assert "rank" not in " ".join(done.outcomes["warnings"])
    by_quantiles = compute(METHODS["finance-project"], {"budget": plan}, values, 1)
    assert any("keeps its rank" in said for said in by_quantiles.outcomes["warnings"])


def test_pupils_of_the_plan_stay_and_other_years_are_refused() -> None:
    path = Population((2026, 2027), {"residents": np.ones((1, 2)), "pupils": np.array([[3.0, 4.0], [5.0, 6.0]])})
    drawn = PeopleByDraw({"residents": np.ones((5, 2))})
    assert drawn.as_population(path).series["pupils"].tolist() == [[4.0, 5.0]]
    assert drawn.as_population(path).years == (2026, 2027)
    with pytest.raises(InputError, match="has 3 years"):
        PeopleByDraw({"residents": np.ones((5, 3))}).as_population(path)
    with pytest.raises(InputError, match="has no residents"):
        PeopleByDraw({}).as_population(path)


def test_a_projection_keeps_no_draws_unless_asked() -> None:
    told = compute(METHODS["population-project"], {"table": population_table()}, {**PEOPLE, "keep_draws": False}, 1)
    assert "people_by_draw" not in told.outcomes
    assert people_of(told.outcomes).keys() == {"years", "residents", "children_0_2", "children_3_5", "children_6_10"}
