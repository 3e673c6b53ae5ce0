"""Where the results of an ensemble lie: one file a chunk, written once, and a manifest that is the truth."""

import contextlib
import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from hks.core import evidence
from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop

SCHEMA = "hks-ensemble-1"
MANIFEST = "manifest.json"
LARGEST_STORE = 10 * 1024**3  # bytes; our choice: fits an office disk, HKS_ENSEMBLE_BYTES sets another


class UnwritableError(InputError):
    """The disk takes no more; what was kept before stays valid."""


Status = Literal["running", "done", "incomplete", "stopped"]


@dataclass(frozen=True)
class Rows:
    """Results of some members: `kept` has one array (member, ...) by outcome, `failed` who has none and why."""

    members: np.ndarray
    kept: tuple[np.ndarray, ...]
    failed: tuple[tuple[int, str], ...] = ()


def packed(rows: Rows) -> bytes:
    """Write rows as `.npz`, equal rows to equal bytes.

    Members that follow each other but for those that failed are told by their `span`, from the first to before the
    last; others one by one.
    """
    stream = io.BytesIO()
    arrays = {str(place): np.ascontiguousarray(array) for place, array in enumerate(rows.kept)}
    who = np.array([member for member, _ in rows.failed], dtype=np.int64)
    why = np.array([sentence for _, sentence in rows.failed], dtype=np.str_)
    first = min([*rows.members[:1].tolist(), *who.tolist()], default=0)
    span = np.array([first, first + len(rows.members) + len(who)])
    if np.array_equal(_within(span, who), rows.members):
        arrays["span"] = span
    else:
        arrays["members"] = rows.members.astype(np.int64)
    np.savez(stream, failed=who, why=why, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


def _within(span: np.ndarray, failed: np.ndarray) -> np.ndarray:
    """Number the members of a span without those that failed, (member,)."""
    members = np.arange(*span)
    return members[~np.isin(members, failed)] if len(failed) else members


def unpacked(data: bytes) -> Rows:
    """Read rows back.

    Raises
    ------
    InputError
        If the bytes hold no rows.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            kept = tuple(found[str(place)] for place in range(len(found.files) - 3))
            failed = tuple(zip(found["failed"].tolist(), found["why"].tolist(), strict=True))
            members = found["members"] if "members" in found else _within(found["span"], found["failed"])
            return Rows(members, kept, failed)
    except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile):
        raise InputError(gettext_noop("A file of the run is damaged.")) from None


@dataclass
class Store:
    """One run in one folder; `head` is all that makes it this run and no other.

    A chunk counts as kept once the manifest names its SHA-256. Writing a chunk twice changes nothing.
    """

    folder: Path
    head: Mapping[str, Any]
    members: int
    size: int
    chunks: dict[int, str] = field(default_factory=dict)
    status: Status = "running"

    @property
    def run(self) -> str:
        """Name the run by what decides its results."""
        return evidence.digest_of_text(evidence.canonical(self.head))

    @property
    def count(self) -> int:
        """Count the chunks."""
        return -(-self.members // self.size)

    def missing(self) -> list[int]:
        """List the chunks that are not kept."""
        return [number for number in range(self.count) if number not in self.chunks]

    def span(self, number: int) -> range:
        """Return the members of a chunk."""
        return range(number * self.size, min((number + 1) * self.size, self.members))

    def missing_members(self) -> list[list[int]]:
        """List the members without a result as first and last of each stretch."""
        found: list[list[int]] = []
        for part in map(self.span, self.missing()):
            if found and found[-1][1] == part.start - 1:
                found[-1][1] = part.stop - 1
            else:
                found.append([part.start, part.stop - 1])
        return found

    def keep(self, number: int, data: bytes) -> None:
        """Write one chunk; a half-written one is never seen.

        Raises
        ------
        UnwritableError
            If the disk is full or read-only.
        """
        written(self.folder / f"chunk-{number:06d}.npz", data)
        self.chunks[number] = hashlib.sha256(data).hexdigest()

    def note(self, *, lasting: bool = True) -> None:
        """Write the manifest; until it names a chunk there is nothing that a loss of power could take."""
        content = {
            "schema": SCHEMA, "run": self.run, "status": self.status, "members": self.members, "chunk": self.size,
            "head": self.head, "chunks": {str(number): self.chunks[number] for number in sorted(self.chunks)},
        }  # fmt: skip
        written(self.folder / MANIFEST, json.dumps(content, ensure_ascii=False, indent=1).encode(), lasting=lasting)

    def rows(self, number: int) -> Rows:
        """Read one chunk back."""
        return unpacked((self.folder / f"chunk-{number:06d}.npz").read_bytes())

    def each(self) -> Iterator[Rows]:
        """Read all kept chunks, lowest members first."""
        return (self.rows(number) for number in sorted(self.chunks))


def begun(folder: Path, head: Mapping[str, Any], members: int, size: int) -> Store:
    """Begin a run in a folder that holds none.

    Raises
    ------
    StateError
        If a run already lies there.
    UnwritableError
        If the folder cannot be written.
    """
    there = folder / MANIFEST
    if there.exists() and there.stat().st_size:  # an empty one: power was lost before anything was kept
        raise StateError(gettext_noop("A run already lies here; go on with it by --resume."), where=str(folder))
    store = Store(folder, head, members, size)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from None
    store.note(lasting=False)
    return store


def manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a run.

    Raises
    ------
    InputError
        If there is none, or it is damaged.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
        if not data:
            raise FileNotFoundError
        content = json.loads(data)
        chunks = {int(key): str(digest) for key, digest in content["chunks"].items()}
        whole = int(content["chunk"]) > 0 and int(content["members"]) > 0
        if whole and isinstance(content["run"], str) and content["schema"] == SCHEMA:
            return {**content, "chunks": chunks}
    except OSError:
        raise InputError(gettext_noop("No run lies here."), where=str(folder)) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        pass
    raise InputError(gettext_noop("The manifest of the run is damaged."), where=str(folder / MANIFEST))


def seed_of(folder: Path) -> int:
    """Return the seed of the run in a folder; a head without one belongs to no run of ours and gets 0."""
    head = manifest(folder).get("head")
    seed = head.get("seed") if isinstance(head, dict) else 0
    return seed if isinstance(seed, int) and seed >= 0 else 0


def resumed(folder: Path, head: Mapping[str, Any], members: int) -> Store:
    """Go on with a run: chunks that are absent, differ from the manifest or were cut otherwise are missing again.

    Raises
    ------
    InputError
        If no run lies there, or another one.
    """
    content = manifest(folder)
    store = Store(folder, head, members, int(content["chunk"]))
    if content["run"] != store.run or content["members"] != members:
        raise InputError(
            gettext_noop("Another run lies here: its %(parts)s differ. Begin afresh in another folder."),
            where=str(folder), parts=", ".join(differing(content.get("head"), store.head)) or "members",
        )  # fmt: skip
    for part in folder.glob(".*.part"):
        with contextlib.suppress(OSError):
            part.unlink()
    for number, digest in content["chunks"].items():
        file = folder / f"chunk-{number:06d}.npz"
        if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == digest and _in_place(store, number):
            store.chunks[number] = digest
    return store


def _in_place(store: Store, number: int) -> bool:
    """Say whether a chunk holds just the members that the run cuts so; a manifest may be that of another cut."""
    try:
        rows = store.rows(number)
    except InputError:
        return False
    found = [*rows.members.tolist(), *(member for member, _ in rows.failed)]
    return sorted(found) == list(store.span(number))


def differing(old: Any, new: Mapping[str, Any]) -> list[str]:
    """Name the parts of two heads that differ."""
    before = old if isinstance(old, dict) else {}
    return sorted(key for key in {*before, *new} if evidence.plain(before.get(key)) != evidence.plain(new.get(key)))


def written(path: Path, data: bytes, *, lasting: bool = False) -> None:
    """Write a file under another name, let it outlast a loss of power if wished, then give it its name.

    A chunk need not: one that was lost or torn differs from the manifest and is computed again.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            if lasting:
                os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError) -> UnwritableError:
    """Say that a place takes no more."""
    return UnwritableError(
        gettext_noop("This cannot be written: %(why)s."), where=str(path)[:200], why=error.strerror or "unknown"
    )


