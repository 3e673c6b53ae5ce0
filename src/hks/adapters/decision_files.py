"""Tables of decisions: options by criteria and options by scenarios, as JSON, CSV or XLSX.

Cells of a sheet: the first row names criteria (or scenarios), the first column the options. Rows called direction,
low, high and weight (Richtung, unten, oben, Gewicht) describe the criteria; every other row is an option.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from hks.adapters.workbooks import first_sheet
from hks.adapters.written_numbers import decimal_sign, with_point
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.decisions.pairwise import Comparisons
from hks.decisions.robustness import ScenarioTable
from hks.decisions.value import Criterion, DecisionTable

LARGEST_FILE = 10 * 1024 * 1024  # our choice: a table for a council is far smaller
LARGEST = 1e15  # of a number; our choice: beyond it squares and sums of squares lose what they compare
MOST_ROWS, MOST_COLUMNS = 2000, 200  # of a sheet; our choice: more nobody compares
ROWS = {
    "direction": "direction", "richtung": "direction",
    "low": "low", "unten": "low",
    "high": "high", "oben": "high",
    "weight": "weight", "gewicht": "weight",
}  # fmt: skip
DIRECTIONS: dict[str, Literal["more", "less"]] = {
    "more": "more", "max": "more", "maximise": "more", "maximize": "more", "+": "more", "1": "more", "mehr": "more",
    "benefit": "more", "up": "more", "less": "less", "min": "less", "minimise": "less", "minimize": "less",
    "-": "less", "-1": "less", "weniger": "less", "cost": "less", "down": "less",
}  # fmt: skip
Cells = list[tuple[int, list[Any]]]  # line in the file and its cells


def read_decision_table(data: bytes, name: str) -> DecisionTable:
    """Read options by criteria.

    Raises
    ------
    InputError
        If the file is no such table; the text names file, row and column.
    """
    content = _content(data, name)
    try:
        return _table_of_cells(content, name) if isinstance(content, list) else _table_of_json(content, name)
    except InputError as error:
        raise error if error.where else error.at(name) from None


def read_scenario_table(data: bytes, name: str) -> ScenarioTable:
    """Read options by scenarios.

    Raises
    ------
    InputError
        If the file is no such table; the text names file, row and column.
    """
    content = _content(data, name)
    if isinstance(content, list):
        lines = [line for line, _ in content[1:]]
        content = {
            "options": [row[0] for _, row in content[1:]],
            "scenarios": content[0][1][1:],
            "values": [row[1 : len(content[0][1])] for _, row in content[1:]],
        }
        left = 2
    else:
        lines, left = [], 1
    options, rows = _part(content, "options", name), _part(content, "values", name)
    width = len(rows[0]) if rows and isinstance(rows[0], list) else 0
    scenarios = _part(content, "scenarios", name) if content.get("scenarios") else [str(n + 1) for n in range(width)]
    yields = _numbers(rows, len(options), len(scenarios), name, lines, left)
    weights = _numbers([content["weights"]], 1, len(scenarios), name)[0] if content.get("weights") else np.zeros(0)
    try:
        return ScenarioTable(_names(options), _names(scenarios), yields, weights)
    except InputError as error:
        raise error.at(name) from None


def read_comparisons(data: bytes, name: str) -> Comparisons:
    """Read {criteria[], comparisons[[...]]} with numbers or fractions such as "1/3"; or groups, each with comparisons.

    Raises
    ------
    InputError
        If the file holds no such object; the text names the place.
    """
    content = _content(data, name)
    criteria = _names(_part(content, "criteria", name))
    groups = content["groups"] if isinstance(content.get("groups"), list) else [content]
    try:
        tables = [_ratios(_part(group, "comparisons", name), len(criteria), name) for group in groups]
        return Comparisons(criteria, np.array(tables).reshape(len(tables), len(criteria), len(criteria)))
    except InputError as error:
        raise error if error.where else error.at(name) from None


def _ratios(rows: list[Any], many: int, name: str) -> np.ndarray:
    """Read a square of ratios."""
    return _numbers(
        [[_whole_of_fraction(cell) for cell in row] if isinstance(row, list) else row for row in rows], many, many, name
    )


def _whole_of_fraction(cell: Any) -> Any:
    """Return a fraction such as 1/3 as a number; anything else as it is."""
    try:
        return float(Fraction(cell.replace(" ", ""))) if isinstance(cell, str) and "/" in cell else cell
    except (ValueError, ZeroDivisionError, OverflowError):
        return cell


def _content(data: bytes, name: str) -> Any:
    """Return the object of a JSON file, or the rows of a sheet."""
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The file is larger than 10 MB; a table of options is far smaller."), where=name)
    if not data.strip():
        raise InputError(gettext_noop("The file is empty."), where=name)
    if data.startswith(b"PK"):
        return _sheet(data, name)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(gettext_noop("The text is UTF-16; please save it as UTF-8."), where=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("iso-8859-1")
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            where = f"{name}:{getattr(error, 'lineno', 1)}:{getattr(error, 'colno', 1)}"
            raise InputError(gettext_noop("This is not JSON."), where=where) from None
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(";\t,", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = _filled([(reader.line_num, row) for row in reader], name)
    except csv.Error:
        raise InputError(gettext_noop("This is no table of options."), where=name) from None
    return rows if delimiter == "," else _plainly_written(rows, name)


def _plainly_written(rows: Cells, name: str) -> Cells:
    """Write the numbers of a sheet with a decimal point and without signs between thousands."""
    cells = [
        (cell, f"{name}:{line}:{place}", False) for line, row in rows[1:] for place, cell in enumerate(row[1:], start=2)
    ]
    sign = decimal_sign(cells)
    if sign is None:
        raise InputError(
            gettext_noop("The figures can be read in two ways; write thousands without a sign between."), where=name
        )
    return [rows[0], *((line, [row[0], *(with_point(cell, sign) for cell in row[1:])]) for line, row in rows[1:])]


def _sheet(data: bytes, name: str) -> Cells:
    rows = first_sheet(data, name, rows=MOST_ROWS, columns=MOST_COLUMNS)
    width = max((place for row in rows[:1] for place, cell in enumerate(row, start=1) if cell is not None), default=0)
    filled = [["" if cell is None else cell for cell in row[:width]] for row in rows]
    return _filled(list(enumerate(filled, start=1)), name)


def _filled(rows: Cells, name: str) -> Cells:
    rows = [(line, row) for line, row in rows if any(str(cell).strip() for cell in row)]
    if len(rows) < 2 or len(rows[0][1]) < 2:
        raise InputError(
            gettext_noop("A table needs a first row of names and a row for each option."), where=f"{name}:1"
        )
    return rows


def _table_of_cells(rows: Cells, name: str) -> DecisionTable:
    titles = _names(rows[0][1][1:])
    facts: dict[str, list[Any]] = {}
    options: list[str] = []
    values: list[np.ndarray] = []
    for line, row in rows[1:]:
        key = ROWS.get(str(row[0]).strip().lower())
        cells = row[1 : len(titles) + 1]
        if key == "direction":
            facts[key] = [*cells, *[""] * (len(titles) - len(cells))]
        elif key:
            facts[key] = _numbers([cells], 1, len(titles), name, [line], 2)[0].tolist()
        else:
            options.append(str(row[0]).strip())
            values.append(_numbers([cells], 1, len(titles), name, [line], 2)[0])
    criteria = tuple(
        _criterion({"name": title, **{key: cells[place] for key, cells in facts.items()}}, name)
        for place, title in enumerate(titles)
    )
    return DecisionTable(tuple(options), criteria, np.array(values).reshape(len(options), len(criteria)))


def _table_of_json(content: Mapping[str, Any], name: str) -> DecisionTable:
    options = _part(content, "options", name)
    criteria = tuple(_criterion(given, name) for given in _part(content, "criteria", name))
    values = _numbers(_part(content, "values", name), len(options), len(criteria), name)
    groups = content.get("groups") or []
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise InputError(gettext_noop("'groups' is a list of names with swings."), where=name)
    swings = _numbers([group.get("swings") for group in groups], len(groups), len(criteria), name)
    named = _names([group.get("name", "") for group in groups])
    return DecisionTable(_names(options), criteria, values, named, swings)


def _part(content: Any, key: str, name: str) -> list[Any]:
    found = content.get(key) if isinstance(content, Mapping) else None
    if not isinstance(found, list):
        raise InputError(gettext_noop("The JSON needs a list called '%(key)s'."), where=name, key=key)
    return found


def _names(given: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(item.get("name", "") if isinstance(item, dict) else item).strip() for item in given)


def _criterion(given: Any, name: str) -> Criterion:
    facts = given if isinstance(given, dict) else {"name": given}
    title = str(facts.get("name", "")).strip()
    direction = str(facts.get("direction", "more")).strip().lower()
    if direction not in DIRECTIONS:
        raise InputError(
            gettext_noop("'%(direction)s' is no direction of the criterion '%(name)s'; write more or less."),
            where=name, direction=direction[:80], name=title[:80],
        )  # fmt: skip
    low, high = (None if facts.get(end) in (None, "") else _number(facts[end], name) for end in ("low", "high"))
    weight = 1.0 if facts.get("weight") in (None, "") else _number(facts["weight"], name)
    return Criterion(title, DIRECTIONS[direction], low, high, weight)


def _numbers(
    rows: Sequence[Any], height: int, width: int, name: str, lines: Sequence[int] = (), left: int = 1
) -> np.ndarray:
    """Read numbers by row; `lines` are their lines in the file, `left` the column of the first cell."""
    if len(rows) != height:
        raise InputError(
            gettext_noop("%(found)s rows of values stand here; %(wanted)s are needed."),
            where=name, found=len(rows), wanted=height,
        )  # fmt: skip
    found = np.zeros((height, width))
    for y, (line, row) in enumerate(zip(lines or range(1, height + 1), rows, strict=True)):
        if not isinstance(row, list | tuple) or len(row) != width:
            raise InputError(
                gettext_noop("%(found)s values stand in this row; %(wanted)s are needed."),
                where=f"{name}:{line}", found=len(row) if isinstance(row, list | tuple) else 0, wanted=width,
            )  # fmt: skip
        found[y] = [_number(cell, f"{name}:{line}:{left + x}") for x, cell in enumerate(row)]
    return found


def _number(cell: Any, where: str) -> float:
    text = str(cell).strip()
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    try:
        number = float("nan") if isinstance(cell, bool) else float(text)
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise InputError(gettext_noop("'%(value)s' is not a number."), where=where, value=str(cell)[:80])
    if abs(number) > LARGEST:
        raise InputError(
            gettext_noop("%(value)s is too large; numbers go up to %(most)s."),
            where=where, value=number, most=f"{LARGEST:.0e}",
        )  # fmt: skip
    return number
