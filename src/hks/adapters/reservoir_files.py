"""Small reservoirs, their uses and the weather as one JSON object; docs/methods/small_reservoirs.md lists every key."""

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hks.adapters.json_objects import read_object
from hks.climate.small_reservoirs import Plan, Reservoir, Use, Weather
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LARGEST = 20  # our choice: a century of days stays below [MB]
MOST_STEPS, MOST_RESERVOIRS, MOST_USES = 75_000, 1000, 50  # our choice
TOP = ("start", "step", "rain_mm", "evaporation_mm", "runoff_mm", "reservoirs")
RESERVOIR = (
    "name", "capacity_m3", "area_m2", "catchment_km2", "yield_share", "seepage_mm_d", "shape", "dead_m3",
    "start_share", "downstream", "uses", "in_use",
)  # fmt: skip
USE = ("name", "priority", "demand_m3", "above_share", "return_share")
MUCH = 1e12  # m³ or m², more than any small reservoir has; our choice
DAILY = 2000.0  # mm in a step; our choice


def read_reservoirs(data: bytes, name: str) -> Plan:
    """Read reservoirs and weather.

    Raises
    ------
    InputError
        If the file is no such object; the text names file and key.
    """
    content = read_object(data, name, LARGEST)
    _known(content, TOP, name)
    listed = _list(content, "reservoirs", MOST_RESERVOIRS, name)
    by_runoff = content.get("runoff_mm") is not None
    reservoirs = tuple(_reservoir(one, f"{name}:reservoirs.{n}", by_runoff) for n, one in enumerate(listed, start=1))
    return Plan(reservoirs, _weather(content, name))


def _weather(content: Mapping[str, Any], name: str) -> Weather:
    step, start = content.get("step", "month"), content.get("start")
    if step not in ("day", "month"):
        raise InputError(
            gettext_noop("'%(value)s' is no step; write day or month."), where=f"{name}:step", value=str(step)[:40]
        )
    text = f"{start}-01" if step == "month" and re.fullmatch(r"\d{4}-\d{2}", str(start)) else str(start)
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise InputError(
            gettext_noop("'%(value)s' is no day; write it as 2026-05-31."), where=f"{name}:start", value=text[:40]
        ) from None
    if not 1700 <= day.year <= 2300:
        raise InputError(
            gettext_noop("'%(value)s' lies outside the years 1700 to 2300."), where=f"{name}:start", value=text
        )
    series = {key: _series(content, key, name) for key in ("rain_mm", "evaporation_mm")}
    runoff = _series(content, "runoff_mm", name) if content.get("runoff_mm") is not None else None
    lengths = {key: one.size for key, one in {**series, "runoff_mm": runoff}.items() if one is not None}
    if len(set(lengths.values())) > 1:
        raise InputError(
            gettext_noop("The series differ in length: %(lengths)s."), where=name,
            lengths=", ".join(f"{key} {size}" for key, size in lengths.items()),
        )  # fmt: skip
    return Weather(day, step == "month", series["rain_mm"], series["evaporation_mm"], runoff)


def _series(content: Mapping[str, Any], key: str, name: str) -> np.ndarray:
    values = _list(content, key, MOST_STEPS, name)
    return np.array([_number(value, f"{name}:{key}.{n}", 0.0, DAILY) for n, value in enumerate(values, start=1)])


