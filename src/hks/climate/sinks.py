"""Hollows without a way out, and narrow ridges beside them: where a terrain model may hide a culvert or a bridge."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.climate.grid import Grid
from hks.climate.runoff import built_up
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

SENTENCE = gettext_noop(
    "A suggested opening is a guess from the shape of the ground: look on the spot before you use it."
)
SECONDS = 3e-7  # met for a cell of a town or of noise [s]


@dataclass(frozen=True)
class Opening:
    """A straight way through a narrow ridge.

    Attributes
    ----------
    inside, outside : (row, column)
        Its two ends.
    crest : float
        Highest ground above it. [m]
    drained : float
        Level to which the hollow would drain. [m]
    length : float
        From middle to middle of its ends. [m]
    """

    inside: tuple[int, int]
    outside: tuple[int, int]
    crest: float
    drained: float
    length: float


@dataclass(frozen=True)
class Sink:
    """A hollow from which water finds no way out until it spills.

    Attributes
    ----------
    deepest, spill : (row, column)
        Its deepest cell, and the cell over which it spills.
    level : float
        At which it spills. [m]
    depth : float
        Greatest. [m]
    area : float
        [m²]
    volume : float
        [m³]
    opening : Opening or None
        The best way through a narrow ridge to lower ground.
    """

    deepest: tuple[int, int]
    spill: tuple[int, int]
    level: float
    depth: float
    area: float
    volume: float
    opening: Opening | None


def sinks(
    terrain: Grid, *, depth: float = 0.2, area: float = 25.0, ridge: float = 20.0, rise: float = 0.5
) -> tuple[list[Sink], np.ndarray]:
    """Find the hollows of a terrain that are deep and large enough, the largest volume first.

    Water goes over the four sides of a cell, as in a run, and is gone at the rim and where elevations are missing.

    Parameters
    ----------
    terrain : Grid
        Elevation. [m]
    depth, area : float
        Least greatest depth [m] and least area [m²] of what is told.
    ridge : float
        Greatest width of a ridge that is looked through along rows and columns. [m]
    rise : float
        Least height of a ridge above both of its feet. [m]

    Returns
    -------
    list of Sink
    (row, column) array
        Depth of all hollows, told or not, filled to where they spill. [m]

    Raises
    ------
    InputError
        If the terrain is too small or empty, or a limit is negative.

    References
    ----------
    Barnes, Lehman & Mulla (2014): *Priority-flood*, Computers & Geosciences 62.
    """
    from hks.climate.sinks_kernels import CELLS, DEEPEST, LEVEL, SPILL, VOLUME, flood, measure

    z = np.ascontiguousarray(terrain.values, dtype=np.float64)
    if z.ndim != 2 or min(z.shape) < 3 or not np.isfinite(z).any():
        raise InputError(gettext_noop("The terrain needs at least three rows and columns, and elevations in them."))
    if not (min(depth, area, rise) >= 0 and ridge >= terrain.cell):
        raise InputError(gettext_noop("Limits are at least 0, and a ridge is at least one cell wide."))
    z = np.where(np.isfinite(z), z, np.nan)
    level, hollow, spills = flood(z)
    told, deepest = measure(z, level, hollow, spills)
    size = terrain.cell**2
    kept = np.flatnonzero((deepest >= depth) & (told[:, CELLS] * size >= area))
    kept = kept[np.argsort(-told[kept, VOLUME], kind="stable")]
    ways = _openings(z, level, hollow, kept, (ridge, rise, depth), terrain.cell)
    found = [
        Sink(
            _place(told[k, DEEPEST], z), _place(told[k, SPILL], z), float(told[k, LEVEL]), float(deepest[k]),
            float(told[k, CELLS]) * size, float(told[k, VOLUME]) * size, way,
        )
        for k, way in zip(kept, ways, strict=True)
    ]  # fmt: skip
    return found, np.nan_to_num(level - z)


def _place(index: float, z: np.ndarray) -> tuple[int, int]:
    return int(index) // z.shape[1], int(index) % z.shape[1]


def _openings(
    z: np.ndarray,
    level: np.ndarray,
    hollow: np.ndarray,
    kept: np.ndarray,
    limits: tuple[float, float, float],
    cell: float,
) -> list[Opening | None]:
    from hks.climate.sinks_kernels import CREST, DRAINED, INSIDE, LENGTH, OPENED, OUTSIDE, openings

    ridge, rise, gain = limits
    rank = np.zeros(int(hollow.max(initial=0)) + 1, np.int64)
    rank[kept + 1] = np.arange(1, kept.size + 1)
    ranks = rank[hollow].ravel()
    cells = np.flatnonzero(ranks)
    cells = cells[np.argsort(ranks[cells], kind="stable")]
    starts = np.searchsorted(ranks[cells], np.arange(1, kept.size + 2))
    told = openings(z, level, hollow, cells, starts, int(ridge / cell + 1e-9), rise, max(gain, 1e-9))
    return [
        Opening(
            _place(way[INSIDE], z), _place(way[OUTSIDE], z), float(way[CREST]), float(way[DRAINED]),
            float(way[LENGTH]) * cell,
        ) if way[OPENED] else None
        for way in told
    ]  # fmt: skip


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Find hollows and name their places on the map."""
    bare = cast("Grid", inputs["terrain"])
    number = {
        name: float(cast("float", values[name]))
        for name in ("depth_m", "area_m2", "ridge_m", "rise_m", "building_height")
    }
    terrain = built_up(bare, inputs.get("buildings") or (), number["building_height"])
    found, depth = sinks(
        terrain, depth=number["depth_m"], area=number["area_m2"], ridge=number["ridge_m"], rise=number["rise_m"]
    )
    most = int(cast("int", values["most"]))
    return {
        "count": len(found), "total_m3": sum(sink.volume for sink in found),
        "openings": sum(sink.opening is not None for sink in found),
        "sinks": [_told(sink, terrain) for sink in found[:most]], "sink_depth": depth.astype(np.float32),
        "grid": {
            "cell": terrain.cell, "west": terrain.west, "south": terrain.south, "crs": terrain.crs,
            "rows": terrain.values.shape[0], "columns": terrain.values.shape[1],
        },
        "warnings": [SENTENCE],
    }  # fmt: skip


