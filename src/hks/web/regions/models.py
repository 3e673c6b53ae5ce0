"""Units of the official statistics, the tables brought in, the figures known, thresholds and dates."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hks.core import evidence
from hks.core.messages import Sentence
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import Person, organisations_of
from hks.web.evidence.models import Filing
from hks.web.jobs.models import Job
from hks.workbench.region import INDICATORS, mergers, older_than

STALE_AFTER_YEARS = 3  # our choice, printed beside each value


class Land(models.TextChoices):
    """The two Länder hks knows the rules of."""

    SAXONY = "SN", _("Saxony")
    SAXONY_ANHALT = "ST", _("Saxony-Anhalt")


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    """Which units there are today."""

    def standing(self) -> MunicipalityQuerySet:
        """Leave out units that were merged into another; their figures are part of its series."""
        return self.exclude(ags__in=[ags for merger in mergers() for ags in merger.parts])


class Municipality(models.Model):
    """A town, district or Land by its official key."""

    class Level(models.TextChoices):
        TOWN = "town", _("town")
        DISTRICT = "district", _("district")
        LAND = "land", _("Land")

    ags = models.CharField(max_length=8, primary_key=True)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=16, choices=Level.choices)
    land = models.CharField(max_length=2, choices=Land.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")

    objects = MunicipalityQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def upwards(self) -> list[Municipality]:
        """Return the unit, its district and its Land, as far as they are known."""
        line: list[Municipality] = [self]
        while line[-1].parent is not None:
            line.append(line[-1].parent)
        return line


class TerritorialChange(models.Model):
    """A unit changed its territory on a day; no trend crosses it."""

    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="changes")
    day = models.DateField()
    reason = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    verified = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "day"], name="one_change_a_day")]

    def __str__(self) -> str:
        return f"{self.municipality} {self.day}: {self.reason}"


class DatasetQuerySet(models.QuerySet["Dataset"]):
    """Which datasets a person may see and use."""

    def visible_to(self, user: Person) -> DatasetQuerySet:
        """Keep the public ones and those of the person's own organisations."""
        if user is None or not user.is_authenticated:
            return self.filter(organisation=None)
        return self.filter(models.Q(organisation=None) | models.Q(organisation__in=organisations_of(user)))

    def in_use(self) -> DatasetQuerySet:
        """Leave out what was undone or replaced."""
        return self.filter(filing__replaced_by=None)


class Dataset(models.Model):
    """A file with its source: who brought it in, what it is about, and the record made from it."""

    class Kind(models.TextChoices):
        TABLE = "table", _("table")
        TERRAIN = "terrain", _("terrain")
        LAND_COVER = "land_cover", _("land cover")
        BUILDINGS = "buildings", _("buildings")
        BOUNDARIES = "boundaries", _("boundaries")
        STORMS = "storms", _("heavy rain")
        RESERVOIRS = "reservoirs", _("small reservoirs")
        WEATHER = "weather", _("weather")
        COVER_TABLE = "cover_table", _("table of land cover")
        STREETS = "streets", _("streets")
        HAZARD_MAP = "hazard_map", _("official map of heavy rain")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=200, blank=True)
    table = models.CharField(max_length=40, blank=True)
    key_date = models.CharField(max_length=60, blank=True)
    licence = models.CharField(max_length=60, blank=True)
    crs = models.CharField(max_length=20, blank=True)
    rows = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True)
    file = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["filing"], name="one_dataset_a_filing")]

    def __str__(self) -> str:
        return self.title


class PendingImport(models.Model):
    """An uploaded file between preview and confirmation; gone after a day."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    data = models.BinaryField()
    source = models.JSONField(default=dict)
    kind = models.CharField(max_length=16, choices=Dataset.Kind.choices, default=Dataset.Kind.TABLE)
    crs = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def named_source(self) -> evidence.Source | None:
        """Return the source of a table that hks fetched itself."""
        return evidence.Source(**self.source) if self.source else None


class TableFetch(models.Model):
    """How fetching one table for an organisation went last; the figures in use stay, whatever happens."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    service = models.CharField(max_length=20)
    table = models.CharField(max_length=40)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    pending = models.ForeignKey(PendingImport, on_delete=models.SET_NULL, null=True, related_name="+")
    succeeded_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    problem = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "service", "table"], name="one_state_a_table_fetched")
        ]

    def __str__(self) -> str:
        return f"{self.table}: {self.organisation}"

    @property
    def trouble(self) -> Sentence | None:
        """Return the sentence of the last failure, or nothing where the last try went well."""
        return Sentence(self.problem["message"], self.problem["params"]) if self.failing_since else None


