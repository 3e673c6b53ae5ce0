"""Files of a town's land cover and blocks: empty tables to fill in, and the invented example."""

import json
from collections.abc import Callable, Iterable

from hks.adapters.heat_tables import CLASS_COLUMNS, PART_COLUMNS, SPOT_COLUMNS
from hks.adapters.water_blocks import LEFT_OUT, NEEDED, TEXTS
from hks.climate.example_blocks import BLOCKS, MEASURES, PARTS, SPOTS, SURFACES, example_cover, example_people
from hks.climate.grid import Grid
from hks.workbench.drawn_plans import collection, feature
from hks.workbench.exports import separated
from hks.workbench.inputs import Dataset
from hks.workbench.terrain import EXAMPLE_SOURCE

HEADS = {  # input of a method -> the first row of its table
    "table": tuple(CLASS_COLUMNS), "blocks": (*TEXTS, *NEEDED, *LEFT_OUT), "places": tuple(SPOT_COLUMNS),
    "part_people": tuple(PART_COLUMNS),
}  # fmt: skip
PERSONS = {"elderly": 0.30, "children": 0.05}  # invented, under each cell of a roof [persons]
WEATHER = {"prec_yr": 560.0, "prec_s": 310.0, "epot_yr": 660.0, "epot_s": 520.0}  # invented [mm]
GROUND = {"gw_dist": 4.0, "ufc30": 14.0, "ufc150": 14.0, "veg_class": 45.0, "irrigation": 0.0}  # invented
PAVED = {"srf1_pvd": 0.5, "srf2_pvd": 0.3, "srf3_pvd": 0.2}  # invented [1]


def empty_table(name: str) -> bytes:
    """Return the first row of a table, ready to be filled in."""
    return separated(HEADS[name], [])


def example_of(name: str) -> Dataset:
    """Return the invented file for one input: what it holds is marked as invented in its source."""
    title, made = MADE[name]
    return Dataset(title, made(), EXAMPLE_SOURCE)


def _grid(grid: Grid) -> bytes:
    rows, columns = grid.values.shape
    head = f"ncols {columns}\nnrows {rows}\nxllcorner 0\nyllcorner 0\ncellsize {grid.cell:g}\n"
    return (head + "\n".join(" ".join(f"{value:g}" for value in row) for row in grid.values) + "\n").encode()


def _classes() -> bytes:
    rows = [(code, shade, albedo, crop, green) for code, _name, shade, albedo, crop, green in SURFACES]
    return separated(HEADS["table"], rows)


def _blocks() -> bytes:
    rows = []
    for block in BLOCKS:
        given: dict[str, str | float] = {
            **dict.fromkeys(HEADS["blocks"], 0.0), **WEATHER, **GROUND, **PAVED, "code": block.code,
            "land_type": "urban", "total_area": block.area, "roof": block.roof, "pvd": block.paved,
        }  # fmt: skip
        given |= {"swg_roof": 0.9, "swg_pvd": 0.8, "to_swale": block.to_swale, "main_frac": 1.0}
        rows.append([given[column] for column in HEADS["blocks"]])
    return separated(HEADS["blocks"], rows)


def _outlines(named: Iterable[tuple[str, tuple[float, float, float, float]]]) -> bytes:
    features = []
    for name, (west, south, east, north) in named:
        ring = [[west, south], [east, south], [east, north], [west, north]]
        features.append({"type": "Feature", "id": name, "properties": {},
                         "geometry": {"type": "Polygon", "coordinates": [ring]}})  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _drawings() -> bytes:
    return collection([feature(key, corners, "middle", None) for key, corners in MEASURES])


MADE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "landcover": ("example-land-cover.asc", lambda: _grid(example_cover())),
    "table": ("example-classes.csv", _classes),
    "elderly": ("example-65-and-over.asc", lambda: _grid(example_people(PERSONS["elderly"]))),
    "children": ("example-under-6.asc", lambda: _grid(example_people(PERSONS["children"]))),
    "blocks": ("example-blocks.csv", _blocks),
    "outlines": ("example-blocks.geojson", lambda: _outlines((block.code, block.sides) for block in BLOCKS)),
    "places": ("example-places.csv", lambda: separated(HEADS["places"], SPOTS)),
    "part_people": ("example-parts.csv", lambda: separated(HEADS["part_people"], [part[:3] for part in PARTS])),
    "part_outlines": ("example-parts.geojson", lambda: _outlines((part[0], part[3]) for part in PARTS)),
    "drawings": ("example-measures.geojson", _drawings),
}
