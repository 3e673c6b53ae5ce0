"""The trend of mortality: the model of Lee and Carter on death rates of several years, carried on."""

from typing import Any, Literal, cast

import numpy as np

from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.demography.life_table import FIRST_YEAR_SHARE, Mortality, life_table
from hks.demography.mortality import LeeCarter, dying_in_year, kannisto, lee_carter, random_walk

TENTH = 1.2815515655446004  # standard normal number exceeded by a tenth


def expectancy(rates: np.ndarray) -> float:
    """Return the life expectancy at birth of death rates by single age.

    Parameters
    ----------
    rates : (age,) array
        [1/a]

    Returns
    -------
    float
        [a]
    """
    dying = dying_in_year(rates)
    dying[0] = rates[0] / (1.0 + (1.0 - FIRST_YEAR_SHARE) * rates[0])
    left = 1.0 / rates[-1]  # of those who reach the open last age
    table = life_table(Mortality(np.minimum(dying, 1.0)))
    total = float(table.survivors[-1] * left)
    return float(life_table(Mortality(np.minimum(dying, 1.0), last_total=total)).expectancy[0])


def carried_on(model: LeeCarter, years: int, closed_from: int) -> dict[str, Any]:
    """Carry the index on as a random walk with drift and say what people would expect to live.

    Parameters
    ----------
    model : LeeCarter
    years : int
        Years ahead. [a]
    closed_from : int
        Age from which on rates are closed by the curve of Kannisto; 0 for none. [a]
    """
    walk = random_walk(model.index)
    ahead = np.arange(1, years + 1)
    middle = walk.last + walk.drift * ahead
    shift = TENTH * walk.spread(ahead.astype(float))
    index = {"p10": middle - shift, "p50": middle, "p90": middle + shift}

    def lives(k: float) -> float:
        rates = np.exp(model.level + model.sensitivity * k)
        return expectancy(kannisto(rates, first=closed_from) if closed_from else rates)

    # High mortality is a short life: the tenth of the index gives the ninth tenth of life expectancy.
    turned = {"p10": "p90", "p50": "p50", "p90": "p10"}
    return {
        "drift": walk.drift,
        "sigma": walk.sigma,
        "index_forecast": {name: values.tolist() for name, values in index.items()},
        "expectancy": [lives(k) for k in model.index],
        "expectancy_forecast": {name: [lives(k) for k in index[turned[name]]] for name in index},
    }


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Estimate the model and carry it on."""
    table = inputs["rates"]
    model = lee_carter(table.rates, cast('Literal["un", "svd"]', values["estimation"]))
    years = cast("int", values["years"])
    last = table.years[-1]
    return {
        "years": list(table.years),
        "years_ahead": list(range(last + 1, last + years + 1)),
        "level": model.level.tolist(),
        "sensitivity": model.sensitivity.tolist(),
        "index": model.index.tolist(),
        "explained": model.explained,
        **carried_on(model, years, cast("int", values["closed_from"])),
        "warnings": [],
    }


MORTALITY_TREND = Method(
    group="population",
    verb="mortality",
    title=gettext_noop("Trend of mortality"),
    summary=gettext_noop("How death rates changed over the years, and what people may expect to live."),
    inputs=(Input("rates", gettext_noop("Death rates by single age and year"), ("death-rates",)),),
    parameters=(
        Parameter("estimation", gettext_noop("Estimation"), "choice", "un",
                  choices=(("un", gettext_noop("as the United Nations do")),
                           ("svd", gettext_noop("by the first singular pair")))),
        Parameter("years", gettext_noop("Years ahead"), "integer", 30, "a", low=1, high=100),
        Parameter("closed_from", gettext_noop("Age from which on a smooth curve closes the rates; 0 is none"),
                  "integer", 85, "a", low=0, high=95, source=gettext_noop("our choice: where deaths become few")),
    ),
    outcomes=(
        Outcome("years", gettext_noop("Years"), "a"),
        Outcome("years_ahead", gettext_noop("Years ahead"), "a"),
        Outcome("level", gettext_noop("Mean logarithm of the death rate by age"), "1", ("age",), "table"),
        Outcome("sensitivity", gettext_noop("Part of each age in the change"), "1", ("age",), "table"),
        Outcome("index", gettext_noop("Index of mortality"), "1", ("year",), "series"),
        Outcome("explained", gettext_noop("Share of the change that the index explains"), better="more"),
        Outcome("drift", gettext_noop("Yearly change of the index"), "1/a"),
        Outcome("sigma", gettext_noop("Spread of its yearly steps")),
        Outcome("index_forecast", gettext_noop("Index in the years ahead"), "1", ("quantile", "year"), "band"),
        Outcome("expectancy", gettext_noop("Life expectancy at birth"), "a", ("year",), "series"),
        Outcome("expectancy_forecast", gettext_noop("Life expectancy in the years ahead"), "a",
                ("quantile", "year"), "band"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    references=("Lee & Carter (1992): JASA 87, 659-671", "Sevcikova et al. (2016): package MortCast",
                "Thatcher, Kannisto & Vaupel (1998): The Force of Mortality at Ages 80 to 120"),
)  # fmt: skip
