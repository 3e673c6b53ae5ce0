"""One future, how many people live in the town, a matrix with its judgements, and what its states mean."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.core.errors import InputError
from hks.web.shell.forms import PlainForm, SpecForm
from hks.web.shell.translated import translated
from hks.web.studies.money import LEVERS
from hks.workbench import futures
from hks.workbench.inputs import Dataset

LARGEST_UPLOAD = 1024 * 1024  # our choice: a matrix of 160 states is a tenth of it
DESCRIPTORS_FIELD = "descriptors"


class FutureForm(SpecForm):
    """A name, a story and the values of the drivers."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(futures.DRIVERS, data, **options)
        self.fields["title"] = forms.CharField(label=gettext_lazy("Name of the future"), max_length=80)
        story = forms.Textarea(attrs={"rows": 2})
        self.fields["story"] = forms.CharField(
            label=gettext_lazy("What happened?"), max_length=1000, required=False, widget=story
        )
        self.order_fields(["title", "story"])

    def clean(self) -> dict[str, Any]:
        """Check the drivers as the method would and keep the words."""
        words = {name: self.cleaned_data.get(name, "") for name in ("title", "story")}
        return {**super().clean(), **words}


class OutlookForm(SpecForm):
    """Until when, how many people live in the town, the assumptions, and who may see the result."""

    def __init__(self, data: Any = None, *, base: Any = None, known: Any = None, **options: Any) -> None:
        super().__init__(futures.DRIVERS, data, **options)
        self.fields["until"] = forms.IntegerField(label=gettext_lazy("Until which year?"), localize=False)
        self.fields["public"] = forms.BooleanField(label=gettext_lazy("Everyone may see the result"), required=False)
        asked = ["until"]
        if base is not None and base.town:
            self.fields["residents"] = residents_field(base.year, known)
            asked.append("residents")
        self.order_fields([*asked, *(p.name for p in futures.DRIVERS), "public"])

    def clean(self) -> dict[str, Any]:
        """Check the assumptions as the method would and keep the rest."""
        further = {name: self.cleaned_data.get(name) for name in ("until", "residents", "public")}
        return {**super().clean(), **{name: value for name, value in further.items() if value is not None}}


def residents_field(year: int, known: Any) -> forms.IntegerField:
    """Ask how many people live in the town, and say what is known of it."""
    words = _("People living in the town at the end of %(year)s") % {"year": year}
    return forms.IntegerField(label=words, min_value=1, max_value=10**7, help_text=_source(known))


def _source(known: Any) -> str:
    if known is None:
        return _("The table of ages shows the district; its structure is scaled to this number.")
    words = {"place": known.municipality, "day": known.when}
    said = _("Known for %(place)s: %(day)s.") % words
    return f"{said} {_('second-hand')}." if known.second_hand else said


class MoneyForm(SpecForm):
    """The assumptions of a budget over the years, how many people live in the town, and who may see the result."""

    def __init__(self, data: Any = None, *, base: Any = None, known: Any = None, **options: Any) -> None:
        super().__init__(LEVERS, data, **options)
        self.fields["public"] = forms.BooleanField(label=gettext_lazy("Everyone may see the result"), required=False)
        if base is not None and base.town:
            self.fields["residents"] = residents_field(base.year, known)
            self.order_fields(["residents"])

    def clean(self) -> dict[str, Any]:
        """Check the assumptions as the method would and keep the rest."""
        further = {name: self.cleaned_data.get(name) for name in ("residents", "public")}
        return {**super().clean(), **{name: value for name, value in further.items() if value is not None}}


class OwnForecastForm(PlainForm):
    """What does the town itself expect?"""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2100, localize=False)
    persons = forms.IntegerField(label=gettext_lazy("People expected"), min_value=1, max_value=10**7)
    source = forms.CharField(
        label=gettext_lazy("Where does it stand?"), max_length=200,
        help_text=gettext_lazy("For example: urban development concept, page, date."),
    )  # fmt: skip
    public = forms.BooleanField(label=gettext_lazy("Everyone may see it"), required=False)


