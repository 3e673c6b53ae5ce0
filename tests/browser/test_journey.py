"""From the start page to a figure and back to its official table, as each person meets it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_figure_is_one_click_from_its_table(page, live_server, zeitz, look) -> None:
    page.goto(live_server.url)
    look(page, "start")
    page.get_by_role("link", name="Zeitz").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wohin entwickelt sich Zeitz?")
    look(page, "situation")
    page.get_by_role("link", name="181.968").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Woher kommt diese Zahl?")
    expect(page.get_by_text("12411-0018", exact=True)).to_be_visible()
    look(page, "evidence")


PAGES = ["/regions/", "/regions/data/", "/account/login/", "/account/login/code/", "/account/password/reset/"]
PUBLIC = ["/dates/", "/search/?q=e", "/privacy/", "/accessibility/", "/what-hks-is-not/"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_page_is_calm(page, live_server, zeitz, look, language) -> None:
    page.context.add_cookies([{"name": "hks_language", "value": language, "url": live_server.url}])
    for path in (*PAGES, *PUBLIC):
        page.goto(live_server.url + path)
        look(page, path.strip("/").replace("/", "-") + "-" + language)


def test_the_way_works_by_keyboard_alone(page, live_server, zeitz) -> None:
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Zum Inhalt springen")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == "Zeitz":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wohin entwickelt sich Zeitz?")


def test_the_caretaker_of_the_demo_reaches_her_town_and_members(page, live_server, zeitz, look) -> None:
    page.goto(live_server.url)
    page.get_by_role("button", name="Kümmerin oder Kümmerer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Was ist zu tun?")
    page.goto(f"{live_server.url}/organisation/zeitz/members/")
    look(page, "members")


HER_PAGES = [f"/regions/15084590/{name}/" for name in ("thresholds", "upload", "profile", "series/population")]
HER_PAGES += ["/organisation/me/", "/organisation/feedback/received/", "/dates/"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_page_of_the_caretaker_is_calm(page, live_server, zeitz, look, language) -> None:
    page.goto(live_server.url)
    page.get_by_role("button", name="Kümmerin oder Kümmerer").click()
    page.context.add_cookies([{"name": "hks_language", "value": language, "url": live_server.url}])
    for path in HER_PAGES:
        page.goto(live_server.url + path)
        look(page, path.strip("/").replace("/", "-") + "-" + language)


def test_a_missing_page_is_calm(page, live_server, zeitz, look) -> None:
    page.goto(f"{live_server.url}/nothing/")
    look(page, "missing")
    page.said.clear()  # the browser itself notes the 404


def test_axe_finds_a_planted_fault(page, live_server, zeitz) -> None:
    page.goto(live_server.url)
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert "image-alt" in [finding["id"] for finding in Axe().run(page).response["violations"]]
