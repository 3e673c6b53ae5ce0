"""Official tables that hks brings along."""

from importlib.resources import files

from hks.core.evidence import Source
from hks.workbench.inputs import Dataset

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


def population_table() -> Dataset:
    """Return the residents of the Kreise of Sachsen and Sachsen-Anhalt by age and sex."""
    data = (files("hks.adapters.region") / "tables" / "12411-0018.csv").read_bytes()
    return Dataset("12411-0018.csv", data, POPULATION)
