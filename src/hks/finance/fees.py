"""Fees for water and waste water: the fewer people pay, the more each pays for pipes that stay."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.finance.assumptions import FEES as FEES_DRAWN
from hks.finance.assumptions import RANK, Rank, drawn_evenly, paths_of
from hks.finance.budget import remanent
from hks.finance.plan import FEES as BUSINESSES
from hks.finance.plan import FeeBusiness, Population
from hks.numerics.counted_noise import normals
from hks.numerics.quantiles import named_quantiles

# Share of the cost that stays when use falls, least and most. [1]
REMANENCE = {"water": (0.90, 0.95), "waste_water": (0.75, 0.85)}
SOURCE = gettext_noop("demografie-leitfaden-bayern.de, as quoted on our design page; not checked")


def fee_per_head(
    business: FeeBusiness, residents: np.ndarray, price: np.ndarray, stays: np.ndarray, stays_up: np.ndarray
) -> np.ndarray:
    """Say what a resident pays a year if fees cover the cost.

    Parameters
    ----------
    business : FeeBusiness
    residents : (year, draw) array
        The base year first. [persons]
    price : (year, draw) array
        [1]
    stays, stays_up : (draw,) array
        Share of the cost that does not move when use falls, and when it grows. [1]

    Returns
    -------
    (year, draw) array
        [EUR/(person a)]
    """
    cost = business.cost * price * remanent(residents / residents[0], stays, stays_up)
    return np.asarray(cost / residents)


def fee_per_cubic_metre(business: FeeBusiness, per_head: np.ndarray) -> np.ndarray:
    """Divide by what a resident uses. (year, draw) [EUR/m3]"""
    return np.asarray(per_head / business.use)


def remanence_of(name: str, business: FeeBusiness, drawn: np.ndarray) -> np.ndarray:
    """Spread the range of a business evenly over draws between -1 and 1. (draw,) [1]"""
    low, high = business.remanence or REMANENCE[name]
    return np.asarray(0.5 * (low + high) + 0.5 * (high - low) * drawn)


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Carry the cost and use of today along every draw of the people."""
    people: Population = inputs["population"]
    number = {name: cast("float", value) for name, value in values.items()}
    draw = np.arange(cast("int", values["draws"]))
    rank = Rank(normals(seed, RANK, draw), draw)
    residents = paths_of(people.series["residents"], np.arange(len(people.years)), rank, people.quantiles)
    drawn = drawn_evenly(seed, FEES_DRAWN, draw)
    price = np.broadcast_to(
        (1.0 + number["cost_growth"] / 100.0) ** np.arange(len(residents))[:, None], residents.shape
    )
    told: dict[str, dict[str, Any]] = {"per_cubic_metre": {}, "per_head": {}, "increase": {}}
    for name in businesses(values):
        business = FeeBusiness(
            number[f"{name}_cost"], number[f"{name}_volume"] / float(np.median(residents[0])),
            (number[f"{name}_stays_least"] / 100.0, number[f"{name}_stays_most"] / 100.0),
        )  # fmt: skip
        stays = remanence_of(name, business, drawn)
        head = fee_per_head(business, residents, price, stays, number["remanence_up"] / 100.0 * stays)
        fee = fee_per_cubic_metre(business, head)
        for unit, rows in (("per_cubic_metre", fee), ("per_head", head), ("increase", 100.0 * (fee / fee[0] - 1.0))):
            told[unit][name] = {q: row.tolist() for q, row in named_quantiles(rows.T).items()}
    return {"years": list(people.years), **told, "warnings": remarks(people, values)}


def businesses(values: Values) -> list[str]:
    """Name the businesses whose cost is known."""
    return [name for name in BUSINESSES if values[f"{name}_cost"]]


def remarks(people: Population, values: Values) -> list[str]:
    """Say what was assumed."""
    said = {
        gettext_noop("How much of the cost stays is an expert range that nobody has checked here."): any(
            (values[f"{name}_stays_least"], values[f"{name}_stays_most"]) == tuple(100.0 * s for s in REMANENCE[name])
            for name in businesses(values)
        ),
        gettext_noop("Every person uses as much as today; firms and new appliances are left out."): True,
        gettext_noop("The file has one population path: the fan shows the cost that stays, but not the people."): not (
            people.quantiles or len(people.series["residents"]) > 1
        ),
    }
    return [text for text, holds in said.items() if holds]


