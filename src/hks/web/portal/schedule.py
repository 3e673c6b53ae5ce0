"""The explicit list of recurring jobs, and who carries out which kind of job."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from hks.core.errors import HksError
from hks.web.evidence.services import seal_audit
from hks.web.jobs.services import bring_back
from hks.web.studies.tasks import RUN_METHOD, enqueue_run

logger = logging.getLogger(__name__)

ENQUEUE: dict[str, Callable[[int], None]] = {RUN_METHOD: enqueue_run}


@dataclass
class Duty:
    """Something to do every so many seconds."""

    name: str
    every: float
    do: Callable[[], object]
    due: float = 0.0


def return_lost_jobs() -> int:
    """Bring back the jobs of workers that died."""
    return bring_back(lambda kind, pk: ENQUEUE[kind](pk))


DUTIES = [
    Duty("return lost jobs", 15, return_lost_jobs),
    Duty("seal the audit events", 60, seal_audit),
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
            logger.exception("the duty '%s' failed at %s", duty.name, timezone.now())
        finally:
            close_old_connections()
    return done
