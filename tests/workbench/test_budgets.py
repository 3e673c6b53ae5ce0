"""From Excel and a projection to the outlook: it begins with the result of the town's own plan."""

import json
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from tests.adapters.test_budget_files import EXAMPLE
from tests.adapters.test_spreadsheet_templates import written

from hks.adapters.spreadsheet_templates import FINANCE_ITEMS
from hks.core.errors import InputError
from hks.workbench.budgets import AGE_RANGES, budget_input, people_of
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS
from hks.workbench.region import population_table

SAXON = {"B3": "14521035"}
FIGURES: dict[str, Any] = {
    "plan_year": (None, None, 2026), "property_a_yield": (None, None, 40_000), "property_a_rate": (None, None, 330),
    "property_a_level": (None, None, 315), "property_b_yield": (None, None, 2_300_000),
    "property_b_rate": (None, None, 430), "property_b_level": (None, None, 427.5),
    "trade_yield": (7e6, 7.4e6, 7.5e6), "trade_rate": (400, 400, 400), "trade_level": (None, None, 390),
    "income_share": (6.6e6, 6.8e6, 7e6), "vat_share": (1.5e6, 1.5e6, 1.55e6), "allocation": (None, None, 6.8e6),
    "base_amount": (None, None, 700), "district_rate": (None, None, 33), "pupils_primary": (None, None, 700),
    "debt": (None, None, 12e6), "interest_rate": (None, None, 2.1), "repayment": (None, None, 700_000),
    "loans": (None, None, 500_000), "liquidity": (None, None, 5e6), "depreciation": (None, None, 3.9e6),
    "released": (None, None, 1.9e6),
}  # fmt: skip
AREAS = [
    ("11", "Verwaltung", 2026, "Ertrag", "Plan", 900_000), ("11", "Verwaltung", 2026, "Aufwand", "Plan", 6_700_000),
    ("36", "Kinder", 2026, "Ertrag", "Plan", 8_200_000), ("36", "Kinder", 2026, "Aufwand", "Plan", 12_600_000),
    ("36", "Kinder", 2026, "Aufwand", "Ergebnis", 1), ("36", "Kinder", 2025, "Aufwand", "Plan", 2),
    ("54", "Straßen", 2026, "Aufwand", "Plan", 4_000_000), ("54", "Straßen", 2026, "Auszahlung", "Plan", 9_000_000),
    ("61", "Allgemeine Finanzwirtschaft", 2026, "Ertrag", "Plan", 26_000_000),
    ("61", "Allgemeine Finanzwirtschaft", 2026, "Aufwand", "Plan", 13_000_000),
]  # fmt: skip


def basis(figures: dict[str, Any] = FIGURES, **cells: object) -> Dataset:
    rows = [(FINANCE_ITEMS[name][1].de, *values) for name, values in figures.items()]
    return Dataset("basis.xlsx", written("finance", rows, **{**SAXON, **cells}))


def budget(rows: list = AREAS, **cells: object) -> Dataset:
    return Dataset("budget.xlsx", written("budget", rows, **{**SAXON, **cells}))


def outlook(data: Dataset, **values: object) -> dict[str, Any]:
    return dict(compute(METHODS["finance-project"], {"budget": data}, {"draws": 50, **values}, 1).outcomes)


def test_an_uploaded_budget_begins_with_its_own_result() -> None:
    made = budget_input(budget(), basis(), EXAMPLE["population"])
    content = json.loads(made.data)
    assert content["taxes"]["trade"]["amount"] == {"2024": 7e6, "2025": 7.4e6, "2026": 7.5e6}
    assert content["areas"]["36"] == {"name": "Kinder", "income": 8_200_000, "expense": 12_600_000}
    told = outlook(made)
    income, expense = 900_000 + 8_200_000 + 26_000_000, 6_700_000 + 12_600_000 + 4_000_000 + 13_000_000
    assert told["items"]["ordinary_income"][0] == pytest.approx(income, abs=2)
    assert told["items"]["ordinary_expense"][0] == pytest.approx(expense, abs=2)
    assert told["items"]["loans"] == [500_000] + [0] * 6
    assert told["items"]["allocation"][0] == pytest.approx(6.8e6, abs=1)


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        (budget(B3="14729050"), basis(), "about 14729050"),
        (basis(), basis(), "'budget' is needed here"),
        (budget(), budget(), "'finance' is needed here"),
        (budget([row for row in AREAS if row[2] == 2025]), basis(), "no expense for 2026"),
        (budget(), basis({k: v for k, v in FIGURES.items() if k != "trade_yield"}), "'Trade tax, yield' is missing"),
        (budget(), basis({**FIGURES, "trade_rate": (None, None, 0)}), "needs the town's multiplier"),
        (budget(), Dataset("x.xlsx", b"PK\x03\x04 cut"), "no Excel file"),
    ],
)
def test_tables_that_do_not_fit_are_refused(one: Dataset, two: Dataset, said: str) -> None:
    with pytest.raises(InputError, match=said):
        budget_input(one, two, EXAMPLE["population"])


def test_a_projection_lends_its_people_to_the_budget() -> None:
    table = population_table()
    values = {"unit": 14521, "residents": 19_000, "years": 10, "draws": 100, "age_ranges": AGE_RANGES}
    projected = compute(METHODS["population-project"], {"table": table}, values, 1).outcomes
    people = people_of(projected)
    assert set(people) == {"years", "residents", "children_0_2", "children_3_5", "children_6_10"}
    content = {**deepcopy(EXAMPLE), "base_year": people["years"][0] + 2, "population": people}
    for tax in content["taxes"].values():
        tax["amount"] = {str(content["base_year"]): 1_000_000}
    told = outlook(Dataset("plan.json", json.dumps(content).encode()))
    assert told["years"][-1] == people["years"][-1]
    assert np.all(np.diff([told["free_margin"][q][5] for q in ("p10", "p50", "p90")]) > 0)
    assert people_of({"years": [2026], "total": {"p10": [1], "p50": [1], "p90": [1]}}).keys() == {"years", "residents"}
