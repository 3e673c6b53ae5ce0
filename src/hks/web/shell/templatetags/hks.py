"""Figures, numbers and units in templates."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hks.core.evidence import parse_citation
from hks.core.messages import Sentence, Text
from hks.web.shell.translated import in_words

register = template.Library()
NO_BREAK = "\N{NO-BREAK SPACE}"

UNITS: dict[str, Callable[[], str]] = {
    "persons": lambda: _("people"),
    "%": lambda: "%",
    "pp": lambda: _("percentage points"),
    "1/1000": lambda: _("per 1,000 people"),
    "1/10000": lambda: _("per 10,000 people"),
    "d": lambda: _("days"),
    "mm": lambda: "mm",
    "kW": lambda: "kW",
    "l/d": lambda: _("litres a day"),
    "z": lambda: _("standard deviations"),
    "buildings": lambda: _("buildings"),
    "dwellings": lambda: _("dwellings"),
    "dwellings/a": lambda: _("dwellings per year"),
    "households": lambda: _("households"),
    "posts": lambda: _("full-time posts"),
    "places": lambda: _("places"),
    "businesses": lambda: _("businesses"),
    "seats": lambda: _("seats"),
    "associations": lambda: _("associations"),
    "EUR": lambda: _("euros"),
    "EUR/a": lambda: _("euros per year"),
    "EUR/(person a)": lambda: _("euros per person and year"),
    "EUR/m3": lambda: _("euros per cubic metre"),
    "m3/a": lambda: _("cubic metres per year"),
    "%/a": lambda: _("% per year"),
    "a": lambda: _("years"),
    "m2": lambda: "m²",
    "m3": lambda: "m³",
    "m3/s": lambda: "m³/s",
    "months": lambda: _("months"),
    "weeks": lambda: _("weeks"),
    "h": lambda: _("hours"),
    "bytes": lambda: _("bytes"),
    "1": lambda: "",
}
KINDS: dict[str, Callable[[], str]] = {
    "file": lambda: _("file as received"),
    "table": lambda: _("official table"),
    "computation": lambda: _("calculation"),
    "tally": lambda: _("count of votes"),
    "effects": lambda: _("effects of an option"),
    "judgement": lambda: _("judgement"),
    "measurement": lambda: _("measurement"),
    "paper": lambda: _("council paper"),
    "sealed": lambda: _("sealed answers"),
}


@register.filter
def unit(value: str) -> str:
    """Write a unit in words."""
    return UNITS[value]() if value in UNITS else str(value)


@register.filter
def record_kind(value: str) -> str:
    """Write the kind of a record in words."""
    return KINDS[value]() if value in KINDS else str(value)


@register.filter
def number(value: Any, digits: int | None = None) -> str:
    """Write a number as the language does; without digits given, one where it has a fraction."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return str(value)
    places = digits if digits is not None else (0 if float(value) == int(value) else 1)
    return str(number_format(round(value, places), places, use_l10n=True, force_grouping=True))


@register.filter
def days(value: str) -> str:
    """Write the ISO days in a text as the language writes days; what is no day stays."""
    return re.sub(r"\b\d{4}-\d{2}-\d{2}\b", _day, value)


def _day(found: re.Match[str]) -> str:
    try:
        return date_format(datetime.date.fromisoformat(found[0]), "SHORT_DATE_FORMAT")
    except ValueError:
        return found[0]


@register.filter
def exact(value: Any) -> str:
    """Write a number with six figures or all before the point, as where it comes from is asked."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        return str(value)
    places = max(0, 5 - math.floor(math.log10(abs(value)))) if value else 0
    rounded = round(value, places)
    return str(number_format(int(rounded) if rounded == int(rounded) else rounded, use_l10n=True, force_grouping=True))


@register.filter
def absolute(value: float) -> float:
    """Leave the sign out, where the words say which way."""
    return abs(value)


@register.filter
def percent(value: float, digits: int = 1) -> str:
    """Write a share between 0 and 1 in percent."""
    return f"{number_format(round(value * 100, digits), digits, use_l10n=True, force_grouping=True)}{NO_BREAK}%"


@register.inclusion_tag("shell/figure.html")
def figure(
    value: Any, unit: str = "1", citation: str = "", digits: int | None = None, label: str = ""
) -> dict[str, Any]:
    """Show a figure with the way back to its source; without a citation it is a preview."""
    digest, steps = parse_citation(citation) if citation else ("", [])
    pointer = "/" + "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps) if steps else ""
    return {"value": value, "unit": unit, "digits": digits, "digest": digest, "pointer": pointer, "label": label}


@register.filter
def t(value: str | Text | Sentence) -> str:
    """Translate a text that the library marked, or take a catalogue's own."""
    return in_words(value)


