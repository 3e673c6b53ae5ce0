"""Compare what variants of equal benefit cost over their life: dynamic cost comparison (KVR)."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.decisions.value import order
from hks.numerics.present_value import annuity

RATE = 0.03  # rate usual in the guidelines, from memory, unverified [1/a]
HORIZON = 50  # our choice [a]
RATES = (0.0, 0.01, 0.02, 0.03, 0.04, 0.05)  # our choice: at which the order is looked at again [1/a]
MOST_YEARS = 200  # our choice [a]


@dataclass(frozen=True)
class Investment:
    """What is built in a year, and again at the end of each of its lives. [€, at the prices of today]"""

    year: int
    amount: float
    life: int


@dataclass(frozen=True)
class Yearly:
    """What is paid at the end of each year from a first to a last one, growing evenly. [€/a, at the prices of today]"""

    amount: float
    first: int = 1
    last: int = MOST_YEARS
    growth: float = 0.0


@dataclass(frozen=True)
class Variant:
    """One way to the same benefit."""

    name: str
    investments: tuple[Investment, ...] = ()
    yearly: tuple[Yearly, ...] = ()

    def __post_init__(self) -> None:
        """Refuse years and lives that cannot be."""
        for investment in self.investments:
            if not (0 <= investment.year <= MOST_YEARS and 1 <= investment.life <= MOST_YEARS):
                raise InputError(
                    gettext_noop("'%(name)s': an investment needs a year from 0 and a life of 1, both up to %(most)s."),
                    name=self.name, most=MOST_YEARS,
                )  # fmt: skip
        for payment in self.yearly:
            if not (1 <= payment.first <= payment.last <= MOST_YEARS and -1 < payment.growth < 1):
                raise InputError(
                    gettext_noop("'%(name)s': yearly payments run from year 1 or later to year %(most)s at most."),
                    name=self.name, most=MOST_YEARS,
                )  # fmt: skip


def payments(variant: Variant, horizon: int) -> np.ndarray:
    """Return what is paid by year, (year,) from today on [€].

    Investments are repeated at the end of their life; what the last one is still worth at the horizon, falling
    evenly, is taken off there.
    """
    paid = np.zeros(horizon + 1)
    for investment in variant.investments:
        for year in range(investment.year, horizon, investment.life):
            paid[year] += investment.amount
            left = investment.life - (horizon - year)
            if left > 0:
                paid[horizon] -= investment.amount * left / investment.life
    years = np.arange(horizon + 1)
    for one in variant.yearly:
        during = (years >= one.first) & (years <= one.last)
        paid += np.where(during, one.amount * (1.0 + one.growth) ** (years - one.first), 0.0)
    return paid


def present_value(paid: np.ndarray, rate: float) -> float:
    """Discount payments to today.

    Parameters
    ----------
    paid : (year,) array
        From today on. [€]
    rate : float
        [1/a]

    Returns
    -------
    float
        [€]

    References
    ----------
    LAWA (2012): *Leitlinien zur Durchführung dynamischer Kostenvergleichsrechnungen*, 8th ed., DWA and DVGW.
    """
    return float((paid / (1.0 + rate) ** np.arange(len(paid))).sum())


NOT_EQUAL = gettext_noop(
    "Costs alone decide only between variants of equal benefit. Please confirm it (equal_benefit), or weigh options."
)
TURNS = gettext_noop("The order changes with the discount rate; look at the costs by rate.")


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Compare variants whose equal benefit is confirmed."""
    if not values["equal_benefit"]:
        raise InputError(NOT_EQUAL)
    variants: tuple[Variant, ...] = inputs["variants"]
    rate, horizon = cast("float", values["rate"]), cast("int", values["horizon"])
    paid = [payments(variant, horizon) for variant in variants]
    worth = np.array([present_value(row, rate) for row in paid])
    by_rate = np.array([[present_value(row, each) for row in paid] for each in RATES])
    first = order(-worth)
    return {
        "variants": [variant.name for variant in variants],
        "present_value": worth.tolist(),
        "yearly_cost": (worth * annuity(rate, horizon)).tolist(),
        "order": [variants[place].name for place in first],
        "more_than_cheapest": (worth - worth.min()).tolist(),
        "by_rate": [{"rate": each, "present_value": row} for each, row in zip(RATES, by_rate.tolist(), strict=True)],
        "warnings": [TURNS] if any(order(-row)[0] != first[0] for row in by_rate) else [],
    }


COSTS = Method(
    group="decisions",
    verb="costs",
    title=gettext_noop("Costs of variants over their life"),
    summary=gettext_noop("What variants of equal benefit cost today and by year, with rebuilding and upkeep."),
    inputs=(Input("variants", gettext_noop("Variants with investments and yearly costs"), ("cost-variants",)),),
    parameters=(
        Parameter("equal_benefit", gettext_noop("All variants have the same benefit"), "flag", False),
        Parameter(
            "rate", gettext_noop("Discount rate"), "number", RATE, "1/a", low=0, high=0.2,
            source=gettext_noop("LAWA (2012), unverified"),
        ),
        Parameter("horizon", gettext_noop("Years looked at"), "integer", HORIZON, "a", low=1, high=MOST_YEARS),
    ),
    outcomes=(
        Outcome("variants", gettext_noop("Variants"), axes=("variant",), shape="series"),
        Outcome("present_value", gettext_noop("All costs, as of today"), "EUR", ("variant",), "series", "less"),
        Outcome("yearly_cost", gettext_noop("The same by year"), "EUR/a", ("variant",), "series", "less"),
        Outcome("order", gettext_noop("Order, the cheapest first"), axes=("place",), shape="series"),
        Outcome("more_than_cheapest", gettext_noop("More than the cheapest"), "EUR", ("variant",), "series", "less"),
        Outcome("by_rate", gettext_noop("All costs by discount rate"), "EUR", ("rate",), "table"),
    ),
    compute=answer,
    references=("LAWA (2012): Leitlinien zur Durchführung dynamischer Kostenvergleichsrechnungen, 8th ed.",),
)  # fmt: skip
