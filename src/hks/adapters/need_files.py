"""A town's need for a transfer format, as JSON.

Keys: phase; goal_depth 1-5; conflict and complexity as words or numbers from 0; actors_needed[]; missing_resource{name:
0-3}; outputs[]; n_people; weeks_until; staff_hours; partner_hours; budget_eur; probable_grant_eur;
prerequisites_present[]; prerequisites_obtainable{name: weeks}. Only phase must be there. Words may be codes, English or
German titles of the catalogue.
"""

import json
from collections.abc import Mapping
from typing import Any

from hks.capacity.formats import Need
from hks.core.errors import InputError
from hks.core.messages import gettext_noop

LARGEST_FILE = 1024 * 1024  # our choice: a need is one page
MOST = 1e12  # our choice: no town counts, waits or pays more
CONFLICTS = ("keiner", "latent", "offen", "verhaertet")
COMPLEXITIES = ("einfach", "mittel", "hoch")
KNOWN = {
    "phase", "goal_depth", "conflict", "complexity", "actors_needed", "missing_resource", "outputs", "n_people",
    "weeks_until", "staff_hours", "partner_hours", "budget_eur", "probable_grant_eur", "prerequisites_present",
    "prerequisites_obtainable",
    "project", "place", "title", "note",
}  # fmt: skip


def read_need(data: bytes, name: str) -> Need:
    """Read a need.

    Raises
    ------
    InputError
        If the file is no need; the text names the key.
    """
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The file is larger than 1 MB; a need is one page."), where=name)
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise InputError(gettext_noop("This is not JSON."), where=name) from None
    if not isinstance(content, Mapping) or not isinstance(content.get("phase"), str):
        raise InputError(gettext_noop("A need states its phase, such as 'erkennen'."), where=name)
    unknown = sorted(set(content) - KNOWN)
    if unknown:
        raise InputError(
            gettext_noop("A need has no '%(key)s'; known are %(known)s."),
            where=name, key=unknown[0], known=", ".join(sorted(KNOWN)),
        )  # fmt: skip
    return _need(content, name)


def _need(content: Mapping[str, Any], name: str) -> Need:
    depth, people = (_amount(content, key, name) for key in ("goal_depth", "n_people"))
    if depth is not None and depth not in range(1, 6):
        raise InputError(gettext_noop("goal_depth is a whole number from 1 to 5."), where=name)
    present = content.get("prerequisites_present")
    return Need(
        phase=content["phase"],
        depth=None if depth is None else int(depth),
        conflict=_level(content.get("conflict"), CONFLICTS, "conflict", name),
        complexity=_level(content.get("complexity"), COMPLEXITIES, "complexity", name),
        actors=_words(content, "actors_needed", name),
        missing_resources=_amounts(content, "missing_resource", name),
        outputs=_words(content, "outputs", name),
        people=None if people is None else int(people),
        weeks=_amount(content, "weeks_until", name),
        staff_hours=_amount(content, "staff_hours", name),
        partner_hours=_amount(content, "partner_hours", name) or 0.0,
        budget_eur=_amount(content, "budget_eur", name),
        grant_eur=_amount(content, "probable_grant_eur", name) or 0.0,
        prerequisites=None if present is None else _words(content, "prerequisites_present", name),
        obtainable=_amounts(content, "prerequisites_obtainable", name),
    )


def _amount(content: Mapping[str, Any], key: str, name: str) -> float | None:
    value = content.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < MOST:
        raise InputError(gettext_noop("'%(key)s' is a number from 0."), where=name, key=key)
    return float(value)


def _words(content: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
    value = content.get(key) or []
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise InputError(gettext_noop("'%(key)s' is a list of words."), where=name, key=key)
    return tuple(value)


def _amounts(content: Mapping[str, Any], key: str, name: str) -> dict[str, float]:
    value = content.get(key) or {}
    if not isinstance(value, Mapping):
        raise InputError(gettext_noop("'%(key)s' names numbers by word."), where=name, key=key)
    return {str(word): _amount(value, word, name) or 0.0 for word in value}


def _level(value: Any, levels: tuple[str, ...], key: str, name: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < len(levels):
        raise InputError(
            gettext_noop("'%(key)s' is a word or a whole number from 0 to %(last)s."),
            where=name, key=key, last=len(levels) - 1,
        )  # fmt: skip
    return levels[value]
