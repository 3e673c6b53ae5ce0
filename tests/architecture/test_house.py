"""What the import checker cannot see."""

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from hks.web.accounts.models import Feedback
from hks.web.portal import privacy
from hks.web.portal.privacy import PERSONAL_DATA, about_people, undeclared
from hks.web.shell.personal_data import UNTIL_ERASED, names_an_account

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src" / "hks" / "web"
ROOMS = [
    "shell", "accounts", "evidence", "jobs", "regions", "projects", "contributions", "formats",
    "workshops", "studies", "participation", "decisions", "labs", "portal", "stories",
]  # fmt: skip
HEAVY = "numba scipy pandas xarray dask distributed sklearn typst docx segno"


@pytest.mark.parametrize(
    "start", ["import hks.web.urls", "from hks.cli.main import cli; cli.main(['--help'], standalone_mode=False)"]
)
def test_a_light_start(start: str, tmp_path: Path) -> None:
    program = f"import django; django.setup(); {start}; import sys; print('LOADED', *[m for m in '{HEAVY}'.split() if m in sys.modules])"
    environment = {**os.environ, "HKS_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "hks.web.settings"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "LOADED"


def test_a_key_into_another_room_has_no_way_back() -> None:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not model.__module__.startswith("hks.") or not isinstance(field, models.ForeignKey):
                continue
            other = field.related_model._meta.app_label
            user = field.related_model._meta.label == "accounts.User"
            if other != model._meta.app_label and not user:
                assert ROOMS.index(other) < ROOMS.index(model._meta.app_label), field
                assert field.remote_field.related_name == "+", field


def test_every_field_that_can_hold_personal_text_is_declared_with_its_purpose() -> None:
    about = [model for model in apps.get_models() if about_people(model)]
    assert {"User", "Filing", "AuditEvent", "Job", "Threshold", "Feedback"} <= {model.__name__ for model in about}
    assert {model.__name__: undeclared(model) for model in about if undeclared(model)} == {}
    for entry in PERSONAL_DATA:
        assert entry.purpose
        assert entry.delete_after
        assert set(entry.closed) <= set(entry.fields)
        assert set(entry.fields) <= {field.name for field in entry.model._meta.local_fields}


def test_what_ends_with_the_account_is_the_account_or_a_key_to_it() -> None:
    """Erasing an account blanks it; a text that names its end so would not be told the truth about."""
    for entry in PERSONAL_DATA:
        if entry.delete_after == UNTIL_ERASED and entry.erase == "on_delete":
            fields = [entry.model._meta.get_field(name) for name in entry.fields]
            assert all(names_an_account(field) for field in fields), entry


def test_a_field_that_nobody_declared_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "PERSONAL_DATA", [entry for entry in PERSONAL_DATA if entry.model is not Feedback])
    assert undeclared(Feedback) == []  # unknown as a table about people
    rest = [replace(e, fields=("page", "text")) if e.model is Feedback else e for e in PERSONAL_DATA]
    monkeypatch.setattr(privacy, "PERSONAL_DATA", rest)
    assert undeclared(Feedback) == ["contact"]


def test_the_accounts_and_every_list_of_a_room_are_on_the_list_of_the_house() -> None:
    declared = {entry.model for entry in PERSONAL_DATA}
    for room in WEB.glob("*/personal_data.py"):
        if room.parent.name != "shell":
            own = importlib.import_module(f"hks.web.{room.parent.name}.personal_data").PERSONAL_DATA
            assert {entry.model for entry in own} <= declared, room
    assert set(apps.get_app_config("accounts").get_models()) <= declared


@pytest.mark.parametrize("template", sorted(WEB.rglob("*.html")), ids=lambda path: path.name)
def test_a_template_has_nothing_inline_and_names_no_method(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*src=)|\son\w+=|\|safe", text)
    assert not re.search(r"SMAA|Theil|leximin|PRIM\b", text)


def test_the_german_catalogue_is_complete(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("NO XGETTEXT: the German catalogue was not checked")
    shutil.copytree(ROOT / "src" / "hks", tmp_path / "hks", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    program = Path(sys.executable).parent / "django-admin"
    command = [program, "makemessages", "-l", "de", "--no-obsolete"]
    subprocess.run(command, cwd=tmp_path / "hks", env=environment, check=True, capture_output=True)
    catalogue = polib.pofile(str(tmp_path / "hks/locale/de/LC_MESSAGES/django.po"))
    assert [entry.msgid for entry in catalogue if not entry.translated()] == []


def test_every_marked_text_is_in_the_catalogue() -> None:
    """Find what xgettext overlooks, such as a mark inside an f-string."""
    known = {entry.msgid for entry in polib.pofile(str(ROOT / "src/hks/locale/de/LC_MESSAGES/django.po"))}
    marks = {"_", "gettext", "gettext_lazy", "gettext_noop"}
    lost = [
        (path.name, node.args[0].value)
        for path in (ROOT / "src" / "hks").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in marks
        and isinstance(node.args[0], ast.Constant) and node.args[0].value not in known
    ]  # fmt: skip
    assert lost == []


def test_placeholders_survive_translation() -> None:
    names = re.compile(r"%\((\w+)\)s")
    for entry in polib.pofile(str(ROOT / "src/hks/locale/de/LC_MESSAGES/django.po")):
        pairs = [(entry.msgid, entry.msgstr)]
        if entry.msgid_plural:
            pairs = [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]
        for source, text in pairs:
            assert sorted(names.findall(source)) == sorted(names.findall(text)), source


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_public_site_passes_djangos_own_check(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "HKS_DATA_DIR": str(tmp_path),
        "HKS_SECURE": "1",
        "HKS_DEMO": "",
        "DJANGO_SETTINGS_MODULE": "hks.web.settings",
    }
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE")  # only the tests set it
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_no_lock_file_names_a_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert not re.search(r"https?://|index-url", (ROOT / name).read_text())
