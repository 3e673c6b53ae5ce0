"""Cross-impact matrices: ScenarioWizard's .scw and its solutions .sl, and our own .json and .csv.

A .scw has sections parted by lines of `#`: structure (`&` descriptor, `-` state), long names, nothing, a colour for
each state, nothing, the matrix, comments. Long names, colours and comments are not kept.
"""

import csv
import io
import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.scenarios.cross_impact import CrossImpactMatrix

_ONE_CELL = re.compile(r"\s*-?\d{1,5}\s*")  # the matrix of a single state; a colour has six signs
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
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(gettext_noop("The text is UTF-16; please save it as UTF-8."), where=name)
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
        named = [(str(title), [str(state) for state in states]) for title, states in pairs]
    except json.JSONDecodeError as error:
        raise InputError(gettext_noop("This is not JSON."), where=f"{name}:{error.lineno}:{error.colno}") from None
    except (KeyError, IndexError, TypeError, ValueError, RecursionError):
        raise InputError(
            gettext_noop("The JSON needs 'descriptors' with names and states, and 'matrix'."), where=name
        ) from None
    return _matrix(named, rows, name)


def _scw(text: str, name: str) -> CrossImpactMatrix:
    lines = text.splitlines()
    pairs: list[tuple[str, list[str]]] = []
    for line in itertools.takewhile(lambda line: line.strip() != "#", lines):
        if line.startswith("&"):
            pairs.append((line[1:].strip(), []))
        elif line.lstrip().startswith("-") and pairs:
            pairs[-1][1].append(line.lstrip()[1:].strip())
    ends = [number for number, line in enumerate(lines) if line.strip() == "#"]
    for start, end in itertools.pairwise([*ends, len(lines)]):
        rows = {number + 1: lines[number] for number in range(start + 1, end) if lines[number].strip()}
        if any("," in line or _ONE_CELL.fullmatch(line) for line in rows.values()) and not any(
            line.startswith(("&", '"', "#")) for line in rows.values()
        ):
            return _matrix(pairs, [line.split(",") for line in rows.values()], name, list(rows))
    return _matrix(pairs, [], name)


def _csv(text: str, name: str) -> CrossImpactMatrix:
    delimiter = max(";\t,", key=text.lstrip().partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, row) for row in reader if any(row)]
    except csv.Error:
        raise InputError(gettext_noop("This file holds no cross-impact matrix."), where=name) from None
    pairs: list[tuple[str, list[str]]] = []
    for number, row in rows:
        if len(row) < 3:
            raise InputError(
                gettext_noop("Each row needs descriptor, state and the impacts."), where=f"{name}:{number}"
            )
        title, state = row[0].strip(), row[1].strip()
        if not pairs or pairs[-1][0] != title:
            _refuse_twin(title, [known for known, _ in pairs], f"{name}:{number}:1")
            pairs.append((title, []))
        _refuse_twin(state, pairs[-1][1], f"{name}:{number}:2")
        pairs[-1][1].append(state)
    return _matrix(pairs, [row[2:] for _, row in rows], name, [number for number, _ in rows], 3)


def _refuse_twin(wanted: str, names: Sequence[str], where: str) -> None:
    if wanted in names:
        raise InputError(gettext_noop("The name '%(name)s' stands here twice."), where=where, name=wanted[:80])


def _matrix(
    pairs: list[tuple[str, list[str]]], rows: Any, name: str, lines: Sequence[int] = (), left: int = 1
) -> CrossImpactMatrix:
    """Make a matrix of rows of cells; `lines` are their lines in the file, `left` the column of the first cell."""
    total = sum(len(states) for _, states in pairs)
    if not isinstance(rows, list) or len(rows) != total:
        found = len(rows) if isinstance(rows, list) else 0
        raise InputError(
            gettext_noop("%(found)s rows of impacts stand here; %(total)s states need as many."),
            where=name,
            found=found,
            total=total,
        )
    places = lines or range(1, total + 1)
    impact = np.array(
        [_row(row, total, f"{name}:{line}", left) for line, row in zip(places, rows, strict=True)], dtype=float
    )
    return CrossImpactMatrix(tuple(title for title, _ in pairs), tuple(tuple(states) for _, states in pairs), impact)


