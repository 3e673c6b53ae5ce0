"""Find a project for a person, or none."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from hks.web.accounts.permissions import Person, require
from hks.web.accounts.roles import EDIT_PROJECT
from hks.web.projects.models import Project


def project_for(user: Person, slug: str, *, to: str = "") -> Project:
    """Find a project the person may see and, with `to`, for which their role allows that.

    Raises
    ------
    Http404
        If there is none, it lies in the bin, or it belongs to others.
    PermissionDenied
        If the person sees it and may not do `to`.
    """
    found = Project.objects.visible_to(user).kept().select_related("organisation", "municipality")
    project = get_object_or_404(found, slug=slug)
    if to:
        require(user, to, project.organisation)
    return project


def project_to_edit(user: Person, slug: str) -> Project:
    """Find a project that the person may edit."""
    return project_for(user, slug, to=EDIT_PROJECT)
