"""Compile every kernel once, so that the first person does not wait."""

from hks.climate.heavy_rain import warm_up as heavy_rain
from hks.demography.cohort_component import warm_up as projection
from hks.finance.budget_ensemble import warm_up as budget
from hks.scenarios.cross_impact import warm_up as cross_impact
from hks.workbench.catalogues import finance_rules


def warm_up() -> None:
    """Run each compiled kernel on its smallest case."""
    projection()
    heavy_rain()
    cross_impact()
    budget(finance_rules())
