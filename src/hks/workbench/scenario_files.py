"""A cross-impact matrix and its futures in the forms that others read."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hks.adapters.cross_impact_files import write_csv, write_json, write_scw
from hks.scenarios.cross_impact import CrossImpactMatrix
from hks.workbench.exports import Cell, separated, workbook
from hks.workbench.futures import named

MATRIX_FORMS: dict[str, Callable[[CrossImpactMatrix], bytes]] = {
    "scw": write_scw, "json": write_json, "csv": write_csv,
}  # fmt: skip


@dataclass(frozen=True)
class Solved:
    """A matrix with the futures found in it; `complete` says that there is no other."""

    matrix: CrossImpactMatrix
    scenarios: Sequence[Sequence[int]]
    consistency: Sequence[float]
    total_impact: Sequence[float]
    complete: bool


def rows_of(solved: Solved) -> list[list[Cell]]:
    """Return a row for each future: its number from 1, its states, firmness and support."""
    return [
        [place + 1, *(state for _name, state in named(solved.matrix, scenario)), firm, support]
        for place, (scenario, firm, support) in enumerate(
            zip(solved.scenarios, solved.consistency, solved.total_impact, strict=True)
        )
    ]


def futures_csv(solved: Solved, words: Sequence[str]) -> bytes:
    """Write the futures as a table; `words` name number, firmness and support."""
    return separated([words[0], *solved.matrix.descriptors, *words[1:]], rows_of(solved))


def futures_xlsx(solved: Solved, words: Sequence[str], sheets: Sequence[str]) -> bytes:
    """Write the futures and the matrix as a workbook with sheets of these names."""
    matrix = solved.matrix
    pairs = [(name, state) for name, states in zip(matrix.descriptors, matrix.states, strict=True) for state in states]
    header = ["", "", *(f"{name}: {state}" for name, state in pairs)]
    rows: list[list[Cell]] = [[*pair, *row] for pair, row in zip(pairs, matrix.impact.tolist(), strict=True)]
    first = [words[0], *matrix.descriptors, *words[1:]]
    return workbook([(sheets[0], first, rows_of(solved)), (sheets[1], header, rows)])


def futures_json(solved: Solved) -> bytes:
    """Write the futures with the matrix, states counted from 0 as the command line does."""
    content = json.loads(write_json(solved.matrix)) | {
        "complete": solved.complete, "scenarios": [list(scenario) for scenario in solved.scenarios],
        "consistency": list(solved.consistency), "total_impact": list(solved.total_impact),
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False).encode()
