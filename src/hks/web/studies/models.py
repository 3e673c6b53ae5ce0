"""Which projection belongs to which future of a project, and the job that computes them."""

from __future__ import annotations

from django.db import models

from hks.web.evidence.models import Filing
from hks.web.jobs.models import Job
from hks.web.projects.models import Project, Scenario


class FuturesRun(models.Model):
    """One order to play a project through all its futures."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.project} {self.job.status}"


class Projected(models.Model):
    """The newest projection of one future; older ones stay in evidence."""

    scenario = models.OneToOneField(Scenario, on_delete=models.CASCADE, related_name="+")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.scenario)
