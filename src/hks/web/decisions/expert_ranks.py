"""Does the order hang on the weights? Ranks under all weights, other ways of ranking, and filing both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.core.method import Values
from hks.core.parameters import checked
from hks.web.decisions.experts import SEED
from hks.web.decisions.weighing import Weighed, file_weighed, weigh
from hks.web.evidence.services import outcomes_of
from hks.web.jobs.models import Job
from hks.web.jobs.services import Landing, Report, order_job
from hks.web.projects.filed import filed_as, filings_of
from hks.web.projects.models import Project
from hks.web.projects.services import file_for, still_open, title_in
from hks.web.shell.templatetags.hks import number
from hks.web.studies.cited import Cited, Shown
from hks.workbench.charts.shares import Shares, shares
from hks.workbench.compute import Computation, compute
from hks.workbench.inputs import Dataset, opened
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User
    from hks.web.evidence.models import Record

KIND = "expert-ranks"
METHOD = METHODS["decisions-rank"]
ASKED = tuple(p for p in METHOD.parameters if p.name in {"draws", "weights", "noise"})
WAYS = dict(next(one.choices for one in METHOD.parameters if one.name == "method"))
COMPARED = ("promethee2", "topsis")


def drawn(values: Mapping[str, object]) -> Values:
    """Complete what is asked for drawn weights."""
    return checked(METHOD.parameters, {**values, "method": "smaa"})


def last_asked(project: Project) -> dict[str, object]:
    """Return the values of the drawn weights that were filed last, or the proposed ones."""
    for filing in filings_of(project, METHOD):
        values = filing.record.as_record.content["values"]
        if values["method"] == "smaa":
            return {p.name: values[p.name] for p in ASKED}
    return {p.name: p.default for p in ASKED}


def table_of(found: Weighed) -> Dataset:
    """Return the decision table of a weighing as the methods read it."""
    return Dataset("table.json", found.data, filed_as=found.table.digest)


def seconds(found: Weighed, values: Mapping[str, object]) -> float:
    """Foretell how long drawn weights take. [s]"""
    return METHOD.estimate(opened(METHOD, {"table": table_of(found)}), checked(METHOD.parameters, values))


def ranked(found: Weighed, values: Mapping[str, object]) -> Computation:
    """Rank the solutions of a weighing in one way; drawn weights are always the same ones."""
    seed = SEED if values["method"] == "smaa" else None
    return compute(METHOD, {"table": table_of(found)}, values, seed)


def outcomes_by(project: Project, found: Weighed, values: Mapping[str, object]) -> Cited | None:
    """Return the outcomes of one way of ranking as filed, else as a preview, nothing where that takes too long."""
    seed = SEED if values["method"] == "smaa" else None
    filing = filed_as(project, METHOD, {"table": found.table.digest}, values, seed)
    if filing is not None:
        return Cited(outcomes_of(filing.record), filing.record.digest)
    return Cited(ranked(found, values).outcomes, "") if seconds(found, values) <= settings.AT_ONCE_SECONDS else None


@dataclass(frozen=True)
class Row:
    """A solution: its share of each rank, how sure it is first under its central weights, and these weights."""

    letter: str
    title: str
    ranks: Sequence[Shown]
    confidence: Shown
    central: Sequence[Shown]


@dataclass(frozen=True)
class DrawnRanks:
    """How often each solution takes each rank; the record is empty for a preview."""

    rows: Sequence[Row]
    criteria: Sequence[str]
    chart: str
    draws: int
    error: float
    record: str

    @property
    def first(self) -> Row:
        """Return the solution that comes first most often."""
        return max(self.rows, key=lambda row: row.ranks[0][0])


def told_ranks(project: Project, found: Weighed, values: Mapping[str, object]) -> DrawnRanks | None:
    """Tell ranks under drawn weights, or nothing where they must be ordered first."""
    given = outcomes_by(project, found, values)
    if given is None:
        return None
    many, criteria = range(len(found.versions)), [c.name for c in found.criteria]
    rows = [
        Row(version.option.letter, version.title, [given("acceptability", n, rank) for rank in many],
            given("confidence", n), _central(given, n, len(criteria)))
        for n, version in enumerate(found.versions)
    ]  # fmt: skip
    places = [_("Rank %(n)s") % {"n": n + 1} for n in many]
    drawing = Shares(
        _("How often each solution takes each rank"),
        _("One bar for each solution, cut into its shares of rank 1, 2 and so on, the darkest first."),
        places, [(f"{row.letter} {row.title}", [share for share, _cite in row.ranks]) for row in rows], key="ranks",
    )  # fmt: skip
    chart = shares(drawing, lambda value: number(value, 2))
    return DrawnRanks(rows, criteria, chart, int(str(values["draws"])), given("standard_error")[0], given.digest)


def _central(given: Cited, place: int, criteria: int) -> list[Shown]:
    if given.outcomes["central_weights"][place] is None:
        return []
    return [given("central_weights", place, criterion) for criterion in range(criteria)]


@dataclass(frozen=True)
class Way:
    """One way of ranking: its title, the score of each solution, and the order, of all and by group."""

    name: str
    title: str
    scores: Sequence[Shown]
    order: Sequence[str]
    by_group: Mapping[str, str]
    record: str


def told_ways(project: Project, found: Weighed) -> list[Way]:
    """Tell the order by the usual way and by those it is compared with."""
    letters = [version.option.letter for version in found.versions]
    ways = []
    for name in ("additive", *COMPARED):
        given = outcomes_by(project, found, {"method": name})
        if given is not None:
            orders = {row["group"]: ", ".join(row["ranking"]) for row in given.outcomes["by_group"]}
            ways.append(Way(name, WAYS[name], [given("score", letter) for letter in letters],
                            given.outcomes["ranking"], orders, given.digest))  # fmt: skip
    return ways


def told_groups(ways: Sequence[Way], actors: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Set the orders of each group side by side, for the ways that know groups."""
    known = [way for way in ways if way.by_group]
    return (
        [(actors.get(group, group), [way.by_group[group] for way in known]) for group in known[0].by_group]
        if known
        else []
    )


