"""The parts of a town: in by Excel, out as bands; nobody reads a small count, strangers read nothing."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.demography.test_town_parts import ROWS, table
from tests.web.regions.conftest import regions_client

from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence.services import chain, figure_of, file_of, outcome_of, verify
from hks.web.jobs.services import carry_out, claim
from hks.web.regions.models import Dataset, Municipality, PendingImport
from hks.web.studies import outlooks, parts
from hks.web.studies.models import Outlook

pytestmark = pytest.mark.django_db
PAGE = "/regions/14730110/people/"
UPLOAD = "/regions/14730110/upload/"


@pytest.fixture
def eilenburg(zeitz: Organisation, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    """Return Eilenburg; few draws, the region's figures are loaded."""
    monkeypatch.setattr("hks.web.studies.outlooks.DRAWS", 60)
    monkeypatch.setattr("hks.demography.sensitivity.DRAWS", 20)
    return Organisation.objects.create(slug="eilenburg", name="Stadt Eilenburg", kind="town", ags="14730110", land="SN")


def bring_in(town: Organisation, data: bytes = table().data) -> Client:
    client = regions_client(town)
    shown = client.post(UPLOAD, {"file": SimpleUploadedFile("ortsteile.xlsx", data)})
    assert shown.status_code == 302, shown.content.decode()
    assert client.post(shown.headers["Location"] + "confirm/").status_code == 302
    return client


def worked(outlook: Outlook, work) -> Outlook:
    claimed = claim(outlook.job.pk)
    assert claimed is not None
    carry_out(claimed, work)
    outlook.refresh_from_db()
    return outlook


def projected(town: Organisation, visibility: str = "internal") -> Outlook:
    by, unit = ensure_demo_member(town, "caretaker"), Municipality.objects.get(ags="14730110")
    given = {"until": 2037, "residents": 15_600}
    order = outlooks.order_outlook(unit, town, given, visibility=visibility, by=by, enqueue=lambda _job: None)
    return worked(order, outlooks.compute_outlook)


def parted(town: Organisation, visibility: str = "internal") -> Outlook:
    by, unit = ensure_demo_member(town, "caretaker"), Municipality.objects.get(ags="14730110")
    order = parts.order_parts(unit, town, visibility=visibility, by=by, enqueue=lambda _job: None)
    return worked(order, parts.compute_parts)


def test_an_empty_table_is_handed_out_and_a_filled_one_becomes_a_list_of_bands(eilenburg: Organisation) -> None:
    client = regions_client(eilenburg)
    assert "Empty table for Excel" in client.get(PAGE).content.decode()
    assert client.get("/regions/templates/parts/").content[:2] == b"PK"
    bring_in(eilenburg)
    whole = projected(eilenburg)
    assert "Compute the parts" in client.get(PAGE).content.decode()
    assert client.post(PAGE + "parts/").status_code == 302
    Outlook.objects.filter(method=parts.METHOD.slug).delete()
    found = parted(eilenburg)
    assert found.filing is not None
    parents = found.filing.record.as_record.parents
    assert parents["whole"] == whole.filing.record.digest
    assert outcome_of(found.filing.record, "total") == outcome_of(whole.filing.record, "total")
    page = client.get(PAGE).content.decode()
    for name, *_ in ROWS:
        assert name in page
    assert "read the band, not the middle" in page
    value, unit = figure_of(f"{found.filing.record.digest}#/outcomes/parts/0/total/p50/0")
    assert (unit, value > 1000) == ("persons", True)
    assert "hks-parts" in {row.table for row in Dataset.objects.in_use()}
    assert len(chain(found.filing.record)) >= 3
    assert verify().broken == []


def test_no_small_count_is_kept_shown_or_exported(eilenburg: Organisation) -> None:
    client = regions_client(eilenburg)
    shown = client.post(UPLOAD, {"file": SimpleUploadedFile("ortsteile.xlsx", table().data)})
    pending = PendingImport.objects.get()
    assert b"K\xc3\xbcltzschau;159;.;" in bytes(pending.data)
    assert "withheld" in client.get(shown.headers["Location"]).content.decode()
    client.post(shown.headers["Location"] + "confirm/")
    kept = file_of(parts.table_of(eilenburg).file.record)
    assert b";3;" not in kept
    assert b";4;" not in kept
    projected(eilenburg)
    parted(eilenburg)
    book = openpyxl.load_workbook(io.BytesIO(client.get(PAGE + "parts.xlsx").content))
    numbers = [cell for row in book.worksheets[0].iter_rows(min_row=2, min_col=4, values_only=True) for cell in row]
    assert all(cell == "<5" or cell >= 5 for cell in numbers)


def test_a_stranger_sees_neither_counts_nor_parts_until_they_are_released(
    eilenburg: Organisation, other: Organisation
) -> None:
    bring_in(eilenburg)
    projected(eilenburg, "public")
    parted(eilenburg)
    for client in (Client(), regions_client(other)):
        client.cookies["hks_language"] = "en"
        assert "Kültzschau" not in client.get(PAGE).content.decode()
        assert client.get(PAGE + "parts.xlsx").status_code == 404
    assert Client().post(PAGE + "parts/").status_code == 302
    assert regions_client(other).post(PAGE + "parts/").status_code == 403
    assert regions_client(eilenburg, "council").post(PAGE + "parts/").status_code == 403
    assert Outlook.objects.filter(method=parts.METHOD.slug).count() == 1
    parted(eilenburg, "public")
    stranger = regions_client(other)
    page = stranger.get(PAGE).content.decode()
    assert "Kültzschau" in page
    assert "counted" not in page.split('id="parts"')[1].split("</table>")[0]
    assert "counted" in regions_client(eilenburg).get(PAGE).content.decode().split('id="parts"')[1].split("</table>")[0]
    digest = parts.table_of(eilenburg).filing.record.digest
    assert stranger.get(f"/evidence/{digest}/").status_code == 404


def test_a_table_of_another_town_and_one_without_a_projection_are_refused(eilenburg: Organisation) -> None:
    client = regions_client(eilenburg)
    told = client.post(UPLOAD, {"file": SimpleUploadedFile("t.xlsx", table(B3="14730310").data)})
    assert "This table is about 14730310" in told.content.decode()
    refused = client.post(PAGE + "parts/", follow=True).content.decode()
    assert "Please bring in the table" in refused
    bring_in(eilenburg)
    refused = client.post(PAGE + "parts/", follow=True).content.decode()
    assert "Please take over a projection of the town first" in refused
    assert not Outlook.objects.exists()


def test_an_undone_table_takes_its_parts_along(eilenburg: Organisation) -> None:
    client = bring_in(eilenburg)
    projected(eilenburg)
    parted(eilenburg)
    assert "Kültzschau" in client.get(PAGE).content.decode()
    dataset = parts.table_of(eilenburg)
    assert client.post(f"/regions/14730110/datasets/{dataset.pk}/undo/").status_code == 302
    page = client.get(PAGE).content.decode()
    assert "Kültzschau" not in page
    assert "Empty table for Excel" in page
    assert client.get(PAGE + "parts.xlsx").status_code == 404


def test_a_newer_projection_is_said(eilenburg: Organisation) -> None:
    client = bring_in(eilenburg)
    projected(eilenburg)
    parted(eilenburg)
    projected(eilenburg)
    assert "A newer projection of the town is filed" in client.get(PAGE).content.decode()
