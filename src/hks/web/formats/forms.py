"""What a person says about the need, the choice, the review and the rating of a format."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.web.formats.models import Rating
from hks.web.projects.forms import day, euros
from hks.web.shell.forms import PlainForm
from hks.web.shell.translated import in_words
from hks.workbench.catalogues import transfer_formats

AMOUNTS = ("n_people", "weeks_until", "staff_hours", "partner_hours", "budget_eur", "probable_grant_eur")
DEPTHS = (
    (1, gettext_lazy("inform")), (2, gettext_lazy("ask for opinions")), (3, gettext_lazy("work out together")),
    (4, gettext_lazy("decide together")), (5, gettext_lazy("hand over the decision")),
)  # fmt: skip
MISSING = (
    (0, gettext_lazy("nothing is missing")), (1, gettext_lazy("a little")), (2, gettext_lazy("much")),
    (3, gettext_lazy("nearly everything")),
)  # fmt: skip


def words(kind: str) -> list[tuple[str, str]]:
    """Return the words of one kind in the language of the page."""
    return [(code, in_words(text)) for code, text in transfer_formats().words[kind].items()]


def ticks(kind: str, label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    """Ask which of the words of one kind apply."""
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=False, choices=lambda: words(kind),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


def pick(label: Any, choices: Callable[[], Iterable[tuple[Any, Any]]], **options: Any) -> forms.ChoiceField:
    """Ask for one of several words, or none."""
    return forms.ChoiceField(
        label=label, required=False, choices=lambda: [("", _("not stated")), *choices()], **options
    )  # fmt: skip


def amount(label: Any, help_text: Any = "", most: int = 10**7) -> forms.IntegerField:
    """Ask for a whole number that may be left out."""
    return forms.IntegerField(label=label, help_text=help_text, required=False, min_value=0, max_value=most)


class NeedForm(PlainForm):
    """What is the format for, and what is there? Only the step must be said; what is left out is not asked."""

    phase = forms.ChoiceField(label=gettext_lazy("In which step is it needed?"), choices=lambda: words("phases"))
    outputs = ticks("outputs", gettext_lazy("What should there be afterwards?"))
    actors_needed = ticks("actors", gettext_lazy("Who should take part?"))
    goal_depth = pick(gettext_lazy("How far should people have a say?"), lambda: DEPTHS)
    conflict = pick(gettext_lazy("Is there a conflict?"), lambda: words("conflicts"))
    complexity = pick(gettext_lazy("How complex is the matter?"), lambda: words("complexities"))
    n_people = amount(gettext_lazy("How many people will come?"), most=100_000)
    weeks_until = amount(gettext_lazy("How many weeks are left?"), most=520)
    staff_hours = amount(gettext_lazy("Hours your administration can give"), most=100_000)
    partner_hours = amount(gettext_lazy("Hours partners can give"), most=100_000)
    budget_eur = amount(gettext_lazy("Money for expenses (euros)"))
    probable_grant_eur = amount(gettext_lazy("Probable grant (euros)"))
    prerequisites_present = ticks(
        "prerequisites", gettext_lazy("What is already there?"),
        gettext_lazy("Tick nothing, and no format is left out because of it."),
    )  # fmt: skip

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for code, title in words("resources"):
            label = _("Missing resource: %(title)s") % {"title": title}
            self.fields[f"missing_{code}"] = pick(label, lambda: MISSING)

    @property
    def said(self) -> dict[str, Any]:
        """Return the answers in the form of a need file."""
        given = self.cleaned_data
        told: dict[str, Any] = {"phase": given["phase"]}
        told |= {name: given[name] for name in ("outputs", "actors_needed", "prerequisites_present") if given[name]}
        told |= {name: given[name] for name in ("conflict", "complexity") if given[name]}
        told |= {name: given[name] for name in AMOUNTS if given[name] is not None}
        if given["goal_depth"]:
            told["goal_depth"] = int(given["goal_depth"])
        missing = {
            code: int(given[f"missing_{code}"]) for code, _title in words("resources") if given[f"missing_{code}"]
        }
        return told | ({"missing_resource": missing} if missing else {})


def need_form(data: Any, said: dict[str, Any]) -> NeedForm:
    """Make the form with what was said before."""
    missing = {f"missing_{code}": amount for code, amount in said.get("missing_resource", {}).items()}
    return NeedForm(data, initial=said | missing)


class ChoiceForm(PlainForm):
    """When, by whom, and what for?"""

    aim = forms.CharField(
        label=gettext_lazy("By what will you see that it succeeded?"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Fix it now; afterwards both sides rate whether it was reached."),
    )  # fmt: skip
    responsible = forms.CharField(
        label=gettext_lazy("Who is responsible?"), max_length=120, help_text=gettext_lazy("The office, not a person.")
    )
    starts = day(gettext_lazy("It begins on"))
    ends = day(gettext_lazy("It ends on"))
    reason = forms.CharField(
        label=gettext_lazy("Why this format?"), max_length=300, required=False,
        help_text=gettext_lazy("Needed where the rules rank another one first."),
    )  # fmt: skip


class ReviewForm(PlainForm):
    """What did it take, and what did it bring?"""

    people = forms.IntegerField(label=gettext_lazy("How many people came?"), min_value=0, max_value=10**6)
    hours = forms.FloatField(
        label=gettext_lazy("Hours of work in all"), min_value=0, max_value=10**6, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    cost = euros(gettext_lazy("Expenses (euros)"))
    learned = forms.CharField(
        label=gettext_lazy("What would you do differently next time?"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def clean_cost(self) -> int:
        """Turn euros into cents."""
        return int(self.cleaned_data["cost"] * 100)


class RatingForm(PlainForm):
    """Was the aim reached?"""

    side = forms.ChoiceField(label=gettext_lazy("Side"), choices=Rating.Side.choices)
    mark = forms.TypedChoiceField(label=gettext_lazy("Was the aim reached?"), choices=Rating.Mark.choices, coerce=int)
    why = forms.CharField(label=gettext_lazy("By what do you see it?"), max_length=300)
