"""Plans drawn on a town's terrain: the measures on offer, one drawing as GeoJSON, and what a plan must not hold."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hks.adapters.drawn_measures import MOST, DrawnMeasure, read_drawn_measures
from hks.adapters.outlines import read_outlines
from hks.adapters.terrain import read_grid
from hks.core.messages import Text
from hks.measures.catalogue import LEVELS
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.inputs import Dataset
from hks.workbench.planned_measures import own_effect, placed

__all__ = ["MOST", "OFFERED", "Tool", "checked_plan", "collection", "corners_of", "feature", "tools"]

# our choice: what a town draws first, in this order; the file of the terminal takes every measure that can be drawn
OFFERED = (
    "unsealing", "retention_hollow", "swale", "swale_trench", "tree_pit", "cistern", "green_roof_extensive",
    "permeable_paving", "emergency_flow_path", "flood_wall", "kerb", "mobile_barrier", "culvert_opening",
    "stream_daylighting", "property_protection", "tree_planting",
)  # fmt: skip
SHAPES = {"area": "Polygon", "line": "LineString", "point": "Point"}


@dataclass(frozen=True)
class Tool:
    """A measure on offer: what is drawn, and what its own figure is, with unit and the catalogue's by level."""

    key: str
    title: Text
    summary: Text
    kind: str
    own: str = ""
    unit: str = ""
    usual: Mapping[str, float] = field(default_factory=dict)


def tools() -> dict[str, Tool]:
    """List the measures on offer."""
    catalogue = measure_catalogue()
    found = {}
    for key in OFFERED:
        measure = catalogue.measures[key]
        effect = own_effect(measure)
        found[key] = Tool(key, measure.title, measure.summary, measure.drawn)
        if effect is not None:
            filled = effect.how == "add_volume"
            unit = "m3" if filled else catalogue.parameters[effect.acts_on].unit
            own = "volume" if filled else effect.acts_on
            found[key] = replace(
                found[key], own=own, unit=unit, usual=dict(zip(LEVELS, map(abs, effect.value), strict=True))
            )
    return found


def feature(key: str, corners: Sequence[Sequence[float]], level: str, quantity: float | None) -> dict[str, Any]:
    """Write one drawing as a feature of GeoJSON; the shape is the one its measure needs."""
    kind = measure_catalogue().measure(key).drawn
    places: Any = [list(corner) for corner in corners]
    marks = {"measure": key, "level": level} | ({} if quantity is None else {"quantity": quantity})
    if kind == "area":
        places = [[*places, places[0]]] if places else [[]]
    elif kind == "point" and len(places) == 1:
        places = places[0]
    return {
        "type": "Feature", "properties": marks, "geometry": {"type": SHAPES.get(kind, "Point"), "coordinates": places},
    }  # fmt: skip


def corners_of(drawn: Mapping[str, Any]) -> list[list[float]]:
    """Return the corners of a feature, the ring of an area not closed."""
    shape = drawn["geometry"]
    places: list[Any] = shape["coordinates"]
    match shape["type"]:
        case "Polygon":
            return list(places[0][:-1])
        case "LineString":
            return places
        case _:
            return [places]


def collection(features: Sequence[Mapping[str, Any]]) -> bytes:
    """Write features as the file that the method reads, always to the same bytes."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, sort_keys=True).encode()


def checked_plan(
    features: Sequence[Mapping[str, Any]], terrain: Dataset, buildings: Dataset | None = None
) -> tuple[DrawnMeasure, ...]:
    """Read the drawings of a plan and lay them on the terrain, as the run would.

    Raises
    ------
    InputError
        If one of them cannot be: it says which and what would be right.
    """
    drawn = read_drawn_measures(collection(features), "")
    outlines = read_outlines(buildings.data, buildings.name) if buildings is not None else []
    houses: list[np.ndarray] = [outline.rings[0] for outline in outlines]
    placed(drawn, read_grid(terrain.data, terrain.name), measure_catalogue(), houses)
    return drawn
