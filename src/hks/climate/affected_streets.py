"""How deep the water of a run stands at the buildings of each street or block, told so that no building is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import numpy as np

from hks.climate.damage import OUTSIDE, RING, building_depth, on_the_map
from hks.climate.grid import Grid
from hks.climate.runoff import SENTENCE
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

LEAST = 5  # buildings of a street or block that may be shown in public; rule of the project
WET = 0.10  # so deep at the wall a building counts; class of the LUBW scheme, unverified [m]
REACH = 60.0  # our choice: a building farther from every street belongs to none [m]
HALF = 5.0  # our choice: half the width on which water counts as standing on a street [m]
BLOCK = 100.0  # our choice: side of the squares where no streets are given [m]
REST = ""  # name of what is merged
MERGED = gettext_noop(
    "Streets or blocks with fewer than five buildings are merged into the others; where these are too few, the "
    "smallest one joins them."
)
TOO_FEW = gettext_noop("Fewer than five buildings lie on the map; nothing of them may be shown by street or block.")


@dataclass(frozen=True)
class StreetLine:
    """A street: its name and the lines it runs along, each (point, 2). [m]"""

    name: str
    lines: tuple[np.ndarray, ...]


def street_of(points: np.ndarray, streets: Sequence[StreetLine], reach: float = REACH) -> np.ndarray:
    """Find the street nearest to each point.

    Parameters
    ----------
    points : (point, 2) array
        [m]
    streets : sequence of StreetLine
        Of two equally near the first counts.
    reach : float
        Farther points have no street. [m]

    Returns
    -------
    (point,) array of int
        Place of the street, -1 for none.
    """
    nearest = np.full(len(points), np.inf)
    found = np.full(len(points), -1)
    for place, street in enumerate(streets):
        for line in street.lines:
            far = _distance(points, line)
            closer = far < nearest
            nearest[closer], found[closer] = far[closer], place
    return np.where(nearest <= reach, found, -1)


def _distance(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Return how far each point lies from a line. [m]"""
    best = np.full(len(points), np.inf)
    for start, end in pairwise(line):
        along = end - start
        length = float(along @ along)
        share = np.clip((points - start) @ along / length, 0.0, 1.0) if length > 0 else np.zeros(len(points))
        best = np.minimum(best, np.hypot(*(points - start - share[:, None] * along).T))
    return best


def block_of(points: np.ndarray, side: float = BLOCK) -> list[str]:
    """Name the square of each point by its south-west corner in metres."""
    return [f"{x:.0f} / {y:.0f}" for x, y in np.floor(points / side) * side]


def grouped(names: Sequence[str], depths: np.ndarray, least: int = LEAST) -> list[dict[str, Any]]:
    """Count buildings by street or block, and merge those with too few into the rest.

    Where the rest itself stays too small, the smallest of the others joins it, so that it can be shown, too, and no sum
    gives it away.

    Parameters
    ----------
    names : sequence of building
        Street or block of each; "" for none.
    depths : (building,) array
        At the wall. [m]
    least : int
        Buildings that a row must have.

    Returns
    -------
    list of dict
        `name`, `merged` (how many streets or blocks), `buildings`, `wet`, `depth_m`; the deepest first, the rest last.

    Raises
    ------
    InputError
        If there are fewer buildings than that altogether.
    """
    if len(names) < least:
        raise InputError(TOO_FEW)
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
    rest = {name for name, members in places.items() if name == REST or len(members) < least}
    kept = sorted(set(places) - rest, key=lambda name: (len(places[name]), name))
    while rest and sum(len(places[name]) for name in rest) < least:
        rest.add(kept.pop(0))
    rows = [_row(name, 1, depths[places[name]]) for name in kept]
    rows.sort(key=lambda row: (-row["depth_m"], -row["wet"], row["name"]))
    if rest:
        together = [place for name in rest for place in places[name]]
        rows.append(_row(REST, len(rest - {REST}), depths[together]))
    return rows


def _row(name: str, merged: int, depths: np.ndarray) -> dict[str, Any]:
    return {
        "name": name, "merged": merged, "buildings": len(depths), "wet": int((depths >= WET).sum()),
        "depth_m": float(depths.max(initial=0.0)),
    }  # fmt: skip


def on_streets(depth: Grid, streets: Sequence[StreetLine], half: float = HALF) -> list[dict[str, Any]]:
    """Tell the greatest depth on each street that runs over the map, the deepest first. [m]"""
    rows = []
    for street in streets:
        marked = np.zeros(depth.values.shape, dtype=bool)
        for line in street.lines:
            marked |= _along(depth, line, half)
        water = depth.values[marked & np.isfinite(depth.values)]
        if water.size:
            rows.append({"name": street.name, "depth_m": float(water.max())})
    return sorted(rows, key=lambda row: (-row["depth_m"], row["name"]))


