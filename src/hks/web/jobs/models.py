"""Jobs are the truth about background work; the task queue only carries them."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import Person, organisations_of
from hks.web.evidence.models import Record


class JobQuerySet(models.QuerySet["Job"]):
    """Which jobs a person may see, and which need bringing back."""

    def visible_to(self, user: Person) -> JobQuerySet:
        """Keep those of the person's organisations."""
        return self.filter(organisation__in=organisations_of(user))


EARLY = 0.02  # our choice: before this share is done, nobody can say how long the rest takes


class Job(models.Model):
    """One ordered piece of work and where it stands."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.WAITING)
    progress = models.FloatField(default=0.0)
    cancel_wished = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    problem = models.JSONField(default=dict)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, null=True, related_name="+")

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["status", "lease_until"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def over(self) -> bool:
        """Say whether nothing more will happen."""
        return self.status in {self.Status.DONE, self.Status.FAILED, self.Status.CANCELLED}

    @property
    def remaining(self) -> datetime.timedelta | None:
        """Say how long the rest takes if it goes on as before; nothing before enough is done."""
        if self.status != self.Status.RUNNING or self.started_at is None or self.progress < EARLY:
            return None
        return (timezone.now() - self.started_at) * (1.0 / self.progress - 1.0)

    @property
    def minutes_left(self) -> int | None:
        """Return whole minutes until the end, 0 for less than one."""
        return None if self.remaining is None else round(self.remaining.total_seconds() / 60)
