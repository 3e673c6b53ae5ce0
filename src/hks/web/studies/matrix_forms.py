"""What is asked of a matrix: starts, a changed state, the spread of judgements, judgements of pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.web.shell.forms import PlainForm, SpecForm
from hks.web.studies.consistent import Consistent
from hks.web.studies.forms import MatrixForm
from hks.web.studies.matrix_studies import BASINS, SUCCESSION, UNCERTAINTY
from hks.web.studies.matrix_told import SHOWN
from hks.workbench.futures import named

RULES = next(one.choices for one in SUCCESSION.parameters if one.name == "rule")


class BasinsForm(SpecForm):
    """How many starts are drawn."""

    def __init__(self, data: Any, now: Mapping[str, object]) -> None:
        super().__init__(BASINS.parameters, data, initial=dict(now))


class RoughForm(SpecForm):
    """How rough judgements are, and how often they are drawn."""

    def __init__(self, data: Any, now: Mapping[str, object]) -> None:
        super().__init__(UNCERTAINTY.parameters, data, initial=dict(now))


class WhatIfForm(PlainForm):
    """Which future is changed, and in what."""

    future = forms.TypedChoiceField(label=gettext_lazy("Begin with"), coerce=int)
    change = forms.ChoiceField(label=gettext_lazy("What comes differently?"))
    rule = forms.ChoiceField(label=gettext_lazy("How do the factors yield?"), initial="global")

    def __init__(self, data: Any, now: Consistent) -> None:
        super().__init__(data)
        matrix = now.matrix
        self.scenarios = now.scenarios
        self.fields["future"].choices = [  # type: ignore[attr-defined]
            (place, f"{place + 1}: {' · '.join(state for _name, state in named(matrix, scenario))}"[:160])
            for place, scenario in enumerate(now.scenarios[:SHOWN])
        ]
        self.fields["change"].choices = [  # type: ignore[attr-defined]
            (name, [(f"{place}.{number}", f"{name}: {state}") for number, state in enumerate(states)])
            for place, (name, states) in enumerate(zip(matrix.descriptors, matrix.states, strict=True))
        ]
        self.fields["rule"].choices = [(key, _(title)) for key, title in RULES]  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, object]:
        """Return where the way begins, and by which rule it goes on."""
        start = list(self.scenarios[self.cleaned_data["future"]])
        factor, _dot, state = self.cleaned_data["change"].partition(".")
        start[int(factor)] = int(state)
        return {"start": ",".join(map(str, start)), "rule": self.cleaned_data["rule"]}


class AgreeForm(MatrixForm):
    """Judgements of pairs as a file, and what they mean."""

    SCALES: Mapping[str, tuple[float, float]] = {"five": (1.0, 2.0), "box": (0.0, 0.0)}
    scale = forms.ChoiceField(
        label=gettext_lazy("How are pairs judged?"),
        choices=[
            ("five", gettext_lazy("From 1 (exclude each other) to 5 (support each other)")),
            ("box", gettext_lazy("0 or 1: does it go together? (morphological box)")),
        ],
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["file"].label = _("Judgements of pairs as a file")
        self.fields["file"].help_text = _("A table (.csv, .json) like a matrix, filled in one half or alike in both.")

    @property
    def values(self) -> dict[str, object]:
        """Return up to which judgement a pair excludes itself or agrees badly."""
        excluded, partial = self.SCALES[self.cleaned_data["scale"]]
        return {"excluded": excluded, "partial": partial}
