"""The door to our Excel tables: hand them out, say what a filled one holds."""

from collections.abc import Mapping
from typing import Any

from hks.adapters.filled_tables import key_figures
from hks.adapters.spreadsheet_templates import TEMPLATES, empty
from hks.adapters.workbooks import is_workbook

__all__ = ["TEMPLATES", "empty", "is_workbook", "key_figures", "outcomes_of_totals"]


def outcomes_of_totals(found: Mapping[str, tuple[str, float]]) -> dict[str, Any]:
    """Write totals as outcomes of a record."""
    return {name: {"unit": unit, "value": value} for name, (unit, value) in found.items()}
