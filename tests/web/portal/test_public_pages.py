"""Privacy, accessibility and the limits: made from the rooms' own lists, one click from every page."""

import pytest
from django.test import Client
from django.utils.html import escape
from django.utils.translation import override

from hks.web.accounts.models import Organisation
from hks.web.portal.privacy import PERSONAL_DATA

pytestmark = pytest.mark.django_db
PAGES = ["/privacy/", "/accessibility/", "/what-hks-is-not/"]


@pytest.fixture
def english(client: Client) -> Client:
    client.cookies["hks_language"] = "en"
    return client


def test_each_page_is_linked_from_every_page(english: Client) -> None:
    for page in ("/", *PAGES):
        text = english.get(page).content.decode()
        assert all(f'href="{address}"' in text for address in PAGES)


def test_the_privacy_page_says_all_that_the_rooms_declare(english: Client) -> None:
    text = english.get("/privacy/").content.decode()
    with override("en"):
        for entry in PERSONAL_DATA:
            for said in (entry.words, entry.purpose, entry.delete_after, entry.legal_basis):
                assert escape(said) in text, entry
    assert "to be checked" in text


def test_who_is_responsible_stands_with_address_and_telephone(english: Client) -> None:
    assert "No organisation has entered" in english.get("/privacy/").content.decode()
    Organisation.objects.create(slug="a", name="Stadt A", kind="town", land="ST", address="Markt 1", phone="03441 1")
    Organisation.objects.create(slug="b", name="Stadt B", kind="town", land="ST")
    text = english.get("/privacy/").content.decode()
    assert "Stadt A, Markt 1" in text
    assert "Stadt B" not in text


@pytest.mark.parametrize(("land", "shown", "other"), [("SN", "BfWebG", "BGG LSA"), ("ST", "BGG LSA", "BfWebG")])
def test_the_law_is_that_of_the_land_served(english: Client, land: str, shown: str, other: str) -> None:
    both = english.get("/accessibility/").content.decode()
    assert shown in both
    assert other in both
    Organisation.objects.create(slug="a", name="A", kind="town", land=land)
    text = english.get("/accessibility/").content.decode()
    assert shown in text
    assert other not in text
    assert "/organisation/feedback/?page=/accessibility/" in text


def test_the_imprint_names_who_can_be_reached(db: None) -> None:
    client = Client()
    client.cookies["hks_language"] = "en"
    assert "No organisation has entered an address yet" in client.get("/imprint/").content.decode()
    Organisation.objects.create(slug="borna", name="Stadt Borna", kind="town", address="Markt 1, 04552 Borna")
    assert "Markt 1, 04552 Borna" in client.get("/imprint/").content.decode()
