"""A consultation about one option of a project."""

from __future__ import annotations

from django.db import models

from hks.web.contributions.models import Sheet
from hks.web.evidence.models import Filing
from hks.web.projects.models import OptionVersion, Project


class Consultation(models.Model):
    """What is asked, about which version, where else one can answer, and who decides when."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    sheet = models.OneToOneField(Sheet, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(OptionVersion, on_delete=models.CASCADE, related_name="+")
    question = models.CharField(max_length=160)
    council_day = models.DateField(null=True)
    other_ways = models.CharField(max_length=300)
    open_to_all = models.BooleanField(default=False)
    tally = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+", null=True)
    statements_tally = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.question
