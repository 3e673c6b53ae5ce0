"""What a person tells about a project, an option, a group and a task."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.web.projects.models import OptionVersion, Project
from hks.web.shell.forms import PlainForm
from hks.web.shell.translated import in_words
from hks.workbench.catalogues import measure_catalogue
from hks.workbench.option_measures import MOST, PLACES, Chosen, Measure

FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)  # our choice: what a town plans by
MOST_CENTS = 10**15  # our choice: far above any town's budget, far below what the table holds
MOST_OF_A_MEASURE = 1e9  # our choice: no town has more square metres, or more of anything
EMPTY_ROWS = 3  # our choice: so many further measures are asked for at once


def day(label: Any, **options: Any) -> forms.DateField:
    """Ask for a day with the browser's own calendar; not so far off that weeks before or after it have no date."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    near = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], validators=near, **options)


def euros(label: Any, **options: Any) -> forms.DecimalField:
    """Ask for an amount in euros."""
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.DecimalField(
        label=label, localize=True, widget=widget, min_value=0, max_value=MOST_CENTS // 100, decimal_places=2, **options
    )


class OccasionForm(PlainForm):
    """Which worry, who is responsible, until when?"""

    title = forms.CharField(label=gettext_lazy("Name of the project"), max_length=120)
    concern = forms.CharField(
        label=gettext_lazy("Which worry is it about?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    field = forms.ChoiceField(label=gettext_lazy("Field of action"), choices=Project.Field.choices)
    responsible = forms.CharField(
        label=gettext_lazy("Who is responsible?"), max_length=120, help_text=gettext_lazy("The office, not a person.")
    )
    due = day(gettext_lazy("Until when?"), required=False)


class ProblemForm(PlainForm):
    """How do we notice it?"""

    problem = forms.CharField(
        label=gettext_lazy("What exactly is the problem, and how will we notice that it is solved?"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip


class OptionForm(PlainForm):
    """One solution with its figures, its measures and the four questions of the feasibility check."""

    template_name = "projects/option_form.html"
    title = forms.CharField(label=gettext_lazy("Name of the solution"), max_length=80)
    what = forms.CharField(
        label=gettext_lazy("What would be done?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    cost = euros(gettext_lazy("Cost once (euros)"))
    follow_up_cost = euros(gettext_lazy("Follow-up cost per year (euros)"))
    useful_life = forms.IntegerField(
        label=gettext_lazy("Useful life (years)"), min_value=1, max_value=200,
        help_text=gettext_lazy("The cost divided by it is the yearly depreciation."),
    )  # fmt: skip
    months_to_use = forms.IntegerField(label=gettext_lazy("Months until it can be used"), min_value=0, max_value=600)
    reach_percent = forms.FloatField(
        label=gettext_lazy("Share of the age group it reaches (percent)"), min_value=0, max_value=100, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("Your estimate; it is marked as such."),
    )  # fmt: skip
    reach_from_age = forms.IntegerField(label=gettext_lazy("Age group from (years)"), min_value=0, max_value=99)
    reach_to_age = forms.IntegerField(label=gettext_lazy("Age group to (years)"), min_value=0, max_value=99)
    money = forms.ChoiceField(label=gettext_lazy("Is the money there?"), choices=OptionVersion.Check.choices)
    knowledge = forms.ChoiceField(label=gettext_lazy("Is the knowledge there?"), choices=OptionVersion.Check.choices)
    responsibility = forms.ChoiceField(
        label=gettext_lazy("Is it clear who is responsible?"), choices=OptionVersion.Check.choices
    )
    backing = forms.ChoiceField(label=gettext_lazy("Is there backing?"), choices=OptionVersion.Check.choices)
    remark = forms.CharField(
        label=gettext_lazy("Remark on the check"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    change = forms.CharField(
        label=gettext_lazy("What changed, and why?"), required=False, max_length=300,
        help_text=gettext_lazy("Stands in the history and in the council paper."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, measures: Sequence[Chosen] = (), **options: Any) -> None:
        super().__init__(data, **options)
        self.rows = min(len(measures) + EMPTY_ROWS, MOST)
        self.chosen: list[Chosen] = []
        for row in range(self.rows):
            self.fields |= measure_fields(row, measures[row] if row < len(measures) else None)

    @property
    def measure_rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """Return the fields of the measures row by row."""
        return [(row + 1, [self[f"{name}_{row}"] for name in OF_A_MEASURE]) for row in range(self.rows)]

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """Return all other fields."""
        of_measures = {field.name for _row, fields in self.measure_rows for field in fields}
        return [field for field in self.visible_fields() if field.name not in of_measures]

    def clean(self) -> dict[str, Any]:
        """Check the ages against each other, gather the measures, and turn euros into cents."""
        given: dict[str, Any] = super().clean() or {}
        self._gather(given)
        if given.get("reach_from_age", 0) > given.get("reach_to_age", 99):
            self.add_error("reach_to_age", _("The age group must not end before it begins."))
        for name in ("cost", "follow_up_cost"):
            if isinstance(given.get(name), Decimal):
                given[name] = int(given[name] * 100)
        return given

    def _gather(self, given: dict[str, Any]) -> None:
        """Take the measures out of the fields of the solution; a row is filled or empty."""
        for row in range(self.rows):
            key, amount, note = (given.pop(f"{name}_{row}", None) for name in OF_A_MEASURE)
            if key and amount:
                self.chosen.append(Chosen(key, amount, note or ""))
            elif key and f"amount_{row}" not in self.errors:
                self.add_error(f"amount_{row}", _("Please say how much of this measure; the amount is above zero."))
            elif amount and f"measure_{row}" not in self.errors:
                self.add_error(f"measure_{row}", _("Please choose the measure that this amount belongs to."))


OF_A_MEASURE = ("measure", "amount", "note")


def measure_fields(row: int, chosen: Chosen | None) -> dict[str, forms.Field]:
    """Ask for one measure of the catalogue, how much of it, and a remark."""
    amount = forms.FloatField(
        label=gettext_lazy("How much"), required=False, min_value=0, max_value=MOST_OF_A_MEASURE, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}), initial=chosen and chosen.amount,
        help_text=gettext_lazy("In the unit in brackets."),
    )  # fmt: skip
    return {
        f"measure_{row}": forms.ChoiceField(
            label=gettext_lazy("Measure"), required=False, choices=measure_choices, initial=chosen and chosen.key
        ),
        f"amount_{row}": amount,
        f"note_{row}": forms.CharField(
            label=gettext_lazy("Remark, for example where"), required=False, max_length=200,
            initial=chosen and chosen.note,
        ),
    }  # fmt: skip


def measure_choices() -> list[tuple[str, Any]]:
    """Offer the measures of the catalogue by their first field of action, with the unit of their cost."""
    catalogue = measure_catalogue()
    by_field: dict[str, list[tuple[str, str]]] = {}
    for measure in catalogue.measures.values():
        unit = in_words(catalogue.words["units"][measure.cost.per])
        by_field.setdefault(measure.fields[0], []).append((measure.key, f"{in_words(measure.title)} ({unit})"))
    return [("", "—"), *((in_words(catalogue.words["fields"][field]), found) for field, found in by_field.items())]


class MeasureFilterForm(PlainForm):
    """Which measures are looked for?"""

    template_name = "projects/measure_filter.html"
    field = forms.ChoiceField(label=gettext_lazy("Against what, or for what?"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Where?"), required=False)
    months = forms.IntegerField(
        label=gettext_lazy("Works within so many months"), required=False, min_value=0, max_value=600, localize=False
    )
    per = forms.ChoiceField(label=gettext_lazy("Cost per"), required=False)
    most = forms.FloatField(
        label=gettext_lazy("One unit costs at most (euros, middle)"), required=False, min_value=0, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        words = measure_catalogue().words
        for name, offered in (("field", words["fields"]), ("place", PLACES), ("per", words["units"])):
            choices = [("", _("all")), *((code, in_words(text)) for code, text in offered.items())]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def first(self) -> list[forms.BoundField]:
        """Return what most people ask for."""
        return [self[name] for name in ("field", "place", "months")]

    @property
    def cost_fields(self) -> list[forms.BoundField]:
        """Return the fields about cost."""
        return [self["per"], self["most"]]

    @property
    def by_cost(self) -> bool:
        """Say whether cost was asked for."""
        return any(field.data or field.errors for field in self.cost_fields)

    def fits(self, measure: Measure) -> bool:
        """Say whether a measure is what was asked for."""
        asked = self.cleaned_data
        return (
            asked["field"] in {"", *measure.fields}
            and asked["place"] in {"", measure.drawn}
            and asked["per"] in {"", measure.cost.per}
            and (asked["months"] is None or measure.months[1] <= asked["months"])
            and (asked["most"] is None or measure.cost.investment[1] <= asked["most"])
        )


def option_form(data: Any, version: OptionVersion | None = None, measures: Sequence[Chosen] = ()) -> OptionForm:
    """Make the form of a new option, or of the next version of one; only a version asks what changed."""
    if version is None:
        form = OptionForm(data, initial={"reach_from_age": 0, "reach_to_age": 99})
        del form.fields["change"]
        return form
    initial = {name: getattr(version, name) for name in OptionForm.base_fields if name != "change"}
    initial |= {name: Decimal(initial[name]) / 100 for name in ("cost", "follow_up_cost")}
    form = OptionForm(data, initial=initial, measures=measures)
    form.fields["change"].required = True
    return form


class GroupForm(PlainForm):
    """Who is affected?"""

    name = forms.CharField(label=gettext_lazy("Affected group"), max_length=80)
    size = forms.IntegerField(
        label=gettext_lazy("How many people, roughly?"), required=False, min_value=1, max_value=10**7
    )
    weighs = forms.BooleanField(
        label=gettext_lazy("It weighs the solutions with points of its own"), required=False
    )  # fmt: skip


class TaskForm(PlainForm):
    """Who has to do what until when?"""

    who = forms.ChoiceField(
        label=gettext_lazy("Who took it on?"), required=False,
        help_text=gettext_lazy("With a body it is a commitment: everyone who sees the project reads it, also in the"
                               " council paper. Without one it is your own task. No names of persons."),
    )  # fmt: skip
    title = forms.CharField(label=gettext_lazy("What is to be done?"), max_length=160)
    due = day(gettext_lazy("Until when?"), required=False)

    def __init__(self, names: Iterable[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        bodies = [(name, name) for name in names]
        if bodies:
            self.fields["who"].choices = [("", gettext_lazy("we ourselves")), *bodies]  # type: ignore[attr-defined]
        else:
            del self.fields["who"]


class VisibilityForm(PlainForm):
    """Who may see the project?"""

    visibility = forms.ChoiceField(label=gettext_lazy("Who may see it?"), choices=Project.Visibility.choices)
