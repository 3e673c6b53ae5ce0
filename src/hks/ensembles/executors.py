"""Who computes the chunks: this process, several processes of this machine, or (dask_executor) a cluster."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing.connection import wait as wait_for
from typing import Any, Protocol

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

TRIES = 3  # our choice: a chunk that was there when a worker died so often is given up and named
LOOK = 0.5  # s; our choice: how long nobody hears anything
LOST = gettext_noop("Workers died %(tries)s times while they computed this.")
NO_MEMORY = gettext_noop("A worker had too little memory for this.")


class Numbered(Protocol):
    """A chunk has a number."""

    number: int


Work = Callable[[Any], bytes]
Answer = tuple[int, bytes | str]  # packed rows, or a sentence why there are none; empty bytes say: still at work
Answers = Generator[Answer, None, None]


class Executor(Protocol):
    """Computes chunks in any order; closing the answers stops the work."""

    @property
    def workers(self) -> int:
        """Count who computes at the same time."""

    def answers(self, work: Work, chunks: Iterator[Any]) -> Answers:
        """Yield the answer of each chunk, and a sign of life every half second."""


@dataclass(frozen=True)
class Serial:
    """Compute one chunk after the other, here."""

    workers: int = 1

    def answers(self, work: Work, chunks: Iterator[Any]) -> Answers:
        """Yield the answers in order."""
        for chunk in chunks:
            try:
                yield chunk.number, work(chunk)
            except MemoryError:
                yield chunk.number, NO_MEMORY


def usable_cores() -> int:
    """Count the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_work: Work | None = None


def _begin(work: Work) -> None:
    """Prepare a worker: it keeps the work, leaves Ctrl-C to its parent and ends with it, however that ends."""
    global _work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # the other cores have their own worker
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)


def _compute(chunk: Any) -> bytes:
    assert _work is not None
    return _work(chunk)


@dataclass
class Processes:
    """Compute in several processes of this machine; one that dies is replaced and its chunks are done again."""

    workers: int = field(default_factory=usable_cores)

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise InputError(gettext_noop("At least one worker is needed."))

    def answers(self, work: Work, chunks: Iterator[Any]) -> Answers:
        """Yield the answers as they come."""
        again: list[Any] = []
        deaths: dict[int, int] = {}
        while True:
            pool = ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn"), _begin, (work,))
            running: dict[Future[bytes], Any] = {}
            try:
                yield from self._from(pool, running, again, chunks)
            except BrokenProcessPool:
                again += running.values()
                if len(running) == 1:
                    yield from _given_up(again, deaths)
            else:
                return
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _from(
        self, pool: ProcessPoolExecutor, running: dict[Future[bytes], Any], again: list[Any], chunks: Iterator[Any]
    ) -> Answers:
        """Keep two chunks a worker under way; those that saw a worker die go alone, so that the culprit shows."""
        alone = bool(again)
        while True:
            while len(running) < (1 if alone else 2 * self.workers):
                alone = bool(again)
                chunk = again.pop() if again else next(chunks, None)
                if chunk is None:
                    break
                try:
                    running[pool.submit(_compute, chunk)] = chunk
                except BrokenProcessPool:
                    again.append(chunk)
                    raise
            if not running:
                return
            done, _ = wait(running, LOOK, FIRST_COMPLETED)
            for future in done:
                try:
                    answer: bytes | str = future.result()
                except MemoryError:
                    answer = NO_MEMORY
                yield running.pop(future).number, answer
            if not done:
                yield -1, b""


def _given_up(again: list[Any], deaths: dict[int, int]) -> Answers:
    """Give up a chunk that was alone under way at too many deaths; it stands last."""
    number = again[-1].number
    deaths[number] = deaths.get(number, 0) + 1
    if deaths[number] >= TRIES:
        again.pop()
        yield number, LOST % {"tries": TRIES}
