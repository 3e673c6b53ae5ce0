"""What would follow if one future counted more than the others; nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from hks.core import evidence
from hks.web.decisions.weighing import Weighed
from hks.web.shell.forms import PlainForm
from hks.workbench.compute import compute
from hks.workbench.inputs import Dataset
from hks.workbench.methods import METHODS


class OneFutureForm(PlainForm):
    """Which future counts how much of all?"""

    future = forms.ChoiceField(label=gettext_lazy("Which future?"))
    counts = forms.IntegerField(
        label=gettext_lazy("Counts how much of all futures? (percent)"), min_value=0, max_value=100,
        help_text=gettext_lazy("The other futures share the rest alike."),
    )  # fmt: skip

    def __init__(self, futures: Sequence[tuple[str, str]], data: Any) -> None:
        super().__init__(data, initial={"counts": 50}, auto_id="future_%s")
        self.fields["future"].choices = futures  # type: ignore[attr-defined]


@dataclass(frozen=True)
class OneFuture:
    """The order by the mean value over the futures, one of them at a share of all weight, and with all alike."""

    title: str
    share: float
    order: Sequence[str]
    before: Sequence[str]
    rows: Sequence[tuple[str, float, float]]


def one_future(request: HttpRequest, found: Weighed) -> dict[str, Any]:
    """Ask for a future and its share in the address, and tell what would follow."""
    if found.yields is None:
        return {"one_future": None}
    futures = [(scenario.slug, scenario.title) for scenario, *_rest in found.futures]
    form = OneFutureForm(futures, request.GET if "future" in request.GET else None)
    weighted = None
    if form.is_valid():
        said = form.cleaned_data
        weighted = counted(found, said["future"], dict(futures)[said["future"]], said["counts"] / 100.0)
    return {"one_future": form, "weighted": weighted}


def counted(found: Weighed, slug: str, title: str, share: float) -> OneFuture:
    """Rank by the mean value over the futures with one of them at a share of all weight."""
    assert found.yields is not None
    content = json.loads(found.yields[1])
    slugs = content["scenarios"]
    weights = [share if name == slug else (1.0 - share) / (len(slugs) - 1) for name in slugs]
    now, alike = _means({**content, "weights": weights}), _means(content)
    rows = [(letter, now["value"][letter], alike["value"][letter]) for letter in now["order"]]
    return OneFuture(title, share, now["order"], alike["order"], rows)


def _means(content: Mapping[str, Any]) -> Mapping[str, Any]:
    dataset = Dataset("table.json", evidence.canonical(content).encode())
    return compute(METHODS["decisions-robustness"], {"table": dataset}, {"metric": "laplace"}).outcomes
