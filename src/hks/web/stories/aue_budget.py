"""The invented budget of the story of Aue-Bad Schlema: no line of it is the town's, every amount is made up."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from hks.core.evidence import Source
from hks.workbench.inputs import Dataset

BASE_YEAR, LAST_YEAR, BALANCED_FROM = 2026, 2032, 2028
FEAST, LIBRARY = "Stadtfest jedes zweite Jahr", "Bibliothek samstags und abends öffnen"
TRADE, PROPERTY, POSTS = "Gewerbesteuer 400 auf 425", "Grundsteuer B 430 auf 510", "Sechs Stellen nicht nachbesetzen"
WISHES, TAXES = (FEAST, LIBRARY), (TRADE, PROPERTY)
RULE: dict[str, Any] = {
    "years": LAST_YEAR - BASE_YEAR, "floor": 0.0, "certainty": 0.5, "balance_since": BALANCED_FROM,
}  # fmt: skip
MEASURES: dict[str, Any] = {
    FEAST: {"amount": -90_000, "since": 2028, "every": 2},
    LIBRARY: {"amount": -70_000, "since": 2027, "excludes": [POSTS]},  # longer hours need hands
    TRADE: {"amount": 468_750, "since": 2027},  # 7.5 million / 400 x 25
    PROPERTY: {"amount": 427_900, "since": 2027},  # 2.3 million / 430 x 80
    POSTS: {"amounts": {"2027": 100_000, "2028": 200_000, "2029": 280_000, "2030": 340_000, "2031": 380_000,
                        "2032": 400_000}},
}  # fmt: skip
BUDGET: dict[str, Any] = {
    "ags": "14521035", "base_year": BASE_YEAR, "source": "Demodaten: erfundener Haushalt, nicht der der Stadt",
    "taxes": {
        "property_a": {"amount": 40_000, "rate": 330, "levelled_rate": 315},
        "property_b": {"amount": 2_300_000, "rate": 430, "levelled_rate": 427.5},
        "trade": {"amount": {"2024": 7_100_000, "2025": 7_400_000, "2026": 7_500_000}, "rate": 400,
                  "levelled_rate": 390},
        "income_share": {"amount": {"2024": 6_600_000, "2025": 6_800_000, "2026": 7_000_000}},
        "vat_share": {"amount": {"2024": 1_500_000, "2025": 1_500_000, "2026": 1_550_000}},
    },
    "equalisation": {
        "base_amount": 700, "district_rate": 33, "allocation": 6_800_000,
        "pupils": {"primary": 700, "secondary": 620, "grammar": 480},
    },
    "areas": {
        "11": {"name": "Verwaltung", "income": 900_000, "expense": 6_700_000},
        "12": {"name": "Ordnung, Feuerwehr", "income": 400_000, "expense": 1_900_000},
        "21": {"name": "Schulen", "income": 500_000, "expense": 3_100_000},
        "27": {"name": "Bibliothek, Kultur", "income": 150_000, "expense": 1_150_000, "driver": "none"},
        "36": {"name": "Kindertagesstätten", "income": 8_200_000, "expense": 12_600_000},
        "54": {"name": "Straßen", "income": 500_000, "expense": 3_600_000},
    },
    "other_income": 1_850_000, "other_expense": 300_000,
    "financing": {
        "debt": 12_000_000, "interest_rate": 2.1, "repayment": 700_000, "liquidity": 5_000_000,
        "cash_credit_limit": 6_000_000, "depreciation": 3_900_000, "released": 1_900_000,
        "investment_payments": 2_400_000, "investment_receipts": 1_600_000,
    },
    "measures": MEASURES,
}  # fmt: skip


def invented_budget() -> Dataset:
    """Return the budget as a file that says what it is."""
    data = json.dumps(BUDGET, ensure_ascii=False, sort_keys=True).encode()
    return Dataset("Demodaten, erfundener Haushalt", data, Source(publisher="Demodaten (erfunden)", key_date="2026"))


def offered(kept: list[frozenset[str]], amounts: Mapping[str, float]) -> list[frozenset[str]]:
    """Choose what the project offers: for each wish, and for both, the smallest set that keeps the balance rule.

    Of equally small sets the one with the least new taxes is offered. What is not kept cannot be chosen.

    Parameters
    ----------
    kept : list of sets of names
    amounts : mapping
        What each measure changes a year. [EUR/a]
    """
    found = []
    for wishes in ({FEAST}, {LIBRARY}, {FEAST, LIBRARY}):
        fitting = [measures for measures in kept if measures & set(WISHES) == wishes]
        if fitting:
            found.append(min(fitting, key=lambda measures: (len(measures), new_taxes(measures, amounts))))
    return found


def new_taxes(measures: Collection[str], amounts: Mapping[str, float]) -> float:
    """Add up what people and firms pay more. [EUR/a]"""
    return sum(amounts[name] for name in TAXES if name in measures)
