"""What a set of measures costs: once, a year, and over its life."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.measures.catalogue import LEVELS, Catalogue, Measure, Triple
from hks.numerics.present_value import annuity

UNCHECKED = gettext_noop("Costs from the catalogue are unverified ranges; write your own figures in the plan.")
SINGLE_SUM = gettext_noop("Low adds up all low figures and high all high ones, so the true sum lies closer together.")


@dataclass(frozen=True)
class Planned:
    """One line of a plan: `amount` in the unit of the measure's cost, and the town's `own` cost of a unit.

    `own` is (low, middle, high). [EUR]
    """

    key: str
    amount: float
    own: Triple | None = None


@dataclass(frozen=True)
class Cost:
    """Cost of one line as (low, middle, high).

    `investment` [EUR]; `upkeep` [EUR/a]; `yearly` [EUR/a] is the upkeep and the investment spread over its life.
    """

    investment: np.ndarray
    upkeep: np.ndarray
    yearly: np.ndarray


def cost(measure: Measure, planned: Planned, index: float = 1.0, rate: float = 0.0) -> Cost:
    """Price one line of a plan.

    Parameters
    ----------
    measure : Measure
        What is done.
    planned : Planned
        How much of it.
    index : float
        Building prices of the wanted year over those of the catalogue's; own figures are not indexed. [1]
    rate : float
        Interest on what is spent once. [1/a]

    Raises
    ------
    InputError
        If the amount, index or rate is negative or missing.
    """
    if not (np.isfinite(planned.amount) and planned.amount >= 0):
        raise InputError(
            gettext_noop("The amount of the measure '%(key)s' cannot be negative or missing."), key=measure.key
        )
    if not (np.isfinite(index) and index > 0):
        raise InputError(gettext_noop("The index of building prices must be above zero."))
    unit = np.array(measure.cost.investment) * index if planned.own is None else np.array(planned.own)
    investment = unit * planned.amount
    upkeep = investment * measure.cost.upkeep_share + np.array(measure.cost.yearly) * index * planned.amount
    return Cost(investment, upkeep, upkeep + investment * annuity(rate, measure.lifetime))


def total(costs: Sequence[Cost]) -> Cost:
    """Add up lines, low to low and high to high."""
    nothing = np.zeros(len(LEVELS))
    return Cost(
        sum((each.investment for each in costs), nothing), sum((each.upkeep for each in costs), nothing),
        sum((each.yearly for each in costs), nothing),
    )  # fmt: skip


def _levels(values: np.ndarray) -> dict[str, float]:
    return dict(zip(LEVELS, values.tolist(), strict=True))


def _line(catalogue: Catalogue, planned: Planned, priced: Cost) -> dict[str, Any]:
    measure = catalogue.measure(planned.key)
    return {
        "key": measure.key,
        "amount": planned.amount,
        "unit": measure.cost.per,
        "investment_eur": _levels(priced.investment),
        "upkeep_eur": _levels(priced.upkeep),
        "yearly_eur": _levels(priced.yearly),
        "lifetime": measure.lifetime,
        "months": list(measure.months),
        "responsible": list(measure.responsible),
        "gap": "" if measure.gap is None else str(measure.gap),
        "authority": measure.authority,
        "permit": str(measure.permit),
        "source": "own" if planned.own is not None else measure.source,
        "verified": measure.verified,
    }


def measures_cost(load: Callable[[], Catalogue]) -> Method:
    """Make the method over a catalogue, which is loaded at the first run."""

    def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
        catalogue = load()
        number: Mapping[str, float] = {name: float(cast("float", value)) for name, value in values.items()}
        plan: Sequence[Planned] = inputs["plan"]
        costs = [cost(catalogue.measure(each.key), each, number["index"], number["rate"]) for each in plan]
        together = total(costs)
        from_catalogue = [
            each for each in plan if each.own is None and not catalogue.measure(each.key).verified
        ]  # fmt: skip
        return {
            "measures": [_line(catalogue, each, priced) for each, priced in zip(plan, costs, strict=True)],
            "investment_eur": _levels(together.investment),
            "upkeep_eur": _levels(together.upkeep),
            "yearly_eur": _levels(together.yearly),
            "gaps": [each.key for each in plan if catalogue.measure(each.key).gap is not None],
            "price_year": catalogue.price_year,
            "catalogue": {"version": catalogue.version, "digest": catalogue.digest},
            "warnings": [*([UNCHECKED] if from_catalogue else []), *([SINGLE_SUM] if len(plan) > 1 else [])],
        }

    return Method(
        group="measures",
        verb="cost",
        title=gettext_noop("Cost of measures"),
        summary=gettext_noop(
            "What a set of measures costs once and a year, who would carry it out, and who permits it."
        ),
        inputs=(Input("plan", gettext_noop("Measures with their amounts"), ("measure-plan",)),),
        parameters=PARAMETERS,
        outcomes=OUTCOMES,
        compute=answer,
    )


PARAMETERS = (
    Parameter("index", gettext_noop("Building prices over those of the catalogue's year"), "number", 1.0, low=0.1,
              high=10.0, step=0.01,
              help=gettext_noop("Baupreisindex (Destatis) of your year over that of the catalogue's year.")),
    Parameter("rate", gettext_noop("Interest on what is spent once"), "number", 0.02, unit="1/a", low=0.0, high=0.2,
              step=0.005, help=gettext_noop("Our choice, set your own.")),
)  # fmt: skip
OUTCOMES = (
    Outcome("measures", gettext_noop("Cost, body and permit of each measure"), "EUR", ("measure",), "table"),
    Outcome("investment_eur", gettext_noop("Spent once"), "EUR", ("level",), "band", "less"),
    Outcome("upkeep_eur", gettext_noop("Upkeep a year"), "EUR/a", ("level",), "band", "less"),
    Outcome("yearly_eur", gettext_noop("Cost a year over the life"), "EUR/a", ("level",), "band", "less"),
    Outcome(
        "gaps", gettext_noop("Measures for which nobody is clearly responsible"), "1", ("measure",), "table", "less"
    ),
    Outcome("price_year", gettext_noop("Year of the prices"), "a"),
    Outcome("catalogue", gettext_noop("The catalogue it was read from")),
)
