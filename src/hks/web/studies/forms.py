"""One future, and how many people live in the town."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.web.shell.forms import PlainForm, SpecForm
from hks.web.studies.services import DRIVERS


class FutureForm(SpecForm):
    """A name, a story and the values of the drivers."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(DRIVERS, data, **options)
        self.fields["title"] = forms.CharField(label=gettext_lazy("Name of the future"), max_length=80)
        story = forms.Textarea(attrs={"rows": 2})
        self.fields["story"] = forms.CharField(
            label=gettext_lazy("What happened?"), max_length=1000, required=False, widget=story
        )
        self.order_fields(["title", "story"])

    def clean(self) -> dict[str, Any]:
        """Check the drivers as the method would and keep the words."""
        words = {name: self.cleaned_data.get(name, "") for name in ("title", "story")}
        return {**super().clean(), **words}


class ResidentsForm(PlainForm):
    """How many people live in the town?"""

    residents = forms.IntegerField(
        label=gettext_lazy("People living in the town"), min_value=1, max_value=10**7,
        help_text=gettext_lazy("The table of ages shows the district; its structure is scaled to this number."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, year: int | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        if year is not None:
            words = _("People living in the town at the end of %(year)s") % {"year": year}
            self.fields["residents"].label = words
