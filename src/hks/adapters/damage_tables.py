"""Tables of damage by return period."""

from collections.abc import Sequence

import numpy as np

from hks.adapters.column_tables import Columns, read_columns
from hks.climate.expected_damage import Events
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

COLUMNS = {
    "return_period": ("return_period", "t", "jährlichkeit", "jaehrlichkeit", "wiederkehrzeit"),
    "damage": ("damage", "damage_eur", "schaden", "schaden_eur"),
    "damage_low": ("damage_low", "schaden_niedrig"),
    "damage_high": ("damage_high", "schaden_hoch"),
    "with_measure": ("with_measure", "mit_maßnahme", "mit_massnahme"),
    "with_measure_low": ("with_measure_low", "mit_maßnahme_niedrig", "mit_massnahme_niedrig"),
    "with_measure_high": ("with_measure_high", "mit_maßnahme_hoch", "mit_massnahme_hoch"),
}
LARGEST = 1e13  # our choice: more than all buildings of a country are worth [EUR]


def read_damage_events(data: bytes, name: str) -> Events:
    """Read columns return_period [a] and damage [EUR]; damage_low and damage_high, with_measure where known.

    Raises
    ------
    InputError
        If a column is missing, a value is negative, or low, middle and high are out of order.
    """
    table = read_columns(data, name, COLUMNS, ("return_period", "damage"))
    years = table.numbers("return_period", 1.0, 1e6)
    damage = _bands(table, "damage", name)
    if "with_measure" not in table.cells:
        return Events(years, damage)
    after = _bands(table, "with_measure", name)
    if after.shape != damage.shape:
        raise InputError(
            gettext_noop("Give low and high both without and with the measure, or for neither."), where=name
        )
    return Events(years, damage, after)


def _bands(table: Columns, column: str, name: str) -> np.ndarray:
    columns: Sequence[str] = [f"{column}_low", column, f"{column}_high"]
    given = [one for one in columns if one in table.cells]
    if len(given) == 1:
        return table.numbers(column, 0.0, LARGEST)[None, :]
    if len(given) != 3:
        raise InputError(gettext_noop("Give low and high together, or neither."), where=name)
    bands = np.stack([table.numbers(one, 0.0, LARGEST) for one in columns])
    if (np.diff(bands, axis=0) < 0).any():
        raise InputError(gettext_noop("Low lies above the middle, or the middle above high."), where=name)
    return bands
