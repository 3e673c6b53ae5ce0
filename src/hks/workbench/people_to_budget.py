"""What couples people to come, the places they need, and the budget of the town."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from hks.adapters.people_by_draw import SERIES
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.demography.one_unit import COMMON
from hks.demography.projection import PROJECT
from hks.demography.service_demand import CHILDREN, PLACES
from hks.demography.service_demand import PARAMETERS as OF_PLACES
from hks.finance.plan import PeopleByDraw, Plan
from hks.finance.projection import budget_projection
from hks.finance.rules import RuleBook
from hks.finance.warning_class import NO_RATING, NOT_HERE
from hks.numerics.present_value import present_value_factor

SLUG = "population-budget"
OF_CLASS = (NO_RATING, NOT_HERE)  # remarks on a class that the study does not tell
MOST_KNOWN = 64  # our choice: the points of an ensemble that the site offers; each holds its draws in memory
RANGES = "0-2 3-5 6-10"  # ages that equalisation and child care of the budget follow
LATER = gettext_noop("What is planned begins in %(first)s, before the first year of the projection; a later one fits.")
FLAT = gettext_noop("The cost of added places is taken as even from year to year; it does not grow with prices.")
TWICE = gettext_noop("The budget lets child care follow the children already; give only what places cost beyond that.")


def people_by_draw(outcomes: Outcomes) -> PeopleByDraw:
    """Take the people of a projection that kept its draws and counted the ages of children.

    Parameters
    ----------
    outcomes : mapping
        `years`, `people_by_draw` (range, draw, year) and `people_by_draw_of`. [persons]
    """
    labels = outcomes["people_by_draw_of"]
    series = {SERIES[label]: outcomes["people_by_draw"][n] for n, label in enumerate(labels) if label in SERIES}
    return PeopleByDraw(series, tuple(outcomes["years"]))


def yearly_cost(places: float, values: Values) -> float:
    """Return what added places cost a year, without what else is planned.

    Parameters
    ----------
    places : float
        Places added. [places]
    values : mapping
        `place_cost` [EUR/place], spread evenly over `place_life` [a] at `place_rate` [%/a], and `place_upkeep`
        [EUR/(place a)].

    Returns
    -------
    float
        [EUR/a]
    """
    cost, rate, life, upkeep = (
        float(cast("float", values[f"place_{name}"])) for name in ("cost", "rate", "life", "upkeep")
    )
    return places * (cost / present_value_factor(rate / 100.0, life) + upkeep)


def shifted(band: Mapping[str, Any], years: list[int], first: int, by: float) -> dict[str, list[float]]:
    """Add the same to every draw from a year on: quantiles shift by it."""
    return {
        name: [value + (by if year >= first else 0.0) for year, value in zip(years, row, strict=True)]
        for name, row in band.items()
    }


class Projected:
    """Projects people and counts their places; what was asked before of the same inputs is not computed again.

    Solutions that differ in money alone meet the same people, in every future and at every point of the assumptions.
    """

    def __init__(self) -> None:
        self.of: tuple[Any, ...] = ()
        self.known: dict[tuple[Any, ...], tuple[Outcomes, Outcomes]] = {}

    def __call__(self, inputs: Inputs, values: Values, seed: int) -> tuple[Outcomes, Outcomes]:
        """Return people and places."""
        of = tuple(inputs.get(spec.name) for spec in PLACES.inputs)
        if len(self.of) != len(of) or any(one is not other for one, other in zip(self.of, of, strict=True)):
            self.of, self.known = of, {}
        people = _values(PROJECT, values) | {"age_ranges": RANGES, "keep_draws": True}
        places = _values(PLACES, values)
        key = (seed, *people.items(), *places.items())
        if key not in self.known:
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            self.known[key] = (
                PROJECT.compute(_named(inputs, PROJECT), people, seed),
                PLACES.compute(_named(inputs, PLACES), places, seed),
            )
        return self.known[key]


def people_places_budget(load: Callable[[], RuleBook]) -> Method:
    """Make the study over the rules of municipal finance, which are read at the first run."""
    finance, projected = budget_projection(load), Projected()

    def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
        return coupled(finance, projected, inputs, values, seed)

    def seconds(inputs: Inputs, values: Values) -> float:
        of_budget = {**values, "years": 0}
        return (
            PROJECT.estimate(inputs, {**values, "constrain_to": ""}) + PLACES.estimate(inputs, values)
            + finance.estimate({"budget": inputs["budget"]}, of_budget)
        )  # fmt: skip

    fixed = {"years", "draws"}
    return Method(
        group="population",
        verb="budget",
        title=gettext_noop("People, places and the budget"),
        summary=gettext_noop("Follows each possible future from the people to the places they need and the budget."),
        inputs=(*PLACES.inputs, Input("budget", gettext_noop("Budget of the town"), ("budget-plan",))),
        parameters=(*COMMON, *OF_PLACES, *(p for p in finance.parameters if p.name not in fixed), *OWN),
        outcomes=OUTCOMES,
        compute=answer,
        estimate=seconds,
        draws=True,
        references=PLACES.references,
    )


def coupled(finance: Method, projected: Projected, inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Project the people, count the places they need, and put both into the budget.

    Raises
    ------
    InputError
        If what is planned begins before the projection, or an input does not fit.
    """
    people, needed = projected(inputs, values, seed)
    plan: Plan = replace(inputs["budget"], measures=(), excludes=(), fees={})  # sets of measures are not told here
    found = finance.compute(
        {"budget": plan, "population": people_by_draw(people)}, _values(finance, values) | {"years": 0}, seed
    )
    added = {name: float(cast("float", values[f"added_{name}"])) for name in CHILDREN}
    first = int(cast("int", values["added_from"])) or plan.base_year + 1
    if first <= people["years"][0]:
        raise InputError(LATER, first=first)
    missing = {
        name: shifted(band, needed["years"], first, -added.get(name, 0.0)) for name, band in needed["missing"].items()
    }
    yearly = yearly_cost(sum(added.values()), values) + float(cast("float", values["option_cost"]))
    margin = shifted(found["free_margin"], found["years"], first, -yearly)
    return {
        "years": people["years"], "total": people["total"], "places": needed["places"], "missing": missing,
        "budget_years": found["years"], "free_margin": margin, "added_eur": yearly,
        "unchecked": found["unchecked"],
        **_at_a_glance(people, missing, found["years"][0], margin, _since(found["years"], values)),
        "warnings": list(dict.fromkeys([
            *people["warnings"], *needed["warnings"], *(w for w in found["warnings"] if w not in OF_CLASS),
            *((FLAT, TWICE) if sum(added.values()) else ()),
        ])),
    }  # fmt: skip


