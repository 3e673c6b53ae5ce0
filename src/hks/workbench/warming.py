"""Compile every kernel once, so that the first person does not wait."""

from hks.climate.heavy_rain import warm_up as heavy_rain
from hks.climate.infiltration import warm_up as losses
from hks.climate.sinks import warm_up as sinks
from hks.climate.small_reservoirs import warm_up as small_reservoirs
from hks.demography.cohort_component import warm_up as projection
from hks.finance.budget_ensemble import warm_up as budget
from hks.scenarios.cross_impact import warm_up as cross_impact
from hks.workbench.catalogues import finance_rules


def warm_up() -> None:
    """Run each compiled kernel on its smallest case."""
    projection()
    heavy_rain()
    losses()
    sinks()
    small_reservoirs()
    cross_impact()
    budget(finance_rules())
