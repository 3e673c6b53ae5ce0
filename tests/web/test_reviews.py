"""Reviews: signed by whoever has the duty, replaced by a later word, and closed to everyone else."""

import datetime
import re
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.web.accounts.models import Organisation
from hks.web.accounts.roles import EDIT_PROJECT, REVIEW, ROLES
from hks.web.accounts.services import ensure_demo_member
from hks.web.decisions.papers import sources_of
from hks.web.evidence.models import AuditEvent, Filing, Review, ReviewAnswer
from hks.web.evidence.reviews import answer_review, duty_of, reviewable, reviews_of, sign_review
from hks.web.evidence.services import file_record

pytestmark = pytest.mark.django_db
SOON = timezone.localdate() + datetime.timedelta(days=3)
WORDS = "The culvert is missing."


@pytest.fixture
def town(db: None) -> Organisation:
    district = Organisation.objects.create(slug="kreis", name="Kreis", kind="district", ags="15084")
    return Organisation.objects.create(
        slug="a", name="Stadt A", kind="town", ags="15084590", land="ST", parent=district
    )


@pytest.fixture
def run(town: Organisation) -> Callable[..., Filing]:
    def made(visibility: str = "internal") -> Filing:
        parent = evidence.record("judgement", outcomes={"depth_mm": {"unit": "mm", "value": 52.5}})
        file_record(parent, "Rain", organisation=town, visibility=visibility)
        record = evidence.record("computation", method="rain-runoff 1", inputs={"scenario": parent.digest},
                                 outcomes={"depth": {"unit": "m", "value": 1.25}})  # fmt: skip
        return file_record(record, "Run 7", organisation=town, visibility=visibility)

    return made


def signed_in(place: Organisation, role: str) -> Client:
    client = Client()
    client.force_login(ensure_demo_member(place, role))
    client.cookies["hks_language"] = "en"
    return client


def address(filing: Filing) -> str:
    return f"/evidence/{filing.record.digest}/"


@pytest.mark.parametrize("role", ROLES)
def test_only_a_role_that_reviews_may_sign(town: Organisation, run, role: str) -> None:
    filing, by = run(), ensure_demo_member(town, role)
    allowed = REVIEW in ROLES[role].may
    assert (duty_of(by, filing) is not None) == (reviewable(by, filing.record) == filing) == allowed
    if not allowed:
        with pytest.raises(PermissionDenied):
            sign_review(filing, "checked", "Water authority", by=by)


def test_the_district_reviews_what_was_shared_and_nothing_internal(town: Organisation, run) -> None:
    authority = ensure_demo_member(town.parent, "authority")
    assert reviewable(authority, run().record) is None
    filing = run()
    Filing.objects.filter(pk=filing.pk).update(visibility="shared")
    assert reviewable(authority, filing.record) == filing


def test_a_review_is_signed_on_the_page_of_the_record_and_seen_there(town: Organisation, run) -> None:
    filing, client = run(), signed_in(town, "authority")
    assert "Sign a review" in client.get(address(filing)).content.decode()
    given = {"verdict": "reserved", "office": "Water authority", "text": WORDS, "due": SOON.isoformat()}
    assert client.post(address(filing) + "review/", given).headers["Location"] == address(filing)
    page = signed_in(town, "council").get(address(filing)).content.decode()
    assert "Checked with reservations by Water authority" in page
    assert WORDS in page
    assert "Sign a review" not in page
    assert AuditEvent.objects.filter(verb="review", organisation=town).count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"office": "  "}, "This field is required"),
        ({"text": ""}, "Please say what the reservation or the question is."),
        ({"due": ""}, "Please say by which day you wait for an answer."),
        ({"due": "2020-01-01"}, "lies in the past"),
        ({"verdict": "perfect"}, "Select a valid choice"),
    ],
)
def test_a_review_without_its_parts_is_refused_and_nothing_is_kept(
    town: Organisation, run, wrong: dict[str, str], said: str
) -> None:
    filing = run()
    given = {"verdict": "question", "office": "Water authority", "text": WORDS, "due": SOON.isoformat()} | wrong
    answer = signed_in(town, "science").post(address(filing) + "review/", given)
    assert said in answer.content.decode()
    assert not Review.objects.exists()


def test_an_office_without_a_name_is_refused_by_the_service_too(town: Organisation, run) -> None:
    with pytest.raises(InputError, match="name the office"):
        sign_review(run(), "checked", " ", by=ensure_demo_member(town, "authority"))


