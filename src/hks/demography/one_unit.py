"""One unit along every possible future: what the demand for places, dwellings and warnings starts from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Values
from hks.demography.cohort_component import Drivers, Noise, noise_of_lives, project_in_chunks
from hks.demography.projection import PARAMETERS, SPEED, as_chosen
from hks.numerics.quantiles import named_quantiles

Band = dict[str, list[float]]


@dataclass(frozen=True)
class OneUnit:
    """A unit ready to be projected.

    `population` is (sex, age) in the base year [persons]; `share` is the part of the table's unit that it stands for,
    below 1 where a district was scaled to a town [1].
    """

    key: str
    name: str
    base_year: int
    years: int
    population: np.ndarray
    drivers: Drivers
    noise: Noise
    share: float
    warnings: tuple[str, ...]

    @property
    def estimated(self) -> bool:
        """Say whether the age structure is that of the district."""
        return self.share < 1.0

    @property
    def calendar(self) -> list[int]:
        """List the years, the base year first."""
        return list(range(self.base_year, self.base_year + self.years + 1))

    def reduced(self, reduce: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Project along every draw and keep what `reduce` makes of (draw, year + 1, sex, age) persons."""
        parts = project_in_chunks(self.population, self.drivers, noise=self.noise)
        return np.concatenate([reduce(part) for part in parts])

    def mean_in(self, year: int) -> np.ndarray:
        """Return the mean (sex, age) residents of some hundred draws in the nearest year projected. [persons]"""
        place = min(max(year - self.base_year, 0), self.years)
        first = next(project_in_chunks(self.population, self.drivers, noise=self.noise))
        return np.asarray(first[:, place].astype(np.float64).mean(axis=0))


def one_unit(inputs: Inputs, values: Values, seed: int) -> OneUnit:
    """Take one unit of a table and put together what moves it.

    Raises
    ------
    InputError
        If the table holds several units and none was chosen, or not the one chosen.
    """
    picked = as_chosen(inputs, values, seed)
    if len(picked.places) > 1:
        raise InputError(
            gettext_noop("The table holds %(found)s units; choose one by its official key, such as %(first)s."),
            found=len(picked.places), first=picked.ags[0],
        )  # fmt: skip
    (place,), outlook = picked.places, picked.outlook
    key, population = picked.ags[place], outlook.local.population[place]
    return OneUnit(
        key=key, name=picked.names[key], base_year=outlook.base_year, years=outlook.given.years,
        population=population, drivers=outlook.drivers(place, key), noise=noise_of_lives(population, outlook.seed(key)),
        share=picked.share, warnings=tuple(picked.warnings),
    )  # fmt: skip


def weighted(persons: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Count people by weights of sex and age.

    Parameters
    ----------
    persons : (draw, year, sex, age) array
        [persons]
    weights : (kind, sex, age) array
        How much a person counts for each kind. [any]

    Returns
    -------
    (draw, year, kind) array
        [persons times weights]
    """
    flat = persons.reshape(*persons.shape[:2], -1).astype(np.float64)
    return np.asarray(flat @ weights.reshape(len(weights), -1).T)


def band(draws: np.ndarray) -> Band:
    """Take p10, p50 and p90 over the draws of a (draw, year) array."""
    return {name: values.tolist() for name, values in named_quantiles(draws).items()}


def seconds(_inputs: Inputs, values: Values) -> float:
    """Estimate the run. [s]"""
    return 0.1 + cast("int", values["draws"]) * cast("int", values["years"]) / SPEED


# The assumptions of the projection; one unit only, so that its districts' figures can be put beside it.
COMMON = tuple(
    replace(p, title=gettext_noop("Official key of one unit; 0 if the table has one only")) if p.name == "unit" else p
    for p in PARAMETERS if p.name not in {"age_ranges", "constrain_to", "keep_draws"}
)  # fmt: skip
