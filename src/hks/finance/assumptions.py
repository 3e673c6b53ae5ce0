"""What a budget is projected on: assumptions, and one draw of people, prices, trade tax and cost behaviour each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hks.finance.plan import CHILDREN, Plan, Population
from hks.numerics.counted_noise import normals, uniforms

PAST = 8  # years before the base year that the longest lags together reach
NORMAL_P90 = 1.2815515655446004  # 90 percent quantile of the standard normal distribution
# Product areas by the first two digits of the product frame of both Länder; all others behave like administration.
KINDS = {"36": "child_care", "21": "schools", "22": "schools", "23": "schools", "24": "schools", "53": "networks",
         "54": "networks"}  # fmt: skip
USUAL_DRIVER = {"child_care": "children", "schools": "pupils"}
KIND_NAMES = ("administration", "child_care", "schools", "networks")
RANK, PRICE, TRADE, STAYS, LATE, FEES = range(40, 46)  # streams of random numbers; the ensemble of people has others


@dataclass(frozen=True)
class Assumptions:
    """Growth and spread [1/a], lags [a], shares [1]; `remanence` and `lag` by kind of area.

    `remanence` is the share of a cost that stays when its driver shrinks; when it grows, `remanence_up` times that
    share stays fixed, so cost rises faster than it falls.
    """

    cost_growth: float = 0.02
    cost_growth_spread: float = 0.005
    trade_growth: float = 0.02
    trade_spread: float = 0.15
    property_growth: float = 0.0
    share_growth: float = 0.02
    base_amount_growth: float = 0.02
    key_lag: int = 5
    remanence: Mapping[str, float] | None = None
    remanence_spread: float = 0.1
    remanence_up: float = 0.5
    lag: Mapping[str, float] | None = None
    lag_spread: float = 0.5
    cash_credit_interest: float = 0.03
    shock: float = 0.0
    shock_year: int = 0
    shock_years: int = 1

    def without_growth(self) -> "Assumptions":
        """Return the same with all money in base-year prices and no shock."""
        return replace(
            self, cost_growth=0.0, cost_growth_spread=0.0, trade_growth=0.0, trade_spread=0.0, property_growth=0.0,
            share_growth=0.0, base_amount_growth=0.0, shock=0.0,
        )  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """Draws that a budget is computed on; years run from PAST years before the base year for people.

    `people[name]` (past + year, draw) [persons]; `price` and `trade` (year, draw) [1], the base year 1;
    `remanence[area]` and `lag[area]` (draw,) [1], [a]; `missing` names series that were not given.
    """

    people: Mapping[str, np.ndarray]
    price: np.ndarray
    trade: np.ndarray
    remanence: Mapping[str, np.ndarray]
    lag: Mapping[str, np.ndarray]
    missing: tuple[str, ...] = ()

    @property
    def years(self) -> int:
        """Count the years, the base year included."""
        return len(self.price)


def kind_of(code: str) -> str:
    """Say how the cost of a product area behaves."""
    return KINDS.get(code[:2], "administration")


def sampled(plan: Plan, given: Assumptions, draws: int, seed: int, years: int, *, first_draw: int = 0) -> Sample:
    """Draw people, prices, trade tax and cost behaviour.

    A draw depends on the seed and its number alone, not on how many there are or how far they look; it reads the path
    of the people with the same number.

    Parameters
    ----------
    plan : Plan
    given : Assumptions
    draws : int
    seed : int
    years : int
        After the base year; beyond the population path its last year is carried on. [a]
    first_draw : int
        Number of the first draw, so that one can be computed alone.

    Returns
    -------
    Sample
    """
    draw, year = np.arange(first_draw, first_draw + draws), np.arange(years + 1)[:, None]
    behaviour = [
        [drawn_evenly(seed, stream, kind, draw) for kind in range(len(KIND_NAMES))] for stream in (STAYS, LATE)
    ]
    people = Rank(normals(seed, RANK, draw), draw)
    return _sample(
        plan, given, people, normals(seed, PRICE, draw), normals(seed, TRADE, year, draw), np.array(behaviour)
    )


def drawn_evenly(seed: int, *indices: np.ndarray | int) -> np.ndarray:
    """Return numbers between -1 and 1 that depend on the seed and their indices alone."""
    return 2.0 * uniforms(seed, *indices) - 1.0


@dataclass(frozen=True)
class Rank:
    """Which people a draw reads: its `level` between quantiles [1], or the path of its `number`; each (draw,)."""

    level: np.ndarray
    number: np.ndarray


def central(plan: Plan, given: Assumptions, years: int) -> Sample:
    """Return the one path in the middle of everything that is drawn."""
    calm = replace(given, trade_spread=0.0)
    people = plan.population
    if not people.quantiles:
        middle = {name: np.median(paths, axis=0, keepdims=True) for name, paths in people.series.items()}
        people = Population(people.years, middle)
    one = np.zeros(1)
    return _sample(
        replace(plan, population=people), calm, Rank(one, np.zeros(1, dtype=np.int64)), one, np.zeros((years + 1, 1)),
        np.zeros((2, len(KIND_NAMES), 1)),
    )  # fmt: skip


def _sample(
    plan: Plan, given: Assumptions, rank: Rank, price: np.ndarray, trade: np.ndarray, behaviour: np.ndarray
) -> Sample:
    years = np.arange(len(trade))
    factor = (
        np.exp(given.trade_spread * trade - 0.5 * given.trade_spread**2) * shocked(plan, given, len(trade))[:, None]
    )
    factor[0] = 1.0
    people, missing = _people(plan, rank, len(trade) - 1)
    behaves = {area.code: _behaviour(plan, area.code, given, behaviour) for area in plan.areas}
    return Sample(
        people=people,
        price=(1.0 + given.cost_growth + given.cost_growth_spread * price)[None, :] ** years[:, None],
        trade=factor,
        remanence={code: pair[0] for code, pair in behaves.items()},
        lag={code: pair[1] for code, pair in behaves.items()},
        missing=missing,
    )


def shocked(plan: Plan, given: Assumptions, years: int) -> np.ndarray:
    """Return the factor of the trade-tax shock by year. (year,) [1]"""
    since = given.shock_year - plan.base_year
    hit = (np.arange(years) >= since) & (np.arange(years) < since + given.shock_years) & (given.shock_year > 0)
    return np.where(hit, 1.0 + given.shock, 1.0)


def _people(plan: Plan, rank: Rank, years: int) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    known = plan.population
    wanted = np.clip(np.arange(plan.base_year - PAST, plan.base_year + years + 1), known.years[0], known.years[-1])
    places = wanted - known.years[0]
    people = {name: paths_of(paths, places, rank, known.quantiles) for name, paths in known.series.items()}
    missing = [name for name in (*CHILDREN, "pupils") if name not in people]
    for name in CHILDREN:
        people.setdefault(name, np.zeros_like(people["residents"]))
    young = sum(people[name] for name in CHILDREN)
    people["children"] = people["residents"] if set(CHILDREN) & set(missing) else np.asarray(young)
    people.setdefault("pupils", people["residents"])
    people["none"] = np.ones_like(people["residents"])
    return people, tuple(missing)


def paths_of(paths: np.ndarray, places: np.ndarray, rank: Rank, quantiles: bool) -> np.ndarray:
    """Return (year, draw): the path of the draw's number, or between quantiles its rank in every year and series."""
    if not quantiles:
        return np.ascontiguousarray(paths[np.ix_(rank.number % len(paths), places)].T)
    low, middle, high = (row[:, None] for row in paths[:, places])
    step = np.where(rank.level > 0, high - middle, middle - low) * rank.level / NORMAL_P90
    return np.asarray(np.maximum(middle + step, 0.0))


def _behaviour(plan: Plan, code: str, given: Assumptions, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    area = next(entry for entry in plan.areas if entry.code == code)
    kind = kind_of(code)
    place = KIND_NAMES.index(kind)
    stays = _between(area.remanence, (given.remanence or {}).get(kind, 0.6), given.remanence_spread, drawn[0, place])
    late = _between(area.lag, (given.lag or {}).get(kind, 0.0), given.lag_spread, drawn[1, place])
    return np.clip(stays, 0.0, 1.0), np.clip(late, 0.0, PAST - 2.0)


def _between(stated: Sequence[float] | None, middle: float, spread: float, drawn: np.ndarray) -> np.ndarray:
    low, high = stated or (middle - spread, middle + spread)
    return np.asarray(0.5 * (low + high) + 0.5 * (high - low) * drawn)
