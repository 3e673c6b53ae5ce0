"""Every screen by keyboard: Tab reaches each control once, in the order of the page, and shows where it is."""

import pytest
from tests.browser.conftest import sign_in

from hks.web.formats.models import Use
from hks.web.studies.models import DrawnPlan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PUBLIC = [
    "/",
    "/regions/",
    "/regions/15084590/",
    "/regions/data/",
    "/take-part/",
    "/workshop/",
    "/privacy/",
    "/search/?q=Zeitz",
]
OWN = [
    "/today/", "/dates/", "/projects/", "/projects/new/", "/formats/", "/regions/15084590/upload/",
    "/regions/15084590/thresholds/", "/regions/15084590/people/", "/organisation/me/",
    "/regions/15084590/places/", "/regions/15084590/housing/", "/regions/15084590/fees/",
    "/regions/15084590/rain/", "/regions/15084590/rain/ground/", "/regions/15084590/rain/cover/",
    "/regions/15084590/rain/places/", "/regions/15084590/rain/culverts/",
    "/regions/15084590/rain/measures/", "/regions/15084590/rain/measures/{plan}/", "/regions/15084590/heat/",
    "/regions/15084590/water/", "/measures/",
]  # fmt: skip
PROJECT = [
    "", "recognise/", "develop/", "options/B/", "futures/", "futures/consistent/", "weigh/", "money/", "acceptance/",
    "acceptance/paper/", "paper/", "act/", "formats/", "formats/choose/festival/", "workshops/",
]  # fmt: skip
# Radio buttons of one name are one stop; what lies in a closed <details> is none.
STOPS = """() => { const named = new Set(); return [...document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0)
  .filter(e => e.type !== 'radio' || !named.has(e.name) && named.add(e.name)).length }"""
HERE = """() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
  if (e === document.body) return null;
  e.dataset.stop ??= String(document.querySelectorAll('[data-stop]').length);
  return {stop: e.dataset.stop, name: e.outerHTML.slice(0, 90), date: e.type === 'date',
          seen: s.outlineStyle !== 'none' && b.width > 0 && b.bottom > 0 && b.top < innerHeight} }"""


def walk(page, address: str) -> None:
    """Press Tab until the page is through; every stop is new, seen, and none is left out."""
    page.goto(address)
    stops = page.evaluate(STOPS)
    seen: list[str] = []
    for _ in range(4 * stops + 10):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None or (seen and here["stop"] == seen[0]):
            break  # through the page: the focus leaves it, or begins anew
        if here["date"] and here["stop"] in seen:
            continue  # day, month, year and calendar of one date field, which the browser marks itself
        assert here["seen"], f"{address}: no focus to be seen on {here['name']}"
        assert here["stop"] not in seen, f"{address}: the focus comes back to {here['name']}"
        seen.append(here["stop"])
    assert len(seen) == stops, f"{address}: {len(seen)} of {stops} controls are reached"


def test_a_visitor_reaches_every_control(page, live_server, story) -> None:
    for path in [*PUBLIC, f"/take-part/{story.slug}-1/", f"/projects/{story.slug}/weigh/"]:
        walk(page, live_server.url + path)


@pytest.mark.long
def test_the_caretaker_reaches_every_control(page, live_server, story) -> None:
    use, plan = Use.objects.get(project=story), DrawnPlan.objects.filter(organisation=story.organisation)[0]
    sign_in(page, live_server)
    for path in [
        *(path.format(plan=plan.pk) for path in OWN),
        *(f"/projects/{story.slug}/{path}" for path in [*PROJECT, f"formats/{use.pk}/"]),
    ]:
        walk(page, live_server.url + path)
