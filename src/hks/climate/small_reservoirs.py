"""Daily balance of small reservoirs, one below the other: inflow, rain, evaporation, seepage, uses and spill."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

Array = np.ndarray
EMPTY = 0.001  # our choice: so much of the capacity above the dead storage still counts as empty [1]
EXTREME = 0.2  # our choice: the driest and the wettest fifth of the years
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
    in_use : bool
        Whether it holds water today.
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
    in_use: bool = True


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
class Days:
    """Weather of each day: rain, evaporation of open water and runoff where it is given, (day,) each. [m]"""

    rain: Array
    evaporation: Array
    runoff: Array | None = None

    @classmethod
    def of(cls, weather: Weather, calendar: Calendar) -> "Days":
        """Spread months evenly over their days."""

        def by_day(series: Array) -> Array:
            return np.asarray(series[calendar.period] / calendar.lengths if weather.monthly else series) / 1e3

        runoff = None if weather.runoff is None else by_day(weather.runoff)
        return cls(by_day(weather.rain), by_day(weather.evaporation), runoff)


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
    by priority; the rest above the spillway flows on the same day. A reservoir out of use lets all water pass: whoever
    draws from it gets nothing, and what is left to the brook is met by what passes.

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
    _check(plan)
    calendar = Calendar.of(plan.weather)
    return run_days(plan.reservoirs, Days.of(plan.weather, calendar), calendar, active)


def run_days(all_: Sequence[Reservoir], days: Days, calendar: Calendar, active: Array | None = None) -> Account:
    """Reckon the storage of reservoirs that were checked, as `run_reservoirs` does."""
    from hks.climate.small_reservoirs_kernels import route

    years = int(calendar.year[-1]) + 1
    in_use = np.ones(len(all_), dtype=bool) if active is None else active
    owners = tuple((n, use) for n, one in enumerate(all_) for use in sorted(one.uses, key=lambda use: use.priority))
    first = np.searchsorted([n for n, _use in owners], np.arange(len(all_) + 1)).astype(np.int64)
    start = _figures(all_, "capacity") * _figures(all_, "start_share") * in_use
    yields = np.ones((len(all_), 12)) if days.runoff is not None else np.array([one.yields for one in all_])
    stored, storage = start.copy(), np.zeros((len(all_), int(calendar.period[-1]) + 1))
    flows, drawn = np.zeros((len(all_), years, len(FLOWS))), np.zeros((len(owners), years, 4))
    route(
        order(all_), _below(all_), in_use, _figures(all_, "capacity"), _figures(all_, "area"), _figures(all_, "shape"),
        _figures(all_, "dead"), _figures(all_, "seepage") / 1e3, _figures(all_, "catchment") * 1e6, yields, stored,
        days.rain if days.runoff is None else days.runoff, days.rain, days.evaporation,
        calendar.period, calendar.month, calendar.year, first, _daily_demand(owners, calendar),
        np.array([use.above_share for _n, use in owners]), np.array([use.return_share for _n, use in owners]), EMPTY,
        storage, flows, drawn,
    )  # fmt: skip
    return Account(flows, drawn, storage, start, owners, calendar)


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


def warm_up() -> None:
    """Compile the kernel on the smallest case."""
    day = np.zeros(1)
    pond = Reservoir("pond", 1.0, 0.0, 0.0, np.zeros(12), 0.0, uses=(Use("brook", 1, np.zeros(12)),))
    run_reservoirs(Plan((pond,), Weather(datetime.date(2000, 1, 1), False, day, day)))
