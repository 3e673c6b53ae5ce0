"""Hindcast: project from a past year and compare with what came."""

from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.demography import naive
from hks.demography.ensemble import Assumptions, common_paths
from hks.demography.local_migration import Local, learn
from hks.demography.population_panel import Residents, panel
from hks.demography.rates import PopulationRates
from hks.demography.unit_futures import Outlook, last_bands
from hks.numerics.quantiles import crps

SPEED = 1_500_000.0  # draw-years per second on two cores, our measurement of the slower parts together


def foretold(
    local: Local, ags: tuple[str, ...], base_year: int, rates: PopulationRates, given: Assumptions
) -> tuple[np.ndarray, np.ndarray]:
    """Project every unit to the last year.

    Parameters
    ----------
    local : Local
    ags : tuple of str
    base_year : int
    rates : PopulationRates
    given : Assumptions

    Returns
    -------
    (draw, unit) array, (unit, sex, band) array
        Totals of each draw; median of each cell over the draws. [persons]
    """
    outlook = Outlook(local, base_year, common_paths(base_year, rates, given), rates, given)
    totals = np.empty((given.draws, len(ags)))
    cells = np.empty((len(ags), *local.deviation.shape[1:]))
    for unit, key in enumerate(ags):
        bands = last_bands(outlook, unit, key)
        totals[:, unit] = bands.sum(axis=(1, 2))
        cells[unit] = np.median(bands, axis=0)
    return totals, cells


