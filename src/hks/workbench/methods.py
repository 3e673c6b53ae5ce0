"""THE list of methods: one line each."""

from hks.capacity.recommender import recommendation
from hks.core.method import Method
from hks.core.registry import by_slug
from hks.decisions.ranking import RANK
from hks.decisions.robustness import ROBUSTNESS
from hks.demography.hindcast import HINDCAST
from hks.demography.life_table import LIFE_TABLE
from hks.demography.projection import PROJECT
from hks.demography.sensitivity import SENSITIVITY
from hks.evaluation.before_after import BEFORE_AFTER
from hks.finance.projection import budget_projection
from hks.indicators.age_structure import AGE_STRUCTURE
from hks.participation.acceptance import ACCEPTANCE
from hks.participation.statements import STATEMENTS
from hks.scenarios.cross_impact import SOLVE
from hks.scenarios.succession import BASINS, SUCCESSION
from hks.workbench.catalogues import finance_rules, transfer_formats

METHODS: dict[str, Method] = by_slug(
    [
        AGE_STRUCTURE,
        HINDCAST,
        LIFE_TABLE,
        PROJECT,
        SENSITIVITY,
        budget_projection(finance_rules),
        SOLVE,
        BASINS,
        SUCCESSION,
        RANK,
        ROBUSTNESS,
        ACCEPTANCE,
        STATEMENTS,
        BEFORE_AFTER,
        recommendation(transfer_formats),
    ]
)
