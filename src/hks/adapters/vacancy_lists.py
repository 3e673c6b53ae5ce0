"""A housing company's list of buildings, counted per block; written from a description, no real list has been seen.

One row a building. The address only tells whether a building stands there twice; it is neither kept nor repeated in
a sentence.
"""

from collections.abc import Mapping

from hks.adapters.indicator_sources import Answers, IndicatorSource, Taken
from hks.adapters.keyed_tables import looks_like, read_count, read_keyed
from hks.adapters.protected_tables import Protected, is_protected, public_blocks, read_protected, write_protected
from hks.adapters.town_registers import described_as, source_of
from hks.core.errors import InputError
from hks.core.messages import Sentence, Text, gettext_noop
from hks.indicators.definitions import Definitions

NAMES = {
    "block": ("block", "wohnblock", "quartier", "wirtschaftseinheit"),
    "address": ("adresse", "anschrift", "gebäude", "straße und hausnummer", "address", "building"),
    "flats": ("wohnungen", "we", "wohneinheiten", "flats"),
    "empty": ("leer", "leerstand", "davon leer", "leerstehend", "vacant"),
}
NEEDED = ("address", "flats", "empty")


def is_list(data: bytes, _name: str) -> bool:
    """Say whether a text is a list of buildings."""
    return not is_protected(data, "") and looks_like(data, NAMES, NEEDED)


def counted(data: bytes, name: str) -> Protected:
    """Count buildings, flats and vacant flats per block.

    Raises
    ------
    InputError
        If blocks are missing or are addresses themselves, a building stands twice, or more flats are vacant than there.
    """
    table = read_keyed(data, name, NAMES, NEEDED)
    if "block" not in table.columns:
        raise InputError(
            gettext_noop("The column Block is missing; flats are counted by block, single addresses are not kept."),
            where=name,
        )
    blocks: dict[str, list[int]] = {}
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        block = _block(cells, f"{name}:{number}")
        address = " ".join(cells["address"].casefold().split())
        if address in seen:
            raise InputError(
                gettext_noop("This building stands here a second time; the first is row %(first)s."),
                where=f"{name}:{number}", first=seen[address],
            )  # fmt: skip
        seen[address] = number
        flats, empty = (read_count(cells[column], f"{name}:{number}") for column in ("flats", "empty"))
        if empty > flats:
            raise InputError(gettext_noop("More flats are vacant than there are."), where=f"{name}:{number}")
        counts = blocks.setdefault(block, [0, 0, 0])
        for place, value in enumerate((1, flats, empty)):
            counts[place] += value
    rows = tuple(
        {"block": block, "buildings": str(counts[0]), "flats": str(counts[1]), "empty": str(counts[2])}
        for block, counts in sorted(blocks.items())
    )
    if not table.above["day"]:
        raise InputError(
            gettext_noop("Above the table a row 'Stichtag;31.12.2025' must name the key date."), where=name
        )
    return Protected("vacancy", table.above, rows)


def _block(cells: Mapping[str, str], where: str) -> str:
    block = " ".join(cells["block"].split())[:80]
    if not block or not cells["address"]:
        raise InputError(gettext_noop("Block or address is missing in this row."), where=where)
    if block.casefold() == " ".join(cells["address"].casefold().split()):
        raise InputError(
            gettext_noop("The block is named like the building; a block has a name of its own."), where=where
        )
    return block


def protect(data: bytes, name: str) -> bytes:
    """Return the counts per block only."""
    return write_protected(counted(data, name))


def read(data: bytes, name: str, _definitions: Definitions, _answers: Answers) -> Taken:
    """Take totals, and the blocks as they may be shown to everybody.

    Raises
    ------
    InputError
        If the table is not whole, or fewer than five buildings are counted.
    """
    table = read_protected(data, name)
    shown = public_blocks(table.rows)
    totals = {
        column: ("1", float(sum(int(row[column]) for row in table.rows))) for column in ("buildings", "flats", "empty")
    }
    notes = [Sentence(gettext_noop(
        "These are the flats of one company; no vacancy rate of the whole town follows from them."
    ))]  # fmt: skip
    if len(shown) < len(table.rows) or any(not row[0] for row in shown):
        notes.append(
            Sentence(gettext_noop("Blocks of fewer than 5 buildings are joined wherever others can see them."))
        )
    return Taken(
        described_as(table, gettext_noop("Vacant flats by block, list of a housing company")), source_of(table),
        totals=totals, outcomes={"blocks": {"unit": "1", "value": shown}}, notes=tuple(notes), seen=False,
    )  # fmt: skip


VACANCY_LIST = IndicatorSource(
    "vacancy-list",
    Text("Vacancy list of a housing company", "Leerstandsliste eines Wohnungsunternehmens"),
    is_list,
    read,
    protect,
    seen=False,
)
