"""Heat in a town as one answer: the map, the areas that cool least, chosen places, and who lives where it is hot."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from hks.climate.grid import Grid
from hks.climate.heat import (
    SCREENING,
    HeatMap,
    HotDay,
    classes_of,
    exposed,
    filled,
    heat_map,
    layers_of,
    warmest,
)
from hks.climate.heat_places import (
    FEW,
    SPREAD,
    WHOLE,
    People,
    Summer,
    exposed_by_part,
    stress_at,
    told_count,
    weakest_areas,
)
from hks.climate.heat_stress import ASSUMED_RADIATION, HEAT_STRESS
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

PEOPLE = {"elderly": "over_65", "children": "under_6"}
UNVERIFIED = gettext_noop("InVEST urban cooling model, default; not verified here")


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tell means, what the town cools itself by, where it is worst, and who lives where it is hot."""
    cover, layers = ground_of(inputs)
    day, summer = day_of(values), summer_of(values)
    found = heat_map(layers, cover.cell, day)
    return {
        **figures_of(found, cover, inputs, float(cast("float", values["threshold"]))),
        "hm": filled(found.mitigation),
        "air_temperature": filled(found.air_temperature),
        "classes": classes_of(found.mitigation, cover.cell),
        "warmest": warmest(_grid(found.air_temperature, cover)),
        "weakest": weakest_areas(found, cover),
        **_at_places(inputs, _grid(found.air_temperature, cover), summer),
        "grid": place_of(cover),
        "warnings": remarks(inputs),
    }


def ground_of(inputs: Inputs) -> tuple[Grid, dict[str, np.ndarray]]:
    """Return the land cover and what each cell of it does on a hot day.

    Raises
    ------
    InputError
        If the table of classes is missing or leaves one out.
    """
    if "table" not in inputs:
        raise InputError(
            gettext_noop(
                "Name a table of the classes of land cover: lucode, shade, albedo, kc and green_area for each."
            )
        )
    cover: Grid = inputs["landcover"]
    return cover, layers_of(cover, inputs["table"])


def day_of(values: Values) -> HotDay:
    """Take the hot day from the values of a method."""
    names = ("reference", "heat_island", "cooling_distance", "mixing_radius", "evapotranspiration_share")
    return HotDay(*(float(cast("float", values[name])) for name in names))


def summer_of(values: Values) -> Summer:
    """Take wind, humidity and radiation from the values of a method."""
    return Summer(*(float(cast("float", values[name])) for name in ("wind", "humidity", "sun", "shade")))


def check(values: Values) -> None:
    """Refuse a shade that is sunnier than the sun, before anything is mapped."""
    summer_of(values)


def figures_of(found: HeatMap, cover: Grid, inputs: Inputs, threshold: float) -> dict[str, Any]:
    """Tell the figures of the whole map, and the people where somebody said where they live."""
    air = found.air_temperature
    told: dict[str, Any] = {
        "hm_mean": float(np.nanmean(found.mitigation)),
        "air_temperature_mean": float(np.nanmean(air)),
        "air_temperature_max": float(np.nanmax(air)),
        "hot_share": float((air > threshold).sum() / np.isfinite(air).sum()),
    }
    people = _people(inputs, cover)
    rows = exposed_by_part(people, _grid(air, cover), threshold)
    for group in PEOPLE.values():
        of_parts = _sum([row[f"exposed_{group}"] for row in rows])
        if group in people.cells:
            whole = told_count(exposed(people.cells[group].values, air, threshold))
            told[f"exposed_{group}"] = None if of_parts is None else whole
        elif people.parts is not None:
            told[f"exposed_{group}"] = of_parts
    return told | ({"parts": rows} if rows else {})


