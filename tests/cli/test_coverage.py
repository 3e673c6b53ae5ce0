"""`hks region coverage`: how much of the list of indicators is at hand, and what to fetch for the rest."""

import json
from pathlib import Path

import pytest
from tests.cli.running import hks
from tests.web.regions.conftest import regions_table

from hks.core.errors import InputError
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.regions.coverage import coverage_as_json
from hks.web.regions.models import IndicatorValue
from hks.web.regions.services import import_table
from hks.workbench.region import INDICATORS


def test_the_list_is_counted_by_level_with_the_table_to_fetch(installation: Path) -> None:
    found = json.loads(hks("region", "coverage", "--json", folder=installation).stdout)
    assert found["listed"] == len(INDICATORS)
    assert found["catalogue"] == {"numbers": 50, "listed": 50, "missing": []}
    levels = {level["level"]: level for level in found["levels"]}
    assert list(levels) == ["town", "district", "land"]
    assert levels["land"]["units"] == 2
    for level in levels.values():
        assert sum(level["counts"].values()) == found["listed"]
        assert level["counts"]["official"] == len(level["official"])
        assert all(row["table"] or row["publisher"] == "hks" for row in level["without"])
    assert "unemployment_rate" in levels["district"]["official"]
    assert "births" in levels["town"]["official"]
    assert "net_migration" in levels["town"]["second_hand"]
    rain = next(row for row in levels["town"]["without"] if row["indicator"] == "heavy_rain_days")
    assert (rain["table"], rain["publisher"]) == ("precipGE20mm_days", "Deutscher Wetterdienst")
    told = hks("region", "coverage", folder=installation).stdout
    units = levels["town"]["units"]
    assert told.startswith(f"{found['listed']} indicators, 50 of the 50 of the catalogue\ntown ({units} units): ")
    assert "missing for town, district, land: heavy_rain_days: Deutscher Wetterdienst, precipGE20mm_days" in told


def test_an_unknown_organisation_is_a_sentence(installation: Path) -> None:
    done = hks("region", "coverage", "--for", "atlantis", folder=installation)
    assert (done.returncode, done.stdout) == (3, "")
    assert "There is no organisation 'atlantis'" in done.stderr


@pytest.mark.django_db
def test_a_towns_own_figures_count_for_itself_alone(zeitz: Organisation) -> None:
    """The numbers are invented."""
    other = Organisation.objects.create(slug="borna", name="Stadt Borna", kind="town", ags="14729050", land="SN")
    table = regions_table(
        "15084590;2025-12-31;hot_days;12;d;erfunden;", "15084590;2025-12-31;net_migration;150;;erfunden;"
    )
    import_table(table, "own.csv", zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    assert IndicatorValue.objects.filter(indicator="hot_days").exists()
    before, other_town, own = (coverage_as_json(slug)["levels"][0] for slug in ("", other.slug, "zeitz"))
    assert before == other_town
    assert {*own["official"]} - {*before["official"]} == {"hot_days", "net_migration"}
    assert own["counts"]["without"] == before["counts"]["without"] - 1
    with pytest.raises(InputError):
        coverage_as_json("atlantis")
