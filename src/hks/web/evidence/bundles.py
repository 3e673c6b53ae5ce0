"""A record with its ancestors and files as one JSON object: a notebook needs no database."""

from __future__ import annotations

import base64
from typing import Any

from hks.core import evidence
from hks.web.evidence.models import Record
from hks.web.evidence.services import chain, kept_files, read_file


def bundle_of(digest: str, *, with_files: bool) -> dict[str, Any]:
    """Collect a record by its digest, or the only one that begins with it, and its ancestors."""
    rows = list(Record.objects.filter(digest__startswith=digest.partition("#")[0])[:2])
    links = chain(rows[0]) if len(rows) == 1 else []
    bundle: dict[str, Any] = {
        "digest": links[0].digest if links else digest,
        "schema": evidence.SCHEMA,
        "records": [link.as_record.content for link in links],
    }
    if with_files:
        bundle["files"] = {
            stored.sha256: base64.b64encode(read_file(stored)).decode() for link in links for stored in kept_files(link)
        }
    return bundle
