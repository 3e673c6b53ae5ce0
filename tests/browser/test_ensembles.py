"""Solutions in futures: the page with a result and its form, read by the caretaker, at both widths and languages."""

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect
from tests.web.conftest import OCCASION, SAID
from tests.web.studies.test_ensembles import computed, ordered, with_budget

from hks.web.accounts.models import User
from hks.web.accounts.services import ensure_demo_member
from hks.web.projects.services import begin_project, describe_option
from hks.web.regions.models import Municipality
from hks.web.studies import services

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def signed_in(by: User) -> str:
    """Return the key of a session of this person."""
    session = SessionStore()
    session[SESSION_KEY] = str(by.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = by.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def test_the_page_is_calm_with_a_result_and_its_form(page, live_server, zeitz, look, monkeypatch) -> None:
    monkeypatch.setattr("hks.workbench.option_ensembles.FEWEST_POINTS", 8)
    by = ensure_demo_member(zeitz, "caretaker")
    project = begin_project(zeitz, by=by, municipality=Municipality.objects.get(ags=zeitz.ags), **OCCASION)
    describe_option(project, SAID, by=by)
    services.add_future(project, "Wie heute", "", {})
    services.add_future(project, "Teure Jahre", "", {"cost_growth": 4.0})
    with_budget(project)
    job = computed(ordered(project, 8, {"A": {"option_cost": -3e6}}))
    assert job.status == "done"
    cookies = {settings.SESSION_COOKIE_NAME: signed_in(by), "hks_language": "de"}
    page.context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    page.goto(f"{live_server.url}/projects/{project.slug}/futures/ensemble/")
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
    look(page, "ensemble-de")
    page.context.add_cookies([{"name": "hks_language", "value": "en", "url": live_server.url}])
    page.reload()
    look(page, "ensemble-en")
    expect(page.get_by_role("heading", name="When it becomes critical")).to_be_visible()
    page.get_by_role("button", name="Take over into the weighing").click()
    expect(page.get_by_text("Figures taken over as effects: 6.")).to_be_visible()