def test_a_stranger_finds_nothing_and_a_visitor_signs_in_first(town: Organisation, run, other: Organisation) -> None:
    filing = run()
    client = signed_in(other, "authority")
    given = {"verdict": "checked", "office": "x"}
    assert client.get(address(filing)).status_code == 404
    assert client.post(address(filing) + "review/", given).status_code == 404
    assert Client().post(address(filing) + "review/", given).status_code == 302
    assert signed_in(town, "caretaker").post(address(filing) + "review/", given).status_code == 403
    assert not Review.objects.exists()


def test_a_citizen_sees_verdict_and_office_of_what_is_public_and_no_more(town: Organisation, run) -> None:
    filing, by = run("public"), ensure_demo_member(town, "authority")
    sign_review(filing, "reserved", "Water authority", WORDS, by=by)
    page = Client().get(address(filing), headers={"accept-language": "en"}).content.decode()
    assert "Water authority" in page
    assert WORDS not in page
    assert str(by.name) not in page
    assert WORDS in signed_in(town.parent, "council").get(address(filing)).content.decode()


def test_a_later_word_of_the_office_stands_and_the_earlier_one_is_kept(town: Organisation, run) -> None:
    filing = run()
    authority, science = (ensure_demo_member(town, role) for role in ("authority", "science"))
    first = sign_review(filing, "question", "Water authority", WORDS, SOON, by=authority)
    sign_review(filing, "checked", "University", by=science)
    last = sign_review(filing, "checked", "water authority", by=authority)
    first.refresh_from_db()
    assert first.replaced_by == last
    assert first.text == WORDS
    assert [review.office for review in reviews_of(filing.record, authority)] == ["University", "water authority"]
    assert reviews_of(filing.record, authority, standing=False) == [first]
    assert "Earlier reviews" in signed_in(town, "council").get(address(filing)).content.decode()


def test_nobody_takes_the_place_of_another_duty_by_naming_its_office(town: Organisation, run) -> None:
    filing = run()
    sign_review(filing, "reserved", "Water authority", WORDS, by=ensure_demo_member(town, "authority"))
    sign_review(filing, "checked", "Water authority", by=ensure_demo_member(town, "science"))
    assert Review.objects.standing().count() == 2


def test_a_question_stands_in_the_day_of_the_caretaker_and_in_the_calendar(
    town: Organisation, run, other: Organisation
) -> None:
    sign_review(run(), "question", "Water authority", WORDS, SOON, by=ensure_demo_member(town, "authority"))
    client = signed_in(town, "caretaker")
    day = client.get("/today/").content.decode()
    assert "One thing within a week:" in day
    assert "Water authority" in day
    assert "Offices wait for an answer" in client.get("/dates/").content.decode()
    feed = client.get("/dates/").content.decode().partition('value="http://testserver')[2].partition('"')[0]
    calendar = client.get(feed).content.decode().replace("\r\n ", "")
    assert "Water authority: Run 7" in calendar
    assert f"{SOON:%Y%m%d}" in calendar
    assert "My notes with a date" in signed_in(town, "authority").get("/today/").content.decode()
    assert "Water authority" not in signed_in(other, "caretaker").get("/today/").content.decode()
    assert "Water authority" not in Client().get("/dates/").content.decode()


def test_the_paper_names_what_was_said_of_a_record_and_of_what_it_rests_on(
    town: Organisation, run, other: Organisation
) -> None:
    filing, by = run(), ensure_demo_member(town, "authority")
    scenario = Filing.objects.get(organisation=town, title="Rain")
    sign_review(filing, "reserved", "Water authority", WORDS, by=by)
    sign_review(scenario, "checked", "Water authority", by=by)
    digest = filing.record.digest
    with override("en"):
        said = sources_of({digest}, Review.objects.filter(filing__organisation=town))[digest]
    assert re.search(rf"Checked with reservations by Water authority on [^:;]+: {WORDS}", said)
    assert said.count("Water authority") == 2
    assert "Water authority" not in sources_of({digest}, Review.objects.filter(filing__organisation=other))[digest]


ANSWER = "It was opened in May; the run of June has it."


@pytest.fixture
def asked(town: Organisation, run) -> Review:
    by = ensure_demo_member(town, "authority")
    return sign_review(run(), "question", "Water authority", WORDS, SOON, by=by)


def answering(review: Review) -> str:
    return f"{address(review.filing)}answer/{review.pk}/"


