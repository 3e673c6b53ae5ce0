"""Who comes in, who is closed out, who is known again, and how much one phone may send."""

import datetime
import re
import time
from unittest.mock import patch

import pytest
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.web.workshops.conftest import asked, at_the_door

from hks.web.accounts.models import Organisation
from hks.web.workshops import phones, services
from hks.web.workshops.models import Card, Dot, Participant, Step, Voice, Workshop

pytestmark = pytest.mark.django_db
HOURS = 3600


def at(workshop: Workshop, tail: str = "") -> str:
    return f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/{tail}"


def fresh(workshop: Workshop) -> Workshop:
    return Workshop.objects.get(pk=workshop.pk)


def test_a_phone_that_is_closed_out_says_nothing_more_and_counts_no_more(workshop: Workshop) -> None:
    client, phone, other = regions_client(workshop.project.organisation), at_the_door(workshop), at_the_door(workshop)
    services.show(workshop, Step.CARDS)
    phone.post("/workshop/room/card/", {"text": "An insult"})
    other.post("/workshop/room/card/", {"text": "Trains"})
    services.show(workshop, Step.VOTES)
    phone.post("/workshop/room/dots/", {"card": Card.objects.get(text="Trains").pk})
    section = asked(workshop)
    phone.post("/workshop/room/judgements/", dict.fromkeys(phones.cell_names(section), "3"))
    page = client.post(at(workshop, f"cards/{Card.objects.get(text='An insult').pk}/close-out/"), follow=True)
    assert "closed out" in page.content.decode()
    assert list(Card.objects.filter(gone=False).values_list("text", flat=True)) == ["Trains"]
    assert not Dot.objects.exists()
    assert not Voice.objects.exists()
    assert "takes part no more" in phone.get("/workshop/room/now/?stage=question").content.decode()
    phone.post("/workshop/room/judgements/", dict.fromkeys(phones.cell_names(section), "3"))
    assert not Voice.objects.exists()
    assert "closed this phone out" in phone.post("/workshop/", {"code": workshop.code, "agreed": "1"}).content.decode()
    assert phones.phones_today(workshop) == 1
    row = Participant.objects.get(out=False)
    client.post(at(workshop, f"phones/{row.pk}/close-out/"))
    assert phones.phones_today(workshop) == 0


def test_an_old_code_is_refused_with_a_sentence_and_the_new_one_lets_in(workshop: Workshop) -> None:
    client, inside = regions_client(workshop.project.organisation), at_the_door(workshop)
    old = workshop.code
    client.post(at(workshop, "code/"))
    new = fresh(workshop)
    assert new.code != old
    door = Client()
    door.cookies["hks_language"] = "en"
    assert "no longer valid" in door.post("/workshop/", {"code": old, "agreed": "1"}).content.decode()
    assert "You are in the room" in inside.get("/workshop/room/").content.decode()
    at_the_door(new)
    assert workshop.participants.count() == 2
    Workshop.objects.filter(pk=workshop.pk).update(former_codes=" ".join(["AAA-AAA"] * services.MOST_CODES))
    page = client.post(at(workshop, "code/"), follow=True).content.decode()
    assert "that is enough" in page
    services.finish(workshop, by=None)
    assert fresh(workshop).former_codes == ""
    assert "No workshop is running" in door.post("/workshop/", {"code": old}).content.decode()


def test_only_who_asked_is_known_again_after_twelve_hours(workshop: Workshop) -> None:
    now = time.time()
    short = at_the_door(workshop)
    long = Client()
    long.cookies["hks_language"] = "en"
    long.post("/workshop/", {"code": workshop.code, "agreed": "1", "remember": "on"})
    assert long.cookies["hks_workshop"]["max-age"] == 30 * 24 * HOURS
    assert short.cookies["hks_workshop"]["max-age"] == 12 * HOURS
    with patch("django.core.signing.time.time", return_value=now + 13 * HOURS):
        assert "You are in the room" in long.get("/workshop/room/").content.decode()
        assert short.get("/workshop/room/").url == "/workshop/"
        Workshop.objects.update(at=workshop.at - datetime.timedelta(hours=13))
        assert (
            "forgets a phone after twelve hours" in short.post("/workshop/", {"code": workshop.code}).content.decode()
        )
        assert "come in as who you were" in long.post("/workshop/", {"code": workshop.code}).content.decode()
    with patch("django.core.signing.time.time", return_value=now + 31 * 24 * HOURS):
        assert long.get("/workshop/room/").url == "/workshop/"


def test_one_phone_may_send_so_much_of_every_kind_and_others_go_on(workshop: Workshop) -> None:
    phone, other = at_the_door(workshop), at_the_door(workshop)
    section = asked(workshop)
    cells = dict.fromkeys(phones.cell_names(section), "1")
    for _ in range(phones.MOST_OFTEN):
        phone.post("/workshop/room/judgements/", cells)
    services.show(workshop, Step.CARDS)
    refused = phone.post("/workshop/room/card/", {"text": "Too fast"}, follow=True).content.decode()
    assert "Please wait 2 minutes" in refused
    other.post("/workshop/room/card/", {"text": "Trains"})
    assert Card.objects.get().text == "Trains"


def test_strangers_close_nobody_out_and_change_no_code(workshop: Workshop, other: Organisation) -> None:
    at_the_door(workshop)
    row = Participant.objects.get()
    for client, status in ((Client(), 302), (regions_client(other), 404)):
        for tail in ("code/", f"phones/{row.pk}/close-out/", "cards/1/close-out/"):
            assert client.post(at(workshop, tail)).status_code == status
    assert fresh(workshop).code == workshop.code
    assert not Participant.objects.filter(out=True).exists()


def test_who_taps_twice_to_take_part_is_one_phone(workshop: Workshop) -> None:
    page = Client().post("/workshop/", {"code": workshop.code}).content.decode()
    fresh = re.search(r'name="fresh" value="([^"]+)"', page)[1]
    for _ in range(2):  # the second tap is sent before the first answer brought the cookie
        assert Client().post("/workshop/", {"code": workshop.code, "agreed": "1", "fresh": fresh}).status_code == 302
    assert Participant.objects.count() == 1
    phones.close_out(workshop, Participant.objects.get(), by=None)
    said = {"code": workshop.code, "agreed": "1", "fresh": fresh}
    assert Client().post("/workshop/", said).status_code == 200
    assert Client().post("/workshop/", said | {"fresh": "made up"}).status_code == 302
    assert Participant.objects.count() == 2
