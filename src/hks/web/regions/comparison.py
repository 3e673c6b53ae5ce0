"""One indicator for all units of a level at once: ranked on one key date, as small charts, and as areas of a map."""

from __future__ import annotations

import datetime
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hks.web.accounts.permissions import Person
from hks.web.regions.models import IndicatorValue, Municipality
from hks.web.regions.services import TOWNS
from hks.web.regions.situation import Limits, Reading, latest, latest_by_day, reading
from hks.web.regions.surroundings import Surroundings
from hks.web.shell.templatetags.hks import number, unit
from hks.workbench.charts.series import Frame, Svg, frame_around
from hks.workbench.maps import Area, classes_of, shade_of
from hks.workbench.region import Indicator

Values = Mapping[str, Sequence[IndicatorValue]]
FEWEST = 2  # one unit alone has no rank
# The towns of the initiative and their districts come first.
FIRST = {*TOWNS, *(ags[:5] for ags in TOWNS), *(ags[:2] for ags in TOWNS)}


@dataclass(frozen=True)
class Compared:
    """One unit with an official figure of the day: what is known of it, its place and its class from 0."""

    reading: Reading
    rank: int
    shade: int

    @property
    def place(self) -> Municipality:
        """Return the unit."""
        return self.reading.place


@dataclass(frozen=True)
class Class:
    """One class: the values that bound it, cited as figures of their units, and how many units lie in it."""

    shade: int
    low: Compared
    high: Compared
    units: int


@dataclass(frozen=True)
class Comparison:
    """What is known of one indicator on a level: ranked units, those without a figure of the day, those without any."""

    indicator: Indicator
    level: str
    day: datetime.date | None
    days: tuple[IndicatorValue, ...]
    ranked: tuple[Compared, ...]
    otherwise: tuple[Reading, ...]
    without: tuple[Municipality, ...]

    @cached_property
    def classes(self) -> list[Class]:
        """Return the classes, the lowest first."""
        found = []
        for shade in sorted({row.shade for row in self.ranked}):
            rows = [row for row in self.ranked if row.shade == shade]
            found.append(Class(shade, rows[-1], rows[0], len(rows)))
        return found

    @cached_property
    def middle(self) -> Reading | None:
        """Return a reading that knows the median of the day."""
        return next((row.reading for row in self.ranked if row.reading.median), None)

    @cached_property
    def breaks(self) -> list[tuple[datetime.date, str, list[str]]]:
        """Return the breaks that fall into the series, each with its units where it is not the break of all."""
        found: dict[tuple[datetime.date, str], list[str]] = {}
        for r in self.readings:
            for one in r.seen_breaks:
                found.setdefault(one, []).append(str(r.place))
        return [(*one, [] if len(names) == len(self.readings) else names) for one, names in sorted(found.items())]

    @cached_property
    def sources(self) -> list[dict[str, str]]:
        """Return the sources of the figures, each once."""
        return list(
            {(r.source.get("publisher"), r.source.get("table")): dict(r.source) for r in self.readings}.values()
        )

    @cached_property
    def readings(self) -> list[Reading]:
        """Return all readings: those of the initiative first, then by name."""
        found = [*(row.reading for row in self.ranked), *self.otherwise]
        return sorted(found, key=lambda r: (r.place.ags not in FIRST, by_name(r.place)))

    @cached_property
    def first(self) -> list[Reading]:
        """Return the readings of the units of the initiative, or all where it has none on this level."""
        return [r for r in self.readings if r.place.ags in FIRST] or self.readings

    @cached_property
    def frame(self) -> Frame:
        """Return the axes that all small charts share."""
        points = [(value.key_date, value.value) for r in self.readings for value in r.values]
        digits = self.readings[0].digits
        return frame_around(points, lambda value: number(value, digits))

    def charts(self, *, everything: bool) -> list[tuple[Reading, Svg]]:
        """Draw the small charts on common axes."""
        shown = self.readings if everything else self.first
        return [(r, r.drawn(self.frame)) for r in shown]

    def areas(self, outlines: Mapping[str, Any]) -> list[Area]:
        """Describe the areas of the map; a unit without a figure of the day has no class."""
        ranked = {row.place.ags: row for row in self.ranked}
        known = {r.place.ags: r.place for r in self.readings} | {place.ags: place for place in self.without}
        return [self._area(ags, entry["name"], ranked.get(ags), known.get(ags)) for ags, entry in outlines.items()]

    def _area(self, ags: str, name: str, row: Compared | None, place: Municipality | None) -> Area:
        address = f"{reverse('regions:situation', args=[ags])}?tab={self.indicator.tab}" if place else ""
        label = str(place) if place and ags in FIRST else ""
        if row is None:
            said = _("%(name)s: no data") % {"name": place or name}
            return Area(ags, said, None, address, label)
        value = f"{number(row.reading.last.value, row.reading.digits)} {unit(self.indicator.unit)}".strip()
        said = _("%(name)s: %(value)s, place %(rank)s of %(all)s") % {
            "name": row.place, "value": value, "rank": row.rank, "all": len(self.ranked),
        }  # fmt: skip
        return Area(ags, said, row.shade, address, label)

    def outside(self, outlines: Mapping[str, Any]) -> list[Municipality]:
        """Return the units whose outline is not known, so that the map lacks them."""
        places = [*(r.place for r in self.readings), *self.without]
        return sorted((place for place in places if place.ags not in outlines), key=by_name)


