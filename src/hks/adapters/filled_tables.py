"""Our Excel tables filled in: what they give as figures, totals, or as a protected table."""

from collections.abc import Callable, Mapping

from hks.adapters import town_parts, town_registers, vacancy_lists
from hks.adapters.indicator_sources import Answers, IndicatorSource, Taken, TidyFigure, missing_years
from hks.adapters.protected_tables import (
    Protected,
    is_protected,
    protect_residents,
    read_protected,
    write_protected,
)
from hks.adapters.spreadsheet_templates import AGES, FINANCE_ITEMS, Filled, read_filled
from hks.adapters.workbooks import is_workbook
from hks.core.errors import InputError
from hks.core.evidence import Source
from hks.core.messages import Sentence, Text, gettext_noop
from hks.indicators.definitions import Definitions

YOUNG, OLD = AGES.index("18-24"), AGES.index("65-69")
PARTS = {"under_18": slice(0, YOUNG), "65_plus": slice(OLD, None)}
TITLES = {
    "residents": gettext_noop("Residents by age, own register"),
    "parts": gettext_noop("Residents by part of the town and age, own register"),
    "register": gettext_noop("Yearly series of the town's own register"),
    "budget": gettext_noop("Budget by product area"),
    "finance": gettext_noop("Key figures of the budget"),
    "measures": gettext_noop("Measures of the town"),
    "vacancy": gettext_noop("Vacant flats by block"),
}
# series of a whole year [EUR] -> kinds of account that add up to it, with their signs; only results, never plans
BUDGET_SERIES: dict[str, dict[str, int]] = {
    "ordinary_result_total": {"income": 1, "expense": -1},
    "ordinary_expense": {"expense": 1},
    "investment": {"investment": 1},
    "payments": {"payment": 1, "investment": 1},
    "debt_total": {"debt": 1},
    "cash_credit": {"cash credit": 1},
}


def protect(data: bytes, name: str) -> bytes:
    """Protect tables of registers; the others hold nobody.

    Raises
    ------
    InputError
        If a cell is wrong or the table cannot be protected.
    """
    found = read_filled(data, name)
    make = PROTECTED.get(found.template.slug)
    return data if make is None else write_protected(make(found, name))


def _residents(found: Filled, _name: str) -> Protected:
    return protect_residents(found.head, AGES, found.rows, PARTS)


def _register(found: Filled, name: str) -> Protected:
    places = [f"{name}, {row['year']}" for row in found.rows]
    return town_registers.protected_rows(found.head, found.rows, places)


def _parts(found: Filled, _name: str) -> Protected:
    return town_parts.protect_parts(found.head, found.rows)


PROTECTED: dict[str, Callable[[Filled, str], Protected]] = {
    "residents": _residents, "register": _register, "parts": _parts,
}  # fmt: skip


def read_workbook(data: bytes, name: str, definitions: Definitions, _answers: Answers) -> Taken:
    """Read a filled table that holds nobody: budget, measures, vacant flats by block.

    Raises
    ------
    InputError
        If a cell is wrong.
    """
    found = read_filled(data, name)
    source = Source(publisher=found.head["source"], key_date=found.head["day"], licence=found.head["licence"])
    slug = found.template.slug
    described = {
        "dialect": "template", "encoding": "xlsx", "table": f"hks-{slug}", "title": TITLES[slug],
        "key_dates": [found.head["day"]], "units": sorted({c.unit for c in found.template.columns if c.unit}),
        "rows": len(found.rows), "missing": {}, "ags": found.head["ags"],
    }  # fmt: skip
    figures, notes = budget_figures(found, definitions) if slug == "budget" else ((), ())
    return Taken(described, source, figures, totals=totals(found), notes=(*notes, *missing_years(figures, definitions)))


