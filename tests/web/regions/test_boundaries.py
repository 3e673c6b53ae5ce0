"""Boundaries for the map: seen first, filed as outlines, undone again, and closed to others; all are invented."""

import sqlite3
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.adapters.geopackages import geopackage, invented_file
from tests.web.regions.conftest import regions_client

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.models import Record, StoredFile
from hks.web.evidence.services import outcome_of, verify
from hks.web.regions import boundary_views
from hks.web.regions.models import Dataset, Municipality, PendingImport
from hks.web.regions.outlines import load_from_terminal, loaded

pytestmark = pytest.mark.django_db
ADDRESS, COMPARE = "/regions/boundaries/", "/regions/compare/"


@pytest.fixture
def vg250(zeitz: Organisation, tmp_path: Path) -> bytes:
    """Return a file with all districts but one, and one that hks has no figures of."""
    units = dict(Municipality.objects.filter(level="district").exclude(ags="15088").values_list("ags", "name"))
    return invented_file(tmp_path / "vg250.gpkg", {**units, "14999": "Nirgends"}, size=60).read_bytes()


def send(client: Client, data: bytes, place: Organisation, **changed: object):
    given = {"file": SimpleUploadedFile("DE_VG250.gpkg", data), "key_date": "2023-12-31", "year": "2024",
             "organisation": place.pk, **changed}  # fmt: skip
    return client.post(ADDRESS, given)


def test_boundaries_are_seen_first_then_drawn_and_undone(zeitz: Organisation, vg250: bytes) -> None:
    client = regions_client(zeitz, "coordinator")
    before = Record.objects.count()
    place = send(client, vg250, zeitz).headers["Location"]
    shown = client.get(place).content.decode()
    for said in (
        "DE_VG250.gpkg",
        "vg250_krs",
        "EPSG:25832",
        "© GeoBasis-DE / BKG (2024)",
        "dl-de/by-2-0",
        "to be checked",
    ):
        assert said in shown
    assert Record.objects.count() == before
    assert client.post(place + "confirm/").headers["Location"] == COMPARE
    assert not PendingImport.objects.exists()
    assert Record.objects.count() == before + 2  # the file by its check sum, the outlines
    text = client.get(COMPARE).content.decode()
    assert text.count('class="area') - text.count("<rect class") == 27
    assert "© GeoBasis-DE / BKG (2024), dl-de/by-2-0" in text
    assert "12/31/2023" in text
    assert 'aria-label="Nirgends: no data"' in text
    assert "/regions/14999/" not in text
    assert "Not on the map, because the boundaries do not know them: Saalekreis" in text
    assert verify().broken == []
    dataset = Dataset.objects.get(kind="boundaries")
    assert (dataset.table, dataset.crs, dataset.key_date, dataset.rows) == ("VG250", "EPSG:25832", "2023-12-31", 27)
    assert client.get(f"/evidence/{dataset.filing.record.digest}/").status_code == 200
    assert f"/regions/boundaries/{dataset.pk}/undo/" in client.get("/regions/data/").content.decode()
    client.post(f"/regions/boundaries/{dataset.pk}/undo/")
    assert 'class="map"' not in client.get(COMPARE).content.decode()
    assert verify().broken == []


def test_the_file_itself_is_not_kept(zeitz: Organisation, vg250: bytes) -> None:
    client = regions_client(zeitz, "coordinator")
    client.post(send(client, vg250, zeitz).headers["Location"] + "confirm/")
    dataset = Dataset.objects.get(kind="boundaries")
    assert sum(StoredFile.objects.filter(record=dataset.filing.record).values_list("bytes", flat=True)) < len(vg250)
    assert dataset.file.record.files.count() == 0
    assert set(outcome_of(dataset.filing.record, "district")) >= {"15084", "14999"}


def test_the_same_boundaries_again_are_one_dataset_and_come_back_after_an_undo(
    zeitz: Organisation, vg250: bytes
) -> None:
    client = regions_client(zeitz, "admin")
    for _ in range(2):
        client.post(send(client, vg250, zeitz).headers["Location"] + "confirm/")
        dataset = Dataset.objects.get(kind="boundaries")
        client.post(f"/regions/boundaries/{dataset.pk}/undo/")
    client.post(send(client, vg250, zeitz).headers["Location"] + "confirm/")
    assert 'class="map"' in client.get(COMPARE).content.decode()


