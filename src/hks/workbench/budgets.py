"""From the town's own tables to the input of a budget outlook, and from a projection to the people in it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from hks.adapters.budget_files import read_plan
from hks.adapters.spreadsheet_templates import FINANCE_ITEMS, Filled, read_filled
from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.finance.assumptions import Assumptions, central
from hks.finance.budget import financed, flows
from hks.finance.plan import CHILDREN, REAL_TAXES, SHARES
from hks.finance.room_for_manoeuvre import amounts_of
from hks.workbench.catalogues import finance_rules
from hks.workbench.compute import Computation, array_bytes
from hks.workbench.inputs import Dataset
from hks.workbench.spreadsheets import key_figures

GENERAL_FINANCE = "61"  # product area of taxes, allocations, levies and interest in both Länder
RANGES = dict(zip(("0-2", "3-5", "6-10"), CHILDREN, strict=True))
AGE_RANGES = " ".join(RANGES)  # what a projection must count for the ansatz of early education
AS_PEOPLE: dict[str, str | bool] = {"age_ranges": AGE_RANGES, "keep_draws": True}  # what is asked of a projection
MONEY = ("debt", "interest_rate", "repayment", "liquidity", "cash_credit_limit", "depreciation", "released",
         "investment_payments", "investment_receipts")  # fmt: skip
NEEDED = ("plan_year", *(f"{tax}_yield" for tax in REAL_TAXES), *SHARES, "base_amount", "district_rate")
LINE_KINDS = ("income", "expense", "receipt", "payment", "investment")
AREA = re.compile(r"[0-9A-Za-z.]{1,12}")
TAKEN = (*(f"{tax}_yield" for tax in REAL_TAXES), *SHARES, "allocation")
SPENT = ("trade_levy", "district_levy", "equalisation_levy", "interest")


def people_of(outcomes: Mapping[str, Any]) -> dict[str, Any]:
    """Take the people of a budget from the outcomes of a population projection; children if it counted them."""
    people = {"years": list(outcomes["years"]), "residents": dict(outcomes["total"])}
    ranges = outcomes.get("ranges", {})
    if set(RANGES) <= set(ranges):
        people |= {name: dict(ranges[ages]) for ages, name in RANGES.items()}
    return people


def people_by_draw(projection: Computation) -> Dataset:
    """Take the people of every future from a projection asked for `AS_PEOPLE`; their record is the projection's."""
    data = array_bytes(projection.outcomes["people_by_draw"])
    return Dataset("people.npy", data, filed_as=projection.record.digest)


def with_people(budget: Dataset, outcomes: Mapping[str, Any], projection: str) -> tuple[evidence.Record, Dataset]:
    """Give a budget in the method's JSON form the people of a projection.

    Parameters
    ----------
    budget : Dataset
        JSON without a population path, or with one that is replaced.
    outcomes : mapping
        Of the projection, which counted `AGE_RANGES`.
    projection : str
        Digest of its record.

    Returns
    -------
    record, Dataset
        The file with its two parents, and the same filed under that record.
    """
    content = {**json.loads(budget.data), "population": people_of(outcomes)}
    data = _dataset(content).data
    file = {"unit": "bytes", "value": len(data), "digest": evidence.digest_of_file(data)}
    record = evidence.record(
        "file", inputs={"budget": budget.digest, "population": projection}, outcomes={"file": file}
    )
    return record, Dataset("budget.json", data, filed_as=record.digest)


def mean_amounts(planned: Dataset, first: int, last: int) -> dict[str, float]:
    """Return by measure what it changes a year, on the mean of the years from first to last. [EUR/a]"""
    years = range(first, last + 1)
    plan = read_plan(planned.data, planned.name)
    return {measure.name: float(amounts_of(measure, years).mean()) for measure in plan.measures}


def budget_lines(budget: Dataset) -> tuple[evidence.Record, dict[str, tuple[str, str, str]]]:
    """Take what a budget has by product area and kind of account, debts aside.

    Parameters
    ----------
    budget : Dataset
        Filled table "budget".

    Returns
    -------
    record, mapping
        The amounts, as outcome `lines` by area and kind, and below it by year and status [EUR]; and for each line its
        area, kind and name.

    Raises
    ------
    InputError
        If it is another table, or a product area is no short code.
    """
    found = _opened(budget, "budget")
    lines: dict[str, tuple[str, str, str]] = {}
    amounts: dict[str, dict[str, float]] = {}
    for row in found.rows:
        if row["kind"] not in LINE_KINDS:
            continue
        area = str(row["area"]).strip()
        if not AREA.fullmatch(area):
            raise InputError(gettext_noop("'%(code)s' is no product area; use up to twelve letters and digits."),
                             where=budget.name, code=area[:40])  # fmt: skip
        key, then = f"{area}-{row['kind']}", f"{row['year']}-{row['status']}"
        lines.setdefault(key, (area, str(row["kind"]), str(row["name"])))
        line = amounts.setdefault(key, {})
        line[then] = line.get(then, 0.0) + float(row["amount"])
    outcomes = {"lines": {"unit": "EUR", "value": amounts}}
    return evidence.record("table", inputs={"budget": budget.digest}, outcomes=outcomes), lines


