"""10,000 draws x 30 years of a town's budget beside its people, beside numpy, and beside a loop with plain numbers.

Aims: 5 percent of the projection of the people, 50 times the loop. Ratios only, taken in turn; the loop runs on fewer
draws and is scaled. It is written from the rules again, so it is also the second opinion of a test.
"""

import math
import os
import time
from collections.abc import Callable

import numpy as np

from hks.core.parameters import checked
from hks.demography.cohort_component import Drivers, Noise, empty_book, project
from hks.finance.assumptions import PAST, Assumptions, Sample, sampled
from hks.finance.budget import financed, flows
from hks.finance.budget_ensemble import margin_by_draw, paid_by_draw
from hks.finance.plan import CHILDREN, REAL_TAXES, SHARES, Area, Equalisation, Financing, Plan, Population, Tax, at
from hks.finance.rules import Rules
from hks.workbench.catalogues import finance_rules
from hks.workbench.methods import METHODS

DRAWS, YEARS, LOOPED, ROUNDS = 10_000, 30, 20, 11


def town(years: int = YEARS, paths: int = 50) -> Plan:
    """Make an invented Saxon town with several population paths."""
    rng = np.random.default_rng(5)
    calendar = tuple(range(2024, 2026 + years + 1))
    fall = np.cumprod(1 + rng.normal(-0.006, 0.004, (paths, len(calendar))), axis=1)
    sizes = {"residents": 16_300, "children_0_2": 340, "children_3_5": 400, "children_6_10": 720, "pupils": 1500}
    return Plan(
        land="SN",
        base_year=2026,
        taxes={
            "property_a": Tax({2026: 40_000.0}, {2026: 330.0}, {2026: 315.0}),
            "property_b": Tax({2026: 1_900_000.0}, {2026: 430.0}, {2026: 427.5}),
            "trade": Tax({2024: 5.6e6, 2025: 6.1e6, 2026: 6e6}, {2026: 400.0}, {2026: 390.0}),
            "income_share": Tax({2024: 5.2e6, 2026: 5.5e6}),
            "vat_share": Tax({2026: 1.2e6}),
        },
        equalisation=Equalisation(700.0, {2026: 33.0}, {"primary": 500, "secondary": 450}, stated=4.1e6),
        areas=(
            Area("11", "Administration", 900_000.0, 7_900_000.0, "residents"),
            Area("21", "Schools", 400_000.0, 3_300_000.0, "pupils", lag=(2.0, 3.0)),
            Area("36", "Child care", 6_100_000.0, 9_700_000.0, "children", remanence=(0.4, 0.6)),
            Area("54", "Roads", 300_000.0, 3_600_000.0, "none"),
        ),
        financing=Financing(
            9e6, 2.1, 4e6, 3e6, repayment={2026: 700_000.0}, investment_payments={2026: 1.2e6},
            investment_receipts={2026: 700_000.0}, depreciation={2026: 3e6}, released={2026: 1.4e6},
        ),
        population=Population(calendar, {name: size * fall for name, size in sizes.items()}),
        other_income=900_000.0,
    )  # fmt: skip


ASSUMED = Assumptions(
    remanence={"administration": 0.6, "child_care": 0.5, "schools": 0.7, "networks": 0.9},
    lag={"administration": 1.0, "child_care": 2.5, "schools": 2.5, "networks": 1.0},
)


def looped(plan: Plan, given: Assumptions, sample: Sample) -> list[list[float]]:
    """Compute the free margin draw by draw and year by year with plain numbers."""
    return [_one(plan, given, sample, draw) for draw in range(sample.price.shape[1])]


