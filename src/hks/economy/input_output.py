"""What one job or euro moves in a region: regional input coefficients by location quotients, and multipliers."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.economy.hidden_cells import cells_of, plausible
from hks.economy.location_quotients import location_quotients
from hks.economy.sectors import SECTORS

DELTA = 0.25
BAND = (0.1, 0.35)  # range of delta in the studies at hand; unverified, so told as a band


@dataclass(frozen=True)
class Coefficients:
    """A country's input coefficients: what sector j (column) buys of sector i (row) per unit of its output. [1]"""

    sectors: tuple[str, ...]
    values: np.ndarray


def flegg_quotients(region: np.ndarray, country: np.ndarray, delta: float = DELTA) -> np.ndarray:
    """Compute Flegg's location quotients between all pairs of sectors.

    With the simple quotient SLQ: CILQ_ij = SLQ_i / SLQ_j, on the diagonal SLQ_i; both times
    log2(1 + E_region / E_country) to the power of delta.

    Parameters
    ----------
    region, country : (sector,) array
        Employees; every sector exists in the country. [persons]
    delta : float
        From 0 to below 1: how much a small region buys from elsewhere. [1]

    Returns
    -------
    (supplying sector, buying sector) array
        Infinite where the region lacks the buying sector. [1]

    Raises
    ------
    InputError
        If delta is outside its range, the country lacks a sector, or the region is larger than the country.

    References
    ----------
    Flegg, Webber & Elliott (1995): Regional Studies 29, 547-561. Flegg & Webber (1997): Regional Studies 31, 795-805.
    """
    if not 0.0 <= delta < 1.0:
        raise InputError(gettext_noop("Delta must lie from 0 to below 1, not at %(delta)s."), delta=delta)
    simple = location_quotients(region, country)
    if np.isnan(simple).any():
        raise InputError(gettext_noop("The country has no employees in a sector; join it to another."))
    if region.sum() > country.sum():
        raise InputError(gettext_noop("The region has more employees than the country."))
    with np.errstate(divide="ignore", invalid="ignore"):
        quotients = simple[:, None] / simple[None, :]
    quotients[np.isnan(quotients)] = 0.0  # neither sector exists in the region
    np.fill_diagonal(quotients, simple)
    return np.asarray(quotients * np.log2(1.0 + region.sum() / country.sum()) ** delta)


def regional_coefficients(national: np.ndarray, quotients: np.ndarray) -> np.ndarray:
    """Scale the country's input coefficients down where a region supplies less; never up.

    Parameters
    ----------
    national : (sector, sector) array
        Not negative, each column below 1 in sum. [1]
    quotients : (sector, sector) array
        [1]

    Returns
    -------
    (sector, sector) array
        [1]

    Raises
    ------
    InputError
        If shapes differ, or the coefficients are none of a real economy.
    """
    if national.ndim != 2 or national.shape != quotients.shape:
        raise InputError(gettext_noop("Coefficients and quotients must hold the same sectors."))
    if not (np.isfinite(national).all() and (national >= 0).all() and (national.sum(axis=0) < 1).all()):
        raise InputError(
            gettext_noop("Input coefficients cannot be negative, and each column must add up to less than 1.")
        )
    return np.asarray(national * np.minimum(1.0, quotients))


def multipliers(coefficients: np.ndarray) -> np.ndarray:
    """Return the output that one unit of final demand for a sector moves in all sectors (type I).

    Returns
    -------
    (sector,) array
        Column sums of the Leontief inverse, 1 or more. [1]

    References
    ----------
    Miller & Blair (2009): *Input-Output Analysis*, Cambridge University Press, ch. 6.
    """
    identity = np.eye(len(coefficients))
    return np.asarray(np.linalg.solve((identity - coefficients).T, np.ones(len(coefficients))))


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tell the multipliers of one unit, with a band over delta and over what the table hides."""
    unit = str(values["unit"])
    if not unit:
        raise InputError(gettext_noop("Please name the unit by its official key, such as --unit 14521."))
    table, national = inputs["table"][-1], _in_order(inputs["coefficients"])
    cells, country = cells_of(table, unit), table.reference()
    delta = float(cast("float", values["delta"]))

    def moved(region: np.ndarray, strength: float) -> np.ndarray:
        return multipliers(regional_coefficients(national, flegg_quotients(region, country, strength)))

    band = np.array([moved(region, step) for region in plausible(cells) for step in (*BAND, delta)])
    point = moved(cells.inside, delta)
    hidden = bool(cells.hidden.any())
    there = np.flatnonzero(cells.high > 0)
    told: dict[str, Any] = {
        SECTORS[n]: {"multiplier": None if hidden else float(point[n]), "low": float(band[:, n].min()),
                     "high": float(band[:, n].max())}
        for n in there
    }  # fmt: skip
    return {
        "unit": unit, "name": table.names[table.row(unit)], "day": table.day, "multipliers": told,
        "hidden": [SECTORS[n] for n in np.flatnonzero(cells.hidden)], "warnings": [HIDDEN] if hidden else [],
    }  # fmt: skip


HIDDEN = gettext_noop("The table hides figures of this unit: its multipliers are told as bands.")


def _in_order(given: Coefficients) -> np.ndarray:
    if set(given.sectors) != set(SECTORS):
        raise InputError(
            gettext_noop("The coefficients must hold the sectors %(wanted)s; they hold %(found)s."),
            wanted=", ".join(SECTORS), found=", ".join(given.sectors),
        )  # fmt: skip
    order = [given.sectors.index(sector) for sector in SECTORS]
    return np.asarray(given.values[np.ix_(order, order)])


MULTIPLIERS = Method(
    group="economy",
    verb="multipliers",
    title=gettext_noop("What one euro moves in a region"),
    summary=gettext_noop("Type I multipliers of a unit from the country's input coefficients and the unit's branches."),
    inputs=(
        Input("coefficients", gettext_noop("The country's input coefficients by branch"), ("input-coefficients",)),
        Input("table", gettext_noop("Jobs by branch (13111-07-05-4)"), ("sector-table",)),
    ),
    parameters=(
        Parameter("unit", gettext_noop("Official key of the unit, such as 14521"), "text", ""),
        Parameter("delta", gettext_noop("How much a small region buys from elsewhere"), "number", DELTA, low=0.0,
                  high=0.99, help=gettext_noop("The band goes from 0.1 to 0.35; not verified for these regions.")),
    ),
    outcomes=(
        Outcome("unit", gettext_noop("Official key")),
        Outcome("name", gettext_noop("Unit")),
        Outcome("day", gettext_noop("Key date")),
        Outcome("multipliers", gettext_noop("Output moved by one unit of demand"), "1", ("sector", "figure"), "table"),
        Outcome("hidden", gettext_noop("Hidden branches")),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    references=(
        "Flegg & Webber (1997): Regional Studies 31, 795-805",
        "Miller & Blair (2009): Input-Output Analysis, Cambridge University Press",
    ),
)  # fmt: skip
