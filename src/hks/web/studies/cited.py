"""Figures of a result, each with the place where it stands in the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hks.core.evidence import citation

Shown = tuple[float, str]


class Cited:
    """The outcomes of a result with the citation of each; without a digest it is a preview."""

    def __init__(self, outcomes: Mapping[str, Any], digest: str) -> None:
        self.outcomes, self.digest = outcomes, digest

    def __call__(self, *path: Any) -> Shown:
        """Return a figure and where it stands."""
        value: Any = self.outcomes
        for step in path:
            value = value[step]
        return float(value), citation(self.digest, "outcomes", *path) if self.digest else ""

    def known(self, *path: Any) -> Shown | None:
        """Return a figure as above, nothing where it is withheld."""
        value: Any = self.outcomes
        for step in path:
            value = value[step]
        return None if value is None else self(*path)
