"""What a council can still decide on: the free margin, what one inhabitant is worth to it, what keeps it balanced."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.finance.assumptions import PAST, Assumptions, Sample
from hks.finance.budget import RulesOf
from hks.finance.budget_ensemble import paid_by_draw
from hks.finance.plan import CHILDREN, Measure, Plan, at
from hks.numerics.quantiles import named_quantiles

MOST_MEASURES = 12  # our choice: 4,096 sets are looked through in seconds
LOST_AT_ONCE = 100.0  # our choice: enough people that the rounding of the weight in the law averages out
SETTLED = 10  # years after which every lag is over: one year, then key, tax base and people of the equalisation
IMPROVES, BURDENS = 1.0, -1.0
PARTS = {
    "allocation": {"allocation": IMPROVES, "equalisation_levy": BURDENS},
    "taxes": {"shares": IMPROVES},
    "district_levy": {"district_levy": BURDENS},
    "area_income": {"area_income": IMPROVES},
    "area_expense": {"area_expense": BURDENS},
}


def fan(free_margin: np.ndarray) -> dict[str, list[float]]:
    """Summarise (year, draw) margins: quantiles by year, and the share of draws below zero. [EUR/a], [1]"""
    told = {name: row.tolist() for name, row in named_quantiles(free_margin.T).items()}
    return {**told, "share_negative": (free_margin < 0.0).mean(axis=1).tolist()}


def one_inhabitant_less(
    plan: Plan, given: Assumptions, sample: Sample, rules_of: RulesOf, who: Mapping[str, float] | None = None
) -> dict[str, np.ndarray]:
    """Say what one inhabitant less changes in a year once every lag is over, in money of the base year.

    A hundred people leave in the year after the base year; the change is divided by them.

    Parameters
    ----------
    plan : Plan
    given : Assumptions
        Growth and shocks are left out.
    sample : Sample
        Of `SETTLED` years after the base year; its cost behaviour is used, people stay as in the base year.
    rules_of : callable
    who : mapping
        Share of each series among those who leave, such as `{"residents": 1, "children_0_2": 1}` for a small child;
        without it everybody alike. [1]

    Returns
    -------
    dict of (draw,) arrays
        `allocation`, `taxes`, `district_levy`, `area_income`, `area_expense` and their sum `free_margin`; below 0 is
        worse for the town. [EUR/(person a)]
    """
    still = given.without_growth()
    calm = replace(sample, price=np.ones_like(sample.price), trade=np.ones_like(sample.trade))
    count = min(LOST_AT_ONCE, 0.01 * float(sample.people["residents"][PAST].min()))
    before, after = (
        paid_by_draw(plan, still, replace(calm, people=_emptied(sample, who, left)), rules_of).parts
        for left in (0.0, count)
    )
    told = {
        name: sum(sign * (after[item] - before[item]) for item, sign in items.items()) / count
        for name, items in PARTS.items()
    }
    return {**told, "free_margin": np.asarray(sum(told.values()))}


def _emptied(sample: Sample, who: Mapping[str, float] | None, count: float) -> dict[str, np.ndarray]:
    """Hold everybody as in the base year and let `count` people leave in the year after it."""
    residents = sample.people["residents"][PAST]
    people = {}
    for name, series in sample.people.items():
        now = series[PAST]
        share = now / residents if who is None else _share_of(name, who)
        people[name] = np.repeat(now[None, :], len(series), axis=0)
        if name != "none":
            people[name][PAST + 1 :] = np.maximum(now - count * share, 0.0)
    return people


def _share_of(name: str, who: Mapping[str, float]) -> float:
    return sum(who.get(group, 0.0) for group in CHILDREN) if name == "children" else who.get(name, 0.0)


@dataclass(frozen=True)
class BalanceRule:
    """In each year from `since` on, the free margin is at least `floor` in at least `certainty` of the draws.

    Raises
    ------
    InputError
        If `certainty` is not above 0 and at most 1.
    """

    floor: float = 0.0
    certainty: float = 0.5
    since: int = 0

    def __post_init__(self) -> None:
        if not 0.0 < self.certainty <= 1.0:
            raise InputError(
                gettext_noop(
                    "The share of futures that must keep the rule lies above 0 and up to 1; %(value)s does not."
                ),
                value=self.certainty,
            )

    def reserve(self, margin: np.ndarray, years: Sequence[int]) -> float:
        """Return by how much the rule is kept in its worst year, below 0 where it is broken. [EUR/a]

        The reserve is the margin that at least `certainty` of the draws reach, less the floor.
        """
        ruled = margin[[n for n, year in enumerate(years) if year >= self.since]]
        if not len(ruled):
            return math.inf
        place = ruled.shape[1] - math.ceil(self.certainty * ruled.shape[1] - 1e-9)
        return float(np.partition(ruled, place, axis=1)[:, place].min() - self.floor)


@dataclass(frozen=True)
class BalancedSet:
    """Measures that together keep the rule, and what then remains.

    `reserve` is what remains above the floor in the worst year, `last` the free margin of the last year by quantile.
    [EUR/a]
    """

    measures: tuple[str, ...]
    reserve: float
    last: Mapping[str, float]


def sets_that_keep(
    rule: BalanceRule,
    measures: Sequence[Measure],
    years: Sequence[int],
    margin_with: Callable[[np.ndarray], np.ndarray],
    excludes: Sequence[tuple[str, str]] = (),
) -> list[BalancedSet]:
    """List every set of measures that keeps a balance rule, the smallest first; none that breaks it is returned.

    Parameters
    ----------
    rule : BalanceRule
    measures : sequence of Measure
        At most 12.
    years : sequence of int
    margin_with : callable
        From yearly amounts (year,) [EUR/a] to the free margin (year, draw) with them [EUR/a].
    excludes : sequence of pairs
        Names of measures that rule each other out.

    Returns
    -------
    list of BalancedSet

    Raises
    ------
    InputError
        If there are more measures than can be looked through.
    """
    if len(measures) > MOST_MEASURES:
        raise InputError(
            gettext_noop("%(found)s measures make too many sets; %(most)s are right."),
            found=len(measures), most=MOST_MEASURES,
        )  # fmt: skip
    amounts = {measure.name: amounts_of(measure, years) for measure in measures}
    kept = []
    for size in range(len(measures) + 1):
        for chosen in combinations(amounts, size):
            if any(one in chosen and other in chosen for one, other in excludes):
                continue
            together = sum((amounts[name] for name in chosen), np.zeros(len(years)))
            margin = margin_with(together)
            reserve = rule.reserve(margin, years)
            if reserve >= 0.0:
                last = {name: float(value) for name, value in named_quantiles(margin[-1]).items()}
                kept.append(BalancedSet(chosen, reserve, last))
    return kept


def amounts_of(measure: Measure, years: Sequence[int]) -> np.ndarray:
    """Return the amounts of a measure by year; a year that is not named has none. (year,) [EUR/a]"""
    return np.array([measure.amounts.get(year, 0.0) for year in years])


def yield_of_multiplier(plan: Plan, tax: str, rate: float) -> float:
    """Say what another multiplier of a real tax brings in the base year.

    Equalisation counts at levelled multipliers and the trade-tax levy counts the base, so the town keeps all of it.

    Parameters
    ----------
    plan : Plan
    tax : str
        `property_a`, `property_b` or `trade`.
    rate : float
        New multiplier. [%]

    Returns
    -------
    float
        More than before. [EUR/a]
    """
    now = plan.taxes[tax]
    before = at(now.rates, plan.base_year)
    return at(now.amounts, plan.base_year) * (rate / before - 1.0) if before else 0.0
