"""The command of heavy rain: from a terrain, a storm and what stands on it to depths, speeds and the balance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import numpy as np

from hks.climate.grid import Grid
from hks.climate.heavy_rain import (
    KINDS,
    NO_RAIN,
    SIDES,
    Culvert,
    Device,
    Inflow,
    Moment,
    Rain,
    Runoff,
    Scheme,
    Setting,
    Told,
    run_off,
)
from hks.climate.hydrographs import Hydrographs
from hks.climate.infiltration import Losses
from hks.climate.land_cover import Covering, covering_of, told_classes, told_losses, warnings_of
from hks.climate.storms import Storm
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

SENTENCE = gettext_noop(
    "Screening simulation: it replaces neither the official map of heavy rain hazards nor an engineer's plan."
)
SCHEMES: dict[str, Scheme] = {"inertial": "inertial", "swe": "shallow-water"}
NEVER = np.float32(-1.0)  # stands for "no water came"; a record holds no missing figure
CLASSES = (0.05, 0.1, 0.5, 1.0)  # lower limits of the depth classes of the LUBW scheme, unverified [m]
MOST_FRAMES, MOST_KEPT = 200, 200_000_000  # our choice: pictures of a run, and cells of all of them
DEEPEST = 5  # our choice: so many deepest places are named
APART = 50.0  # our choice: so far they lie apart at least, across or up [m]
WAVE, UPDATES = 4.0, 1e8  # met in a small town: speed of the fastest wave [m/s], cells advanced in a second
SLOWER = 30.0  # at most so many times the shallow water equations take; 12 and 25 met on one thread of two machines


def rain_of(storm: Storm | None, mm_per_hour: float, seconds: float) -> Rain:
    """Take the rain from a storm or from one intensity and a duration."""
    if storm is not None and mm_per_hour:
        raise InputError(gettext_noop("Give a storm or an intensity, not both."))
    if storm is not None:
        return Rain(np.concatenate([[0.0], storm.times * 60.0]), storm.intensity)
    return Rain(np.array([0.0, seconds]), np.array([mm_per_hour])) if mm_per_hour and seconds else NO_RAIN


def sides_of(text: str) -> dict[str, Any]:
    """Read "free", or "left=closed,right=free"."""
    if text in KINDS and text != "level":
        return dict.fromkeys(SIDES, text)
    found: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        side, _, kind = part.partition("=")
        if side not in SIDES or kind not in {"closed", "free"}:
            raise InputError(
                gettext_noop("'%(part)s' is no boundary; write closed, free, or left=closed,right=free."),
                part=part,
            )  # fmt: skip
        found[side] = kind
    return found


def numbers_of(text: str, name: str, least: int, most: int) -> list[list[float]]:
    """Read one list of numbers a line."""
    lists = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        try:
            numbers = [float(part) for part in line.split(",")]
        except ValueError:
            numbers = []
        if not least <= len(numbers) <= most or not np.isfinite(numbers).all():
            raise InputError(
                gettext_noop("%(name)s: '%(line)s' must be %(least)s to %(most)s numbers with commas between."),
                name=name, line=line[:60], least=least, most=most,
            )  # fmt: skip
        lists.append(numbers)
    return lists


def built_up(terrain: Grid, outlines: Sequence[Any], height: float) -> Grid:
    """Raise the ground under buildings; courtyards stay as they are."""
    raised = np.zeros(terrain.values.shape, dtype=bool)
    for outline in outlines:
        covered = terrain.inside(outline.rings[0])
        for yard in outline.rings[1:]:
            covered &= ~terrain.inside(yard)
        raised |= covered
    return Grid(terrain.values + height * raised, terrain.cell, terrain.west, terrain.south, terrain.crs)


def roughness_of(terrain: Grid, manning: float | Grid | None) -> float | np.ndarray:
    """Take one number, or a grid that lies on the terrain."""
    if not isinstance(manning, Grid):
        return 0.03 if manning is None else manning
    same = manning.values.shape == terrain.values.shape and abs(manning.cell - terrain.cell) < 1e-6 * terrain.cell
    if not same or max(abs(manning.west - terrain.west), abs(manning.south - terrain.south)) > 0.01 * terrain.cell:
        raise InputError(gettext_noop("The grid of roughness lies elsewhere than the terrain, or has other cells."))
    return np.where(np.isfinite(manning.values), manning.values, np.where(np.isfinite(terrain.values), np.nan, 0.03))


def culverts_of(terrain: Grid, text: str) -> list[Culvert]:
    """Read culverts: x,y,x,y,width,height and, if wished, the most one carries."""
    return [
        Culvert(terrain.place(x, y), terrain.place(u, v), width, height, most=most[0] if most else np.inf)
        for x, y, u, v, width, height, *most in numbers_of(text, "culvert", 6, 7)
    ]


class Frames:
    """Keeps the class of each cell's depth at even times: 0 below the first limit, then up to 4."""

    def __init__(self, every: float, end: float, cells: int) -> None:
        if every and (end / every > MOST_FRAMES or cells * end / every > MOST_KEPT):
            raise InputError(
                gettext_noop("frames_s: so many pictures cannot be kept; take %(least)s s or more."),
                least=int(np.ceil(max(end / MOST_FRAMES, end * cells / MOST_KEPT))),
            )  # fmt: skip
        self.every, self.times = every, []  # type: tuple[float, list[float]]
        self.kept: list[np.ndarray] = []

    def __call__(self, now: float, moment: Moment) -> None:
        """Keep the moment if it is due."""
        if self.every and now >= (len(self.times) + 1) * self.every - 1e-6:
            self.times.append(now)
            self.kept.append(np.searchsorted(CLASSES, moment.depths(), side="right").astype(np.uint8))

    @property
    def told(self) -> dict[str, Any]:
        """Return times [s] and classes, (time, row, column); nothing where none was asked for."""
        return {"frame_times_s": self.times, "frames": np.stack(self.kept)} if self.kept else {}


