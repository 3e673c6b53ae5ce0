"""The futures of the parts of a town, from a table of its own: they add up to the town in every one of its futures."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome
from hks.demography.cohort_component import FEW_LIVES
from hks.demography.one_unit import COMMON
from hks.demography.projection import SPEED, Chosen, as_chosen
from hks.demography.ungrouping import BAND_STARTS
from hks.demography.unit_futures import Counts, Outlook, both_sexes, consistent
from hks.numerics.quantiles import named_quantiles

GROUPS = {"0-5": 0, "6-17": 6, "18-24": 18, "25-44": 25, "45-64": 45, "65-74": 65, "75+": 75}  # lowest age [a]
AGES = {"0-17": (0, 18), "18-64": (18, 65), "65+": (65, 200)}  # what is answered of each part
LEAST = 5.0  # what would be read of fewer people is not answered; the project's own rule
SLOW = 8.0  # single lives take so many times as long; our measurement in benchmarks/projection.py
SHARES_OF_ANOTHER_YEAR = gettext_noop(
    "The parts were counted in another year than the projection begins in; their share of each age was taken as"
    " counted."
)
WITHHELD = gettext_noop(
    "Some counts are withheld in the table; they were filled in from the sums of the parts and the ages of the town."
)
TOO_NARROW = gettext_noop(
    "All parts move and have children like the whole town and differ by chance alone: nothing official says how parts"
    " differ. What is really built or closed there is not in it; the bands are rather too narrow."
)


@dataclass(frozen=True)
class TownParts:
    """What a town counts in its parts on one day.

    Parameters
    ----------
    ags : str
        Official key of the town.
    day : str
        Key date, ISO.
    names : tuple of str
        One for each part.
    residents : (part,) array
        [persons]
    counts : (part, group=7) array
        By the age groups of `GROUPS`; NaN where withheld. [persons]
    """

    ags: str
    day: str
    names: tuple[str, ...]
    residents: np.ndarray
    counts: np.ndarray


def filled_in(parts: TownParts, town: np.ndarray) -> np.ndarray:
    """Fill withheld counts in: what is left of a part is spread as the ages of the town are.

    Parameters
    ----------
    parts : TownParts
    town : (group=7,) array
        Residents of the whole town by group. [persons]

    Returns
    -------
    (part, group) array
        The sum of each part is its residents. [persons]
    """
    known = np.nan_to_num(parts.counts)
    left = np.maximum(parts.residents - known.sum(axis=1), 0.0)
    weight = np.where(np.isnan(parts.counts), np.maximum(town, 1e-9), 0.0)
    sums = weight.sum(axis=1)
    share = np.divide(left, sums, out=np.zeros_like(left), where=sums > 0)
    return np.asarray(known + weight * share[:, None])


def populations_of(parts: TownParts, town: np.ndarray) -> np.ndarray:
    """Share the residents of a town out to its parts, age group by age group.

    Parameters
    ----------
    parts : TownParts
    town : (sex, age) array
        [persons]

    Returns
    -------
    (part, sex, age) array
        The parts add up to the town. [persons]
    """
    starts = list(GROUPS.values())
    groups = np.add.reduceat(town.sum(axis=0), starts)
    counts = filled_in(parts, groups)
    sums = counts.sum(axis=0)
    usual = parts.residents / parts.residents.sum()
    shares = np.where(sums > 0, counts / np.where(sums > 0, sums, 1.0), usual[:, None])
    widths = np.diff([*starts, town.shape[1]])
    return np.asarray(town[None] * np.repeat(shares, widths, axis=1)[:, None, :])


def with_parts(picked: Chosen, parts: TownParts) -> tuple[Outlook, dict[str, int], dict[str, str]]:
    """Put the parts beside their town: the outlook of all, the place of each key in it, and the names by key.

    Chance depends on the town's key and the name of a part, not on its row.
    """
    (place,) = picked.places
    town, local = picked.ags[place], picked.outlook.local
    keys = [f"{town}{zlib.crc32(name.encode()):010d}" for name in parts.names]
    if len(set(keys)) < len(keys):
        raise InputError(gettext_noop("Two parts of the town have the same name."))
    population = np.concatenate([local.population[[place]], populations_of(parts, local.population[place])])
    copies = [place] * len(population)
    together = replace(
        local, population=population, fertility=local.fertility[copies], deviation=local.deviation[copies]
    )
    outlook = replace(picked.outlook, local=together)
    return outlook, {key: n for n, key in enumerate([town, *keys])}, dict(zip(keys, parts.names, strict=True))


def by_part(inputs: Inputs, values: Values, seed: int) -> Iterator[tuple[str, Counts]]:
    """Yield the town, under an empty name, and then its parts, which add up to it in every draw."""
    picked, parts = _asked(inputs, values, seed)
    outlook, places, names = with_parts(picked, parts)
    town = picked.ags[picked.places[0]]
    for key, counts in consistent(outlook, places, town):
        yield names.get(key, ""), counts


def _asked(inputs: Inputs, values: Values, seed: int) -> tuple[Chosen, TownParts]:
    picked, parts = as_chosen(inputs, {"constrain_to": "", **values}, seed), inputs["parts"]
    key = picked.ags[picked.places[0]]
    if len(picked.places) > 1:
        raise InputError(
            gettext_noop("The table holds %(found)s units; choose one by its official key, such as %(first)s."),
            found=len(picked.places), first=picked.ags[0],
        )  # fmt: skip
    if not parts.ags.startswith(key):
        raise InputError(
            gettext_noop("The parts are about %(ags)s, the projection about %(key)s."), ags=parts.ags, key=key
        )
    return picked, parts


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Project a town and its parts; what tells of fewer than five people is left out."""
    picked, parts = _asked(inputs, values, seed)
    outlook = picked.outlook
    told: dict[str, dict[str, Any]] = {}
    for name, counts in by_part(inputs, values, seed):
        people, lowest = both_sexes(counts.people), np.array(BAND_STARTS)
        cells = {label: (lowest >= first) & (lowest < end) for label, (first, end) in AGES.items()}
        told[name] = {
            "total": _told(people.sum(axis=-1)),
            "ages": {label: _told(people[..., those].sum(axis=-1)) for label, those in cells.items()},
        }
    warnings = {
        SHARES_OF_ANOTHER_YEAR: int(parts.day[:4]) != outlook.base_year,
        WITHHELD: bool(np.isnan(parts.counts).any()),
        TOO_NARROW: True,
    }
    return {
        "years": list(range(outlook.base_year, outlook.base_year + outlook.given.years + 1)),
        "total": told.pop("")["total"],
        "parts": [{"name": name, **told[name]} for name in parts.names],
        "warnings": [*picked.warnings, *(text for text, holds in warnings.items() if holds)],
    }


