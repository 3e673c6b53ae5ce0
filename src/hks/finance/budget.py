"""A town's budget year by year and draw by draw: what comes in, what goes out, what is left.

All arrays are (year, draw) [EUR/a] unless said otherwise; the first year is the base year of the plan.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hks.finance.assumptions import PAST, Assumptions, Sample
from hks.finance.equalisation import (
    allocation,
    district_base,
    has_surplus,
    levelled_rate,
    levy_year,
    need_behind,
    tax_power,
    total_weight,
    weighted_pupils,
)
from hks.finance.plan import CHILDREN, REAL_TAXES, SHARES, Area, Plan, at
from hks.finance.rules import Rules

RulesOf = Callable[[int], Rules]
Items = dict[str, np.ndarray]
PAID_INCOME = ("property_a", "property_b", "trade_tax", *SHARES, "allocation", "area_income", "other_income")
PAID_EXPENSE = ("trade_levy", "district_levy", "equalisation_levy", "area_expense", "other_expense")
YEARLY = ("repayment", "loans", "investment_payments", "investment_receipts", "depreciation", "released")


@dataclass(frozen=True)
class Taxes:
    """Tax bases (tax=3, past + year, draw), each share and both together (past + year, draw) [EUR].

    `rates` are the town's multipliers (tax=3, year) [%].
    """

    bases: np.ndarray
    shares: Mapping[str, np.ndarray]
    together: np.ndarray
    rates: np.ndarray


def taxes(plan: Plan, given: Assumptions, sample: Sample) -> Taxes:
    """Carry the plan's taxes on: bases grow and vary, shares follow the key, the key the people some years before."""
    ahead = np.maximum(np.arange(-PAST, sample.years), 0)
    then = [plan.base_year + min(year, 0) for year in range(-PAST, sample.years)]  # what is known, base year last
    calendar = [plan.base_year + year for year in range(sample.years)]
    draws = sample.price.shape[1]
    bases = np.empty((3, len(ahead), draws))
    growth = (given.property_growth, given.property_growth, given.trade_growth)
    for place, (name, grows) in enumerate(zip(REAL_TAXES, growth, strict=True)):
        tax = plan.taxes[name]
        known = np.array([100.0 * at(tax.amounts, year) / (at(tax.rates, year) or 100.0) for year in then])
        bases[place] = (known * (1.0 + grows) ** ahead)[:, None]
    bases[2, PAST:] *= sample.trade
    key = lagged(sample.people["residents"], float(given.key_lag), sample.years)
    shares = {}
    for name in SHARES:
        pool = np.array([at(plan.taxes[name].amounts, year) for year in then]) * (1.0 + given.share_growth) ** ahead
        shares[name] = np.repeat(pool[:, None], draws, axis=1)
        shares[name][PAST:] *= key / key[0]
    rates = np.array([[at(plan.taxes[name].rates, year) for year in calendar] for name in REAL_TAXES])
    return Taxes(bases, shares, np.asarray(sum(shares.values())), rates)


def lagged(series: np.ndarray, lag: Any, years: int) -> np.ndarray:
    """Read a series some years before each year, between two years linearly.

    Parameters
    ----------
    series : (past + year, draw) array
    lag : float or (draw,) array
        At most PAST - 1. [a]
    years : int

    Returns
    -------
    (year, draw) array
        [as series]
    """
    whole = np.floor(lag).astype(np.int64)
    part = lag - whole
    if np.ndim(lag) == 0:
        near, far = (series[PAST - back : PAST - back + years] for back in (int(whole), int(whole) + 1))
    else:
        rows = PAST + np.arange(years)[:, None] - whole[None, :]
        near, far = (np.take_along_axis(series, rows - back, axis=0) for back in (0, 1))
    return np.asarray((1.0 - part) * near + part * far)


def remanent(ratio: np.ndarray, stays: Any, stays_up: Any) -> np.ndarray:
    """Say how a cost follows its driver.

    Parameters
    ----------
    ratio : (...) array
        Driver over its value in the base year. [1]
    stays, stays_up : (...) array
        Share of the cost that does not move when the driver falls, and when it grows. [1]

    Returns
    -------
    (...) array
        Cost over its value in the base year, at the same prices. [1]
    """
    kept = np.where(ratio < 1.0, stays, stays_up)
    return np.asarray(kept + (1.0 - kept) * ratio)


