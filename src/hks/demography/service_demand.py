"""How many places a town needs: day care, primary school and care of the old, along every draw of the projection."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter
from hks.demography.care import GERMANY, KINDS, CareRates, care_rates, fitted
from hks.demography.one_unit import COMMON, OneUnit, band, one_unit, seconds, weighted
from hks.demography.rates import STANDARD_LAND, PopulationRates

AGES = 101
CHILDREN = ("under_3", "kindergarten", "after_school")
TODAY = (*CHILDREN, "classes", "nursing_home")  # of these a town may say how many there are today
# Children in day care per 100 of their age: under 3, 3 to school, school to under 11.
# Saxony: about 53 % under 3 (StaLA Sachsen, 2022) and 94 % at 3 to 5 (StaLA Sachsen, 1.3.2024); after school 45.2 % of
# 319,418 children in day care (StaLA Sachsen, 1.3.2024) over residents of 6.5 to under 11 (12411-0013, 31.12.2023).
# Saxony-Anhalt: StaLA Sachsen-Anhalt, 1.3.2024, the last for 6 to under 11.
LAND_RATES = {"14": (53.0, 94.0, 82.4), "15": (59.4, 92.9, 74.8)}
LAND_BY_DEFAULT = "14"
ENTRY_AGE = 6.5  # Saxony, § 27 SächsSchulG: six years old by 30 June, so half of the six-year-olds at the end of a year


def half_ages(low: float, high: float) -> np.ndarray:
    """Return how much of each year of age lies within a range, (age,). [1]"""
    ages = np.arange(AGES)
    return np.asarray(np.clip(np.minimum(ages + 1.0, high) - np.maximum(ages, low), 0.0, 1.0))


def children_by_place() -> np.ndarray:
    """Return which ages ask for which place: (place=3, age) of under 3, 3 to school, school to under 11. [1]"""
    return np.stack([half_ages(0, 3), half_ages(3, ENTRY_AGE), half_ages(ENTRY_AGE, 11)])


def entering() -> np.ndarray:
    """Return which ages at the end of a year entered school in it, (age,): 6.5 to under 7.5. [1]"""
    return half_ages(ENTRY_AGE, ENTRY_AGE + 1.0)


def staff(places: np.ndarray, values: Values) -> np.ndarray:
    """Turn places into full-time posts after the keys of the Land.

    Parameters
    ----------
    places : (..., place=3) array
        Under 3, 3 to school, after school. [persons]
    values : mapping
        `crib_key`, `kindergarten_key`, `after_school_key`: children a post; `lead_key`: posts a leader. [1]

    Returns
    -------
    (...) array
        [full-time posts]
    """
    keys = [cast("float", values[name]) for name in ("crib_key", "kindergarten_key", "after_school_key")]
    posts = (places / np.array(keys)).sum(axis=-1)
    return np.asarray(posts * (1.0 + 1.0 / cast("float", values["lead_key"])))


def classes(entrants: np.ndarray, schools: int, largest: int) -> np.ndarray:
    """Count the first classes if the children spread evenly over the schools.

    Parameters
    ----------
    entrants : (...) array
        [persons]
    schools, largest : int
        Primary schools; most children a class.

    Returns
    -------
    (...) array
        Whole classes; none without children.
    """
    return np.asarray(schools * np.ceil(np.maximum(entrants / schools, 0.0) / largest - 1e-6))


def day_care_rates(values: Values, key: str) -> tuple[np.ndarray, list[str]]:
    """Take the rates that a person gave, and those of the Land for the rest. [1]"""
    known = LAND_RATES.get(key[:2])
    remarks = []
    if known is None:
        remarks.append(gettext_noop("Rates of this Land are not at hand; those of Saxony stand in."))
    land = known or LAND_RATES[LAND_BY_DEFAULT]
    given = (cast("float", values[f"rate_{name}"]) for name in CHILDREN)
    if key[:2] != LAND_BY_DEFAULT:
        remarks.append(gettext_noop("The keys of staff are those of Saxony; other Länder count otherwise."))
    return np.array([rate or usual for rate, usual in zip(given, land, strict=True)]) / 100.0, remarks


def care_of(unit: OneUnit, inputs: Inputs, rates: PopulationRates) -> tuple[CareRates, list[str]]:
    """Fit the need for care to the unit's own count, or to Germany's where it has none."""
    wanted, year, counted = fitted(inputs["care"], unit.key, unit.calendar[-1])
    remarks = []
    if wanted == STANDARD_LAND and unit.key != STANDARD_LAND:
        remarks.append(gettext_noop("The table of care does not count this unit; Germany's need by age stands in."))
        template = rates.template(STANDARD_LAND, year)
        persons = template * (GERMANY / float(template.sum()))
    else:
        persons, counted = unit.mean_in(year), counted * unit.share
        if year < unit.base_year:
            remarks.append(gettext_noop("The count of care is older than the residents; it was put beside them."))
    return CareRates(care_rates(persons, counted), wanted, year), remarks


def answer(inputs: Inputs, values: Values, seed: int) -> Outcomes:
    """Count places along every draw."""
    unit = one_unit(inputs, values, seed)
    shares, remarks = day_care_rates(values, unit.key)
    care, more = care_of(unit, inputs, inputs["rates"])
    ages = np.concatenate([children_by_place() * shares[:, None], entering()[None]])
    weights = np.concatenate([np.repeat(ages[:, None], 2, axis=1), care.rates])
    counted = unit.reduced(lambda part: weighted(part, weights))
    places, entrants, needing = counted[..., :3], counted[..., 3], counted[..., 4:]
    schools = cast("int", values["schools"])
    first_classes = classes(entrants, schools, cast("int", values["class_most"]))
    needed = {name: places[..., n] for n, name in enumerate(CHILDREN)}
    needed |= {"classes": first_classes, "nursing_home": needing[..., KINDS.index("nursing_home")]}
    left_over = free_places(needed, values)
    return {
        "years": unit.calendar,
        "places": _bands(places, CHILDREN),
        "staff": band(staff(places, values)),
        "entrants": band(entrants),
        "classes": band(first_classes),
        "too_few": (100.0 * (entrants / schools < cast("int", values["class_least"])).mean(axis=0)).tolist(),
        "care": {"total": band(needing.sum(axis=-1)), **_bands(needing, KINDS)},
        "free": {name: band(left) for name, left in left_over.items()},
        "missing": {name: band(-left) for name, left in left_over.items()},
        "rates": {name: 100.0 * float(rate) for name, rate in zip(CHILDREN, shares, strict=True)},
        "care_fitted_to": {"unit": care.fitted_to, "year": care.year},
        "estimated": unit.estimated,
        "warnings": [*unit.warnings, *remarks, *more],
    }


def free_places(needed: Mapping[str, np.ndarray], values: Values) -> dict[str, np.ndarray]:
    """Take what is needed off what is there today; below zero places are missing.

    Parameters
    ----------
    needed : mapping of (draw, year) arrays
        By the names of `TODAY`. [places]
    values : mapping
        `today_` and a name: places of today; 0 is not known, and then nothing is said. [places]

    Returns
    -------
    dict of (draw, year) arrays
        Of the kinds whose places of today are known. [places]
    """
    today = {name: cast("float", values[f"today_{name}"]) for name in TODAY}
    return {name: there - needed[name] for name, there in today.items() if there}


def _bands(draws: np.ndarray, names: tuple[str, ...]) -> Mapping[str, Any]:
    return {name: band(draws[..., place]) for place, name in enumerate(names)}


KEYS = "§ 12 SächsKitaG, https://www.kita.sachsen.de/informationen-zu-den-personalschluesseln-4102.html"
SCHOOL = "§ 4a SächsSchulG"
HORT_KEY = gettext_noop("§ 12 SächsKitaG: 0.9 posts for 20 children")
FURTHER_CLASS = gettext_noop("§ 4a SächsSchulG (1); 14 for each further class")
OWN = gettext_noop("the town's own figure")
RATES = gettext_noop("0: StaLA Sachsen 2022 and 2024, StaLA Sachsen-Anhalt 1.3.2024; see the method page")
PARAMETERS = (
    Parameter("rate_under_3", gettext_noop("Children under 3 in day care; 0 is as in the Land"), "number", 0.0, "%",
              low=0, high=100, step=1, spread=3.0, source=RATES, verified=True),
    Parameter("rate_kindergarten", gettext_noop("Children from 3 to school in day care; 0 is as in the Land"), "number",
              0.0, "%", low=0, high=100, step=1, spread=1.0, source=RATES, verified=True),
    Parameter("rate_after_school", gettext_noop("School children under 11 in after-school care; 0 is as in the Land"),
              "number", 0.0, "%", low=0, high=100, step=1, spread=3.0, source=RATES,
              help=gettext_noop("For Saxony our own quotient of two official figures.")),
    Parameter("crib_key", gettext_noop("Children under 3 a full-time post, nine hours"), "number", 5.0, "persons",
              low=1, high=30, source=KEYS, verified=True),
    Parameter("kindergarten_key", gettext_noop("Children from 3 to school a full-time post, nine hours"), "number",
              12.0, "persons", low=1, high=40, source=KEYS, verified=True),
    Parameter("after_school_key", gettext_noop("Children after school a full-time post, six hours"), "number",
              20.0 / 0.9, "persons", low=1, high=60, source=HORT_KEY, verified=True),
    Parameter("lead_key", gettext_noop("Full-time posts that have one leader"), "number", 10.0, "posts", low=1, high=50,
              source=KEYS, verified=True),
    Parameter("schools", gettext_noop("Primary schools of the town"), "integer", 1, low=1, high=200, role="lever"),
    Parameter("class_least", gettext_noop("Fewest children of a first class"), "integer", 15, "persons", low=1, high=60,
              source=FURTHER_CLASS, verified=True),
    Parameter("class_most", gettext_noop("Most children of a class"), "integer", 28, "persons", low=1, high=60,
              source=SCHOOL + " (2)", verified=True),
    *(Parameter(f"today_{name}", title, "integer", 0, unit, low=0, high=1_000_000, source=OWN)
      for name, title, unit in (
          ("under_3", gettext_noop("Places for children under 3 today; 0 is not known"), "places"),
          ("kindergarten", gettext_noop("Places for children from 3 to school today; 0 is not known"), "places"),
          ("after_school", gettext_noop("Places in after-school care today; 0 is not known"), "places"),
          ("classes", gettext_noop("First classes that find room today; 0 is not known"), "1"),
          ("nursing_home", gettext_noop("Places in nursing homes today; 0 is not known"), "places"))),
)  # fmt: skip

PLACES = Method(
    group="population",
    verb="places",
    title=gettext_noop("Places in day care, school and care"),
    summary=gettext_noop("How many places in day care, first classes and people in need of care are to be expected."),
    inputs=(
        Input("table", gettext_noop("Residents by age and sex"), ("population-table",)),
        Input("care", gettext_noop("People in need of care; without it the official count up to 2019"), ("care-table",),
              required=False),
        Input("rates", gettext_noop("Life table of the country; without it the official one of that time"),
              ("population-rates",), required=False),
    ),
    parameters=(*COMMON, *PARAMETERS),
    outcomes=(
        Outcome("years", gettext_noop("Years"), "a"),
        Outcome("places", gettext_noop("Places needed in day care"), "persons", ("place", "quantile", "year"), "table"),
        Outcome("staff", gettext_noop("Staff of day care"), "posts", ("quantile", "year"), "band"),
        Outcome("entrants", gettext_noop("Children who enter school"), "persons", ("quantile", "year"), "band"),
        Outcome("classes", gettext_noop("First classes"), "1", ("quantile", "year"), "band"),
        Outcome("too_few", gettext_noop("Chance that a school has too few children for a class"), "%", ("year",),
                "series", better="less"),
        Outcome("care", gettext_noop("People in need of care"), "persons", ("kind", "quantile", "year"), "table"),
        Outcome("free", gettext_noop("Places that stay free; below zero they are missing"), "places",
                ("kind", "quantile", "year"), "table"),
        Outcome("missing", gettext_noop("Places that are missing; below zero they stay free"), "places",
                ("kind", "quantile", "year"), "table", "less"),
        Outcome("rates", gettext_noop("Children in day care per 100 of their age, as used"), "%", ("place",), "table"),
        Outcome("care_fitted_to", gettext_noop("Count to which the need for care was fitted")),
        Outcome("estimated", gettext_noop("The age structure is estimated")),
        Outcome("warnings", gettext_noop("Remarks")),
    ),
    compute=answer,
    estimate=seconds,
    version="3",
    draws=True,
    references=("Deming & Stephan (1940): Annals of Mathematical Statistics 11, 427-444",),
)  # fmt: skip
