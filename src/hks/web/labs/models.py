"""Measurements before and after, reflections of each side, and the lesson."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hks.web.evidence.models import Filing
from hks.web.projects.models import Project


class Measured(models.Model):
    """One comparison of measurements before and after."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=120)
    unit = models.CharField(max_length=20)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.what


class Reflection(models.Model):
    """What one side learned; the newest of each side counts."""

    class Side(models.TextChoices):
        TOWN = "town", _("Town")
        UNIVERSITY = "university", _("University")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=12, choices=Side.choices)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "side"], name="one_reflection_a_side")]
        ordering = ["side"]

    def __str__(self) -> str:
        return str(self.get_side_display())


class Lesson(models.Model):
    """What others can learn from it, and who carries it on."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    carried_on_by = models.CharField(max_length=200)
    offered = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.text[:60]