def by_name(place: Municipality) -> str:
    """Sort names as a reader does: ä beside a, in every database."""
    return unicodedata.normalize("NFKD", place.name.casefold())


def compare(
    entry: Indicator, level: str, user: Person, today: datetime.date, limits: Limits, day: datetime.date | None = None
) -> Comparison:
    """Compare the units of a level on one day; without one, the newest that half of them have an official figure of.

    Second-hand figures have no place and no class, and no unit stands in a place of a figure of another day.
    """
    places = sorted(Municipality.objects.standing().filter(level=level).select_related("parent"), key=by_name)
    by_place = latest_by_day(places, user, {entry.slug})
    known = {ags: found[entry.slug] for ags, found in by_place.items() if entry.slug in found}
    days = _days(known)
    chosen = day if day in days else _usual(days)
    if chosen is not None and days[chosen][1] < FEWEST:
        chosen = None
    until = {
        ags: [v for v in values if chosen is None or v.key_date <= chosen] or values for ags, values in known.items()
    }
    around = Surroundings(user, [latest(values) for values in until.values()])
    readings = [reading(entry, values, around, today, limits) for values in until.values()]
    of_day = [r for r in readings if r.last.key_date == chosen and not r.last.second_hand]
    return Comparison(
        indicator=entry, level=level, day=chosen, days=tuple(value for value, _n in days.values()),
        ranked=ranked(of_day), otherwise=tuple(r for r in readings if r not in of_day),
        without=tuple(place for place in places if place.ags not in known),
    )  # fmt: skip


def ranked(readings: Sequence[Reading]) -> tuple[Compared, ...]:
    """Order readings by value as it is shown, the highest first; equal ones share a place and a class."""
    shown = {r.place.ags: round(r.last.value, r.digits) for r in readings}
    order = sorted(readings, key=lambda r: (-shown[r.place.ags], by_name(r.place)))
    classes = classes_of(list(shown.values()))
    values = [shown[r.place.ags] for r in order]
    return tuple(
        Compared(r, 1 + sum(other > value for other in values), shade_of(value, classes))
        for r, value in zip(order, values, strict=True)
    )


def _days(known: Values) -> dict[datetime.date, tuple[IndicatorValue, int]]:
    """Return the days of official figures, newest first, each with one of them and how many units have one."""
    official = [value for values in known.values() for value in values if not value.second_hand]
    counts = Counter(value.key_date for value in official)
    example = {value.key_date: value for value in official}
    return {day: (example[day], counts[day]) for day in sorted(counts, reverse=True)}


def _usual(days: Mapping[datetime.date, tuple[IndicatorValue, int]]) -> datetime.date | None:
    most = max((count for _value, count in days.values()), default=0)
    return next((day for day, (_value, count) in days.items() if 2 * count >= most), None)
