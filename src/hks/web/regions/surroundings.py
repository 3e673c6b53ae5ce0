"""What stands around a value: the source it came from, the middle of the units compared, the breaks of its place."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from hks.core import evidence
from hks.web.accounts.permissions import Person
from hks.web.evidence.models import Record, RecordParent
from hks.web.evidence.services import chains, outcomes_of
from hks.web.regions.models import IndicatorValue, Municipality, TerritorialChange
from hks.workbench.region import CENSUS, Indicator

Breaks = tuple[tuple[datetime.date, str], ...]


@dataclass(frozen=True)
class Median:
    """The median of the units compared, with its citation."""

    value: float
    citation: str


class Surroundings:
    """Answers about some values for one person; what they stand in is asked for all of them together."""

    def __init__(self, user: Person, values: Collection[IndicatorValue]) -> None:
        self._user = user
        self._records = {value.filing.record_id: value.filing.record for value in values}
        self._units = {value.municipality_id for value in values}

    @cached_property
    def _medians(self) -> dict[int, list[tuple[str, dict[str, Any]]]]:
        """Read the tables of medians that the person may see, by the record whose figures they are of."""
        links = RecordParent.objects.filter(
            role="values",
            parent__in=self._records,
            child__kind="table",
            child__in=Record.objects.visible_to(self._user),
        )
        found: dict[int, list[tuple[str, dict[str, Any]]]] = {}
        for link in links.select_related("child").prefetch_related("child__files").order_by("child_id"):
            found.setdefault(link.parent_id, []).append((link.child.digest, outcomes_of(link.child)))
        return found

    @cached_property
    def _sources(self) -> dict[int, list[dict[str, str]]]:
        return {
            key: [row.as_record.content.get("source", {}) for row in rows if row.kind == "file"]
            for key, rows in chains(self._records.values()).items()
        }

    @cached_property
    def _changes(self) -> dict[str, list[TerritorialChange]]:
        found: dict[str, list[TerritorialChange]] = {}
        for change in TerritorialChange.objects.filter(municipality__in=self._units):
            found.setdefault(change.municipality_id, []).append(change)
        return found

    def median(self, value: IndicatorValue) -> Median | None:
        """Find the median of the units of the same level and day in the same table."""
        level, day = value.municipality.level, value.key_date.isoformat()
        for digest, outcomes in self._medians.get(value.filing.record_id, ()):
            found = outcomes.get(value.indicator, {}).get(level, {}).get(day)
            if found is not None:
                return Median(found, evidence.citation(digest, "outcomes", value.indicator, level, day))
        return None

    def source(self, value: IndicatorValue) -> dict[str, str]:
        """Return the source of the table a value came from, or of all tables it follows from."""
        sources = self._sources[value.filing.record_id]
        if len(sources) < 2:
            return dict(sources[0]) if sources else {}
        fields = ("publisher", "table", "licence")
        joined = {name: [source[name] for source in sources if source.get(name)] for name in fields}
        said = {name: "; ".join(sorted(set(found))) for name, found in joined.items() if len(found) == len(sources)}
        return {**said, "key_date": value.key_date.isoformat()}

    def breaks(self, entry: Indicator, place: Municipality) -> Breaks:
        """Return where the basis changed: censuses for residents, territory for everything."""
        census = [(day, _(why)) for day, why in CENSUS] if entry.counts_residents else []
        return tuple(sorted([*census, *((change.day, said(change)) for change in self._changes.get(place.ags, ()))]))


def said(change: TerritorialChange) -> str:
    """Say why the territory changed, and whether nobody checked the day yet."""
    unchecked = _("to be checked")
    return _(change.reason) if change.verified else f"{_(change.reason)} ({unchecked})"
