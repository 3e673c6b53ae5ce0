"""Small reservoirs and measures: read by a visitor, tried by the caretaker from the table to the result, at both widths."""

import pytest
from playwright.sync_api import expect
from tests.adapters.test_reservoir_tables import CADASTRE, WEATHER
from tests.browser.conftest import carried_out, sign_in

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.projects.measures import file_measures
from hks.web.projects.services import begin_project, describe_option, set_visibility
from hks.web.regions.services import enter_municipality
from hks.web.stories.nordsachsen import ACTORS, OPTIONS, commit, measures_of
from hks.web.studies.reservoirs import compute_reservoirs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/regions/14730/reservoirs/"


@pytest.fixture
def district(db: None) -> Organisation:
    """Return a district without tables."""
    enter_municipality("14730", "Nordsachsen")
    return Organisation.objects.create(
        slug="nordsachsen", name="Landkreis Nordsachsen", kind="district", ags="14730", land="SN"
    )


def test_the_caretaker_loads_tables_and_compares_choices(page, live_server, district, look, tmp_path) -> None:
    sign_in(page, live_server)
    page.goto(live_server.url + PAGE)
    look(page, "reservoirs-empty")
    for kind, text in (
        ("reservoirs", CADASTRE.replace("20000", "wenig")),
        ("reservoirs", CADASTRE),
        ("weather", WEATHER),
    ):
        page.goto(f"{live_server.url}{PAGE}load/")
        page.locator("select[name=kind]").select_option(kind)
        page.locator("input[name=file]").set_input_files(
            {"name": "t.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        page.locator("input[name=publisher]").fill("Untere Wasserbehörde, erfunden")
        page.locator("input[name=key_date]").fill("2025-12-31")
        page.locator("main form button").click()
        if "wenig" in text:
            expect(page.get_by_role("alert")).to_be_focused()
            look(page, "reservoirs-refused")
            continue
        expect(page.locator("dl.facts")).to_contain_text("t.csv")
        look(page, f"reservoirs-preview-{kind}")
        page.locator("main form button").click()
    page.locator("input[type=checkbox][value=Unterteich]").check()
    page.locator("main .form button.button").last.click()
    expect(page.locator("progress")).to_be_visible()
    look(page, "reservoirs-running")
    carried_out(page, compute_reservoirs)
    page.locator("main .form button.button").last.click()
    carried_out(page, compute_reservoirs)
    expect(page.locator("svg.chart")).to_have_count(1)
    expect(page.locator("#compared")).to_be_visible()
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
    look(page, "reservoirs-found")


@pytest.mark.parametrize("language", ["de", "en"])
def test_measures_and_the_solutions_made_of_them_are_calm(page, live_server, district, look, language) -> None:
    by = ensure_demo_member(district, "caretaker")
    file_measures()
    project = begin_project(district, by=by, title="Teiche", concern="Zu trocken", field="resources", responsible="UWB")
    for letter in "AC":
        describe_option(project, OPTIONS[letter], by=by, measures=measures_of(letter))
    for name, (size, _points) in ACTORS.items():
        project.groups.create(name=name, size=size, weighs=True)
    commit(project, by)
    set_visibility(project, "public", by=by)
    page.context.add_cookies([{"name": "hks_language", "value": language, "url": live_server.url}])
    for name, address in (
        ("measures", "/measures/?field=heavy_rain"), ("measures-none", "/measures/?months=0&per=m2"),
        ("measure", "/measures/reservoir_reactivation/"), ("solutions", f"/projects/{project.slug}/develop/"),
        ("solution", f"/projects/{project.slug}/options/B/"), ("commitments", f"/projects/{project.slug}/"),
    ):  # fmt: skip
        page.goto(live_server.url + address)
        page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
        look(page, f"{name}-{language}")


def test_the_caretaker_writes_a_commitment_down(page, live_server, district, look) -> None:
    by = ensure_demo_member(district, "caretaker")
    project = begin_project(district, by=by, title="Teiche", concern="Zu trocken", field="resources", responsible="UWB")
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/")
    page.locator("summary", has_text="Aufgabe").click()
    look(page, "commitment-form")
    page.locator("select[name=who]").select_option("UWB")
    page.locator("input[name=title]").fill("Liste der Teiche vorlegen")
    page.locator("form[action$='tasks/'] button").click()
    expect(page.locator("table").first).to_contain_text("Liste der Teiche vorlegen")
    look(page, "commitment-written")


def test_without_scripts_a_solution_gets_a_measure_and_its_cost(browser, live_server, district) -> None:
    by = ensure_demo_member(district, "caretaker")
    project = begin_project(district, by=by, title="Teiche", concern="Zu trocken", field="resources", responsible="UWB")
    describe_option(project, OPTIONS["A"], by=by)
    context = browser.new_context(java_script_enabled=False, locale="de-DE")
    page = context.new_page()
    sign_in(page, live_server)
    page.goto(f"{live_server.url}/projects/{project.slug}/options/A/")
    page.locator("main form details summary").click()
    page.locator("select[name=measure_0]").select_option("reservoir_reactivation")
    page.locator("input[name=amount_0]").fill("20.000")
    page.locator("input[name=change]").fill("Maßnahme gewählt")
    page.locator("main form.form button.button").last.click()
    page.goto(f"{live_server.url}/projects/{project.slug}/options/A/")
    page.get_by_role("button", name="Mittleren Wert des Katalogs").click()
    expect(page.locator("section[aria-labelledby=measures] table")).to_contain_text("200.000")
    assert project.options.get(letter="A").current.cost == 20_000_000
    context.close()
