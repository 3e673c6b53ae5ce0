"""Statements: one at a time on a phone, from a card, own ones moderated, counted apart from the vote."""

import json
import threading

import pytest
from django.db import connection
from django.test import Client
from tests.web.participation.test_consultation import SAID, TODAY, WEEK, asked, keys, votes
from tests.web.regions.conftest import regions_client

from hks.core.errors import HksError, InputError, StateError
from hks.web.accounts.models import Organisation
from hks.web.contributions.models import Contribution, Participation, Response, SealedAnswers
from hks.web.contributions.services import answers_of, give_codes
from hks.web.evidence.services import figure_of, verify
from hks.web.participation import services
from hks.web.participation.models import Consultation
from hks.web.participation.statements import add_own, next_for, put_statements, results_of, say, statements_of
from hks.web.projects.models import Project
from hks.web.projects.services import set_visibility

pytestmark = pytest.mark.django_db
__all__ = ["asked", "keys"]  # the fixtures of the vote serve here too
LINES = ["The square needs a roof.", "It shall not be louder."]


@pytest.fixture
def put(asked: Consultation) -> list[int]:
    put_statements(asked, LINES, by=None)
    return list(statements_of(asked).values_list("pk", flat=True))


def test_one_statement_at_a_time_until_none_is_left(asked: Consultation, put: list[int]) -> None:
    code = votes(asked, 1, 1)[0]
    client, address = Client(), f"/take-part/{asked.sheet.slug}/statements/"
    client.cookies["hks_language"] = "en"
    first = client.post(address, {"code": code}).content.decode()
    assert "Statement 1 of 2" in first
    assert LINES[0] in first
    second = client.post(address, {"code": code, "statement": put[0], "vote": "1"}).content.decode()
    assert LINES[1] in second
    last = client.post(address, {"code": code, "statement": put[1], "vote": "0"}).content.decode()
    assert "answered all statements" in last
    kept = answers_of(asked.sheet, code)
    assert (kept["after"], kept[f"s{put[0]}"], kept[f"s{put[1]}"]) == (1, 1, 0)


def test_a_changed_vote_keeps_what_was_said_to_the_statements(asked: Consultation, put: list[int]) -> None:
    code = votes(asked, 1, 1)[0]
    say(asked, code, {put[0]: -1}, channel="web")
    services.vote(asked, code, {"group": "Neighbours", "level": -2}, channel="web")
    assert answers_of(asked.sheet, code)[f"s{put[0]}"] == -1
    assert answers_of(asked.sheet, code)["after"] == -2


def test_without_a_vote_or_with_a_wrong_word_nothing_is_taken(asked: Consultation, put: list[int]) -> None:
    code = give_codes(asked.sheet, 1)[0]
    with pytest.raises(StateError):
        say(asked, code, {put[0]: 1}, channel="web")
    voted = votes(asked, 1, 1)[0]
    for wrong in ({put[0]: 7}, {put[0] + 99: 1}):
        with pytest.raises(InputError):
            say(asked, voted, wrong, channel="web")
    address = f"/take-part/{asked.sheet.slug}/statements/"
    assert Client().post(address, {"code": "AAAA-BBBB-CCCC"}).status_code == 200
    assert Client().post(address, {"code": voted, "statement": "x"}).status_code == 302
    assert Client().get(address).headers["Location"] == f"/take-part/{asked.sheet.slug}/"


def test_an_own_statement_waits_and_is_then_put_to_the_others(asked: Consultation, put: list[int]) -> None:
    author, reader = votes(asked, 2, 1)
    address = f"/take-part/{asked.sheet.slug}/statements/"
    Client().post(address, {"code": author, "own": "A fountain is missing."})
    row = Contribution.objects.get(kind="statement", author__gt="")
    assert row.status == Contribution.Status.WAITING
    assert next_for(asked, reader)[2] == 2
    services.moderate(row, Contribution.Status.SHOWN, "")
    assert next_for(asked, reader)[2] == 3
    assert next_for(asked, author)[2] == 2  # nobody votes on their own words


def test_own_statements_are_short_and_few(asked: Consultation) -> None:
    code = votes(asked, 1, 1)[0]
    with pytest.raises(InputError):
        add_own(asked, code, "x" * 161)
    for n in range(3):
        add_own(asked, code, f"Statement {n}")
    add_own(asked, code, "Statement 0")  # the same again is no further one
    with pytest.raises(InputError):
        add_own(asked, code, "One too many")


def test_the_town_puts_at_most_twenty_short_ones_and_none_twice(asked: Consultation) -> None:
    assert put_statements(asked, [*LINES, LINES[0], " "], by=None) == 2
    assert put_statements(asked, LINES, by=None) == 0
    with pytest.raises(InputError):
        put_statements(asked, [f"No. {n}" for n in range(20)], by=None)
    with pytest.raises(InputError):
        put_statements(asked, ["x" * 161], by=None)


