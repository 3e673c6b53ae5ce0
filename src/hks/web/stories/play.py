"""Play the stories of the demo on a fresh database."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import ensure_demo_member
from hks.web.portal.views import DOORS
from hks.web.regions.services import load_region

STORIES = ("zeitz",)
PARTS = ("hks.sqlite3", "hks.sqlite3-wal", "hks.sqlite3-shm", "files", "keys", "static")


def fresh(folder: Path) -> None:
    """Remove an earlier demo from its own folder, and only what a demo makes."""
    for name in PARTS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def play(story: str) -> list[dict[str, Any]]:
    """Play one story or all of them.

    Raises
    ------
    InputError
        If there is no such story.
    """
    if story not in {"all", *STORIES}:
        raise InputError(
            gettext_noop("There is no story '%(name)s'; known: %(known)s."), name=story, known=", ".join(STORIES)
        )
    began = time.monotonic()
    town, _ = Organisation.objects.get_or_create(
        slug="zeitz", defaults={"name": "Stadt Zeitz", "kind": Organisation.Kind.TOWN, "ags": "15084590", "land": "ST"}
    )
    for role in DOORS:
        ensure_demo_member(town, role)
    load_region()
    return [{"name": "zeitz", "project": "", "papers": [], "seconds": time.monotonic() - began}]
