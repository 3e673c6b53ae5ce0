"""Weights, the typed fields of a council paper, and the council's decision."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.web.decisions.models import CouncilDecision, Criterion, Financing
from hks.web.projects.forms import day, euros
from hks.web.shell.forms import PlainForm, at_most
from hks.web.shell.templatetags.hks import effect_name, percent, unit


def _end(label: str, value: float) -> forms.FloatField:
    decimal = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.FloatField(
        label=label, initial=value, required=False, min_value=-1e12, max_value=1e12, localize=True, widget=decimal
    )  # fmt: skip


class WeighingForm(PlainForm):
    """Per criterion whether it counts, its direction and anchors, and the points of each group of actors."""

    def __init__(
        self, data: Any, criteria: list[Criterion], units: dict[str, str], points: dict[str, Any], used: set[str],
        actors: Mapping[str, str],
    ) -> None:  # fmt: skip
        super().__init__(data)
        self.criteria, self.actors = criteria, actors
        for c in criteria:
            title, words = effect_name(c.name), unit(units[c.name])
            told = {"title": title, "unit": words}
            self.fields[f"use_{c.name}"] = forms.BooleanField(
                label=_("Counts: %(title)s") % told, required=False, initial=c.name in used
            )
            self.fields[f"direction_{c.name}"] = forms.ChoiceField(
                label=title, choices=Criterion.Direction.choices, initial=c.direction, required=False
            )
            self.fields[f"low_{c.name}"] = _end(_("%(title)s: scale from (%(unit)s)") % told, c.low)
            self.fields[f"high_{c.name}"] = _end(_("%(title)s: scale to (%(unit)s)") % told, c.high)
        for slug, name in actors.items():
            for c in criteria:
                self.fields[f"points_{slug}_{c.name}"] = forms.IntegerField(
                    label=_("%(actors)s: %(title)s (0 to 100 points)") % {"actors": name, "title": effect_name(c.name)},
                    required=False, min_value=0, max_value=100, initial=points.get(slug, {}).get(c.name),
                )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Each scale needs two different ends."""
        given: dict[str, Any] = super().clean() or {}
        if not any(given.get(f"use_{c.name}") for c in self.criteria):
            self.add_error(None, _("At least one criterion must count."))
        for c in self.criteria:
            if not given.get(f"use_{c.name}"):
                continue
            for part in ("direction", "low", "high"):
                if given.get(f"{part}_{c.name}") in (None, "") and f"{part}_{c.name}" not in self.errors:
                    self.add_error(f"{part}_{c.name}", _("Please fill this in, or let the criterion not count."))
            low, high = given.get(f"low_{c.name}"), given.get(f"high_{c.name}")
            if low is not None and high is not None and not low < high:
                self.add_error(f"high_{c.name}", _("The end of the scale must lie above its beginning."))
        return given

    def told(self) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, float]]]:
        """Return criteria and points as the service takes them; a group without any points is left out."""
        given = self.cleaned_data
        used = [c for c in self.criteria if given[f"use_{c.name}"]]
        criteria = {c.name: {part: given[f"{part}_{c.name}"] for part in ("direction", "low", "high")} for c in used}
        points = {
            actors: {c.name: float(given[f"points_{actors}_{c.name}"] or 0) for c in used}
            for actors in self.actors
            if any(given[f"points_{actors}_{c.name}"] is not None for c in used)
        }
        return criteria, points


class OneWeightForm(PlainForm):
    """What would follow if one criterion counted more or less? Asked in the address, nothing is kept."""

    criterion = forms.ChoiceField(label=gettext_lazy("Which criterion?"))
    share = forms.IntegerField(
        label=gettext_lazy("Counts how much of all? (percent)"), min_value=0, max_value=100,
        help_text=gettext_lazy("The others share the rest as they do now."),
    )  # fmt: skip

    def __init__(self, weights: Mapping[str, float], data: Any) -> None:
        first = next(iter(weights), "")
        super().__init__(data, initial={"share": round(100 * weights.get(first, 0.0))}, auto_id="try_%s")
        now = _("now")
        self.fields["criterion"].choices = [  # type: ignore[attr-defined]
            (name, f"{effect_name(name)} ({now} {percent(weight, 0)})") for name, weight in weights.items()
        ]


