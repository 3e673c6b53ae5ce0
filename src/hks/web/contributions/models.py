"""Exactly two shapes: a contribution is a public text, a response a confidential answer sheet."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hks.web.projects.models import OptionVersion, Project


class Sheet(models.Model):
    """One answer sheet with its time; the key of its pseudonyms lies outside database and backup."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    slug = models.SlugField(unique=True, max_length=80)
    opens = models.DateField()
    closes = models.DateField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.slug

    @property
    def is_open(self) -> bool:
        """Say whether votes are taken today."""
        return self.closed_at is None and self.opens <= timezone.localdate() <= self.closes


class Channel(models.TextChoices):
    """The way a vote came."""

    WEB = "web", _("net")
    PAPER = "paper", _("paper")


class Token(models.Model):
    """A code that was given out, known by its keyed hash alone."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="+")
    hashed = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "hashed"], name="one_token")]

    def __str__(self) -> str:
        return self.hashed[:8]


def random_key() -> int:
    """Draw the key of a row that must not tell when it was written.

    SQLite keeps rows by an integer key and counts one up beside every other kind of key: rows of two tables written
    together would carry the same number. An integer key of our own takes its place.
    """
    return secrets.randbelow(2**62) + 1


class Participation(models.Model):
    """Someone with a code took part, by this channel; nothing leads from here to an answer."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="+")
    hashed = models.CharField(max_length=64)
    channel = models.CharField(max_length=8, choices=Channel.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "hashed"], name="one_participation")]

    def __str__(self) -> str:
        return self.channel


class Response(models.Model):
    """One answer sheet under a pseudonym; no time, no key to a person or a participation."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="+")
    pseudonym = models.CharField(max_length=64)
    answers = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "pseudonym"], name="one_response")]

    def __str__(self) -> str:
        return str(self.id)


class SealedAnswers(models.Model):
    """The answers of a closed sheet in random order, kept until a day so that the tally can be repeated."""

    sheet = models.OneToOneField(Sheet, on_delete=models.CASCADE, related_name="+")
    data = models.BinaryField()
    nonce = models.BinaryField()
    erase_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.sheet} {self.erase_on}"


class Contribution(models.Model):
    """A public text: moderated, answered, and perhaps worked into a version of an option."""

    class Kind(models.TextChoices):
        CONDITION = "condition", _("condition")
        STATEMENT = "statement", _("statement")

    class Status(models.TextChoices):
        WAITING = "waiting", _("is being read")
        SHOWN = "shown", _("published")
        HIDDEN = "hidden", _("not published")

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField()
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WAITING)
    answer = models.TextField(blank=True)
    author = models.CharField(max_length=64)
    worked_in = models.ForeignKey(OptionVersion, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]
