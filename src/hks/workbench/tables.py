"""What the command line answers about tables and regions without computing a method."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hks.adapters.official_tables import inspect as inspect_table
from hks.workbench.imports import made_safe
from hks.workbench.inputs import Dataset
from hks.workbench.outlook import outlook_as_json
from hks.workbench.region import DEFINITIONS
from hks.workbench.sources import source_for


@dataclass(frozen=True)
class TableCommand:
    """One question about a file or a municipality and the function that answers it."""

    help: str
    metavar: str
    example: str
    answer: Callable[[Any], Mapping[str, Any]]
    reads_file: bool = True


def inspect(dataset: Dataset) -> Mapping[str, Any]:
    """Say what an official table holds, or a table of another source."""
    reader = source_for(dataset.data, dataset.name)
    if reader.slug == "official":
        return inspect_table(dataset.data, dataset.name)
    safe = made_safe(dataset)
    reader = source_for(safe.data, safe.name)
    return {"source": reader.slug, **reader.read(safe.data, safe.name, DEFINITIONS, {}).described}


COMMANDS: dict[str, dict[str, TableCommand]] = {
    "data": {"inspect": TableCommand("Say what an official table holds.", "FILE", "12411-0018.csv", inspect)},
    "region": {
        "outlook": TableCommand(
            "Say how likely a unit is to lose a tenth of its people.", "AGS", "15084590", outlook_as_json, False
        )
    },
}
