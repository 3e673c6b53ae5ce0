"""Why a figure warns, who is similar, and the warning as a record that a project can begin with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Q
from django.utils import timezone

import hks
from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import Person
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.regions.services import PERSONS
from hks.web.regions.situation import Limits, Reading, limits_of, situation_of, warnings_of
from hks.web.shell.translated import in_words
from hks.workbench.region import FEWEST_FEATURES, INDICATORS, nearest

SHOWN = 5  # our choice: as many as one can know by name
REASONS = 2  # our choice: the two features in which a unit is most alike


@dataclass(frozen=True)
class Alike:
    """One similar unit: its distance, in what it is alike, and its own value of the indicator looked at."""

    place: Municipality
    distance: float
    reason: str
    value: IndicatorValue | None = None


@dataclass(frozen=True)
class Compared:
    """The units most like one, and how many of them have a higher value."""

    rows: list[Alike]
    higher: int


def peers_of(place: Municipality, user: Person) -> list[Alike]:
    """Find the units of the same level most like one, by the official features of its latest key dates."""
    features = [slug for slug, entry in INDICATORS.items() if entry.feature]
    visible = IndicatorValue.objects.visible_to(user).filter(indicator__in=features, second_hand=False)
    latest = dict(visible.filter(municipality=place).order_by("key_date").values_list("indicator", "key_date"))
    if len(latest) < FEWEST_FEATURES:
        return []
    days = Q(pk=None)
    for slug, day in latest.items():
        days |= Q(indicator=slug, key_date=day)
    table: dict[str, dict[str, float]] = {}
    for row in visible.filter(days, municipality__level=place.level).order_by("filing_id"):
        table.setdefault(row.municipality_id, {})[row.indicator] = _size(row)
    names, known = list(table), list(latest)
    matrix = np.array([[table[ags].get(slug, math.nan) for slug in known] for ags in names])
    places = Municipality.objects.in_bulk(names)
    return [
        Alike(places[names[peer.row]], peer.distance,
              ", ".join(in_words(INDICATORS[known[place]].title) for place in peer.features[:REASONS]))
        for peer in nearest(matrix, names.index(place.ags), SHOWN)
    ]  # fmt: skip


def _size(row: IndicatorValue) -> float:
    """Take head counts by their logarithm: twice as many is one step, whatever the size."""
    if row.unit != PERSONS:
        return row.value
    return math.log(row.value) if row.value > 0 else math.nan


def alike(reading: Reading, user: Person) -> Compared:
    """Show a reading beside the same day's values of the units most like its own."""
    peers = peers_of(reading.place, user)
    same_day = IndicatorValue.objects.visible_to(user).filter(
        indicator=reading.indicator.slug, key_date=reading.last.key_date, second_hand=False,
        municipality__in=[peer.place for peer in peers],
    )  # fmt: skip
    values = {row.municipality_id: row for row in same_day.select_related("filing__record").order_by("filing_id")}
    rows = [Alike(peer.place, peer.distance, peer.reason, values.get(peer.place.ags)) for peer in peers]
    return Compared(rows, sum(row.value is not None and row.value.value > reading.last.value for row in rows))


def warning_on(unit: Municipality | None, indicator: str, user: Person, limits: Limits) -> Reading | None:
    """Find the warning of one indicator of a unit, or of the district or Land that stands for it."""
    if unit is None or indicator not in INDICATORS:
        return None
    readings, _missing = situation_of(unit, user, timezone.localdate(), limits, INDICATORS[indicator].tab)
    return next((found for found in warnings_of(readings) if found.indicator.slug == indicator), None)


def warning_record(reading: Reading) -> evidence.Record:
    """Bind a warning to the figures, the median and the thresholds it follows from."""
    digests = dict.fromkeys(value.filing.record.digest for value in reading.run)
    inputs = {f"figures-{n}": digest for n, digest in enumerate(digests, start=1)}
    unit, trend = reading.last.unit, reading.finding.trend
    outcomes: dict[str, Any] = {"value": {"unit": unit, "value": reading.last.value}}
    if reading.median is not None:
        inputs["median"] = evidence.parse_citation(reading.median.citation)[0]
        outcomes["median"] = {"unit": unit, "value": reading.median.value}
    if trend is not None:
        outcomes["slope"] = {"unit": f"{unit}/a", "value": trend.slope}
        outcomes["probability"] = {"unit": "1", "value": trend.probability}
        outcomes["years"] = {"unit": "1", "value": trend.points}
        if trend.low is not None and trend.high is not None:
            outcomes["interval"] = {"unit": f"{unit}/a", "value": [trend.low, trend.high]}
    if reading.finding.reaches:
        outcomes["reaches"] = {"unit": "year", "value": reading.finding.reaches}
    yellow, red = reading.limits or (None, None)
    values = {"indicator": reading.indicator.slug, "ags": reading.place.ags, "light": reading.light,
              "key_date": reading.last.key_date.isoformat(), "yellow": yellow, "red": red,
              "measure": reading.indicator.measure}  # fmt: skip
    return evidence.record(
        "computation", software=f"hks {hks.__version__}", method="region-warnings 1", inputs=inputs, values=values,
        outcomes=outcomes,
    )  # fmt: skip


def unit_of(ags: str) -> Municipality:
    """Find a unit by its key.

    Raises
    ------
    InputError
        If it is not known here.
    """
    unit = Municipality.objects.select_related("parent__parent").filter(ags=ags).first()
    if unit is None:
        raise InputError(gettext_noop("No town or district with the key '%(ags)s' is known here."), ags=ags)
    return unit


def warnings_as_json(ags: str) -> list[dict[str, Any]]:
    """Return the warnings from public figures, each with its reasons.

    Raises
    ------
    InputError
        If the unit is not known.
    """
    readings, _missing = situation_of(unit_of(ags), None, timezone.localdate(), limits_of(None))
    return [_told(reading) for reading in warnings_of(readings)]


def _told(reading: Reading) -> dict[str, Any]:
    trend = reading.finding.trend
    yellow, red = reading.limits or (None, None)
    return {
        "indicator": reading.indicator.slug, "title": in_words(reading.indicator.title), "light": reading.light,
        "level": reading.place.level, "ags": reading.place.ags, "name": reading.place.name,
        "value": reading.last.value, "unit": reading.last.unit, "key_date": reading.last.key_date.isoformat(),
        "stale": reading.stale, "yellow": yellow, "red": red, "reaches": reading.finding.reaches,
        "peers_median": reading.median.value if reading.median else None,
        "slope": trend.slope if trend else None, "low": trend.low if trend else None,
        "high": trend.high if trend else None, "probability": trend.probability if trend else None,
        "series": [{"day": row.key_date.isoformat(), "value": row.value} for row in reading.run],
    }  # fmt: skip


def peers_as_json(ags: str) -> list[dict[str, Any]]:
    """Return the units most like one, by public figures.

    Raises
    ------
    InputError
        If the unit is not known.
    """
    return [
        {"ags": peer.place.ags, "name": peer.place.name, "distance": peer.distance, "alike_in": peer.reason}
        for peer in peers_of(unit_of(ags), None)
    ]
