"""Residents by single year of age and sex in the form hks brings along: one row for each unit, year, sex and age."""

import re

import numpy as np

from hks.adapters.official_tables import decoded, lines_of
from hks.adapters.population_tables import PopulationTable
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

HEAD = ("ags", "year", "sex", "age", "persons", "source")
SEXES = ("m", "w")
PATTERNS = {"ags": r"DG|\d{2}|\d{5}|\d{8}", "year": r"(?:19|20)\d\d", "sex": "[mw]", "age": r"\d{1,3}",
            "persons": r"\d{1,9}(?:\.\d+)?"}  # fmt: skip
ROW = "14;2023;m;0;13487;12411-0013"
Cells = dict[tuple[str, str], dict[tuple[str, int], float]]  # (unit, year) -> (sex, age) -> persons


def read_single_ages(data: bytes, name: str) -> PopulationTable:
    """Read residents on 31 December by single year of age; the highest age of a file is open-ended.

    Raises
    ------
    InputError
        If the head is another one, a cell is wrong, a row stands twice, or an age is missing.
    """
    text, encoding = decoded(data, name)
    head, *rows = lines_of(text, name)
    if tuple(head) != HEAD:
        raise InputError(gettext_noop("The head is not %(wanted)s."), where=f"{name}:1", wanted=";".join(HEAD))
    cells, sources = _cells(rows, name)
    oldest = max((age for found in cells.values() for _sex, age in found), default=0)
    columns = [(sex, age) for sex in SEXES for age in range(oldest + 1)]
    for (ags, year), found in cells.items():
        missing = next((column for column in columns if column not in found), None)
        if missing is not None:
            raise InputError(
                gettext_noop("%(ags)s lacks age %(age)s, sex %(sex)s, in %(year)s; all up to %(oldest)s are needed."),
                where=name, ags=ags, year=year, sex=missing[0], age=missing[1], oldest=oldest,
            )  # fmt: skip
    persons = np.array([[found[column] for column in columns] for found in cells.values()])
    return PopulationTable(
        code=", ".join(sources), title="", encoding=encoding, as_of="", attribution="",
        ags=tuple(ags for ags, _year in cells), names=tuple(ags for ags, _year in cells),
        dates=tuple(f"{year}-12-31" for _ags, year in cells),
        columns=tuple((sex, age, age + 1 if age < oldest else None) for sex, age in columns),
        persons=persons, flag=np.full(persons.shape, "", dtype="U3"),
    )  # fmt: skip


def _cells(rows: list[list[str]], name: str) -> tuple[Cells, dict[str, None]]:
    found: Cells = {}
    sources: dict[str, None] = {}
    for number, row in enumerate(rows, start=2):
        where = f"{name}:{number}"
        if len(row) != len(HEAD):
            raise InputError(gettext_noop("%(found)s cells stand here; %(wanted)s are right."),
                             where=where, found=len(row), wanted=len(HEAD))  # fmt: skip
        cell = dict(zip(HEAD, row, strict=True))
        for place, (column, pattern) in enumerate(PATTERNS.items(), start=1):
            if not re.fullmatch(pattern, cell[column], re.ASCII):
                raise InputError(gettext_noop("'%(value)s' is not right as %(column)s; a row such as %(row)s is."),
                                 where=f"{where}:{place}", value=cell[column][:40], column=column, row=ROW)  # fmt: skip
        ages = found.setdefault((cell["ags"], cell["year"]), {})
        if (cell["sex"], int(cell["age"])) in ages:
            raise InputError(gettext_noop("This unit, year, sex and age stand here twice."), where=where)
        ages[cell["sex"], int(cell["age"])] = float(cell["persons"])
        sources.setdefault(cell["source"])
    if not found:
        raise InputError(gettext_noop("Below the head stands no row."), where=name)
    return found, sources
