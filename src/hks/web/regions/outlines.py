"""Boundaries for the map: read, shown first, filed for an organisation or for everybody, and taken back."""

from __future__ import annotations

import datetime
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Organisation
from hks.web.accounts.permissions import Person, require
from hks.web.accounts.roles import LOAD_BOUNDARIES
from hks.web.evidence.models import Visibility
from hks.web.evidence.services import file_computation, file_record, note, outcome_of
from hks.web.regions.models import Dataset, PendingImport
from hks.web.regions.services import LANDS, erase_due, in_use_again
from hks.workbench import boundaries
from hks.workbench.boundaries import Outlines

if TYPE_CHECKING:
    from hks.web.accounts.models import User

TITLE = gettext_noop("Boundaries of Länder, districts and towns")


@dataclass(frozen=True)
class Loaded:
    """Boundaries in use: the dataset, the outlines of one level by key, and the grid they stand on."""

    dataset: Dataset
    outlines: dict[str, Any]
    step: float
    in_degrees: bool
    attribution: str


def keep_boundaries(
    organisation: Organisation, file: UploadedFile[Any], key_date: datetime.date, year: int, *, by: User
) -> PendingImport:
    """Keep the outlines of an uploaded file until they are confirmed, a day at most; the file itself is not kept.

    Raises
    ------
    InputError
        If the file is not understood or holds nothing of Saxony or Saxony-Anhalt.
    """
    require(by, LOAD_BOUNDARIES, organisation)
    erase_due(timezone.now())
    with tempfile.NamedTemporaryFile(suffix=".gpkg") as kept:
        for part in file.chunks():
            kept.write(part)
        kept.flush()
        found = read_outlines(Path(kept.name), str(file.name), key_date, year)
    return PendingImport.objects.create(
        organisation=organisation, name=found.name[:200], data=boundaries.packed(found), by=by
    )


def read_outlines(path: Path, name: str, key_date: datetime.date, year: int) -> Outlines:
    """Read a file of boundaries of the Länder served here.

    Raises
    ------
    InputError
        If the file is not understood, or the key date does not fit the year it was fetched.
    """
    if key_date.year > year:
        raise InputError(gettext_noop("The key date lies after the year in which the file was fetched."), where=name)
    return boundaries.outlined(path, name, tuple(LANDS), key_date.isoformat(), year)


def waiting(pending: PendingImport) -> Outlines | None:
    """Return the outlines that wait for their confirmation, or nothing where it is a table."""
    data = bytes(pending.data)
    return boundaries.unpacked(data) if boundaries.is_packed(data) else None


@transaction.atomic
def confirm_boundaries(pending: PendingImport, outlines: Outlines, *, by: User) -> Dataset:
    """Use the boundaries that were shown, once."""
    require(by, LOAD_BOUNDARIES, pending.organisation)
    dataset = file_boundaries(outlines, pending.organisation, by=by)
    note(by, "import", f"dataset {dataset.pk}", pending.organisation)
    pending.delete()
    return dataset


@transaction.atomic
def file_boundaries(outlines: Outlines, organisation: Organisation | None, *, by: User | None) -> Dataset:
    """File the record of the file and the outlines taken from it; a second time changes nothing."""
    shown = Visibility.INTERNAL if organisation else Visibility.PUBLIC
    filed: dict[str, Any] = {"by": by, "organisation": organisation, "visibility": shown}
    file = file_record(boundaries.file_record(outlines), outlines.name, **filed)
    filing = file_computation(boundaries.computation_of(outlines), TITLE, **filed)
    for again in (file, filing):
        in_use_again(again)
    source = outlines.source
    dataset, _ = Dataset.objects.update_or_create(
        filing=filing,
        defaults={
            "kind": Dataset.Kind.BOUNDARIES, "title": TITLE, "publisher": source.publisher, "table": source.table,
            "key_date": source.key_date, "licence": source.licence, "crs": outlines.crs,
            "rows": sum(outlines.counts.values()), "organisation": organisation, "file": file,
        },
    )  # fmt: skip
    return dataset


def load_from_terminal(file: Path, key_date: datetime.date, year: int, slug: str = "") -> dict[str, Any]:
    """File boundaries for one organisation, or for everybody; whoever runs commands here manages the installation.

    Raises
    ------
    InputError
        If the file is not understood or there is no such organisation.
    """
    organisation = Organisation.objects.filter(slug=slug).first()
    if slug and organisation is None:
        raise InputError(gettext_noop("There is no organisation '%(slug)s'."), slug=slug)
    found = read_outlines(file, file.name, key_date, year)
    dataset = file_boundaries(found, organisation, by=None)
    return {
        "imported": found.counts, "record": dataset.filing.record.digest, "sha256": found.sha256, "crs": found.crs,
        "attribution": found.source.attribution, "licence": found.source.licence, "points": found.points,
    }  # fmt: skip


def loaded(level: str, user: Person) -> Loaded | None:
    """Return the newest boundaries of a level that the person may see, or nothing."""
    datasets = Dataset.objects.visible_to(user).in_use().filter(kind=Dataset.Kind.BOUNDARIES)
    for dataset in datasets.select_related("filing__record", "file__record").order_by("-key_date", "-at"):
        content = dataset.filing.record.as_record.content
        if level in content["outcomes"]:
            source = dataset.file.record.as_record.content["source"]
            return Loaded(
                dataset, outcome_of(dataset.filing.record, level), content["values"]["step"],
                dataset.crs in boundaries.IN_DEGREES, source["attribution"],
            )  # fmt: skip
    return None
