"""Forms about people."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hks.web.accounts.models import User
from hks.web.accounts.roles import ROLES
from hks.web.shell.forms import PlainForm


class RoleForm(PlainForm):
    """A role for a member, of those the person may give."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, roles: Sequence[str], data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=[(slug, ROLES[slug].title) for slug in roles])


class InvitationForm(RoleForm):
    """Whom to invite, and in which role."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"))
    field_order = ("name", "email", "role")


class OwnAccountForm(PlainForm):
    """How a person is called and addressed."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class ErasureForm(PlainForm):
    """The person types the own address, so that nobody erases an account by a slip."""

    email = forms.EmailField(label=_("Your e-mail address"), help_text=_("Type it to confirm. This cannot be undone."))

    def __init__(self, user: User, data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_email(self) -> str:
        """Compare with the address of the account."""
        given = str(self.cleaned_data["email"])
        if given.lower() != self.user.email:
            raise forms.ValidationError(_("This is not the address of your account."))
        return given


class FeedbackForm(PlainForm):
    """What does not work for someone."""

    text = forms.CharField(
        label=_("What does not work for you?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    contact = forms.CharField(
        label=_("How can we reach you?"),
        help_text=_("Telephone or e-mail, only if you wish an answer. We delete it after one year."),
        max_length=200,
        required=False,
    )
    page = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
