"""A result beside the official map, at both widths and in both languages: asked for, refused, compared."""

import numpy as np
import pytest
from playwright.sync_api import expect
from tests.browser.conftest import carried_out, sign_in
from tests.browser.test_rain import PAGE
from tests.web.studies.test_rain import bowl

from hks.adapters.terrain import write_tiff
from hks.climate.grid import Grid
from hks.core.evidence import Source
from hks.web.accounts.services import ensure_demo_member
from hks.web.jobs.services import carry_out, claim
from hks.web.regions.grounds import confirm_ground, keep_ground, waiting_ground
from hks.web.regions.models import Municipality
from hks.web.studies.official import compute_comparison
from hks.web.studies.rain import compute_rain, order_rain

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_caretaker_compares_with_the_official_map(page, live_server, zeitz, look) -> None:
    caretaker, ground = ensure_demo_member(zeitz, "caretaker"), bowl(40)
    official = np.zeros((20, 20))
    official[8:13, 9:] = 2.0
    source = Source("BKG", table="Hinweiskarte", key_date="2024-01-01", licence="dl-de/by-2-0", attribution="BKG")
    for kind, grid in (("terrain", ground), ("hazard_map", Grid(official, 8.0, ground.west, ground.south, ground.crs))):
        pending = keep_ground(zeitz, kind, f"{kind}.tif", write_tiff(grid), source, "", by=caretaker)
        confirm_ground(pending, waiting_ground(pending), by=caretaker)
    unit = Municipality.objects.get(ags=zeitz.ags)
    outlook = order_rain(unit, zeitz, {"scenario": "extreme"}, visibility="internal", by=caretaker, enqueue=print)
    carry_out(claim(outlook.job.pk), compute_rain)
    sign_in(page, live_server)
    page.goto(live_server.url + PAGE)
    page.locator("a[href$='/official/']").click()
    look(page, "official-empty")
    page.locator("select[name=unit]").select_option("classes")
    page.locator("main .form button").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.locator("input[name=legend]").fill("0=0; 2=0,1")
    page.locator("main .form button").click()
    carried_out(page, compute_comparison)
    expect(page.locator("#found")).to_be_visible()
    look(page, "official-found")
    page.context.add_cookies([{"name": "hks_language", "value": "en", "url": live_server.url}])
    page.reload()
    look(page, "official-found-en")
