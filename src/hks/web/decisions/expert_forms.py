"""What experts ask: how weights are drawn, how much futures count, which criterion counts more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from hks.web.decisions import expert_ranks, expert_robustness
from hks.web.decisions.expert_pairs import MOST, Pair, pairs_of
from hks.web.decisions.models import Criterion
from hks.web.projects.models import Scenario
from hks.web.shell.forms import PlainForm, SpecForm
from hks.web.shell.templatetags.hks import effect_name

ALIKE = 100.0  # no future counts more than another


class RanksForm(SpecForm):
    """How weights are drawn."""

    def __init__(self, data: Any, now: Mapping[str, object]) -> None:
        super().__init__(expert_ranks.ASKED, data, initial=dict(now))


class RobustnessForm(SpecForm):
    """How much each future counts, and the settings of two metrics."""

    def __init__(
        self, data: Any, scenarios: Sequence[Scenario], now: tuple[Mapping[str, float], Mapping[str, object]]
    ) -> None:
        self.weights_now, self.settings_now = now
        super().__init__(expert_robustness.ASKED, data, initial=dict(self.settings_now))
        self.scenarios = scenarios
        settings, self.fields = self.fields, {}
        for scenario in scenarios:
            self.fields[f"counts_{scenario.slug}"] = forms.IntegerField(
                label=_("“%(future)s” counts (0 to 100)") % {"future": scenario.title}, min_value=0, max_value=100,
                initial=round(self.weights_now.get(scenario.slug, ALIKE)),
            )  # fmt: skip
        self.fields.update(settings)

    @property
    def weights(self) -> dict[str, float]:
        """Return how much each future counts: as said, or all alike."""
        if not self.is_bound:
            return {s.slug: self.weights_now.get(s.slug, ALIKE) for s in self.scenarios}
        return {s.slug: float(self.counted[f"counts_{s.slug}"]) for s in self.scenarios}

    @property
    def settings(self) -> dict[str, object]:
        """Return the settings of the metrics: as said, or as proposed."""
        return {
            p.name: self.cleaned_data[p.name] if self.is_bound else self.settings_now[p.name] for p in self.parameters
        }

    def clean(self) -> dict[str, Any]:
        """Keep what is said of the futures beside the values of the method; one future at least must count."""
        names = [f"counts_{scenario.slug}" for scenario in self.scenarios]
        self.counted = {name: self.cleaned_data.get(name, 0) for name in names}
        if not self.errors and not any(self.counted.values()):
            self.add_error(None, _("At least one future must count."))
        return super().clean()


class PairsForm(PlainForm):
    """Which of two criteria counts more, and how much."""

    def __init__(self, data: Any, criteria: Sequence[Criterion], now: Mapping[Pair, int]) -> None:
        super().__init__(data)
        self.pairs = pairs_of(criteria)
        for one, other in self.pairs:
            first, second = effect_name(criteria[one].name), effect_name(criteria[other].name)
            self.fields[f"pair_{one}_{other}"] = forms.TypedChoiceField(
                label=_("%(one)s or %(other)s?") % {"one": first, "other": second}, coerce=int,
                choices=_degrees(first, second), initial=now.get((one, other), 1),
            )  # fmt: skip

    @property
    def said(self) -> dict[Pair, int]:
        """Return the comparisons."""
        return {(one, other): self.cleaned_data[f"pair_{one}_{other}"] for one, other in self.pairs}


def _degrees(first: str, second: str) -> list[tuple[int, str]]:
    more = _("%(n)s times as much: %(name)s")
    return [
        *((n, more % {"name": first, "n": n}) for n in range(MOST, 1, -1)),
        (1, _("both count alike")),
        *((-n, more % {"name": second, "n": n}) for n in range(2, MOST + 1)),
    ]  # fmt: skip
