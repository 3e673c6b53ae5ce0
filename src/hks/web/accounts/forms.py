"""Forms about people."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hks.web.accounts.roles import ROLES


class InvitationForm(forms.Form):
    """Whom to invite, and in which role."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=[(slug, role.title) for slug, role in ROLES.items()])
