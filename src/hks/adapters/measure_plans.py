"""Plans of measures: what a town wants to do and how much of it."""

from typing import cast

import numpy as np

from hks.adapters.column_tables import Columns, read_columns
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.measures.catalogue import Triple
from hks.measures.cost import Planned

COLUMNS = {
    "key": ("key", "measure", "maßnahme", "massnahme"),
    "amount": ("amount", "menge", "größe"),
    "low": ("low", "niedrig"),
    "middle": ("middle", "mittel"),
    "high": ("high", "hoch"),
}
OWN = ("low", "middle", "high")
LARGEST = 1e12  # our choice: no town spends more [EUR], nor has more of anything


def read_measure_plan(data: bytes, name: str) -> tuple[Planned, ...]:
    """Read columns key and amount, and where a town knows better the cost of a unit: low, middle, high [EUR].

    Raises
    ------
    InputError
        If a column or value is missing, an amount is negative, or the own cost is out of order.
    """
    table = read_columns(data, name, COLUMNS, ("key", "amount"))
    amounts = table.numbers("amount", 0.0, LARGEST)
    given = [column for column in OWN if column in table.cells]
    if given and len(given) < len(OWN):
        raise InputError(gettext_noop("Give low, middle and high together, or none of them."), where=name)
    found = []
    for place, key in enumerate(table.cells["key"]):
        where = f"{name}:{table.lines[place]}"
        if not key:
            raise InputError(gettext_noop("The key of the measure is missing."), where=where)
        found.append(Planned(key, float(amounts[place]), _own(table, place, where) if given else None))
    return tuple(found)


def _own(table: Columns, place: int, where: str) -> Triple | None:
    cells = [table.cells[column][place] for column in OWN]
    if not any(cells):
        return None
    values = np.array([table.number(column, place, 0.0, LARGEST) for column in OWN])
    if (np.diff(values) < 0).any():
        raise InputError(gettext_noop("Low lies above the middle, or the middle above high."), where=where)
    return cast("Triple", tuple(values.tolist()))
