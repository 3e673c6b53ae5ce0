"""What couples two sciences: people to come, and what a solution would do for them."""

from collections.abc import Mapping, Sequence
from typing import Any

from hks.core import evidence
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.demography.population_panel import newest_year
from hks.workbench.inputs import Dataset, read

QUANTILES = ("p10", "p50", "p90")
LAST_AGE = 99  # an age range up to here means: and older
OPEN_BAND = 120  # our choice: nobody of an open last band is older


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
    """Count people of an age range in one year of a projection.

    Where the range is not the whole population, the quantiles of its bands are added, which is right for the middle
    only nearly and makes the band wider than it is, never narrower. A band cut by the range counts by its years of age.

    Parameters
    ----------
    outcomes : mapping
        `years`, `total` and `bands` of a population projection. [persons]
    year : int
    low, high : int
        First and last age, both included. [a]

    Returns
    -------
    dict
        `p10`, `p50` and `p90`. [persons]

    Raises
    ------
    InputError
        If the projection does not reach the year.
    """
    if year not in outcomes["years"]:
        raise InputError(
            gettext_noop("The projection ends in %(last)s; %(year)s is not in it."),
            year=year, last=outcomes["years"][-1],
        )  # fmt: skip
    place = list(outcomes["years"]).index(year)
    shares = {label: _share(label, low, high) for label in outcomes["bands"]}
    if all(share == 1.0 for share in shares.values()):
        return {name: float(outcomes["total"][name][place]) for name in QUANTILES}
    return {
        name: sum(share * float(outcomes["bands"][label][name][place]) for label, share in shares.items())
        for name in QUANTILES
    }


def _share(label: str, low: int, high: int) -> float:
    first, _, last = label.rstrip("+").partition("-")
    begin, end = int(first), OPEN_BAND if label.endswith("+") else int(last)
    until = OPEN_BAND if high >= LAST_AGE else high
    return max(0, min(until, end) - max(low, begin) + 1) / (end - begin + 1)


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
        "effects", method="studies-reach 1", inputs={"projection": projection, "option": option.digest},
        values={"year": year}, outcomes={name: {"unit": units[name], "value": band} for name, band in effects.items()},
    )  # fmt: skip
    return record, effects
