"""Low flow and groundwater recharge follow from what a town enters, and warn only against a long mean."""

import pytest

from hks.indicators.series import SHAPES
from hks.workbench.region import INDICATORS

NEW = ("low_flow_days", "low_flow_share", "groundwater_recharge", "groundwater_recharge_share")


def test_a_year_at_its_mean_is_a_hundred_percent_and_gives_no_light() -> None:
    entry = INDICATORS["low_flow_share"]
    assert entry.of == ("lowest_flow_7_days", "mean_low_flow")
    assert SHAPES[entry.shape].value(0.35, 0.5) == pytest.approx(70.0)
    assert SHAPES[entry.shape].value(1.2, 1.0) == pytest.approx(120.0)  # a wet year lies above the mean


def test_what_has_no_long_mean_has_no_threshold() -> None:
    assert INDICATORS["groundwater_recharge"].yellow is None
    assert all(INDICATORS[slug].fetch == "land_office" for slug in NEW)
    for slug in NEW:
        entry = INDICATORS[slug]
        if entry.yellow is not None and entry.red is not None:
            assert (entry.yellow > entry.red) == (entry.better == "more")
