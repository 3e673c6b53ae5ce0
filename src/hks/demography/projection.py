"""Projection of the residents of towns and districts under stated assumptions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.demography.ensemble import USUAL_STAY, Assumptions, common_paths
from hks.demography.local_migration import Local, learn
from hks.demography.local_mortality import expected_deaths, log_mortality_ratio
from hks.demography.population_panel import panel
from hks.demography.rates import SEXES, PopulationRates
from hks.demography.ungrouping import BAND_STARTS, LAST_AGE, town_structure
from hks.demography.unit_futures import (
    MOTHERS,
    Counts,
    Outlook,
    below,
    both_sexes,
    cells_of_age,
    consistent,
    counts_of,
    lies_in,
    no_counts,
    with_whole,
)
from hks.numerics.quantiles import named_quantiles

SPEED = 800_000.0  # draw-years per second on two cores, our measurement of the slower parts together
OPEN_RANGE = 99  # a range of ages that ends here has no end
MOST_RANGES = 20  # our choice: more than a project has solutions
EVERYBODY = "all"
BANDS = (*(f"{low}-{high - 1}" for low, high in pairwise(BAND_STARTS)), f"{BAND_STARTS[-1]}+")
AGES_OF_MOTHERS = tuple(f"{first}-{first + 4}" for first in MOTHERS)


def ranges_of_age(text: str) -> dict[str, tuple[int, int]]:
    """Read ranges of ages such as "0-17 60-99", both ends included; one that ends at 99 has no end.

    Returns the first age and the end, which is not included, by the text of the range.

    Raises
    ------
    InputError
        If a range is not understood, or there are too many.
    """
    found = {}
    for part in text.split():
        match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", part)
        if match is None or int(match[1]) > int(match[2]):
            raise InputError(gettext_noop("'%(value)s' is no range of ages; write 0-17 or 60-99."), value=part[:40])
        first, last = int(match[1]), int(match[2])
        found[f"{first}-{last}"] = first, (LAST_AGE if last == OPEN_RANGE else last) + 1
    if len(text.split()) > MOST_RANGES:
        raise InputError(
            gettext_noop("%(found)s ranges of ages are too many; %(most)s are right."),
            found=len(text.split()), most=MOST_RANGES,
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Chosen:
    """A table as it was learned from, with the units chosen of it, and what must be said about them."""

    outlook: Outlook
    ags: tuple[str, ...]
    names: dict[str, str]
    places: list[int]
    learned_from: list[int]
    share: float
    warnings: list[str]


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Project the chosen units of a table; all its units teach what is common to them."""
    picked = as_chosen(inputs, values, seed)
    outlook, ags, names = picked.outlook, picked.ags, picked.names
    told = _units(picked, values)
    return {
        "years": list(range(outlook.base_year, outlook.base_year + outlook.given.years + 1)),
        **told.pop(""),
        "units": {key: {"name": names[key], **figures} for key, figures in told.items()},
        "estimated": bool(values["residents"]),
        "learned_from": picked.learned_from,
        "fertility": {ags[n]: float(outlook.local.fertility[n]) for n in picked.places},
        "warnings": picked.warnings,
    }


def as_chosen(inputs: Inputs, values: Values, seed: int) -> Chosen:
    """Learn from a table, choose units, scale a district to a town, and put the assumptions together.

    Raises
    ------
    InputError
        If the table does not hold what is asked for.
    """
    rates, whole = inputs["rates"], cast("str", values.get("constrain_to", ""))
    ags, names, years, bands = panel(inputs["table"], cast("int", values["base_year"]))
    listed = ags
    if whole:
        ags, names, bands = with_whole(whole, ags, names, bands)
    local = learn(bands, years[0], ags, rates, np.array([key in listed for key in ags]))
    places = chosen(ags, cast("int", values["unit"]))
    warnings: list[str] = []
    if not local.years:
        warnings.append(gettext_noop("The table has one year only: local migration could not be learned from it."))
    residents, share = cast("float", values["residents"]), 1.0
    if residents:
        local, note = as_town(local, places, bands, residents)
        share = residents / float(bands[places[0], -1].sum())
        warnings.append(note)
    given = assumptions(values, seed)
    given = replace(given, log_mortality_ratio=_own_mortality(local, places, rates, years[-1], values))
    outlook = Outlook(local, years[-1], common_paths(years[-1], rates, given), rates, given)
    return Chosen(outlook, ags, names, places, years, share, warnings)


def _units(picked: Chosen, values: Values) -> dict[str, dict[str, Any]]:
    """Project unit by unit; the entry without a key adds the units that hold no other of them, with more detail."""
    outlook, ags = picked.outlook, picked.ags
    ranges = ranges_of_age(cast("str", values["age_ranges"]))
    starts = cells_of_age(tuple(ranges.values()))
    whole = cast("str", values["constrain_to"])
    wanted = [ags[n] for n in picked.places if not whole or ags[n] == whole or lies_in(ags[n], whole)]
    if not wanted:
        raise InputError(
            gettext_noop("The unit %(unit)s is no part of %(whole)s."), unit=ags[picked.places[0]], whole=whole
        )
    places = {key: n for n, key in enumerate(ags)}
    if whole:
        drawn: Iterable[tuple[str, Counts]] = consistent(outlook, places, whole, starts)
    else:
        drawn = ((key, counts_of(outlook, places[key], key, starts)) for key in wanted)
    told: dict[str, dict[str, Any]] = {}
    together = no_counts(outlook.given, starts)
    for key, counts in drawn:
        if key in wanted:
            told[key] = _told(counts, starts, ranges)
            if not below(key, wanted):
                together = together.plus(counts)
    kept = _by_draw(together, starts, ranges) if values["keep_draws"] else {}
    return {"": {**_told(together, starts, ranges), **_by_age(together), **kept}, **told}


