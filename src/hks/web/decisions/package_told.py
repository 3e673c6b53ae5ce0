"""A package in words, rows and bars; without a record all of it is a preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hks.core.evidence import citation
from hks.web.decisions.models import PackageTaken
from hks.web.decisions.packages import FRONT, Worked
from hks.web.decisions.weighing_told import Cited
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcomes_of
from hks.web.shell.templatetags.hks import number
from hks.workbench.charts.bars import Bar, Bars, bars
from hks.workbench.packages import MUST, NEVER, Entry, Listed, listed, too_dear


@dataclass(frozen=True)
class Belonging:
    """One measure: its number and name, the share of good packages with it, and whether the town fixed that itself."""

    number: int
    entry: Entry
    share: Cited
    fixed: bool
    start: int | None


@dataclass(frozen=True)
class PackageTold:
    """A package as page and paper tell it.

    Attributes
    ----------
    years : list of (int, Cited, Cited, list of str)
        Year, budget and cost [EUR], and the measures that start.
    must, discuss, never : list of Belonging
    steps : list of (float, Cited, Cited, str)
        Share of all budgets, cost [EUR] and worth of its best package, and the names in it.
    """

    package: Listed
    digest: str
    entered: str
    worth: Cited
    proven: bool
    years: Sequence[tuple[int, Cited, Cited, Sequence[str]]]
    must: Sequence[Belonging]
    discuss: Sequence[Belonging]
    never: Sequence[Belonging]
    steps: Sequence[tuple[float, Cited, Cited, str]]
    chart: str
    warnings: Sequence[str]

    @property
    def carried_out(self) -> int:
        """Count the measures in the best package."""
        return sum(one.start is not None for one in (*self.must, *self.discuss, *self.never))

    def costs(self, one: Belonging) -> list[Cited]:
        """Return what a measure costs by year after its start, as long as the budgets reach. [EUR]"""
        reach = range(min(len(one.entry.costs), len(self.package.budgets)))
        return [(one.entry.costs[n] / 100, self.cite_entered("cost", one.number, n)) for n in reach]

    def cite_entered(self, *path: object) -> str:
        """Cite what was entered."""
        return citation(self.entered, "outcomes", *path) if self.entered else ""

    @property
    def measures(self) -> list[tuple[Belonging, Cited, list[Cited]]]:
        """Return each measure of the list in its order, with its value and its costs."""
        found = sorted((*self.must, *self.discuss, *self.never), key=lambda one: one.number)
        return [(one, (one.entry.value, self.cite_entered("value", one.number)), self.costs(one)) for one in found]


def listed_rows(package: Listed, told: PackageTold | None) -> list[tuple[Entry, Cited, list[Cited]]]:
    """Return each measure with its value and its costs [EUR]; cited as far as `told` was filed."""
    found = []
    for n, entry in enumerate(package.measures):
        value = (entry.value, told.cite_entered("value", n) if told else "")
        reach = len(told.package.budgets) if told else 0
        costs = [(cost / 100, told.cite_entered("cost", n, year) if told and year < reach else "")
                 for year, cost in enumerate(entry.costs)]  # fmt: skip
        found.append((entry, value, costs))
    return found


def told_taken(taken: PackageTaken) -> PackageTold:
    """Tell a package that was filed."""
    assert taken.filing is not None
    record = taken.filing.record
    table = Record.objects.get(digest=record.as_record.parents["portfolio"])
    return _told(listed(taken.content), outcomes_of(record), record.digest, table.as_record.parents["entered"])


def told_preview(worked: Worked) -> PackageTold:
    """Tell a package that was found but not filed."""
    return _told(worked.package, worked.found.outcomes, "", "")


def _told(package: Listed, outcomes: Mapping[str, Any], digest: str, entered: str) -> PackageTold:
    def cited(*path: object) -> str:
        return citation(digest, "outcomes", *path) if digest else ""

    starts = dict(zip(outcomes["selected"], outcomes["start"], strict=True))
    rows = [
        Belonging(n, entry, (outcomes["core_index"][n] * 1.0, cited("core_index", n)), entry.fate in {MUST, NEVER},
                  package.first_year + starts[n] if n in starts else None)
        for n, entry in enumerate(package.measures)
    ]  # fmt: skip
    years = [
        (year, (budget / 100, citation(entered, "outcomes", "budget", n) if entered else ""),
         (outcomes["cost_by_year"][n], cited("cost_by_year", n)),
         [row.entry.name for row in rows if row.start == year])
        for n, (year, budget) in enumerate(zip(package.years, package.budgets, strict=True))
    ]  # fmt: skip
    steps = _steps(package, outcomes["front"], cited)
    warnings = (
        [] if outcomes["proven"] else [_("The search was ended by its time limit; a better portfolio may exist.")]
    )
    if not outcomes["selected"] and too_dear(package):
        warnings.append(_("No measure is affordable: each costs more than the budgets of its years."))
    return PackageTold(
        package, digest, entered, (outcomes["objective"] * 1.0, cited("objective")), outcomes["proven"], years,
        [row for row in rows if row.share[0] == 1.0], [row for row in rows if 0.0 < row.share[0] < 1.0],
        [row for row in rows if row.share[0] == 0.0], steps, _chart(steps), warnings,
    )  # fmt: skip


def _steps(package: Listed, front: Sequence[Mapping[str, Any]], cited: Any) -> list[tuple[float, Cited, Cited, str]]:
    """Name each step of the budgets; where the smallest allow no package, the first steps are missing."""
    first = FRONT - len(front)
    return [
        ((first + n + 1) / FRONT, (step["cost"], cited("front", n, "cost")),
         (step["objective"] * 1.0, cited("front", n, "objective")),
         ", ".join(package.measures[place].name for place in step["selected"]))
        for n, step in enumerate(front)
    ]  # fmt: skip


def _chart(steps: Sequence[tuple[float, Cited, Cited, str]]) -> str:
    if not steps:
        return ""
    of = _("of the budgets")
    rows = [Bar(f"{number(100 * share)} % {of}:", worth[0]) for share, _cost, worth, _names in steps]
    title = _("What the best package is worth if all budgets are smaller")
    seen = _("One bar for each step of the budgets: points of the best package that fits.")
    return bars(Bars(title, seen, rows, key="package-steps"), lambda value: number(value, 0))
