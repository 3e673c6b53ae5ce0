"""A project's cross-impact matrix, what its states mean, and which projection belongs to which future."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from hks.core.evidence import citation
from hks.web.accounts.managers import TenantQuerySet
from hks.web.accounts.models import Organisation
from hks.web.evidence.models import Filing
from hks.web.jobs.models import Job
from hks.web.projects.models import Option, Project, Scenario
from hks.web.regions.models import Municipality
from hks.web.shell.translated import in_words
from hks.workbench.region import INDICATORS


class ImpactMatrix(models.Model):
    """One version of a project's cross-impact matrix with the futures that fit together in it; never changed."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    tolerance = models.FloatField()
    matrix = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    solved = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_matrix_number")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.project} {self.number}"


class StateMeaning(models.Model):
    """The value that a state of a descriptor gives to a driver; without a source it is an assumption."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    descriptor = models.CharField(max_length=120)
    state = models.CharField(max_length=120)
    driver = models.SlugField(max_length=40)
    value = models.FloatField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "descriptor", "state"], name="one_meaning_per_state")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.descriptor}: {self.state}"


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


class OutlookQuerySet(TenantQuerySet["Outlook"]):
    """Which outlooks a person may see."""


class DrawnPlanQuerySet(TenantQuerySet["DrawnPlan"]):
    """Which drawn plans a person may see."""


class OwnForecastQuerySet(TenantQuerySet["OwnForecast"]):
    """Which forecasts of towns a person may see."""


class Outlook(models.Model):
    """One order to look ahead for a unit, and what was found; the newest that was found counts."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    method = models.SlugField(max_length=60)
    visibility = models.CharField(max_length=16, default="internal")
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+", null=True)
    sensitivity = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = OutlookQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.method} {self.municipality}"


class OwnForecast(models.Model):
    """How many people a town itself expects in a year, with the source; never changed, the newest of a year counts."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    persons = models.PositiveIntegerField()
    source = models.CharField(max_length=200)
    visibility = models.CharField(max_length=16, default="internal")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = OwnForecastQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.municipality} {self.year}: {self.persons}"


class DrawnPlan(models.Model):
    """Measures against heavy rain that a town tries out on its terrain, and the newest run of them."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    drawings = models.JSONField(default=list)
    visibility = models.CharField(max_length=16, default="internal")
    outlook = models.ForeignKey(Outlook, on_delete=models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = DrawnPlanQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class WatchedPlace(models.Model):
    """A point at which a town follows the water of heavy rain, or with a second end a section across it. [m]"""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    x = models.FloatField()
    y = models.FloatField()
    to_x = models.FloatField(null=True)
    to_y = models.FloatField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Culvert(models.Model):
    """A culvert or bridge that a town assumes where its terrain model shows closed ground, unchecked. [m]"""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    x = models.FloatField()
    y = models.FloatField()
    to_x = models.FloatField()
    to_y = models.FloatField()
    width = models.FloatField()
    height = models.FloatField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.x:.1f}, {self.y:.1f}"


class Storyline(models.Model):
    """How a future came about and what it is to the town, at one time; never changed, a change is a new version."""

    class Kind(models.TextChoices):
        NONE = "", _("not marked")
        WISH = "wish", _("Wished-for future")
        TREND = "trend", _("Future as things go")
        CRISIS = "crisis", _("Future of crisis")

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices, blank=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario", "number"], name="one_storyline_number")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.scenario} {self.number}"


class Kept(models.Model):
    """A row that is never changed: a change writes another one `before` which it stood, what is removed is `gone`."""

    before = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="after")
    gone = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Wildcard(Kept):
    """An improbable, grave event: which solution it would hit, all if none is named, and what the town would do."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    sentence = models.CharField(max_length=300)
    option = models.ForeignKey(Option, on_delete=models.SET_NULL, null=True, related_name="+")
    then = models.CharField(max_length=600)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.sentence


class Signpost(Kept):
    """A sign that speaks for a future: an indicator of a unit at its real level, past a threshold in its unit."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="+")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    indicator = models.SlugField(max_length=60)
    above = models.BooleanField()
    threshold = models.FloatField()
    unit = models.CharField(max_length=16)
    meaning = models.CharField(max_length=300, blank=True)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.scenario}: {self.indicator} {self.municipality_id}"

    @property
    def title(self) -> str:
        """Name the indicator in words."""
        return in_words(INDICATORS[self.indicator].title) if self.indicator in INDICATORS else self.indicator

    @property
    def citation(self) -> str:
        """Cite the threshold in the judgement that set it."""
        return citation(self.filing.record.digest, "outcomes", "threshold")
