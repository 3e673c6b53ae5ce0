"""What a person says of a package: one measure, the budgets of the years, a whole table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.web.projects.forms import euros
from hks.web.shell.forms import PlainForm, at_most
from hks.workbench.packages import LARGEST_FILE, MOST_YEARS, Entry, Listed

FATES = [
    ("open", gettext_lazy("open: the search decides")),
    ("must", gettext_lazy("must be carried out")),
    ("never", gettext_lazy("must not be carried out")),
]


def _decimal(label: Any, **options: Any) -> forms.FloatField:
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.FloatField(label=label, localize=True, widget=widget, **options)


class EntryForm(PlainForm):
    """What is it worth, what does it cost when, and what does it go with?"""

    template_name = "decisions/measure_form.html"
    name = forms.CharField(label=gettext_lazy("Measure"), max_length=80)
    value = _decimal(
        gettext_lazy("Value (0 to 100 points)"), min_value=0, max_value=100,
        help_text=gettext_lazy("How much it is worth to you beside the others; 100 for the most valuable one."),
    )  # fmt: skip

    def __init__(self, package: Listed, entry: Entry | None, data: Any) -> None:
        super().__init__(data, initial=_said(entry) if entry else {"latest": package.first_year})
        self.before = entry
        for n in range(MOST_YEARS):
            label = _("Year %(n)s") % {"n": n + 1}
            self.fields[f"cost_{n}"] = euros(label, required=n == 0)
        years = [(str(year), str(year)) for year in package.years or [package.first_year]]
        if entry and entry.latest and str(entry.latest) not in dict(years):
            years.append((str(entry.latest), str(entry.latest)))
        others = [(other.name, other.name) for other in package.measures if entry is None or other.name != entry.name]
        self.fields |= {
            "latest": forms.ChoiceField(label=_("Starts at the latest in"), choices=years),
            "field": forms.CharField(label=_("District or field of action"), max_length=60, required=False),
            "fate": forms.ChoiceField(label=_("Is it fixed already?"), choices=FATES),
        }
        if others:
            self.fields |= {
                "not_with": _several(_("Not together with"), others),
                "only_with": _several(_("Only together with"), others),
                "better_with": forms.ChoiceField(
                    label=_("Worth more together with"), choices=[("", "—"), *others], required=False
                ),
                "better_points": _decimal(
                    _("By how many points?"), min_value=-100, max_value=100, required=False,
                    help_text=_("Less than 0: together they are worth less than one by one."),
                ),
            }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Points belong to a pair, and no year between two costs stays open."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("better_with") and given.get("better_points") is None and "better_points" not in self.errors:
            self.add_error("better_points", _("Please say how many points more they are worth together."))
        costs = [given.get(f"cost_{n}") for n in range(MOST_YEARS)]
        last = max((n for n, cost in enumerate(costs) if cost is not None), default=0)
        for n, cost in enumerate(costs[:last]):
            if cost is None and f"cost_{n}" not in self.errors:
                self.add_error(f"cost_{n}", _("A cost is missing between two years; please write 0."))
        return given

    @property
    def first(self) -> list[forms.BoundField]:
        """Return what stands above the costs."""
        return [self["name"], self["value"]]

    @property
    def costs(self) -> list[forms.BoundField]:
        """Return the costs by year."""
        return [self[f"cost_{n}"] for n in range(MOST_YEARS)]

    @property
    def rest(self) -> list[forms.BoundField]:
        """Return what stands below the costs."""
        above = {field.name for field in (*self.first, *self.costs)}
        return [self[name] for name in self.fields if name not in above]

    def told(self) -> Entry:
        """Return the measure; pairs that the form does not ask for stay, and origins stay with unchanged figures."""
        given = self.cleaned_data
        costs = [given[f"cost_{n}"] for n in range(MOST_YEARS)]
        cents = tuple(_cents(cost) for cost in costs if cost is not None)
        pair = ((given["better_with"], given["better_points"]),) if given.get("better_with") else ()
        before = self.before
        further = before.better_with[1:] if before else ()
        same = before is not None and (before.costs, before.value) == (cents, given["value"])
        return Entry(
            given["name"], given["value"], cents, int(given["latest"]), given["field"], given["fate"],
            tuple(given.get("not_with", ())), tuple(given.get("only_with", ())), (*pair, *further),
            before.origins if before is not None and same else (),
        )  # fmt: skip


def _several(label: str, choices: Sequence[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


def _cents(amount: Decimal) -> int:
    return int(amount * 100)


def _short(value: float) -> float:
    """Leave an empty fraction out."""
    return int(value) if value == int(value) else value


def _said(entry: Entry) -> dict[str, Any]:
    first = entry.better_with[0] if entry.better_with else ("", None)
    costs = {f"cost_{n}": Decimal(cost) / 100 for n, cost in enumerate(entry.costs)}
    return {
        **costs, "name": entry.name, "value": _short(entry.value), "latest": str(entry.latest or ""),
        "field": entry.field,
        "fate": entry.fate, "not_with": entry.not_with, "only_with": entry.only_with, "better_with": first[0],
        "better_points": None if first[1] is None else _short(first[1]),
    }  # fmt: skip


class BudgetForm(PlainForm):
    """How much is there each year? Years left empty at the end do not count."""

    template_name = "decisions/budget_form.html"
    first_year = forms.IntegerField(label=gettext_lazy("First year"), min_value=2000, max_value=2200, localize=False)

    def __init__(self, package: Listed, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        said = {f"budget_{n}": Decimal(budget) / 100 for n, budget in enumerate(package.budgets)}
        super().__init__(data, initial={"first_year": package.first_year, **said}, auto_id="budget_%s", **options)
        said_first = str((data or {}).get("first_year", ""))
        first = int(said_first) if said_first.isdecimal() and len(said_first) == 4 else package.first_year
        for n in range(MOST_YEARS):
            self.fields[f"budget_{n}"] = euros(str(first + n), required=n == 0)

    def clean(self) -> dict[str, Any]:
        """No year between two budgets stays open."""
        given: dict[str, Any] = super().clean() or {}
        budgets = [given.get(f"budget_{n}") for n in range(MOST_YEARS)]
        last = max((n for n, budget in enumerate(budgets) if budget is not None), default=0)
        for n, budget in enumerate(budgets[:last]):
            if budget is None and f"budget_{n}" not in self.errors:
                self.add_error(f"budget_{n}", _("A budget is missing between two years; please write 0."))
        return given

    @property
    def years(self) -> list[forms.BoundField]:
        """Return the budgets by year."""
        return [self[f"budget_{n}"] for n in range(MOST_YEARS)]

    @property
    def budgets(self) -> tuple[int, ...]:
        """Return the budgets in cents."""
        given = [self.cleaned_data[f"budget_{n}"] for n in range(MOST_YEARS)]
        return tuple(_cents(budget) for budget in given if budget is not None)


class PackageTableForm(PlainForm):
    """A whole table: copied out of a sheet, or as a file."""

    text = forms.CharField(
        label=gettext_lazy("Cells copied from a sheet"), required=False, max_length=200_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=gettext_lazy("With the first row, which holds the titles."),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Or a file (Excel or CSV)"), required=False, validators=[at_most(LARGEST_FILE)]
    )

    def clean(self) -> dict[str, Any]:
        """One of both is needed."""
        given: dict[str, Any] = super().clean() or {}
        if bool((given.get("text") or "").strip()) == bool(given.get("file")) and not self.errors:
            self.add_error(None, _("Please paste cells or choose a file, one of both."))
        return given

    def content(self) -> tuple[bytes, str]:
        """Return the bytes and what they are called."""
        file = self.cleaned_data["file"]
        return (file.read(), str(file.name)) if file else (self.cleaned_data["text"].encode(), _("Pasted cells"))
