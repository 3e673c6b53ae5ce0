"""What couples rain, the water it leaves at the walls, the damage this does, and the people who live there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.climate.damage import DAMAGE, SCREENING, THRESHOLD, UNVERIFIED, building_depth, damage, footprint
from hks.climate.expected_damage import BANDS, EAD, LARGE_TAIL, WARNINGS, expected_annual_damage
from hks.climate.grid import Grid
from hks.climate.heavy_rain import Setting, Told, run_off
from hks.climate.infiltration import Losses
from hks.climate.land_cover import Covering, covering_of, warnings_of
from hks.climate.runoff import RUNOFF, SCHEMES, SENTENCE, built_up, culverts_of, rain_of, roughness_of, sides_of
from hks.climate.runoff import duration as once
from hks.climate.storms import STORM, Storm, storm
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.measures.catalogue import Catalogue
from hks.numerics.present_value import present_value_factor
from hks.workbench.drawn_measures import Ground, changed_ground, losses_of
from hks.workbench.planned_measures import placed, priced
from hks.workbench.rain_measures import PARAMETERS as OF_MEASURES
from hks.workbench.rain_measures import WET

SLUG = "rain-risk"
MOST_STORMS = 10  # our choice: each is a run over the whole terrain
NOBODY = gettext_noop("How many people live in the buildings is not said; people are not counted.")
SPREAD = gettext_noop("The people are spread over the buildings by ground floor; nobody was counted house by house.")


@dataclass(frozen=True)
class Place:
    """Where it rains: ground with the measures that are built, buildings, and what holds for every storm."""

    terrain: Grid
    ground: Ground
    outlines: Sequence[Any]
    covering: Covering | None
    opened: bool
    protected: np.ndarray
    cost: float
    upkeep: float

    def losses(self, soil: float) -> Losses | None:
        """Return what holds water back, untouched by an earlier storm."""
        if self.opened:
            return losses_of(self.ground, soil, self.covering)
        return self.covering.losses() if self.covering else None


def periods_of(text: str) -> list[float]:
    """Read return periods such as "10 30 100".

    Raises
    ------
    InputError
        If there are not two to ten, one stands twice, or one is no number from 1 to 100.
    """
    wrong = InputError(
        gettext_noop("'%(value)s' are no return periods; write two to %(most)s different ones, such as 10 30 100."),
        value=text[:60], most=MOST_STORMS,
    )  # fmt: skip
    try:
        found = sorted(float(part) for part in text.split())
    except ValueError:
        raise wrong from None
    if not 2 <= len(set(found)) == len(found) <= MOST_STORMS or not all(1.0 <= years <= 100.0 for years in found):
        raise wrong
    return found


def built(text: str, count: int) -> list[int]:
    """Read which drawn measures are built: none, all, or numbers such as "1 3"; places are counted from 0.

    Raises
    ------
    InputError
        If a number is none of the drawings.
    """
    if text in {"none", "", "all"}:
        return list(range(count)) if text == "all" else []
    numbers = [int(part) if part.isdecimal() else 0 for part in text.split()]
    if not all(1 <= number <= count for number in numbers) or len(set(numbers)) != len(numbers):
        raise InputError(
            gettext_noop("built: '%(value)s' names no drawings; write none, all, or numbers from 1 to %(count)s."),
            value=text[:60], count=count,
        )  # fmt: skip
    return [number - 1 for number in sorted(numbers)]


def place_of(inputs: Inputs, values: Values, catalogue: Catalogue) -> Place:
    """Put the ground together: buildings stand out of it, and the measures that are built change it."""
    outlines = inputs["buildings"]
    bare = cast("Grid", inputs["terrain"])
    terrain = built_up(bare, outlines, float(cast("float", values["building_height"])))
    covering = covering_of(inputs, bare, terrain, str(values["sewer"]))
    manning = covering.manning if covering else roughness_of(terrain, inputs.get("manning"))
    drawings = inputs.get("drawings") or ()
    chosen = [drawings[place] for place in built(str(values["built"]), len(drawings))]
    places = placed(chosen, terrain, catalogue, [outline.rings[0] for outline in outlines]) if chosen else []
    ground = changed_ground(terrain, manning, [place.drawing for place in places])
    bought = priced(places, ground.elsewhere, float(cast("float", values["catalogue_index"]))) if places else None
    given = {name: float(cast("float", values[name])) for name in ("cost", "upkeep", "protected")}
    guards = np.full(len(outlines), given["protected"])
    if ground.protected.any():
        of_measures = [ground.protected[terrain.inside(outline.rings[0])].max(initial=0.0) for outline in outlines]
        guards = np.maximum(guards, of_measures)
    return Place(
        terrain, ground, outlines, covering, bool(places), guards,
        given["cost"] or (float(bought["cost_eur"]["middle"]) if bought else 0.0),
        given["upkeep"] or (float(bought["upkeep_eur"]["middle"]) if bought else 0.0),
    )  # fmt: skip


def event(place: Place, fallen: Storm, values: Values, told: Told | None = None) -> dict[str, Any]:
    """Let one storm run over the ground, and count water, damage and people.

    Returns
    -------
    dict
        `depth_mm`, `depth_max_m`, `wet_m2`, `buildings` with water at the wall, `people` in buildings that it gets
        into, and `damage_eur` with `low_eur` and `high_eur`.
    """
    number = {name: float(cast("float", values[name])) for name in ("end_s", "courant", "soil_mm_h", "ring", "index",
                                                                    "residents")}  # fmt: skip
    run = run_off(
        place.ground.terrain, end=number["end_s"], rain=rain_of(fallen, 0.0, 0.0), manning=place.ground.manning,
        walls=place.ground.walls, losses=place.losses(number["soil_mm_h"]),
        culverts=culverts_of(place.terrain, str(values["culvert"])), told=told,
        setting=Setting(
            sides=sides_of(str(values["boundary"])), courant=number["courant"], scheme=SCHEMES[str(values["scheme"])]
        ),
    )  # fmt: skip
    deepest = run.depth_max.astype(np.float32)
    grid = Grid(deepest, place.terrain.cell, place.terrain.west, place.terrain.south, place.terrain.crs)
    at_wall = np.array([building_depth(grid, outline.rings, number["ring"]) for outline in place.outlines])
    areas = np.array([footprint(outline.rings) for outline in place.outlines])
    found = damage(at_wall, areas, [str(values["use"])] * len(areas), protected=place.protected, index=number["index"])
    reached = (at_wall >= THRESHOLD) & (at_wall > place.protected)
    low, middle, high = found.total
    return {
        "depth_mm": fallen.depth, "depth_max_m": float(deepest.max()),
        "wet_m2": float((run.depth_max >= WET).sum()) * place.terrain.cell**2,
        "buildings": int((at_wall >= THRESHOLD).sum()),
        "people": number["residents"] * float(areas[reached].sum() / areas.sum()),
        "low_eur": low, "damage_eur": middle, "high_eur": high,
    }  # fmt: skip


def risk_of(events: Sequence[Mapping[str, Any]], values: Values) -> dict[str, Any]:
    """Sum storms up to a mean year: damage with its band, and people.

    Parameters
    ----------
    events : sequence
        `return_period` [a], `low_eur`, `damage_eur`, `high_eur` and `people` of each.
    values : mapping
        `first_damage`: return period from which damage begins. [a]
    """
    years = np.array([one["return_period"] for one in events])
    first = float(cast("float", values["first_damage"]))
    columns = {name: np.array([float(one[name]) for one in events]) for name in ("low_eur", "damage_eur", "high_eur")}
    low, middle, high = (expected_annual_damage(years, column, first) for column in columns.values())
    people = expected_annual_damage(years, np.array([float(one["people"]) for one in events]), first)
    return {
        "ead_eur": middle.value, "band_eur": dict(zip(BANDS, (low.value, middle.value, high.value), strict=True)),
        "rare_share": middle.rare_share, "frequent_share": middle.frequent_share, "people_a_year": people.value,
    }  # fmt: skip


def rain_risk(load: Callable[[], Catalogue]) -> Method:
    """Make the study over a catalogue of measures, which is loaded at the first run."""

    def answer(inputs: Inputs, values: Values, _seed: int, told: Told | None = None) -> Outcomes:
        return coupled(inputs, values, load(), told)

    return Method(
        group="rain",
        verb="risk",
        title=gettext_noop("Heavy rain, damage and people"),
        summary=gettext_noop("Lets storms of several return periods run over a terrain and sums up a mean year."),
        inputs=INPUTS,
        parameters=PARAMETERS,
        outcomes=OUTCOMES,
        compute=answer,
        check=check,
        estimate=lambda inputs, values: once(inputs, values) * len(periods_of(str(values["return_periods"]))),
        tells=True,
        references=(*RUNOFF.references, *EAD.references),
    )


def check(values: Values) -> None:
    """Refuse return periods that are none before anything is read."""
    periods_of(str(values["return_periods"]))


def coupled(inputs: Inputs, values: Values, catalogue: Catalogue, told: Told | None = None) -> dict[str, Any]:
    """Run one storm for each return period and sum them up."""
    place = place_of(inputs, values, catalogue)
    periods = periods_of(str(values["return_periods"]))
    cell, minutes = int(cast("int", values["cell"])), float(cast("float", values["duration"]))
    warmer, kind = float(cast("float", values["climate_factor"])), str(values["kind"])
    events = []
    for number, years in enumerate(periods):
        fallen = storm(inputs["table"], cell, minutes, years, kind, warmer)
        events.append({"return_period": years} | event(place, fallen, values, _part(told, number, len(periods))))
    found, rarest = risk_of(events, values), events[-1]
    rate, horizon = (float(cast("float", values[name])) for name in ("rate", "horizon"))
    spent = place.cost / present_value_factor(rate, horizon) + place.upkeep
    tails = {"rare": found["rare_share"], "frequent": found["frequent_share"]}
    return {
        "events": events, **found,
        "damage_rarest_eur": rarest["damage_eur"], "people_rarest": rarest["people"],
        "buildings_rarest": rarest["buildings"], "cost_eur": place.cost, "upkeep_eur": place.upkeep,
        "measures_a_year_eur": spent, "burden_a_year_eur": found["ead_eur"] + spent,
        "vintage": inputs["table"].vintage,
        "warnings": [
            SENTENCE, SCREENING, UNVERIFIED, SPREAD if values["residents"] else NOBODY,
            *(warnings_of(place.covering) if place.covering else []),
            *(WARNINGS[name] for name, share in tails.items() if share >= LARGE_TAIL),
        ],
    }  # fmt: skip


def _part(told: Told | None, number: int, count: int) -> Told | None:
    return None if told is None else lambda share: told((number + share) / count)


def _of(method: Method, *names: str) -> list[Parameter]:
    known = {parameter.name: parameter for parameter in method.parameters}
    return [known[name] for name in names]


INPUTS = (
    next(spec for spec in RUNOFF.inputs if spec.name == "terrain"),
    STORM.inputs[0],
    Input("buildings", gettext_noop("Outlines of buildings"), ("building-outlines",)),
    Input("drawings", gettext_noop("Drawn measures (GeoJSON)"), ("drawn-measures",), required=False),
    *(spec for spec in RUNOFF.inputs if spec.name in {"manning", "cover", "cover_table"}),
)
PARAMETERS = (
    Parameter("return_periods", gettext_noop("Return periods of the storms, in years"), "text", "10 30 100", unit="a",
              source=gettext_noop("our choice, within the DWD's table")),
    *_of(STORM, "cell", "duration", "kind", "climate_factor"),
    *_of(RUNOFF, "end_s", "boundary", "sewer", "culvert", "building_height", "courant", "scheme"),
    next(parameter for parameter in OF_MEASURES if parameter.name == "soil_mm_h"),
    *DAMAGE.parameters,
    Parameter("residents", gettext_noop("People living in these buildings; 0 is not known"), "number", 0.0,
              unit="persons", low=0, high=1e7, source=gettext_noop("the town's own figure")),
    Parameter("built", gettext_noop("Drawn measures that are built: none, all, or their numbers"), "text", "none",
              role="lever"),
    Parameter("catalogue_index", gettext_noop("Building prices over those of the catalogue's year"), "number", 1.0,
              low=0.1, high=10.0),
    *_of(EAD, "first_damage", "horizon", "rate"),
    Parameter("cost", gettext_noop("Cost of the measures; 0 takes the catalogue's"), "number", 0.0, unit="EUR", low=0.0,
              role="lever"),
    Parameter("upkeep", gettext_noop("Upkeep of the measures a year; 0 takes the catalogue's"), "number", 0.0,
              unit="EUR/a", low=0.0, role="lever"),
)  # fmt: skip
OUTCOMES = (
    Outcome("events", gettext_noop("Water, damage and people of each storm"), "EUR", ("event",), "table"),
    Outcome("ead_eur", gettext_noop("Expected damage a year"), "EUR/a", better="less"),
    Outcome("band_eur", gettext_noop("Expected damage a year, low to high"), "EUR/a", ("level",), "band", "less"),
    Outcome("rare_share", gettext_noop("Share from events rarer than any given")),
    Outcome("frequent_share", gettext_noop("Share from events more frequent than any given")),
    Outcome("people_a_year", gettext_noop("People whom water reaches in a mean year"), "persons/a", better="less"),
    Outcome("damage_rarest_eur", gettext_noop("Damage of the rarest storm"), "EUR", better="less"),
    Outcome("people_rarest", gettext_noop("People whom the rarest storm reaches"), "persons", better="less"),
    Outcome("buildings_rarest", gettext_noop("Buildings with water at the wall in the rarest storm"), "buildings",
            better="less"),
    Outcome("cost_eur", gettext_noop("Cost of the measures, spent once"), "EUR", better="less"),
    Outcome("upkeep_eur", gettext_noop("Upkeep of the measures a year"), "EUR/a", better="less"),
    Outcome("measures_a_year_eur", gettext_noop("What the measures cost a year"), "EUR/a", better="less"),
    Outcome("burden_a_year_eur", gettext_noop("Expected damage and measures together, a year"), "EUR/a", better="less"),
    Outcome("vintage", gettext_noop("Edition of the table")),
    Outcome("warnings", gettext_noop("Remarks")),
)  # fmt: skip
