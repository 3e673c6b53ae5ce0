"""The door to a region's figures: the list of indicators, their warnings, and the official tables hks brings along."""

import datetime
import tomllib
from functools import cache
from importlib.resources import files
from itertools import groupby

from hks.core.evidence import Source
from hks.core.messages import gettext_noop
from hks.indicators.definitions import GROUPS, TABS, Indicator
from hks.indicators.early_warning import Finding, finding
from hks.indicators.peers import FEWEST_FEATURES, nearest
from hks.indicators.territory import Merger
from hks.numerics.trend import Trend, after_last_break, older_than
from hks.workbench.catalogues import indicator_definitions
from hks.workbench.inputs import Dataset

__all__ = [
    "CENSUS",
    "DEFINITIONS",
    "FEWEST_FEATURES",
    "GROUPS",
    "INDICATORS",
    "TABS",
    "Finding",
    "Indicator",
    "Trend",
    "after_last_break",
    "finding",
    "mergers",
    "nearest",
    "older_than",
]

DEFINITIONS = indicator_definitions()
INDICATORS = DEFINITIONS.indicators

# Changes of the basis of population figures for every unit (Destatis: census days).
CENSUS = (
    (datetime.date(2011, 5, 9), gettext_noop("New basis: census 2011")),
    (datetime.date(2022, 5, 15), gettext_noop("New basis: census 2022")),
)

# The six towns' districts and the districts to compare them with (Sachsen, Sachsen-Anhalt).
POPULATION = Source(
    publisher="Statistisches Bundesamt (Destatis)",
    table="12411-0018",
    key_date="31.12.2015 bis 31.12.2017",
    territorial_status="31.12.2017",
    licence="dl-de/by-2-0",
    attribution="© Statistisches Bundesamt (Destatis), 2021; Auszug Sachsen und Sachsen-Anhalt",
    address="https://www-genesis.destatis.de",
)

SINGLE_AGES = Source(
    publisher="Statistisches Bundesamt (Destatis)",
    table="12411-0013",
    key_date="31.12.2023",
    territorial_status="31.12.2023",
    licence="dl-de/by-2-0",
    attribution="© Statistisches Bundesamt (Destatis); Auszug Sachsen und Sachsen-Anhalt",
    address="https://www-genesis.destatis.de",
)


def population_table() -> Dataset:
    """Return the residents of the Kreise of Sachsen and Sachsen-Anhalt by age and sex."""
    data = (files("hks.adapters.region") / "tables" / "12411-0018.csv").read_bytes()
    return Dataset("12411-0018.csv", data, POPULATION)


def single_ages_table() -> Dataset:
    """Return the residents of Sachsen and Sachsen-Anhalt by single year of age and sex."""
    head, *rows = (files("hks.adapters.region") / "tables" / "single_ages.csv").read_text().splitlines()
    taken = [row for row in rows if row.endswith(f";{SINGLE_AGES.table}")]
    return Dataset(f"{SINGLE_AGES.table}.csv", ("\n".join([head, *taken]) + "\n").encode(), SINGLE_AGES)


@cache
def mergers() -> tuple[Merger, ...]:
    """Return the units that were merged, with their predecessors."""
    text = (files("hks.adapters.region") / "territory.toml").read_text()
    return tuple(Merger(**entry) for entry in tomllib.loads(text)["mergers"])


@cache
def tidy_tables() -> tuple[Dataset, ...]:
    """Return the other figures that hks brings along, one dataset per source."""
    found = []
    for name in ("22411-02-03-4", "13111-07-05-4", "13211-02-05-4", "single-figures", "collected-figures"):
        head, *rows = (files("hks.adapters.region") / "tables" / f"{name}.csv").read_text().splitlines()
        place = head.split(";").index("source")
        for publisher, part in groupby(rows, key=lambda row: row.split(";")[place]):
            kept = "\n".join([head, *part]) + "\n"
            single = name.endswith("-figures")
            found.append(Dataset(f"{name}_{publisher}.csv" if single else f"{name}.csv", kept.encode()))
    return tuple(found)
