"""The recurring duties really erase what is due."""

import datetime
import importlib
import os
from pathlib import Path
from pkgutil import iter_modules

import pytest
from django.db import DatabaseError
from django.utils import timezone

from hks.web import studies
from hks.web.accounts.models import LoginLetter, Organisation
from hks.web.accounts.services import LETTERS_KEPT, ensure_demo_member
from hks.web.contributions.models import Contribution, Participation, Response, Token
from hks.web.contributions.secrecy import key_file
from hks.web.contributions.services import give_codes
from hks.web.participation.services import open_consultation, vote
from hks.web.portal.schedule import DUTIES, ERASING, JOB_KINDS, erase_due, run_due
from hks.web.projects.models import Project
from hks.web.projects.services import put_in_bin
from hks.web.regions.models import PendingImport
from hks.web.regions.services import PENDING_KEPT

pytestmark = pytest.mark.django_db


def test_letters_and_unconfirmed_uploads_go_when_their_time_is_over() -> None:
    town = Organisation.objects.create(slug="a", name="A", kind="town")
    LoginLetter.objects.create(recipient="a@example.org", subject="s", body="b")
    PendingImport.objects.create(organisation=town, name="t.csv", data=b"1", by=ensure_demo_member(town, "caretaker"))
    assert erase_due() == 0
    LoginLetter.objects.update(at=timezone.now() - LETTERS_KEPT * 2)
    PendingImport.objects.update(at=timezone.now() - PENDING_KEPT * 2)
    assert erase_due() == 2


def test_what_one_room_cannot_erase_keeps_nothing_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_now: object) -> int:
        raise DatabaseError

    LoginLetter.objects.create(recipient="a@example.org", subject="s", body="b")
    LoginLetter.objects.update(at=timezone.now() - LETTERS_KEPT * 2)
    for room in set(ERASING) - {"accounts"}:
        monkeypatch.setitem(ERASING, room, broken)
    monkeypatch.setattr("hks.web.portal.schedule.close_old_connections", lambda: None)
    for duty in DUTIES:
        monkeypatch.setattr(duty, "due", 0.0)
    done = run_due(1.0)
    assert "erase what is due in accounts" in done
    assert "erase what is due in projects" not in done
    assert not LoginLetter.objects.exists()


def test_a_project_goes_from_the_bin_with_its_vote(pavilion: Project, settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    pavilion.groups.create(name="Neighbours")
    asked = open_consultation(
        pavilion, pavilion.options.get(letter="B").current, by=None, opens=timezone.localdate(),
        closes=timezone.localdate(), question="?", other_ways="Town hall",
    )  # fmt: skip
    code = give_codes(asked.sheet, 1)[0]
    vote(asked, code, {"group": "Neighbours", "level": 1}, channel="web", condition="I am Erika Mustermann")
    put_in_bin(pavilion, by=None)
    assert erase_due() == 0
    Project.objects.update(binned_at=timezone.now() - datetime.timedelta(days=31))
    assert erase_due() > 0
    assert not Project.objects.exists()
    assert not any(model.objects.exists() for model in (Contribution, Token, Participation, Response))
    key = key_file(asked.sheet)
    assert key.exists()
    os.utime(key, (0, 0))
    assert erase_due() == 1
    assert not key.exists()


def test_the_job_of_a_dead_worker_is_brought_back_whatever_its_kind() -> None:
    modules = [importlib.import_module(f"{studies.__name__}.{found.name}") for found in iter_modules(studies.__path__)]
    kinds = {module.KIND for module in modules if hasattr(module, "KIND")}
    assert len(kinds) > 8
    assert set(JOB_KINDS) == kinds | {"fetch-table", "package", "expert-ranks"}
