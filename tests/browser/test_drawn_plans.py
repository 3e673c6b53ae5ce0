"""Measures tried out in a browser: drawn with the mouse, by the form alone, and without scripts; both widths."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import carried_out, sign_in

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.projects.services import begin_project, describe_option
from hks.web.regions.grounds import lay_example
from hks.web.regions.models import Municipality
from hks.web.studies.drawn_plans import compute_measures
from hks.web.studies.models import DrawnPlan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PLANS = "/regions/15084590/rain/measures/"
SIDE = 400.0  # of the example terrain [m]
SQUARE = "180; 160\n240; 160\n240; 192\n180; 192"


@pytest.fixture
def plans(page, live_server, zeitz: Organisation):
    lay_example(zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    sign_in(page, live_server)
    page.goto(live_server.url + PLANS)
    return page


def begin(page) -> None:
    page.locator("input[name=name]").fill("Platz")
    page.locator("main form button").last.click()
    expect(page.locator("h1")).to_have_text("Platz")


def click_at(page, x: float, y: float) -> None:
    """Click a place of the example terrain. [m]"""
    page.locator(".draw-map").scroll_into_view_if_needed()
    box = page.locator(".draw-ground").bounding_box()
    page.mouse.click(box["x"] + x / SIDE * box["width"], box["y"] + (1 - y / SIDE) * box["height"])


def compute_it(page) -> None:
    page.locator("section[aria-labelledby=rain] form button").click()
    carried_out(page, compute_measures)
    expect(page.locator("#result")).to_be_visible()


def test_a_square_is_drawn_with_the_mouse_taken_back_and_finished(plans, look) -> None:
    look(plans, "plans-empty")
    begin(plans)
    look(plans, "plan-empty")
    plans.set_viewport_size({"width": 1280, "height": 900})
    plans.locator("[data-measure=swale]").click()
    expect(plans.locator("[data-measure=swale]")).to_have_attribute("aria-pressed", "true")
    for place in ((180, 160), (240, 160), (240, 192), (180, 192), (50, 50)):
        click_at(plans, *place)
    lines = plans.locator("#id_corners").input_value().splitlines()
    assert len(lines) == 5
    assert abs(float(lines[2].split(";")[0]) - 240) < 2
    assert abs(float(lines[2].split(";")[1]) - 192) < 2
    plans.locator("[data-undo]").click()
    expect(plans.locator(".draw [role=status]")).to_contain_text("4")
    look(plans, "plan-drawing")
    plans.locator("[data-finish]").click()
    expect(plans.locator("table tbody tr")).to_have_count(1)
    drawn = DrawnPlan.objects.get().drawings
    assert drawn[0]["properties"]["measure"] == "swale"
    assert len(drawn[0]["geometry"]["coordinates"][0]) == 5
    expect(plans.locator("path.drawn--area")).to_have_count(1)


def test_the_form_alone_draws_is_refused_and_the_result_is_swiped_and_taken_over(plans, zeitz, look) -> None:
    by = ensure_demo_member(zeitz, "caretaker")
    project = begin_project(zeitz, by=by, title="Regen", field="climate", concern="x", responsible="Bauamt",
                            municipality=Municipality.objects.get(ags=zeitz.ags))  # fmt: skip
    said = {"title": "Mulde", "what": "x", "cost": 100, "follow_up_cost": 1, "useful_life": 9, "months_to_use": 1}
    describe_option(project, {**said, "reach_percent": 1.0, "reach_from_age": 0, "reach_to_age": 99}, by=by)
    begin(plans)
    plans.locator("#id_measure").select_option("retention_hollow")
    plans.locator("#id_corners").fill("180; 160\n240; 192\n240; 160\n180; 192")
    plans.locator("#drawing button").press("Enter")
    expect(plans.get_by_role("alert")).to_be_focused()
    look(plans, "plan-refused")
    plans.locator("#id_corners").fill(SQUARE)
    plans.locator("#id_quantity").fill("0,5")
    plans.locator("#drawing button").press("Enter")
    expect(plans.locator("section[aria-labelledby=draw] table tbody tr")).to_have_count(1)
    compute_it(plans)
    expect(plans.locator(".swipe")).to_have_class("swipe swipe--on")
    handle = plans.locator(".swipe-handle input")
    handle.focus()
    handle.press("Home")
    assert plans.locator(".swipe").evaluate("part => part.style.getPropertyValue('--at')") == "0%"
    look(plans, "plan-result")
    plans.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    look(plans, "plan-result-opened")
    plans.locator("#result ~ .actions a.button").click()
    look(plans, "plan-option")
    plans.locator("main form button").click()
    expect(plans.locator("main table")).to_be_visible()
    look(plans, "plan-option-seen")
    plans.locator("main form button").click()
    expect(plans.locator("h1")).to_be_visible()
    assert project.options.get().versions.count() == 2


def test_the_result_is_calm_in_english_and_for_the_council(plans, live_server, look) -> None:
    begin(plans)
    plans.locator("#id_corners").fill(SQUARE)
    plans.locator("#drawing button").click()
    compute_it(plans)
    address = plans.url
    plans.context.add_cookies([{"name": "hks_language", "value": "en", "url": live_server.url}])
    plans.goto(address)
    look(plans, "plan-result-en")


def test_without_scripts_both_maps_stand_side_by_side(plans, browser, live_server) -> None:
    begin(plans)
    plans.locator("#id_corners").fill(SQUARE)
    plans.locator("#drawing button").click()
    compute_it(plans)
    context = browser.new_context(
        java_script_enabled=False, locale="de-DE", storage_state=plans.context.storage_state(),
        viewport={"width": 1280, "height": 900},
    )  # fmt: skip
    page = context.new_page()
    page.goto(plans.url)
    one, two = (page.locator(".swipe svg").nth(n).bounding_box() for n in (0, 1))
    assert one["y"] == two["y"]
    assert one["x"] + one["width"] <= two["x"]
    expect(page.locator(".draw")).to_be_hidden()
    expect(page.locator(".draw-still svg")).to_be_visible()
    page.locator("#id_corners").fill("100; 100\n140; 100\n140; 140")
    page.locator("#drawing button").click()
    expect(page.locator("section[aria-labelledby=draw] table tbody tr")).to_have_count(2)
    context.close()
