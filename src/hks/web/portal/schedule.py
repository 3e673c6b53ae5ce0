"""The explicit list of recurring jobs."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from hks.core.errors import HksError
from hks.web.accounts import services as accounts
from hks.web.contributions import services as contributions
from hks.web.decisions import group_weights as decisions
from hks.web.decisions import tasks as packages
from hks.web.evidence.services import seal_audit
from hks.web.jobs.services import bring_back
from hks.web.participation.services import close_ended
from hks.web.projects import services as projects
from hks.web.regions import fetching
from hks.web.regions import services as regions
from hks.web.regions.tasks import enqueue_fetch
from hks.web.studies.tasks import WORKS, enqueue
from hks.web.workshops import ending as workshops

logger = logging.getLogger(__name__)


# How a job of each kind is put back into the queue when its worker died.
JOB_KINDS: dict[str, Callable[[int], object]] = {
    **dict.fromkeys(WORKS, enqueue), **dict.fromkeys(packages.KINDS, packages.enqueue), fetching.KIND: enqueue_fetch,
}  # fmt: skip


@dataclass
class Duty:
    """Something to do every so many seconds."""

    name: str
    every: float
    do: Callable[[], object]
    due: float = 0.0


# Each room erases in a duty of its own, so that the fault of one keeps nothing of another.
ERASING: dict[str, Callable[[datetime.datetime], int]] = {
    "accounts": accounts.erase_due, "regions": regions.erase_due, "contributions": contributions.erase_due,
    "projects": projects.erase_due, "workshops": workshops.erase_due, "decisions": decisions.erase_due,
}  # fmt: skip


def erase_due(*rooms: str) -> int:
    """Delete what the rooms, all of them if none is named, keep for a time only; return how many rows went."""
    now = timezone.now()
    return sum(ERASING[room](now) for room in rooms or ERASING)


def close_votes() -> int:
    """Close and count votes that ended and that nobody closed."""
    return close_ended(timezone.now())


def bring_back_jobs() -> int:
    """Return the jobs of dead workers to the queue."""
    return bring_back(JOB_KINDS)


DUTIES = [
    Duty("bring back the jobs of dead workers", 15, bring_back_jobs),
    Duty("seal the audit events", 60, seal_audit),
    Duty("close votes that ended", 3600, close_votes),
    *(Duty(f"erase what is due in {room}", 3600, partial(erase_due, room)) for room in ERASING),
]


def run_due(now: float) -> list[str]:
    """Do what is due; one failing duty is logged and does not stop the others."""
    done = []
    for duty in DUTIES:
        if now < duty.due:
            continue
        duty.due = now + duty.every
        try:
            duty.do()
            done.append(duty.name)
        except (DatabaseError, HksError):
            logger.exception("the duty '%s' failed", duty.name)
        finally:
            close_old_connections()
    return done
