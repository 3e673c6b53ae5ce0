"""Daily balance of small reservoirs, one below the other: inflow, rain, evaporation, seepage, uses and spill."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

Array = np.ndarray
EMPTY = 0.001  # our choice: so much of the capacity above the dead storage still counts as empty [1]
EXTREME = 0.2  # our choice: the driest and the wettest fifth of the years
DAYS = 365.25  # of a year, for means
FLOWS = ("inflow", "from_above", "rain", "evaporation", "seepage", "supply", "returned", "spill", "days_empty")
INTO, OUT = (0, 1, 2), (3, 4, 5, 7)


@dataclass(frozen=True)
class Use:
    """Someone or something that draws water.

    Attributes
    ----------
    priority : int
        1 draws first.
    demand : (12,) array
        By month, January first. [m³]
    above_share : float
        Draws only what is stored above this part of the capacity. [1]
    return_share : float
        Part that flows on to the reservoir below, 1 for a flow left to the brook. [1]
    """

    name: str
    priority: int
    demand: Array
    above_share: float = 0.0
    return_share: float = 0.0


@dataclass(frozen=True)
class Reservoir:
    """A small reservoir.

    Attributes
    ----------
    capacity, dead : float
        Storage up to the spillway, and below the outlet. [m³]
    area : float
        Surface when full. [m²]
    shape : float
        Exponent b of area = full area (storage / capacity)^b, 0 to 1. [1]
    start_share : float
        Part that is filled at the beginning. [1]
    seepage : float
        Loss through the bed. [mm/d]
    catchment : float
        Own catchment without those of reservoirs above. [km²]
    yields : (12,) array
        Part of the rain that reaches the reservoir, by month; not used where runoff is given. [1]
    below : str
        Name of the reservoir it flows to; empty if none.
    """

    name: str
    capacity: float
    area: float
    catchment: float
    yields: Array
    seepage: float
    shape: float = 2.0 / 3.0
    dead: float = 0.0
    start_share: float = 1.0
    below: str = ""
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True)
class Weather:
    """Series by day or month from a first day on.

    Attributes
    ----------
    start : date
        First day; the first of a month for months.
    monthly : bool
        Values hold for months and are spread evenly over their days.
    rain, evaporation : (step,) array
        Rain, and evaporation of open water. [mm]
    runoff : (step,) array or None
        Runoff of the catchments, all alike; None: rain times yield. [mm]
    """

    start: datetime.date
    monthly: bool
    rain: Array
    evaporation: Array
    runoff: Array | None = None


@dataclass(frozen=True)
class Plan:
    """Reservoirs and the weather they live through."""

    reservoirs: tuple[Reservoir, ...]
    weather: Weather


@dataclass(frozen=True)
class Calendar:
    """Days of the weather: place of the month in the series, month 0 to 11 and year from 0, (day,) each."""

    period: Array
    month: Array
    year: Array
    first_year: int
    lengths: Array

    @classmethod
    def of(cls, weather: Weather) -> "Calendar":
        """Count the days of a series."""
        start = np.datetime64(weather.start, "D")
        if weather.monthly:
            end = (start.astype("M8[M]") + weather.rain.size).astype("M8[D]")
        else:
            end = start + weather.rain.size
        days = np.arange(start, end)
        months = days.astype("M8[M]").astype(int)
        years = days.astype("M8[Y]").astype(int)
        period = months - months[0]
        begins = days.astype("M8[M]")
        lengths = ((begins + 1).astype("M8[D]") - begins.astype("M8[D]")).astype(int)
        return cls(period, months % 12, years - years[0], int(years[0]) + 1970, lengths)


@dataclass(frozen=True)
class Account:
    """What became of the water.

    Attributes
    ----------
    flows : (reservoir, year, flow=9) array
        In the order of `FLOWS`. [m³], the last in [d]
    uses : (use, year, 4) array
        Demand and supply [m³], days with a demand and days with all of it [d]; uses in the order of `owners`.
    storage : (reservoir, month) array
        At the end of each month. [m³]
    start : (reservoir,) array
        Storage at the beginning. [m³]
    owners : sequence of (int, Use)
        Reservoir of each use, by priority within each.
    """

    flows: Array
    uses: Array
    storage: Array
    start: Array
    owners: tuple[tuple[int, Use], ...]
    calendar: Calendar

    @property
    def error(self) -> float:
        """Return the part of all water that came or was there and is unaccounted for. [1]"""
        into = self.flows[:, :, INTO].sum() + self.start.sum()
        left = self.flows[:, :, OUT].sum() + self.storage[:, -1].sum()
        return float(abs(into - left) / into) if into > 0 else 0.0


def run_reservoirs(plan: Plan, active: Array | None = None) -> Account:
    """Reckon the storage of all reservoirs day by day.

    Each day: catchment and reservoirs above bring water; rain falls on the surface; air and bed take theirs; uses draw
    by priority; the rest above the spillway flows on the same day. A reservoir out of use lets all water pass.

    Parameters
    ----------
    plan : Plan
        Reservoirs and weather.
    active : (reservoir,) array of bool, optional
        Which are in use; all if left out.

    Returns
    -------
    Account

    Raises
    ------
    InputError
        If names or series do not fit, a figure cannot be, or reservoirs flow in a circle.

    References
    ----------
    McMahon & Mein (1986): *River and Reservoir Yield*, Water Resources Publications; Liebe et al. (2005), Phys. Chem.
    Earth 30, 448-454, on areas of small reservoirs.
    """
    from hks.climate.small_reservoirs_kernels import route

    _check(plan)
    calendar, weather = Calendar.of(plan.weather), plan.weather
    rain, evaporation = _by_day(weather.rain, weather, calendar), _by_day(weather.evaporation, weather, calendar)
    all_, years = plan.reservoirs, int(calendar.year[-1]) + 1
    in_use = np.ones(len(all_), dtype=bool) if active is None else active
    owners = tuple((n, use) for n, one in enumerate(all_) for use in sorted(one.uses, key=lambda use: use.priority))
    first = np.searchsorted([n for n, _use in owners], np.arange(len(all_) + 1)).astype(np.int64)
    start = _figures(all_, "capacity") * _figures(all_, "start_share") * in_use
    yields = np.ones((len(all_), 12)) if weather.runoff is not None else np.array([one.yields for one in all_])
    stored, storage = start.copy(), np.zeros((len(all_), int(calendar.period[-1]) + 1))
    flows, drawn = np.zeros((len(all_), years, len(FLOWS))), np.zeros((len(owners), years, 4))
    route(
        order(all_), _below(all_), in_use, _figures(all_, "capacity"), _figures(all_, "area"), _figures(all_, "shape"),
        _figures(all_, "dead"), _figures(all_, "seepage") / 1e3, _figures(all_, "catchment") * 1e6, yields, stored,
        rain if weather.runoff is None else _by_day(weather.runoff, weather, calendar), rain, evaporation,
        calendar.period, calendar.month, calendar.year, first, _daily_demand(owners, calendar),
        np.array([use.above_share for _n, use in owners]), np.array([use.return_share for _n, use in owners]), EMPTY,
        storage, flows, drawn,
    )  # fmt: skip
    return Account(flows, drawn, storage, start, owners, calendar)


def _by_day(series: Array, weather: Weather, calendar: Calendar) -> Array:
    """Spread months evenly over their days. [m/d]"""
    return np.asarray(series[calendar.period] / calendar.lengths if weather.monthly else series) / 1e3


def _figures(reservoirs: Sequence[Reservoir], name: str) -> Array:
    return np.array([float(getattr(one, name)) for one in reservoirs])


def _daily_demand(owners: Sequence[tuple[int, Use]], calendar: Calendar) -> Array:
    """Spread the demand of each month over its days, (use, month of the series). [m³/d]"""
    days = np.flatnonzero(np.diff(calendar.period, prepend=-1))
    months, lengths = calendar.month[days], calendar.lengths[days]
    demands = np.array([use.demand for _n, use in owners]).reshape(len(owners), 12)
    return np.asarray(demands[:, months] / lengths)


def _below(reservoirs: Sequence[Reservoir]) -> Array:
    places = {one.name: n for n, one in enumerate(reservoirs)}
    return np.array([places.get(one.below, -1) for one in reservoirs])


def order(reservoirs: Sequence[Reservoir]) -> Array:
    """Put each reservoir after all that flow to it.

    Raises
    ------
    InputError
        If some flow in a circle.
    """
    below = _below(reservoirs)
    waiting = np.bincount(below[below >= 0], minlength=len(reservoirs))
    found: list[int] = [n for n in range(len(reservoirs)) if waiting[n] == 0]
    for n in found:
        if below[n] >= 0:
            waiting[below[n]] -= 1
            if waiting[below[n]] == 0:
                found.append(int(below[n]))
    if len(found) < len(reservoirs):
        name = next(one.name for n, one in enumerate(reservoirs) if waiting[n] > 0)
        raise InputError(gettext_noop("The water of '%(name)s' flows in a circle back to it."), name=name)
    return np.array(found)


def _check(plan: Plan) -> None:
    names = [one.name for one in plan.reservoirs]
    for one in plan.reservoirs:
        if not one.name or names.count(one.name) > 1:
            raise InputError(
                gettext_noop("Each reservoir needs a name of its own; '%(name)s' is empty or stands twice."),
                name=one.name,
            )
        if one.below and one.below not in names:
            raise InputError(
                gettext_noop("'%(name)s' flows to '%(below)s', which is not on the list."), name=one.name,
                below=one.below,
            )  # fmt: skip
        if one.dead > one.capacity:
            raise InputError(gettext_noop("The dead storage of '%(name)s' exceeds its capacity."), name=one.name)
    weather = plan.weather
    series = [weather.rain, weather.evaporation] + ([] if weather.runoff is None else [weather.runoff])
    if not names or weather.rain.size == 0 or len({one.size for one in series}) > 1:
        raise InputError(gettext_noop("Reservoirs and series of rain and evaporation of one length are needed."))
    if weather.monthly and weather.start.day != 1:
        raise InputError(gettext_noop("A series of months starts on the first of a month."))


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Run the reservoirs in use under the changed weather and sum up."""
    plan: Plan = inputs["reservoirs"]
    changed = _changed(plan, cast("float", values["rain_factor"]), cast("float", values["evaporation_factor"]))
    wanted = cast("int", values["in_use"]) or len(plan.reservoirs)
    if wanted > len(plan.reservoirs):
        raise InputError(
            gettext_noop("%(wanted)s reservoirs are to be in use, but the file lists %(found)s."), wanted=wanted,
            found=len(plan.reservoirs),
        )  # fmt: skip
    done = run_reservoirs(changed, np.arange(len(plan.reservoirs)) < wanted)
    dry, wet = extreme_years(changed.weather, done.calendar)
    return {
        "reservoirs": [_of_reservoir(done, changed, n) for n in range(len(plan.reservoirs))],
        "total": _total(done, slice(None)),
        "dry_years": {"years": (dry + done.calendar.first_year).tolist(), **_total(done, dry)},
        "wet_years": {"years": (wet + done.calendar.first_year).tolist(), **_total(done, wet)},
        "balance_error": done.error,
        "months": _months(done.calendar),
        "storage_m3": done.storage,
        "warnings": [UNEVEN] if changed.weather.monthly else [],
    }


