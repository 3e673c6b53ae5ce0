"""Land cover on the example terrain: loaded by a click, run, opened, its table looked at, at both widths."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import carried_out, sign_in
from tests.browser.test_rain import PAGE

from hks.web.accounts.services import ensure_demo_member
from hks.web.regions.grounds import lay_example
from hks.web.studies.rain import compute_rain

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_caretaker_lets_it_rain_on_land_cover(page, live_server, zeitz, look, language) -> None:
    lay_example(zeitz, by=ensure_demo_member(zeitz, "caretaker"))
    sign_in(page, live_server, language)
    page.goto(live_server.url + PAGE)
    page.locator(f"form[action='{PAGE}cover/example/'] button").click()
    page.locator("input[value=exceptional]").check()
    page.locator("input[name=depth_mm]").fill("52,5" if language == "de" else "52.5")
    page.locator("input[name=source]").fill("KOSTRA-DWD-2020, erfunden")
    page.locator("input[name=sewer_mm_h]").fill("15")
    page.locator("input[name=sewer_most_mm]").fill("10")
    page.locator("main .form button.button").first.click()
    carried_out(page, compute_rain)
    expect(page.locator("#found-exceptional")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    look(page, f"cover-rain-{language}")
    page.locator(f"a[href='{PAGE}cover/']").click()
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    look(page, f"cover-table-{language}")