@dataclass(frozen=True)
class Both:
    """Lets maps and hydrographs be kept of one run."""

    frames: Frames
    noted: Hydrographs

    def __call__(self, now: float, moment: Moment) -> None:
        """Hear a record."""
        self.frames(now, moment)
        self.noted(now, moment)


def answer(inputs: Inputs, values: Values, _seed: int, told: Told | None = None) -> Outcomes:
    """Run and tell."""
    bare = cast("Grid", inputs["terrain"])
    number = {
        name: float(cast("float", values[name]))
        for name in ("rain_mm_h", "rain_s", "end_s", "courant", "building_height", "frames_s", "series_s")
    }
    terrain = built_up(bare, inputs.get("buildings") or (), number["building_height"])
    covering = covering_of(inputs, bare, terrain, str(values["sewer"]))
    losses = covering.losses() if covering else None
    places = numbers_of(str(values["at"]), "at", 2, 2)
    inflows = [
        Inflow(terrain.near(x, y, radius[0] if radius else 0.0), discharge)
        for x, y, discharge, *radius in numbers_of(str(values["inflow"]), "inflow", 3, 4)
    ]
    culverts = culverts_of(terrain, str(values["culvert"]))
    frames = Frames(number["frames_s"], number["end_s"], terrain.values.size)
    sections = numbers_of(str(values["section"]), "section", 4, 4)
    noted = Hydrographs.on(terrain, places, sections, number["series_s"], number["end_s"])
    done = run_off(
        terrain, end=number["end_s"], rain=rain_of(inputs.get("storm"), number["rain_mm_h"], number["rain_s"]),
        manning=covering.manning if covering else roughness_of(terrain, inputs.get("manning")), inflows=inflows,
        culverts=culverts, losses=losses,
        setting=Setting(
            sides=sides_of(str(values["boundary"])), courant=number["courant"],
            scheme=SCHEMES[str(values["scheme"])], device=cast("Device", values["device"]),
        ),
        told=told, watched=Both(frames, noted),
    )  # fmt: skip
    passed = [{"passed_m3": volume} for volume in done.passed]
    at = [stage | peak for stage, peak in zip(_stages(terrain, done, noted), noted.told["at"], strict=True)]
    return {**answered(done, terrain, covering, losses), **noted.told, "at": at, "culverts": passed, **frames.told}


def _stages(terrain: Grid, done: Runoff, noted: Hydrographs) -> list[dict[str, float]]:
    """Tell the water at the places at the end."""
    rows, columns = noted.cells.T
    depths = done.depth[rows, columns]
    return [
        {"x": x, "y": y, "stage_m": float(ground + depth), "depth_m": float(depth)}
        for (x, y), ground, depth in zip(noted.places, terrain.values[rows, columns], depths, strict=True)
    ]


