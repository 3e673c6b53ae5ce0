"""How solutions are weighed, the council papers, and what the council decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hks.web.evidence.models import Filing
from hks.web.jobs.models import Job
from hks.web.projects.models import OptionVersion, Project


class Financing(models.Model):
    """How one version of a solution would be paid, as the treasurer entered it; never changed, the newest counts."""

    class Area(models.TextChoices):
        """Product areas of the frame that the conference of interior ministers agreed on (IMK, 2003)."""

        ADMINISTRATION = "11", _("11 Internal administration")
        SAFETY = "12", _("12 Safety and order")
        SCHOOLS = "21-24", _("21–24 Schools")
        CULTURE = "25-29", _("25–29 Culture and science")
        SOCIAL = "31-35", _("31–35 Social assistance")
        YOUTH = "36", _("36 Children, young people and families")
        HEALTH = "41", _("41 Health services")
        SPORT = "42", _("42 Sport")
        PLANNING = "51", _("51 Spatial planning and development")
        HOUSING = "52", _("52 Building and housing")
        SUPPLY = "53", _("53 Supply and disposal")
        TRAFFIC = "54", _("54 Roads, squares and public transport")
        NATURE = "55", _("55 Nature and landscape")
        ENVIRONMENT = "56", _("56 Environment")
        ECONOMY = "57", _("57 Economy and tourism")
        GENERAL = "61", _("61 General finance")

    version = models.ForeignKey(OptionVersion, on_delete=models.CASCADE, related_name="+")
    area = models.CharField(max_length=8, choices=Area.choices)
    account = models.CharField(max_length=60, blank=True)
    first_year = models.PositiveSmallIntegerField()
    grant_percent = models.FloatField()
    income = models.BigIntegerField()
    cover = models.TextField()
    statement = models.TextField(blank=True)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    effects = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_area_display()}"


class Criterion(models.Model):
    """One thing the solutions are weighed by: an effect that all of them have, on a scale between fixed anchors."""

    class Direction(models.TextChoices):
        MORE = "more", _("more is better")
        LESS = "less", _("less is better")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    name = models.SlugField(max_length=40)
    direction = models.CharField(max_length=4, choices=Direction.choices)
    low = models.FloatField()
    high = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_criterion_of_a_name")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class SwingPoints(models.Model):
    """How much each criterion counts for one group of actors, 0 to 100."""

    class Actors(models.TextChoices):
        ADMINISTRATION = "administration", _("Administration")
        COUNCIL = "council", _("Council")
        AFFECTED = "affected", _("People affected")
        SCIENCE = "science", _("Science")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    actors = models.CharField(max_length=16, choices=Actors.choices)
    points = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "actors"], name="one_row_of_points")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.get_actors_display())


class PrivatePoints(models.Model):
    """The points of one group in a round that is not revealed yet; the reveal makes them swing points and erases this.

    `hashed` is a keyed hash of the code by which the group gives them; nothing is given while `points` is empty.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    actors = models.CharField(max_length=16)
    hashed = models.CharField(max_length=64, unique=True)
    points = models.JSONField(default=dict)
    opened = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "actors"], name="one_row_of_private_points")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.project} {self.actors}"


class Weighing(models.Model):
    """One weighing that was taken over; never changed, the newest counts."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    ranking = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    robustness = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.project} {self.at:%Y-%m-%d}"


class Package(models.Model):
    """The measures a project chooses from, and the budgets of the years; what `Listed.as_json` writes."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.project)


class PackageTaken(models.Model):
    """One package that was taken over or ordered; never changed, the newest filed one counts."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(default=dict)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+", null=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, related_name="+", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.project} {self.at:%Y-%m-%d}"


class PaperDraft(models.Model):
    """The typed fields of a project's council paper."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.project)


class PaperVersion(models.Model):
    """One paper as it was made; never changed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_paper_number")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.project} {self.number}"


class CouncilDecision(models.Model):
    """What the council decided, and when."""

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("adopted")
        CHANGED = "changed", _("adopted with changes")
        REJECTED = "rejected", _("rejected")
        POSTPONED = "postponed", _("postponed")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    day = models.DateField()
    number = models.CharField(max_length=40, blank=True)
    wording = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return str(self.get_outcome_display())
