"""What a person tells about a goal and about what is done for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from hks.web.projects.models import Goal, GoalMeasure, GoalTree
from hks.web.regions.models import IndicatorValue
from hks.web.shell.forms import PlainForm
from hks.web.shell.templatetags.hks import unit
from hks.web.shell.translated import in_words
from hks.workbench.region import INDICATORS

NO_FIGURE = gettext_lazy("This indicator has no figure of this town, its district or its Land yet. Bring in the table"
                         " first, or choose another indicator.")  # fmt: skip
NO_NUMBER = gettext_lazy("The target is a number, as in 12.5.")
NO_YEAR = gettext_lazy("The year is a whole number with four digits, as in 2035.")
NOT_ITSELF = gettext_lazy("Please choose another goal of this town, not the goal itself.")


def offered(slug: str, value: IndicatorValue) -> str:
    """Name an indicator with its unit and the level that has its newest value."""
    parts = (unit(value.unit), value.municipality.get_level_display())
    return f"{in_words(INDICATORS[slug].title)} ({', '.join(part for part in parts if part)})"


class AimForm(PlainForm):
    """What a goal is measured by, and which value is to be reached until when."""

    indicator = forms.ChoiceField(
        label=gettext_lazy("How is it measured?"), required=False,
        help_text=gettext_lazy("Only indicators with a figure of this town, its district or its Land."),
        error_messages={"invalid_choice": NO_FIGURE},
    )  # fmt: skip
    target = forms.FloatField(
        label=gettext_lazy("Target value"), required=False, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("In the unit of the indicator."), error_messages={"invalid": NO_NUMBER},
    )  # fmt: skip
    year = forms.IntegerField(
        label=gettext_lazy("To be reached in the year"), required=False, localize=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}), error_messages={"invalid": NO_YEAR},
    )  # fmt: skip

    def __init__(self, values: dict[str, IndicatorValue], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = [(slug, offered(slug, values[slug])) for slug in INDICATORS if slug in values]
        kept: str = self.initial.get("indicator") or ""
        if kept in INDICATORS and kept not in values:  # its figures are gone: it stays until somebody chooses another
            rows.append((kept, in_words(INDICATORS[kept].title)))
        field = self.fields["indicator"]
        field.choices = [("", gettext_lazy("no indicator yet")), *sorted(rows, key=lambda row: row[1])]  # type: ignore[attr-defined]


class GoalForm(AimForm):
    """A goal, what it is part of and what it is measured by."""

    title = forms.CharField(label=gettext_lazy("What do we want to reach?"), max_length=160)
    why = forms.CharField(
        label=gettext_lazy("Why?"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    parent = forms.ChoiceField(label=gettext_lazy("Part of which goal?"), required=False,
                               error_messages={"invalid_choice": NOT_ITSELF})  # fmt: skip
    field_order = ("title", "why", "parent", "indicator", "target", "year")

    def __init__(self, values: dict[str, IndicatorValue], goals: Sequence[Goal], *args: Any, **options: Any) -> None:
        super().__init__(values, *args, **options)
        self.goals = {str(goal.pk): goal for goal in goals}
        above = [(key, goal.title) for key, goal in self.goals.items()]
        self.fields["parent"].choices = [("", gettext_lazy("none, it stands on top")), *above]  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, the goal above as a row."""
        return self.cleaned_data | {"parent": self.goals.get(self.cleaned_data["parent"])}


class GoalMeasureForm(PlainForm):
    """What is done for a goal, and from which budget line it is paid."""

    solution = forms.ChoiceField(label=gettext_lazy("Solution or project"), required=False)
    title = forms.CharField(
        label=gettext_lazy("What is done?"), max_length=160, required=False,
        help_text=gettext_lazy("Without a text the name of the solution or project stands here."),
    )  # fmt: skip
    line = forms.ChoiceField(label=gettext_lazy("Paid from which budget line?"), required=False)
    typed = forms.CharField(
        label=gettext_lazy("Or write the budget line"), max_length=160, required=False,
        help_text=gettext_lazy("Product and account as your budget names them."),
    )  # fmt: skip

    def __init__(
        self, solutions: Sequence[tuple[str, str]], lines: Sequence[tuple[str, str]], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["solution"].choices = [("", gettext_lazy("none")), *solutions]  # type: ignore[attr-defined]
        self.fields["line"].choices = [("", gettext_lazy("open")), *lines]  # type: ignore[attr-defined]


class TreeVisibilityForm(PlainForm):
    """Who may see the goals?"""

    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may see the goals?"),
        choices=GoalTree._meta.get_field("visibility").choices or (),
        help_text=gettext_lazy("With their targets and the amounts of their budget lines."),
    )  # fmt: skip


def line_key(measure: GoalMeasure) -> str:
    """Return the choice that a measure's budget line is."""
    if measure.line is None:
        return ""
    return f"{measure.line.area}-{measure.line.kind}" if measure.line.area else f"={measure.line.title}"
