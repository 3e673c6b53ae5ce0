"""THE list of methods: one line each."""

from hks.capacity.recommender import recommendation
from hks.climate.affected_streets import STREETS
from hks.climate.damage import DAMAGE
from hks.climate.expected_damage import EAD
from hks.climate.hazard_map import COMPARE
from hks.climate.heat_of_town import HEAT_MAP
from hks.climate.heat_stress import HEAT_STRESS
from hks.climate.reservoir_years import RESERVOIRS
from hks.climate.runoff import RUNOFF
from hks.climate.sinks import SINKS
from hks.climate.storms import STORM
from hks.climate.water_balance import WATER_BALANCE
from hks.core.method import Method
from hks.core.registry import by_slug
from hks.decisions.cost_comparison import COSTS
from hks.decisions.discovery import DISCOVER
from hks.decisions.knowing import WORTH_OF_KNOWING
from hks.decisions.pairwise import WEIGHTS
from hks.decisions.portfolio import PORTFOLIO
from hks.decisions.ranking import RANK
from hks.decisions.robustness import ROBUSTNESS
from hks.decisions.sensitivity import SENSITIVITY_OF_RUNS
from hks.demography.crossing import CROSSING
from hks.demography.flow_backcast import FLOW_BACKCAST
from hks.demography.hindcast import HINDCAST
from hks.demography.housing import HOUSING
from hks.demography.life_table import LIFE_TABLE
from hks.demography.mortality_trend import MORTALITY_TREND
from hks.demography.projection import PROJECT
from hks.demography.sensitivity import SENSITIVITY
from hks.demography.service_demand import PLACES
from hks.demography.town_parts import TOWN_PARTS
from hks.economy.commuters import COMMUTERS
from hks.economy.input_output import MULTIPLIERS
from hks.economy.shift_share import SHIFT_SHARE
from hks.economy.trade_area import TRADE_AREA
from hks.evaluation.before_after import BEFORE_AFTER
from hks.finance.fees import FEES
from hks.finance.projection import budget_projection
from hks.indicators.age_structure import AGE_STRUCTURE
from hks.indicators.alarm_quality import alarm_quality
from hks.indicators.change_points import CHANGE_POINTS
from hks.measures.cost import measures_cost
from hks.participation.acceptance import ACCEPTANCE
from hks.participation.statements import STATEMENTS
from hks.scenarios.bundles import BUNDLES
from hks.scenarios.cross_impact import SOLVE
from hks.scenarios.influence import INFLUENCE
from hks.scenarios.judgements import UNCERTAINTY
from hks.scenarios.signposts import SIGNPOSTS
from hks.scenarios.succession import BASINS, SUCCESSION
from hks.workbench.catalogues import finance_rules, indicator_definitions, measure_catalogue, transfer_formats
from hks.workbench.heat_measures import measures_in_heat
from hks.workbench.people_to_budget import people_places_budget
from hks.workbench.rain_measures import measures_in_rain
from hks.workbench.rain_to_people import rain_risk
from hks.workbench.studies import foretold_totals

METHODS: dict[str, Method] = by_slug(
    [
        AGE_STRUCTURE,
        CHANGE_POINTS,
        HINDCAST,
        FLOW_BACKCAST,
        LIFE_TABLE,
        MORTALITY_TREND,
        PROJECT,
        SENSITIVITY,
        budget_projection(finance_rules),
        FEES,
        CROSSING,
        PLACES,
        HOUSING,
        TOWN_PARTS,
        people_places_budget(finance_rules),
        SOLVE,
        BASINS,
        SUCCESSION,
        UNCERTAINTY,
        INFLUENCE,
        BUNDLES,
        SIGNPOSTS,
        RANK,
        ROBUSTNESS,
        PORTFOLIO,
        WEIGHTS,
        COSTS,
        DISCOVER,
        SENSITIVITY_OF_RUNS,
        WORTH_OF_KNOWING,
        ACCEPTANCE,
        STATEMENTS,
        BEFORE_AFTER,
        alarm_quality(indicator_definitions, foretold_totals),
        STORM,
        RUNOFF,
        measures_in_rain(measure_catalogue),
        SINKS,
        SHIFT_SHARE,
        COMMUTERS,
        TRADE_AREA,
        MULTIPLIERS,
        recommendation(transfer_formats),
        DAMAGE,
        STREETS,
        COMPARE,
        EAD,
        rain_risk(measure_catalogue),
        HEAT_MAP,
        HEAT_STRESS,
        measures_in_heat(measure_catalogue),
        measures_cost(measure_catalogue),
        WATER_BALANCE,
        RESERVOIRS,
    ]
)
