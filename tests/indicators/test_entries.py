"""What holds for every entry of the list of indicators, so that a new one needs no test of this kind."""

import pytest

from hks.indicators.definitions import Indicator, SeriesOfTable
from hks.indicators.series import BACKWARDS
from hks.workbench.region import DEFINITIONS, INDICATORS


@pytest.mark.parametrize("entry", INDICATORS.values(), ids=INDICATORS)
def test_an_entry_is_whole(entry: Indicator) -> None:
    limits = (entry.yellow, entry.red)
    assert limits == (None, None) or (None not in limits and entry.better), "both thresholds and a direction, or none"
    if entry.yellow is not None and entry.red is not None:
        order = "yellow above red" if entry.better == "more" else "yellow below red"
        assert (entry.yellow > entry.red) == (entry.better == "more"), order
    assert entry.over > 0 or entry.shape not in BACKWARDS, "change and points need over = years back"
    assert entry.of or not entry.function, "a function is given its series by `of`"


@pytest.mark.parametrize("entry", DEFINITIONS.series, ids=lambda entry: entry.name)
def test_the_key_cells_of_a_series_are_whole_cells(entry: SeriesOfTable) -> None:
    assert all(len(cell) > 1 for cell in entry.row), 'row is a list, also of one cell: row = ["Insgesamt"]'
