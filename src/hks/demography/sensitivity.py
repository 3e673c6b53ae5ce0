"""Which assumption matters most: the median of the last year when one assumption after the other is moved."""

from typing import cast

import numpy as np

from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome
from hks.demography.projection import PARAMETERS, as_chosen, assumptions, seconds
from hks.demography.unit_futures import last_bands

DRAWS = 200  # our choice: the same futures for every move, so few are enough to compare medians
# How far each assumption is moved down and up: its own spread; for moving, what a year can bring (our choice).
MOVES = {
    "tfr_target": 0.15, "life_expectancy_gain": 0.7, "net_migration_rate": 2.0, "arrivals": 10.0, "stay_share": 0.1,
}  # fmt: skip


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Move one assumption at a time and keep all others, the same chance included."""
    values = {**values, "draws": DRAWS}
    picked = as_chosen(inputs, values, seed)
    children = float(picked.outlook.local.fertility[picked.places].mean())

    def last(changed: dict[str, float]) -> float:
        outlook = picked.outlook.under(assumptions({**values, **changed}, seed))
        drawn = [last_bands(outlook, place, picked.ags[place]) for place in picked.places]
        return float(np.median(sum(one.sum(axis=(1, 2)) for one in drawn)))

    changes = []
    for name, move in MOVES.items():
        own = cast("float", values[name]) or (children if name == "tfr_target" else 0.0)
        low, high = max(own - move, 0.0) if name != "net_migration_rate" else own - move, own + move
        told = [last({name: value}) for value in (low, high)]
        changes.append({"assumption": name, "low": low, "high": high, "at_low": told[0], "at_high": told[1]})
    changes.sort(key=lambda row: -abs(cast("float", row["at_high"]) - cast("float", row["at_low"])))
    return {"year": picked.outlook.base_year + cast("int", values["years"]), "middle": last({}), "changes": changes}


def estimate(inputs: Inputs, values: Values) -> float:
    """Estimate the run: two projections for each assumption and one in the middle. [s]"""
    return (2 * len(MOVES) + 1) * seconds(inputs, {**values, "draws": DRAWS})


SENSITIVITY = Method(
    group="population",
    verb="sensitivity",
    title=gettext_noop("Which assumption matters most"),
    summary=gettext_noop("How many people would live here if one assumption after the other were moved."),
    inputs=(
        Input("table", gettext_noop("Residents by age and sex"), ("population-table",)),
        Input("rates", gettext_noop("Life table of the country; without it the official one of that time"),
              ("population-rates",), required=False),
    ),
    parameters=tuple(p for p in PARAMETERS if p.name not in {"constrain_to", "keep_draws"}),
    outcomes=(
        Outcome("year", gettext_noop("Year"), "a"),
        Outcome("middle", gettext_noop("People living here with all assumptions as given"), "persons"),
        Outcome("changes", gettext_noop("People living here when one assumption is moved"), "persons",
                ("assumption", "low and high"), "table"),
    ),
    compute=answer,
    estimate=estimate,
    version="2",
    draws=True,
    references=("Saltelli et al. (2008): Global Sensitivity Analysis, Wiley, ch. 1 (one at a time, its limits)",),
)  # fmt: skip
