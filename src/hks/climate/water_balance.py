"""Yearly and monthly water balance of blocks after ABIMO and R-ABIMO, and its deviation from the natural one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from hks.climate.bagrov import evaporation_ratio
from hks.climate.unsealed_ground import WATER, Climate, Ground, ground_evaporation
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

Array = np.ndarray
SURFACES = ("surface1", "surface2", "surface3", "surface4", "surface5")
LOOSEST = -1  # the surface that stands for unsealed roads
NATURAL_PLANTS = 50.0  # vegetation class of the natural state (kwb.rabimo 2.1.0) [1]
SUMMER = (5, 6, 7, 8, 9, 10)  # the half-year of the table, May to October
SHARES = ("runoff", "infiltration", "evaporation")


@dataclass(frozen=True)
class Parameters:
    """What holds for all blocks; the defaults are those of R-ABIMO for Berlin 2020.

    Attributes
    ----------
    runoff_factors, effectivity : mapping
        Share of the water left on a drained surface that runs off, and Bagrov's n, by surface. [1]
    swale_evaporation : float
        Share that evaporates of what is led to swales. [1]
    irrigated : bool
        False sets the irrigation of all blocks to 0.
    rain_by_month, potential_by_month : (12,) array or None
        Shares of the year, January first; None: even within each half-year. [1]
    """

    runoff_factors: Mapping[str, float] = field(
        default_factory=lambda: {
            "roof": 1.0, "surface1": 0.9, "surface2": 0.7, "surface3": 0.4, "surface4": 0.1, "surface5": 0.48,
        }
    )  # fmt: skip
    effectivity: Mapping[str, float] = field(
        default_factory=lambda: {
            "roof": 0.05, "green_roof": 0.65, "surface1": 0.11, "surface2": 0.11, "surface3": 0.25, "surface4": 0.4,
            "surface5": 0.25,
        }
    )  # fmt: skip
    swale_evaporation: float = 0.1
    irrigated: bool = True
    rain_by_month: Array | None = None
    potential_by_month: Array | None = None


@dataclass(frozen=True)
class Roads:
    """Roads counted within a block: share of its area, paved, drained, surfaces (block, 5). [1]"""

    share: Array
    paved: Array
    drained: Array
    surfaces: Array


@dataclass(frozen=True)
class Blocks:
    """Blocks of a town, (block,) each unless said otherwise.

    Attributes
    ----------
    names : array of text
        Code of each block.
    area : array
        Whole block. [m²]
    main_share : array
        Part of the area that is no road. [1]
    roof, paved : array
        Part of the area without roads under roofs, and paved. [1]
    green_roof : array
        Part of the roofs that is green. [1]
    roof_drained, paved_drained : array
        Part of the roofs and of the paved area that drains to the sewer. [1]
    surfaces : (block, 5) array
        Part of the paved area by surface. [1]
    to_swale : array
        Part of the runoff that is led to swales. [1]
    """

    names: Array
    area: Array
    climate: Climate
    ground: Ground
    main_share: Array
    roof: Array
    green_roof: Array
    roof_drained: Array
    paved: Array
    paved_drained: Array
    surfaces: Array
    roads: Roads
    to_swale: Array


def yearly_balance(blocks: Blocks, parameters: Parameters, way: str = "abimo") -> Array:
    """Split the rain of each block into runoff, infiltration and evaporation.

    Evaporation is what is left of the rain. Irrigation and capillary rise let more evaporate, and the infiltration of
    such ground and of open water is net of what is drawn: it may be negative.

    Parameters
    ----------
    blocks : Blocks
        Of a town.
    parameters : Parameters
        Of surfaces and swales.
    way : str
        How Bagrov's relation is solved, see `evaporation_ratio`.

    Returns
    -------
    (block, share=3) array
        Runoff, infiltration, evaporation. [mm/a]

    References
    ----------
    Glugla & Fürtig (1997): *Dokumentation zur Anwendung des Rechenprogramms ABIMO*, BfG; KWB (2025): kwb.rabimo 2.1.0.
    """
    ground = blocks.ground if parameters.irrigated else replace(blocks.ground, irrigation=0.0 * blocks.area)
    left = blocks.climate.rain - ground_evaporation(blocks.climate, ground, way)
    roof, green, surfaces = (
        blocks.climate.rain[..., None] - _sealed_evaporation(blocks.climate, parameters.effectivity, names, way)
        for names in (("roof",), ("green_roof",), SURFACES)
    )
    factors = np.array([parameters.runoff_factors[name] for name in SURFACES])
    roofs = blocks.main_share * blocks.roof * (
        (1.0 - blocks.green_roof) * roof[:, 0] + blocks.green_roof * green[:, 0]
    )  # fmt: skip
    paved, roads = blocks.main_share * blocks.paved, blocks.roads.share * blocks.roads.paved
    on_paved = surfaces * (paved[:, None] * blocks.surfaces + roads[:, None] * blocks.roads.surfaces)
    drained = surfaces * (
        (paved * blocks.paved_drained)[:, None] * blocks.surfaces
        + (roads * blocks.roads.drained)[:, None] * blocks.roads.surfaces
    )
    from_roofs = roofs * blocks.roof_drained * parameters.runoff_factors["roof"]
    runoff = from_roofs + (drained * factors).sum(axis=1)
    unsealed = blocks.main_share * (1.0 - blocks.roof - blocks.paved) * left
    loose_roads = blocks.roads.share * (1.0 - blocks.roads.paved) * surfaces[:, LOOSEST]
    lost = (
        roofs * blocks.roof_drained - from_roofs
    )  # a roof factor below 1 leaves the rest to evaporation, as published
    infiltration = roofs + on_paved.sum(axis=1) + unsealed + loose_roads - runoff - lost
    swale = runoff * blocks.to_swale
    runoff, infiltration = runoff - swale, infiltration + swale * (1.0 - parameters.swale_evaporation)
    return np.stack([runoff, infiltration, blocks.climate.rain - runoff - infiltration], axis=1)


def _sealed_evaporation(climate: Climate, effectivity: Mapping[str, float], names: tuple[str, ...], way: str) -> Array:
    potential = np.where(climate.potential > 0, climate.potential, 1.0)
    ratios = [
        evaporation_ratio(climate.rain / potential, np.full(potential.shape, effectivity[name]), way) for name in names
    ]
    return np.asarray(np.stack(ratios, axis=1) * climate.potential[:, None])


def natural(blocks: Blocks) -> Blocks:
    """Return the blocks without roofs and pavement, under vegetation of class 50; open water stays."""
    nothing, no_surfaces = np.zeros_like(blocks.area), np.zeros_like(blocks.surfaces)
    return replace(
        blocks,
        ground=replace(blocks.ground, vegetation_class=nothing + NATURAL_PLANTS),
        roof=nothing, green_roof=nothing, roof_drained=nothing, paved=nothing, paved_drained=nothing,
        surfaces=no_surfaces,
        roads=replace(blocks.roads, paved=nothing, drained=nothing, surfaces=no_surfaces),
    )  # fmt: skip


def deviation(urban: Array, undisturbed: Array) -> Array:
    """Return how far a water balance lies from the natural one, Delta-w.

    Parameters
    ----------
    urban, undisturbed : (block, share=3) array
        Runoff, infiltration, evaporation. [mm/a]

    Returns
    -------
    (block,) array
        Half the sum of the differences over the rain; 0 where it never rains. [%]

    References
    ----------
    KWB (2025): kwb.rabimo 2.1.0; it follows DWA-M 102-4 (2022), which was not at hand.
    """
    rain = undisturbed.sum(axis=1)
    off = np.abs(urban - undisturbed).sum(axis=1)
    return np.asarray(50.0 * off / np.where(rain > 0, rain, np.inf))


def monthly_balance(blocks: Blocks, parameters: Parameters, year: Array) -> Array:
    """Spread the yearly balance over the months; the months add up to the year.

    It assumes that each surface evaporates in step with the potential evaporation and lets run off in step with the
    rain, and that the ground holds water over from one month to another: infiltration is the rest of the month's rain
    and negative where the ground is drawn on. Without shares by month, rain and potential evaporation are even within
    each half-year.

    Parameters
    ----------
    blocks : Blocks
        Of a town.
    parameters : Parameters
        With shares by month, if known.
    year : (block, share=3) array
        Runoff, infiltration, evaporation of the year. [mm/a]

    Returns
    -------
    (block, month=12, share=3) array
        Runoff, infiltration, evaporation. [mm]
    """
    climate = blocks.climate
    rain = _by_month(climate.rain, climate.summer_rain, parameters.rain_by_month)
    potential = _by_month(climate.potential, climate.summer_potential, parameters.potential_by_month)
    runoff, evaporation = year[:, 0, None] * rain, year[:, 2, None] * potential
    return np.stack([runoff, climate.rain[:, None] * rain - runoff - evaporation, evaporation], axis=2)


def _by_month(year: Array, summer: Array, shares: Array | None) -> Array:
    if shares is not None:
        return np.broadcast_to(shares, (year.size, 12))
    in_summer = np.isin(np.arange(1, 13), SUMMER)
    known = (summer > 0) & (year > 0)
    part = np.where(known, summer / np.where(known, year, 1.0), 0.5)[:, None]
    return np.asarray(np.where(in_summer, part / 6.0, (1.0 - part) / 6.0))


def in_a_climate(blocks: Blocks, rain: float, potential: float) -> Blocks:
    """Multiply rain and potential evaporation, of the year and of the summer alike, for another climate. [1]"""
    known = blocks.climate
    climate = Climate(
        known.rain * rain, known.summer_rain * rain, known.potential * potential, known.summer_potential * potential
    )
    return replace(blocks, climate=climate)


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Reckon the balance of the year and the months and compare it with the natural state."""
    blocks = in_a_climate(
        inputs["blocks"], *(float(cast("float", values[name])) for name in ("rain_factor", "evaporation_factor"))
    )
    parameters: Parameters = inputs.get("parameters") or Parameters()
    way = str(values["bagrov"])
    urban = yearly_balance(blocks, parameters, way)
    undisturbed = yearly_balance(natural(blocks), parameters, way)
    deviations = deviation(urban, undisturbed)
    weights = blocks.area / blocks.area.sum()
    months = np.einsum("b,bms->ms", weights, monthly_balance(blocks, parameters, urban))
    return {
        "mean_mm": _named(urban.mean(axis=0)),
        "area_mean_mm": _named(weights @ urban),
        "natural_area_mean_mm": _named(weights @ undisturbed),
        "delta_w_percent": float(weights @ deviations),
        "monthly_mm": {name: months[:, place].tolist() for place, name in enumerate(SHARES)},
        "block_codes": blocks.names.tolist(),
        "blocks_mm": urban,
        "blocks_delta_w_percent": deviations,
        "warnings": _remarks(blocks, urban),
    }


