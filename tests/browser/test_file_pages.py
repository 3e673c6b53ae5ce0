"""Heat and water balance of a town: read by a visitor, tried by the caretaker, at both widths."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import carried_out, sign_in

from hks.web.accounts.services import ensure_demo_member
from hks.web.regions.grounds import lay_example
from hks.web.regions.models import Municipality
from hks.web.stories.runs import compare_with_nature, let_it_rain
from hks.web.studies.file_pages import compute_page
from hks.web.studies.models import DrawnPlan
from hks.workbench.drawn_plans import feature

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("heat", "heat-measures", "water")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_pages_are_calm_for_a_visitor(page, live_server, zeitz, look, language) -> None:
    place, by = Municipality.objects.get(ags=zeitz.ags), ensure_demo_member(zeitz, "caretaker")
    let_it_rain(zeitz, place, by)
    compare_with_nature(zeitz, place, by)
    page.context.add_cookies([{"name": "hks_language", "value": language, "url": live_server.url}])
    for slug in PAGES:
        page.goto(f"{live_server.url}/regions/15084590/{slug}/")
        expect(page.locator("svg.map")).to_have_count(1)
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        look(page, f"{slug}-{language}")


def test_the_caretaker_uses_a_drawn_plan_and_sees_what_it_changes(page, live_server, zeitz, look) -> None:
    place, by = Municipality.objects.get(ags=zeitz.ags), ensure_demo_member(zeitz, "caretaker")
    lay_example(zeitz, by=by)
    drawn = [feature("tree_planting", ((100.0, 220.0), (140.0, 220.0), (140.0, 260.0)), "middle", None)]
    DrawnPlan.objects.create(organisation=zeitz, municipality=place, name="Gehölz am Hang", drawings=drawn)
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/regions/15084590/heat-measures/")
    page.locator("form[action$='example/'] button").click()
    page.get_by_role("button", name="Diese Zeichnungen verwenden").click()
    page.locator("button[formmethod=get]").click()
    expect(page.locator("#preview")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Wald oder Gehölz pflanzen")
    look(page, "heat-measures-preview")
    page.locator("input[name=sun]").fill("1")
    page.locator("form[action$='order/'] button").first.click()
    expect(page.locator("main")).to_contain_text("Im Schatten kann")
    look(page, "heat-measures-refused")


def test_the_caretaker_is_refused_a_wrong_file_and_tries_the_example(page, live_server, zeitz, look) -> None:
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/regions/15084590/water/")
    look(page, "water-empty")
    page.goto(f"{live_server.url}/regions/15084590/water/load/?part=blocks")
    page.locator("input[name=file]").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": b"code\nB1\n"})
    page.locator("input[name=publisher]").fill("Bauamt")
    page.locator("input[name=key_date]").fill("2024-05-01")
    page.locator("main form button").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "water-refused")
    page.goto(f"{live_server.url}/regions/15084590/water/")
    page.locator("form[action$='example/'] button").click()
    page.locator("button[formmethod=get]").click()
    expect(page.locator(".badge--preview").first).to_be_visible()
    look(page, "water-preview")
    page.locator("form[action$='order/'] button").first.click()
    carried_out(page, compute_page)
    expect(page.locator("#found")).to_be_visible()
