"""Keep a matrix, solve it, say what its states mean, and make chosen futures those of the project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction

from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.evidence.services import file_of, note, outcome_of
from hks.web.projects.models import Project, Scenario
from hks.web.projects.services import file_for, role_of, still_open
from hks.web.studies.models import ImpactMatrix, StateMeaning
from hks.web.studies.narratives import picture_like, tell_as_pictured
from hks.web.studies.services import add_future, renew_future
from hks.web.workshops.models import Workshop
from hks.workbench import futures
from hks.workbench.inputs import Dataset

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hks.web.accounts.models import User

LONGEST_STORY = 1000


@dataclass(frozen=True)
class Consistent:
    """The newest matrix of a project as read from its file, and what was found in it."""

    row: ImpactMatrix
    dataset: Dataset
    matrix: futures.CrossImpactMatrix
    scenarios: list[list[int]]
    consistency: list[float]
    total_impact: list[float]
    complete: bool

    def diverse(self, many: int) -> list[int]:
        """Pick the futures that differ most."""
        return futures.most_diverse(self.scenarios, self.total_impact, many) if self.scenarios else []


def consistent_of(project: Project) -> Consistent | None:
    """Read a project's newest matrix and the futures found in it, if it has one."""
    rows = ImpactMatrix.objects.filter(project=project).select_related("matrix__record", "solved__record")
    row = rows.last()
    if row is None:
        return None
    dataset = Dataset(row.name, file_of(row.matrix.record), filed_as=row.matrix.record.digest)
    found = [outcome_of(row.solved.record, name) for name in ("scenarios", "consistency", "total_impact", "complete")]
    return Consistent(row, dataset, futures.matrix_of(dataset), *found)


def keep_matrix(project: Project, dataset: Dataset, tolerance: float, *, by: User | None) -> ImpactMatrix:
    """Solve a matrix and keep both as the next version; the older ones stay in evidence.

    Raises
    ------
    InputError
        If the file holds no matrix that can be solved here.
    """
    still_open(project)
    dataset = replace(dataset, kind="judgement", role=role_of(by, project))
    computation = futures.consistent_futures(dataset, tolerance)
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)  # two at the same moment get two numbers
        last = ImpactMatrix.objects.filter(project=project).last()
        title = f"{project.title}: {dataset.name}"
        matrix = file_for(project, dataset.record, title, by=by, files={dataset.digest: dataset.data})
        solved = file_for(project, computation.record, title, by=by, files=computation.files)
        note(by, "keep matrix", f"project {project.slug}", project.organisation)
        return ImpactMatrix.objects.create(
            project=project, number=last.number + 1 if last else 1, name=dataset.name[-120:], tolerance=tolerance,
            matrix=matrix, solved=solved,
        )  # fmt: skip


def workshops_of(project: Project) -> QuerySet[Workshop]:
    """Return the finished workshops whose matrix can be gone on with, the newest first."""
    return Workshop.objects.filter(project=project).exclude(matrix=None).order_by("-pk")


def take_from_workshop(workshop: Workshop, *, by: User | None) -> ImpactMatrix:
    """Make the matrix that a workshop agreed on the next version of the project's own.

    Raises
    ------
    StateError
        If the workshop is not finished, or the project is closed.
    """
    if workshop.matrix is None:
        raise StateError(gettext_noop("This workshop is not finished; it has no matrix yet."))
    dataset = Dataset(f"workshop-{workshop.number}.json", file_of(workshop.matrix.record))
    return keep_matrix(workshop.project, dataset, float(workshop.tolerance), by=by)


def solve_again(project: Project, tolerance: float, *, by: User | None) -> ImpactMatrix:
    """Solve the project's matrix with another tolerance.

    Raises
    ------
    StateError
        If there is none.
    """
    now = consistent_of(project)
    if now is None:
        raise StateError(gettext_noop("This project has no matrix yet."))
    return keep_matrix(project, Dataset(now.dataset.name, now.dataset.data), tolerance, by=by)


def meanings_of(project: Project) -> list[futures.StateValue]:
    """Return what the states of a project's matrix mean for the projection."""
    rows = StateMeaning.objects.filter(project=project)
    return [futures.StateValue(r.descriptor, r.state, r.driver, r.value, r.source) for r in rows]