@register.filter
def svg(value: str) -> SafeString:
    """Pass on a chart that the workbench drew; every text in it was escaped there."""
    return SafeString(value)


@register.filter
def euro(cents: int) -> float:
    """Turn whole cents into euros."""
    return cents / 100


@register.filter
def entry(rows: Mapping[str, str], name: str) -> str:
    """Look one row up, empty where there is none."""
    return rows.get(name, "")


@register.filter
def cite(row: Any, name: str) -> str:
    """Cite a figure of a row that knows its record."""
    return str(row.cite(name))


EFFECTS: dict[str, Callable[[], str]] = {
    "cost": lambda: _("Cost once"),
    "follow_up_cost": lambda: _("Follow-up cost per year"),
    "depreciation": lambda: _("Depreciation per year"),
    "grant": lambda: _("Grants"),
    "own_share": lambda: _("Own share"),
    "income": lambda: _("Income per year"),
    "yearly_burden": lambda: _("Yearly burden"),
    "months_to_use": lambda: _("Months until use"),
    "persons_reached": lambda: _("People reached in 2035"),
    "cost_per_person": lambda: _("Cost per person reached and year, 2035"),
    "acceptance": lambda: _("Acceptance"),
    "free_margin": lambda: _("Free margin per year, in the last year of the outlook"),
    "margin_lowest": lambda: _("Lowest free margin of a year"),
    "margin_last": lambda: _("Free margin in the last year"),
    "missing_most": lambda: _("Most places in day care missing in a year"),
    "empty_last": lambda: _("Places in day care empty in the last year"),
    "people_last": lambda: _("People in the last year"),
    "reserve": lambda: _("Reserve above the balance rule, in the worst year"),
    "tax_increase": lambda: _("New taxes per year"),
    "water_delivered": lambda: _("Water delivered a year"),
    "demand_met": lambda: _("Share of the water demand met"),
    "water_lost": lambda: _("Evaporated and seeped away a year"),
    "damage_avoided": lambda: _("Damage avoided a year"),
    "floor_used": lambda: _("Floor in use in 2035"),
    "floor_empty": lambda: _("Open but empty floor in 2035"),
    "area_relieved": lambda: _("Area relieved of 10 cm of water in heavy rain"),
    "buildings_relieved": lambda: _("Buildings relieved of 10 cm of water in heavy rain"),
    "title": lambda: _("Name"),
    "what": lambda: _("What would be done"),
    "useful_life": lambda: _("Useful life"),
    "reach_percent": lambda: _("Share reached"),
}


TOTALS: dict[str, Callable[[], str]] = {
    "flats": lambda: _("Flats"), "empty": lambda: _("of these vacant"), "cost": lambda: _("Cost once"),
    "follow_up": lambda: _("Follow-up cost per year"), "plan": lambda: _("plan"), "result": lambda: _("result"),
    "income": lambda: _("income"), "expense": lambda: _("expense"), "receipt": lambda: _("receipts"),
    "payment": lambda: _("payments"), "buildings": lambda: _("Buildings"), "investment": lambda: _("investment"),
    "debt": lambda: _("debt"), "cash credit": lambda: _("cash credit"),
}  # fmt: skip


@register.filter
def total_name(value: str) -> str:
    """Write the name of a total in words: `2026 plan expense`, where the last part may be two words."""
    words = value.split(" ", 2)
    return " ".join(TOTALS[word]() if word in TOTALS else word for word in words)


@register.filter
def effect_name(value: str) -> str:
    """Write the name of an effect or of a field of an option in words."""
    return EFFECTS[value]() if value in EFFECTS else str(value)
