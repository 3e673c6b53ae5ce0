"""The settings of a record in words, as the form of its method names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hks.core.parameters import Parameter
from hks.web.accounts.roles import ROLES
from hks.web.shell.translated import in_words
from hks.workbench.methods import METHODS

# What stands in a record without being a parameter of a method.
NAMES: dict[str, str | Promise] = {
    "ags": _("Official key"),
    "base_year": _("Base year"),
    "bytes": _("Size in bytes"),
    "catalogue": _("Catalogue"),
    "crs": _("Projection"),
    "direction": _("Direction"),
    "fact": _("How it is known"),
    "first": _("First year"),
    "format": _("Format"),
    "from": _("Taken from"),
    "indicator": _("Indicator"),
    "key_date": _("Key date"),
    "language": _("Language"),
    "last": _("Last year"),
    "layers": _("Layers"),
    "light": _("Light"),
    "measure": _("Measured"),
    "measures": _("Measures"),
    "option": _("Solution"),
    "plan": _("Plan of the runs"),
    "price_year": _("Prices of the year"),
    "red": _("Red from"),
    "role": _("Role"),
    "runs": _("Runs"),
    "scenario": _("Scenario"),
    "section": _("Part of the workshop"),
    "sha256": _("Check sum of the file (SHA-256)"),
    "source": _("Source"),
    "sources": _("Source"),
    "state": _("State"),
    "step": _("Grid of the outlines"),
    "tolerance": _("Smallest corner kept, in steps of the grid squared"),
    "use": _("Use of a format"),
    "version": _("Version"),
    "workshop": _("Workshop"),
    "year": _("Year"),
    "yellow": _("Yellow from"),
}

VALUES: dict[str, str | Promise] = {
    **{slug: role.title for slug, role in ROLES.items()},
    "green": _("green"),
    "yellow": _("yellow"),
    "red": _("red"),
    "change": _("change per year in percent"),
    "value": _("value"),
    "above": _("at the threshold and above it"),
    "below": _("at the threshold and below it"),
    "fired": _("has fired"),
    "entered": _("entered by hand"),
    "found": _("from a record kept here"),
    "reported": _("second-hand, not checked"),
}


def settings_of(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name each setting of a record and write its value; what was left empty is left out."""
    method = METHODS.get(str(content.get("method", "")).split(" ")[0])
    parameters = {parameter.name: parameter for parameter in method.parameters} if method else {}
    for name, value in content.get("values", {}).items():
        known = parameters.get(name)
        if value not in ("", None):
            yield in_words(known.title) if known else str(NAMES.get(name, name)), _written(value, known)


def _written(value: Any, parameter: Parameter | None) -> str:
    """Write a value; whole numbers as they are, for years and official keys are among them."""
    if isinstance(value, Mapping):
        return "; ".join(sorted({str(part) for part in value.values()}))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, float):
        return str(number_format(value, use_l10n=True))
    choices = dict(parameter.choices) if parameter else {slug: str(words) for slug, words in VALUES.items()}
    return in_words(choices.get(str(value), str(value)))
