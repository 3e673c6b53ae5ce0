"""Who travels to work: figures of each unit, and a gravity model that meets both margins."""

import math
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np

from hks.core.errors import InfeasibleError, InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

RESIDUAL = 1e-8  # our choice: margins are met when they differ by less, as a part of the largest margin
ROUNDS = 20_000  # our choice: where one in a hundred travels, a few hundred are needed
HALVINGS = 60  # our choice: beyond it double precision has no digits left
TINY = 1e-12
FIT = 1e-6  # our choice: how closely the mean distance is met, as a part of it
SECONDS_PER_CELL = 2e-5  # measured on one core of an office machine for fitting, rounded up
Decay = Literal["exponential", "power"]


@dataclass(frozen=True)
class Places:
    """A square table by name: people from homes (rows) to workplaces (columns), or distances between them."""

    units: tuple[str, ...]
    values: np.ndarray


@dataclass(frozen=True)
class CommuterFigures:
    """Figures of each unit, (unit,) arrays.

    `residents` employed people living there, `jobs` employed people working there, `staying` both, `arriving` and
    `leaving` commuters [persons]; `self_sufficiency` staying per resident, `local_jobs` staying per job [1];
    `in_out_ratio` arriving per leaving [1]; `balance` arriving minus leaving per 1,000 residents [1/1000].
    NaN where nobody is there to divide by.
    """

    residents: np.ndarray
    jobs: np.ndarray
    staying: np.ndarray
    arriving: np.ndarray
    leaving: np.ndarray
    self_sufficiency: np.ndarray
    local_jobs: np.ndarray
    in_out_ratio: np.ndarray
    balance: np.ndarray


@dataclass(frozen=True)
class Gravity:
    """Modelled flows [persons], their balancing factors, and how well the margins are met.

    `residual` is the largest difference from a margin [persons] after `rounds` rounds.
    """

    flows: np.ndarray
    origin_factors: np.ndarray
    destination_factors: np.ndarray
    rounds: int
    residual: float


def commuter_figures(flows: np.ndarray) -> CommuterFigures:
    """Read the figures of each unit from a table of flows.

    Parameters
    ----------
    flows : (home, workplace) array
        Employed people; the diagonal lives and works in one unit. [persons]

    Raises
    ------
    InputError
        If the table is not square, or a flow is missing or negative.
    """
    _check(flows)
    residents, jobs, staying = flows.sum(axis=1), flows.sum(axis=0), np.diagonal(flows)
    arriving, leaving = jobs - staying, residents - staying

    def per(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
        return np.asarray(np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0))

    return CommuterFigures(
        residents, jobs, staying, arriving, leaving, per(staying, residents), per(staying, jobs),
        per(arriving, leaving), 1000.0 * per(arriving - leaving, residents),
    )  # fmt: skip


def _check(flows: np.ndarray) -> None:
    if flows.ndim != 2 or flows.shape[0] != flows.shape[1] or not flows.size:
        raise InputError(gettext_noop("Flows need as many homes as workplaces."))
    if not (np.isfinite(flows).all() and (flows >= 0).all()):
        raise InputError(gettext_noop("A flow of commuters cannot be missing or negative."))


def deterrence(distances: np.ndarray, beta: float, decay: Decay = "exponential") -> np.ndarray:
    """Say how much less people travel over distance: exp(-beta d) or d to the power of -beta.

    Each row is scaled so that its nearest destination counts 1, which changes no flow and keeps numbers in range.

    Raises
    ------
    InputError
        If a distance is missing or negative, or zero under a power.
    """
    if not (np.isfinite(distances).all() and (distances >= 0).all()):
        raise InputError(gettext_noop("A distance cannot be missing or negative."))
    if decay == "power":
        if not (distances > 0).all():
            raise InputError(
                gettext_noop("A power of distance needs distances above zero, also within a unit; take exponential.")
            )
        distances = np.log(distances)
    return np.asarray(np.exp(-beta * (distances - distances.min(axis=1, keepdims=True))))


