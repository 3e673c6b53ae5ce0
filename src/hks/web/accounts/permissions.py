"""Who may do what where; every question is answered from the role table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from hks.web.accounts.models import Membership, Organisation, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

Person = User | AnonymousUser | None


def organisations_of(user: Person) -> QuerySet[Organisation]:
    """Return the organisations a person belongs to today."""
    if user is None or not user.is_authenticated:
        return Organisation.objects.none()
    return Organisation.objects.filter(pk__in=Membership.objects.current().filter(user=user).values("organisation"))


def may(user: Person, capability: str, organisation: Organisation) -> bool:
    """Say whether one of the person's roles in the organisation allows something."""
    if user is None or not user.is_authenticated:
        return False
    return Membership.objects.who_may(capability).filter(user=user, organisation=organisation).exists()


def may_anywhere(user: Person, capability: str) -> bool:
    """Say whether the person may do something in any of their organisations."""
    if user is None or not user.is_authenticated:
        return False
    return Membership.objects.who_may(capability).filter(user=user).exists()


def require(user: Person, capability: str, organisation: Organisation) -> None:
    """Refuse with a reason unless the person may.

    Raises
    ------
    PermissionDenied
        If no current role of the person in the organisation allows it.
    """
    if not may(user, capability, organisation):
        raise PermissionDenied(_("Your role in %(organisation)s does not allow this.") % {"organisation": organisation})