def _row(cells: Any, total: int, where: str, left: int) -> Sequence[float]:
    if not isinstance(cells, list) or len(cells) != total:
        found = len(cells) if isinstance(cells, list) else 0
        raise InputError(
            gettext_noop("%(found)s impacts stand in this row; %(total)s states need as many."),
            where=where,
            found=found,
            total=total,
        )
    return [_number(cell, f"{where}:{place}") for place, cell in enumerate(cells, start=left)]


def _number(cell: Any, where: str) -> float:
    try:
        number = float(str(cell).strip().replace(",", "."))
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise InputError(
            gettext_noop("'%(value)s' is not an impact; a number such as -2 is right."),
            where=where, value=str(cell)[:80],
        )  # fmt: skip
    return number


@dataclass(frozen=True)
class PublishedSolution:
    """One line of a .sl file: the states from 0, the weight, the consistency value and the total impact score."""

    scenario: tuple[int, ...]
    weight: float
    consistency: float
    total_impact: float


def read_solutions(data: bytes, name: str) -> list[PublishedSolution]:
    """Read the solutions that ScenarioWizard wrote.

    Raises
    ------
    InputError
        If a line is no solution, or the file holds fewer than it announces.
    """
    lines = [(n, line) for n, line in enumerate(data.decode("iso-8859-1").splitlines(), start=1) if line.strip()]
    if len(lines) < 3 or not lines[0][1].startswith("$") or not lines[2][1].strip().isdigit():
        raise InputError(gettext_noop("This file holds no solutions of ScenarioWizard."), where=name)
    found = [_solution(line, f"{name}:{number}") for number, line in lines[3:]]
    if len(found) != int(lines[2][1]):
        raise InputError(
            gettext_noop("The file announces %(announced)s solutions and holds %(found)s."),
            where=name, announced=int(lines[2][1]), found=len(found),
        )  # fmt: skip
    return found


def _solution(line: str, where: str) -> PublishedSolution:
    match = re.match(r'\s*"([\d ]+)"' + r"\s*,\s*(-?[\d.]+(?:E[+-]?\d+)?)" * 4, line)
    if match is None:
        raise InputError(gettext_noop("This line is no solution of ScenarioWizard."), where=where)
    states = tuple(int(state) - 1 for state in match[1].split())
    return PublishedSolution(states, float(match[2]), float(match[3]), float(match[5]))


def write_scw(matrix: CrossImpactMatrix, title: str = "hks") -> bytes:
    """Write a matrix for ScenarioWizard, in Latin-1 where the names allow it.

    Raises
    ------
    InputError
        If a judgement is no whole number.
    """
    if not np.array_equal(matrix.impact, np.round(matrix.impact)):
        raise InputError(gettext_noop("ScenarioWizard knows whole numbers only; round the matrix first."))
    many, total = len(matrix.states), len(matrix.impact)
    named = [
        line
        for name, states in zip(matrix.descriptors, matrix.states, strict=True)
        for line in (f"&{name}", *(f" -{state}" for state in states))
    ]
    unnamed = [line for states in matrix.states for line in ("&", *[" "] * len(states))]
    rows = [",".join(f"{int(cell): d} " for cell in row) for row in matrix.impact.tolist()]
    comments = ["# 0-0", '""', *["# ", '""'] * many, *["#  -> ", '""'] * many**2]
    lines = ["$ ScenarioWizard 4.0", title, *named, "#", *unnamed, "#", "#", *["FFFFFF"] * total, "#", "#", *rows]
    text = "\r\n".join([*lines, "#", *comments, "#", "#", ""])
    try:
        return text.encode("iso-8859-1")
    except UnicodeEncodeError:
        return text.encode("utf-8-sig")


def write_json(matrix: CrossImpactMatrix) -> bytes:
    """Write a matrix as JSON: descriptors with their states, and the rows of impacts."""
    descriptors = [[name, list(states)] for name, states in zip(matrix.descriptors, matrix.states, strict=True)]
    return json.dumps({"descriptors": descriptors, "matrix": matrix.impact.tolist()}, ensure_ascii=False).encode()


def write_csv(matrix: CrossImpactMatrix) -> bytes:
    """Write a matrix as CSV: descriptor, state, impacts."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    rows = iter(matrix.impact.tolist())
    for title, states in zip(matrix.descriptors, matrix.states, strict=True):
        for state in states:
            writer.writerow([title, state, *next(rows)])
    return stream.getvalue().encode()
