"""Invite, change, off-board and erase people."""

from __future__ import annotations

import datetime
import re
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Feedback, LoginLetter, Membership, Organisation, User
from hks.web.accounts.permissions import Person, grantable_roles, require
from hks.web.accounts.roles import MANAGE_MEMBERS, ROLES

TOWN_IN_ADDRESS = re.compile(r"/(\d{8})(?:/|$)")
LETTERS_KEPT = datetime.timedelta(days=1)
FEEDBACK_KEPT = datetime.timedelta(days=365)
FEEDBACK_IN_AN_HOUR = 100  # our choice: more than a town hall reads, less than fills a disk


@transaction.atomic
def invite_member(organisation: Organisation, email: str, name: str, role: str, *, by: Person) -> Membership:
    """Give a person a role; someone new signs in by code.

    Raises
    ------
    InputError
        If there is no such role.
    PermissionDenied
        If the role may more than the one who gives it.
    """
    require(by, MANAGE_MEMBERS, organisation)
    user = User.objects.filter(email=email.lower()).first()
    _may_give(role, user, organisation, by)
    return _grant(user or User.objects.create_user(email, name=name), organisation, role)


@transaction.atomic
def change_role(membership: Membership, role: str, *, by: Person) -> Membership:
    """End one role today and begin another.

    Raises
    ------
    InputError
        If there is no such role.
    PermissionDenied
        If the role may more than the one who gives it.
    StateError
        If nobody would be left who manages members.
    """
    require(by, MANAGE_MEMBERS, membership.organisation)
    if role == membership.role:
        return membership
    _may_give(role, membership.user, membership.organisation, by)
    if MANAGE_MEMBERS not in ROLES[role].may:
        _somebody_manages_without(membership)
    _end(membership)
    return _grant(membership.user, membership.organisation, role)


@transaction.atomic
def off_board(membership: Membership, *, by: Person) -> list[str]:
    """End a membership today and the person's open sessions; return the capabilities that nobody there has now.

    Nothing is handed over silently: the list says what a successor must be found for.

    Raises
    ------
    StateError
        If it would leave the organisation without anyone who manages members.
    """
    require(by, MANAGE_MEMBERS, membership.organisation)
    _somebody_manages_without(membership)
    _end(membership)
    end_sessions(membership.user)
    stay = Membership.objects.current().filter(organisation=membership.organisation).values_list("role", flat=True)
    covered = frozenset[str]().union(*(ROLES[role].may for role in stay))
    return sorted(ROLES[membership.role].may - covered)


def _grant(user: User, organisation: Organisation, role: str) -> Membership:
    membership, created = Membership.objects.get_or_create(user=user, organisation=organisation, role=role)
    if not created and membership.until is not None:
        membership.since, membership.until = timezone.localdate(), None
        membership.save(update_fields=["since", "until"])
    return membership


def _end(membership: Membership) -> None:
    membership.until = timezone.localdate()
    membership.save(update_fields=["until"])


def _may_give(role: str, to: User | None, organisation: Organisation, by: Person) -> None:
    if role not in ROLES:
        raise InputError(
            gettext_noop("'%(role)s' is not a role; choose one of %(known)s."), role=role, known=", ".join(ROLES)
        )
    if role not in grantable_roles(by, organisation, to=to):
        raise PermissionDenied(
            _("The role “%(role)s” may more than you may give. Please ask whoever runs hks.")
            % {"role": ROLES[role].title}
        )


def _somebody_manages_without(*leaving: Membership) -> None:
    managers = Membership.objects.who_may(MANAGE_MEMBERS).filter(organisation=leaving[0].organisation)
    if not managers.exclude(pk__in=[membership.pk for membership in leaving]).exists():
        raise StateError(gettext_noop("Someone must stay who manages members. Give another person that role first."))


def end_sessions(user: User) -> None:
    """Sign a person out everywhere."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


def describe_oneself(user: User, name: str, language: str, *, by: Person) -> None:
    """Change the name and the language of one's own account."""
    _only_oneself(user, by)
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])


def own_data(user: User) -> dict[str, Any]:
    """Collect what the account holds about a person, for the person."""
    roles = user.memberships.select_related("organisation").order_by("since", "pk")
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "last_login": user.last_login,
        "memberships": [
            {"organisation": m.organisation.name, "role": m.role, "since": m.since, "until": m.until} for m in roles
        ],
        "letters": list(LoginLetter.objects.filter(recipient=user.email).values("subject", "at")),
    }


@transaction.atomic
def erase_user(user: User, *, by: Person = None) -> None:
    """Blank a person; what they filed stays without a name. Without `by` the operator does it.

    Raises
    ------
    PermissionDenied
        If someone else asks for it on the site.
    StateError
        If an organisation would be left without anyone who manages members.
    """
    if by is not None:
        _only_oneself(user, by)
        for organisation in Organisation.objects.managed_by(user):
            _somebody_manages_without(*user.memberships.filter(organisation=organisation))
    LoginLetter.objects.filter(recipient=user.email).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.memberships.all().delete()
    user.email = f"erased-{user.pk}@invalid"
    user.name = ""
    user.last_login = None
    user.is_active = user.is_staff = user.is_superuser = False
    user.erased_on = timezone.localdate()
    user.set_unusable_password()
    user.save()
    end_sessions(user)


def _only_oneself(user: User, by: Person) -> None:
    if by != user:
        raise PermissionDenied(_("Only the person may do this."))


def give_feedback(text: str, *, contact: str, page: str) -> Feedback:
    """Keep what someone tells us about a page; nobody need sign in, and who did is not kept.

    A page with a town's key in its address is that town's to read.

    Raises
    ------
    StateError
        If too many reports came within an hour.
    """
    lately = Feedback.objects.filter(at__gt=timezone.now() - datetime.timedelta(hours=1))
    if lately.count() >= FEEDBACK_IN_AN_HOUR:
        raise StateError(gettext_noop("Very many reports are coming in. Please try again in an hour, or call us."))
    key = TOWN_IN_ADDRESS.search(page)
    town = Organisation.objects.filter(ags=key[1]).order_by("pk").first() if key else None
    return Feedback.objects.create(text=text, contact=contact, page=page, organisation=town)


def erase_feedback(feedback: Feedback, *, by: User) -> None:
    """Delete a report that was dealt with, before its year is over."""
    if not Feedback.objects.for_reader(by).filter(pk=feedback.pk).exists():
        raise PermissionDenied(_("Only those who manage members may do this."))
    feedback.delete()


def ensure_demo_member(organisation: Organisation, role: str) -> User:
    """Return the demo's person for a role, who can only sign in by the demo's buttons."""
    user, created = User.objects.get_or_create(
        email=f"{role}.{organisation.slug}@demo.invalid", defaults={"name": f"Demo: {ROLES[role].title}"}
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
    """Delete login letters, feedback and sessions whose period is over; return how many."""
    letters = LoginLetter.objects.filter(at__lt=now - LETTERS_KEPT).delete()[0]
    feedback = Feedback.objects.filter(at__lt=now - FEEDBACK_KEPT).delete()[0]
    sessions = Session.objects.filter(expire_date__lt=now).delete()[0]
    return letters + feedback + sessions
