"""Back-cast from yearly flows: what births, deaths and moves up to a past year would have foretold, and what came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.core.randomness import generator
from hks.core.series import Series, SeriesTable
from hks.numerics.quantiles import named_quantiles

RESIDENTS = "population"
FLOWS = {"births": 1.0, "in_migration": 1.0, "deaths": -1.0, "out_migration": -1.0}
CENSUS_YEARS = (2011, 2022)  # Destatis: census days 9 May 2011 and 15 May 2022
FEWEST_YEARS = 3  # our choice: with fewer, the spread between years says nothing


@dataclass(frozen=True)
class Balance:
    """Residents on 31 December by year, and the flows of each year in the order of `FLOWS`. [persons], [persons/a]"""

    residents: Mapping[int, float]
    flows: Mapping[int, tuple[float, ...]]

    def rates(self, years: Sequence[int]) -> np.ndarray:
        """Return the flows of years per resident at the beginning of each, (year, flow). [1/a]

        The beginning is the end less the year's balance, so that a year whose predecessor is missing counts too.

        Raises
        ------
        InputError
            If a year would have begun without residents.
        """
        signs = np.array(list(FLOWS.values()))
        counted = np.array([self.flows[year] for year in years])
        begun = np.array([self.residents[year] for year in years]) - counted @ signs
        if (begun <= 0).any():
            raise InputError(
                gettext_noop("The flows of %(year)s are larger than the residents; one of the figures is wrong."),
                year=years[int(np.argmin(begun))],
            )
        return np.asarray(counted / begun[:, None])


def ahead(residents: float, rates: np.ndarray, years: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Carry residents on; each year of each draw has the rates of one known year, all flows of it together.

    Parameters
    ----------
    residents : float
        At the end of the base year. [persons]
    rates : (year, flow) array
        Known flows per resident, in the order of `FLOWS`. [1/a]
    years : int
        How far ahead. [a]
    draws : int
    rng : numpy.random.Generator

    Returns
    -------
    (draw, year + 1) array
        Residents on 31 December, the base year first. [persons]
    """
    growth = 1.0 + rates @ np.array(list(FLOWS.values()))
    picked = growth[rng.integers(0, len(growth), (draws, years))]
    steps = np.concatenate([np.ones((draws, 1)), picked], axis=1)
    return np.asarray(residents * np.cumprod(steps, axis=1))


def balance_of(table: SeriesTable, unit: int) -> tuple[str, Balance, bool]:
    """Choose the unit whose residents and four flows are known; say whether a figure is second-hand.

    Raises
    ------
    InputError
        If no unit has them all, or several do and none was chosen.
    """
    wanted = (RESIDENTS, *FLOWS)
    asked = {ags for ags, _ in table.series if not unit or (ags.isdigit() and int(ags) == unit)}
    whole = sorted(ags for ags in asked if all((ags, name) in table.series for name in wanted))
    if not whole:
        raise InputError(
            gettext_noop("The table holds no unit %(unit)s with %(wanted)s."), unit=unit, wanted=", ".join(wanted)
        )
    if len(whole) > 1:
        raise InputError(
            gettext_noop("The table holds %(found)s units; choose one by its official key, such as %(first)s."),
            found=len(whole), first=whole[0],
        )  # fmt: skip
    ags = whole[0]
    by_year = {name: _by_year(table.series[ags, name], name) for name in wanted}
    known = set.intersection(*(set(by_year[name]) for name in wanted))
    flows = {year: tuple(by_year[name][year] for name in FLOWS) for year in sorted(known)}
    second_hand = any(table.series[ags, name].second_hand for name in wanted)
    return ags, Balance(by_year[RESIDENTS], flows), second_hand


