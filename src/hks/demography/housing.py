"""Households, dwellings and vacancy: who needs a dwelling, which kind stands empty, and what demolition changes."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.demography.one_unit import COMMON, OneUnit, band, one_unit, seconds, weighted
from hks.numerics.calibration import rates_meeting_total

TYPES = ("old", "panel", "houses")
MEASURES = {"demolition_old": -1.0, "demolition_panel": -1.0, "new_houses": 1.0}  # what each does to its type
# Share of the people of an age who head a household: our guess at the shape, not verified; the level is fitted to the
# households known. Nobody under 18 heads one.
HEAD_AGES = (18.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0)
HEAD_SHARES = (0.04, 0.20, 0.42, 0.50, 0.54, 0.56, 0.58, 0.61, 0.68, 0.72)


@dataclass(frozen=True)
class Stock:
    """Dwellings, (year + 1, type) [dwellings], and the part of each type lived in in the base year, (type,) [1]."""

    dwellings: np.ndarray
    occupied: np.ndarray


def headship(population: np.ndarray, households: float) -> np.ndarray:
    """Fit the share of heads of households by age to a number of households.

    Parameters
    ----------
    population : (sex, age) array
        Residents of the base year. [persons]
    households : float
        [households]

    Returns
    -------
    (sex, age) array
        [1]

    Raises
    ------
    InputError
        If there are no households, or more than grown-ups.
    """
    ages = np.arange(population.shape[1])
    shape = np.where(ages < HEAD_AGES[0], 0.0, np.interp(ages, HEAD_AGES, HEAD_SHARES))
    return rates_meeting_total(np.broadcast_to(shape, population.shape), population, households)


def dwellings_ahead(
    first: np.ndarray, change: np.ndarray, years: int, start: int | np.ndarray, end: int | np.ndarray
) -> np.ndarray:
    """Follow the dwellings of each type through the years of their measures.

    Parameters
    ----------
    first : (type,) array
        [dwellings]
    change : (type,) array
        New less demolished dwellings a year. [1/a]
    years : int
        Years ahead.
    start, end : int or (type,) array
        First and last year of a measure, counted from the base year.

    Returns
    -------
    (year + 1, type) array
        Never below zero. [dwellings]
    """
    before = np.maximum(np.asarray(start) - 1, 0)
    at_work = np.clip(np.arange(years + 1)[:, None] - before, 0, np.maximum(np.asarray(end) - before, 0))
    return np.asarray(np.maximum(first + at_work * change, 0.0))


def settle(households: np.ndarray, dwellings: np.ndarray, preference: np.ndarray, fullest: np.ndarray) -> np.ndarray:
    """Spread households over the types of dwellings.

    They keep to the shares of the base year; those who find their type full move on to the others in proportion to what
    is free there.

    Parameters
    ----------
    households : (draw, year) array
        [households]
    dwellings : (year, type) array
        [dwellings]
    preference : (type,) array
        Shares of the base year, adding up to 1. [1]
    fullest : (type,) array
        Share of a type that can be lived in; the rest stands empty between two tenants. [1]

    Returns
    -------
    (draw, year, type) array
        Dwellings lived in. Less in sum than the households where dwellings are short. [dwellings]
    """
    room = dwellings * fullest
    lived = np.minimum(households[..., None] * preference, room)
    waiting = households - lived.sum(axis=-1)
    free = (room - lived).sum(axis=-1)
    taken = np.divide(waiting, free, out=np.zeros_like(free), where=free > 0)
    return np.asarray(lived + (room - lived) * np.clip(taken, 0.0, 1.0)[..., None])


def vacancy(lived: np.ndarray, dwellings: np.ndarray) -> np.ndarray:
    """Return the share of dwellings that stand empty; 0 where there are none. [1]"""
    shape = np.broadcast_shapes(lived.shape, dwellings.shape)
    return np.asarray(1.0 - np.divide(lived, dwellings, out=np.ones(shape), where=dwellings > 0))


def first_stock(values: Values, residents: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Read the dwellings of the base year, and how many households live in them.

    Returns
    -------
    (type,) array, (type,) array, float
        Dwellings, the share lived in [1], households.

    Raises
    ------
    InputError
        If the shares of the types exceed all.
    """
    shares = np.array([cast("float", values["share_old"]), cast("float", values["share_panel"]), 0.0]) / 100.0
    shares[2] = 1.0 - shares.sum()
    if shares[2] < 0:
        raise InputError(gettext_noop("Old buildings and slab buildings together cannot be more than 100 percent."))
    occupied = 1.0 - np.array([cast("float", values[f"vacancy_{name}"]) for name in TYPES]) / 100.0
    known = cast("float", values["dwellings"])
    per_dwelling = float((shares * occupied).sum())
    households = known * per_dwelling if known else residents / cast("float", values["household_size"])
    return shares * (households / per_dwelling), occupied, households


