"""Streets and buildings in the water: calm for a visitor and for the town, at both widths and in both languages."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import sign_in
from tests.browser.test_rain import PAGE

from hks.web.accounts.services import ensure_demo_member
from hks.web.projects.services import begin_project
from hks.web.regions.models import Municipality
from hks.web.stories.runs import let_it_rain

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_water_comes_and_goes_under_a_slider_and_below_each_other_without_scripts(
    page, live_server, zeitz, look, browser
) -> None:
    let_it_rain(zeitz, Municipality.objects.get(ags=zeitz.ags), ensure_demo_member(zeitz, "caretaker"))
    page.goto(live_server.url + PAGE)
    page.locator("a[href$='/moments/']").click()
    expect(page.locator("[data-moments] figure:visible")).to_have_count(1)
    slider = page.locator("#moment")
    slider.focus()
    slider.press("End")
    expect(page.locator("[data-moments] figure:visible figcaption")).to_contain_text("120")
    look(page, "moments")
    still = browser.new_context(java_script_enabled=False, locale="de-DE").new_page()
    still.goto(page.url)
    expect(still.locator("[data-moments] figure:visible")).to_have_count(12)
    expect(still.locator("#moment")).to_be_hidden()
    still.context.close()


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_visitor_sees_streets_and_the_town_its_buildings(page, live_server, zeitz, look, language) -> None:
    caretaker = ensure_demo_member(zeitz, "caretaker")
    let_it_rain(zeitz, Municipality.objects.get(ags=zeitz.ags), caretaker)
    project = begin_project(zeitz, by=caretaker, title="Wasser im Lindenweg", field="climate")
    page.context.add_cookies([{"name": "hks_language", "value": language, "url": live_server.url}])
    page.goto(live_server.url + PAGE)
    page.locator("a[href$='/streets/']").click()
    expect(page.locator("#houses")).to_have_count(0)
    look(page, f"streets-visitor-{language}")
    address = page.url
    if language == "en":
        return
    sign_in(page, live_server)
    page.goto(address)
    expect(page.locator("#houses")).to_be_visible()
    look(page, "streets-town")
    page.locator("#affected ~ form button").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.locator("select[name=project]").select_option(project.slug)
    page.locator("input[name=streets]").first.check()
    page.locator("#affected ~ form button").click()
    expect(page).to_have_url(f"{live_server.url}/projects/{project.slug}/develop/")