def scores(totals: np.ndarray, cells: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Compare draws with what came.

    Parameters
    ----------
    totals : (draw, unit) array
        [persons]
    cells : (unit, sex, band) array
        Central figures. [persons]
    truth : (unit, sex, band) array
        [persons]

    Returns
    -------
    dict
        `mape_total` over units, of the median; `mape_band_sex` over units, sexes and bands; `coverage80`, the share of
        units whose total lies between the 10 and 90 percent quantiles; `crps_percent` of the residents. [%]

    Raises
    ------
    InputError
        If shapes differ or a unit had no residents.
    """
    came = truth.sum(axis=(1, 2))
    if totals.shape[1:] != came.shape or cells.shape != truth.shape or not (came > 0).all():
        raise InputError(gettext_noop("Projection and truth must hold the same units, all with residents."))
    low, middle, high = np.quantile(totals, [0.1, 0.5, 0.9], axis=0)
    there = truth > 0
    return {
        "mape_total": float(100.0 * np.abs(middle / came - 1.0).mean()),
        "mape_band_sex": float(100.0 * np.abs(cells[there] / truth[there] - 1.0).mean()),
        "coverage80": float(100.0 * ((low <= came) & (came <= high)).mean()),
        "crps_percent": float(100.0 * (crps(totals, came) / came).mean()),
    }


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Project the units of the table to the truth's year and score them."""
    table, truth_table, rates = inputs["table"], inputs.get("truth", inputs["table"]), inputs["rates"]
    truth_year = cast("int", values["truth_year"]) or max(int(day[:4]) for day in truth_table.dates)
    base_year = cast("int", values["base_year"]) or truth_year - 1
    if truth_year <= base_year:
        raise InputError(
            gettext_noop("The year of the truth, %(truth)s, must come after the base year %(base)s."),
            truth=truth_year, base=base_year,
        )  # fmt: skip
    ags, names, years, bands = panel(table, base_year)
    came = _truth(truth_table, truth_year)
    kept = [n for n, key in enumerate(ags) if key in came]
    if not kept:
        raise InputError(gettext_noop("The two tables have no unit in common in %(year)s."), year=truth_year)
    local = learn(bands, years[0], ags, rates)
    given = Assumptions(years=truth_year - base_year, draws=cast("int", values["draws"]), seed=seed)
    totals, cells = foretold(local, ags, base_year, rates, given)
    truth = np.array([came[ags[n]] for n in kept])
    simple = _simple(bands[kept], local, kept, base_year, given.years, rates)
    beside = {name: _errors(told, truth) for name, told in simple.items()}
    return {
        "units": len(kept),
        **scores(totals[:, kept], cells[kept], truth),
        "base_year": base_year,
        "truth_year": truth_year,
        "learned_from": years,
        "age_groups": naive.errors_by_age(cells[kept], truth),
        "constant": {name: beside["constant"][name] for name in ("mape_total", "mape_band_sex")},
        "naive": beside,
        "per_unit": _per_unit([ags[n] for n in kept], names, totals[:, kept], truth.sum(axis=(1, 2))),
        "warnings": _warnings(local, len(ags) - len(kept)),
    }


def _simple(
    bands: np.ndarray, local: Local, kept: list[int], base_year: int, years: int, rates: PopulationRates
) -> dict[str, np.ndarray]:
    """Foretell the kept units in the simple ways."""
    trend = naive.linear_trend(bands, years)
    told = {"constant": naive.constant(bands, years)}
    if trend is not None:
        told["linear_trend"] = trend
    return {
        **told,
        "closed": naive.closed(local.population[kept], local.fertility[kept], base_year, years, rates),
    }


def _errors(cells: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    found = scores(cells.sum(axis=(1, 2))[None, :], cells, truth)
    return {name: found[name] for name in ("mape_total", "mape_band_sex")} | naive.errors_by_age(cells, truth)


def _truth(table: Residents, year: int) -> dict[str, np.ndarray]:
    ags, _, _, bands = panel(table, year, history=False)
    return dict(zip(ags, bands[:, -1], strict=True))


def _per_unit(ags: list[str], names: dict[str, str], totals: np.ndarray, truth: np.ndarray) -> dict[str, Any]:
    low, middle, high = np.quantile(totals, [0.1, 0.5, 0.9], axis=0).tolist()
    return {
        key: {"name": names[key], "truth": float(truth[n]), "p10": low[n], "p50": middle[n], "p90": high[n]}
        for n, key in enumerate(ags)
    }


def _warnings(local: Local, lost: int) -> list[str]:
    found = []
    if not local.years:
        found.append(gettext_noop("The table has one year only: local migration could not be learned from it."))
    if lost:
        found.append(
            gettext_noop("Some units of the table have no figures in the year of the truth and were left out.")
        )
    return found


def seconds(inputs: Inputs, values: Values) -> float:
    """Estimate the run. [s]"""
    base, truth = cast("int", values["base_year"]), cast("int", values["truth_year"])
    ahead = max(truth - base, 1) if base else 1
    return len(set(inputs["table"].ags)) * (cast("int", values["draws"]) * ahead / SPEED + 0.004)


HINDCAST = Method(
    group="population",
    verb="hindcast",
    title=gettext_noop("Hindcast of the population"),
    summary=gettext_noop("How well a projection from a past year would have told what came."),
    inputs=(
        Input("table", gettext_noop("Residents by age and sex"), ("population-table",)),
        Input("truth", gettext_noop("Residents in the year to be foretold; without it the same table"),
              ("population-table",), required=False),
        Input("rates", gettext_noop("Life table of the country; without it the official one of that time"),
              ("population-rates",), required=False),
    ),
    parameters=(
        Parameter("base_year", gettext_noop("Base year; 0 is the year before the truth"), "integer", 0, "a", low=0,
                  high=2200),
        Parameter("truth_year", gettext_noop("Year to be foretold; 0 is the latest"), "integer", 0, "a", low=0,
                  high=2200),
        Parameter("draws", gettext_noop("Number of possible futures"), "integer", 1000, low=10, high=20_000),
    ),
    outcomes=(
        Outcome("units", gettext_noop("Units compared")),
        Outcome("mape_total", gettext_noop("Mean error of the residents"), "%", better="less"),
        Outcome("mape_band_sex", gettext_noop("Mean error by age band and sex"), "%", better="less"),
        Outcome("coverage80", gettext_noop("Units whose residents lay within the 80 percent band"), "%"),
        Outcome("crps_percent", gettext_noop("Score of the whole distribution (CRPS)"), "%", better="less"),
        Outcome("base_year", gettext_noop("Base year"), "a"),
        Outcome("truth_year", gettext_noop("Year foretold"), "a"),
        Outcome("learned_from", gettext_noop("Years that local migration was learned from"), "a"),
        Outcome("age_groups", gettext_noop("Mean error by group of age"), "%", ("group",), "table"),
        Outcome("constant", gettext_noop("For comparison: nothing changes"), "%", ("measure",), "table"),
        Outcome("naive", gettext_noop("For comparison: simple methods"), "%", ("method", "measure"), "table"),
        Outcome("per_unit", gettext_noop("Foretold and true residents by unit"), "persons", ("ags", "figure"), "table"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    estimate=seconds,
    version="2",
    draws=True,
    references=("Preston, Heuveline & Guillot (2001): Demography, Blackwell, ch. 6",
                "Gneiting & Raftery (2007): JASA 102"),
)  # fmt: skip
