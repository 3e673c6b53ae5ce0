"""Run an ensemble: chunks out to an executor, results into a store, whatever happens in between."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

import hks
from hks.core.errors import HksError, InputError, SourceError, StateError
from hks.core.messages import gettext_noop
from hks.ensembles.executors import Executor, Work
from hks.ensembles.sample import Sample
from hks.ensembles.store import Rows, Store, UnwritableError, begun, digest_of, packed, resumed, room_for

AIM = 1.0  # s; our choice: a shorter chunk costs more to hand out than to compute
LONG = 5.0  # s; our choice: compiling takes less
LARGEST_CHUNK = 64 * 1024**2  # bytes; our choice: a chunk fits the memory of any worker
BETWEEN_NOTES = 0.5  # s; our choice: what a killed run computes again
FAULTS = (HksError, ArithmeticError, ValueError, LookupError)  # what a model says of values that it cannot compute
SOURCES = {".py", ".toml", ".csv"}


@dataclass(frozen=True)
class Chunk:
    """Some neighbouring members: columns (member,) of what varies."""

    number: int
    first: int
    columns: Mapping[str, np.ndarray]

    @property
    def members(self) -> np.ndarray:
        """Number the members, (member,)."""
        return np.arange(self.first, self.first + len(next(iter(self.columns.values()))))


class Model(Protocol):
    """What is run many times; it travels to workers, so it is pickled."""

    outcomes: tuple[str, ...]
    at_once: int

    def rows(self, chunk: Chunk, seed: int) -> Rows:
        """Compute the members of a chunk."""


@dataclass(frozen=True)
class BatchModel:
    """A function of arrays that computes many members at once.

    `function(columns, members, seed)` gets arrays (member,) and returns an array (member, ...) by outcome; chance
    comes from `numerics.counted_noise` by seed and member. It is a function of a module, so that workers find it.
    A batch that it refuses is cut in two until those at fault are alone; they are named.
    """

    function: Callable[[Mapping[str, np.ndarray], np.ndarray, int], Mapping[str, np.ndarray]]
    outcomes: tuple[str, ...]
    at_once: int = 10_000

    def rows(self, chunk: Chunk, seed: int) -> Rows:
        """Compute the members together."""
        members = chunk.members
        try:
            found = self.function(chunk.columns, members, seed)
        except FAULTS as error:
            if len(members) == 1:
                return Rows(members[:0], (), ((int(members[0]), sentence(error)),))
            return together([self.rows(half, seed) for half in halves(chunk)])
        kept = tuple(np.asarray(found[name], dtype=np.float64) for name in self.outcomes)
        finite = np.all([np.isfinite(part.reshape(len(members), -1)).all(axis=1) for part in kept], axis=0)
        if finite.all():
            return Rows(members, kept)
        failed = tuple((int(member), NO_NUMBER) for member in members[~finite])
        return Rows(members[finite], tuple(part[finite] for part in kept), failed)


NO_NUMBER = gettext_noop("An outcome is no finite number.")


def halves(chunk: Chunk) -> list[Chunk]:
    """Cut a chunk in two."""
    middle = len(chunk.members) // 2
    return [
        Chunk(chunk.number, chunk.first + part.start, {name: column[part] for name, column in chunk.columns.items()})
        for part in (slice(0, middle), slice(middle, None))
    ]


UNEVEN = gettext_noop(
    "It gives more or fewer numbers than the members before; keep one place of it, such as total/p50/0."
)


def together(parts: Sequence[Rows]) -> Rows:
    """Put the rows of neighbouring members into one.

    Raises
    ------
    InputError
        If an outcome has more numbers in some members than in others.
    """
    filled = [part.kept for part in parts if len(part.members)]
    if len({tuple(array.shape[1:] for array in kept) for kept in filled}) > 1:
        raise InputError(UNEVEN)
    return Rows(
        np.concatenate([part.members for part in parts]),
        tuple(np.concatenate(arrays) for arrays in zip(*filled, strict=True)),
        tuple(entry for part in parts for entry in part.failed),
    )


def sentence(error: BaseException) -> str:
    """Say what went wrong, in one line of bounded length."""
    text = str(error) if isinstance(error, HksError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split())[:300]


@cache
def code_digest() -> str:
    """Hash the program that computes, so that results of another one are not mixed in; the site does not count."""
    root = Path(hks.__file__).parent
    found = hashlib.sha256(np.__version__.encode())
    for path in sorted(p for p in root.rglob("*") if p.suffix in SOURCES):
        place = path.relative_to(root)
        if place.parts[0] not in {"web", "cli", "locale"}:
            found.update(place.as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


@dataclass(frozen=True)
class ChunkWork:
    """Compute one chunk on any machine that runs the same program."""

    model: Model
    seed: int
    code: str

    def __call__(self, chunk: Chunk) -> bytes:
        """Return the packed rows.

        Raises
        ------
        StateError
            If this machine runs another program than the one that asked.
        """
        if code_digest() != self.code:
            raise StateError(gettext_noop("A worker runs another version of hks; install the same one everywhere."))
        return packed(self.model.rows(chunk, self.seed))


@dataclass
class Run:
    """A run as far as it came: `lost` says by chunk why it is missing, `trouble` why the whole stopped."""

    store: Store
    outcomes: tuple[str, ...]
    lost: dict[int, str]
    trouble: str = ""

    @property
    def complete(self) -> bool:
        """Say whether every chunk is kept."""
        return not self.store.missing()

    @property
    def failed(self) -> list[tuple[int, str]]:
        """Name the members whose model failed, and why."""
        return [entry for rows in self.store.each() for entry in rows.failed]

    @property
    def digest(self) -> str:
        """Hash all results; it depends neither on chunks nor on who computed."""
        return digest_of(self.outcomes, self.store.each())

    def table(self) -> Rows:
        """Load all results."""
        return together(list(self.store.each()))


@dataclass(frozen=True)
class Measured:
    """What a first look told: seconds a member and bytes a member."""

    seconds: float
    bytes: int

    def chunk(self, members: int, workers: int) -> int:
        """Choose a chunk of about a second that still leaves work for everybody."""
        by_time = AIM / max(self.seconds, 1e-9)
        by_share = members if workers == 1 else members / (4 * workers)
        return int(max(1, min(by_time, LARGEST_CHUNK / max(self.bytes, 1), max(by_share, 1), members)))


def measured(model: Model, sample: Sample, seed: int) -> Measured:
    """Compute the first members; again if that was quick, since what the first time compiles does not count."""
    first = Chunk(0, 0, {name: part[: model.at_once] for name, part in sample.columns.items()})
    count = len(first.members)
    seconds = np.inf
    for _ in range(2):
        begin = time.perf_counter()
        rows = model.rows(first, seed)
        seconds = min(seconds, time.perf_counter() - begin)
        if seconds > LONG:
            break
    if not len(rows.members):
        return Measured(seconds / count, 8 * (len(model.outcomes) + 1))
    return Measured(seconds / count, 8 + sum(part.nbytes for part in rows.kept) // len(rows.members))


def ignored(_share: float) -> None:
    """Hear nothing."""


def run(
    model: Model,
    sample: Sample,
    executor: Executor,
    folder: Path,
    *,
    seed: int,
    head: Mapping[str, Any],
    resume: bool = False,
    chunk: int | None = None,
    look: Measured | None = None,
    told: Callable[[float], None] = ignored,
) -> Run:
    """Compute the members that the folder lacks.

    Parameters
    ----------
    head : mapping
        All that decides the results beside the program: plan, digests of the inputs.
    chunk : int, optional
        Members of a chunk; about a second of work if left out. A resumed run keeps its own. [1]
    look : Measured, optional
        What a first look told, if somebody has looked.
    told : callable
        Hears the share that is done; what it raises ends the run, which can be resumed.

    Raises
    ------
    InputError
        If the results would not fit, or the folder cannot be used.
    """
    whole = {**head, "seed": seed, "outcomes": list(model.outcomes), "code": code_digest()}
    if chunk is not None and chunk < 1:
        raise InputError(gettext_noop("A chunk has at least one member."))
    if resume:
        store = resumed(folder, whole, sample.members)
    else:
        look = look or measured(model, sample, seed)
        room_for(folder, look.bytes * sample.members)
        store = begun(folder, whole, sample.members, chunk or look.chunk(sample.members, executor.workers))
    found = Run(store, model.outcomes, {})
    _carry_out(found, ChunkWork(model, seed, whole["code"]), sample, executor, told)
    return found


def _carry_out(found: Run, work: Work, sample: Sample, executor: Executor, told: Callable[[float], None]) -> None:
    """Hand out the missing chunks and keep what comes back; the manifest is written whatever happens."""
    store, noted = found.store, time.monotonic()
    store.status = "stopped"
    answers = executor.answers(work, _chunks(store, sample))
    try:
        for number, answer in answers:
            if isinstance(answer, str):
                found.lost[number] = answer
            elif answer:
                store.keep(number, answer)
            if time.monotonic() - noted > BETWEEN_NOTES:
                store.note()
                noted = time.monotonic()
            told(len(store.chunks) / store.count)
        store.status = "done" if found.complete else "incomplete"
    except (UnwritableError, SourceError) as error:
        found.trouble = str(error)
        store.status = "incomplete"
    finally:
        answers.close()
        _noted_at_last(found)


def _chunks(store: Store, sample: Sample) -> Iterator[Chunk]:
    for number in store.missing():
        span = store.span(number)
        yield Chunk(number, span.start, {name: part[span.start : span.stop] for name, part in sample.columns.items()})


def _noted_at_last(found: Run) -> None:
    """Write the manifest once more; on a full disk the last one stays true, only shorter."""
    try:
        found.store.note()
    except UnwritableError as error:
        found.trouble = str(error)