def _months(calendar: Calendar) -> list[str]:
    first = np.flatnonzero(np.diff(calendar.period, prepend=-1))
    pairs = zip((calendar.year[first] + calendar.first_year).tolist(), calendar.month[first].tolist(), strict=True)
    return [f"{year}-{month + 1:02d}" for year, month in pairs]


def _changed(plan: Plan, rain: float, evaporation: float) -> Plan:
    weather = plan.weather
    runoff = None if weather.runoff is None else weather.runoff * rain
    return Plan(
        plan.reservoirs,
        Weather(weather.start, weather.monthly, weather.rain * rain, weather.evaporation * evaporation, runoff),
    )


def extreme_years(weather: Weather, calendar: Calendar) -> tuple[Array, Array]:
    """Name the driest and the wettest fifth of the whole calendar years by rain minus evaporation, from 0.

    Fewer than five whole years have none.
    """
    steps = calendar.period if weather.monthly else np.arange(calendar.year.size)
    by_day = (weather.rain - weather.evaporation)[steps] / (calendar.lengths if weather.monthly else 1)
    sums = np.bincount(calendar.year, by_day)
    whole = np.flatnonzero(np.bincount(calendar.year) >= 365)
    few = int(EXTREME * whole.size)
    ranked = whole[np.argsort(sums[whole], kind="stable")]
    return np.sort(ranked[:few]), np.sort(ranked[whole.size - few :])