def over_base(later: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Divide by the base year; what begins at nothing stays as it is. (year, draw) [1]"""
    return np.where(base > 0, later / np.where(base > 0, base, 1.0), 1.0)


def area_flows(plan: Plan, area: Area, given: Assumptions, sample: Sample) -> tuple[np.ndarray, np.ndarray]:
    """Return what an area takes in and pays: income follows its users at once, cost with remanence and late."""
    driver = sample.people[area.driver]
    reach = lagged(driver, sample.lag[area.code], sample.years)
    stays = sample.remanence[area.code]
    cost = remanent(over_base(reach, reach[0]), stays, given.remanence_up * stays)
    users = over_base(driver[PAST:], driver[PAST])
    income = area.income - plan.unpaid("income")[area.code]
    expense = area.expense - plan.unpaid("expense")[area.code]
    return income * sample.price * users, expense * sample.price * cost


def equalised(plan: Plan, given: Assumptions, sample: Sample, found: Taxes, rules_of: RulesOf) -> Items:
    """Settle equalisation and district levy year by year, with the lags of the law."""
    rows: dict[str, list[np.ndarray]] = {}
    draws = sample.price.shape[1]
    levied, paused = np.full(draws, plan.equalisation.levy_years), np.zeros(draws, dtype=np.int64)
    gap = np.zeros(draws)
    for k in range(sample.years):
        rules = rules_of(plan.base_year + k)
        weight, residents = _weight(plan, sample, rules, k)
        amount = plan.equalisation.base_amount * (1.0 + given.base_amount_growth) ** k
        power = _power(plan, found, rules, k)
        if k == 0:
            gap = need_gap(plan, weight * amount, power, rules) / plan.equalisation.base_amount
        need = (weight + gap) * amount
        rate, levied, paused = levy_year(levied, paused, has_surplus(need, power, rules), rules)
        mean = plan.equalisation.mean_power * residents * (1.0 + given.base_amount_growth) ** k
        settled = allocation(need, power, rules, levy_rate=rate, mean_power=mean)
        district = at(plan.equalisation.district_rate, plan.base_year + k) / 100.0 * district_base(power, settled)
        year = {
            "need": need, "tax_power": power, "allocation": settled.general, "earmarked_allocation": settled.earmarked,
            "equalisation_levy": settled.levy, "district_levy": district,
        }  # fmt: skip
        for name, row in year.items():
            rows.setdefault(name, []).append(row)
    return {name: np.stack(list_of) for name, list_of in rows.items()}


def _weight(plan: Plan, sample: Sample, rules: Rules, k: int) -> tuple[np.ndarray, np.ndarray]:
    then = PAST + k - rules.residents_lag
    people = sample.people
    residents = people["residents"][then - rules.residents_highest_of + 1 : then + 1].max(axis=0)
    children = np.stack([people[name][then] for name in CHILDREN])
    now, first = (people["pupils"][PAST + year - rules.pupils_lag] for year in (k, 0))
    pupils = weighted_pupils(dict(plan.equalisation.pupils), rules) * over_base(now, first)
    return total_weight(residents, children, pupils, rules, centre=plan.equalisation.centre), residents


def _power(plan: Plan, found: Taxes, rules: Rules, k: int) -> np.ndarray:
    levels = levels_of(plan, rules, plan.base_year + k)
    parts = [
        share * tax_power(found.bases[:, PAST + k - lag], levels, found.together[PAST + k - lag], rules)
        for lag, share in enumerate(rules.tax_lags) if share
    ]  # fmt: skip
    return np.asarray(sum(parts))


def levels_of(plan: Plan, rules: Rules, year: int) -> np.ndarray:
    """Return the levelled multipliers: of the law, else of the plan, else the town's own, rounded down. (tax=3,) [%]"""
    levels = []
    for name, fixed in zip(REAL_TAXES, rules.levelled_rates, strict=True):
        tax = plan.taxes[name]
        levels.append(fixed or at(tax.levels, year) or levelled_rate(at(tax.averages or tax.rates, year), rules))
    return np.array(levels)


def need_gap(plan: Plan, need: np.ndarray, power: np.ndarray, rules: Rules) -> np.ndarray:
    """Say what the plan's own allocation means beyond the need that its numbers give. (draw,) [EUR]

    It is carried on with the Grundbetrag, so that the projection begins where the plan stands.
    """
    stated = plan.equalisation.stated
    if not stated:
        return np.zeros_like(need)
    return np.asarray(need_behind(stated / (1.0 - rules.earmarked_share), power, rules) - need)


def flows(plan: Plan, given: Assumptions, sample: Sample, rules_of: RulesOf, *, detail: bool = False) -> Items:
    """Compute everything that does not depend on debt: taxes, equalisation, areas.

    Parameters
    ----------
    plan : Plan
    given : Assumptions
    sample : Sample
    rules_of : callable
        Rules of the plan's Land by year.
    detail : bool
        Whether each area stands in the answer too.

    Returns
    -------
    dict of (year, draw) arrays
        Items by name. [EUR/a]
    """
    found = taxes(plan, given, sample)
    items = equalised(plan, given, sample, found, rules_of)
    now = found.bases[:, PAST:]
    yields = [now[place] * found.rates[place][:, None] / 100.0 for place in range(3)]
    items |= dict(zip(("property_a", "property_b", "trade_tax"), yields, strict=True))
    items |= {name: found.shares[name][PAST:] for name in SHARES}
    levy = np.array([rules_of(plan.base_year + k).trade_levy for k in range(sample.years)])
    items["trade_levy"] = now[2] * levy[:, None] / 100.0
    items["residents"] = sample.people["residents"][PAST:]
    items["other_income"], items["other_expense"] = (
        each * sample.price for each in (plan.other_income, plan.other_expense)
    )
    items["area_income"], items["area_expense"] = np.zeros_like(sample.price), np.zeros_like(sample.price)
    for area in plan.areas:
        income, expense = area_flows(plan, area, given, sample)
        items["area_income"] += income
        items["area_expense"] += expense
        if detail:
            items |= {f"income_{area.code}": income, f"expense_{area.code}": expense}
    return items


def financed(plan: Plan, given: Assumptions, items: Mapping[str, np.ndarray], measures: Any = 0.0) -> Items:
    """Add debt, interest, liquidity and the results to the flows.

    Parameters
    ----------
    plan : Plan
    given : Assumptions
    items : mapping
        From `flows`.
    measures : (year,) or (year, draw) array
        Yearly amounts of measures, income and savings above 0. [EUR/a]

    Returns
    -------
    dict of (year, draw) arrays
        `ordinary_result` = ordinary income - ordinary expense; `operating_cash_balance` = the same without what is not
        paid; `free_margin` = that balance less scheduled repayment; `liquidity` and `debt` at the end of the year
        [EUR]; `cash_credit` where liquidity lacks [EUR].

    References
    ----------
    SächsKomHVO §§ 2, 3; SächsGemO § 72(4).
    """
    paid = operating(items)
    extra = np.broadcast_to(np.asarray(measures, dtype=float).T, paid.T.shape).T
    told = settle(plan, given, paid + extra, items["earmarked_allocation"])
    fixed = {name: row for name, row in planned(plan, len(paid)).items() if name not in told}
    told |= {name: np.repeat(row[:, None], paid.shape[1], axis=1) for name, row in fixed.items()}
    told["measures"] = np.array(extra)
    told["cash_credit"] = np.maximum(-told["liquidity"], 0.0)
    told["ordinary_income"] = sum(items[n] for n in PAID_INCOME) + told["released"] + np.maximum(extra, 0.0)
    told["ordinary_expense"] = (
        sum(items[n] for n in PAID_EXPENSE) + told["depreciation"] + told["interest"] + np.maximum(-extra, 0.0)
    )
    told["ordinary_result"] = told["ordinary_income"] - told["ordinary_expense"]
    told["operating_cash_balance"] = told["free_margin"] + told["repayment"]
    return {**items, **told}


def operating(items: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return what is paid in less what is paid out for current purposes, before interest. (year, draw) [EUR/a]"""
    return np.asarray(sum(items[n] for n in PAID_INCOME) - sum(items[n] for n in PAID_EXPENSE))


def planned(plan: Plan, years: int) -> dict[str, np.ndarray]:
    """Return the yearly amounts that the plan itself fixes. (year,) [EUR/a]"""
    calendar = range(plan.base_year, plan.base_year + years)
    return {name: np.array([at(getattr(plan.financing, name), year) for year in calendar]) for name in YEARLY}


def settle(plan: Plan, given: Assumptions, paid: np.ndarray, earmarked: np.ndarray) -> Items:
    """Carry debt and liquidity from year to year.

    Parameters
    ----------
    plan : Plan
    given : Assumptions
    paid : (year, draw) array
        Current receipts less payments before interest. [EUR/a]
    earmarked : (year, draw) array
        Allocation for investment. [EUR/a]

    Returns
    -------
    dict of (year, draw) arrays
        `interest`, `repayment`, `free_margin` [EUR/a]; `liquidity` and `debt` at the end of the year [EUR].
    """
    yearly = planned(plan, len(paid))
    told: Items = {name: np.empty_like(paid) for name in ("interest", "repayment", "free_margin", "liquidity", "debt")}
    rate = 0.01 * plan.financing.interest_rate
    debt, liquid = np.full(paid.shape[1], plan.financing.debt), np.full(paid.shape[1], plan.financing.liquidity)
    invested = (yearly["investment_receipts"] - yearly["investment_payments"] + yearly["loans"])[:, None] + earmarked
    for k in range(len(paid)):
        interest = rate * debt + given.cash_credit_interest * np.maximum(-liquid, 0.0)
        repaid = np.minimum(yearly["repayment"][k], debt)
        margin = paid[k] - interest - repaid
        liquid = liquid + margin + invested[k]
        debt = debt - repaid + yearly["loans"][k]
        for name, row in zip(told, (interest, repaid, margin, liquid, debt), strict=True):
            told[name][k] = row
    return told
