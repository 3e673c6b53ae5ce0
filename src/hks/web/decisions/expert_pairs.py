"""How much does each criterion count? Compared two by two, with what contradicts itself."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.web.decisions.experts import role_in
from hks.web.decisions.models import Criterion
from hks.web.decisions.weighing import criteria_of
from hks.web.evidence.models import Record
from hks.web.evidence.services import file_of, outcomes_of
from hks.web.projects.filed import filed_as, filings_of, record_of_file
from hks.web.projects.models import Project
from hks.web.projects.services import file_for, still_open, title_in
from hks.web.studies.cited import Cited, Shown
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User

METHOD = METHODS["decisions-weights"]
MOST = 9  # the scale of Saaty (1980): 1 alike, 3 somewhat, 5 clearly, 7 much, 9 by far more
Pair = tuple[int, int]


def compared(project: Project) -> list[Criterion]:
    """Return the criteria that can be compared.

    Raises
    ------
    InputError
        If there are fewer than two or more than ten.
    """
    criteria = criteria_of(project)
    if not 2 <= len(criteria) <= 10:
        raise InputError(
            gettext_noop("Two to ten criteria can be compared two by two; here there are %(found)s."),
            found=len(criteria),
        )
    return criteria


def pairs_of(criteria: Sequence[Criterion]) -> list[Pair]:
    """Return every pair once."""
    return list(itertools.combinations(range(len(criteria)), 2))


def dataset_of(
    project: Project, criteria: Sequence[Criterion], said: Mapping[Pair, int], *, by: User | None
) -> Dataset:
    """Write comparisons as the judgement they are: n for n times as much, -n for the second one n times as much."""
    table = [["1"] * len(criteria) for _ in criteria]
    for (one, other), much in said.items():
        ratio, inverse = (str(much), f"1/{much}") if much > 0 else (f"1/{-much}", str(-much))
        table[one][other], table[other][one] = (ratio, inverse) if abs(much) > 1 else ("1", "1")
    data = evidence.canonical({"criteria": [c.name for c in criteria], "comparisons": table}).encode()
    kept = record_of_file(project, data)
    return Dataset("comparisons.json", data, filed_as=kept.digest if kept else "", kind="judgement",
                   role=role_in(project, by))  # fmt: skip


def last_said(project: Project, criteria: Sequence[Criterion]) -> dict[Pair, int]:
    """Return the comparisons that were filed last, as far as they are about today's criteria."""
    filing = filings_of(project, METHOD).first()
    if filing is None:
        return {}
    table = Record.objects.get(digest=filing.record.as_record.parents["comparisons"])
    content = json.loads(file_of(table))
    places = {name: place for place, name in enumerate(content["criteria"])}
    found = {}
    for one, other in pairs_of(criteria):
        names = criteria[one].name, criteria[other].name
        if all(name in places for name in names):
            text = str(content["comparisons"][places[names[0]]][places[names[1]]])
            found[one, other] = -int(text[2:]) if text.startswith("1/") else int(text)
    return found


@dataclass(frozen=True)
class Compared:
    """Weights from comparisons, with points to enter; how far they contradict; the three that do so most."""

    rows: Sequence[tuple[str, Shown, int]]
    ratio: Shown
    triad: Sequence[str]
    record: str


def told(project: Project, dataset: Dataset, criteria: Sequence[Criterion]) -> Compared:
    """Tell what comparisons say, as filed or as a preview."""
    filing = filed_as(project, METHOD, {"comparisons": dataset.digest}, {})
    if filing is not None:
        given = Cited(outcomes_of(filing.record), filing.record.digest)
    else:
        given = Cited(compute(METHOD, {"comparisons": dataset}, {}).outcomes, "")
    most = max(given.outcomes["weights"])
    rows = [
        (criterion.name, given("weights", place), round(100 * given.outcomes["weights"][place] / most))
        for place, criterion in enumerate(criteria)
    ]
    return Compared(rows, given("consistency_ratio"), given.outcomes["worst_triad"], given.digest)


@transaction.atomic
def take_over(project: Project, said: Mapping[Pair, int], *, by: User | None) -> None:
    """File comparisons and the weights they give.

    Raises
    ------
    InputError
        As `compared`.
    StateError
        If the project is closed.
    """
    still_open(project)
    dataset = dataset_of(project, compared(project), said, by=by)
    found = compute(METHOD, {"comparisons": dataset}, {})
    if not dataset.filed_as:
        title = title_in(project, gettext("Criteria in pairs"))
        file_for(project, dataset.record, title, by=by, files={dataset.digest: dataset.data})
    file_for(project, found.record, title_in(project, gettext("Weights from comparisons")), by=by, files=found.files)