def _by_year(series: Series, name: str) -> dict[int, float]:
    """Take the figures at the end of a year; a count on another day is left out.

    Raises
    ------
    InputError
        If one is negative.
    """
    figures = zip(series.days, series.values, strict=True)
    ends = [(day, value) for day, value in figures if (day.month, day.day) == (12, 31)]
    for day, value in ends:
        if value < 0:
            raise InputError(
                gettext_noop("'%(name)s' is %(value)g in %(year)s; people are counted from 0 on."),
                name=name, value=value, year=day.year,
            )  # fmt: skip
    return {day.year: value for day, value in ends}


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Learn from the years up to the base year, carry on to the year of the truth and compare."""
    table: SeriesTable = inputs["table"]
    ags, known, second_hand = balance_of(table, cast("int", values["unit"]))
    base, truth = _years(known, cast("int", values["base_year"]), cast("int", values["truth_year"]))
    learned = [year for year in known.flows if cast("int", values["first_year"]) <= year <= base]
    if len(learned) < FEWEST_YEARS:
        raise InputError(
            gettext_noop("Only %(found)s years up to %(base)s have residents and all flows; %(fewest)s are the least."),
            found=len(learned), base=base, fewest=FEWEST_YEARS,
        )  # fmt: skip
    rates = known.rates(learned)
    start, came = known.residents[base], known.residents[truth]
    drawn = ahead(start, rates, truth - base, cast("int", values["draws"]), generator(seed))
    foretold = {name: row.tolist() for name, row in named_quantiles(drawn).items()}
    last = {name: row[-1] for name, row in foretold.items()}
    since = [year for year in known.flows if base < year <= truth]
    return {
        "unit": ags,
        "name": table.names.get(ags, ags),
        "years": list(range(base, truth + 1)),
        "foretold": foretold,
        "truth": came,
        "error": last["p50"] - came,
        "error_percent": 100.0 * (last["p50"] / came - 1.0),
        "within80": last["p10"] <= came <= last["p90"],
        "constant_error_percent": 100.0 * (start / came - 1.0),
        "learned_from": learned,
        "rates": _per_thousand(rates),
        "rates_that_came": _per_thousand(known.rates(since)) if since else {},
        "unexplained": _unexplained(known, learned),
        "warnings": _warnings(known, base, truth, second_hand),
    }


def _years(known: Balance, base: int, truth: int) -> tuple[int, int]:
    """Choose base year and year of the truth.

    Raises
    ------
    InputError
        If one has no residents, or they are the wrong way round.
    """
    truth = truth or max(known.residents)
    base = base or truth - 1
    for year in (truth, base):
        if known.residents.get(year, 0.0) <= 0:
            raise InputError(
                gettext_noop("The table has no residents for %(year)s; it has %(known)s."),
                year=year, known=", ".join(str(year) for year in sorted(known.residents)),
            )  # fmt: skip
    if truth <= base:
        raise InputError(
            gettext_noop("The year of the truth, %(truth)s, must come after the base year %(base)s."),
            truth=truth, base=base,
        )  # fmt: skip
    return base, truth


def _per_thousand(rates: np.ndarray) -> dict[str, float]:
    return dict(zip(FLOWS, (1000.0 * rates.mean(axis=0)).tolist(), strict=True))


def _unexplained(known: Balance, years: Sequence[int]) -> float | None:
    """Return by how much residents changed beyond births, deaths and moves, on the mean of years. [persons/a]"""
    signs = np.array(list(FLOWS.values()))
    gaps = [
        known.residents[year] - known.residents[year - 1] - float(np.array(known.flows[year]) @ signs)
        for year in years
        if year - 1 in known.residents
    ]
    return float(np.mean(gaps)) if gaps else None


def _warnings(known: Balance, base: int, truth: int, second_hand: bool) -> list[str]:
    said = {
        gettext_noop("Figures of this series are second-hand; they must not feed a warning."): second_hand,
        gettext_noop("Some years are missing in the table; they were not learned from."): any(
            year not in known.flows for year in range(min(known.flows), base + 1)
        ),
        gettext_noop("A census lies between base year and truth; the two counts may rest on different bases."): any(
            base < year <= truth for year in CENSUS_YEARS
        ),
        gettext_noop("Ages are not known here: more old people, more deaths is not foretold."): True,
    }
    return [text for text, holds in said.items() if holds]


FLOW_BACKCAST = Method(
    group="population",
    verb="backcast",
    title=gettext_noop("Back-cast from births, deaths and moves"),
    summary=gettext_noop("What the years up to a past one would have foretold for a town without ages, and what came."),
    inputs=(Input("table", gettext_noop("Yearly residents, births, deaths and moves"), ("yearly-series",)),),
    parameters=(
        Parameter("unit", gettext_noop("Official key of one unit; 0 if the table has one only"), "integer", 0, low=0,
                  high=99_999_999),
        Parameter("base_year", gettext_noop("Base year; 0 is the year before the truth"), "integer", 0, "a", low=0,
                  high=2200),
        Parameter("truth_year", gettext_noop("Year to be foretold; 0 is the latest"), "integer", 0, "a", low=0,
                  high=2200),
        Parameter("first_year", gettext_noop("First year to learn from; 0 is the earliest"), "integer", 0, "a", low=0,
                  high=2200),
        Parameter("draws", gettext_noop("Number of possible futures"), "integer", 1000, low=10, high=20_000),
    ),
    outcomes=(
        Outcome("unit", gettext_noop("Official key")),
        Outcome("name", gettext_noop("Name")),
        Outcome("years", gettext_noop("Years"), "a"),
        Outcome("foretold", gettext_noop("Residents that were to be expected"), "persons", ("quantile", "year"),
                "band"),
        Outcome("truth", gettext_noop("Residents that came"), "persons"),
        Outcome("error", gettext_noop("Foretold less came"), "persons"),
        Outcome("error_percent", gettext_noop("Error of the residents foretold"), "%"),
        Outcome("within80", gettext_noop("What came lies within the 80 percent band")),
        Outcome("constant_error_percent", gettext_noop("Error had nothing changed"), "%"),
        Outcome("learned_from", gettext_noop("Years learned from"), "a"),
        Outcome("rates", gettext_noop("Flows per 1,000 residents, in the years learned from"), "1/1000", ("flow",),
                "table"),
        Outcome("rates_that_came", gettext_noop("Flows per 1,000 residents, in the years foretold"), "1/1000",
                ("flow",), "table"),
        Outcome("unexplained", gettext_noop("Change beyond births, deaths and moves, yearly mean"), "persons"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    draws=True,
    references=("Smith, Tayman & Swanson (2013): State and Local Population Projections, Springer, ch. 8 and 13",),
)  # fmt: skip