def doubly_constrained(leaving: np.ndarray, arriving: np.ndarray, attraction: np.ndarray) -> Gravity:
    """Spread people over destinations so that all leave home and every job is filled.

    T_ij = A_i B_j O_i D_j f_ij; the factors A and B are balanced in turn until both margins are met.

    Parameters
    ----------
    leaving : (origin,) array
        Employed people by home, O. [persons]
    arriving : (destination,) array
        Jobs by workplace, D, as many as people. [persons]
    attraction : (origin, destination) array
        f, what distance leaves of the attraction. [1]

    Returns
    -------
    Gravity

    Raises
    ------
    InputError
        If shapes differ, values are negative or missing, or jobs and people differ in number.
    InfeasibleError
        If the margins are not met within 20,000 rounds.

    References
    ----------
    Wilson (1967): *A statistical theory of spatial distribution models*, Transportation Research 1, 253-269.
    """
    if attraction.shape != (leaving.size, arriving.size):
        raise InputError(gettext_noop("Origins, destinations and distances do not fit each other."))
    if not all((np.isfinite(values) & (values >= 0)).all() for values in (leaving, arriving, attraction)):
        raise InputError(gettext_noop("People, jobs and attraction cannot be missing or negative."))
    largest = float(max(leaving.max(), arriving.max(), 1.0))
    if abs(leaving.sum() - arriving.sum()) > RESIDUAL * largest:
        raise InputError(
            gettext_noop("%(people)s people cannot fill %(jobs)s jobs; both must be equal."),
            people=float(leaving.sum()), jobs=float(arriving.sum()),
        )  # fmt: skip
    reach = attraction @ arriving
    for rounds in range(1, ROUNDS + 1):
        with np.errstate(over="ignore", invalid="ignore"):  # where no flows fit, the factors grow without end
            origin = _inverse(reach)
            destination = _inverse(attraction.T @ (origin * leaving))
            reach = attraction @ (destination * arriving)
            off = np.abs(leaving * (origin * reach - 1.0)).max()
        unmet = arriving[destination == 0.0].max(initial=0.0)
        if max(off, unmet) <= RESIDUAL * largest:
            flows = np.outer(origin * leaving, destination * arriving) * attraction
            margins = np.concatenate([flows.sum(axis=1) - leaving, flows.sum(axis=0) - arriving])
            return Gravity(flows, origin, destination, rounds, float(np.abs(margins).max()))
        if not math.isfinite(off):
            break
    raise InfeasibleError(
        gettext_noop("After %(rounds)s rounds people and jobs still do not fit; the distances are too steep."),
        rounds=rounds,
    )


def _inverse(sums: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(1.0, sums, out=np.zeros(sums.shape), where=sums > 0))


def mean_distance(flows: np.ndarray, distances: np.ndarray) -> float:
    """Return the mean distance people travel. [as distances]"""
    return float((flows * distances).sum() / flows.sum())


def fitted(flows: np.ndarray, distances: np.ndarray, decay: Decay = "exponential") -> float:
    """Find the beta under which modelled people travel as far on average as those counted.

    Under a power it is the mean logarithm of distance that is met; each is the maximum likelihood estimate.

    Raises
    ------
    InputError
        If nobody travels, or people travel as little as they possibly can.

    References
    ----------
    Hyman (1969): *The calibration of trip distribution models*, Environment and Planning 1, 105-112.
    """
    _check(flows)
    if not flows.sum() > 0:
        raise InputError(gettext_noop("Nobody travels in this table."))
    leaving, arriving = flows.sum(axis=1), flows.sum(axis=0)
    deterrence(distances, 0.0, decay)  # checks the distances
    cost = np.log(distances) if decay == "power" else distances
    aim = mean_distance(flows, cost)

    def travelled(beta: float) -> float:
        try:
            model = doubly_constrained(leaving, arriving, deterrence(distances, beta, decay))
        except InfeasibleError:
            return -math.inf  # too steep to balance, so steeper than what is looked for
        return mean_distance(model.flows, cost)

    if travelled(0.0) <= aim:
        return 0.0
    low, high = 0.0, 1.0 / max(float(cost.max() - cost.min()), TINY)
    for _ in range(HALVINGS):
        if travelled(high) <= aim:
            break
        low, high = high, 2.0 * high
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if travelled(middle) > aim else (low, middle)
        if high - low <= TINY * high:
            break
    if abs(travelled(low) - aim) > FIT * abs(aim):
        raise InputError(gettext_noop("People travel as little as they can; no decay with distance fits that."))
    return low


def common_part(flows: np.ndarray, modelled: np.ndarray) -> float:
    """Return the share of people whom the model sends where they do go (Sorensen index). [1]

    References
    ----------
    Lenormand, Bassolas & Ramasco (2016): *Systematic comparison of trip distribution laws and models*, Journal of
    Transport Geography 51.
    """
    return float(2.0 * np.minimum(flows, modelled).sum() / (flows.sum() + modelled.sum()))