def _reservoir(given: Any, where: str, by_runoff: bool) -> Reservoir:
    _known(given, RESERVOIR, where)
    usual: Mapping[str, Any] = {
        "shape": 2.0 / 3.0, "dead_m3": 0.0, "start_share": 1.0, "downstream": "", "uses": [], "in_use": True,
    }  # fmt: skip
    filled = {**usual, **{key: value for key, value in given.items() if value is not None}}
    if by_runoff:
        filled.setdefault("yield_share", 0.0)

    def figure(key: str, low: float, high: float) -> float:
        return _number(_part(filled, key, where), f"{where}.{key}", low, high)

    uses = _list(filled, "uses", MOST_USES, where, least=0)
    if not isinstance(filled["in_use"], bool):
        raise InputError(
            gettext_noop("'%(value)s' is neither true nor false."), where=f"{where}.in_use",
            value=str(filled["in_use"])[:40],
        )  # fmt: skip
    return Reservoir(
        name=_text(_part(filled, "name", where), f"{where}.name"),
        capacity=figure("capacity_m3", 1e-3, MUCH),
        area=figure("area_m2", 0.0, MUCH),
        catchment=figure("catchment_km2", 0.0, 1e6),
        yields=_months(_part(filled, "yield_share", where), f"{where}.yield_share", 1.0),
        seepage=figure("seepage_mm_d", 0.0, 1000.0),
        shape=figure("shape", 0.0, 1.0),
        dead=figure("dead_m3", 0.0, MUCH),
        start_share=figure("start_share", 0.0, 1.0),
        below=_text(filled["downstream"], f"{where}.downstream") if filled["downstream"] else "",
        uses=tuple(_use(use, f"{where}.uses.{n}") for n, use in enumerate(uses, start=1)),
        in_use=filled["in_use"],
    )


def _use(given: Any, where: str) -> Use:
    _known(given, USE, where)
    filled = {"above_share": 0.0, "return_share": 0.0, "priority": 1, **given}
    priority = _number(filled["priority"], f"{where}.priority", 1, 1000)
    if priority != int(priority):
        raise InputError(
            gettext_noop("'%(value)s' is no whole number."), where=f"{where}.priority", value=f"{priority:g}"
        )
    return Use(
        _text(_part(filled, "name", where), f"{where}.name"),
        int(priority),
        _months(_part(filled, "demand_m3", where), f"{where}.demand_m3", MUCH),
        _number(filled["above_share"], f"{where}.above_share", 0.0, 1.0),
        _number(filled["return_share"], f"{where}.return_share", 0.0, 1.0),
    )


def _known(given: Any, keys: Sequence[str], where: str) -> None:
    if not isinstance(given, dict):
        raise InputError(gettext_noop("An object with %(known)s is right here."), where=where, known=", ".join(keys))
    strange = sorted(set(given) - set(keys))
    if strange:
        raise InputError(
            gettext_noop("'%(key)s' is not known here; known are %(known)s."), where=where, key=strange[0][:40],
            known=", ".join(keys),
        )  # fmt: skip


def _part(given: Mapping[str, Any], key: str, where: str) -> Any:
    if given.get(key) is None:
        raise InputError(gettext_noop("'%(key)s' is missing."), where=where, key=key)
    return given[key]


def _list(given: Mapping[str, Any], key: str, most: int, where: str, least: int = 1) -> list[Any]:
    found = _part(given, key, where)
    if not isinstance(found, list) or not least <= len(found) <= most:
        raise InputError(
            gettext_noop("'%(key)s' must be a list of %(least)s to %(most)s entries."), where=where, key=key,
            least=least, most=most,
        )  # fmt: skip
    return found


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise InputError(
            gettext_noop("'%(value)s' is no name of 1 to 200 letters."), where=where, value=str(value)[:40]
        )
    return value.strip()


def _number(value: Any, where: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(gettext_noop("'%(value)s' is not a number."), where=where, value=str(value)[:40])
    if not low <= value <= high:
        raise InputError(
            gettext_noop("%(value)s lies outside %(low)s to %(high)s."), where=where, value=str(value)[:40],
            low=f"{low:g}", high=f"{high:g}",
        )  # fmt: skip
    return float(value)


def _months(value: Any, where: str, high: float) -> np.ndarray:
    """Read one figure for every month, or twelve."""
    if isinstance(value, list):
        if len(value) != 12:
            raise InputError(gettext_noop("One figure or twelve, January first, are right here."), where=where)
        return np.array([_number(item, f"{where}.{n}", 0.0, high) for n, item in enumerate(value, start=1)])
    return np.full(12, _number(value, where, 0.0, high))
