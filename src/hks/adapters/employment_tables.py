"""Employees by branch: tables of the form 13111-07-05-4, and our own tidy form of them."""

import re
from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from hks.adapters.official_tables import MARKERS, decoded, lines_of, open_table
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.economy.sectors import GROUPS, SECTORS, Employment

TABLE = "13111-07-05-4"
TOTAL = "Insgesamt"
KEYS = 3  # official key, name and branch before the figures
# the table names most branches by their sections; three labels are cut off before
UNNAMED = {
    "Freiberufl,wissenschaftl. techn. Dienstl.,sonst.DL": "M-N",
    "Öff.Verw.,Verteidig.,Sozialvers.,Erz.-u.Unterricht": "O-Q",
    "Kunst, Unterhaltung, Erholung, Priv. Haush.,usw.": "R-U",
    TOTAL: TOTAL,
}
_SECTIONS = re.compile(r"\(([A-U](?:-[A-U])?)\)$")
_COUNT = re.compile(r"\(?(\d+)\)?")  # brackets: of limited value
Rows = Mapping[str, Mapping[str, float]]


def read_employment(data: bytes, name: str) -> tuple[Employment, ...]:
    """Read employees by branch, of both sexes and all nationalities, by key date.

    Raises
    ------
    InputError
        If the file is no such table; the text names file, row and column.
    """
    text, _ = decoded(data, name)
    if text.startswith("ags;"):
        return _tidy(text, name)
    table = open_table(data, name)
    keys = len(table.rows[0][1])
    if table.code != TABLE or table.dialect != "genesis-csv" or not table.key_dates or keys != KEYS:
        raise InputError(
            gettext_noop("This is table %(found)s in the form %(form)s; needed is %(wanted)s as CSV."),
            where=name, found=table.code, form=table.dialect, wanted=TABLE,
        )  # fmt: skip
    place = _column(lines_of(text, name), table.rows[0][0], name)
    rows: dict[str, dict[str, float]] = defaultdict(dict)
    names: dict[str, str] = {}
    empty: dict[str, bool] = {}
    for number, (ags, label, branch), values in table.rows:
        key = ags.strip()
        cell = values[place - keys].strip() if place - keys < len(values) else ""
        sector = _sector(branch.strip())
        if sector:
            rows[key][sector] = _persons(cell, f"{name}:{number}:{place + 1}")
            names[key] = label.strip()
            empty[key] = empty.get(key, True) and cell == "-"
    gone = {key for key, nothing in empty.items() if nothing}  # a Kreis that no longer exists keeps rows of '-'
    return (_employment(table.key_dates[0], {key: rows[key] for key in rows if key not in gone}, names, name),)


def _column(lines: list[list[str]], first: int, name: str) -> int:
    """Find the column of both sexes and all nationalities in the head of the table."""
    head = [row for row in lines[: first - 1] if row[:3] == ["", "", ""]]
    width = min((len(row) for row in head), default=0)
    found = [place for place in range(3, width) if [row[place] for row in head].count(TOTAL) == 2]
    if len(found) != 1:
        raise InputError(
            gettext_noop("The head of the table names no column, or several, for both sexes and all nationalities."),
            where=name,
        )
    return found[0]


def _sector(label: str) -> str:
    match = _SECTIONS.search(label)
    found = match[1] if match else UNNAMED.get(label, "")
    return found if found in (*SECTORS, *GROUPS, TOTAL) else ""


def _persons(cell: str, where: str) -> float:
    if cell == "-":
        return 0.0  # Destatis: exactly nothing
    if cell in MARKERS:
        return float("nan")
    match = _COUNT.fullmatch(cell)
    if match is None:
        raise InputError(
            gettext_noop("'%(value)s' is not a number of people; a whole number from 0 is right."),
            where=where, value=cell,
        )  # fmt: skip
    return float(match[1])


def _employment(day: str, rows: Rows, names: Mapping[str, str], name: str) -> Employment:
    for key, cells in rows.items():
        missing = [sector for sector in SECTORS if sector not in cells]
        if missing:
            raise InputError(
                gettext_noop("%(ags)s %(unit)s has no row for %(missing)s; fetch the table with all branches."),
                where=name, ags=key, unit=names[key], missing=", ".join(missing),
            )  # fmt: skip

    def figures(wanted: tuple[str, ...]) -> np.ndarray:
        cells = [[rows[key].get(sector, np.nan) for sector in wanted] for key in rows]
        return np.array(cells, dtype=np.float64).reshape(len(rows), len(wanted))

    return Employment(
        day, tuple(rows), tuple(names[key] for key in rows), figures(SECTORS), figures(tuple(GROUPS)),
        figures((TOTAL,))[:, 0],
    )  # fmt: skip


def _tidy(text: str, name: str) -> tuple[Employment, ...]:
    """Read our own form, which holds several key dates; what it does not tell is not there."""
    series = {"employees": TOTAL} | {f"employees_{sector.lower().replace('-', '_')}": sector for sector in SECTORS}
    days: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    names: dict[str, str] = {}
    head, *body = lines_of(text, name)
    for number, cells in enumerate(body, start=2):
        row = dict(zip(head, cells, strict=False))
        sector = series.get(row.get("indicator", ""))
        if sector:
            figure = _persons(row.get("value", "").strip(), f"{name}:{number}")
            days[row.get("day", "")][row["ags"]][sector] = figure
            names[row["ags"]] = row.get("name", row["ags"])
    if not days or "" in days:
        raise InputError(gettext_noop("This table holds no employees by branch and key date."), where=name)
    full = {
        day: {key: cells for key, cells in rows.items() if set(SECTORS) <= set(cells)} for day, rows in days.items()
    }
    return tuple(_employment(day, full[day], names, name) for day in sorted(full))