def with_jobs(flows: np.ndarray, unit: int, jobs: float) -> tuple[np.ndarray, np.ndarray]:
    """Add jobs to one unit; the people who fill them come from all homes in proportion to their employed people.

    Returns
    -------
    (unit,) array, (unit,) array
        Employed people by home and jobs by workplace, equal in sum. [persons]

    Raises
    ------
    InputError
        If more jobs go than the unit has.
    """
    residents, places = flows.sum(axis=1), flows.sum(axis=0).astype(np.float64)
    places[unit] += jobs
    if places[unit] < 0:
        raise InputError(gettext_noop("The unit has only %(jobs)s jobs to lose."), jobs=float(places[unit] - jobs))
    return residents * (places.sum() / residents.sum()), places


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tell the figures of each unit; with distances also the gravity model, and a change of jobs."""
    table: Places = inputs["flows"]
    told: dict[str, Any] = {"units": _listed(table.units, commuter_figures(table.values)), "warnings": []}
    if "distances" not in inputs:
        return told
    distances = _in_order(inputs["distances"], table.units)
    decay = cast("Decay", values["decay"])
    flows, beta = table.values, float(cast("float", values["beta"]))
    beta = beta or fitted(flows, distances, decay)
    strength = deterrence(distances, beta, decay)
    model = doubly_constrained(flows.sum(axis=1), flows.sum(axis=0), strength)
    told["gravity"] = {
        "beta": beta, "mean_distance": mean_distance(flows, distances),
        "mean_distance_model": mean_distance(model.flows, distances), "common_part": common_part(flows, model.flows),
        "rounds": model.rounds, "residual": model.residual,
    }  # fmt: skip
    if values["unit"]:
        told |= _scenario(table, strength, model, str(values["unit"]), float(cast("float", values["jobs"])))
    return told


def _scenario(table: Places, strength: np.ndarray, before: Gravity, unit: str, jobs: float) -> dict[str, Any]:
    if unit not in table.units:
        raise InputError(
            gettext_noop("'%(unit)s' is not in the table; it holds %(known)s."),
            unit=unit, known=", ".join(table.units[:20]),
        )  # fmt: skip
    leaving, arriving = with_jobs(table.values, table.units.index(unit), jobs)
    old, new = commuter_figures(before.flows), commuter_figures(doubly_constrained(leaving, arriving, strength).flows)
    moved = [
        {f"{name}_change": float(getattr(new, name)[n] - getattr(old, name)[n]) for name in CHANGING}
        for n in range(len(table.units))
    ]
    rows = _listed(table.units, new)
    return {"scenario": [row | change for row, change in zip(rows, moved, strict=True)], "warnings": [MODELLED]}


CHANGING = ("staying", "arriving", "leaving")
MODELLED = gettext_noop("The scenario compares modelled flows: it says who would travel if only distance counted.")


def _in_order(distances: Places, units: tuple[str, ...]) -> np.ndarray:
    if set(distances.units) != set(units):
        odd = sorted(set(distances.units) ^ set(units))
        raise InputError(
            gettext_noop("Flows and distances name different units: %(odd)s."), odd=", ".join(odd[:5])
        )  # fmt: skip
    order = [distances.units.index(unit) for unit in units]
    return np.asarray(distances.values[np.ix_(order, order)])


def _listed(units: tuple[str, ...], figures: CommuterFigures) -> list[dict[str, Any]]:
    columns = {
        name: [None if math.isnan(value) else value for value in array.tolist()]
        for name, array in vars(figures).items()
    }
    return [{"name": unit, **{name: column[n] for name, column in columns.items()}} for n, unit in enumerate(units)]


def seconds(inputs: Inputs, _values: Values) -> float:
    """Estimate the run. [s]"""
    return SECONDS_PER_CELL * float(inputs["flows"].values.size) if "distances" in inputs else 0.0


COMMUTERS = Method(
    group="economy",
    verb="commuters",
    title=gettext_noop("Commuters"),
    summary=gettext_noop("Who lives and works in the same unit, who comes and who goes; with distances also a model."),
    inputs=(
        Input("flows", gettext_noop("Commuters: homes in rows, workplaces in columns"), ("commuter-flows",)),
        Input("distances", gettext_noop("Distances between the same units, also within each"), ("distances",),
              required=False),
    ),
    parameters=(
        Parameter("beta", gettext_noop("Decay with distance; 0 fits it to the flows"), "number", 0.0, low=0.0),
        Parameter("decay", gettext_noop("Form of the decay"), "choice", "exponential", choices=(
            ("exponential", gettext_noop("exponential")), ("power", gettext_noop("power")),
        )),
        Parameter("unit", gettext_noop("Unit that gains or loses jobs"), "text", "", role="lever"),
        Parameter("jobs", gettext_noop("Jobs gained, negative if lost"), "number", 0.0, "persons", role="lever"),
    ),
    outcomes=(
        Outcome("units", gettext_noop("Figures by unit"), "persons", ("unit", "figure"), "table"),
        Outcome("gravity", gettext_noop("Model and how well it fits"), "1", ("figure",), "table"),
        Outcome("scenario", gettext_noop("Figures by unit after the change"), "persons", ("unit", "figure"), "table"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    estimate=seconds,
    references=(
        "Wilson (1967): Transportation Research 1, 253-269",
        "Hyman (1969): Environment and Planning 1, 105-112",
    ),
)  # fmt: skip
