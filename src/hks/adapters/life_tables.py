"""Official life tables in the wide form of GENESIS: each figure is followed by its quality mark."""

import csv
import io
import re

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.life_table import RADIX, Mortality

LARGEST_FILE = 20 * 1024 * 1024  # our choice: a life table has a hundred rows
SEXES = {"männlich": "m", "weiblich": "w"}
_COLUMN = re.compile(r"\[([A-Za-z])\(x\)\]")
_AGE = re.compile(r"(\d+) Jahre?$")


def read_life_tables(data: bytes, name: str) -> dict[str, Mortality]:
    """Read a table of the form 12621-0001.

    Raises
    ------
    InputError
        If the file is no such table; the text names file, row and column.
    """
    if len(data) > LARGEST_FILE or not data.strip() or b"\0" in data:
        raise InputError(gettext_noop("This file holds no life table of single ages."), where=name)
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    except (UnicodeDecodeError, csv.Error):
        raise InputError(gettext_noop("The life table must be a CSV file in UTF-8."), where=name) from None
    head = next((n for n, row in enumerate(rows) if any(_COLUMN.search(cell) for cell in row)), None)
    body = [(n, row) for n, row in enumerate(rows, start=1) if row and _AGE.match(row[0])]
    if not head or not body:
        raise InputError(gettext_noop("This file holds no life table of single ages."), where=name)
    ages = [int(_AGE.match(row[0])[1]) for _, row in body]  # type: ignore[index]
    if ages != list(range(len(ages))):
        wrong = next(n for n, age in enumerate(ages) if n != age)
        raise InputError(
            gettext_noop("The ages must follow each other from 0; here comes %(age)s."),
            where=f"{name}:{body[wrong][0]}",
            age=ages[wrong],
        )
    return {sex: _mortality(columns, body, name) for sex, columns in _columns(rows[head - 1], rows[head], name).items()}


def _columns(sexes: list[str], titles: list[str], name: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    sex = ""
    for place, title in enumerate(titles):
        sex = SEXES.get(sexes[place] if place < len(sexes) else "", sex)
        if match := _COLUMN.search(title):
            found.setdefault(sex, {})[match[1]] = place
    if "" in found or any("q" not in columns for columns in found.values()):
        raise InputError(gettext_noop("The life table needs a column q(x) for each sex."), where=name)
    return found


def _mortality(columns: dict[str, int], body: list[tuple[int, list[str]]], name: str) -> Mortality:
    def figures(letter: str) -> np.ndarray | None:
        place = columns.get(letter)
        return None if place is None else np.array([_number(row, place, f"{name}:{n}") for n, row in body])

    dying, survivors, lived, left = (figures(letter) for letter in "qlLT")
    assert dying is not None
    share = None
    if survivors is not None and lived is not None and survivors[0] > survivors[1]:
        share = float((lived[0] - survivors[1]) / (survivors[0] - survivors[1]))
    scaled = None if left is None or survivors is None else float(left[-1] * RADIX / survivors[0])
    return Mortality(dying, share, scaled)


def _number(row: list[str], place: int, where: str) -> float:
    cell = row[place].strip() if place < len(row) else ""
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        raise InputError(
            gettext_noop("'%(value)s' is not a number."), where=f"{where}:{place + 1}", value=cell
        ) from None