def room_for(folder: Path, size: int) -> None:
    """Refuse results that are larger than allowed, or than the disk has room for.

    Raises
    ------
    InputError
        Before anything is computed.
    """
    allowed = allowed_bytes()
    if size > allowed:
        raise InputError(
            gettext_noop("The results need about %(size)s; %(allowed)s are allowed. Keep less or try fewer members."),
            size=readable(size), allowed=readable(allowed),
        )  # fmt: skip
    place = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(place).free
    if size > free:
        raise InputError(
            gettext_noop("The results need about %(size)s; the disk has %(free)s left."), where=str(folder),
            size=readable(size), free=readable(free),
        )  # fmt: skip


def allowed_bytes() -> int:
    """Read how much a run may write.

    Raises
    ------
    InputError
        If the setting is no number.
    """
    setting = os.environ.get("HKS_ENSEMBLE_BYTES", str(LARGEST_STORE))
    if not setting.isdecimal():
        raise InputError(gettext_noop("HKS_ENSEMBLE_BYTES is '%(value)s'; it is a number of bytes."), value=setting)
    return int(setting)


def readable(size: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"


def digest_of(outcomes: Sequence[str], chunks: Iterator[Rows]) -> str:
    """Hash all results in the order of the members: how they were cut into chunks does not show."""
    hashes = [hashlib.sha256() for _ in outcomes]
    shapes: list[set[tuple[int, ...]]] = [set() for _ in outcomes]
    members, failed = hashlib.sha256(), hashlib.sha256()
    for rows in chunks:
        members.update(rows.members.astype("<i8").tobytes())
        for member, why in rows.failed:
            failed.update(f"{member}\t{why}\n".encode())
        for place, array in enumerate(rows.kept):
            shapes[place].add(array.shape[1:])
            hashes[place].update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    told = {
        "outcomes": [
            [n, h.hexdigest(), sorted(map(list, s))] for n, h, s in zip(outcomes, hashes, shapes, strict=True)
        ],
        "members": members.hexdigest(),
        "failed": failed.hexdigest(),
    }
    return evidence.digest_of_text(evidence.canonical(told))
