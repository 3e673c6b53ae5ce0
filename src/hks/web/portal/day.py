"""What is to be done: tasks and dates that are due, what became stale, where projects stand."""

from __future__ import annotations

import datetime
from typing import Any

from hks.web.accounts.permissions import Person, may, organisations_of
from hks.web.accounts.roles import EDIT_BUDGET, EDIT_PROJECT
from hks.web.decisions.financing import waiting
from hks.web.evidence.models import Review
from hks.web.evidence.reviews import answered_to
from hks.web.jobs.models import Job
from hks.web.projects.models import Project, ProjectRecord, Task
from hks.web.projects.steps import next_step
from hks.web.regions.models import CalendarDate
from hks.web.studies.signposts import to_look_at

AHEAD = datetime.timedelta(days=7)  # our choice: a week is what a working day looks ahead


def day_of(user: Person, today: datetime.date) -> dict[str, Any]:
    """Gather what is due within a week in the person's organisations."""
    own = Project.objects.filter(organisation__in=organisations_of(user)).kept()
    running = own.filter(closed=False)
    open_tasks = Task.objects.filter(project__in=running, done_on=None).select_related("project", "person")
    mine = open_tasks.filter(person=user) if user is not None and user.is_authenticated else open_tasks.none()
    dates = CalendarDate.objects.for_person(user).since(today).filter(starts__lte=today + AHEAD)
    paying = [place for place in organisations_of(user) if may(user, EDIT_BUDGET, place)]
    answering = [place for place in organisations_of(user) if may(user, EDIT_PROJECT, place)]
    asked = Review.objects.due().filter(filing__organisation__in=answering)
    stale = ProjectRecord.objects.filter(project__in=running).exclude(filing__replaced_by=None)
    changed: dict[Project, list[str]] = {}
    for row in stale.select_related("project", "filing").order_by("pk"):
        changed.setdefault(row.project, []).append(row.filing.title.removeprefix(f"{row.project.title}: "))
    due, asked_soon = (
        list(open_tasks.filter(due__lte=today + AHEAD).order_by("due")),
        asked.filter(due__lte=today + AHEAD),
    )
    return {
        "due": due,
        "asked": list(asked_soon),
        "things": len(due) + len(asked_soon),
        "signed": list(Review.objects.due().filter(by=user)) if user is not None and user.is_authenticated else [],
        "answered": answered_to(user),
        "mine": list(mine.exclude(due__lte=today + AHEAD).order_by("due")),
        "later": list(open_tasks.exclude(due__lte=today + AHEAD).exclude(pk__in=mine).order_by("due")[:5]),
        "signs": to_look_at(running, user, today),
        "dates": list(dates[:5]),
        "jobs": list(Job.objects.visible_to(user).filter(status__in=["waiting", "running"])),
        "changed": [(project, sorted(set(titles))) for project, titles in changed.items()],
        "unpaid": waiting(running.filter(organisation__in=paying)),
        "running": [(project, next_step(project)) for project in running.order_by("-stage", "pk")],
        "today": today,
    }