def stock_of(values: Values, unit: OneUnit) -> tuple[Stock, float]:
    """Put together the dwellings of every year and the households of the base year.

    Raises
    ------
    InputError
        If a measure begins or ends in a year that is not projected.
    """
    first, occupied, households = first_stock(values, float(unit.population.sum()))
    change = np.array([sign * cast("float", values[name]) for name, sign in MEASURES.items()])
    spans = [span_of(values, name, unit) for name in MEASURES]
    start, end = (np.array(side) for side in zip(*spans, strict=True))
    return Stock(dwellings_ahead(first, change, unit.years, start, end), occupied), households


def span_of(values: Values, name: str, unit: OneUnit) -> tuple[int, int]:
    """Return the first and last year of a measure, counted from the base year; where nothing is said, all years."""
    start, end = cast("int", values[f"{name}_start"]), cast("int", values[f"{name}_end"])
    for year in (start, end):
        if values[name] and year and not unit.base_year < year <= unit.calendar[-1]:
            raise InputError(
                gettext_noop("Measures cannot begin or end in %(year)s; a year from %(first)s to %(last)s is right."),
                year=year, first=unit.base_year + 1, last=unit.calendar[-1],
            )  # fmt: skip
    return (start or unit.base_year + 1) - unit.base_year, (end or unit.calendar[-1]) - unit.base_year


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Follow households and dwellings along every draw, with the measures and without them."""
    unit = one_unit(inputs, values, seed)
    stock, known = stock_of(values, unit)
    weights = headship(unit.population, known)[None]
    households = unit.reduced(lambda part: weighted(part, weights))[..., 0]
    households = households * (known / households[:, :1])  # float32 of the projection, rounded away
    reserve = cast("float", values["reserve"]) / 100.0
    total = stock.dwellings.sum(axis=1)
    lived = lived_in(households, stock, reserve)
    unchanged = Stock(np.broadcast_to(stock.dwellings[0], stock.dwellings.shape), stock.occupied)
    return {
        "years": unit.calendar,
        "households": band(households),
        "dwellings": {name: stock.dwellings[:, n].tolist() for n, name in enumerate(TYPES)},
        **_empty(lived, stock, ""),
        **_empty(lived_in(households, unchanged, reserve), unchanged, "_without"),
        "too_many": band(total - households / (1.0 - reserve)),
        "short": band(np.round(np.maximum(households - lived.sum(axis=2), 0.0), 6)),
        "household_size": float(unit.population.sum()) / known,
        "estimated": unit.estimated,
        "warnings": [*unit.warnings, *_remarks(values)],
    }


def lived_in(households: np.ndarray, stock: Stock, reserve: float) -> np.ndarray:
    """Settle households in a stock whose types keep the reserve or, where less stands empty today, as much as that.

    Parameters
    ----------
    households : (draw, year) array
        [households]
    stock : Stock
    reserve : float
        Share that stands empty between two tenants. [1]

    Returns
    -------
    (draw, year, type) array
        [dwellings]
    """
    first = stock.dwellings[0] * stock.occupied
    return settle(households, stock.dwellings, first / first.sum(), np.maximum(stock.occupied, 1.0 - reserve))


def _empty(lived: np.ndarray, stock: Stock, suffix: str) -> dict[str, Any]:
    by_type = 100.0 * vacancy(lived, stock.dwellings)
    return {
        f"vacancy{suffix}": band(100.0 * vacancy(lived.sum(axis=2), stock.dwellings.sum(axis=1))),
        f"vacancy_by_type{suffix}": {name: band(by_type[..., n]) for n, name in enumerate(TYPES)},
    }


def _remarks(values: Values) -> list[str]:
    remarks = [gettext_noop("The ages at which people head a household are our guess; only their number is fitted.")]
    if not values["dwellings"]:
        remarks.append(gettext_noop(
            "The dwellings are not given: they follow from the residents, the size of a household and the vacancy."
        ))  # fmt: skip
    return remarks


def check(values: Values) -> None:
    """Refuse shares above all, and a measure that ends before it begins."""
    first_stock(values, 1.0)
    for name in MEASURES:
        end = cast("int", values[f"{name}_end"])
        if end and end < cast("int", values[f"{name}_start"]):
            raise InputError(gettext_noop("The measure ends before it begins."))


def _measure(name: str, number: str, first: str, last: str) -> tuple[Parameter, ...]:
    return (
        Parameter(name, number, "number", 0.0, "dwellings/a", low=0, high=1e6, role="lever"),
        Parameter(f"{name}_start", first, "integer", 0, "a", low=0, high=2200, role="lever"),
        Parameter(f"{name}_end", last, "integer", 0, "a", low=0, high=2200, role="lever"),
    )


OWN = gettext_noop("our choice; put in the town's own figure")
CENSUS = gettext_noop("Germany, census of 15 May 2022 (Destatis); put in the town's own figure")
PARAMETERS: tuple[Parameter, ...] = (
    Parameter("dwellings", gettext_noop("Dwellings of the base year; 0 is as follows from the residents"), "number",
              0.0, "dwellings", low=0, high=1e8),
    Parameter("household_size", gettext_noop("Persons a household, where the dwellings are not given"), "number", 1.88,
              "persons", low=1, high=8, step=0.01, source="StaLA Sachsen-Anhalt, 1. Prognose privater Haushalte: 2019",
              verified=True),
    *(Parameter(f"share_{name}", title, "number", default, "%", low=0, high=100, step=1, source=OWN)
      for name, title, default in (("old", gettext_noop("Dwellings in old buildings"), 40.0),
                                   ("panel", gettext_noop("Dwellings in slab buildings"), 30.0))),
    *(Parameter(f"vacancy_{name}", title, "number", 4.3, "%", low=0, high=99, step=0.1, source=CENSUS, verified=True)
      for name, title in (("old", gettext_noop("Vacancy in the base year, old buildings")),
                          ("panel", gettext_noop("Vacancy in the base year, slab buildings")),
                          ("houses", gettext_noop("Vacancy in the base year, houses of one or two dwellings")))),
    Parameter("reserve", gettext_noop("Dwellings that stand empty between two tenants"), "number", 3.0, "%", low=0,
              high=20, step=0.5, source=gettext_noop("usual reserve of the housing market, 2.5 to 3 %; our choice")),
    *_measure("demolition_old", gettext_noop("Demolition in old buildings a year"),
              gettext_noop("First year of demolition in old buildings; 0 is the year after the base year"),
              gettext_noop("Last year of demolition in old buildings; 0 is to the end")),
    *_measure("demolition_panel", gettext_noop("Demolition in slab buildings a year"),
              gettext_noop("First year of demolition in slab buildings; 0 is the year after the base year"),
              gettext_noop("Last year of demolition in slab buildings; 0 is to the end")),
    *_measure("new_houses", gettext_noop("New houses a year"),
              gettext_noop("First year of building; 0 is the year after the base year"),
              gettext_noop("Last year of building; 0 is to the end")),
)  # fmt: skip

HOUSING = Method(
    group="population",
    verb="housing",
    title=gettext_noop("Households, dwellings and vacancy"),
    summary=gettext_noop("How many households need a dwelling, and how many dwellings stand empty, by type."),
    inputs=(
        Input("table", gettext_noop("Residents by age and sex"), ("population-table",)),
        Input("rates", gettext_noop("Life table of the country; without it the official one of that time"),
              ("population-rates",), required=False),
    ),
    parameters=(*COMMON, *PARAMETERS),
    outcomes=(
        Outcome("years", gettext_noop("Years"), "a"),
        Outcome("households", gettext_noop("Households"), "households", ("quantile", "year"), "band"),
        Outcome("dwellings", gettext_noop("Dwellings by type"), "dwellings", ("type", "year"), "table"),
        Outcome("vacancy", gettext_noop("Dwellings that stand empty"), "%", ("quantile", "year"), "band",
                better="less"),
        Outcome("vacancy_by_type", gettext_noop("Dwellings that stand empty, by type"), "%",
                ("type", "quantile", "year"), "table"),
        Outcome("vacancy_without", gettext_noop("Dwellings that stand empty without demolition and building"), "%",
                ("quantile", "year"), "band", better="less"),
        Outcome("vacancy_by_type_without",
                gettext_noop("Dwellings that stand empty without demolition and building, by type"), "%",
                ("type", "quantile", "year"), "table"),
        Outcome("too_many", gettext_noop("Dwellings beyond households and reserve"), "dwellings", ("quantile", "year"),
                "band"),
        Outcome("short", gettext_noop("Households that find no dwelling"), "households", ("quantile", "year"), "band",
                better="less"),
        Outcome("household_size", gettext_noop("Persons a household in the base year"), "persons"),
        Outcome("estimated", gettext_noop("The age structure is estimated")),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    check=check,
    estimate=seconds,
    version="3",
    draws=True,
    references=("Preston, Heuveline & Guillot (2001): Demography, Blackwell, ch. 6",),
)  # fmt: skip
