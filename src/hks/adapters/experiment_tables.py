"""Tables of experiments as CSV: one row a case, as `hks ensemble run --out` writes them or somebody else does."""

import csv
import io
import re
from collections.abc import Mapping

import numpy as np

from hks.adapters.official_tables import decoded
from hks.adapters.written_numbers import decimal_sign, with_point
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.decisions.experiments import Experiments

LARGEST_FILE = 200 * 1024 * 1024  # our choice: a million cases of twenty columns
MOST_COLUMNS = 500
_DIGITS = re.compile(r"[-+.,\deE]*")


def read_experiments(data: bytes, name: str) -> Experiments:
    """Read a table; a column of which every filled cell is a number holds numbers, others hold texts.

    Raises
    ------
    InputError
        If the file is no such table; the text names file and row.
    """
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The file is larger than %(most)s MB."), where=name, most=LARGEST_FILE // 1024**2)
    text, _ = decoded(data, name)
    head = text.partition("\n")[0]
    delimiter = max(";\t,", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        numbered = [(reader.line_num, row) for row in reader if any(row)]
    except csv.Error:
        raise InputError(gettext_noop("This is no table of experiments."), where=name) from None
    rows = [row for _, row in numbered]
    if len(rows) < 2 or len(rows[0]) < 2:
        raise InputError(gettext_noop("A table needs a first row of names and a row for each case."), where=f"{name}:1")
    names = [cell.strip() for cell in rows[0]]
    if len(set(names)) != len(names) or not all(names) or len(names) > MOST_COLUMNS:
        raise InputError(
            gettext_noop("Every column needs a name of its own; at most %(most)s are read."),
            where=f"{name}:1", most=MOST_COLUMNS,
        )  # fmt: skip
    for number, row in numbered[1:]:
        if len(row) != len(names):
            raise InputError(
                gettext_noop("%(found)s values stand in this row; %(wanted)s are needed."),
                where=f"{name}:{number}", found=len(row), wanted=len(names),
            )  # fmt: skip
    columns = {title: [cell.strip() for cell in cells] for title, *cells in zip(names, *rows[1:], strict=True)}
    sign = "" if delimiter == "," else _decimal_sign(columns, name)
    return Experiments({title: _column(cells, sign) for title, cells in columns.items()})


def _decimal_sign(columns: Mapping[str, list[str]], name: str) -> str:
    """Find out the decimal sign from the columns that hold nothing but numbers."""
    numbers = {title: cells for title, cells in columns.items() if all(map(_DIGITS.fullmatch, cells))}
    sign = decimal_sign(
        (cell, f"{name}:{title}", False) for title, cells in numbers.items() for cell in dict.fromkeys(cells)
    )
    if sign is None:
        raise InputError(
            gettext_noop("The figures can be read in two ways; write thousands without a sign between."), where=name
        )
    return sign


def _column(stripped: list[str], sign: str) -> np.ndarray:
    """Turn cells into numbers where all filled ones are; an empty one is NaN, without a sign a comma is none."""
    marked = sign == "," or (sign == "." and any("," in cell for cell in stripped))
    written = [with_point(cell, sign) for cell in stripped] if marked else stripped
    try:
        numbers = np.array([float(cell) if cell else np.nan for cell in written])
    except ValueError:
        return np.array(stripped)
    if np.isinf(numbers).any() or not any(written):
        return np.array(stripped)
    return numbers
