"""A run of heavy rain beside an official map: where both, only one, or neither shows water. A comparison, no proof."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from hks.climate.grid import Grid
from hks.climate.runoff import SENTENCE
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

NO_PROOF = gettext_noop(
    "Only a comparison: rain, terrain and method differ. Agreement proves neither map, a difference refutes neither."
)
NO_LEGEND = gettext_noop("A map of classes needs its legend: which class holds from which depth on.")
NEITHER, BOTH, OURS, OFFICIAL, LEFT_OUT = 0, 1, 2, 3, -1
NAMES = {BOTH: "both", OURS: "ours", OFFICIAL: "official", NEITHER: "neither"}
PER = {"m": 1.0, "cm": 0.01}  # metres of a unit of the map
MOST_CLASSES = 50  # our choice
DEEPEST = 100.0  # our choice: a greater depth is no depth in metres [m]
NOTHING = np.float32(-1.0)  # stands for "the map says nothing"; a record holds no missing figure


def legend_of(text: str) -> dict[float, float]:
    """Read "1=0.05; 2=0.1": class of the map and the depth from which on it holds. [m]

    Raises
    ------
    InputError
        If a part is none, or a class stands twice.
    """
    found: dict[float, float] = {}
    for part in filter(None, (part.strip() for part in text.replace("\n", ";").split(";"))):
        number, _, depth = part.partition("=")
        try:
            key, value = float(number.replace(",", ".")), float(depth.replace(",", "."))
        except ValueError:
            key = value = float("nan")
        if not (np.isfinite(key) and 0.0 <= value <= DEEPEST) or key in found or len(found) >= MOST_CLASSES:
            raise InputError(
                gettext_noop("legend: '%(part)s' must be a class and the depth from which on it holds, as 2=0.1."),
                part=part[:40],
            )  # fmt: skip
        found[key] = value
    return found


def depths_of(official: Grid, unit: str, legend: Mapping[float, float]) -> np.ndarray:
    """Turn the values of a map into depths, NaN where it says nothing. [m]

    Raises
    ------
    InputError
        If a depth cannot be, or the legend does not explain a class.
    """
    values = official.values
    if unit != "classes":
        depth = values * PER[unit]
        if (depth < 0).any() or (depth > DEEPEST).any():
            raise InputError(
                gettext_noop("A depth of the official map lies outside 0 to %(most)s m; choose another unit."),
                most=round(DEEPEST),
            )  # fmt: skip
        return np.asarray(depth)
    if not legend:
        raise InputError(NO_LEGEND)
    strange = sorted(set(np.unique(values[np.isfinite(values)]).tolist()) - set(legend))
    if strange:
        raise InputError(
            gettext_noop("The legend explains no class %(codes)s, which the official map holds."),
            codes=", ".join(f"{code:g}" for code in strange[:10]),
        )  # fmt: skip
    depth = np.full(values.shape, np.nan)
    for code, start in legend.items():
        depth[values == code] = start
    return depth


def agreement(ours: np.ndarray, official: np.ndarray, limit: float, where: np.ndarray) -> np.ndarray:
    """Say of each cell who shows water from a depth on.

    Parameters
    ----------
    ours, official : (row, column) array
        [m]
    limit : float
        [m]
    where : (row, column) array of bool
        Cells that are compared.

    Returns
    -------
    (row, column) array of int8
        0 neither, 1 both, 2 only ours, 3 only official, -1 not compared.
    """
    wet, told = ours >= limit, official >= limit
    found = np.where(wet & told, BOTH, np.where(wet, OURS, np.where(told, OFFICIAL, NEITHER)))
    return np.where(where, found, LEFT_OUT).astype(np.int8)


def scores(counts: Mapping[str, float]) -> dict[str, float]:
    """Return critical success index, hit rate and false alarm ratio; those without a denominator are left out. [1]

    References
    ----------
    Wilks (2011): *Statistical Methods in the Atmospheric Sciences*, ch. 8.
    """
    both, ours, official = (counts[name] for name in ("both", "ours", "official"))
    pairs = {
        "csi": (both, both + ours + official), "hit_rate": (both, both + official), "false_alarm": (ours, both + ours),
    }  # fmt: skip
    return {name: part / whole for name, (part, whole) in pairs.items() if whole > 0}


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Compare and tell."""
    ours, official = cast("Grid", inputs["result"]), cast("Grid", inputs["official"])
    if ours.crs and official.crs and ours.crs != official.crs:
        raise InputError(
            gettext_noop("The official map is in %(found)s, the result in %(wanted)s; both must be in one projection."),
            found=official.crs, wanted=ours.crs,
        )  # fmt: skip
    depth = depths_of(official, str(values["unit"]), legend_of(str(values["legend"])))
    place = (official.cell, official.west, official.south)
    told = Grid(depth, *place).sampled(ours)
    inside = np.isfinite(Grid(np.zeros(depth.shape), *place).sampled(ours))
    dry = values["gaps"] == "dry"
    where = inside & np.isfinite(ours.values) & (dry | np.isfinite(told))
    if not where.any():
        raise InputError(gettext_noop("The official map says nothing of this place; it lies elsewhere or is empty."))
    codes = agreement(ours.values, np.nan_to_num(told), float(cast("float", values["limit"])), where)
    area = {name: float((codes == code).sum()) * ours.cell**2 for code, name in NAMES.items()}
    return {
        "area_m2": area,
        "compared_m2": float(where.sum()) * ours.cell**2,
        **scores(area),
        "agreement": codes,
        "official_m": np.where(where, np.nan_to_num(told), NOTHING).astype(np.float32),
        "grid": {
            "cell": ours.cell, "west": ours.west, "south": ours.south, "crs": ours.crs,
            "rows": ours.values.shape[0], "columns": ours.values.shape[1],
        },
        "warnings": [SENTENCE, NO_PROOF],
    }  # fmt: skip