def say_what_states_mean(project: Project, values: Iterable[futures.StateValue]) -> None:
    """Write down which value each state gives to a driver, in place of what was said before.

    Raises
    ------
    InputError
        If a value does not fit its driver, or two descriptors set the same one.
    """
    still_open(project)
    checked = futures.checked_values(values)
    with transaction.atomic():
        StateMeaning.objects.filter(project=project).delete()
        StateMeaning.objects.bulk_create([StateMeaning(project=project, **vars(value)) for value in checked])


def take_over(project: Project, number: int, chosen: Mapping[int, str], *, by: User | None) -> list[Scenario]:
    """Make chosen futures those of the project, with the drivers their states set.

    Futures from an earlier matrix give way, but one of the same name keeps its storyline and its signs; those
    described by hand stay. Where a workshop kept a picture of the same states, its story is told.

    Parameters
    ----------
    project : Project
    number : int
        Version of the matrix the person saw.
    chosen : mapping
        Place of each future in the list, from 0, and its name.
    by : User, optional

    Raises
    ------
    StateError
        If the matrix has changed meanwhile.
    InputError
        If fewer than two or more than four futures are chosen, or no state sets a driver.
    """
    still_open(project)
    now = consistent_of(project)
    if now is None or now.row.number != number:
        raise StateError(gettext_noop("The matrix was changed meanwhile; please look again and choose."))
    if not futures.FEWEST_CHOSEN <= len(chosen) <= futures.MOST_CHOSEN or max(chosen) >= len(now.scenarios):
        raise InputError(gettext_noop("Please choose two to four of the futures in the list."))
    scenarios = [now.scenarios[place] for place in chosen]
    solved = now.row.solved.record.digest
    record, drivers = futures.binding(solved, now.matrix, scenarios, meanings_of(project), role_of(by, project))
    with transaction.atomic():
        filing = file_for(project, record, f"{project.title}: {now.row.name}", by=by)
        same = {row.title: row for row in project.scenarios.exclude(filing=None) if row.title in chosen.values()}
        project.scenarios.exclude(filing=None).exclude(pk__in=[row.pk for row in same.values()]).delete()
        note(by, "take over futures", f"project {project.slug}", project.organisation)
        made = []
        for name, scenario, values in zip(chosen.values(), scenarios, drivers, strict=True):
            story, stays = story_of(now.matrix, scenario), same.pop(name, None)
            made.append(
                renew_future(stays, story, values, filing) if stays
                else add_future(project, name, story, values, filing=filing)
            )  # fmt: skip
            tell_as_pictured(made[-1], futures.named(now.matrix, scenario), by=by)
        return made


def as_plan_part(project: Project) -> tuple[str, bytes]:
    """Write the futures taken over from the matrix and what its states mean, for `hks ensemble run`; name the file.

    Raises
    ------
    StateError
        If no future was taken over, or the matrix has changed since.
    """
    now = consistent_of(project)
    chosen: dict[str, list[int]] = {}
    for scenario in project.scenarios.exclude(filing=None).select_related("filing__record"):
        found = outcome_of(scenario.filing.record, "futures") if scenario.filing else []
        fitting = [entry["scenario"] for entry in found if entry["drivers"] == scenario.drivers]
        if now is not None and fitting and fitting[0] in now.scenarios:
            chosen[scenario.title] = fitting[0]
    if now is None or not chosen:
        raise StateError(gettext_noop("Please take futures over from the matrix first."))
    return f"{project.slug}-plan.json", futures.as_plan_part(now.matrix, chosen, meanings_of(project))


def story_of(matrix: futures.CrossImpactMatrix, scenario: list[int]) -> str:
    """Tell a future by its states."""
    return "; ".join(f"{name}: {state}" for name, state in futures.named(matrix, scenario))[:LONGEST_STORY]


def title_of(project: Project, states: list[tuple[str, str]], values: Iterable[futures.StateValue]) -> str:
    """Propose a name: as a workshop pictured these states, else the states that set drivers, else the first two."""
    picture = picture_like(project, states)
    if picture is not None:
        return picture.name[:80]
    telling = [value.state for value in futures.driven_by(states, values)] or [state for _, state in states[:2]]
    return " · ".join(telling)[:80]
