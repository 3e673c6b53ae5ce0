"""Land cover for heavy rain: a grid of codes, and the table that says what each code takes of the water."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from hks.adapters.column_tables import Columns, read_columns
from hks.adapters.terrain import read_grid
from hks.climate.grid import Grid
from hks.climate.infiltration import KINDS
from hks.climate.land_cover import LARGEST_CODE, NEEDED, ROUGHEST, CoverTable, LandClass, class_of, figures_of
from hks.core.errors import HksError, InputError
from hks.core.messages import gettext_noop

# column -> its words and, of a number, its bounds
NUMBERS: dict[str, tuple[float, float]] = {
    "manning": (0.001, ROUGHEST), "impervious": (0.0, 1.0), "interception_mm": (0.0, 100.0),
    "depression_mm": (0.0, 1000.0), "f0_mm_h": (0.0, 2000.0), "fc_mm_h": (0.0, 2000.0), "k_1_h": (0.001, 100.0),
    "curve_number": (1.0, 100.0), "conductivity_mm_h": (0.0, 2000.0), "suction_mm": (0.0, 2000.0),
}  # fmt: skip
MARKS = ("on_street", "under_buildings", "in_gaps", "verified")
COLUMNS = {
    "code": ("code", "klasse", "class"),
    "name": ("name", "bezeichnung"),
    "manning": ("manning", "n"),
    "impervious": ("impervious", "versiegelt"),
    "interception_mm": ("interception_mm", "interzeption_mm"),
    "depression_mm": ("depression_mm", "mulden_mm"),
    "infiltration": ("infiltration", "versickerung"),
    "f0_mm_h": ("f0_mm_h",),
    "fc_mm_h": ("fc_mm_h",),
    "k_1_h": ("k_1_h",),
    "curve_number": ("curve_number", "cn"),
    "conductivity_mm_h": ("conductivity_mm_h", "kf_mm_h"),
    "suction_mm": ("suction_mm", "saugspannung_mm"),
    "on_street": ("on_street", "strasse", "straße"),
    "under_buildings": ("under_buildings", "unter_gebaeuden", "unter_gebäuden"),
    "in_gaps": ("in_gaps", "in_luecken", "in_lücken"),
    "source": ("source", "quelle"),
    "verified": ("verified", "geprueft", "geprüft"),
}
OPTIONAL = {name for names in NEEDED.values() for name in names} | {"source", "verified", "under_buildings"}
YES = frozenset({"yes", "ja", "1", "true", "wahr", "x"})
NO = frozenset({"no", "nein", "0", "false", "falsch", ""})


def read_cover_classes(data: bytes, name: str) -> Grid:
    """Read a grid of codes.

    Raises
    ------
    InputError
        If a code is no whole number, or there is none at all.
    """
    grid = read_grid(data, name)
    codes = grid.values[np.isfinite(grid.values)]
    if codes.size == 0:
        raise InputError(gettext_noop("The land cover holds no class at all."), where=name)
    odd = codes[(codes != np.rint(codes)) | (np.abs(codes) > LARGEST_CODE)]
    if odd.size:
        raise InputError(
            gettext_noop("%(code)s is no class of land cover; classes are whole numbers."), where=name,
            code=float(odd[0]),
        )  # fmt: skip
    return grid


def read_cover_table(data: bytes, name: str) -> CoverTable:
    """Read a table of classes; columns may stand in any order.

    Raises
    ------
    InputError
        If a column, a figure or a class is missing, stands twice, or cannot be.
    """
    needed = tuple(column for column in COLUMNS if column not in OPTIONAL)
    table = read_columns(data, name, COLUMNS, needed)
    table.once("name")
    try:
        return CoverTable(tuple(_class(table, place) for place in range(len(table.lines))))
    except HksError as error:
        raise error if error.where else error.at(name) from None


def _class(table: Columns, place: int) -> LandClass:
    where = f"{table.name}:{table.lines[place]}"
    code = table.number("code", place, -LARGEST_CODE, LARGEST_CODE)
    if code != int(code):
        raise InputError(gettext_noop("%(code)s is no class of land cover; classes are whole numbers."), where=where,
                         code=code)  # fmt: skip
    kind = table.cells["infiltration"][place].lower() or "none"
    if kind not in KINDS:
        raise InputError(
            gettext_noop("'%(kind)s' is no law of seepage; write one of %(known)s."), where=where, kind=kind[:40],
            known=", ".join(KINDS),
        )  # fmt: skip
    wanted = set(NUMBERS) - OPTIONAL | set(NEEDED[kind])
    row: dict[str, Any] = {
        name: table.number(name, place, *NUMBERS[name])
        for name in sorted(wanted) if name not in OPTIONAL or (name in table.cells and table.cells[name][place])
    }  # fmt: skip
    marks = {name: _mark(table, name, place) for name in MARKS if name in table.cells}
    source = table.cells["source"][place][:200] if "source" in table.cells else ""
    text = {"name": table.cells["name"][place][:80], "infiltration": kind, "source": source}
    try:
        return class_of({"code": code, **row, **marks, **text})
    except HksError as error:
        raise error.at(where) from None


def _mark(table: Columns, column: str, place: int) -> bool:
    text = table.cells[column][place].lower()
    if text not in YES | NO:
        raise InputError(
            gettext_noop("'%(text)s' must be yes or no."), where=f"{table.name}:{table.lines[place]}:{column}",
            text=text[:40],
        )  # fmt: skip
    return text in YES


def cover_rows(classes: Sequence[LandClass]) -> tuple[list[str], list[list[str | float | int]]]:
    """Write classes as the head and the rows of a table that `read_cover_table` reads."""
    return list(COLUMNS), [_row(figures_of(entry)) for entry in classes]


def _row(figures: dict[str, Any]) -> list[str | float | int]:
    cells = (figures.get(column, "") for column in COLUMNS)
    return [("yes" if cell else "no") if isinstance(cell, bool) else cast("str | float", cell) for cell in cells]
