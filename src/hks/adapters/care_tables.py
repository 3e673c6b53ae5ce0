"""People in need of care by unit, year, sex and kind of benefit from official tables of the form 22411-02-03-4."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hks.adapters.official_tables import MARKERS, open_table
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

SEXES = {"männlich": 0, "weiblich": 1}
# value columns of the table: all, care at home by a service, nursing home day and night, care money only
COLUMNS = (0, 2, 3, 6)


@dataclass(frozen=True)
class CareTable:
    """By official key and year an array (sex=2, kind=4): all, at home by a service, nursing home, care money. [persons]

    NaN where the table holds a marker; units without any figure are left out.
    """

    persons: Mapping[tuple[str, int], np.ndarray]


def read_care(data: bytes, name: str) -> CareTable:
    """Read a table of people in need of care.

    Raises
    ------
    InputError
        If the file is no such table; the text names file and row.
    """
    table = open_table(data, name)
    if not table.code.startswith("22411-"):
        raise InputError(
            gettext_noop("Table %(table)s does not count people in need of care; 22411-02-03-4 is right."),
            where=name, table=table.code or "?",
        )  # fmt: skip
    found: dict[tuple[str, int], np.ndarray] = {}
    for number, keys, cells in table.rows:
        where = f"{name}:{number}"
        if len(keys) != 4 or not re.fullmatch(r"\d{2}\.\d{2}\.\d{4}", keys[0]) or len(cells) <= max(COLUMNS):
            raise InputError(
                gettext_noop("This row needs a day, a key, a name, a sex and seven figures of 22411-02-03-4."),
                where=where,
            )
        if keys[3].strip() not in SEXES:
            continue
        unit = found.setdefault((keys[1].strip(), int(keys[0][6:])), np.full((2, len(COLUMNS)), np.nan))
        unit[SEXES[keys[3].strip()]] = [_persons(cells[column].strip(), where) for column in COLUMNS]
    return CareTable({key: unit for key, unit in found.items() if np.isfinite(unit[:, 0]).all()})


def _persons(cell: str, where: str) -> float:
    if cell in MARKERS:
        return np.nan
    if not re.fullmatch(r"[0-9]+", cell):
        raise InputError(
            gettext_noop("'%(value)s' is not a number of people; a whole number from 0 is right."),
            where=where, value=cell,
        )  # fmt: skip
    return float(cell)
