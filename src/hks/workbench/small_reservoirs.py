"""The door to small reservoirs: the two tables, and what a filled one holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hks.adapters.reservoir_tables import (
    IN_USE,
    RESERVOIR_TEMPLATES,
    RESERVOIRS,
    WEATHER,
    empty_csv,
    read_cadastre,
    read_table,
    read_weather,
)
from hks.core.errors import InputError
from hks.core.messages import Text, gettext_noop

__all__ = ["IN_USE", "LARGEST_FILE", "RESERVOIR_TEMPLATES", "Found", "empty_csv", "looked_at", "spelled", "word_of"]

LARGEST_FILE = 8  # our choice: a century of days as CSV [MB]


@dataclass(frozen=True)
class Found:
    """What a table holds: rows of reservoirs, or how many months or days of weather from when to when.

    `head` are the fields above an Excel table: `ags, day, source, licence`; empty for CSV.
    """

    kind: str
    count: int
    head: Mapping[str, str]
    rows: tuple[Mapping[str, Any], ...] = ()
    first: str = ""
    last: str = ""
    monthly: bool = False


def looked_at(kind: str, data: bytes, name: str) -> Found:
    """Say what a table holds.

    Raises
    ------
    InputError
        If a cell is wrong; the place names row and cell.
    """
    if kind == RESERVOIRS.slug:
        table = read_cadastre(data, name)
        return Found(kind, len(table.rows), table.head, table.rows)
    weather, table = read_weather(data, name), read_table(WEATHER, data, name)
    if not weather.rain.any():
        raise InputError(gettext_noop("It never rains in this table."), where=name)
    length = 7 if weather.monthly else 10
    ends = table.rows[-1]
    last = f"{ends['year']}-{ends['month']:02d}-{ends['day'] or 1:02d}"
    return Found(
        kind, weather.rain.size, table.head, first=weather.start.isoformat()[:length], last=last[:length],
        monthly=weather.monthly,
    )  # fmt: skip


def word_of(column: str, value: str) -> Text:
    """Return a word of the table of reservoirs in both languages."""
    words = next(one.words for one in RESERVOIRS.columns if one.name == column)
    return next(word for word in words if word.en == value)


def spelled(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row of the table of reservoirs with its words in both languages."""
    return {
        **row, **{column.name: word_of(column.name, row[column.name])
                  for column in RESERVOIRS.columns if column.kind == "word"},
    }  # fmt: skip
