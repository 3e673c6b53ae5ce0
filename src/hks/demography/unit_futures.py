"""The futures of units: trajectories are counted and thrown away, and parts are made to add up to their whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.cohort_component import Book, Booked, Drivers, booked_in_chunks, noise_of_lives, sums_of_cells
from hks.demography.ensemble import Assumptions, CommonPaths, common_paths, number_of, unit_drivers
from hks.demography.local_migration import Local
from hks.demography.rates import PopulationRates
from hks.demography.ungrouping import BAND_STARTS, LAST_AGE

MOTHERS = (15, 20, 25, 30, 35, 40, 45)  # five-year ages of mothers
COUNTRY_KEY = "DG"
SUM_TOLERANCE = 1e-3  # our choice: share of a unit's residents that its parts may lack or have beyond


@dataclass(frozen=True)
class Outlook:
    """What the futures of all units of a table rest on."""

    local: Local
    base_year: int
    paths: CommonPaths
    rates: PopulationRates
    given: Assumptions

    def drivers(self, unit: int, key: str) -> Drivers:
        """Put together what moves one unit."""
        return unit_drivers(self.local, unit, number_of(key), self.paths, self.rates, self.base_year, self.given)

    def under(self, given: Assumptions) -> "Outlook":
        """Take other assumptions; what the unit's own deaths told stays."""
        given = replace(given, log_mortality_ratio=self.given.log_mortality_ratio)
        return replace(self, given=given, paths=common_paths(self.base_year, self.rates, given))

    def seed(self, key: str) -> int:
        """Return where the chance of a unit's single lives begins."""
        return self.given.seed ^ number_of(key)


@dataclass(frozen=True)
class Counts:
    """What is kept of every draw of a unit.

    Parameters
    ----------
    people : (draw, year + 1, sex, cell) array
        Residents on 31 December, the base year first, in cells of ages. [persons]
    births : (draw, year, group=7) array
        By five years of the mother's age, from 15. [persons/a]
    deaths : (draw, year, band=17) array
        [persons/a]
    """

    people: np.ndarray
    births: np.ndarray
    deaths: np.ndarray

    def plus(self, other: "Counts") -> "Counts":
        """Add another unit draw by draw."""
        return Counts(self.people + other.people, self.births + other.births, self.deaths + other.deaths)


@dataclass(frozen=True)
class Share:
    """How parts are scaled to their whole, draw by draw and cell by cell, as the fields of `Counts`.

    A cell becomes `times` what it was; where no part has anybody, `beyond` is shared out by residents. [1], [persons]
    """

    times: Counts
    beyond: Counts

    def of(self, part: Counts, weight: float) -> Counts:
        """Scale a part that has the share `weight` of the residents."""
        times, beyond = self.times, self.beyond
        return Counts(
            part.people * times.people + weight * beyond.people,
            part.births * times.births + weight * beyond.births,
            part.deaths * times.deaths + weight * beyond.deaths,
        )


