"""What stands around a value: the source it came from, the middle of the units compared, the breaks of its place."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hks.core import evidence
from hks.web.accounts.permissions import Person
from hks.web.evidence.models import Filing
from hks.web.evidence.services import chain, outcome_of
from hks.web.regions.models import IndicatorValue, Municipality, TerritorialChange
from hks.workbench.region import CENSUS, Indicator

Breaks = tuple[tuple[datetime.date, str], ...]


@dataclass(frozen=True)
class Median:
    """The median of the units compared, with its citation."""

    value: float
    citation: str


class Surroundings:
    """Answers for one person and one page; what many values share is asked once."""

    def __init__(self, user: Person) -> None:
        self._user = user
        self._medians: dict[int, list[tuple[str, dict[str, Any]]]] = {}
        self._sources: dict[int, list[dict[str, str]]] = {}
        self._changes: dict[str, list[TerritorialChange]] = {}

    def median(self, value: IndicatorValue) -> Median | None:
        """Find the median of the units of the same level and day in the same table."""
        level, day = value.municipality.level, value.key_date.isoformat()
        for digest, outcomes in self._tables_of(value):
            found = outcomes.get(value.indicator, {}).get(level, {}).get(day)
            if found is not None:
                return Median(found, evidence.citation(digest, "outcomes", value.indicator, level, day))
        return None

    def _tables_of(self, value: IndicatorValue) -> list[tuple[str, dict[str, Any]]]:
        key = value.filing.record_id
        if key not in self._medians:
            filings = Filing.objects.visible_to(self._user).filter(
                record__kind="table", record__parents__role="values", record__parents__parent=key
            )
            self._medians[key] = [
                (record.digest, {name: outcome_of(record, name) for name in record.as_record.content["outcomes"]})
                for record in (filing.record for filing in filings.select_related("record"))
            ]
        return self._medians[key]

    def source(self, value: IndicatorValue) -> dict[str, str]:
        """Read the source of the table a value came from, or of all tables it follows from."""
        key = value.filing.record_id
        if key not in self._sources:
            rows = chain(value.filing.record)
            self._sources[key] = [row.as_record.content.get("source", {}) for row in rows if row.kind == "file"]
        sources = self._sources[key]
        if len(sources) < 2:
            return dict(sources[0]) if sources else {}
        fields = ("publisher", "table", "licence")
        joined = {name: [source[name] for source in sources if source.get(name)] for name in fields}
        said = {name: "; ".join(sorted(set(found))) for name, found in joined.items() if len(found) == len(sources)}
        return {**said, "key_date": value.key_date.isoformat()}

    def breaks(self, entry: Indicator, place: Municipality) -> Breaks:
        """Return where the basis changed: censuses for residents, territory for everything."""
        if place.ags not in self._changes:
            self._changes[place.ags] = list(TerritorialChange.objects.filter(municipality=place))
        census = [(day, _(why)) for day, why in CENSUS] if entry.counts_residents else []
        return tuple(sorted([*census, *((change.day, said(change)) for change in self._changes[place.ags])]))


def said(change: TerritorialChange) -> str:
    """Say why the territory changed, and whether nobody checked the day yet."""
    unchecked = _("to be checked")
    return _(change.reason) if change.verified else f"{_(change.reason)} ({unchecked})"
