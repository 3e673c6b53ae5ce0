"""Small tables with names at the top and at the left, as CSV or JSON: commuters, distances, trade areas, coefficients.

CSV: the first row names the columns, the first cell of each further row names the row. JSON: one object, as each
reader says.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hks.adapters.official_tables import decoded
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.economy.commuters import Places
from hks.economy.input_output import Coefficients
from hks.economy.trade_area import Market

LARGEST_FILE = 20 * 1024 * 1024  # our choice: a table of two thousand units stays below
ATTRACTION = {"attraction", "anziehung"}
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}([.,]\d{3})+")  # 1.200 may be twelve hundred or a bit more than one
Content = Mapping[str, Any] | list[list[str]]


def read_flows(data: bytes, name: str) -> Places:
    """Read commuters from homes (rows) to workplaces (columns): `{"units": […], "values": [[…]]}` or CSV.

    Raises
    ------
    InputError
        If the file is no such table; the text names file, row and column.
    """
    found = _square(_content(data, name), "units", name)
    wrong = np.argwhere((found.values < 0) | (found.values != np.floor(found.values)))
    if wrong.size:
        row, column = wrong[0].tolist()
        raise InputError(
            gettext_noop("'%(value)s' is not a number of people; a whole number from 0 is right."),
            where=f"{name}:{row + 2}:{column + 2}", value=f"{found.values[row, column]:g}",
        )  # fmt: skip
    return found


def read_distances(data: bytes, name: str) -> Places:
    """Read distances between units, also within each: `{"units": […], "values": [[…]]}` or CSV.

    Raises
    ------
    InputError
        If the file is no such table; the text names file, row and column.
    """
    return _square(_content(data, name), "units", name)


def read_coefficients(data: bytes, name: str) -> Coefficients:
    """Read what each branch (column) buys of each (row) per unit of output: `{"sectors": […], "values": [[…]]}` or CSV.

    Raises
    ------
    InputError
        If the file is no such table; the text names file, row and column.
    """
    found = _square(_content(data, name), "sectors", name)
    return Coefficients(found.units, found.values)


def read_market(data: bytes, name: str) -> Market:
    """Read centres, areas and distances.

    JSON: `{"centres": [{"name", "attraction"}], "areas": [{"name", "people", "spending"}], "distances": [[…]]}` with
    a row of distances for each area. CSV: `area;people;spending;` and the centres at the top, one row called
    attraction, one row for each area.

    Raises
    ------
    InputError
        If the file is no such table; the text names file, row and column.
    """
    content = _content(data, name)
    if isinstance(content, Mapping):
        content = _rows_of_market(content, name)
    head, *body = content
    if len(head) < 4 or len(body) < 2:
        raise InputError(
            gettext_noop("A trade area needs columns for area, people, spending and each centre, and a row for each."),
            where=f"{name}:1",
        )
    first = next((n for n, row in enumerate(body) if row[0].strip().lower() in ATTRACTION), None)
    if first is None:
        raise InputError(gettext_noop("A row called 'attraction' with the size of each centre is missing."), where=name)
    centres, areas = head[3:], [row for n, row in enumerate(body) if n != first]
    places = [n + 2 for n in range(len(body)) if n != first]
    figures = np.array(
        [_numbers(row[1:], len(head) - 1, f"{name}:{n}", 2) for n, row in zip(places, areas, strict=True)]
    )
    return Market(
        _names(centres, name), _names([row[0] for row in areas], name),
        np.array(_numbers(body[first][3:], len(centres), f"{name}:{first + 2}", 4)), figures[:, 0], figures[:, 1],
        figures[:, 2:],
    )  # fmt: skip


def _rows_of_market(content: Mapping[str, Any], name: str) -> list[list[Any]]:
    try:
        centres, areas, distances = content["centres"], content["areas"], content["distances"]
        head = ["area", "people", "spending", *(str(centre["name"]) for centre in centres)]
        rows = [
            [str(area["name"]), area["people"], area["spending"], *line]
            for area, line in zip(areas, distances, strict=True)
        ]
        return [head, ["attraction", "", "", *(centre["attraction"] for centre in centres)], *rows]
    except (KeyError, TypeError, ValueError):
        raise InputError(
            gettext_noop("The JSON needs 'centres', 'areas' and a row of 'distances' for each area."), where=name
        ) from None


def _content(data: bytes, name: str) -> Content:
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The file is larger than 20 MB; such a table is far smaller."), where=name)
    text, _ = decoded(data, name)
    if text.lstrip().startswith("{"):
        try:
            return dict(json.loads(text))
        except (json.JSONDecodeError, RecursionError) as error:
            where = f"{name}:{getattr(error, 'lineno', 1)}:{getattr(error, 'colno', 1)}"
            raise InputError(gettext_noop("This is not JSON."), where=where) from None
    delimiter = max(";\t,", key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise InputError(gettext_noop("This is no table with names at the top and at the left."), where=name) from None
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if len(rows) < 2 or any(not row for row in rows):
        raise InputError(gettext_noop("This is no table with names at the top and at the left."), where=name)
    if delimiter != ",":
        _refuse_ambiguous(rows, name)
    return rows


def _refuse_ambiguous(rows: list[list[str]], name: str) -> None:
    for number, row in enumerate(rows[1:], start=2):
        for place, cell in enumerate(row[1:], start=2):
            if _AMBIGUOUS.fullmatch(cell.strip()):
                raise InputError(
                    gettext_noop("'%(value)s' can be read in two ways; write thousands without a sign between."),
                    where=f"{name}:{number}:{place}", value=cell,
                )  # fmt: skip


def _square(content: Content, key: str, name: str) -> Places:
    """Read as many named rows as named columns, in the same order."""
    if isinstance(content, Mapping):
        units, values = content.get(key), content.get("values")
        if not isinstance(units, list) or not isinstance(values, list):
            raise InputError(gettext_noop("The JSON needs '%(key)s' and 'values'."), where=name, key=key)
        rows, columns = [str(unit) for unit in units], [str(unit) for unit in units]
    else:
        columns, rows, values = content[0][1:], [row[0] for row in content[1:]], [row[1:] for row in content[1:]]
    names = _names(columns, name)
    if _names(rows, name) != names or len(values) != len(names):
        raise InputError(
            gettext_noop("Rows and columns must name the same units in the same order."), where=f"{name}:1"
        )
    return Places(
        names, np.array([_numbers(row, len(names), f"{name}:{n}", 2) for n, row in enumerate(values, start=2)])
    )


def _names(cells: Sequence[Any], name: str) -> tuple[str, ...]:
    found = tuple(str(cell).strip() for cell in cells)
    twice = sorted({cell for cell in found if found.count(cell) > 1}) if len(set(found)) < len(found) else []
    if twice or "" in found:
        raise InputError(
            gettext_noop("Each row and column needs a name of its own; '%(name)s' is empty or stands twice."),
            where=name, name=(twice or [""])[0],
        )  # fmt: skip
    return found


def _numbers(cells: Any, wanted: int, where: str, first: int) -> list[float]:
    if not isinstance(cells, list) or len(cells) != wanted:
        raise InputError(
            gettext_noop("%(found)s figures stand in this row; %(wanted)s are right."),
            where=where, found=len(cells) if isinstance(cells, list) else 0, wanted=wanted,
        )  # fmt: skip
    return [_number(cell, f"{where}:{place}") for place, cell in enumerate(cells, start=first)]


def _number(cell: Any, where: str) -> float:
    try:
        value = float("nan") if isinstance(cell, bool) else float(str(cell).strip().replace(",", "."))
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise InputError(gettext_noop("'%(value)s' is not a number."), where=where, value=str(cell)[:40])
    return value
