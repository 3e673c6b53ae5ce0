"""What the drawings of a plan mean: measures on a terrain, their cost, and the water balance below them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hks.adapters.drawn_measures import DrawnMeasure
from hks.climate.grid import Grid
from hks.climate.unsealed_ground import UNKNOWN_SOIL, URBAN, Climate
from hks.climate.unsealed_ground import Ground as Soil
from hks.climate.water_balance import NATURAL_PLANTS, SHARES, Blocks, Parameters, Roads, yearly_balance
from hks.core.errors import InputError
from hks.core.messages import Sentence, gettext_noop
from hks.measures.catalogue import LEVELS, Catalogue, Effect, Measure
from hks.measures.cost import Planned, cost, total
from hks.measures.effects import Drawing, area, covers, sides_along, size

OWN = ("elevation", "crest", "storage", "damage_threshold")  # an own figure stands for the first of these
# our choice: what is larger was mistyped [m], [m], [mm] or m3, [m]
MOST = {"elevation": 10.0, "crest": 10.0, "storage": 2000.0, "damage_threshold": 3.0, "volume": 100_000.0}
CISTERNS = ("cistern", "cistern_large")
GREEN_ROOFS = ("green_roof_extensive", "green_roof_intensive")
GROUNDWATER = 5.0  # our choice: so deep that it wets no roots [m]
KINDS = {
    "area": gettext_noop("an area (Polygon)"), "line": gettext_noop("a line (LineString)"),
    "point": gettext_noop("a point (Point)"), "none": gettext_noop("nothing on the map"),
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A drawing as it acts (`drawing`, on a whole roof where a cistern stands in a house) and as it is priced."""

    number: int
    drawing: Drawing
    priced: Drawing

    @property
    def measure(self) -> Measure:
        """Return the measure as the catalogue has it."""
        return self.priced.measure


def own_effect(measure: Measure) -> Effect | None:
    """Return the effect of a measure that an own figure stands for: a depth, a height, a volume, a storage."""
    return next((effect for name in OWN for effect in measure.effects if effect.acts_on == name), None)


def placed(
    drawn: Sequence[DrawnMeasure], terrain: Grid, catalogue: Catalogue, houses: Sequence[np.ndarray] = ()
) -> list[Place]:
    """Lay drawings on a terrain.

    Parameters
    ----------
    drawn : sequence of DrawnMeasure
        Of a plan.
    terrain : Grid
        Where they must lie. [m]
    catalogue : Catalogue
        Of measures.
    houses : sequence of (corner, 2) arrays
        A cistern in one of them takes the water of the whole roof. [m]

    Raises
    ------
    InputError
        If a measure is unknown, drawn as something else, outside the terrain, too small, or its figure cannot be.
    """
    found = []
    for each in drawn:
        measure = _known(each, catalogue)
        _refuse_outside(each, terrain)
        priced = Drawing(measure, each.corners, _values(each, measure))
        drawing = _on_its_roof(priced, houses)
        _refuse_without_effect(each, drawing, terrain)
        found.append(Place(each.number, drawing, priced))
    return found


def _known(drawn: DrawnMeasure, catalogue: Catalogue) -> Measure:
    measure = catalogue.measures.get(drawn.key)
    if measure is None:
        same = [key for key, each in catalogue.measures.items() if each.drawn == drawn.kind]
        raise InputError(
            gettext_noop("Drawing %(number)s: the catalogue has no measure '%(key)s'; drawn like this are %(known)s."),
            number=drawn.number, key=drawn.key[:60], known=", ".join(same),
        )  # fmt: skip
    if measure.drawn != drawn.kind:
        raise InputError(
            gettext_noop("Drawing %(number)s: '%(key)s' needs %(wanted)s, not %(found)s."),
            number=drawn.number, key=drawn.key, wanted=Sentence(KINDS[measure.drawn]),
            found=Sentence(KINDS[drawn.kind]),
        )  # fmt: skip
    return measure


