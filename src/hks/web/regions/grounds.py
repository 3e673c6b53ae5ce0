"""What rain runs over: shown first, filed with its bytes, taken back; and the invented example."""

from __future__ import annotations

from collections.abc import Mapping
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
from hks.workbench.terrain import DEFAULT, EXAMPLE, CoverTable, Ground, example_cover, example_files, looked_at

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

KINDS = (
    Dataset.Kind.TERRAIN, Dataset.Kind.BUILDINGS, Dataset.Kind.STORMS, Dataset.Kind.LAND_COVER,
    Dataset.Kind.COVER_TABLE, Dataset.Kind.STREETS, Dataset.Kind.HAZARD_MAP,
)  # fmt: skip
ON_THE_TERRAIN = (Dataset.Kind.BUILDINGS, Dataset.Kind.LAND_COVER, Dataset.Kind.STREETS, Dataset.Kind.HAZARD_MAP)
TITLES = {
    Dataset.Kind.TERRAIN: gettext_noop("Terrain model"), Dataset.Kind.BUILDINGS: gettext_noop("Outlines of buildings"),
    Dataset.Kind.STORMS: gettext_noop("Depths of heavy rain (KOSTRA)"),
    Dataset.Kind.LAND_COVER: gettext_noop("Land cover"), Dataset.Kind.COVER_TABLE: gettext_noop("Table of land cover"),
    Dataset.Kind.STREETS: gettext_noop("Streets with their names"),
    Dataset.Kind.HAZARD_MAP: gettext_noop("Official map of heavy rain, to compare"),
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
    """Use the example terrain, its houses and its streets; everyone may see what is invented."""
    require(by, IMPORT_DATA, organisation)
    return [
        _file(file, looked_at(kind, file.data, file.name), organisation, Visibility.PUBLIC, by)
        for kind, file in example_files().items()
    ]


@transaction.atomic
def lay_example_cover(organisation: Organisation, *, by: User) -> Dataset:
    """Use the land cover of the example terrain; everyone may see what is invented."""
    require(by, IMPORT_DATA, organisation)
    file = example_cover()
    found = looked_at(Dataset.Kind.LAND_COVER, file.data, file.name)
    return _file(file, found, organisation, Visibility.PUBLIC, by)


def _file(file: Bytes, found: Ground, organisation: Organisation, visibility: str, by: User) -> Dataset:
    title, source = TITLES[Dataset.Kind(found.kind)], file.source
    assert source is not None
    if found.kind in (Dataset.Kind.STORMS, Dataset.Kind.COVER_TABLE):
        title = file.name  # it says the duration, and whether it is a sheet
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
    """Return the terrain an organisation uses and, where there are any, what stands and grows on it and its tables."""
    if organisation is None:
        return {}
    rows = Dataset.objects.in_use().filter(organisation=organisation, kind__in=KINDS).order_by("at")
    found: dict[str, Dataset] = {row.kind: row for row in rows.select_related("filing__record", "organisation")}
    terrain = found.get(Dataset.Kind.TERRAIN)
    for kind in ON_THE_TERRAIN:
        laid = found.get(kind)
        if laid is not None and (terrain is None or is_example(terrain) != is_example(laid)):
            del found[kind]  # houses of the example do not stand on real ground
    return found


def table_in_use(grounds: Mapping[str, Dataset]) -> CoverTable:
    """Return the table that a town brought in, else the one that hks brings along."""
    if "cover_table" not in grounds:
        return DEFAULT
    file = bytes_of(grounds["cover_table"])
    return looked_at("cover_table", file.data, file.name).table or DEFAULT


def is_example(dataset: Dataset) -> bool:
    """Say whether it was invented by hks."""
    return dataset.table == EXAMPLE


def bytes_of(dataset: Dataset) -> Bytes:
    """Read a file of the ground as a method takes it."""
    record = dataset.filing.record
    return Bytes(dataset.title, file_of(record), filed_as=record.digest)
