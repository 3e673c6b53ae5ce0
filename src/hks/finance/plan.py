"""A town's own plan: taxes, equalisation, product areas, debt and the people it is for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.finance.rules import LANDS

Yearly = Mapping[int, float]  # holds from its year on until the next one; before the first, the first

REAL_TAXES = ("property_a", "property_b", "trade")
SHARES = ("income_share", "vat_share")
TAXES = (*REAL_TAXES, *SHARES)
CHILDREN = ("children_0_2", "children_3_5", "children_6_10")
SERIES = ("residents", *CHILDREN, "pupils")
DRIVERS = ("residents", "children", "pupils", "none")
FEES = ("water", "waste_water")


def at(series: Yearly, year: int) -> float:
    """Read the value that holds in a year; an empty series is zero."""
    begun = [known for known in series if known <= year]
    if begun:
        return series[max(begun)]
    return series[min(series)] if series else 0.0


@dataclass(frozen=True)
class Tax:
    """Yield by year [EUR] and, for the real taxes, multipliers by year [%].

    `rates` are the town's own, `levels` the levelled ones; `averages` are the means of the Land these follow from.
    """

    amounts: Yearly
    rates: Yearly = field(default_factory=dict)
    levels: Yearly = field(default_factory=dict)
    averages: Yearly = field(default_factory=dict)


@dataclass(frozen=True)
class Area:
    """One product area in the base year.

    `income` and `expense` are ordinary income and expense with what is not paid in them (released grants,
    depreciation) [EUR/a]; `released` and `depreciation` are these parts, None spreads the plan's total in proportion.
    `driver` names the series its cost follows, `remanence` and `lag` replace what the kind of area gives:
    least and most share of the cost that stays [1], least and most years until the rest follows [a].
    """

    code: str
    name: str
    income: float
    expense: float
    driver: str = ""
    released: float | None = None
    depreciation: float | None = None
    remanence: tuple[float, float] | None = None
    lag: tuple[float, float] | None = None


@dataclass(frozen=True)
class Equalisation:
    """What equalisation needs to know beyond taxes and people.

    `base_amount` is the Grundbetrag [EUR per weighted person], `district_rate` the district levy [%], `pupils` count
    by kind of school [persons], `stated` is the general allocation that the plan itself expects in the base year
    [EUR], `mean_power` the mean tax power and allocation of all towns [EUR/person].
    """

    base_amount: float
    district_rate: Yearly
    pupils: Mapping[str, float] = field(default_factory=dict)
    stated: float | None = None
    levy_years: int = 0
    mean_power: float = 0.0
    centre: bool = False


@dataclass(frozen=True)
class Financing:
    """Debt at the end of the year before the base year, what it costs, and what is invested.

    `debt`, `liquidity` [EUR]; `interest_rate` [%/a]; by year: `repayment`, `loans`, `investment_payments`,
    `investment_receipts`, `depreciation`, `released` [EUR/a]; `cash_credit_limit` as in the budget statute [EUR].
    """

    debt: float = 0.0
    interest_rate: float = 0.0
    liquidity: float = 0.0
    cash_credit_limit: float = 0.0
    repayment: Yearly = field(default_factory=dict)
    loans: Yearly = field(default_factory=dict)
    investment_payments: Yearly = field(default_factory=dict)
    investment_receipts: Yearly = field(default_factory=dict)
    depreciation: Yearly = field(default_factory=dict)
    released: Yearly = field(default_factory=dict)


@dataclass(frozen=True)
class Population:
    """People on 31 December by year; a series is (path, year) [persons].

    With `quantiles` the three paths of a series are its p10, p50 and p90.
    """

    years: tuple[int, ...]
    series: Mapping[str, np.ndarray]
    quantiles: bool = False

    def __post_init__(self) -> None:
        if "residents" not in self.series:
            raise InputError(gettext_noop("The population path has no residents."))
        if list(self.years) != list(range(self.years[0], self.years[0] + len(self.years))):
            raise InputError(gettext_noop("The years of the population path must follow one another."))
        for name, paths in self.series.items():
            if paths.ndim != 2 or paths.shape[1] != len(self.years) or not np.isfinite(paths).all() or paths.min() < 0:
                raise InputError(
                    gettext_noop("'%(name)s' needs a number from 0 for each of the %(years)s years."),
                    name=name, years=len(self.years),
                )  # fmt: skip
            if self.quantiles and (paths.shape[0] != 3 or (np.diff(paths, axis=0) < 0).any()):
                raise InputError(gettext_noop("'%(name)s' needs p10, p50 and p90 in ascending order."), name=name)
        if self.series["residents"].min() < 1:
            raise InputError(
                gettext_noop("A town without residents has no budget; the population path has such a year.")
            )


@dataclass(frozen=True)
class PeopleByDraw:
    """The residents of a population ensemble, draw by draw; a series is (draw, year) [persons].

    Where the file does not say its `years`, they are those of the plan's own path.
    """

    series: Mapping[str, np.ndarray]
    years: tuple[int, ...] = ()

    def as_population(self, path: Population) -> Population:
        """Take the place of a plan's path, draw by draw; pupils, whom no ensemble counts, stay on its middle path.

        Raises
        ------
        InputError
            If the years are not as many as the path has, or are no years of residents.
        """
        years = self.years or path.years
        found = dict(self.series)
        if found and next(iter(found.values())).shape[1] != len(years):
            raise InputError(
                gettext_noop("The ensemble of the people has %(found)s years, the plan's population path %(known)s."),
                found=next(iter(found.values())).shape[1], known=len(years),
            )  # fmt: skip
        for name in set(path.series) - set(found) if years == path.years else ():
            if name == "pupils":
                found[name] = np.median(path.series[name], axis=0, keepdims=True)
        return Population(years, found)


@dataclass(frozen=True)
class Measure:
    """What a measure changes a year by year [EUR/a]: income and savings above 0, cost below 0; no year, no amount."""

    name: str
    amounts: Yearly


@dataclass(frozen=True)
class FeeBusiness:
    """A business paid by fees: cost in the base year [EUR/a] and what a resident uses [m3/(person a)]."""

    cost: float
    use: float
    remanence: tuple[float, float] | None = None


@dataclass(frozen=True)
class Plan:
    """All of it; `ags` may be empty, `measures` and `excludes` are for the balance rule.

    Raises
    ------
    InputError
        If the Land has no rules here, a tax has no yield in the base year, or a multiplier is missing.
    """

    land: str
    base_year: int
    taxes: Mapping[str, Tax]
    equalisation: Equalisation
    areas: tuple[Area, ...]
    financing: Financing
    population: Population
    other_income: float = 0.0
    other_expense: float = 0.0
    ags: str = ""
    measures: tuple[Measure, ...] = ()
    excludes: tuple[tuple[str, str], ...] = ()
    fees: Mapping[str, FeeBusiness] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.land not in LANDS:
            raise InputError(
                gettext_noop("There are no rules of equalisation for '%(land)s'; known are SN and ST."), land=self.land
            )
        for name in TAXES:
            if self.base_year not in self.taxes[name].amounts:
                raise InputError(
                    gettext_noop("'%(name)s' has no yield for the base year %(year)s; write 0 if there is none."),
                    name=name, year=self.base_year,
                )  # fmt: skip
        for name in REAL_TAXES:
            tax = self.taxes[name]
            if any(tax.amounts.values()) and not all(rate > 0 for rate in tax.rates.values() or [0.0]):
                raise InputError(gettext_noop("'%(name)s' needs the town's multiplier in percent."), name=name)
        if not self.population.years[0] <= self.base_year < self.population.years[-1]:
            raise InputError(
                gettext_noop("The population path must reach from the base year %(year)s to a later year."),
                year=self.base_year,
            )
        known = {measure.name for measure in self.measures}
        if len(known) != len(self.measures) or any(name not in known for pair in self.excludes for name in pair):
            raise InputError(gettext_noop("Measures need different names, and exclusions name measures of the file."))

    @property
    def last_year(self) -> int:
        """Return the last year of the population path."""
        return self.population.years[-1]

    def unpaid(self, side: str) -> dict[str, float]:
        """Spread what is not paid in the base year over the areas: of `income` or of `expense`. [EUR/a]

        An area that states its part keeps it; the others share the rest in proportion to their income or expense.

        Raises
        ------
        InputError
            If the areas state more than the plan's total.
        """
        name = "released" if side == "income" else "depreciation"
        total = at(getattr(self.financing, name), self.base_year)
        parts = {area.code: getattr(area, name) for area in self.areas}
        stated = sum(part for part in parts.values() if part is not None)
        if stated > total + 0.005:
            raise InputError(
                gettext_noop("The areas state %(stated)s EUR of '%(name)s', the plan only %(total)s."),
                stated=round(stated), name=name, total=round(total),
            )  # fmt: skip
        weight = sum(getattr(area, side) for area in self.areas if parts[area.code] is None)
        share = min((total - stated) / weight, 1.0) if weight else 0.0
        return {
            area.code: share * getattr(area, side) if (part := parts[area.code]) is None else part
            for area in self.areas
        }
