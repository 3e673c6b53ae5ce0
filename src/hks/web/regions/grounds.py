"""Terrain, buildings, depths of rain: shown first, filed with their bytes, taken back; and the invented example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from hks.core.evidence import Source
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import require
from hks.web.accounts.roles import IMPORT_DATA
from hks.web.evidence.models import Visibility
from hks.web.evidence.services import file_dataset, file_of, note
from hks.web.regions.models import Dataset, PendingImport
from hks.web.regions.services import erase_due, in_use_again
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.terrain import EXAMPLE, Ground, example_files, looked_at

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

KINDS = (Dataset.Kind.TERRAIN, Dataset.Kind.BUILDINGS, Dataset.Kind.STORMS)
TITLES = {
    Dataset.Kind.TERRAIN: gettext_noop("Terrain model"), Dataset.Kind.BUILDINGS: gettext_noop("Outlines of buildings"),
    Dataset.Kind.STORMS: gettext_noop("Depths of heavy rain (KOSTRA)"),
}  # fmt: skip


def keep_ground(
    organisation: Organisation, kind: str, name: str, data: bytes, source: Source, crs: str, *, by: User
) -> PendingImport:
    """Keep a file of elevations or outlines until it is confirmed, a day at most.

    Raises
    ------
    InputError
        If the file is not understood.
    """
    require(by, IMPORT_DATA, organisation)
    erase_due(timezone.now())
    found = looked_at(kind, data, name, crs)
    return PendingImport.objects.create(
        organisation=organisation, kind=kind, name=name[:200], data=data, source=source.as_json(), crs=found.crs[:20],
        by=by,
    )  # fmt: skip


def waiting_ground(pending: PendingImport) -> Ground:
    """Say what a waiting file holds."""
    return looked_at(pending.kind, bytes(pending.data), pending.name, pending.crs)


@transaction.atomic
def confirm_ground(pending: PendingImport, found: Ground, *, by: User) -> Dataset:
    """Use the file that was shown."""
    require(by, IMPORT_DATA, pending.organisation)
    file = Bytes(pending.name, bytes(pending.data), pending.named_source)
    dataset = _file(file, found, pending.organisation, Visibility.INTERNAL, by)
    pending.delete()
    return dataset


@transaction.atomic
def lay_example(organisation: Organisation, *, by: User) -> list[Dataset]:
    """Use the example terrain and its houses; everyone may see what is invented."""
    require(by, IMPORT_DATA, organisation)
    return [
        _file(file, looked_at(kind, file.data, file.name), organisation, Visibility.PUBLIC, by)
        for kind, file in example_files().items()
    ]


def _file(file: Bytes, found: Ground, organisation: Organisation, visibility: str, by: User) -> Dataset:
    title, source = TITLES[Dataset.Kind(found.kind)], file.source
    assert source is not None
    if found.kind == Dataset.Kind.STORMS:
        title = file.name  # it says the duration
    filing = file_dataset(file, title, by=by, organisation=organisation, visibility=visibility)
    in_use_again(filing)
    dataset, _ = Dataset.objects.update_or_create(
        filing=filing,
        defaults={
            "kind": found.kind, "title": title, "publisher": source.publisher[:200], "table": source.table[:40],
            "key_date": source.key_date, "licence": source.licence[:60], "crs": found.crs[:20], "rows": found.count,
            "organisation": organisation, "file": filing,
        },
    )  # fmt: skip
    Dataset.objects.filter(pk=dataset.pk).update(at=timezone.now())  # the one brought in last is used
    note(by, "import", f"dataset {dataset.pk}", organisation)
    return dataset


def grounds_of(organisation: Organisation | None) -> dict[str, Dataset]:
    """Return the terrain an organisation uses and, where there are any, its buildings and its table of rain depths."""
    if organisation is None:
        return {}
    rows = Dataset.objects.in_use().filter(organisation=organisation, kind__in=KINDS).order_by("at")
    found: dict[str, Dataset] = {row.kind: row for row in rows.select_related("filing__record", "organisation")}
    terrain, buildings = found.get(Dataset.Kind.TERRAIN), found.get(Dataset.Kind.BUILDINGS)
    if buildings is not None and (terrain is None or is_example(terrain) != is_example(buildings)):
        del found[Dataset.Kind.BUILDINGS]  # houses of the example do not stand on real ground
    return found


def is_example(dataset: Dataset) -> bool:
    """Say whether it was invented by hks."""
    return dataset.table == EXAMPLE


def bytes_of(dataset: Dataset) -> Bytes:
    """Read a file of the ground as a method takes it."""
    record = dataset.filing.record
    return Bytes(dataset.title, file_of(record), filed_as=record.digest)
