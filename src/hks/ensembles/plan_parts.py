"""Read the parts of a plan, each with a clear sentence where it is not what it should be."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LARGEST_FILE = 10 * 1024 * 1024  # our choice: a plan fits a few pages
LARGEST_WHOLE = 2**53  # beyond it numbers are no longer told apart
FARTHEST = 2**31  # of places counted from 0; no matrix has so many states
Setting = float | int | str | bool


def content_of(data: bytes, name: str) -> dict[str, Any]:
    """Read TOML or JSON as a table.

    Raises
    ------
    InputError
        If it is neither; the text names the place.
    """
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The plan is larger than 10 MB."), where=name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(gettext_noop("The plan is not written in UTF-8."), where=name) from None
    if not text.strip():
        raise InputError(gettext_noop("The file is empty."), where=name)
    if not text.lstrip().startswith("{"):
        return _toml(text, name)
    try:
        content: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f"{name}:{getattr(error, 'lineno', 1)}:{getattr(error, 'colno', 1)}"
        raise InputError(gettext_noop("This is not JSON."), where=where) from None
    return content


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        where = f"{name}:{place[1]}:{place[2]}" if place else f"{name}:{len(text.splitlines())}"
        raise InputError(gettext_noop("This is neither TOML nor JSON."), where=where) from None


def place_of(value: Any) -> int:
    """Take a place counted from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < FARTHEST:
        raise ValueError(value)
    return value


def refuse_unknown(given: Mapping[str, Any], known: set[str], where: str) -> None:
    """Refuse a key that says nothing here."""
    for key in given:
        if key not in known:
            raise InputError(
                gettext_noop("'%(key)s' is not known here; known are %(known)s."),
                where=f"{where}.{key}" if where else str(key)[:80], key=str(key)[:80], known=", ".join(sorted(known)),
            )  # fmt: skip


def table_at(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Take a table of names and values; an absent one is empty."""
    found = content.get(key, {})
    if not isinstance(found, dict):
        raise InputError(gettext_noop("'%(key)s' is a table of names and values."), where=key, key=key)
    return found


def list_of(found: Any, where: str) -> list[Any]:
    """Take a list."""
    if not isinstance(found, list | range):
        raise InputError(gettext_noop("A list is needed here."), where=where)
    return list(found)


def text_of(found: Any, where: str) -> str:
    """Take a text that is not empty."""
    if not isinstance(found, str) or not found.strip():
        raise InputError(gettext_noop("A text is needed here."), where=where)
    return found.strip()


def one_of(found: Any, allowed: tuple[Any, ...], where: str) -> Any:
    """Take one of the values that are offered."""
    if found not in allowed:
        raise InputError(
            gettext_noop("'%(value)s' is not offered; choose one of %(allowed)s."),
            where=where, value=str(found)[:80], allowed=", ".join(allowed),
        )  # fmt: skip
    return found


def number_of(found: Any, where: str) -> float:
    """Take a finite number."""
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) < 1e300:
        raise InputError(gettext_noop("A number is needed here, not %(value)s."), where=where, value=str(found)[:80])
    return float(found)


def setting_of(found: Any, where: str) -> Setting:
    """Take a number, a text or yes and no."""
    if isinstance(found, bool | str):
        return found
    number = number_of(found, where)
    return found if isinstance(found, int) and abs(found) < LARGEST_WHOLE else number


def alike(found: list[Any], where: str) -> tuple[Setting, ...]:
    """Take values of one kind."""
    values = tuple(setting_of(item, where) for item in found)
    kinds = {"number" if not isinstance(v, bool | str) else type(v).__name__ for v in values}
    if len(kinds) != 1 or (len(set(values)) != len(values) and where.startswith("factors")):
        raise InputError(
            gettext_noop("Values are numbers, texts or yes and no, not mixed, at least one, none twice."), where=where
        )
    return values
