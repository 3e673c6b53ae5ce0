"""Search: over all rooms, in the words of the page, and only what the person may see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hks.core import evidence
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.models import Filing
from hks.web.evidence.services import file_record
from hks.web.portal.search import SHELVES, SHOWN, found
from hks.web.regions.models import Municipality

pytestmark = pytest.mark.django_db


def titles(query: str, user=None) -> list[str]:
    return [hit.title for _shelf, hits, _more in found(query, user) for hit in hits]


def test_a_town_a_table_and_its_evidence_are_found(zeitz: Organisation, client: Client) -> None:
    assert "Zeitz" in titles("zeitz")
    assert titles("15084590") == ["Zeitz"]
    assert titles("12411 destatis") != []
    text = client.get("/search/", {"q": "Zeitz"}).content.decode()
    assert 'href="/regions/15084590/"' in text
    assert 'value="Zeitz"' in text


def test_titles_are_found_in_the_language_of_the_page(zeitz: Organisation, client: Client) -> None:
    assert "/evidence/" in client.get("/search/", {"q": "einwohner alter"}).content.decode()
    client.cookies["hks_language"] = "en"
    assert "/evidence/" in client.get("/search/", {"q": "residents age"}).content.decode()


def test_umlauts_and_capitals_do_not_matter(zeitz: Organisation) -> None:
    Municipality.objects.filter(ags="15084590").update(name="ÄMTERSTADT")
    assert titles("ämterst") == ["ÄMTERSTADT"]


def test_every_word_must_occur_and_a_title_that_begins_so_comes_first(zeitz: Organisation) -> None:
    assert titles("Zeitz Borna") == []
    Municipality.objects.filter(ags="15084550").update(name="Bei Zeitz")
    assert titles("zeitz")[:2] == ["Zeitz", "Bei Zeitz"]


def test_each_page_is_named_once(zeitz: Organisation) -> None:
    addresses = [hit.address for _shelf, hits, _more in found("e", None) for hit in hits]
    assert len(addresses) == len(set(addresses)) > 1


def test_what_is_anothers_is_not_found(zeitz: Organisation, client: Client) -> None:
    user = ensure_demo_member(zeitz, "council")
    file_record(evidence.record("table", values={"n": 1}), "Geheimer Haushalt", organisation=zeitz)
    other = Organisation.objects.create(slug="b", name="B", kind="town")
    assert titles("geheimer", user) == ["Geheimer Haushalt"]
    assert titles("geheimer", ensure_demo_member(other, "caretaker")) == []
    assert titles("geheimer") == []
    client.cookies["hks_language"] = "en"
    assert "Nothing was found" in client.get("/search/", {"q": "geheimer"}).content.decode()
    Filing.objects.filter(organisation=zeitz).update(replaced_by=Filing.objects.filter(organisation=None).first())
    assert titles("geheimer", user) == []


@pytest.mark.parametrize("query", ["", "   ", "\0", "%", "'", "<script>", "x" * 5000, "ﬀ\u0301"])
def test_any_query_is_answered_calmly(zeitz: Organisation, client: Client, query: str) -> None:
    answer = client.get("/search/", {"q": query})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_many_hits_are_cut_and_cost_no_query_each(zeitz: Organisation) -> None:
    for n in range(SHOWN + 5):
        file_record(evidence.record("table", values={"n": n}), f"Reihe {n}", organisation=zeitz)
    user = ensure_demo_member(zeitz, "council")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        ((_shelf, hits, more),) = found("reihe", user)
    assert (len(hits), more) == (SHOWN, True)
    assert len(seen) <= len(SHELVES) + 3
