"""Places, dwellings and fees of a demo town: read by a visitor, changed by the caretaker, at both widths."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import begin, sign_in

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.stories.eilenburg import play_eilenburg

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOWN = "/regions/14730110/"
PAGES = {"places": "Welche Plätze", "housing": "Wie viele Wohnungen", "fees": "Was kostet der Kubikmeter"}


@pytest.fixture
def eilenburg(zeitz, monkeypatch) -> Organisation:
    """Play the story with few draws."""
    monkeypatch.setattr("hks.web.studies.services.DRAWS", 60)
    monkeypatch.setattr("hks.web.studies.outlooks.DRAWS", 60)
    monkeypatch.setattr("hks.demography.sensitivity.DRAWS", 20)
    begin("eilenburg", lambda: play_eilenburg(settled(), ensure_demo_member(settled(), "caretaker")))
    return settled()


def settled() -> Organisation:
    """Return the town with its people."""
    named = {"name": "Stadt Eilenburg", "kind": "town", "ags": "14730110", "land": "SN"}
    town, _ = Organisation.objects.get_or_create(slug="eilenburg", defaults=named)
    for role in ("caretaker", "treasurer"):
        ensure_demo_member(town, role)
    return town


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_page_is_calm_for_a_visitor_opened_and_closed(page, live_server, eilenburg, look, language) -> None:
    page.context.add_cookies([{"name": "hks_language", "value": language, "url": live_server.url}])
    for slug in PAGES:
        page.goto(f"{live_server.url}{TOWN}{slug}/")
        look(page, f"{slug}-{language}")
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        look(page, f"{slug}-opened-{language}")


def test_the_caretaker_tries_demolition_and_corrects_a_year(page, live_server, eilenburg, look) -> None:
    sign_in(page, live_server, town=eilenburg)
    page.goto(f"{live_server.url}{TOWN}people/")
    page.get_by_role("navigation", name="Ausblick").get_by_role("link", name="Wohnungen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wie viele Wohnungen")
    expect(page.get_by_text("Block Nord (erfunden)", exact=True)).to_have_count(1)
    look(page, "housing-caretaker")
    page.locator("summary", has_text="Eine Annahme ändern").click()
    page.locator("input[name=demolition_panel]").fill("60")
    page.locator("input[name=demolition_panel_end]").fill("1990")
    page.get_by_role("button", name="Vorschau zeigen").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "housing-corrected")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("input[name=demolition_panel_end]")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("2032")
    page.get_by_role("button", name="Vorschau zeigen").click()
    expect(page.get_by_role("heading", name="Mit den geänderten Annahmen")).to_be_visible()
    expect(page.locator("input[name=demolition_panel]")).to_have_value("60")
    look(page, "housing-preview")
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("status").first).to_contain_text("Es wird gerechnet")


def test_without_scripts_every_page_works(browser, live_server, eilenburg) -> None:
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    for slug, words in PAGES.items():
        page.goto(f"{live_server.url}{TOWN}{slug}/")
        expect(page.get_by_role("heading", level=1)).to_contain_text(words)
        expect(page.locator(".badge--preview")).to_have_count(0)
        page.locator("summary", has_text="Eine Annahme ändern").click()
        page.get_by_label("Bis zu welchem Jahr?").fill("2037")
        page.get_by_role("button", name="Vorschau zeigen").click()
        expect(page.get_by_role("heading", name="Mit den geänderten Annahmen")).to_be_visible()
    context.close()
