"""What a town's series say: latest value, light, trend without crossing a break, comparison, warnings."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import Person
from hks.web.regions.models import IndicatorValue, Municipality, Threshold
from hks.web.regions.surroundings import Breaks, Median, Surroundings
from hks.web.shell.translated import in_words
from hks.workbench.charts.series import Frame, Series, Svg, series
from hks.workbench.region import INDICATORS, Finding, Indicator, after_last_break, finding

Limits = Mapping[str, tuple[float, float]]
# decimals shown of a value by its unit; whole numbers of all else
DIGITS = {"%": 1, "pp": 1, "1/1000": 1, "1/10000": 1, "a": 1, "z": 1, "kW": 2, "1": 2}
MOST_DECIMALS = 3  # our choice: nobody sets a threshold more finely


def decimals(value: float) -> int:
    """Say how many decimals a threshold has, so that none is rounded away."""
    return next((n for n in range(MOST_DECIMALS) if round(value, n) == value), MOST_DECIMALS)


@dataclass(frozen=True)
class Reading:
    """One indicator of one unit as a person reads it; `place` may be the unit's district or Land and is named."""

    indicator: Indicator
    place: Municipality
    values: tuple[IndicatorValue, ...]
    breaks: Breaks
    limits: tuple[float, float] | None
    stale: bool
    median: Median | None
    source: Mapping[str, str]

    @cached_property
    def last(self) -> IndicatorValue:
        """Return the latest value that is not second-hand, or else the latest."""
        return latest(self.values)

    @cached_property
    def chart(self) -> Svg:
        """Draw the series."""
        return self.drawn()

    def drawn(self, frame: Frame | None = None) -> Svg:
        """Draw the series, for a comparison within axes that others share."""
        points = tuple((value.key_date, value.value) for value in self.values)
        seen = _("%(first)s to %(last)s; the same figures stand in the table below.") % {
            "first": points[0][0].year, "last": points[-1][0].year
        }  # fmt: skip
        title = f"{in_words(self.indicator.title)}, {self.place}"
        name = f"{self.indicator.slug}-{self.place.ags}".replace("_", "-")
        return series(Series(title, seen, points, self.breaks, name, frame))

    @cached_property
    def run(self) -> list[IndicatorValue]:
        """Return the official values since the last break, oldest first."""
        official = self._official
        return official[after_last_break([v.key_date for v in official], [day for day, _why in self.breaks]) :]

    @cached_property
    def _official(self) -> list[IndicatorValue]:
        return list({v.key_date: v for v in self.values if not v.second_hand}.values())

    @cached_property
    def finding(self) -> Finding:
        """Judge the official values."""
        return finding(
            [v.key_date for v in self._official], [v.value for v in self._official], [day for day, _why in self.breaks],
            better=self.indicator.better, measure=self.indicator.measure, limits=self.limits,
        )  # fmt: skip

    @property
    def change(self) -> float | None:
        """Return the change per year since the last break. [%/a]"""
        return self.finding.change

    @property
    def light(self) -> str:
        """Return green, yellow, red, or nothing where no class or no official value is known."""
        return "" if self.last.second_hand else self.finding.light

    @property
    def sentence(self) -> str:
        """Say the light in words."""
        return {
            "green": _("No sign of concern."),
            "yellow": _("Worth watching."),
            "red": _("Needs attention."),
            "": _("No class is set for this indicator."),
        }[self.light]

    @property
    def trend(self) -> str:
        """Say the direction since the last break; nothing is compared across a break."""
        run = self.run
        if not run:
            return _("No trend from second-hand figures.")
        if len(run) < 2:
            return (
                _("No trend: only one value since the last break.")
                if self.seen_breaks
                else _("No trend: only one value.")
            )
        first, last = run[0], run[-1]
        if last.value == first.value:
            return _("As in %(year)s.") % {"year": first.key_date.year}
        text = _("More than in %(year)s.") if last.value > first.value else _("Less than in %(year)s.")
        return text % {"year": first.key_date.year}

    @property
    def first(self) -> IndicatorValue | None:
        """Return the value the trend begins with, where it goes one way; both ends are figures of the table."""
        run = self.run
        return run[0] if len(run) > 1 and run[0].value != run[-1].value else None

    @property
    def rises(self) -> bool:
        """Say whether the latest value lies above the first since the last break."""
        return self.first is not None and self.last.value > self.first.value

    @property
    def threshold(self) -> float | None:
        """Return the threshold that a warning is about: the one crossed, else the red one ahead."""
        if self.limits is None:
            return None
        yellow, red = self.limits
        return yellow if self.light == "yellow" and self.finding.reaches is None else red

    @property
    def threshold_digits(self) -> int:
        """Say how many decimals the threshold has."""
        return 0 if self.threshold is None else decimals(self.threshold)

    @property
    def seen_breaks(self) -> list[tuple[datetime.date, str]]:
        """Return the breaks that fall into the series."""
        days = [value.key_date for value in self.values]
        return [(day, why) for day, why in self.breaks if days[0] < day <= days[-1]]

    @property
    def digits(self) -> int:
        """Say how many decimals are shown."""
        return DIGITS.get(self.indicator.unit, 0)

    @property
    def rows(self) -> list[tuple[IndicatorValue, str]]:
        """Pair each value with the break before it."""
        return [(value, row[2]) for value, row in zip(self.values, self.chart.rows, strict=True)]


