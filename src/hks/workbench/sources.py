"""THE list of sources of indicator values: one line each; the first that recognises a file reads it."""

from hks.adapters.filled_tables import FILLED, KEPT_TABLE
from hks.adapters.indicator_sources import IndicatorSource
from hks.adapters.inkar import INKAR
from hks.adapters.official_indicators import OFFICIAL
from hks.adapters.own_figures import OWN_FIGURES
from hks.adapters.town_registers import TOWN_REGISTER
from hks.adapters.vacancy_lists import VACANCY_LIST
from hks.adapters.wegweiser import WEGWEISER
from hks.core.registry import by_slug

INDICATOR_SOURCES: dict[str, IndicatorSource] = by_slug(
    [
        KEPT_TABLE,
        FILLED,
        OWN_FIGURES,
        INKAR,
        WEGWEISER,
        TOWN_REGISTER,
        VACANCY_LIST,
        OFFICIAL,
    ]
)


def source_for(data: bytes, name: str) -> IndicatorSource:
    """Return the first source that recognises a file; the last one recognises all and says what is wrong."""
    return next(source for source in INDICATOR_SOURCES.values() if source.recognises(data, name))
