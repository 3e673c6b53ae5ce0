"""The method: a town's budget over the years of a population path, its fan, its balance and what follows."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.finance.assumptions import FEES, KIND_NAMES, PAST, Assumptions, Sample, central, drawn_evenly, sampled
from hks.finance.budget import RulesOf, financed, flows
from hks.finance.budget_ensemble import Paid, margin_by_draw, paid_by_draw
from hks.finance.equalisation import skimmed
from hks.finance.fees import fee_per_cubic_metre, fee_per_head, remanence_of
from hks.finance.plan import CHILDREN, REAL_TAXES, SHARES, PeopleByDraw, Plan
from hks.finance.room_for_manoeuvre import (
    SETTLED,
    BalanceRule,
    fan,
    one_inhabitant_less,
    sets_that_keep,
)
from hks.finance.rules import RuleBook
from hks.finance.warning_class import NO_RATING, NOT_HERE, points, warning_class
from hks.numerics.quantiles import named_quantiles

SPEED, SET = 2_000_000.0, 3e-4  # draw-years per second, seconds for one set of measures; our measurement, two cores
OURS = gettext_noop("our choice, not checked")
EXPERTS = gettext_noop("expert range, not checked")
MOVING = ("trade", *SHARES)  # taxes whose earlier years matter to equalisation
RULES_UNCHECKED = gettext_noop(
    "Some rules of equalisation were not checked for the years of this projection; they stand under 'unchecked'."
)
NO_CHILDREN = gettext_noop(
    "The population path does not give children by age: equalisation counts none of them, and child care follows all"
    " residents."
)
NO_PUPILS = gettext_noop("The population path does not give pupils: schools follow all residents.")
NO_LEVEL = gettext_noop("A levelled multiplier is missing; the town's own, rounded down as the law does, was taken.")
NO_HISTORY = gettext_noop("Yields before the base year are missing; equalisation begins with those of the base year.")
NO_MEAN = gettext_noop("The mean tax power of all towns is missing; the floor of equalisation was left out.")
BY_QUANTILES = gettext_noop(
    "The people are given as quantiles: each future keeps its rank in every year and age. With the ensemble draw by"
    " draw, each future has its own people."
)
ONE_PATH = gettext_noop(
    "The file has one population path: the fan shows prices, trade tax and cost behaviour, but not the people."
)


def answer_with(book: RuleBook, inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Project a plan: one path in the middle, and a fan of draws around it."""
    plan = plan_of(inputs)
    given = assumptions(values)
    years = horizon(plan, given, cast("int", values["years"]))

    def rules_of(year: int) -> Any:
        return book.rules(plan.land, year)

    middle = central(plan, given, years)
    path = financed(plan, given, flows(plan, given, middle, rules_of, detail=True))
    drawn = sampled(plan, given, cast("int", values["draws"]), seed, max(years, SETTLED))
    cut = _cut(drawn, years)
    paid = paid_by_draw(plan, given, cut, rules_of)
    calendar = [plan.base_year + k for k in range(years + 1)]
    return {
        "years": calendar,
        "items": {name: row[:, 0].tolist() for name, row in path.items()},
        "free_margin": fan(margin_by_draw(plan, given, paid)),
        "per_inhabitant": per_inhabitant(plan, given, _cut(drawn, SETTLED), rules_of),
        "skimmed": float(skimmed(
            path["need"][0, 0], path["tax_power"][0, 0], rules_of(plan.base_year),
            levy_rate=rules_of(plan.base_year).levy_rates[0],
        )),
        "balance": balance(plan, given, paid, values, calendar),
        "fees": fees(plan, given, cut, seed),
        **early_warning(plan, path),
        "unchecked": unchecked(rules_of, calendar),
        "warnings": remarks(plan, rules_of, calendar, middle),
    }  # fmt: skip


def plan_of(inputs: Inputs) -> Plan:
    """Take the plan; where the ensemble of the people is given too, each draw of the budget reads one of its draws."""
    plan: Plan = inputs["budget"]
    people: PeopleByDraw | None = inputs.get("population")
    return plan if people is None else replace(plan, population=people.as_population(plan.population))


