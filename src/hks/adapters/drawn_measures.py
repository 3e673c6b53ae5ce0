"""Measures drawn on a map, as GeoJSON in the metres of the terrain."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LARGEST = 1024 * 1024  # our choice: far more than anybody draws [bytes]
MOST, MOST_CORNERS = 100, 500  # our choice: drawings of a plan, corners of a drawing
KINDS = {"Polygon": "area", "LineString": "line", "Point": "point"}
FEWEST = {"area": 3, "line": 2, "point": 1}
DEGREES = ("CRS84", "4326", "4258")  # reference systems in degrees that a file may name
LEVELS = ("low", "middle", "high")


@dataclass(frozen=True)
class DrawnMeasure:
    """One drawing of a plan.

    Attributes
    ----------
    number : int
        Place in the file, the first 1.
    key : str
        Measure of the catalogue.
    kind : str
        area, line or point.
    corners : (corner, 2) array
        The ring of an area is not closed. [m]
    level : str
        low, middle or high effect of the catalogue.
    quantity : float or None
        Own depth, height [m], volume [m3] or storage [mm] in place of the catalogue's.
    amount : float or None
        Own amount for the cost, in the unit of the cost, where the drawing does not tell it.
    """

    number: int
    key: str
    kind: str
    corners: np.ndarray
    level: str = "middle"
    quantity: float | None = None
    amount: float | None = None


def read_drawn_measures(data: bytes, name: str) -> tuple[DrawnMeasure, ...]:
    """Read a FeatureCollection whose features have the properties measure and, if wished, quantity, level, amount.

    Raises
    ------
    InputError
        If it is no such collection, or a drawing cannot be: it says which and what would be right.
    """
    if len(data) > LARGEST:
        raise InputError(gettext_noop("A file of drawings may have 1 MB at most."), where=name)
    content = _content(data, name)
    features = content.get("features")
    if content.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise InputError(
            gettext_noop("Drawings come as a GeoJSON FeatureCollection with a list of features."), where=name
        )
    if any(sign in json.dumps(content.get("crs", "")) for sign in DEGREES):
        raise InputError(
            gettext_noop("The drawings are in degrees; give them in the metres of the terrain."), where=name
        )
    if not 1 <= len(features) <= MOST:
        raise InputError(
            gettext_noop("The file holds %(count)s drawings; it may hold 1 to %(most)s."),
            where=name, count=len(features), most=MOST,
        )  # fmt: skip
    return tuple(_drawing(feature, number, name) for number, feature in enumerate(features, 1))


def _content(data: bytes, name: str) -> Mapping[str, Any]:
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise InputError(gettext_noop("The drawings are no GeoJSON in UTF-8."), where=name)
    return content


def _drawing(feature: Any, number: int, name: str) -> DrawnMeasure:
    marks = feature.get("properties") if isinstance(feature, dict) else None
    key = marks.get("measure") if isinstance(marks, dict) else None
    if not isinstance(marks, dict) or not isinstance(key, str) or not key:
        raise InputError(
            gettext_noop("Drawing %(number)s names no measure; its properties need a 'measure'."),
            where=name, number=number,
        )  # fmt: skip
    kind, corners = _shape(feature.get("geometry"), number, name)
    level = marks.get("level", "middle")
    if level not in LEVELS:
        raise InputError(
            gettext_noop("Drawing %(number)s: the level must be low, middle or high."), where=name, number=number
        )
    return DrawnMeasure(
        number, key, kind, corners, level, _amount(marks, "quantity", number, name),
        _amount(marks, "amount", number, name),
    )  # fmt: skip


def _amount(marks: Mapping[str, Any], mark: str, number: int, name: str) -> float | None:
    value = marks.get(mark)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise InputError(
            gettext_noop("Drawing %(number)s: '%(mark)s' must be a number of at least 0."),
            where=name, number=number, mark=mark,
        )  # fmt: skip
    return float(value)


def _shape(geometry: Any, number: int, name: str) -> tuple[str, np.ndarray]:
    kind = KINDS.get(str(geometry.get("type"))) if isinstance(geometry, dict) else None
    if kind is None:
        raise InputError(
            gettext_noop("Drawing %(number)s must be a Polygon, a LineString or a Point."), where=name, number=number
        )
    places = geometry.get("coordinates")
    if kind == "area":
        if not isinstance(places, list) or len(places) != 1:
            raise InputError(
                gettext_noop("Drawing %(number)s: an area has one ring without holes; draw its parts one by one."),
                where=name, number=number,
            )  # fmt: skip
        places = places[0]
    corners = _corners([places] if kind == "point" else places, number, name)
    if kind == "area" and len(corners) > 1 and (corners[0] == corners[-1]).all():
        corners = corners[:-1]
    if not FEWEST[kind] <= len(corners) <= MOST_CORNERS:
        raise InputError(
            gettext_noop("Drawing %(number)s has %(count)s corners; %(fewest)s to %(most)s are right."),
            where=name, number=number, count=len(corners), fewest=FEWEST[kind], most=MOST_CORNERS,
        )  # fmt: skip
    if kind == "area" and crosses_itself(corners):
        raise InputError(
            gettext_noop("Drawing %(number)s crosses itself; give the corners in turn around the area."),
            where=name, number=number,
        )  # fmt: skip
    return kind, corners


def _corners(places: Any, number: int, name: str) -> np.ndarray:
    right = isinstance(places, list) and all(
        isinstance(place, list) and len(place) >= 2 and all(_is_place(part) for part in place[:2]) for place in places
    )
    if not right:
        raise InputError(
            gettext_noop("Drawing %(number)s: each corner is two numbers, x and y in metres."),
            where=name, number=number,
        )  # fmt: skip
    return np.array([place[:2] for place in places], dtype=float).reshape(-1, 2)


def _is_place(part: Any) -> bool:
    return isinstance(part, int | float) and not isinstance(part, bool) and abs(part) < 1e9


def crosses_itself(corners: np.ndarray) -> bool:
    """Say whether two sides of a ring meet elsewhere than at the corner they share, or the ring encloses nothing.

    Parameters
    ----------
    corners : (corner, 2) array
        In turn, not closed. [m]
    """
    ends = np.roll(corners, -1, axis=0)
    count = len(corners)
    one, other = np.triu_indices(count, 2)
    apart = ~((one == 0) & (other == count - 1))
    one, other = one[apart], other[apart]
    ring, other_ring = (corners[one], ends[one]), (corners[other], ends[other])
    sides = [_turn(*ring, point) for point in other_ring] + [_turn(*other_ring, point) for point in ring]
    across = (sides[0] * sides[1] <= 0) & (sides[2] * sides[3] <= 0)
    low, high = np.minimum(corners, ends), np.maximum(corners, ends)
    near = ((low[one] <= high[other]) & (low[other] <= high[one])).all(axis=1)
    x, y = (corners - corners[0]).T
    return bool((across & near).any()) or abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) < 1e-9


def _turn(start: np.ndarray, end: np.ndarray, point: np.ndarray) -> np.ndarray:
    along, aside = end - start, point - start
    return np.asarray(np.sign(along[:, 0] * aside[:, 1] - along[:, 1] * aside[:, 0]))


def written(drawings: Sequence[DrawnMeasure]) -> bytes:
    """Write drawings as GeoJSON, always to the same bytes."""
    features = [
        {"type": "Feature",
         "properties": {"measure": each.key, "level": each.level,
                        **{name: value for name in ("quantity", "amount")
                           if (value := getattr(each, name)) is not None}},
         "geometry": _geometry(each)}
        for each in drawings
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}, sort_keys=True).encode()


def _geometry(drawing: DrawnMeasure) -> dict[str, Any]:
    places = drawing.corners.tolist()
    kind = next(name for name, meant in KINDS.items() if meant == drawing.kind)
    return {
        "type": kind,
        "coordinates": {"area": [[*places, places[0]]], "line": places, "point": places[0]}[drawing.kind],
    }
