"""Play the stories of the demo on a fresh database."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.utils.translation import override

from hks.core.errors import InputError, StateError
from hks.core.messages import gettext_noop
from hks.web.accounts.models import Organisation, User
from hks.web.accounts.services import demo_person, ensure_demo_member
from hks.web.decisions.models import PaperVersion
from hks.web.evidence.services import read_file
from hks.web.formats.services import file_catalogue
from hks.web.portal.views import DOORS
from hks.web.projects.measures import file_measures
from hks.web.projects.models import Project
from hks.web.regions.services import load_region
from hks.web.stories.aue import play_aue
from hks.web.stories.eilenburg import play_eilenburg
from hks.web.stories.nordsachsen import play_nordsachsen
from hks.web.stories.zeitz import play_zeitz


@dataclass(frozen=True)
class Story:
    """A town or district of the demo and what happens there; `play` returns the project that the story is about."""

    town: str
    ags: str
    land: str
    play: Callable[[Organisation, User], Project]


# In this order: the first page shows the first one as its example.
STORIES = {
    "zeitz": Story("Stadt Zeitz", "15084590", "ST", play_zeitz),
    "aue-bad-schlema": Story("Stadt Aue-Bad Schlema", "14521035", "SN", play_aue),
    "eilenburg": Story("Stadt Eilenburg", "14730110", "SN", play_eilenburg),
    "nordsachsen": Story("Landkreis Nordsachsen", "14730", "SN", play_nordsachsen),
}
PARTS = ("hks.sqlite3", "hks.sqlite3-wal", "hks.sqlite3-shm", "files", "keys", "papers", "static")


def fresh(folder: Path, story: str) -> None:
    """Remove an earlier demo from its own folder, and only what a demo makes.

    Raises
    ------
    InputError
        If there is no such story.
    StateError
        If an account of a real person lies there: then it is an installation and stays.
    """
    known_story(story)
    try:
        there = User._meta.db_table in connection.introspection.table_names()
        real = there and User.objects.exclude(email__endswith="invalid").exists()
    except DatabaseError:
        real = True
    finally:
        connections.close_all()
    if real:
        raise StateError(
            gettext_noop("%(folder)s holds an installation with accounts, no demo. Choose another folder: --out DIR"),
            folder=folder,
        )
    for name in PARTS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def known_story(story: str) -> None:
    """Refuse a story that nobody tells.

    Raises
    ------
    InputError
        If there is none of this name.
    """
    if story not in {"all", *STORIES}:
        raise InputError(
            gettext_noop("There is no story '%(name)s'; known: %(known)s."), name=story, known=", ".join(STORIES)
        )


def start_again() -> None:
    """Empty the running demo's database and files and play its stories once more."""
    call_command("flush", interactive=False, verbosity=0)
    folder = Path(settings.DATA_DIR)
    for part in (Path(settings.FILES_DIR), folder / "keys", folder / "papers"):
        shutil.rmtree(part, ignore_errors=True)
    file_catalogue()
    file_measures()
    play("all", folder)


def play(story: str, folder: Path) -> list[dict[str, Any]]:
    """Play one story or all of them.

    Raises
    ------
    InputError
        If there is no such story.
    """
    known_story(story)
    load_region()
    with override("de"):  # the towns write German, whatever the terminal speaks
        return [played(name, folder) for name in (STORIES if story == "all" else [story])]


def played(name: str, folder: Path) -> dict[str, Any]:
    """Play one story in its town, unless it was played there before."""
    began, story = time.monotonic(), STORIES[name]
    kind = Organisation.Kind.DISTRICT if len(story.ags) == 5 else Organisation.Kind.TOWN
    town, _ = Organisation.objects.get_or_create(
        slug=name, defaults={"name": story.town, "kind": kind, "ags": story.ags, "land": story.land}
    )
    for role in DOORS:
        ensure_demo_member(town, role)
    project = Project.objects.filter(organisation=town).first() or story.play(town, demo_person(town, "caretaker"))
    papers = [str(file) for file in write_papers(project, folder)]
    return {"name": name, "project": project.slug, "papers": papers, "seconds": time.monotonic() - began}


def write_papers(project: Project, folder: Path) -> list[Path]:
    """Write the papers of a project beside the demo's database."""
    written = []
    for paper in PaperVersion.objects.filter(project=project).select_related("filing__record"):
        for form in ("pdf", "docx"):
            digest = paper.filing.record.as_record.content["outcomes"][form]["digest"]
            file = folder / "papers" / f"{project.slug}-{paper.number}.{form}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(read_file(paper.filing.record.files.get(sha256=digest)))
            written.append(file)
    return written