class IndicatorValueQuerySet(models.QuerySet["IndicatorValue"]):
    """Which values are in use."""

    def visible_to(self, user: Person) -> IndicatorValueQuerySet:
        """Keep public values and those of the person's own organisations that no newer vintage replaced."""
        public = models.Q(filing__visibility="public")
        if user is not None and user.is_authenticated:
            public |= models.Q(filing__organisation__in=organisations_of(user))
        return self.filter(public, filing__replaced_by=None)

    def in_use_by(self, organisation: Organisation | None) -> IndicatorValueQuerySet:
        """Keep public values and those of one organisation that no newer vintage replaced."""
        mine = models.Q(filing__visibility="public") | models.Q(filing__organisation=organisation)
        return self.filter(mine if organisation else models.Q(filing__visibility="public"), filing__replaced_by=None)

    def of(self, municipality: Municipality, user: Person = None) -> IndicatorValueQuerySet:
        """Keep the values of a unit, oldest first; of two imports of the same day the later one comes last."""
        return self.among([municipality], user)

    def among(self, places: Sequence[Municipality], user: Person = None) -> IndicatorValueQuerySet:
        """Keep the values of some units, oldest first; of two imports of the same day the later one comes last."""
        return self.visible_to(user).filter(municipality__in=places).order_by("key_date", "filing_id")

    def newest(self, user: Person) -> IndicatorValueQuerySet:
        """Keep one value of the newest day for each indicator and level; of those an official one, brought in last."""
        rank = models.Window(
            RowNumber(), partition_by=["indicator", "municipality__level"],
            order_by=["-key_date", "second_hand", "-filing_id"],
        )  # fmt: skip
        return self.visible_to(user).annotate(rank=rank).filter(rank=1).select_related("municipality").with_filing()

    def with_filing(self) -> IndicatorValueQuerySet:
        """Read the filing and the digest with each value: few filings hold many values, and records are long."""
        filings = Filing.objects.select_related("record").defer("record__content")
        return self.prefetch_related(models.Prefetch("filing", filings))


class IndicatorValue(models.Model):
    """One value of one indicator on one key date, cited from the filing it came from."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="values")
    indicator = models.CharField(max_length=60)
    key_date = models.DateField()
    value = models.FloatField()
    unit = models.CharField(max_length=16)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")
    second_hand = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "municipality", "indicator", "key_date"], name="one_value_per_filing"
            )
        ]
        indexes = [models.Index(fields=["municipality", "indicator", "key_date"])]

    def __str__(self) -> str:
        return f"{self.indicator} {self.municipality_id} {self.key_date}"

    @property
    def when(self) -> str:
        """Say the key date, or the year where a whole year was counted."""
        entry = INDICATORS.get(self.indicator)
        if entry is not None and entry.yearly:
            return gettext("Year %(year)s") % {"year": self.key_date.year}
        return gettext("Key date %(day)s") % {"day": date_format(self.key_date, "SHORT_DATE_FORMAT")}

    @property
    def citation(self) -> str:
        """Name the figure in its record."""
        return evidence.citation(
            self.filing.record.digest, "outcomes", self.indicator, self.municipality_id, self.key_date.isoformat()
        )

    def stale_on(self, day: datetime.date) -> bool:
        """Say whether the value is older than three years."""
        return older_than(self.key_date, day, STALE_AFTER_YEARS)

    @property
    def stale(self) -> bool:
        """Say whether the value is too old to speak for today."""
        return self.stale_on(timezone.localdate())


class Threshold(models.Model):
    """From which value on an organisation wants yellow or red."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    indicator = models.CharField(max_length=60)
    yellow = models.FloatField()
    red = models.FloatField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "indicator"], name="one_threshold_each")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.indicator}"


class CalendarDateQuerySet(models.QuerySet["CalendarDate"]):
    """Which dates matter to whom."""

    def visible_to(self, user: Person) -> CalendarDateQuerySet:
        """Keep the dates of the Länder and of the person's own organisations."""
        return self.filter(models.Q(organisation=None) | models.Q(organisation__in=organisations_of(user)))

    def for_person(self, user: Person) -> CalendarDateQuerySet:
        """Keep what the person may see and leave out Länder where none of their organisations lies."""
        seen = self.visible_to(user)
        lands = list(organisations_of(user).exclude(land="").values_list("land", flat=True))
        return seen.filter(models.Q(land="") | models.Q(land__in=lands)) if lands else seen

    def since(self, day: datetime.date) -> CalendarDateQuerySet:
        """Keep what is not over on a day, earliest first."""
        return self.filter(models.Q(starts__gte=day) | models.Q(ends__gte=day)).order_by("starts", "pk")

    def for_land(self, land: str) -> CalendarDateQuerySet:
        """Keep the dates of one Land and those of organisations, earliest first."""
        return self.filter(models.Q(land=land) | models.Q(land="")).order_by("starts")


class CalendarDate(models.Model):
    """A date that sets the pace: semester, council, submission, budget, grant or season."""

    class Kind(models.TextChoices):
        SEMESTER = "semester", _("semester")
        COUNCIL = "council", _("council meeting")
        SUBMISSION = "submission", _("submission deadline")
        BUDGET = "budget", _("budget")
        GRANT = "grant", _("grant deadline")
        SEASON = "season", _("season")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", null=True)
    land = models.CharField(max_length=2, choices=Land.choices, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=200)
    starts = models.DateField()
    ends = models.DateField(null=True)
    source = models.CharField(max_length=300, blank=True)
    verified = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = CalendarDateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends=None) | models.Q(ends__gte=models.F("starts")), name="ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(organisation=None) ^ models.Q(land=""), name="of_an_organisation_or_a_land"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts}: {self.title}"
