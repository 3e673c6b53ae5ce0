"""The thread of evidence: what a record holds, how it is written, how a figure cites it.

A record is hashed without who, when and where, so that equal runs are equal and a name can be erased.
Form: RFC 8785 over NFC text. Digest: SHA-256 over a schema line and the form.
"""

import datetime
import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import rfc8785

from hks.core.errors import InputError
from hks.core.messages import gettext_noop

SCHEMA = "hks-evidence-1"
LARGEST_INTEGER = 2**53 - 1
LARGEST_RECORD = 64 * 1024
LARGEST_INLINE = 8 * 1024  # our choice: longer values are stored as files and cited through their digest

Kind = Literal["file", "table", "computation", "tally", "effects", "judgement", "measurement", "paper", "sealed"]
Json = Any


@dataclass(frozen=True)
class Source:
    """Where official figures come from, as it must be printed beside them."""

    publisher: str
    table: str = ""
    key_date: str = ""
    territorial_status: str = ""
    licence: str = ""
    attribution: str = ""
    address: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the filled fields only."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Record:
    """One canonical record: its content and its digest."""

    content: Mapping[str, Json]
    text: str
    digest: str

    @property
    def kind(self) -> str:
        """Say what the record is about."""
        return str(self.content["kind"])

    @property
    def parents(self) -> dict[str, str]:
        """Return the digests of the inputs by role."""
        return dict(self.content.get("inputs", {}))


def plain(value: object) -> Json:
    """Turn a value into what RFC 8785 can write: NFC text, finite numbers, text keys.

    Raises
    ------
    InputError
        If a number is not finite, a key is not ASCII text, or a text holds half a sign.
    """
    if isinstance(value, str):
        return unicodedata.normalize("NFC", _whole_signs(value))
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | np.integer):
        whole = int(value)
        return whole if abs(whole) <= LARGEST_INTEGER else str(whole)
    if isinstance(value, float | np.floating):
        number = _finite(float(value))
        # RFC 8785 writes whole floats below 1e21 as integers, so they follow the rule of integers.
        return str(int(number)) if LARGEST_INTEGER < abs(number) < 1e21 else number
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise InputError(gettext_noop("A record cannot hold a %(kind)s."), kind=type(value).__name__)


def _whole_signs(text: str) -> str:
    """Refuse the half of a pair that JSON can write as an escape and no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(gettext_noop("A text holds a broken sign: %(text)s"), text=ascii(text[:40])) from None
    return text


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise InputError(gettext_noop("A record cannot hold %(value)s; leave the figure out instead."), value=number)
    return number


def _key(key: object) -> str:
    text = key.isoformat() if isinstance(key, datetime.date) else str(key)
    if not text.isascii():
        raise InputError(gettext_noop("'%(key)s' cannot be a name in a record; use ASCII letters."), key=text)
    return text


def canonical(content: Mapping[str, Json]) -> str:
    """Write content in its one canonical form."""
    return rfc8785.dumps(plain(content)).decode()


def digest_of_text(text: str) -> str:
    """Hash a canonical form."""
    return hashlib.sha256(f"{SCHEMA}\n{text}".encode()).hexdigest()


def digest_of_file(data: bytes) -> str:
    """Hash the bytes of a file."""
    return hashlib.sha256(data).hexdigest()


def digest_of_array(array: np.ndarray) -> str:
    """Hash dtype, shape and C-order bytes of an array."""
    head = f"{array.dtype.str}{array.shape}".encode()
    return hashlib.sha256(head + np.ascontiguousarray(array).tobytes()).hexdigest()


def record(
    kind: Kind,
    *,
    software: str = "",
    method: str = "",
    inputs: Mapping[str, str] | None = None,
    values: Mapping[str, Json] | None = None,
    seed: int | None = None,
    outcomes: Mapping[str, Json] | None = None,
    source: Source | None = None,
) -> Record:
    """Make a record; empty parts are left out.

    `inputs` maps a role to the digest of another record, `outcomes` a name to `{unit, value}` or `{unit, digest}`.

    Raises
    ------
    InputError
        If a value cannot be written or the record is larger than 64 kB.
    """
    parts = {
        "schema": SCHEMA, "kind": kind, "software": software, "method": method, "inputs": inputs,
        "values": values, "seed": seed, "outcomes": outcomes, "source": source.as_json() if source else None,
    }  # fmt: skip
    content = {name: part for name, part in parts.items() if part not in (None, "", {})}
    return read(canonical(content))


def read(text: str) -> Record:
    """Read a canonical form back.

    Raises
    ------
    InputError
        If the text is longer than a record may be.
    """
    if len(text.encode()) > LARGEST_RECORD:
        raise InputError(gettext_noop("A record may hold 64 kB; store long tables as files."))
    return Record(json.loads(text), text, digest_of_text(text))


def citation(digest: str, *path: object) -> str:
    """Name one figure of a record: `digest#/outcomes/total/p50/2040`."""
    steps = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return f"{digest}#{steps}" if steps else digest


def parse_citation(text: str) -> tuple[str, list[str]]:
    """Split a citation into the digest and the steps of its pointer."""
    digest, _, pointer = text.partition("#")
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    return digest, steps


def figure(content: Mapping[str, Json], steps: list[str]) -> tuple[Json, str]:
    """Follow a pointer into a record and return the value and its unit.

    An outcome's `value` is not written in the pointer: `/outcomes/total/p50` reads `outcomes.total.value.p50`.

    Raises
    ------
    InputError
        If the pointer leads nowhere.
    """
    place: Json = content
    unit = ""
    for depth, step in enumerate(steps):
        place = _step(place, step)
        if depth == 1 and steps[0] == "outcomes" and isinstance(place, Mapping):
            unit = str(place.get("unit", ""))
            place = place.get("value", place)
    return place, unit


def _step(place: Json, step: str) -> Json:
    try:
        return place[int(step)] if isinstance(place, list) else place[step]
    except (KeyError, IndexError, ValueError, TypeError):
        raise InputError(gettext_noop("The citation leads nowhere at '%(step)s'."), step=step) from None
