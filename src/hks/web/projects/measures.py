"""The measures of solutions in words, and the catalogue that their figures cite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hks.core.evidence import citation
from hks.core.messages import Text, gettext_noop
from hks.web.evidence.models import Filing, Visibility
from hks.web.evidence.services import file_record, outcome_of
from hks.web.projects.models import OptionVersion, PlannedMeasure
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.option_measures import LEVELS, Measure, catalogue_record

Figure = tuple[Any, str]


def file_measures() -> Filing:
    """Keep the catalogue of this version for everyone to see; a second time changes nothing."""
    return file_record(catalogue_record(), gettext_noop("Catalogue of measures"), visibility=Visibility.PUBLIC)


@dataclass(frozen=True)
class Told:
    """One measure of a version as pages and papers tell it; figures stand with what they cite.

    `cost` and `upkeep` are by level.
    """

    planned: PlannedMeasure
    measure: Measure
    cost: dict[str, Figure]
    upkeep: dict[str, Figure]
    months: list[Figure]

    @property
    def bodies(self) -> list[Text]:
        """Name who would carry it out."""
        return [word("bodies", body) for body in self.measure.responsible]

    @property
    def authority(self) -> Text:
        """Name who would permit it."""
        return word("bodies", self.measure.authority)

    @property
    def unit(self) -> Text:
        """Name the unit of the amount."""
        return word("units", self.planned.unit)


@dataclass(frozen=True)
class Together:
    """All measures of a version: each one, and the sums by level."""

    version: OptionVersion
    rows: list[Told]
    cost: dict[str, Figure]
    upkeep: dict[str, Figure]
    price_year: Figure

    @property
    def settled_by(self) -> Text | None:
        """Name the measure of the version that settles who is responsible, such as an association."""
        acts = (row.measure for row in self.rows if any(e.acts_on == "responsibility" for e in row.measure.effects))
        found = next(acts, None)
        return found.title if found else None

    @property
    def gaps(self) -> int:
        """Count the measures for which nobody is clearly responsible, and no other measure settles it."""
        return 0 if self.settled_by else sum(row.measure.gap is not None for row in self.rows)

    @property
    def differs(self) -> bool:
        """Say whether the typed costs are others than the middle of the catalogue."""
        middle = (round(100 * found["middle"][0]) for found in (self.cost, self.upkeep))
        return (self.version.cost, self.version.follow_up_cost) != tuple(middle)


def word(kind: str, code: str) -> Text:
    """Explain a word of the catalogue."""
    return measure_catalogue().words[kind][code]


def told_of(version: OptionVersion) -> Together | None:
    """Tell the measures of a version as they were priced; nothing where it has none.

    What a later catalogue no longer lists is left to the record.
    """
    if version.priced is None:
        return None
    record, known = version.priced.record, measure_catalogue().measures
    lines = outcome_of(record, "measures")

    def levels(content: Any, *path: Any) -> dict[str, Figure]:
        return {level: (content[level], citation(record.digest, "outcomes", *path, level)) for level in LEVELS}

    rows = [
        Told(
            planned, known[planned.key], levels(lines[n]["investment_eur"], "measures", n, "investment_eur"),
            levels(lines[n]["upkeep_eur"], "measures", n, "upkeep_eur"),
            [(month, citation(record.digest, "outcomes", "measures", n, "months", place))
             for place, month in enumerate(lines[n]["months"])],
        )
        for n, planned in enumerate(version.measures.all()) if planned.key in known
    ]  # fmt: skip
    year = outcome_of(record, "price_year"), citation(record.digest, "outcomes", "price_year")
    sums = {name: levels(outcome_of(record, name), name) for name in ("investment_eur", "upkeep_eur")}
    return Together(version, rows, sums["investment_eur"], sums["upkeep_eur"], year)
