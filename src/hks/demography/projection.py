"""Projection of the residents of towns and districts under stated assumptions."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.demography.cohort_component import Noise, project_in_chunks
from hks.demography.ensemble import USUAL_STAY, Assumptions, CommonPaths, common_paths, number_of, unit_drivers
from hks.demography.local_migration import Local, learn
from hks.demography.population_panel import panel
from hks.demography.rates import SEXES, PopulationRates
from hks.demography.ungrouping import BAND_STARTS, band_sums, town_structure
from hks.numerics.quantiles import named_quantiles

SPEED = 800_000.0  # draw-years per second on two cores, our measurement of the slower parts together
OPEN_RANGE = 99  # a range of ages that ends here has no end
MOST_RANGES = 20  # our choice: more than a project has solutions
BANDS = (*(f"{low}-{high - 1}" for low, high in pairwise(BAND_STARTS)), f"{BAND_STARTS[-1]}+")


def ranges_of_age(text: str) -> tuple[tuple[int, int], ...]:
    """Read ranges of ages such as "0-17 60-99", both ends included; one that ends at 99 has no end.

    Raises
    ------
    InputError
        If a range is not understood, or there are too many.
    """
    found = []
    for part in text.split():
        match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", part)
        if match is None or int(match[1]) > int(match[2]):
            raise InputError(gettext_noop("'%(value)s' is no range of ages; write 0-17 or 60-99."), value=part[:40])
        found.append((int(match[1]), int(match[2])))
    if len(found) > MOST_RANGES:
        raise InputError(
            gettext_noop("%(found)s ranges of ages are too many; %(most)s are right."),
            found=len(found), most=MOST_RANGES,
        )  # fmt: skip
    return tuple(dict.fromkeys(found))


def counted(persons: np.ndarray, ranges: Sequence[tuple[int, int]]) -> np.ndarray:
    """Add single ages up to the official bands and to ranges that may overlap, draw by draw.

    Parameters
    ----------
    persons : (..., age=101) array
        [persons]
    ranges : sequence of (first, last)
        Both included. [a]

    Returns
    -------
    (..., band=17 + range) array
        [persons]
    """
    ends = [persons.shape[-1] if last == OPEN_RANGE else last + 1 for _, last in ranges]
    parts = [persons[..., first:end].sum(axis=-1) for (first, _), end in zip(ranges, ends, strict=True)]
    return np.concatenate([band_sums(persons), *(part[..., None] for part in parts)], axis=-1)


def futures(
    local: Local,
    unit: int,
    key: str,
    base_year: int,
    paths: CommonPaths,
    rates: PopulationRates,
    given: Assumptions,
    ranges: Sequence[tuple[int, int]] = (),
) -> np.ndarray:
    """Project one unit along every draw and keep sexes, bands and the ranges of ages asked for.

    Parameters
    ----------
    local : Local
    unit : int
        Its place in `local`.
    key : str
        Its official key; chance depends on it and not on the other units of the table.
    base_year : int
    paths : CommonPaths
    rates : PopulationRates
    given : Assumptions
    ranges : sequence of (first, last)
        [a]

    Returns
    -------
    (draw, year + 1, sex=2, band=17 + range) array
        Residents on 31 December, the base year first. [persons]
    """
    drivers = unit_drivers(local, unit, number_of(key), paths, rates, base_year, given)
    parts = project_in_chunks(local.population[unit], drivers, noise=Noise(given.seed ^ number_of(key)))
    return np.concatenate([counted(part.astype(np.float64), ranges) for part in parts])


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Project the chosen units of a table; all its units teach what is common to them."""
    names = dict(zip(inputs["table"].ags, inputs["table"].names, strict=True))
    local, places, ags, base_year, warnings, years = as_chosen(inputs, values)
    ranges = ranges_of_age(cast("str", values["age_ranges"]))
    told = _units(local, {ags[n]: n for n in places}, base_year, inputs["rates"], assumptions(values, seed), ranges)
    return {
        "years": list(range(base_year, base_year + cast("int", values["years"]) + 1)),
        **told.pop(""),
        "units": {key: {"name": names[key], **figures} for key, figures in told.items()},
        "estimated": bool(values["residents"]),
        "learned_from": years,
        "fertility": {ags[n]: float(local.fertility[n]) for n in places},
        "warnings": warnings,
    }


