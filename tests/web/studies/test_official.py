"""A result beside the official map: loaded, compared, drawn; refused in a sentence; unseen by everyone else."""

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.regions.conftest import regions_client
from tests.web.studies.test_rain import GROUND, PAGE, bowl, carried_out, loaded, pixels_of, said

from hks.adapters.terrain import write_tiff
from hks.climate.grid import Grid
from hks.web.accounts.models import Organisation
from hks.web.evidence.services import outcome_of, verify
from hks.web.jobs.models import Job
from hks.web.jobs.services import carry_out, claim
from hks.web.studies.models import Outlook
from hks.web.studies.official import compute_comparison
from hks.web.studies.rain_streets import followed

pytestmark = pytest.mark.django_db
CLASSES = {"unit": "classes", "legend": "0=0; 2=0,1; 3=0,5", "gaps": "dry"}


def official_file() -> SimpleUploadedFile:
    ground = bowl()
    codes = np.zeros((10, 10))
    codes[3:7, 5:] = 2.0
    codes[0, 0] = 3.0
    return SimpleUploadedFile("karte.tif", write_tiff(Grid(codes, 8.0, ground.west, ground.south, ground.crs)))


def compared(client: Client) -> tuple[Outlook, str]:
    loaded(client)
    loaded(client, kind="hazard_map", publisher="BKG", product="Hinweiskarte", file=official_file())
    outlook = carried_out(client, scenario="extreme", public="on")
    page = f"{PAGE}{outlook.pk}/official/"
    assert page in client.get(PAGE).content.decode()
    assert client.post(page + "order/", CLASSES).headers["Location"] == page
    claimed = claim(Job.objects.latest("pk").pk)
    assert claimed is not None
    carry_out(claimed, compute_comparison)
    return outlook, page


def test_both_maps_are_set_side_by_side_with_what_differs(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    outlook, page = compared(client)
    found = followed(outlook, "rain-compare")
    area = outcome_of(found, "area_m2")
    assert sum(area.values()) == outcome_of(found, "compared_m2") == 6400.0
    assert area["both"] + area["official"] == 21 * 64
    assert set(found.as_record.parents) == {"result", "official"}
    text = client.get(page).content.decode()
    for words in ("only in the official map", "Agreement (CSI)", "Only a comparison", "Screening simulation", "BKG"):
        assert words in text
    pictures = [pixels_of(client.get(f"{page}{name}.png").content) for name in ("ours", "official", "agreement")]
    assert len({picture.tobytes() for picture in pictures}) == 3
    assert client.get(page + "other.png").status_code == 404
    assert verify().broken == []


def test_what_cannot_be_is_refused_in_a_sentence(zeitz: Organisation) -> None:
    client = regions_client(zeitz)
    loaded(client)
    outlook = carried_out(client)
    page = f"{PAGE}{outlook.pk}/official/"
    assert page not in client.get(PAGE).content.decode()
    assert "Please load the official map first." in client.post(page + "order/", CLASSES).content.decode()
    empty = SimpleUploadedFile("karte.tif", write_tiff(Grid(np.full((4, 4), np.nan), 8.0)))
    assert "holds no value at all" in client.post(GROUND, said(kind="hazard_map", file=empty)).content.decode()
    loaded(client, kind="hazard_map", file=official_file())
    assert "must be a class" in client.post(page + "order/", {**CLASSES, "legend": "zwei"}).content.decode()
    assert "needs its legend" in client.post(page + "order/", {**CLASSES, "legend": ""}).content.decode()


def test_who_has_the_same_run_sees_a_comparison_of_their_own_only(zeitz: Organisation) -> None:
    outlook, _page = compared(regions_client(zeitz))
    district = Organisation.objects.create(
        slug="blk", name="Burgenlandkreis", kind="district", ags="15084590", land="ST"
    )
    client = regions_client(district)
    loaded(client)
    other = carried_out(client, scenario="extreme", public="on")
    assert other.filing.record == outlook.filing.record
    assert followed(outlook, "rain-compare") is not None
    assert followed(other, "rain-compare") is None
    loaded(client, kind="hazard_map", publisher="other", file=official_file())
    assert "Nobody has compared" in client.get(f"{PAGE}{other.pk}/official/").content.decode()


def test_nobody_else_sees_the_comparison(zeitz: Organisation, client: Client) -> None:
    _outlook, page = compared(regions_client(zeitz))
    other = Organisation.objects.create(slug="aue", name="Aue", kind="town", ags="14521020", land="SN")
    for stranger in (client, regions_client(other)):
        assert stranger.get(page).status_code == 404
        assert stranger.get(page + "official.png").status_code == 404
        assert stranger.post(page + "order/", CLASSES).status_code in (302, 404)
