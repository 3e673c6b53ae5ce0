"""The demo itself: what it rests on, and from the beginning again; outside the demo neither exists."""

import shutil

import pytest
from django.test import Client

from hks.web.accounts.models import Organisation
from hks.web.evidence.services import verify
from hks.web.projects.models import Project
from hks.web.stories.play import play


@pytest.fixture
def folders(settings, tmp_path):
    shutil.copytree(settings.FILES_DIR, tmp_path / "files")  # a reset empties the folder
    settings.DATA_DIR, settings.FILES_DIR, settings.DEMO = tmp_path, tmp_path / "files", True
    return tmp_path


def test_outside_the_demo_neither_page_exists(db: None, settings) -> None:
    settings.DEMO = False
    assert Client().get("/demo/basis/").status_code == 404
    assert Client().post("/demo/reset/").status_code == 404


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_reset_brings_the_stories_back_and_takes_what_was_tried_out(folders, monkeypatch) -> None:
    monkeypatch.setattr("hks.web.studies.services.DRAWS", 30)
    monkeypatch.setattr("hks.web.studies.outlooks.DRAWS", 30)
    monkeypatch.setattr("hks.demography.sensitivity.DRAWS", 20)
    (told,) = play("aue-bad-schlema", folders)
    Project.objects.filter(slug=told["project"]).update(title="Spoiled")
    Organisation.objects.create(slug="tried", name="Tried out", kind="town")
    client = Client()
    client.cookies["hks_language"] = "en"
    answer = client.post("/demo/reset/", follow=True)
    assert "The demo stands as at the beginning." in answer.content.decode()
    assert "work the condition “ab 22 Uhr Ruhe ist” in" in answer.content.decode()
    towns = set(Project.objects.values_list("organisation__slug", flat=True))
    assert towns == {"zeitz", "aue-bad-schlema", "eilenburg", "nordsachsen"}
    assert not Project.objects.filter(title="Spoiled").exists()
    assert not Organisation.objects.filter(slug="tried").exists()
    basis = client.get("/demo/basis/").content.decode()
    official, second_hand = basis.split("What comes from second hand")
    assert "12411-0018" in official
    assert "mz.de" in second_hand
    assert "mz.de" not in official
    titles = ("Pavillon am Südplatz", "Haben wir genug Hände", "3.000 m² Chemiewerk", "Kleinspeicher")
    assert all(title in basis for title in titles)
    assert "Freie Presse" in basis.split("What is invented")[1]
    start = client.get("/").content.decode()
    assert "Pavillon am Südplatz" in start.split("Further projects")[0]
    assert "Haben wir genug Hände und Köpfe?" in start.split("Further projects")[1]
    assert verify().broken == []
    assert Client().get("/demo/reset/").status_code == 405
