"""What the pages for experts share: who may read them and have results filed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from hks.web.accounts.models import Membership
from hks.web.accounts.permissions import Person, may, may_anywhere
from hks.web.accounts.roles import RUN_METHOD, SEE_METHODS
from hks.web.projects.models import Project
from hks.web.projects.permissions import project_for

if TYPE_CHECKING:
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