class ResidentsForm(PlainForm):
    """How many people live in the town?"""

    residents = forms.IntegerField(
        label=gettext_lazy("People living in the town"), min_value=1, max_value=10**7,
        help_text=gettext_lazy("The table of ages shows the district; its structure is scaled to this number."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, year: int | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        if year is not None:
            words = _("People living in the town at the end of %(year)s") % {"year": year}
            self.fields["residents"].label = words


class MatrixForm(PlainForm):
    """A cross-impact matrix as a file."""

    file = forms.FileField(
        label=gettext_lazy("Cross-impact matrix as a file"),
        help_text=gettext_lazy("From ScenarioWizard (.scw), or a table (.csv, .json)."),
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is far too large before reading it."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 1 MB; a matrix for this page is far smaller."))
        return file

    def dataset(self) -> Dataset:
        """Return the file as the town sent it."""
        file = self.cleaned_data["file"]
        return Dataset(str(file.name)[-100:], file.read())


class ToleranceForm(PlainForm):
    """How much inconsistency is accepted?"""

    tolerance = forms.FloatField(
        label=gettext_lazy("Accepted inconsistency"), min_value=0, max_value=1000, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("0 is strict. Sums of many rough judgements justify 1 to 3."),
    )  # fmt: skip


class DescriptorsForm(PlainForm):
    """Which developments, and which ways can each go?"""

    text = forms.CharField(
        label=gettext_lazy("Descriptors and their states"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "One line each, for example “Jobs: fewer, as today, more”. Up to six lines, 24 states together."
        ),
    )  # fmt: skip

    def clean_text(self) -> list[tuple[str, list[str]]]:
        """Read one descriptor per line."""
        found = []
        for line in filter(str.strip, self.cleaned_data["text"].splitlines()):
            name, colon, rest = line.partition(":")
            states = [state.strip() for state in rest.split(",") if state.strip()]
            if not colon or not name.strip() or not states:
                raise forms.ValidationError(
                    _("“%(line)s” is not understood; write “Jobs: fewer, as today, more”.") % {"line": line[:60]}
                )
            found.append((name.strip(), states))
        return typeable(found)


def typeable(descriptors: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Refuse what the table form cannot hold."""
    total = sum(len(states) for _name, states in descriptors)
    if not 2 <= len(descriptors) <= futures.MOST_TYPED or total > futures.MOST_TYPED_STATES:
        raise forms.ValidationError(_("The table takes two to six descriptors with 24 states together."))
    names = [name for name, _states in descriptors]
    if any(len(set(group)) < len(group) for group in (names, *(states for _name, states in descriptors))):
        raise forms.ValidationError(_("Descriptors, and the states of one descriptor, need different names."))
    if any(len(name) > futures.LONGEST_NAME for pair in descriptors for name in (pair[0], *pair[1])):
        raise forms.ValidationError(_("A name may have 120 letters."))
    return descriptors


def descriptors_in(text: str) -> list[tuple[str, list[str]]]:
    """Read the descriptors back that a judgement form carries along."""
    try:
        return typeable([(str(name), [str(state) for state in states]) for name, states in json.loads(text)])
    except (ValueError, TypeError, RecursionError):
        raise forms.ValidationError(_("The form was incomplete; please begin again.")) from None


class JudgementsForm(PlainForm):
    """How strongly does each state further or hinder each other? One cell per pair, from -3 to +3."""

    def __init__(
        self, descriptors: list[tuple[str, list[str]]], data: Any = None, *, known: Mapping[Any, int] | None = None
    ) -> None:
        super().__init__(data)
        self.named = descriptors
        self.states = [(name, state) for name, states in descriptors for state in states]
        self.fields[DESCRIPTORS_FIELD] = forms.CharField(widget=forms.HiddenInput, initial=json.dumps(descriptors))
        strongest = futures.STRONGEST
        for r, source in enumerate(self.states):
            for c, target in enumerate(self.states):
                words = {"from": ": ".join(source), "to": ": ".join(target)}
                self.fields[f"j{r}_{c}"] = forms.IntegerField(
                    label=_("%(from)s → %(to)s") % words, min_value=-strongest, max_value=strongest,
                    initial=(known or {}).get((source, target), 0 if source[0] == target[0] else None),
                    error_messages={"required": _("A judgement is missing; write 0 where there is no influence.")},
                )  # fmt: skip
                self.fields[f"j{r}_{c}"].widget.attrs["aria-label"] = self.fields[f"j{r}_{c}"].label

    @property
    def carried(self) -> forms.BoundField:
        """Return the hidden field that names the states."""
        return self[DESCRIPTORS_FIELD]

    def rows(self) -> Iterator[tuple[str, str, list[forms.BoundField]]]:
        """Return the cells row by row with the state they come from."""
        for r, (name, state) in enumerate(self.states):
            yield name, state, [self[f"j{r}_{c}"] for c in range(len(self.states))]

    def dataset(self) -> Dataset:
        """Return the judgements as the file they are kept in."""
        many = range(len(self.states))
        rows = [[self.cleaned_data[f"j{r}_{c}"] for c in many] for r in many]
        return futures.typed_matrix(self.named, rows)


class MeaningForm(PlainForm):
    """Which driver does a descriptor set, and what does each of its states mean for it?"""

    def __init__(
        self, matrix: futures.CrossImpactMatrix, data: Any = None, *, known: list[futures.StateValue] | None = None
    ) -> None:
        super().__init__(data)
        self.matrix = matrix
        said = {(value.descriptor, value.state): value for value in known or []}
        drivers = [("", _("sets nothing")), *((p.name, _(p.title)) for p in futures.BOUND.values())]
        for i, (name, states) in enumerate(zip(matrix.descriptors, matrix.states, strict=True)):
            set_by = next((said[name, state].driver for state in states if (name, state) in said), "")
            self.fields[f"d{i}"] = forms.ChoiceField(
                label=_("What does “%(name)s” set?") % {"name": name}, choices=drivers, required=False, initial=set_by
            )
            for k, state in enumerate(states):
                before = said.get((name, state))
                self.fields[f"v{i}_{k}"] = forms.FloatField(
                    label=_("%(state)s: value") % {"state": state}, required=False, localize=True,
                    initial=before.value if before else None, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
                )  # fmt: skip
                self.fields[f"s{i}_{k}"] = forms.CharField(
                    label=_("%(state)s: source") % {"state": state}, required=False, max_length=200,
                    initial=before.source if before else "",
                )  # fmt: skip

    def parts(self) -> Iterator[tuple[str, forms.BoundField, list[tuple[str, forms.BoundField, forms.BoundField]]]]:
        """Return descriptor by descriptor the driver, and state by state value and source."""
        for i, (name, states) in enumerate(zip(self.matrix.descriptors, self.matrix.states, strict=True)):
            yield name, self[f"d{i}"], [(s, self[f"v{i}_{k}"], self[f"s{i}_{k}"]) for k, s in enumerate(states)]

    def clean(self) -> dict[str, Any]:
        """Check each value as the projection itself would; a driver without any value sets nothing."""
        given: dict[str, Any] = super().clean() or {}
        for i, states in enumerate(self.matrix.states):
            values = [given.get(f"v{i}_{k}") for k in range(len(states))]
            if given.get(f"d{i}") and not self.errors and all(value is None for value in values):
                self.add_error(f"d{i}", _("Please write a value for at least one state."))
            if not given.get(f"d{i}") and any(value is not None for value in values):
                self.add_error(f"d{i}", _("Please say what the values below set."))
        if not self.errors:
            try:
                futures.checked_values(self.values())
            except InputError as error:
                self.add_error(None, translated(error))
        return given

    def values(self) -> list[futures.StateValue]:
        """Return what was said."""
        given = self.cleaned_data
        return [
            futures.StateValue(name, state, given[f"d{i}"], given[f"v{i}_{k}"], given[f"s{i}_{k}"].strip())
            for i, (name, states) in enumerate(zip(self.matrix.descriptors, self.matrix.states, strict=True))
            for k, state in enumerate(states)
            if given[f"d{i}"] and given[f"v{i}_{k}"] is not None
        ]
