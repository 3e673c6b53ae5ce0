"""Heavy rain without and with drawn measures: what they change, what they cost, and what of them no run stands for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np

from hks.climate.damage import RING, SCREENING, UNVERIFIED, USES, building_depth, damage, footprint
from hks.climate.grid import Grid
from hks.climate.heavy_rain import Culvert, Rain, Runoff, Setting, Told, run_off
from hks.climate.infiltration import ACCOUNTS, Losses
from hks.climate.land_cover import Covering, covering_of, warnings_of
from hks.climate.runoff import RUNOFF, SCHEMES, SENTENCE, built_up, culverts_of, rain_of, roughness_of, sides_of
from hks.climate.runoff import duration as once
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.measures.catalogue import Catalogue
from hks.measures.cost import UNCHECKED
from hks.workbench.drawn_measures import Ground, changed_ground, losses_of
from hks.workbench.planned_measures import changed_balance, placed, priced

WET = 0.10  # area deeper than this, and buildings with so much at the wall, are counted; class of the LUBW scheme [m]
NO_BUILDINGS = gettext_noop("No outlines of buildings are given; neither buildings nor damage are counted.")
SEALED = gettext_noop("The run takes all ground without a measure as sealed; draw only where it is sealed today.")
BALANCE = gettext_noop("The yearly water balance counts the drawn surfaces only, with figures that are not checked.")
ELSEWHERE = gettext_noop("Some effects of the measures are not in the run; the list says which.")
FIELDS = ("depth_before", "depth_after", "difference")
HELD, SEEPED = ACCOUNTS.index("held"), ACCOUNTS.index("infiltrated")


def both_runs(
    terrain: Grid, ground: Ground, rain: Rain, manning: float | np.ndarray, end: float, setting: Setting,
    soil: float = 0.0, told: Told | None = None, covering: Covering | None = None, taken: Losses | None = None,
    culverts: Sequence[Culvert] = (),
) -> tuple[Runoff, Runoff, Losses | None]:  # fmt: skip
    """Let the same rain run over the ground as it is and as the measures make it.

    Parameters
    ----------
    terrain : Grid
        Without measures. [m]
    ground : Ground
        With them.
    soil : float
        What opened ground takes. [mm/h]
    covering : Covering, optional
        Land cover, the same in both runs; without it all ground is sealed.
    taken : Losses, optional
        Of this land cover; afterwards it holds what the ground took without measures.
    culverts : sequence of Culvert
        The same in both runs.

    Returns
    -------
    Runoff, Runoff, Losses or None
        Before, after, and what is taken with the measures.
    """

    def half(which: int) -> Told | None:
        return None if told is None else lambda share: told((which + share) / 2.0)

    losses = losses_of(ground, soil, covering)
    same: dict[str, Any] = {"end": end, "rain": rain, "setting": setting, "culverts": culverts}
    before = run_off(
        terrain, manning=np.broadcast_to(manning, terrain.values.shape), losses=taken, told=half(0), **same
    )
    after = run_off(
        ground.terrain, manning=ground.manning, walls=ground.walls, losses=losses, told=half(1), **same
    )  # fmt: skip
    return before, after, losses


def measures_in_rain(load: Callable[[], Catalogue]) -> Method:
    """Make the method over a catalogue, which is loaded at the first run."""

    def answer(inputs: Inputs, values: Values, _seed: int, told: Told | None = None) -> Outcomes:
        return compared(inputs, values, load(), told)

    return Method(
        group="rain",
        verb="measures",
        title=gettext_noop("Heavy rain with measures"),
        summary=gettext_noop("Runs the same rain without and with drawn measures and says what they change and cost."),
        inputs=INPUTS,
        parameters=PARAMETERS,
        outcomes=OUTCOMES,
        compute=answer,
        estimate=duration,
        tells=True,
        references=RUNOFF.references,
    )


def compared(inputs: Inputs, values: Values, catalogue: Catalogue, told: Told | None = None) -> dict[str, Any]:
    """Run twice and tell the difference.

    Raises
    ------
    InputError
        If no drawings are given, or one cannot be.
    """
    if not inputs.get("drawings"):
        raise InputError(gettext_noop("Name the file of the drawings: at least one measure on the terrain."))
    number = {p.name: float(cast("float", values[p.name])) for p in PARAMETERS if p.kind == "number"}
    outlines: Sequence[Any] = inputs.get("buildings") or ()
    bare = cast("Grid", inputs["terrain"])
    terrain = built_up(bare, outlines, number["building_height"])
    covering = covering_of(inputs, bare, terrain, str(values["sewer"]))
    manning = covering.manning if covering else roughness_of(terrain, inputs.get("manning"))
    places = placed(inputs["drawings"], terrain, catalogue, [outline.rings[0] for outline in outlines])
    ground = changed_ground(terrain, manning, [place.drawing for place in places])
    answer = priced(places, ground.elsewhere, number["index"])
    setting = Setting(
        sides=sides_of(str(values["boundary"])), courant=number["courant"], scheme=SCHEMES[str(values["scheme"])]
    )
    rain = rain_of(inputs.get("storm"), number["rain_mm_h"], number["rain_s"])
    taken = covering.losses() if covering else None
    culverts = culverts_of(terrain, str(values["culvert"]))
    before, after, losses = both_runs(
        terrain, ground, rain, manning, number["end_s"], setting, number["soil_mm_h"], told, covering, taken, culverts
    )
    balance = changed_balance(places, number["rain_mm_a"], number["evaporation_mm_a"])
    return {
        **answer,
        **_figures(terrain, before, after, (taken, losses)),
        "wet_outside_m2": _both(
            *(_wet(run, terrain, ground.terrain.values >= terrain.values) for run in (before, after))
        ),
        **_buildings(terrain, outlines, (before, after), ground.protected, str(values["use"]), number["price_index"]),
        "water_balance_m3": {name: balance[name] for name in ("before", "after")},
        "balance_area_m2": balance["surface"]["area_m2"],
        "elsewhere": [{"measure": key, "parameter": name} for key, name in dict.fromkeys(ground.elsewhere)],
        "price_year": catalogue.price_year,
        "catalogue": {"version": catalogue.version, "digest": catalogue.digest},
        "warnings": _warnings(answer["measures"], (before, after), bool(outlines), covering),
    }


def _figures(terrain: Grid, before: Runoff, after: Runoff, both: tuple[Losses | None, Losses | None]) -> dict[str, Any]:
    """Tell areas, depths, volumes, balances and grids of both runs; what measures keep is more than the ground did."""
    old, new = (np.zeros(len(ACCOUNTS)) if losses is None else losses.total * terrain.cell**2 for losses in both)
    held, seeped = (float(new[place] - old[place]) for place in (HELD, SEEPED))
    depths = [run.depth_max.astype(np.float32) for run in (before, after)]
    return {
        "wet_m2": _both(*(_wet(run, terrain) for run in (before, after))),
        "depth_max_m": _both(*(float(depth.max()) for depth in depths)),
        "stored_m3": _both(before.balance.stored, after.balance.stored),
        "out_m3": _both(before.balance.out, after.balance.out),
        "kept_m3": {"held": held, "seeped": seeped},
        "mass_before": _mass(before), "mass_after": _mass(after),
        "cells": before.cells, "steps": _both(before.steps, after.steps),
        "depth_before": depths[0], "depth_after": depths[1], "difference": depths[1] - depths[0],
        "grid": {
            "cell": terrain.cell, "west": terrain.west, "south": terrain.south, "crs": terrain.crs,
            "rows": terrain.values.shape[0], "columns": terrain.values.shape[1],
        },
    }  # fmt: skip


def _wet(run: Runoff, terrain: Grid, where: np.ndarray | bool = True) -> float:
    """Return the area that lies so deep, of the cells that count. [m2]"""
    return float(((run.depth_max >= WET) & where).sum()) * terrain.cell**2


def _both(before: Any, after: Any) -> dict[str, Any]:
    return {"before": before, "after": after}


def _mass(run: Runoff) -> dict[str, float]:
    balance = run.balance
    return {
        "rain_m3": balance.rain, "inflow_m3": balance.inflow, "out_m3": balance.out,
        "infiltrated_m3": balance.infiltrated, "stored_m3": balance.stored, "error": balance.error,
    }  # fmt: skip


def _buildings(
    terrain: Grid, outlines: Sequence[Any], runs: tuple[Runoff, Runoff], protected: np.ndarray, use: str, index: float
) -> dict[str, Any]:
    """Count buildings with water at the wall and reckon their damage, before and after."""
    counts, sums = [], []
    areas = np.array([footprint(outline.rings) for outline in outlines])
    for run, guards in zip(runs, (np.zeros(len(outlines)), _guards(terrain, outlines, protected)), strict=True):
        depths = Grid(run.depth_max, terrain.cell, terrain.west, terrain.south)
        at_wall = np.array([building_depth(depths, outline.rings, RING) for outline in outlines])
        counts.append(int((at_wall >= WET).sum()))
        found = damage(at_wall, areas, [use] * len(outlines), protected=guards, index=index)
        sums.append(dict(zip(("low", "middle", "high"), found.total, strict=True)))
    return {"buildings": _both(*counts), "damage_eur": _both(*sums)}


def _guards(terrain: Grid, outlines: Sequence[Any], protected: np.ndarray) -> np.ndarray:
    """Return up to which depth each building is protected: the most of a measure that lies on it. [m]"""
    if not protected.any():
        return np.zeros(len(outlines))
    return np.array([protected[terrain.inside(outline.rings[0])].max(initial=0.0) for outline in outlines])


def _warnings(
    measures: Sequence[Mapping[str, Any]], runs: tuple[Runoff, Runoff], with_buildings: bool, covering: Covering | None
) -> list[str]:
    """Say what bounds the answer."""
    acts = {name for row in measures for name in row["acts"]}
    return [
        SENTENCE,
        *dict.fromkeys(text for run in runs for text in run.warnings),
        *([SCREENING, UNVERIFIED] if with_buildings else [NO_BUILDINGS]),
        UNCHECKED,
        BALANCE,
        *(warnings_of(covering) if covering else [SEALED] if "sealing" in acts else []),
        *([ELSEWHERE] if any(row["elsewhere"] for row in measures) else []),
    ]


def result_grids(outcomes: Mapping[str, Any]) -> dict[str, Grid]:
    """Lay the fields of an answer back on the map."""
    place = outcomes["grid"]
    return {
        name: Grid(np.asarray(outcomes[name], np.float32), place["cell"], place["west"], place["south"], place["crs"])
        for name in FIELDS
    }


def duration(inputs: Inputs, values: Values) -> float:
    """Estimate two runs. [s]"""
    return 2.0 * once(inputs, values)


SHARED = {p.name: p for p in RUNOFF.parameters}
OF_INPUTS = {entry.name: entry for entry in RUNOFF.inputs}
INPUTS = (
    OF_INPUTS["terrain"],
    Input("drawings", gettext_noop("Drawn measures (GeoJSON)"), ("drawn-measures",), required=False),
    OF_INPUTS["buildings"],
    OF_INPUTS["storm"],
    OF_INPUTS["manning"],
    OF_INPUTS["cover"],
    OF_INPUTS["cover_table"],
)
PARAMETERS = (
    *(SHARED[name] for name in ("rain_mm_h", "rain_s", "end_s", "boundary", "sewer", "culvert", "building_height",
                                "courant", "scheme")),
    Parameter("soil_mm_h", gettext_noop("Water that opened ground takes"), "number", 10.0, unit="mm/h", low=0, high=500,
              source=gettext_noop("our choice, near sandy loam in Rawls, Brakensiek & Miller (1983)")),
    Parameter("use", gettext_noop("What the buildings are used for"), "choice", "residential",
              choices=USES),
    Parameter("price_index", gettext_noop("Building prices over those of 2010"), "number", 1.0, low=0.1, high=10.0,
              help=gettext_noop("Baupreisindex (Destatis) of your year over that of 2010.")),
    Parameter("index", gettext_noop("Building prices over those of the catalogue's year"), "number", 1.0, low=0.1,
              high=10.0, help=gettext_noop("Baupreisindex (Destatis) of your year over that of the catalogue's year.")),
    Parameter("rain_mm_a", gettext_noop("Rain of a year"), "number", 600.0, unit="mm", low=0, high=3000,
              source=gettext_noop("our choice for the lowlands of Saxony and Saxony-Anhalt")),
    Parameter("evaporation_mm_a", gettext_noop("Potential evaporation of a year"), "number", 650.0, unit="mm", low=1,
              high=2000, source=gettext_noop("our choice for the lowlands of Saxony and Saxony-Anhalt")),
)  # fmt: skip
RUNS = ("run",)
OUTCOMES = (
    Outcome("wet_m2", gettext_noop("Area with 10 cm of water or more, before and after"), "m2", RUNS, "table", "less"),
    Outcome("wet_outside_m2", gettext_noop("The same area outside of what measures lower, before and after"), "m2",
            RUNS, "table", "less"),
    Outcome("depth_max_m", gettext_noop("Greatest depth, before and after"), "m", RUNS, "table", "less"),
    Outcome("stored_m3", gettext_noop("Water on the ground at the end, before and after"), "m3", RUNS, "table"),
    Outcome("out_m3", gettext_noop("Water that left over the edges, before and after"), "m3", RUNS, "table"),
    Outcome("kept_m3", gettext_noop("Water that the measures hold and let seep away"), "m3", ("way",), "table", "more"),
    Outcome("buildings", gettext_noop("Buildings with 10 cm of water at the wall, before and after"), "buildings", RUNS,
            "table", "less"),
    Outcome("damage_eur", gettext_noop("Damage of all buildings, before and after"), "EUR", ("run", "level"), "table",
            "less"),
    Outcome("cost_eur", gettext_noop("Cost of the measures, spent once"), "EUR", ("level",), "band", "less"),
    Outcome("upkeep_eur", gettext_noop("Upkeep of the measures a year"), "EUR/a", ("level",), "band", "less"),
    Outcome("measures", gettext_noop("Each measure: amount, cost, what of it acts in the run"), "EUR", ("measure",),
            "table"),
    Outcome("elsewhere", gettext_noop("Effects that the run does not stand for"), "1", ("effect",), "table"),
    Outcome("water_balance_m3", gettext_noop("Yearly water balance of the drawn surfaces, before and after"), "m3/a",
            ("run", "share"), "table"),
    Outcome("balance_area_m2", gettext_noop("Surfaces the yearly balance holds for"), "m2"),
    Outcome("mass_before", gettext_noop("Balance of the water without measures"), "m3"),
    Outcome("mass_after", gettext_noop("Balance of the water with measures"), "m3"),
    Outcome("cells", gettext_noop("Cells"), "1"),
    Outcome("steps", gettext_noop("Steps, before and after"), "1", RUNS, "table"),
    Outcome("price_year", gettext_noop("Year of the prices"), "a"),
    Outcome("catalogue", gettext_noop("The catalogue it was read from")),
    Outcome("grid", gettext_noop("Place of the grid"), "m"),
    Outcome("warnings", gettext_noop("Remarks")),
    Outcome("depth_before", gettext_noop("Greatest depth of each cell without measures"), "m", ("row", "column"),
            "field"),
    Outcome("depth_after", gettext_noop("Greatest depth of each cell with measures"), "m", ("row", "column"), "field"),
    Outcome("difference", gettext_noop("Greatest depth with measures minus without"), "m", ("row", "column"), "field"),
)  # fmt: skip