def reliability(uses: Array) -> dict[str, float | None]:
    """Say how well demands were met.

    Parameters
    ----------
    uses : (use, year, 4) array
        As in `Account`.

    Returns
    -------
    mapping
        Share of days with all that was asked for, share of the volume, and the shortage. [1], [1], [m³]
    """
    demanded, given, asked, full = uses.reshape(-1, 4).sum(axis=0).tolist()
    return {
        "reliability": full / asked if asked > 0 else None,
        "volume_reliability": given / demanded if demanded > 0 else None,
        "shortage_m3": max(demanded - given, 0.0),
    }


def _total(done: Account, years: Any) -> dict[str, Any]:
    flows, uses = done.flows[:, years], done.uses[:, years]
    sums = flows.sum(axis=(0, 1)).tolist()
    return {**reliability(uses), **{f"{name}_m3": sums[n] for n, name in enumerate(FLOWS[:-1])}, "days_empty": sums[-1]}


def _of_reservoir(done: Account, plan: Plan, n: int) -> dict[str, Any]:
    years = done.calendar.year.size / DAYS
    sums = (done.flows[n].sum(axis=0) / years).tolist()
    mine = [(place, use) for place, (owner, use) in enumerate(done.owners) if owner == n]
    return {
        "name": plan.reservoirs[n].name,
        **reliability(done.uses[[place for place, _use in mine]]),
        **{f"{name}_m3_a": sums[m] for m, name in enumerate(FLOWS[:-1])},
        "days_empty_a": sums[-1],
        "mean_storage_m3": float(done.storage[n].mean()),
        "uses": [{"name": use.name, **reliability(done.uses[place : place + 1])} for place, use in mine],
    }


