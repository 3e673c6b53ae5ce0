"""For experts: ranks under all weights, robustness and pairs, in both languages and widths."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["de", "en"])
def test_experts_see_ranks_robustness_and_pairs(page, live_server, story, look, language) -> None:
    client = Client()
    client.force_login(ensure_demo_member(Organisation.objects.get(slug="zeitz"), "science"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session, {"name": "hks_language", "value": language, "url": live_server.url}])
    for name in ("ranks", "robustness", "pairs"):
        page.goto(f"{live_server.url}/projects/{story.slug}/weigh/{name}/")
        if name == "pairs":
            page.get_by_role("button", name={"de": "Gewichte zeigen", "en": "Show the weights"}[language]).click()
        expect(page.locator("main table").first).to_be_visible(timeout=20_000)
        look(page, f"experts-{name}-{language}")