def horizon(plan: Plan, given: Assumptions, years: int) -> int:
    """Return how many years the projection looks ahead; 0 is as far as the population path.

    Raises
    ------
    InputError
        If the path does not reach that far, or trade tax should change in a year that is not projected.
    """
    known = plan.last_year - plan.base_year
    if years > known:
        raise InputError(
            gettext_noop("The population path ends in %(last)s; %(years)s years after %(base)s are not in it."),
            last=plan.last_year, years=years, base=plan.base_year,
        )  # fmt: skip
    last = plan.base_year + (years or known)
    if given.shock and given.shock_year and not plan.base_year < given.shock_year <= last:
        raise InputError(
            gettext_noop("Trade tax cannot change in %(year)s; a year from %(first)s to %(last)s is right."),
            year=given.shock_year, first=plan.base_year + 1, last=last,
        )  # fmt: skip
    return years or known


def _cut(sample: Sample, years: int) -> Sample:
    people = {name: series[: PAST + years + 1] for name, series in sample.people.items()}
    return Sample(
        people, sample.price[: years + 1], sample.trade[: years + 1], sample.remanence, sample.lag, sample.missing
    )


def assumptions(values: Values) -> Assumptions:
    """Turn the values of a person into shares."""
    number = {name: cast("float", value) for name, value in values.items() if isinstance(value, int | float)}
    percent = {
        name: number[name] / 100.0
        for name in ("cost_growth", "cost_growth_spread", "trade_growth", "trade_spread", "property_growth",
                     "share_growth", "base_amount_growth", "cash_credit_interest")
    }  # fmt: skip
    late = number["lag_services"]
    return Assumptions(
        **percent,
        key_lag=int(number["key_lag"]),
        remanence={kind: number[f"remanence_{kind}"] for kind in KIND_NAMES},
        remanence_spread=number["remanence_spread"],
        remanence_up=number["remanence_up"],
        lag=dict.fromkeys(KIND_NAMES, number["lag_other"]) | {"child_care": late, "schools": late},
        lag_spread=number["lag_spread"],
        shock=number["trade_shock"] / 100.0,
        shock_year=int(number["trade_shock_year"]),
        shock_years=int(number["trade_shock_years"]),
    )


def per_inhabitant(plan: Plan, given: Assumptions, sample: Sample, rules_of: RulesOf) -> dict[str, Any]:
    """Say what one inhabitant less changes, everybody alike and, where ages are known, for a child under three."""
    told = {"everybody": one_inhabitant_less(plan, given, sample, rules_of)}
    if not set(CHILDREN) & set(sample.missing):
        small = {"residents": 1.0, "children_0_2": 1.0}
        told["child_0_2"] = one_inhabitant_less(plan, given, sample, rules_of, small)
    return {
        who: {part: {q: float(v) for q, v in named_quantiles(drawn).items()} for part, drawn in parts.items()}
        for who, parts in told.items()
    }


def balance(plan: Plan, given: Assumptions, paid: Paid, values: Values, years: list[int]) -> dict[str, Any]:
    """Look for the sets of the plan's measures that keep the balance rule."""
    rule = BalanceRule(
        cast("float", values["floor"]), cast("float", values["certainty"]),
        cast("int", values["balance_since"]) or plan.base_year + 1,
    )  # fmt: skip
    kept = sets_that_keep(rule, plan.measures, years, partial(margin_by_draw, plan, given, paid), plan.excludes)
    return {
        "floor": rule.floor,
        "certainty": rule.certainty,
        "since": rule.since,
        "kept_without_measures": any(not found.measures for found in kept),
        "sets": [
            {"measures": list(found.measures), "reserve": found.reserve, "free_margin": dict(found.last)}
            for found in kept
        ],
    }


def fees(plan: Plan, given: Assumptions, sample: Sample, seed: int) -> dict[str, Any]:
    """Say what a resident pays for water and waste water, year by year."""
    drawn = drawn_evenly(seed, FEES, np.arange(sample.price.shape[1]))
    residents = sample.people["residents"][PAST:]
    told = {}
    for name, business in plan.fees.items():
        stays = remanence_of(name, business, drawn)
        head = fee_per_head(business, residents, sample.price, stays, given.remanence_up * stays)
        units = {"per_head": head, "per_cubic_metre": fee_per_cubic_metre(business, head)}
        told[name] = {
            unit: {q: row.tolist() for q, row in named_quantiles(fee.T).items()} for unit, fee in units.items()
        }
    return told


def early_warning(plan: Plan, path: dict[str, np.ndarray]) -> dict[str, Any]:
    """Score the path in the middle; outside Saxony there is no class."""
    if plan.land != "SN":
        return {"warning_class": None, "warning_classes": [], "warning_points": {}}
    credit = np.maximum(path["cash_credit"][:, 0], plan.financing.cash_credit_limit)
    scored = points(credit, path["ordinary_expense"][:, 0], path["debt"][:, 0], path["residents"][:, 0])
    classes = [warning_class(plan.land, int(total)) for total in scored.total]
    told = {"cash_credit": scored.cash_credit.tolist(), "debt": scored.debt.tolist(), "total": scored.total.tolist()}
    return {"warning_class": classes[-1], "warning_classes": classes, "warning_points": told}


