"""Lagebild: level, age, breaks and warnings as the rules for screens say."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import translation
from tests.web.regions.conftest import regions_client, regions_table

from hks.core.errors import InputError
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.services import chain, figure_of
from hks.web.regions.models import CalendarDate, IndicatorValue, Municipality, Threshold
from hks.web.regions.profiles import land_profiles
from hks.web.regions.services import enter_date, import_table, load_region, set_threshold
from hks.web.regions.situation import limits_of, situation_of, warnings_of
from hks.workbench.charts.series import Series, series
from hks.workbench.region import INDICATORS

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 24)


def caretaker(place: Organisation):
    return ensure_demo_member(place, "caretaker")


def reading_of(place: Organisation, slug: str):
    unit = Municipality.objects.get(ags=place.ags)
    readings, _ = situation_of(unit, caretaker(place), TODAY, limits_of(place))
    return next((r for r in readings if r.indicator.slug == slug), None)


def population(*rows: str) -> bytes:
    return regions_table(*(f"15084590;{row}" for row in rows))


def test_the_year_of_a_threshold_is_written_as_a_year(zeitz: Organisation, client: Client) -> None:
    page = client.get("/regions/14511/").content.decode()
    assert re.search(r"(erreicht sie den roten|war der rote) Schwellenwert von \d+ (etwa im Jahr|um) 20\d\d[ .]", page)


def test_loading_twice_changes_nothing(zeitz: Organisation) -> None:
    assert load_region() == load_region()
    assert Municipality.objects.filter(level="land").count() == 2


def test_every_shown_figure_and_median_follows_its_citation(zeitz: Organisation) -> None:
    reading = reading_of(zeitz, "share_65_plus")
    assert figure_of(reading.last.citation) == (reading.last.value, "%")
    assert figure_of(reading.median.citation) == (reading.median.value, "%")
    assert reading.place.level == "district"


def test_a_head_count_is_not_held_against_a_median(zeitz: Organisation) -> None:
    assert reading_of(zeitz, "population").median is None


def test_no_trend_crosses_an_incorporation_or_a_census(zeitz: Organisation) -> None:
    rows = [
        f"{year}-12-31;population;{count};;Fortschreibung;"
        for year, count in [
            (2007, 27000),
            (2008, 26883),
            (2009, 29765),
            (2010, 31556),
            (2021, 27003),
            (2022, 28194),
            (2023, 28100),
        ]
    ]
    import_table(population(*rows), "zeitz.csv", zeitz, by=caretaker(zeitz))
    reading = reading_of(zeitz, "population")
    assert [value.key_date.year for value in reading.run] == [2022, 2023]
    assert reading.change < 0
    assert len(reading.seen_breaks) == 4
    assert sum("to be checked" in why or "zu prüfen" in why for _, why in reading.seen_breaks) == 2
    assert reading.chart.text.count("<polyline") == 3  # to 2008, from 2011 to the census day, from 2022
    assert reading.place.level == "town"


def test_a_second_hand_figure_is_marked_and_never_warns(zeitz: Organisation) -> None:
    import_table(
        regions_table("15084590;2025-12-31;unemployment_rate;25;%;Zeitung;x"), "a.csv", zeitz, by=caretaker(zeitz)
    )
    reading = reading_of(zeitz, "unemployment_rate")
    assert reading.light == ""
    assert warnings_of([reading]) == []
    page = regions_client(zeitz).get("/regions/15084590/?tab=economy").content.decode()
    assert "second-hand, no light" in page


@pytest.mark.parametrize(("value", "light"), [("6.9", "green"), ("7", "yellow"), ("10", "red")])
def test_the_light_changes_at_the_threshold(value: str, light: str, zeitz: Organisation) -> None:
    row = f"15084590;2025-12-31;unemployment_rate;{value};%;Amt;"
    import_table(regions_table(row), "a.csv", zeitz, by=caretaker(zeitz))
    assert reading_of(zeitz, "unemployment_rate").light == light


def test_a_changed_threshold_changes_the_warnings(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    red = re.compile(r'<section class="notice notice--error(?:(?!</section>).)*series/share_65_plus/', re.DOTALL)
    assert not red.search(client.get("/regions/15084590/").content.decode())
    answer = client.post("/regions/15084590/thresholds/", {"indicator": "share_65_plus", "yellow": "20", "red": "22"})
    assert answer.status_code == 302
    assert "Needs attention" in red.search(client.get("/regions/15084590/").content.decode())[0]
    assert not red.search(Client().get("/regions/15084590/").content.decode())


def test_red_must_be_the_worse_value(zeitz: Organisation) -> None:
    page = regions_client(zeitz).post(
        "/regions/15084590/thresholds/", {"indicator": "share_65_plus", "yellow": "30", "red": "20"}
    )
    assert b"Red must be the worse" in page.content
    assert not Threshold.objects.exists()
    with pytest.raises(InputError):
        set_threshold(zeitz, "births", 1, 2, by=caretaker(zeitz))


@pytest.mark.parametrize("value", ["nan", "inf", "", "x" * 5000, "1e400"])
def test_a_hostile_threshold_is_a_sentence(value: str, zeitz: Organisation) -> None:
    answer = regions_client(zeitz).post(
        "/regions/15084590/thresholds/", {"indicator": "share_65_plus", "yellow": value, "red": "30"}
    )
    assert answer.status_code == 200
    assert not Threshold.objects.exists()


def test_who_may_set_thresholds(zeitz: Organisation, other: Organisation) -> None:
    address = "/regions/15084590/thresholds/"
    assert Client().get(address).status_code == 302
    assert regions_client(other).get(address).status_code == 404
    refused = regions_client(zeitz, "council").get(address)
    assert refused.status_code == 403
    assert "Your role in Stadt Zeitz" in refused.content.decode()


@pytest.mark.parametrize("tab", ["people", "water", "economy"])
def test_each_tab_says_which_table_is_missing(tab: str, zeitz: Organisation, client: Client) -> None:
    page = client.get("/regions/15084590/", {"tab": tab}).content.decode()
    for entry in INDICATORS.values():
        known = bool(reading_of(zeitz, entry.slug))
        with translation.override("de"):
            assert entry.tab != tab or known or translation.gettext(entry.table) in page
    assert not re.search(r"\sstyle=|<script(?![^>]*src=)", page)


def test_a_wrong_tab_or_series_is_a_404(zeitz: Organisation, client: Client) -> None:
    assert client.get("/regions/15084590/", {"tab": "<script>"}).status_code == 404
    assert client.get("/regions/15084590/series/nothing/").status_code == 404


def test_the_series_page_is_one_click_from_its_source(zeitz: Organisation, client: Client) -> None:
    page = client.get("/regions/15084590/series/share_65_plus/").content.decode()
    digest = reading_of(zeitz, "share_65_plus").last.filing.record.digest
    assert f"/evidence/{digest}/" in page
    assert "12411-0018" in page
    assert client.get("/regions/15084590/series/hot_days/").status_code == 200


def test_a_value_of_a_whole_year_is_no_key_date(zeitz: Organisation) -> None:
    import_table(
        regions_table("15084590;2025;unemployment_rate;7;%;Amt;"),
        "a.csv",
        zeitz,
        by=ensure_demo_member(zeitz, "caretaker"),
    )
    page = regions_client(zeitz).get("/regions/15084590/?tab=economy").content.decode()
    assert "Year 2025" in page
    assert "12/31/2025" not in page


def test_only_science_and_experts_see_the_method(zeitz: Organisation) -> None:
    address = "/regions/15084590/"
    assert b"For experts" in regions_client(zeitz, "science").get(address).content
    assert b"For experts" not in regions_client(zeitz).get(address).content


def test_the_profile_follows_the_land_and_says_what_nobody_checked(zeitz: Organisation, client: Client) -> None:
    client.cookies["hks_language"] = "en"
    address = "/regions/15084590/profile/"
    before = client.get(address).content.decode()
    assert "BGG LSA" in before
    assert before.count("to be checked") == len(land_profiles()["ST"]["rules"])
    Municipality.objects.filter(ags="15084590").update(land="SN")
    assert "BfWebG" in client.get(address).content.decode()


def test_the_dates_of_a_land_are_public_and_those_of_a_town_its_own(zeitz: Organisation, other: Organisation) -> None:
    day = datetime.date(2027, 1, 15)
    enter_date("grant", "Frist Land", day, land="ST")
    enter_date("grant", "Frist Sachsen", day, land="SN")
    enter_date("council", "Stadtrat", day, organisation=zeitz, by=caretaker(zeitz))
    address = "/regions/15084590/profile/"
    mine = regions_client(zeitz).get(address).content.decode()
    theirs = regions_client(other).get(address).content.decode()
    assert "Frist Land" in mine
    assert "Stadtrat (" in mine
    assert "Frist Sachsen" not in mine
    assert "Stadtrat (" not in theirs
    with pytest.raises(InputError):
        enter_date("grant", "x", day, land="ST", ends=datetime.date(2026, 1, 1))
    assert CalendarDate.objects.count() == 3


def test_a_chart_escapes_its_texts_and_gives_its_table() -> None:
    day = datetime.date
    points = ((day(2020, 12, 31), 3.0), (day(2021, 12, 31), 3.0), (day(2022, 12, 31), 5.0))
    chart = series(Series("<b>", "a & b", points, ((day(2022, 5, 15), "census"),), "k"))
    assert "<b>" not in chart.text
    assert "a &amp; b" in chart.text
    assert [row[2] for row in chart.rows] == ["", "", "census"]
    assert chart.text.count("<polyline") == 1
    assert "style" not in chart.text


def test_ten_indicators_have_an_official_value_for_zeitz_or_its_district_without_an_upload(zeitz: Organisation) -> None:
    unit = Municipality.objects.get(ags="15084590")
    readings, _ = situation_of(unit, None, TODAY, limits_of(None))
    official = {r.indicator.slug for r in readings if not r.last.second_hand}
    assert len(official) >= 10
    assert {r.place.ags for r in readings} <= {"15084590", "15084", "15"}
    rate = next(r for r in readings if r.indicator.slug == "unemployment_rate")
    assert (rate.place.ags, rate.last.key_date.year, rate.last.value, rate.stale) == ("15084", 2020, 7.0, True)
    assert rate.source["table"] == "13211-02-05-4"
    assert rate.source["licence"] == "dl-de/by-2-0"


def test_both_laender_have_what_single_years_of_age_tell(zeitz: Organisation, client: Client) -> None:
    """12411-0013, 31.12.2023: residents as published, the rest cites its record and the table."""
    wanted = ["mean_age", "share_80plus", "replacement_ratio", "youth_ratio", "old_age_ratio"]
    for ags, people in (("14", 4_054_689), ("15", 2_144_570)):
        rows = IndicatorValue.objects.filter(municipality=ags, key_date="2023-12-31").select_related("filing__record")
        found = {row.indicator: row for row in rows}
        assert found["population"].value == people
        assert found.keys() >= set(wanted)
        assert not any(row.second_hand for row in found.values())
        for slug in wanted:
            assert figure_of(found[slug].citation) == (found[slug].value, INDICATORS[slug].unit)
            files = [row.as_record.content["source"] for row in chain(found[slug].filing.record) if row.kind == "file"]
            assert [(file["table"], file["licence"]) for file in files] == [("12411-0013", "dl-de/by-2-0")]
    page = client.get("/regions/15084590/", headers={"cookie": "hks_language=en"}).content.decode()
    card = page.partition("<h3>Mean age</h3>")[2].partition("</section>")[0]
    assert "Land Sachsen-Anhalt" in card
    assert "12411-0013" in card
    assert reading_of(zeitz, "mean_age").place.ags == "15"


def test_what_follows_from_two_tables_names_both(zeitz: Organisation) -> None:
    reading = reading_of(zeitz, "jobs_per_1000")
    assert reading.last.value == pytest.approx(1000 * 58638 / 181968, rel=0.05)
    assert reading.source["table"] == "12411-0018; 13111-07-05-4"
    assert figure_of(reading.last.citation) == (reading.last.value, "1/1000")


def test_zeitz_second_hand_population_stands_beside_its_districts_official_one(zeitz: Organisation) -> None:
    unit = Municipality.objects.get(ags="15084590")
    readings, _ = situation_of(unit, None, TODAY, limits_of(None))
    own, district = (r for r in readings if r.indicator.slug == "population")
    assert (own.place.ags, own.light, own.last.second_hand) == ("15084590", "", True)
    assert (district.place.ags, district.last.second_hand) == ("15084", False)
    steps = [(a, b) for a, b in zip(own.rows, own.rows[1:], strict=False) if a[0].key_date.year == 2008]
    assert steps[0][1][1]  # between 2008 and 2009 stands the incorporation
    assert own.finding.trend is None


def test_the_missing_chance_of_losing_a_tenth_leads_to_the_projection(zeitz: Organisation) -> None:
    page = regions_client(zeitz).get("/regions/15084590/?tab=people").content.decode()
    assert "as soon as a projection of the town or its district is taken over" in page
    assert 'href="/regions/15084590/people/">Open the projection' in page
