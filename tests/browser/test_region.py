"""The comparison of the region and its boundaries: calm at both widths, by keyboard, and without JavaScript."""

import datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.adapters.geopackages import invented_file
from tests.browser.conftest import sign_in
from tests.browser.test_keyboard import walk

from hks.web.accounts.services import ensure_demo_member
from hks.web.regions.models import Municipality
from hks.web.regions.outlines import load_from_terminal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def vg250(zeitz: object, tmp_path: Path) -> Path:
    """Write a file with invented outlines of all districts but one."""
    units = Municipality.objects.filter(level="district").exclude(ags="15088")
    return invented_file(tmp_path / "DE_VG250.gpkg", dict(units.values_list("ags", "name")), size=80)


@pytest.fixture
def drawn(vg250: Path) -> None:
    load_from_terminal(vg250, datetime.date(2023, 12, 31), 2024)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_comparison_is_calm_with_and_without_a_map(page, live_server, vg250, look, language) -> None:
    page.context.add_cookies([{"name": "hks_language", "value": language, "url": live_server.url}])
    for name, asked in (("districts", ""), ("towns", "?level=town&indicator=population"), ("empty", "?indicator=debt")):
        page.goto(f"{live_server.url}/regions/compare/{asked}")
        look(page, f"region-{name}-{language}")
    load_from_terminal(vg250, datetime.date(2023, 12, 31), 2024)
    page.goto(f"{live_server.url}/regions/compare/?indicator=population&all=1")
    expect(page.locator("svg.map a")).to_have_count(26)
    look(page, f"region-map-{language}")


def test_every_area_of_the_map_is_reached_and_leads_to_its_unit(page, live_server, drawn) -> None:
    page.goto(f"{live_server.url}/regions/compare/")
    area = page.get_by_role("link", name="Nordsachsen: 25,2 %, Rang 18 von 27")
    area.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wohin entwickelt sich Nordsachsen?")


def test_every_control_is_reached_by_keyboard(page, live_server, drawn) -> None:
    walk(page, f"{live_server.url}/regions/compare/")


def test_the_map_can_be_skipped(page, live_server, drawn) -> None:
    page.goto(f"{live_server.url}/regions/compare/")
    page.get_by_role("link", name="Karte überspringen").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('section').getAttribute('aria-labelledby')") == "list"


def test_another_indicator_is_chosen_without_javascript(browser, live_server, drawn) -> None:
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    page.goto(f"{live_server.url}/regions/compare/")
    page.get_by_label("Kennzahl").select_option("population")
    page.get_by_role("button", name="Zeigen").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Menschen, die hier leben")
    context.close()


def test_the_caretaker_loads_boundaries_and_takes_them_back(page, live_server, zeitz, vg250, look) -> None:
    ensure_demo_member(zeitz, "caretaker")
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/regions/data/")
    page.get_by_role("link", name="Grenzen für die Karte laden").click()
    look(page, "boundaries-de")
    page.get_by_label("VG250 als GeoPackage").set_input_files(vg250)
    page.get_by_label("Die Grenzen gelten für diesen Tag").fill("2023-12-31")
    page.get_by_role("button", name="Grenzen ansehen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sind das die richtigen Grenzen?")
    look(page, "boundaries-preview-de")
    page.get_by_role("button", name="Diese Grenzen verwenden").click()
    expect(page.locator("svg.map")).to_be_visible()
    page.goto(f"{live_server.url}/regions/data/")
    page.get_by_role("button", name="Diese Einspielung zurücknehmen Grenzen").click()
    page.goto(f"{live_server.url}/regions/compare/")
    expect(page.locator("svg.map")).to_have_count(0)
