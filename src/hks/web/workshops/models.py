"""One live workshop: its cards, factors and states, what phones say, what the room agrees on, and each edit of it."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hks.web.contributions.models import random_key
from hks.web.evidence.models import Filing
from hks.web.projects.models import Goal, Project


class Step(models.TextChoices):
    """Where a workshop stands; projector and phones show this step."""

    QUESTION = "question", _("Guiding question")
    CARDS = "cards", _("Collect influences")
    VOTES = "votes", _("Vote with dots")
    FACTORS = "factors", _("Choose factors")
    GRID = "grid", _("Who drives, who is driven")
    STATES = "states", _("What may become of them")
    JUDGEMENTS = "judgements", _("Judge influences")
    RESULT = "result", _("What fits together")
    WHY = "why", _("Why it holds")
    PICTURES = "pictures", _("Pictures of the future")
    SWOT = "swot", _("Strengths, weaknesses, opportunities, threats")
    WEIGHTS = "weights", _("Weigh with dots")
    GOALS = "goals", _("Goals")
    MEASURES = "measures", _("Measures")
    AGREEMENTS = "agreements", _("Agreements")
    END = "end", _("Minutes of the workshop")


NOT_LIGHT = {Step.GRID, Step.JUDGEMENTS, Step.RESULT, Step.WHY}
OF_STRATEGY = (Step.QUESTION, Step.SWOT, Step.WEIGHTS, Step.GOALS, Step.MEASURES, Step.AGREEMENTS)
OF_SCENARIOS = tuple(step for step in Step if step is Step.QUESTION or step not in OF_STRATEGY)


class Workshop(models.Model):
    """A workshop of a project; `version` grows with every change that a screen shows."""

    class Kind(models.TextChoices):
        SCENARIOS = "scenarios", _("Pictures of the future")
        STRATEGY = "strategy", _("Strategy")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=200)
    horizon = models.PositiveSmallIntegerField(null=True)
    influence = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=16, blank=True, db_index=True)
    former_codes = models.CharField(max_length=400, blank=True)
    step = models.CharField(max_length=12, choices=Step.choices, default=Step.QUESTION)
    source = models.ForeignKey("Factor", on_delete=models.SET_NULL, null=True, related_name="+")
    target = models.ForeignKey("Factor", on_delete=models.SET_NULL, null=True, related_name="+")
    focus = models.JSONField(default=list)
    changed = models.ForeignKey("State", on_delete=models.SET_NULL, null=True, related_name="+")
    light = models.BooleanField(default=False)
    groups = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.SCENARIOS)
    tally = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+")
    tolerance = models.PositiveSmallIntegerField(default=0)
    clock_started = models.DateTimeField(null=True)
    clock_minutes = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    solved = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+")
    matrix = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+")
    minutes = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+")
    ways = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+")
    gridded = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+")
    grouped = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="one_workshop_number")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.question

    @property
    def steps(self) -> list[tuple[str, Any]]:
        """Return the steps; the light form judges nothing."""
        wanted = OF_STRATEGY if self.strategy else OF_SCENARIOS
        return [(step.value, step.label) for step in wanted if not self.light or step not in NOT_LIGHT]

    @property
    def strategy(self) -> bool:
        """Say whether it leads to goals and agreements, not to futures."""
        return self.kind == self.Kind.STRATEGY

    @property
    def clock_ends(self) -> datetime.datetime | None:
        """Return when the time for this step is over, nothing where none is set."""
        return self.clock_started and self.clock_started + datetime.timedelta(minutes=self.clock_minutes)

    @property
    def seconds_left(self) -> int:
        """Return the seconds until then, below 0 once it is past."""
        return int((self.clock_ends - timezone.now()).total_seconds()) if self.clock_ends else 0

    @property
    def finished(self) -> bool:
        """Say whether nothing is taken any more."""
        return self.finished_at is not None


class Participant(models.Model):
    """One phone in the room, known by the keyed hash of a random key in its cookie; empty once the workshop ended.

    Its number is what those who lead see of it; `out` once they closed it out.
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="participants")
    hashed = models.CharField(max_length=64, blank=True)
    number = models.PositiveSmallIntegerField(default=0)
    out = models.BooleanField(default=False)
    group = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "hashed"], condition=~models.Q(hashed=""), name="one_phone_in_a_workshop"
            )
        ]

    def __str__(self) -> str:
        return self.hashed[:8]


class Piece(models.Model):
    """Something the room edits; `version` grows with each edit, what was taken away is only marked as gone."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=1)
    gone = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Card(Piece):
    """One influence, or one card of a field, written on a phone or typed from a paper card."""

    class Field(models.TextChoices):
        STRENGTH = "strength", _("Strengths")
        WEAKNESS = "weakness", _("Weaknesses")
        OPPORTUNITY = "opportunity", _("Opportunities")
        THREAT = "threat", _("Threats")

    text = models.CharField(max_length=160)
    field = models.CharField(max_length=12, choices=Field.choices, blank=True)
    participant = models.ForeignKey(Participant, on_delete=models.SET_NULL, null=True, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    paper_dots = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Dot(models.Model):
    """One dot of one phone on one card; erased when the workshop ends, its number stays."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="dots")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "card"], name="one_dot_on_a_card")]

    def __str__(self) -> str:
        return str(self.card)


