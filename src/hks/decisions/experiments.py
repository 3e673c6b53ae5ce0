"""A table of experiments: what was tried in each case, and what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.parameters import Input, Parameter

RESULT = "result:"  # marks the outcomes in the table of an ensemble
MOST_TEXTS = 100  # our choice: a column of more different texts names the cases; no condition can list them
NO_FACTORS = {"member", "failed", "scenario"}

# What every method asks that reads such a table.
RUNS = Input("table", gettext_noop("Table of runs"), ("experiment-table",))
OUTCOME = Parameter("outcome", gettext_noop("Outcome, a column of the table"), "text", "", source=gettext_noop("input"))
FACTORS = Parameter("factor", gettext_noop("Columns that may be causes; left out, all that vary"), "text", "",
                    several=True, source=gettext_noop("input"))  # fmt: skip


@dataclass(frozen=True)
class Experiments:
    """Columns (case,) by name: numbers, NaN where nothing came out, or texts.

    Raises
    ------
    InputError
        If there is no case, or columns differ in length.
    """

    columns: Mapping[str, np.ndarray]

    def __post_init__(self) -> None:
        if len({len(column) for column in self.columns.values()}) != 1 or not self.cases:
            raise InputError(gettext_noop("A table of experiments needs columns of the same length, and a case."))

    @property
    def cases(self) -> int:
        """Count the cases."""
        return len(next(iter(self.columns.values()), ()))

    def numbers(self, name: str) -> np.ndarray:
        """Return the outcome of a name, also without its mark, (case,); NaN where nothing came out.

        Raises
        ------
        InputError
            If there is no such column, or it holds texts.
        """
        found = self.columns.get(name, self.columns.get(RESULT + name))
        if found is None:
            raise InputError(
                gettext_noop("There is no column '%(name)s'; columns are %(known)s."),
                name=name[:80], known=", ".join(self.columns),
            )  # fmt: skip
        if found.dtype.kind != "f":
            raise InputError(gettext_noop("The column '%(name)s' holds texts; numbers are needed."), name=name)
        return found

    def factors(self, outcome: str, wanted: Sequence[str]) -> dict[str, np.ndarray]:
        """Return the wanted columns, or all that can be a cause of the outcome.

        Raises
        ------
        InputError
            If a column is not there, has gaps or too many different texts, or none varies.
        """
        for name in wanted:
            if name not in self.columns:
                raise InputError(
                    gettext_noop("There is no column '%(name)s'; columns are %(known)s."),
                    name=name[:80], known=", ".join(self.columns),
                )  # fmt: skip
        usual = [
            name
            for name, column in self.columns.items()
            if name != outcome
            and name not in NO_FACTORS
            and not name.startswith(RESULT)
            and len(np.unique(column)) > 1
            and not _names_cases(column)
        ]
        chosen = {name: self.columns[name] for name in wanted or usual}
        if not chosen:
            raise InputError(gettext_noop("Nothing varies in the table; a factor needs two values or more."))
        for name, column in chosen.items():
            if column.dtype.kind == "f" and not np.isfinite(column).all():
                raise InputError(gettext_noop("The column '%(name)s' has gaps."), name=name)
            if _names_cases(column):
                raise InputError(
                    gettext_noop("The column '%(name)s' holds more than %(most)s different texts; that is no factor."),
                    name=name, most=MOST_TEXTS,
                )  # fmt: skip
        return chosen


def _names_cases(column: np.ndarray) -> bool:
    return column.dtype.kind == "U" and len(np.unique(column)) > MOST_TEXTS


def lines(text: object) -> list[str]:
    """Read a setting that holds one name a line."""
    return [line.strip() for line in str(text).splitlines() if line.strip()]
