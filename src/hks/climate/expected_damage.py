"""What floods cost a year on average, and what avoiding them is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.numerics.present_value import present_value_factor

LARGE_TAIL = 0.25  # our choice: from this share on a tail is warned of [1]
BANDS = ("low", "middle", "high")
WARNINGS = {
    "rare": gettext_noop("A quarter or more of the expected damage rests on events rarer than any given."),
    "frequent": gettext_noop("A quarter or more of the expected damage rests on events more frequent than any given."),
}


@dataclass(frozen=True)
class Events:
    """Damage by return period.

    Attributes
    ----------
    return_period : (event,) array
        Any order, each once. [a]
    damage : (band, event) array
        One row, or low, middle and high. [EUR]
    avoided : (band, event) array or None
        Damage of the same events with a measure. [EUR]
    """

    return_period: np.ndarray
    damage: np.ndarray
    avoided: np.ndarray | None = None


@dataclass(frozen=True)
class ExpectedDamage:
    """Mean damage a year [EUR/a] and the shares of it in the tails beyond the given events [1]."""

    value: float
    rare_share: float
    frequent_share: float


def expected_annual_damage(return_period: np.ndarray, damage: np.ndarray, first_damage: float = 1.0) -> ExpectedDamage:
    """Integrate damage over the chance that a year exceeds it.

    Parameters
    ----------
    return_period : (event,) array
        Each once, 1 or more. [a]
    damage : (event,) array
        Never falling with the return period. [EUR]
    first_damage : float
        Return period at which damage begins; no longer than that of any event with damage. [a]

    Returns
    -------
    ExpectedDamage
        Trapezoids between the events; beyond the rarest its damage for all rarer ones, below the most frequent a
        straight line to none at `first_damage`.

    Raises
    ------
    InputError
        If a value is missing, negative, twice or out of order.
    """
    order = np.argsort(return_period)
    years, euro = np.asarray(return_period, dtype=float)[order], np.asarray(damage, dtype=float)[order]
    _check(years, euro, first_damage)
    chance = 1.0 / years
    middle = float(((euro[1:] + euro[:-1]) / 2.0 * (chance[:-1] - chance[1:])).sum())
    rare = float(euro[-1] * chance[-1])
    frequent = float(euro[0] * (1.0 / first_damage - chance[0]) / 2.0) if euro[0] > 0 else 0.0
    total = middle + rare + frequent
    return ExpectedDamage(total, rare / total if total > 0 else 0.0, frequent / total if total > 0 else 0.0)


def _check(years: np.ndarray, euro: np.ndarray, first_damage: float) -> None:
    if years.ndim != 1 or years.size < 2 or years.shape != euro.shape:
        raise InputError(gettext_noop("Expected damage needs two events or more, each with a damage."))
    if not (np.isfinite(years).all() and (years >= 1).all() and (np.diff(years) > 0).all()):
        raise InputError(gettext_noop("Return periods are one year or more, and each stands once."))
    if not (np.isfinite(euro).all() and (euro >= 0).all()):
        raise InputError(gettext_noop("A damage cannot be negative or missing."))
    if (np.diff(euro) < 0).any():
        raise InputError(gettext_noop("A rarer event cannot do less damage than a more frequent one."))
    damaging = years[euro > 0]
    if not first_damage >= 1 or (damaging.size and first_damage > damaging[0]):
        raise InputError(
            gettext_noop("Damage begins at a return period of %(first)s a, but an event of %(least)s a does some."),
            first=first_damage, least=float(damaging[0]) if damaging.size else 1.0,
        )  # fmt: skip


def net_present_value(avoided: float, cost: float, upkeep: float, rate: float, years: float) -> float:
    """Return what a measure is worth today: damage avoided less upkeep over its horizon, less its cost.

    Parameters
    ----------
    avoided : float
        Expected damage that no longer happens. [EUR/a]
    cost : float
        Paid today. [EUR]
    upkeep : float
        Paid at the end of each year. [EUR/a]
    rate : float
        Discount rate. [1/a]
    years : float
        Horizon. [a]

    Returns
    -------
    float
        [EUR]
    """
    return (avoided - upkeep) * present_value_factor(rate, years) - cost


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tell the expected damage with its tails and, where the events hold it, the worth of a measure."""
    events: Events = inputs["events"]
    number = {name: float(cast("float", value)) for name, value in values.items()}
    found = [expected_annual_damage(events.return_period, band, number["first_damage"]) for band in events.damage]
    middle = found[len(found) // 2]
    told: dict[str, Any] = {
        "ead_eur": middle.value,
        "band_eur": _band(found),
        "rare_share": middle.rare_share,
        "frequent_share": middle.frequent_share,
    }
    if events.avoided is not None:
        after = [expected_annual_damage(events.return_period, band, number["first_damage"]) for band in events.avoided]
        told |= _worth(found, after, number)
    shares = {"rare": middle.rare_share, "frequent": middle.frequent_share}
    return told | {"warnings": [WARNINGS[name] for name, share in shares.items() if share >= LARGE_TAIL]}


def _band(found: list[ExpectedDamage]) -> dict[str, float]:
    return {name: found[min(n, len(found) - 1)].value for n, name in enumerate(BANDS)}


def _worth(before: list[ExpectedDamage], after: list[ExpectedDamage], number: Mapping[str, float]) -> dict[str, Any]:
    avoided = [one.value - other.value for one, other in zip(before, after, strict=True)]
    worth = [
        net_present_value(each, number["cost"], number["upkeep"], number["rate"], number["horizon"])
        for each in avoided
    ]  # fmt: skip
    spent = number["cost"] + number["upkeep"] * present_value_factor(number["rate"], number["horizon"])
    saved = avoided[len(avoided) // 2]
    told = {"ead_avoided_eur": saved, "net_present_value_eur": worth[len(worth) // 2]}
    if spent > 0:
        told["benefit_cost_ratio"] = saved * present_value_factor(number["rate"], number["horizon"]) / spent
    return told


EAD = Method(
    group="rain",
    verb="ead",
    title=gettext_noop("Expected damage a year"),
    summary=gettext_noop("What floods cost a year on average, and what a measure that avoids damage is worth."),
    inputs=(Input("events", gettext_noop("Damage by return period"), ("damage-events",)),),
    parameters=(
        Parameter("first_damage", gettext_noop("Return period from which damage begins"), "number", 1.0, unit="a",
                  low=1.0, high=1000.0, step=1.0,
                  help=gettext_noop("One year is the cautious choice: it gives the greatest damage.")),
        Parameter("horizon", gettext_noop("Years over which damage is avoided"), "number", 50.0, unit="a", low=1.0,
                  high=200.0, step=1.0, role="lever"),
        Parameter("rate", gettext_noop("Discount rate"), "number", 0.02, unit="1/a", low=0.0, high=0.2, step=0.005,
                  help=gettext_noop("1 to 3 percent are usual; our choice, set your own.")),
        Parameter("cost", gettext_noop("Cost of the measure"), "number", 0.0, unit="EUR", low=0.0, role="lever"),
        Parameter("upkeep", gettext_noop("Upkeep of the measure a year"), "number", 0.0, unit="EUR/a", low=0.0,
                  role="lever"),
    ),
    outcomes=(
        Outcome("ead_eur", gettext_noop("Expected damage a year"), "EUR/a", better="less"),
        Outcome("band_eur", gettext_noop("Expected damage a year, low to high"), "EUR/a", ("level",), "band", "less"),
        Outcome("rare_share", gettext_noop("Share from events rarer than any given")),
        Outcome("frequent_share", gettext_noop("Share from events more frequent than any given")),
        Outcome("ead_avoided_eur", gettext_noop("Expected damage avoided a year"), "EUR/a", better="more"),
        Outcome("net_present_value_eur", gettext_noop("Worth of the measure today"), "EUR", better="more"),
        Outcome("benefit_cost_ratio", gettext_noop("Benefit over cost"), better="more"),
    ),
    compute=answer,
    references=("Meyer, Haase & Scheuer (2009): Integrated Environmental Assessment and Management 5, 17-26",),
)  # fmt: skip
