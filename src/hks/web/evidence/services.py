"""File, read back, erase and verify records."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Organisation
from hks.web.evidence.models import AuditEvent, Filing, Record, RecordParent, StoredFile, Visibility
from hks.workbench.compute import Computation
from hks.workbench.inputs import Dataset

if TYPE_CHECKING:
    from hks.web.accounts.models import User

MAGIC = b"\x93NUMPY"  # how a file of the `.npy` format begins


@transaction.atomic
def file_record(
    record: evidence.Record,
    title: str,
    *,
    by: User | None = None,
    organisation: Organisation | None = None,
    visibility: str = Visibility.INTERNAL,
    files: Mapping[str, bytes] | None = None,
    media_type: str = "application/octet-stream",
) -> Filing:
    """Keep a record, the bytes it names and who filed it; the same record twice is one record.

    Raises
    ------
    StateError
        If a record it was made from is not kept here.
    """
    row, created = Record.objects.get_or_create(
        digest=record.digest, defaults={"kind": record.kind, "content": record.text}
    )
    if created:
        _bind_parents(row, record.parents)
    for data in (files or {}).values():
        keep_file(row, data, media_type)
    filing, _ = Filing.objects.get_or_create(
        record=row, organisation=organisation, defaults={"title": title[:200], "by": by, "visibility": visibility}
    )
    return filing


def _bind_parents(child: Record, parents: Mapping[str, str]) -> None:
    for role, digest in parents.items():
        parent = Record.objects.filter(digest=digest).first()
        if parent is None:
            raise StateError(
                gettext_noop("The record %(digest)s, which this one builds on, is not kept here."), digest=digest[:8]
            )
        RecordParent.objects.create(child=child, role=role, parent=parent)


def file_dataset(dataset: Dataset, title: str, **filed: Any) -> Filing:
    """Keep an outside file as evidence."""
    digest = evidence.digest_of_file(dataset.data)
    return file_record(dataset.record, title, files={digest: dataset.data}, **filed)


def file_computation(computation: Computation, title: str, **filed: Any) -> Filing:
    """Keep a computation and its result files."""
    return file_record(computation.record, title, files=computation.files, **filed)


def keep_file(record: Record, data: bytes, media_type: str) -> StoredFile:
    """Write bytes under a temporary name, flush, rename, then add the row."""
    sha256 = evidence.digest_of_file(data)
    stored, created = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"bytes": len(data), "media_type": media_type, "record": record}
    )
    if created or stored.state == StoredFile.State.ERASED:
        write_whole(path_of(sha256), data)
    return stored


def path_of(sha256: str) -> Path:
    """Say where the bytes of a digest lie."""
    return Path(settings.FILES_DIR) / sha256[:2] / sha256


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    Path(temporary).replace(path)


def read_file(stored: StoredFile) -> bytes:
    """Read kept bytes.

    Raises
    ------
    StateError
        If they were erased.
    """
    if stored.state == StoredFile.State.ERASED:
        raise StateError(gettext_noop("This file was erased at the end of its period."))
    return path_of(stored.sha256).read_bytes()


def file_of(record: Record) -> bytes:
    """Read the file that a record is about; where two records are about the same bytes, these are kept once."""
    return read_file(StoredFile.objects.get(sha256=record.as_record.content["outcomes"]["file"]["digest"]))


def outcome_of(record: Record, name: str) -> Any:
    """Read one outcome of a record, from the record itself or from the file it names.

    Raises
    ------
    StateError
        If the file is not kept here or was erased.
    """
    return _read_outcome(record, name, record.as_record.content["outcomes"][name])


def outcomes_of(record: Record) -> dict[str, Any]:
    """Read all outcomes of a record.

    Raises
    ------
    StateError
        If a file is not kept here or was erased.
    """
    entries = record.as_record.content["outcomes"]
    return {name: _read_outcome(record, name, entry) for name, entry in entries.items()}


def _read_outcome(record: Record, name: str, entry: Mapping[str, Any]) -> Any:
    if "value" in entry:
        return entry["value"]
    for stored in files_with(record, entry["digest"]):
        if entry["form"] == "json" and stored.sha256 == entry["digest"]:
            return json.loads(read_file(stored))["value"]
        if entry["form"] == "npy" and _array_digest(data := read_file(stored)) == entry["digest"]:
            return _array(data)
    raise StateError(gettext_noop("The file of '%(name)s' is not kept here."), name=name)


def files_with(record: Record, digest: str) -> Iterator[StoredFile]:
    """Go through the files that may hold a result: the record's own, then those of records that name it too.

    Equal bytes are kept once, under the record that brought them first.
    """
    yield from record.files.all()
    named = Q(sha256=digest) | Q(record__content__contains=digest)
    yield from StoredFile.objects.filter(named).exclude(record=record)


def kept_files(record: Record) -> list[StoredFile]:
    """Return the files a record names that were not erased, whichever record brought their bytes first."""
    found = {stored.sha256: stored for stored in record.files.filter(state=StoredFile.State.KEPT)}
    named = digests_of(record.as_record)
    for digest in named - found.keys() if len(found) < len(named) else ():
        others = (stored for stored in files_with(record, digest) if stored.state == StoredFile.State.KEPT)
        found |= {stored.sha256: stored for stored in others if _holds(stored, digest)}
    return list(found.values())


def digests_of(record: evidence.Record) -> set[str]:
    """Name the results that lie in files."""
    return {entry["digest"] for entry in record.content.get("outcomes", {}).values() if "digest" in entry}


def _array(data: bytes) -> Any:
    return np.load(io.BytesIO(data), allow_pickle=False)


def _array_digest(data: bytes) -> str:
    return evidence.digest_of_array(_array(data)) if data[:6] == MAGIC else ""


def figure_of(citation: str) -> tuple[Any, str]:
    """Follow a citation to its value and unit, through the stored file where the outcome lies in one.

    Raises
    ------
    InputError
        If the record is unknown or the pointer leads nowhere.
    """
    digest, steps = evidence.parse_citation(citation)
    row = Record.objects.filter(digest=digest).first()
    if row is None:
        raise InputError(gettext_noop("No record %(digest)s is kept here."), digest=digest[:8])
    content = dict(row.as_record.content)
    if len(steps) > 1 and steps[0] == "outcomes" and steps[1] in content.get("outcomes", {}):
        entry = dict(content["outcomes"][steps[1]])
        if "form" in entry:
            value = outcome_of(row, steps[1])
            entry["value"] = value if not hasattr(value, "tolist") else value.tolist()
        content["outcomes"] = {**content["outcomes"], steps[1]: entry}
    return evidence.figure(content, steps)


@transaction.atomic
def replace(old: Filing, new: Filing) -> None:
    """Say that a newer filing takes the place of an older one; what is said again, as before, stands again."""
    if old.pk != new.pk:
        old.replaced_by = new
        old.save(update_fields=["replaced_by"])
        new.replaced_by = None
        new.save(update_fields=["replaced_by"])


def erase_record_files(record: Record, *, rule: str, by: User | None) -> None:
    """Erase the bytes behind a record under a named rule; the record and its chain stay valid."""
    with transaction.atomic():
        record.erased_by = rule
        record.erased_on = timezone.localdate()
        record.save(update_fields=["erased_by", "erased_on"])
        doomed = list(record.files.exclude(state=StoredFile.State.ERASED))
        record.files.update(state=StoredFile.State.ERASED)
        note(by, "erase", f"record {record.digest[:8]}", None)
    for stored in doomed:
        path_of(stored.sha256).unlink(missing_ok=True)


@dataclass
class Verdict:
    """What `verify` found."""

    records: int = 0
    ok: int = 0
    erased: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    broken: list[dict[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the counts and lists by name."""
        return dict(vars(self))


