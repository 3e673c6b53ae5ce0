"""Bring a table in, and set a threshold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.web.accounts.models import Organisation
from hks.web.regions.models import Municipality
from hks.web.shell.translated import in_words, in_words_lazily
from hks.workbench.boundaries import LARGEST_FILE
from hks.workbench.imports import LARGEST_UPLOAD
from hks.workbench.region import INDICATORS, TABS


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


class ComparisonForm(forms.Form):
    """Which indicator of which units is compared, and on which day; what is not offered falls back to the usual."""

    level = forms.ChoiceField(label=gettext_lazy("Units"), choices=[
        (Municipality.Level.DISTRICT, gettext_lazy("Districts")), (Municipality.Level.TOWN, gettext_lazy("Towns")),
        (Municipality.Level.LAND, gettext_lazy("Länder")),
    ])  # fmt: skip
    indicator = forms.ChoiceField(label=gettext_lazy("Indicator"))
    day = forms.ChoiceField(label=gettext_lazy("Key date or year"))
    use_required_attribute = False  # the usual day has no value

    def __init__(self, level: str, indicator: str, day: str, known: set[str], days: list[tuple[str, str]]) -> None:
        """Offer the indicators with figures by topic, then the others; and the days that have figures."""
        super().__init__(initial={"level": level, "indicator": indicator, "day": day}, auto_id="compare_%s")
        groups = [
            (in_words(title), [e for e in INDICATORS.values() if e.tab == tab and e.slug in known])
            for tab, title in TABS
        ]
        groups.append((_("No figures yet"), [e for e in INDICATORS.values() if e.slug not in known]))
        self.fields["indicator"].choices = [  # type: ignore[attr-defined]
            (title, [(e.slug, in_words(e.title)) for e in entries]) for title, entries in groups if entries
        ]
        self.fields["day"].choices = [("", _("newest of most units")), *days]  # type: ignore[attr-defined]


class BoundaryForm(forms.Form):
    """A GeoPackage of boundaries, what day it holds for, and when it was fetched: both stand below the map."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("For whom"), empty_label=None)
    file = forms.FileField(
        label=gettext_lazy("VG250 as GeoPackage (.gpkg)"),
        help_text=gettext_lazy("Unpack the downloaded ZIP file first. hks keeps the outlines only, not the file."),
    )
    key_date = forms.DateField(
        label=gettext_lazy("The boundaries hold for this day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=gettext_lazy("It stands in the name of the product, for example 1 January or 31 December of a year."),
    )  # fmt: skip
    year = forms.IntegerField(
        label=gettext_lazy("Year in which you fetched the file"), min_value=2000, max_value=2100,
        help_text=gettext_lazy("The licence asks for it; it is printed below the map."),
    )  # fmt: skip

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is far too large before reading it."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than %(most)s MB.") % {"most": LARGEST_FILE >> 20})
        return file


class ThresholdForm(forms.Form):
    """From which value on an indicator is yellow or red."""

    indicator = forms.ChoiceField(
        label=gettext_lazy("Indicator"),
        choices=[(slug, in_words_lazily(e.title)) for slug, e in INDICATORS.items() if e.better],
    )
    yellow = forms.FloatField(label=gettext_lazy("Yellow from"), min_value=-1e9, max_value=1e9, localize=True)
    red = forms.FloatField(label=gettext_lazy("Red from"), min_value=-1e9, max_value=1e9, localize=True)
