"""Yearly series of a town's own register: residents, births, deaths, arrivals, departures; small counts withheld."""

import re
from collections.abc import Mapping, Sequence

from hks.adapters.indicator_sources import Answers, IndicatorSource, Taken, TidyFigure, from_to, missing_years
from hks.adapters.keyed_tables import looks_like, read_count, read_keyed
from hks.adapters.protected_tables import (
    COLUMNS,
    Protected,
    is_protected,
    protect_register,
    read_protected,
    write_protected,
)
from hks.core.errors import InputError
from hks.core.evidence import Source
from hks.core.messages import Sentence, Text, gettext_noop
from hks.indicators.definitions import Definitions

SERIES = {
    "residents": "population", "births": "births", "deaths": "deaths", "arrivals": "in_migration",
    "departures": "out_migration",
}  # fmt: skip
NAMES = {
    "year": ("jahr", "year"),
    "residents": ("einwohner", "einwohnerzahl", "einwohner am 31.12.", "residents"),
    "births": ("geburten", "lebendgeborene", "births"),
    "deaths": ("sterbefälle", "gestorbene", "todesfälle", "deaths"),
    "arrivals": ("zuzüge", "zugezogene", "arrivals"),
    "departures": ("fortzüge", "fortgezogene", "wegzüge", "departures"),
}
NEEDED = ("year", "residents", "births", "deaths")
OWN_REGISTER = gettext_noop(
    "Figures of the town's own register stand beside official ones and give no light; official ones differ by some "
    "percent."
)


def is_register(data: bytes, _name: str) -> bool:
    """Say whether a text holds such a series."""
    return not is_protected(data, "") and looks_like(data, NAMES, NEEDED)


def rows_of(data: bytes, name: str) -> Protected:
    """Read the series and protect it.

    Raises
    ------
    InputError
        If a row is wrong or a year stands twice.
    """
    table = read_keyed(data, name, NAMES, NEEDED)
    rows: list[Mapping[str, int | None]] = []
    for number, cells in table.rows:
        where = f"{name}:{number}"
        if not re.fullmatch(r"(19|20)\d\d", cells["year"]):
            raise InputError(gettext_noop("'%(value)s' is not a year."), where=where, value=cells["year"][:40])
        counts = {column: read_count(cells[column], where) if cells.get(column) else None for column in SERIES}
        rows.append({"year": int(cells["year"]), **counts})
    return protected_rows(table.above, rows, [f"{name}:{number}" for number, _cells in table.rows])


def protected_rows(
    above: Mapping[str, str], rows: Sequence[Mapping[str, int | None]], places: Sequence[str]
) -> Protected:
    """Protect rows of a series, oldest first.

    Raises
    ------
    InputError
        If a year stands twice or cannot be protected.
    """
    seen: set[int | None] = set()
    for row, where in zip(rows, places, strict=True):
        if row["year"] in seen:
            raise InputError(gettext_noop("The year %(year)s stands here twice."), where=where, year=row["year"])
        seen.add(row["year"])
    ordered = sorted(rows, key=lambda row: row["year"] or 0)
    day = f"{ordered[-1]['year']}-12-31"
    return protect_register({**above, "day": day}, ordered)


def protect(data: bytes, name: str) -> bytes:
    """Return the series with small counts withheld."""
    return write_protected(rows_of(data, name))


def read(data: bytes, name: str, definitions: Definitions, _answers: Answers) -> Taken:
    """Take the figures of a protected series; a withheld one has none.

    Raises
    ------
    InputError
        If it is not whole.
    """
    table = read_protected(data, name)
    figures = tuple(
        TidyFigure(table.head["ags"], "", SERIES[column], f"{row['year']}-12-31", float(row[column]),
                   definitions.units[SERIES[column]], second_hand=True)
        for row in table.rows for column in SERIES if row[column].isdigit()
    )  # fmt: skip
    return Taken(
        described_as(table, gettext_noop("Yearly series of the town's own register"), figures), source_of(table),
        figures, notes=(*notes_of(table), Sentence(OWN_REGISTER), *missing_years(figures, definitions)),
    )  # fmt: skip


def described_as(table: Protected, title: str, figures: Sequence[TidyFigure] = ()) -> dict[str, object]:
    """Describe a protected table in the words of the command line."""
    days = sorted({figure.day for figure in figures}) or [table.head["day"]]
    return {
        "dialect": "protected", "encoding": "utf-8", "table": f"hks-{table.slug}", "title": title, "key_dates": days,
        "units": ["persons"] if table.slug != "vacancy" else [], "rows": len(table.rows),
        "missing": {".": table.gone} if table.gone else {}, "ags": table.head["ags"],
    }  # fmt: skip


def source_of(table: Protected) -> Source:
    """Name the source that stands above a protected table."""
    years = [f"{row['year']}-12-31" for row in table.rows] if "year" in COLUMNS[table.slug] else [table.head["day"]]
    return Source(publisher=table.head["source"], key_date=from_to(years), licence=table.head.get("licence", ""))


def notes_of(table: Protected) -> tuple[Sentence, ...]:
    """Say how many cells are withheld."""
    if not table.gone:
        return ()
    text = gettext_noop(
        "%(count)s cells are withheld: fewer than 5 people stand in them, or they would give away those that do."
    )
    return (Sentence(text, {"count": table.gone}),)


TOWN_REGISTER = IndicatorSource(
    "town-register",
    Text("Yearly series of a town's own register", "Jahresreihe aus dem eigenen Melderegister"),
    is_register,
    read,
    protect,
)