def answered(
    done: Runoff, terrain: Grid, covering: Covering | None = None, losses: Losses | None = None
) -> dict[str, Any]:
    """Put a run into words, numbers and fields."""
    balance = done.balance
    limits = [*CLASSES, np.inf]
    area = terrain.cell**2
    return {
        "cells": done.cells, "steps": done.steps, "cell_updates": done.cell_updates, "seconds": done.seconds,
        "depth_max_m": float(done.depth_max.max()),
        "mass": {
            "rain_m3": balance.rain, "inflow_m3": balance.inflow, "out_m3": balance.out,
            "infiltrated_m3": balance.infiltrated, "stored_m3": balance.stored, "error": balance.error,
            **(told_losses(losses, area) if losses else {}),
        },
        "classes": [
            {"from_m": low, "area_m2": float(((done.depth_max >= low) & (done.depth_max < high)).sum()) * area}
            for low, high in pairwise(limits)
        ],
        "deepest": deepest(Grid(done.depth_max, terrain.cell, terrain.west, terrain.south)),
        "depth_final": done.depth.astype(np.float32), "depth_max": done.depth_max.astype(np.float32),
        "speed_max": done.speed_max, "arrival_s": np.where(np.isnan(done.arrival), NEVER, done.arrival),
        "grid": {
            "cell": terrain.cell, "west": terrain.west, "south": terrain.south, "crs": terrain.crs,
            "rows": terrain.values.shape[0], "columns": terrain.values.shape[1],
        },
        "warnings": [SENTENCE, *done.warnings, *(warnings_of(covering) if covering else [])],
        **({"cover": told_classes(covering, terrain), "cover_gaps": covering.gaps} if covering else {}),
    }  # fmt: skip


def deepest(depths: Grid) -> list[dict[str, float]]:
    """Name the deepest places, the deepest first; around each a square is left out, so that no two are one pond."""
    left = np.nan_to_num(depths.values)
    across, up = depths.centres()
    reach = int(np.ceil(APART / depths.cell))
    found = []
    for _ in range(DEEPEST):
        row, column = (int(place) for place in np.unravel_index(left.argmax(), left.shape))
        if left[row, column] < CLASSES[0]:
            break
        found.append({"x": float(across[column]), "y": float(up[row]), "depth_m": float(left[row, column])})
        left[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1] = 0.0
    return found


def result_grids(outcomes: Mapping[str, Any]) -> dict[str, Grid]:
    """Lay the fields of an answer back on the map."""
    place = outcomes["grid"]
    return {
        name: Grid(np.asarray(outcomes[name], np.float32), place["cell"], place["west"], place["south"], place["crs"])
        for name in ("depth_final", "depth_max", "speed_max")
    }


def duration(inputs: Inputs, values: Values) -> float:
    """Estimate a run from cells and steps. [s]"""
    grid = inputs.get("terrain")
    if not isinstance(grid, Grid):
        return 0.0
    step = float(cast("float", values["courant"])) * grid.cell / WAVE
    slower = SLOWER if values.get("scheme") == "swe" else 1.0
    return float(slower * grid.values.size * float(cast("float", values["end_s"])) / step / UPDATES)