def as_chosen(inputs: Inputs, values: Values) -> tuple[Local, list[int], tuple[str, ...], int, list[str], list[int]]:
    """Learn from a table, choose units, and scale a district to a town.

    Returns
    -------
    local, places, ags, base year, warnings, years learned from
    """
    ags, _names, years, bands = panel(inputs["table"], cast("int", values["base_year"]))
    local = learn(bands, years[0], ags, inputs["rates"])
    places = chosen(ags, cast("int", values["unit"]))
    warnings: list[str] = []
    if not local.years:
        warnings.append(gettext_noop("The table has one year only: local migration could not be learned from it."))
    residents = cast("float", values["residents"])
    if residents:
        local, note = as_town(local, places, bands, residents)
        warnings.append(note)
    return local, places, ags, years[-1], warnings, years


def _units(
    local: Local,
    places: dict[str, int],
    base_year: int,
    rates: PopulationRates,
    given: Assumptions,
    ranges: Sequence[tuple[int, int]],
) -> dict[str, dict[str, Any]]:
    """Project unit by unit; the entry without a key adds the units that hold no other of them."""
    paths = common_paths(base_year, rates, given)
    whole = np.zeros((given.draws, given.years + 1, len(SEXES), len(BANDS) + len(ranges)))
    told = {}
    for key, place in places.items():
        drawn = futures(local, place, key, base_year, paths, rates, given, ranges)
        if not any(other != key and (key == "DG" or other.startswith(key)) for other in places):
            whole += drawn
        told[key] = _told(drawn, ranges)
    return {"": _told(whole, ranges), **told}


def assumptions(values: Values, seed: int) -> Assumptions:
    """Turn the values of a person or a scenario into shares per resident."""
    return Assumptions(
        years=cast("int", values["years"]),
        draws=cast("int", values["draws"]),
        seed=seed,
        tfr_target=cast("float", values["tfr_target"]),
        life_expectancy_gain=cast("float", values["life_expectancy_gain"]),
        net_migration_change=cast("float", values["net_migration_rate"]) / 1000.0,
        arrivals=cast("float", values["arrivals"]) / 1000.0,
        stay_share=cast("float", values["stay_share"]),
    )


def chosen(ags: tuple[str, ...], unit: int) -> list[int]:
    """Find one unit by its official key, or all if the key is 0.

    Raises
    ------
    InputError
        If the table does not hold the unit.
    """
    places = [n for n, key in enumerate(ags) if not unit or (key.isdigit() and int(key) == unit)]
    if not places:
        raise InputError(
            gettext_noop("The table holds no unit %(unit)s; its first is %(first)s."), unit=unit, first=ags[0]
        )
    return places


def as_town(local: Local, places: list[int], bands: np.ndarray, residents: float) -> tuple[Local, str]:
    """Scale a district to a town and say so.

    Raises
    ------
    InputError
        If several units are chosen, or the town is not the smaller.
    """
    if len(places) != 1:
        raise InputError(gettext_noop("To scale a district to a town, choose one unit by its official key."))
    district = bands[places[0], -1]
    town = town_structure(district, residents)
    return replace(local, population=local.population * (town.persons.sum() / district.sum())), town.note


