"""Who may do what where; every question is answered from the role table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from hks.web.accounts.models import Membership, Organisation, User
from hks.web.accounts.roles import MANAGE_MEMBERS, ROLES

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


def grantable_roles(user: Person, organisation: Organisation, *, to: Person = None) -> list[str]:
    """Return the roles the person may give there: none that may more than they may themselves or were entrusted with.

    What someone was only entrusted with is for others: nobody gives it to themself.
    """
    if user is None or not user.is_authenticated or not may(user, MANAGE_MEMBERS, organisation):
        return []
    if user.is_superuser:
        return list(ROLES)
    own = Membership.objects.current().filter(user=user, organisation=organisation).values_list("role", flat=True)
    reach = frozenset[str]().union(*(ROLES[slug].may | (ROLES[slug].entrusts if to != user else set()) for slug in own))
    return [slug for slug, role in ROLES.items() if role.may <= reach]


def require(user: Person, capability: str, organisation: Organisation) -> None:
    """Refuse with a reason unless the person may.

    Raises
    ------
    PermissionDenied
        If no current role of the person in the organisation allows it.
    """
    if not may(user, capability, organisation):
        raise PermissionDenied(_("Your role in %(organisation)s does not allow this.") % {"organisation": organisation})
