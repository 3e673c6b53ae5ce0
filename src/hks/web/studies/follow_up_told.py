"""Places, dwellings and fees in words, charts and rows; without a digest all of it is a preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.core.evidence import citation
from hks.web.evidence.models import Record
from hks.web.evidence.services import outcome_of
from hks.web.shell.templatetags.hks import number
from hks.web.shell.translated import in_words
from hks.web.studies.follow_ups import MEASURES, FollowUp, own_record
from hks.web.studies.services import TARGET_YEAR
from hks.workbench.charts.fan import Fan, fan

QUANTILES = ("p10", "p50", "p90")
EVERY = 5  # our choice: a table shows every fifth year, the first and the last; the downloads hold all
DAY_CARE = {
    "under_3": gettext_lazy("Children under 3"),
    "kindergarten": gettext_lazy("Children from 3 to school"),
    "after_school": gettext_lazy("School children under 11"),
}
CARE = {
    "home_service": gettext_lazy("Care at home by a service"),
    "nursing_home": gettext_lazy("Nursing home"),
    "care_money": gettext_lazy("Care by relatives, with care money"),
    "other": gettext_lazy("Other care, mostly the lowest degree"),
}
KINDS = {
    "under_3": gettext_lazy("Places for children under 3"),
    "kindergarten": gettext_lazy("Places for children from 3 to school"),
    "after_school": gettext_lazy("Places in after-school care"),
    "classes": gettext_lazy("First classes"),
    "nursing_home": gettext_lazy("Places in nursing homes"),
}
TYPES = {
    "old": gettext_lazy("Old buildings"),
    "panel": gettext_lazy("Slab buildings"),
    "houses": gettext_lazy("Houses of one or two dwellings"),
}
BUSINESSES = {"water": gettext_lazy("Drinking water"), "waste_water": gettext_lazy("Waste water")}
NO_DWELLINGS = "household_size"  # counts only where the dwellings are not known
Cell = tuple[float, str]


@dataclass(frozen=True)
class Answer:
    """The outcomes of one computation and the record they stand in."""

    outcomes: Mapping[str, Any]
    digest: str

    @property
    def years(self) -> list[int]:
        """Return the years, the base year first."""
        return list(self.outcomes["years"])

    @property
    def target(self) -> int:
        """Return the place of the year that the sentence is about."""
        return self.years.index(min(TARGET_YEAR, self.years[-1]))

    def at(self, *path: Any) -> Any:
        """Follow a path into the outcomes."""
        found: Any = self.outcomes
        for step in path:
            found = found[step]
        return found

    def cell(self, *path: Any) -> Cell:
        """Return one figure and where it stands."""
        return self.at(*path), citation(self.digest, "outcomes", *path) if self.digest else ""

    def band(self, place: int, *path: Any) -> dict[str, Cell]:
        """Return the low, middle and high figure of one year."""
        return {name: self.cell(*path, name, place) for name in QUANTILES}

    def places(self) -> list[int]:
        """Choose the years of a table."""
        years = self.years
        return [n for n, year in enumerate(years) if year % EVERY == 0 or year in (years[0], years[-1])]

    def rows(self, *paths: Sequence[Any]) -> list[dict[str, Any]]:
        """Return for each chosen year the bands of some outcomes."""
        return [{"year": self.years[n], "bands": [self.band(n, *path) for path in paths]} for n in self.places()]

    def fan(self, title: str, seen: str, *path: Any, digits: int = 0, **more: Any) -> str:
        """Draw one outcome over the years."""
        key = "-".join(["fan", *map(str, path), self.digest[:8] or "now"])
        low, middle, high = (self.at(*path, name) for name in QUANTILES)
        return fan(Fan(title, seen, self.years, low, middle, high, key=key, narrow=True, **more),
                   lambda value: number(value, digits))  # fmt: skip

    @property
    def seen(self) -> str:
        """Say what a range shows."""
        words = {"first": self.years[0], "last": self.years[-1]}
        return _("From %(first)s to %(last)s; in eight of ten futures the value lies in the shaded band.") % words

    def common(self) -> dict[str, Any]:
        """Return what every page says."""
        return {
            "first_year": self.years[0], "year": self.years[self.target], "last_year": self.years[-1],
            "estimated": self.outcomes.get("estimated", False),
            "warnings": [in_words(text) for text in self.outcomes["warnings"]],
        }  # fmt: skip


def told_places(answer: Answer, values: Mapping[str, Any]) -> dict[str, Any]:
    """Describe places in day care, school and care."""
    n, today = answer.target, {name: float(values.get(f"today_{name}") or 0) for name in KINDS}

    def drawn(title: Any, *path: Any) -> dict[str, Any]:
        level = today.get(path[-1]) or None
        dashed = _("Dashed: places of today.") if level else ""
        seen = f"{answer.seen} {dashed}".strip()
        return {"title": title, "svg": answer.fan(str(title), seen, *path, level=level), "level": level}

    posts = drawn(_("Full-time posts in day care"), "staff")
    entrants = drawn(_("Children who enter school"), "entrants")
    return answer.common() | {
        "figures": [
            (answer.band(n, "places", "kindergarten"), "1", _("places for children from 3 to school")),
            (answer.band(n, "classes"), "1", _("first classes in all primary schools together")),
            (answer.band(n, "care", "total"), "persons", _("need care, at home or in a nursing home")),
        ],
        "left": [_left(answer, name, title) for name, title in KINDS.items() if name in answer.outcomes["free"]],
        "parts": [
            {"title": _("Day care"), "fans": [*(drawn(t, "places", name) for name, t in DAY_CARE.items()), posts],
             "heads": [*DAY_CARE.values(), _("Full-time posts in day care")],
             "rows": answer.rows(*(("places", name) for name in DAY_CARE), ("staff",))},
            {"title": _("Primary school"), "fans": [drawn(_("First classes"), "classes"), entrants],
             "heads": [_("First classes"), _("Children who enter school")],
             "rows": answer.rows(("classes",), ("entrants",)), "too_few": answer.cell("too_few", n)},
            {"title": _("Care of the old and sick"), "fans": [drawn(t, "care", name) for name, t in CARE.items()],
             "heads": CARE.values(), "rows": answer.rows(*(("care", name) for name in CARE))},
        ],
    }  # fmt: skip


def _left(answer: Answer, name: str, title: Any) -> dict[str, Any]:
    """Say whether places of one kind stay free, are missing, or whether that is open."""
    free, missing = (answer.band(answer.target, way, name) for way in ("free", "missing"))
    state = "free" if free["p10"][0] >= 0 else "missing" if missing["p10"][0] >= 0 else "open"
    return {"title": title, "state": state, "free": free, "missing": missing}


def told_housing(answer: Answer, values: Mapping[str, Any]) -> dict[str, Any]:
    """Describe households, dwellings and vacancy, with the measures and without them."""
    n, changed = answer.target, any(values.get(name) for name in MEASURES)
    dashed = _("Dashed: without demolition and building.") if changed else ""
    seen = f"{answer.seen} {dashed}".strip()

    def drawn(title: Any, name: str, *path: str) -> dict[str, Any]:
        without = tuple(answer.at(f"{name}_without", *path, q) for q in QUANTILES) if changed else None
        return {"title": title, "svg": answer.fan(str(title), seen, name, *path, other=without)}

    middles = [("vacancy_by_type", name) for name in TYPES]
    return answer.common() | {
        "changed": changed, "now": answer.cell("vacancy", "p50", 0), "later": answer.band(n, "vacancy"),
        "without": answer.band(n, "vacancy_without"), "too_many": answer.band(n, "too_many"),
        "short": answer.band(n, "short"),
        "whole": drawn(_("Vacancy of all dwellings, in percent"), "vacancy"),
        "types": [drawn(title, "vacancy_by_type", name) for name, title in TYPES.items()],
        "households": answer.fan(_("Households"), answer.seen, "households"),
        "rows": answer.rows(("vacancy",), ("vacancy_without",), ("households",), ("too_many",)),
        "type_rows": [
            {"year": answer.years[place],
             "cells": [(answer.cell("dwellings", name, place), answer.cell("vacancy_by_type", name, "p50", place),
                        answer.cell("vacancy_by_type_without", name, "p50", place)) for _name, name in middles]}
            for place in answer.places()
        ],
        "type_titles": list(TYPES.values()),
    }  # fmt: skip


def told_fees(answer: Answer, _values: Mapping[str, Any]) -> dict[str, Any]:
    """Describe what a cubic metre costs, business by business."""
    n = answer.target
    return answer.common() | {
        "businesses": [
            {"title": title, "now": answer.cell("per_cubic_metre", name, "p50", 0),
             "later": answer.band(n, "per_cubic_metre", name), "head": answer.band(n, "per_head", name),
             "increase": answer.band(n, "increase", name),
             "svg": answer.fan(str(title), answer.seen, "per_cubic_metre", name, digits=2),
             "rows": answer.rows(("per_cubic_metre", name), ("per_head", name))}
            for name, title in BUSINESSES.items() if name in answer.outcomes["per_cubic_metre"]
        ],
    }  # fmt: skip


TELL = {"places": told_places, "housing": told_housing, "fees": told_fees}


def assumed(of: FollowUp, record: Record) -> list[dict[str, Any]]:
    """List what a result rests on beyond the people: each assumption with its value, source and whether it is checked.

    What the town says of itself cites its record; a rate that was left to the Land is read from the result.
    """
    content = record.as_record.content
    values = content["values"]
    rates = outcome_of(record, "rates") if "rates" in content["outcomes"] else {}
    own = own_record(record)
    said = own.as_record.content if own else {"outcomes": {}, "values": {"source": ""}}
    own_dwellings = values.get("dwellings")
    found = []
    for parameter in of.asked:
        name, value = parameter.name, values[parameter.name]
        cited, source, verified = "", in_words(parameter.source), parameter.verified
        if name in said["outcomes"] and own is not None:
            cited, source, verified = citation(own.digest, "outcomes", name), said["values"]["source"], True
        elif name.startswith("rate_") and not value:
            kind = name.removeprefix("rate_")
            value, cited = rates[kind], citation(record.digest, "outcomes", "rates", kind)
        elif (not value and (name in of.own or parameter.role == "lever")) or (name == NO_DWELLINGS and own_dwellings):
            continue
        elif parameter.role == "lever":
            source, verified = source or _("chosen here"), True
        year = name.endswith(("_start", "_end"))
        found.append({
            "title": in_words(parameter.title).split("; 0")[0],  # what nothing would mean is for the form
            "value": value, "unit": "1" if year else parameter.unit,
            "cited": cited, "source": source, "verified": verified, "year": year,
        })  # fmt: skip
    return found


def figures_of(answer: Answer) -> list[list[Any]]:
    """List every band of a result: outcome, kind, year and the three figures."""
    found: list[list[Any]] = []
    for name, value in answer.outcomes.items():
        for kind, band in _bands(value):
            found += [[name, kind, year, *(band[q][n] for q in QUANTILES)] for n, year in enumerate(answer.years)]
    return found


def _bands(value: Any) -> list[tuple[str, Mapping[str, Sequence[float]]]]:
    if not isinstance(value, Mapping):
        return []
    if set(value) == set(QUANTILES):
        return [("", value)]
    return [(kind, band) for kind, band in value.items() if isinstance(band, Mapping) and set(band) == set(QUANTILES)]