def _since(years: list[int], values: Values) -> int:
    """Find the place of the first year that must be balanced; 0 is the year after the base year.

    Raises
    ------
    InputError
        If the budget ends before that year.
    """
    since = int(cast("int", values["balance_since"])) or years[0] + 1
    if since > years[-1]:
        raise InputError(
            gettext_noop("The budget ends in %(last)s; it cannot be balanced from %(since)s on."),
            last=years[-1], since=since,
        )  # fmt: skip
    return max(since - years[0], 0)


def _at_a_glance(
    people: Outcomes, missing: Mapping[str, Any], base_year: int, margin: Mapping[str, Any], since: int
) -> dict[str, float]:
    """Name the figures that options are compared by, each of the middle of all futures; what is past does not count."""
    ahead = sum(year <= base_year for year in people["years"])
    rows = [band["p50"] for kind, band in missing.items() if kind in CHILDREN]
    by_year = [sum(max(value, 0.0) for value in year) for year in zip(*rows, strict=True)]
    return {
        "people_last": people["total"]["p50"][-1],
        "missing_most": max(by_year[ahead:], default=0.0),
        "empty_last": sum(max(-row[-1], 0.0) for row in rows),
        "margin_last": margin["p50"][-1],
        "margin_lowest": min(margin["p50"][since:]),
    }


def _named(inputs: Inputs, method: Method) -> dict[str, Any]:
    return {spec.name: inputs[spec.name] for spec in method.inputs if spec.name in inputs}


def _values(method: Method, values: Values) -> dict[str, Any]:
    """Take what a method asks for: from the study, and for the rest as it comes."""
    return {p.name: values.get(p.name, p.default) for p in method.parameters}


TOWN = gettext_noop("the town's own figure")
OWN = (
    *(Parameter(f"added_{name}", title, "integer", 0, "places", low=0, high=100_000, role="lever", source=TOWN)
      for name, title in (
          ("under_3", gettext_noop("Places added for children under 3")),
          ("kindergarten", gettext_noop("Places added for children from 3 to school")),
          ("after_school", gettext_noop("Places added in after-school care")))),
    Parameter("added_from", gettext_noop("Year from which what is planned is there; 0 is the first of the budget"),
              "integer", 0, "a", low=0, high=2200, role="lever"),
    Parameter("place_cost", gettext_noop("What a place costs to build, the town's own share"), "number", 0.0,
              "EUR/place", low=0, high=1e6, role="lever", source=TOWN),
    Parameter("place_upkeep", gettext_noop("What an added place costs a year beyond what follows the children"),
              "number", 0.0, "EUR/(place a)", low=0, high=1e5, role="lever", source=TOWN),
    Parameter("option_cost", gettext_noop("What else is planned costs a year; income counts below zero"), "number", 0.0,
              "EUR/a", low=-1e9, high=1e9, role="lever", source=TOWN),
    Parameter("place_life", gettext_noop("Years over which building is paid"), "number", 30.0, "a", low=1, high=100,
              source=gettext_noop("our choice")),
    Parameter("place_rate", gettext_noop("Interest on building"), "number", 3.0, "%/a", low=0, high=20, step=0.1,
              source=gettext_noop("our choice, not checked")),
)  # fmt: skip
OUTCOMES = (
    Outcome("years", gettext_noop("Years"), "a"),
    Outcome("total", gettext_noop("People living here"), "persons", ("quantile", "year"), "band"),
    Outcome("places", gettext_noop("Places needed in day care"), "persons", ("place", "quantile", "year"), "table"),
    Outcome("missing", gettext_noop("Places that are missing; below zero they stay free"), "places",
            ("kind", "quantile", "year"), "table", "less"),
    Outcome("budget_years", gettext_noop("Years of the budget"), "a"),
    Outcome("free_margin", gettext_noop("Free margin after what is planned"), "EUR/a", ("quantile", "year"), "band",
            "more"),
    Outcome("added_eur", gettext_noop("What is planned costs a year"), "EUR/a", better="less"),
    Outcome("unchecked", gettext_noop("Rules of equalisation that nobody checked for these years")),
    Outcome("people_last", gettext_noop("People in the last year, middle"), "persons"),
    Outcome("missing_most", gettext_noop("Most places in day care missing in a year, middle"), "places", better="less"),
    Outcome("empty_last", gettext_noop("Places in day care that stay empty in the last year, middle"), "places",
            better="less"),
    Outcome("margin_last", gettext_noop("Free margin in the last year, middle"), "EUR/a", better="more"),
    Outcome("margin_lowest", gettext_noop("Lowest free margin of a year, middle"), "EUR/a", better="more"),
    Outcome("warnings", gettext_noop("Remarks")),
)  # fmt: skip
