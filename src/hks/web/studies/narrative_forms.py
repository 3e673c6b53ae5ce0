"""The storyline of a future, a sign that speaks for it, and an improbable event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.formats import date_format, get_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.web.projects.models import Project
from hks.web.regions.situation import decimals
from hks.web.shell.forms import GROUPED, PlainForm
from hks.web.shell.templatetags.hks import unit
from hks.web.shell.translated import in_words
from hks.web.studies.models import Signpost, Storyline, Wildcard
from hks.web.studies.narratives import LONGEST_STORY
from hks.web.studies.signposts import LONGEST_MEANING, OTHER_UNIT, SeriesRow

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBER = re.compile(r"([+-]?[\d.,\s]+)(.*)", re.DOTALL)
BETWEEN = "@"  # indicator and unit of a series in one choice


class StoryForm(PlainForm):
    """What the future is to the town, and how it came about."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is this future to the town?"), choices=Storyline.Kind.choices, required=False
    )
    text = forms.CharField(
        label=gettext_lazy("How did it come about?"), max_length=LONGEST_STORY,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Tell it as if you looked back: what happened first, who did what, what followed."),
    )  # fmt: skip


class SignForm(PlainForm):
    """Which series, from which value on, for which future, and why."""

    scenario = forms.ChoiceField(label=gettext_lazy("For which future does the sign speak?"))
    series = forms.ChoiceField(
        label=gettext_lazy("Which indicator?"),
        help_text=gettext_lazy("Offered are official series of the town, its district and its Land."),
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("When does the sign fire?"),
        choices=[("above", gettext_lazy("at the threshold and above it")),
                 ("below", gettext_lazy("at the threshold and below it"))],
    )  # fmt: skip
    threshold = forms.CharField(
        label=gettext_lazy("Threshold with its unit"), max_length=60,
        help_text=gettext_lazy("A number in the unit of the series, for example 8.5 %. It is your judgement."),
    )  # fmt: skip
    meaning = forms.CharField(
        label=gettext_lazy("Why does it speak for this future?"), max_length=LONGEST_MEANING, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, project: Project, series: Sequence[SeriesRow], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.units = {f"{entry.slug}{BETWEEN}{place.ags}": newest.unit for place, entry, newest in series}
        futures = [(str(row.pk), row.title) for row in project.scenarios.all()]
        self.fields["scenario"].choices = futures  # type: ignore[attr-defined]
        self.fields["series"].choices = list(_grouped(series))  # type: ignore[attr-defined]

    def clean_threshold(self) -> float:
        """Read the number, and the unit where one stands behind it."""
        found = NUMBER.fullmatch(self.cleaned_data["threshold"].strip())
        written, self.said_unit = (found[1].strip(), found[2].strip()) if found else ("", "")
        grouped = get_format("THOUSAND_SEPARATOR") != "," or "," not in written or GROUPED.fullmatch(written)
        if not grouped:
            raise forms.ValidationError(_("Write a point before the decimals, as in 0.4; a comma groups thousands."))
        try:
            value = forms.FloatField(localize=True).clean(written)
        except forms.ValidationError:
            raise forms.ValidationError(_("The threshold begins with a number, for example 8.5 %.")) from None
        return float(value)

    def clean(self) -> dict[str, Any]:
        """Refuse a unit in which the series is not measured."""
        of_series = self.units.get(self.cleaned_data.get("series", ""))
        if "threshold" in self.cleaned_data and of_series is not None:
            known = {of_series.casefold(), unit(of_series).casefold(), ""}
            if self.said_unit.casefold() not in known:
                said = {"said": self.said_unit[:40], "unit": unit(of_series) or "1"}
                self.add_error("threshold", _(OTHER_UNIT) % said)
        return self.cleaned_data

    def told(self) -> dict[str, Any]:
        """Return what the sign is bound to."""
        said = self.cleaned_data
        slug, _at, ags = said["series"].rpartition(BETWEEN)
        return {
            "indicator": slug, "ags": ags, "threshold": said["threshold"], "said_unit": self.units[said["series"]],
            "above": said["direction"] == "above", "meaning": said["meaning"],
        }  # fmt: skip


def _grouped(series: Sequence[SeriesRow]) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    """Group series by their unit, each with its unit of measure and the day of its newest value."""
    for place in dict.fromkeys(place for place, _entry, _newest in series):
        rows = []
        for where, entry, newest in series:
            if where == place:
                day = date_format(newest.key_date, "SHORT_DATE_FORMAT")
                words = _("in %(unit)s, up to %(day)s") % {"unit": unit(newest.unit) or "1", "day": day}
                rows.append((f"{entry.slug}{BETWEEN}{place.ags}", f"{in_words(entry.title)} ({words})"))
        yield f"{place.get_level_display()} {place}", rows


def sign_initial(sign: Signpost) -> dict[str, Any]:
    """Return what the form of a sign begins with."""
    threshold = number_format(sign.threshold, decimals(sign.threshold), use_l10n=True)
    return {
        "scenario": str(sign.scenario_id), "series": f"{sign.indicator}{BETWEEN}{sign.municipality_id}",
        "direction": "above" if sign.above else "below", "threshold": f"{threshold} {unit(sign.unit)}".strip(),
        "meaning": sign.meaning,
    }  # fmt: skip


class WildcardForm(PlainForm):
    """What might happen, whom it would hit, and what then."""

    sentence = forms.CharField(
        label=gettext_lazy("What might happen, however improbable?"),
        max_length=Wildcard._meta.get_field("sentence").max_length, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One sentence: an event that would change much at once."),
    )  # fmt: skip
    letter = forms.ChoiceField(label=gettext_lazy("Which solution would it hit?"), required=False)
    then = forms.CharField(
        label=gettext_lazy("What would the town do then?"), max_length=Wildcard._meta.get_field("then").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, project: Project, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        options_ = project.options.prefetch_related("versions")
        letters = [(option.letter, str(option)) for option in options_]
        self.fields["letter"].choices = [("", _("all of them")), *letters]  # type: ignore[attr-defined]
