"""A workshop of a project, and phones in its room."""

import pytest
from django.test import Client

from hks.web.projects.models import Project
from hks.web.workshops import phones, services
from hks.web.workshops.models import Factor, Participant, Section, Step, Workshop

WAYS = {"Jobs": ("few", "many"), "Homes": ("empty", "full"), "Bus": ("rare", "often")}


def begun(project: Project) -> Workshop:
    """Begin a workshop."""
    return services.begin(
        project, by=None, question="What may the centre be like?", horizon=2040, influence="A council paper."
    )


def with_ways(workshop: Workshop) -> dict[str, Factor]:
    """Choose three factors with two states each."""
    services.choose_factors(workshop, WAYS, by=None)
    factors = {factor.name: factor for factor in Factor.objects.filter(workshop=workshop)}
    for name, ways in WAYS.items():
        services.name_states(workshop, factors[name], [(way, "") for way in ways], by=None)
    return factors


@pytest.fixture
def workshop(pavilion: Project) -> Workshop:
    """Return a workshop with three factors."""
    row = begun(pavilion)
    with_ways(row)
    return Workshop.objects.get(pk=row.pk)


def asked(workshop: Workshop, source: str = "Jobs", target: str = "Homes") -> Section:
    """Ask the room about one section."""
    pair = [Factor.objects.get(workshop=workshop, name=name) for name in (source, target)]
    services.show(workshop, Step.JUDGEMENTS, source=pair[0], target=pair[1])
    return phones.section_of(workshop, *pair)


def phone_in(workshop: Workshop) -> Participant:
    """Let a phone in."""
    found = phones.known_phone(workshop, phones.come_in(workshop, ""))
    assert found is not None
    return found


def at_the_door(workshop: Workshop) -> Client:
    """Come in by the code, as a phone without an account does."""
    client = Client()
    client.cookies["hks_language"] = "en"
    page = client.post("/workshop/", {"code": workshop.code.lower()})
    assert "A council paper." in page.content.decode()
    assert client.post("/workshop/", {"code": workshop.code, "agreed": "1"}).url == "/workshop/room/"
    return client
