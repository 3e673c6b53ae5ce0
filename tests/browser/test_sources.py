"""Bringing figures in, as the caretaker: a question of a file, a protected register, a service that fails."""

import datetime

import pytest
from django.utils import timezone
from tests.adapters.test_own_registers import LIST, SERIES
from tests.browser.conftest import sign_in
from tests.web.regions.conftest import regions_table
from tests.workbench.test_sources import RATE

from hks.web.accounts.services import ensure_demo_member
from hks.web.regions.models import TableFetch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_file_is_asked_about_and_a_failing_service_is_told(page, live_server, zeitz, look, language) -> None:
    ensure_demo_member(zeitz, "caretaker")
    TableFetch.objects.create(
        organisation=zeitz, service="regio", table="13211-02-05-4",
        failing_since=timezone.now() - datetime.timedelta(days=4),
        problem={"message": "%(service)s does not answer in time.", "params": {"service": "Regionaldatenbank Deutschland"}, "where": ""},
    )  # fmt: skip
    sign_in(page, live_server, language)
    page.goto(f"{live_server.url}/regions/data/")
    look(page, f"sources-data-{language}")
    series = SERIES.replace("14730110", "15084590") + "2020;28000;3;400;900;800\n2022;27900;190;410;880;790\n"
    rows = "".join(f"Nordring;Nordring {n};10;2\n" for n in range(7)) + "Hof;Am Hof 1;4;1\n"
    for name, data in (
        ("question", regions_table(RATE.format("0,07"))), ("register", series.encode()), ("list", (LIST + rows).encode()),
    ):  # fmt: skip
        page.goto(f"{live_server.url}/regions/15084590/upload/")
        page.set_input_files("input[type=file]", {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": data})
        page.locator("main form button").first.click()
        look(page, f"sources-{name}-{language}")
    page.goto(f"{live_server.url}/regions/15084590/upload/")
    page.set_input_files(
        "input[type=file]", {"name": "q.csv", "mimeType": "text/csv", "buffer": regions_table(RATE.format("0,07"))}
    )
    page.locator("main form button").first.click()
    page.locator("input[type=radio][value=share]").check()
    page.locator("main form button").first.click()
    look(page, f"sources-answered-{language}")
    page.locator("main form.actions button").click()
    assert page.url.endswith("/regions/15084590/")
