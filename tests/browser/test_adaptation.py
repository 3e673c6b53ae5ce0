"""The building blocks of a district's climate concept: read and made by the caretaker, at both widths."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import sign_in

from hks.web.accounts.services import ensure_demo_member
from hks.web.regions.models import Municipality
from hks.web.stories.runs import compare_with_nature, let_it_rain

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_district_reads_its_building_blocks_and_makes_the_document(page, live_server, zeitz, look) -> None:
    place, by = Municipality.objects.get(ags=zeitz.ags), ensure_demo_member(zeitz, "caretaker")
    let_it_rain(zeitz, place, by)
    compare_with_nature(zeitz, place, by)
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/regions/15084/?tab=water")
    page.locator("a[href$='/adaptation/']").click()
    look(page, "adaptation")
    page.locator("main form button").click()
    expect(page.locator("a[href$='.pdf']")).to_have_count(1)
    look(page, "adaptation-made")
