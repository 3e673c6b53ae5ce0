"""What couples two sciences: people to come, and what a solution would do for them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.ensemble import Assumptions
from hks.demography.hindcast import foretold
from hks.demography.local_migration import learn
from hks.demography.population_panel import Residents, newest_year, panel
from hks.demography.rates import PopulationRates
from hks.workbench.inputs import Dataset, read

QUANTILES = ("p10", "p50", "p90")
LAST_AGE = 99  # an age range up to here means: and older


def newest_of(tables: Sequence[Dataset], ags: str) -> tuple[int, Dataset]:
    """Return the newest year known completely for one unit, and the table of residents that knows it.

    Raises
    ------
    InputError
        If no table knows the unit.
    """
    found: list[tuple[int, Dataset]] = []
    refused: list[InputError] = []
    for table in tables:
        try:
            found.append((newest_year(read(("population-table",), table), ags), table))
        except InputError as error:
            refused.append(error)
    if not found:
        raise refused[0]
    return max(found, key=lambda pair: pair[0])


def people_of_age(outcomes: Mapping[str, Any], year: int, low: int, high: int) -> dict[str, float]:
    """Read the people of an age range in one year of a projection that was asked to count it.

    The projection added the ages draw by draw, so the band is that of the sum. Quantiles of parts do not add up.

    Parameters
    ----------
    outcomes : mapping
        `years`, `total` and `ranges` of a population projection. [persons]
    year : int
    low, high : int
        First and last age, both included; 99 means and older. [a]

    Returns
    -------
    dict
        `p10`, `p50` and `p90`. [persons]

    Raises
    ------
    InputError
        If the projection does not reach the year or did not count the range.
    """
    if year not in outcomes["years"]:
        raise InputError(
            gettext_noop("The projection ends in %(last)s; %(year)s is not in it."),
            year=year, last=outcomes["years"][-1],
        )  # fmt: skip
    band = outcomes["total"] if (low, high) == (0, LAST_AGE) else outcomes["ranges"].get(f"{low}-{high}")
    if band is None:
        raise InputError(
            gettext_noop("The projection did not count the ages %(low)s to %(high)s; please order it again."),
            low=low, high=high,
        )  # fmt: skip
    place = list(outcomes["years"]).index(year)
    return {name: float(band[name][place]) for name in QUANTILES}


def ranges_reached(options: Iterable[evidence.Record]) -> str:
    """Name the age ranges of options as the projection takes them; everyone together is counted anyway."""
    typed = [option.content["outcomes"] for option in options]
    found = {(int(of["reach_from_age"]["value"]), int(of["reach_to_age"]["value"])) for of in typed}
    return " ".join(f"{low}-{high}" for low, high in sorted(found - {(0, LAST_AGE)}))


def reach(
    outcomes: Mapping[str, Any], projection: str, option: evidence.Record, year: int
) -> tuple[evidence.Record, dict[str, dict[str, float]]]:
    """Say how many people an option reaches in a year of a projection, and what each of them costs.

    Parameters
    ----------
    outcomes : mapping
        Of a population projection.
    projection : str
        Digest of the projection's record.
    option : Record
        Judgement with the typed figures of the option.
    year : int

    Returns
    -------
    record, effects
        `persons_reached` [persons] and, where anyone is reached, `cost_per_person` [EUR/a], each p10, p50 and p90.
    """
    typed = {name: entry["value"] for name, entry in option.content["outcomes"].items()}
    people = people_of_age(outcomes, year, int(typed["reach_from_age"]), int(typed["reach_to_age"]))
    reached = {name: people[name] * typed["reach_percent"] / 100.0 for name in QUANTILES}
    effects = {"persons_reached": reached}
    if reached["p10"] > 0:
        yearly = typed["cost"] / typed["useful_life"] + typed["follow_up_cost"]
        backwards = dict(zip(QUANTILES, reversed(QUANTILES), strict=True))
        effects["cost_per_person"] = {name: yearly / reached[backwards[name]] for name in QUANTILES}
    units = {"persons_reached": "persons", "cost_per_person": "EUR/a"}
    record = evidence.record(
        "effects", method="studies-reach 2", inputs={"projection": projection, "option": option.digest},
        values={"year": year}, outcomes={name: {"unit": units[name], "value": band} for name, band in effects.items()},
    )  # fmt: skip
    return record, effects


def floor_used(
    outcomes: Mapping[str, Any], projection: str, option: evidence.Record, space: evidence.Record, year: int
) -> tuple[evidence.Record, dict[str, dict[str, float]]]:
    """Say how much of the floor that an option opens would be used in a year of a projection.

    People of the ages the option is meant for ask for so much floor each thousand; more than is opened cannot be used.

    Parameters
    ----------
    outcomes : mapping
        Of a population projection that counted these ages.
    projection : str
        Digest of the projection's record.
    option : Record
        Judgement with the typed figures of the option.
    space : Record
        Judgement with `opened` [m2] and `per_thousand`, floor asked for by a thousand people [m2].
    year : int

    Returns
    -------
    record, effects
        `floor_used` and `floor_empty`, each p10, p50 and p90. [m2]
    """
    typed = {name: int(option.content["outcomes"][name]["value"]) for name in ("reach_from_age", "reach_to_age")}
    opened, each = (float(space.content["outcomes"][name]["value"]) for name in ("opened", "per_thousand"))
    people = people_of_age(outcomes, year, typed["reach_from_age"], typed["reach_to_age"])
    used = {name: min(opened, people[name] * each / 1000.0) for name in QUANTILES}
    backwards = zip(QUANTILES, reversed(QUANTILES), strict=True)
    effects = {"floor_used": used, "floor_empty": {name: opened - used[other] for name, other in backwards}}
    record = evidence.record(
        "effects", method="studies-floor 1",
        inputs={"projection": projection, "option": option.digest, "space": space.digest}, values={"year": year},
        outcomes={name: {"unit": "m2", "value": band} for name, band in effects.items()},
    )  # fmt: skip
    return record, effects


def people_to_come(outcomes: Mapping[str, Any], projection: str) -> tuple[evidence.Record, Dataset]:
    """Take the people of a projection as the file that other methods read.

    Parameters
    ----------
    outcomes : mapping
        `years` and `total` of a population projection. [persons]
    projection : str
        Digest of its record.

    Returns
    -------
    record, Dataset
        The file with its parent, and the same filed under that record.
    """
    people = {"years": list(outcomes["years"]), "residents": dict(outcomes["total"])}
    data = json.dumps(people, sort_keys=True).encode()
    file = {"unit": "bytes", "value": len(data), "digest": evidence.digest_of_file(data)}
    record = evidence.record("file", inputs={"people": projection}, outcomes={"file": file})
    return record, Dataset("people.json", data, filed_as=record.digest)


def foretold_totals(
    residents: Residents, rates: PopulationRates, last_year: int, event_year: int, draws: int, seed: int
) -> dict[str, np.ndarray]:
    """Project every unit of a table from a past year, for a warning that looks ahead.

    Parameters
    ----------
    residents : table of residents by age and sex
        Rows after `last_year` are not looked at.
    rates : PopulationRates
    last_year, event_year : int
        Year known last, year foretold.
    draws, seed : int

    Returns
    -------
    dict
        (draw,) residents of the event year by official key. [persons]
    """
    ags, _, years, bands = panel(residents, last_year)
    given = Assumptions(years=event_year - last_year, draws=draws, seed=seed)
    totals, _ = foretold(learn(bands, years[0], ags, rates), ags, last_year, rates, given)
    return {key: totals[:, place] for place, key in enumerate(ags)}