def result_grids(outcomes: Mapping[str, Any]) -> dict[str, Grid]:
    """Lay the fields of an answer back on the map."""
    place = outcomes["grid"]
    return {
        name: Grid(np.asarray(outcomes[name], np.float32), place["cell"], place["west"], place["south"], place["crs"])
        for name in ("agreement", "official_m")
    }


def duration(inputs: Inputs, _values: Values) -> float:
    """Estimate from the cells. [s]"""
    return sum(grid.values.size for grid in inputs.values() if isinstance(grid, Grid)) * 1e-7


def check(values: Values) -> None:
    """Refuse a legend that is none before anything is read."""
    if not legend_of(str(values["legend"])) and values["unit"] == "classes":
        raise InputError(NO_LEGEND)


COMPARE = Method(
    group="rain",
    verb="compare",
    title=gettext_noop("Heavy rain beside the official map"),
    summary=gettext_noop("Says where a run and an official map both show water, only one, or neither; never as proof."),
    inputs=(
        Input("result", gettext_noop("Result of a run, or a grid of depths"), ("depth-result",)),
        Input("official", gettext_noop("Official map of heavy rain, as a grid"), ("hazard-map",)),
    ),
    parameters=(
        Parameter("unit", gettext_noop("What the official map holds"), "choice", "m", choices=(
            ("m", gettext_noop("depth in metres")), ("cm", gettext_noop("depth in centimetres")),
            ("classes", gettext_noop("classes, with their legend")),
        )),
        Parameter("legend", gettext_noop("Legend of the classes: 1=0.05; 2=0.1; 3=0.5; 4=1"), "text", "", unit="m",
                  help=gettext_noop("Class of the map and the depth in metres from which on it holds.")),
        Parameter("gaps", gettext_noop("Where the official map has no value"), "choice", "dry", choices=(
            ("dry", gettext_noop("it shows no water there")), ("unknown", gettext_noop("it says nothing there")),
        )),
        Parameter("limit", gettext_noop("So deep counts as water"), "number", 0.1, unit="m", low=0.01, high=5.0,
                  source=gettext_noop("class of the LUBW scheme, not checked")),
    ),
    outcomes=(
        Outcome("area_m2", gettext_noop("Area with water in both, only ours, only official, neither"), "m2",
                ("who",), "table"),
        Outcome("compared_m2", gettext_noop("Area that is compared"), "m2"),
        Outcome("csi", gettext_noop("Critical success index: both over all with water"), better="more"),
        Outcome("hit_rate", gettext_noop("Hit rate: both over official"), better="more"),
        Outcome("false_alarm", gettext_noop("False alarm ratio: only ours over ours"), better="less"),
        Outcome("grid", gettext_noop("Place of the grid"), "m"),
        Outcome("warnings", gettext_noop("Remarks")),
        Outcome("agreement", gettext_noop("Who shows water: 1 both, 2 only ours, 3 only official"), "1",
                ("row", "column"), "field"),
        Outcome("official_m", gettext_noop("Depth of the official map on the cells of the result"), "m",
                ("row", "column"), "field"),
    ),
    compute=answer,
    check=check,
    estimate=duration,
    references=("Wilks (2011): Statistical Methods in the Atmospheric Sciences",),
)  # fmt: skip