def test_the_count_stands_apart_from_the_vote_and_hides_few_answers(asked: Consultation, put: list[int]) -> None:
    codes = [*votes(asked, 4, 1), *votes(asked, 3, -1, group="Young people")]
    for place, code in enumerate(codes):
        say(asked, code, {put[0]: 1 if place < 5 else -1}, channel="web")
    say(asked, codes[0], {put[1]: 1}, channel="web")
    services.close(asked, by=None)
    first, hidden = results_of(asked)
    assert {name: pair[0] for name, pair in first["counts"].items()} == {"agree": 5, "disagree": 2, "passed": 0}
    assert figure_of(first["counts"]["agree"][1])[0] == 5
    assert hidden["shown"] is False
    sealed = json.loads(bytes(SealedAnswers.objects.get().data))
    assert all(set(ballot) == {"channel", "votes"} for ballot in sealed["statements"]["ballots"])
    assert all(set(ballot) == {"group", "before", "after"} for ballot in sealed["acceptance"]["ballots"])
    assert verify().broken == []


def test_nobody_answered_a_statement_is_counted_too(asked: Consultation, put: list[int]) -> None:
    votes(asked, 6, 1)
    services.close(asked, by=None)
    assert [row["shown"] for row in results_of(asked)] == [False, False]


def test_after_the_close_nothing_is_taken(asked: Consultation, put: list[int]) -> None:
    code = votes(asked, 1, 1)[0]
    services.close(asked, by=None)
    for act in (lambda: say(asked, code, {put[0]: 1}, channel="web"), lambda: add_own(asked, code, "Late"),
                lambda: put_statements(asked, ["Later"], by=None)):  # fmt: skip
        with pytest.raises(HksError):
            act()


def test_a_card_carries_its_ticks(asked: Consultation, put: list[int]) -> None:
    client = regions_client(asked.project.organisation)
    base = f"/projects/{asked.project.slug}/acceptance/"
    assert LINES[0] in client.post(base + "cards/", {"count": "1"}).content.decode()
    code = give_codes(asked.sheet, 1)[0]
    card = {"code": code, "group": "Neighbours", "level": "1", "condition": "", f"s{put[0]}": "-1", f"s{put[1]}": ""}
    assert client.post(base + "paper/", card).status_code == 302
    kept = answers_of(asked.sheet, code)
    assert (kept[f"s{put[0]}"], kept["channel"]) == (-1, "paper")
    assert f"s{put[1]}" not in kept


def test_the_page_shows_them_and_only_editors_put_them(asked: Consultation, other: Organisation) -> None:
    address = f"/projects/{asked.project.slug}/acceptance/statements/"
    assert regions_client(other).post(address, {"lines": "x"}).status_code == 404
    assert regions_client(asked.project.organisation, "council").post(address, {"lines": "x"}).status_code == 403
    client = regions_client(asked.project.organisation)
    client.post(address, {"lines": "\n".join(LINES)})
    assert statements_of(asked).count() == 2
    client.post(address, {"lines": ""})
    for code in votes(asked, 6, 1):
        say(asked, code, {statements_of(asked)[0].pk: 1}, channel="web")
    services.close(asked, by=None)
    set_visibility(asked.project, "public", by=None)
    text = client.get(f"/projects/{asked.project.slug}/acceptance/").content.decode()
    assert "What unites, what divides" in text
    assert "fewer than five answers" in text
    assert "Preview" not in text


@pytest.mark.django_db(transaction=True)
def test_the_same_code_at_the_same_moment_counts_once(settings, tmp_path, pavilion: Project) -> None:
    settings.DATA_DIR = tmp_path
    pavilion.groups.create(name="Neighbours")
    version = pavilion.options.get(letter="B").current
    asked = services.open_consultation(pavilion, version, by=None, opens=TODAY, closes=TODAY + WEEK, **SAID)
    code = give_codes(asked.sheet, 1)[0]
    told = {"group": "Neighbours", "level": 1}
    barrier, said = threading.Barrier(4), []

    def cast(channel: str) -> None:
        try:
            barrier.wait(timeout=10)
            services.vote(asked, code, told, channel=channel)
            said.append("")
        except StateError as error:
            said.append(error.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=cast, args=(channel,)) for channel in ("web", "paper", "web", "paper")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (Response.objects.count(), Participation.objects.count()) == (1, 1)
    assert sorted(bool(word) for word in said) == [False, False, True, True]
    assert all("already came by the other way" in word for word in said if word)
