"""Which solution holds whatever comes? Every metric over the futures, and what knowing the future is worth."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.web.decisions.experts import role_in
from hks.web.decisions.weighing import Weighed, file_of, file_weighed, weigh
from hks.web.evidence.models import Record
from hks.web.evidence.services import file_of as file_bytes
from hks.web.evidence.services import outcomes_of
from hks.web.projects.filed import filed_as, filings_of, record_of_file
from hks.web.projects.models import Project
from hks.web.projects.services import file_for, still_open, title_in
from hks.web.studies.cited import Cited, Shown
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

METHOD = METHODS["decisions-robustness"]
METRICS = dict(next(one.choices for one in METHOD.parameters if one.name == "metric"))
LOST = frozenset({"minimax-regret", "percentile-regret", "deviations"})  # told as what is lost: less is better
ROUNDING = 1e-12  # values that differ by less are equal
ASKED = tuple(p for p in METHOD.parameters if p.name in {"optimism", "threshold"})


@dataclass(frozen=True)
class Table:
    """Solutions by futures as a file, the record of it, and that of the weights where the futures count differently."""

    content: Mapping[str, Any]
    record: evidence.Record
    data: bytes
    weights: evidence.Record | None = None

    @property
    def dataset(self) -> Dataset:
        """Return the table as the metrics read it."""
        return Dataset("futures.json", self.data, filed_as=self.record.digest)


def table_of(project: Project, found: Weighed, weights: Mapping[str, float], *, by: User | None) -> Table:
    """Lay solutions and futures out; weights that are all alike are none.

    Raises
    ------
    InputError
        If fewer than two futures have values, or no future counts.
    """
    if found.yields is None:
        raise InputError(gettext_noop("Two futures with values of their own are needed; please play some through."))
    record, data = found.yields
    content = json.loads(data)
    row = [float(weights.get(name, 0.0)) for name in content["scenarios"]]
    if sum(row) <= 0:
        raise InputError(gettext_noop("At least one future must count."))
    if len(set(row)) == 1:
        return Table(content, record, data)
    weighted = {**content, "weights": row}
    outcomes = {"weights": {"unit": "1", "value": row}}
    values = {"role": role_in(project, by), "says": "how much each future counts, no probability"}
    said = evidence.record("judgement", inputs={"values": record.digest}, values=values, outcomes=outcomes)
    table, data = file_of(weighted, {"values": record.digest, "weights": said.digest})
    kept = record_of_file(project, data)
    return Table(weighted, kept.as_record if kept else table, data, said)


@dataclass(frozen=True)
class Measured:
    """One metric: its title, the value of each solution, those in front, and whether the value is what is lost."""

    name: str
    title: str
    values: Sequence[Shown]
    first: Sequence[str]
    lost: bool


@dataclass(frozen=True)
class Robust:
    """All metrics, the gain if the future were known, and the record of the last one, empty for a preview."""

    letters: Sequence[str]
    metrics: Sequence[Measured]
    knowing: Shown
    record: str

    @property
    def most_often(self) -> tuple[str, int]:
        """Return the solution that is in front, alone or with others, by most metrics, and by how many."""
        counts = {letter: sum(letter in one.first for one in self.metrics) for letter in self.letters}
        return max(counts.items(), key=lambda pair: pair[1])


def last_asked(project: Project) -> tuple[dict[str, float], dict[str, object]]:
    """Return the weights of the futures and the settings that were filed last; nothing where none were."""
    for filing in filings_of(project, METHOD):
        record = filing.record.as_record
        if record.content["values"]["metric"] == "laplace":
            content = json.loads(file_bytes(Record.objects.get(digest=record.parents["table"])))
            weights = dict(zip(content["scenarios"], content.get("weights", []), strict=False))
            return weights, {p.name: record.content["values"][p.name] for p in ASKED}
    return {}, {p.name: p.default for p in ASKED}


def told(project: Project, table: Table, values: Mapping[str, object]) -> Robust:
    """Tell every metric, as filed or as a preview."""
    options = [str(option) for option in table.content["options"]]
    metrics = []
    for name, title in METRICS.items():
        given = _given(project, table, {**values, "metric": name})
        best = given.outcomes["value"][given.outcomes["order"][0]]
        first = [letter for letter in options if abs(given.outcomes["value"][letter] - best) < ROUNDING]
        metrics.append(Measured(name, title, [given("value", letter) for letter in options], first, name in LOST))
    return Robust(options, metrics, given("value_of_knowing"), given.digest)


def _given(project: Project, table: Table, values: Mapping[str, object]) -> Cited:
    complete = {"better": "more", **values}
    filing = filed_as(project, METHOD, {"table": table.record.digest}, complete)
    if filing is not None:
        return Cited(outcomes_of(filing.record), filing.record.digest)
    return Cited(measured(table, complete).outcomes, "")


def measured(table: Table, values: Mapping[str, object]) -> Computation:
    """Compute one metric."""
    return compute(METHOD, {"table": table.dataset}, values)


@transaction.atomic
def take_over(project: Project, weights: Mapping[str, float], values: Mapping[str, object], *, by: User | None) -> None:
    """File every metric with the tables it is made of.

    Raises
    ------
    InputError
        As `table_of`.
    StateError
        If the project is closed.
    """
    still_open(project)
    found = weigh(project, by)
    table = table_of(project, found, weights, by=by)
    file_weighed(project, found, by=by)
    if table.weights is not None:
        file_for(project, table.weights, title_in(project, gettext("How much does each future count?")), by=by)
        file_for(
            project,
            table.record,
            title_in(project, gettext("Values by future, weighted")),
            by=by,
            files={"file": table.data},
        )
    for name, metric in METRICS.items():
        one = measured(table, {"better": "more", **values, "metric": name})
        file_for(project, one.record, title_in(project, gettext("Robustness"), gettext(metric)), by=by, files=one.files)
