"""For experts: ranks, robustness and pairs of a weighing, and what more a matrix says, in both languages and widths."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.decisions import group_weights

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


MATRIX = ("starts/", "what-if/?future=0&change=1.1&rule=global", "rough/?spread=0.5&draws=50&tolerance=0", "influence/",
          "agree/", "sheet/")  # fmt: skip


def test_what_more_a_matrix_says_is_calm_in_both_widths(page, live_server, story, look) -> None:
    client = Client()
    client.force_login(ensure_demo_member(Organisation.objects.get(slug="zeitz"), "caretaker"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([session, {"name": "hks_language", "value": "de", "url": live_server.url}])
    for tail in MATRIX:
        page.goto(f"{live_server.url}/projects/{story.slug}/futures/consistent/{tail}")
        expect(page.locator("h1")).to_be_visible()
        look(page, f"matrix-{tail.split('/')[0]}")
    codes = group_weights.open_round(story, ["council", "affected"], by=None)
    page.goto(f"{live_server.url}/projects/{story.slug}/weigh/groups/")
    look(page, "groups-open")
    page.goto(f"{live_server.url}/weights/")
    page.locator("input[name=code]").fill(codes["council"])
    page.get_by_role("button", name="Weiter").click()
    expect(page.locator("input[name=said]")).to_be_attached()
    look(page, "groups-give")
    for tail in ("costs/?compared=A&compared=B&equal_benefit=on&rate=0,03&horizon=50", "costs/damage/"):
        page.goto(f"{live_server.url}/projects/{story.slug}/{tail}")
        look(page, "life-" + tail.split("/")[-2])
    page.goto(f"{live_server.url}/projects/{story.slug}/futures/consistent/sheet/")
    paper = re.findall(rb"/MediaBox \[0 0 (\d+)", page.pdf(prefer_css_page_size=True))
    assert paper[0] == b"1191"  # A3 across, in points: the tableau
    assert set(paper[1:]) == {b"594"}  # A4: a card for each future
