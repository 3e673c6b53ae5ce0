"""Low flow of a gauge, entered for the district: worked out, lit, and never printed as the town's."""

import pytest
from tests.web.regions.conftest import regions_client, regions_table

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.services import figure_of
from hks.web.regions.models import IndicatorValue
from hks.web.regions.services import import_table

pytestmark = pytest.mark.django_db


def test_low_flow_follows_from_the_gauge_and_stays_with_the_district(zeitz: Organisation) -> None:
    table = regions_table(
        "15084;2024-12-31;lowest_flow_7_days;0.35;m3/s;invented;", "15084;2024-12-31;mean_low_flow;0.5;m3/s;invented;",
        "15084;2024-12-31;groundwater_recharge;60;mm;invented;",
        "15084;2024-12-31;groundwater_recharge_mean;100;mm;invented;",
    )  # fmt: skip
    import_table(table, "own.csv", zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    for slug, expected in (("low_flow_share", 70.0), ("groundwater_recharge_share", 60.0)):
        value = IndicatorValue.objects.get(indicator=slug)
        assert (value.municipality_id, value.value) == ("15084", pytest.approx(expected))
        assert figure_of(value.citation) == (pytest.approx(expected), "%")
    page = regions_client(zeitz).get("/regions/15084/?tab=water").content.decode()
    assert "Lowest flow of the year against mean low flow" in page
    assert not IndicatorValue.objects.filter(indicator="low_flow_share", municipality="15084590").exists()
