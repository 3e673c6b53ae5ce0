"""Bring a table in, and set a threshold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.web.shell.translated import in_words_lazily
from hks.workbench.imports import LARGEST_UPLOAD
from hks.workbench.region import INDICATORS


class UploadForm(forms.Form):
    """A file as fetched, or rows copied from a spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("Official table as CSV file, or one of our Excel tables filled in"), required=False,
        help_text=gettext_lazy("As you fetched it; please do not open and save it in Excel first."),
    )  # fmt: skip
    pasted = forms.CharField(
        label=gettext_lazy("Or rows copied from Excel"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("With the head of our template in the first row."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one of the two."""
        given: dict[str, Any] = super().clean() or {}
        file, pasted = given.get("file"), (given.get("pasted") or "").strip()
        if bool(file) == bool(pasted) and not self.errors:
            raise forms.ValidationError(_("Please choose a file or paste rows, one of the two."))
        return given

    def clean_file(self) -> UploadedFile[Any] | None:
        """Refuse what is far too large before reading it."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if file is not None and (file.size or 0) > LARGEST_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 20 MB; please fetch your Land only."))
        return file

    def content(self) -> tuple[str, bytes]:
        """Return a name and the bytes."""
        file = self.cleaned_data.get("file")
        if file:
            return str(file.name), file.read()
        return _("pasted rows"), self.cleaned_data["pasted"].strip().encode()


class ThresholdForm(forms.Form):
    """From which value on an indicator is yellow or red."""

    indicator = forms.ChoiceField(
        label=gettext_lazy("Indicator"),
        choices=[(slug, in_words_lazily(e.title)) for slug, e in INDICATORS.items() if e.better],
    )
    yellow = forms.FloatField(label=gettext_lazy("Yellow from"), min_value=-1e9, max_value=1e9, localize=True)
    red = forms.FloatField(label=gettext_lazy("Red from"), min_value=-1e9, max_value=1e9, localize=True)
