"""Points, sections and culverts in a browser: set with the mouse, by the form alone, without scripts; both widths."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import carried_out, sign_in
from tests.web.studies.test_culverts import SOUTH, WEST, dammed

from hks.adapters.terrain import write_tiff
from hks.core.evidence import Source
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.regions.grounds import confirm_ground, keep_ground, waiting_ground
from hks.web.studies.models import Culvert, WatchedPlace
from hks.web.studies.rain import compute_rain
from hks.web.studies.sinks import compute_sinks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/regions/15084590/rain/"
WIDE, HIGH = 60.0, 40.0  # of the terrain with the dam [m]


@pytest.fixture
def town(page, live_server, zeitz: Organisation):
    by = ensure_demo_member(zeitz, "caretaker")
    source = Source("LVermGeo", table="DGM1", key_date="2023-04-01", licence="dl-de/by-2-0", attribution="LVermGeo")
    pending = keep_ground(zeitz, "terrain", "dgm1.tif", write_tiff(dammed()), source, "", by=by)
    confirm_ground(pending, waiting_ground(pending), by=by)
    sign_in(page, live_server)
    return page


def click_at(page, x: float, y: float) -> None:
    page.locator(".draw-map").scroll_into_view_if_needed()
    box = page.locator(".draw-ground").bounding_box()
    page.mouse.click(box["x"] + x / WIDE * box["width"], box["y"] + (1 - y / HIGH) * box["height"])


def test_points_and_sections_are_set_and_their_water_is_drawn(town, live_server, look) -> None:
    page = town
    page.goto(live_server.url + PAGE + "places/")
    look(page, "places-empty")
    page.set_viewport_size({"width": 1280, "height": 900})
    click_at(page, 26, 20)
    page.locator("input[name=name]").fill("Schule")
    page.locator("[data-finish]").click()
    expect(page.locator("table tbody tr")).to_have_count(1)
    page.locator("[data-measure=section]").click()
    click_at(page, 20, 36)
    click_at(page, 20, 4)
    expect(page.locator(".draw [role=status]")).to_contain_text("2")
    page.locator("#drawing button").click()
    expect(page.locator("input[name=name]")).to_be_focused()  # the browser asks for the name
    page.locator("input[name=name]").fill("Mühlgasse")
    page.locator("#drawing button").click()
    expect(page.locator("table tbody tr")).to_have_count(2)
    look(page, "places")
    page.locator("#id_corners").fill("hier")
    page.locator("input[name=name]").fill("x")
    page.locator("#drawing button").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "places-refused")
    page.goto(live_server.url + PAGE)
    page.locator("section[aria-labelledby=scenario] details").evaluate("part => { part.open = true }")
    look(page, "rain-for-experts")
    page.locator("section[aria-labelledby=scenario] form button").first.click()
    carried_out(page, compute_rain)
    page.goto(live_server.url + PAGE)
    page.get_by_role("link", name="Wie das Wasser steigt und fällt").or_(
        page.locator("a[href$='/places/']")
    ).last.click()
    expect(page.locator("svg.chart")).to_have_count(2)
    look(page, "courses")
    page.context.add_cookies([{"name": "hks_language", "value": "en", "url": live_server.url}])
    page.reload()
    look(page, "courses-en")


def test_a_culvert_is_found_opened_and_sized(town, live_server, look) -> None:
    page = town
    page.goto(live_server.url + PAGE + "culverts/")
    look(page, "culverts-empty")
    page.locator("section[aria-labelledby=search] button").click()
    carried_out(page, compute_sinks)
    expect(page.locator("section[aria-labelledby=search] svg.rain-map")).to_be_visible()
    look(page, "culverts-found")
    page.locator("section[aria-labelledby=search] .link-button").click()
    expect(page.locator("section[aria-labelledby=list] tbody tr")).to_have_count(1)
    page.locator("section[aria-labelledby=list] tbody input[type=text]").first.fill("0,6")
    page.locator("section[aria-labelledby=list] tbody .link-button").first.click()
    expect(page.locator("section[aria-labelledby=list] tbody input[type=text]").first).to_have_value("0,6")
    look(page, "culverts")
    assert Culvert.objects.get().width == 0.6
    page.context.add_cookies([{"name": "hks_language", "value": "en", "url": live_server.url}])
    page.reload()
    look(page, "culverts-en")


def test_without_scripts_points_and_culverts_are_typed(town, browser, live_server) -> None:
    context = browser.new_context(
        java_script_enabled=False, locale="de-DE", storage_state=town.context.storage_state()
    )  # fmt: skip
    page = context.new_page()
    page.goto(live_server.url + PAGE + "places/")
    expect(page.locator(".draw-still svg")).to_be_visible()
    expect(page.locator(".draw")).to_be_hidden()
    page.locator("input[name=name]").fill("Schule")
    page.locator("#id_corners").fill(f"{WEST + 26}; {SOUTH + 20}")
    page.locator("#drawing button").click()
    expect(page.locator("table tbody tr")).to_have_count(1)
    assert WatchedPlace.objects.get().x == WEST + 26
    page.goto(live_server.url + PAGE + "culverts/")
    page.locator("#id_corners").fill(f"{WEST + 25}; {SOUTH + 20}\n{WEST + 35}; {SOUTH + 20}")
    page.locator("#drawing button").click()
    expect(page.locator("section[aria-labelledby=list] tbody tr")).to_have_count(1)
    context.close()
