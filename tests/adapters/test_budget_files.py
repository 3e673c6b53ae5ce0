"""A budget comes in as JSON or as a table, and each fault is a sentence that names its key or row."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hks.adapters.budget_files import read_number, read_plan
from hks.core.errors import InputError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "methods" / "finance.md"
EXAMPLE: dict[str, Any] = json.loads(re.search(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)[1])


def changed(path: str, value: Any) -> bytes:
    content = deepcopy(EXAMPLE)
    *steps, last = path.split(".")
    place = content
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(content).encode()


def rows_of(value: Any, path: str = "") -> list[tuple[str, str, str]]:
    """Flatten the JSON form as docs/methods/finance.md says."""
    if isinstance(value, dict):
        return [row for key, each in value.items() for row in rows_of(each, f"{path}.{key}" if path else key)]
    *steps, last = path.split(".")
    if re.fullmatch(r"\d{4}", last):
        return [(".".join(steps), last, str(value))]
    return [(path, "", "|".join(value) if isinstance(value, list) else str(value))]


def as_table(content: dict[str, Any]) -> bytes:
    flat = deepcopy(content)
    years = flat["population"].pop("years")
    for name, band in flat["population"].items():
        flat["population"][name] = {q: dict(zip(map(str, years), row, strict=True)) for q, row in band.items()}
    lines = ["key;year;value", *(";".join(row) for row in rows_of(flat))]
    return "\n".join(lines).encode()


def test_the_example_of_the_page_is_read() -> None:
    plan = read_plan(json.dumps(EXAMPLE).encode(), "plan.json")
    assert (plan.land, plan.base_year, plan.last_year) == ("SN", 2026, 2032)
    assert plan.taxes["trade"].amounts == {2024: 7e6, 2025: 7.4e6, 2026: 7.5e6}
    assert [area.driver for area in plan.areas] == ["residents", "residents", "pupils", "children", "none", "residents"]
    assert plan.measures[0].amounts == {2027: -90000, 2029: -90000, 2031: -90000}
    assert plan.population.quantiles
    assert plan.population.series["residents"].shape == (3, 9)
    assert plan.equalisation.stated == 6_800_000


def test_a_table_says_the_same_as_the_json() -> None:
    one = read_plan(json.dumps(EXAMPLE).encode(), "plan.json")
    two = read_plan(as_table(EXAMPLE), "plan.csv")
    for name, paths in one.population.series.items():
        assert (two.population.series[name] == paths).all()
    assert (one.taxes, one.areas, one.financing, one.measures, one.fees, one.equalisation) == (
        two.taxes, two.areas, two.financing, two.measures, two.fees, two.equalisation,
    )  # fmt: skip
    wide = as_table(EXAMPLE).decode().replace("7500000", "7.500.000,00").replace("427.5", "427,5")
    assert read_plan(wide.encode("iso-8859-1"), "plan.csv").taxes == one.taxes


def test_people_come_as_numbers_paths_or_quantiles() -> None:
    by_year = {"residents": {str(year): 100 for year in range(2024, 2029)}}
    assert read_plan(changed("population", by_year), "p").population.series["residents"].tolist() == [[100] * 5]
    paths = {"years": [2025, 2026, 2027], "residents": [[9, 8, 7], [9, 9, 9]]}
    found = read_plan(changed("population", paths), "p").population
    assert (found.series["residents"] == np.array([[9, 8, 7], [9, 9, 9]])).all()
    assert not found.quantiles


def test_a_pool_and_a_key_give_a_share_and_a_mean_gives_a_level() -> None:
    plan = read_plan(changed("taxes.income_share", {"pool": {"2026": 1.6e9}, "key": 0.0041597}), "p")
    assert plan.taxes["income_share"].amounts[2026] == pytest.approx(6_655_520)
    plan = read_plan(changed("taxes.trade", {"amount": 1, "rate": 400, "land_average_rate": 389}), "p")
    assert plan.taxes["trade"].averages == {2026: 389}
    area = {"expense": 5, "remanence": {"least": 0.2, "most": 0.4}, "lag": {"least": 1, "most": 2}}
    assert read_plan(changed("areas.12", area), "p").areas[1].remanence == (0.2, 0.4)


@pytest.mark.parametrize(
    ("data", "where", "said"),
    [
        (b"", "p", "empty"),
        (b"  \n", "p", "empty"),
        (b"{", "p:1:2", "not JSON"),
        (b"[" * 100_000, "p:1", "key, year and value"),
        (b'{"a":' * 20_000, "p:1:1", "not JSON"),
        (b'{"land": "SN", "land": "ST"}', "p", "stands here twice"),
        (json.dumps(EXAMPLE).encode("utf-16"), "p:1", "key, year and value"),
        (b"PK\x03\x04 no table", "p:1", "key, year and value"),
        (changed("ags", "145"), "p:ags", "AGS of 8 digits"),
        (changed("ags", "09162000"), "p", "no rules of equalisation"),
        (changed("land", "Bayern"), "p", "no rules of equalisation for 'Bayern'"),
        (changed("base_year", None), "p", "'base_year' is missing"),
        (changed("base_year", "soon"), "p:base_year", "not a year"),
        (changed("base_year", 2050), "p", "no yield for the base year 2050"),
        (changed("taxes", None), "p", "no yield"),
        (changed("taxes.trade.amount", "much"), "p:taxes.trade.amount", "not a number"),
        (changed("taxes.trade.amount", {"2026": True}), "p:taxes.trade.amount.2026", "not a number"),
        (changed("taxes.trade.amount", {"2026": "1.250"}), "p:taxes.trade.amount.2026", "in two ways"),
        (changed("taxes.trade.amount", {"26": 5}), "p:taxes.trade.amount.26", "not a year"),
        (changed("taxes.trade.rate", -400), "p:taxes.trade.rate", "below 0"),
        (changed("taxes.trade.rate", None), "p", "needs the town's multiplier"),
        (changed("taxes.dog", {"amount": 1}), "p:taxes.dog", "'dog' is not known here"),
        (changed("taxes.trade", 5), "p:taxes.trade", "holds further keys"),
        (changed("equalisation.base_amount", None), "p:equalisation", "'base_amount' is missing"),
        (changed("equalisation.pupils", {"primary": -1}), "p:equalisation.pupils.primary", "below 0"),
        (changed("areas.36.driver", "weather"), "p:areas.36.driver", "drives no cost"),
        (changed("areas.36.expense", -5), "p:areas.36.expense", "below 0"),
        (changed("areas.36.remanence", {"least": 0.9, "most": 0.5}), "p:areas.36.remanence", "ascending"),
        (changed("areas", {"3-6": {}}), "p:areas.3-6", "no product area"),
        (changed("financing.debt", "NaN"), "p:financing.debt", "not a number"),
        (changed("financing.debts", 5), "p:financing.debts", "not known here"),
        (changed("fees", {"gas": {}}), "p:fees.gas", "not known here"),
        (changed("fees.water.use", 0), "p:fees.water.use", "below 0.1"),
        (changed("measures", {"Feast": {}}), "p:measures.Feast", "has no amount"),
        (changed("measures", {"Feast": {"amount": 5}}), "p:measures.Feast.since", "not a year"),
        (changed("measures", {"A": {"amounts": {"2027": 1}, "excludes": ["B"]}}), "p", "exclusions name measures"),
        (changed("population", {}), "p:population", "nothing"),
        (changed("population", {"cats": {"2026": 1}}), "p:population", "'cats'"),
        (changed("population", {"residents": 5}), "p:population.years", "years of the population path are missing"),
        (changed("population", {"years": [2026, 2027], "residents": [1]}), "p:population.residents", "each of the 2 years"),
        (changed("population", {"years": [2026, 2027], "residents": [1, -1]}), "p:population.residents", "below 0"),
        (changed("population", {"years": [2026, 2028], "residents": [1, 1]}), "p", "follow one another"),
        (changed("population", {"years": [2026, 2027], "residents": [5, 0]}), "p", "without residents"),
        (changed("population.residents", [1] * 9), "p:population", "for every series of people or for none"),
        (changed("population.residents", {"p10": [5] * 9, "p50": [4] * 9, "p90": [6] * 9}), "p", "ascending"),
        (b"key;year;value\nland;;SN\nland;;SN", "p:3", "twice"),
        (b"key;year;value\nland;;SN\nland.x;;SN", "p:3", "has a value already"),
        (as_table(EXAMPLE).replace(b"areas.11.expense;;6700000", b"areas.11.expense;;viel"), "p:30", "not a number"),
        (as_table(EXAMPLE).replace(b"areas.11.income", b"areas.11.incomes"), "p:29", "not known here"),
        (b"name;amount\nx;1", "p:1", "key, year and value"),
    ],
)  # fmt: skip
def test_each_fault_is_a_sentence_at_its_place(data: bytes, where: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_plan(data, "p")
    assert said in str(caught.value)
    assert caught.value.where == where


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.250.000,50", 1_250_000.5), ("1250,5", 1250.5), ("0.750", 0.75), ("4200000", 4.2e6), ("427.5", 427.5),
     ("1 250", 1250), ("2.500.000", 2.5e6)],
)  # fmt: skip
def test_german_and_english_numbers_are_read(text: str, number: float) -> None:
    assert read_number(text, "p") == number


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(InputError):
        read_plan(data, "p")