def _one(plan: Plan, given: Assumptions, sample: Sample, draw: int) -> list[float]:
    people = {name: series[:, draw].tolist() for name, series in sample.people.items()}
    price, trade = sample.price[:, draw].tolist(), sample.trade[:, draw].tolist()
    growth = {"property_a": given.property_growth, "property_b": given.property_growth, "trade": given.trade_growth}

    def base(name: str, year: int) -> float:
        tax, known = plan.taxes[name], min(year, 0) + plan.base_year
        grown = at(tax.amounts, known) / at(tax.rates, known) * (1 + growth[name]) ** max(year, 0)
        return grown * (trade[year] if name == "trade" and year > 0 else 1.0)

    def share(year: int) -> float:
        amount = sum(at(plan.taxes[name].amounts, min(year, 0) + plan.base_year) for name in SHARES)
        moved = people["residents"][PAST + year - given.key_lag] / people["residents"][PAST - given.key_lag]
        return amount * (1 + given.share_growth) ** max(year, 0) * (moved if year > 0 else 1.0)

    money, debt, liquid, margins, gap, levied, paused = (
        plan.financing,
        plan.financing.debt,
        plan.financing.liquidity,
        [],
        0.0,
        0,
        0,
    )
    for year in range(len(price)):
        rules = finance_rules().rules(plan.land, plan.base_year + year)
        amount = plan.equalisation.base_amount * (1 + given.base_amount_growth) ** year
        weight, power = _weight(plan, people, rules, year), 0.0
        for lag, part in enumerate(rules.tax_lags):
            bases = {name: base(name, year - lag) for name in REAL_TAXES}
            levels = {name: at(plan.taxes[name].levels, plan.base_year + year) for name in REAL_TAXES}
            levels["trade"] = min(levels["trade"], rules.trade_level_cap) - rules.trade_levy
            power += part * (sum(bases[name] * levels[name] for name in REAL_TAXES) + share(year - lag))
        if year == 0:
            gap = _needed(plan.equalisation.stated / (1 - rules.earmarked_share), power, rules) / amount - weight
        need = (weight + gap) * amount
        total = rules.equalised_share * max(need - power, 0.0)
        total = round(total + rules.floor_top_up * max(rules.floor_share * need - total - power, 0.0))
        levy = 0.0
        if power > need:
            levy = round(rules.levy_rates[min(levied, 2)] * (power - need))
            levied, paused = levied + 1, 0
        else:
            paused += 1
            levied = 0 if paused >= rules.levy_pause else levied
        earmarked = rules.earmarked_share * total
        district = at(plan.equalisation.district_rate, plan.base_year + year) / 100 * (power + total - earmarked - levy)
        taxes = sum(base(n, year) * at(plan.taxes[n].rates, plan.base_year + year) for n in REAL_TAXES) + share(year)
        paid = taxes + total - earmarked - district - levy - base("trade", year) * rules.trade_levy
        paid += (
            _areas(plan, given, sample, people, price, draw, year)
            + (plan.other_income - plan.other_expense) * price[year]
        )
        interest = money.interest_rate / 100 * debt + given.cash_credit_interest * max(-liquid, 0.0)
        repaid = min(at(money.repayment, plan.base_year + year), debt)
        margins.append(paid - interest - repaid)
        invested = at(money.investment_receipts, plan.base_year) - at(money.investment_payments, plan.base_year)
        liquid += margins[-1] + invested + earmarked
        debt -= repaid
    return margins


def _weight(plan: Plan, people: dict[str, list[float]], rules: Rules, year: int) -> float:
    then = PAST + year - rules.residents_lag
    residents, points, percents = people["residents"][then], rules.weight_points, rules.weight_percent
    place = next(n for n in range(1, len(points)) if residents <= points[n])
    slope = (percents[place] - percents[place - 1]) / (points[place] - points[place - 1])
    percent = math.ceil(round(100 * (percents[place - 1] + slope * (residents - points[place - 1])), 6)) / 100
    children = sum(w * people[n][then] for w, n in zip(rules.child_weights, CHILDREN, strict=True))
    pupils = sum(rules.pupil_weights[kind] * count for kind, count in plan.equalisation.pupils.items())
    moved = people["pupils"][PAST + year - rules.pupils_lag] / people["pupils"][PAST - rules.pupils_lag]
    return residents * percent / 100 + rules.child_factor * children + rules.pupil_factor * pupils * moved


def _needed(total: float, power: float, rules: Rules) -> float:
    plain = power + total / rules.equalised_share
    return plain if total + power >= rules.floor_share * plain else (total + 0.975 * power) / 0.876


def _areas(
    plan: Plan,
    given: Assumptions,
    sample: Sample,
    people: dict[str, list[float]],
    price: list[float],
    draw: int,
    year: int,
) -> float:
    left = 0.0
    income, expense = (sum(getattr(area, side) for area in plan.areas) for side in ("income", "expense"))
    for area in plan.areas:
        driver, late = people[area.driver], float(sample.lag[area.code][draw])
        whole = int(late)
        reach, first = (
            (1 - late + whole) * driver[PAST + then - whole] + (late - whole) * driver[PAST + then - whole - 1]
            for then in (year, 0)
        )
        ratio, stays = reach / first, float(sample.remanence[area.code][draw])
        stays *= 1.0 if ratio < 1 else given.remanence_up
        released, worn = (at(getattr(plan.financing, name), 2026) for name in ("released", "depreciation"))
        left += area.income * (1 - released / income) * price[year] * driver[PAST + year] / driver[PAST]
        left -= area.expense * (1 - worn / expense) * price[year] * (stays + (1 - stays) * ratio)
    return left