def totals(found: Filled) -> dict[str, tuple[str, float]]:
    """Add up what can be added up: amounts by year and kind, cost of measures, flats; key figures stand as they are."""
    if found.template.slug == "vacancy":
        return {name: ("1", float(sum(row[name] for row in found.rows))) for name in ("flats", "empty")}
    if found.template.slug == "measures":
        units = {"cost": "EUR", "follow_up": "EUR/a"}
        return {name: (unit, float(sum(row[name] for row in found.rows))) for name, unit in units.items()}
    if found.template.slug == "finance":
        known = key_figures(found)
        return {name: (unit, float(known[name][2])) for name, (unit, _) in FINANCE_ITEMS.items() if name in known}
    sums: dict[str, float] = {}
    for row in found.rows:
        key = f"{row['year']} {row['status']} {row['kind']}"
        sums[key] = sums.get(key, 0.0) + row["amount"]
    return {key: ("EUR", value) for key, value in sorted(sums.items())}


def budget_figures(found: Filled, definitions: Definitions) -> tuple[tuple[TidyFigure, ...], tuple[Sentence, ...]]:
    """Add results up by year and kind; a plan is no figure of a past year."""
    sums: dict[int, dict[str, float]] = {}
    for row in found.rows:
        if row["status"] == "result":
            kinds = sums.setdefault(row["year"], {})
            kinds[row["kind"]] = kinds.get(row["kind"], 0.0) + row["amount"]
    figures = tuple(
        TidyFigure(found.head["ags"], "", series, f"{year}-12-31", sum(sign * kinds[kind] for kind, sign in of.items()),
                   definitions.units[series])
        for year, kinds in sorted(sums.items()) for series, of in BUDGET_SERIES.items() if of.keys() <= kinds.keys()
    )  # fmt: skip
    text = gettext_noop("No row is a result, so no indicator follows; plans are kept with their totals only.")
    return figures, () if figures else (Sentence(text),)


def key_figures(found: Filled) -> dict[str, tuple[float | None, float | None, float]]:
    """Return the key figures of a budget by name: two years before, the year before, the year of the plan."""
    names = {title.en: name for name, (_, title) in FINANCE_ITEMS.items()}
    return {names[row["item"]]: (row["before_last"], row["before"], row["base"]) for row in found.rows}


def read_kept(data: bytes, name: str, definitions: Definitions, answers: Answers) -> Taken:
    """Read a protected table, whatever it was made from.

    Raises
    ------
    InputError
        If it is not whole.
    """
    return KEPT[read_protected(data, name).slug](data, name, definitions, answers)


def _read_residents(data: bytes, name: str, definitions: Definitions, _answers: Answers) -> Taken:
    table = read_protected(data, name)
    values = shares(table.sums)
    figures = tuple(
        TidyFigure(table.head["ags"], "", indicator, table.head["day"], value, definitions.units[indicator],
                   second_hand=True)
        for indicator, value in values.items()
    )  # fmt: skip
    notes = [*town_registers.notes_of(table), Sentence(town_registers.OWN_REGISTER)]
    if len(values) == 1:
        notes.append(Sentence(gettext_noop("So few people are young or old that their share would tell of them.")))
    described = town_registers.described_as(table, TITLES["residents"], figures)
    return Taken(described, town_registers.source_of(table), figures, notes=tuple(notes))


def shares(sums: Mapping[str, int]) -> dict[str, float]:
    """Return the residents and, where both sums may be told, the shares below 18 and from 65. [persons], [%]"""
    people = sums.get("population", 0)
    if not people:
        raise InputError(gettext_noop("Nobody lives there by this table."))
    parts = {"share_under_18": sums.get("under_18"), "share_65_plus": sums.get("65_plus")}
    told = {name: 100.0 * part / people for name, part in parts.items() if part is not None}
    return {"population": float(people), **told}


KEPT: dict[str, Callable[[bytes, str, Definitions, Answers], Taken]] = {
    "residents": _read_residents, "parts": town_parts.read_kept, "register": town_registers.read,
    "vacancy": vacancy_lists.read,
}  # fmt: skip


def _again(data: bytes, name: str) -> bytes:
    read_protected(data, name)
    return data


FILLED = IndicatorSource(
    "filled-tables", Text("Our Excel tables, filled in", "Unsere Excel-Tabellen, ausgefüllt"),
    lambda data, _name: is_workbook(data), read_workbook, protect,
)  # fmt: skip
KEPT_TABLE = IndicatorSource(
    "protected-tables", Text("Tables protected by hks", "Von hks geschützte Tabellen"), is_protected, read_kept, _again
)