def unchecked(rules_of: RulesOf, years: list[int]) -> list[dict[str, Any]]:
    """List the rules that nobody checked for a year of the projection, each with its source and first such year."""
    found: dict[str, dict[str, Any]] = {}
    for year in years:
        for number in rules_of(year).unchecked:
            found.setdefault(number.name, {"rule": number.name, "source": number.source, "from": year})
    return list(found.values())


def remarks(plan: Plan, rules_of: RulesOf, years: list[int], sample: Sample) -> list[str]:
    """Say what the projection had to assume."""
    rules = rules_of(plan.base_year)
    levels = zip(REAL_TAXES, rules.levelled_rates, strict=True)
    paths = plan.population.series["residents"]
    several = plan.population.quantiles or len(paths) > 1
    said = {
        RULES_UNCHECKED: bool(unchecked(rules_of, years)),
        NO_CHILDREN: bool(set(CHILDREN) & set(sample.missing)),
        NO_PUPILS: "pupils" in sample.missing,
        NO_LEVEL: any(not (fixed or plan.taxes[name].levels or plan.taxes[name].averages) for name, fixed in levels),
        NO_HISTORY: any(min(plan.taxes[name].amounts) > plan.base_year - len(rules.tax_lags) + 1 for name in MOVING),
        NO_MEAN: rules.floor_basis == "mean" and not plan.equalisation.mean_power,
        ONE_PATH: not several,
        BY_QUANTILES: plan.population.quantiles,
        NO_RATING: plan.land == "SN",
        NOT_HERE: plan.land != "SN",
    }
    return [text for text, holds in said.items() if holds]


def seconds(inputs: Inputs, values: Values) -> float:
    """Estimate the run. [s]"""
    plan = plan_of(inputs)
    sets = 2.0 ** len(plan.measures)
    years = max(plan.last_year - plan.base_year, SETTLED)
    return 0.05 + SET * sets + cast("int", values["draws"]) * years * (4.0 + 0.03 * sets) / SPEED


def _growth(name: str, title: str, default: float) -> Parameter:
    return Parameter(name, title, "number", default, "%/a", low=-20, high=20, step=0.1, source=OURS)


def _stays(name: str, title: str, default: float, source: str = EXPERTS) -> Parameter:
    return Parameter(f"remanence_{name}", title, "number", default, "1", low=0, high=1, step=0.05, spread=0.1,
                     source=source)  # fmt: skip


