"""A project of a town: its stage, its options with versions, what each is expected to do, and who is affected."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hks.core.evidence import citation
from hks.web.accounts.managers import PUBLIC, SHARED, TenantQuerySet
from hks.web.accounts.models import Organisation
from hks.web.evidence.models import Filing
from hks.web.regions.models import Municipality

LETTERS = "ABCDEFGH"  # our choice: more than eight options are not compared, they are first thinned out


class Stage(models.IntegerChoices):
    """The five steps of a project."""

    RECOGNISE = 1, _("Recognise")
    DEVELOP = 2, _("Develop")
    WEIGH = 3, _("Weigh solutions")
    ACCEPTANCE = 4, _("Win acceptance")
    ACT = 5, _("Act and learn")


class ProjectQuerySet(TenantQuerySet["Project"]):
    """Which projects are at work, and which lie in the bin."""

    def kept(self) -> ProjectQuerySet:
        """Leave out what lies in the bin."""
        return self.filter(binned_at=None)


class Project(models.Model):
    """One undertaking that a town carries from a worry to a measured effect."""

    class Field(models.TextChoices):
        STRATEGY = "strategy", _("Strategy")
        RESOURCES = "resources", _("Resources and climate adaptation")
        URBAN = "urban", _("Participatory urban development")
        ECONOMY = "economy", _("Economic development")

    class Visibility(models.TextChoices):
        INTERNAL = "internal", _("our administration only")
        SHARED = SHARED, _("also our district")
        PUBLIC = PUBLIC, _("everyone")

    slug = models.SlugField(unique=True, max_length=80)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+", null=True)
    title = models.CharField(max_length=120)
    field = models.CharField(max_length=16, choices=Field.choices)
    concern = models.TextField()
    responsible = models.CharField(max_length=120)
    due = models.DateField(null=True)
    indicator = models.SlugField(blank=True)
    problem = models.TextField(blank=True)
    stage = models.PositiveSmallIntegerField(choices=Stage.choices, default=Stage.RECOGNISE)
    visibility = models.CharField(max_length=16, choices=Visibility.choices, default=Visibility.INTERNAL)
    closed = models.BooleanField(default=False)
    example = models.BooleanField(default=False)
    binned_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class ProjectRecord(models.Model):
    """A filed record that belongs to a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="records")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "filing"], name="one_filing_per_project")]

    def __str__(self) -> str:
        return str(self.filing)


class Milestone(models.Model):
    """Something a stage needs was reached; the gate to the next stage looks at nothing else."""

    class Kind(models.TextChoices):
        WARNED = "warned", _("warning noticed")
        PROBLEM = "problem", _("problem stated")
        OPTIONS = "options", _("at least two solutions described")
        WEIGHED = "weighed", _("solutions weighed")
        ACCEPTANCE = "acceptance", _("acceptance counted")
        PAPER = "paper", _("council paper made")
        DECIDED = "decided", _("council decided")
        MEASURED = "measured", _("effect measured")
        LESSON = "lesson", _("lesson written down")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="milestones")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    reached_on = models.DateField(default=timezone.localdate)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "kind"], name="one_milestone_of_a_kind")]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Scenario(models.Model):
    """One consistent future of a project and the values it gives to the drivers of a simulation."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="scenarios")
    slug = models.SlugField(max_length=40)
    title = models.CharField(max_length=120)
    story = models.TextField(blank=True)
    drivers = models.JSONField(default=dict)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "slug"], name="one_scenario_slug")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class AffectedGroup(models.Model):
    """People whom the project touches, whether or not they take part."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=80)
    size = models.PositiveIntegerField(null=True)
    weighs = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_group_of_a_name")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Option(models.Model):
    """One solution; what is known of it stands in its versions."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="options")
    letter = models.CharField(max_length=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "letter"], name="one_option_per_letter")]
        ordering = ["letter"]

    def __str__(self) -> str:
        return f"{self.letter} {self.current.title}"

    @property
    def current(self) -> OptionVersion:
        """Return the newest version."""
        return max(self.versions.all(), key=lambda version: version.number)


class OptionVersion(models.Model):
    """What an option was at one time; never changed, a change is a new version."""

    class Check(models.TextChoices):
        OPEN = "open", _("open")
        YES = "yes", _("yes")
        NO = "no", _("no")

    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    what = models.TextField()
    change = models.CharField(max_length=300, blank=True)
    cost = models.BigIntegerField()
    follow_up_cost = models.BigIntegerField()
    useful_life = models.PositiveSmallIntegerField()
    months_to_use = models.PositiveSmallIntegerField()
    reach_percent = models.FloatField(default=0.0)
    reach_from_age = models.PositiveSmallIntegerField(default=0)
    reach_to_age = models.PositiveSmallIntegerField(default=99)
    money = models.CharField(max_length=4, choices=Check.choices, default=Check.OPEN)
    knowledge = models.CharField(max_length=4, choices=Check.choices, default=Check.OPEN)
    responsibility = models.CharField(max_length=4, choices=Check.choices, default=Check.OPEN)
    backing = models.CharField(max_length=4, choices=Check.choices, default=Check.OPEN)
    remark = models.TextField(blank=True)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    priced = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["option", "number"], name="one_version_number")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.option.letter}{self.number} {self.title}"

    def cite(self, name: str) -> str:
        """Cite one typed figure of this version."""
        return citation(self.filing.record.digest, "outcomes", name)


class PlannedMeasure(models.Model):
    """One measure of the catalogue in a version, in the unit of its cost; the version's `priced` says what it costs."""

    version = models.ForeignKey(OptionVersion, on_delete=models.CASCADE, related_name="measures")
    key = models.SlugField(max_length=40)
    amount = models.FloatField()
    unit = models.CharField(max_length=20)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_measure_a_version")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.version}: {self.key}"


