"""What is filed for a project already: computations by their inputs and values, files by their bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hks.core import evidence
from hks.core.method import Method
from hks.core.parameters import checked
from hks.web.evidence.models import Filing, Record
from hks.web.projects.models import Project

if TYPE_CHECKING:
    from django.db.models import QuerySet


def filings_of(project: Project, method: Method) -> QuerySet[Filing]:
    """Return what is filed for a project of one method, the newest first."""
    made_by = f'"method":"{method.slug} {method.version}"'
    rows = Filing.objects.filter(pk__in=project.records.values("filing"), record__content__contains=made_by)
    return rows.select_related("record").order_by("-pk")


def filed_as(
    project: Project, method: Method, inputs: Mapping[str, str], values: Mapping[str, object], seed: int | None = None
) -> Filing | None:
    """Find the filing of a computation by its inputs, values and seed, so that it need not be computed again."""
    rows, wanted = filings_of(project, method), checked(method.parameters, values)
    for digest in inputs.values():
        rows = rows.filter(record__content__contains=digest)
    for filing in rows:
        record = filing.record.as_record
        same = all(record.parents.get(role) == digest for role, digest in inputs.items())
        if same and record.content.get("values", {}) == wanted and record.content.get("seed") == seed:
            return filing
    return None


def record_of_file(project: Project, data: bytes) -> Record | None:
    """Find the newest record of a project that is about a file with these bytes."""
    sign = f'"digest":"{evidence.digest_of_file(data)}"'
    held = Filing.objects.filter(pk__in=project.records.values("filing"), record__content__contains=sign)
    filing = held.filter(record__kind__in=("file", "judgement")).select_related("record").order_by("-pk").first()
    return filing.record if filing else None
