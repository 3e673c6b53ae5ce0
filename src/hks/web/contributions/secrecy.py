"""Codes, their hashes, and the key that makes a vote changeable until the close and unassignable after it.

Two keyed hashes of one code: the participation's key comes from the site's own secret, the response's key lies in a
file outside database and backup and is destroyed at the close. After that nobody can lead one to the other.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from hks.core.errors import StateError
from hks.core.messages import gettext_noop
from hks.web.contributions.models import Sheet

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U: read from a card and typed on a phone
CODE_LENGTH = 12  # 59 bits: not to be guessed within the limit of tries

YOUNG = 3600.0  # seconds; our choice: no transaction that opens a sheet takes as long


def new_code() -> str:
    """Draw a code as it is printed: three groups of four."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(signs[n : n + 4] for n in range(0, CODE_LENGTH, 4))


def plain(code: str) -> str:
    """Take a typed code as it was meant."""
    return "".join(sign for sign in code.upper() if sign in ALPHABET)


def known_as(sheet: Sheet, code: str) -> str:
    """Name a code in tokens, participations and contributions."""
    return salted_hmac(f"hks.participation.{sheet.pk}", plain(code), algorithm="sha256").hexdigest()


def key_file(sheet: Sheet) -> Path:
    """Say where the key of the answers lies."""
    return Path(settings.DATA_DIR) / "keys" / f"sheet-{sheet.pk}.key"


def make_key(sheet: Sheet) -> None:
    """Make the key of a sheet; an old one is never written over."""
    file = key_file(sheet)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(secrets.token_bytes(32))


def pseudonym(sheet: Sheet, code: str) -> str:
    """Name a code in responses.

    Raises
    ------
    StateError
        If the key was destroyed or lost.
    """
    file = key_file(sheet)
    if not file.exists():
        raise StateError(gettext_noop("This vote is closed; its key is destroyed. Nothing can be changed any more."))
    return hmac.new(file.read_bytes(), plain(code).encode(), hashlib.sha256).hexdigest()


def destroy_key(sheet: Sheet) -> None:
    """Write over the key and remove it."""
    _destroy(key_file(sheet))


def destroy_lost_keys() -> int:
    """Destroy keys whose sheet is closed or gone; return how many.

    A process that died at the close leaves its key behind. Young keys stay: their sheet may not be written down yet.
    """
    open_now = set(Sheet.objects.filter(closed_at=None).values_list("pk", flat=True))
    lost = [
        file for file in (Path(settings.DATA_DIR) / "keys").glob("sheet-*.key")
        if (number := re.fullmatch(r"sheet-(\d+)", file.stem)) and int(number[1]) not in open_now
        and file.stat().st_mtime < time.time() - YOUNG
    ]  # fmt: skip
    for file in lost:
        _destroy(file)
    return len(lost)


def _destroy(file: Path) -> None:
    if file.exists():
        file.write_bytes(secrets.token_bytes(32))
        file.unlink()


def empty_journal() -> None:
    """Fold SQLite's journal into the database and empty it: it keeps older states, with votes in their order."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
