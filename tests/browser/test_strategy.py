"""The goals of a town and a strategy workshop: the tree both ways, one who leads, a wall and a phone."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from tests.browser.conftest import begin

from hks.web.accounts.services import ensure_demo_member
from hks.web.projects.models import Project
from hks.web.stories.zeitz_strategy import hold_strategy
from hks.web.workshops import phones, services, strategy
from hks.web.workshops.models import Promise, Step, Workshop

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def project(zeitz) -> Project:
    """Return the project with its finished strategy workshop."""
    begin("strategy", lambda: hold_strategy(zeitz, ensure_demo_member(zeitz, "caretaker")))
    return Project.objects.get(title="Stadtziele 2035")


def signed_in(page: Page, live_server, project: Project) -> None:
    client = Client()
    client.force_login(ensure_demo_member(project.organisation, "caretaker"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])


def test_from_a_goal_to_its_budget_line_and_back(page, live_server, project, look) -> None:
    signed_in(page, live_server, project)
    page.goto(f"{live_server.url}/strategy/zeitz/")
    look(page, "goals")
    goal = page.locator(".goal", has_text="Junge Menschen finden hier Ausbildung").last
    goal.get_by_role("link", name="57 Wirtschaft und Tourismus").click()
    line = page.locator(":target")
    expect(line).to_contain_text("640.000")
    line.get_by_role("link", name="Ausbildungsmesse mit den Betrieben").click()
    expect(page.locator(":target")).to_contain_text("57 Wirtschaft")
    goal.get_by_role("link", name="Arbeitslosenquote von 15 bis 24 Jahren").click()
    page.locator(":target").get_by_role("link", name="Junge Menschen finden hier").click()
    expect(page.locator(":target > h3")).to_have_text("Junge Menschen finden hier Ausbildung und Arbeit")
    page.locator(":target > .row-actions a").first.click()
    look(page, "goal")
    page.goto(f"{live_server.url}/projects/{project.slug}/workshops/1/")
    look(page, "strategy-page")


def test_a_room_with_one_projector_and_a_phone(page, live_server, project, look) -> None:
    signed_in(page, live_server, project)
    said = {"question": "Wie wird die Mitte voll?", "influence": "Der Rat liest es."}
    workshop = services.begin(project, by=None, horizon=2035, kind=Workshop.Kind.STRATEGY, **said)
    phones.come_in(workshop, "")
    services.show(workshop, Step.SWOT)
    strategy.type_cards(workshop, "weakness", "Leere Läden", by=None)
    one = f"{live_server.url}/projects/{project.slug}/workshops/{workshop.pk}/"
    wall, phone = page.context.new_page(), page.context.new_page()
    wall.goto(f"{one}screen/")
    phone.goto(f"{live_server.url}/workshop/#{workshop.code}")
    phone.get_by_label("Code").fill(workshop.code)
    phone.get_by_role("button", name="Weiter").click()
    phone.get_by_role("button", name="Mitmachen").click()
    look(phone, "strategy-phone")
    phone.get_by_label("Chancen").check()
    phone.get_by_label("Eine Karte").fill("Pendler aus Leipzig")
    phone.get_by_role("button", name="Aufhängen").click()
    expect(wall.get_by_text("Pendler aus Leipzig")).to_be_visible()
    look(wall, "strategy-wall")
    phone.goto("about:blank")
    wall.goto("about:blank")
    for step in ("swot", "goals", "agreements"):
        page.goto(f"{one}{step}/")
        look(page, f"strategy-{step}")
    page.get_by_label("Was ist zu tun?").fill("Eigentümer anrufen")
    page.get_by_label("Wer übernimmt es?").select_option(label="Stadtentwicklung")
    page.get_by_label("Bis wann?").fill("2035-01-31")
    page.get_by_role("button", name="Aufschreiben").click()
    page.get_by_role("button", name="Workshop beenden").click()
    expect(page.get_by_text("Protokoll als PDF")).to_be_visible()
    assert Promise.objects.filter(workshop=workshop).count() == 1
