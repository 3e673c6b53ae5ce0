"""INKAR of the BBSR: the whole data set (one row a value) and the export (one column a year).

Written from descriptions: the data set has the columns Bereich, ID, Kuerzel, Indikator, Raumbezug, Kennziffer, Name,
Zeitbezug, Wert; the export has Kennziffer, Raumeinheit, Aggregat, then the indicator in the first head row and the
years in the second. Both use semicolons and the decimal comma. No real file has been seen; the
indicators' names are from memory.
"""

from hks.adapters.indicator_sources import Answers, IndicatorSource, Taken
from hks.adapters.keyed_tables import lines_of_text
from hks.adapters.publisher_tables import YEAR, Cell, Publisher, taken
from hks.core.errors import InputError
from hks.core.messages import Text, gettext_noop
from hks.indicators.definitions import Definitions

BBSR = Publisher(
    name="Bundesinstitut für Bau-, Stadt- und Raumforschung (BBSR), INKAR",
    licence="",  # dl-de/by-2-0 by what others say; to be checked
    attribution="© BBSR Bonn, INKAR",
    address="https://www.inkar.de",
    indicators={
        "arbeitslosenquote": "unemployment_rate",
        "bevölkerung gesamt": "population",
        "bevölkerungsstand": "population",
        "einwohner 65 jahre und älter": "share_65_plus",
        "einwohner unter 18 jahre": "share_under_18",
        "natürlicher saldo": "natural_balance",
        "pflegebedürftige": "care_per_1000",
        "steuerkraft": "tax_capacity",
        "siedlungs- und verkehrsfläche": "sealed_area",
    },
)
LONG = ("indikator", "kennziffer", "zeitbezug", "wert")
LEVELS = {"bundesländer", "länder", "kreise", "kreise und kreisfreie städte", "gemeinden"}  # the others have other keys
WIDE = ["kennziffer", "raumeinheit", "aggregat"]
TITLE = gettext_noop("Indicators of INKAR")


def is_inkar(data: bytes, _name: str) -> bool:
    """Say whether the first row is one of INKAR's two."""
    first = data[:2000].decode("utf-8-sig", "replace").partition("\n")[0]
    cells = [cell.strip().strip('"').lower() for cell in first.split(";")]
    return set(LONG) <= set(cells) or cells[:3] == WIDE


def read_inkar(data: bytes, name: str, definitions: Definitions, _answers: Answers) -> Taken:
    """Read either form.

    Raises
    ------
    InputError
        If the file is no such table or a cell is wrong.
    """
    lines = lines_of_text(data, name)
    head = [cell.lower() for cell in lines[0][1]]
    cells = _long(lines, head, name) if set(LONG) <= set(head) else _wide(lines, name)
    return taken(cells, BBSR, definitions, name, TITLE)


def _long(lines: list[tuple[int, list[str]]], head: list[str], name: str) -> list[Cell]:
    place = {column: head.index(column) for column in LONG}
    named = head.index("name") if "name" in head else place["kennziffer"]
    level = head.index("raumbezug") if "raumbezug" in head else None
    found = []
    for number, row in lines[1:]:
        if len(row) != len(head):
            raise InputError(
                gettext_noop("%(found)s cells stand here; %(wanted)s are right."),
                where=f"{name}:{number}", found=len(row), wanted=len(head),
            )  # fmt: skip
        if level is not None and row[level].lower() not in LEVELS:
            continue
        title, ags, year, text = (row[place[column]] for column in LONG)
        found.append(Cell(f"{name}:{number}", number, ags, row[named], title, year, text))
    return found


def _wide(lines: list[tuple[int, list[str]]], name: str) -> list[Cell]:
    titles, years = lines[0][1], lines[1][1] if len(lines) > 1 else []
    places = [n for n in range(3, min(len(titles), len(years))) if YEAR.fullmatch(years[n])]
    if not places:
        raise InputError(gettext_noop("The second row names no year."), where=f"{name}:2")
    return [
        Cell(f"{name}:{number}:{n + 1}", number, row[0], row[1], titles[n], years[n], row[n])
        for number, row in lines[2:]
        for n in places
        if n < len(row)
    ]


INKAR = IndicatorSource("inkar", Text("INKAR (BBSR)", "INKAR (BBSR)"), is_inkar, read_inkar, seen=False)
