"""The people of every single future: the answer of `hks population project --keep-draws true --json`, or its array."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.finance.plan import CHILDREN, PeopleByDraw

LARGEST = 64 * 1024 * 1024  # our choice: ten thousand futures of four series over thirty years as text
MOST_CELLS = 20_000_000
NPY = b"\x93NUMPY"
SERIES = dict(zip(("all", "0-2", "3-5", "6-10"), ("residents", *CHILDREN), strict=True))
KEYS = ("years", "people_by_draw", "people_by_draw_of")


def read_people_by_draw(data: bytes, name: str) -> PeopleByDraw:
    """Read the people of a population ensemble draw by draw.

    Parameters
    ----------
    data : bytes
        JSON with `years`, `people_by_draw` (range, draw, year) and `people_by_draw_of`; or the same array as `.npy`,
        whose ranges then are everybody and, if there are four, the ages 0-2, 3-5 and 6-10.
    name : str

    Returns
    -------
    PeopleByDraw
        Other ranges of ages are left out.

    Raises
    ------
    InputError
        If it is no such file, or holds no people.
    """
    if len(data) > LARGEST:
        raise InputError(gettext_noop("The file is larger than 64 MB; keep fewer futures."), where=name)
    if data[:6] == NPY:
        people = _array(data, name)
        return PeopleByDraw(_named(people, list(SERIES)[: len(people)], name))
    content = _json(data, name)
    listed, labels = content["years"], content["people_by_draw_of"]
    whole = isinstance(listed, list) and all(isinstance(year, int) and 1900 < year < 2300 for year in listed)
    if not whole or not listed or listed != list(range(listed[0], listed[0] + len(listed))):
        raise InputError(gettext_noop("The years of the people must be whole and follow one another."), where=name)
    try:
        people = np.array(content["people_by_draw"], dtype=float)
    except (TypeError, ValueError):
        raise InputError(gettext_noop("The people of each future must be numbers, one a year."), where=name) from None
    if people.ndim != 3 or people.shape[2] != len(listed) or not people.size:
        raise InputError(gettext_noop("The people of each future must be numbers, one a year."), where=name)
    return PeopleByDraw(_named(people, labels, name), tuple(listed))


def _json(data: bytes, name: str) -> Mapping[str, Any]:
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise InputError(gettext_noop("This is not JSON."), where=name) from None
    missing = [key for key in KEYS if not isinstance(content, dict) or key not in content]
    if missing:
        raise InputError(
            gettext_noop("The file has no '%(key)s'; order the projection with --keep-draws true."),
            where=name, key=missing[0],
        )  # fmt: skip
    return dict(content)


def _array(data: bytes, name: str) -> np.ndarray:
    stream = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        head = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, kind = head(stream)
        fits = kind.kind == "f" and len(shape) == 3 and 0 < int(np.prod(shape, dtype=float)) <= MOST_CELLS
        people = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False) if fits else None
    except (ValueError, EOFError):
        people = None
    if people is None or people.shape[0] not in {1, len(SERIES)}:
        raise InputError(
            gettext_noop("This array holds no people: it needs everybody, or everybody and the ages 0-2, 3-5 and 6-10,"
                         " by draw and year."),
            where=name,
        )  # fmt: skip
    return np.asarray(people, dtype=float)


def _named(people: np.ndarray, labels: Sequence[Any], name: str) -> dict[str, np.ndarray]:
    fits = isinstance(labels, list) and len(labels) == len(people) == len({str(label) for label in labels})
    if not fits or "all" not in labels:
        raise InputError(
            gettext_noop("'people_by_draw_of' must name the ages of each part once, everybody as 'all'."), where=name
        )
    if not np.isfinite(people).all() or people.min() < 0:
        raise InputError(gettext_noop("A population cannot be negative or missing."), where=name)
    return {SERIES[label]: people[n] for n, label in enumerate(labels) if label in SERIES}