def _told(sink: Sink, terrain: Grid) -> dict[str, Any]:
    across, up = terrain.centres()

    def at(place: tuple[int, int]) -> dict[str, float]:
        return {"x": float(across[place[1]]), "y": float(up[place[0]])}

    way = sink.opening
    return {
        **at(sink.deepest), "depth_m": sink.depth, "area_m2": sink.area, "volume_m3": sink.volume,
        "level_m": sink.level, "spill": at(sink.spill),
        "opening": way and {
            "inside": at(way.inside), "outside": at(way.outside), "length_m": way.length, "crest_m": way.crest,
            "drains_to_m": way.drained,
        },
    }  # fmt: skip


def duration(inputs: Inputs, _values: Values) -> float:
    """Estimate the search from the cells. [s]"""
    grid = inputs.get("terrain")
    return float(grid.values.size * SECONDS) if isinstance(grid, Grid) else 0.0


SINKS = Method(
    group="rain",
    verb="sinks",
    title=gettext_noop("Hollows of a terrain"),
    summary=gettext_noop(
        "Finds hollows without a way out, and narrow ridges beside them where a culvert or bridge may be missing."
    ),
    inputs=(
        Input("terrain", gettext_noop("Terrain model"), ("terrain",)),
        Input("buildings", gettext_noop("Outlines of buildings"), ("building-outlines",), required=False),
    ),
    parameters=(
        Parameter(
            "depth_m", gettext_noop("Least depth of a hollow"), "number", 0.2, unit="m", low=0.01, high=100,
            source=gettext_noop("our choice"),
        ),
        Parameter(
            "area_m2", gettext_noop("Least area of a hollow"), "number", 25.0, unit="m2", low=0, high=1e8,
            source=gettext_noop("our choice"),
        ),
        Parameter(
            "ridge_m", gettext_noop("Greatest width of a ridge"), "number", 20.0, unit="m", low=0.1, high=200,
            source=gettext_noop("our choice"),
        ),
        Parameter(
            "rise_m", gettext_noop("Least height of a ridge above both of its feet"), "number", 0.5, unit="m", low=0,
            high=100, source=gettext_noop("our choice"),
        ),
        Parameter(
            "building_height", gettext_noop("So high do buildings stand out"), "number", 5.0, unit="m", low=0.5,
            high=100, source=gettext_noop("our choice"),
        ),
        Parameter("most", gettext_noop("So many hollows are listed"), "integer", 100, unit="1", low=1, high=10000),
    ),
    outcomes=(
        Outcome("count", gettext_noop("Hollows that are deep and large enough"), "1"),
        Outcome("total_m3", gettext_noop("Their volume together"), "m3"),
        Outcome("openings", gettext_noop("Of them beside a narrow ridge"), "1"),
        Outcome("sinks", gettext_noop("Hollows, the largest first"), "m3", shape="table"),
        Outcome("grid", gettext_noop("Place of the grid"), "m"),
        Outcome("warnings", gettext_noop("Remarks")),
        Outcome("sink_depth", gettext_noop("Depth of all hollows"), "m", ("row", "column"), "field"),
    ),
    compute=answer,
    estimate=duration,
    references=("Barnes, Lehman & Mulla (2014), Computers & Geosciences 62",),
)  # fmt: skip


def warm_up() -> None:
    """Compile the kernels on the smallest case."""
    sinks(Grid(np.pad(np.zeros((2, 2)), 3, constant_values=1.0), 10.0))