def _refuse_outside(drawn: DrawnMeasure, terrain: Grid) -> None:
    x, y = drawn.corners.T
    out = (x < terrain.west) | (x > terrain.east) | (y < terrain.south) | (y > terrain.north)
    if not out.any():
        return
    degrees = (np.abs(x) <= 180).all() and (np.abs(y) <= 90).all()
    if degrees:
        raise InputError(
            gettext_noop(
                "Drawing %(number)s seems to be in degrees; give it in the metres of the terrain: "
                "%(west)s to %(east)s, %(south)s to %(north)s."
            ),
            number=drawn.number, west=terrain.west, east=terrain.east, south=terrain.south, north=terrain.north,
        )  # fmt: skip
    first = int(out.argmax())
    raise InputError(
        gettext_noop(
            "Drawing %(number)s: the corner %(x)s, %(y)s lies outside the terrain: "
            "%(west)s to %(east)s, %(south)s to %(north)s."
        ),
        number=drawn.number, x=float(x[first]), y=float(y[first]), west=terrain.west, east=terrain.east,
        south=terrain.south, north=terrain.north,
    )  # fmt: skip


def _values(drawn: DrawnMeasure, measure: Measure) -> dict[str, float]:
    """Fix each effect at its level, and the own figure in place of the one it stands for."""
    place = LEVELS.index(drawn.level)
    values = {effect.acts_on: effect.value[place] for effect in measure.effects}
    if drawn.amount is not None:
        values["size"] = drawn.amount
    if drawn.quantity is None:
        return values
    effect = own_effect(measure)
    if effect is None:
        raise InputError(
            gettext_noop("Drawing %(number)s: '%(key)s' has no depth, height or volume; leave the quantity out."),
            number=drawn.number, key=drawn.key,
        )  # fmt: skip
    most = MOST["volume" if effect.how == "add_volume" else effect.acts_on]
    if drawn.quantity > most:
        raise InputError(
            gettext_noop("Drawing %(number)s: the quantity %(quantity)s is too large; up to %(most)s is right."),
            number=drawn.number, quantity=drawn.quantity, most=most,
        )  # fmt: skip
    values[effect.acts_on] = -drawn.quantity if effect.acts_on == "elevation" else drawn.quantity
    return values


def _on_its_roof(drawing: Drawing, houses: Sequence[np.ndarray]) -> Drawing:
    """Let a cistern in a house take the water of its roof."""
    if drawing.measure.key not in CISTERNS:
        return drawing
    x, y = (float(part) for part in drawing.corners[0])
    for corners in houses:
        (left, bottom), (right, top) = corners.min(axis=0), corners.max(axis=0)
        if left <= x <= right and bottom <= y <= top and _within(corners, x, y):
            return Drawing(replace(drawing.measure, drawn="area"), corners, drawing.values)
    return drawing


def _within(corners: np.ndarray, x: float, y: float) -> bool:
    """Say whether a point lies inside a ring, by the rule of even and odd crossings."""
    return bool(Grid(np.zeros((1, 1)), 2e-6, x - 1e-6, y - 1e-6).inside(corners)[0, 0])


def _refuse_without_effect(drawn: DrawnMeasure, drawing: Drawing, terrain: Grid) -> None:
    small = gettext_noop("Drawing %(number)s is smaller than a cell of %(cell)s m; draw it larger.")
    try:
        covered = covers(drawing, terrain)
    except InputError:
        raise InputError(small, number=drawn.number, cell=terrain.cell) from None
    if not np.isfinite(terrain.values[covered]).any():
        raise InputError(
            gettext_noop("Drawing %(number)s lies where the terrain has no elevation."), number=drawn.number
        )
    walled = any(effect.acts_on == "crest" for effect in drawing.measure.effects)
    if walled and not sides_along(drawing.corners, terrain):
        raise InputError(
            gettext_noop(
                "Drawing %(number)s: the wall runs along the edge of the terrain or is shorter than a cell of %(cell)s "
                "m; draw it inside and longer."
            ),
            number=drawn.number, cell=terrain.cell,
        )  # fmt: skip


def levels(values: np.ndarray) -> dict[str, float]:
    """Name low, middle and high."""
    return dict(zip(LEVELS, values.tolist(), strict=True))


