"""A real browser: nothing on the console, nothing from another host, no finding of axe."""

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hks.web.jobs.models import Job
from hks.web.jobs.services import Work, carry_out, claim

ZEITZ = {"slug": "zeitz", "name": "Stadt Zeitz", "kind": "town", "ags": "15084590", "land": "ST"}
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ALONE = ["--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"]
RULES = {
    "resultTypes": ["violations"],  # of all else only the first element is looked at
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}
# No colour depends on width or language: they are looked at once, which saves over half of the time of axe.
ELSEWHERE = {"rules": {"color-contrast": {"enabled": False}}}


BEGUN: dict[str, sqlite3.Connection] = {}


FINDINGS = """rules => axe.run(document, rules).then(
  found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"""


@pytest.fixture
def zeitz(transactional_db: None) -> object:
    """Return a town with the region's figures loaded."""
    from hks.web.accounts.models import Organisation
    from hks.web.regions.services import load_region

    begin("zeitz", lambda: (load_region(), Organisation.objects.create(**ZEITZ)))
    return Organisation.objects.get(slug="zeitz")


@pytest.fixture
def story(zeitz, monkeypatch) -> object:
    """Play the pavilion with few draws."""
    from hks.web.accounts.services import ensure_demo_member
    from hks.web.projects.models import Project
    from hks.web.stories.zeitz import play_zeitz

    monkeypatch.setattr("hks.web.studies.services.DRAWS", 60)
    begin("pavilion", lambda: play_zeitz(zeitz, ensure_demo_member(zeitz, "caretaker")))
    return Project.objects.get(title="Pavillon am Südplatz")


def begin(name: str, build: Callable[[], object]) -> None:
    """Build what a test begins with; for the next test of that name database and keys are brought back whole."""
    connection.ensure_connection()
    keys, kept = settings.DATA_DIR / "keys", settings.DATA_DIR / "begun" / name
    shutil.rmtree(keys, ignore_errors=True)
    if name not in BEGUN:
        keys.mkdir()
        build()
        BEGUN[name] = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(BEGUN[name])
        shutil.copytree(keys, kept)
    else:
        BEGUN[name].backup(connection.connection)
        shutil.copytree(kept, keys)
        ContentType.objects.clear_cache()


def sign_in(page: Page, live_server: object, language: str = "de", town: object = None) -> None:
    """Be the demo's caretaker of a town, the first one where none is named; how one signs in is the journey's."""
    from hks.web.accounts.models import Organisation
    from hks.web.accounts.services import ensure_demo_member

    client = Client()
    client.force_login(ensure_demo_member(town or Organisation.objects.earliest("pk"), "caretaker"))
    kept = {"sessionid": client.cookies["sessionid"].value, "hks_language": language}
    page.context.add_cookies([{"name": name, "value": kept[name], "url": live_server.url} for name in kept])


def carried_out(page: Page, work: Work) -> None:
    """Carry out what the page has just ordered, as a worker does, until the page that asks has loaded itself anew."""
    expect(page.locator("progress")).to_be_visible()
    claimed = claim(Job.objects.latest("pk").pk)
    assert claimed is not None
    carry_out(claimed, work)
    expect(page.locator("progress")).to_be_hidden(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium, or skip loudly where none is to be had."""
    found = os.environ.get("HKS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("HKS_REQUIRE_BROWSER"):
            pytest.fail("no Chromium found, and HKS_REQUIRE_BROWSER is set")
        pytest.skip("NO BROWSER: install chromium to run these tests")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=ALONE)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, live_server: object) -> Iterator[Page]:
    """Open a page; at the end the console was silent and no other host was asked."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-DE", reduced_motion="reduce")
    said: list[str] = []
    outside: list[str] = []

    def heard(request) -> None:
        if not request.url.startswith((live_server.url, "data:")):
            outside.append(request.url)

    context.on("request", heard)
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.said = said
    with answering() as all_answered:
        yield opened
        context.close()
        all_answered()
    assert said == []
    assert outside == []


@contextmanager
def answering() -> Iterator[Callable[[], None]]:
    """Give what waits until the site has answered all it was asked: pages ask on until they close, then tables empty."""
    counted, lock = {"asked": 0, "answered": 0}, threading.Lock()

    def count(name: str) -> Callable[..., None]:
        def heard(**_: object) -> None:
            with lock:
                counted[name] += 1

        return heard

    def wait() -> None:
        end = time.monotonic() + 10.0
        while counted["answered"] < counted["asked"] and time.monotonic() < end:
            time.sleep(0.02)

    asked, answered = count("asked"), count("answered")
    request_started.connect(asked)
    request_finished.connect(answered)
    yield wait
    request_started.disconnect(asked)
    request_finished.disconnect(answered)


@pytest.fixture
def look() -> Callable[[Page, str], None]:
    """Check a page with axe at both widths, and once more where it is translated.

    A picture is kept where HKS_SCREENSHOTS names a folder.
    """

    def check(page: Page, name: str) -> None:
        page.wait_for_load_state()
        translated = page.evaluate("document.documentElement.lang !== 'de'")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("!window.axe"):
                page.evaluate(AXE_SCRIPT)
            if width == 390 or not translated:
                found = page.evaluate(FINDINGS, RULES if width == 390 and not translated else RULES | ELSEWHERE)
                assert found == [], f"{name} at {width}: {found}"
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} scrolls sideways at {width}: {wide}"
            if folder := os.environ.get("HKS_SCREENSHOTS"):
                page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)

    return check
