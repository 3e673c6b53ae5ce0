"""From the bytes of a dataset to what a method reads, through the adapters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hks.adapters.budget_files import read_plan
from hks.adapters.care_tables import read_care
from hks.adapters.cost_variants import read_cost_variants
from hks.adapters.cover_tables import read_cover_classes, read_cover_table
from hks.adapters.cross_impact_files import read_matrix
from hks.adapters.damage_tables import read_damage_events
from hks.adapters.death_rates import read_death_rates
from hks.adapters.decision_files import read_comparisons, read_decision_table, read_scenario_table
from hks.adapters.depth_results import read_depth
from hks.adapters.drawn_measures import read_drawn_measures
from hks.adapters.employment_tables import read_employment
from hks.adapters.experiment_tables import read_experiments
from hks.adapters.heat_tables import read_heat_parts, read_heat_places, read_land_classes, read_places
from hks.adapters.labelled_tables import read_coefficients, read_distances, read_flows, read_market
from hks.adapters.life_tables import read_life_tables
from hks.adapters.measure_plans import read_measure_plan
from hks.adapters.measurements import read_measurements
from hks.adapters.need_files import read_need
from hks.adapters.outlines import read_outlines
from hks.adapters.people_by_draw import read_people_by_draw
from hks.adapters.population_paths import read_population_path
from hks.adapters.population_tables import read_population
from hks.adapters.portfolio_files import read_portfolio
from hks.adapters.rainfall import read_rain_depths
from hks.adapters.region.rates import care_figures, national_rates, rates_with_life_table
from hks.adapters.reservoir_tables import read_names, read_reservoirs_of_any_form, read_weather
from hks.adapters.sealed_ballots import read_ballots
from hks.adapters.signpost_tables import read_series, read_signposts
from hks.adapters.single_ages import read_single_ages
from hks.adapters.storm_files import read_roughness, read_storm
from hks.adapters.street_lines import read_street_lines
from hks.adapters.terrain import read_grid
from hks.adapters.town_parts import read_parts
from hks.adapters.water_blocks import read_blocks, read_water_parameters
from hks.adapters.yearly_series import read_yearly_series
from hks.core import evidence
from hks.core.errors import HksError, InputError
from hks.core.evidence import Source
from hks.core.messages import gettext_noop
from hks.core.method import Method


@dataclass(frozen=True)
class Dataset:
    """Bytes with a name and, where known, a source; `filed_as` is the digest of the record it was filed under.

    What someone judged or measured says so as its kind and names their role, never the person.
    """

    name: str
    data: bytes
    source: Source | None = None
    filed_as: str = ""
    kind: evidence.Kind = "file"
    role: str = ""

    @property
    def record(self) -> evidence.Record:
        """Make the record of this file."""
        return evidence.record(
            self.kind,
            values={"role": self.role} if self.role else None,
            outcomes={"file": {"unit": "bytes", "value": len(self.data), "digest": evidence.digest_of_file(self.data)}},
            source=self.source,
        )

    @property
    def digest(self) -> str:
        """Name the record of these bytes."""
        return self.filed_as or self.record.digest


Reader = Callable[[bytes, str], Any]

# kind of dataset -> how its bytes become arrays; one line each
READERS: dict[str, Reader] = {
    "budget-plan": read_plan,
    "building-outlines": read_outlines,
    "care-table": read_care,
    "commuter-flows": read_flows,
    "comparisons": read_comparisons,
    "cost-variants": read_cost_variants,
    "cover-table": read_cover_table,
    "cross-impact-matrix": read_matrix,
    "death-rates": read_death_rates,
    "decision-table": read_decision_table,
    "distances": read_distances,
    "experiment-table": read_experiments,
    "format-need": read_need,
    "input-coefficients": read_coefficients,
    "indicator-series": read_series,
    "reservoir-choice": read_names,
    "reservoir-weather": read_weather,
    "reservoirs": read_reservoirs_of_any_form,
    "scenario-table": read_scenario_table,
    "sealed-ballots": read_ballots,
    "life-table": read_life_tables,
    "measurements": read_measurements,
    "people-by-draw": read_people_by_draw,
    "population-path": read_population_path,
    "population-rates": rates_with_life_table,
    "population-table": read_population,
    "portfolio": read_portfolio,
    "yearly-series": read_yearly_series,
    "sector-table": read_employment,
    "rain-depths": read_rain_depths,
    "roughness": read_roughness,
    "signposts": read_signposts,
    "single-ages": read_single_ages,
    "storm": read_storm,
    "street-lines": read_street_lines,
    "terrain": read_grid,
    "town-parts": read_parts,
    "trade-area": read_market,
    "damage-events": read_damage_events,
    "drawn-measures": read_drawn_measures,
    "depth-result": read_depth,
    "hazard-map": read_grid,
    "heat-parts": read_heat_parts,
    "heat-places": read_heat_places,
    "land-cover": read_cover_classes,
    "land-classes": read_land_classes,
    "measure-plan": read_measure_plan,
    "weather-places": read_places,
    "water-blocks": read_blocks,
    "water-parameters": read_water_parameters,
}

# kind of dataset -> what hks brings along for an input left out; part of the software, so not an input of the record
BROUGHT_ALONG: dict[str, Callable[[], Any]] = {"care-table": care_figures, "population-rates": national_rates}


def opened(method: Method, inputs: Mapping[str, Dataset]) -> dict[str, Any]:
    """Read the datasets of a method.

    Raises
    ------
    InputError
        If a required dataset is missing, or none of the accepted readers understands the bytes.
    """
    found: dict[str, Any] = {}
    for wanted in method.inputs:
        dataset = inputs.get(wanted.name)
        if dataset is not None:
            found[wanted.name] = read(wanted.accepts, dataset)
        elif wanted.accepts[0] in BROUGHT_ALONG:
            found[wanted.name] = BROUGHT_ALONG[wanted.accepts[0]]()
        elif wanted.required:
            raise InputError(gettext_noop("The input '%(name)s' is missing."), name=wanted.name)
    return found


def read(kinds: tuple[str, ...], dataset: Dataset) -> Any:
    """Try the accepted readers in turn; the first refusal is the one a person sees."""
    refusals: list[HksError] = []
    for kind in kinds:
        try:
            return READERS[kind](dataset.data, dataset.name)
        except InputError as error:
            refusals.append(error)
    raise refusals[0]