class Effect(models.Model):
    """What one version is expected to do: a figure with its band and the record it stands in."""

    version = models.ForeignKey(OptionVersion, on_delete=models.CASCADE, related_name="effects")
    name = models.SlugField(max_length=40)
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, null=True, related_name="+")
    group = models.ForeignKey(AffectedGroup, on_delete=models.CASCADE, null=True, related_name="+")
    value = models.FloatField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    unit = models.CharField(max_length=20)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    pointer = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint("version", "name", Coalesce("scenario", 0), Coalesce("group", 0), name="one_effect")
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.name}"

    @property
    def citation(self) -> str:
        """Cite the figure in its record."""
        return f"{self.filing.record.digest}#{self.pointer}"


class Task(models.Model):
    """Something to do until a day; who took it on is a person with an account or, as `who`, one without."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=160)
    due = models.DateField(null=True)
    done_on = models.DateField(null=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    who = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def name(self) -> str:
        """Name the person who took it on, for those inside only; empty where nobody did."""
        return str(self.person) if self.person else self.who


class GoalTreeQuerySet(TenantQuerySet["GoalTree"]):
    """Which trees of goals a person may see."""


class GoalTree(models.Model):
    """The goals of a town and who may see them; `budget` holds the figures of its budget lines."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    visibility = models.CharField(
        max_length=16, choices=Project.Visibility.choices, default=Project.Visibility.INTERNAL
    )
    example = models.BooleanField(default=False)
    budget = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = GoalTreeQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.organisation)


class Goal(models.Model):
    """What a town wants to reach; `filing` holds the target of its indicator and the value that it began with."""

    tree = models.ForeignKey(GoalTree, on_delete=models.CASCADE, related_name="goals")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="parts")
    title = models.CharField(max_length=160)
    why = models.CharField(max_length=600, blank=True)
    indicator = models.SlugField(max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+")
    binned_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class BudgetLine(models.Model):
    """Where a measure is paid from: a product area and kind of the town's own budget, or a name alone."""

    tree = models.ForeignKey(GoalTree, on_delete=models.CASCADE, related_name="lines")
    area = models.CharField(max_length=12, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=160)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tree", "area", "kind", "title"], name="one_budget_line")]
        ordering = ["area", "kind", "title"]

    def __str__(self) -> str:
        return f"{self.area} {self.title}".strip()


class GoalMeasure(models.Model):
    """What is done for a goal: a solution of a project or a plain sentence, and the budget line that pays it."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="measures")
    title = models.CharField(max_length=160)
    project = models.ForeignKey(Project, on_delete=models.SET_NULL, null=True, related_name="+")
    option = models.ForeignKey(Option, on_delete=models.SET_NULL, null=True, related_name="+")
    line = models.ForeignKey(BudgetLine, on_delete=models.SET_NULL, null=True, related_name="measures")
    binned_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title
