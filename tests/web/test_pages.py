"""Every page: German first, English complete, strict about what it loads, calm about wrong addresses."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member

pytestmark = pytest.mark.django_db
PAGES = [
    "/",
    "/regions/",
    "/regions/data/",
    "/regions/15084590/",
    "/regions/15084/",
    "/dates/",
    "/search/",
    "/search/?q=zeitz",
    "/privacy/",
    "/accessibility/",
    "/what-hks-is-not/",
    "/account/login/",
    "/account/login/code/",
    "/account/password/reset/",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_german_or_english_and_strict(page: str, zeitz: Organisation, client: Client) -> None:
    answer = client.get(page, headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert '<html lang="de">' in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    client.post("/language/", {"language": "en", "next": page})
    assert '<html lang="en">' in client.get(page).content.decode()


def test_a_town_shows_the_districts_figures_as_the_districts(zeitz: Organisation, client: Client) -> None:
    page = client.get("/regions/15084590/").content.decode()
    assert "181.968" in page
    assert "Landkreis Burgenlandkreis" in page
    assert "Stand 2017, veraltet" in page
    assert "Für Zeitz selbst liegen hier noch keine Zahlen nach Alter vor" in page


def test_what_stands_for_a_table_is_german_too(zeitz: Organisation, client: Client) -> None:
    page = client.get("/regions/data/").content.decode()
    assert "<td>Haushalt<br>" in page
    assert "<td>budget<br>" not in page


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/",
        "//example.org",
        "/\\example.org",
        "javascript:alert(1)",
        "",
        "nothing",
        "portal:today",
        "1",
    ],
)
def test_the_language_switch_does_not_lead_away(client: Client, address: str) -> None:
    assert client.post("/language/", {"language": "en", "next": address}).headers["Location"] == "/"


@pytest.mark.parametrize(
    "page",
    [
        "/regions/99999/",
        "/regions/%00/",
        "/evidence/abc/",
        "/evidence/" + "f" * 64 + "/",
        "/nothing/",
        "/jobs/1/state/x",
    ],
)
def test_a_wrong_address_is_a_calm_404(page: str, client: Client) -> None:
    answer = client.get(page)
    assert answer.status_code == 404
    assert "Hier ist nichts" in answer.content.decode()


def test_an_empty_site_says_what_to_do(client: Client) -> None:
    call_command("flush", interactive=False)
    assert "hks data load" in client.get("/").content.decode()
    assert client.get("/regions/data/").status_code == 200


def test_only_who_is_signed_in_is_shown_the_way_to_today(zeitz: Organisation, client: Client) -> None:
    assert 'href="/today/"' not in client.get("/").content.decode()
    client.force_login(ensure_demo_member(zeitz, "council"))
    assert 'href="/today/"' in client.get("/").content.decode()


def test_nobody_fills_the_disk_with_one_form(client: Client) -> None:
    large = SimpleUploadedFile("x", b"0" * (26 * 1024 * 1024))
    assert client.post("/language/", {"language": "en", "f": large}).status_code == 400
    small = SimpleUploadedFile("x", b"0" * (6 * 1024 * 1024))
    assert client.post("/language/", {"language": "en", "f": small}).status_code == 302
