"""Rows as lines of JSON: the way of databases other than SQLite, held on whichever database runs."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from hks.core.errors import InputError, StateError
from hks.web.accounts.models import LoginLetter, Organisation, User
from hks.web.accounts.services import ensure_demo_member
from hks.web.evidence import services
from hks.web.evidence.models import Filing, Record
from hks.web.portal import backup

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rows(zeitz: Organisation, tmp_path: Path) -> Path:
    user = ensure_demo_member(zeitz, "caretaker")
    services.note(user, "import", "dataset 1", zeitz)
    services.seal_audit()
    LoginLetter.objects.create(recipient="a@example.org", subject="s", body="SECRET-CODE")
    path = tmp_path / backup.ROWS
    assert backup.write_rows(path)
    return path


def everything() -> dict[str, list[dict]]:
    models = [model for model in apps.get_models() if model not in backup.LEFT_OUT]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def test_rows_come_back_as_they_were_and_no_code_with_them(rows: Path) -> None:
    before = everything()
    assert "SECRET-CODE" not in rows.read_text()
    User.objects.update(name="changed")
    Filing.objects.create(record=Record.objects.first(), organisation=Organisation.objects.get(), title="later")
    backup.replace_rows(rows)
    assert everything() == before
    assert services.verify().broken == []
    assert not LoginLetter.objects.exists()
    assert Organisation.objects.create(slug="new", name="New", kind="town").pk > 1  # sequences go on


def without_organisations(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if '"accounts.organisation"' not in line)


SPOILT = [
    lambda text: text[: len(text) // 2],
    lambda text: text + text.splitlines(keepends=True)[0],
    lambda text: text + '{"model": "no.such", "pk": 1, "fields": {}}\n',
    without_organisations,
]


@pytest.mark.parametrize("spoil", SPOILT)
def test_rows_that_do_not_fit_leave_all_as_it_was(rows: Path, spoil) -> None:
    rows.write_text(spoil(rows.read_text()))
    before = everything()
    with pytest.raises(InputError, match="no whole backup"):
        backup.replace_rows(rows)
    assert everything() == before


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLITE: tests/cli/test_backup.py restores whole archives")
def test_an_archive_of_rows_comes_back_with_its_files(rows: Path, tmp_path: Path) -> None:
    before, archive = everything(), tmp_path / "backup.zip"
    assert backup.back_up(archive).missing == []
    User.objects.update(name="changed")
    for path in Path(settings.FILES_DIR).rglob("*"):
        if path.is_file():
            path.write_bytes(b"changed")
    with pytest.raises(StateError, match="--force"):
        backup.restore(archive, force=False)
    backup.restore(archive, force=True)
    assert everything() == before
    assert services.verify().broken == []
    with pytest.raises(InputError, match="no whole backup"):
        backup.restore(rows, force=True)
    assert everything() == before
