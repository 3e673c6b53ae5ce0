"""What a person draws: a measure, its corners one a line, its depth or height; and which solution it goes into."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.web.projects.models import Option
from hks.web.shell.forms import PlainForm
from hks.web.shell.templatetags.hks import unit
from hks.web.shell.translated import in_words
from hks.workbench.drawn_plans import Tool, corners_of, feature, tools

KINDS = {
    "area": gettext_lazy("area, three corners or more"), "line": gettext_lazy("line, two corners or more"),
    "point": gettext_lazy("point, one corner"),
}  # fmt: skip
OWN = {
    "elevation": gettext_lazy("depth"), "crest": gettext_lazy("height"), "storage": gettext_lazy("storage"),
    "volume": gettext_lazy("volume"), "damage_threshold": gettext_lazy("protected depth"),
}  # fmt: skip
LEVELS = (
    ("low", gettext_lazy("low")), ("middle", gettext_lazy("middle")), ("high", gettext_lazy("high")),
)  # fmt: skip
WAYS = (
    ("replace", gettext_lazy("in place of the cost so far")), ("add", gettext_lazy("on top of the cost so far")),
)  # fmt: skip
NUMBER = r"[+-]?\d+(?:[.,]\d+)?"
CORNER = re.compile(rf"\s*({NUMBER})\s*(?:;|\s)\s*({NUMBER})\s*")
MOST_LINES = 600  # our choice: a little more than a drawing may have corners, so that the library says so


class PlanForm(PlainForm):
    """The name of a new plan."""

    name = forms.CharField(
        label=gettext_lazy("Name of the plan"), max_length=80,
        help_text=gettext_lazy("For example: hollow above the school. No names of persons."),
    )  # fmt: skip


class DrawingForm(PlainForm):
    """One measure on the map; the map writes into the same fields."""

    measure = forms.ChoiceField(label=gettext_lazy("Measure"))
    corners = forms.CharField(
        label=gettext_lazy("Corners, one a line: east; north (metres)"), max_length=20_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("For example 120; 240. Clicking on the map writes the corners for you."),
    )  # fmt: skip
    quantity = forms.FloatField(
        label=gettext_lazy("Own depth, height (m), volume (m³) or storage (mm)"), required=False, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("Empty: the figure of the catalogue. The table of the measures says which is meant."),
    )  # fmt: skip
    level = forms.ChoiceField(label=gettext_lazy("Effect according to the catalogue"), choices=LEVELS, initial="middle")
    place = forms.IntegerField(required=False, min_value=0, max_value=1000, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.tools = tools()
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            (key, f"{in_words(tool.title)} ({KINDS[tool.kind]})") for key, tool in self.tools.items()
        ]

    def clean_corners(self) -> list[list[float]]:
        """Read the corners, with comma or point."""
        return corners_in(self.cleaned_data["corners"])

    def clean_quantity(self) -> float | None:
        """Refuse what is below nothing."""
        value: float | None = self.cleaned_data["quantity"]
        if value is not None and not value >= 0:
            raise forms.ValidationError(_("This cannot be below 0."))
        return value

    @property
    def drawn(self) -> dict[str, Any]:
        """Return the drawing as a feature of GeoJSON."""
        given = self.cleaned_data
        return feature(given["measure"], given["corners"], given["level"], given["quantity"])


def corners_in(text: str) -> list[list[float]]:
    """Read points, one a line, with comma or point; refuse what is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    found = []
    for number, line in enumerate(lines[:MOST_LINES], 1):
        corner = CORNER.fullmatch(line)
        if corner is None:
            raise forms.ValidationError(
                _("Line %(number)s, “%(line)s”: write two numbers with a semicolon between, for example 120; 240.")
                % {"number": number, "line": line.strip()[:40]}
            )
        found.append([float(part.replace(",", ".")) for part in corner.groups()])
    if not found:
        raise forms.ValidationError(_("Please give at least one corner."))
    return found


def initial_of(drawn: dict[str, Any]) -> dict[str, Any]:
    """Fill the form with a drawing."""
    marks = drawn["properties"]
    lines = "\n".join(f"{round(x, 2):.12g}; {round(y, 2):.12g}" for x, y, *_rest in corners_of(drawn))
    return {
        "measure": marks["measure"], "level": marks["level"], "quantity": marks.get("quantity"), "corners": lines,
    }  # fmt: skip


def own_words(tool: Tool) -> str:
    """Say what the own figure of a measure is, in words with its unit."""
    return f"{OWN[tool.own]} ({unit(tool.unit)})" if tool.own in OWN else ""


class TakeOverForm(PlainForm):
    """Which solution of which project, and whether the cost takes the place of the one so far."""

    option = forms.ChoiceField(label=gettext_lazy("Solution"))
    way = forms.ChoiceField(
        label=gettext_lazy("The cost of the measures goes"), choices=WAYS, widget=forms.RadioSelect, initial="replace"
    )

    def __init__(self, data: Any = None, *, options: Sequence[Option], **more: Any) -> None:
        super().__init__(data, **more)
        self.options = {str(option.pk): option for option in options}
        self.fields["option"].choices = [  # type: ignore[attr-defined]
            (key, f"{option.project}: {option.letter} {option.current.title}") for key, option in self.options.items()
        ]
