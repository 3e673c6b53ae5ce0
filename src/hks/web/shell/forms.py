"""Forms as every page shows them, and the form of a method made from its parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import get_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hks.core.errors import InputError
from hks.core.parameters import Parameter, Value
from hks.web.shell.templatetags.hks import unit
from hks.web.shell.translated import translated

GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")
# A sign that turns the direction of text would turn what stands behind it, too: a year of 2040 would read 0402.
TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
SAID_BELOW = 1e9  # our choice: a larger limit is none that anybody reaches


class PlainForm(forms.Form):
    """A form with a summary of errors on top and each error at its field; texts turn no text after them around."""

    template_name = "shell/form.html"
    required_css_class = "required"

    def full_clean(self) -> None:
        """Refuse a comma that groups no thousands, too: on an English page “0,4” would be read as 4."""
        super().full_clean()
        if self.is_bound:
            self._turn_nothing_around()
        if not self.is_bound or get_format("THOUSAND_SEPARATOR") != ",":
            return
        for name, field in self.fields.items():
            said = str(self.data.get(self.add_prefix(name), ""))
            if isinstance(field, forms.IntegerField) and "," in said and not GROUPED.fullmatch(said.strip()):
                self.add_error(name, _("Write a point before the decimals, as in 0.4; a comma groups thousands."))

    def _turn_nothing_around(self) -> None:
        for name, said in list(self.cleaned_data.items()):
            plain = said.translate(TURNING) if isinstance(said, str) else said
            if plain == said:
                continue
            self.cleaned_data[name] = plain
            if self.fields[name].required and not plain.strip():
                self.add_error(name, self.fields[name].error_messages["required"])


def at_most(megabytes: int) -> Callable[[UploadedFile[Any]], None]:
    """Refuse a file that is far too large before it is read."""

    def check(file: UploadedFile[Any]) -> None:
        if (file.size or 0) > megabytes * 1024 * 1024:
            raise forms.ValidationError(_("The file is larger than %(most)s MB.") % {"most": megabytes})

    return check


class SpecForm(PlainForm):
    """Asks for the values of a method."""

    def __init__(self, parameters: Sequence[Parameter], data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.parameters = parameters
        for parameter in parameters:
            self.fields[parameter.name] = field_for(parameter)

    def clean(self) -> dict[str, Value]:
        """Check each value as the method itself would."""
        values: dict[str, Value] = {}
        for parameter in self.parameters:
            if parameter.name not in self.cleaned_data:
                continue
            try:
                values[parameter.name] = parameter.checked(self.cleaned_data[parameter.name])
            except InputError as error:
                self.add_error(parameter.name, translated(error))
        return values


def field_for(parameter: Parameter) -> forms.Field:
    """Make the field of one parameter."""
    words = unit(parameter.unit)
    title = _(parameter.title)
    shown: dict[str, Any] = {
        "label": f"{title} ({words})" if words else title,
        "help_text": _help(parameter),
        "initial": parameter.default,
    }
    match parameter.kind:
        case "flag":
            return forms.BooleanField(required=False, **shown)
        case "choice":
            return forms.ChoiceField(choices=[(key, _(name)) for key, name in parameter.choices], **shown)
        case "day":
            # ISO whatever the language: a date input neither takes nor sends anything else.
            day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(widget=day, input_formats=["%Y-%m-%d"], **shown)
        case "integer":
            return forms.IntegerField(**shown)
        case "text":
            return forms.CharField(required=False, max_length=200, **shown)
        case _:
            return forms.FloatField(localize=True, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **shown)


def _help(parameter: Parameter) -> SafeString:
    """Say what it means, what is allowed, where the default comes from and whether someone checked it."""
    parts = [_(parameter.help)] if parameter.help else []
    numeric = parameter.kind in {"number", "integer"}
    if numeric and parameter.low is not None and parameter.high is not None and parameter.high < SAID_BELOW:
        limits = {"low": _plain(parameter.low), "high": _plain(parameter.high)}
        parts.append(_("From %(low)s to %(high)s.") % limits)
    if parameter.source:
        parts.append(_("Source: %(source)s.") % {"source": _(parameter.source)})
    text = " ".join(parts)
    if parameter.verified:
        return format_html("{}", text)
    return format_html('{} <span class="badge">{}</span>', text, _("unchecked"))


def _plain(value: float) -> str:
    return str(number_format(value if value != int(value) else int(value), use_l10n=True))
