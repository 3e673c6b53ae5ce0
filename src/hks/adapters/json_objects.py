"""One JSON object from a file."""

import json
from typing import Any

from hks.adapters.official_tables import decoded
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

MEGABYTE = 1024 * 1024


def read_object(data: bytes, name: str, megabytes: int) -> dict[str, Any]:
    """Read one object.

    Raises
    ------
    InputError
        If the file is larger than it may be, no JSON, or holds something else than an object.
    """
    if len(data) > megabytes * MEGABYTE:
        raise InputError(gettext_noop("The file is larger than %(most)s MB."), where=name, most=megabytes)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(gettext_noop("The text is UTF-16; please save it as UTF-8."), where=name)
    if b"\0" in data or data.startswith(b"PK"):
        raise InputError(gettext_noop("This is not JSON."), where=name)
    text, _ = decoded(data, name)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f"{name}:{getattr(error, 'lineno', 1)}:{getattr(error, 'colno', 1)}"
        raise InputError(gettext_noop("This is not JSON."), where=where) from None
    if not isinstance(content, dict):
        raise InputError(gettext_noop("The JSON must be one object, in braces."), where=name)
    return content
