"""Compute the chunks on a cluster of machines; the only module that knows Dask."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hks.core.errors import SourceError, StateError
from hks.core.messages import gettext_noop
from hks.ensembles.executors import LOOK, LOST, NO_MEMORY, Answer, Answers, Work

if TYPE_CHECKING:
    from distributed import Client, Future

PATIENCE = 60.0  # s; our choice: so long a cluster may be without any worker
ANSWERS_WITHIN = 10  # s; our choice: a scheduler on the same network answers far sooner
UNDER_WAY = 4  # chunks a thread; our choice: none waits for the next, and few are lost with a worker


@dataclass
class Dask:
    """Compute on the workers of a scheduler, as tcp://host:port; whoever dies there, their chunks are done again.

    Results come here as they are finished and lie on this machine's disk, so workers need no common folder.
    """

    address: str
    workers: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        client = self._client()
        try:
            self.workers = sum(client.ncores().values()) or 1
        finally:
            client.close()

    def _client(self) -> "Client":
        try:
            from distributed import Client
        except ModuleNotFoundError:
            raise StateError(
                gettext_noop("Dask is not installed here; install hks[cluster] or compute with processes.")
            ) from None
        try:
            return Client(self.address, timeout=ANSWERS_WITHIN, set_as_default=False)
        except (OSError, ValueError):  # a timeout is an OSError
            raise SourceError(
                gettext_noop("No scheduler answers at '%(address)s'."), address=self.address[:200]
            ) from None

    def answers(self, work: Work, chunks: Iterator[Any]) -> Answers:
        """Yield the answers as they come."""
        import dask

        client = self._client()
        running: dict[Future, Any] = {}
        try:
            with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"}):  # inputs go once a worker
                yield from self._from(client, work, chunks, running)
        except (CancelledError, OSError):
            raise SourceError(gettext_noop("The scheduler at '%(address)s' was lost."), address=self.address) from None
        finally:
            if client.status == "running":
                client.cancel(list(running), force=True)
            client.close()

    def _from(self, client: "Client", work: Work, chunks: Iterator[Any], running: "dict[Future, Any]") -> Answers:
        # A submitted work is made again when the worker that holds it dies; a scattered one would be lost.
        name = uuid.uuid4().hex
        held = client.submit(_held, work, key=f"work-{name}", pure=False)
        idle, asked, threads = 0.0, -LOOK, 0
        while True:
            if time.monotonic() - asked > LOOK:  # workers come and go
                asked, threads = time.monotonic(), sum(client.ncores().values())
            while len(running) < UNDER_WAY * max(threads, 1) and (chunk := next(chunks, None)) is not None:
                key = f"chunk-{name}-{chunk.number}"
                running[client.submit(_compute, held, chunk, key=key, pure=False)] = chunk
            if not running:
                return
            done = _finished(client, list(running))
            for future in done:
                yield _answer(future, running.pop(future))
            idle = 0.0 if done or threads else idle + LOOK
            if idle > PATIENCE:
                raise SourceError(
                    gettext_noop("The cluster at '%(address)s' had no worker for %(seconds)s seconds."),
                    address=self.address, seconds=round(PATIENCE),
                )  # fmt: skip
            if not done:
                yield -1, b""


def _held(work: Work) -> Work:
    return work


def _compute(work: Work, chunk: Any) -> bytes:
    return work(chunk)


def _finished(client: "Client", futures: "list[Future]") -> "list[Future]":
    """Wait a moment for the first; list what is finished."""
    from distributed import wait

    try:
        with client.as_current():
            return list(wait(futures, timeout=LOOK, return_when="FIRST_COMPLETED").done)
    except TimeoutError:
        return []


def _answer(future: "Future", chunk: Any) -> Answer:
    from distributed.scheduler import KilledWorker

    try:
        return chunk.number, future.result()
    except KilledWorker:
        return chunk.number, LOST % {"tries": 3}
    except MemoryError:
        return chunk.number, NO_MEMORY
