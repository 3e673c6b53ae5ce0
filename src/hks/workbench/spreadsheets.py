"""From a filled table of ours to figures, or to the totals that its record states."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hks.adapters.spreadsheet_templates import AGES, FINANCE_ITEMS, TEMPLATES, Filled, empty, is_workbook, read_filled
from hks.core.errors import InputError
from hks.core.evidence import Source
from hks.core.messages import gettext_noop
from hks.workbench.inputs import Dataset

__all__ = ["TEMPLATES", "empty", "filled", "is_workbook", "outcomes_of_totals"]

YOUNG, OLD = AGES.index("18-24"), AGES.index("65-69")
TITLES = {
    "residents": gettext_noop("Residents by age, own register"),
    "budget": gettext_noop("Budget by product area"),
    "finance": gettext_noop("Key figures of the budget"),
    "measures": gettext_noop("Measures of the town"),
    "vacancy": gettext_noop("Vacant flats by block"),
}


def filled(dataset: Dataset) -> tuple[Dataset, dict[str, Any], dict[str, float], dict[str, tuple[str, float]]]:
    """Read a filled table: the dataset with its source, what it is, the indicators it gives, and its totals.

    Raises
    ------
    InputError
        If it is no table of ours, or a cell is wrong.
    """
    found = read_filled(dataset.data, dataset.name)
    source = Source(publisher=found.head["source"], key_date=found.head["day"], licence=found.head["licence"])
    slug = found.template.slug
    described = {
        "dialect": "template", "encoding": "xlsx", "table": f"hks-{slug}", "title": TITLES[slug],
        "key_dates": [found.head["day"]], "units": sorted({c.unit for c in found.template.columns if c.unit}),
        "rows": len(found.rows), "missing": {}, "ags": found.head["ags"],
    }  # fmt: skip
    figures = residents(found) if slug == "residents" else {}
    return replace(dataset, source=dataset.source or source), described, figures, {} if figures else totals(found)


def residents(found: Filled) -> dict[str, float]:
    """Count the residents and their shares below 18 and from 65. [persons], [%]

    Raises
    ------
    InputError
        If an age group is missing or nobody lives there.
    """
    by_age = {row["age"]: row["men"] + row["women"] for row in found.rows}
    missing = [age for age in AGES if age not in by_age]
    if missing:
        raise InputError(gettext_noop("The age group %(age)s is missing; write 0 where nobody is."), age=missing[0])
    counts = [by_age[age] for age in AGES]
    people = float(sum(counts))
    if not people:
        raise InputError(gettext_noop("Nobody lives there by this table."))
    return {"population": people, "share_under_18": 100.0 * sum(counts[:YOUNG]) / people,
            "share_65_plus": 100.0 * sum(counts[OLD:]) / people}  # fmt: skip


def totals(found: Filled) -> dict[str, tuple[str, float]]:
    """Add up what can be added up: amounts by year and kind, cost of measures, flats; key figures stand as they are."""
    if found.template.slug == "vacancy":
        return {name: ("1", float(sum(row[name] for row in found.rows))) for name in ("flats", "empty")}
    if found.template.slug == "measures":
        units = {"cost": "EUR", "follow_up": "EUR/a"}
        return {name: (unit, float(sum(row[name] for row in found.rows))) for name, unit in units.items()}
    if found.template.slug == "finance":
        return {name: (unit, float(key_figures(found)[name][2])) for name, (unit, _) in FINANCE_ITEMS.items()
                if name in key_figures(found)}  # fmt: skip
    sums: dict[str, float] = {}
    for row in found.rows:
        key = f"{row['year']} {row['status']} {row['kind']}"
        sums[key] = sums.get(key, 0.0) + row["amount"]
    return {key: ("EUR", value) for key, value in sorted(sums.items())}


def key_figures(found: Filled) -> dict[str, tuple[float | None, float | None, float]]:
    """Return the key figures of a budget by name: two years before, the year before, the year of the plan."""
    names = {title.en: name for name, (_, title) in FINANCE_ITEMS.items()}
    return {names[row["item"]]: (row["before_last"], row["before"], row["base"]) for row in found.rows}


def outcomes_of_totals(found: Mapping[str, tuple[str, float]]) -> dict[str, Any]:
    """Write totals as outcomes of a record."""
    return {name: {"unit": unit, "value": value} for name, (unit, value) in found.items()}
