"""What is known (records), who filed it (filings), and the bytes behind it (stored files)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hks.core import evidence
from hks.web.accounts.managers import PUBLIC, SHARED, TenantQuerySet
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import Person, organisations_of


class Visibility(models.TextChoices):
    """Who may see a filing."""

    INTERNAL = "internal", _("internal")
    SHARED = SHARED, _("shared with the district")
    PUBLIC = PUBLIC, _("public")


class RecordQuerySet(models.QuerySet["Record"]):
    """Which records a person may see."""

    def visible_to(self, user: Person) -> RecordQuerySet:
        """Keep records with an own or a public filing."""
        filings = Filing.objects.visible_to(user)
        return self.filter(models.Exists(filings.filter(record=models.OuterRef("pk"))))


class Record(models.Model):
    """One canonical record; never changed, only erased."""

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=16)
    content = models.TextField()
    erased_by = models.CharField(max_length=200, blank=True)
    erased_on = models.DateField(null=True)

    objects = RecordQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"

    @property
    def as_record(self) -> evidence.Record:
        """Read the canonical form."""
        return evidence.read(self.content)


class RecordParent(models.Model):
    """One record was made from another, in a role."""

    child = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="parents")
    role = models.CharField(max_length=80)
    parent = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="children")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["child", "role"], name="one_parent_per_role")]

    def __str__(self) -> str:
        return f"{self.role}: {self.parent}"


class FilingQuerySet(TenantQuerySet["Filing"]):
    """Which filings a person may see."""


class Filing(models.Model):
    """Who filed a record, for which organisation, under which title."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="filings")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True)
    title = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    visibility = models.CharField(max_length=16, choices=Visibility.choices, default=Visibility.INTERNAL)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    objects = FilingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "organisation"], name="one_filing_per_organisation"),
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(organisation=None), name="one_filing_without_organisation"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReviewQuerySet(models.QuerySet["Review"]):
    """Which reviews stand, and whom they concern."""

    def standing(self) -> ReviewQuerySet:
        """Keep the last word of each office."""
        return self.filter(replaced_by=None)

    def visible_to(self, user: Person) -> ReviewQuerySet:
        """Keep reviews of filings that the person may see."""
        return self.filter(filing__in=Filing.objects.visible_to(user))

    def due(self) -> ReviewQuerySet:
        """Keep what somebody waits for until a day and nobody answered, the earliest first."""
        waiting = self.standing().exclude(verdict=Review.Verdict.CHECKED).exclude(due=None).filter(answers=None)
        return waiting.select_related("filing__record", "filing__organisation").order_by("due", "pk")


class Review(models.Model):
    """What an office says of a filed record, and until when it waits; never changed, a later one takes its place."""

    class Verdict(models.TextChoices):
        CHECKED = "checked", _("checked")
        RESERVED = "reserved", _("checked with reservations")
        QUESTION = "question", _("open question")

    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="reviews")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    role = models.CharField(max_length=16)
    office = models.CharField(max_length=120)
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    text = models.TextField(blank=True)
    due = models.DateField(null=True)
    signed_on = models.DateField(default=timezone.localdate)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.office}: {self.get_verdict_display()}"

    @property
    def is_open(self) -> bool:
        """Say whether this is a question that stands and that nobody answered."""
        asks = self.verdict == Review.Verdict.QUESTION and self.replaced_by_id is None
        return asks and not self.answers.all()

    def told_to(self, user: Person) -> bool:
        """Say whether the person may read the words: the town's members, its district's, and whoever signed."""
        place = self.filing.organisation
        inside = place is not None and organisations_of(user).filter(pk__in=[place.pk, place.parent_id]).exists()
        return inside or (user is not None and user.is_authenticated and user.pk == self.by_id)


class ReviewAnswer(models.Model):
    """What the town answers an office; never changed, a further answer stands below it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="answers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    office = models.CharField(max_length=120)
    text = models.TextField()
    answered_on = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.office}: {self.review}"


class StoredFile(models.Model):
    """Bytes in the data folder, named by their SHA-256."""

    class State(models.TextChoices):
        QUARANTINED = "quarantined", _("being checked")
        KEPT = "kept", _("kept")
        ERASED = "erased", _("erased")

    sha256 = models.CharField(max_length=64, unique=True)
    bytes = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    state = models.CharField(max_length=16, choices=State.choices, default=State.KEPT)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="files")

    def __str__(self) -> str:
        return self.sha256[:8]


class AuditEvent(models.Model):
    """Who did what: the actor by key alone, no personal text, sealed by a hash chain."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    at = models.DateTimeField(auto_now_add=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "seal"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
