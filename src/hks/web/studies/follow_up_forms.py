"""What a person may change about places, dwellings and fees: the town's own figures, measures and assumptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.core.parameters import Parameter, Value
from hks.web.shell.forms import SpecForm
from hks.web.studies.follow_ups import MEASURES, FollowUp
from hks.web.studies.forms import residents_field
from hks.web.studies.outlooks import FARTHEST
from hks.web.studies.services import Base

PERCENT_NOT_SHARE = ("rate_", "share_", "water_stays_", "waste_water_stays_", "remanence_up")
FEWEST_IN_A_DWELLING, MOST_IN_A_DWELLING = 0.5, 8.0  # our choice: beyond, a figure was mistyped
Given = Mapping[str, Any]
Wrong = Iterator[tuple[str, str]]


def written(value: Any) -> Any:
    """Return a number as a form shows it: a whole one without a fraction, others with four places."""
    if not isinstance(value, float):
        return value
    return int(value) if value == int(value) else round(value, 4)


class FollowUpForm(SpecForm):
    """Until when, how many people live in the town, its own figures with their source, measures and assumptions."""

    def __init__(
        self, of: FollowUp, data: Any = None, *, base: Base | None, known: Any = None, ordering: bool = False,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(of.asked, data, **options)
        self.of, self.base, self.ordering = of, base, ordering
        self.fields["until"] = forms.IntegerField(label=gettext_lazy("Until which year?"), localize=False)
        self.fields["source"] = forms.CharField(
            label=gettext_lazy("Where do these figures stand?"), max_length=200, required=False,
            help_text=gettext_lazy("For example: plan of day care, page, date. Needed where you enter own figures."),
        )  # fmt: skip
        self.fields["public"] = forms.BooleanField(label=gettext_lazy("Everyone may see the result"), required=False)
        if base is not None and base.town:
            self.fields["residents"] = residents_field(base.year, known)
        self._words()

    def _words(self) -> None:
        """Leave out limits and marks where the town itself knows or chooses, and write a year without a separator."""
        for parameter in self.of.asked:
            field, own = self.fields[parameter.name], parameter.name in self.of.own and not parameter.default
            if own or parameter.role == "lever":
                field.help_text = _(parameter.help)
            field.initial = written(parameter.default)
        for name in (name for name in MEASURES if name in self.fields):
            self.fields[name].label = _("Dwellings a year")
            for end, words, hint in (("start", _("First year"), _("0: from the year after the base year")),
                                     ("end", _("Last year"), _("0: to the end"))):  # fmt: skip
                field = self.fields[f"{name}_{end}"]
                field.localize = field.widget.is_localized = False
                field.label, field.help_text = words, hint

    def measures(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the three fields of each measure under its name."""
        titles = {
            "demolition_old": _("Demolition in old buildings"), "new_houses": _("New houses"),
            "demolition_panel": _("Demolition in slab buildings"),
        }  # fmt: skip
        return [
            (titles[name], [self[name], self[f"{name}_start"], self[f"{name}_end"]])
            for name in MEASURES if name in self.fields
        ]  # fmt: skip

    def groups(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """Return the fields by heading, without measures; the last group is closed, unless something in it is wrong."""
        people: list[str] = [name for name in ("until", "residents") if name in self.fields]
        own = [*self.of.own, "source"]
        measures = [name for name in self.fields if name.startswith(MEASURES)]
        rest = [p.name for p in self.of.asked if p.name not in (*own, *measures)]
        named: list[tuple[str, list[str]]] = [
            (_("People"), people), (_("What the town knows"), own), (_("Assumptions"), rest),
        ]  # fmt: skip
        return [
            (title, [self[name] for name in names], names is rest and not set(names) & set(self.errors))
            for title, names in named if names
        ]  # fmt: skip

    def clean(self) -> dict[str, Value]:
        """Check the values as the method would, those that do not fit each other, and keep the rest."""
        given: dict[str, Any] = {
            **super().clean(),
            **{name: self.cleaned_data.get(name) for name in ("until", "residents", "source", "public")},
        }
        for field, sentence in self._wrong(given):
            if field not in self.errors:
                self.add_error(field, sentence)
        return {name: value for name, value in given.items() if value is not None}

    def _wrong(self, given: Given) -> Wrong:
        if self.base is not None and given.get("until") is not None:
            first, last = self.base.year + 1, self.base.year + FARTHEST
            if not first <= given["until"] <= last:
                yield "until", _("A year from %(first)s to %(last)s is right.") % {"first": first, "last": last}
        yield from (
            (p.name, _share(given[p.name])) for p in self.of.asked if _is_share(p, given.get(p.name))
        )  # fmt: skip
        if self.ordering and not given.get("source") and any(_differs(p, given) for p in self._own):
            yield "source", _("Please say where the town's own figures stand.")
        yield from RULES[self.of.slug](given, self.base)

    @property
    def _own(self) -> list[Parameter]:
        return [p for p in self.of.asked if p.name in self.of.own]


def _differs(parameter: Parameter, given: Given) -> bool:
    return parameter.name in given and given[parameter.name] != parameter.default


def _is_share(parameter: Parameter, value: Any) -> bool:
    """Say whether a percentage was written as a share: 0.53 for 53."""
    named = parameter.unit == "%" and parameter.name.startswith(PERCENT_NOT_SHARE)
    return named and value is not None and 0 < value < 1


def _share(value: float) -> str:
    words = {"value": number_format(value), "percent": number_format(written(round(100 * value, 2)))}
    return _("%(value)s percent is very little; did you mean %(percent)s?") % words


def wrong_places(given: Given, _base: Base | None) -> Wrong:
    """Refuse classes that are largest below their least."""
    least, most = given.get("class_least"), given.get("class_most")
    if least is not None and most is not None and least > most:
        yield "class_most", _("The most cannot be less than the fewest.")


def wrong_housing(given: Given, base: Base | None) -> Wrong:
    """Refuse shares above all, dwellings that do not fit the people, and measures outside the years."""
    shares = [given.get(f"share_{name}") for name in ("old", "panel")]
    if None not in shares and sum(s for s in shares if s is not None) > 100:
        yield "share_panel", _("Old buildings and slab buildings together cannot be more than 100 percent.")
    dwellings, residents = given.get("dwellings"), given.get("residents")
    if dwellings and residents and not FEWEST_IN_A_DWELLING <= residents / dwellings <= MOST_IN_A_DWELLING:
        each = {"each": number_format(round(residents / dwellings, 2))}
        yield "dwellings", _("That would be %(each)s people a dwelling; please check the number.") % each
    until = given.get("until")
    for name in MEASURES if base is not None and until else ():
        start, end = given.get(f"{name}_start"), given.get(f"{name}_end")
        for field, year in ((f"{name}_start", start), (f"{name}_end", end)):
            if year and base is not None and not base.year < year <= until:
                words = {"first": base.year + 1, "last": until}
                yield field, _("A year from %(first)s to %(last)s is right.") % words
        if start and end and end < start:
            yield f"{name}_end", _("The measure ends before it begins.")


def wrong_fees(given: Given, _base: Base | None) -> Wrong:
    """Refuse a cost without a volume, a range upside down, and nothing at all."""
    names = [name for name in ("water", "waste_water") if given.get(f"{name}_cost")]
    if not names and given.get("water_cost") is not None:
        yield "water_cost", _("Please say what water or waste water costs a year.")
    for name in names:
        if given.get(f"{name}_volume") == 0:
            yield f"{name}_volume", _("Where a cost is given, the volume is needed.")
        least, most = given.get(f"{name}_stays_least"), given.get(f"{name}_stays_most")
        if least is not None and most is not None and least > most:
            yield f"{name}_stays_most", _("The most cannot be less than the least.")


RULES: dict[str, Callable[[Given, Base | None], Wrong]] = {
    "places": wrong_places, "housing": wrong_housing, "fees": wrong_fees,
}  # fmt: skip
