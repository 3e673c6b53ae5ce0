"""Life tables from probabilities of dying."""

from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome

RADIX = 100_000.0  # persons alive at age 0, as in the tables of Destatis
FIRST_YEAR_SHARE = 0.13  # share of the first year lived by those who die in it; Destatis tables imply .12 to .14
FROM_TABLE, CONSTANT_HAZARD = "T(last) from the table", "constant hazard beyond the last age"


@dataclass(frozen=True)
class Mortality:
    """Published probabilities of dying of one sex; what the table does not give is None.

    `dying` is an (age,) array of q(x) [1]; `first_year_share` is a(0) [1]; `last_total` is T(last age) for
    100,000 births [persons a].
    """

    dying: np.ndarray
    first_year_share: float | None = None
    last_total: float | None = None


@dataclass(frozen=True)
class LifeTable:
    """One life table: survivors l, deaths d, person-years L, remaining person-years T and life expectancy e by age."""

    survivors: np.ndarray
    deaths: np.ndarray
    years_lived: np.ndarray
    years_left: np.ndarray
    expectancy: np.ndarray
    closing: str


def life_table(mortality: Mortality) -> LifeTable:
    """Build a life table for single years of age.

    Parameters
    ----------
    mortality : Mortality
        q(x) for ages 0 to the last, which is open-ended, and what the table says of its ends.

    Returns
    -------
    LifeTable
        Arrays of shape (age,). [persons], [persons], [persons a], [persons a], [a]

    Raises
    ------
    InputError
        If a probability is missing or lies outside 0 to 1.

    References
    ----------
    Preston, Heuveline & Guillot (2001): *Demography*, Blackwell, ch. 3.
    """
    dying = mortality.dying
    if dying.size < 2 or not ((dying >= 0) & (dying <= 1)).all():
        raise InputError(gettext_noop("Probabilities of dying must be given for each age and lie between 0 and 1."))
    survivors = RADIX * np.concatenate([[1.0], np.cumprod(1.0 - dying[:-1])])
    deaths = survivors * dying
    share = np.full(dying.size, 0.5)
    share[0] = FIRST_YEAR_SHARE if mortality.first_year_share is None else mortality.first_year_share
    years_lived = survivors - (1.0 - share) * deaths
    left, closing = beyond(survivors[-1], dying[-1], mortality.last_total)
    years_left = np.concatenate([left + np.cumsum(years_lived[:-1][::-1])[::-1], [left]])
    with np.errstate(invalid="ignore", divide="ignore"):
        expectancy = np.where(survivors > 0, years_left / survivors, 0.0)
    return LifeTable(survivors, deaths, years_lived, years_left, expectancy, closing)


def beyond(survivors: float, dying: float, published: float | None) -> tuple[float, str]:
    """Return the person-years lived from the last age on, and how they were found."""
    if published is not None:
        return published, FROM_TABLE
    if dying in {0.0, 1.0}:
        return survivors * 0.5, CONSTANT_HAZARD
    return float(survivors / -np.log1p(-dying)), CONSTANT_HAZARD


def answer(inputs: Inputs, _values: Values, _seed: int) -> Outcomes:
    """Recompute the published table of each sex."""
    tables = {sex: life_table(mortality) for sex, mortality in inputs["table"].items()}
    return {
        "sex": {
            sex: {
                "l": t.survivors.tolist(),
                "d": t.deaths.tolist(),
                "L": t.years_lived.tolist(),
                "e": t.expectancy.tolist(),
            }
            for sex, t in tables.items()
        },
        "closing": {sex: t.closing for sex, t in tables.items()},
    }


LIFE_TABLE = Method(
    group="population",
    verb="life-table",
    title=gettext_noop("Life table"),
    summary=gettext_noop("Survivors, deaths, years lived and life expectancy by age from probabilities of dying."),
    inputs=(Input("table", gettext_noop("Official life table"), ("life-table",)),),
    parameters=(),
    outcomes=(
        Outcome("sex", gettext_noop("Life table by sex"), "1", ("sex", "column", "age"), "table"),
        Outcome("closing", gettext_noop("How the last age was closed")),
    ),
    compute=answer,
    references=("Preston, Heuveline & Guillot (2001): Demography, Blackwell, ch. 3",),
)
