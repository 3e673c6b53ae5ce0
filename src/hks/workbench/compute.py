"""Compute a method and bind its outcomes to a record."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import hks
from hks.core import evidence
from hks.core.evidence import Json, Record
from hks.core.method import Method
from hks.core.parameters import checked
from hks.workbench.inputs import Dataset, opened

# our choice: leaves room for what else a record holds
LARGEST_TOGETHER = evidence.LARGEST_RECORD - 2 * evidence.LARGEST_INLINE


@dataclass(frozen=True)
class Computation:
    """What a method answered, the record of it, and the arrays the record names by digest."""

    outcomes: Mapping[str, Any]
    record: Record
    files: Mapping[str, bytes]


def compute(
    method: Method,
    inputs: Mapping[str, Dataset],
    values: Mapping[str, object],
    seed: int | None = None,
    *,
    chosen_by: Mapping[str, str] | None = None,
    told: Callable[[float], None] | None = None,
) -> Computation:
    """Run a method on datasets; `chosen_by` names the records, by role, that say where the values come from.

    `told` hears the part that is done from methods that tell it; what it raises ends the run.

    Raises
    ------
    InputError
        If a dataset or a value does not fit the method.
    """
    complete = checked(method.parameters, values)
    method.check(complete)
    heard = {"told": told} if method.tells else {}
    answer = method.compute(opened(method, inputs), complete, seed or 0, **heard)
    outcomes, files = sealed(method, answer)
    record = evidence.record(
        "computation",
        software=f"hks {hks.__version__}",
        method=f"{method.slug} {method.version}",
        inputs={**(chosen_by or {}), **{role: dataset.digest for role, dataset in inputs.items()}},
        values=complete,
        seed=seed if method.draws else None,
        outcomes=outcomes,
    )
    return Computation(answer, record, files)


def sealed(method: Method, answer: Mapping[str, Any]) -> tuple[dict[str, Json], dict[str, bytes]]:
    """Write short outcomes into the record and long ones, or too many short ones, into files named by their digest."""
    outcomes: dict[str, Json] = {}
    files: dict[str, bytes] = {}
    texts: dict[str, str] = {}
    units = {outcome.name: outcome.unit for outcome in method.outcomes if outcome.name in answer}
    for name, unit in units.items():
        value = answer[name]
        if isinstance(value, np.ndarray) and value.nbytes > evidence.LARGEST_INLINE:
            digest = evidence.digest_of_array(value)
            files[digest] = array_bytes(value)
            outcomes[name] = {"unit": unit, "digest": digest, "form": "npy"}
        else:
            texts[name] = evidence.canonical({"value": value})
    for name in outside(texts):
        data = texts[name].encode()
        digest = evidence.digest_of_file(data)
        files[digest] = data
        outcomes[name] = {"unit": units[name], "digest": digest, "form": "json"}
    inside = {name: {"unit": units[name], "value": answer[name]} for name in texts if name not in outcomes}
    return outcomes | inside, files


def outside(texts: Mapping[str, str]) -> list[str]:
    """Name the outcomes that a record has no room for: each long one, then the longest until the rest fits."""
    left = {name: len(text.encode()) for name, text in texts.items() if len(text) <= evidence.LARGEST_INLINE}
    found = [name for name in texts if name not in left]
    while sum(left.values()) > LARGEST_TOGETHER:
        longest = max(left, key=lambda name: (left[name], name))
        found.append(longest)
        del left[longest]
    return found


def array_bytes(array: np.ndarray) -> bytes:
    """Write an array in the `.npy` format."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
    return stream.getvalue()