def _told(drawn: np.ndarray, ranges: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Summarise (draw, year, sex, band and range) persons; what is added was added before, draw by draw."""
    middle = np.median(drawn[..., : len(BANDS)], axis=0)
    pyramid = {sex: dict(zip(BANDS, middle[:, n].T.tolist(), strict=True)) for n, sex in enumerate(SEXES)}
    drawn = drawn.sum(axis=2)
    whole = named_quantiles(drawn[:, :, : len(BANDS)].sum(axis=2))
    labels = (*BANDS, *(f"{first}-{last}" for first, last in ranges))
    columns = named_quantiles(drawn)
    told = [{name: v[:, n].tolist() for name, v in columns.items()} for n in range(len(labels))]
    return {
        "total": {name: values.tolist() for name, values in whole.items()},
        "bands": dict(zip(BANDS, told, strict=False)),
        "ranges": dict(zip(labels[len(BANDS) :], told[len(BANDS) :], strict=True)),
        "pyramid": pyramid,
    }


def check(values: Values) -> None:
    """Refuse ranges of ages that are none before anything is read."""
    ranges_of_age(cast("str", values["age_ranges"]))


def seconds(inputs: Inputs, values: Values) -> float:
    """Estimate the run. [s]"""
    units = 1 if values["unit"] else len(set(inputs["table"].ags))
    return 0.05 + units * cast("int", values["draws"]) * cast("int", values["years"]) / SPEED


PARAMETERS = (
    Parameter("base_year", gettext_noop("Base year; 0 is the latest of the table"), "integer", 0, "a", low=0,
              high=2200),
    Parameter("years", gettext_noop("Years ahead"), "integer", 20, "a", low=1, high=60),
    Parameter("draws", gettext_noop("Number of possible futures"), "integer", 1000, low=10, high=20_000),
    Parameter("unit", gettext_noop("Official key of one unit; 0 is all"), "integer", 0, low=0, high=99_999_999),
    Parameter("residents", gettext_noop("Residents of the town, if the table shows its district; 0 is as it stands"),
              "number", 0.0, "persons", low=0, high=1e8),
    Parameter("tfr_target", gettext_noop("Children per woman in the long run; 0 is as today"), "number", 0.0, "1",
              low=0, high=4, step=0.05, spread=0.15,
              source=gettext_noop("UN WPP 2024, Germany: 1.44 in 2023, 1.48 in 2030, 1.54 in 2050")),
    Parameter("life_expectancy_gain", gettext_noop("Years of life gained in ten years"), "number", 1.5, "a", low=-2,
              high=5, step=0.1, spread=0.7,
              source=gettext_noop("UN WPP 2024, Germany: 82.48 in 2030, 83.91 in 2040")),
    Parameter("net_migration_rate", gettext_noop("Net migration beyond what is observed"), "number", 0.0, "1/1000",
              low=-50, high=50, step=0.5),
    Parameter("arrivals", gettext_noop("People who move here in a year"), "number", 45.0, "1/1000", low=0, high=200,
              step=1, source=gettext_noop("our choice; put in the town's own figure")),
    Parameter("stay_share", gettext_noop("How many arrivals stay?"), "number", USUAL_STAY, "1", low=0, high=1,
              step=0.05, role="lever", spread=0.1,
              source=gettext_noop("our choice; 0.5 stands for as today"),
              help=gettext_noop("Share of recent arrivals who stay; 0.5 carries on what is observed.")),
    Parameter("age_ranges", gettext_noop("Ranges of ages to be counted, such as 0-17 60-99"), "text", ""),
)  # fmt: skip

PROJECT = Method(
    group="population",
    verb="project",
    title=gettext_noop("Population projection"),
    summary=gettext_noop("How many people of which age may live here, year by year, in many possible futures."),
    inputs=(
        Input("table", gettext_noop("Residents by age and sex"), ("population-table",)),
        Input("rates", gettext_noop("Life table of the country; without it the official one of that time"),
              ("population-rates",), required=False),
    ),
    parameters=PARAMETERS,
    outcomes=(
        Outcome("years", gettext_noop("Years"), "a"),
        Outcome("total", gettext_noop("People living here"), "persons", ("quantile", "year"), "band"),
        Outcome("bands", gettext_noop("People by age band"), "persons", ("band", "quantile", "year"), "table"),
        Outcome("ranges", gettext_noop("People of the ages asked for"), "persons", ("range", "quantile", "year"),
                "table"),
        Outcome("pyramid", gettext_noop("People by sex and age band, the middle of all futures"), "persons",
                ("sex", "band", "year"), "table"),
        Outcome("units", gettext_noop("The same for each unit"), "persons", ("ags", "figure"), "table"),
        Outcome("estimated", gettext_noop("The age structure is estimated")),
        Outcome("learned_from", gettext_noop("Years that local migration was learned from"), "a"),
        Outcome("fertility", gettext_noop("Children per woman in the base year, by unit"), "1", ("ags",), "table"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    check=check,
    estimate=seconds,
    draws=True,
    references=("Preston, Heuveline & Guillot (2001): Demography, Blackwell, ch. 6",
                "Rogers & Castro (1981): IIASA RR-81-30"),
)  # fmt: skip
