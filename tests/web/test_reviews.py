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
from hks.core.errors import InputError
from hks.web.accounts.models import Organisation
from hks.web.accounts.roles import REVIEW, ROLES
from hks.web.accounts.services import ensure_demo_member
from hks.web.decisions.papers import sources_of
from hks.web.evidence.models import AuditEvent, Filing, Review
from hks.web.evidence.reviews import duty_of, reviewable, reviews_of, sign_review
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
