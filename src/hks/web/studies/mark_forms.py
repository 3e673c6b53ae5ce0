"""What a person sets on the terrain: a point or section to follow, a culvert; the map writes into the same fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.web.shell.forms import PlainForm
from hks.web.studies.drawn_forms import corners_in
from hks.web.studies.ground_marks import HEIGHT, LARGEST, WIDTH

CORNERS = {"point": 1, "line": 2}


class CornerForm(PlainForm):
    """One or two points on the map, one a line."""

    kinds: dict[str, str] = {}
    corners = forms.CharField(
        label=gettext_lazy("Points, one a line: east; north (metres)"), max_length=2000, strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("For example 120; 240. Clicking on the map writes the points for you."),
    )  # fmt: skip

    def clean_corners(self) -> list[list[float]]:
        """Read the points, with comma or point."""
        return corners_in(self.cleaned_data["corners"])

    def clean(self) -> dict[str, Any]:
        """Ask for as many points as it takes."""
        given: dict[str, Any] = super().clean() or {}
        wanted = CORNERS[self.kinds.get(given.get("measure", ""), "line")]
        if "corners" in given and len(given["corners"]) != wanted:
            self.add_error(
                "corners", _("A point has one line here.") if wanted == 1 else _("Two ends are needed: two lines here.")
            )
        return given


class WatchForm(CornerForm):
    """A point or a section, and its name."""

    kinds = {"point": "point", "section": "line"}
    measure = forms.ChoiceField(
        label=gettext_lazy("What shall be followed?"),
        choices=[
            ("point", gettext_lazy("depth and speed at a point")),
            ("section", gettext_lazy("discharge through a section, two ends")),
        ],
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=60,
        help_text=gettext_lazy("For example: school, or bridge at the mill. No names of persons."),
    )  # fmt: skip
    field_order = ("measure", "name", "corners")


def _size(label: Any, initial: float) -> forms.FloatField:
    return forms.FloatField(
        label=label, localize=True, initial=initial, min_value=0.01, max_value=LARGEST,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip


class SizeForm(PlainForm):
    """Width and height of a culvert."""

    width = _size(gettext_lazy("Width (m)"), WIDTH)
    height = _size(gettext_lazy("Height (m)"), HEIGHT)


class CulvertForm(CornerForm, SizeForm):
    """A culvert from one end to the other, and its size."""

    kinds = {"culvert": "line"}
    measure = forms.ChoiceField(choices=[("culvert", "culvert")], initial="culvert", widget=forms.HiddenInput)
    field_order = ("measure", "corners", "width", "height")