def limits_of(organisation: Organisation | None) -> dict[str, tuple[float, float]]:
    """Return yellow and red per indicator: an organisation's own, else ours."""
    given = {
        slug: (entry.yellow, entry.red) for slug, entry in INDICATORS.items()
        if entry.yellow is not None and entry.red is not None
    }  # fmt: skip
    own = Threshold.objects.filter(organisation=organisation) if organisation else Threshold.objects.none()
    return given | {row.indicator: (row.yellow, row.red) for row in own}


def situation_of(
    unit: Municipality, user: Person, today: datetime.date, limits: Limits, tab: str = ""
) -> tuple[list[Reading], list[Indicator]]:
    """Return the readings of a unit, and the indicators without any figure.

    What is nearer takes the place of what is farther; second-hand figures only stand beside official ones.
    """
    wanted = [entry for entry in INDICATORS.values() if tab in ("", entry.tab)]
    places = unit.upwards
    of_place = latest_by_day(places, user, {entry.slug for entry in wanted})
    found: dict[str, list[list[IndicatorValue]]] = {}
    for place in places:
        for slug, values in of_place[place.ags].items():
            nearer = found.setdefault(slug, [])
            official = any(not value.second_hand for value in values)
            if not nearer or (official and all(value.second_hand for near in nearer for value in near)):
                nearer.append(values)
    shown = [(entry, values) for entry in wanted for values in found.get(entry.slug, ())]
    around = Surroundings(user, [latest(values) for _entry, values in shown])
    readings = [reading(entry, values, around, today, limits) for entry, values in shown]
    return readings, [entry for entry in wanted if entry.slug not in found]


def latest_by_day(
    places: Sequence[Municipality], user: Person, slugs: Collection[str]
) -> dict[str, dict[str, list[IndicatorValue]]]:
    """Return for each place and indicator one value a day: the official one, and of those the one brought in last."""
    days: dict[str, dict[str, dict[datetime.date, IndicatorValue]]] = {place.ags: {} for place in places}
    by_key = {place.ags: place for place in places}
    for value in IndicatorValue.objects.among(places, user).filter(indicator__in=slugs).with_filing():
        value.municipality = by_key[value.municipality_id]
        known = days[value.municipality_id].setdefault(value.indicator, {})
        before = known.get(value.key_date)
        if before is None or before.second_hand or not value.second_hand:
            known[value.key_date] = value
    return {ags: {slug: list(found.values()) for slug, found in slugs.items()} for ags, slugs in days.items()}


def latest(values: Sequence[IndicatorValue]) -> IndicatorValue:
    """Return the latest value that is not second-hand, or else the latest."""
    return ([value for value in values if not value.second_hand] or list(values))[-1]


def reading(
    entry: Indicator, values: list[IndicatorValue], around: Surroundings, today: datetime.date, limits: Limits
) -> Reading:
    """Describe one indicator."""
    place, last = values[0].municipality, latest(values)
    return Reading(
        indicator=entry, place=place, values=tuple(values), breaks=around.breaks(entry, place),
        limits=limits.get(entry.slug), stale=last.stale_on(today), median=around.median(last),
        source=around.source(last),
    )  # fmt: skip


def warnings_of(readings: list[Reading]) -> list[Reading]:
    """Keep what is yellow or red, red first; second-hand figures have no light and never warn."""
    return sorted((r for r in readings if r.light in ("red", "yellow")), key=lambda r: r.light != "red")


def state_of_data(user: Person, today: datetime.date) -> list[dict[str, Any]]:
    """Say per indicator which table it comes from, for which levels and up to when."""
    newest = {(value.indicator, value.municipality.level): value for value in IndicatorValue.objects.newest(user)}
    around = Surroundings(user, newest.values())
    rows = []
    for entry in INDICATORS.values():
        found = [(level, newest.get((entry.slug, level.value))) for level in Municipality.Level]
        levels = [
            {"level": level.label, "day": value.key_date, "stale": value.stale_on(today),
             "age": today.year - value.key_date.year, "source": around.source(value), "second_hand": value.second_hand}
            for level, value in found if value is not None
        ]  # fmt: skip
        rows.append({"indicator": entry, "levels": levels})
    return rows
