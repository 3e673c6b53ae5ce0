"""Tables of experiments as CSV: one row a case, as `hks ensemble run --out` writes them or somebody else does."""

import csv
import io

import numpy as np

from hks.adapters.official_tables import decoded
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.decisions.experiments import Experiments

LARGEST_FILE = 200 * 1024 * 1024  # our choice: a million cases of twenty columns
MOST_COLUMNS = 500


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
    comma = delimiter != ","
    return Experiments({title: _column(cells, comma) for title, *cells in zip(names, *rows[1:], strict=True)})


def _column(cells: list[str], comma: bool) -> np.ndarray:
    """Turn cells into numbers where all filled ones are; an empty one is NaN."""
    stripped = [cell.strip() for cell in cells]
    written = [cell.replace(",", ".") for cell in stripped] if comma else stripped
    try:
        numbers = np.array([float(cell) if cell else np.nan for cell in written])
    except ValueError:
        return np.array(stripped)
    if np.isinf(numbers).any() or not any(written):
        return np.array(stripped)
    return numbers