def budget_input(budget: Dataset, basis: Dataset, people: Mapping[str, Any]) -> Dataset:
    """Join the budget by product area, its key figures and the people to the input of the method.

    Product area 61 holds taxes, allocations, levies and interest: what it holds beyond them is other income and
    expense, so that the outlook begins with the result of the town's own plan.

    Parameters
    ----------
    budget, basis : Dataset
        Filled tables "budget" and "finance" of one town.
    people : mapping
        As under `population` of the method's file, or from `people_of`.

    Returns
    -------
    Dataset
        JSON.

    Raises
    ------
    InputError
        If a table is not the right one, is about another town, or lacks the year of the plan.
    """
    areas, figures = _opened(budget, "budget"), _opened(basis, "finance")
    if areas.head["ags"] != figures.head["ags"]:
        raise InputError(
            gettext_noop("The budget is about %(one)s, the key figures are about %(other)s."),
            one=areas.head["ags"], other=figures.head["ags"],
        )  # fmt: skip
    known = key_figures(figures)
    for name in NEEDED:
        if name not in known:
            raise InputError(
                gettext_noop("The key figure '%(name)s' is missing; write 0 if there is none."),
                where=basis.name, name=FINANCE_ITEMS[name][1],
            )  # fmt: skip
    year = int(known["plan_year"][2])
    sums = _sums(areas, year, budget.name)
    content = {"ags": figures.head["ags"], "base_year": year, "source": figures.head["source"],
               **_statements(known, year), "areas": _areas(sums), "population": dict(people)}  # fmt: skip
    income, expense = (sums.get((GENERAL_FINANCE, kind), ("", 0.0))[1] for kind in ("income", "expense"))
    taken = [
        known.get(name, (None, None, 0.0))[2]
        for name in (*(f"{tax}_yield" for tax in REAL_TAXES), *SHARES, "allocation")
    ]
    if income or expense:
        content["other_income"] = income - sum(taken)
        content["other_expense"] = expense - _spent(_dataset(content))
    return _dataset(content)


def _opened(dataset: Dataset, slug: str) -> Filled:
    found = read_filled(dataset.data, dataset.name)
    if found.template.slug != slug:
        raise InputError(
            gettext_noop("This is the table '%(found)s'; '%(wanted)s' is needed here."),
            where=dataset.name, found=found.template.title, wanted=slug,
        )  # fmt: skip
    return found


def _sums(areas: Filled, year: int, name: str) -> dict[tuple[str, str], tuple[str, float]]:
    """Take name and amount by area and kind for one year, from the plan where there is one, else from the result."""
    found: dict[tuple[str, str], tuple[str, float]] = {}
    for status in ("result", "plan"):
        for row in areas.rows:
            if row["year"] == year and row["status"] == status and row["kind"] in ("income", "expense"):
                found[str(row["area"]), row["kind"]] = (str(row["name"]), float(row["amount"]))
    if not any(kind == "expense" for _, kind in found):
        raise InputError(gettext_noop("The budget has no expense for %(year)s."), where=name, year=year)
    return found


def _areas(sums: Mapping[tuple[str, str], tuple[str, float]]) -> dict[str, Any]:
    codes = dict.fromkeys(code for code, _ in sums if code != GENERAL_FINANCE)
    made = {}
    for code in codes:
        rows = {kind: sums[code, kind] for kind in ("income", "expense") if (code, kind) in sums}
        made[code] = {"name": next(iter(rows.values()))[0], **{kind: amount for kind, (_, amount) in rows.items()}}
    return made


def _statements(known: Mapping[str, Sequence[float | None]], year: int) -> dict[str, Any]:
    def path(name: str) -> dict[str, float]:
        values = zip(range(year - 2, year + 1), known.get(name, ()), strict=False)
        return {str(then): value for then, value in values if value is not None}

    def one(name: str) -> float | None:
        return known[name][2] if name in known else None

    real = {tax: {"amount": path(f"{tax}_yield"), "rate": path(f"{tax}_rate"), "levelled_rate": path(f"{tax}_level")}
            for tax in REAL_TAXES}  # fmt: skip
    pupils = {kind: one(f"pupils_{kind}") for kind in ("primary", "secondary", "grammar")}
    money = {name: one(name) for name in MONEY if one(name) is not None}
    loans = {str(year): one("loans") or 0.0, str(year + 1): 0.0}  # a loan of the plan's year is not taken every year
    return {
        "taxes": {**real, **{name: {"amount": path(name)} for name in SHARES}},
        "equalisation": {
            **{name: one(name) for name in ("base_amount", "district_rate", "allocation")},
            "pupils": {kind: count for kind, count in pupils.items() if count},
        },
        "financing": {**money, "loans": loans},
    }


def _spent(made: Dataset) -> float:
    """Return what the model itself spends in product area 61 in the base year. [EUR/a]"""
    plan = read_plan(made.data, made.name)
    given = Assumptions()
    items = flows(plan, given, central(plan, given, 1), lambda year: finance_rules().rules(plan.land, year))
    path = financed(plan, given, items)
    return float(sum(path[name][0, 0] for name in SPENT))


def _dataset(content: Mapping[str, Any]) -> Dataset:
    return Dataset("budget.json", json.dumps(content, ensure_ascii=False, sort_keys=True).encode())