def running(project: Project) -> Job | None:
    """Return the newest ordered job of the project's ranks that ended without a result, or has not ended."""
    job = Job.objects.filter(kind=KIND, organisation=project.organisation, arguments__project=project.pk).last()
    return job if job and job.status != Job.Status.DONE else None


@transaction.atomic
def take_over(
    project: Project, values: Mapping[str, object], *, by: User | None, enqueue: Callable[[int], None]
) -> Record | None:
    """File ranks under drawn weights and the other ways of ranking; what takes long is ordered as a job.

    Raises
    ------
    InputError
        As `weigh`, or if a value does not fit.
    StateError
        If the project is closed, or ranks are being drawn already.
    """
    still_open(project)
    found, complete = weigh(project, by), drawn(values)
    if seconds(found, complete) <= settings.AT_ONCE_SECONDS:
        return _land(project, found, ranked(found, complete), by=by)
    job = running(project)
    if job is not None and not job.over:
        raise StateError(gettext_noop("Ranks are being drawn already."))
    order_job(
        KIND, {"project": project.pk, "values": complete}, organisation=project.organisation, by=by, enqueue=enqueue
    )
    return None


def compute_ranks(arguments: Mapping[str, Any], report: Report) -> Landing:
    """Draw ordered ranks."""
    project = Project.objects.select_related("organisation").get(pk=arguments["project"])
    report.progress(0.1)
    found = weigh(project, report.job.by)
    drawn_ones = ranked(found, arguments["values"])
    return lambda: _land(project, found, drawn_ones, by=report.job.by)


def _land(project: Project, found: Weighed, drawn_ones: Computation, *, by: User | None) -> Record:
    """File the weighing, the drawn ranks and the ways they are compared with."""
    file_weighed(project, found, by=by)
    for name in COMPARED:
        other = ranked(found, {"method": name})
        file_for(project, other.record, title_in(project, _("Ranking"), _(WAYS[name])), by=by, files=other.files)
    title = title_in(project, _("Ranks under drawn weights"))
    record: Record = file_for(project, drawn_ones.record, title, by=by, files=drawn_ones.files).record
    return record
