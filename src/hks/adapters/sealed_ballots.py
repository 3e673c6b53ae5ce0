"""Sealed ballots as JSON: answers without names, tokens or times, in random order.

Acceptance: `{"kind": "acceptance", "groups": [{"name", "affected"}], "ballots": [{"group", "before", "after",
"condition"}]}` with levels from -2 to 2 and a condition "met" or "open".
Statements: `{"kind": "statements", "statements": [key], "ballots": [{"channel": "web", "votes": {key: 1}}]}` with
1 for agree, -1 for disagree and 0 for pass. What was not answered is left out or null.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.participation.acceptance import LEVELS, NO_ANSWER, AcceptanceBallots
from hks.participation.statements import StatementBallots

LARGEST_FILE = 100 * 1024 * 1024  # our choice: a ballot of each inhabitant of a large town
CONDITIONS = {"open": 0, "met": 1}
VOTES = (-1, 0, 1)


def read_ballots(data: bytes, name: str) -> AcceptanceBallots | StatementBallots:
    """Read sealed ballots of either kind.

    Raises
    ------
    InputError
        If the file is no sealed file; the text names the ballot, counted from 1.
    """
    if len(data) > LARGEST_FILE:
        raise InputError(gettext_noop("The file is larger than 100 MB; ballots are far smaller."), where=name)
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise InputError(gettext_noop("This is not JSON."), where=name) from None
    ballots = content.get("ballots") if isinstance(content, Mapping) else None
    if not isinstance(ballots, list) or not all(isinstance(ballot, Mapping) for ballot in ballots):
        raise InputError(gettext_noop("A sealed file holds a list called 'ballots'."), where=name)
    if content.get("kind") == "acceptance":
        return _acceptance(content, ballots, name)
    if content.get("kind") == "statements":
        return _statements(content, ballots, name)
    raise InputError(gettext_noop("The kind of the ballots is missing; write acceptance or statements."), where=name)


def _acceptance(content: Mapping[str, Any], ballots: list[Any], name: str) -> AcceptanceBallots:
    groups = [group if isinstance(group, Mapping) else {"name": group} for group in _listed(content, "groups", name)]
    names = [str(group.get("name", "")) for group in groups]
    places = _places(names, name)
    affected = [_affected(group.get("affected"), name) for group in groups]
    group, before, after, condition = np.full((4, len(ballots)), NO_ANSWER, dtype=np.int64)
    for place, ballot in enumerate(ballots):
        where = f"{name}:{place + 1}"
        group[place] = _chosen(ballot.get("group"), places, where)
        before[place] = _chosen(ballot.get("before"), {level: level for level in LEVELS}, where, NO_ANSWER)
        after[place] = _chosen(ballot.get("after"), {level: level for level in LEVELS}, where, NO_ANSWER)
        condition[place] = _chosen(ballot.get("condition"), CONDITIONS, where, NO_ANSWER)
    return AcceptanceBallots(tuple(names), np.array(affected, dtype=np.int64), group, before, after, condition)


def _statements(content: Mapping[str, Any], ballots: list[Any], name: str) -> StatementBallots:
    keys = [str(key) for key in _listed(content, "statements", name)]
    places = _places(keys, name)
    channels = sorted({str(ballot.get("channel", "web")) for ballot in ballots})
    votes = np.full((len(ballots), len(keys)), NO_ANSWER, dtype=np.int64)
    channel = np.array([channels.index(str(ballot.get("channel", "web"))) for ballot in ballots], dtype=np.int64)
    for place, ballot in enumerate(ballots):
        where = f"{name}:{place + 1}"
        given = ballot.get("votes")
        if not isinstance(given, Mapping):
            raise InputError(gettext_noop("A ballot on statements holds its votes by statement."), where=where)
        for key, vote in given.items():
            column = _chosen(key, places, where)
            votes[place, column] = _chosen(vote, {value: value for value in VOTES}, where, NO_ANSWER)
    return StatementBallots(tuple(keys), tuple(channels), channel, votes)


def _listed(content: Mapping[str, Any], key: str, name: str) -> list[Any]:
    found = content.get(key)
    if not isinstance(found, list) or not found:
        raise InputError(gettext_noop("The JSON needs a list called '%(key)s'."), where=name, key=key)
    return found


def _places(names: Sequence[str], where: str) -> dict[Any, int]:
    places = {key: place for place, key in enumerate(names)}
    if len(places) != len(names):
        twice = next(key for place, key in enumerate(names) if places[key] != place)
        raise InputError(gettext_noop("The name '%(name)s' stands here twice."), where=where, name=twice)
    return places


def _affected(value: Any, where: str) -> int:
    if value is None:
        return -1
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise InputError(
            gettext_noop("'%(value)s' is no number of people affected; write a whole number from 0."),
            where=where, value=value,
        )  # fmt: skip
    return value


def _chosen(value: Any, allowed: Mapping[Any, int], where: str, missing: int | None = None) -> int:
    if value is None and missing is not None:
        return missing
    if isinstance(value, bool) or not isinstance(value, int | str) or value not in allowed:
        raise InputError(
            gettext_noop("'%(value)s' is not offered here; choose one of %(allowed)s."),
            where=where, value=value, allowed=", ".join(map(str, allowed)),
        )  # fmt: skip
    return allowed[value]