def verify() -> Verdict:
    """Recompute every digest, follow every parent, re-read every file and re-seal the audit chain."""
    verdict = Verdict()
    replaced = set(Filing.objects.exclude(replaced_by=None).values_list("record_id", flat=True))
    for row in Record.objects.prefetch_related("parents__parent", "files").iterator(chunk_size=200):
        verdict.records += 1
        faults = list(_faults(row))
        verdict.broken += [{"digest": row.digest, "why": why} for why in faults]
        if row.erased_by:
            verdict.erased.append(row.digest)
        elif row.pk in replaced:
            verdict.replaced.append(row.digest)
        verdict.ok += not faults
    verdict.broken += [{"digest": seal, "why": "audit chain differs"} for seal in broken_seals()]
    return verdict


def _faults(row: Record) -> Iterable[str]:
    if evidence.digest_of_text(row.content) != row.digest:
        yield "the digest differs from the content"
        return
    content = row.as_record
    bound = {link.role: link.parent.digest for link in row.parents.all()}
    if bound != content.parents:
        yield "a parent is missing"
    found: set[str] = set()
    for stored in row.files.all():
        if stored.state == StoredFile.State.ERASED:
            if not row.erased_by:
                yield f"file {stored.sha256[:8]} was erased without a rule"
            return
        path = path_of(stored.sha256)
        data = path.read_bytes() if path.exists() else b""
        if not path.exists() or evidence.digest_of_file(data) != stored.sha256:
            yield f"file {stored.sha256[:8]} is missing or was changed"
        else:
            found.add(_array_digest(data))
        found.add(stored.sha256)
    for digest in sorted(digests_of(content) - found):
        if not row.erased_by and not any(_holds(stored, digest) for stored in files_with(row, digest)):
            yield f"file {digest[:8]} is missing"


