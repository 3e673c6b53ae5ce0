"""What is to be done: tasks and dates that are due, what became stale, where projects stand."""

from __future__ import annotations

import datetime
from typing import Any

from hks.web.accounts.permissions import Person, organisations_of
from hks.web.evidence.models import Filing
from hks.web.jobs.models import Job
from hks.web.projects.models import Project, ProjectRecord, Task
from hks.web.projects.steps import next_step
from hks.web.regions.models import CalendarDate

AHEAD = datetime.timedelta(days=7)  # our choice: a week is what a working day looks ahead


def day_of(user: Person, today: datetime.date) -> dict[str, Any]:
    """Gather what is due within a week in the person's organisations."""
    own = Project.objects.filter(organisation__in=organisations_of(user)).kept()
    running = own.filter(closed=False)
    open_tasks = Task.objects.filter(project__in=running, done_on=None).select_related("project")
    dates = CalendarDate.objects.for_person(user).since(today).filter(starts__lte=today + AHEAD)
    replaced = Filing.objects.exclude(replaced_by=None)
    stale = ProjectRecord.objects.filter(project__in=running, filing__in=replaced).values("project").distinct()
    return {
        "due": list(open_tasks.filter(due__lte=today + AHEAD).order_by("due")),
        "later": list(open_tasks.exclude(due__lte=today + AHEAD).order_by("due")[:5]),
        "dates": list(dates[:5]),
        "jobs": list(Job.objects.visible_to(user).filter(status__in=["waiting", "running"])),
        "changed": list(running.filter(pk__in=stale)),
        "running": [(project, next_step(project)) for project in running.order_by("-stage", "pk")],
        "today": today,
    }
