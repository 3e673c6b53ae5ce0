"""Residents of the parts of a town by age group: protected on upload, read for a projection of the parts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hks.adapters.indicator_sources import Answers, Taken, TidyFigure
from hks.adapters.protected_tables import SECRET, Protected, is_protected, read_protected, write_protected
from hks.adapters.spreadsheet_templates import PART_AGES, read_filled
from hks.adapters.town_registers import OWN_REGISTER, described_as, notes_of, source_of
from hks.adapters.workbooks import is_workbook
from hks.core.errors import InputError
from hks.core.messages import Sentence, gettext_noop
from hks.demography.town_parts import GROUPS, TownParts
from hks.indicators.definitions import Definitions
from hks.numerics.suppression import LEAST, withheld_in_table

MOST_PARTS = 99  # our choice: a town of the initiative has at most some dozens


def protect_parts(head: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> Protected:
    """Withhold small counts of each part, and so much beside them that no sum of a row or an age gives them away.

    Raises
    ------
    InputError
        If there are too few or too many parts, or so few people that they would be recognised.
    """
    if not 2 <= len(rows) <= MOST_PARTS:
        raise InputError(
            gettext_noop("%(found)s parts are listed; 2 to %(most)s are right."), found=len(rows), most=MOST_PARTS
        )
    counts = np.array([[int(row[age]) for age in PART_AGES] for row in rows])
    for row, total in zip(rows, counts.sum(axis=1), strict=True):
        if total < LEAST:
            raise InputError(
                gettext_noop("So few people live in '%(part)s' that they would be recognised; please add them to the"
                             " part beside it."),
                part=row["part"],
            )  # fmt: skip
    try:
        hidden = withheld_in_table(counts)
    except InputError:
        raise InputError(
            gettext_noop("So few people live in some parts that their ages cannot be hidden behind each other; please"
                         " join small parts."),
        ) from None  # fmt: skip
    shown = np.where(hidden, SECRET, counts.astype(str))
    told = tuple(
        {"part": str(row["part"]), "residents": str(int(own.sum())), **dict(zip(PART_AGES, cells, strict=True))}
        for row, own, cells in zip(rows, counts, shown, strict=True)
    )
    return Protected("parts", head, told, {"population": int(counts.sum())})


def read_kept(data: bytes, name: str, definitions: Definitions, _answers: Answers) -> Taken:
    """Take the residents of the town and of its parts from a protected table.

    Raises
    ------
    InputError
        If it is not whole.
    """
    table = read_protected(data, name)
    people = float(sum(int(row["residents"]) for row in table.rows))
    figure = TidyFigure(table.head["ags"], "", "population", table.head["day"], people,
                        definitions.units["population"], second_hand=True)  # fmt: skip
    listed = [[row["part"], *(int(row[key]) if row[key].isdigit() else None for key in ("residents", *PART_AGES))]
              for row in table.rows]  # fmt: skip
    return Taken(
        described_as(table, gettext_noop("Residents by part of the town and age, own register"), (figure,)),
        source_of(table), (figure,), outcomes={"parts": {"unit": "persons", "value": listed}},
        notes=(*notes_of(table), Sentence(OWN_REGISTER)),
    )  # fmt: skip


def read_parts(data: bytes, name: str) -> TownParts:
    """Read the parts of a town, from a filled table of ours or from one that was protected.

    Raises
    ------
    InputError
        If it is neither, or about something else.
    """
    if is_workbook(data):
        found = read_filled(data, name)
        if found.template.slug == "parts":
            data = write_protected(protect_parts(found.head, found.rows))
    if not is_protected(data, name):
        raise InputError(
            gettext_noop("This is not the table 'Residents by part of the town'; please fill in that one."), where=name
        )
    table = read_protected(data, name)
    if table.slug != "parts":
        raise InputError(
            gettext_noop("This is not the table 'Residents by part of the town'; please fill in that one."), where=name
        )
    cells = [[float(row[age]) if row[age].isdigit() else np.nan for age in GROUPS] for row in table.rows]
    return TownParts(
        ags=table.head["ags"], day=table.head["day"], names=tuple(row["part"] for row in table.rows),
        residents=np.array([float(row["residents"]) for row in table.rows]), counts=np.array(cells),
    )  # fmt: skip
