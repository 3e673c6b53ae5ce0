"""What an ensemble of a project asks for: the town, the places of today, and what each solution sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.core.errors import InputError
from hks.web.projects.models import OptionVersion
from hks.web.shell.forms import PlainForm, field_for
from hks.web.shell.translated import translated
from hks.web.studies.ensembles import RUNS, USUAL_RUNS, usual_cost
from hks.web.studies.forms import residents_field
from hks.workbench.option_ensembles import LEVERS, OF_TOWN


class EnsembleForm(PlainForm):
    """Places of today, runs, and per solution its levers."""

    def __init__(
        self, versions: Mapping[str, OptionVersion], data: Any = None, *, base: Any = None, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.versions = versions
        if base is not None and base.town:
            self.fields["residents"] = residents_field(base.year, None)
        for parameter in OF_TOWN:
            self.fields[parameter.name] = field_for(parameter)
        self.fields["balance_since"].label = _(
            "Year from which the budget must be balanced; 0 is the year after the base year"
        )
        self.fields["runs"] = forms.TypedChoiceField(
            label=gettext_lazy("Runs of each solution in each future"), coerce=int, initial=USUAL_RUNS,
            choices=[(number, str(number)) for number in RUNS],
            help_text=gettext_lazy(
                "The runs of a cell differ by assumptions nobody knows for sure, such as how fast cost grows. More "
                "runs make the band surer and take longer."
            ),
        )  # fmt: skip
        for letter, version in versions.items():
            for parameter in LEVERS:
                field = field_for(parameter)
                if parameter.name == "option_cost" and f"{letter}_{parameter.name}" not in self.initial:
                    field.initial = usual_cost(version)
                    field.help_text = _("Filled in from the cost and the follow-up cost of the solution.")
                self.fields[f"{letter}_{parameter.name}"] = field

    def town(self) -> Iterator[forms.BoundField]:
        """Return the fields of the town."""
        return (self[name] for name in self.fields if not self._of_a_solution(name))

    def solutions(self) -> Iterator[tuple[OptionVersion, forms.BoundField, list[forms.BoundField]]]:
        """Return per solution what it costs, and what it adds in places."""
        for letter, version in self.versions.items():
            cost, *places = (self[f"{letter}_{parameter.name}"] for parameter in ordered())
            yield version, cost, places

    def _of_a_solution(self, name: str) -> bool:
        return any(name.startswith(f"{letter}_") for letter in self.versions)

    def clean(self) -> dict[str, Any]:
        """Check each value as the study would."""
        given: dict[str, Any] = super().clean() or {}
        named = [(p.name, p) for p in OF_TOWN]
        named += [(f"{letter}_{p.name}", p) for letter in self.versions for p in LEVERS]
        for name, parameter in named:
            if name in given:
                try:
                    given[name] = parameter.checked(given[name])
                except InputError as error:
                    self.add_error(name, translated(error))
        return given

    def values(self) -> dict[str, Any]:
        """Return what holds for all."""
        names = ("residents", *(parameter.name for parameter in OF_TOWN))
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def options(self) -> dict[str, dict[str, Any]]:
        """Return what each solution sets."""
        return {
            letter: {p.name: self.cleaned_data[f"{letter}_{p.name}"] for p in LEVERS} for letter in self.versions
        }  # fmt: skip


def ordered() -> list[Any]:
    """Return the levers, what a solution costs first."""
    return sorted(LEVERS, key=lambda parameter: parameter.name != "option_cost")
