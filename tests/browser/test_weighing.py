"""What the council sees of a weighing: solutions by futures, order by group, one weight changed at once."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["de", "en"])
def test_one_weight_is_changed_and_the_order_stands_at_once(page, live_server, story, look, language) -> None:
    client = Client()
    client.force_login(ensure_demo_member(Organisation.objects.get(slug="zeitz"), "science"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session])
    page.context.add_cookies([{"name": "hks_language", "value": language, "url": live_server.url}])
    page.goto(f"{live_server.url}/projects/{story.slug}/weigh/")
    expect(page.locator("#tried")).to_be_empty()
    page.locator("select[name=criterion]").select_option("cost")
    page.locator("input[name=share]").fill("90")
    page.locator("input[name=share]").blur()
    expect(page.locator("#tried table")).to_be_visible(timeout=20_000)
    assert "criterion" not in page.url
    look(page, f"weigh-changed-{language}")
    page.locator("summary", has_text={"de": "Für Fachleute", "en": "For experts"}[language]).click()
    look(page, f"weigh-experts-{language}")


def test_without_scripts_the_button_shows_the_same(browser, live_server, story) -> None:
    page = browser.new_context(java_script_enabled=False, locale="de-DE").new_page()
    page.goto(f"{live_server.url}/projects/{story.slug}/weigh/")
    page.locator("input[name=share]").fill("90")
    page.get_by_role("button", name="Zeigen, was daraus folgt").click()
    expect(page.locator("#tried table")).to_be_visible(timeout=20_000)
