"""Small reservoirs and the weather as tables: our Excel templates filled in, or the same columns as CSV."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hks.adapters.column_tables import read_columns
from hks.adapters.official_tables import decoded
from hks.adapters.reservoir_files import MOST_RESERVOIRS, MOST_STEPS, read_reservoirs
from hks.adapters.spreadsheet_templates import Column, Template, headed, read_cell, read_filled
from hks.adapters.workbooks import is_workbook
from hks.climate.small_reservoirs import Plan, Reservoir, Use, Weather, order
from hks.core.errors import InputError
from hks.core.messages import Text, gettext_noop

IN_USE = "in use"
SEASONS = {"all year": range(12), "April to September": range(3, 9)}
BROOK = "brook"
MOST_NAMES = 1000
RESERVOIRS = Template(
    "reservoirs", Text("Small reservoirs of a district", "Kleinspeicher eines Landkreises"),
    Text("One row a reservoir. Of the owner only the kind, never a name. Load it on the page of the district's small "
         "reservoirs.",
         "Eine Zeile je Speicher. Vom Eigentum nur die Art, nie ein Name. Zu laden auf der Seite der Kleinspeicher "
         "des Landkreises."),
    (
        Column("name", Text("Reservoir", "Speicher")),
        Column("state", Text("State", "Zustand"), "word", words=(
            Text(IN_USE, "in Betrieb"), Text("disused", "außer Betrieb"), Text("silted up", "verlandet"),
            Text("dam damaged", "Damm schadhaft"))),
        Column("capacity", Text("Storage up to the spillway", "Speicherraum bis zum Überlauf"), "number", "m3", 1),
        Column("area", Text("Surface when full", "Fläche bei Vollstau"), "number", "m2", 0),
        Column("catchment", Text("Own catchment", "Eigenes Einzugsgebiet"), "number", "km2", 0, 1e6),
        Column("yield", Text("Part of the rain that arrives (0 to 1)", "Teil des Regens, der ankommt (0 bis 1)"),
               "number", "1", 0, 1),
        Column("seepage", Text("Seepage", "Versickerung"), "number", "mm/d", 0, 1000),
        Column("below", Text("Flows to the reservoir", "Fließt zum Speicher"), required=False),
        Column("use", Text("Use", "Nutzung"), "word", words=(
            Text("irrigation", "Bewässerung"), Text("livestock", "Tränke"), Text("fish", "Fischzucht"),
            Text("firefighting", "Löschwasser"), Text("nature", "Naturschutz"), Text("recreation", "Erholung"),
            Text("none", "keine"))),
        Column("demand", Text("Demand", "Bedarf"), "number", "m3/a", 0),
        Column("season", Text("Demand when", "Bedarf wann"), "word", words=(
            Text("all year", "ganzjährig"), Text("April to September", "April bis September"))),
        Column("brook", Text("Left to the brook", "Bleibt dem Bach"), "number", "m3/a", 0, required=False),
        Column("owner", Text("Kind of owner", "Art des Eigentums"), "word", words=(
            Text("town", "Gemeinde"), Text("district", "Landkreis"), Text("state", "Land"),
            Text("association", "Verband"), Text("business", "Betrieb"), Text("private", "privat"),
            Text("unknown", "ungeklärt"))),
        Column("legal", Text("Legal state", "Wasserrecht"), "word", words=(
            Text("valid", "gültig"), Text("expired", "abgelaufen"), Text("none known", "nicht bekannt"))),
    ),
    ("Oberteich", "außer Betrieb", 20000, 12000, 1.2, 0.15, 1, "Unterteich", "Bewässerung", 15000,
     "April bis September", 3000, "Gemeinde", "abgelaufen"),
    ("name",), digits=5,
)  # fmt: skip
WEATHER = Template(
    "weather", Text("Weather for small reservoirs", "Wetter für Kleinspeicher"),
    Text("One row a month, or a day where the column of the day is filled; without gaps. Evaporation of open water.",
         "Eine Zeile je Monat, oder je Tag, wenn die Spalte Tag gefüllt ist; ohne Lücken. Verdunstung offener "
         "Wasserflächen."),
    (
        Column("year", Text("Year", "Jahr"), "whole", low=1700, high=2300),
        Column("month", Text("Month", "Monat"), "whole", low=1, high=12),
        Column("day", Text("Day (empty for months)", "Tag (leer bei Monaten)"), "whole", low=1, high=31,
               required=False),
        Column("rain", Text("Rain", "Niederschlag"), "number", "mm", 0, 2000),
        Column("evaporation", Text("Evaporation of open water", "Verdunstung offener Wasserflächen"), "number", "mm",
               0, 2000),
    ),
    (1996, 1, None, 42.5, 8), ("year", "month", "day"), digits=5,
)  # fmt: skip
RESERVOIR_TEMPLATES = {template.slug: template for template in (RESERVOIRS, WEATHER)}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """Rows by column with the place each stands at; `head` is that of an Excel template, empty for CSV."""

    rows: tuple[Row, ...]
    places: tuple[str, ...]
    head: Mapping[str, str]


def read_table(template: Template, data: bytes, name: str) -> Table:
    """Read one of the two tables, as Excel or CSV.

    Raises
    ------
    InputError
        If it is another table, or a cell is wrong; the place names the row and the cell.
    """
    if is_workbook(data):
        found = read_filled(data, name, {template.slug: template})
        return Table(found.rows, tuple(f"{name}, A{number}" for number in found.numbers), found.head)
    known = {column.name: tuple(dict.fromkeys([column.name, *_names_of(column)])) for column in template.columns}
    table = read_columns(data, name, known, [column.name for column in template.columns if column.required])
    rows = tuple(
        {column.name: read_cell(column, table.cells[column.name][n] if column.name in table.cells else None,
                                f"{name}:{line}:{column.title.de}")
         for column in template.columns}
        for n, line in enumerate(table.lines)
    )  # fmt: skip
    return Table(rows, tuple(f"{name}:{line}" for line in table.lines), {})


def _names_of(column: Column) -> list[str]:
    """Give the names a column goes by: with unit or explanation in brackets, or without."""
    heads = (column.title.de, column.title.en, headed(column, "de"), headed(column, "en"))
    return [name.lower() for head in heads for name in (head, head.partition(" (")[0])]


def empty_csv(template: Template, language: str) -> bytes:
    """Write the first row of a table as CSV, for a spreadsheet in German or English."""
    return (";".join(headed(column, language) for column in template.columns) + "\r\n").encode("utf-8-sig")


def read_cadastre(data: bytes, name: str) -> Table:
    """Read a table of reservoirs and check what no single cell tells.

    Raises
    ------
    InputError
        If a cell is wrong, a name stands twice, or one flows to none of the list or in a circle.
    """
    table = read_table(RESERVOIRS, data, name)
    names = [row["name"] for row in table.rows]
    if len(names) > MOST_RESERVOIRS:
        raise InputError(gettext_noop("A table holds at most %(most)s rows."), where=name, most=MOST_RESERVOIRS)
    for row, where in zip(table.rows, table.places, strict=True):
        if names.count(row["name"]) > 1:
            raise InputError(gettext_noop("'%(what)s' stands here twice."), where=where, what=row["name"])
        if row["below"] and row["below"] not in names:
            raise InputError(
                gettext_noop("'%(name)s' flows to '%(below)s', which is not on the list."), where=where,
                name=row["name"], below=row["below"],
            )  # fmt: skip
    try:
        order(reservoirs_of(table.rows))
    except InputError as error:
        raise error.at(name) from None
    return table


def reservoirs_of(rows: Sequence[Row]) -> tuple[Reservoir, ...]:
    """Make reservoirs of rows; the brook is served first."""
    return tuple(
        Reservoir(
            row["name"], row["capacity"], row["area"], row["catchment"], np.full(12, row["yield"]), row["seepage"],
            below=row["below"] or "", in_use=row["state"] == IN_USE, uses=_uses(row),
        )
        for row in rows
    )  # fmt: skip


def _uses(row: Row) -> tuple[Use, ...]:
    months = SEASONS[row["season"]]
    demand = np.array([row["demand"] / len(months) if month in months else 0.0 for month in range(12)])
    brook = Use(BROOK, 1, np.full(12, (row["brook"] or 0.0) / 12), return_share=1.0)
    return (*([brook] if row["brook"] else []), *([Use(row["use"], 2, demand)] if row["demand"] else []))


def read_reservoirs_of_any_form(data: bytes, name: str) -> Plan | tuple[Reservoir, ...]:
    """Read reservoirs with their weather from JSON, or reservoirs alone from a table.

    Raises
    ------
    InputError
        If the file is neither; the text names the place.
    """
    if is_workbook(data):
        return reservoirs_of(read_cadastre(data, name).rows)
    text, _encoding = decoded(data, name)
    if text.lstrip()[:1] in ("{", "["):
        return read_reservoirs(data, name)
    return reservoirs_of(read_cadastre(data, name).rows)


def read_weather(data: bytes, name: str) -> Weather:
    """Read the weather: months, or days where every row names its day.

    Raises
    ------
    InputError
        If a cell is wrong, a day does not exist, or a step is missing or stands twice; the place names the row.
    """
    table = read_table(WEATHER, data, name)
    if len(table.rows) > MOST_STEPS:
        raise InputError(gettext_noop("A table holds at most %(most)s rows."), where=name, most=MOST_STEPS)
    monthly = table.rows[0]["day"] is None
    days = [_day(row, where, monthly=monthly) for row, where in zip(table.rows, table.places, strict=True)]
    for before, after, where in zip(days, days[1:], table.places[1:], strict=False):
        wanted = _next(before, monthly=monthly)
        if after != wanted:
            said = {"before": before, "wanted": wanted, "found": after}
            raise InputError(
                gettext_noop("After %(before)s comes %(wanted)s, but here stands %(found)s."), where=where,
                **{name: day.isoformat()[: 7 if monthly else 10] for name, day in said.items()},
            )  # fmt: skip
    rain, evaporation = (np.array([float(row[column]) for row in table.rows]) for column in ("rain", "evaporation"))
    return Weather(days[0], monthly, rain, evaporation)


def _day(row: Row, where: str, *, monthly: bool) -> datetime.date:
    if (row["day"] is None) != monthly:
        raise InputError(gettext_noop("Fill the column of the day in every row, or in none."), where=where)
    try:
        return datetime.date(row["year"], row["month"], row["day"] or 1)
    except ValueError:
        raise InputError(gettext_noop("There is no such day."), where=where) from None


def _next(day: datetime.date, *, monthly: bool) -> datetime.date:
    if not monthly:
        return day + datetime.timedelta(days=1)
    return datetime.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def read_names(data: bytes, name: str) -> tuple[str, ...]:
    """Read names, one a line.

    Raises
    ------
    InputError
        If it is no text, or holds too many names.
    """
    text, _encoding = decoded(data, name) if data.strip() else ("", "")
    names = tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(names) > MOST_NAMES or any(len(one) > 200 for one in names):
        raise InputError(gettext_noop("At most %(most)s names of up to 200 letters are right here."), where=name,
                         most=MOST_NAMES)  # fmt: skip
    return names
