"""Act and learn: measure, reflect, write the lesson, close; a stranger sees what is public only."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.evaluation.test_before_after import ROWS
from tests.web.regions.conftest import regions_client

from hks.web.accounts.models import Organisation
from hks.web.decisions.services import record_decision
from hks.web.evidence.services import chain, figure_of, verify
from hks.web.labs.models import Measured
from hks.web.labs.views import told
from hks.web.projects.models import Project
from hks.web.projects.services import set_visibility

pytestmark = pytest.mark.django_db


def csv(text: str = "Datum;Wert;Phase\n" + ROWS) -> SimpleUploadedFile:
    return SimpleUploadedFile("m.csv", text.encode())


def test_a_project_is_measured_reflected_and_closed(pavilion: Project) -> None:
    client, base = regions_client(pavilion.organisation), f"/projects/{pavilion.slug}/act/"
    assert client.post(f"{base}measure/", {"what": "Heat", "unit": "°C", "file": csv()}).status_code == 302
    for _value, cited in told(Measured.objects.get())["figures"].values():
        assert isinstance(figure_of(cited)[0], float)
    assert [link.kind for link in chain(Measured.objects.get().filing.record)] == ["computation", "measurement"]
    client.post(f"{base}reflect/", {"side": "town", "text": "Ask earlier."})
    client.post(f"{base}close/")
    assert not Project.objects.get().closed
    client.post(f"{base}lesson/", {"text": "Ask first.", "carried_on_by": "Association", "offered": "on"})
    record_decision(pavilion, by=None, outcome="adopted", day="2027-03-01")
    client.post(f"{base}close/")
    assert Project.objects.get().closed
    page = client.get(base).content.decode()
    assert "Ask earlier." in page
    assert "clearly larger" in page
    assert verify().broken == []


@pytest.mark.parametrize("text", ["", "x", "date,value,phase\n2026-05-01,1,before\n", "date,value,phase\nx,1,before\n"])
def test_a_wrong_table_is_refused_with_its_row(pavilion: Project, text: str) -> None:
    client = regions_client(pavilion.organisation)
    sent = {"what": "Heat", "unit": "°C", "file": csv(text)}
    assert "Please correct this first" in client.post(f"/projects/{pavilion.slug}/act/measure/", sent).content.decode()
    assert not Measured.objects.exists()


def test_a_lesson_is_offered_only_by_a_public_project(pavilion: Project) -> None:
    client = regions_client(pavilion.organisation)
    said = {"text": "Ask first.", "carried_on_by": "Association", "offered": "on"}
    client.post(f"/projects/{pavilion.slug}/act/lesson/", said)
    assert "Ask first." not in Client().get("/lessons/").content.decode()
    set_visibility(pavilion, "public", by=None)
    assert "Ask first." in Client().get("/lessons/").content.decode()


@pytest.mark.parametrize("page", ["measure/", "reflect/", "lesson/", "close/"])
def test_strangers_find_nothing_and_the_council_only_reads(pavilion: Project, other: Organisation, page: str) -> None:
    base = f"/projects/{pavilion.slug}/act/"
    assert Client().get(base).status_code == 404
    assert regions_client(other).post(base + page).status_code == 404
    council = regions_client(pavilion.organisation, "council")
    assert council.get(base).status_code == 200
    assert council.post(base + page).status_code == 403
