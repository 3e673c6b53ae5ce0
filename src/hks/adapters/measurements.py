"""Measurements of one measure as CSV: `date,value,phase` with the phase before or after (vorher, nachher)."""

import csv
import datetime
import io

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.evaluation.before_after import Measurements

LARGEST = 5 * 1024 * 1024  # our choice: ten years by the hour are smaller
PHASES = {"before": 0, "vorher": 0, "after": 1, "nachher": 1}
HEADS = {"date": "date", "datum": "date", "value": "value", "wert": "value", "phase": "phase"}


def read_measurements(data: bytes, name: str) -> Measurements:
    """Read measurements before and after.

    Raises
    ------
    InputError
        If the file is no such table; the text names file, row and value.
    """
    if len(data) > LARGEST:
        raise InputError(gettext_noop("The file is larger than 5 MB."), where=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("iso-8859-1")
    head = text.partition("\n")[0]
    delimiter = max(";\t,", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise InputError(gettext_noop("This is no table of measurements."), where=name) from None
    named = [HEADS.get(cell.strip().lower(), "") for cell in rows[0]] if rows else []
    if not {"date", "value", "phase"} <= set(named):
        raise InputError(gettext_noop("The first row must name date, value and phase."), where=f"{name}:1")
    sides: tuple[list[float], list[float]] = ([], [])
    days: set[tuple[str, str]] = set()
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            cells = dict(zip(named, (cell.strip() for cell in row), strict=False))
            sides[_phase(cells, f"{name}:{number}", days)].append(_value(cells, f"{name}:{number}", delimiter))
    return Measurements(np.array(sides[0]), np.array(sides[1]))


def _phase(cells: dict[str, str], where: str, days: set[tuple[str, str]]) -> int:
    day, phase = cells.get("date", ""), cells.get("phase", "").lower()
    try:
        datetime.date.fromisoformat(day[:10])
    except ValueError:
        raise InputError(
            gettext_noop("'%(value)s' is no day; write it as 2026-05-31."), where=where, value=day
        ) from None
    if phase not in PHASES:
        raise InputError(
            gettext_noop("'%(value)s' is no phase; write before or after."), where=where, value=cells.get("phase", "")
        )
    if (day, phase) in days:
        raise InputError(gettext_noop("The day %(day)s stands here twice."), where=where, day=day)
    days.add((day, phase))
    return PHASES[phase]


def _value(cells: dict[str, str], where: str, delimiter: str) -> float:
    text = cells.get("value", "")
    plain = text.replace(".", "").replace(",", ".") if delimiter != "," and "," in text else text
    try:
        number = float(plain)
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise InputError(gettext_noop("'%(value)s' is not a number."), where=where, value=text)
    return number
