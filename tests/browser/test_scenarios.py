"""Futures that fit together, from the matrix of the demo to the projection, at both widths and in both languages."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import sign_in

from hks.web.projects.models import Project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["", "?why=0", "?pick=0", "judgements/", "judgements/?text=A", "meaning/"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_page_of_the_matrix_is_calm(page, live_server, story, look, language) -> None:
    sign_in(page, live_server, language)
    for path in PAGES:
        page.goto(f"{live_server.url}/projects/{story.slug}/futures/consistent/{path}")
        look(page, f"matrix-{path.strip('/?').replace('/', '-').replace('?', '-') or 'page'}-{language}")
    prospective = Project.objects.get(title="Leerstand am Beispielring")
    page.goto(f"{live_server.url}/projects/{prospective.slug}/futures/consistent/")
    look(page, f"matrix-none-{language}")
    page.goto(f"{live_server.url}/projects/{story.slug}/futures/?residents=28381&all=1")
    look(page, f"futures-first-look-{language}")


def test_a_changed_judgement_leads_to_other_futures_and_back_to_its_file(page, live_server, story) -> None:
    sign_in(page, live_server, "de")
    page.goto(f"{live_server.url}/projects/{story.slug}/futures/consistent/")
    expect(page.locator("tbody tr")).to_have_count(4)
    page.get_by_label("Hingenommene Unstimmigkeit").fill("1")
    page.get_by_role("button", name="Neu suchen").click()
    expect(page.locator("tbody tr")).to_have_count(7)
    page.get_by_role("link", name="zwei", exact=True).click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    page.get_by_role("button", name="Zu Zukünften des Projekts machen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Was kann kommen?")
    expect(page.locator("ul.cards > li")).to_have_count(3)  # two of the matrix, one described by hand
    page.locator("dl.facts a.figure").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Woher kommt diese Zahl?")


def test_a_stranger_reads_the_matrix_and_finds_no_button_to_change_it(page, live_server, story, look) -> None:
    page.goto(f"{live_server.url}/projects/{story.slug}/futures/consistent/?why=1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Was passt zusammen?")
    expect(page.get_by_role("button", name="Neu suchen")).to_have_count(0)
    look(page, "matrix-stranger")