def priced(places: Sequence[Place], elsewhere: Sequence[tuple[str, str]], index: float) -> dict[str, Any]:
    """Price each drawing and all together, and say of each what of it acts in the run and what does not.

    Raises
    ------
    InputError
        If a drawing is priced by something it does not tell.
    """
    costs, rows = [], []
    for place in places:
        measure = place.measure
        amount = size(place.priced)
        costs.append(cost(measure, Planned(measure.key, amount), index))
        names = [effect.acts_on for effect in measure.effects]
        rows.append({
            "number": place.number, "key": measure.key, "amount": amount, "unit": measure.cost.per,
            "investment_eur": levels(costs[-1].investment), "upkeep_eur": levels(costs[-1].upkeep),
            "lifetime": measure.lifetime, "verified": measure.verified,
            "acts": [name for name in names if (measure.key, name) not in elsewhere],
            "elsewhere": [name for name in names if (measure.key, name) in elsewhere],
        })  # fmt: skip
    together = total(costs)
    return {"measures": rows, "cost_eur": levels(together.investment), "upkeep_eur": levels(together.upkeep)}


def changed_balance(places: Sequence[Place], rain: float, potential: float) -> dict[str, dict[str, float]]:
    """Return the yearly water balance of the drawn surfaces, before and after.

    Before, ground is sealed as asphalt and drained, a roof bare and drained; after, it is opened as far as the measure
    says, green, or no longer drained. Measures that change no surface count nothing; overlaps count twice.

    Parameters
    ----------
    places : sequence of Place
        Of a plan.
    rain, potential : float
        Rain and potential evaporation of a year. [mm/a]

    Returns
    -------
    dict
        `before` and `after`, each runoff, infiltration, evaporation; `area_m2` they hold for. [m3/a] [m2]

    References
    ----------
    Glugla & Fürtig (1997); KWB (2025): kwb.rabimo 2.1.0, see `hks.climate.water_balance`.
    """
    surfaces = [(area(place.priced.corners), *states) for place in places if (states := _states(place)) is not None]
    areas = np.array([surface[0] for surface in surfaces])
    found: dict[str, dict[str, float]] = {}
    for place, name in enumerate(("before", "after"), 1):
        if surfaces:
            blocks = _blocks(areas, np.array([surface[place] for surface in surfaces]), rain, potential)
            sums = areas @ yearly_balance(blocks, Parameters(), "exact") / 1000.0
        else:
            sums = np.zeros(len(SHARES))
        found[name] = dict(zip(SHARES, sums.tolist(), strict=True))
    return {**found, "surface": {"area_m2": float(areas.sum())}}


def _states(place: Place) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Return paved, roof, green part of the roof, drained part of the roof, before and after. [1]"""
    measure, values = place.measure, place.priced.values
    if measure.drawn != "area":
        return None
    if measure.key in GREEN_ROOFS:
        return (0.0, 1.0, 0.0, 1.0), (0.0, 1.0, 1.0, 1.0)
    if "sealing" in values:
        return (1.0, 0.0, 0.0, 0.0), (values["sealing"], 0.0, 0.0, 0.0)
    if "connected" in values:
        return (0.0, 1.0, 0.0, 1.0), (0.0, 1.0, 0.0, values["connected"])
    return None


def _blocks(areas: np.ndarray, states: np.ndarray, rain: float, potential: float) -> Blocks:
    nothing, all_of_it = np.zeros(areas.shape), np.ones(areas.shape)
    paved, roof, green, drained = states.T
    asphalt = np.zeros((areas.size, 5))
    asphalt[:, 0] = 1.0
    soil = Soil(
        np.full(areas.shape, URBAN), nothing + NATURAL_PLANTS, nothing, nothing + GROUNDWATER, nothing + UNKNOWN_SOIL,
        nothing + UNKNOWN_SOIL,
    )  # fmt: skip
    return Blocks(
        names=np.arange(areas.size).astype(str), area=areas,
        climate=Climate(nothing + rain, nothing, nothing + potential, nothing), ground=soil, main_share=all_of_it,
        roof=roof, green_roof=green, roof_drained=drained, paved=paved, paved_drained=all_of_it, surfaces=asphalt,
        roads=Roads(nothing, nothing, nothing, np.zeros_like(asphalt)), to_swale=nothing,
    )  # fmt: skip
