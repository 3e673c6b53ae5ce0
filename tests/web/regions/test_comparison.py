"""One indicator for all units of a level: ranked on one day, nothing guessed, every figure cited."""

import datetime
import itertools
import re

import pytest
from django.test import Client
from tests.web.regions.conftest import UNEMPLOYMENT, regions_client, regions_table

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.services import figure_of
from hks.web.regions.comparison import FIRST, compare
from hks.web.regions.models import Municipality
from hks.web.regions.services import import_table
from hks.workbench.region import INDICATORS, mergers

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 27)
ADDRESS = "/regions/compare/"


def compared(slug: str, level: str = "district", user=None, day: datetime.date | None = None):
    return compare(INDICATORS[slug], level, user, TODAY, {}, day)


def page(client: Client, **asked: str) -> str:
    client.cookies["hks_language"] = "en"
    answer = client.get(ADDRESS, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_all_districts_are_ranked_by_value_with_their_source(zeitz: Organisation, client: Client) -> None:
    found = compared("share_65_plus")
    values = [round(row.reading.last.value, 1) for row in found.ranked]
    assert len(values) == 27
    assert values == sorted(values, reverse=True)
    assert found.ranked[0].rank == 1
    assert {row.reading.last.key_date for row in found.ranked} == {datetime.date(2017, 12, 31)}
    text = page(client)
    for said in ("How do the districts compare?", "Burgenlandkreis", "12411-0018", "dl-de/by-2-0", "outdated"):
        assert said in text
    assert text.count("/regions/15084/?tab=people") == 2  # in the list and above its chart


def test_equal_values_share_a_rank_and_a_class(zeitz: Organisation) -> None:
    rows = compared("share_65_plus").ranked
    for one, other in itertools.pairwise(rows):
        same = round(one.reading.last.value, 1) == round(other.reading.last.value, 1)
        assert (one.rank == other.rank) is same
        assert one.shade >= other.shade


def test_every_figure_on_the_page_leads_to_its_record(zeitz: Organisation) -> None:
    for row in compared("share_65_plus").ranked:
        value = row.reading.last
        assert figure_of(value.citation) == (value.value, value.unit)


def test_classes_cover_all_units_once(zeitz: Organisation) -> None:
    found = compared("share_65_plus")
    assert sum(c.units for c in found.classes) == len(found.ranked)
    for row in found.ranked:
        (mine,) = [c for c in found.classes if c.shade == row.shade]
        low, value, high = (round(r.reading.last.value, 1) for r in (mine.low, row, mine.high))
        assert low <= value <= high


def test_the_districts_of_the_initiative_come_first_and_the_others_on_request(
    zeitz: Organisation, client: Client
) -> None:
    assert {r.place.name for r in compared("share_65_plus").first} == {
        "Nordsachsen", "Leipzig", "Burgenlandkreis", "Erzgebirgskreis"
    }  # fmt: skip
    assert page(client).count('<svg class="chart"') == 4
    assert page(client, all="1").count('<svg class="chart"') == 27
    assert "Show the charts of all 27 units" in page(client)


def test_a_day_can_be_chosen_and_no_later_value_is_shown(zeitz: Organisation, client: Client) -> None:
    found = compared("share_65_plus", day=datetime.date(2015, 12, 31))
    assert {value.key_date.year for r in found.readings for value in r.values} == {2015}
    assert "As of 2015, outdated" in page(client, day="2015-12-31")
    assert "As of 2017, outdated" in page(client, day="1999-01-01")


@pytest.mark.parametrize(
    "asked", [{"level": "moon"}, {"indicator": "<script>"}, {"day": "yesterday"}, {"day": "\0"}, {"all": "x"}]
)
def test_what_does_not_exist_falls_back_to_the_usual(asked: dict, zeitz: Organisation, client: Client) -> None:
    assert "How do the districts compare?" in page(client, **asked)


@pytest.mark.parametrize("level", ["town", "district", "land"])
def test_every_indicator_has_a_page_on_every_level(level: str, zeitz: Organisation, client: Client) -> None:
    for slug in INDICATORS:
        text = page(client, level=level, indicator=slug, all="1")
        assert re.search(r"\b(nan|None|inf)\b", re.sub(r"<[^>]*>", "", text)) is None, slug


def test_a_unit_without_a_figure_is_named_and_never_zero(zeitz: Organisation, client: Client) -> None:
    import_table(UNEMPLOYMENT, "a.csv", zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    user = ensure_demo_member(zeitz, "caretaker")
    found = compared("unemployment_rate", user=user, day=datetime.date(2024, 12, 31))
    assert {row.place.ags for row in found.ranked} == {"15084", "14730", "15088"}
    known = {row.place.ags for row in found.ranked} | {r.place.ags for r in found.otherwise}
    assert known | {place.ags for place in found.without} == set(
        Municipality.objects.filter(level="district").values_list("ags", flat=True)
    )
    assert 0.0 not in {row.reading.last.value for row in found.ranked}
    assert "Without an official figure of this day" in page(regions_client(zeitz), indicator="unemployment_rate",
                                                             day="2024-12-31")  # fmt: skip


def test_the_usual_day_is_one_that_most_units_know(zeitz: Organisation) -> None:
    """One unit with a newer figure does not empty the list; the numbers are invented."""
    user = ensure_demo_member(zeitz, "caretaker")
    import_table(regions_table("15084;2024-12-31;share_65_plus;29.9;%;erfunden;"), "a.csv", zeitz, by=user)
    assert compared("share_65_plus", user=user).day == datetime.date(2017, 12, 31)
    newer = compared("share_65_plus", user=user, day=datetime.date(2024, 12, 31))
    assert (newer.ranked, len(newer.otherwise)) == ((), 27)  # one unit alone has no rank


def test_second_hand_figures_have_no_rank(zeitz: Organisation, client: Client) -> None:
    found = compared("population", "town")
    for row in found.ranked:
        assert not row.reading.last.second_hand
    second_hand = [r for r in found.otherwise if r.last.second_hand]
    assert second_hand
    assert "second-hand" in page(client, level="town", indicator="population")


def test_merged_units_are_not_compared(zeitz: Organisation) -> None:
    gone = {ags for merger in mergers() for ags in merger.parts}
    found = compared("population", "town")
    assert not gone & {r.place.ags for r in found.readings}
    assert not gone & {place.ags for place in found.without}


def test_breaks_are_named_with_their_units(zeitz: Organisation) -> None:
    """The figures are invented; Zeitz took in its neighbours in 2009 and 2010."""
    user = ensure_demo_member(zeitz, "caretaker")
    rows = [f"15084590;{year}-12-31;volunteer_associations;{year - 2000};1/1000;erfunden;" for year in (2008, 2012)]
    import_table(
        regions_table(*rows, "15084550;2012-12-31;volunteer_associations;4;1/1000;erfunden;"), "a.csv", zeitz, by=user
    )
    found = compared("volunteer_associations", "town", user)
    assert {(day.year, *places) for day, _why, places in found.breaks} == {(2009, "Zeitz"), (2010, "Zeitz")}
    (zeitz_row,) = [row for row in found.ranked if row.place.ags == "15084590"]
    assert zeitz_row.reading.trend == "Kein Trend: nur ein Wert seit dem letzten Bruch."


def test_a_towns_own_figures_are_seen_by_itself_alone(zeitz: Organisation, other: Organisation) -> None:
    import_table(UNEMPLOYMENT, "a.csv", zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    asked = {"indicator": "unemployment_rate", "day": "2024-12-31"}
    assert "<td>2024</td>" in page(regions_client(zeitz), **asked)
    for stranger in (Client(), regions_client(other)):
        assert "<td>2024</td>" not in page(stranger, **asked)


def test_the_way_there_stands_where_it_is_looked_for(zeitz: Organisation) -> None:
    client = regions_client(zeitz, "coordinator")
    for address in ("/regions/", "/regions/15084/", "/regions/15084/series/share_65_plus/", "/today/"):
        assert 'href="/regions/compare/' in client.get(address).content.decode(), address
    assert 'href="/regions/compare/' not in regions_client(zeitz).get("/today/").content.decode()


def test_without_boundaries_the_page_says_how_to_load_them(zeitz: Organisation, client: Client) -> None:
    text = page(client)
    assert "There is no map yet" in text
    assert "VG250" in text
    assert 'class="map"' not in text
    assert "/regions/boundaries/" not in text
    assert "/regions/boundaries/" in page(regions_client(zeitz, "coordinator"))


def test_the_number_of_queries_does_not_grow_with_the_units(
    zeitz: Organisation, client: Client, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(25):
        page(client, all="1")


def test_only_reading_is_answered(client: Client, db: None) -> None:
    assert client.post(ADDRESS).status_code == 405
    assert len(FIRST) == 12
