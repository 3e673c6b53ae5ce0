"""Measures, their costs by year and the budgets, as one JSON object."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hks.adapters.json_objects import read_object
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.decisions.portfolio import Group, Portfolio

MEGABYTES = 10  # our choice: a list of measures is far smaller
MOST_MEASURES, MOST_YEARS = 500, 50  # our choice: more nobody decides on at once


def read_portfolio(data: bytes, name: str) -> Portfolio:
    """Read value[], cost[[]] and budget[].

    Optional are names, synergies, exclusions, requires, latest, must, never and groups.

    Raises
    ------
    InputError
        If the file is no such object; the text names the key and the place in its list.
    """
    content = read_object(data, name, MEGABYTES)
    value, budget = (_numbers(content.get(key), (key,), name) for key in ("value", "budget"))
    if len(value) > MOST_MEASURES or len(budget) > MOST_YEARS:
        raise InputError(
            gettext_noop("%(measures)s measures and %(years)s years stand here; up to %(most)s and %(longest)s go."),
            where=name, measures=len(value), years=len(budget), most=MOST_MEASURES, longest=MOST_YEARS,
        )  # fmt: skip
    rows = _list(content.get("cost"), ("cost",), name)
    cost = [_numbers(row, ("cost", place), name) for place, row in enumerate(rows)]
    if len(cost) != len(value) or any(len(row) != len(budget) for row in cost):
        raise InputError(
            gettext_noop("'cost' needs %(measures)s rows, one for each measure, each of %(years)s numbers."),
            where=name, measures=len(value), years=len(budget),
        )  # fmt: skip
    try:
        return Portfolio(
            _names(content, len(value), name), np.array(value), np.array(cost), np.array(budget),
            tuple((int(a), int(b), worth) for a, b, worth in _tuples(content, "synergies", 3, name)),
            tuple((int(a), int(b)) for a, b in _tuples(content, "exclusions", 2, name)),
            tuple((int(a), int(b)) for a, b in _tuples(content, "requires", 2, name)),
            np.array(_wholes(content.get("latest", []), "latest", name), dtype=np.int64),
            _wholes(content.get("must", []), "must", name), _wholes(content.get("never", []), "never", name),
            _groups(content, name),
        )  # fmt: skip
    except InputError as error:
        raise error if error.where else error.at(name) from None


def _list(found: Any, place: tuple[Any, ...], name: str) -> list[Any]:
    if not isinstance(found, list):
        raise InputError(gettext_noop("'%(key)s' must be a list."), where=name, key=_spelled(place))
    return found


def _spelled(place: tuple[Any, ...]) -> str:
    return str(place[0]) + "".join(f"[{step}]" for step in place[1:])


def _numbers(found: Any, place: tuple[Any, ...], name: str) -> list[float]:
    numbers = []
    for step, cell in enumerate(_list(found, place, name)):
        if isinstance(cell, bool) or not isinstance(cell, int | float) or not -1e15 < cell < 1e15:
            raise InputError(
                gettext_noop("'%(key)s' holds '%(value)s', which is no number."),
                where=name, key=_spelled((*place, step)), value=cell,
            )  # fmt: skip
        numbers.append(float(cell))
    return numbers


def _wholes(found: Any, key: str, name: str) -> tuple[int, ...]:
    numbers = _numbers(found, (key,), name)
    for step, number in enumerate(numbers):
        _whole(number, (key, step), name)
    return tuple(int(number) for number in numbers)


def _whole(number: float, place: tuple[Any, ...], name: str) -> None:
    if number != int(number):
        raise InputError(
            gettext_noop("'%(key)s' holds %(value)s; a whole number is needed."),
            where=name, key=_spelled(place), value=number,
        )  # fmt: skip


def _tuples(content: Mapping[str, Any], key: str, size: int, name: str) -> list[list[float]]:
    """Read pairs of measures; a third number is their worth."""
    found = []
    for step, given in enumerate(_list(content.get(key, []), (key,), name)):
        row = _numbers(given, (key, step), name)
        if len(row) != size:
            raise InputError(
                gettext_noop("'%(key)s' holds %(found)s numbers; %(wanted)s are needed."),
                where=name, key=_spelled((key, step)), found=len(row), wanted=size,
            )  # fmt: skip
        for place, number in enumerate(row[:2]):
            _whole(number, (key, step, place), name)
        found.append(row)
    return found


def _names(content: Mapping[str, Any], many: int, name: str) -> tuple[str, ...]:
    given = content.get("names")
    if given is None:
        return tuple(str(number) for number in range(many))
    names = tuple(str(each).strip() for each in _list(given, ("names",), name))
    if len(names) != many or not all(names):
        raise InputError(
            gettext_noop("'names' needs %(measures)s names, one for each measure."), where=name, measures=many
        )
    return names


def _groups(content: Mapping[str, Any], name: str) -> tuple[Group, ...]:
    found = []
    for place, given in enumerate(_list(content.get("groups", []), ("groups",), name)):
        key = f"groups[{place}]"
        if not isinstance(given, dict):
            raise InputError(
                gettext_noop("'%(key)s' must be an object with name, members, least and most."), where=name, key=key
            )
        least, most = (
            None if given.get(end) is None else _wholes([given[end]], f"{key}.{end}", name)[0]
            for end in ("least", "most")
        )
        members = _wholes(given.get("members"), f"{key}.members", name)
        found.append(Group(str(given.get("name", place + 1)), members, least or 0, most))
    return tuple(found)