def vectorised(plan: Plan, given: Assumptions, sample: Sample) -> np.ndarray:
    """Compute the same for all draws at once."""
    book = finance_rules()
    return financed(plan, given, flows(plan, given, sample, lambda year: book.rules(plan.land, year)))["free_margin"]


def people(draws: int) -> tuple[np.ndarray, Drivers]:
    """Make the people of an invented town, as benchmarks/projection.py does."""
    rng = np.random.default_rng(1)
    flat = np.full((2, 101), 1 / 202)
    index = np.cumsum(rng.normal(-0.8, 1.0, (draws, YEARS)), axis=1)
    return flat * 20_000, Drivers(
        np.linspace(-8.5, -0.8, 101) + np.zeros((2, 101)), flat * 2, index, rng.uniform(1.2, 1.8, (draws, YEARS)),
        np.full(35, 1 / 35), rng.uniform(0, 150, (draws, YEARS)), flat,
    )  # fmt: skip


def projected(population: np.ndarray, drivers: Drivers, noise: Noise | None = None) -> np.ndarray:
    """Project them with births and deaths by age."""
    return project(population, drivers, noise=noise, book=empty_book(len(drivers.fertility), YEARS))


def compiled(plan: Plan, given: Assumptions, sample: Sample) -> np.ndarray:
    """Compute the same with the compiled loops."""
    book = finance_rules()
    return margin_by_draw(plan, given, paid_by_draw(plan, given, sample, lambda year: book.rules(plan.land, year)))


def answered(plan: Plan, draws: int) -> object:
    """Answer what a page asks for: fan, balance, one inhabitant less."""
    method = METHODS["finance-project"]
    return method.compute({"budget": plan}, checked(method.parameters, {"draws": draws}), 1)


def seconds(work: Callable[[], object], times: int) -> list[float]:
    """Time a piece of work several times. [s]"""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return taken


def in_turn(works: dict[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """Time several pieces of work in turn, so that a busy machine slows all alike. [s]"""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(times):
        for name, work in works.items():
            taken[name] += seconds(work, 1)
    return taken


def ratio(above: list[float], below: list[float], unit: float = 1.0) -> str:
    """Say the median of the ratios of pairs, and the smallest and largest."""
    found = [unit * one / other for one, other in zip(above, below, strict=True)]
    return f"{np.median(found):.1f} ({min(found):.1f} to {max(found):.1f})"


def main() -> None:
    """Print the ratios."""
    plan = town()
    many, few = (sampled(plan, ASSUMED, count, 1, YEARS) for count in (DRAWS, LOOPED))
    for ours in (vectorised, compiled):
        np.testing.assert_allclose(ours(plan, ASSUMED, few).T, looped(plan, ASSUMED, few), rtol=1e-9, atol=1e-2)
    population, drivers = people(DRAWS)
    projected(population, drivers, Noise(1))
    taken = in_turn({
        "projection": lambda: projected(population, drivers),
        "chance": lambda: projected(population, drivers, Noise(1)),
        "compiled": lambda: compiled(plan, ASSUMED, many),
        "vectorised": lambda: vectorised(plan, ASSUMED, many),
        "sampled": lambda: sampled(plan, ASSUMED, DRAWS, 1, YEARS),
        "loop": lambda: looped(plan, ASSUMED, few),
    }, ROUNDS)  # fmt: skip
    loop = [one * DRAWS / LOOPED for one in taken["loop"]]
    print(f"{DRAWS} draws x {YEARS} years on {os.cpu_count()} cores; median and range of {ROUNDS} pairs taken in turn")
    print(f"compiled: median {1000 * np.median(taken['compiled']):.1f} ms")
    print(f"percent of the projection of the people (aim 5): {ratio(taken['compiled'], taken['projection'], 100)}")
    print(f"percent of the projection with chance by moments: {ratio(taken['compiled'], taken['chance'], 100)}")
    whole = [one + other for one, other in zip(taken["compiled"], taken["sampled"], strict=True)]
    print(f"percent of it, prices, taxes and cost drawn too: {ratio(whole, taken['projection'], 100)}")
    print(f"vectorised numpy: {ratio(taken['vectorised'], taken['compiled'])} times the compiled")
    print(f"loop over draws and years (aim 50): {ratio(loop, taken['compiled'])} times the compiled")
    page = seconds(lambda: answered(plan, 1000), 5)
    print(f"the whole answer for a page, 1000 draws x {YEARS} years: median {1000 * np.median(page):.0f} ms")


if __name__ == "__main__":
    main()
