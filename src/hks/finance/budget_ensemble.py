"""A town's budget along many draws at once, compiled: the account of `budget.flows` and `budget.settle`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hks.finance.assumptions import PAST, Assumptions, Sample, central
from hks.finance.budget import RulesOf, levels_of, planned
from hks.finance.equalisation import weighted_pupils
from hks.finance.plan import (
    CHILDREN,
    REAL_TAXES,
    SHARES,
    TAXES,
    Area,
    Equalisation,
    Financing,
    Plan,
    Population,
    Tax,
    at,
)
from hks.finance.rules import RuleBook, Rules

SERIES = ("residents", *CHILDREN, "pupils", "children", "none")  # in the order of the kernel
PARTS = ("allocation", "equalisation_levy", "shares", "district_levy", "area_income", "area_expense")


@dataclass(frozen=True)
class Paid:
    """What does not depend on debt.

    Parameters
    ----------
    paid : (year, draw) array
        Paid in less paid out for current purposes, before interest. [EUR/a]
    earmarked : (year, draw) array
        Allocation for investment. [EUR/a]
    parts : dict of (draw,) arrays
        Some items of the last year, by the names of `PARTS`. [EUR/a]
    """

    paid: np.ndarray
    earmarked: np.ndarray
    parts: Mapping[str, np.ndarray]


def paid_by_draw(plan: Plan, given: Assumptions, sample: Sample, rules_of: RulesOf) -> Paid:
    """Compute taxes, equalisation and areas along every draw.

    Parameters
    ----------
    plan : Plan
    given : Assumptions
    sample : Sample
    rules_of : callable
        Rules of the plan's Land by year.

    Returns
    -------
    Paid
        What `flows` and `operating` answer, but for the last digits.
    """
    from hks.finance.budget_kernels import paid_of_draws

    years, draws = sample.price.shape
    paid, earmarked = np.empty((years, draws)), np.empty((years, draws))
    parts = np.zeros((len(PARTS), draws))
    paid_of_draws(
        PAST, tuple(np.ascontiguousarray(sample.people[name], dtype=np.float64) for name in SERIES),
        *(np.ascontiguousarray(rows) for rows in (sample.price, sample.trade)), float(given.key_lag),
        *_law(plan, given, [rules_of(plan.base_year + k) for k in range(years)]), *_areas(plan, given, sample),
        plan.other_income - plan.other_expense, years - 1, paid, earmarked, parts,
    )  # fmt: skip
    return Paid(paid, earmarked, dict(zip(PARTS, parts, strict=True)))


def margin_by_draw(plan: Plan, given: Assumptions, found: Paid, amounts: np.ndarray | None = None) -> np.ndarray:
    """Carry debt and liquidity on and return the free margin, with yearly amounts of measures.

    Parameters
    ----------
    plan : Plan
    given : Assumptions
    found : Paid
    amounts : (year,) array, optional
        Income and savings above 0. [EUR/a]

    Returns
    -------
    (year, draw) array
        [EUR/a]
    """
    from hks.finance.budget_kernels import margins

    money, years = plan.financing, len(found.paid)
    yearly = planned(plan, years)
    invested = yearly["investment_receipts"] - yearly["investment_payments"] + yearly["loans"]
    out = np.empty_like(found.paid)
    margins(
        found.paid, found.earmarked, np.zeros(years) if amounts is None else np.asarray(amounts, dtype=float),
        yearly["repayment"], yearly["loans"], invested, float(money.debt), float(money.liquidity),
        0.01 * money.interest_rate, given.cash_credit_interest, out,
    )  # fmt: skip
    return out


def _areas(plan: Plan, given: Assumptions, sample: Sample) -> tuple[Any, ...]:
    income, expense = plan.unpaid("income"), plan.unpaid("expense")
    paid = [(area.income - income[area.code], area.expense - expense[area.code]) for area in plan.areas]
    draws = sample.price.shape[1]
    stays, late = (
        np.array([kept[area.code] for area in plan.areas]).reshape(-1, draws) for kept in (sample.remanence, sample.lag)
    )
    drivers = np.array([SERIES.index(area.driver) for area in plan.areas], dtype=np.int64)
    return drivers, np.array(paid).reshape(-1, 2), stays, float(given.remanence_up), late


def _law(plan: Plan, given: Assumptions, rules: list[Rules]) -> tuple[Any, ...]:
    """Put what depends on the year alone into tables, in the order of the kernel."""
    years = [_year(plan, given, law, k) for k, law in enumerate(rules)]
    lags = max(len(law.tax_lags) for law in rules)
    power = np.zeros((2, len(rules), lags))
    for k, law in enumerate(rules):
        level = _trade_level(plan, law, k)
        for lag, share in enumerate(law.tax_lags):
            power[0, k, lag] = share * level * _base(plan, given, "trade", k - lag) / 100.0
            power[1, k, lag] = share * _pool(plan, given, k - lag)
    whole = [(law.residents_lag, law.residents_highest_of, law.pupils_lag, law.levy_pause) for law in rules]
    return (
        np.array(years), np.array(whole, dtype=np.int64),
        np.array([len(law.weight_points) for law in rules], dtype=np.int64),
        _padded([law.weight_points for law in rules]), _padded([law.weight_percent for law in rules]),
        power[0], power[1], _padded([law.levy_rates for law in rules]), float(plan.equalisation.stated or 0.0),
        plan.equalisation.base_amount, int(plan.equalisation.levy_years),
    )  # fmt: skip


def _year(plan: Plan, given: Assumptions, law: Rules, k: int) -> tuple[float, ...]:
    equal, year = plan.equalisation, plan.base_year + k
    grown = (1.0 + given.base_amount_growth) ** k
    levels = levels_of(plan, law, year)
    property_power = sum(
        share * levels[n] * _base(plan, given, name, k - lag) / 100.0
        for lag, share in enumerate(law.tax_lags) for n, name in enumerate(REAL_TAXES[:2])
    )  # fmt: skip
    rates = [at(plan.taxes[name].rates, year) for name in REAL_TAXES]
    fixed = sum(rates[n] * _base(plan, given, name, k) / 100.0 for n, name in enumerate(REAL_TAXES[:2]))
    return (
        property_power, equal.base_amount * grown, equal.mean_power * grown, at(equal.district_rate, year) / 100.0,
        fixed, (rates[2] - law.trade_levy) * _base(plan, given, "trade", k) / 100.0, _pool(plan, given, k),
        law.centre_supplement if equal.centre else 0.0, law.pupil_factor * weighted_pupils(dict(equal.pupils), law),
        *(law.child_factor * weight for weight in law.child_weights),
        law.equalised_share, law.floor_share, law.floor_top_up, law.levy_threshold, law.earmarked_share,
        float(law.floor_basis == "need"), float(law.weight_rounding == "up"), float(law.whole_euro),
    )  # fmt: skip


def _trade_level(plan: Plan, law: Rules, k: int) -> float:
    return min(float(levels_of(plan, law, plan.base_year + k)[2]), law.trade_level_cap) - law.trade_levy


def _base(plan: Plan, given: Assumptions, name: str, k: int) -> float:
    """Return a tax base of a year before its chance. [EUR]"""
    tax, then = plan.taxes[name], plan.base_year + min(k, 0)
    grows = given.trade_growth if name == "trade" else given.property_growth
    return float(100.0 * at(tax.amounts, then) / (at(tax.rates, then) or 100.0) * (1.0 + grows) ** max(k, 0))


def _pool(plan: Plan, given: Assumptions, k: int) -> float:
    """Return both shares of a year before their key moves. [EUR/a]"""
    then = plan.base_year + min(k, 0)
    return float(sum(at(plan.taxes[name].amounts, then) for name in SHARES) * (1.0 + given.share_growth) ** max(k, 0))


def _padded(rows: list[tuple[float, ...]]) -> np.ndarray:
    """Lay rows of different length below one another, the last number carried on."""
    width = max(len(row) for row in rows)
    return np.array([[*row, *[row[-1]] * (width - len(row))] for row in rows], dtype=float)


def warm_up(book: RuleBook) -> None:
    """Compile the kernels on the smallest case."""
    years = (2026, 2027)
    plan = Plan(
        land="SN", base_year=years[0], equalisation=Equalisation(700.0, {years[0]: 33.0}),
        taxes={name: Tax({years[0]: 1.0}, {years[0]: 400.0}) for name in TAXES}, financing=Financing(),
        areas=(Area("11", "", 1.0, 1.0, "residents"),), population=Population(years, {"residents": np.ones((1, 2))}),
    )  # fmt: skip
    given = Assumptions()
    margin_by_draw(plan, given, paid_by_draw(plan, given, central(plan, given, 1), lambda k: book.rules("SN", k)))
