"""A town brings its own tables in on the screen: lights, trends, peers and warnings of its own, seen by nobody else.

All numbers come from `benchmarks.situation_page`; they are invented.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html import unescape

import pytest
from benchmarks.situation_page import TOWNS, invented_table
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker
from tests.web.regions.conftest import regions_client

from hks.web.accounts.models import Organisation
from hks.web.evidence.services import figure_of, verify
from hks.web.regions.models import IndicatorValue, Municipality, PendingImport
from hks.web.regions.situation import decimals
from hks.workbench.region import INDICATORS, TABS

pytestmark = pytest.mark.django_db
PAGE = "/regions/15084590/"
FEWEST, MOST_QUERIES = 25, 60
ACROSS_THE_CENSUS = {"pop_change_5y", "foreign_share_change"}  # five years back from 2025 lies the old basis
TREND = re.compile(r"(More than|Less than|As) in \d{4}\.")


@pytest.fixture(scope="module")
def brought_in(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    """Bring the table in once for all tests but the first, which sees it come; each leaves it as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        client = regions_client(
            Organisation.objects.create(slug="zeitz", name="Stadt Zeitz", kind="town", ags="15084590")
        )
        bring_in(client)
        yield client
        transaction.set_rollback(True)


@pytest.fixture
def caretaker(brought_in: Client, db: None) -> Client:
    """Return the browser of a caretaker who brought the invented table in."""
    return brought_in


def bring_in(client: Client) -> None:
    """Upload the invented table, look at it and confirm it."""
    sent = client.post(f"{PAGE}upload/", {"file": SimpleUploadedFile("invented.csv", invented_table())})
    preview = sent.headers["Location"]
    assert "Erfundene Zahlen" in client.get(preview).content.decode()
    assert client.post(f"{preview}confirm/").status_code == 302
    assert not PendingImport.objects.exists()


def tabs(client: Client) -> dict[str, str]:
    return {tab: unescape(client.get(PAGE, {"tab": tab}).content.decode()) for tab, _title in TABS}


def town_cards(client: Client) -> dict[str, str]:
    """Return the cards that show a figure of the town itself, by indicator."""
    cards = [card for text in tabs(client).values() for card in text.split('<section class="card')[1:]]
    own = [card for card in cards if ">town Zeitz</span>" in card]
    return {re.search(r"/series/(\w+)/\?level=town", card)[1]: card for card in own}


def lit(client: Client) -> dict[str, str]:
    return {slug: card for slug, card in town_cards(client).items() if 'class="light light--' in card}


def warned(client: Client) -> set[str]:
    """Return the indicators that need attention at town level."""
    head = client.get(PAGE).content.decode().partition('aria-label="Fields"')[0]
    return {slug for slug, level in re.findall(r"/series/(\w+)/\?level=(\w+)", head) if level == "town"}


def test_strangers_see_none_of_it(zeitz: Organisation, other: Organisation) -> None:
    strangers = [regions_client(other), Client(headers={"cookie": "hks_language=en"})]
    before = [(town_cards(stranger), warned(stranger)) for stranger in strangers]
    caretaker = regions_client(zeitz)
    bring_in(caretaker)
    caretaker.post(f"{PAGE}thresholds/", {"indicator": "unemployment_rate", "yellow": "1", "red": "2"})
    filed = IndicatorValue.objects.filter(filing__organisation=zeitz).select_related("filing__record")
    digests = {value.filing.record.digest for value in filed}
    assert len(digests) > 20
    assert [(town_cards(stranger), warned(stranger)) for stranger in strangers] == before
    for stranger in strangers:
        addresses = ["/regions/data/", *(f"{PAGE}series/{slug}/" for slug in ("mean_age", "hot_days", "vacancy_rate"))]
        for text in (stranger.get(address).content.decode() for address in addresses):
            assert "Erfundene Zahlen" not in text
            assert not digests & set(re.findall(r"\w{64}", text))
        assert stranger.get(f"/evidence/{min(digests)}/").status_code == 404
    assert strangers[0].get(f"{PAGE}thresholds/").status_code == 404
    assert len(lit(regions_client(zeitz, "council"))) >= FEWEST  # the town's own council sees it


def test_enough_indicators_stand_with_value_light_trend_and_source(caretaker: Client) -> None:
    cards = lit(caretaker)
    assert len(cards) >= FEWEST
    assert {INDICATORS[slug].tab for slug in cards} == {tab for tab, _title in TABS}
    for slug, card in cards.items():
        digest, pointer = re.search(r'href="/evidence/(\w{64})/\?figure=([^"]+)"', card).groups()
        value, unit = figure_of(f"{digest}#{pointer}")
        year = 2021 if slug in ACROSS_THE_CENSUS else 2025
        assert pointer == f"/outcomes/{slug}/15084590/{year}-12-31"
        assert (isinstance(value, float | int), unit) == (True, INDICATORS[slug].unit)
        assert re.search(r"No sign of concern|Worth watching|Needs attention", card)
        assert TREND.search(card), slug
        assert "Middle of the towns compared:" in card or INDICATORS[slug].unit == "persons"
        assert "Erfundene Zahlen" in card
    assert verify().broken == []


def test_each_names_similar_towns_with_the_reason(caretaker: Client) -> None:
    names = {str(place) for place in Municipality.objects.filter(ags__in=TOWNS)} - {"Zeitz"}
    for slug in lit(caretaker):
        text = unescape(caretaker.get(f"{PAGE}series/{slug}/?level=town").content.decode())
        similar = text.partition("Who is similar?")[2].partition("<h2>")[0]
        rows = re.findall(r'<th scope="row"><a [^>]+>([^<]+)</a></th>(.*?)</tr>', similar)
        told = [name for name, cells in rows if "/evidence/" in cells and re.search(r"<td>[A-Z][^<]+</td>", cells)]
        assert len(set(told) & names) >= 3, slug


def test_no_decimal_that_matters_is_rounded_away(caretaker: Client) -> None:
    cards = town_cards(caretaker)
    assert "0.59" in cards["pv_capacity"]  # 0.59 kW for each person, not 1
    assert "-0.8" in cards["groundwater_trend"]
    page = caretaker.get(f"{PAGE}thresholds/").content.decode()
    assert '<td class="n">0.95</td><td class="n">1.00</td>' in page
    assert [decimals(value) for value in (25.0, -0.5, 0.95, 1 / 3)] == [0, 1, 2, 3]


def test_a_threshold_changed_on_the_screen_changes_the_warnings_and_back(caretaker: Client) -> None:
    before = warned(caretaker)
    assert "vacancy_rate" in before
    assert "sealed_area" in before

    def set_to(yellow: str, red: str) -> set[str]:
        answer = caretaker.post(
            f"{PAGE}thresholds/", {"indicator": "vacancy_rate", "yellow": yellow, "red": red}, follow=True
        )
        assert "The threshold is set" in answer.content.decode()
        return warned(caretaker)

    assert set_to("90", "95") == before - {"vacancy_rate"}
    assert 'class="light light--green"' in lit(caretaker)["vacancy_rate"]
    assert set_to("8", "12") == before


def test_the_pages_ask_the_database_few_questions(
    caretaker: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    places = [*(f"{PAGE}?tab={tab}" for tab, _ in TABS), f"{PAGE}series/natural_balance/?level=town", "/regions/data/"]
    for place in places:
        with django_assert_max_num_queries(MOST_QUERIES):
            assert caretaker.get(place).status_code == 200
