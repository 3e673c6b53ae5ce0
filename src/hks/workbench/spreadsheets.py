"""The door to our Excel tables: hand them out, say what a filled one holds."""

from collections.abc import Mapping
from typing import Any

from hks.adapters.filled_tables import key_figures
from hks.adapters.reservoir_tables import RESERVOIR_TEMPLATES
from hks.adapters.spreadsheet_templates import TEMPLATES as OF_TOWNS
from hks.adapters.spreadsheet_templates import empty
from hks.adapters.workbooks import is_workbook

__all__ = ["TEMPLATES", "empty", "is_workbook", "key_figures", "outcomes_of_totals"]

TEMPLATES = {**OF_TOWNS, **RESERVOIR_TEMPLATES}


def outcomes_of_totals(found: Mapping[str, tuple[str, float]]) -> dict[str, Any]:
    """Write totals as outcomes of a record."""
    return {name: {"unit": unit, "value": value} for name, (unit, value) in found.items()}
