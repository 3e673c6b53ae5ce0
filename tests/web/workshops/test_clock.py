"""The clock of a step: the server's time, told everywhere, ending nothing and taking nobody's words."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.regions.conftest import regions_client
from tests.web.workshops.conftest import at_the_door, phone_in

from hks.web.workshops import phones, services
from hks.web.workshops.models import Card, Step, Workshop

pytestmark = pytest.mark.django_db


def at(workshop: Workshop, tail: str = "") -> str:
    return f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/{tail}"


def fresh(workshop: Workshop) -> Workshop:
    return Workshop.objects.get(pk=workshop.pk)


def test_wall_page_and_phone_tell_the_same_end_in_plain_words(workshop: Workshop) -> None:
    client, phone = regions_client(workshop.project.organisation), at_the_door(workshop)
    assert client.post(at(workshop, "clock/"), {"minutes": "10", "here": at(workshop, "cards/")}).url == at(
        workshop, "cards/"
    )
    ends = fresh(workshop).clock_ends
    assert ends is not None
    assert abs(ends - timezone.now() - datetime.timedelta(minutes=10)) < datetime.timedelta(seconds=30)
    pages = [client.get(at(workshop, "question/")), client.get(at(workshop, "screen/")), phone.get("/workshop/room/")]
    assert all("ends at" in page.content.decode() for page in pages)
    assert all(f'value="{int(ends.timestamp())}"' in page.content.decode() for page in pages)


def test_a_new_clock_reaches_a_phone_beside_what_is_being_typed(workshop: Workshop) -> None:
    services.show(workshop, Step.CARDS)
    phone = at_the_door(workshop)
    services.set_clock(workshop, 5)
    answer = phone.get("/workshop/room/now/", {"stage": "cards", "clock": ""})
    assert answer.headers["HX-Reswap"] == "none"
    assert 'id="clock" hx-swap-oob' in answer.content.decode()
    assert "<form" not in answer.content.decode()
    ends = fresh(workshop).clock_ends
    assert ends is not None
    assert phone.get("/workshop/room/now/", {"stage": "cards", "clock": int(ends.timestamp())}).status_code == 204


def test_the_clock_goes_with_the_step_and_never_blocks(workshop: Workshop) -> None:
    services.show(workshop, Step.CARDS)
    phone = phone_in(workshop)
    services.set_clock(workshop, 5)
    Workshop.objects.update(clock_started=timezone.now() - datetime.timedelta(hours=1))
    phones.write_card(phone, "Late, and taken")
    assert Card.objects.exists()
    assert fresh(workshop).seconds_left < 0
    services.show(workshop, Step.CARDS)
    assert fresh(workshop).clock_ends is not None
    services.show(workshop, Step.VOTES)
    assert fresh(workshop).clock_ends is None


@pytest.mark.parametrize("minutes", ["", "-1", "999", "x"])
def test_no_time_that_a_step_takes_is_refused(workshop: Workshop, minutes: str) -> None:
    client = regions_client(workshop.project.organisation)
    page = client.post(at(workshop, "clock/"), {"minutes": minutes}, follow=True).content.decode()
    assert "1 to 240 minutes" in page
    assert fresh(workshop).clock_ends is None
    assert Client().post(at(workshop, "clock/"), {"minutes": "5"}).status_code == 302
