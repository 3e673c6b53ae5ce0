"""Cross-impact matrices: ScenarioWizard's .scw, and our own .json and .csv."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.scenarios.cross_impact import CrossImpactMatrix

LARGEST_FILE = 20 * 1024 * 1024  # our choice: a matrix of 1000 states is far smaller


def read_matrix(data: bytes, name: str) -> CrossImpactMatrix:
    """Read a matrix; the form is found from the content.

    Raises
    ------
    InputError
        If the file holds no matrix; the text names file, row and column.
    """
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The file is larger than 20 MB; a matrix is far smaller."), where=name)
    if not data.strip() or b"\0" in data:
        raise InputError(gettext_noop("This file holds no cross-impact matrix."), where=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("iso-8859-1")
    head = text.lstrip()
    reader = _json if head.startswith("{") else _scw if head.startswith("$") else _csv
    try:
        return reader(text, name)
    except InputError as error:
        raise error if error.where else error.at(name) from None


def _json(text: str, name: str) -> CrossImpactMatrix:
    try:
        content = json.loads(text)
        pairs = [(d["name"], d["states"]) if isinstance(d, dict) else (d[0], d[1]) for d in content["descriptors"]]
        rows = content["matrix"]
    except json.JSONDecodeError as error:
        raise InputError(gettext_noop("This is not JSON."), where=f"{name}:{error.lineno}:{error.colno}") from None
    except (KeyError, IndexError, TypeError, RecursionError):
        raise InputError(
            gettext_noop("The JSON needs 'descriptors' with names and states, and 'matrix'."), where=name
        ) from None
    return _matrix([(str(title), [str(s) for s in states]) for title, states in pairs], rows, name, 1)


def _scw(text: str, name: str) -> CrossImpactMatrix:
    lines = text.splitlines()
    pairs: list[tuple[str, list[str]]] = []
    for line in lines[: lines.index("#") if "#" in lines else len(lines)]:
        if line.startswith("&"):
            pairs.append((line[1:].strip(), []))
        elif line.lstrip().startswith("-") and pairs:
            pairs[-1][1].append(line.lstrip()[1:].strip())
    numbered = [
        (number, line) for number, line in enumerate(lines, start=1) if line.count(",") >= 1 and '"' not in line
    ]
    first = numbered[0][0] if numbered else 1
    return _matrix(pairs, [line.split(",") for _, line in numbered], name, first)


def _csv(text: str, name: str) -> CrossImpactMatrix:
    delimiter = ";" if text.partition("\n")[0].count(";") >= text.partition("\n")[0].count(",") else ","
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error:
        raise InputError(gettext_noop("This file holds no cross-impact matrix."), where=name) from None
    pairs: list[tuple[str, list[str]]] = []
    for number, row in enumerate(rows, start=1):
        if len(row) < 3:
            raise InputError(
                gettext_noop("Each row needs descriptor, state and the impacts."), where=f"{name}:{number}"
            )
        if not pairs or pairs[-1][0] != row[0]:
            pairs.append((row[0], []))
        pairs[-1][1].append(row[1])
    return _matrix(pairs, [row[2:] for row in rows], name, 1)


def _matrix(pairs: list[tuple[str, list[str]]], rows: Any, name: str, first: int) -> CrossImpactMatrix:
    total = sum(len(states) for _, states in pairs)
    if not isinstance(rows, list) or len(rows) != total:
        found = len(rows) if isinstance(rows, list) else 0
        raise InputError(
            gettext_noop("%(found)s rows of impacts stand here; %(total)s states need as many."),
            where=name,
            found=found,
            total=total,
        )
    impact = np.array([_row(row, total, f"{name}:{first + number}") for number, row in enumerate(rows)], dtype=float)
    return CrossImpactMatrix(tuple(title for title, _ in pairs), tuple(tuple(states) for _, states in pairs), impact)


def _row(cells: Any, total: int, where: str) -> Sequence[float]:
    if not isinstance(cells, list) or len(cells) != total:
        found = len(cells) if isinstance(cells, list) else 0
        raise InputError(
            gettext_noop("%(found)s impacts stand in this row; %(total)s states need as many."),
            where=where,
            found=found,
            total=total,
        )
    return [_number(cell, f"{where}:{place}") for place, cell in enumerate(cells, start=1)]


def _number(cell: Any, where: str) -> float:
    try:
        number = float(str(cell).strip().replace(",", "."))
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise InputError(
            gettext_noop("'%(value)s' is not an impact; a number such as -2 is right."), where=where, value=cell
        )
    return number


def write_csv(matrix: CrossImpactMatrix) -> bytes:
    """Write a matrix as CSV: descriptor, state, impacts."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    rows = iter(matrix.impact.tolist())
    for title, states in zip(matrix.descriptors, matrix.states, strict=True):
        for state in states:
            writer.writerow([title, state, *next(rows)])
    return stream.getvalue().encode()