def check(values: Values) -> None:
    """Refuse what says nothing about any business, a cost without a volume, and a range upside down."""
    if not businesses(values):
        raise InputError(gettext_noop("Please say what water or waste water costs a year."))
    for name in businesses(values):
        if not values[f"{name}_volume"]:
            raise InputError(gettext_noop("%(name)s: where a cost is given, the volume is needed."), name=name)
        if cast("float", values[f"{name}_stays_least"]) > cast("float", values[f"{name}_stays_most"]):
            raise InputError(gettext_noop("%(name)s: the least that stays is more than the most."), name=name)


def seconds(_inputs: Inputs, values: Values) -> float:
    """Estimate the run. [s]"""
    return 0.02 + cast("int", values["draws"]) * 1e-5


OWN = gettext_noop("the town's own figure")
OURS = gettext_noop("our choice, not checked")
TITLES: Mapping[str, tuple[str, ...]] = {
    "water": (
        gettext_noop("Water: cost that fees cover in the base year; 0 leaves it out"),
        gettext_noop("Water: volume sold in the base year"),
        gettext_noop("Water: cost that stays when less is used, at least"),
        gettext_noop("Water: cost that stays when less is used, at most"),
    ),
    "waste_water": (
        gettext_noop("Waste water: cost that fees cover in the base year; 0 leaves it out"),
        gettext_noop("Waste water: volume charged in the base year"),
        gettext_noop("Waste water: cost that stays when less is used, at least"),
        gettext_noop("Waste water: cost that stays when less is used, at most"),
    ),
}


def _of(name: str) -> tuple[Parameter, ...]:
    cost, volume, least, most = TITLES[name]
    low, high = (100.0 * share for share in REMANENCE[name])
    return (
        Parameter(f"{name}_cost", cost, "number", 0.0, "EUR/a", low=0, high=1e10, source=OWN),
        Parameter(f"{name}_volume", volume, "number", 0.0, "m3/a", low=0, high=1e10, source=OWN),
        Parameter(f"{name}_stays_least", least, "number", low, "%", low=0, high=100, step=1, source=SOURCE),
        Parameter(f"{name}_stays_most", most, "number", high, "%", low=0, high=100, step=1, source=SOURCE),
    )


FEES = Method(
    group="finance",
    verb="fees",
    title=gettext_noop("Fees for water and waste water"),
    summary=gettext_noop("What a cubic metre costs if the people change as projected and most of the cost stays."),
    inputs=(Input("population", gettext_noop("People of the coming years"), ("population-path",)),),
    parameters=(
        *_of("water"), *_of("waste_water"),
        Parameter("remanence_up", gettext_noop("Of the cost that stays, this part does not grow either"), "number",
                  50.0, "%", low=0, high=100, step=5, source=OURS,
                  help=gettext_noop("Below 100, cost rises faster with more people than it falls with fewer.")),
        Parameter("cost_growth", gettext_noop("Cost grows by; 0 is in money of the base year"), "number", 0.0, "%/a",
                  low=-20, high=20, step=0.1, source=OURS),
        Parameter("draws", gettext_noop("Number of possible futures"), "integer", 1000, low=10, high=20_000),
    ),
    outcomes=(
        Outcome("years", gettext_noop("Years"), "a"),
        Outcome("per_cubic_metre", gettext_noop("Fee per cubic metre"), "EUR/m3", ("business", "quantile", "year"),
                "table", "less"),
        Outcome("per_head", gettext_noop("Fee per person"), "EUR/(person a)", ("business", "quantile", "year"), "table",
                "less"),
        Outcome("increase", gettext_noop("Rise of the fee since the base year"), "%", ("business", "quantile", "year"),
                "table", "less"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    check=check,
    estimate=seconds,
    draws=True,
)  # fmt: skip