def _own_mortality(local: Local, places: list[int], rates: PopulationRates, year: int, values: Values) -> float:
    """Say how mortality differs from the country's where deaths of one unit are given."""
    deaths, years = cast("float", values["deaths"]), cast("float", values["deaths_years"])
    if not deaths:
        return 0.0
    if len(places) != 1:
        raise InputError(gettext_noop("Deaths belong to one unit; choose it by its official key."))
    expected = expected_deaths(local.population[places[0]], rates.survival(year)) * years
    return log_mortality_ratio(deaths, expected)


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
        both_ways=values["migration"] == "in_out",
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


def _told(counts: Counts, starts: tuple[int, ...], ranges: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """Summarise the draws of a unit; what is added is added draw by draw before."""
    by_sex = np.add.reduceat(counts.people, [starts.index(start) for start in BAND_STARTS], axis=-1)
    middle = np.median(by_sex, axis=0)
    people, bands = both_sexes(counts.people), both_sexes(by_sex)
    lowest = np.array(starts)
    parts = [people[..., (lowest >= first) & (lowest < end)].sum(axis=-1) for first, end in ranges.values()]
    told = _columns(np.stack([*np.moveaxis(bands, -1, 0), *parts], axis=-1), (*BANDS, *ranges))
    return {
        "total": _band(people.sum(axis=2)),
        "bands": {label: told[label] for label in BANDS},
        "ranges": {label: told[label] for label in ranges},
        "pyramid": {sex: dict(zip(BANDS, middle[:, n].T.tolist(), strict=True)) for n, sex in enumerate(SEXES)},
        "births": _band(counts.births.sum(axis=2)),
        "deaths": _band(counts.deaths.sum(axis=2)),
    }


def _by_draw(counts: Counts, starts: tuple[int, ...], ranges: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """Keep every future of everybody and of the ranges asked for, so that what follows from people follows each."""
    people, lowest = both_sexes(counts.people), np.array(starts)
    parts = [people[..., (lowest >= first) & (lowest < end)].sum(axis=-1) for first, end in ranges.values()]
    return {"people_by_draw": np.stack([people.sum(axis=2), *parts]), "people_by_draw_of": [EVERYBODY, *ranges]}


def _by_age(counts: Counts) -> dict[str, Any]:
    """Summarise births by age of the mother and deaths by age; the bell curve of chance may fall below none."""
    return {
        "births_by_age": _columns(counts.births, AGES_OF_MOTHERS),
        "deaths_by_age": _columns(np.maximum(counts.deaths, 0.0), BANDS),
    }


def _band(draws: np.ndarray) -> dict[str, list[float]]:
    return {name: values.tolist() for name, values in named_quantiles(draws).items()}


def _columns(draws: np.ndarray, labels: Sequence[str]) -> dict[str, dict[str, list[float]]]:
    found = named_quantiles(draws)
    return {label: {name: v[:, n].tolist() for name, v in found.items()} for n, label in enumerate(labels)}


def check(values: Values) -> None:
    """Refuse ranges of ages, keys and pairs of values that make no sense before anything is read."""
    ranges_of_age(cast("str", values["age_ranges"]))
    whole = cast("str", values["constrain_to"])
    if whole and not re.fullmatch(r"DG|\d{2}|\d{5}", whole):
        raise InputError(
            gettext_noop("'%(value)s' is no unit with parts; write DG, two digits of a Land or five of a district."),
            value=whole[:40],
        )  # fmt: skip
    if whole and values["residents"]:
        raise InputError(gettext_noop("A town scaled from its district has no parts to add up."))


def seconds(inputs: Inputs, values: Values) -> float:
    """Estimate the run. [s]"""
    units = len(set(inputs["table"].ags))
    units = 2 * units if values.get("constrain_to") else 1 if values["unit"] else units
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
    Parameter("migration", gettext_noop("How migration is counted"), "choice", "net",
              choices=(("net", gettext_noop("by the difference of arrivals and departures")),
                       ("in_out", gettext_noop("arrivals and departures apart")))),
    Parameter("deaths", gettext_noop("Deaths of the unit in recent years together; 0 takes the country's mortality"),
              "number", 0.0, "persons", low=0, high=1e7),
    Parameter("deaths_years", gettext_noop("Number of years of these deaths"), "number", 1.0, "a", low=1, high=20),
    Parameter("constrain_to", gettext_noop("Official key of the unit whose parts shall add up to it, such as 14 or DG"),
              "text", ""),
    Parameter("age_ranges", gettext_noop("Ranges of ages to be counted, such as 0-17 60-99"), "text", ""),
    Parameter("keep_draws", gettext_noop("Keep everybody and these ages in every single future"), "flag", False,
              help=gettext_noop("For what is computed from people draw by draw, such as the budget.")),
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
        Outcome("people_by_draw", gettext_noop("People in every single future, if asked for"), "persons",
                ("range", "draw", "year"), "field"),
        Outcome("people_by_draw_of", gettext_noop("Ages of these, in order")),
        Outcome("births", gettext_noop("Births"), "persons/a", ("quantile", "year"), "band"),
        Outcome("deaths", gettext_noop("Deaths"), "persons/a", ("quantile", "year"), "band"),
        Outcome("births_by_age", gettext_noop("Births by age of the mother"), "persons/a",
                ("group", "quantile", "year"), "table"),
        Outcome("deaths_by_age", gettext_noop("Deaths by age"), "persons/a", ("band", "quantile", "year"), "table"),
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
    version="2",
    draws=True,
    references=("Preston, Heuveline & Guillot (2001): Demography, Blackwell, ch. 6",
                "Rogers & Castro (1981): IIASA RR-81-30"),
)  # fmt: skip
