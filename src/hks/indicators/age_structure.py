"""Population, ageing and youth of each unit from residents by age, as finely as the table's ages allow."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome

OPEN = np.inf
YEARS_IN_OPEN_AGE = 2.5  # our choice: mean years lived beyond the start of an open last age of 90 or 100


def persons_in_ages(persons: np.ndarray, ages: np.ndarray, low: float, high: float) -> np.ndarray:
    """Count the people within an age range; nan everywhere if the table's ages do not have its limits.

    Parameters
    ----------
    persons : (row, column) array
        Residents; NaN where missing. [persons]
    ages : (2, column) array
        Age limits of each column, upper limit excluded, inf where open. [a]
    low, high : float
        The range, upper limit excluded; inf is open. [a]

    Returns
    -------
    (row,) array
        NaN where any cell is missing. [persons]
    """
    lows, highs = ages
    if low not in lows or high not in highs:
        return np.full(len(persons), np.nan)
    inside = (lows >= low) & (highs <= high)
    return np.asarray(persons[:, inside].sum(axis=1))


def mean_age(persons: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """Return the mean age, or nan where the table does not know single years of age.

    Parameters
    ----------
    persons : (row, column) array
        [persons]
    ages : (2, column) array
        Age limits of each column. [a]

    Returns
    -------
    (row,) array
        [a]
    """
    lows, highs = ages
    closed = np.isfinite(highs)
    if not (highs[closed] - lows[closed] == 1).all():
        return np.full(len(persons), np.nan)
    middle = np.where(closed, lows + 0.5, lows + YEARS_IN_OPEN_AGE)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(persons @ middle / persons.sum(axis=1))


RATIOS: Sequence[tuple[str, float, tuple[float, float], tuple[float, float]]] = (
    ("share_65_plus", 100.0, (65, OPEN), (0, OPEN)),
    ("share_under_18", 100.0, (0, 18), (0, OPEN)),
    ("youth_ratio", 100.0, (0, 20), (20, 65)),
    ("old_age_ratio", 100.0, (65, OPEN), (20, 65)),
    ("share_80plus", 100.0, (80, OPEN), (0, OPEN)),
    ("replacement_ratio", 1.0, (20, 21), (65, 66)),
)


def answer(inputs: Inputs, _values: Values, _seed: int) -> Outcomes:
    """Compute what the table's ages allow per unit and key date; what is missing is left out, never zero."""
    table = inputs["table"]
    ages = np.array([(low, OPEN if high is None else high) for _sex, low, high in table.columns], dtype=float).T
    found = {"population": persons_in_ages(table.persons, ages, 0, OPEN)}
    with np.errstate(invalid="ignore", divide="ignore"):
        for name, scale, part, whole in RATIOS:
            counts = [persons_in_ages(table.persons, ages, *limits) for limits in (part, whole)]
            found[name] = scale * counts[0] / counts[1]
    found["mean_age"] = mean_age(table.persons, ages)
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
        "Population, shares of the old and the young, and mean age, as far as the table's ages allow."
    ),
    inputs=(Input("table", gettext_noop("Residents by age and sex"), ("population-table", "single-ages")),),
    parameters=(),
    outcomes=(
        Outcome("population", gettext_noop("People living here"), "persons", ("ags", "day"), "table"),
        Outcome("share_65_plus", gettext_noop("People of 65 and more"), "%", ("ags", "day"), "table"),
        Outcome("share_under_18", gettext_noop("People under 18"), "%", ("ags", "day"), "table"),
        Outcome("youth_ratio", gettext_noop("Under 20 for each 100 of 20 to 64"), "%", ("ags", "day"), "table"),
        Outcome("old_age_ratio", gettext_noop("65 and more for each 100 of 20 to 64"), "%", ("ags", "day"), "table"),
        Outcome("share_80plus", gettext_noop("People of 80 and more"), "%", ("ags", "day"), "table"),
        Outcome("replacement_ratio", gettext_noop("20 year-olds for each 65 year-old"), "1", ("ags", "day"), "table"),
        Outcome("mean_age", gettext_noop("Mean age"), "a", ("ags", "day"), "table"),
    ),
    compute=answer,
    version="2",
)
