"""Dates: seen by those they concern, entered by those who may, and brought to everyone's own calendar."""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from hks.core.errors import StateError
from hks.web.accounts.models import Membership, Organisation, User
from hks.web.accounts.services import ensure_demo_member, erase_user
from hks.web.evidence.models import AuditEvent
from hks.web.regions import services
from hks.web.regions.models import CalendarDate

pytestmark = pytest.mark.django_db
SOON = timezone.localdate() + datetime.timedelta(days=10)
GIVEN = {"organisation": "a", "kind": "council", "title": "Stadtrat, öffentlich", "starts": SOON.isoformat(), "ends": "",
         "source": "Sitzungskalender"}  # fmt: skip


@pytest.fixture
def town() -> Organisation:
    return Organisation.objects.create(slug="a", name="Stadt A", kind="town", ags="15084590", land="ST")


@pytest.fixture
def other() -> Organisation:
    return Organisation.objects.create(slug="b", name="Stadt B", kind="town", ags="14730110", land="SN")


def signed_in(place: Organisation, role: str = "caretaker") -> Client:
    client = Client()
    client.force_login(ensure_demo_member(place, role))
    client.cookies["hks_language"] = "en"
    return client


def feed_of(client: Client) -> str:
    return re.search(r'value="(http[^"]+hks\.ics)"', client.get("/dates/").content.decode())[1].partition("testserver")[
        2
    ]


def test_who_may_bring_in_data_enters_a_date_and_takes_it_out(town: Organisation) -> None:
    client = signed_in(town)
    assert client.post("/dates/", GIVEN).status_code == 302
    date = CalendarDate.objects.get()
    assert (date.organisation, date.verified) == (town, False)
    page = client.get("/dates/").content.decode()
    assert "Stadtrat, öffentlich" in page
    assert "to be checked" in page
    assert client.post(f"/dates/{date.pk}/remove/").status_code == 302
    assert not CalendarDate.objects.exists()
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["enter date", "remove date"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"ends": (SOON - datetime.timedelta(days=1)).isoformat()}, "The end lies before the beginning."),
        ({"starts": "31.12.2026"}, "Enter a valid date"),
        ({"starts": "0001-01-01"}, "1900-01-01"),
        ({"ends": "9999-12-31"}, "2199-12-31"),
        ({"organisation": "b"}, "Select a valid choice"),
        ({"kind": "party"}, "Select a valid choice"),
        ({"title": " "}, "required"),
    ],
)
def test_a_wrong_date_is_refused_with_a_sentence(
    town: Organisation, other: Organisation, change: dict, told: str
) -> None:
    answer = signed_in(town).post("/dates/", {**GIVEN, **change})
    assert told in answer.content.decode()
    assert not CalendarDate.objects.exists()


def test_others_see_and_change_nothing(town: Organisation, other: Organisation, client: Client) -> None:
    signed_in(town).post("/dates/", GIVEN)
    date = CalendarDate.objects.get()
    for stranger in (client, signed_in(other), signed_in(other, "council")):
        assert "Stadtrat, öffentlich" not in stranger.get("/dates/").content.decode()
    assert client.post(f"/dates/{date.pk}/remove/").status_code == 302
    assert signed_in(other).post(f"/dates/{date.pk}/remove/").status_code == 404
    council = signed_in(town, "council")
    assert "Enter the date" not in council.get("/dates/").content.decode()
    council.post("/dates/", {**GIVEN, "title": "Other"})
    assert council.post(f"/dates/{date.pk}/remove/").status_code == 403
    assert list(CalendarDate.objects.values_list("title", flat=True)) == ["Stadtrat, öffentlich"]
    with pytest.raises(PermissionDenied):
        services.remove_date(date, by=ensure_demo_member(other, "caretaker"))


def test_a_date_of_a_land_is_public_stays_and_is_shown_where_it_applies(
    town: Organisation, other: Organisation, client: Client
) -> None:
    services.enter_date("season", "Ferien ST", SOON, land="ST")
    services.enter_date("season", "Ferien alt", SOON - datetime.timedelta(days=60), land="ST")
    page = client.get("/dates/").content.decode()
    assert "Ferien ST" in page
    assert "Ferien alt" not in page
    assert "Ferien ST" in signed_in(town).get("/dates/").content.decode()
    assert "Ferien ST" not in signed_in(other).get("/dates/").content.decode()
    date = CalendarDate.objects.first()
    assert signed_in(town).post(f"/dates/{date.pk}/remove/").status_code == 404
    with pytest.raises(StateError, match="belongs to the Land"):
        services.remove_date(date, by=ensure_demo_member(town, "caretaker"))


def test_a_calendar_reads_what_its_owner_may_see_today(town: Organisation, other: Organisation, client: Client) -> None:
    caretaker = signed_in(town)
    caretaker.post("/dates/", GIVEN)
    address = feed_of(caretaker)
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode().replace("\r\n ", "")
    assert "SUMMARY:Stadtrat\\, öffentlich" in text
    assert f"DTSTART;VALUE=DATE:{SOON:%Y%m%d}" in text
    assert "DESCRIPTION:Stadt A\\nSitzungskalender\\nzu prüfen" in text  # the owner's language, not the reader's
    assert "BEGIN:VEVENT" not in client.get(feed_of(signed_in(other))).content.decode()
    Membership.objects.filter(organisation=town).update(until=timezone.localdate())
    assert "BEGIN:VEVENT" not in client.get(address).content.decode()


def test_an_address_that_is_not_the_owners_opens_nothing(town: Organisation, client: Client) -> None:
    caretaker = signed_in(town)
    address = feed_of(caretaker)
    user = User.objects.get()
    council = ensure_demo_member(town, "council")
    assert client.get(address.replace(f"/{user.pk}/", f"/{council.pk}/")).status_code == 404
    assert (
        client.get(address.replace("/hks.ics", "").rstrip("0123456789abcdef") + "0" * 64 + "/hks.ics").status_code
        == 404
    )
    assert client.get(f"/dates/feed/{user.pk}/x/hks.ics").status_code == 404
    user.set_password("a new and long sentence")
    user.save()
    assert client.get(address).status_code == 404
    erase_user(user)
    assert client.get(address).status_code == 404