def _told(draws: np.ndarray) -> dict[str, list[float | None]]:
    """Take p10, p50 and p90 of (draw, year) people; nothing where that would be fewer than five."""
    found = named_quantiles(draws)
    return {name: [float(value) if value >= LEAST else None for value in row] for name, row in found.items()}


def seconds(inputs: Inputs, values: Values) -> float:
    """Estimate the run: every part is projected twice, small ones life by life. [s]"""
    parts: TownParts = inputs["parts"]
    work = 1.0 + 2.0 * float(np.where(parts.residents < FEW_LIVES, SLOW, 1.0).sum())
    return 0.1 + work * cast("int", values["draws"]) * cast("int", values["years"]) / SPEED


TOWN_PARTS = Method(
    group="population",
    verb="parts",
    title=gettext_noop("People in the parts of a town"),
    summary=gettext_noop("How many people may live in each part of a town; the parts add up to it in every future."),
    inputs=(
        Input("table", gettext_noop("Residents by age and sex"), ("population-table",)),
        Input("parts", gettext_noop("Residents by part of the town, our Excel table filled in"), ("town-parts",)),
        Input("rates", gettext_noop("Life table of the country; without it the official one of that time"),
              ("population-rates",), required=False),
    ),
    parameters=COMMON,
    outcomes=(
        Outcome("years", gettext_noop("Years"), "a"),
        Outcome("total", gettext_noop("People living here"), "persons", ("quantile", "year"), "band"),
        Outcome("parts", gettext_noop("People by part of the town; empty where fewer than five"), "persons",
                ("part", "figure", "quantile", "year"), "table"),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    estimate=seconds,
    draws=True,
    references=("Deming & Stephan (1940): Annals of Mathematical Statistics 11, 427-444",),
)  # fmt: skip
