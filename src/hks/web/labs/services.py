"""Measure, reflect, write the lesson down, and close a project."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.labs.models import Lesson, Measured, Reflection
from hks.web.projects.models import Milestone, Project
from hks.web.projects.services import file_for, record_milestone, role_of, still_open
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS

if TYPE_CHECKING:
    from hks.web.accounts.models import User


@transaction.atomic
def measure(project: Project, what: str, unit: str, dataset: Dataset, *, by: User | None) -> Measured:
    """Compare measurements before and after and file both.

    Raises
    ------
    InputError
        If the file is no table of measurements, or too short.
    """
    still_open(project)
    dataset = replace(dataset, kind="measurement", role=role_of(by, project))
    computation = compute(METHODS["lab-before-after"], {"measurements": dataset}, {})
    title = f"{project.title}: {what}"
    file_for(project, dataset.record, title, by=by, files={"file": dataset.data})
    filing = file_for(project, computation.record, title, by=by, files=computation.files)
    record_milestone(project, Milestone.Kind.MEASURED, by=by, filing=filing)
    return Measured.objects.create(project=project, what=what, unit=unit, filing=filing)


def reflect(project: Project, side: str, text: str, *, by: User | None) -> Reflection:
    """Keep what one side learned."""
    still_open(project)
    row, _ = Reflection.objects.update_or_create(project=project, side=side, defaults={"text": text, "by": by})
    return row


@transaction.atomic
def write_lesson(project: Project, text: str, carried_on_by: str, *, offered: bool, by: User | None) -> Lesson:
    """Keep the lesson."""
    still_open(project)
    said = {"text": text, "carried_on_by": carried_on_by, "offered": offered}
    lesson, _ = Lesson.objects.update_or_create(project=project, defaults=said)
    record_milestone(project, Milestone.Kind.LESSON, by=by)
    return lesson


@transaction.atomic
def close(project: Project, *, by: User | None) -> None:
    """Close a project that was decided and has its lesson.

    Raises
    ------
    StateError
        If one of the two is missing.
    """
    reached = set(project.milestones.values_list("kind", flat=True))
    if not {Milestone.Kind.DECIDED, Milestone.Kind.LESSON} <= reached:
        raise StateError(
            gettext_noop("A project ends with the council's decision and a lesson; one of them is missing.")
        )
    project.closed = True
    project.save(update_fields=["closed"])
    record_milestone(project, Milestone.Kind.LESSON, by=by)