def test_the_town_answers_and_the_question_is_open_no_longer(town: Organisation, asked: Review) -> None:
    client = signed_in(town, "caretaker")
    assert "One thing within a week:" in client.get("/today/").content.decode()
    page = client.get(address(asked.filing)).content.decode()
    assert "Open question of Water authority" in page
    assert "Answer Water authority" in page
    given = {"office": "Building office", "text": ANSWER}
    assert client.post(answering(asked), given).headers["Location"] == address(asked.filing)
    page = signed_in(town, "council").get(address(asked.filing)).content.decode()
    assert "Open question" not in page
    assert page.index(WORDS) < page.index("Answered by Building office") < page.index(ANSWER)
    assert "Nothing is due within a week." in client.get("/today/").content.decode()
    assert "Water authority" not in client.get("/dates/").content.decode()
    day = signed_in(town, "authority").get("/today/").content.decode()
    assert "Answers to my reviews" in day
    assert ANSWER in day
    assert not Review.objects.get().is_open
    assert AuditEvent.objects.filter(verb="answer review", organisation=town).count() == 1


def test_the_paper_prints_the_answer_beside_the_question(town: Organisation, asked: Review) -> None:
    digest = asked.filing.record.digest

    def said() -> str:
        with override("en"):
            return sources_of({digest}, Review.objects.filter(filing__organisation=town))[digest]

    assert "Open question of Water authority" in said()
    answer_review(asked, "Building office", ANSWER, by=ensure_demo_member(town, "caretaker"))
    assert re.search(rf"Question of Water authority, [^:;]+: {WORDS}; Answered by Building office on [^:]+: ", said())
    assert "Open" not in said()
    assert ANSWER in said()


@pytest.mark.parametrize("wrong", [{"text": " "}, {"office": ""}, {"text": "x" * 2001}])
def test_an_answer_without_its_parts_is_refused(town: Organisation, asked: Review, wrong: dict[str, str]) -> None:
    answer = signed_in(town, "caretaker").post(answering(asked), {"office": "Office", "text": ANSWER} | wrong)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert Review.objects.get().is_open
    for office, text in ((" ", ANSWER), ("Office", " ")):
        with pytest.raises(InputError, match="Please"):
            answer_review(asked, office, text, by=ensure_demo_member(town, "caretaker"))


@pytest.mark.parametrize("role", ROLES)
def test_only_who_edits_projects_answers_for_the_town(town: Organisation, asked: Review, role: str) -> None:
    status = signed_in(town, role).post(answering(asked), {"office": "Office", "text": ANSWER}).status_code
    allowed = EDIT_PROJECT in ROLES[role].may
    assert status == (302 if allowed else 403)
    assert ReviewAnswer.objects.exists() == allowed


def test_strangers_visitors_and_the_district_answer_nothing(
    town: Organisation, asked: Review, other: Organisation
) -> None:
    given = {"office": "Office", "text": ANSWER}
    assert signed_in(other, "caretaker").post(answering(asked), given).status_code == 404
    assert Client().post(answering(asked), given).status_code == 302
    Filing.objects.update(visibility="shared")
    assert signed_in(town.parent, "caretaker").post(answering(asked), given).status_code == 403
    elsewhere = file_record(evidence.record("judgement"), "Else", organisation=town)
    wrong = f"{address(elsewhere)}answer/{asked.pk}/"
    assert signed_in(town, "caretaker").post(wrong, given).status_code == 404
    with pytest.raises(PermissionDenied):
        answer_review(asked, "Office", ANSWER, by=ensure_demo_member(town, "authority"))
    assert not ReviewAnswer.objects.exists()


def test_what_asks_nothing_or_was_taken_up_again_is_not_answered(town: Organisation, asked: Review) -> None:
    by, authority = (ensure_demo_member(town, role) for role in ("caretaker", "authority"))
    last = sign_review(asked.filing, "checked", "Water authority", by=authority)
    with pytest.raises(StateError, match="signed again"):
        answer_review(asked, "Office", ANSWER, by=by)
    with pytest.raises(StateError, match="asked nothing"):
        answer_review(last, "Office", ANSWER, by=by)
    page = signed_in(town, "caretaker").get(address(asked.filing)).content.decode()
    assert "Answer Water authority" not in page
    assert "Open question" not in page


def test_a_citizen_sees_that_it_was_answered_and_no_words(town: Organisation, asked: Review) -> None:
    answer_review(asked, "Building office", ANSWER, by=ensure_demo_member(town, "caretaker"))
    Filing.objects.update(visibility="public")
    page = Client().get(address(asked.filing)).content.decode()
    assert "Building office" in page
    assert ANSWER not in page