def _text(label: Any, rows: int = 2, *, required: bool = False, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def _line(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=200, **options)


CLIMATE = [("", gettext_lazy("open")), ("yes+", gettext_lazy("yes, good for the climate")),
           ("yes-", gettext_lazy("yes, bad for the climate")), ("no", gettext_lazy("no effect"))]  # fmt: skip
TOUCHED = [("", gettext_lazy("open")), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]
PUBLIC = [("", gettext_lazy("open")), ("public", gettext_lazy("public session")),
          ("closed", gettext_lazy("closed session"))]  # fmt: skip


class PaperForm(PlainForm):
    """What people write into a council paper; whatever stays empty is printed as open."""

    number = _line(gettext_lazy("Number of the paper"))
    session = forms.ChoiceField(label=gettext_lazy("Session"), choices=PUBLIC, required=False)
    kind = _line(gettext_lazy("Kind of paper"), help_text=gettext_lazy("For example decision or information."))
    author = _line(gettext_lazy("Author (office)"))
    lead = _line(gettext_lazy("Lead"))
    sequence = _text(
        gettext_lazy("Bodies in order, with day"),
        help_text=gettext_lazy("One line each; with the Ortschaftsrat where the measure lies in an Ortschaft."),
    )
    legal_basis = _line(gettext_lazy("Legal basis"))
    proposal = _text(gettext_lazy("Proposed decision"), 4)
    facts = _text(gettext_lazy("Facts, in your words"), 5)
    climate = forms.ChoiceField(label=gettext_lazy("Climate check"), choices=CLIMATE, required=False)
    climate_reason = _text(gettext_lazy("Reason for the climate check"))
    young = forms.ChoiceField(
        label=gettext_lazy("Are children and young people touched?"), choices=TOUCHED, required=False
    )
    participation = _text(gettext_lazy("Who took part, and what was done with it?"), 4)
    annexes = _text(gettext_lazy("Annexes"), help_text=gettext_lazy("One line each."))


class FinancingForm(PlainForm):
    """How is this solution paid?"""

    area = forms.ChoiceField(label=gettext_lazy("Product area"), choices=[("", "—"), *Financing.Area.choices])
    account = forms.CharField(label=gettext_lazy("Product and account"), max_length=60, required=False)
    first_year = forms.IntegerField(
        label=gettext_lazy("From which budget year on?"), min_value=2000, max_value=2200, localize=False
    )
    grant_percent = forms.FloatField(
        label=gettext_lazy("Grants, as a share of the cost once (percent)"), min_value=0, max_value=100, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("0 where none is promised. An application alone is no promise."),
    )  # fmt: skip
    income = euros(
        gettext_lazy("Income per year (euros)"), help_text=gettext_lazy("Rents, fees; 0 where there is none.")
    )
    cover = _text(
        gettext_lazy("How is the own share covered?"), 3, required=True,
        help_text=gettext_lazy("For example: saved at another place, loan, reserve. “not covered” is an answer."),
    )  # fmt: skip
    statement = _text(
        gettext_lazy("Statement of the treasurer"), 3, help_text=gettext_lazy("Stands in the council paper.")
    )

    def clean(self) -> dict[str, Any]:
        """Turn euros into cents."""
        given: dict[str, Any] = super().clean() or {}
        if isinstance(given.get("income"), Decimal):
            given["income"] = int(given["income"] * 100)
        return given


class CouncilDecisionForm(PlainForm):
    """What did the council decide?"""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What did the council decide?"), choices=CouncilDecision.Outcome.choices
    )
    day = day(gettext_lazy("On which day?"))
    number = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=40, required=False)
    wording = _text(gettext_lazy("Wording of the decision"), 4)


class CheckForm(PlainForm):
    """A working copy to check."""

    file = forms.FileField(label=gettext_lazy("Council paper as Word file (.docx)"), validators=[at_most(10)])
