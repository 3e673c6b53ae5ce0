"""A consultation: without account, secret, changeable until the close, unassignable after, each code once."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.web.regions.conftest import regions_client

from hks.core.errors import HksError
from hks.web.accounts.models import Organisation
from hks.web.contributions import secrecy
from hks.web.contributions.models import Contribution, Participation, Response, SealedAnswers, Token
from hks.web.contributions.services import answers_of, erase_due, give_codes
from hks.web.evidence.services import figure_of, verify
from hks.web.participation import services
from hks.web.participation.models import Consultation
from hks.web.projects.models import Effect, Project

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
WEEK = datetime.timedelta(days=7)
SAID = {"question": "What about the pavilion?", "other_ways": "Town hall, room 3, Thursday 10 to 15"}


@pytest.fixture(autouse=True)
def keys(settings, tmp_path, django_capture_on_commit_callbacks):
    """Keep the keys of the tests apart and let what follows a commit happen."""
    settings.DATA_DIR = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        yield


@pytest.fixture
def asked(pavilion: Project) -> Consultation:
    """Return an open consultation about option B."""
    for name in ("Neighbours", "Young people"):
        pavilion.groups.create(name=name)
    version = pavilion.options.get(letter="B").current
    return services.open_consultation(
        pavilion, version, by=None, opens=TODAY, closes=TODAY + WEEK, open_to_all=True, **SAID
    )


def votes(asked: Consultation, count: int, level: int, group: str = "Neighbours", channel: str = "web") -> list[str]:
    codes = give_codes(asked.sheet, count)
    for code in codes:
        services.vote(asked, code, {"group": group, "level": level}, channel=channel)
    return codes


@pytest.mark.parametrize("step", ["code/", "sheet/", "vote/", "statements/"])
def test_a_change_of_language_on_the_way_leads_back_to_the_question(asked: Consultation, step: str) -> None:
    client, base = Client(), f"/take-part/{asked.sheet.slug}/"
    answer = client.post("/language/", {"language": "en", "next": base + step}, follow=True)
    assert answer.redirect_chain[-1] == (base, 302)
    assert "without an account" in answer.content.decode()


def test_a_citizen_takes_part_without_an_account_and_changes_the_vote(asked: Consultation) -> None:
    client, code = Client(), give_codes(asked.sheet, 1)[0]
    base = f"/take-part/{asked.sheet.slug}/"
    assert "ohne Anmeldung" in client.get(base).content.decode()
    sheet = client.post(f"{base}sheet/", {"code": code.lower().replace("-", " ")})
    assert "Neighbours" in sheet.content.decode()
    vote = {"code": code, "group": "Neighbours", "level": "1", "condition": "quiet from 22:00"}
    assert client.post(f"{base}vote/", vote).status_code == 200
    assert answers_of(asked.sheet, code)["after"] == 1
    client.post(f"{base}vote/", vote | {"level": "-1"})
    assert answers_of(asked.sheet, code)["after"] == -1
    assert (Response.objects.count(), Participation.objects.count(), Contribution.objects.count()) == (1, 1, 1)
    assert "quiet from 22:00" not in client.get(base).content.decode()  # not before it was read


def test_the_code_stands_in_no_address_and_no_table(asked: Consultation) -> None:
    code = votes(asked, 1, 2)[0]
    answer = Client().post(f"/take-part/{asked.sheet.slug}/sheet/", {"code": code})
    assert "Location" not in answer.headers
    with connection.cursor() as cursor:
        for model in (Token, Participation, Response, Contribution):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            assert secrecy.plain(code) not in str(cursor.fetchall()).upper().replace("-", "")


def test_before_the_close_a_vote_can_be_found_by_its_code_and_after_it_nobody_can(asked: Consultation) -> None:
    code = votes(asked, 6, 1)[0]
    assert Response.objects.filter(pseudonym=secrecy.pseudonym(asked.sheet, code)).exists()
    assert not set(Response.objects.values_list("pseudonym", flat=True)) & set(
        Participation.objects.values_list("hashed", flat=True)
    )
    services.close(asked, by=None)
    secrecy.destroy_key(asked.sheet)
    assert not secrecy.key_file(asked.sheet).exists()
    assert not Response.objects.exists()
    with pytest.raises(HksError, match="key is destroyed"):
        secrecy.pseudonym(asked.sheet, code)
    sealed = bytes(SealedAnswers.objects.get().data).decode()
    assert secrecy.known_as(asked.sheet, code) not in sealed


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite counts rows behind our back")
def test_the_order_of_rows_says_nothing(asked: Consultation) -> None:
    codes = votes(asked, 12, 1)
    names = [secrecy.known_as(asked.sheet, code) for code in codes]
    pseudonyms = [secrecy.pseudonym(asked.sheet, code) for code in codes]
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashed FROM contributions_participation ORDER BY rowid")
        took_part = [names.index(hashed) for (hashed,) in cursor.fetchall()]
        cursor.execute("SELECT pseudonym FROM contributions_response ORDER BY rowid")
        answered = [pseudonyms.index(name) for (name,) in cursor.fetchall()]
        cursor.execute("SELECT count(*) FROM contributions_response r JOIN contributions_participation p"
                       " ON p.rowid = r.rowid")  # fmt: skip
        assert cursor.fetchone() == (0,)
    assert sorted(took_part) == sorted(answered) == list(range(12))
    assert took_part not in (answered, list(range(12)))
    assert answered != list(range(12))


def test_one_code_counts_once_whatever_way_it_comes(asked: Consultation) -> None:
    code = votes(asked, 1, 1)[0]
    with pytest.raises(HksError, match="other way"):
        services.vote(asked, code, {"group": "Neighbours", "level": 2}, channel="paper")
    assert services.counted(asked) == {"web": 1, "paper": 0}


def test_a_vote_before_or_after_its_time_is_refused(asked: Consultation) -> None:
    code = give_codes(asked.sheet, 1)[0]
    asked.sheet.closes = TODAY - WEEK
    asked.sheet.opens = TODAY - WEEK
    asked.sheet.save()
    page = Client().post(
        f"/take-part/{asked.sheet.slug}/vote/", {"code": code, "group": "Neighbours", "level": "1"}
    ).content.decode()  # fmt: skip
    assert "nicht offen" in page
    assert not Response.objects.exists()


@pytest.mark.parametrize("wrong", [{"code": "ABCD"}, {"group": "Nobody"}, {"level": "3"}, {"level": ""}, {"code": ""}])
def test_a_wrong_code_group_or_level_is_refused(asked: Consultation, wrong: dict[str, str]) -> None:
    code = give_codes(asked.sheet, 1)[0]
    vote = {"code": code, "group": "Neighbours", "level": "1"} | wrong
    assert Client().post(f"/take-part/{asked.sheet.slug}/vote/", vote).status_code in (200, 302)
    assert not Response.objects.exists()


def test_guessing_codes_is_stopped(asked: Consultation) -> None:
    client = Client(REMOTE_ADDR="198.51.100.7")
    pages = [client.post(f"/take-part/{asked.sheet.slug}/sheet/", {"code": "AAAA"}).content.decode() for _ in range(31)]
    assert "Bitte warten Sie" in pages[-1]
    assert "Bitte warten Sie" not in pages[0]


def test_guessing_codes_by_forms_half_filled_in_is_stopped_too(asked: Consultation) -> None:
    client = Client(REMOTE_ADDR="198.51.100.8")
    answers = [client.post(f"/take-part/{asked.sheet.slug}/vote/", {"code": "AAAA"}).status_code for _ in range(31)]
    assert (answers[0], answers[-1]) == (302, 409)


def test_acceptance_before_and_after_the_changed_option_is_counted_by_group(asked: Consultation) -> None:
    codes = votes(asked, 6, -1) + votes(asked, 6, 1, "Young people", "paper")
    condition = services.contribute(asked.sheet, codes[0], "condition", "quiet from 22:00")
    version = services.work_in(asked, condition, by=None)
    assert (version.number, version.change) == (2, "quiet from 22:00")
    for code in codes[:6]:
        services.vote(asked, code, {"group": "Neighbours", "level": 1, "before": -1}, channel="web")
    record = services.close(asked, by=None)
    found = {(e.version.number, e.group.name): e for e in Effect.objects.filter(name="acceptance")}
    assert {key: effect.value for key, effect in found.items()} == {
        (1, "Neighbours"): 0.0, (1, "Young people"): 100.0, (2, "Neighbours"): 100.0, (2, "Young people"): 100.0,
    }  # fmt: skip
    for effect in found.values():
        assert figure_of(effect.citation) == (effect.value, "%")
    assert record.as_record.parents
    assert verify().broken == []
    assert asked.project.milestones.filter(kind="acceptance").exists()


def test_a_small_group_stays_hidden(asked: Consultation) -> None:
    votes(asked, 6, 1)
    votes(asked, 2, -2, "Young people")
    services.close(asked, by=None)
    assert not Effect.objects.filter(name="acceptance", group__name="Young people").exists()


def test_a_vote_that_nobody_closes_is_closed_and_counted_after_two_weeks(asked: Consultation) -> None:
    votes(asked, 6, 1)
    assert services.close_ended(timezone.now() + WEEK * 3) == 0  # its last day lies in a week
    assert services.close_ended(timezone.now() + WEEK * 3 + datetime.timedelta(days=1)) == 1
    assert not Response.objects.exists()
    assert Effect.objects.filter(name="acceptance").exists()
    assert services.close_ended(timezone.now() + WEEK * 9) == 0


def test_nobody_voted_is_counted_too(asked: Consultation) -> None:
    services.close(asked, by=None)
    assert not Effect.objects.filter(name="acceptance").exists()
    with pytest.raises(HksError, match="already closed"):
        services.close(asked, by=None)


def test_erasing_in_time_leaves_the_chain_whole(asked: Consultation) -> None:
    services.contribute(asked.sheet, votes(asked, 6, 1)[0], "condition", "quiet from 22:00")
    services.close(asked, by=None)
    assert erase_due(timezone.now()) == 0
    assert erase_due(timezone.now() + datetime.timedelta(days=200)) > 0
    assert not SealedAnswers.objects.exists()
    assert not Token.objects.exists()
    assert Contribution.objects.get().author == ""
    assert verify().broken == []
    assert Effect.objects.filter(name="acceptance").exists()


def test_the_caretaker_opens_prints_enters_moderates_and_closes(pavilion: Project) -> None:
    pavilion.groups.create(name="Neighbours")
    client = regions_client(pavilion.organisation)
    base = f"/projects/{pavilion.slug}/acceptance/"
    said = SAID | {"option": "B", "opens": str(TODAY), "closes": str(TODAY + WEEK)}
    assert client.post(f"{base}open/", said).status_code == 302
    assert "running" in client.post(f"{base}open/", said, follow=True).content.decode()
    assert client.post(f"{base}cards/", {"count": "3"}).content.decode().count("Code") >= 3
    code = give_codes(Consultation.objects.get().sheet, 1)[0]
    card = {"code": code, "group": "Neighbours", "level": "1", "condition": "a ramp"}
    assert client.post(f"{base}paper/", card).status_code == 302
    text = Contribution.objects.get()
    client.post(f"{base}{text.pk}/moderate/", {"status": "shown", "answer": "Yes."})
    assert "a ramp" in Client().get(f"/take-part/{Consultation.objects.get().sheet.slug}/").content.decode()
    assert client.post(f"{base}{text.pk}/work-in/").status_code == 302
    assert client.post(f"{base}close/").status_code == 302
    assert client.get(base).status_code == 200
    assert client.post(f"{base}paper/", card).status_code == 404


def test_a_consultation_needs_groups_and_a_right_time(pavilion: Project) -> None:
    version = pavilion.options.get(letter="B").current
    with pytest.raises(HksError, match="affected groups"):
        services.open_consultation(pavilion, version, by=None, opens=TODAY, closes=TODAY, **SAID)
    pavilion.groups.create(name="Neighbours")
    with pytest.raises(HksError, match="before it begins"):
        services.open_consultation(pavilion, version, by=None, opens=TODAY, closes=TODAY - WEEK, **SAID)


def test_someone_without_a_card_takes_a_code_only_where_it_is_allowed(asked: Consultation) -> None:
    address = f"/take-part/{asked.sheet.slug}/code/"
    assert "Ihr Code" in Client().post(address).content.decode()
    Consultation.objects.update(open_to_all=False)
    assert Client().post(address).status_code == 302


@pytest.mark.parametrize("page", ["open/", "cards/", "paper/", "close/"])
def test_strangers_and_the_council_do_not_run_it(asked: Consultation, other: Organisation, page: str) -> None:
    address = f"/projects/{asked.project.slug}/acceptance/{page}"
    assert regions_client(other).post(address).status_code == 404
    assert regions_client(asked.project.organisation, "council").post(address).status_code == 403
    assert Client().get(f"/projects/{asked.project.slug}/acceptance/").status_code == 404


def test_what_was_typed_stays_where_it_is_refused(asked: Consultation) -> None:
    project = asked.project
    client, at = regions_client(project.organisation), f"/projects/{project.slug}/acceptance/"
    text = services.contribute(asked.sheet, give_codes(asked.sheet, 1)[0], Contribution.Kind.CONDITION, "Quiet")
    long = "My answer" + "\r\n" * 500 + "to the end"
    page = client.post(f"{at}{text.pk}/moderate/", {"status": "shown", "answer": long}).content.decode()
    assert "My answer" in page
    assert "at most 1000 characters" in page
    services.close(asked, by=None)
    days = {"opens": "2027-03-02", "closes": "2027-03-01"}
    page = client.post(f"{at}open/", SAID | days | {"option": "B"}).content.decode()
    assert "must not end before it begins" in page
    assert SAID["other_ways"] in page
