"""Series of indicators and the signs that look at them, each as a table with a head row."""

import datetime
import math

from hks.adapters.column_tables import Columns, read_columns
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.scenarios.signposts import Series, Signpost

SERIES = {
    "indicator": ("indicator", "indikator"),
    "day": ("day", "tag", "stichtag"),
    "value": ("value", "wert"),
    "unit": ("unit", "einheit"),
    "ags": ("ags", "schlüssel", "gemeindeschlüssel"),
    "break": ("break", "bruch"),
    "second_hand": ("second_hand", "zweite hand"),
}
SIGNS = {
    "sign": ("sign", "frühzeichen"),
    "indicator": ("indicator", "indikator"),
    "direction": ("direction", "richtung"),
    "threshold": ("threshold", "schwelle", "schwellenwert"),
    "unit": ("unit", "einheit"),
    "ags": ("ags", "schlüssel", "gemeindeschlüssel"),
    "future": ("future", "zukunft", "szenario"),
}
DIRECTIONS = {"above": True, "over": True, "über": True, "below": False, "under": False, "unter": False}
NO_VALUE = ("", ".", "/", "…", "x")  # as official tables write a value that is missing or kept secret
MOST_SIGNS = 1000  # our choice: nobody looks at more
LARGEST = 1e15

Key = tuple[str, str]


def read_series(data: bytes, name: str) -> dict[Key, Series]:
    """Read the series of indicators by place and indicator; what is marked as second-hand is left out.

    Raises
    ------
    InputError
        If the table is none, a day or value cannot be read, a day stands twice, or a series changes its unit.
    """
    table = read_columns(data, name, SERIES, ("indicator", "day", "value", "unit"))
    found: dict[Key, dict[datetime.date, float]] = {}
    units: dict[Key, str] = {}
    breaks: dict[Key, list[datetime.date]] = {}
    for place, line in enumerate(table.lines):
        if _cell(table, "second_hand", place):
            continue
        key = (_cell(table, "ags", place), _named(table, "indicator", place))
        day = _day(table, place)
        values = found.setdefault(key, {})
        if day in values:
            raise InputError(
                gettext_noop("The day %(day)s stands here twice."), where=f"{name}:{line}:day", day=day.isoformat()
            )
        values[day] = _value(table, place)
        unit = _named(table, "unit", place)
        if units.setdefault(key, unit) != unit:
            raise InputError(
                gettext_noop("This series is measured in '%(unit)s' above and in '%(other)s' here."),
                where=f"{name}:{line}:unit", unit=units[key], other=unit[:40],
            )  # fmt: skip
        if _cell(table, "break", place):
            breaks.setdefault(key, []).append(day)
    if not found:
        raise InputError(gettext_noop("The table holds second-hand values only; signs look at official ones."),
                         where=name)  # fmt: skip
    return {
        key: Series(tuple(sorted(values)), tuple(values[day] for day in sorted(values)), units[key],
                    tuple(sorted(breaks.get(key, []))))
        for key, values in found.items()
    }  # fmt: skip


def read_signposts(data: bytes, name: str) -> tuple[Signpost, ...]:
    """Read signs with their thresholds, in their order.

    Raises
    ------
    InputError
        If the table is none, holds too many signs, two of one name, or a cell cannot be read.
    """
    table = read_columns(data, name, SIGNS, ("sign", "indicator", "direction", "threshold", "unit"))
    if len(table.lines) > MOST_SIGNS:
        raise InputError(
            gettext_noop("%(count)s signs are too many; nobody looks at more than %(most)s."), where=name,
            count=len(table.lines), most=MOST_SIGNS,
        )  # fmt: skip
    return tuple(
        Signpost(
            sign, _cell(table, "future", place), _cell(table, "ags", place), _named(table, "indicator", place),
            _direction(table, place), table.number("threshold", place, -LARGEST, LARGEST), _named(table, "unit", place),
        )
        for place, sign in enumerate(table.once("sign"))
    )  # fmt: skip


def _cell(table: Columns, column: str, place: int) -> str:
    return table.cells[column][place] if column in table.cells else ""


def _named(table: Columns, column: str, place: int) -> str:
    text = table.cells[column][place]
    if not text:
        raise InputError(
            gettext_noop("This cell is empty; every row needs it."), where=f"{table.name}:{table.lines[place]}:{column}"
        )
    return text


def _day(table: Columns, place: int) -> datetime.date:
    text = table.cells["day"][place]
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise InputError(
            gettext_noop("'%(value)s' is no day; write it as 2026-05-31."),
            where=f"{table.name}:{table.lines[place]}:day", value=text[:40],
        ) from None  # fmt: skip


def _value(table: Columns, place: int) -> float:
    if table.cells["value"][place].lower() in NO_VALUE:
        return math.nan
    return table.number("value", place, -LARGEST, LARGEST)


def _direction(table: Columns, place: int) -> bool:
    text = table.cells["direction"][place]
    if text.lower() not in DIRECTIONS:
        raise InputError(
            gettext_noop("'%(value)s' is no direction; write above or below."),
            where=f"{table.name}:{table.lines[place]}:direction", value=text[:40],
        )  # fmt: skip
    return DIRECTIONS[text.lower()]
