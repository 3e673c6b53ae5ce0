"""Units of the official statistics and the figures known of them."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from hks.core import evidence
from hks.web.evidence.models import Filing


class Municipality(models.Model):
    """A town, district or Land by its official key."""

    class Level(models.TextChoices):
        TOWN = "town", _("town")
        DISTRICT = "district", _("district")

    ags = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=16, choices=Level.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="towns")

    def __str__(self) -> str:
        return self.name


class IndicatorValueQuerySet(models.QuerySet["IndicatorValue"]):
    """Which values are in use."""

    def of(self, municipality: Municipality) -> IndicatorValueQuerySet:
        """Keep the public values of a unit that no newer vintage replaced, oldest first."""
        return self.filter(municipality=municipality, filing__replaced_by=None, filing__visibility="public").order_by(
            "key_date"
        )


class IndicatorValue(models.Model):
    """One value of one indicator on one key date, cited from the filing it came from."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="values")
    indicator = models.CharField(max_length=60)
    key_date = models.DateField()
    value = models.FloatField()
    unit = models.CharField(max_length=16)
    filing = models.ForeignKey(Filing, on_delete=models.PROTECT, related_name="+")

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "municipality", "indicator", "key_date"], name="one_value_per_filing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.municipality} {self.key_date}"

    @property
    def citation(self) -> str:
        """Name the figure in its record."""
        return evidence.citation(
            self.filing.record.digest, "outcomes", self.indicator, self.municipality.ags, self.key_date.isoformat()
        )

    def stale_on(self, day: datetime.date) -> bool:
        """Say whether the value is older than three years."""
        return self.key_date < day.replace(year=day.year - 3, day=min(day.day, 28))