def _sum(counts: list[float | None]) -> float | None:
    """Add up, unless one is withheld: the sum would give it away."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def remarks(inputs: Inputs) -> list[str]:
    """Say what bounds the answer."""
    counted = bool({"part_people", *PEOPLE} & inputs.keys())
    evenly = "part_people" in inputs and not inputs.keys() >= PEOPLE.keys()
    return [
        SCREENING,
        *([ASSUMED_RADIATION] if "places" in inputs else []),
        *([SPREAD if inputs.get("part_outlines") else WHOLE] if evenly else []),
        *([FEW] if counted else []),
    ]


def place_of(cover: Grid) -> dict[str, Any]:
    """Say where the grid lies."""
    return {
        "cell": cover.cell, "west": cover.west, "south": cover.south, "crs": cover.crs,
        "rows": cover.values.shape[0], "columns": cover.values.shape[1],
    }  # fmt: skip


def _at_places(inputs: Inputs, air: Grid, summer: Summer) -> dict[str, Any]:
    return {"places": stress_at(inputs["places"], air, summer)} if "places" in inputs else {}


def _grid(values: np.ndarray, cover: Grid) -> Grid:
    return Grid(values, cover.cell, cover.west, cover.south, cover.crs)


def _people(inputs: Inputs, cover: Grid) -> People:
    cells: Mapping[str, Grid] = {group: inputs[name] for name, group in PEOPLE.items() if name in inputs}
    for grid in cells.values():
        _on(cover, grid)
    return People(cells, inputs.get("part_people"), inputs.get("part_outlines") or ())


def _on(cover: Grid, grid: Grid) -> None:
    apart = max(abs(grid.west - cover.west), abs(grid.south - cover.south), abs(grid.cell - cover.cell))
    if grid.values.shape != cover.values.shape or apart > 0.01 * cover.cell:
        raise InputError(gettext_noop("The grid of people lies elsewhere than the land cover, or has other cells."))


def duration(inputs: Inputs, _values: Values) -> float:
    """Estimate a map from its cells. [s]"""
    grid = inputs.get("landcover")
    return float(grid.values.size) * 2e-6 if isinstance(grid, Grid) else 0.0


HEAT_MAP = Method(
    group="heat",
    verb="map",
    title=gettext_noop("Heat in the town"),
    summary=gettext_noop("Which parts of a town cool themselves on a hot day, by land cover; how warm the air gets."),
    inputs=(
        Input("landcover", gettext_noop("Land cover"), ("terrain",)),
        Input("table", gettext_noop("What each class of land cover does"), ("land-classes",), required=False),
        Input("elderly", gettext_noop("People over 65 by cell"), ("terrain",), required=False),
        Input("children", gettext_noop("Children under 6 by cell"), ("terrain",), required=False),
        Input("part_people", gettext_noop("People of the parts of the town"), ("heat-parts",), required=False),
        Input("part_outlines", gettext_noop("Outlines of the parts"), ("building-outlines",), required=False),
        Input("places", gettext_noop("Chosen places"), ("heat-places",), required=False),
    ),
    parameters=(
        Parameter("reference", gettext_noop("Air temperature outside the town"), "number", 28.0, unit="°C", low=-20.0,
                  high=50.0, step=0.5, help=gettext_noop("On the hot day asked about; our choice, set your own.")),
        Parameter("heat_island", gettext_noop("How much warmer the town gets at most"), "number", 3.0, unit="K",
                  low=0.0, high=15.0, step=0.1,
                  help=gettext_noop("An assumption for a middle town; not verified here.")),
        Parameter("cooling_distance", gettext_noop("Distance over which large green cools"), "number", 450.0, unit="m",
                  low=10.0, high=5000.0, step=10.0, source=UNVERIFIED),
        Parameter("mixing_radius", gettext_noop("Radius over which the air mixes"), "number", 600.0, unit="m",
                  low=0.0, high=5000.0, step=10.0, source=UNVERIFIED),
        Parameter("evapotranspiration_share",
                  gettext_noop("Reference evapotranspiration over the greatest of the region"), "number", 1.0,
                  low=0.0, high=1.0, step=0.05),
        Parameter("threshold", gettext_noop("Air temperature from which people count as exposed"), "number", 30.0,
                  unit="°C", low=-20.0, high=60.0, step=0.5, help=gettext_noop("A hot day has 30 °C or more.")),
        Parameter("wind", gettext_noop("Wind at the chosen places, ten metres above ground"), "number", 1.5, unit="m/s",
                  low=0.5, high=17.0, step=0.1, help=gettext_noop("Our choice for a calm afternoon; set your own.")),
        Parameter("humidity", gettext_noop("Relative humidity at the chosen places"), "number", 35.0, unit="%", low=0.0,
                  high=100.0, step=1.0, help=gettext_noop("Our choice for a hot afternoon; set your own.")),
        *(parameter for parameter in HEAT_STRESS.parameters if parameter.name in ("sun", "shade")),
    ),
    outcomes=(
        Outcome("hm_mean", gettext_noop("Index of cooling, mean"), better="more"),
        Outcome("air_temperature_mean", gettext_noop("Air temperature, mean"), "°C", better="less"),
        Outcome("air_temperature_max", gettext_noop("Air temperature, highest"), "°C", better="less"),
        Outcome("hot_share", gettext_noop("Share of the area above the threshold"), better="less"),
        Outcome("exposed_over_65", gettext_noop("People over 65 above the threshold"), "persons", better="less"),
        Outcome("exposed_under_6", gettext_noop("Children under 6 above the threshold"), "persons", better="less"),
        Outcome("classes", gettext_noop("Area by cooling"), "m2", shape="table"),
        Outcome("warmest", gettext_noop("The warmest places"), "°C", shape="table"),
        Outcome("weakest", gettext_noop("Areas where cooling is weakest"), "m2", shape="table"),
        Outcome("places", gettext_noop("Index and stress at each place"), "°C", ("place",), "table"),
        Outcome("parts", gettext_noop("Heat and people by part of the town"), "persons", ("part",), "table"),
        Outcome("grid", gettext_noop("Place of the grid"), "m"),
        Outcome("warnings", gettext_noop("Remarks")),
        Outcome("hm", gettext_noop("Index of cooling"), "1", ("row", "column"), "field", "more"),
        Outcome("air_temperature", gettext_noop("Air temperature"), "°C", ("row", "column"), "field", "less"),
    ),
    compute=answer,
    check=check,
    estimate=duration,
    references=("Sharp et al. (2020): InVEST user's guide, urban cooling model", *HEAT_STRESS.references),
)  # fmt: skip
