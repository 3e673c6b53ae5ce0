"""Population, ageing and youth of each unit from residents by age band."""

from typing import Any

import numpy as np

from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome


def share_in_ages(persons: np.ndarray, lows: np.ndarray, highs: np.ndarray, low: int, high: float) -> np.ndarray:
    """Divide the people within an age range by all people.

    Parameters
    ----------
    persons : (row, column) array
        Residents; NaN where missing. [persons]
    lows, highs : (column,) arrays
        Age limits of each column, upper limit excluded, inf where open. [a]
    low, high : int, float
        The range; its limits must be limits of columns. [a]

    Returns
    -------
    (row,) array
        Share of all residents, NaN where any cell is missing. [%]
    """
    inside = (lows >= low) & (highs <= high)
    total = persons.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(100.0 * persons[:, inside].sum(axis=1) / total)


def answer(inputs: Inputs, _values: Values, _seed: int) -> Outcomes:
    """Compute the three indicators per unit and key date; what is missing is left out, never zero."""
    table = inputs["table"]
    lows = np.array([low for _, low, _ in table.columns], dtype=float)
    highs = np.array([np.inf if high is None else high for _, _, high in table.columns])
    found = {
        "population": table.persons.sum(axis=1),
        "share_65_plus": share_in_ages(table.persons, lows, highs, 65, np.inf),
        "share_under_18": share_in_ages(table.persons, lows, highs, 0, 18),
    }
    return {name: _by_unit(table, values) for name, values in found.items()}


def _by_unit(table: Any, values: np.ndarray) -> dict[str, dict[str, float]]:
    units: dict[str, dict[str, float]] = {}
    for ags, day, value in zip(table.ags, table.dates, values.tolist(), strict=True):
        if np.isfinite(value):
            units.setdefault(ags, {})[day] = value
    return units


AGE_STRUCTURE = Method(
    group="region",
    verb="age-structure",
    title=gettext_noop("Population and age structure"),
    summary=gettext_noop(
        "Population, share of people of 65 and more, share of people under 18, per unit and key date."
    ),
    inputs=(Input("table", gettext_noop("Residents by age and sex"), ("population-table",)),),
    parameters=(),
    outcomes=(
        Outcome("population", gettext_noop("People living here"), "persons", ("ags", "day"), "table"),
        Outcome("share_65_plus", gettext_noop("People of 65 and more"), "%", ("ags", "day"), "table"),
        Outcome("share_under_18", gettext_noop("People under 18"), "%", ("ags", "day"), "table"),
    ),
    compute=answer,
)
