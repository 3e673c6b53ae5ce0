"""The pavilion of the demo, page by page, as the caretaker and as a stranger, at both widths and in both languages."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import sign_in

from hks.web.formats.models import Use

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "",
    "recognise/",
    "develop/",
    "options/B/",
    "futures/",
    "weigh/",
    "money/",
    "acceptance/",
    "acceptance/paper/",
    "paper/",
    "paper/check/",
    "act/",
    "fact-sheet/",
    "formats/",
    "formats/choose/festival/",
]


@pytest.mark.long
@pytest.mark.parametrize("language", ["de", "en"])
def test_each_page_of_a_project_is_calm(page, live_server, story, look, language) -> None:
    page.context.add_cookies([{"name": "hks_language", "value": language, "url": live_server.url}])
    page.goto(live_server.url)
    look(page, f"start-{language}")
    sign_in(page, live_server, language)
    for path in (
        "/today/",
        "/lessons/",
        "/projects/",
        "/projects/new/",
        "/projects/bin/",
        "/formats/",
        "/formats/fokusgruppe/",
        "/regions/15084590/people/",
        "/regions/15084590/places/",
        "/regions/15084590/housing/",
        "/regions/15084590/fees/",
        "/regions/15084590/money/",
    ):
        page.goto(live_server.url + path)
        look(page, path.strip("/").replace("/", "-") + f"-{language}")
    use = Use.objects.get(project=story)
    for path in [*PAGES, f"formats/{use.pk}/"]:
        page.goto(f"{live_server.url}/projects/{story.slug}/{path}")
        look(page, f"project-{path.strip('/').replace('/', '-') or 'page'}-{language}")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_caretaker_prints_cards_and_corrects_a_form(page, live_server, story, look, language) -> None:
    sign_in(page, live_server, language)
    page.goto(f"{live_server.url}/projects/{story.slug}/acceptance/")
    page.locator("summary", has_text={"de": "Karten drucken", "en": "Print cards"}[language]).click()
    page.locator("input[name=count]").fill("2")
    page.get_by_role("button", name={"de": "Karten drucken", "en": "Print cards"}[language]).click()
    expect(page.locator("img[src^='data:image/svg']")).to_have_count(2)
    look(page, f"cards-{language}")
    page.goto(f"{live_server.url}/projects/{story.slug}/formats/choose/festival/")
    page.locator("textarea[name=aim]").fill("x")
    page.get_by_role("button", name={"de": "Planen", "en": "Plan it"}[language], exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, f"choose-corrected-{language}")


def test_the_treasurer_says_by_keyboard_how_a_solution_is_paid(page, live_server, story, look) -> None:
    page.goto(live_server.url)
    tab_to(page, "Kämmerei")
    enter(page)
    look(page, "today-treasurer")
    tab_to(page, "Wie wird C Abreißen bezahlt?")
    enter(page)
    look(page, "money-form")
    page.locator("select[name=area]").select_option("55")
    tab_to(page, "Wie ist der Eigenanteil gedeckt?")
    page.keyboard.type("Nicht gedeckt.")
    for name, value in (("Fördermittel, Anteil", "0"), ("Einnahmen im Jahr", "0")):
        page.get_by_label(name).fill(value)
    tab_to(page, "Speichern")
    enter(page)
    expect(page.locator(".notice--warn")).to_have_count(0)
    expect(page.get_by_text("Nicht gedeckt.", exact=True)).to_be_visible()
    look(page, "money-told")


def test_a_stranger_reads_the_public_project_and_finds_no_button_to_change_it(page, live_server, story, look) -> None:
    page.goto(f"{live_server.url}/projects/{story.slug}/weigh/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Was spricht wofür?")
    expect(page.get_by_role("button", name="Übernehmen")).to_have_count(0)
    look(page, "weigh-stranger")


def test_a_figure_of_the_weighing_leads_to_its_record(page, live_server, story) -> None:
    page.goto(f"{live_server.url}/projects/{story.slug}/futures/")
    page.locator(".card a.figure").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Woher kommt diese Zahl?")
    expect(page.get_by_text("12411-0018", exact=True).first).to_be_visible()


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_citizen_votes_on_a_phone_without_an_account(page, live_server, story, look, language) -> None:
    page.context.add_cookies([{"name": "hks_language", "value": language, "url": live_server.url}])
    for path in ("/take-part/", f"/take-part/{story.slug}-1/"):
        page.goto(live_server.url + path)
        look(page, path.strip("/").replace("/", "-") + f"-{language}")
    page.goto(f"{live_server.url}/take-part/{story.slug}-1/#ABCD-EFGH-JKMN")
    page.reload()
    expect(page.get_by_label({"de": "Code auf Ihrer Karte", "en": "Code on your card"}[language])).to_have_value(
        "ABCD-EFGH-JKMN"
    )
    assert "#" not in page.url
    page.get_by_role("button", name={"de": "Ich habe keine Karte", "en": "I have no card"}[language]).click()
    look(page, f"take-part-sheet-{language}")
    page.get_by_label("Anwohnende").check()
    page.get_by_label({"de": "Ich stimme zu", "en": "I agree"}[language], exact=True).check()
    page.get_by_role("button", name={"de": "Abstimmen", "en": "Vote"}[language]).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text({"de": "Danke", "en": "Thank you"}[language])
    look(page, f"take-part-thanks-{language}")
    page.get_by_role("button", name={"de": "Weiter zu", "en": "Go on to"}[language]).click()
    look(page, f"take-part-statement-{language}")
    for _ in range(3):
        page.get_by_role("button", name={"de": "Ich stimme zu", "en": "I agree"}[language], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text({"de": "Danke", "en": "Thank you"}[language])
    page.get_by_label({"de": "Ihre Aussage", "en": "Your statement"}[language]).fill("Bänke fehlen.")
    page.get_by_role("button", name={"de": "Absenden", "en": "Send"}[language]).click()
    expect(page.get_by_role("status")).to_be_visible()
    look(page, f"take-part-own-statement-{language}")


def tab_to(page, words: str) -> None:
    """Press Tab until what has these words, or the field with this label, has the focus."""
    script = """() => { const e = document.activeElement; return [e.textContent, e.labels?.[0]?.textContent, e.value]
        .filter(Boolean).map(t => t.trim()) }"""
    for _ in range(80):
        page.keyboard.press("Tab")
        if any(text.startswith(words) for text in page.evaluate(script)):
            return
    raise AssertionError(f"no way to '{words}' by Tab")


def enter(page) -> None:
    """Press Enter and wait for the next page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_citizen_answers_by_keyboard_alone(page, live_server, story) -> None:
    page.goto(f"{live_server.url}/take-part/{story.slug}-1/")
    tab_to(page, "Ich habe keine Karte")
    enter(page)
    tab_to(page, "Anwohnende")
    page.keyboard.press("Space")
    tab_to(page, "Ich mache mit")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Abstimmen")
    enter(page)
    tab_to(page, "Weiter zu")
    enter(page)
    for _ in range(3):
        tab_to(page, "Ich stimme nicht zu")
        enter(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Danke")


def test_the_caretaker_finds_and_plans_a_format_by_keyboard_alone(page, live_server, story) -> None:
    page.goto(live_server.url)
    tab_to(page, "Kümmerin oder Kümmerer")
    enter(page)
    page.goto(f"{live_server.url}/projects/{story.slug}/")
    tab_to(page, "Passendes Format finden")
    enter(page)
    tab_to(page, "Planen: Strategieworkshop")
    enter(page)
    tab_to(page, "Woran sehen Sie")
    page.keyboard.type("Ein Fahrplan liegt vor.")
    tab_to(page, "Warum dieses Format")
    page.keyboard.type("Der Rat will dabei sein.")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Strategieworkshop")
