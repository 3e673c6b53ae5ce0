"""Is the installation well? Database, files, worker."""

from __future__ import annotations

import datetime
import shutil
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from hks.web.jobs.models import Job


def state() -> dict[str, Any]:
    """Check what a health probe needs to know."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        long_ago = timezone.now() - datetime.timedelta(minutes=10)
        waiting = Job.objects.filter(status=Job.Status.WAITING, ordered_at__lt=long_ago).count()
        database = True
    except DatabaseError:
        database, waiting = False, 0
    free = shutil.disk_usage(settings.DATA_DIR).free
    return {
        "ok": database and not waiting and free > 100 * 1024 * 1024,
        "database": database,
        "jobs_waiting_too_long": waiting,
        "free_bytes": free,
    }
