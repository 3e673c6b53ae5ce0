"""Invite, change, off-board and erase people."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Feedback, LoginLetter, Membership, Organisation, User
from hks.web.accounts.permissions import Person, require
from hks.web.accounts.roles import MANAGE_MEMBERS, ROLES

LETTERS_KEPT = datetime.timedelta(days=1)
FEEDBACK_KEPT = datetime.timedelta(days=365)


@transaction.atomic
def invite_member(organisation: Organisation, email: str, name: str, role: str, *, by: Person) -> Membership:
    """Give a person a role; someone new signs in by code."""
    require(by, MANAGE_MEMBERS, organisation)
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(email, name=name)
    membership, created = Membership.objects.get_or_create(user=user, organisation=organisation, role=role)
    if not created and membership.until is not None:
        membership.until = None
        membership.save(update_fields=["until"])
    return membership


@transaction.atomic
def off_board(membership: Membership, *, by: Person) -> None:
    """End a membership today and the person's open sessions with it.

    Raises
    ------
    StateError
        If it would leave the organisation without anyone who manages members.
    """
    require(by, MANAGE_MEMBERS, membership.organisation)
    others = Membership.objects.current().filter(organisation=membership.organisation).exclude(pk=membership.pk)
    if not any(MANAGE_MEMBERS in ROLES[other.role].may for other in others):
        raise StateError(gettext_noop("Someone must stay who manages members. Give another person that role first."))
    membership.until = timezone.localdate()
    membership.save(update_fields=["until"])
    end_sessions(membership.user)


def end_sessions(user: User) -> None:
    """Sign a person out everywhere."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


@transaction.atomic
def erase_user(user: User) -> None:
    """Blank a person; what they filed stays without a name."""
    user.memberships.all().delete()
    user.email = f"erased-{user.pk}@invalid"
    user.name = ""
    user.is_active = False
    user.erased_on = timezone.localdate()
    user.set_unusable_password()
    user.save()
    end_sessions(user)


def ensure_demo_member(organisation: Organisation, role: str) -> User:
    """Return the demo's person for a role, who can only sign in by the demo's buttons."""
    user, created = User.objects.get_or_create(
        email=f"{role}.{organisation.slug}@demo.invalid", defaults={"name": f"Demo {role.capitalize()}"}
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    Membership.objects.get_or_create(user=user, organisation=organisation, role=role)
    return user


def demo_person(organisation: Organisation, role: str) -> User:
    """Find the demo's person for a role.

    Raises
    ------
    StateError
        If this is no demo.
    """
    if not settings.DEMO:
        raise StateError(gettext_noop("Signing in by role exists in the demo only."))
    return ensure_demo_member(organisation, role)


def erase_due(now: datetime.datetime) -> int:
    """Delete login letters and feedback whose period is over; return how many."""
    letters, _ = LoginLetter.objects.filter(at__lt=now - LETTERS_KEPT).delete()
    feedback, _ = Feedback.objects.filter(at__lt=now - FEEDBACK_KEPT).delete()
    return letters + feedback
