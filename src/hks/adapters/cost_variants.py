"""Variants with their investments and yearly costs, as one JSON object."""

from typing import Any

from hks.adapters.json_objects import read_object
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.decisions.cost_comparison import Investment, Variant, Yearly

MEGABYTES = 1  # our choice
MOST = 100  # variants, and payments of one; our choice


def read_cost_variants(data: bytes, name: str) -> tuple[Variant, ...]:
    """Read {variants: [{name, investments: [{year, amount, life}], yearly: [{amount, first, last, growth}]}]}.

    Raises
    ------
    InputError
        If the file is no such object; the text names the place.
    """
    given = _list(read_object(data, name, MEGABYTES).get("variants"), "variants", name)
    if len(given) < 2:
        raise InputError(gettext_noop("Two variants are needed to compare them."), where=name)
    variants = tuple(_variant(each, f"variants[{place}]", name) for place, each in enumerate(given))
    names = [variant.name for variant in variants]
    if len(set(names)) < len(names):
        twice = next(each for each in names if names.count(each) > 1)
        raise InputError(gettext_noop("The name '%(name)s' stands here twice."), where=name, name=twice)
    return variants


def _list(found: Any, key: str, name: str) -> list[Any]:
    if not isinstance(found, list) or len(found) > MOST:
        raise InputError(gettext_noop("'%(key)s' must be a list of up to %(most)s."), where=name, key=key, most=MOST)
    return found


def _variant(given: Any, key: str, name: str) -> Variant:
    if not isinstance(given, dict) or not str(given.get("name", "")).strip():
        raise InputError(gettext_noop("'%(key)s' must be an object with a name."), where=name, key=key)
    built = [
        Investment(
            _whole(each, "year", 0, where, name), _amount(each, "amount", None, where, name),
            _whole(each, "life", None, where, name),
        )
        for each, where in _objects(given.get("investments", []), f"{key}.investments", name)
    ]  # fmt: skip
    paid = [
        Yearly(
            _amount(each, "amount", None, where, name), _whole(each, "first", Yearly.first, where, name),
            _whole(each, "last", Yearly.last, where, name), _amount(each, "growth", Yearly.growth, where, name),
        )
        for each, where in _objects(given.get("yearly", []), f"{key}.yearly", name)
    ]  # fmt: skip
    try:
        return Variant(str(given["name"]).strip(), tuple(built), tuple(paid))
    except InputError as error:
        raise error.at(name) from None


def _objects(found: Any, key: str, name: str) -> list[tuple[dict[str, Any], str]]:
    rows = []
    for place, each in enumerate(_list(found, key, name)):
        if not isinstance(each, dict):
            raise InputError(gettext_noop("'%(key)s' must be an object."), where=name, key=f"{key}[{place}]")
        rows.append((each, f"{key}[{place}]"))
    return rows


def _amount(each: dict[str, Any], part: str, default: float | None, key: str, name: str) -> float:
    cell = each.get(part, default)
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not -1e15 < cell < 1e15:
        raise InputError(
            gettext_noop("'%(key)s' holds '%(value)s', which is no number."),
            where=name,
            key=f"{key}.{part}",
            value=cell,
        )
    return float(cell)


def _whole(each: dict[str, Any], part: str, default: int | None, key: str, name: str) -> int:
    number = _amount(each, part, default, key, name)
    if number != int(number):
        raise InputError(
            gettext_noop("'%(key)s' holds %(value)s; a whole number is needed."),
            where=name, key=f"{key}.{part}", value=number,
        )  # fmt: skip
    return int(number)
