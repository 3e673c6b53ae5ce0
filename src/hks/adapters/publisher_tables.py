"""Tables of publishers who work official figures up again: their names of indicators, their keys, their decimal comma.

What they say is second-hand for us: it stands beside official figures and gives no light.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hks.adapters.indicator_sources import Taken, TidyFigure, from_to, missing_years
from hks.adapters.official_tables import MARKERS
from hks.adapters.own_figures import refuse_twice
from hks.adapters.written_numbers import read_ags, read_number
from hks.core.errors import InputError
from hks.core.evidence import Source
from hks.core.messages import Sentence, gettext_noop
from hks.indicators.definitions import Definitions

YEAR = re.compile(r"(?:19|20)\d\d")
EMPTY = {"", "k.A.", "k. A.", "NA", "n/a", "–", *MARKERS}
FROM_DESCRIPTION = gettext_noop(
    "This reader was written from the publisher's description; no real file was seen. Please compare some figures."
)


@dataclass(frozen=True)
class Publisher:
    """Who publishes, under which licence, and which of their indicators are which of ours."""

    name: str
    licence: str
    attribution: str
    address: str
    indicators: Mapping[str, str]


@dataclass(frozen=True)
class Cell:
    """One cell of such a table with what it is about."""

    where: str
    number: int
    ags: str
    name: str
    title: str
    year: str
    text: str


def plain(title: str) -> str:
    """Write the name of an indicator in small letters without brackets, years or unit."""
    return " ".join(re.sub(r"\(.*?\)|\[.*?\]|\b(19|20)\d\d\b", " ", title).lower().split())


def taken(cells: Sequence[Cell], publisher: Publisher, definitions: Definitions, name: str, title: str) -> Taken:
    """Take the figures of the indicators we know by the publisher's names.

    Raises
    ------
    InputError
        If a key, year or number is wrong, a figure stands twice, or no indicator is one of ours.
    """
    found: list[tuple[int, TidyFigure]] = []
    skipped: list[dict[str, Any]] = []
    unknown: dict[str, None] = {}
    missing = 0
    for cell in cells:
        slug = publisher.indicators.get(plain(cell.title))
        if slug is None:
            unknown.setdefault(cell.title)
        elif cell.text in EMPTY:
            missing += 1
        else:
            found.append((cell.number, _figure(cell, slug, definitions)))
    if not found:
        raise InputError(
            gettext_noop("None of these indicators is one of ours; known are %(known)s."),
            where=name, known=", ".join(sorted(publisher.indicators)),
        )  # fmt: skip
    refuse_twice(found, name)
    skipped += [{"row": words[:60], "why": gettext_noop("Not an indicator of hks.")} for words in list(unknown)[:50]]
    figures = tuple(figure for _number, figure in found)
    days = [figure.day for figure in figures]
    described = {
        "dialect": "publisher", "encoding": "utf-8", "table": "", "title": title, "key_dates": sorted(set(days)),
        "units": sorted({figure.unit for figure in figures}), "rows": len(figures),
        "missing": {".": missing} if missing else {},
    }  # fmt: skip
    source = Source(
        publisher=publisher.name, key_date=from_to(days), licence=publisher.licence,
        attribution=publisher.attribution, address=publisher.address,
    )  # fmt: skip
    notes = (Sentence(FROM_DESCRIPTION), *missing_years(figures, definitions))
    return Taken(described, source, figures, tuple(skipped), notes=notes)


def _figure(cell: Cell, slug: str, definitions: Definitions) -> TidyFigure:
    if not YEAR.fullmatch(cell.year):
        raise InputError(gettext_noop("'%(value)s' is not a year."), where=cell.where, value=cell.year[:40])
    value = read_number(cell.text, cell.where)
    unit = definitions.units[slug]
    return TidyFigure(
        read_ags(cell.ags, cell.where), cell.name, slug, f"{cell.year}-12-31", value, unit, second_hand=True
    )
