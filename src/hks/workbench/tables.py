"""What the command line answers about tables and regions without computing a method."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hks.workbench.inputs import Dataset


@dataclass(frozen=True)
class TableCommand:
    """One question about a file or a municipality and the function that answers it."""

    help: str
    metavar: str
    example: str
    answer: Callable[[Any], Mapping[str, Any]]
    reads_file: bool = True


def inspect(dataset: Dataset) -> Mapping[str, Any]:
    """Say what an official table holds."""
    from hks.adapters.statistics_tables import inspect as inspect_table

    return inspect_table(dataset.data, dataset.name)


def region_warnings(ags: str) -> Mapping[str, Any]:
    """List the warnings of a municipality."""
    from hks.workbench.region import warnings

    return {"warnings": warnings(ags, datetime.date.today())}


def region_peers(ags: str) -> Mapping[str, Any]:
    """List the nearest comparable municipalities."""
    from hks.workbench.region import peers

    return {"peers": peers(ags)}


COMMANDS: dict[str, dict[str, TableCommand]] = {
    "data": {"inspect": TableCommand("Say what an official table holds.", "FILE", "12411-0018.csv", inspect)},
    "region": {
        "warnings": TableCommand("List the warnings of a municipality.", "AGS", "15084", region_warnings, reads_file=False),
        "peers": TableCommand("List comparable municipalities.", "AGS", "15084", region_peers, reads_file=False),
    },
}
