"""Heat in a town without and with drawn measures: shade, light surfaces and opened ground, and what they cost."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from hks.climate.grid import Grid
from hks.climate.heat import MISSING, HeatMap, filled, heat_map
from hks.climate.heat_of_town import HEAT_MAP, day_of, figures_of, ground_of, place_of, remarks, summer_of
from hks.climate.heat_of_town import duration as once
from hks.climate.heat_places import Spots, Summer, at_places
from hks.climate.heat_stress import stress
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome
from hks.measures.catalogue import Catalogue
from hks.measures.cost import UNCHECKED
from hks.measures.effects import apply
from hks.workbench.planned_measures import placed, priced

HEAT_LAYERS = ("shade", "albedo", "evapotranspiration", "green")
COOLER = 0.1  # our choice: ground that gets cooler by so much is counted [K]
FIELDS = ("air_before", "air_after", "difference")
MIXED = gettext_noop("At a place, sun and shade are mixed by the share of its cell that lies under shade; our choice.")
ELSEWHERE = gettext_noop("Some effects of the measures are not in the map of heat; the list says which.")
BEFORE_AND_AFTER = ("hm_mean", "air_temperature_mean", "air_temperature_max", "hot_share", "exposed_over_65",
                    "exposed_under_6")  # fmt: skip


def measures_in_heat(load: Callable[[], Catalogue]) -> Method:
    """Make the method over a catalogue, which is loaded at the first run."""

    def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
        return compared(inputs, values, load())

    return Method(
        group="heat",
        verb="measures",
        title=gettext_noop("Heat with measures"),
        summary=gettext_noop("Maps the same hot day without and with drawn measures; says what they change and cost."),
        inputs=INPUTS,
        parameters=HEAT_MAP.parameters,
        outcomes=OUTCOMES,
        compute=answer,
        check=HEAT_MAP.check,
        estimate=duration,
        references=HEAT_MAP.references,
    )


def compared(inputs: Inputs, values: Values, catalogue: Catalogue) -> dict[str, Any]:
    """Map the hot day twice and tell the difference.

    Raises
    ------
    InputError
        If no drawings are given, one cannot be, or none of them acts on heat.
    """
    if not inputs.get("drawings"):
        raise InputError(gettext_noop("Name the file of the drawings: at least one measure on the land cover."))
    cover, layers = ground_of(inputs)
    places = placed(inputs["drawings"], cover, catalogue)
    changed = apply(layers, [place.drawing for place in places], cover)
    answer = priced(places, changed.elsewhere, 1.0)
    if not any(row["acts"] for row in answer["measures"]):
        raise InputError(
            gettext_noop("None of the drawings changes shade, light surfaces, evaporation or green; nothing gets"
                         " cooler by them.")
        )  # fmt: skip
    day, threshold = day_of(values), float(cast("float", values["threshold"]))
    # What nobody knows before stays unknown: a measure on it would count for the means of one map only.
    after = {name: np.where(np.isnan(layers["shade"]), np.nan, changed.layers[name]) for name in HEAT_LAYERS}
    maps = [heat_map(each, cover.cell, day) for each in (layers, after)]
    figures = [figures_of(found, cover, inputs, threshold) for found in maps]
    return {
        **answer,
        **{name: dict(zip(("before", "after"), (one[name] for one in figures), strict=True))
           for name in BEFORE_AND_AFTER if name in figures[0]},
        **_fields(maps, cover),
        **_places(inputs, (layers["shade"], after["shade"]), maps, cover, summer_of(values)),
        "grid": place_of(cover),
        "price_year": catalogue.price_year,
        "catalogue": {"version": catalogue.version, "digest": catalogue.digest},
        "warnings": [*remarks(inputs), *([MIXED] if "places" in inputs else []), UNCHECKED,
                     *([ELSEWHERE] if any(row["elsewhere"] for row in answer["measures"]) else [])],
    }  # fmt: skip


def _fields(maps: list[HeatMap], cover: Grid) -> dict[str, Any]:
    before, after = (found.air_temperature for found in maps)
    change = after - before
    return {
        "cooler_m2": float((change <= -COOLER).sum()) * cover.cell**2,
        "strongest": float(np.nanmin(change)),
        "air_before": filled(before),
        "air_after": filled(after),
        "difference": filled(change),
        "hm_after": filled(maps[1].mitigation),
    }


def _places(
    inputs: Inputs, shades: tuple[np.ndarray, np.ndarray], maps: list[HeatMap], cover: Grid, summer: Summer
) -> dict[str, Any]:  # fmt: skip
    """Tell the stress at chosen places before and after, where some are chosen."""
    if "places" not in inputs:
        return {}
    spots: Spots = inputs["places"]
    rows: list[dict[str, Any]] = [
        {"name": name, "x": float(spots.x[n]), "y": float(spots.y[n])} for n, name in enumerate(spots.names)
    ]
    for run, shade, found in zip(("before", "after"), shades, maps, strict=True):
        under, air = (at_places(spots, _on(cover, layer)) for layer in (shade, found.air_temperature))
        index = summer.felt(air, under * summer.shade + (1.0 - under) * summer.sun)
        for n, row in enumerate(rows):
            row |= {f"shade_{run}": float(under[n]), f"air_temperature_{run}": float(air[n]),
                    f"utci_{run}": float(index[n]), f"stress_{run}": stress(float(index[n]))}  # fmt: skip
    return {"places": rows}


def _on(cover: Grid, layer: np.ndarray) -> Grid:
    return Grid(layer, cover.cell, cover.west, cover.south, cover.crs)


def result_grids(outcomes: Mapping[str, Any]) -> dict[str, Grid]:
    """Lay the fields of an answer back on the map."""
    place = outcomes["grid"]
    return {
        name: Grid(
            np.where(np.asarray(outcomes[name]) == MISSING, np.nan, outcomes[name]),
            place["cell"], place["west"], place["south"], place["crs"],
        )
        for name in FIELDS
    }  # fmt: skip


def duration(inputs: Inputs, values: Values) -> float:
    """Estimate two maps. [s]"""
    return 2.0 * once(inputs, values)


RUNS = ("run",)
TITLES = {outcome.name: outcome for outcome in HEAT_MAP.outcomes}
INPUTS = (
    *HEAT_MAP.inputs[:2],
    Input("drawings", gettext_noop("Drawn measures (GeoJSON)"), ("drawn-measures",), required=False),
    *HEAT_MAP.inputs[2:],
)
OUTCOMES = (
    *(
        Outcome(name, TITLES[name].title, TITLES[name].unit, RUNS, "table", TITLES[name].better)
        for name in BEFORE_AND_AFTER
    ),
    Outcome("cooler_m2", gettext_noop("Area that gets cooler by 0.1 K or more"), "m2", better="more"),
    Outcome("strongest", gettext_noop("Air temperature with measures minus without, where it falls most"), "K",
            better="less"),
    Outcome("places", gettext_noop("Stress at each place, before and after"), "°C", ("place",), "table"),
    Outcome("cost_eur", gettext_noop("Cost of the measures, spent once"), "EUR", ("level",), "band", "less"),
    Outcome("upkeep_eur", gettext_noop("Upkeep of the measures a year"), "EUR/a", ("level",), "band", "less"),
    Outcome("measures", gettext_noop("Each measure: amount, cost, what of it acts in the run"), "EUR", ("measure",),
            "table"),
    Outcome("price_year", gettext_noop("Year of the prices"), "a"),
    Outcome("catalogue", gettext_noop("The catalogue it was read from")),
    Outcome("grid", gettext_noop("Place of the grid"), "m"),
    Outcome("warnings", gettext_noop("Remarks")),
    Outcome("air_before", gettext_noop("Air temperature without measures"), "°C", ("row", "column"), "field", "less"),
    Outcome("air_after", gettext_noop("Air temperature with measures"), "°C", ("row", "column"), "field", "less"),
    Outcome("difference", gettext_noop("Air temperature with measures minus without"), "K", ("row", "column"),
            "field", "less"),
    Outcome("hm_after", gettext_noop("Index of cooling with measures"), "1", ("row", "column"), "field", "more"),
)  # fmt: skip
