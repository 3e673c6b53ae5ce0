"""THE list of indicators of the situation page: unit, tab, classes of the light, and which table to fetch.

Classes are our choice, to be changed by each town; they are no official rating.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from hks.core.messages import gettext_noop

TABS = (
    ("people", gettext_noop("People")),
    ("water", gettext_noop("Water, heat and drought")),
    ("economy", gettext_noop("Economy and finance")),
)


@dataclass(frozen=True)
class Indicator:
    """One indicator: `measure` says whether the light looks at the value or at its change per year in percent."""

    slug: str
    title: str
    tab: str
    unit: str
    table: str
    publisher: str
    fetch: str
    better: Literal["more", "less", ""] = ""
    measure: Literal["value", "change"] = "value"
    yellow: float | None = None
    red: float | None = None
    checked: bool = False


REGIONAL = gettext_noop("Open regionalstatistik.de, search for the table code, choose your district and save as CSV.")
GENESIS = gettext_noop("Open GENESIS-Online of the Federal Statistical Office, search for the table code, save as CSV.")
WEATHER = gettext_noop(
    "Open the Climate Data Center of the German Weather Service and enter the figure by our template."
)
OWN = gettext_noop("Take the figure from your own accounts or the statistical office and enter it by our template.")
FEDERAL, JOINT, DWD = "Statistisches Bundesamt", "Regionalstatistik", "Deutscher Wetterdienst"

INDICATORS: dict[str, Indicator] = {
    entry.slug: entry
    for entry in (
        Indicator("population", gettext_noop("People living here"), "people", "persons", "12411-0018", FEDERAL, GENESIS,
                  "more", "change", -0.5, -1.0, True),
        Indicator("share_65_plus", gettext_noop("People of 65 and more"), "people", "%", "12411-0018", FEDERAL, GENESIS,
                  "less", "value", 25.0, 30.0, True),
        Indicator("share_under_18", gettext_noop("People under 18"), "people", "%", "12411-0018", FEDERAL, GENESIS,
                  "more", "value", 15.0, 13.0, True),
        Indicator("births", gettext_noop("Births"), "people", "persons", "12612-01-01-5", JOINT, REGIONAL),
        Indicator("deaths", gettext_noop("Deaths"), "people", "persons", "12613-01-01-5", JOINT, REGIONAL),
        Indicator("net_migration", gettext_noop("Arrivals minus departures"), "people", "persons", "12711-01-03-5",
                  JOINT, REGIONAL, "more"),
        Indicator("hot_days", gettext_noop("Hot days"), "water", "d", "hot_days", DWD, WEATHER,
                  "less", "value", 10.0, 20.0),
        Indicator("heavy_rain_days", gettext_noop("Days with 20 mm of rain and more"), "water", "d",
                  "precipGE20mm_days", DWD, WEATHER, "less"),
        Indicator("summer_rain", gettext_noop("Rain in summer"), "water", "mm", "precipitation", DWD, WEATHER, "more"),
        Indicator("sealed_area", gettext_noop("Settlement and traffic area"), "water", "%", "33111-01-02-5", JOINT,
                  REGIONAL, "less"),
        Indicator("unemployment_rate", gettext_noop("Unemployment rate"), "economy", "%", "13211-02-05-4", JOINT,
                  REGIONAL, "less", "value", 7.0, 10.0, True),
        Indicator("unemployed", gettext_noop("Unemployed people"), "economy", "persons", "13211-02-05-4", JOINT,
                  REGIONAL, "less", checked=True),
        Indicator("employees", gettext_noop("Jobs subject to social insurance"), "economy", "persons", "13111-07-05-4",
                  JOINT, REGIONAL, "more", "change", -0.5, -2.0, True),
        Indicator("tax_capacity", gettext_noop("Tax capacity per person"), "economy", "EUR", "71231-01-03-5", JOINT,
                  REGIONAL, "more"),
        Indicator("debt", gettext_noop("Debt per person"), "economy", "EUR", "71327-01-05-4", JOINT, OWN, "less"),
    )
}  # fmt: skip
# Counted or averaged over a whole year; the others hold on their key date.
YEARLY = {"births", "deaths", "net_migration", "hot_days", "heavy_rain_days", "summer_rain"}
YEARLY |= {"unemployment_rate", "unemployed", "tax_capacity"}
UNITS = {entry.slug: entry.unit for entry in INDICATORS.values()}

# Changes of the basis of population figures for every unit (Destatis: census days).
CENSUS = (
    ("2011-05-09", gettext_noop("New basis: census 2011")),
    ("2022-05-15", gettext_noop("New basis: census 2022")),
)


@cache
def land_profiles() -> dict[str, Any]:
    """Read the dated profiles of the Länder."""
    return tomllib.loads((files("hks.web.regions") / "land_profiles.toml").read_text())
