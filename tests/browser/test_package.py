"""The package of measures: pasted, budgets changed at once, taken over, read by a stranger."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABLE = (
    "Measure\tValue (0 to 100 points)\tCost in year 1 after the start (EUR)\tCost in year 2 after the start (EUR)\t"
    "Latest start\tFixed\tNot together with\tOnly together with\tWorth more together with\tPoints more together\n"
    "Schattenbäume\t60\t40000\t2000\t2028\t\t\t\tTrinkbrunnen\t10\nTrinkbrunnen\t30\t30000\t1500\t2028\t\t\t\t\t\n"
    "Radweg\t45\t90000\t\t2028\t\t\t\t\t\nSpielplatz\t40\t55000\t3000\t2028\tmust\t\t\t\t\n"
    "Toilette\t28\t30000\t6000\t2028\t\tTrinkbrunnen\t\t\t\n"
)
LATEST, FIXED = "Latest start (year; empty: the first)", "Fixed (open, must, never)"
NAMES = "(names; with ; between)"
TITLES = TABLE.replace("Latest start", LATEST).replace("Fixed", FIXED).replace("with\tOnly", f"with {NAMES}\tOnly")
TITLES = TITLES.replace("Only together with", f"Only together with {NAMES}")
TITLES = TITLES.replace("Worth more together with", "Worth more together with (name)")


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_package_is_pasted_tried_and_taken_over(page, live_server, story, look, language) -> None:
    words = {
        "paste": {"de": "Tabelle aus Excel", "en": "Bring in a table"}, "bring": {"de": "Einbringen", "en": "Bring it"},
        "keep": {"de": "Diese Budgets behalten", "en": "Keep these budgets"}, "take": {"de": "Übernehmen", "en": "Take"},
    }  # fmt: skip
    sign_in(page, live_server, language)
    page.goto(f"{live_server.url}/projects/{story.slug}/package/")
    look(page, f"package-empty-{language}")
    page.locator("summary", has_text=words["paste"][language]).click()
    page.locator("textarea[name=text]").fill(TITLES)
    page.get_by_role("button", name=words["bring"][language]).click()
    page.locator("input[name=first_year]").fill("2027")
    page.locator("input[name=budget_0]").fill("100000")
    page.locator("input[name=budget_1]").fill("60000")
    page.locator("input[name=budget_1]").blur()
    expect(page.locator("#package table").first).to_be_visible(timeout=20_000)
    assert "budget_0" not in page.url
    look(page, f"package-tried-{language}")
    page.get_by_role("button", name=words["keep"][language]).click()
    page.get_by_role("button", name=words["take"][language]).click()
    expect(page.locator("#package a.figure").first).to_be_visible()
    look(page, f"package-taken-{language}")
    page.locator("a[href$='/package/measure/0/']").click()
    look(page, f"package-measure-{language}")
    page.locator("input[name=value]").fill("101")
    page.locator("form .button").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, f"package-measure-corrected-{language}")


def test_a_stranger_tries_budgets_without_scripts(browser, live_server, story) -> None:
    from hks.web.decisions import packages
    from hks.workbench.packages import Entry, Listed

    packages.keep(story, Listed(2027, (5_000_000,), (Entry("Bank", 10, (40_000,)), Entry("Turm", 90, (60_000_00,)))))
    page = browser.new_context(java_script_enabled=False, locale="de-DE").new_page()
    page.goto(f"{live_server.url}/projects/{story.slug}/package/")
    expect(page.get_by_role("button", name="Übernehmen")).to_have_count(0)
    page.locator("input[name=budget_0]").fill("70000")
    page.get_by_role("button", name="Vorschau zeigen").click()
    expect(page.locator("#package")).to_contain_text("2 von 2 Maßnahmen")