def _holds(stored: StoredFile, digest: str) -> bool:
    """Say whether a file is the one a digest names, or holds the array it names."""
    path = path_of(stored.sha256)
    return path.exists() and (stored.sha256 == digest or _array_digest(path.read_bytes()) == digest)


def note(by: User | None, verb: str, subject: str, organisation: Organisation | None) -> None:
    """Write down who did what, without personal text."""
    actor = by if by is not None and by.is_authenticated else None
    AuditEvent.objects.create(actor=actor, verb=verb, subject=subject[:120], organisation=organisation)


def _seal(before: str, event: AuditEvent) -> str:
    # The actor is left out: a name can be erased and the chain still holds.
    text = f"{before}\n{event.organisation_id}\n{event.verb}\n{event.subject}\n{event.at.isoformat()}"
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def seal_audit() -> int:
    """Seal the events of each organisation that came since the last time; return how many."""
    sealed = 0
    for organisation in AuditEvent.objects.filter(seal="").values_list("organisation", flat=True).distinct():
        events = AuditEvent.objects.filter(organisation=organisation).order_by("pk")
        last = events.exclude(seal="").last()
        before = last.seal if last else ""
        for event in events.filter(seal=""):
            event.seal = before = _seal(before, event)
            event.save(update_fields=["seal"])
            sealed += 1
    return sealed


def broken_seals() -> list[str]:
    """Return the seals that no longer follow from the events before them."""
    broken = []
    for organisation in AuditEvent.objects.exclude(seal="").values_list("organisation", flat=True).distinct():
        before = ""
        for event in AuditEvent.objects.filter(organisation=organisation).exclude(seal="").order_by("pk"):
            if _seal(before, event) != event.seal:
                broken.append(event.seal)
            before = event.seal
    return broken


def chain(record: Record) -> list[Record]:
    """Return the record and all its ancestors, nearest first, each once."""
    return chains([record])[record.pk]


def chains(records: Iterable[Record]) -> dict[int, list[Record]]:
    """Return for each record itself and all its ancestors, nearest first, each once; all of them are asked together."""
    known = {record.pk: record for record in records}
    parents: dict[int, list[tuple[str, int]]] = {}
    layer = set(known)
    while layer:
        parents |= {pk: [] for pk in layer}
        for child, role, parent in _links(layer):
            parents[child].append((role, parent))
        layer = {parent for pk in layer for _role, parent in parents[pk]} - parents.keys()
    rows = known | Record.objects.in_bulk(parents.keys() - known.keys())
    return {pk: [rows[found] for found in _upwards(pk, parents)] for pk in known}


def _links(children: set[int]) -> QuerySet[RecordParent, tuple[int, str, int]]:
    return RecordParent.objects.filter(child__in=children).values_list("child_id", "role", "parent_id")


def _upwards(start: int, parents: Mapping[int, list[tuple[str, int]]]) -> list[int]:
    seen = {start: None}
    layer = [start]
    while layer:
        links = sorted((role, parent) for pk in layer for role, parent in parents[pk] if parent not in seen)
        layer = list(dict.fromkeys(parent for _role, parent in links))
        seen |= dict.fromkeys(layer)
    return list(seen)


def stale(record: Record, ancestry: Iterable[Record] = ()) -> bool:
    """Say whether the record or an ancestor was replaced by a newer vintage; its chain may be at hand already."""
    return Filing.objects.filter(record__in=ancestry or chain(record)).exclude(replaced_by=None).exists()