def cells_of_age(ranges: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the lowest age of each cell such that the bands and some ranges of ages are sums of cells.

    `ranges` are of the first age and the end, which is not included. [a]
    """
    edges = {edge for pair in ranges for edge in pair if edge <= LAST_AGE}
    return tuple(sorted({*BAND_STARTS, *edges}))


def no_counts(given: Assumptions, starts: tuple[int, ...]) -> Counts:
    """Begin a sum."""
    draws, years = given.draws, given.years
    return Counts(
        np.zeros((draws, years + 1, 2, len(starts))), np.zeros((draws, years, len(MOTHERS))),
        np.zeros((draws, years, len(BAND_STARTS))),
    )  # fmt: skip


def trajectories(outlook: Outlook, unit: int, key: str, *, booked: bool) -> Iterator[tuple[slice, Booked]]:
    """Project one unit a few hundred draws at a time, as `booked_in_chunks` does."""
    population = outlook.local.population[unit]
    noise = noise_of_lives(population, outlook.seed(key))
    return booked_in_chunks(population, outlook.drivers(unit, key), noise=noise, booked=booked)


def counts_of(outlook: Outlook, unit: int, key: str, starts: tuple[int, ...] = BAND_STARTS) -> Counts:
    """Project one unit along every draw and count it.

    Parameters
    ----------
    outlook : Outlook
    unit : int
        Its place in `outlook.local`.
    key : str
        Its official key; chance depends on it and not on the other units of the table.
    starts : tuple of int
        Lowest age of each cell. [a]
    """
    found = no_counts(outlook.given, starts)
    mothers = [age - MOTHERS[0] for age in MOTHERS]
    for draws, (persons, book) in trajectories(outlook, unit, key, booked=True):
        told = cast("Book", book)
        found.people[draws] = sums_of_cells(persons, starts)
        found.births[draws] = sums_of_cells(told.births, mothers)
        found.deaths[draws] = sums_of_cells(told.deaths, BAND_STARTS).sum(axis=2)
    return found


def last_bands(outlook: Outlook, unit: int, key: str) -> np.ndarray:
    """Project one unit and keep its last year: a (draw, sex, band) array. [persons]"""
    found = np.empty((outlook.given.draws, 2, len(BAND_STARTS)))
    for draws, (persons, _) in trajectories(outlook, unit, key, booked=False):
        found[draws] = sums_of_cells(persons[:, -1], BAND_STARTS)
    return found


def shared(whole: Counts, parts: Counts) -> Share:
    """Say how the sum of parts becomes their whole in every draw, year and cell.

    Parameters
    ----------
    whole : Counts
    parts : Counts
        Sum of the parts.

    Returns
    -------
    Share
        The parts scaled by it add up to the whole but for rounding.

    References
    ----------
    Deming & Stephan (1940): Annals of Mathematical Statistics 11, 427-444; here with one margin, so one round.
    """
    pairs = ((whole.people, parts.people), (whole.births, parts.births), (whole.deaths, parts.deaths))
    times = [np.divide(w, p, out=np.zeros_like(w), where=p > 0) for w, p in pairs]
    beyond = [np.where(p > 0, 0.0, w) for w, p in pairs]
    return Share(Counts(*times), Counts(*beyond))


def lies_in(key: str, whole: str) -> bool:
    """Say whether a unit is a part of another by its key."""
    return key != whole and (whole == COUNTRY_KEY or key.startswith(whole))


def below(key: str, keys: Sequence[str]) -> list[str]:
    """Return the keys that lie within another and within none between."""
    inside = [k for k in keys if lies_in(k, key)]
    return [k for k in inside if not any(lies_in(k, other) for other in inside)]


def with_whole(
    key: str, ags: tuple[str, ...], names: dict[str, str], bands: np.ndarray
) -> tuple[tuple[str, ...], dict[str, str], np.ndarray]:
    """Make sure that a whole and all its parts are there; a whole that the table lacks is added up.

    Parameters
    ----------
    key : str
    ags : tuple of str
    names : dict
    bands : (unit, year, sex, band) array
        [persons]

    Raises
    ------
    InputError
        If the table holds no part of it, or the parts do not add up to a unit of the table.
    """
    place = {ags_: n for n, ags_ in enumerate(ags)}
    parts = below(key, ags)
    if not parts:
        raise InputError(
            gettext_noop("The table holds no parts of %(key)s; give a table with all its districts or towns."), key=key
        )
    if key not in place:
        whole = bands[[place[part] for part in parts]].sum(axis=0, keepdims=True)
        ags, names, bands = (*ags, key), {**names, key: key}, np.concatenate([bands, whole])
    for unit in (k for k in ags if k == key or lies_in(k, key)):
        members = below(unit, ags)
        if members:
            found = float(bands[[place[part] for part in members], -1].sum())
            wanted = float(bands[ags.index(unit), -1].sum())
            if abs(found - wanted) > SUM_TOLERANCE * wanted:
                raise InputError(
                    gettext_noop("The parts of %(key)s in the table have %(found)s residents, it has %(wanted)s; "
                                 "give all its parts."),
                    key=unit, found=f"{found:.0f}", wanted=f"{wanted:.0f}",
                )  # fmt: skip
    return ags, names, bands


def consistent(
    outlook: Outlook, places: dict[str, int], key: str, starts: tuple[int, ...] = BAND_STARTS
) -> Iterator[tuple[str, Counts]]:
    """Yield a whole and then its parts, scaled so that they add up to it in every draw, level by level.

    Each unit is projected twice, first to know the sum, then to be scaled: chance depends on its key alone, so both
    times are equal and no trajectory needs to be kept.
    """
    whole = counts_of(outlook, places[key], key, starts)
    yield key, whole
    yield from _parts(outlook, places, key, whole, starts)


def _parts(
    outlook: Outlook, places: dict[str, int], key: str, whole: Counts, starts: tuple[int, ...]
) -> Iterator[tuple[str, Counts]]:
    members = below(key, tuple(places))
    if not members:
        return
    together = no_counts(outlook.given, starts)
    for member in members:
        together = together.plus(counts_of(outlook, places[member], member, starts))
    share = shared(whole, together)
    residents = {member: float(outlook.local.population[places[member]].sum()) for member in members}
    everyone = max(sum(residents.values()), 1e-9)
    for member in members:
        part = share.of(counts_of(outlook, places[member], member, starts), residents[member] / everyone)
        yield member, part
        yield from _parts(outlook, places, member, part, starts)


def both_sexes(persons: np.ndarray) -> np.ndarray:
    """Add men and women: (..., sex, band) to (..., band)."""
    return np.asarray(persons.sum(axis=-2))
