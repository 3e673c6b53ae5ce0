"""What is said in a strategy workshop: a goal, a measure, and who takes what on until when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from hks.web.accounts.models import User
from hks.web.projects.forms import day
from hks.web.projects.goal_forms import AimForm, GoalMeasureForm
from hks.web.projects.models import Goal
from hks.web.regions.models import IndicatorValue
from hks.web.shell.forms import PlainForm
from hks.web.workshops.models import Card, DraftGoal


class SwotCardsForm(PlainForm):
    """Cards of one field from paper."""

    field = forms.ChoiceField(label=gettext_lazy("Field"), choices=Card.Field.choices)
    lines = forms.CharField(
        label=gettext_lazy("Type paper cards, one a line"), max_length=6000, strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class DraftGoalForm(AimForm):
    """A goal out of what hangs on the wall."""

    title = forms.CharField(label=gettext_lazy("What do we want to reach?"), max_length=160)
    above = forms.ChoiceField(label=gettext_lazy("Part of which goal?"), required=False)
    field_order = ("title", "above", "indicator", "target", "year")

    def __init__(
        self, values: dict[str, IndicatorValue], drafts: Sequence[DraftGoal], goals: Sequence[Goal],
        *args: Any, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(values, *args, **options)
        self.rows: dict[str, DraftGoal | Goal] = choices_of(drafts, goals)
        offered = [(key, row.title) for key, row in self.rows.items()]
        self.fields["above"].choices = [("", gettext_lazy("none, it stands on top")), *offered]  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, with the goal above as a row."""
        given = dict(self.cleaned_data)
        row = self.rows.get(given.pop("above"))
        return given | {"draft": row if isinstance(row, DraftGoal) else None,
                        "above": row if isinstance(row, Goal) else None}  # fmt: skip


class DraftMeasureForm(GoalMeasureForm):
    """What is to be done for a goal of the room or of the town."""

    goal = forms.ChoiceField(label=gettext_lazy("For which goal?"))
    field_order = ("goal", "title", "solution", "line", "typed")

    def __init__(self, drafts: Sequence[DraftGoal], goals: Sequence[Goal], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = choices_of(drafts, goals)
        self.fields["goal"].choices = [(key, row.title) for key, row in self.rows.items()]  # type: ignore[attr-defined]
        self.fields["title"].required = True
        self.fields["title"].help_text = ""

    @property
    def said(self) -> dict[str, Any]:
        """Return what was said, with its goal as a row and the budget line as one choice."""
        given = self.cleaned_data
        row = self.rows[given["goal"]]
        typed = given["typed"]
        return {
            "title": given["title"], "draft": row if isinstance(row, DraftGoal) else None,
            "goal": row if isinstance(row, Goal) else None, "solution": given["solution"],
            "line": f"={typed}" if typed else given["line"],
        }  # fmt: skip


def choices_of(drafts: Sequence[DraftGoal], goals: Sequence[Goal]) -> dict[str, DraftGoal | Goal]:
    """Name the goals of the room and those of the town as forms do."""
    return {f"draft-{row.pk}": row for row in drafts} | {f"goal-{row.pk}": row for row in goals}


class AgreementForm(PlainForm):
    """Who takes what on until when?"""

    title = forms.CharField(label=gettext_lazy("What is to be done?"), max_length=160)
    who = forms.ChoiceField(
        label=gettext_lazy("Who takes it on?"), required=False,
        help_text=gettext_lazy("Whoever has an account here finds it under “Today” and in the calendar."),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Or the name of somebody without an account"), max_length=80, required=False,
        help_text=gettext_lazy("Only people of your organisation read names of persons; they are left out 90 days"
                               " after it is done, a year after its day at the latest."),
    )  # fmt: skip
    due = day(gettext_lazy("Until when?"))

    def __init__(self, bodies: Sequence[str], people: Sequence[User], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {f"person-{user.pk}": user for user in people}
        choices = [(f"body-{name}", name) for name in bodies] + [(key, str(row)) for key, row in self.people.items()]
        self.fields["who"].choices = [("", gettext_lazy("nobody of this list")), *choices]  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """Return who takes it on: a body, a person with an account, or a name."""
        who = self.cleaned_data["who"]
        return {"body": who.removeprefix("body-") if who.startswith("body-") else "", "person": self.people.get(who),
                "who": self.cleaned_data["name"]}  # fmt: skip
