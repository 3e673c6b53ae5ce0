"""Where people shop: the Huff model of trade areas."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

# Range of the decay over kinds of goods, from daily (steep) to rare (flat); unverified, so told as a band.
BETAS = (1.5, 1.75, 2.0, 2.25, 2.5)


@dataclass(frozen=True)
class Market:
    """Centres with their attraction (centre,) [m2], areas with people (area,) [persons] and spending [EUR/a a person].

    `distances` is an (area, centre) array, in kilometres or minutes, all above zero.
    """

    centres: tuple[str, ...]
    areas: tuple[str, ...]
    attraction: np.ndarray
    people: np.ndarray
    spending: np.ndarray
    distances: np.ndarray


def probabilities(attraction: np.ndarray, distances: np.ndarray, alpha: float = 1.0, beta: float = 2.0) -> np.ndarray:
    """Say how likely people of an area shop in each centre: A_j^alpha d_ij^-beta over the sum of all centres.

    Parameters
    ----------
    attraction : (centre,) array
        Mostly the sales area; a centre with 0 draws nobody. [m2]
    distances : (area, centre) array
        Above zero. [km] or [min]
    alpha, beta : float
        How much size and distance count. [1]

    Returns
    -------
    (area, centre) array
        Each row adds up to 1. [1]

    Raises
    ------
    InputError
        If shapes differ, a distance is not above zero, or no centre attracts.

    References
    ----------
    Huff (1964): *Defining and estimating a trading area*, Journal of Marketing 28, 34-38.
    """
    if distances.ndim != 2 or attraction.shape != distances.shape[1:]:
        raise InputError(gettext_noop("Each area needs a distance to each centre."))
    if not (np.isfinite(distances).all() and (distances > 0).all()):
        raise InputError(gettext_noop("A distance to a centre must be above zero; take half the way across the area."))
    if not (np.isfinite(attraction).all() and (attraction >= 0).all() and (attraction > 0).any()):
        raise InputError(gettext_noop("A centre's attraction cannot be negative, and one centre must attract."))
    with np.errstate(divide="ignore"):
        strength = np.where(attraction > 0, alpha * np.log(attraction), -np.inf) - beta * np.log(distances)
    weights = np.exp(strength - strength.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def turnover(market: Market, alpha: float = 1.0, beta: float = 2.0) -> np.ndarray:
    """Add up what people of all areas spend in each centre.

    Returns
    -------
    (centre,) array
        Adds up to what all people spend. [EUR/a]

    Raises
    ------
    InputError
        If people or spending are negative or missing, or as `probabilities`.
    """
    spent = market.people * market.spending
    if not (np.isfinite(spent).all() and (market.people >= 0).all() and (market.spending >= 0).all()):
        raise InputError(gettext_noop("People and their spending cannot be negative or missing."))
    return np.asarray(spent @ probabilities(market.attraction, market.distances, alpha, beta))


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tell turnover and reach of each centre, and the turnover over the range of decays."""
    market: Market = inputs["market"]
    alpha, beta = (float(cast("float", values[name])) for name in ("alpha", "beta"))
    shares = probabilities(market.attraction, market.distances, alpha, beta)
    sums, band = turnover(market, alpha, beta), np.array([turnover(market, alpha, step) for step in (*BETAS, beta)])
    reached = market.people @ shares
    centres: list[dict[str, Any]] = [
        {"name": name, "turnover": float(sums[n]), "low": float(band[:, n].min()), "high": float(band[:, n].max()),
         "people": float(reached[n])}
        for n, name in enumerate(market.centres)
    ]  # fmt: skip
    return {
        "centres": centres,
        "areas": [{"name": name, "probabilities": shares[n].tolist()} for n, name in enumerate(market.areas)],
        "total": float((market.people * market.spending).sum()),
        "warnings": [],
    }


TRADE_AREA = Method(
    group="economy",
    verb="trade-area",
    title=gettext_noop("Trade areas"),
    summary=gettext_noop("Where people shop by size and distance of the centres, and the turnover of each centre."),
    inputs=(Input("market", gettext_noop("Centres, areas and distances"), ("trade-area",)),),
    parameters=(
        Parameter("alpha", gettext_noop("How much the size of a centre counts"), "number", 1.0, low=0.0, high=5.0,
                  source="Huff (1964)"),
        Parameter("beta", gettext_noop("How much distance counts"), "number", 2.0, low=0.0, high=10.0,
                  help=gettext_noop("About 1.5 for rare and 2.5 for daily goods; not verified here.")),
    ),
    outcomes=(
        Outcome("centres", gettext_noop("Turnover by centre, with a band over the decay"), "EUR/a",
                ("centre", "figure"), "table"),
        Outcome("areas", gettext_noop("Where people of each area shop"), "1", ("area", "centre"), "table"),
        Outcome("total", gettext_noop("All spending"), "EUR/a"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    references=("Huff (1964): Journal of Marketing 28, 34-38",),
)  # fmt: skip