def _along(depth: Grid, line: np.ndarray, half: float) -> np.ndarray:
    """Mark the cells whose middle lies near a line, only looking at those that can."""
    marked = np.zeros(depth.values.shape, dtype=bool)
    across, up = depth.centres()
    reach = max(half, 0.75 * depth.cell)
    for start, end in pairwise(line):
        (left, bottom), (right, top) = np.minimum(start, end) - reach, np.maximum(start, end) + reach
        columns, rows = (
            np.flatnonzero((across >= left) & (across <= right)),
            np.flatnonzero((up >= bottom) & (up <= top)),
        )
        if columns.size and rows.size:
            points = np.stack(np.meshgrid(across[columns], up[rows]), axis=-1).reshape(-1, 2)
            near = (_distance(points, np.stack([start, end])) <= reach).reshape(rows.size, columns.size)
            marked[np.ix_(rows, columns)] |= near
    return marked


def houses_of(depth: Grid, outlines: Sequence[Any], ring: float) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the middle [m] and the depth at the wall [m] of each building on the map, and how many lie outside.

    Parts of one name are one building.
    """
    parts: dict[str, list[Any]] = {}
    for outline in outlines:
        parts.setdefault(outline.name, []).append(outline)
    here = [group for group in parts.values() if any(on_the_map(depth, part.rings[0]) for part in group)]
    middles = [np.concatenate([part.rings[0] for part in group]) for group in here]
    depths = [max(building_depth(depth, part.rings, ring) for part in group) for group in here]
    centres = np.array([(ring.min(axis=0) + ring.max(axis=0)) / 2 for ring in middles]).reshape(-1, 2)
    return centres, np.array(depths), len(parts) - len(here)


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tell the streets or blocks of a result."""
    depth, outlines = cast("Grid", inputs["result"]), inputs.get("buildings")
    streets: Sequence[StreetLine] = inputs.get("streets") or ()
    if not outlines:
        raise InputError(gettext_noop("Name the outlines of the buildings."))
    number = {name: float(cast("float", values[name])) for name in ("ring", "reach", "block")}
    middles, depths, outside = houses_of(depth, outlines, number["ring"])
    if streets:
        found = street_of(middles, streets, number["reach"])
        names = [streets[place].name if place >= 0 else REST for place in found]
    else:
        names = block_of(middles, number["block"])
    rows = grouped(names, depths)
    return {
        "by": "street" if streets else "block",
        "streets": rows,
        "buildings": len(names),
        "wet": int((depths >= WET).sum()),
        "roads": on_streets(depth, streets),
        "outside": outside,
        "warnings": [SENTENCE, *([MERGED] if any(row["name"] == REST for row in rows) else []),
                     *([OUTSIDE] if outside else [])],
    }  # fmt: skip


def duration(inputs: Inputs, _values: Values) -> float:
    """Estimate from the number of buildings and streets. [s]"""
    streets: Sequence[StreetLine] = inputs.get("streets") or ()
    return len(inputs.get("buildings") or ()) * (5e-4 + 1e-6 * len(streets)) + 1e-3 * len(streets)


def public_rows(outcomes: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the rows that have a name: whole streets or blocks."""
    return [row for row in outcomes["streets"] if row["name"] != REST]


STREETS = Method(
    group="rain",
    verb="streets",
    title=gettext_noop("Buildings in the water, by street or block"),
    summary=gettext_noop(
        "Counts the buildings with water at the wall by street or block, never fewer than five together."
    ),
    inputs=(
        Input("result", gettext_noop("Result of a run, or a grid of depths"), ("depth-result",)),
        Input("buildings", gettext_noop("Outlines of buildings"), ("building-outlines",), required=False),
        Input("streets", gettext_noop("Lines of streets with their names"), ("street-lines",), required=False),
    ),
    parameters=(
        Parameter("ring", gettext_noop("So near to a wall water counts as standing at it"), "number", RING, unit="m",
                  low=0.1, high=20.0, step=0.1, source=gettext_noop("our choice")),
        Parameter("reach", gettext_noop("Farther than this a building belongs to no street"), "number", REACH, unit="m",
                  low=1.0, high=1000.0, source=gettext_noop("our choice")),
        Parameter("block", gettext_noop("Side of the blocks where no streets are given"), "number", BLOCK, unit="m",
                  low=50.0, high=5000.0, source=gettext_noop("our choice")),
    ),
    outcomes=(
        Outcome("by", gettext_noop("Counted by street or by block")),
        Outcome("streets", gettext_noop("Buildings by street or block"), "buildings", ("street",), "table", "less"),
        Outcome("buildings", gettext_noop("Buildings on the map"), "buildings"),
        Outcome("wet", gettext_noop("Buildings with 10 cm of water at the wall"), "buildings", better="less"),
        Outcome("roads", gettext_noop("Greatest depth on each street"), "m", ("street",), "table", "less"),
        Outcome("outside", gettext_noop("Buildings outside the map"), "buildings", better="less"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    estimate=duration,
)  # fmt: skip
