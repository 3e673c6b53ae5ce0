"""What solutions of equal benefit cost over their whole life: dynamic cost comparison (KVR)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.web.decisions.weighing import file_of, versions_of
from hks.web.evidence.services import outcomes_of
from hks.web.projects.filed import filed_as, filings_of
from hks.web.projects.models import OptionVersion, Project
from hks.web.projects.services import file_for, still_open, title_in
from hks.web.shell.templatetags.hks import number
from hks.web.studies.cited import Cited, Shown
from hks.workbench.charts.bars import Bar, Bars, bars
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

METHOD = METHODS["decisions-costs"]


@dataclass(frozen=True)
class Table:
    """The solutions that are compared, and their payments as a file with its record."""

    versions: Sequence[OptionVersion]
    record: evidence.Record
    data: bytes

    @property
    def dataset(self) -> Dataset:
        """Return the payments as the method reads them."""
        return Dataset("variants.json", self.data, filed_as=self.record.digest)


def table_of(project: Project, letters: Sequence[str]) -> Table:
    """Write down what the chosen solutions cost once, a year, and how long they last.

    Raises
    ------
    InputError
        If fewer than two are chosen.
    """
    versions = [version for version in versions_of(project) if version.option.letter in letters]
    if len(versions) < 2:
        raise InputError(gettext_noop("Please choose two solutions or more to compare their costs."))
    variants = [
        {
            "name": version.option.letter,
            "investments": [{"year": 0, "amount": version.cost / 100, "life": version.useful_life}],
            "yearly": [{"amount": version.follow_up_cost / 100}],
        }
        for version in versions
    ]
    parents = {version.option.letter: version.filing.record.digest for version in versions}
    return Table(versions, *file_of({"variants": variants}, parents))


@dataclass(frozen=True)
class Row:
    """A solution with all its costs as of today, the same by year, and how much more it costs than the cheapest."""

    letter: str
    title: str
    worth: Shown
    yearly: Shown
    more: Shown


@dataclass(frozen=True)
class Compared:
    """Solutions from the cheapest on, all costs by rate, whether the order turns; the record is empty for a preview."""

    rows: Sequence[Row]
    letters: Sequence[str]
    rates: Sequence[tuple[float, Sequence[Shown]]]
    turns: bool
    chart: str
    values: Mapping[str, object]
    record: str


def last_filed(project: Project) -> tuple[list[str], dict[str, object]] | None:
    """Return which solutions were compared last, and with which values."""
    filing = filings_of(project, METHOD).first()
    if filing is None:
        return None
    record = filing.record.as_record
    return outcomes_of(filing.record)["variants"], dict(record.content["values"])


def told(project: Project, table: Table, values: Mapping[str, object]) -> Compared:
    """Tell the comparison, as filed or as a preview.

    Raises
    ------
    InputError
        If equal benefit is not confirmed.
    """
    filing = filed_as(project, METHOD, {"variants": table.record.digest}, values)
    if filing is not None:
        given = Cited(outcomes_of(filing.record), filing.record.digest)
    else:
        given = Cited(compute(METHOD, {"variants": table.dataset}, values).outcomes, "")
    letters = list(given.outcomes["variants"])
    titles = {version.option.letter: version.title for version in table.versions}
    rows = [
        Row(letter, titles[letter], *(given(name, letters.index(letter)) for name in
                                      ("present_value", "yearly_cost", "more_than_cheapest")))
        for letter in given.outcomes["order"]
    ]  # fmt: skip
    rates = [
        (row["rate"], [given("by_rate", n, "present_value", place) for place in range(len(letters))])
        for n, row in enumerate(given.outcomes["by_rate"])
    ]
    cheapest = letters.index(rows[0].letter)
    turns = any(min(costs)[0] < costs[cheapest][0] for _rate, costs in rates)
    seen = _("One bar for each solution: all its costs as of today.")
    drawing = Bars(
        _("All costs, as of today"), seen, [Bar(f"{r.letter} {r.title}:", r.worth[0]) for r in rows], "costs"
    )
    return Compared(rows, letters, rates, turns, bars(drawing, lambda v: number(v, 0)), values, given.digest)


def filed_told(project: Project) -> Compared | None:
    """Tell the comparison that was filed last, nothing where a solution in it was changed since."""
    last = last_filed(project)
    if last is None or len(set(last[0]) & {version.option.letter for version in versions_of(project)}) < len(last[0]):
        return None
    found = told(project, table_of(project, last[0]), last[1])
    return found if found.record else None


@transaction.atomic
def take_over(project: Project, letters: Sequence[str], values: Mapping[str, object], *, by: User | None) -> None:
    """File the comparison with the payments it is made of; that equal benefit was confirmed stands in it.

    Raises
    ------
    InputError
        If fewer than two solutions are chosen, or equal benefit is not confirmed.
    StateError
        If the project is closed.
    """
    still_open(project)
    table = table_of(project, letters)
    found = compute(METHOD, {"variants": table.dataset}, values)
    file_for(
        project, table.record, title_in(project, _("Payments of the solutions")), by=by, files={"file": table.data}
    )
    file_for(project, found.record, title_in(project, _("Costs over the whole life")), by=by, files=found.files)
