"""Streets and buildings in the water: filed with the run, public without a building, internal with each; a project."""

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.web.studies.test_rain import GROUND, PAGE, carried_out, loaded, said

from hks.web.accounts.models import Organisation
from hks.web.evidence.models import Filing, Record
from hks.web.evidence.services import outcome_of, verify
from hks.web.projects.models import Project, ProjectRecord
from hks.web.projects.services import begin_project
from hks.web.regions.grounds import grounds_of
from hks.web.studies.models import Outlook
from hks.web.studies.rain_streets import followed
from hks.workbench.spreadsheets import is_workbook

pytestmark = pytest.mark.django_db
BEGUN = {"stage": "develop", "field": "climate"}


def ran(client: Client, *, public: bool = False) -> Outlook:
    client.post(GROUND + "example/")
    return carried_out(client, scenario="extreme", **({"public": "on"} if public else {}))


def test_streets_are_public_and_buildings_are_not(zeitz: Organisation, client: Client) -> None:
    own = regions_client(zeitz)
    client.cookies["hks_language"] = "en"
    outlook = ran(own, public=True)
    streets, houses = followed(outlook, "rain-streets"), followed(outlook, "rain-damage")
    assert Filing.objects.get(record=streets).visibility == "public"
    assert Filing.objects.get(record=houses).visibility == "internal"
    assert all(row["buildings"] >= 5 for row in outcome_of(streets, "streets"))
    assert sum(row["buildings"] for row in outcome_of(streets, "streets")) == outcome_of(streets, "buildings") == 67
    address = f"{PAGE}{outlook.pk}/streets/"
    assert address in client.get(PAGE).content.decode()
    page = client.get(address).content.decode()
    for words in (
        "Linden Way",
        "Buildings by street",
        "Each row holds at least five buildings",
        "Water on the streets",
    ):
        assert words in page
    assert "Screening simulation: it replaces neither" in page
    assert "List of buildings" not in page
    assert houses.digest not in page
    for path in ("buildings.xlsx", "buildings.csv"):
        assert client.get(f"{PAGE}{outlook.pk}/{path}").status_code == 302  # to the login
    page = own.get(address).content.decode()
    assert "List of buildings" in page
    assert "internal" in page
    text = own.get(f"{PAGE}{outlook.pk}/buildings.csv").content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Building;Depth at the wall (m)")
    assert "Screening simulation" in text
    assert len([row for row in text.splitlines() if row.endswith(houses.digest)]) == 67
    assert is_workbook(own.get(f"{PAGE}{outlook.pk}/buildings.xlsx").content)
    assert verify().broken == []


def test_the_water_comes_and_goes_one_map_every_ten_minutes(zeitz: Organisation, client: Client) -> None:
    own = regions_client(zeitz)
    outlook = ran(own, public=True)
    record = outlook.filing.record
    frames, final = np.asarray(outcome_of(record, "frames")), np.asarray(outcome_of(record, "depth_final"))
    assert outcome_of(record, "frame_times_s") == [600.0 * n for n in range(1, 13)]
    assert (frames[-1] == np.searchsorted((0.05, 0.1, 0.5, 1.0), final, side="right")).all()
    greatest = np.searchsorted((0.05, 0.1, 0.5, 1.0), np.asarray(outcome_of(record, "depth_max")), side="right")
    assert (frames.max(axis=0) <= greatest).all()
    address = f"{PAGE}{outlook.pk}/moments/"
    page = client.get(address).content.decode()
    assert page.count("<figure") == 12
    assert client.get(address + "0.png").content[:4] == b"\x89PNG"
    assert client.get(address + "12.png").status_code == 404
    assert client.get(f"{PAGE}999/moments/").status_code == 404


def test_a_stranger_of_another_town_finds_neither(zeitz: Organisation) -> None:
    outlook = ran(regions_client(zeitz))
    other = Organisation.objects.create(slug="aue", name="Aue", kind="town", ags="14521020", land="SN")
    stranger = regions_client(other)
    for path in ("streets/", "buildings.xlsx"):
        assert stranger.get(f"{PAGE}{outlook.pk}/{path}").status_code == 404
    assert stranger.post(f"{PAGE}{outlook.pk}/streets/affected/").status_code == 404


def test_chosen_streets_become_people_affected_in_a_project(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    outlook = ran(client)
    project = begin_project(zeitz, by=None, title="Wasser im Lindenweg", field="climate")
    streets = followed(outlook, "rain-streets")
    wet = [str(n) for n, row in enumerate(outcome_of(streets, "streets")) if row["name"] and row["wet"]]
    assert wet
    address = f"{PAGE}{outlook.pk}/streets/affected/"
    answer = client.post(address, {"project": project.slug, "streets": wet})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    groups = list(Project.objects.get(pk=project.pk).groups.values_list("name", flat=True))
    assert len(groups) == len(wet)
    assert all(name.startswith("Residents of") and "buildings in the water" in name for name in groups)
    filed = ProjectRecord.objects.filter(project=project).latest("pk").filing.record
    assert filed.as_record.parents == {"streets": streets.digest}
    count = sum(row["wet"] for row in outcome_of(streets, "streets") if row["name"])
    assert outcome_of(filed, "affected_buildings") == count
    assert (
        "stand in the project already"
        in client.post(address, {"project": project.slug, "streets": wet}).content.decode()
    )
    assert client.post(address, {"project": project.slug}).status_code == 200
    assert client.post(address, {"project": "none", "streets": wet}).status_code == 200
    assert verify().broken == []


def test_streets_are_loaded_from_a_file_and_without_them_blocks_count(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    outlook = ran(client)
    client.post(f"/regions/15084590/datasets/{grounds_of(zeitz)['streets'].pk}/undo/")
    outlook = carried_out(client)
    assert outcome_of(followed(outlook, "rain-streets"), "by") == "block"
    page = client.get(f"{PAGE}{outlook.pk}/streets/").content.decode()
    assert "Buildings by block of 100 m" in page
    assert "Water on the streets" not in page
    bad = SimpleUploadedFile("s.geojson", b'{"features": []}')
    assert "No line in the file has a name" in client.post(GROUND, said(kind="streets", file=bad)).content.decode()


def test_without_buildings_nothing_is_told_by_street(zeitz: Organisation) -> None:
    client, before = regions_client(zeitz), Record.objects.count()
    loaded(client)
    outlook = carried_out(client)
    assert Record.objects.count() == before + 3
    assert client.get(f"{PAGE}{outlook.pk}/streets/").status_code == 404
    assert "Streets and buildings in the water" not in client.get(PAGE).content.decode()
