"""What small reservoirs deliver in dry and wet years, with a band from years drawn in another order."""

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from hks.climate.small_reservoirs import (
    FLOWS,
    Account,
    Array,
    Calendar,
    Days,
    Plan,
    Reservoir,
    Use,
    Weather,
    extreme_years,
    reliability,
    run_days,
    run_reservoirs,
)
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.core.randomness import generator

DAYS = 365.25  # of a year, for means
LEAST_YEARS = 5  # whole years below which there is no driest fifth
BAND = (10, 90)  # percentiles over the draws
LOST = [FLOWS.index("evaporation"), FLOWS.index("seepage")]
OF_A_YEAR = ("demand_m3", "delivered_m3", "met_percent", "lost_m3")


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Run the reservoirs in use under the changed weather and sum up."""
    plan = _changed(_plan(inputs), values)
    active = in_use(plan.reservoirs, cast("int", values["in_use"]), inputs.get("reactivated") or ())
    done = run_reservoirs(plan, active)
    dry, wet = extreme_years(plan.weather, done.calendar)
    years = by_year(done)
    bands = _drawn(plan, active, done.calendar, cast("int", values["draws"]), seed)
    kinds = dict.fromkeys(dry.tolist(), "dry") | dict.fromkeys(wet.tolist(), "wet")
    return {
        "reservoirs": [
            _of_reservoir(done, plan, n) | {"in_use": bool(active[n])} for n in range(len(plan.reservoirs))
        ],
        "total": _total(done, slice(None)),
        "dry_years": {"years": (dry + done.calendar.first_year).tolist(), **_total(done, dry)},
        "wet_years": {"years": (wet + done.calendar.first_year).tolist(), **_total(done, wet)},
        "dry_year": _of_years(years, dry, bands[0]),
        "wet_year": _of_years(years, wet, bands[1]),
        "years": _each_year(years, kinds, done.calendar.first_year),
        "balance_error": done.error,
        "months": _months(done.calendar),
        "storage_m3": done.storage,
        "warnings": [
            *([UNEVEN] if plan.weather.monthly else []), *([] if dry.size else [FEW]),
            *([EDGES] if done.calendar.year.size and _broken(done.calendar) else []),
        ],
    }  # fmt: skip


def _each_year(years: Mapping[str, Array], kinds: Mapping[int, str], first: int) -> list[dict[str, Any]]:
    columns = {name: values.tolist() for name, values in years.items()}
    return [
        {"year": first + n, "kind": kinds.get(n, ""), **{name: column[n] for name, column in columns.items()}}
        for n in range(len(columns[OF_A_YEAR[0]]))
    ]


def _plan(inputs: Inputs) -> Plan:
    """Join reservoirs and weather, which stand in one file or in two."""
    given, weather = inputs["reservoirs"], inputs.get("weather")
    if isinstance(given, Plan):
        return given if weather is None else Plan(given.reservoirs, weather)
    if weather is None:
        raise InputError(
            gettext_noop("A table of reservoirs needs a table of the weather beside it; a JSON file may hold both.")
        )
    return Plan(given, weather)


def in_use(reservoirs: tuple[Reservoir, ...], first: int, reactivated: tuple[str, ...]) -> Array:
    """Say which reservoirs hold water: those in use today and those put back, or the first so many of the list.

    Parameters
    ----------
    reservoirs : tuple of Reservoir
    first : int
        0 leaves it to the list.
    reactivated : tuple of str
        Names.

    Raises
    ------
    InputError
        If more are wanted than there are, or a name is not on the list.
    """
    if first > len(reservoirs):
        raise InputError(
            gettext_noop("%(wanted)s reservoirs are to be in use, but the file lists %(found)s."), wanted=first,
            found=len(reservoirs),
        )  # fmt: skip
    names = {one.name for one in reservoirs}
    for name in reactivated:
        if name not in names:
            raise InputError(gettext_noop("'%(name)s' is to be reactivated but is not on the list."), name=name)
    if first:
        return np.arange(len(reservoirs)) < first
    return np.array([one.in_use or one.name in reactivated for one in reservoirs], dtype=bool)


def _changed(plan: Plan, values: Values) -> Plan:
    """Change weather and demand by their factors; what is left to the brook stays."""
    rain, evaporation, demand = (cast("float", values[f"{name}_factor"]) for name in ("rain", "evaporation", "demand"))
    was = plan.weather
    weather = Weather(
        was.start, was.monthly, was.rain * rain, was.evaporation * evaporation,
        None if was.runoff is None else was.runoff * rain,
    )  # fmt: skip

    def asks(use: Use) -> Use:
        return use if use.return_share == 1.0 else dataclasses.replace(use, demand=use.demand * demand)

    reservoirs = tuple(dataclasses.replace(one, uses=tuple(map(asks, one.uses))) for one in plan.reservoirs)
    return Plan(reservoirs, weather)


def by_year(done: Account) -> dict[str, Array]:
    """Sum up demand, what was delivered of it, and what was lost to air and bed, by year.

    What flows on entirely is no delivery: it is left to the brook.

    Returns
    -------
    mapping of (year,) arrays
        [m³], and the share met [%], 100 where nothing was asked for.
    """
    drawn = np.array([use.return_share < 1.0 for _n, use in done.owners], dtype=bool)
    demand, delivered = (done.uses[drawn][:, :, n].sum(axis=0) for n in range(2))
    met = np.divide(100.0 * delivered, demand, out=np.full(demand.shape, 100.0), where=demand > 0)
    lost = done.flows[:, :, LOST].sum(axis=(0, 2))
    return dict(zip(OF_A_YEAR, (demand, delivered, met, lost), strict=True))


def _mean(years: Mapping[str, Array], which: Array) -> Array:
    """Average over years; the share met is that of their sums. (4,)"""
    demand, delivered, _met, lost = (years[name][which].mean() for name in OF_A_YEAR)
    return np.array([demand, delivered, 100.0 * delivered / demand if demand > 0 else 100.0, lost])


def _of_years(years: Mapping[str, Array], which: Array, bands: Array | None) -> dict[str, Any] | None:
    """Give the mean year of some, with the band of the draws; nothing where no year is so."""
    if not which.size:
        return None
    found = _mean(years, which).tolist()
    limits = np.full((2, len(OF_A_YEAR)), np.nan) if bands is None else np.percentile(bands, BAND, axis=0)
    return {
        name: {"value": found[n], **{f"p{p}": None if bands is None else float(limits[m, n])
                                     for m, p in enumerate(BAND)}}
        for n, name in enumerate(OF_A_YEAR)
    }  # fmt: skip


def _drawn(plan: Plan, active: Array, calendar: Calendar, draws: int, seed: int) -> tuple[Array | None, Array | None]:
    """Let the whole years come in orders drawn with replacement; what a dry and a wet year delivers in each.

    Returns
    -------
    tuple of (draw, 4) arrays or None
        Of the dry and of the wet years, in the order of `OF_A_YEAR`.
    """
    whole = _whole(calendar)
    if draws == 0 or whole.size < LEAST_YEARS:
        return None, None
    rng, days = generator(seed), Days.of(plan.weather, calendar)
    found = np.zeros((2, draws, len(OF_A_YEAR)))
    for draw in range(draws):
        one, order = reordered(calendar, rng.choice(whole, whole.size))
        part = Days(
            days.rain[order], days.evaporation[order], None if days.runoff is None else days.runoff[order]
        )  # fmt: skip
        done = run_days(plan.reservoirs, part, one, active)
        years = by_year(done)
        weather = Weather(plan.weather.start, False, part.rain, part.evaporation)
        for place, which in enumerate(extreme_years(weather, one)):
            found[place, draw] = _mean(years, which)
    return found[0], found[1]


def _whole(calendar: Calendar) -> Array:
    return np.flatnonzero(np.bincount(calendar.year) >= 365)


def _broken(calendar: Calendar) -> bool:
    return bool(_whole(calendar).size <= calendar.year[-1])


def reordered(calendar: Calendar, years: Array) -> tuple[Calendar, Array]:
    """Put whole years one after another.

    Parameters
    ----------
    calendar : Calendar
    years : (n,) array of int
        Years of the calendar from 0, in any order, also twice.

    Returns
    -------
    Calendar, (day,) array of int
        The new calendar, and the day of the old one that each day was.
    """
    parts = [np.flatnonzero(calendar.year == year) for year in years]
    days = np.concatenate(parts)
    year = np.repeat(np.arange(len(parts)), [part.size for part in parts])
    month = calendar.month[days]
    return Calendar(12 * year + month, month, year, calendar.first_year, calendar.lengths[days]), days


def _months(calendar: Calendar) -> list[str]:
    first = np.flatnonzero(np.diff(calendar.period, prepend=-1))
    pairs = zip((calendar.year[first] + calendar.first_year).tolist(), calendar.month[first].tolist(), strict=True)
    return [f"{year}-{month + 1:02d}" for year, month in pairs]


def _total(done: Account, years: Any) -> dict[str, Any]:
    flows, uses = done.flows[:, years], done.uses[:, years]
    sums = flows.sum(axis=(0, 1)).tolist()
    return {**reliability(uses), **{f"{name}_m3": sums[n] for n, name in enumerate(FLOWS[:-1])}, "days_empty": sums[-1]}


def _of_reservoir(done: Account, plan: Plan, n: int) -> dict[str, Any]:
    years = done.calendar.year.size / DAYS
    sums = (done.flows[n].sum(axis=0) / years).tolist()
    mine = [(place, use) for place, (owner, use) in enumerate(done.owners) if owner == n]
    drawn = done.uses[[place for place, use in mine if use.return_share < 1.0], :, :2].sum(axis=(0, 1))
    return {
        "name": plan.reservoirs[n].name,
        **reliability(done.uses[[place for place, _use in mine]]),
        **{f"{name}_m3_a": sums[m] for m, name in enumerate(FLOWS[:-1])},
        **dict(zip(("demand_m3_a", "delivered_m3_a"), (drawn / years).tolist(), strict=True)),
        "days_empty_a": sums[-1],
        "mean_storage_m3": float(done.storage[n].mean()),
        "uses": [{"name": use.name, **reliability(done.uses[place : place + 1])} for place, use in mine],
    }


def seconds(inputs: Inputs, values: Values) -> float:
    """Estimate a run by days, reservoirs and draws, as measured on two cores. [s]"""
    plan = _plan(inputs)
    days = plan.weather.rain.size * (30.4 if plan.weather.monthly else 1.0)
    return 0.05 + 5e-8 * days * len(plan.reservoirs) * (1 + cast("int", values["draws"]))


FEW = gettext_noop("Fewer than five whole years: no year counts as dry or wet.")
EDGES = gettext_noop("Years that are not whole count neither as dry nor as wet.")
UNEVEN = gettext_noop("Monthly rain is spread evenly over the days; single floods and their spill are not seen.")
FACTOR: Mapping[str, Any] = {"kind": "number", "default": 1.0, "low": 0.0, "high": 3.0, "step": 0.05}

RESERVOIRS = Method(
    group="water",
    verb="reservoirs",
    title=gettext_noop("Small reservoirs"),
    summary=gettext_noop("How full small reservoirs are in dry and wet years, who gets how much, and what is missing."),
    inputs=(
        Input("reservoirs", gettext_noop("Reservoirs, as a table or with the weather as JSON"), ("reservoirs",)),
        Input("weather", gettext_noop("Weather by day or month, as a table"), ("reservoir-weather",), required=False),
        Input("reactivated", gettext_noop("Names of reservoirs to reactivate"), ("reservoir-choice",), required=False),
    ),
    parameters=(
        Parameter("rain_factor", gettext_noop("Rain and runoff times"), **FACTOR),
        Parameter("evaporation_factor", gettext_noop("Evaporation times"), **FACTOR),
        Parameter(
            "demand_factor", gettext_noop("Demand times"), **FACTOR, role="lever",
            help=gettext_noop("Below 1: a restriction of use. What is left to the brook stays."),
        ),
        Parameter(
            "draws", gettext_noop("Orders of the years"), "integer", 50, low=0, high=2000,
            help=gettext_noop("The years come in as many orders; the band is what a dry or wet year delivers in them."),
        ),
        Parameter(
            "in_use", gettext_noop("Reservoirs in use"), "integer", 0, low=0, high=1000, role="lever",
            help=gettext_noop(
                "The first of the list so many; 0 means those in use today. The others let the water pass."
            ),
        ),
    ),
    outcomes=(
        Outcome("reservoirs", gettext_noop("Each reservoir, by year on average"), axes=("reservoir",), shape="table"),
        Outcome("total", gettext_noop("All together over the whole time"), shape="table"),
        Outcome("dry_years", gettext_noop("The driest fifth of the years"), shape="table"),
        Outcome("wet_years", gettext_noop("The wettest fifth of the years"), shape="table"),
        Outcome("dry_year", gettext_noop("A dry year on average, with its band"), shape="table"),
        Outcome("wet_year", gettext_noop("A wet year on average, with its band"), shape="table"),
        Outcome("years", gettext_noop("Each year"), axes=("year",), shape="table"),
        Outcome("balance_error", gettext_noop("Water unaccounted for"), better="less"),
        Outcome("months", gettext_noop("Months of the series"), axes=("month",), shape="field"),
        Outcome(
            "storage_m3", gettext_noop("Storage at the end of each month"), "m³", axes=("reservoir", "month"),
            shape="field",
        ),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    version="2",
    estimate=seconds,
    draws=True,
    references=("McMahon & Mein (1986): River and Reservoir Yield.",),
)  # fmt: skip
