"""Forms from specs, figures, texts in two languages, and the frame around every page."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models
from django.template import engines
from django.test import Client, RequestFactory
from django.test.utils import isolate_apps
from django.utils import translation

from hks.core.errors import InputError, StateError
from hks.core.parameters import Parameter
from hks.web.accounts.models import Organisation, User
from hks.web.accounts.services import ensure_demo_member
from hks.web.shell import views
from hks.web.shell.fields import TranslatedText
from hks.web.shell.forms import SpecForm
from hks.web.shell.middleware import ErrorsForPeople
from hks.web.shell.templatetags.hks import number
from hks.workbench.methods import METHODS

DIGEST = "a" * 64
SPEC = [
    Parameter(
        "share", "Share that stays", "number", 0.5, low=0.0, high=1.0, help="Of those who came.", source="Table 1"
    ),
    Parameter("years", "Years", "integer", 2030, unit="a", low=2000, high=2100, verified=True),
    Parameter("way", "Way", "choice", "a", choices=(("a", "First"), ("b", "Second"))),
    Parameter("with_births", "With births", "flag", True),
    Parameter("start", "Start", "day", datetime.date(2026, 5, 31)),
]
GOOD = {"share": "0,25", "years": "2035", "way": "b", "start": "2026-06-01"}


@pytest.fixture(autouse=True)
def _german():
    with translation.override("de"):
        yield


def shown(text: str, **values: object) -> str:
    return engines["django"].from_string(text).render(values)


def test_a_spec_form_returns_values_in_the_kinds_of_the_method() -> None:
    form = SpecForm(SPEC, GOOD)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "share": 0.25,
        "years": 2035,
        "way": "b",
        "with_births": False,
        "start": datetime.date(2026, 6, 1),
    }


@pytest.mark.parametrize(
    ("name", "value"), [("share", "1,5"), ("share", "viel"), ("years", "1999"), ("way", "c"), ("start", "gestern")]
)
def test_a_spec_form_refuses_at_the_field_and_in_the_summary(name: str, value: str) -> None:
    form = SpecForm(SPEC, GOOD | {name: value})
    assert list(form.errors) == [name]
    page = str(form)
    assert f'href="#id_{name}"' in page
    assert re.search(rf'aria-describedby="[^"]*id_{name}_error', page)
    assert 'class="summary" role="alert"' in page


@pytest.mark.parametrize("source", sorted({p.source for m in METHODS.values() for p in m.parameters} - {""}))
def test_a_source_in_words_is_german_in_a_german_form(source: str) -> None:
    is_a_citation = bool(re.search(r"\(\d{4}\)|^§ \w+ \w+( \(\d\))?$|^§ 12 SächsKitaG, https\S+$|^StaLA", source))
    assert is_a_citation or translation.gettext(source) != source


def test_a_spec_form_shows_limits_source_and_what_nobody_checked() -> None:
    page = str(SpecForm(SPEC))
    assert 'value="0,5"' in page
    assert 'value="2030"' in page
    assert 'value="2026-05-31"' in page
    assert "Table 1" in page
    share, years = page.split('for="id_years"')[:2]
    assert 'class="badge"' in share
    assert 'class="badge"' not in years.split('for="id_way"')[0]
    assert 'aria-describedby="id_share_helptext"' in page


def test_a_help_text_from_outside_cannot_become_markup() -> None:
    assert "<b>" not in str(SpecForm([Parameter("x", "X", "number", 1.0, help="<b>bold</b>")]))


def test_a_figure_leads_to_its_evidence() -> None:
    text = shown("{% figure 31556 unit='persons' citation=c label='Zeitz' %}", c=f"{DIGEST}#/outcomes/total/2010")
    assert f'href="/evidence/{DIGEST}/?figure=/outcomes/total/2010"' in text
    assert "31.556&nbsp;" in text
    assert "Zeitz: " in text
    assert "badge--preview" not in text


def test_a_figure_without_evidence_is_a_preview() -> None:
    text = shown("{% figure 0.5 digits=2 %}")
    assert "badge--preview" in text
    assert "href" not in text


@pytest.mark.parametrize(
    ("language", "expected"), [("de", "1.234,5 12,3\N{NO-BREAK SPACE}% 0,0123456"), ("en", "1,234.5 12.3\N{NO-BREAK SPACE}% 0.0123456")]
)  # fmt: skip
def test_numbers_follow_the_language(language: str, expected: str) -> None:
    with translation.override(language):
        assert shown("{{ a|number }} {{ b|percent }} {{ c|exact }}", a=1234.5, b=0.123, c=0.0123456) == expected


@pytest.mark.parametrize(
    ("language", "typed", "read"),
    [("en", "0.4", 0.4), ("en", "1,234.5", 1234.5), ("en", "0,4", None), ("en", "12,34", None), ("de", "0,4", 0.4),
     ("de", "1.234,5", 1234.5)],
)  # fmt: skip
def test_a_comma_where_no_thousands_are_is_asked_about(language: str, typed: str, read: float | None) -> None:
    with translation.override(language):
        form = SpecForm([Parameter("depth", "Depth", "number", 1.0, low=0.0, high=1e4)], {"depth": typed})
        assert form.is_valid() == (read is not None)
        assert form.cleaned_data.get("depth") == read
        assert ("point before the decimals" in str(form.errors)) == (read is None)


def test_what_is_not_a_number_does_not_break_a_page() -> None:
    assert shown("{{ a|number }}", a=float("nan")) == "nan"


@pytest.fixture
def place() -> type[models.Model]:
    """Return a model of one test only; it has no table."""
    with isolate_apps("hks.web.shell"):

        class Place(models.Model):
            title = TranslatedText()

            class Meta:
                app_label = "shell"

            def __str__(self) -> str:
                return str(self.title)

        return Place


def test_a_translated_text_speaks_the_language_of_the_page_and_falls_back_to_german(place: type[models.Model]) -> None:
    pavilion = place(title={"de": "Pavillon", "en": "Pavilion"})
    assert pavilion.title.text == str(pavilion) == "Pavillon"
    with translation.override("en"):
        assert pavilion.title.text == "Pavilion"
        assert place(title={"de": "Pavillon"}).title.text == "Pavillon"


@pytest.mark.parametrize("wrong", ["Pavillon", {"fr": "Pavillon"}, {"de": 3}])
def test_a_translated_text_refuses_other_languages_and_things(wrong: object, place: type[models.Model]) -> None:
    with pytest.raises(ValidationError, match=r"language|Sprache"):
        place._meta.get_field("title").clean(wrong, None)


@pytest.mark.parametrize(
    ("error", "status"), [(InputError("'%(value)s' is not a number.", value="x"), 400), (StateError("closed"), 409)]
)
def test_an_error_for_people_is_a_calm_page(error: Exception, status: int) -> None:
    request = RequestFactory().get("/")
    answer = ErrorsForPeople(lambda r: None).process_exception(request, error)
    assert answer.status_code == status
    assert "notice--error" in answer.content.decode()
    assert ErrorsForPeople(lambda r: None).process_exception(request, ValueError()) is None


@pytest.mark.django_db
def test_the_page_for_our_fault_asks_no_database() -> None:
    request = RequestFactory().get("/")
    request.user = User.objects.create_user("x@example.org", name="X")

    def down(*_: object) -> None:
        raise DatabaseError

    with connection.execute_wrapper(down):
        answer = views.broken(request)
    assert answer.status_code == 500
    assert "<main" in answer.content.decode()


@pytest.mark.django_db
def test_the_frame_shows_the_own_town_to_members_only(client: Client) -> None:
    town = Organisation.objects.create(slug="a", name="Stadt Beispiel", kind="town")
    assert "Stadt Beispiel" not in client.get("/").content.decode()
    client.force_login(User.objects.create_user("x@example.org", name="X"))
    assert "Stadt Beispiel" not in client.get("/").content.decode()
    client.force_login(ensure_demo_member(town, "caretaker"))
    page = client.get("/").content.decode()
    assert "Stadt Beispiel" in page
    assert "/organisation/me/" in page


@pytest.mark.django_db
def test_the_frame_links_only_what_exists(client: Client) -> None:
    page = client.get("/").content.decode()
    for address in re.findall(r'href="(/[^"#?]*)', page):
        if not address.startswith("/static/"):
            assert client.get(address).status_code in {200, 302}, address


@pytest.mark.django_db
def test_the_language_switch_keeps_the_place_and_ignores_other_languages(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "/regions/?a=1"})
    assert answer.headers["Location"] == "/regions/?a=1"
    assert client.cookies["hks_language"].value == "en"
    client.post("/language/", {"language": "fr", "next": "/"})
    assert client.cookies["hks_language"].value == "en"
    opened = client.get("/language/")  # as after signing in again, or after a second change of language
    assert (opened.status_code, opened["Allow"]) == (405, "POST")
    assert "only takes what a form sends" in opened.content.decode()


@pytest.mark.django_db
def test_the_language_switch_of_a_form_shown_again_leads_to_where_it_was_filled_in(client: Client) -> None:
    page = client.post(
        "/accounts/login/", {"login": "", "password": ""}, headers={"referer": "http://testserver/accounts/login/?a=1"}
    )
    assert 'name="next" value="/accounts/login/?a=1"' in page.content.decode()
    assert 'name="next" value="/"' in client.post("/accounts/login/", {"login": ""}).content.decode()


def test_a_number_is_rounded_and_not_cut() -> None:
    assert number(1393.8, 0) in {"1.394", "1,394"}
    assert number(0.96, 1) in {"1,0", "1.0"}
