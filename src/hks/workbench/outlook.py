"""What lies ahead of a town at hand, as a figure that a warning can use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.crossing import CROSSING
from hks.indicators.early_warning import light
from hks.workbench.compute import Computation, compute
from hks.workbench.imports import TidyFigure
from hks.workbench.inputs import Dataset, read
from hks.workbench.region import INDICATORS, population_table

SLUG = "forecast_p_loss10"
SHARE, YEARS = 90.0, 10  # the indicator's own definition: below nine tenths after ten years
DRAWS, SEED = 2000, 0  # our choice: sure within about two points, and the same for everybody
DISTRICTS = gettext_noop("This is the district's figure; the town's own ages are not at hand.")
LEVELS = {5: "district", 8: "town"}


@dataclass(frozen=True)
class Outlook:
    """The chance as a figure of the unit it was computed for [%], and the computation behind it."""

    figure: TidyFigure
    computation: Computation


def outlook(ags: str, table: Dataset | None = None, *, draws: int = DRAWS) -> Outlook:
    """Compute how likely a unit is to lose a tenth of its people in ten years.

    Parameters
    ----------
    ags : str
        Official key of a district or a town. A town that the table does not hold gets its district's figure, which
        stays the district's.
    table : Dataset, optional
        Residents by age and sex; without it those hks brings along.
    draws : int
        Possible futures.

    Raises
    ------
    InputError
        If the table holds neither the unit nor its district.
    """
    if not (ags.isascii() and ags.isdigit() and len(ags) in LEVELS):
        raise InputError(gettext_noop("'%(value)s' is not an AGS of 5 or 8 digits."), value=ags[:20])
    source = table or population_table()
    residents = read(("population-table",), source)
    unit = ags if ags in residents.ags else ags[: min(LEVELS)]
    values = {"unit": int(unit), "share": SHARE, "years": YEARS, "draws": draws}
    done = compute(CROSSING, {"table": source}, values, SEED)
    name = dict(zip(residents.ags, residents.names, strict=True)).get(unit, "")
    chance = 100.0 * float(done.outcomes["probability"])
    return Outlook(
        TidyFigure(unit, name, SLUG, f"{done.outcomes['years'][0]}-12-31", chance, INDICATORS[SLUG].unit), done
    )


def outlook_as_json(ags: str) -> Mapping[str, Any]:
    """Say what lies ahead of a unit at hand, in the words of the command line."""
    found, entry = outlook(ags), INDICATORS[SLUG]
    outcomes, figure = found.computation.outcomes, found.figure
    limits = (float(entry.yellow or 0.0), float(entry.red or 0.0))
    return {
        "ags": figure.ags, "name": figure.name, "level": LEVELS[len(figure.ags)], "indicator": SLUG,
        "value": figure.value, "unit": entry.unit, "light": light(figure.value, entry.better, limits),
        "yellow": limits[0], "red": limits[1], "base_year": outcomes["years"][0], "year": outcomes["years"][-1],
        "probability_ever": outcomes["probability_ever"], "evidence": found.computation.record.digest, "seed": SEED,
        "warnings": [*outcomes["warnings"], *([] if figure.ags == ags else [DISTRICTS])],
    }  # fmt: skip
