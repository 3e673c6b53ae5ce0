"""Which solutions have the same benefit, and what heavy rain does without and with one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from hks.web.decisions import avoided_damage, life_costs
from hks.web.decisions.avoided_damage import Event
from hks.web.projects.models import OptionVersion
from hks.web.shell.forms import SpecForm

ROW = ("years", "today", "with")  # of an event: once in so many years, damage today, damage with the solution
EVENTS = 4  # our choice: rows to fill; two are enough
PROPOSED = (10, 30, 100, None)  # return periods that hazard maps usually show [a]


def _named(versions: Sequence[OptionVersion]) -> list[tuple[str, str]]:
    return [(version.option.letter, f"{version.option.letter} {version.title}") for version in versions]


class LifeCostsForm(SpecForm):
    """Which solutions are compared, whether their benefit is equal, at which rate and for how long."""

    def __init__(
        self, data: Any, versions: Sequence[OptionVersion], now: tuple[Sequence[str], Mapping[str, object]]
    ) -> None:
        super().__init__(life_costs.METHOD.parameters, data, initial=dict(now[1]))
        fields, self.fields = self.fields, {}
        self.fields["compared"] = forms.MultipleChoiceField(
            label=_("Which solutions?"), choices=_named(versions), initial=list(now[0]),
            widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Please choose two solutions or more.")},
        )  # fmt: skip
        self.fields.update(fields)
        confirmed = self.fields["equal_benefit"]
        confirmed.label, confirmed.help_text = _("These solutions have the same benefit"), ""

    def clean(self) -> dict[str, Any]:
        """Keep the chosen solutions beside the values of the method."""
        self.letters: list[str] = self.cleaned_data.get("compared", [])
        if not self.errors and len(self.letters) < 2:
            self.add_error("compared", _("Please choose two solutions or more."))
        return super().clean()


class AvoidedDamageForm(SpecForm):
    """Damage by return period without and with one solution, the rate, and for how long."""

    def __init__(self, data: Any, versions: Sequence[OptionVersion]) -> None:
        super().__init__(avoided_damage.ASKED, data)
        fields, self.fields = self.fields, {}
        self.fields["solution"] = forms.ChoiceField(label=_("Which solution?"), choices=_named(versions))
        for n in range(EVENTS):
            told = {"n": n + 1}
            self.fields[f"years_{n}"] = _amount(_("Rain %(n)s: once in how many years?") % told, 1, PROPOSED[n])
            self.fields[f"today_{n}"] = _amount(_("Rain %(n)s: damage today (euros)") % told, 0)
            self.fields[f"with_{n}"] = _amount(_("Rain %(n)s: damage with the solution (euros)") % told, 0)
        self.fields.update(fields)

    @property
    def table(self) -> list[list[forms.BoundField]]:
        """Return the fields of each rain, for a table."""
        return [[self[f"{name}_{n}"] for name in ROW] for n in range(EVENTS)]

    @property
    def others(self) -> list[forms.BoundField]:
        """Return the settings, which stand below the table."""
        return [self[p.name] for p in self.parameters]

    def clean(self) -> dict[str, Any]:
        """Read the rows that are filled in; half a row is none."""
        given = self.cleaned_data
        self.letter = str(given.get("solution", ""))
        rows: list[list[Any]] = [[given.get(f"{name}_{n}") for name in ROW] for n in range(EVENTS)]
        self.events = [Event(*row) for row in rows if None not in row]
        for n, row in enumerate(rows):
            if row[1:] != [None, None] and None in row and not self.errors:
                self.add_error(f"with_{n}", _("Please fill in this row as a whole, or leave it empty."))
        if not self.errors and len(self.events) < 2:
            self.add_error(None, _("Two kinds of rain are needed, such as one in 10 and one in 100 years."))
        return super().clean()


def _amount(label: str, low: float, initial: float | None = None) -> forms.FloatField:
    decimal = forms.TextInput(attrs={"inputmode": "decimal", "size": 11})
    return forms.FloatField(
        label=label, min_value=low, max_value=1e12, localize=True, required=False, widget=decimal, initial=initial
    )