SEWER = Parameter(
    "sewer", gettext_noop("Sewer below streets: mm an hour, or mm an hour:mm in all"), "text", "", unit="mm/h",
)  # fmt: skip
RUNOFF = Method(
    group="rain",
    verb="runoff",
    title=gettext_noop("Heavy rain on the terrain"),
    summary=gettext_noop("Lets rain run over a terrain and says how deep and fast the water gets, as a screening."),
    inputs=(
        Input("terrain", gettext_noop("Terrain model"), ("terrain",)),
        Input("storm", gettext_noop("Storm"), ("storm",), required=False),
        Input("manning", gettext_noop("Roughness after Manning, a number or a grid"), ("roughness",), required=False),
        Input("buildings", gettext_noop("Outlines of buildings"), ("building-outlines",), required=False),
        Input("cover", gettext_noop("Land cover, a grid of classes"), ("land-cover",), required=False),
        Input("cover_table", gettext_noop("Table of the classes of land cover"), ("cover-table",), required=False),
    ),
    parameters=(
        Parameter("rain_mm_h", gettext_noop("Even rain"), "number", 0.0, unit="mm/h", low=0, high=2000),
        Parameter("rain_s", gettext_noop("Duration of the even rain"), "number", 3600.0, unit="s", low=0, high=864000),
        Parameter("end_s", gettext_noop("End of the run"), "number", 3600.0, unit="s", low=1, high=864000),
        Parameter("boundary", gettext_noop("Sides: closed, free, or left=closed,right=free"), "text", "closed"),
        SEWER,
        Parameter("frames_s", gettext_noop("Keep the map of every so many seconds; 0 keeps none"), "number", 0.0,
                  unit="s", low=0, high=864000),
        Parameter("inflow", gettext_noop("Inflow: x,y,m3/s and, if wished, a radius"), "text", "", several=True),
        Parameter(
            "culvert", gettext_noop("Culvert: x,y,x,y,width,height and, if wished, the most it carries in m3/s"),
            "text", "", several=True,
        ),
        Parameter("at", gettext_noop("Place to look at: x,y"), "text", "", several=True),
        Parameter("section", gettext_noop("Section whose discharge is noted, from one end to the other: x,y,x,y"),
                  "text", "", several=True),
        Parameter("series_s", gettext_noop("Note depth, speed and discharge there every so many seconds"), "number",
                  60.0, unit="s", low=1, high=864000, source=gettext_noop("our choice")),
        Parameter(
            "scheme", gettext_noop("Equations"), "choice", "inertial",
            choices=(
                ("inertial", gettext_noop("local-inertial, fast")),
                ("swe", gettext_noop("shallow water, slower, also for breaches and steep reaches")),
            ),
        ),
        Parameter(
            "building_height", gettext_noop("So high do buildings stand out"), "number", 5.0, unit="m", low=0.5,
            high=100, source=gettext_noop("our choice"),
        ),
        Parameter(
            "courant", gettext_noop("Part of the longest stable step; 0.4 is more accurate"), "number", 0.7, low=0.05,
            high=0.9, source=gettext_noop("our choice"),
        ),
        Parameter(
            "device", gettext_noop("Where it is reckoned"), "choice", "cpu",
            choices=(
                ("cpu", gettext_noop("processor")),
                ("cuda", gettext_noop("graphics card with CUDA, inertial equations only")),
            ),
        ),
    ),
    outcomes=(
        Outcome("cells", gettext_noop("Cells"), "1"),
        Outcome("steps", gettext_noop("Steps"), "1"),
        Outcome("cell_updates", gettext_noop("Cells times steps"), "1"),
        Outcome("depth_max_m", gettext_noop("Greatest depth"), "m"),
        Outcome("mass", gettext_noop("Balance of the water"), "m3"),
        Outcome("cover", gettext_noop("Classes of land cover with their figures"), "m2", shape="table"),
        Outcome("cover_gaps", gettext_noop("Part of the terrain that the land cover leaves open")),
        Outcome("classes", gettext_noop("Area by greatest depth"), "m2", shape="table"),
        Outcome("deepest", gettext_noop("Deepest places"), "m", shape="table"),
        Outcome("culverts", gettext_noop("Water through each culvert, from its first end"), "m3", shape="table"),
        Outcome("at", gettext_noop("Water at the places asked for"), "m", shape="table"),
        Outcome("sections", gettext_noop("Water through the sections, from left to right"), "m3/s", shape="table"),
        Outcome("hydrographs", gettext_noop("Depth, speed and discharge over time at these places and sections"), "m",
                ("time",), "table"),
        Outcome("frame_times_s", gettext_noop("Times of the kept maps"), "s", ("time",), "series"),
        Outcome("frames", gettext_noop("Class of depth at these times, 0 to 4"), "1", ("time", "row", "column"),
                "field"),
        Outcome("grid", gettext_noop("Place of the grid"), "m"),
        Outcome("warnings", gettext_noop("Remarks")),
        Outcome("depth_final", gettext_noop("Depth at the end"), "m", ("row", "column"), "field"),
        Outcome("depth_max", gettext_noop("Greatest depth of each cell"), "m", ("row", "column"), "field"),
        Outcome("speed_max", gettext_noop("Greatest speed of each cell"), "m/s", ("row", "column"), "field"),
        Outcome("arrival_s", gettext_noop("When the water came"), "s", ("row", "column"), "field"),
    ),
    compute=answer,
    estimate=duration,
    tells=True,
    references=(
        "Bates, Horritt & Fewtrell (2010), J. Hydrol. 387", "de Almeida et al. (2012), Water Resour. Res. 48, W05528",
    ),
)  # fmt: skip
