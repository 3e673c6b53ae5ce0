"""Compute a method and bind its outcomes to a record."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import hks
from hks.core import evidence
from hks.core.evidence import Json, Record
from hks.core.method import Method
from hks.core.parameters import checked
from hks.workbench.inputs import Dataset, opened


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
) -> Computation:
    """Run a method on datasets; `chosen_by` names the records, by role, that say where the values come from.

    Raises
    ------
    InputError
        If a dataset or a value does not fit the method.
    """
    complete = checked(method.parameters, values)
    method.check(complete)
    answer = method.compute(opened(method, inputs), complete, seed or 0)
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
    """Write short outcomes into the record and long ones into files named by their digest."""
    outcomes: dict[str, Json] = {}
    files: dict[str, bytes] = {}
    for outcome in method.outcomes:
        if outcome.name not in answer:
            continue
        value = answer[outcome.name]
        if isinstance(value, np.ndarray) and value.nbytes > evidence.LARGEST_INLINE:
            digest = evidence.digest_of_array(value)
            files[digest] = array_bytes(value)
            outcomes[outcome.name] = {"unit": outcome.unit, "digest": digest, "form": "npy"}
            continue
        text = evidence.canonical({"value": value})
        if len(text) > evidence.LARGEST_INLINE:
            data = text.encode()
            digest = evidence.digest_of_file(data)
            files[digest] = data
            outcomes[outcome.name] = {"unit": outcome.unit, "digest": digest, "form": "json"}
        else:
            outcomes[outcome.name] = {"unit": outcome.unit, "value": value}
    return outcomes, files


def array_bytes(array: np.ndarray) -> bytes:
    """Write an array in the `.npy` format."""
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
    return stream.getvalue()
