"""The chance that a town falls below a share of its people of today, from the draws of the projection."""

from typing import cast

import numpy as np

from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.demography.one_unit import COMMON, band, one_unit, seconds


def below(totals: np.ndarray, share: float) -> np.ndarray:
    """Say in which draws and years fewer people live here than a share of the base year's.

    Parameters
    ----------
    totals : (draw, year + 1) array
        Residents, the base year first. [persons]
    share : float
        [1]

    Returns
    -------
    (draw, year + 1) array of bool
    """
    return np.asarray(totals < share * totals[:, :1])


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Count the draws that lie below the threshold, year by year and ever."""
    unit = one_unit(inputs, values, seed)
    totals = unit.reduced(lambda part: part.sum(axis=(2, 3), dtype=np.float64))
    crossed = below(totals, cast("float", values["share"]) / 100.0)
    chance = float(crossed[:, -1].mean())
    return {
        "years": unit.calendar,
        "probability": chance,
        "sampling_error": float(np.sqrt(chance * (1.0 - chance) / len(totals))),
        "probability_ever": float(crossed.any(axis=1).mean()),
        "by_year": crossed.mean(axis=0).tolist(),
        "total": band(totals),
        "estimated": unit.estimated,
        "warnings": list(unit.warnings),
    }


CROSSING = Method(
    group="population",
    verb="crossing",
    title=gettext_noop("Chance of losing a share of the people"),
    summary=gettext_noop("How likely it is that fewer people than a threshold live here in some years."),
    inputs=(
        Input("table", gettext_noop("Residents by age and sex"), ("population-table",)),
        Input("rates", gettext_noop("Life table of the country; without it the official one of that time"),
              ("population-rates",), required=False),
    ),
    parameters=(
        Parameter("share", gettext_noop("Threshold, as a share of the people of the base year"), "number", 90.0, "%",
                  low=1, high=200, step=1, source=gettext_noop("our choice: a tenth fewer")),
        Parameter("years", gettext_noop("Years ahead"), "integer", 10, "a", low=1, high=60),
        *(p for p in COMMON if p.name != "years"),
    ),
    outcomes=(
        Outcome("years", gettext_noop("Years"), "a"),
        Outcome("probability", gettext_noop("Chance to lie below the threshold in the last year"), better="less"),
        Outcome("sampling_error", gettext_noop("Standard error of this chance from the number of futures")),
        Outcome("probability_ever", gettext_noop("Chance to fall below the threshold in any year"), better="less"),
        Outcome("by_year", gettext_noop("Chance to lie below the threshold, by year"), "1", ("year",), "series"),
        Outcome("total", gettext_noop("People living here"), "persons", ("quantile", "year"), "band"),
        Outcome("estimated", gettext_noop("The age structure is estimated")),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    estimate=seconds,
    version="2",
    draws=True,
    references=("Preston, Heuveline & Guillot (2001): Demography, Blackwell, ch. 6",),
)  # fmt: skip
