"""The catalogues that ship with hks, read once."""

import tomllib
from functools import cache
from importlib.resources import files

from hks.capacity.formats import Catalogue, TransferFormat, parse
from hks.capacity.recommender import GATES as FORMAT_GATES
from hks.capacity.recommender import TITLES as FORMAT_CRITERIA
from hks.core.evidence import digest_of_file
from hks.economy.shift_share import regional_share
from hks.finance.rules import RuleBook
from hks.finance.rules import parse as parse_rules
from hks.indicators.definitions import Definitions
from hks.indicators.definitions import parse as parse_indicators
from hks.indicators.series import Comparison
from hks.measures.catalogue import Catalogue as MeasureCatalogue
from hks.measures.catalogue import parse as parse_measures

__all__ = [
    "COMPARISONS",
    "FORMAT_CRITERIA",
    "FORMAT_GATES",
    "TransferFormat",
    "finance_rules",
    "indicator_definitions",
    "measure_catalogue",
    "transfer_formats",
]

# what couples an indicator with another science: functions that compare a unit with another, by the name entries use
COMPARISONS: dict[str, Comparison] = {"regional_shift": regional_share}


@cache
def transfer_formats() -> Catalogue:
    """Read the catalogue of transfer formats."""
    data = files("hks.capacity").joinpath("formats.toml").read_bytes()
    return parse(tomllib.loads(data.decode()), digest_of_file(data))


@cache
def indicator_definitions() -> Definitions:
    """Read the list of indicators and of the series they follow from."""
    text = files("hks.indicators").joinpath("definitions.toml").read_text()
    return parse_indicators(tomllib.loads(text), COMPARISONS)


@cache
def finance_rules() -> RuleBook:
    """Read the rules of municipal finance by Land and year."""
    return parse_rules(tomllib.loads(files("hks.finance").joinpath("rules.toml").read_text()))


@cache
def measure_catalogue() -> MeasureCatalogue:
    """Read the catalogue of measures."""
    data = files("hks.measures").joinpath("measures.toml").read_bytes()
    return parse_measures(tomllib.loads(data.decode()), digest_of_file(data))
