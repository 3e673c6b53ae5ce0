"""Which measures to carry out when under yearly budgets: the proven best portfolio, and what belongs to it anyway."""

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from hks.core.errors import InfeasibleError, InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

AFFORDED = 1e-6  # slack of a budget, in its own unit, below which rounding is no overspending
WITHIN = 0.02  # our choice: portfolios worth this share less than the best count as near it
TAKEN = 0.5  # the solver's whole numbers are nearly whole
OPTIMAL, INFEASIBLE = 0, 2  # how scipy's search ends
SECONDS = 20.0  # our choice: longest search for one portfolio [s]


@dataclass(frozen=True)
class Group:
    """Measures of one district or field, of which some must be carried out at least and at most."""

    name: str
    members: tuple[int, ...]
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Portfolio:
    """Measures to choose from, what they are worth and cost, and how they depend on each other.

    Attributes
    ----------
    names : (measure,) tuple of str
    value : (measure,) array
        Worth of a measure, such as its weighted value. [1]
    cost : (measure, year) array
        Cost by year after the start. [unit of the budget]
    budget : (year,) array
        [unit of the budget]
    synergies : tuple of (measure, measure, float)
        What two measures are worth more, or less, if both are carried out. [1]
    exclusions, requires : tuple of (measure, measure)
        Not both; the first only with the second, which starts no later.
    latest : (measure,) array of int
        Last year in which a measure may start, from 0. [a]
    must, never : tuple of measure
    """

    names: tuple[str, ...]
    value: np.ndarray
    cost: np.ndarray
    budget: np.ndarray
    synergies: tuple[tuple[int, int, float], ...] = ()
    exclusions: tuple[tuple[int, int], ...] = ()
    requires: tuple[tuple[int, int], ...] = ()
    latest: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    must: tuple[int, ...] = ()
    never: tuple[int, ...] = ()
    groups: tuple[Group, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        many, years = len(self.names), len(self.budget)
        if not self.latest.size:
            object.__setattr__(self, "latest", np.zeros(many, dtype=np.int64))
        if not many or not years or self.value.shape != (many,) or self.cost.shape != (many, years):
            raise InputError(
                gettext_noop("%(measures)s measures and %(years)s years need as many values and yearly costs."),
                measures=many, years=years,
            )  # fmt: skip
        if not (np.isfinite(self.value).all() and np.isfinite(self.cost).all() and np.isfinite(self.budget).all()):
            raise InputError(gettext_noop("A value, a cost or a budget is no number."))
        if (self.cost < 0).any() or (self.budget < 0).any():
            raise InputError(gettext_noop("Costs and budgets cannot be negative."))
        if self.latest.shape != (many,) or (self.latest < 0).any() or (self.latest >= years).any():
            raise InputError(gettext_noop("A measure starts in one of the years of the budget."))
        pairs = [(a, b) for a, b, _ in self.synergies] + [*self.exclusions, *self.requires]
        _refuse_strangers([*itertools.chain(*pairs), *self.must, *self.never], many)
        _refuse_strangers([member for group in self.groups for member in group.members], many)
        for first, second in pairs:
            if first == second:
                raise InputError(gettext_noop("Measure %(number)s is paired with itself."), number=first)


@dataclass(frozen=True)
class Chosen:
    """A portfolio: the year in which each measure starts, -1 if never, (measure,); its worth [1]; whether proven."""

    starts: np.ndarray
    objective: float
    proven: bool

    @property
    def selected(self) -> np.ndarray:
        """Return the measures that are carried out, in their order."""
        return np.flatnonzero(self.starts >= 0)


def _refuse_strangers(numbers: Sequence[int], many: int) -> None:
    for number in numbers:
        if not 0 <= number < many:
            raise InputError(
                gettext_noop("There is no measure %(number)s; measures are numbered from 0 to %(last)s."),
                number=number, last=many - 1,
            )  # fmt: skip


def best(
    portfolio: Portfolio, waiting: float = 0.0, seconds: float = SECONDS, enough: float | None = None
) -> Chosen | None:
    """Find the portfolio worth most that every yearly budget allows.

    Parameters
    ----------
    portfolio : Portfolio
    waiting : float
        Share of its value that a measure loses with each year it starts later. [1]
    seconds : float
        Longest search. [s]
    enough : float, optional
        The first portfolio found that is worth so much is taken. [1]

    Returns
    -------
    Chosen or None
        None if no portfolio meets all conditions, or none was found in time. `proven` is False if the search ended
        before it was certain that none is worth more.

    References
    ----------
    Martello & Toth (1990): *Knapsack Problems*, Wiley; solved by HiGHS (Huangfu & Hall 2018, Math. Prog. Comp. 10).
    """
    return _searched(portfolio, waiting, seconds, enough)[0]


def _searched(portfolio: Portfolio, waiting: float, seconds: float, enough: float | None) -> tuple[Chosen | None, bool]:
    """Return what was found, and whether the search came to its end.

    The solver lets a sum pass a budget by its own tolerance; such a package is excluded and the search goes on.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    worth, rows, low, high, upper = _programme(portfolio, waiting)
    if enough is not None:
        rows, low, high = np.vstack([rows, worth]), np.append(low, enough), np.append(high, np.inf)
    places, end = _places(portfolio), time.monotonic() + seconds
    while True:
        found = milp(
            -worth, constraints=LinearConstraint(rows, low, high), bounds=Bounds(0.0, upper),
            integrality=np.ones_like(worth),
            options={"mip_rel_gap": 0.0 if enough is None else 1e6, "time_limit": max(end - time.monotonic(), 0.0)},
        )  # fmt: skip
        if found.x is None:
            return None, found.status == INFEASIBLE
        taken = found.x[: len(places)] > TAKEN
        starts = np.full(len(portfolio.names), -1)
        for measure, year in itertools.compress(places, taken):
            starts[measure] = year
        if (cost_by_year(portfolio, starts) <= portfolio.budget + AFFORDED).all():
            ended = found.status == OPTIMAL
            return Chosen(starts, worth_of(portfolio, starts, waiting), ended), ended
        other = np.zeros_like(worth)
        other[: len(places)] = np.where(taken, -1.0, 1.0)  # at least one decision differs
        rows, low, high = np.vstack([rows, other]), np.append(low, 1.0 - taken.sum()), np.append(high, np.inf)


def worth_of(portfolio: Portfolio, starts: np.ndarray, waiting: float = 0.0) -> float:
    """Sum the values of the measures carried out and of the pairs among them. [1]"""
    taken = starts >= 0
    single = (portfolio.value * (1.0 - waiting * np.maximum(starts, 0)))[taken].sum()
    return float(single + sum(value for a, b, value in portfolio.synergies if taken[a] and taken[b]))


def cost_by_year(portfolio: Portfolio, starts: np.ndarray) -> np.ndarray:
    """Sum what is spent in each year of the budget, (year,) [unit of the budget]."""
    years = len(portfolio.budget)
    spent = np.zeros(years)
    for measure in np.flatnonzero(starts >= 0):
        spent[starts[measure] :] += portfolio.cost[measure, : years - starts[measure]]
    return spent


def _places(portfolio: Portfolio) -> list[tuple[int, int]]:
    """Return measure and year of start of each variable."""
    return [(measure, year) for measure, last in enumerate(portfolio.latest.tolist()) for year in range(last + 1)]


def _programme(portfolio: Portfolio, waiting: float) -> tuple[np.ndarray, Any, np.ndarray, np.ndarray, np.ndarray]:
    """Return the worth of each variable, the conditions' rows with their lower and upper ends, and the variables' ends.

    Variables: each measure starting in each of its years, then each pair being carried out.
    """
    places = _places(portfolio)
    many, pairs = len(places), len(portfolio.synergies)
    whole = np.zeros((len(portfolio.names), many + pairs))
    years = np.zeros((len(portfolio.budget), many + pairs))
    worth = np.zeros(many + pairs)
    for place, (measure, year) in enumerate(places):
        whole[measure, place] = 1.0
        years[year:, place] = portfolio.cost[measure, : len(years) - year]
        worth[place] = portfolio.value[measure] * (1.0 - waiting * year)
    rows: list[tuple[np.ndarray, float, float]] = [(row, 0.0, 1.0) for row in whole]
    for row, limit in zip(years, portfolio.budget, strict=True):
        unit = max(float(row.max()), 1.0)  # sums of the size of one keep the solver's tolerance small
        rows.append((row / unit, 0.0, limit / unit))
    rows += [(whole[a] + whole[b], 0.0, 1.0) for a, b in portfolio.exclusions]
    for a, b in portfolio.requires:
        rows += [(_begun(places, whole, b, year) - _begun(places, whole, a, year), 0.0, 1.0)
                 for year in range(portfolio.latest[a] + 1)]  # fmt: skip
    for pair, (a, b, value) in enumerate(portfolio.synergies):
        both = np.zeros(many + pairs)
        both[many + pair] = 1.0
        worth[many + pair] = value
        if value >= 0:
            rows += [(whole[member] - both, 0.0, 1.0) for member in (a, b)]
        else:
            rows.append((both - whole[a] - whole[b], -1.0, 1.0))
    rows += [(whole[measure], 1.0, 1.0) for measure in portfolio.must]
    rows += [(whole[measure], 0.0, 0.0) for measure in portfolio.never]
    for group in portfolio.groups:
        most = len(group.members) if group.most is None else group.most
        rows.append((whole[list(group.members)].sum(axis=0), float(group.least), float(most)))
    table, low, high = (np.array(part) for part in zip(*rows, strict=True))
    return worth, table, low, high, np.ones(many + pairs)


def _begun(places: Sequence[tuple[int, int]], whole: np.ndarray, measure: int, year: int) -> np.ndarray:
    """Mark the variables by which a measure has begun by a year, (variable,)."""
    early = np.zeros(whole.shape[1])
    early[[place for place, (_, start) in enumerate(places) if start <= year]] = 1.0
    return np.asarray(whole[measure] * early)


def core_index(
    portfolio: Portfolio, chosen: Chosen, within: float = WITHIN, waiting: float = 0.0, seconds: float = SECONDS
) -> tuple[np.ndarray, bool]:
    """Say how surely each measure belongs to a portfolio near the best one.

    Each decision of the best portfolio is turned once, and the best portfolio with that decision turned is sought.

    Parameters
    ----------
    within : float
        Share of the best worth that a portfolio near it may lack. [1]

    Returns
    -------
    (measure,) array
        1: no portfolio near the best one does without; 0: none has it; else its share among the different portfolios
        near the best one that were found, to be discussed. [1]
    bool
        Whether each of these searches came to its end.

    References
    ----------
    Liesiö, Mild & Salo (2007): *Preference programming for robust portfolio modeling and project selection*, European
    Journal of Operational Research 181, 1488-1505.
    """
    floor = chosen.objective - within * abs(chosen.objective)
    near, certain = [chosen.starts >= 0], True
    fate = (chosen.starts >= 0).astype(float)
    open_ones = []
    for measure in range(len(portfolio.names)):
        turned = (
            (portfolio.must, (*portfolio.never, measure))
            if fate[measure]
            else ((*portfolio.must, measure), portfolio.never)
        )
        other, ended = _searched(replace(portfolio, must=turned[0], never=turned[1]), waiting, seconds, floor)
        certain = certain and ended
        if other is not None:
            near.append(other.starts >= 0)
        if other is not None or not ended:  # what no search decided is to be talked about
            open_ones.append(measure)
    fate[open_ones] = np.unique(near, axis=0).mean(axis=0)[open_ones]
    return fate, certain


def front(
    portfolio: Portfolio, shares: Sequence[float], waiting: float = 0.0, seconds: float = SECONDS
) -> list[Chosen]:
    """Find the best portfolio for each share of all budgets; those that no portfolio can keep to are left out."""
    found = (best(replace(portfolio, budget=portfolio.budget * share), waiting, seconds) for share in shares)
    return [chosen for chosen in found if chosen is not None]


NOTHING_FITS = gettext_noop(
    "No portfolio meets all conditions: look at what must be carried out, at the groups' least numbers and the budgets."
)
NOTHING_IN_TIME = gettext_noop("No package was found in time; allow a longer search or list fewer measures.")
UNPROVEN = gettext_noop("The search was ended by its time limit; a better portfolio may exist.")
TOO_DEAR = gettext_noop("No measure is affordable: the cheapest one costs more than the budget of its years.")


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Choose the best portfolio and say what belongs to it in any case."""
    portfolio: Portfolio = inputs["portfolio"]
    waiting, seconds = cast("float", values["waiting"]), cast("float", values["time_limit"])
    chosen, ended = _searched(portfolio, waiting, seconds, None)
    if chosen is None:
        raise InfeasibleError(NOTHING_FITS) if ended else InputError(NOTHING_IN_TIME)
    index, certain = core_index(portfolio, chosen, cast("float", values["within"]), waiting, seconds)
    steps = cast("int", values["front"])
    fronts = front(portfolio, np.linspace(0.0, 1.0, steps + 1)[1:].tolist(), waiting, seconds) if steps else []
    starts = chosen.starts[chosen.selected]
    return {
        "selected": chosen.selected.tolist(),
        "names": [portfolio.names[measure] for measure in chosen.selected],
        "start": starts.tolist(),
        "objective": chosen.objective,
        "proven": chosen.proven,
        "cost_by_year": cost_by_year(portfolio, chosen.starts).tolist(),
        "core_index": index.tolist(),
        "certain": certain,
        "front": [
            {"cost": float(cost_by_year(portfolio, each.starts).sum()), "objective": each.objective,
             "selected": each.selected.tolist(), "proven": each.proven}
            for each in fronts
        ],
        "warnings": _warnings(portfolio, chosen, certain and all(each.proven for each in fronts)),
    }  # fmt: skip


def estimate(inputs: Inputs, values: Values) -> float:
    """Foretell the time: one search for the best, for each measure and for each smaller budget. [s]

    A search was seen to take 4 ms with few variables and about a tenth of a second with 90, one for each year in which
    a measure may start; hard cases take longer.
    """
    portfolio: Portfolio = inputs["portfolio"]
    searches = 1 + len(portfolio.names) + cast("int", values["front"])
    return searches * (0.004 + 0.1 * (len(_places(portfolio)) / 90) ** 2)


def _warnings(portfolio: Portfolio, chosen: Chosen, certain: bool) -> list[str]:
    dear = (portfolio.cost > portfolio.budget + AFFORDED).any(axis=1) & (portfolio.latest == 0)
    told = [TOO_DEAR] if dear.all() and not chosen.selected.size else []
    return told + ([] if chosen.proven and certain else [UNPROVEN])


PORTFOLIO = Method(
    group="decisions",
    verb="portfolio",
    title=gettext_noop("Package of measures under yearly budgets"),
    summary=gettext_noop(
        "Which measures together are worth most, what they cost by year, and which ones belong to every good package."
    ),
    inputs=(Input("portfolio", gettext_noop("Measures, costs and budgets"), ("portfolio",)),),
    parameters=(
        Parameter("within", gettext_noop("Near the best lacks at most"), "number", WITHIN, "1", low=0, high=0.5),
        Parameter("waiting", gettext_noop("Value lost with each year of waiting"), "number", 0.0, "1", low=0, high=1),
        Parameter("front", gettext_noop("Smaller budgets to look at"), "integer", 0, low=0, high=20),
        Parameter("time_limit", gettext_noop("Longest search"), "number", SECONDS, "s", low=0.1, high=3600),
    ),
    outcomes=(
        Outcome("selected", gettext_noop("Measures carried out"), axes=("place",), shape="series"),
        Outcome("names", gettext_noop("Their names"), axes=("place",), shape="series"),
        Outcome("start", gettext_noop("Year of their start, from 0"), "a", axes=("place",), shape="series"),
        Outcome("objective", gettext_noop("Worth of the package"), better="more"),
        Outcome("proven", gettext_noop("Proven that none is worth more")),
        Outcome("cost_by_year", gettext_noop("Cost by year"), axes=("year",), shape="series", better="less"),
        Outcome("core_index", gettext_noop("Part of the good packages with it"), axes=("measure",), shape="series"),
        Outcome("certain", gettext_noop("Every search for it came to its end")),
        Outcome("front", gettext_noop("Best packages of smaller budgets"), axes=("budget",), shape="table"),
    ),
    compute=answer,
    estimate=estimate,
    references=(
        "Liesiö, Mild & Salo (2007): European Journal of Operational Research 181, 1488-1505.",
        "Huangfu & Hall (2018): Parallelizing the dual revised simplex method, Math. Prog. Comp. 10, 119-142.",
    ),
)  # fmt: skip
