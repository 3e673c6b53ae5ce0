"""A map of classed areas as SVG, each area a link; what has no figure is hatched, never white and never zero."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from hks.numerics.natural_classes import natural_classes

WIDTH = 640
EDGE = 6
SIGN = 11  # about as wide as a letter of a label
MOST_CLASSES = 5  # our choice: more steps of one colour are not told apart
IN_A_CLASS = 3  # our choice: units per class on average


@dataclass(frozen=True)
class Area:
    """One unit: its key, what is said of it, its class from 0 (nothing where no figure is known), a link, a label."""

    ags: str
    said: str
    shade: int | None = None
    address: str = ""
    label: str = ""


def classes_of(values: Sequence[float]) -> list[tuple[float, float]]:
    """Part values into few classes, the lowest first: more than one as soon as two values differ."""
    return natural_classes(values, max(min(len(values), 2), min(MOST_CLASSES, len(values) // IN_A_CLASS)))


def shade_of(value: float, classes: Sequence[tuple[float, float]]) -> int:
    """Say which class a value of theirs lies in."""
    return next(place for place, (_low, high) in enumerate(classes) if value <= high)


def choropleth(
    outlines: Mapping[str, Mapping[str, Any]], areas: Sequence[Area], title: str, description: str, *,
    step: float = 1.0, in_degrees: bool = False, key: str = "map",
) -> str:  # fmt: skip
    """Draw the areas whose outlines are known; the page gives the list that says the same.

    `outlines` holds per key the rings as x, y, x, y and so on, in steps of the grid of their projection. Degrees are
    drawn so that a way north is as long as the same way east in the middle of the map.
    """
    shown = [area for area in areas if area.ags in outlines]
    rings = [ring for area in shown for ring in outlines[area.ags]["rings"]]
    west, east = min(min(ring[::2]) for ring in rings), max(max(ring[::2]) for ring in rings)
    south, north = min(min(ring[1::2]) for ring in rings), max(max(ring[1::2]) for ring in rings)
    stretched = math.cos(math.radians((south + north) / 2 * step)) if in_degrees else 1.0
    across = (WIDTH - 2 * EDGE) / ((east - west) * stretched)

    def at(x: int, y: int) -> tuple[float, float]:
        return EDGE + (x - west) * stretched * across, EDGE + (north - y) * across

    def path(ags: str) -> str:
        drawn = []
        for ring in outlines[ags]["rings"]:
            points = [at(x, y) for x, y in zip(ring[::2], ring[1::2], strict=True)]
            drawn.append("M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z")
        return "".join(drawn)

    name = escape(key, quote=True)
    hatch = (
        f'<defs><pattern id="{name}-hatch" width="7" height="7" patternUnits="userSpaceOnUse">'
        '<path class="hatch" d="M0 7 7 0"/></pattern></defs>'
    )
    height = 2 * EDGE + (north - south) * across
    labels = "".join(_label(area.label, _middle(outlines[area.ags]["rings"], at)) for area in shown if area.label)
    return (
        f'<svg class="map" viewBox="0 0 {WIDTH} {height:.0f}" role="group" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>{hatch}'
        f"{''.join(_area(area, path(area.ags), name) for area in shown)}{labels}</svg>"
    )


def _area(area: Area, path: str, name: str) -> str:
    said = escape(area.said, quote=True)
    if area.shade is None:
        drawn = f'<path class="area" fill="url(#{name}-hatch)" d="{path}"/>'
    else:
        drawn = f'<path class="area area--{area.shade}" d="{path}"/>'
    if not area.address:
        return f'<g role="img" aria-label="{said}"><title>{said}</title>{drawn}</g>'
    link = escape(area.address, quote=True)
    return f'<a href="{link}" aria-label="{said}"><title>{said}</title>{drawn}</a>'


def _middle(rings: Sequence[Sequence[int]], at: Any) -> tuple[float, float]:
    """Return the middle of the largest ring, by the centre of its area."""
    best, middle = 0.0, (0.0, 0.0)
    for ring in rings:
        points = [at(x, y) for x, y in zip(ring[::2], ring[1::2], strict=True)]
        parts = [(x * v - u * y, x + u, y + v) for (x, y), (u, v) in zip(points, [*points[1:], points[0]], strict=True)]
        size = sum(part for part, _, _ in parts)
        if abs(size) > best:
            best = abs(size)
            middle = (sum(p * x for p, x, _ in parts) / (3 * size), sum(p * y for p, _, y in parts) / (3 * size))
    return middle


def _label(text: str, place: tuple[float, float]) -> str:
    half = SIGN * len(text) / 2
    across = min(max(place[0], half), WIDTH - half)
    return (
        f'<text class="map-label" x="{across:.1f}" y="{place[1]:.1f}" text-anchor="middle" '
        f'aria-hidden="true">{escape(text)}</text>'
    )
