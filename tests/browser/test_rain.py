"""Heavy rain in a town: read by a visitor, tried by the caretaker from the file to the map, at both widths."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.browser.conftest import carried_out, sign_in
from tests.web.studies.test_rain import bowl

from hks.adapters.terrain import write_tiff
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.reviews import sign_review
from hks.web.regions.models import Municipality
from hks.web.stories.runs import let_it_rain
from hks.web.studies.models import Outlook
from hks.web.studies.rain import compute_rain

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/regions/15084590/rain/"


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_is_calm_for_a_visitor_opened_and_closed(page, live_server, zeitz, look, language) -> None:
    let_it_rain(zeitz, Municipality.objects.get(ags=zeitz.ags), ensure_demo_member(zeitz, "caretaker"))
    page.context.add_cookies([{"name": "hks_language", "value": language, "url": live_server.url}])
    page.goto(live_server.url + PAGE)
    expect(page.locator("svg.rain-map image")).to_have_count(1)
    look(page, f"rain-{language}")
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    look(page, f"rain-opened-{language}")
    image = page.request.get(live_server.url + page.locator("svg.rain-map image").get_attribute("href"))
    assert image.headers["content-type"] == "image/png"


def test_the_caretaker_loads_a_terrain_sees_a_preview_and_lets_it_be_computed(
    page, live_server, zeitz: Organisation, look, tmp_path
) -> None:
    file = tmp_path / "dgm1.tif"
    file.write_bytes(write_tiff(bowl()))
    sign_in(page, live_server)
    page.goto(live_server.url + PAGE)
    look(page, "rain-empty")
    page.locator("main a.button").first.click()
    page.locator("input[name=publisher]").fill("LVermGeo Sachsen-Anhalt")
    page.locator("input[name=key_date]").fill("2023-04-01")
    page.locator("input[name=file]").set_input_files({"name": "x.tif", "mimeType": "image/tiff", "buffer": b"<VRT>"})
    page.locator("main form button").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "rain-ground-refused")
    page.locator("input[name=file]").set_input_files(str(file))
    page.locator("main form button").click()
    expect(page.locator("dl.facts")).to_contain_text("EPSG:25832")
    look(page, "rain-ground-preview")
    page.locator("main form button").click()
    page.locator("button[formmethod=get]").click()
    expect(page.locator(".badge--preview").first).to_be_visible()
    look(page, "rain-preview")
    page.locator("input[value=exceptional]").check()
    page.locator("input[name=depth_mm]").fill("-3")
    page.locator("main .form button.button").first.click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "rain-refused")
    page.locator("input[name=depth_mm]").fill("52,5")
    page.locator("input[name=source]").fill("KOSTRA-DWD-2020, erfunden")
    page.locator("main .form button.button").first.click()
    expect(page.locator("progress")).to_be_visible()
    look(page, "rain-running")
    carried_out(page, compute_rain)
    expect(page.locator("#found-exceptional")).to_be_visible()
    look(page, "rain-found")


def test_without_scripts_the_example_is_run(browser, live_server, zeitz) -> None:
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    sign_in(page, live_server)
    page.goto(live_server.url + PAGE)
    page.locator("main .actions form button").click()
    page.locator("main .form button.button").first.click()
    expect(page.locator("progress")).to_have_count(1)
    context.close()


def test_an_authority_signs_a_review_that_the_page_of_rain_shows(page, live_server, zeitz, look) -> None:
    let_it_rain(zeitz, Municipality.objects.get(ags=zeitz.ags), ensure_demo_member(zeitz, "caretaker"))
    page.goto(live_server.url)
    page.get_by_role("button", name="Behörde").click()
    page.goto(f"{live_server.url}/evidence/{Outlook.objects.get().filing.record.digest}/")
    page.locator("input[value=question]").check()
    page.locator("input[name=office]").fill("Untere Wasserbehörde")
    page.locator("main form button.button").last.click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "review-refused")
    page.locator("textarea").fill("Ist der Durchlass im Gelände offen?")
    page.locator("input[name=due]").fill(f"{timezone.localdate() + datetime.timedelta(days=2)}")
    page.locator("main form button.button").last.click()
    expect(page.locator(".reviews")).to_contain_text("Untere Wasserbehörde")
    look(page, "review-signed")
    page.goto(f"{live_server.url}/today/")
    look(page, "review-notes")
    page.goto(live_server.url + PAGE)
    expect(page.locator(".reviews")).to_contain_text("Ist der Durchlass im Gelände offen?")
    look(page, "review-on-the-map")


def test_the_caretaker_answers_the_question_of_an_authority(page, live_server, zeitz, look) -> None:
    let_it_rain(zeitz, Municipality.objects.get(ags=zeitz.ags), ensure_demo_member(zeitz, "caretaker"))
    filing, due = Outlook.objects.get().filing, timezone.localdate() + datetime.timedelta(days=2)
    asked = "Ist der Durchlass im Gelände offen?"
    sign_review(filing, "question", "Untere Wasserbehörde", asked, due, by=ensure_demo_member(zeitz, "authority"))
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/today/")
    page.get_by_role("link", name="Untere Wasserbehörde").click()
    look(page, "answer-asked")
    page.locator("form[action*='/answer/'] textarea").fill("  ")
    page.locator("form[action*='/answer/'] button").click()
    expect(page.locator("[role=alert]")).to_be_focused()
    look(page, "answer-refused")
    page.locator("form[action*='/answer/'] textarea").fill("Seit Mai ist er offen; der Lauf vom Juni hat ihn.")
    page.locator("form[action*='/answer/'] button").click()
    expect(page.locator(".reviews").first).to_contain_text("Seit Mai ist er offen")
    look(page, "answer-given")
    page.goto(live_server.url + PAGE)
    expect(page.locator(".reviews")).to_contain_text("Seit Mai ist er offen")
    look(page, "answer-on-the-map")
