"""Wegweiser Kommune of the Bertelsmann Foundation: one row an indicator and place, one column a year.

Written from a description: a head row with the columns Indikator, Kommune and AGS (or GKZ) and a column for each year,
semicolons, decimal comma. No real file has been seen; the names of the indicators are from memory.
"""

import re

from hks.adapters.indicator_sources import Answers, IndicatorSource, Taken
from hks.adapters.keyed_tables import columns_of, head_of, lines_of_text
from hks.adapters.publisher_tables import YEAR, Cell, Publisher, taken
from hks.core.errors import InputError
from hks.core.messages import Text, gettext_noop
from hks.indicators.definitions import Definitions

FOUNDATION = Publisher(
    name="Bertelsmann Stiftung, Wegweiser Kommune",
    licence="",  # dl-de/by-2-0 for figures of the past by what others say; to be checked
    attribution="© Wegweiser Kommune, Bertelsmann Stiftung",
    address="https://www.wegweiser-kommune.de",
    indicators={
        "arbeitslosenquote": "unemployment_rate",
        "bevölkerung": "population",
        "einwohnerzahl": "population",
        "anteil unter 18-jährige": "share_under_18",
        "anteil ab 65-jährige": "share_65_plus",
        "geburten": "births",
        "sterbefälle": "deaths",
    },
)
NAMES = {
    "indicator": ("indikator", "indikatoren"),
    "name": ("kommune", "region", "name"),
    "ags": ("ags", "gkz", "gemeindekennziffer", "regionalschlüssel"),
}
NEEDED = ("indicator", "ags")
TITLE = gettext_noop("Indicators of Wegweiser Kommune")


def is_wegweiser(data: bytes, _name: str) -> bool:
    """Say whether one of the first rows heads such a table."""
    lines = data[:4000].decode("utf-8-sig", "replace").splitlines()[:15]
    rows = [(n, [cell.strip().strip('"') for cell in re.split(r"[;\t]", line)]) for n, line in enumerate(lines)]
    place = head_of(rows, NAMES, NEEDED)
    return place is not None and any(YEAR.fullmatch(cell) for cell in rows[place][1])


def read_wegweiser(data: bytes, name: str, definitions: Definitions, _answers: Answers) -> Taken:
    """Read such a table.

    Raises
    ------
    InputError
        If a cell is wrong or no indicator is one of ours.
    """
    lines = lines_of_text(data, name)
    place = head_of(lines, NAMES, NEEDED)
    assert place is not None
    head = lines[place][1]
    columns = {column: n for n, column in columns_of(head, NAMES).items()}
    cells = []
    for number, row in lines[place + 1 :]:
        if len(row) != len(head):
            raise InputError(
                gettext_noop("%(found)s cells stand here; %(wanted)s are right."),
                where=f"{name}:{number}", found=len(row), wanted=len(head),
            )  # fmt: skip
        town = row[columns["name"]] if "name" in columns else ""
        cells += [
            Cell(f"{name}:{number}:{n + 1}", number, row[columns["ags"]], town, row[columns["indicator"]], year, row[n])
            for n, year in enumerate(head)
            if YEAR.fullmatch(year)
        ]
    return taken(cells, FOUNDATION, definitions, name, TITLE)


WEGWEISER = IndicatorSource(
    "wegweiser", Text("Wegweiser Kommune", "Wegweiser Kommune"), is_wegweiser, read_wegweiser, seen=False
)