def _named(row: Array) -> dict[str, float]:
    return dict(zip(SHARES, row.tolist(), strict=True))


def _remarks(blocks: Blocks, urban: Array) -> list[Any]:
    drawn = (urban[:, 1] < 0) & (blocks.ground.land_type != WATER)
    return [DRAWN] if drawn.any() else []


DRAWN = gettext_noop("In some blocks more water evaporates than falls: their plants draw on groundwater or irrigation.")
WAYS = (("abimo", gettext_noop("As ABIMO does")), ("exact", gettext_noop("Exactly")))

WATER_BALANCE = Method(
    group="water",
    verb="balance",
    title=gettext_noop("Local water balance"),
    summary=gettext_noop("How much of the rain runs off, seeps away and evaporates, and how far that is from nature."),
    inputs=(
        Input("blocks", gettext_noop("Blocks"), ("water-blocks",)),
        Input("parameters", gettext_noop("Factors of the surfaces"), ("water-parameters",), required=False),
    ),
    parameters=(
        Parameter(
            "bagrov",
            gettext_noop("Solution of Bagrov's relation"),
            "choice",
            "abimo",
            choices=WAYS,
            help=gettext_noop("ABIMO's approximation, comparable with published figures, or the exact solution."),
            source="KWB, kwb.rabimo 2.1.0 (2025)",
        ),
        Parameter("rain_factor", gettext_noop("Factor on the rain of each block"), "number", 1.0, low=0.3, high=3.0,
                  step=0.05, source=gettext_noop("1 is as the table says; others are an assumption")),
        Parameter("evaporation_factor", gettext_noop("Factor on the potential evaporation of each block"), "number",
                  1.0, low=0.3, high=3.0, step=0.05,
                  source=gettext_noop("1 is as the table says; others are an assumption")),
    ),
    outcomes=(
        Outcome("mean_mm", gettext_noop("Mean over the blocks"), "mm/a", axes=("share",), shape="table"),
        Outcome("area_mean_mm", gettext_noop("Mean over the area"), "mm/a", axes=("share",), shape="table"),
        Outcome(
            "natural_area_mean_mm", gettext_noop("Natural balance over the area"), "mm/a", axes=("share",),
            shape="table",
        ),
        Outcome("delta_w_percent", gettext_noop("Deviation from the natural balance"), "%", better="less"),
        Outcome("monthly_mm", gettext_noop("Balance by month"), "mm", axes=("share", "month"), shape="table"),
        Outcome("block_codes", gettext_noop("Codes of the blocks"), axes=("block",), shape="field"),
        Outcome("blocks_mm", gettext_noop("Balance of each block"), "mm/a", axes=("block", "share"), shape="field"),
        Outcome(
            "blocks_delta_w_percent", gettext_noop("Deviation of each block"), "%", axes=("block",), shape="field",
            better="less",
        ),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    references=(
        "Glugla & Fürtig (1997): Dokumentation zur Anwendung des Rechenprogramms ABIMO, BfG.",
        "KWB (2025): kwb.rabimo 2.1.0.",
    ),
)  # fmt: skip
