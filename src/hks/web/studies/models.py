"""Runs of methods and versions of cross-impact matrices, both of one project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from hks.web.evidence.models import Filing
from hks.web.jobs.models import Job
from hks.web.projects.models import Project

if TYPE_CHECKING:
    from hks.web.accounts.models import User


class RunQuerySet(models.QuerySet["Run"]):
    """Which runs a person may see."""

    def visible_to(self, user: User) -> RunQuerySet:
        """Keep the runs of visible projects."""
        return self.filter(project__in=Project.objects.visible_to(user))


class Run(models.Model):
    """One ordered run of a method; its result is the job's record."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    inputs = models.JSONField(default=dict)  # role -> digest of the input's record
    values = models.JSONField(default=dict)
    seed = models.BigIntegerField()
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+")

    objects = RunQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class MatrixVersion(models.Model):
    """One immutable version of a project's cross-impact matrix."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # {descriptors: [{name, states}], matrix: [[…]]}
    drivers = models.JSONField(default=dict)  # {descriptor: {state: {parameter: value}}}
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_matrix_per_number")]

    def __str__(self) -> str:
        return f"{self.project} {self.number}"
