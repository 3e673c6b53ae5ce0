"""Enter a date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hks.web.accounts.models import Organisation
from hks.web.projects.forms import day
from hks.web.regions.models import CalendarDate
from hks.web.shell.forms import PlainForm


class DateForm(PlainForm):
    """A date that sets the pace of an organisation."""

    organisation = forms.ChoiceField(label=_("For whom"))
    kind = forms.ChoiceField(label=_("Kind"), choices=CalendarDate.Kind.choices, initial=CalendarDate.Kind.COUNCIL)
    title = forms.CharField(label=_("What"), max_length=200)
    starts = day(_("Day, or first day"))
    ends = day(_("Last day"), required=False)
    source = forms.CharField(
        label=_("Where does the date come from?"), max_length=300, required=False,
        help_text=_("For example the calendar of meetings, or who said so."),
    )  # fmt: skip

    def __init__(self, places: Sequence[Organisation], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        choices = [(place.slug, place.name) for place in places]
        self.fields["organisation"] = forms.ChoiceField(label=_("For whom"), choices=choices)
