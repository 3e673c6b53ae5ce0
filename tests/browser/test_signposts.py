"""Storylines, signs and improbable events of the demo's futures, at both widths and in both languages."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from hks.web.accounts.services import ensure_demo_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enter(page, live_server, story, language: str) -> str:
    """Come in as the caretaker by the session, and say where the futures are told."""
    client = Client()
    client.force_login(ensure_demo_member(story.organisation, "caretaker"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session, {"name": "hks_language", "value": language, "url": live_server.url}])
    return f"{live_server.url}/projects/{story.slug}/futures/told/"


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_page_of_the_told_futures_is_calm(page, live_server, story, look, language) -> None:
    told = enter(page, live_server, story, language)
    future = story.scenarios.first()
    for path in ("", "print/", "sign/", "event/", f"{future.pk}/story/"):
        page.goto(told + path)
        look(page, f"told-{path.strip('/').split('/')[-1] or 'page'}-{language}")


def test_a_sign_is_set_without_scripts_removed_and_taken_back(browser, live_server, story) -> None:
    page = browser.new_context(java_script_enabled=False, locale="de-DE").new_page()
    told = enter(page, live_server, story, "de")
    page.goto(told + "sign/")
    page.get_by_label("Welche Kennzahl?").select_option("mean_age@15")
    page.get_by_label("Schwelle mit Einheit").fill("47,5 Jahre")
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("main")).to_contain_text("47,5")
    page.get_by_role("button", name="Frühzeichen entfernen").first.click()
    page.locator("summary", has_text="Entfernt").click()
    page.get_by_role("button", name="Zurückholen").click()
    expect(page.locator("summary", has_text="Entfernt")).to_have_count(0)
