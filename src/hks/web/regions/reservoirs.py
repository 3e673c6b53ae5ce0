"""Small reservoirs of a district and their weather: shown first, filed with their bytes, taken back like any import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from hks.core.errors import InputError
from hks.core.evidence import Source
from hks.core.messages import gettext_noop
from hks.web.accounts.permissions import require
from hks.web.accounts.roles import IMPORT_DATA
from hks.web.evidence.models import Visibility
from hks.web.evidence.services import file_dataset, note
from hks.web.regions.models import Dataset, PendingImport
from hks.web.regions.services import erase_due, in_use_again
from hks.workbench.inputs import Dataset as Bytes
from hks.workbench.small_reservoirs import Found, looked_at

if TYPE_CHECKING:
    from hks.web.accounts.models import Organisation, User

KINDS = (Dataset.Kind.RESERVOIRS, Dataset.Kind.WEATHER)
TITLES = {
    Dataset.Kind.RESERVOIRS: gettext_noop("Small reservoirs"), Dataset.Kind.WEATHER: gettext_noop("Weather"),
}  # fmt: skip


def keep_reservoirs(
    organisation: Organisation, kind: str, name: str, data: bytes, source: Source, *, by: User
) -> PendingImport:
    """Keep a table until it is confirmed, a day at most; what stands above an Excel table names its source.

    Raises
    ------
    InputError
        If a cell is wrong, the table is of another district, or nobody says where it comes from.
    """
    require(by, IMPORT_DATA, organisation)
    erase_due(timezone.now())
    head = looked_at(kind, data, name).head
    if head and head["ags"] != organisation.ags:
        raise InputError(
            gettext_noop("This table is of %(found)s, not of %(here)s."), found=head["ags"], here=organisation.ags
        )
    named = Source(
        head.get("source") or source.publisher, table=source.table, key_date=head.get("day") or source.key_date,
        licence=head.get("licence") or source.licence,
    )  # fmt: skip
    if not named.publisher or not named.key_date:
        raise InputError(gettext_noop("Please say where this table comes from, and of which day it is."))
    return PendingImport.objects.create(
        organisation=organisation, kind=kind, name=name[:200], data=data, source=named.as_json(), by=by
    )


def waiting_reservoirs(pending: PendingImport) -> Found:
    """Say what a waiting table holds."""
    return looked_at(pending.kind, bytes(pending.data), pending.name)


@transaction.atomic
def use_reservoirs(
    kind: str, file: Bytes, organisation: Organisation, *, by: User, visibility: str = Visibility.INTERNAL
) -> Dataset:
    """Use a table; the one brought in last counts."""
    require(by, IMPORT_DATA, organisation)
    found, title, source = looked_at(kind, file.data, file.name), TITLES[Dataset.Kind(kind)], file.source
    assert source is not None
    filing = file_dataset(file, title, by=by, organisation=organisation, visibility=visibility)
    in_use_again(filing)
    dataset, _ = Dataset.objects.update_or_create(
        filing=filing,
        defaults={
            "kind": kind, "title": title, "publisher": source.publisher[:200], "table": source.table[:40],
            "key_date": source.key_date, "licence": source.licence[:60], "rows": found.count,
            "organisation": organisation, "file": filing,
        },
    )  # fmt: skip
    Dataset.objects.filter(pk=dataset.pk).update(at=timezone.now())
    note(by, "import", f"dataset {dataset.pk}", organisation)
    return dataset


@transaction.atomic
def confirm_reservoirs(pending: PendingImport, *, by: User) -> Dataset:
    """Use the table that was shown."""
    file = Bytes(pending.name, bytes(pending.data), pending.named_source)
    dataset = use_reservoirs(pending.kind, file, pending.organisation, by=by)
    pending.delete()
    return dataset


def reservoirs_used_by(organisation: Organisation | None) -> dict[str, Dataset]:
    """Return the table of reservoirs and that of the weather that an organisation uses, where there are any."""
    if organisation is None:
        return {}
    rows = Dataset.objects.in_use().filter(organisation=organisation, kind__in=KINDS).order_by("at")
    return {row.kind: row for row in rows.select_related("filing__record", "organisation")}
