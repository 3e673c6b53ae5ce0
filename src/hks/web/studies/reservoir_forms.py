"""What a person says of small reservoirs: a table, a choice to reactivate, a solution that takes the result over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from hks.core.evidence import Source
from hks.web.projects.forms import day
from hks.web.projects.models import Option
from hks.web.regions.reservoirs import KINDS, TITLES
from hks.web.shell.forms import PlainForm, SpecForm, at_most
from hks.web.shell.translated import in_words_lazily
from hks.web.studies.reservoirs import ASKED
from hks.workbench.small_reservoirs import LARGEST_FILE


class ReservoirTableForm(PlainForm):
    """A table of reservoirs or of the weather, and where it comes from."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is in the table?"),
        choices=[(kind.value, in_words_lazily(TITLES[kind])) for kind in KINDS],
    )
    file = forms.FileField(
        label=gettext_lazy("File"), validators=[at_most(LARGEST_FILE)],
        help_text=gettext_lazy("Our Excel table filled in, or a CSV file with the same columns."),
    )  # fmt: skip
    publisher = forms.CharField(
        label=gettext_lazy("Where does it come from?"), max_length=200, required=False,
        help_text=gettext_lazy("Only for CSV; an Excel table says it above. For example: lower water authority; DWD."),
    )  # fmt: skip
    key_date = day(gettext_lazy("Of which day is it?"), required=False, help_text=gettext_lazy("Only for CSV."))
    licence = forms.CharField(label=gettext_lazy("Licence"), max_length=60, required=False)

    def source(self) -> Source:
        """Return where the table comes from, as far as the form says it."""
        given = self.cleaned_data
        key_date = given["key_date"].isoformat() if given["key_date"] else ""
        return Source(given["publisher"], table=f"hks-{given['kind']}", key_date=key_date, licence=given["licence"])

    def content(self) -> tuple[str, bytes]:
        """Return the name and the bytes of the file."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        return str(file.name), file.read()


class ReservoirForm(SpecForm):
    """Which reservoirs are put back into use, and under which assumptions?"""

    template_name = "studies/reservoir_form.html"

    def __init__(self, names: Sequence[str], data: Any = None, **options: Any) -> None:
        super().__init__(ASKED, data, **options)
        chosen = forms.MultipleChoiceField(
            label=gettext_lazy("Which reservoirs are put back into use?"), required=False,
            choices=[(name, name) for name in names], widget=forms.CheckboxSelectMultiple,
            help_text=gettext_lazy("None: as it is today."),
        )  # fmt: skip
        public = forms.BooleanField(label=gettext_lazy("Everyone may see the result"), required=False)
        self.fields = {"names": chosen, **self.fields, "public": public}

    @property
    def assumptions(self) -> list[forms.BoundField]:
        """Return the fields that few people change."""
        return [self[parameter.name] for parameter in ASKED]

    def clean(self) -> dict[str, Any]:
        """Keep the choice beside the values of the method."""
        more = {name: self.cleaned_data.get(name) for name in ("names", "public")}
        return {**super().clean(), **more}


class TakeOverForm(PlainForm):
    """Which solution does the result belong to?"""

    option = forms.ChoiceField(label=gettext_lazy("Solution"))

    def __init__(self, options: Sequence[Option], data: Any = None) -> None:
        super().__init__(data)
        choices = [(str(one.pk), f"{one.project}: {one}") for one in options]
        self.fields["option"].choices = choices  # type: ignore[attr-defined]
