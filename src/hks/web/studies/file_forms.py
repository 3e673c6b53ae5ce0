"""What a person says of a file of heat or water balance, and of the assumptions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.core.evidence import Source
from hks.web.shell.forms import PlainForm, SpecForm, at_most
from hks.web.studies.file_pages import FilePage
from hks.workbench.inputs import Dataset
from hks.workbench.terrain import LARGEST_FILE


class FileForm(PlainForm):
    """A file, which part of the page it is, and where it comes from."""

    part = forms.ChoiceField(label=gettext_lazy("What is in the file?"))
    file = forms.FileField(label=gettext_lazy("File"), validators=[at_most(LARGEST_FILE >> 20)])
    publisher = forms.CharField(
        label=gettext_lazy("Where does it come from?"), max_length=200,
        help_text=gettext_lazy("For example: building office, from ALKIS; no names of persons."),
    )  # fmt: skip
    key_date = forms.DateField(
        label=gettext_lazy("Measured or published on"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    licence = forms.CharField(label=gettext_lazy("Licence"), max_length=60, required=False)

    def __init__(self, page: FilePage, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["part"].choices = [(part.name, _(part.title)) for part in page.parts]  # type: ignore[attr-defined]

    def content(self) -> Dataset:
        """Return the file with its source."""
        given = self.cleaned_data
        file: UploadedFile[Any] = given["file"]
        source = Source(
            given["publisher"], key_date=given["key_date"].isoformat(), licence=given["licence"],
            attribution=", ".join(part for part in (given["publisher"], given["licence"]) if part),
        )  # fmt: skip
        return Dataset(str(file.name), file.read(), source)


class PageForm(SpecForm):
    """The assumptions of a page, and whether everyone may see the result."""

    def __init__(self, page: FilePage, data: Any = None, **options: Any) -> None:
        super().__init__(page.method.parameters, data, **options)
        self.fields["public"] = forms.BooleanField(label=gettext_lazy("Everyone may see the result"), required=False)

    def clean(self) -> dict[str, Any]:
        """Check each value as the method itself would."""
        return {**super().clean(), "public": self.cleaned_data.get("public", False)}