UNEVEN = gettext_noop("Monthly rain is spread evenly over the days; single floods and their spill are not seen.")
FACTOR: Mapping[str, Any] = {"kind": "number", "default": 1.0, "low": 0.0, "high": 3.0, "step": 0.05}

RESERVOIRS = Method(
    group="water",
    verb="reservoirs",
    title=gettext_noop("Small reservoirs"),
    summary=gettext_noop("How full small reservoirs are in dry and wet years, who gets how much, and what is missing."),
    inputs=(Input("reservoirs", gettext_noop("Reservoirs and weather"), ("reservoirs",)),),
    parameters=(
        Parameter("rain_factor", gettext_noop("Rain and runoff times"), **FACTOR),
        Parameter("evaporation_factor", gettext_noop("Evaporation times"), **FACTOR),
        Parameter(
            "in_use", gettext_noop("Reservoirs in use"), "integer", 0, low=0, high=1000, role="lever",
            help=gettext_noop("The first of the list so many; 0 means all. The others let the water pass."),
        ),
    ),
    outcomes=(
        Outcome("reservoirs", gettext_noop("Each reservoir, by year on average"), axes=("reservoir",), shape="table"),
        Outcome("total", gettext_noop("All together over the whole time"), shape="table"),
        Outcome("dry_years", gettext_noop("The driest fifth of the years"), shape="table"),
        Outcome("wet_years", gettext_noop("The wettest fifth of the years"), shape="table"),
        Outcome("balance_error", gettext_noop("Water unaccounted for"), better="less"),
        Outcome("months", gettext_noop("Months of the series"), axes=("month",), shape="field"),
        Outcome(
            "storage_m3", gettext_noop("Storage at the end of each month"), "m³", axes=("reservoir", "month"),
            shape="field",
        ),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    references=("McMahon & Mein (1986): River and Reservoir Yield.",),
)  # fmt: skip


def warm_up() -> None:
    """Compile the kernel on the smallest case."""
    day = np.zeros(1)
    pond = Reservoir("pond", 1.0, 0.0, 0.0, np.zeros(12), 0.0, uses=(Use("brook", 1, np.zeros(12)),))
    run_reservoirs(Plan((pond,), Weather(datetime.date(2000, 1, 1), False, day, day)))