PARAMETERS = (
    Parameter("years", gettext_noop("Years ahead; 0 is as far as the population path"), "integer", 0, "a", low=0,
              high=60, source=gettext_noop("as the file says")),
    Parameter("draws", gettext_noop("Number of possible futures"), "integer", 1000, low=10, high=20_000, source=OURS),
    _growth("cost_growth", gettext_noop("Cost grows by"), 2.0),
    Parameter("cost_growth_spread", gettext_noop("Spread of the growth of cost"), "number", 0.5, "%/a", low=0, high=10,
              step=0.1, source=OURS),
    _growth("trade_growth", gettext_noop("The base of the trade tax grows by"), 2.0),
    Parameter("trade_spread", gettext_noop("Trade tax varies from year to year by"), "number", 15.0, "%", low=0,
              high=100, step=1, source=OURS),
    _growth("property_growth", gettext_noop("The bases of the property taxes grow by"), 0.0),
    _growth("share_growth", gettext_noop("The shares of income and value-added tax grow by"), 2.0),
    _growth("base_amount_growth", gettext_noop("The base amount of equalisation (Grundbetrag) grows by"), 2.0),
    Parameter("key_lag", gettext_noop("Years until the key of the tax shares follows the people"), "integer", 5, "a",
              low=0, high=6, source=OURS),
    _stays("administration", gettext_noop("Cost of administration that stays when people leave"), 0.6),
    _stays("child_care", gettext_noop("Cost of child care that stays when children lack"), 0.5),
    _stays("schools", gettext_noop("Cost of schools that stays when pupils lack"), 0.7),
    _stays("networks", gettext_noop("Cost of roads and supply that stays when people leave"), 0.9, OURS),
    Parameter("remanence_spread", gettext_noop("Spread of the cost that stays"), "number", 0.1, "1", low=0, high=0.5,
              step=0.05, source=OURS),
    Parameter("remanence_up", gettext_noop("Of the cost that stays, this share does not grow either"), "number", 0.5,
              "1", low=0, high=1, step=0.05, source=OURS,
              help=gettext_noop("Below 1, cost rises faster with more people than it falls with fewer.")),
    Parameter("lag_services", gettext_noop("Years until child care and schools adapt"), "number", 2.5, "a", low=0,
              high=5, step=0.5, source=EXPERTS),
    Parameter("lag_other", gettext_noop("Years until everything else adapts"), "number", 1.0, "a", low=0, high=5,
              step=0.5, source=OURS),
    Parameter("lag_spread", gettext_noop("Spread of these years"), "number", 0.5, "a", low=0, high=1, step=0.1,
              source=OURS),
    Parameter("cash_credit_interest", gettext_noop("Interest on cash credits"), "number", 3.0, "%/a", low=0, high=20,
              step=0.1, source=OURS),
    Parameter("trade_shock", gettext_noop("Trade tax suddenly changes by"), "number", 0.0, "%", low=-100, high=200,
              step=5, role="lever", source=OURS),
    Parameter("trade_shock_year", gettext_noop("Year of this change; 0 is never"), "integer", 0, "a", low=0, high=2200,
              role="lever", source=OURS),
    Parameter("trade_shock_years", gettext_noop("It lasts"), "integer", 1, "a", low=1, high=60, role="lever",
              source=OURS),
    Parameter("floor", gettext_noop("The free margin must not fall below"), "number", 0.0, "EUR/a", low=-1e12,
              high=1e12, role="lever", source=gettext_noop("SächsGemO § 72(4): repayment is covered")),
    Parameter("certainty", gettext_noop("In this share of the futures"), "number", 0.5, "1", low=0.01, high=1,
              step=0.05, role="lever", source=OURS),
    Parameter("balance_since", gettext_noop("From this year on; 0 is the year after the base year"), "integer", 0, "a",
              low=0, high=2200, role="lever", source=OURS),
)  # fmt: skip

OUTCOMES = (
    Outcome("years", gettext_noop("Years"), "a"),
    Outcome("items", gettext_noop("Budget on the path in the middle"), "EUR", ("item", "year"), "table"),
    Outcome("free_margin", gettext_noop("Free margin"), "EUR/a", ("quantile", "year"), "band", "more"),
    Outcome("per_inhabitant", gettext_noop("What one inhabitant less changes a year"), "EUR/(person a)",
            ("who", "part", "quantile"), "table"),
    Outcome("skimmed", gettext_noop("What equalisation takes of one more euro of own tax"), "1"),
    Outcome("balance", gettext_noop("Sets of measures that keep the balance rule"), "EUR/a", ("set",), "table"),
    Outcome("fees", gettext_noop("Fees for water and waste water"), "EUR", ("business", "unit", "quantile", "year"),
            "table", "less"),
    Outcome("warning_class", gettext_noop("Saxon early-warning class in the last year, at best; no rating")),
    Outcome("warning_classes", gettext_noop("Early-warning class by year"), "1", ("year",), "series"),
    Outcome("warning_points", gettext_noop("Early-warning points by year"), "1", ("measure", "year"), "table", "less"),
    Outcome("unchecked", gettext_noop("Rules not checked for these years"), "1", ("rule",), "table"),
    Outcome("warnings", gettext_noop("Remarks")),
)  # fmt: skip


def budget_projection(load: Callable[[], RuleBook]) -> Method:
    """Make the method over the rules, which are read at the first run."""
    return Method(
        group="finance",
        verb="project",
        title=gettext_noop("Budget over the years"),
        summary=gettext_noop("What a town can still decide on, year by year, if its people change as projected."),
        inputs=(
            Input("budget", gettext_noop("Budget and population path"), ("budget-plan",)),
            Input("population", gettext_noop("Ensemble of the people draw by draw, as the projection keeps it"),
                  ("people-by-draw",), required=False),
        ),
        parameters=PARAMETERS,
        outcomes=OUTCOMES,
        compute=lambda inputs, values, seed: answer_with(load(), inputs, values, seed),
        estimate=seconds,
        version="2",
        draws=True,
        references=(
            "SächsFAG, text of 2025-05-18", "FAG LSA §§ 12-14, 25", "GemFinRefG § 6", "SächsGemO § 72",
            "SächsKomHVO §§ 2, 3",
        ),
    )  # fmt: skip
