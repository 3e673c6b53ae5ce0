"""Who computes the chunks: this process, several processes of this machine, or (dask_executor) a cluster."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from typing import Any, Protocol

from hks.core.errors import InputError, StateError
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


def _begin(work: Work, open_end: Connection) -> None:
    """Prepare a worker: it keeps the work, leaves Ctrl-C to its parent and ends with it, however that ends."""
    global _work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # the other cores have their own worker
    threading.Thread(target=_end_with, args=(open_end,), daemon=True).start()


def _end_with(open_end: Connection) -> None:
    """End at once when the other end of the pipe is closed, also by the death of who held it."""
    wait_for([open_end])
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
        queue = _Queue(chunks)
        context = multiprocessing.get_context("spawn")
        while True:
            open_end, held = context.Pipe(duplex=False)
            pool = ProcessPoolExecutor(self.workers, context, _begin, (work, open_end))
            try:
                yield from self._from(pool, queue)
            except BrokenProcessPool:
                yield from queue.after_a_death()
            else:
                pool.shutdown()
                return
            finally:
                held.close()
                pool.shutdown(cancel_futures=True)
                open_end.close()

    def _from(self, pool: ProcessPoolExecutor, queue: "_Queue") -> Answers:
        """Keep two chunks a worker under way; those that saw a worker die go alone, so that the culprit shows."""
        while True:
            while len(queue.running) < (1 if queue.alone else 2 * self.workers) and queue.advance():
                queue.running[pool.submit(_compute, queue.chunk)] = queue.chunk
                queue.chunk = None
            if not queue.running:
                return
            done, _ = wait(queue.running, LOOK, FIRST_COMPLETED)
            for future in done:
                try:
                    answer: bytes | str = future.result()
                except MemoryError:
                    answer = NO_MEMORY
                queue.deaths, queue.answered = 0, True
                yield queue.running.pop(future).number, answer
            if not done:
                yield -1, b""


class _Queue:
    """Chunks still to do: those that saw a worker die first, one at a time."""

    def __init__(self, chunks: Iterator[Any]) -> None:
        self.chunks = chunks
        self.chunk: Any = None
        self.alone = False
        self.again: list[Any] = []
        self.running: dict[Future[bytes], Any] = {}
        self.deaths = 0  # in a row, without an answer in between
        self.answered = self.gave_up = False

    def advance(self) -> bool:
        """Take the next chunk; say whether there is one."""
        self.alone = bool(self.again)
        self.chunk = self.again.pop() if self.again else next(self.chunks, None)
        return self.chunk is not None

    def after_a_death(self) -> Answers:
        """Put back what was under way; give up a chunk that was alone at the last of several deaths.

        Raises
        ------
        StateError
            If nobody lives long enough for a single answer.
        """
        lost = [*self.running.values(), *([] if self.chunk is None else [self.chunk])]
        self.running.clear()
        self.deaths += 1
        if len(lost) > 1 or self.deaths < TRIES:
            self.again += lost
            return
        yield lost[0].number, LOST % {"tries": TRIES}
        if not self.answered and self.gave_up:
            raise StateError(gettext_noop("Workers die before they compute anything; try one process (serial)."))
        self.deaths, self.gave_up = 0, True
