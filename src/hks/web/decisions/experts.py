"""What the pages for experts share: who may read and file them, and what is filed already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from hks.core import evidence
from hks.core.method import Method
from hks.core.parameters import checked
from hks.web.accounts.models import Membership
from hks.web.accounts.permissions import Person, may, may_anywhere
from hks.web.accounts.roles import RUN_METHOD, SEE_METHODS
from hks.web.evidence.models import Filing, Record
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hks.web.accounts.models import User

SEED = 1  # our choice: a preview of drawn weights is the same for everybody who looks, and so is what is filed


def project_for_experts(user: Person, slug: str, *, to: str = "") -> Project:
    """Find a project for a person who sees methods in detail and, with `to`, for which their role allows that.

    Raises
    ------
    Http404
        If there is none they may see.
    PermissionDenied
        If they see it, but no methods, or may not do `to`.
    """
    found = project_for(user, slug)
    if not may_anywhere(user, SEE_METHODS):
        raise PermissionDenied(_("This page is for science and authorities; the weighing says the same in short."))
    return project_for(user, slug, to=to) if to else found


def may_file(user: Person, project: Project) -> bool:
    """Say whether the person may have results for experts filed."""
    return may(user, RUN_METHOD, project.organisation) and not project.closed


def role_in(project: Project, by: User | None) -> str:
    """Name the role in which a person judges here, never the person."""
    own = Membership.objects.who_may(RUN_METHOD).filter(user=by, organisation=project.organisation)
    return own.values_list("role", flat=True).first() or "science"


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
        if same and record.content["values"] == wanted and record.content.get("seed") == seed:
            return filing
    return None


def record_of_file(project: Project, data: bytes) -> Record | None:
    """Find the newest record of a project that is about a file with these bytes."""
    sign = f'"digest":"{evidence.digest_of_file(data)}"'
    held = Filing.objects.filter(pk__in=project.records.values("filing"), record__content__contains=sign)
    filing = held.filter(record__kind__in=("file", "judgement")).select_related("record").order_by("-pk").first()
    return filing.record if filing else None