def test_who_may_load_boundaries(zeitz: Organisation, other: Organisation, vg250: bytes) -> None:
    assert Client().get(ADDRESS).status_code == 302
    assert Client().post(ADDRESS, {}).status_code == 302
    for role in ("council", "treasurer", "association"):
        assert regions_client(zeitz, role).get(ADDRESS).status_code == 403
        assert send(regions_client(zeitz, role), vg250, zeitz).status_code == 403
    for role in ("caretaker", "coordinator", "admin"):
        assert regions_client(zeitz, role).get(ADDRESS).status_code == 200
    assert b"errorlist" in send(regions_client(other), vg250, zeitz).content  # not for another town
    place = send(regions_client(zeitz), vg250, zeitz).headers["Location"]
    assert regions_client(other).get(place).status_code == 404
    assert regions_client(other).post(place + "confirm/").status_code == 404
    assert regions_client(zeitz, "council").post(place + "confirm/").status_code == 403
    assert regions_client(zeitz).get(place + "confirm/").status_code == 405
    assert regions_client(zeitz).get(f"/regions/15084590/upload/{place.split('/')[-2]}/").status_code == 400
    regions_client(zeitz).post(place + "confirm/")
    dataset = Dataset.objects.get(kind="boundaries")
    undo = f"/regions/boundaries/{dataset.pk}/undo/"
    assert regions_client(other).post(undo).status_code == 404
    assert regions_client(zeitz, "treasurer").post(undo).status_code == 403
    for stranger in (Client(), regions_client(other)):
        assert b'class="map"' not in stranger.get(COMPARE).content
        assert stranger.get(f"/evidence/{dataset.filing.record.digest}/").status_code == 404


def test_a_form_from_elsewhere_is_refused_although_the_body_is_read_late(zeitz: Organisation, vg250: bytes) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ensure_demo_member(zeitz, "caretaker"))
    assert send(strict, vg250, zeitz).status_code == 403
    assert not PendingImport.objects.exists()


def test_a_table_is_no_boundary_and_the_other_way_round(zeitz: Organisation) -> None:
    pending = PendingImport.objects.create(
        organisation=zeitz, name="a.csv", data=b"ags;day", by=ensure_demo_member(zeitz, "caretaker")
    )
    assert regions_client(zeitz).get(f"/regions/boundaries/{pending.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("data", "changed", "said"),
    [
        (b"", {}, "errorlist"),
        (b"<OGRVRTDataSource/>", {}, "no GeoPackage"),
        (b"PK\x03\x04", {}, "unpack it"),
        (None, {"key_date": "2025-01-01"}, "lies after the year"),
        (None, {"key_date": "soon"}, "errorlist"),
        (None, {"year": "1"}, "errorlist"),
    ],
)
def test_a_wrong_file_or_date_is_a_sentence(data, changed: dict, said: str, zeitz: Organisation, vg250: bytes) -> None:
    answer = send(regions_client(zeitz), vg250 if data is None else data, zeitz, **changed)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not PendingImport.objects.exists()


def test_names_from_the_file_become_no_markup(zeitz: Organisation, tmp_path: Path) -> None:
    path = invented_file(tmp_path / "a.gpkg", {"14730": "<script>alert(1)</script>", "15084": "B"})
    client = regions_client(zeitz)
    place = send(client, path.read_bytes(), zeitz).headers["Location"]
    assert b"<script>alert" not in client.get(place).content
    client.post(place + "confirm/")
    assert b"<script>alert" not in client.get(COMPARE).content


def test_a_request_larger_than_the_largest_file_is_refused(
    zeitz: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boundary_views.LargeFile, "largest", 1000)
    assert send(regions_client(zeitz), bytes(5000), zeitz).status_code in {400, 413}


def test_the_newest_boundaries_of_a_level_are_drawn(zeitz: Organisation, tmp_path: Path) -> None:
    import datetime

    older = invented_file(tmp_path / "a.gpkg", {"14730": "Old", "15084": "B"})
    load_from_terminal(older, datetime.date(2020, 12, 31), 2021)
    newer = invented_file(tmp_path / "b.gpkg", {"14730": "New", "15084": "B"})
    load_from_terminal(newer, datetime.date(2023, 12, 31), 2024)
    land = invented_file(tmp_path / "c.gpkg", {"14": "Sachsen", "15": "Sachsen-Anhalt"}, layer="vg250_lan")
    load_from_terminal(land, datetime.date(2025, 1, 1), 2025)
    found = loaded("district", None)
    assert found is not None
    assert found.outlines["14730"]["name"] == "New"
    assert found.attribution == "© GeoBasis-DE / BKG (2024)"
    assert loaded("town", None) is None
    assert b'class="map"' in Client().get(f"{COMPARE}?level=land").content


def test_a_damaged_database_reaches_no_one(zeitz: Organisation, tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", {"vg250_krs": []})
    base = sqlite3.connect(path)
    base.execute("DROP TABLE gpkg_geometry_columns")
    base.commit()
    base.close()
    assert "damaged" in send(regions_client(zeitz), path.read_bytes(), zeitz).content.decode()