class Factor(Piece):
    """A development that may go more than one way."""

    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class State(Piece):
    """One way a factor may go, with a plain sentence about it."""

    factor = models.ForeignKey(Factor, on_delete=models.CASCADE, related_name="states")
    name = models.CharField(max_length=120)
    sentence = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["factor", "position", "pk"]

    def __str__(self) -> str:
        return self.name


class Pull(Piece):
    """How strongly one factor acts on another, from 0 to 3, as whoever leads entered it or the room left it."""

    source = models.ForeignKey(Factor, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Factor, on_delete=models.CASCADE, related_name="+")
    value = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="one_pull")]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}: {self.value}"


class GridVoice(models.Model):
    """What one phone says about how strongly a factor acts on the others; erased when the workshop ends."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Factor, on_delete=models.CASCADE, related_name="grid_voices")
    values = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "source"], name="one_grid_voice_on_a_factor")]

    def __str__(self) -> str:
        return str(self.source)


class Cell(Piece):
    """What the room agreed on: the influence of one state on another, from -3 to +3; open while it has no value."""

    source = models.ForeignKey(State, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(State, on_delete=models.CASCADE, related_name="+")
    value = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="one_cell")]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}: {self.value}"


class Section(Piece):
    """The influence of one factor on another: revealed or not, why the room judged so, and how far phones differed.

    Judged again it begins another round; `past` keeps what was said and agreed in those before.
    """

    source = models.ForeignKey(Factor, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Factor, on_delete=models.CASCADE, related_name="+")
    revealed_at = models.DateTimeField(null=True)
    spread = models.JSONField(default=dict)
    round = models.PositiveSmallIntegerField(default=1)
    past = models.JSONField(default=list)
    reason = models.CharField(max_length=1000, blank=True)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="one_section")]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class Voice(models.Model):
    """What one phone says about one section, by the keys of the two states; erased when the workshop ends."""

    id = models.BigAutoField(primary_key=True, default=random_key)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="voices")
    values = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "section"], name="one_voice_on_a_section")]

    def __str__(self) -> str:
        return str(self.section)


class GroupJudgement(models.Model):
    """What a group says together about one section, by the keys of the two states; the group is a letter, no person."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="group_judgements")
    group = models.PositiveSmallIntegerField()
    values = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "group"], name="one_judgement_of_a_group")]
        ordering = ["group"]

    def __str__(self) -> str:
        return f"{self.section}, {self.group}"


class Picture(Piece):
    """A future the room goes on with, by the keys of its states: a name, a story, and what it is to the town."""

    class Mark(models.TextChoices):
        NONE = "", _("not marked")
        WISH = "wish", _("wished for")
        TREND = "trend", _("as things go")
        CRISIS = "crisis", _("crisis")

    states = models.JSONField()
    name = models.CharField(max_length=120)
    story = models.TextField(blank=True)
    mark = models.CharField(max_length=8, choices=Mark.choices, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Promise(Piece):
    """Something the room wants done; it becomes a task of the project when the workshop ends, with who took it on."""

    title = models.CharField(max_length=160)
    due = models.DateField(null=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    who = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def name(self) -> str:
        """Name the person who took it on, for those inside only; empty where nobody did."""
        return str(self.person) if self.person else self.who


class DraftGoal(Piece):
    """A goal that the room wants; it goes into the town's goals when the workshop ends."""

    title = models.CharField(max_length=160)
    draft = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    above = models.ForeignKey(Goal, on_delete=models.SET_NULL, null=True, related_name="+")
    indicator = models.SlugField(max_length=60, blank=True)
    target = models.FloatField(null=True)
    year = models.PositiveSmallIntegerField(null=True)
    cards = models.JSONField(default=list)
    became = models.ForeignKey(Goal, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class DraftMeasure(Piece):
    """What is to be done for a goal of the room or of the town; `solution` and `line` are choices of the form."""

    title = models.CharField(max_length=160)
    draft = models.ForeignKey(DraftGoal, on_delete=models.CASCADE, null=True, related_name="+")
    goal = models.ForeignKey(Goal, on_delete=models.SET_NULL, null=True, related_name="+")
    solution = models.CharField(max_length=40, blank=True)
    line = models.CharField(max_length=180, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class Edit(models.Model):
    """One change of a piece, as it was and as it became; those of one request share a batch and are undone together.

    What a phone wrote is undone by nobody who leads.
    """

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="edits")
    batch = models.PositiveIntegerField()
    kind = models.SlugField(max_length=12)
    piece = models.PositiveBigIntegerField()
    before = models.JSONField()
    after = models.JSONField()
    undone = models.BooleanField(default=False)
    from_phone = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.piece}"
