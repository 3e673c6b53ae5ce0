"""What a project needs, which format it uses for that, and what came of the use."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hks.core.evidence import citation
from hks.web.evidence.models import Filing
from hks.web.projects.models import Project
from hks.workbench.catalogues import TransferFormat, transfer_formats


class StatedNeed(models.Model):
    """What a project wants from a format and can give; `said` has the form of a need file, `weights` of its method."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="+")
    said = models.JSONField()
    weights = models.JSONField(default=dict)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"need of {self.project}"


class Use(models.Model):
    """One format used in a project, with its dates; `aim` is fixed before it begins."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    format = models.SlugField(max_length=40)
    aim = models.CharField(max_length=300)
    responsible = models.CharField(max_length=120)
    starts = models.DateField()
    ends = models.DateField()
    place = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+", null=True)
    given_up = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gte=models.F("starts")), name="use_ends_after_start")
        ]
        ordering = ["starts", "pk"]

    def __str__(self) -> str:
        return self.format

    @property
    def entry(self) -> TransferFormat | None:
        """Return what the catalogue says of the format, nothing if a later catalogue dropped it."""
        return next((entry for entry in transfer_formats().formats if entry.code == self.format), None)


class Review(models.Model):
    """What a use really took and brought; a second review takes the place of the first."""

    use = models.OneToOneField(Use, on_delete=models.CASCADE, related_name="review")
    people = models.PositiveIntegerField()
    hours = models.FloatField()
    cost = models.BigIntegerField()
    learned = models.TextField()
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"review of {self.use}"

    def cite(self, name: str) -> str:
        """Cite one figure of the review."""
        return citation(self.filing.record.digest, "outcomes", name)


class Rating(models.Model):
    """How far one side sees the aim reached; a use counts as experience once both sides have rated."""

    class Side(models.TextChoices):
        TOWN = "town", _("Town")
        UNIVERSITY = "university", _("University")

    class Mark(models.IntegerChoices):
        NOT = 0, _("not reached")
        LITTLE = 1, _("reached a little")
        HALF = 2, _("half reached")
        MOSTLY = 3, _("mostly reached")
        FULLY = 4, _("fully reached")

    use = models.ForeignKey(Use, on_delete=models.CASCADE, related_name="ratings")
    side = models.CharField(max_length=12, choices=Side.choices)
    mark = models.PositiveSmallIntegerField(choices=Mark.choices)
    why = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["use", "side"], name="one_rating_a_side")]
        ordering = ["side"]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.get_mark_display()}"
