"""People, the organisations they work for, and in which role."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hks.web.accounts.roles import MANAGE_MEMBERS, ROLES


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user; without a password only the login by code works."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make the person who runs the installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail address."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(max_length=2, default="de")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    erased_on = models.DateField(null=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or str(_("erased person"))

    @property
    def organisation(self) -> Organisation | None:
        """Return the organisation the person joined first, of those they belong to today."""
        first = self.memberships.current().select_related("organisation").order_by("pk").first()
        return first.organisation if first else None


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Which organisations a person answers for."""

    def managed_by(self, user: User) -> OrganisationQuerySet:
        """Keep those whose members the person manages today."""
        mine = Membership.objects.who_may(MANAGE_MEMBERS).filter(user=user)
        return self.filter(pk__in=mine.values("organisation"))


class Organisation(models.Model):
    """A tenant: a town, a district, a university, an association."""

    class Kind(models.TextChoices):
        TOWN = "town", _("town")
        DISTRICT = "district", _("district")
        UNIVERSITY = "university", _("university")
        ASSOCIATION = "association", _("association")
        AUTHORITY = "authority", _("authority")
        UTILITY = "utility", _("utility or housing company")

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="towns")
    ags = models.CharField(max_length=8, blank=True)
    land = models.CharField(max_length=2, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    opening_hours = models.CharField(max_length=200, blank=True)

    objects = OrganisationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Who belongs where today."""

    def current(self) -> MembershipQuerySet:
        """Keep the memberships that have not ended."""
        today = timezone.localdate()
        return self.filter(models.Q(until=None) | models.Q(until__gt=today), user__is_active=True)

    def who_may(self, capability: str) -> MembershipQuerySet:
        """Keep the current memberships whose role allows something."""
        return self.current().filter(role__in=[slug for slug, role in ROLES.items() if capability in role.may])


class Membership(models.Model):
    """A person works for an organisation in a role until a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=[(slug, role.title) for slug, role in ROLES.items()])
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation", "role"], name="one_role_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}, {self.organisation}"


class LoginLetterQuerySet(models.QuerySet["LoginLetter"]):
    """Which letters an administrator may hand over."""

    def shown_to(self, user: User) -> LoginLetterQuerySet:
        """Keep letters to people who work nowhere but where this person manages members.

        A letter opens the whole account. Someone who also works elsewhere must not become readable by an
        invitation, nor must whoever runs the installation.
        """
        managed = Organisation.objects.managed_by(user)
        here = Membership.objects.current().filter(organisation__in=managed, user__is_superuser=False)
        elsewhere = Membership.objects.current().exclude(organisation__in=managed)
        return self.filter(recipient__in=here.values("user__email")).exclude(
            recipient__in=elsewhere.values("user__email")
        )


class LoginLetter(models.Model):
    """A login code or link that an administrator hands over where no mail server is set; gone after a day."""

    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    objects = LoginLetterQuerySet.as_manager()

    def __str__(self) -> str:
        return self.subject


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    """Who reads what was reported."""

    def for_reader(self, user: User) -> FeedbackQuerySet:
        """Keep reports about the organisations whose members the person manages, and those about no one's page."""
        managed = Organisation.objects.managed_by(user)
        general = models.Q(organisation=None) if managed.exists() else models.Q()
        return self.filter(models.Q(organisation__in=managed) | general).order_by("-at", "-pk")


class Feedback(models.Model):
    """What someone tells us about a page, with a way to answer if they wish one."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="+")
    page = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    contact = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = FeedbackQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.page}"
