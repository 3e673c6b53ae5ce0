"""Play the stories of the demo on a fresh database."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Organisation
from hks.web.accounts.services import demo_person, ensure_demo_member
from hks.web.evidence.services import read_file
from hks.web.formats.services import file_catalogue
from hks.web.portal.views import DOORS
from hks.web.projects.models import Project
from hks.web.regions.services import load_region
from hks.web.stories.zeitz import papers_of, play_zeitz

STORIES = ("zeitz",)
PARTS = ("hks.sqlite3", "hks.sqlite3-wal", "hks.sqlite3-shm", "files", "keys", "papers", "static")


def fresh(folder: Path) -> None:
    """Remove an earlier demo from its own folder, and only what a demo makes."""
    for name in PARTS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def start_again() -> None:
    """Empty the running demo's database and files and play its stories once more."""
    call_command("flush", interactive=False, verbosity=0)
    folder = Path(settings.DATA_DIR)
    for part in (Path(settings.FILES_DIR), folder / "keys", folder / "papers"):
        shutil.rmtree(part, ignore_errors=True)
    file_catalogue()
    play("all", folder)


def play(story: str, folder: Path) -> list[dict[str, Any]]:
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
    project = Project.objects.filter(organisation=town).first() or play_zeitz(town, demo_person(town, "caretaker"))
    papers = [str(file) for file in write_papers(project, folder)]
    return [{"name": "zeitz", "project": project.slug, "papers": papers, "seconds": time.monotonic() - began}]


def write_papers(project: Project, folder: Path) -> list[Path]:
    """Write the papers of a project beside the demo's database."""
    written = []
    for paper in papers_of(project):
        for form in ("pdf", "docx"):
            digest = paper.filing.record.as_record.content["outcomes"][form]["digest"]
            file = folder / "papers" / f"{project.slug}-{paper.number}.{form}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(read_file(paper.filing.record.files.get(sha256=digest)))
            written.append(file)
    return written
