"""What is refused loses nothing of what was typed, and says at the field why."""

import pytest
from django.core.cache import cache
from tests.web.regions.conftest import regions_client

from hks.scenarios import succession
from hks.web.workshops import live, services
from hks.web.workshops.live import matrix_of
from hks.web.workshops.models import Factor, Picture, State, Workshop
from hks.workbench import live_paths

pytestmark = pytest.mark.django_db


def at(workshop: Workshop, tail: str = "") -> str:
    return f"/projects/{workshop.project.slug}/workshops/{workshop.pk}/{tail}"


def test_a_picture_without_a_name_keeps_its_story_and_its_mark(workshop: Workshop) -> None:
    client, keys = regions_client(workshop.project.organisation), matrix_of(workshop).keys([0, 0, 0])
    said = {"keep0": "on", "state0": keys, "name0": " ", "story0": "It began quietly.", "mark0": "crisis"}
    said |= {"state1": matrix_of(workshop).keys([1, 1, 1]), "name1": "Not ticked", "story1": "Another story."}
    page = client.post(at(workshop, "pictures/"), said).content.decode()
    assert "Please give this picture a name" in page
    for kept in ("It began quietly.", "Not ticked", "Another story.", '<option value="crisis" selected>'):
        assert kept in page
    assert page.count(" checked>") == 1
    page = client.post(at(workshop, "pictures/"), said | {"name0": "Quiet", "story0": "x" * 2100}).content.decode()
    assert "2100 signs" in page
    assert "x" * 2100 in page
    assert not Picture.objects.exists()


def test_a_picture_whose_way_is_gone_is_refused_with_its_text(workshop: Workshop) -> None:
    client, keys = regions_client(workshop.project.organisation), matrix_of(workshop).keys([0, 0, 0])
    services.take_away(Factor.objects.get(name="Bus"), by=None)
    said = {"keep0": "on", "state0": keys, "name0": "Quiet", "story0": "It began quietly."}
    page = client.post(at(workshop, "pictures/"), said).content.decode()
    assert "names a way that is gone" in page
    assert "It began quietly." in page
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name1": "HOURLY"}, "two to four different ways"),
        ({"name1": "", "sentence1": "Without a name."}, "A sentence without a name"),
        ({"sentence0": "s" * 301}, "301 signs"),
    ],
)
def test_refused_ways_stay_in_the_form(workshop: Workshop, change: dict[str, str], why: str) -> None:
    client, bus = regions_client(workshop.project.organisation), Factor.objects.get(name="Bus")
    said = {"name0": "hourly", "sentence0": "Every hour one.", "name1": "nightly", "sentence1": "Also at night."}
    page = client.post(at(workshop, f"states/{bus.pk}/"), said | change).content.decode()
    assert why in page
    assert all(text in page for text in (said | change).values())
    assert set(State.objects.filter(factor=bus, gone=False).values_list("name", flat=True)) == {"rare", "often"}


def test_refused_factors_and_cards_stay_in_the_form(workshop: Workshop) -> None:
    client = regions_client(workshop.project.organisation)
    services.type_cards(workshop, "Trains", by=None)
    many = "\n".join(f"Factor {n}" for n in range(services.MOST_FACTORS))
    page = client.post(at(workshop, "factors/"), {"name": "Trains", "names": many}).content.decode()
    assert "factors are too many" in page
    assert f"Factor {services.MOST_FACTORS - 1}" in page
    assert 'value="Trains" checked' in page
    cards = "\n".join(f"Card {n}" for n in range(services.MOST_CARDS))
    page = client.post(at(workshop, "cards/"), {"lines": cards}).content.decode()
    assert "cards can be kept" in page
    assert "Card 299" in page


def test_a_way_without_end_holds_neither_the_wall_nor_the_end_up(workshop: Workshop, monkeypatch) -> None:
    cache.clear()  # another test may have walked an equal matrix
    monkeypatch.setattr(succession, "MOST_STEPS", 0)
    for name in ("MOST_LIVE_STARTS", "MOST_FILED_STARTS"):
        monkeypatch.setattr(live_paths, name, 0)
    assert live.ways_to(workshop, matrix_of(workshop)) is None
    services.finish(workshop, by=None)
    workshop.refresh_from_db()
    assert workshop.finished
    assert workshop.solved is not None
    assert workshop.ways is None
