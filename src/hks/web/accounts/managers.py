"""Reads that respect tenants, for every model with `organisation` and `visibility`."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models

from hks.web.accounts.permissions import Person, organisations_of

PUBLIC = "public"
SHARED = "shared"

Row = TypeVar("Row", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row]):
    """Rows of an organisation."""

    def visible_to(self, user: Person) -> Self:
        """Keep what is public, what is the person's own, and what a town shared with their district."""
        organisations = organisations_of(user)
        public = models.Q(visibility=PUBLIC)
        own = models.Q(organisation__in=organisations)
        shared = models.Q(visibility=SHARED, organisation__parent__in=organisations)
        return self.filter(public | own | shared)
